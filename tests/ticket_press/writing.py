"""How dates, times and prices are written on tickets."""

from __future__ import annotations

import re
from datetime import date, datetime

_SPOT = re.compile(r"(?<![A-Z])[NPD](?![A-Z]{2})")
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_DAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}


def month(day: date, language: str) -> str:
    return _MONTHS[language].split()[day.month - 1]


def weekday(day: date, language: str) -> str:
    return _DAYS[language].split()[day.weekday()]


def dated(day: date, style: str, language: str = "en") -> str:
    """A date in one of the styles that are named here. Raises KeyError for another."""
    name, of_week = month(day, language), weekday(day, language)
    styles = {
        "dots": f"{day:%d.%m.%Y}",
        "short dots": f"{day:%d.%m.%y}",
        "slashes": f"{day:%d/%m/%Y}",
        "short slashes": f"{day:%d/%m/%y}",
        "dashes": f"{day:%d-%m-%Y}",
        "iso": f"{day:%Y-%m-%d}",
        "code": f"{day.day:02d}{month(day, 'en')[:3].upper()}{day:%y}",
        "bare code": f"{day.day:02d}{month(day, 'en')[:3].upper()}",
        "code spaced": f"{day.day:02d} {month(day, 'en')[:3].upper()} {day.year}",
        "long": f"{day.day}. {name} {day.year}" if language == "de" else f"{day.day} {name} {day.year}",
        "weekday long": f"{of_week} {day.day} {name} {day.year}",
        "day short": f"{of_week[:3]} {day.day} {name[:3]} {day.year}",
        "day dots": f"{of_week[:2]}, {day:%d.%m.%Y}",
        "american": f"{name} {day.day}, {day.year}",
    }
    return styles[style]


def timed(moment: datetime, style: str) -> str:
    """A time in one of the styles that are named here. Raises KeyError for another."""
    half = f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"
    styles = {"colon": f"{moment:%H:%M}", "h": f"{moment:%H}h{moment:%M}", "dot": f"{moment:%H.%M}", "bare": f"{moment:%H%M}"}
    return {**styles, "half": half, "Uhr": f"{moment:%H:%M} Uhr"}[style]


def clock(moment: datetime) -> str:
    """The normal form: 14:05."""
    return f"{moment:%H:%M}"


def amount(cents: int) -> str:
    """The normal form: 29.90."""
    return f"{cents // 100}.{cents % 100:02d}"


def money(cents: int, style: str) -> str:
    """A price in this style: `N` stands for it with a comma, `P` with a point, `D` for a whole one as in € 7,-."""
    whole, rest = divmod(cents, 100)
    ways = {"N": f"{whole},{rest:02d}", "P": f"{whole}.{rest:02d}", "D": f"{whole},{rest:02d}" if rest else f"{whole},-"}
    return _SPOT.sub(lambda spot: ways[spot[0]], style)
