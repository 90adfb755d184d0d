"""What documents say again and again, and the patterns of their codes: one table, `phrases.tsv`, beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_ALL = "*"
_INSTEAD = "en"


def phrases(sort: str, code: str = _ALL) -> tuple[str, ...]:
    """The phrases of that sort in a language (BCP 47); those in English where it has none of its own."""
    known = _table()
    return known.get((sort, code)) or known[(sort, _ALL if code == _ALL else _INSTEAD)]


@cache
def _table() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """A row is a sort, a language or *, and the phrases, with a tab between each two."""
    text = files(__package__).joinpath("phrases.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {(sort, code): tuple(things) for sort, code, *things in rows}
