"""Which phrases on a ticket are labels: words of labels stand in sentences and names, too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from uncial.fields.labels import Label
from uncial.fields.lexicon import lexicon
from uncial.fields.tokens import fold, has_digits
from uncial.fields.travel.particulars import class_before
from uncial.fields.travel.places import airports_of

_VALUE = re.compile(r"[\s.:#-]{0,3}(?:\d|[A-Z]\d{0,3}\b)")
_PROSE = 16
"""Words; a piece that is longer has a caption only where a colon follows it."""
_COMPACT = {
    "coach",
    "seat",
    "row",
    "section",
    "entrance",
    "class",
    "platform",
    "gate",
    "service",
    "departure",
    "arrival",
    "sequence",
}
"""Captions that stand within a line too, with a number behind them: “Wg. 12, Pl. 45”."""
_ENDS = {"origin", "destination"}
MARKS = " \t.:：;=#-–—…·_*|/,°º"
JOIN = re.compile(r"[\s./|&+,()-]{0,4}(?:und|and|et|y|e|en|i)?[\s./|(-]{0,3}")
"""What stands between the two halves of one caption: “Von / From”, “Wagen/Platz”, “Datum (Date)”."""
_TIME = re.compile(r"\s*\d{1,2}\s?[:h.]\s?\d{2}")
COLON = re.compile(r"\s?[:：]")
SHORT = 3
"""Letters; captions that short are words of other languages too."""


def is_caption(label: Label, before: Sequence[Label], text: str) -> bool:
    """Whether a phrase is a label where it stands, with those that were found before it in its piece."""
    key = len(fold(text[label.hit.start : label.hit.end]))
    colon = bool(COLON.match(text, label.hit.end))
    rest = text[label.hit.end :]
    digits = sum(map(str.isdigit, text[label.hit.start : label.hit.end]))
    if key <= SHORT and 2 * digits > key:
        return False  # seat 10C is no “Loc”
    if text.count(" ") >= _PROSE and not (colon and label.hit.exact):
        return False
    if not label.hit.exact and _is_other_word(text[label.hit.start : label.hit.end], rest):
        return False
    if label.leads:
        if key > SHORT or colon:
            return True
        if _ENDS.issuperset(label.hit.names) and _TIME.match(rest):
            return False
        return label.hit.exact and (not any(map(str.isalnum, rest)) or _begins(rest) or label.hit.is_("origin", "destination"))
    if not label.hit.exact:
        return False
    if before and JOIN.fullmatch(text, before[-1].hit.end, label.hit.start):
        return key > 1 or before[-1].hit.is_(*_ENDS)
    if colon:
        return key > 1 and (key > SHORT or text[label.hit.start].isupper())
    if label.hit.is_("destination") and any(each.hit.is_("origin") for each in before):
        return _begins(rest) or not any(map(str.isalnum, rest))
    if label.hit.is_("valid_until") and any(each.hit.is_("valid_from", "validity") for each in before):
        return True
    if label.hit.is_("class") and re.search(r"\b[12]\s?(?:\.|st|nd|e|ª|a|º|re|ère|ème|nde|de)?\s?$", text[: label.hit.start]):
        return True
    if label.hit.is_("class") and not any(map(str.isalnum, rest)) and next(class_before(text[: label.hit.start]), None):
        return True
    if label.hit.is_("departure", "arrival") and any(each.hit.is_("validity", "valid_from", "valid_until") for each in before):
        return False
    named = label.hit.is_(*_COMPACT) or (label.hit.is_("time") and text[label.hit.start].isupper())
    return named and key > 1 and bool(_VALUE.match(rest))


def _is_other_word(phrase: str, rest: str) -> bool:
    """Whether what is nearly a label is a city, or a word of travel without a number: “Billet” is no “E-billet”."""
    return bool(airports_of(phrase)) or (fold(phrase) in lexicon("travel").entries and not has_digits(rest))


def _begins(rest: str) -> bool:
    """Whether what follows begins with a capital or a digit."""
    bare = rest.lstrip(MARKS + "(")
    return bool(bare) and (bare[0].isupper() or bare[0].isdigit())
