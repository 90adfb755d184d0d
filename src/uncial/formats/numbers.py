"""Numbers as documents write them: 1,234.56 here and 1.234,56 there. Taken for a number is only what can mean nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

_MINUS = "−–-"
_CURRENCY = "$€£¥"
_GROUPS = "'’ \u00a0\u202f"
"""What stands between thousands beside the comma and the full stop."""
_DIGITS = 15
"""As many digits as a spreadsheet keeps (IEEE 754 binary64)."""
_CLEAR = 10
"""Times as many numbers have to speak for one way of writing as for the other."""
_WORD = re.compile(rf"[(+{_MINUS}]?[{_CURRENCY}]?([0-9][0-9.,]*[0-9])[{_CURRENCY}%)]*[.,;:]?")
_SHAPE = re.compile(
    rf"(?P<sign>[+{_MINUS}]?)(?P<before>[{_CURRENCY}]?)\s?(?P<digits>[0-9](?:[0-9.,{_GROUPS}]*[0-9])?)(?P<after>\s?[{_CURRENCY}%])?"
)


class Number(NamedTuple):
    """A number, and how it was written, as the number format of a spreadsheet (ECMA-376, 18.8.31)."""

    value: int | float
    format: str


def decimal_mark(texts: Iterable[str]) -> str:
    """How these texts write their decimals: “.” or “,”; "" where they do not say, or not clearly."""
    marks = Counter(mark for text in texts for word in text.split() if (mark := _evidence(word)))
    (first, most), (_, rest) = [*marks.most_common(2), ("", 0), ("", 0)][:2]
    return first if most > _CLEAR * rest else ""


def parsed(text: str, decimal: str) -> Number | None:
    """The number that a text is, where its decimals are written so; None where it is none, or could be something else."""
    shape = _SHAPE.fullmatch(text.strip())
    digits = _plain(shape["digits"], decimal) if shape else None
    if shape is None or digits is None or (shape["before"] and shape["after"]):
        return None
    exact = Decimal(("-" if shape["sign"] in tuple(_MINUS) else "") + digits)
    percent = (shape["after"] or "").strip() == "%"
    whole, _, places = digits.partition(".")
    grouped = len(whole) < sum(not letter.isdigit() for letter in shape["digits"]) + len(whole) - bool(places)
    value = exact / 100 if percent else exact
    return Number(int(value) if value == int(value) and not places else float(value), _format(shape, grouped, len(places)))


def looks_numeric(text: str) -> bool:
    """Whether it is digits with hardly anything else, as stands to the right in the cells of a table."""
    return sum(letter.isalpha() for letter in text) == 0 < sum(letter.isdigit() for letter in text)


def _evidence(word: str) -> str:
    """Which decimal mark a number speaks for; "" where it fits with both."""
    found = _WORD.fullmatch(word)
    body = found[1] if found else ""
    marks = [letter for letter in body if letter in ".,"]
    groups = re.split(r"[.,]", body)
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 and _in_threes(groups[:-1]) else ""
    if len(marks) == 1:
        return marks[0] if len(groups[1]) != 3 or groups[0] == "0" or len(groups[0]) > 3 else ""
    if marks and _in_threes(groups):
        return {".": ",", ",": "."}[marks[0]]
    return ""


def _in_threes(groups: list[str]) -> bool:
    return len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])


def _plain(written: str, decimal: str) -> str | None:
    """The digits with a full stop before the decimals, and nothing else; None where it is no number for certain."""
    if written.isdigit():
        return written if len(written) <= _DIGITS and (written == "0" or written[0] != "0") else None
    if not decimal:
        return None
    whole, mark, places = written.partition(decimal)
    other = {".": ",", ",": "."}[decimal]
    marks = {letter for letter in whole if not letter.isdigit()}
    if (mark and not places.isdigit()) or len(marks) > 1 or (marks and not marks <= {other, *_GROUPS}):
        return None
    spaced = marks & set(_GROUPS) - set("'’")
    if marks and (not _in_threes(re.split(r"\D", whole)) or (spaced and not mark)):
        return None
    whole = re.sub(r"\D", "", whole)
    if (len(whole) > 1 and whole[0] == "0") or len(whole + places) > _DIGITS:
        return None
    return f"{whole}.{places}" if mark else whole


def _format(shape: re.Match[str], grouped: bool, places: int) -> str:
    """The code of Excel that shows the number as it was written; marks are those of who looks at it."""
    after = shape["after"] or ""
    plain = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")
    plain = (f'"{shape["before"]}"' if shape["before"] else "") + plain
    plain += "%" if after.strip() == "%" else f'"{after}"' if after else ""
    return f"+{plain};-{plain}" if shape["sign"] == "+" else plain
