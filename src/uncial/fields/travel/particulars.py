"""What stands behind the captions of a ticket: names, codes, classes, coaches, seats, platforms, services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from uncial.fields.lexicon import Entry, Lexicon, lexicon, word_table
from uncial.fields.tokens import fold
from uncial.fields.travel.places import airports_of, is_weekday
from uncial.fields.values.dates import month_of

_ORDINAL = r"(?P<digit>[12])\s?(?:\.|st|nd|ère|ere|ème|eme|nde|de|re|er|e|è|ª|º|°|a|o|st[ae])?"
_CLASS = re.compile(rf"\s*{_ORDINAL}(?![\w-])\s*(?:kl(?:asse|as|assa)?|cl(?:asse?|ass)?|clase)?\.?", re.IGNORECASE)
_LETTER = re.compile(r"[A-Z](?![^\W_])")
_CABIN = re.compile(r"[^\W\d_][\w+&'’ -]{1,28}")
_CLASS_WORD = re.compile(r"\s*\b(?:class|classe|klasse|clase|klas|klasa|cabin)\b\s*", re.IGNORECASE)
_COACH = re.compile(r"(?<![^\W_])(?:[A-Z]?\d{1,3}[A-Z]?|[A-Z])(?![^\W_])")
_SEAT = re.compile(r"(?<![^\W_])(?:\d{1,4}\s?[A-L]?(?![^\W_])|[A-Z]{1,2}[ -]?\d{1,3}(?![^\W_])|[A-Z](?![^\W_]))")
_ORDINAL_MARK = re.compile(r"\s?(?:[.ªº](?!\d)|(?:st|nd|e|re)\b)")
_BETWEEN_SEATS = re.compile(r"\s?(?:[,/+&;-]|und|and|et|y|e|en|i)?\s?(?:[,/+&]\s?)?")
_PLATFORM = re.compile(r"(?<![^\W_])(?:\d{1,2}\s?[A-Za-z]?(?:\s?[-/]\s?\d{1,2}[A-Za-z]?)?|[A-Z]\s?\d{0,2})(?![^\W_])")
_CODE = re.compile(
    r"(?<![^\W_])[A-Z0-9](?:[A-Z0-9]|[-–/.](?=[A-Z0-9])|\s(?=\d{2,}(?![.,:/]\d))|(?<=\d)\s(?=[A-Z0-9]{2,}(?![a-z])\b)){3,32}(?![^\W_])"
)
_NAME = re.compile(r"[^\W\d_][\w.'’´`-]*(?:(?: ?[,/] ?| {1,2})(?:[^\W\d_][\w.'’´`-]*|(?=$)))*")
_ORDER = re.compile(r"\d{1,2}(?:\s?[.:)x×]\s*|\s+)")
_INITIALLED = re.compile(r"(?:[A-Z]\.[ -]?){1,4}(?:[a-z']{1,4} ){0,2}[^\W\d_a-z][^\W\d_A-Z][\w'’-]*(?: [^\W\d_a-z][\w'’-]+)?")
"""A name with initials, as “J. de Graaf”."""
_NUMBERED = re.compile(
    r"(?<![^\W_])(?:(?:[^\W\d_][^\W\d_.-]*\s?){0,3}?[A-Z]{0,5}[\s-]?\d{1,6}[A-Z]?|[A-Z]{1,4}\d{1,5}|[A-Z]\d{1,2})(?![^\W_]|[.:/]\d)"
)
_FLIGHT = re.compile(r"(?<![^\W_])(?P<airline>[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?(?P<number>\d{3,4})(?![^\W_]|[.:/,-]\d|\s?[€£$%])")
_ANY_FLIGHT = re.compile(r"(?<![^\W_])(?P<airline>[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?(?P<number>\d{1,4})(?![^\W_]|[.:/,-]\d)")
_LINKED = frozenset(
    "de du des la le les van von den der di da del della dos das do y e zu zur mac el al bin ibn d' ten ter te".split()
)
_MOST_NAMES = 7
_LOCATORS = (6, 7)
"""Letters of a booking that has no digit."""
_DIGITS = 3
"""Of a ticket's number, at least."""
_PERSON = 4
"""Words of a name that stands alone."""
_INITIALS = 3
"""Letters; words of travel that are no longer may be names."""
_NOT_NAMES = ("other", "charge", "number", "booking_reference", "issued", "price", "total")


class Told(NamedTuple):
    """A value in a text, from `start` up to but not including `end`."""

    value: str
    start: int
    end: int


def find_class(text: str) -> Iterator[Told]:
    """The class that a text begins with: 1 or 2, else as it is printed without the word for class."""
    if found := _CLASS.match(text):
        yield Told(found["digit"], found.start(), found.end())
        return
    if found := _LETTER.match(text):
        yield Told(found[0], *found.span())
    elif found := _CABIN.match(text):
        bare = _CLASS_WORD.sub(" ", found[0]).strip(" -")
        if (
            bare
            and bare[0].isupper()
            and len(bare.split()) <= 3
            and all(word[0].isupper() or word[0] == "&" for word in bare.split())
        ):
            yield Told(bare, found.start(), found.start() + len(found[0].rstrip(" -")))


def class_before(text: str) -> Iterator[Told]:
    """The class that stands before the word for it: “2. Klasse”, “Standard Class”."""
    if found := re.search(rf"(?<![^\W_]){_ORDINAL}\s?$", text):
        yield Told(found["digit"], found.start(), found.end())
    elif found := re.search(
        rf"(?<![^\W_])(?:{'|'.join(map(re.escape, word_table('carriers')['cabins']['names']))})\s?$", text, re.IGNORECASE
    ):
        yield Told(found[0].strip(), found.start(), len(text.rstrip()))


def find_cabin(text: str) -> Iterator[Told]:
    """The class that a text is, where no other thing is called so: “Economy”."""
    if fold(text) in {fold(name) for name in word_table("carriers")["cabins"]["alone"]}:
        yield Told(_CLASS_WORD.sub("", text), 0, len(text))


def find_coach(text: str) -> Iterator[Told]:
    """The coach that a text begins with."""
    if (found := _COACH.search(text)) and found.start() <= 4:
        yield Told(found[0], *found.span())


def find_seats(text: str) -> Iterator[Told]:
    """The seats that a text begins with, with a comma between each two."""
    found = _SEAT.search(text)
    if not found or found.start() > 8:
        return
    start, seats, end = found.start(), [found[0]], found.end()
    while between := _BETWEEN_SEATS.match(text, end):
        after = _SEAT.match(text, between.end())
        if not after or not between[0] or not any(map(str.isdigit, after[0])) or _ORDINAL_MARK.match(text, after.end()):
            break
        seats.append(after[0])
        end = after.end()
    yield Told(", ".join(re.sub(r"\s", "", seat) for seat in seats), start, end)


def find_platform(text: str) -> Iterator[Told]:
    """The platform that a text begins with."""
    if (found := _PLATFORM.match(text)) and not re.match(r"\s?[:.,]\s?\d|\.\s?[A-Z]", text[found.end() :]):
        yield Told(found[0], *found.span())


def find_code(text: str) -> Iterator[Told]:
    """The first code of a text: capitals and digits, four at least, in groups where they are printed so."""
    for found in _CODE.finditer(text):
        bare = re.sub(r"[^A-Z0-9]", "", found[0])
        if any(map(str.isdigit, bare)) or (len(bare) in _LOCATORS and found[0] == bare and not _is_word(bare)):
            yield Told(found[0], *found.span())


def _is_word(text: str) -> bool:
    """Whether capitals are a class, a city or another word of travel and no code."""
    cabins = {fold(name) for name in word_table("carriers")["cabins"]["names"]}
    return fold(text) in cabins or bool(airports_of(text)) or fold(text) in lexicon("tickets", "travel").entries


def find_person(text: str) -> Iterator[Told]:
    """The name of a person that a text begins with, told by initials or by a frequent given name: “Lena Moosbrugger, 1 Adult”."""
    if initialled := _INITIALLED.fullmatch(text):
        yield Told(text, *initialled.span())
        return
    told = next(find_name(text), None)
    if told is None or told.start:
        return
    name = told.value.partition(",")[0]
    words = name.split()
    rest = text[len(name) :].strip()
    if not 2 <= len(words) <= _PERSON or (rest and rest[0] not in ",(-"):
        return
    of_travel = any(hit.exact and hit.end - hit.start > _INITIALS for hit in lexicon("travel").find(name))
    if not of_travel and any(fold(word) in _given_names() for word in (words[0], words[-1])):
        yield Told(name, 0, len(name))


@cache
def _given_names() -> frozenset[str]:
    return frozenset(fold(name) for names in word_table("given_names").values() for name in names)


def find_number(text: str) -> Iterator[Told]:
    """The first code of a text that has digits."""
    return (told for told in find_code(text) if sum(map(str.isdigit, told.value)) >= _DIGITS)


def find_name(text: str) -> Iterator[Told]:
    """The name of a person that a text begins with, as it is printed."""
    number = _ORDER.match(text)
    found = _NAME.match(text, number.end() if number else 0)
    if not found:
        return
    name = found[0].rstrip(" ,/")
    words = re.findall(r"[^\W\d_][\w.'’-]*", name)
    if not 1 <= len(words) <= _MOST_NAMES or re.match(r"\s?[\d@]", text[found.end() :]):
        return
    if any(hit.exact and hit.is_(*_NOT_NAMES) for hit in lexicon("tickets").find(name)):
        return
    is_day = all(map(is_weekday, words)) or (len(words) == 1 and month_of(words[0]))
    if not is_day and all(word[0].isupper() or word.lower() in _LINKED for word in words):
        yield Told(name, found.start(), found.start() + len(name))


def find_service(text: str) -> Iterator[Told]:
    """The number of a train, a bus or a flight in a caption's value, with the name of what it is where that is printed."""
    known = next(find_known_services(text), None)
    if known:
        yield known
    elif (found := _NUMBERED.match(text) or _ANY_FLIGHT.match(text)) and any(map(str.isdigit, found[0])):
        yield Told(" ".join(found[0].split()), *found.span())


def find_known_services(text: str) -> Iterator[Told]:
    """Every train and flight that a text names as they are called: ICE 123, TGV INOUI 8401, LH 1234."""
    for found in (*_services().finditer(text), *_FLIGHT.finditer(text)):
        if "airline" not in found.re.groupindex or found["airline"] in word_table("carriers")["airlines"]:
            yield Told(" ".join(found[0].split()), *found.span())


def find_flights(text: str) -> Iterator[Told]:
    """Every flight of a text, with the airline's designator before its number, without spaces: LH1234."""
    for found in _ANY_FLIGHT.finditer(text):
        yield Told(found["airline"] + found["number"].lstrip("0"), *found.span())


def designator_of(flight: str) -> str:
    """The airline's designator in a flight's number."""
    found = _ANY_FLIGHT.fullmatch(flight)
    return found["airline"] if found else ""


def airline_of(service: str) -> str:
    """The airline whose flight it is, by the designator before its number; empty where none is known."""
    found = _FLIGHT.fullmatch(service)
    return word_table("carriers")["airlines"].get(found["airline"], "") if found else ""


def mode_of(service: str) -> str:
    """Whether it is a train's number or a flight's; empty where that cannot be told."""
    if _services().fullmatch(service):
        return "train"
    return "flight" if airline_of(service) else ""


@cache
def companies() -> Lexicon:
    """The names of known carriers, by mode."""
    table = word_table("carriers")
    named = [Entry(mode, "", name) for mode, names in table["operators"].items() for name in names]
    return Lexicon.of([*named, *(Entry("flight", "", name) for name in table["airlines"].values())])


@cache
def _services() -> re.Pattern[str]:
    names = sorted(word_table("carriers")["services"]["train"], key=len, reverse=True)
    return re.compile(
        rf"(?<![^\W_])(?:{'|'.join(map(re.escape, names))})(?:[\s-]|(?<=[A-Z]))[\s-]?(?:n[°o.]\s?)?\d{{1,5}}(?![^\W_]|[.,:/]\d)"
    )
