"""What a request asks for: the options and the format, out of its query, its form fields and its Accept header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException

from uncial.errors import LimitExceeded, OptionInvalid
from uncial.formats import FORMATS, Format, find_format
from uncial.options import Options, Output, describe

FORMAT, KIND, TEMPLATES, PASSWORD = "format", "kind", "templates", "password"
LONGEST_TEMPLATES = 64 * 1024
"""Bytes; a form has a few lines of them."""
PASSWORD_HEADER = "Uncial-Password"
OPTIONS = {info.name: info for info in describe(Options)}
OUTPUT = {info.name: info for info in describe(Output)}
CHOICES = {**OUTPUT, **OPTIONS}
NAMES = (FORMAT, *CHOICES)


@dataclass(frozen=True, slots=True)
class Choices:
    """How to read, how to write, and the format where the request names one."""

    options: Options
    output: Output
    format: Format | None


@dataclass(frozen=True, slots=True)
class Usual:
    """What a route makes of a request that leaves it open, and what it can be asked for."""

    formats: tuple[Format, ...]
    """What it answers in; the first of them where the client likes several as well."""
    options: Options = Options()  # noqa: RUF009 (frozen)
    foreign: bool = False
    """Whether it takes the bodies of other services, and answers in their shapes."""


READING = Usual((FORMATS["json"], *(format for format in FORMATS.values() if format.name != "json")), foreign=True)
EXTRACTING = Usual(tuple(format for format in FORMATS.values() if format.extracts), Options(barcodes=True))


def parse_choices(pairs: Iterable[tuple[str, str]], engine: str, usual: Usual = READING) -> Choices:
    """The choices that these names and values make; `engine` reads where they name none.

    Raises `OptionInvalid`, or `LimitExceeded` for templates that are too long.
    """
    given = _once(pairs, NAMES)
    format = given.pop(FORMAT, None)
    values = {"engine": engine, **_parsed(given)}
    output = Output(**{name: values.pop(name) for name in OUTPUT if name in values})
    return Choices(replace(usual.options, **values), output, _format(format, usual) if format is not None else None)


def _format(name: str, usual: Usual) -> Format:
    format = find_format(name)
    if format not in usual.formats:
        names = " or ".join(each.name for each in usual.formats)
        raise OptionInvalid(
            f"The answer is not written as {name} here.", hint=f"format may be {names}; the job’s result any other."
        )
    return format


def _parsed(given: Mapping[str, str]) -> dict[str, Any]:
    if len(given.get(TEMPLATES, "").encode("utf-8", "replace")) > LONGEST_TEMPLATES:
        hint = "Send those that the document may need, or have the service know them: UNCIAL_TEMPLATES."
        raise LimitExceeded(f"The templates are longer than {LONGEST_TEMPLATES // 1024} KiB.", hint=hint)
    return {name: CHOICES[name].parse(text) for name, text in given.items()}


def parse_output(pairs: Iterable[tuple[str, str]], output: Output) -> tuple[Format | None, Output]:
    """The format that these names and values ask for, and how it is written; what they leave open is as `output` has it.

    Raises `OptionInvalid`, also for an option of reading: what is read already cannot be read in another way.
    """
    given = _once(pairs, (FORMAT, *OUTPUT))
    format = given.pop(FORMAT, None)
    values = _parsed(given)
    return find_format(format) if format is not None else None, replace(output, **values)


def parse_changes(pairs: Iterable[tuple[str, str]], before: Choices) -> Choices:
    """The choices that these names and values make of those of another job; no format is that of the other job.

    Raises `OptionInvalid`, or `LimitExceeded` for templates that are too long.
    """
    given = _once(pairs, NAMES)
    format = given.pop(FORMAT, None)
    values = _parsed(given)
    output = replace(before.output, **{name: values.pop(name) for name in OUTPUT if name in values})
    return Choices(replace(before.options, **values), output, find_format(format) if format is not None else None)


def _once(pairs: Iterable[tuple[str, str]], names: Sequence[str]) -> dict[str, str]:
    """Each name with its value. Raises `OptionInvalid` for a name that is none of these, or that comes twice."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name == PASSWORD:
            hint = f"Send it as the header {PASSWORD_HEADER}, which nobody writes into logs."
            raise OptionInvalid("A password does not belong among the options.", hint=hint)
        if name not in names:
            raise OptionInvalid(f"There is no option “{name}”.", hint=f"Options are: {', '.join(names)}.")
        if name in given:
            raise OptionInvalid(f"The option {name} is given twice.", hint="Give it once.")
        given[name] = value
    return given


def password_of(values: Sequence[str]) -> str:
    """The password in the values of its header, which clients send as UTF-8. Raises `OptionInvalid` for several.

    An HTTP library hands headers over as Latin-1, for which any byte stands (RFC 9110, 5.5).
    """
    if len(values) > 1:
        raise OptionInvalid(f"The header {PASSWORD_HEADER} is given twice.", hint="Give it once.")
    sent = "".join(values).encode("latin-1")
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def accepted_format(accept: str, usual: Usual = READING) -> Format:
    """The format that an Accept header likes best (RFC 9110, 12.5.1). Raises a 406.

    Where it likes several as well it is the usual one, then the first in the table: html for a browser that shows a page, pdf
    rather than pdfa, which has the same media type.
    """
    if not accept.strip():
        return usual.formats[0]
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()]
    liked = max(usual.formats, key=lambda format: _quality(format, ranges))
    if _quality(liked, ranges) > 0:
        return liked
    offered = ", ".join(dict.fromkeys(format.media_type.partition(";")[0] for format in usual.formats))
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
