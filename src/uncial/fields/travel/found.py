"""How fields of tickets and boarding passes are made: from the values of captions, from a barcode."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import time
from typing import Generic, NamedTuple, TypeVar

from uncial.fields.labels import Parsed
from uncial.fields.model import Field, Payload
from uncial.fields.names import NAMES
from uncial.fields.sheet import Span
from uncial.fields.travel.captions import Captions, Slot
from uncial.fields.values.dates import FoundTime, find_times

_BARE_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s?[hH](?:rs)?)?(?![^\W_]|[.,:/-]\d)\s*(?![\d])")
_SURE = 0.98
"""That a barcode says what it says: it has check symbols."""
_BELOW = 2
"""Rows; a value stands no further below its caption."""


T = TypeVar("T", bound=Parsed)


class Found(NamedTuple, Generic[T]):
    """A value of a caption."""

    value: T
    span: Span
    slot: Slot


_NAMES = NAMES["ticket"].keys() | NAMES["boarding-pass"].keys()


def barcode_fields(payload: Payload) -> dict[str, Field]:
    """What a barcode says of a journey, as fields that stand where the barcode is; what else it says stays with the barcode."""
    quad, says = payload.barcode.quad, payload.says
    return {
        name: Field(value, str(value), payload.page, quad, _SURE, "barcode") for name, value in says.items() if name in _NAMES
    }


def each_of(captions: Captions, name: str, parse: Callable[[str], Iterable[T]]) -> Iterator[Found[T]]:
    """Every value of the captions of that name, from the top down, the likeliest place of each first."""
    for caption in captions.named(name):
        for slot in captions.slots(caption):
            if slot.row > caption.label.row + _BELOW:
                break
            found = next(iter(parse(slot.text)), None)
            if found:
                yield Found(found, slot.cut(found.start, found.end), slot)
                break


def first_of(captions: Captions, name: str, parse: Callable[[str], Iterable[T]]) -> Found[T] | None:
    """The first value of the captions of that name."""
    return next(each_of(captions, name, parse), None)


def possible_times(text: str) -> Iterator[FoundTime]:
    """The sure times of a text, or the one that is all of it: 1719 is one behind its caption."""
    if bare := _BARE_TIME.match(text):
        yield FoundTime(time(int(bare[1]), int(bare[2])), *bare.span(), False)
    for found in find_times(text):
        if found.sure or (found.start == 0 and not any(map(str.isalnum, text[found.end :]))):
            yield found
