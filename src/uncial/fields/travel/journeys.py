"""Journeys: from where to where, when, with what, by the captions of a ticket or by how it is set out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from uncial.fields.lexicon import lexicon
from uncial.fields.sheet import Piece, Row, Sheet, Span, View
from uncial.fields.travel.captions import Caption, Captions, Slot
from uncial.fields.travel.cells import cell_of
from uncial.fields.travel.places import airport, airports_of, find_airports, find_place, is_place, same_place
from uncial.fields.travel.stops import Leg, Moment, Stop, is_aligned, is_open, moment_near, moment_of, stop_in
from uncial.fields.values.dates import find_times

_ARROW = re.compile(r"\s?(?:→|➔|➜|⇒|—>|–>|->|=>|>{1,3}|»|⟶|⟷|↔|<->|⇄)\s?")
_DASH = re.compile(r"\s(?:-|/)\s|\s?[–—]\s?|\s(?:to|nach|naar|do)\s")
_WORDED = re.compile(
    r"^(?:from|von|van|od|da|de|desde|fra|från)\s(?P<one>.+?)\s(?:to|nach|naar|do|a|à|para|hasta|til|till)\s(?P<two>.+)$",
    re.IGNORECASE,
)
_AT = re.compile(r"(?:\b(?:ab|an|dep|arr|dép|um|at|à|alle|ore|om)\b\.?\s*)$", re.IGNORECASE)
_PREFIX = re.compile(r"[^\W\d_][\w' ]{1,20}:\s")
"""A caption that is not known."""
_HEADINGS = ("route", "outward", "service", "date")
"""Captions that a journey stands behind."""
_ENDS = 2
"""Places, or times: of departure and of arrival."""
_TIME = 10
"""Characters of a time alone, with the word for it."""
_TRIP = 4
"""Words of a fare's name."""
_CODED = 40
"""Characters of a place with its code."""
_LONGEST = 160
"""Characters; longer pieces have no journey in them."""
_STATION = re.compile(r"[A-Z]{2,4}")
"""A code for a station."""
_FAR = 7
"""Rows; what belongs to one journey stands no further apart."""


def find_journey(view: View, captions: Captions) -> Leg | None:
    """The journey of a ticket: of ways that follow each other from the first place to the last, of a return the way out."""
    ways = (_captioned, _timed_captions, _arrows, _timeline, _under_one, _columns, _codes, _dashes, _stacked)
    for way in ways:
        legs = list(way(view, captions))
        if legs:
            return _outward(legs)
    return None


def _outward(legs: Sequence[Leg]) -> Leg:
    """The legs that follow each other, until a place comes again."""
    journey = legs[0]
    been = [journey.origin.place.text, journey.destination.place.text]
    for leg in legs[1:]:
        follows = same_place(leg.origin.place.text, journey.destination.place.text)
        if not follows or any(same_place(leg.destination.place.text, place) for place in been):
            break
        been.append(leg.destination.place.text)
        journey = replace(journey, destination=leg.destination)
    return journey


def _captioned(view: View, captions: Captions) -> Iterator[Leg]:
    """From and to, each with its caption."""
    ends = list(captions.named("destination"))
    for caption in captions.named("origin"):
        later = (end for end in ends if _are_near(caption, end))
        for end in later:
            starts, stops = list(_stops(captions, caption)), list(_stops(captions, end)) or list(_carried(captions, end))
            if starts and stops and not same_place(starts[0].place.text, stops[0].place.text):
                sheet = caption.label.sheet
                for one, two in zip(starts, stops, strict=False):
                    yield Leg(*_with_times_beside(sheet, captions, one, two), "label", 0.95)
                break


def _carried(captions: Captions, caption: Caption) -> Iterator[Stop]:
    """The place on the next line, where a caption ends its own: “von Lindau nach / Murnau”."""
    sheet, row = caption.label.sheet, caption.label.row + 1
    ends = not any(map(str.isalnum, caption.label.piece.text[caption.label.hit.end :]))
    if ends and not caption.label.leads and row < len(sheet.rows) and captions.is_free(sheet, row, 0):
        piece = sheet.rows[row].pieces[0]
        if stop := stop_in(sheet, captions, Slot(piece, 0, len(piece.text), row)):
            yield stop


def _with_times_beside(sheet: Sheet, captions: Captions, one: Stop, two: Stop) -> tuple[Stop, Stop]:
    """Stops with the times of their rows: each with its own, or two with the two of one row."""
    if one.row == two.row:
        times = [moment for piece in sheet.rows[one.row].pieces if (moment := moment_of(piece))]
    else:
        times = [found for stop in (one, two) if (found := _only_time(sheet, captions, stop))]
    if len(times) != _ENDS or (one.row == two.row and (one.time or two.time)):
        return one, two
    return replace(one, time=times[0]), replace(two, time=times[1])


def _only_time(sheet: Sheet, captions: Captions, stop: Stop) -> Moment | None:
    pieces = enumerate(sheet.rows[stop.row].pieces)
    times = [moment for column, piece in pieces if is_open(captions, sheet, stop.row, column) and (moment := moment_of(piece))]
    return times[0] if len(times) == 1 else None


def _are_near(one: Caption, other: Caption) -> bool:
    same_page = one.label.sheet.page == other.label.sheet.page
    close = one.label.row <= other.label.row <= one.label.row + _FAR
    behind = one.label.row < other.label.row or one.label.span.box.left < other.label.span.box.left
    return one is not other and same_page and close and behind and bool(one.languages & other.languages)


def _stops(captions: Captions, caption: Caption) -> Iterator[Stop]:
    """The places of a caption: one, or those of a column one below the other."""
    first: Stop | None = None
    for slot in captions.slots(caption):
        stop = stop_in(caption.label.sheet, captions, slot)
        if stop and slot.row == caption.label.row + 1 and (cell := cell_of(caption, slot)) and is_place(cell.text):
            stop = replace(stop, place=cell)
        if first is None and stop:
            first = stop
            yield stop
            if slot.row == caption.label.row or not captions.is_heading(caption):
                return
        elif first and stop and slot.row > first.row:
            yield stop
        elif first is None and not next(find_times(slot.text), None) and slot.row > caption.label.row:
            return


def _under_one(view: View, captions: Captions) -> Iterator[Leg]:
    """From and to in one caption, and the two places below it, one below the other."""
    for caption in captions.all:
        parts = {name for part in caption.parts for name in part}
        if not ("route" in parts or {"origin", "destination"} <= parts) or not caption.label.leads:
            continue
        stops = [stop for slot in captions.below(caption) if (stop := stop_in(caption.label.sheet, captions, slot))]
        if len(stops) < _ENDS:
            yield from _hyphened(captions, caption)
        elif not same_place(stops[0].place.text, stops[1].place.text):
            yield Leg(stops[0], stops[1], "label", 0.8)


def _hyphened(captions: Captions, caption: Caption) -> Iterator[Leg]:
    """Two places that a hyphen without spaces joins, where a caption says that they are a route: “Dover-Dunkerque”."""
    for slot in captions.slots(caption):
        halves = slot.text.split("-")
        if len(halves) == _ENDS and slot.row <= caption.label.row + 1:
            at = slot.start + len(halves[0])
            one, two = _part(slot.piece, slot.start, at), _part(slot.piece, at + 1, slot.end)
            if one and two and not same_place(one.text, two.text):
                yield Leg(Stop(one, slot.row), Stop(two, slot.row), "label", 0.8)
            return


def _timed_captions(view: View, captions: Captions) -> Iterator[Leg]:
    """Departure and arrival, each with a place."""
    starts = [stop for caption in captions.named("departure") for stop in list(_stops(captions, caption))[:1]]
    ends = [stop for caption in captions.named("arrival") for stop in list(_stops(captions, caption))[:1]]
    for one, two in zip(starts, ends, strict=False):
        if not same_place(one.place.text, two.place.text):
            yield Leg(one, two, "label", 0.9)


def _arrows(view: View, captions: Captions) -> Iterator[Leg]:
    """A → B, on one line or as pieces of a row; “from A to B” without captions of their own."""
    for sheet in view.sheets:
        for number, row in enumerate(sheet.rows):
            yield from _of_row(sheet, captions, number, row)


def _of_row(sheet: Sheet, captions: Captions, number: int, row: Row) -> Iterator[Leg]:
    for column, piece in enumerate(row.pieces):
        if len(piece.text) > _LONGEST:
            continue
        start = _after_caption(captions, sheet, number, column, *_HEADINGS)
        for arrow in _ARROW.finditer(piece.text, start):
            leg = _leg_at(sheet, captions, number, column, arrow.start(), arrow.end(), start)
            if leg:
                yield leg
                break
        text = piece.text[start:]
        if (worded := _WORDED.match(text)) and text.count(" ") < 12:
            one, two = (_part(piece, start + worded.start(name), start + worded.end(name)) for name in ("one", "two"))
            if one and two:
                yield Leg(Stop(one, number), Stop(two, number), "pattern", 0.85)


def _after_caption(captions: Captions, sheet: Sheet, row: int, column: int, *names: str) -> int:
    """Where a piece goes on behind the caption of one of these names that it begins with."""
    found = captions.by_piece.get((sheet.page, row, column), ())
    return max((each.label.hit.end for each in found if each.label.leads and each.is_(*names)), default=0)


def _leg_at(sheet: Sheet, captions: Captions, number: int, column: int, start: int, end: int, first: int) -> Leg | None:
    """The leg whose two places stand before and behind an arrow, in its piece or in those beside it."""
    pieces = sheet.rows[number].pieces
    piece = pieces[column]
    one = _part(piece, first, start) or (_whole(pieces[column - 1]) if column and not piece.text[:start].strip() else None)
    stop = _ARROW.search(piece.text, end)
    two = _part(piece, end, stop.start() if stop else len(piece.text))
    if stop and two:
        last = _part(piece, max(found.end() for found in _ARROW.finditer(piece.text)), len(piece.text))
        two = last if last and one and not same_place(last.text, one.text) else two
    if two is None and column + 1 < len(pieces) and not piece.text[end:].strip():
        two = _whole(pieces[column + 1])
    if one is None or two is None or same_place(one.text, two.text):
        return None
    own = (_moment(piece, first, start), _moment(piece, end, len(piece.text)))
    origin, destination = (
        Stop(*_named(sheet, captions, number, place, found), moment or moment_near(sheet, captions, number, found))
        for (place, found), moment in zip(_owners(one, two, pieces), own, strict=True)
    )
    if same_place(origin.place.text, destination.place.text):
        return None
    return Leg(origin, destination, "pattern", 0.9)


def _moment(piece: Piece, start: int, end: int) -> Moment | None:
    """The time in a part of a piece: “Pavia (08:10)”."""
    found = next((each for each in find_times(piece.text[start:end]) if each.sure), None)
    return Moment(found, piece.cut(start + found.start, start + found.end)) if found else None


def _named(sheet: Sheet, captions: Captions, number: int, place: Span, piece: Piece) -> tuple[Span, int]:
    """A place with its row; where it is a station's code, the name that stands below it."""
    if not _STATION.fullmatch(place.text) or airport(place.text) or number + 1 >= len(sheet.rows):
        return place, number
    for column, below in enumerate(sheet.rows[number + 1].pieces):
        if is_aligned(below, piece, sheet.height) and captions.is_free(sheet, number + 1, column) and is_place(below.text):
            return below.whole, number + 1
    return place, number


def _owners(one: Span, two: Span, pieces: Iterable[Piece]) -> Iterator[tuple[Span, Piece]]:
    """Each place with a piece of its own extent, so that what stands above and below it can be told."""
    row = list(pieces)
    for span in (one, two):
        piece = next(each for each in row if each.box.left <= span.box.center.x <= each.box.right)
        yield span, replace(piece, box=span.box)


def _part(piece: Piece, start: int, end: int) -> Span | None:
    colon = _PREFIX.match(piece.text, start, end)
    start = colon.end() if colon else start
    found = next(find_place(piece.text[start:end]), None) if start < end else None
    return piece.cut(start + found.start, start + found.end) if found else None


def _whole(piece: Piece) -> Span | None:
    return _part(piece, 0, len(piece.text))


def _timeline(view: View, captions: Captions) -> Iterator[Leg]:
    """Places one below the other, each with a time beside it."""
    for sheet in view.sheets:
        stops = [stop for number in range(len(sheet.rows)) for stop in _timed_stop(sheet, captions, number)]
        at = 0
        while at + 1 < len(stops):
            one, two = stops[at], stops[at + 1]
            if two.row - one.row <= _FAR and one.time and two.time and not same_place(one.place.text, two.place.text):
                yield Leg(one, two, "place", 0.8)
                follows = at + 2 < len(stops) and same_place(stops[at + 2].place.text, two.place.text)
                at += 2 if follows else 1
            else:
                at += 1


def _timed_stop(sheet: Sheet, captions: Captions, number: int) -> Iterator[Stop]:
    row = sheet.rows[number]
    times = [(column, moment) for column, piece in enumerate(row.pieces) if (moment := moment_of(piece))]
    if not times or sum(len(piece.text) for piece in row.pieces) > _LONGEST:
        return
    column, moment = times[0]
    order = sorted(range(len(row.pieces)), key=lambda near: (abs(near - column), near))
    free = [near for near in order if is_open(captions, sheet, number, near)]
    for near in free:
        piece = row.pieces[near]
        text = _AT.sub("", piece.text[: moment.found.start]) + piece.text[moment.found.start :] if near == column else piece.text
        text = text[_after_caption(captions, sheet, number, near, "departure", "arrival") :]
        place = next(find_place(text), None)
        if place and text[place.start : place.end] in piece.text:
            start = piece.text.index(place.value)
            yield Stop(piece.cut(start, start + len(place.value)), number, moment)
            return
    alone = len(row.pieces) == 1 and len(row.pieces[0].text) <= _TIME
    if alone and 0 < number < len(sheet.rows) - 1 and not _lone_place(sheet, captions, number - 1):
        below = _lone_place(sheet, captions, number + 1)
        if below and moment_of(below) is None and (name := _whole(below)):
            yield Stop(name, number + 1, moment)


def _columns(view: View, captions: Captions) -> Iterator[Leg]:
    """Two places side by side, with two times or the codes of airports above or below them."""
    for sheet in view.sheets:
        for number, row in enumerate(sheet.rows):
            places = [
                piece
                for column, piece in enumerate(row.pieces)
                if captions.is_free(sheet, number, column) and is_place(piece.text)
            ]
            if len(places) != 2 or len(row.pieces) > 3 or same_place(places[0].text, places[1].text):
                continue
            moments = [moment_near(sheet, captions, number, piece) for piece in places]
            known = all(airport(piece.text) if len(piece.text) == 3 else airports_of(piece.text) for piece in places)
            if all(moments) or known:
                one, two = (Stop(piece.whole, number, moment) for piece, moment in zip(places, moments, strict=True))
                yield Leg(one, two, "place", 0.75 if all(moments) else 0.7)


def _codes(view: View, captions: Captions) -> Iterator[Leg]:
    """The first two places that are named with the codes of their airports."""
    for sheet in view.sheets:
        stops: list[Stop] = []
        for number, row in enumerate(sheet.rows):
            for piece in row.pieces:
                known = (
                    next((found for found in find_airports(piece.text) if found.by_code), None) if _is_coded(piece.text) else None
                )
                place = next(find_place(piece.text), None) if known else None
                if place:
                    stops.append(Stop(piece.cut(place.start, place.end), number, moment_of(piece)))
        if len(stops) > 1 and not same_place(stops[0].place.text, stops[1].place.text):
            yield Leg(stops[0], stops[1], "pattern", 0.7)
            return


def _is_coded(text: str) -> bool:
    """Whether a short text is an airport's code alone, or has it beside its city or in brackets."""
    if len(text) > _CODED:
        return False
    codes = [found for found in find_airports(text) if found.by_code]
    words = re.split(r"[^\w'-]+", text)
    beside = any(found.value in airports_of(word) for found in codes for word in (*words, " ".join(words[:2])))
    return beside or any(text.strip() == found.value.code or f"({found.value.code})" in text for found in codes)


def _dashes(view: View, captions: Captions) -> Iterator[Leg]:
    """A - B, alone in its piece or behind a caption that says that it is a route; those near a time first."""
    found = [leg for sheet in view.sheets for number in range(len(sheet.rows)) for leg in _dashed(sheet, captions, number)]
    yield from sorted(found, key=lambda leg: -leg.sure)


def _dashed(sheet: Sheet, captions: Captions, number: int) -> Iterator[Leg]:
    for column, piece in enumerate(sheet.rows[number].pieces):
        start = _after_caption(captions, sheet, number, column, *_HEADINGS)
        dashes = list(_DASH.finditer(piece.text, start)) if len(piece.text) <= _LONGEST else []
        if len(dashes) == 1:
            one, two = _part(piece, start, dashes[0].start()), _part(piece, dashes[0].end(), len(piece.text))
            if one and two and not same_place(one.text, two.text):
                sure = 0.85 if start else 0.65 if _has_time_near(sheet, number) else 0.55
                times = _moment(piece, start, dashes[0].start()), _moment(piece, dashes[0].end(), len(piece.text))
                yield Leg(Stop(one, number, times[0]), Stop(two, number, times[1]), "pattern", sure)


def _stacked(view: View, captions: Captions) -> Iterator[Leg]:
    """Two places one below the other, behind “single” or “return” or before “via”."""
    for sheet in view.sheets:
        for number in range(1, len(sheet.rows) - 1):
            pieces = [_lone_place(sheet, captions, near) for near in (number, number + 1)]
            if pieces[0] and pieces[1] and (_is_trip(sheet.rows[number - 1]) or _is_via(sheet, captions, number + 2)):
                one, two = (_whole(piece) for piece in pieces if piece)
                if one and two and is_aligned(pieces[0], pieces[1], sheet.height) and not same_place(one.text, two.text):
                    yield Leg(Stop(one, number), Stop(two, number + 1), "place", 0.7)


def _lone_place(sheet: Sheet, captions: Captions, row: int) -> Piece | None:
    pieces = sheet.rows[row].pieces
    return pieces[0] if len(pieces) == 1 and captions.is_free(sheet, row, 0) and _whole(pieces[0]) else None


def _is_trip(row: Row) -> bool:
    """Whether a row begins with a word for a journey there, or there and back, and has no sentence."""
    text = row.pieces[0].text
    hit = lexicon("travel").named(text, "trip")
    return hit is not None and hit.exact and hit.start == 0 and text.count(" ") <= _TRIP


def _is_via(sheet: Sheet, captions: Captions, row: int) -> bool:
    return any(each.is_("via") for each in captions.by_piece.get((sheet.page, row, 0), ()))


def _has_time_near(sheet: Sheet, number: int) -> bool:
    near = sheet.rows[max(number - 2, 0) : number + 4]
    return any(found.sure for row in near for found in find_times(row.text))
