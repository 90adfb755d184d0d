"""Machine-readable zones of passports, cards and visas (ICAO Doc 9303, eighth edition, parts 3 to 7), read although OCR erred.

Each place of a zone takes letters, digits or both, and check digits tell whether numbers and dates are right. So a letter where
only digits can be is the digit that looks like it, fillers that were lost or doubled are put right where the digits then agree,
and what does not agree says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

from uncial.fields.lexicon import word_table

FILLER = "<"
_FILLERS = str.maketrans({"«": "<<", "‹": "<", "≤": "<", "≪": "<<", "(": "<", "[": "<", "{": "<", "＜": "<", "_": "<"})
_DIGITS = str.maketrans("OQDUILZSGBTA", "000011256874")
_LETTERS = str.maketrans("0125684", "OIZSGBA")
_AMBIGUOUS = {**dict(zip("0O1I2Z5S6G8B", "O0I1Z2S5G6B8", strict=True)), "D": "0", "Q": "0", "L": "1"}
"""What else a letter of a number may be."""
_WEIGHTS = (7, 3, 1)
_OFF = 6
"""So many characters may be lost or added in a line."""
_SHORTEST = 24
"""So few characters a line has that lost some of its fillers."""


class Part(NamedTuple):
    """Where something stands in a zone."""

    line: int
    start: int
    end: int
    takes: str
    """digits, letters or both."""
    checked: bool = False
    """Whether its check digit follows it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the forms of zones."""

    lines: int
    width: int
    starts: str
    """With which letters documents of this form begin."""
    parts: Mapping[str, Part]
    composite: tuple[tuple[int, int, int], ...] = ()
    """What the last check digit is taken over: line, start and end of each part."""

    @property
    def composite_at(self) -> tuple[int, int]:
        """The line and the place of the check digit over all."""
        return (1, self.width - 1)


def _of_two_lines(width: int, starts: str, personal: Part, composite: tuple[tuple[int, int, int], ...]) -> Layout:
    parts = {
        "type": Part(0, 0, 2, "letters"), "issuer": Part(0, 2, 5, "letters"), "name": Part(0, 5, width, "letters"),
        "number": Part(1, 0, 9, "both", True), "nationality": Part(1, 10, 13, "letters"),
        "birth": Part(1, 13, 19, "digits", True), "sex": Part(1, 20, 21, "letters"),
        "expiry": Part(1, 21, 27, "digits", True), "personal": personal,
    }  # fmt: skip
    return Layout(2, width, starts, parts, composite)


LAYOUTS = {
    "TD3": _of_two_lines(44, "P", Part(1, 28, 42, "both", True), ((1, 0, 10), (1, 13, 20), (1, 21, 43))),
    "MRV-A": _of_two_lines(44, "V", Part(1, 28, 44, "both"), ()),
    "TD2": _of_two_lines(36, "ACIP", Part(1, 28, 35, "both"), ((1, 0, 10), (1, 13, 20), (1, 21, 35))),
    "MRV-B": _of_two_lines(36, "V", Part(1, 28, 36, "both"), ()),
    "TD1": Layout(
        3, 30, "ACI",
        {
            "type": Part(0, 0, 2, "letters"), "issuer": Part(0, 2, 5, "letters"), "number": Part(0, 5, 14, "both", True),
            "personal": Part(0, 15, 30, "both"), "birth": Part(1, 0, 6, "digits", True), "sex": Part(1, 7, 8, "letters"),
            "expiry": Part(1, 8, 14, "digits", True), "nationality": Part(1, 15, 18, "letters"),
            "optional": Part(1, 18, 29, "both"), "name": Part(2, 0, 30, "letters"),
        },
        ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    ),
}  # fmt: skip
"""Doc 9303: part 4 (TD3), part 7 (MRV-A, MRV-B), part 6 (TD2), part 5 (TD1)."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that was found."""

    layout: str
    lines: tuple[str, ...]
    """Put right, each as long as it has to be."""
    read: tuple[str, ...]
    """As they were read, with the fillers in their places."""
    right: Mapping[str, bool]
    """Of the parts with a check digit, and of composite, the one over all, whether it is right."""

    def part(self, name: str) -> str:
        """What a part says, without fillers at its end; empty where this form has no such part."""
        part = LAYOUTS[self.layout].parts.get(name)
        return self.lines[part.line][part.start : part.end].rstrip(FILLER) if part else ""

    def read_part(self, name: str) -> str:
        """The same as it was read."""
        part = LAYOUTS[self.layout].parts[name]
        return self.read[part.line][part.start : part.end].rstrip(FILLER)


def find_zone(rows: Sequence[str]) -> tuple[Zone, int] | None:
    """The zone among the rows of a page, and the number of its first row; None where there is none."""
    lines = [cleaned(row) for row in rows]
    found = [(zone, at) for at in range(len(lines)) for zone in _zones(lines[at : at + 3])]
    return max(found, key=lambda each: (sum(each[0].right.values()), -len(each[0].right)), default=None)


def cleaned(row: str) -> str:
    """A row in the alphabet of zones; empty where it can be no line of one."""
    plain = re.sub(r"[\s.,:;'’`\"|-]+", "", row.upper().translate(_FILLERS))
    return plain if len(plain) >= _SHORTEST and re.fullmatch(r"[A-Z0-9<]+", plain) else ""


def check_digit(text: str) -> str:
    """The check digit of a text (Doc 9303, part 3, section 4.9)."""
    total = sum(_worth(char) * _WEIGHTS[place % 3] for place, char in enumerate(text))
    return str(total % 10)


def _worth(char: str) -> int:
    return 0 if char == FILLER else int(char, 36)


@cache
def states() -> frozenset[str]:
    """The codes of states and organisations that issue documents."""
    table = word_table("icao")
    return frozenset(f"{table['states']} {table['others']}".split())


def _zones(lines: Sequence[str]) -> Iterator[Zone]:
    for name, layout in LAYOUTS.items():
        own = lines[: layout.lines]
        if len(own) == layout.lines and all(own) and own[0][0] in layout.starts and any("<" in line for line in own):
            zone = _zone(name, layout, own)
            if zone and _is_likely(zone):
                yield zone


def _is_likely(zone: Zone) -> bool:
    """Two check digits agree, or one and the states are known: chance alone brings the first to one in a hundred."""
    agree = sum(zone.right.values())
    if not (re.fullmatch("[0-9]{6}", zone.part("expiry")) and re.fullmatch("[0-9<]*", zone.part("birth"))):
        return False
    if zone.part("sex") not in ("M", "F", "X", ""):
        return False
    return agree >= 2 or (agree == 1 and {zone.part("issuer"), zone.part("nationality")} <= states())


def _zone(name: str, layout: Layout, lines: Sequence[str]) -> Zone | None:
    if any(abs(len(line) - layout.width) > _OFF for line in lines):
        return None
    fitted = [_fitted(line, number, layout) for number, line in enumerate(lines)]
    repaired = [_repaired(line, number, layout) for number, line in enumerate(fitted)]
    right = {part_name: _is_right(repaired, part, layout) for part_name, part in layout.parts.items() if part.checked}
    if layout.composite:
        line, at = layout.composite_at
        over = "".join(repaired[row][start:end] for row, start, end in layout.composite)
        right["composite"] = check_digit(over) == repaired[line][at]
    return Zone(name, tuple(repaired), tuple(fitted), right)


# Fillers


def _fitted(line: str, number: int, layout: Layout) -> str:
    """The line with as many fillers as it needs, where most check digits agree; of equals, in its longest run of them."""
    line = _true_fillers(line, names=number == layout.parts["name"].line)
    options = list(dict.fromkeys(_refilled(line, layout.width)))
    return max(options, key=lambda each: _agreeing(each, number, layout))


def _true_fillers(line: str, names: bool) -> str:
    """K, C and the like among fillers are fillers: after the names all, in other lines those alone between two."""
    if names:
        head, _, tail = line[5:].partition("<<")
        given, gap, rest = tail.partition("<<")
        if re.fullmatch(r"[<KCELSX4]*", rest):
            rest = FILLER * len(rest)
        return line[:5] + (f"{head}<<{given}{gap}{rest}" if tail or "<<" in line[5:] else head)
    return re.sub(r"(?<=<)[KCELX](?=<)", FILLER, line)


def _refilled(line: str, width: int) -> Iterator[str]:
    missing = width - len(line)
    if not missing:
        yield line
        return
    runs = sorted(re.finditer(r"<+", line), key=lambda run: -len(run[0]))
    for run in runs[:4]:
        kept = len(run[0]) + missing
        if kept > 0:
            yield line[: run.start()] + FILLER * kept + line[run.end() :]
    yield (line + FILLER * max(missing, 0))[:width]


def _agreeing(line: str, number: int, layout: Layout) -> int:
    """How many check digits of the line agree."""
    lines = [FILLER * layout.width] * layout.lines
    lines[number] = _repaired(line, number, layout)
    return sum(_is_right(lines, part, layout) for part in layout.parts.values() if part.checked and part.line == number)


# Letters and digits


def _repaired(line: str, number: int, layout: Layout) -> str:
    """The line with letters and digits where they have to be; numbers as their check digit has them."""
    chars = list(line)
    parts = [part for part in layout.parts.values() if part.line == number]
    for part in parts:
        table = {"digits": _DIGITS, "letters": _LETTERS}.get(part.takes, {})
        chars[part.start : part.end] = line[part.start : part.end].translate(table)
        if part.checked:
            chars[part.end] = line[part.end].translate(_DIGITS)
    if layout.composite and number == layout.composite_at[0]:
        chars[-1] = line[-1].translate(_DIGITS)
    for part in parts:
        if part.checked and part.takes == "both":
            chars[part.start : part.end] = _corrected("".join(chars[part.start : part.end]), chars[part.end])
    return "".join(chars)


def _corrected(text: str, digit: str) -> str:
    """The text with one letter or two taken for what they look like, if just one such reading agrees with the check digit.

    Numbers are mostly digits, so that letters are doubted first.
    """
    if check_digit(text) == digit or not digit.isdigit():
        return text
    places = [place for place, char in enumerate(text) if char in _AMBIGUOUS]
    letters = [place for place in places if text[place].isalpha()]
    for doubted, count in ((letters, 1), (letters, 2), (places, 1), (places, 2)):
        agreeing = [each for each in _flipped(text, doubted, count) if check_digit(each) == digit]
        if agreeing:
            return agreeing[0] if len(agreeing) == 1 else text
    return text


def _flipped(text: str, places: Sequence[int], count: int) -> Iterator[str]:
    for chosen in combinations(places, count):
        yield "".join(_AMBIGUOUS[char] if place in chosen else char for place, char in enumerate(text))


def _is_right(lines: Sequence[str], part: Part, layout: Layout) -> bool:
    """Whether a part and its check digit agree; a number may go on in the place after it (part 5, 4.2.2.1, note j)."""
    text, digit = lines[part.line][part.start : part.end], lines[part.line][part.end]
    if digit == FILLER and part is layout.parts["number"]:
        text, digit = long_number(lines, layout)
    empty = digit == FILLER and not text.strip(FILLER)
    return empty or check_digit(text) == digit


def long_number(lines: Sequence[str], layout: Layout) -> tuple[str, str]:
    """A document's number that is longer than its place, with what stands of it among the optional data, and its check digit."""
    number = layout.parts["number"]
    more = layout.parts["personal"]
    rest = lines[more.line][more.start : more.end].partition(FILLER)[0]
    return lines[number.line][number.start : number.end] + rest[:-1], rest[-1:] or FILLER


def names(zone: Zone) -> tuple[str, str]:
    """The surname and the given names."""
    surname, _, given = zone.part("name").partition("<<")
    return _spaced(surname), _spaced(given)


def _spaced(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())
