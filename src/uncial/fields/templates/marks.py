"""By what a form is known, told by its samples: phrases that all of them have and that are no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from uncial.fields.sheet import Piece
from uncial.fields.templates.model import Matches, Phrase, Rule
from uncial.fields.templates.phrases import folded
from uncial.fields.templates.samples import Hit, Sample

OF_THE_FORM = frozenset(
    "merchant address phone email website tax_id issuer issuer_address issuer_vat_id issuer_tax_number issuer_registration"
    " issuer_phone issuer_email issuer_website iban bic carrier venue currency sender".split()
)
"""Fields that say the same on each form of its kind: who made it out."""
MARK_LETTERS = 5
"""Shorter phrases tell too little."""
_TITLE_LETTERS = 8
_LIKENESS = 0.85
"""How well a phrase has to be read on every sample."""
_MOST_MARKS, _MOST_TITLES = 8, 1
_TOP = 0.25
"""Of the page: titles and names of companies stand in it."""
_LONG = 28
"""Letters; longer phrases are no better."""


def matches_of(rules: Sequence[Rule], marks: Sequence[Phrase], samples: int) -> Matches:
    """What has to be on a page of the form: the name of who made it out, or a title, and most of the labels and other phrases.

    Where there are zones, phrases say where they stood, so that zones can follow them.
    """
    labels = [anchor for rule in rules if rule.value is None for anchor in rule.anchors if len(folded(anchor)) >= MARK_LETTERS]
    names = [rule.anchors[0] for rule in rules if rule.value is not None and rule.anchors]
    phrases = [mark.text for mark in marks]
    if not names and samples > 1:  # of one sample alone a title might be somebody's name
        names = [mark.text for mark in marks if _is_title(mark) and folded(mark.text) not in set(map(folded, labels))]
    names = sorted(_each_once(names), key=lambda each: -min(len(folded(each)), _LONG))
    titles = names[:_MOST_TITLES]
    others = [each for each in _each_once([*titles, *labels, *names, *phrases]) if each not in titles][:_MOST_MARKS]
    at = {folded(mark.text): mark.at for mark in marks if any(rule.zone for rule in rules)}
    every, most = (tuple(Phrase(text, at=at.get(folded(text))) for text in texts) for texts in (titles, others))
    return Matches(all_of=every, most_of=most)


def _each_once(phrases: Iterable[str]) -> list[str]:
    """Those that differ, each as it stands first."""
    return list({folded(phrase): phrase for phrase in reversed(list(phrases))}.values())[::-1]


def marks_of_all(samples: Sequence[Sample], hits: Mapping[str, Sequence[Hit]]) -> Iterator[Phrase]:
    """Phrases that all samples have and that are none of their values, with their places on the first; titles first."""
    sheet = samples[0].view.sheets[0] if samples[0].view.sheets else None
    if sheet is None:
        return
    taken = {id(part[0]) for every in hits.items() for hit in _varying(*every) for part in _parts(hit)}
    free = [piece for piece in sheet.pieces if id(piece) not in taken]
    found = [(text, piece) for piece in free if (text := _as_mark(piece, samples))]
    width, height = sheet.box.width, sheet.box.height
    for text, piece in sorted(found, key=lambda each: -_worth(each[0], each[1], height))[:_MOST_MARKS]:
        left, top, right, bottom = piece.box
        yield Phrase(
            text, at=(round(left / width, 4), round(top / height, 4), round(right / width, 4), round(bottom / height, 4))
        )


def _varying(name: str, hits: Sequence[Hit]) -> Sequence[Hit]:
    return () if name in OF_THE_FORM else hits


def _parts(hit: Hit) -> Iterator[tuple[Piece, int, int]]:
    return hit.line.stretch.parts(hit.start, hit.end)


def _as_mark(piece: Piece, samples: Sequence[Sample]) -> str:
    """What a piece says, where that stands on all samples; else nothing."""
    text = piece.text.strip(" .:;,-")
    if any(char.isdigit() for char in text) or len(folded(text)) < MARK_LETTERS:
        return ""
    places = [sample.pages.mark(Phrase(text)) for sample in samples]
    return text if all(place and place.likeness >= _LIKENESS for place in places) else ""


def _is_title(mark: Phrase) -> bool:
    return mark.at is not None and mark.at[1] < _TOP and len(folded(mark.text)) >= _TITLE_LETTERS


def _worth(text: str, piece: Piece, height: float) -> float:
    """Long phrases tell more, and those at the top."""
    return min(len(folded(text)), _LONG) * (1.5 if piece.box.top < _TOP * height else 1.0)
