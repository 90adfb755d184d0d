"""Codes and numbers by which things are known: of invoices, accounts, parts, laws."""

from __future__ import annotations

from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.phrases import phrases

_IBANS = {
    "DE": 18, "AT": 16, "CH": 17, "FR": 23, "ES": 20, "IT": 23, "PT": 21, "NL": 14, "PL": 24, "CZ": 20, "SK": 20, "DK": 14,
    "SE": 20,
    "NO": 11, "FI": 14, "HU": 24, "RO": 20, "TR": 22, "GB": 18, "BE": 12,
}  # fmt: skip
"""How many characters follow the check digits (ISO 13616, the registry of SWIFT)."""


def code(rng: Random) -> str:
    """A code of some sort, or a mark of place: a page, a section, a footnote."""
    return filled(rng, pick(rng, phrases("code")))


def iban(rng: Random) -> str:
    """An account, in groups of four as it is printed, or in one piece."""
    country = pick(rng, tuple(_IBANS))
    letters = {"NL": "@@@@", "GB": "@@@@", "RO": "@@@@", "IT": "@"}.get(country, "")
    text = country + filled(rng, "##" + letters + "#" * (_IBANS[country] - len(letters)))
    if chance(rng, 0.75):
        text = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    return pick(rng, ("", "", "IBAN ", "IBAN: ")) + text


def tax_number(rng: Random) -> str:
    """The number of a firm, with what says whose it is."""
    figures = filled(rng, pick(rng, phrases("tax")))
    return f"{pick(rng, phrases('tax-lead'))}{pick(rng, (' ', ' ', ': ', ''))}{figures}" if chance(rng, 0.6) else figures


def barcode(rng: Random) -> str:
    """The figures below a barcode."""
    return filled(
        rng,
        pick(
            rng,
            (
                "#############",
                "# ###### ######",
                "########",
                "############",
                "#### ####",
                "*@###@#*",
                "(01)##############(17)######",
            ),
        ),
    )


def reference(rng: Random) -> str:
    """A code of any of these sorts."""
    return _SORTS.draw(rng)(rng)


def _hyphenated(rng: Random) -> str:
    return "-".join(filled(rng, pick(rng, ("#", "##", "@@", "@#", "####"))) for _ in range(number(rng, 2, 4)))


_SORTS = Lot.of((6, code), (1, iban), (1.5, tax_number), (1, barcode), (1, _hyphenated))
