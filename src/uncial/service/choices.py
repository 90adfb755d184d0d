"""What a request asks for: the options and the format, out of its query, its form fields and its Accept header."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.exceptions import HTTPException

from uncial.errors import OptionInvalid
from uncial.formats import FORMATS, Format, find_format
from uncial.options import Options, describe

FORMAT = "format"
OPTIONS = {info.name: info for info in describe(Options)}
NAMES = (FORMAT, *OPTIONS)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options, and the format where the request names one."""

    options: Options
    format: Format | None


def parse_choices(pairs: Iterable[tuple[str, str]], engine: str) -> Choices:
    """The choices that these names and values make; `engine` reads where they name none. Raises `OptionInvalid`."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in NAMES:
            raise OptionInvalid(f"There is no option “{name}”.", hint=f"Options are: {', '.join(NAMES)}.")
        if name in given:
            raise OptionInvalid(f"The option {name} is given twice.", hint="Give it once.")
        given[name] = value
    format = given.pop(FORMAT, None)
    values = {"engine": engine, **{name: OPTIONS[name].parse(text) for name, text in given.items()}}
    return Choices(Options(**values), find_format(format) if format is not None else None)


def accepted_format(accept: str) -> Format:
    """The format that an Accept header likes best, json where it likes several as well (RFC 9110, 12.5.1). Raises a 406."""
    if not accept.strip():
        return FORMATS["json"]
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()]
    ranked = sorted(FORMATS.values(), key=lambda format: (-_quality(format, ranges), format.name != "json"))
    if _quality(ranked[0], ranges) > 0:
        return ranked[0]
    offered = ", ".join(format.media_type.partition(";")[0] for format in FORMATS.values())
    raise HTTPException(406, f"The Accept header wants none of what there is: {offered}.")


def _media_range(part: str) -> tuple[str, float]:
    """One entry of the header: a media type or a pattern of them, and how much it is liked, 1 where that is no number."""
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return media, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return media, 1.0


def _quality(format: Format, ranges: list[tuple[str, float]]) -> float:
    """How much the format is liked: what its most exact match says, 0 where none matches."""
    media = format.media_type.partition(";")[0]
    for pattern in (media, f"{media.partition('/')[0]}/*", "*/*"):
        for name, quality in ranges:
            if name == pattern:
                return quality
    return 0.0
