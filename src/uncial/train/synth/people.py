"""Names, firms, and where they are to be found: addresses, telephones, mail, the web."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.phrases import phrases
from uncial.train.synth.tongues import Tongue

_PATHS = ("", "", "/", "/index.html", "/en/", "/shop", "/2019/03/", "/~", "/?id=###", "/docs/v#.#", "/a_b/c-d", "/s?q=", "/#")


@cache
def _faker(place: str) -> Any:
    """Faker's generator for a country, with what is used of it; its methods are known at run time alone."""
    from faker.factory import Factory

    return Factory.create(place, [f"faker.providers.{each}" for each in ("address", "company", "misc", "person")])


def _of(rng: Random, tongue: Tongue) -> Any:
    """What makes up names of the language's countries, by the same dice."""
    fake = _faker(pick(rng, tongue.places))
    fake.random = rng
    return fake


def name(rng: Random, tongue: Tongue) -> str:
    """A person, with a title or initials now and then."""
    fake = _of(rng, tongue)
    first, last = fake.first_name(), fake.last_name()
    throw = rng.random()
    if throw < 0.55:
        return f"{first} {last}"
    if throw < 0.7:
        return f"{first[0]}. {last}" if chance(rng, 0.6) else f"{first[0]}. {filled(rng, '@')}. {last}"
    if throw < 0.78:
        return f"{last}, {first}"
    if throw < 0.88:
        return f"{pick(rng, phrases('title', tongue.code))} {last}"
    return str(last if throw < 0.94 else first)


def firm(rng: Random, tongue: Tongue) -> str:
    """A company."""
    return str(_of(rng, tongue).company())


def place(rng: Random, tongue: Tongue) -> str:
    """A line of an address: the street, the town, or both."""
    fake = _of(rng, tongue)
    throw = rng.random()
    if throw < 0.35:
        return str(fake.street_address()).replace("\n", ", ")
    if throw < 0.65:
        return f"{fake.postcode()} {fake.city()}"
    if throw < 0.8:
        return str(fake.city())
    lines = str(fake.address()).split("\n")
    return pick(rng, (", ", " · ", " - ", ", ")).join(lines) if throw < 0.95 else pick(rng, lines)


def telephone(rng: Random) -> str:
    """A telephone number, mostly with what says that it is one."""
    digits = filled(rng, pick(rng, phrases("telephone")))
    return f"{pick(rng, phrases('telephone-lead'))} {digits}" if chance(rng, 0.5) else digits


def mail(rng: Random, tongue: Tongue) -> str:
    """An address of mail."""
    fake = _of(rng, tongue)
    who = pick(rng, ("info", "office", "sales", "", "", "", "", ""))
    who = who or pick(rng, (".", "_", "", "-")).join((_plain(fake.first_name()), _plain(fake.last_name())))
    lead = pick(rng, ("", "", "", "E-mail: ", "Email: ", "e-mail ", "Mail: ", "E: ", "✉ "))
    return f"{lead.replace('✉ ', '')}{who}{number(rng, 1, 99) if chance(rng, 0.2) else ''}@{_host(rng, fake)}"


def web(rng: Random, tongue: Tongue) -> str:
    """An address on the web."""
    lead = pick(rng, ("www.", "http://www.", "https://", "https://www.", "http://", ""))
    return f"{lead}{_host(rng, _of(rng, tongue))}{filled(rng, pick(rng, _PATHS)) if chance(rng, 0.5) else ''}"


def _host(rng: Random, fake: Any) -> str:
    return (
        f"{_plain(fake.last_name())}{'-' + _plain(fake.last_name()) if chance(rng, 0.2) else ''}.{pick(rng, phrases('domain'))}"
    )


def _plain(word: str) -> str:
    """A name as hosts are called: small letters of ASCII alone."""
    from unicodedata import normalize

    return "".join(each for each in normalize("NFKD", word.lower()) if each.isascii() and each.isalnum()) or "mail"


def contact(rng: Random, tongue: Tongue) -> str:
    """Somebody, or where to find them."""
    return _SORTS.draw(rng)(rng, tongue)


_SORTS: Lot[Callable[[Random, Tongue], str]] = Lot.of(
    (4, name), (3, firm), (4, place), (2, lambda rng, _: telephone(rng)), (1.3, mail), (1.3, web)
)
