"""Rail tickets of UIC 918.3 (ERA TAP TSI, technical document B.12, section 10, TLB): #UT, a signature, and compressed records.

Read are U_HEAD (who issued what and when), U_TLAY (the ticket as print: texts on a grid of 15 x 72, in the places of UIC 918-2,
RCT2) and 0080BL (what Deutsche Bahn says of its own). U_FLEX and others are only named. No signature is checked.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cache

from uncial.fields.lexicon import word_table
from uncial.fields.model import Scalar
from uncial.fields.values.amounts import find_money

_START = re.compile(rb"#UT(0[12])([0-9A-Z]{4}).{5}", re.DOTALL)
_SIGNATURE = {b"01": 50, b"02": 64}
"""Bytes, by the version: DSA in DER, filled up; r and s of 32 bytes each."""
_MOST = 64 * 1024
"""Bytes that are unpacked at most; a ticket has one or two thousand."""
_MOST_FIELDS = 200
_ROWS, _COLUMNS = 16, 73

_PLACES = {
    "fare": (0, 18, 33), "passenger": (0, 52, 19), "validity": (3, 1, 48), "departure_day": (6, 1, 5), "departure": (6, 7, 5),
    "origin": (6, 13, 17), "destination": (6, 34, 17), "arrival_day": (6, 52, 5), "arrival": (6, 58, 5), "class": (6, 66, 5),
    "service": (8, 7, 9), "coach": (8, 26, 3), "seat": (8, 48, 23), "price": (13, 52, 19),
}  # fmt: skip
"""Where UIC 918-2 prints what: row, column, width."""
_RESERVED = re.compile(r"reserv|reserw|réserv|prenot|rezerv|reserva", re.IGNORECASE)
"""In the title of tickets that name a seat; on others the same place has the way."""
_DAYS = {"departure_day": "date", "arrival_day": "arrival_date"}
"""Places with a day and a month, and what they are with a year."""
_DAY = re.compile(r"[0-9]{1,2}[./][0-9]{1,2}\.?")
_OWN = {
    "001": "fare", "014": "class", "015": "origin", "016": "destination", "017": "return_origin", "018": "return_destination",
    "021": "via", "023": "passenger", "028": "passenger", "031": "valid_from", "032": "valid_until",
}  # fmt: skip
"""Fields of 0080BL by their numbers."""


def read(data: bytes) -> Mapping[str, Scalar] | None:
    """What a ticket says, by the names of fields; None where the bytes are no ticket."""
    start = _START.match(data)
    if start is None:
        return None
    records = list(_records(_unpacked(data[start.end() + _SIGNATURE[start[1]] :])))
    if not records:
        return None
    says: dict[str, Scalar] = {"mode": "train", "carrier": _railway(start[2].decode("ascii"))}
    for name, body in records:
        says |= _READERS[name](body) if name in _READERS else {}
    return {**_dated(says), "records": " ".join(name for name, _ in records)}


def _unpacked(rest: bytes) -> bytes:
    """Four digits of length, then deflate; some issuers count wrongly, so the stream itself says where it ends."""
    try:
        return zlib.decompressobj().decompress(rest[4:], _MOST)
    except zlib.error:
        return b""


def _records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each record's name and what is in it, after twelve characters of name, version and length."""
    at = 0
    while head := re.match(rb"([0-9A-Z_]{6})[0-9]{2}([0-9]{4})", data[at : at + 12]):
        length = max(int(head[2]), 12)
        yield head[1].decode("ascii"), data[at + 12 : at + length]
        at += length


@cache
def _railways() -> Mapping[str, str]:
    return {code: name for name, codes in word_table("railways").items() for code in codes}


def _railway(code: str) -> str:
    return _railways().get(code, code)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


# U_HEAD


def _head(body: bytes) -> Mapping[str, Scalar]:
    said: dict[str, Scalar] = {"carrier": _railway(_text(body[:4]))}
    if key := _text(body[4:24]).strip():
        said["number"] = key
    if issued := _moment(_text(body[24:36])):
        said["issued"] = issued
    return said


def _moment(text: str) -> datetime | None:
    found = re.fullmatch(r"([0-9]{2})([0-9]{2})([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if not found:
        return None
    day, month, year, hour, minute = map(int, found.groups())
    on, at = _day(year, month, day), _clock(f"{hour}:{minute:02}")
    return datetime.combine(on, at) if on and at else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", text)
    return time(int(found[1]), int(found[2])) if found else None


# U_TLAY


def _layout(body: bytes) -> Mapping[str, Scalar]:
    """What stands where UIC 918-2 has it; other layouts are no two alike."""
    if body[:4] != b"RCT2":
        return {}
    grid = _grid(_texts(body[8:]))
    said = {name: _at(grid, *place) for name, place in _PLACES.items()}
    if not _RESERVED.search(said["fare"]):
        said.update(service="", coach="", seat="")
    return dict(_printed(said))


def _texts(rest: bytes) -> Iterator[tuple[int, int, int, str]]:
    """Row, column and width of each text, and what it says."""
    at = 0
    for _ in range(_MOST_FIELDS):
        head = re.match(rb"([0-9]{2})([0-9]{2})[0-9]{2}([0-9]{2})[0-9 ]([0-9]{4})", rest[at : at + 13])
        if not head:
            return
        row, column, width, length = map(int, head.groups())
        yield row, column, width, _text(rest[at + 13 : at + 13 + length])
        at += 13 + length


def _grid(texts: Iterable[tuple[int, int, int, str]]) -> list[list[str]]:
    grid = [[" "] * _COLUMNS for _ in range(_ROWS)]
    for row, column, width, text in texts:
        lines = text.split("\n") if "\n" in text or not width else [text[i : i + width] for i in range(0, len(text), width)]
        for down, line in enumerate(lines[: max(_ROWS - row, 0)]):
            shown = line[: max(_COLUMNS - column, 0)]
            grid[row + down][column : column + len(shown)] = shown
    return grid


def _at(grid: list[list[str]], row: int, column: int, width: int) -> str:
    """What stands there; stars and dashes fill places that are not used."""
    return " ".join("".join(grid[row][column : column + width]).split()).strip(" *-—")


def _printed(said: Mapping[str, str]) -> Iterator[tuple[str, Scalar]]:
    for name, value in said.items():
        if name == "validity":
            yield from _validity(value)
        elif name == "price":
            yield from _price(value)
        elif name in ("departure", "arrival"):
            if at := _clock(value):
                yield name, at
        elif value and (name not in _DAYS or _DAY.fullmatch(value)):
            yield name, value


def _validity(text: str) -> Iterator[tuple[str, date]]:
    found = re.findall(r"([0-9]{1,2})[./]([0-9]{1,2})[./](20[0-9]{2}|[0-9]{2})", text)
    days = [_day(int(year) % 100 + 2000, int(month), int(day)) for day, month, year in found[:2]]
    yield from ((name, day) for name, day in zip(("valid_from", "valid_until"), days, strict=False) if day)


def _price(text: str) -> Iterator[tuple[str, Scalar]]:
    for amount in find_money(text):
        yield "price", amount.value
        if amount.currency:
            yield "currency", amount.currency
        return


def _dated(says: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The days of travel with the year in which they come after the first day on which the ticket counts, or was issued."""
    since = next((each for each in map(says.get, ("valid_from", "issued")) if isinstance(each, date)), None)
    told = {name: value for name, value in says.items() if name not in _DAYS}
    for hidden, name in _DAYS.items():
        if since and hidden in says and (day := _after(str(says[hidden]), since)):
            told[name] = day
    return told


def _after(text: str, since: date) -> date | None:
    day, month = map(int, re.findall("[0-9]+", text))
    first = date(since.year, since.month, since.day)
    days = (_day(year, month, day) for year in range(first.year, min(first.year + 5, 9999)))
    return next((each for each in days if each and each >= first), None)


# 0080BL


def _own(body: bytes) -> Mapping[str, Scalar]:
    """Orders of a length that the version tells, then fields: S, three digits of number, four of length."""
    first = re.search(rb"S[0-9]{3}[0-9]{4}", body)
    return dict(_own_fields(body[first.start() :])) if first else {}


def _own_fields(rest: bytes) -> Iterator[tuple[str, Scalar]]:
    at = 0
    while head := re.match(rb"S([0-9]{3})([0-9]{4})", rest[at : at + 8]):
        name, value = _OWN.get(head[1].decode("ascii"), ""), _text(rest[at + 8 : at + 8 + int(head[2])]).strip()
        at += 8 + int(head[2])
        match name:
            case "passenger":
                yield name, " ".join(value.split("#"))
            case "class" if value[-1:] in ("1", "2"):
                yield name, value[-1]
            case "valid_from" | "valid_until":
                yield from ((name, day) for _, day in list(_validity(value))[:1])
            case _ if name and value and name != "class":
                yield name, value


_READERS = {"U_HEAD": _head, "U_TLAY": _layout, "0080BL": _own}
