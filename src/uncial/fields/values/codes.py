"""Codes with an inner order: IBAN, BIC, VAT numbers, mail and web addresses, telephone numbers; their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from uncial.fields.lexicon import word_table

_DIGITS = str.maketrans("OQDILSBZG", "000115826")
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\s?[\dOIlSB]{2}(?:[\s.-]?[A-Za-z0-9]){11,30}(?![^\W_])")
_BIC = re.compile(r"(?<![^\W_])[A-Z]{4}\s?[A-Z]{2}\s?[A-Z0-9]{2}(?:\s?[A-Z0-9]{3})?(?![^\W_])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w-])", re.ASCII)
_URL = re.compile(
    r"(?<![\w@.-])(?:https?://\s?|www\s?\.)[\w-]+(?:\.[\w-]+)*(?:/[\w./%?=&#+-]*)?"
    r"|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|eu|de|fr|es|it|nl|pt|pl|uk|at|ch|be|us|io|info|biz|my|sg|in)(?![\w@.-])(?:/[\w./%?=&#+-]*)?",
    re.ASCII | re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.,/])(?:\+|00)?\(?\d(?:[\s()./–-]{0,3}\d){6,14}(?![\w]|[.,]\d)")
_VAT = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z\d]\d{7}[A-Z\d]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z\d]{2}\d{9}", "GB": r"\d{9}(?:\d{3})?", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"\d[A-Z\d+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}", "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}",
    "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "NO": r"\d{9}MVA", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}",
    "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}", "XI": r"\d{9}", "CHE": r"\d{9}(?:MWST|TVA|IVA|HR)?",
}  # fmt: skip
"""The forms of VAT numbers behind their country (European Commission, VIES, “VAT number format”; CHE: Swiss UID)."""
_VAT_TEXT = re.compile(
    rf"(?<![^\W_])({'|'.join(sorted(_VAT, key=len, reverse=True))})[\s.:-]{{0,2}}((?:[\s.-]?[A-Z\d]){{2,14}})", re.ASCII
)


class FoundCode(NamedTuple):
    """A code in a text, from `start` up to but not including `end`."""

    value: str
    """Without spaces, in capitals where case means nothing."""
    start: int
    end: int
    valid: bool = True
    """Whether its check digits, where it has some, are right."""


def find_ibans(text: str) -> Iterator[FoundCode]:
    """Every International Bank Account Number (ISO 13616), and whether its check digits are right; one too short is none."""
    for found in _IBAN.finditer(text):
        bare = re.sub(r"[^A-Za-z0-9]", "", found[0]).upper()
        country = word_table("countries").get(bare[:2])
        length = country["iban"] if country else 0
        if length and len(bare) >= length:
            value = bare[:2] + bare[2:length].translate(_DIGITS if bare[:2] in _ALL_DIGITS else {})
            yield FoundCode(value, found.start(), _end(found, length), is_iban(value))


def is_iban(value: str) -> bool:
    """Whether an IBAN's check digits are right (ISO 7064, MOD 97-10)."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", value):
        return False
    return int("".join(str(int(char, 36)) for char in value[4:] + value[:4])) % 97 == 1


def find_bics(text: str) -> Iterator[FoundCode]:
    """Every text that has the form of a Business Identifier Code (ISO 9362) of a known country; words in capitals may have it."""
    for found in _BIC.finditer(text):
        value = re.sub(r"\s", "", found[0])
        if value[4:6] in word_table("countries"):
            yield FoundCode(value, *found.span())


def find_vat_ids(text: str) -> Iterator[FoundCode]:
    """Every VAT number with its country before it, as DE123456789."""
    for found in _VAT_TEXT.finditer(text):
        country, bare = found[1], re.sub(r"[\s.-]", "", found[2])
        form = re.match(_VAT[country], bare) or re.match(_VAT[country], bare.translate(_DIGITS))
        if form and (form.end() == len(bare) or found[2].rstrip()[-1:] != bare[-1:] or _is_cut(found, form.end())):
            yield FoundCode(country + form[0], found.start(), _end(found, len(country) + form.end()))


def find_emails(text: str) -> Iterator[FoundCode]:
    """Every mail address."""
    for found in _EMAIL.finditer(text):
        yield FoundCode(re.sub(r"\s", "", found[0]).rstrip("."), *found.span())


def find_urls(text: str) -> Iterator[FoundCode]:
    """Every web address, with or without its scheme."""
    for found in _URL.finditer(text):
        yield FoundCode(re.sub(r"\s", "", found[0]).rstrip("./"), *found.span())


def find_phones(text: str) -> Iterator[FoundCode]:
    """Every number of seven to fifteen digits grouped as telephone numbers are; others may be grouped so, so look for a label."""
    for found in _PHONE.finditer(text):
        yield FoundCode(" ".join(found[0].split()), *found.span())


_ALL_DIGITS = frozenset(
    {"DE", "AT", "BE", "ES", "PL", "PT", "DK", "NO", "SE", "FI", "HU", "CZ", "SK", "SI", "HR", "EE", "LT", "RS", "IS"}
)
"""Countries whose IBAN is digits alone behind the country (SWIFT IBAN registry)."""


def _end(found: re.Match[str], letters: int) -> int:
    """Where so many letters and digits of a match have passed."""
    at = found.start()
    for at, char in enumerate(found[0], start=found.start()):
        letters -= char.isalnum()
        if not letters:
            return at + 1
    return found.end()


def _is_cut(found: re.Match[str], length: int) -> bool:
    """Whether the text has a gap where the number's form ends."""
    groups = [len(re.sub(r"[^A-Z\d]", "", part)) for part in re.split(r"\s", found[2].strip())]
    return any(sum(groups[:count]) == length for count in range(1, len(groups) + 1))
