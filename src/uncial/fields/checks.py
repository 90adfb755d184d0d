"""Holds fields against each other: sums, check digits, dates, currencies, what is printed against what a barcode says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial

from uncial.fields import sums
from uncial.fields.lexicon import word_table
from uncial.fields.model import Doubt, Field, Fields, Row, Scalar
from uncial.fields.sheet import View
from uncial.fields.sums import Finding
from uncial.fields.tokens import fold
from uncial.fields.values.amounts import find_money
from uncial.fields.values.check_digits import is_gtin, is_luhn, is_vat_id
from uncial.fields.values.codes import is_iban

CODES: Mapping[str, str] = {
    "net-tax": "Net and tax are not the total.",
    "items": "The items do not come to the net, the subtotal or the total, with or without tax, discount and rounding.",
    "item": "Quantity and unit price of an item make less than its amount.",
    "taxes": "The rows of the taxes are not the tax, or what they are raised on is not the net.",
    "tax-rate": "The tax is not that rate of the net.",
    "due": "What is due is not the total without what was paid already.",
    "change": "What was given, without what was given back, is not the total.",
    "check-digits": "The check digits of an IBAN, a VAT id, an article's or a company's number are wrong.",
    "date-order": "A day or a time is before the one that it has to follow.",
    "date-far": "A day is not of the years 1970 to 2070, or years away from the others.",
    "currency": "The country of the address, the VAT id and the IBAN has another currency.",
    "barcode": "A barcode says something else.",
}
"""What can speak against a field, by the doubt's code. docs/fields.md has the same table."""

_AGREED = 0.5
"""What is left of the doubt about fields that agree."""
_CONFIRMED = 0.85
"""The least factor for a field that another check has confirmed: then it is more likely the others that are wrong."""
_YEARS = range(1970, 2071)
_FAR = timedelta(days=800)
_ORDERS = (
    ("date", "due_date"), ("period_start", "period_end"), ("valid_from", "valid_until"), ("birth_date", "expiry_date"),
    ("date", "arrival_date"),
)  # fmt: skip
_NEAR_DATES = ("due_date", "delivery_date", "period_start", "period_end", "arrival_date")
"""Days that are no more than two years from the document's own."""
_COMPANY_DIGITS = (9, 14)
"""SIREN and SIRET, the French numbers of companies and their places, both with a Luhn digit (INSEE)."""


def checked(fields: Fields, view: View) -> Fields:
    """The same fields; those that agree with others are surer, those that do not are less sure, and say so."""
    findings = [finding for check in _CHECKS for finding in check(fields)]
    findings += [*sums.items(fields, partial(_is_printed, view)), *_barcodes(fields, view)]
    judged = _judged(fields, findings)
    return {name: _row_by_row(field, _ROW_CHECKS[name]) if name in _ROW_CHECKS else field for name, field in judged.items()}


def _judged(fields: Fields, findings: Iterable[Finding]) -> dict[str, Field]:
    """Each field with what was found about it; what a person says is certain, and speaks about the others alone."""
    every = [finding for finding in findings if not (finding.agrees and sums.reckoned(fields, finding.blamed))]
    agreed = [name for finding in every if finding.agrees for name in finding.blamed]
    made = dict(fields)
    for name in dict.fromkeys(agreed):
        if name in made and made[name].found_by != "person":
            made[name] = _surer(made[name], agreed.count(name))
    for finding in every:
        for name, factor in {} if finding.agrees else finding.blamed.items():
            if name in made and made[name].found_by != "person":
                least = max(factor, _CONFIRMED) if name in agreed else factor
                made[name] = made[name].doubted(Doubt(finding.code, finding.message), least)
    return made


def _is_printed(view: View, amount: Decimal) -> bool:
    """Whether the document has that amount somewhere."""
    return any(found.value == amount for piece in view.pieces for found in find_money(piece.text))


def _surer(field: Field, times: int) -> Field:
    return replace(field, confidence=1.0 - (1.0 - field.confidence) * _AGREED**times)


def _row_by_row(field: Field, checks: tuple[Callable[[Row], Iterable[Finding]], ...]) -> Field:
    """A list whose rows are each held against themselves."""
    if not isinstance(field.value, tuple):
        return field
    found = (_judged(row, [finding for check in checks for finding in check(row)]) for row in field.value)
    return replace(field, value=tuple(found))


# ---- check digits


def _check_digits(fields: Fields) -> Iterator[Finding]:
    for name, field in fields.items():
        value = field.value
        if isinstance(value, str) and (right := _has_right_digits(name, value)) is not None:
            yield Finding("check-digits", right, {name: 0.5}, f"The check digits of {value:.40} are wrong.")


def _has_right_digits(name: str, value: str) -> bool | None:
    """Whether they are right; None where such a number has none, or they are not known here."""
    if name == "iban":
        return is_iban(value)
    if name.endswith(("vat_id", "tax_id")):
        return is_vat_id(value)
    return None


def _french_company(fields: Fields) -> Iterator[Finding]:
    """A French company's number has a Luhn digit; the VAT id tells that it is French."""
    number, vat_id = (fields[name].value if name in fields else "" for name in ("issuer_registration", "issuer_vat_id"))
    if isinstance(number, str) and isinstance(vat_id, str) and vat_id.startswith("FR") and len(number) in _COMPANY_DIGITS:
        message = f"The check digit of {number} is wrong."
        yield Finding("check-digits", is_luhn(number), {"issuer_registration": 0.5}, message)


def _article(row: Row) -> Iterator[Finding]:
    """An article's number of 13 digits is an EAN."""
    code = row["code"].value if "code" in row else ""
    if isinstance(code, str) and re.fullmatch(r"[0-9]{13}", code):
        yield Finding("check-digits", is_gtin(code), {"code": 0.7}, f"The check digit of {code} is wrong.")


# ---- days and times


def _day(fields: Fields, name: str) -> date | None:
    value = fields[name].value if name in fields else None
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _dates_in_order(fields: Fields) -> Iterator[Finding]:
    for first, second in _ORDERS:
        before, after = _day(fields, first), _day(fields, second)
        if before and after and after < before:
            blamed = {first: 0.7, second: 0.6}
            yield Finding("date-order", False, blamed, f"{_words(second)} {after} is before {_words(first)} {before}.")


def _times_in_order(fields: Fields) -> Iterator[Finding]:
    """On one day nothing arrives before it departs, and nobody boards after that."""
    same_day = _day(fields, "arrival_date") == _day(fields, "date") is not None
    for first, second in (("boarding_time", "departure"), *((("departure", "arrival"),) if same_day else ())):
        before, after = (fields[name].value if name in fields else None for name in (first, second))
        if isinstance(before, time) and isinstance(after, time) and _minutes(after) < _minutes(before) < _minutes(after) + 720:
            blamed = {first: 0.7, second: 0.7}
            yield Finding(
                "date-order", False, blamed, f"{_words(second)} {after:%H:%M} is before {_words(first)} {before:%H:%M}."
            )


def _minutes(value: time) -> int:
    return 60 * value.hour + value.minute


def _dates_near(fields: Fields) -> Iterator[Finding]:
    own = _day(fields, "date")
    if own and own.year not in _YEARS:
        yield Finding("date-far", False, {"date": 0.5}, f"{own} is not of the years 1970 to 2070.")
    for name in _NEAR_DATES:
        other = _day(fields, name)
        if own and other and abs(other - own) > _FAR:
            yield Finding("date-far", False, {name: 0.7, "date": 0.8}, f"{_words(name)} {other} is years away from {own}.")


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


# ---- currencies


def _currency(fields: Fields) -> Iterator[Finding]:
    """The currency is that of a country that the issuer's VAT id, IBAN or address names."""
    currency = fields["currency"].value if "currency" in fields else None
    usual = {word_table("countries")[country]["currency"] for country in _countries(fields)}
    if currency and usual:
        told = " or ".join(sorted(usual))
        yield Finding("currency", currency in usual, {"currency": 0.85}, f"{told} is to be expected there, not {currency}.")


def _countries(fields: Fields) -> Iterator[str]:
    for name in ("issuer_vat_id", "tax_id", "iban"):
        value = fields[name].value if name in fields else ""
        if isinstance(value, str) and re.match(r"[A-Z]{2}[A-Z0-9]*[0-9]", value):
            country = {"EL": "GR", "XI": "GB"}.get(value[:2], value[:2])
            yield from {country} & word_table("countries").keys()
    for name in ("issuer_address", "address"):
        value = fields[name].value if name in fields else ""
        yield from {_country_names()[found[0].casefold()] for found in _named_country().finditer(str(value)[-200:])}


@cache
def _country_names() -> dict[str, str]:
    return {name.casefold(): code for code, told in word_table("countries").items() for name in told["names"]}


@cache
def _named_country() -> re.Pattern[str]:
    names = sorted(map(re.escape, _country_names()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


# ---- barcodes


def _barcodes(fields: Fields, view: View) -> Iterator[Finding]:
    """What is printed against what the barcodes say; of several barcodes one that agrees is enough."""
    for name, field in fields.items():
        said = [payload.says[name] for payload in view.payloads if name in payload.says]
        if not said or field.found_by == "barcode" or isinstance(field.value, tuple):
            continue
        verdicts = [is_same(field.value, each) for each in said]
        cabins = [payload.says["cabin"] for payload in view.payloads if name == "class" and "cabin" in payload.says]
        if True in verdicts or any(is_same(field.value, each) for each in cabins):
            yield Finding("barcode", True, {name: 1.0})
        elif False in verdicts:
            other = said[verdicts.index(False)]
            yield Finding("barcode", False, {name: 0.4}, f"The barcode says {other!s:.60}, the print {field.value!s:.60}.")


def is_same(printed: Scalar, said: Scalar) -> bool | None:
    """Whether print and barcode mean the same; None where they cannot be compared, as a name with a code for it."""
    if isinstance(printed, str) and isinstance(said, str):
        return _is_same_text(printed, said)
    if isinstance(printed, datetime) != isinstance(said, datetime):
        printed, said = (each.date() if isinstance(each, datetime) else each for each in (printed, said))
    if isinstance(printed, Decimal | int) and isinstance(said, Decimal | int):
        return Decimal(printed) == Decimal(said)
    return printed == said if type(printed) is type(said) else None


def _is_same_text(printed: str, said: str) -> bool | None:
    """Codes by their letters and digits, leading zeros apart; names by their words, in any order, either one cut off."""
    one, other = (fold(re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)) for text in (printed, said))
    if not one or not other:
        return None
    if one == other or (min(len(one), len(other)) >= 5 and (one.startswith(other) or other.startswith(one))):
        return True
    if _is_code(printed) != _is_code(said):
        return None
    words, others = ({fold(word) for word in re.findall(r"[^\W_]+", text)} for text in (printed, said))
    return words <= others or others <= words


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{1,3}|[0-9]+", text))


_CHECKS: tuple[Callable[[Fields], Iterable[Finding]], ...] = (
    sums.net_and_tax, sums.subtotal_and_total, sums.taxes, sums.rate, sums.due, sums.change,
    _check_digits, _french_company, _dates_in_order, _times_in_order, _dates_near, _currency,
)  # fmt: skip
_ROW_CHECKS: Mapping[str, tuple[Callable[[Row], Iterable[Finding]], ...]] = {
    "items": (sums.item, _article),
    "taxes": (sums.tax_row,),
}
