"""Days and hours in all the ways in which documents write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from uncial.train.synth.chance import Lot, chance, number, pick
from uncial.train.synth.figures import roman
from uncial.train.synth.tongues import Tongue

if TYPE_CHECKING:
    from babel import Locale

_FIRST = date(1800, 1, 1)
_RECENT = date(1990, 1, 1)
_NUMBERS = Lot.of(
    (4, "%d/%m/%Y"), (2, "%d/%m/%y"), (2, "%m/%d/%Y"), (3, "%d.%m.%Y"), (2, "%d.%m.%y"), (4, "%Y-%m-%d"), (2, "%d-%m-%Y"),
    (1, "%d-%m-%y"), (1, "%Y/%m/%d"), (0.6, "%d. %m. %Y"), (0.5, "%Y%m%d"), (0.5, "%d %m %Y"), (0.4, "%m/%Y"), (0.4, "%Y.%m.%d."),
)  # fmt: skip
"""Days in figures, as `strftime` writes them."""
_HOURS = Lot.of(
    (4, "%H:%M"), (3, "%H:%M:%S"), (2, "%I:%M %p"), (2, "%I:%M:%S %p"), (0.7, "%I:%M%p"), (1, "%H.%M"), (0.7, "%Hh%M"),
    (0.4, "%H %M"), (0.4, "%Hh"), (0.3, "%H:%M:%S.%f"),
)  # fmt: skip
_SKELETONS = ("yMMMd", "yMMM", "yMMMM", "MMMd", "MMMMd", "MMMEd", "yMMMEd", "yQQQ")
"""Parts of a date in the order of the language (Unicode Technical Standard 35, part 4, availableFormats)."""


def day(rng: Random) -> date:
    """A day, mostly of our time."""
    if chance(rng, 0.75):
        return _RECENT + timedelta(days=number(rng, 0, 15_000))
    return _FIRST + timedelta(days=number(rng, 0, 82_000))


def hour(rng: Random) -> str:
    """A time of the day."""
    text = time(number(rng, 0, 23), number(rng, 0, 59), number(rng, 0, 59), 1000 * number(rng, 0, 999)).strftime(_HOURS.draw(rng))
    text = text.lstrip("0") if text[0] == "0" and text[1] != "0" and chance(rng, 0.5) else text
    return text.lower() if chance(rng, 0.15) else text


def plain_date(rng: Random) -> str:
    """A day in figures alone."""
    text = day(rng).strftime(_NUMBERS.draw(rng))
    return text.replace("/0", "/").replace(".0", ".").lstrip("0") if chance(rng, 0.2) else text


def date_in_words(rng: Random, tongue: Tongue) -> str:
    """A day with its month's name, in the forms of the language's country."""
    from babel.dates import format_date, format_skeleton

    locale, on = _locale(pick(rng, tongue.places), tongue.code), day(rng)
    if chance(rng, 0.35):
        return format_skeleton(pick(rng, _SKELETONS), on, locale=locale, fuzzy=True)
    return format_date(on, pick(rng, ("long", "long", "medium", "full")), locale)


def date_in_print(rng: Random, tongue: Tongue) -> str:
    """A day, an hour, or both."""
    return _SORTS.draw(rng)(rng, tongue)


def _years(rng: Random, _: Tongue) -> str:
    first = number(rng, 1450, 2020)
    last = first + number(rng, 1, 60)
    return pick(
        rng,
        (
            f"{first}–{last}",
            f"{first}-{last}",
            f"{first}/{last % 100:02}",
            f"{first}-{last % 100:02}",
            f"({first})",
            str(first),
            f"’{last % 100:02}",
        ),
    )


def _both(rng: Random, _: Tongue) -> str:
    between = pick(rng, (" ", " ", " ", ", ", " - ", " / ", "T"))
    return f"{plain_date(rng)}{between}{hour(rng)}"


def _with_roman(rng: Random, _: Tongue) -> str:
    on = day(rng)
    return f"{on.day}. {_MONTHS[on.month - 1]}. {on.year}" if chance(rng, 0.5) else f"{on.day}.{_MONTHS[on.month - 1]}.{on.year}"


_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_SORTS: Lot[Callable[[Random, Tongue], str]] = Lot.of(
    (6, lambda rng, _: plain_date(rng)),
    (6, date_in_words),
    (2, lambda rng, _: hour(rng)),
    (3, _both),
    (2, _years),
    (0.5, _with_roman),
    (0.3, lambda rng, _: roman(rng)),
)


@cache
def _locale(place: str, code: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(place)
    except UnknownLocaleError:
        return Locale.parse(code)
