"""What the words of a ticket tell besides its captions: that it is one, what it is for, who carries, what is on and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from uncial.fields.labels import Label
from uncial.fields.lexicon import lexicon, word_table
from uncial.fields.model import Field
from uncial.fields.sheet import Piece, Sheet, Span, View
from uncial.fields.travel.captions import Caption, Captions, Slot
from uncial.fields.travel.particulars import (
    airline_of,
    class_before,
    companies,
    find_class,
    find_known_services,
    find_name,
    find_person,
    mode_of,
)
from uncial.fields.travel.places import airports_of, is_place, same_place
from uncial.fields.travel.stops import Leg
from uncial.fields.values.amounts import find_money
from uncial.fields.values.dates import find_dates, find_days, find_times

MODES = ("train", "bus", "flight", "ferry", "event")
_AIRLINE_NAME = re.compile(
    r"[A-Z][A-Z' -]+/[A-Z][A-Z' -]+"
    r"|[A-Z][A-Z'-]+(?: [A-Z'-]+){1,3} (?:MR|MRS|MS|MISS|MSTR|MME|MLLE)"
    r"|M\. [^\W\d_a-z][\w'-]+(?: [\w'-]+){1,3}"
)
_HEAD = 0.4
"""Of a page's height: who carries stands above that."""
_ENOUGH = 2
"""Words of travel, each counted once."""
_PAGE = 300
"""Words; a page with more that does not say that it is a ticket is none."""
_FIRST = 2
"""Rows; a word of travel there may be of a carrier's name."""
_FARE = 5
"""Words of a fare's name."""
_LONGEST = 90
"""Characters of the name of an event or a hall."""
_DENSE = 12
"""Words; pieces that are longer are prose."""


@dataclass(frozen=True)
class Words:
    """The words of travel and events of a document."""

    all: tuple[Label, ...]
    view: View

    @staticmethod
    def of(view: View) -> Words:
        """The words of travel of a document, prose left out."""
        table = lexicon("travel")
        found = (
            Label(hit, sheet, number, column)
            for sheet in view.sheets
            for number, row in enumerate(sheet.rows)
            for column, piece in enumerate(row.pieces)
            if piece.text.count(" ") < _DENSE
            for hit in table.find(piece.text)
        )
        return Words(tuple(found), view)

    @property
    def is_travel(self) -> bool:
        """Whether enough is of travel or an event that it is worth a closer look."""
        if self.has_title:
            return True
        said = {word.hit.entries[0].phrase: word.row for word in self.all if word.hit.is_(*MODES, "trip")}
        enough = len(said) >= _ENOUGH or any(row < _FIRST for row in said.values())
        return enough and self.is_short

    @property
    def is_short(self) -> bool:
        """Whether it has few words, as a ticket has that does not say that it is one."""
        return sum(len(piece.words) for piece in self.view.pieces) < _PAGE

    @property
    def has_title(self) -> bool:
        """Whether it says that it is a ticket, in a line of its own words."""
        return any(word.hit.is_("title") and word.piece.text.count(" ") < 6 for word in self.all)

    @property
    def against(self) -> float:
        """What speaks for an invoice, a receipt or a letter."""
        said = {word.hit.entries[0].phrase for word in self.all if word.hit.is_("not_ticket") and word.leads}
        return min(0.3 * len(said), 0.8)

    @cached_property
    def modes(self) -> Counter[str]:
        """How much speaks for each mode."""
        votes: Counter[str] = Counter()
        for name in MODES:
            said = {(word.hit.entries[0].phrase, word.row == 0) for word in self.all if word.hit.is_(name) and word.hit.exact}
            votes[name] = sum(2 if at_head else 1 for _, at_head in said)
        for piece in self.view.pieces:
            for found in find_known_services(piece.text) if piece.text.count(" ") < _DENSE else ():
                votes[mode_of(found.value)] += 2
        return votes

    @property
    def traveller(self) -> Span | None:
        """A line that begins with Mr, Ms or the like, and is a name else; or a name as airlines write it, HARKER/OLIVE MS."""
        for word in self.all:
            if word.hit.is_("honorific") and word.hit.exact and word.hit.start == 0 and word.piece.text[0].isupper():
                named = next(find_name(word.piece.text), None)
                if named and named.end == len(word.piece.text) and named.end > word.hit.end + 2:
                    return word.piece.whole
        for piece in self.view.pieces:
            if found := _AIRLINE_NAME.fullmatch(piece.text):
                return piece.cut(*found.span())
        return None

    def person(self, captions: Captions, journey: Leg | None) -> Span | None:
        """A line that is a name with a frequent given name, and neither a place nor the value of a caption."""
        ends = [stop.place.text for stop in (journey.origin, journey.destination)] if journey else []
        for sheet in self.view.sheets:
            for number, row in enumerate(sheet.rows):
                for column, piece in enumerate(row.pieces):
                    before = captions.by_piece.get((sheet.page, number, column - 1), ())
                    if not captions.is_free(sheet, number, column) or any(each.whole for each in before):
                        continue
                    found = next(find_person(piece.text), None)
                    if found and not any(same_place(found.value, end) for end in ends):
                        return piece.cut(found.start, found.end)
        return None

    @property
    def fare(self) -> Span | None:
        """The first fare that is named at the beginning of a short line."""
        for word in self.all:
            short = word.piece.text.count(" ") < _FARE and ":" not in word.piece.text
            if word.hit.is_("fares") and word.hit.exact and word.leads and short:
                has_more = any(map(str.isdigit, word.piece.text))
                end = word.piece.text.find(",", word.hit.end)
                end = word.hit.end if has_more else end if end > 0 else len(word.piece.text)
                return word.piece.cut(word.hit.start, end)
        return None

    def told(self, captions: Captions, journey: Leg | None) -> Iterator[tuple[str, Field]]:
        """The mode, the carrier, or what is on and where."""
        carrier = self._carrier(captions)
        mode = self._mode(captions, journey, carrier)
        if mode:
            yield "mode", mode
        if mode and mode.value == "event" and journey is None:
            yield from self._event(captions)
        elif carrier:
            yield "carrier", carrier

    def _mode(self, captions: Captions, journey: Leg | None, carrier: Field | None) -> Field | None:
        votes = Counter(self.modes)
        has_seat = any(True for _ in captions.named("seat", "class"))
        votes["train"] += has_seat and any(caption.languages - {"en"} for caption in captions.named("coach"))
        for mode, parts in word_table("carriers")["parts"].items():
            votes[mode] += 2 * any(part in str(carrier.value).casefold() for part in parts) if carrier else 0
        votes["train"] += bool(journey) and any(_is_rail_class(captions, each) for each in captions.named("class"))
        votes["train"] += votes["train"] > 0 and any(True for _ in captions.named("class"))
        votes["event"] += sum(any(True for _ in captions.named(name)) for name in ("row", "doors", "venue", "event"))
        if journey:
            votes["event"] = 0
        ranked = votes.most_common()
        if not ranked[0][1] or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return None
        mode, count = ranked[0]
        sure = count / (count + ranked[1][1]) if len(ranked) > 1 else 1.0
        word = next((word for word in self.all if word.hit.is_(mode)), None)
        place = word.piece.cut(word.hit.start, word.hit.end) if word else next(self.view.pieces).whole
        return place.says(mode, "pattern", 0.6 + 0.35 * sure)

    def _carrier(self, captions: Captions) -> Field | None:
        for caption in captions.named("carrier"):
            for slot in captions.slots(caption):
                if is_place(slot.text):
                    return slot.cut(0, len(slot.text)).says(slot.text, "label", 0.9)
        return self._known_carrier() or self._headed_carrier(captions)

    def _known_carrier(self) -> Field | None:
        names = companies()
        for piece in self.view.pieces:
            for hit in names.find(piece.text) if piece.text.count(" ") < 8 else ():
                text = piece.text[hit.start : hit.end]
                if hit.exact and text[0].isupper() and (len(text) > 4 or text == piece.text):
                    return piece.cut(hit.start, hit.end).says(hit.entries[0].phrase, "pattern", 0.85)
        for piece in self.view.pieces:
            for found in find_known_services(piece.text) if piece.text.count(" ") < _DENSE else ():
                if mode_of(found.value) == "flight" and (airline := airline_of(found.value)):
                    return piece.cut(found.start, found.end).says(airline, "pattern", 0.7)
        return None

    def _headed_carrier(self, captions: Captions) -> Field | None:
        """The first line, without the words for a ticket, or one near it that has a word of companies."""
        for sheet in self.view.sheets[:1]:
            heads = list(self._names(sheet, captions))
            named = [(span, row) for span, row in heads if lexicon("travel").named(span.text, "company")]
            if named:
                return named[0][0].says(named[0][0].text, "place", 0.75)
            if heads and heads[0][1] == 0:
                return heads[0][0].says(heads[0][0].text, "place", 0.6)
        return None

    def _names(self, sheet: Sheet, captions: Captions) -> Iterator[tuple[Span, int]]:
        """What may be a name at the head of a page, with its row."""
        for number, row in enumerate(sheet.rows):
            if row.box.top > _HEAD * sheet.box.height and number > 2:
                return
            for column, piece in enumerate(row.pieces):
                if captions.is_free(sheet, number, column) or number == 0:
                    start, end = _without_titles(piece.text)
                    if start < end and is_place(piece.text[start:end]):
                        yield piece.cut(start, end), number

    def _event(self, captions: Captions) -> Iterator[tuple[str, Field]]:
        for name in ("event", "venue"):
            named = captions.named(name)
            slots = (slot for caption in named for slot in _with_own_name(captions, caption) if _is_own(caption, slot))
            slot = next((slot for slot in slots if _is_title(slot.text)), None)
            if slot:
                yield name, slot.cut(0, len(slot.text)).says(slot.text, "label", 0.85)
            elif found := self._largest(captions) if name == "event" else self._hall(captions):
                yield name, found

    def _largest(self, captions: Captions) -> Field | None:
        """The line in the largest letters that is no title, no label and no date."""
        sheet = self.view.sheets[0]
        free = [
            piece
            for number, row in enumerate(sheet.rows)
            for column, piece in enumerate(row.pieces)
            if captions.is_free(sheet, number, column)
            and _is_title(piece.text)
            and not self._is_named(piece, "title", "place", "presents")
        ]
        best = max(free, key=lambda piece: piece.box.height, default=None)
        if best is None or best.box.height < 1.2 * sheet.height:
            return None
        return best.whole.says(best.text, "place", 0.7)

    def _hall(self, captions: Captions) -> Field | None:
        """A short line that has a word for halls, theatres and the like."""
        for word in self.all:
            free = captions.is_free(word.sheet, word.row, word.column)
            if (
                word.hit.is_("place")
                and free
                and not self._is_named(word.piece, "presents")
                and word.piece.text.count(" ") < 6
                and _is_title(word.piece.text)
            ):
                text = word.piece.text.partition(",")[0]
                return word.piece.cut(0, len(text)).says(text, "place", 0.65)
        for sheet in self.view.sheets[:1]:
            for number, row in enumerate(sheet.rows):
                for column, piece in enumerate(row.pieces):
                    name, _, city = piece.text.partition(", ")
                    if airports_of(city) and is_place(name) and captions.is_free(sheet, number, column):
                        return piece.cut(0, len(name)).says(name, "place", 0.6)
        return None

    def _is_named(self, piece: Piece, *names: str) -> bool:
        return any(word.piece is piece and word.hit.is_(*names) for word in self.all)


def _is_own(caption: Caption, slot: Slot) -> bool:
    """Whether a slot is a caption's: what has a value beside it has none below, as “Sala 3”."""
    return slot.row == caption.label.row or caption.whole


def _with_own_name(captions: Captions, caption: Caption) -> Iterator[Slot]:
    """The slots of a caption; where it is part of the name that it leads, as in “Théâtre des Halles”, that name."""
    piece, end = caption.label.piece, caption.label.hit.end
    behind = piece.text[end:]
    word = lexicon("travel").named(piece.text[:end], "place")
    if word and behind[:1] == " " and behind[1:2].isalpha():
        yield Slot(piece, caption.label.hit.start, len(piece.text), caption.label.row)
    yield from captions.slots(caption)


def _is_rail_class(captions: Captions, caption: Caption) -> bool:
    """Whether a class is 1 or 2, as trains alone have them."""
    before = next(class_before(caption.label.piece.text[: caption.label.hit.start]), None)
    slot = next(captions.slots(caption), None)
    behind = next(find_class(slot.text), None) if slot else None
    return any(told is not None and told.value in ("1", "2", "STD") for told in (before, behind))


def _is_title(text: str) -> bool:
    """Whether a text may be the name of an event or a hall: words, no date, no time, no amount, not long."""
    if not text[0].isalnum() or sum(map(str.isalpha, text)) < 3 or text.count(" ") > 9 or len(text) > _LONGEST:
        return False
    return not any(next(find(text), None) for find in (find_dates, find_days, find_times, find_money))


def _without_titles(text: str) -> tuple[int, int]:
    """The text without words for a ticket at its ends, and the marks beside them."""
    start, end = 0, len(text)
    for hit in lexicon("travel").find(text):
        if hit.is_("title"):
            if not any(map(str.isalnum, text[: hit.start])):
                start = hit.end
            elif not any(map(str.isalnum, text[hit.end :])):
                end = hit.start
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] == "."):
        end -= 1
    return start, end
