"""Check digits of article numbers, companies and VAT numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def is_gtin(digits: str) -> bool:
    """Whether an EAN-8, UPC-A, EAN-13 or GTIN-14 ends with its check digit (GS1 General Specifications, 7.9.1)."""
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", digits):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def is_luhn(digits: str) -> bool:
    """Whether a number ends with its Luhn digit (ISO/IEC 7812-1, annex B)."""
    if not re.fullmatch(r"[0-9]{2,40}", digits):
        return False
    return sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits))) % 10 == 0


def is_vat_id(value: str) -> bool | None:
    """Whether the check digits of a VAT number with its country are right; None where the country's are not known here.

    The rules are those of the member states as the European Commission collects them (VIES, “Algorithms for VAT numbers”).
    """
    rule = _RULES.get(value[:2])
    if rule is None or not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{8,12}", value):
        return None
    try:
        return rule(value[2:])
    except (ValueError, IndexError):  # a letter or an end where a digit belongs
        return False


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _austrian(body: str) -> bool:
    """UST numbers: U, seven digits, a check digit; every second digit is doubled and cross-added, and 4 added."""
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body[1:8]))
    return (10 - (total + 4) % 10) % 10 == int(body[8])


def _belgian(body: str) -> bool:
    return 97 - int(body[:8]) % 97 == int(body[8:])


def _danish(body: str) -> bool:
    return _weighted(body, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _dutch(body: str) -> bool:
    """The BSN's own rule, or since 2020 MOD 97-10 over the whole number with its country."""
    old = _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(body[8])
    return old or int("".join(str(int(char, 36)) for char in "NL" + body)) % 97 == 1


def _finnish(body: str) -> bool:
    return (11 - _weighted(body, (7, 9, 10, 5, 8, 4, 2)) % 11) % 11 == int(body[7])


def _french(body: str) -> bool | None:
    """Two digits that are MOD 97 of the SIREN behind them; keys with letters are older, and not judged."""
    if not body[:2].isdigit():
        return None
    return (12 + 3 * (int(body[2:]) % 97)) % 97 == int(body[:2])


def _german(body: str) -> bool:
    """ISO 7064, MOD 11,10."""
    product = 10
    for digit in body[:8]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(body[8])


def _italian(body: str) -> bool:
    return is_luhn(body)


def _luxembourgish(body: str) -> bool:
    return int(body[:6]) % 89 == int(body[6:])


def _polish(body: str) -> bool:
    return _weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(body[9])


def _portuguese(body: str) -> bool:
    rest = 11 - _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest > 9 else rest) == int(body[8])


def _spanish(body: str) -> bool | None:
    """The letter of a person's NIF; those of companies have several forms, and are not judged."""
    if not re.fullmatch(r"[0-9]{8}[A-Z]", body):
        return None
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body[:8]) % 23] == body[8]


def _british(body: str) -> bool:
    """MOD 97, or since 2010 that and 55."""
    total = _weighted(body, (8, 7, 6, 5, 4, 3, 2)) + int(body[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


_RULES: Mapping[str, Callable[[str], bool | None]] = {
    "AT": _austrian, "BE": _belgian, "DE": _german, "DK": _danish, "ES": _spanish, "FI": _finnish, "FR": _french,
    "GB": _british, "IT": _italian, "LU": _luxembourgish, "NL": _dutch, "PL": _polish, "PT": _portuguese,
}  # fmt: skip
