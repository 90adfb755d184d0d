"""What lines were made from, with the licences: fonts by their packages, words, and the pages of users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.train.card import Source

if TYPE_CHECKING:
    from uncial.train.shelf import Sample
    from uncial.train.synth.fonts import Font


def sources_of(made: Sequence[Sample], given: Sequence[Sample], fonts: Path) -> tuple[Source, ...]:
    """Where these lines come from; `fonts` is the file in which the run keeps what it found out about fonts."""
    return (*_words(made), *_fonts({sample.source for sample in made}, fonts), *_given(given))


def _words(made: Sequence[Sample]) -> Iterator[Source]:
    if made:
        from uncial.train.synth.text import SOURCES

        yield from (Source(*each) for each in SOURCES)


def _fonts(names: set[str], cache: Path) -> Iterator[Source]:
    """The packages of the fonts of those names, each once."""
    if not names:
        return
    from uncial.train.synth.fonts import find_fonts

    packages: dict[tuple[str, str], list[Font]] = {}
    for font in find_fonts((), cache):
        if font.name in names:
            packages.setdefault((font.package or "fonts of no package", font.licence), []).append(font)
    for (package, licence), members in sorted(packages.items()):
        families = sorted({font.family for font in members})
        yield Source(package, f"fonts: {_listed(families)}", licence)


def _listed(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _given(given: Iterable[Sample]) -> Iterator[Source]:
    count = len(list(given))
    if count:
        yield Source("lines that were given", f"{count} lines with their texts", "as their owner says")
