"""What can be asked for here, as rows for programs: options, formats, languages, engines, limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uncial.engines import engine_info, engine_names
from uncial.engines.survey import Survey
from uncial.errors import UncialError
from uncial.formats import FORMATS
from uncial.options import Limits, OptionInfo, PageRanges, Region, describe
from uncial.service.choices import FORMAT, OPTIONS, OUTPUT
from uncial.service.json_body import MAX_JSON, encoded_limit
from uncial.service.settings import Settings

Row = dict[str, Any]

_SECRET_LIMITS = ("fetch_allow",)
"""What says more of the network here than a stranger needs to know."""
_OF_THE_SERVICE = ("queue_size", "page_time_limit", "time_limit", "wait_limit", "keep_seconds", "keep_waited_seconds")


def option_rows(engine: str) -> list[Row]:
    """Every option: of the reading, of the writing, and the format; `engine` is the one that reads where none is named."""
    format = {
        "name": FORMAT,
        "for": "writing",
        "type": "string",
        "default": "json",
        "choices": list(FORMATS),
        "minimum": None,
        "maximum": None,
        "help": "The format of the answer; it goes before the Accept header.",
    }
    return [format, *_rows(OUTPUT.values(), "writing"), *_rows(OPTIONS.values(), "reading", engine=engine)]


def _rows(infos: Iterable[OptionInfo], purpose: str, **defaults: str) -> list[Row]:
    return [
        {
            "name": info.name,
            "for": purpose,
            "type": type_of(info),
            "default": defaults.get(info.name, default_of(info)),
            "choices": list(info.choices) or None,
            "minimum": info.low,
            "maximum": info.high,
            "help": info.help,
        }
        for info in infos
    ]


def type_of(info: OptionInfo) -> str:
    """What kind of value an option has, as JSON Schema calls it."""
    match info.default:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case _:
            return "string"


def default_of(info: OptionInfo) -> str | int | float | bool:
    """What an option is where it is not given, as a request would say it."""
    match info.default:
        case bool() | int() | float() | str():
            return info.default
        case PageRanges() | Region():
            return str(info.default)
        case tuple():
            return "+".join(info.default)
    raise AssertionError(info)


def format_rows() -> list[Row]:
    """A row for each format, in the order of the table."""
    names = ("name", "media_type", "suffix", "help", "shows", "reads")
    return [{name: getattr(format, name) for name in names} for format in FORMATS.values()]


def language_rows(known: Survey) -> list[Row]:
    """A row for each language that can be read here."""
    return [each.row() for each in known.readable]


def engine_rows(known: Survey) -> list[Row]:
    """A row for each engine, also for those that something is missing for."""
    absent = dict(known.absent)
    return [_engine_row(name, known, absent.get(name)) for name in engine_names()]


def _engine_row(name: str, known: Survey, fault: UncialError | None) -> Row:
    row: Row = {"name": name, "version": None, "licence": None, "languages": [], "gives_confidence": None}
    try:
        info = engine_info(name)
    except UncialError as error:
        fault = fault or error
    else:
        row |= {"version": info.version, "licence": info.licence, "gives_confidence": info.gives_confidence}
        mine = [each.language.code for each in known.readable if name in each.engines]
        row["languages"] = mine or list(info.languages) * (fault is None)
    return row | {"available": fault is None, "reason": f"{fault.message} {fault.hint}".strip() if fault else None}


def limit_rows(settings: Settings) -> list[Row]:
    """A row for each thing that there is only so much of."""
    cost = [(info.name, getattr(settings, info.name), info.help) for info in describe(Limits) if info.name not in _SECRET_LIMITS]
    described = type(settings).model_fields
    service = [(name, getattr(settings, name), described[name].description) for name in _OF_THE_SERVICE]
    json = [
        ("max_json_bytes", encoded_limit(settings.max_bytes), "Bytes of a JSON body, with a document in base64."),
        ("max_json_fields_bytes", MAX_JSON, "Bytes of a JSON body besides its document."),
    ]
    return [{"name": name, "value": value, "help": help} for name, value, help in (*cost, *json, *service)]
