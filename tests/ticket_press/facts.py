"""Says what is true and how it is printed, in one call each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ticket_press.press import Person, Press, Trip
from ticket_press.writing import amount, clock, dated, money, timed


def on(press: Press, name: str, day: date, style: str, language: str = "en") -> str:
    """A date that is a field, as it is printed."""
    printed = dated(day, style, language)
    if style == "bare code":  # without a year nobody can know the whole date
        press.ignore(name)
    else:
        press.fact(name, f"{day:%Y-%m-%d}", printed=printed)
    return printed


def at(press: Press, name: str, moment: datetime, style: str) -> str:
    """A time that is a field, as it is printed."""
    printed = timed(moment, style)
    press.fact(name, clock(moment), printed=printed)
    return printed


def price(press: Press, cents: int, currency: str, *styles: str, judge: Sequence[str] = ()) -> str:
    """What the ticket costs, as it is printed."""
    printed = money(cents, press.pick(*styles, judge=judge))
    press.fact("price", amount(cents), printed=printed)
    press.fact("currency", currency, printed=printed)
    return printed


def route(press: Press, trip: Trip) -> None:
    press.fact("origin", trip.origin)
    press.fact("destination", trip.destination)


def passenger(press: Press, person: Person, printed: str) -> str:
    press.fact("passenger", *person.forms, printed=printed)
    return printed


def travelling(press: Press, mode: str, carrier: str, *legal: str) -> None:
    """What moves, and who runs it; some print their legal name too."""
    press.fact("mode", mode, printed="")
    press.fact("carrier", carrier, *legal)


def says(press: Press, name: str, printed: str, *more: str) -> str:
    """Any other field, printed as it is meant; `more` counts as right too."""
    press.fact(name, printed, *more)
    return printed


def issued(press: Press, moment: datetime, style: str) -> str:
    """When it was bought, as it is printed beside its label."""
    printed = dated(moment, style)
    press.fact("issued", f"{moment:%Y-%m-%d}", printed=printed)
    return printed


def seat(press: Press, coach: str, place: str) -> None:
    press.fact("coach", coach)
    press.fact("seat", place)
