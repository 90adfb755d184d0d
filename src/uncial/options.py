"""What a user can ask for (`Options`) and what nobody may exceed (`Limits`), each declared once.

The command's flags, the HTTP parameters, the variables `UNCIAL_…` and the table in docs/options.md are made from the fields here:
a field's name, type, default and metadata are all that there is to know about an option.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import Field, dataclass, field, fields, replace
from functools import partial
from math import inf
from typing import Any, NamedTuple

from uncial.errors import OptionInvalid
from uncial.geometry import Box
from uncial.languages import find_language

MEBIBYTE = 1024 * 1024
AUTO = "auto"
"""The language that says: find out."""
EFFORTS = ("fast", "balanced", "best")
PDF_TEXT = ("auto", "ignore", "only")
KINDS = ("auto", "receipt", "invoice", "ticket", "boarding-pass", "identity", "letter", "other")
"""Of documents, for their fields."""


_REGION = "Write it as left,top,right,bottom in pixels of the page: 120,80,900,210."
_SIDE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
"""Of a region, in pixels; no page is a million pixels long."""


def told_bytes(count: int) -> str:
    """A number of bytes as users say it: “256 MiB”, “900 bytes”."""
    return f"{count / MEBIBYTE:.4g} MiB" if count >= MEBIBYTE else f"{count} bytes"


class OptionInfo(NamedTuple):
    """How one option is told to users."""

    name: str
    help: str
    default: object
    short: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    """What it may be, where that is one of a few words."""
    in_files: bool
    """Whether it is a text that stands in files, by whose names the command is told of it."""
    parse: Callable[[str], Any]
    """Makes the value out of the text of a flag, a parameter or a variable. Raises `OptionInvalid`."""


def _option(
    default: Any,
    help: str,
    *,
    short: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    in_files: bool = False,
    parse: Callable[[str], Any] | None = None,
) -> Any:
    told = {
        "help": help, "short": short, "low": low, "high": high, "choices": choices, "in_files": in_files,
        "parse": parse or _PARSERS[type(default)],
    }  # fmt: skip
    return field(default=default, metadata=told)


def describe(kind: type[Options] | type[Output] | type[Limits]) -> list[OptionInfo]:
    """All options (or limits) in the order in which they are declared."""
    return [_info(entry) for entry in fields(kind)]


def _info(entry: Field[Any]) -> OptionInfo:
    told = {**entry.metadata, "parse": partial(_parse_named, entry.name, entry.metadata["parse"])}
    return OptionInfo(entry.name, default=entry.default, **told)


def _parse_named(name: str, parse: Callable[[str], Any], text: str) -> Any:
    """What the text means; a refusal says which option it is about."""
    try:
        return parse(text)
    except OptionInvalid as error:
        raise OptionInvalid(f"{name}: {error.message}", hint=error.hint) from None


@dataclass(frozen=True, slots=True)
class PageRanges:
    """Which pages to read: "1-3,7,9-" is the pages 1 to 3, 7, and all from 9; no range at all means every page."""

    ranges: tuple[tuple[int, int | None], ...] = ()

    @staticmethod
    def parse(text: str) -> PageRanges:
        """The page ranges that a user wrote. Raises `OptionInvalid`."""
        return PageRanges(tuple(_parse_range(part.strip()) for part in text.split(",")) if text.strip() else ())

    @staticmethod
    def of(numbers: Iterable[int]) -> PageRanges:
        """The ranges that hold these pages and no others."""
        ranges: list[tuple[int, int | None]] = []
        for number in sorted(set(numbers)):
            if ranges and ranges[-1][1] == number - 1:
                ranges[-1] = ranges[-1][0], number
            else:
                ranges.append((number, number))
        return PageRanges(tuple(ranges))

    def __contains__(self, number: int) -> bool:
        """Whether the page of that number (from 1) is to be read."""
        return not self.ranges or any(low <= number <= (high or number) for low, high in self.ranges)

    def __str__(self) -> str:
        return ",".join(str(low) if low == high else f"{low}-{'' if high is None else high}" for low, high in self.ranges)


def _parse_range(part: str) -> tuple[int, int | None]:
    match = re.fullmatch(r"(\d{1,9})?(-)?(\d{1,9})?", part)
    if not match or not (match[1] or match[3]):
        raise OptionInvalid(f"“{part}” is not a page or a range of pages.", hint="Write pages as 1-3,7,9- (counted from 1).")
    low = int(match[1] or 1)
    high = int(match[3]) if match[3] else None if match[2] else low
    if low < 1 or (high is not None and high < low):
        raise OptionInvalid(f"“{part}” is not a range of pages.", hint="Pages count from 1, and a range runs upwards: 2-5.")
    return low, high


@dataclass(frozen=True, slots=True)
class Region:
    """Which part of each page to read: "120,80,900,210" is left, top, right and bottom; without a box it is all of the page."""

    box: Box | None = None
    """In pixels of the page image as a viewer shows it."""

    def __post_init__(self) -> None:
        if self.box and not (0 <= self.box.left < self.box.right < inf and 0 <= self.box.top < self.box.bottom < inf):
            raise OptionInvalid(f"“{self}” is a region without any pixels of a page.", hint=_REGION)

    @staticmethod
    def parse(text: str) -> Region:
        """The region that a user wrote. Raises `OptionInvalid`."""
        return Region(_parse_box(text)) if text.strip() else Region()

    def __str__(self) -> str:
        return ",".join(f"{side:.3f}".rstrip("0").rstrip(".") for side in self.box) if self.box else ""


def _parse_box(text: str) -> Box:
    sides = [side.strip() for side in text.split(",")]
    if len(sides) != 4 or not all(_SIDE.fullmatch(side) for side in sides):
        raise OptionInvalid(f"“{text}” is not a region of a page.", hint=_REGION)
    return Box(*map(float, sides))


def parse_languages(text: str) -> tuple[str, ...]:
    """The languages that a user wrote, as "en", "eng+deu", "de, fr" or "auto", each by its BCP 47 name.

    Raises `OptionInvalid` for what names no language, and `LanguageMissing` for a name that nobody here knows.
    """
    names = tuple(part for part in re.split(r"[+,\s]+", text) if part)  # a plus in a URL's query comes as a space
    if not names or not all(re.fullmatch(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*", name) for name in names):
        raise OptionInvalid(f"“{text}” does not name a language.", hint="Write languages as en, or several as en+de.")
    return _canonical(names)


def _canonical(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each language by its BCP 47 name and once, in their order; auto stays what it is, and stays alone."""
    known = dict.fromkeys(AUTO if name.lower() == AUTO else find_language(name).code for name in names)
    if not known or (AUTO in known and len(known) > 1):
        told = "+".join(names)
        raise OptionInvalid(f"“{told}” does not say which languages.", hint="Name the languages, as en+de, or auto to find out.")
    return tuple(known)


def _parse_switch(text: str) -> bool:
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise OptionInvalid(f"“{text}” is neither yes nor no.", hint=f"Write one of {', '.join(_SWITCH)}.") from None


def _parse_whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise OptionInvalid(f"“{text}” is not a whole number.", hint="Write it in digits: 300.") from None


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionInvalid(f"“{text}” is not a number.", hint="Write it in digits: 2.5.") from None


def _parse_list(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[,\s]+", text) if part)


_SWITCH = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False, "1": True, "0": False}
_PARSERS: dict[type, Callable[[str], Any]] = {
    bool: _parse_switch,
    int: _parse_whole,
    float: _parse_number,
    str: str,
    tuple: _parse_list,
    PageRanges: PageRanges.parse,
    Region: Region.parse,
}


def _check(made: Options | Output | Limits) -> None:
    for info in describe(type(made)):
        value = getattr(made, info.name)
        low, high = info.low, info.high
        if info.choices and value not in info.choices:
            raise OptionInvalid(f"{info.name} is “{value}”.", hint=f"It may be one of {', '.join(info.choices)}.")
        if low is not None and not low <= value <= (high if high is not None else float("inf")):
            wanted = f"at least {low}" if high is None else f"from {low} to {high}"
            raise OptionInvalid(f"{info.name} is {value}.", hint=f"It may be {wanted}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to do with a document."""

    languages: tuple[str, ...] = _option(
        (AUTO,),
        "Languages of the text, BCP 47 or ISO 639-2 names joined by +, or auto to find out.",
        short="l",
        parse=parse_languages,
    )
    pages: PageRanges = _option(PageRanges(), "Pages to read, such as 1-3,7 (default: all).")  # noqa: RUF009 (frozen)
    region: Region = _option(  # noqa: RUF009 (frozen)
        Region(), "The part of each page that is read, as left,top,right,bottom in pixels of the page (default: all)."
    )
    engine: str = _option("auto", "The engine that reads.")
    effort: str = _option("balanced", "How much time accuracy is worth.", choices=EFFORTS)
    min_confidence: float = _option(0.0, "Words that are less sure than this are marked as doubtful.", low=0.0, high=1.0)
    orientation: bool = _option(True, "Turn pages upright that lie on their side or upside down.")
    deskew: bool = _option(True, "Level pages whose lines slope.")
    dewarp: bool = _option(True, "Flatten photographed pages: perspective, and curl where the model for it is installed.")
    contrast: bool = _option(True, "Even out shadows and faint print.")
    invert: bool = _option(True, "Turn pages that are white on black into black on white.")
    denoise: bool = _option(True, "Take away specks.")
    sharpen: bool = _option(True, "Sharpen blurred text.")
    upscale: bool = _option(True, "Enlarge pages whose text is too small to be read.")
    barcodes: bool = _option(
        False, "Read barcodes: QR, Aztec, PDF417, EAN, Code 128 and others. extract does unless told not to."
    )
    pdf_text: str = _option("auto", "What to do with the text that PDFs hold: auto takes what can be trusted.", choices=PDF_TEXT)
    pdf_dpi: int = _option(
        0, "Resolution at which PDF pages are drawn, 36 to 1200 dots an inch, or 0 to choose it for each page.", low=0, high=1200
    )

    def __post_init__(self) -> None:
        # Frozen for everybody else: an engine is never asked for “deu” where it reads “de”.
        object.__setattr__(self, "languages", _canonical(self.languages))
        _check(self)
        if 0 < self.pdf_dpi < 36:
            raise OptionInvalid(f"pdf_dpi is {self.pdf_dpi}.", hint="It may be from 36 to 1200, or 0 to choose for each page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """How a document is written, for the formats that leave it open."""

    layout: bool = _option(False, "Keep columns and spacing in plain text, as they are on the page.")
    kind: str = _option("auto", "The kind of document whose fields are wanted, or auto to find out.", short="k", choices=KINDS)
    templates: str = _option("", "Templates of fields, as YAML: docs/templates.md.", in_files=True)

    def __post_init__(self) -> None:
        _check(self)

    def with_templates(self, more: str) -> Output:
        """The same with more templates, which come after its own."""
        return replace(self, templates="\n---\n".join(text for text in (self.templates, more) if text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost; refused before memory is spent."""

    max_bytes: int = _option(256 * MEBIBYTE, "Bytes of one input.", low=1)
    max_pixels: int = _option(150_000_000, "Pixels of one page image (an A0 sheet at 300 dpi has 139 million).", low=1)
    max_pages: int = _option(1000, "Pages read of one document.", low=1)
    fetch_seconds: float = _option(30.0, "Seconds for fetching a URL, redirects and all.", low=0.1)
    fetch_allow: tuple[str, ...] = _option(
        (), "Hosts and networks that a URL may lead to although they are not public: localhost, 10.1.0.0/16."
    )

    def __post_init__(self) -> None:
        _check(self)
