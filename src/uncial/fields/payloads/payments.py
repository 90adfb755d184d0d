"""Payment codes of invoices: whom to pay, how much, with which reference.

`read_epc` knows the QR code of the European Payments Council (EPC069-12, version 2.1), `read_swiss` that of the Swiss QR-bill
(Swiss Implementation Guidelines QR-bill 2.3, section 4.2), `read_spayd` the Short Payment Descriptor of Czech and Slovak banks
(SPAYD 1.0). What is to be paid is `due`: a part of the total may have been paid before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

from uncial.fields.model import Scalar
from uncial.fields.values.codes import is_iban

_MOST = 4000
"""Bytes; a QR code holds fewer."""
_CHARSETS = {
    "1": "utf-8", "2": "iso8859-1", "3": "iso8859-2", "4": "iso8859-4", "5": "iso8859-5", "6": "iso8859-7", "7": "iso8859-10",
    "8": "iso8859-15",
}  # fmt: skip
_AMOUNT = re.compile(r"([A-Z]{3})?([0-9]{1,10}(?:[.,][0-9]{1,2})?)")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def read_epc(data: bytes) -> Mapping[str, Scalar] | None:
    """What a SEPA credit transfer's code says, by the names of fields; None where it is none."""
    charset = re.match(rb"BCD\r?\n00[12]\r?\n([1-8])\r?\nSCT\r?\n", data)
    if not charset:
        return None
    lines = _lines(data[:_MOST].decode(_CHARSETS[charset[1].decode()], "replace"), 12)
    iban = _bare(lines[6])
    if not is_iban(iban):
        return None
    said = _said(bic=_bic(lines[4]), payee=lines[5], iban=iban, payment_reference=lines[9] or lines[10], purpose=lines[8])
    return {**said, **_amount(lines[7])}


def read_swiss(data: bytes) -> Mapping[str, Scalar] | None:
    """What a Swiss QR-bill says, by the names of fields; None where it is none."""
    if not re.match(rb"SPC\r?\n02[0-9]{2}\r?\n1\r?\n", data):
        return None
    lines = _lines(data[:_MOST].decode("utf-8", "replace"), 32)
    iban = _bare(lines[3])
    if not is_iban(iban):
        return None
    parties = {"payee": lines[4:11], "payer": lines[20:27]}
    said = {name: lines[1] for name, lines in parties.items()}
    said |= {f"{name}_address": _address(lines) for name, lines in parties.items()}
    return {**_said(iban=iban, payment_reference=lines[28] or lines[29], **said), **_amount(lines[19] + lines[18])}


def read_spayd(data: bytes) -> Mapping[str, Scalar] | None:
    """What a Short Payment Descriptor says, by the names of fields; None where it is none."""
    text = data[:_MOST].decode("utf-8", "replace").strip()
    if not re.match(r"SPD\*1\.[0-9]\*", text):
        return None
    pairs = dict(part.split(":", 1) for part in text.split("*")[2:] if ":" in part)
    told = {key: unquote(value).strip() for key, value in pairs.items()}
    iban, _, bic = told.get("ACC", "").partition("+")
    if not is_iban(_bare(iban)):
        return None
    reference = told.get("X-VS") or told.get("RF") or told.get("MSG", "")
    said = _said(iban=_bare(iban), bic=_bic(bic), payee=told.get("RN", ""), payment_reference=reference)
    return {**said, **_amount(told.get("CC", "") + told.get("AM", "")), **dict(_due_date(told.get("DT", "")))}


def _lines(text: str, count: int) -> list[str]:
    """So many lines at least; what is left out at the end is empty."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return lines + [""] * (count - len(lines))


def _said(**values: str) -> dict[str, Scalar]:
    return {name: value for name, value in values.items() if value}


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _bic(text: str) -> str:
    bare = _bare(text)
    return bare if _BIC.fullmatch(bare) else ""


def _amount(text: str) -> dict[str, Scalar]:
    found = _AMOUNT.fullmatch(_bare(text))
    if not found:
        return {}
    currency: dict[str, Scalar] = {"currency": found[1]} if found[1] else {}
    return {"due": Decimal(found[2].replace(",", ".")), **currency}


def _address(lines: Sequence[str]) -> str:
    """Street and place of a party: structured in four lines, or combined in two."""
    kind, _, first, second, code, town, country = lines
    parts = [first, second] if kind == "K" else [f"{first} {second}".strip(), f"{code} {town}".strip()]
    return ", ".join(part for part in (*parts, country) if part)


def _due_date(text: str) -> Iterator[tuple[str, date]]:
    if re.fullmatch(r"[0-9]{8}", text):
        try:
            yield "due_date", date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return
