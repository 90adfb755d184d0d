"""Figures as documents have them: numbers, amounts, parts, measures."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.phrases import phrases
from uncial.train.synth.tongues import Tongue

_MONEY = (
    "$", "€", "£", "¥", "RM", "R$", "US$", "S$", "HK$", "A$", "C$", "zł", "Kč", "kr", "kr.", "Ft", "lei", "₺", "TL", "CHF",
    "SFr.",
    "Rs.", "₹", "₱", "₽", "₤", "¢", "¤", "ƒ", "EUR", "USD", "GBP", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "TRY",
    "JPY", "BGN",
)  # fmt: skip
"""Money of anywhere, for every language names that of others."""
_FIRST = frozenset("$ £ ¥ RM R$ US$ S$ HK$ A$ C$ € ₹ ₱ ₤ Rs. CHF".split())
_HALVES = ("½", "¼", "¾", "1/2", "1/4", "3/4", "1/3", "2/3", "5/8", "7/8", "3/16")


def grouped(rng: Random, value: int, group: str) -> str:
    """A whole number with something between each three figures; numbers of four figures often go without."""
    if value < 1000 or (value < 10_000 and chance(rng, 0.3)):
        return str(value)
    return f"{value:,}".replace(",", group)


def whole(rng: Random, tongue: Tongue) -> str:
    """A whole number of any size, the small ones oftener."""
    return grouped(rng, _some(rng), _group(rng, tongue))


def decimal(rng: Random, tongue: Tongue, places: int | None = None) -> str:
    """A number with decimal places."""
    point, group = _marks(rng, tongue)
    count = number(rng, 1, 4) if places is None else places
    return grouped(rng, _some(rng), group) + point + filled(rng, "#" * count)


def amount(rng: Random, tongue: Tongue) -> str:
    """An amount of money, with or without its currency, and with a sign now and then."""
    figures = decimal(rng, tongue, 2) if chance(rng, 0.85) else whole(rng, tongue)
    if chance(rng, 0.04):
        figures = _SIGNED.draw(rng).format(figures)
    return figures if chance(rng, 0.25) else _with_money(rng, tongue, figures)


_SIGNED = Lot.of(
    (3, "-{}"), (2, "({})"), (1.5, "{}-"), (1, "−{}"), (1, "+{}"), (0.5, "{} CR"), (0.5, "{} DR"), (0.5, "*{}"), (0.3, "***{}")
)


def _with_money(rng: Random, tongue: Tongue, figures: str) -> str:
    own = not chance(rng, 0.25)
    money = (tongue.money[0] if chance(rng, 0.6) else pick(rng, tongue.money)) if own else pick(rng, _MONEY)
    gap = "" if chance(rng, 0.3 if len(money) > 1 else 0.6) else " "
    first = tongue.money_first if own else money in _FIRST
    if money.startswith((",", ":")):
        return figures.split(tongue.decimal)[0] + money
    return f"{money}{gap}{figures}" if first != chance(rng, 0.1) else f"{figures}{gap}{money}"


def percent(rng: Random, tongue: Tongue) -> str:
    """A percentage, or one a thousand."""
    figures = str(number(rng, 0, 100)) if chance(rng, 0.5) else f"{number(rng, 0, 99)}{_marks(rng, tongue)[0]}{filled(rng, '#')}"
    return figures + _PERCENT.draw(rng)


_PERCENT = Lot.of((8, "%"), (5, " %"), (0.5, "‰"), (0.5, " ‰"), (0.7, " p.c."))


def fraction(rng: Random) -> str:
    """A fraction, alone or after a whole number."""
    part = pick(rng, _HALVES)
    if chance(rng, 0.4):
        return part
    return f"{number(rng, 1, 99)}{'' if len(part) == 1 and chance(rng, 0.6) else ' '}{part}"


def measure(rng: Random, tongue: Tongue) -> str:
    """A number and its unit, a measure by another, or a temperature with its sign."""
    figures = _MEASURED.draw(rng)
    value = decimal(rng, tongue, number(rng, 1, 2)) if figures == "1.0" else str(number(rng, 1, 250))
    unit = pick(rng, phrases("unit"))
    gap = "" if unit[0] in "°%‰′″" and chance(rng, 0.7) else pick(rng, (" ", " ", ""))
    if figures == "by":
        by = pick(rng, (" × ", " x ", "x", "×", " X "))
        value = by.join(str(number(rng, 1, 400)) for _ in range(number(rng, 2, 3)))
    elif figures == "-":
        value = f"{value}{pick(rng, ('–', '-', ' – ', ' - ', '...', '÷'))}{number(rng, 251, 900)}"
    elif figures == "±":
        value = pick(rng, ("±", "± ", "+", "-", "−", "≈ ", "≤ ", "≥ ", "< ", "> ", "~", "ca. ", "c. ")) + value
    return f"{value}{gap}{unit}"


_MEASURED = Lot.of((5, "1"), (4, "1.0"), (1, "by"), (1, "-"), (1, "±"))


def roman(rng: Random) -> str:
    """A Roman numeral, of a century, a chapter or a preface's page."""
    value, text = number(rng, 1, 40) if chance(rng, 0.8) else number(rng, 1500, 2030), ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        text += sign * count
    return text.lower() if chance(rng, 0.15) else text


_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def ordinal(rng: Random, tongue: Tongue) -> str:
    """Which one of a row, as the language marks it: 3rd, 3., 3º, 3e."""
    value = number(rng, 1, 40)
    if tongue.code == "en":
        last = 0 if value % 100 in (11, 12, 13) else value % 10
        return f"{value}{('th', 'st', 'nd', 'rd')[last] if last < 4 else 'th'}"
    return f"{value}{pick(rng, _ORDINALS.get(tongue.code, ('.',)))}"


_ORDINALS = {
    "fr": ("e", "ème", "er", "º"), "es": ("º", "ª", ".º", ".ª"), "it": ("º", "ª", "°"), "pt": ("º", "ª", ".º"),
    "nl": ("e", "de", "ste"), "ca": ("r", "a", "è"), "sv": (":e", ":a"), "ro": ("-lea", "-a"), "ms": ("",), "id": ("",),
}  # fmt: skip


def figures(rng: Random, tongue: Tongue) -> str:
    """Figures of some sort."""
    return _SORTS.draw(rng)(rng, tongue)


_SORTS: Lot[Callable[[Random, Tongue], str]] = Lot.of(
    (5, whole),
    (4, decimal),
    (5, amount),
    (2, percent),
    (1, lambda rng, _: fraction(rng)),
    (3, measure),
    (0.7, lambda rng, _: roman(rng)),
    (1, ordinal),
)


def _some(rng: Random) -> int:
    """A whole number; each count of figures up to seven may come, fewer figures oftener."""
    return int(10 ** (rng.random() ** 1.4 * 7)) + number(rng, -1, 9) if chance(rng, 0.97) else 0


def _group(rng: Random, tongue: Tongue) -> str:
    return tongue.groups[0] if chance(rng, 0.65) else pick(rng, tongue.groups)


def _marks(rng: Random, tongue: Tongue) -> tuple[str, str]:
    """The decimal point and what groups; now and then those of another country."""
    if chance(rng, 0.9):
        return tongue.decimal, _group(rng, tongue)
    return (".", pick(rng, (",", "", " ", "'"))) if tongue.decimal == "," else (",", pick(rng, (".", " ", "")))
