"""GS1 element strings of goods: article, batch, dates, weight (GS1 General Specifications, section 3, application identifiers).

The bytes of a barcode do not tell that they are one. So they count as one only if they begin with a number of an article whose
check digit is right, and consist of known elements from there to their end.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from uncial.fields.model import Scalar
from uncial.fields.values.check_digits import is_gtin

_SEPARATOR = "\x1d"
_ELEMENTS = {
    "01": ("gtin", 14), "02": ("content_gtin", 14), "10": ("batch", -20), "11": ("produced", 6),
    "13": ("packed", 6), "15": ("best_before", 6), "16": ("sell_by", 6), "17": ("expiry", 6), "20": ("variant", 2),
    "21": ("serial", -20), "30": ("count", -8), "37": ("count", -8), "240": ("article", -30), "241": ("customer_article", -30),
    "400": ("order_number", -30), "410": ("ship_to", 13), "414": ("location", 13), "420": ("ship_to_postcode", -20),
}  # fmt: skip
"""Name and length by identifier; negative where it is the most, and a separator ends it sooner."""
_MEASURES = {"310": "net_weight_kg", "330": "gross_weight_kg", "392": "price", "390": "due"}
"""Identifiers that a digit follows which says how many of their digits are decimals."""
_DATES = ("produced", "packed", "best_before", "sell_by", "expiry")
_CHARACTERS = re.compile(r"[!-~\x1d]{16,200}")


def read(data: bytes) -> Mapping[str, Scalar] | None:
    """What the elements say; None where the bytes are something else."""
    text = data.decode("latin-1").removeprefix(_SEPARATOR)
    if not (_CHARACTERS.fullmatch(text) and text[:2] in ("01", "02")):
        return None
    elements = list(_elements(text))
    if any(value is None for _, value in elements):
        return None
    said = {name: value for name, value in elements if value is not None}
    numbers = [str(said[name]) for name in ("gtin", "content_gtin") if name in said]
    return said if numbers and all(map(is_gtin, numbers)) else None


def _elements(text: str) -> Iterator[tuple[str, Scalar | None]]:
    """Each element by its name; None for what is none, where it ends."""
    while text:
        name, length, decimals, at = _identified(text)
        field = text[at : at + abs(length)]
        if length < 0:
            field = field.partition(_SEPARATOR)[0]
        value = _value(name, field, length, decimals)
        yield name, value
        if value is None:
            return
        text = text[at + len(field) :].removeprefix(_SEPARATOR)


def _identified(text: str) -> tuple[str, int, int, int]:
    """Name, length and decimals of the first element, and where its value begins; no name where it is not known."""
    if text[:3] in _MEASURES and text[3:4].isdecimal():
        return _MEASURES[text[:3]], 6 if text[0] == "3" and text[1] in "13" else -15, int(text[3]), 4
    width = next((width for width in (2, 3) if text[:width] in _ELEMENTS), 0)
    return (*_ELEMENTS[text[:width]], 0, width) if width else ("", 0, 0, 0)


def _value(name: str, field: str, length: int, decimals: int) -> Scalar | None:
    if not name or not field or (length > 0 and not (len(field) == length and field.isdecimal())):
        return None
    if name in _DATES:
        return _date(field)
    if name in _MEASURES.values():
        return Decimal(field).scaleb(-decimals) if field.isdecimal() else None
    return field


def _date(field: str) -> date | None:
    """Year, month, day; day 00 is the month's last. Of this century: goods have no older dates (section 7.12)."""
    year, month, day = 2000 + int(field[:2]), int(field[2:4]), int(field[4:])
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        return None
    return date(year, month, day or monthrange(year, month)[1])
