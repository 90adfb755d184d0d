"""Which template fits a document, and how its zones lie there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from uncial.fields.model import Field, Fields
from uncial.fields.sheet import Span, View
from uncial.fields.templates.finding import Ground, ZoneWay, find_field
from uncial.fields.templates.model import Phrase, Rows, Rule, Template, Zone
from uncial.fields.templates.phrases import Pages, Place, folded
from uncial.fields.templates.tables import find_items
from uncial.fields.templates.types import Writing
from uncial.geometry import Box

_LEAST = 0.5
"""Evidence up to this is none."""
_MISSING = 0.5
"""What goes where all required fields are missing."""
_TRIED = 12
"""So many templates, those with most phrases on the pages, are tried out."""
_SURE_MARK = 0.85
"""Phrases that are read less well tell nothing about where zones are."""
_SPREAD = 0.08
"""Fractions of the page: marks that are closer together tell nothing about its size."""


@dataclass(frozen=True)
class Fit:
    """A template, and what speaks for it."""

    template: Template
    fields: Fields
    evidence: float
    """0..1."""
    weight: float
    """How many letters of its phrases were found."""


@dataclass(frozen=True)
class _Known:
    """A template whose phrases are on the pages."""

    template: Template
    share: float
    weight: float
    marks: tuple[tuple[Phrase, Place], ...]


def best_fit(templates: Sequence[Template], view: View) -> Fit | None:
    """The template for which most speaks, with its fields; None where too little speaks for any."""
    pages = Pages(view)
    known = sorted(filter(None, (_known(each, pages) for each in templates)), key=lambda each: -each.share * each.weight)
    fits = [fit for each in known[:_TRIED] if (fit := _fit(each, pages)) and fit.evidence > _LEAST]
    return max(fits, key=lambda fit: fit.evidence * (1 + fit.weight), default=None)


def fields_of(template: Template, pages: Pages, marks: Sequence[tuple[Phrase, Place]] = ()) -> Fields:
    """The fields of a template on pages that are of its form."""
    ground = Ground(
        pages, Writing.of(template, pages.view), ways_of(marks, pages), _labels(template, pages), _home(marks, pages)
    )  # fmt: skip
    found: dict[str, Field | None] = {rule.name: find_field(rule, ground) for rule in template.fields}
    found |= {rows.name: find_items(rows, ground) for rows in template.rows}
    return {name: field for name, field in found.items() if field}


def marks_of(template: Template, pages: Pages) -> tuple[tuple[Phrase, Place], ...]:
    """Its phrases that are on the pages, with their places."""
    found = ((phrase, pages.mark(phrase)) for phrase in template.matches.known_by)
    return tuple((phrase, place) for phrase, place in found if place)


def _known(template: Template, pages: Pages) -> _Known | None:
    matches = template.matches
    if not all(map(pages.mark, matches.all_of)) or any(map(pages.mark, matches.none_of)):
        return None
    marks = marks_of(template, pages)
    likeness = {id(phrase): place.likeness for phrase, place in marks}
    every, most, some = (
        [likeness.get(id(phrase), 0.0) for phrase in phrases] for phrases in (matches.all_of, matches.most_of, matches.any_of)
    )
    if 2 * sum(map(bool, most)) < len(most) or (some and not any(some)):
        return None
    counted = [*every, *most, *([max(some)] if some else [])]
    share = sum(counted) / len(counted) if counted else 1.0
    # Half of the phrases are enough, so that half of them say as much as is needed.
    return _Known(template, _LEAST + share / 2, sum(_letters(phrase) * place.likeness for phrase, place in marks), marks)


def _letters(phrase: Phrase) -> int:
    return len(folded(phrase.text)) or 1


def _fit(known: _Known, pages: Pages) -> Fit | None:
    template = known.template
    fields = fields_of(template, pages, known.marks)
    rules: list[Rule | Rows] = [*template.fields, *template.rows]
    required = [rule.name for rule in rules if rule.required]
    read = [rule.name for rule in rules if isinstance(rule, Rows) or rule.value is None]
    missing = sum(name not in fields for name in required) / len(required) if required else 0.0
    if (read and not any(name in fields for name in read)) or (not known.marks and missing):
        return None
    return Fit(template, fields, known.share * (1 - _MISSING * missing), known.weight)


def _labels(template: Template, pages: Pages) -> tuple[Place, ...]:
    """Where the anchors of its fields stand, the best readings of each."""
    anchors = {anchor for rule in template.fields if rule.value is None and rule.where != "same" for anchor in rule.anchors}
    return tuple(place for anchor in sorted(anchors) for place in pages.places(anchor))


def _home(marks: Sequence[tuple[Phrase, Place]], pages: Pages) -> Span | None:
    """The first mark; where there is none the first piece of the first page."""
    spans = (place.span for _, place in marks)
    return next((span for span in spans if span), None) or next((piece.whole for piece in pages.view.pieces), None)


def ways_of(marks: Sequence[tuple[Phrase, Place]], pages: Pages) -> dict[int, ZoneWay]:
    """How zones lie on each page on which marks tell."""
    return {sheet.page: _way(seen, sheet.box) for sheet in pages.view.sheets if (seen := list(_seen(marks, sheet.page)))}


def _seen(marks: Iterable[tuple[Phrase, Place]], page: int) -> Iterator[tuple[Zone, Box]]:
    """Where marks stood on the sample, and where they stand on this page."""
    for phrase, place in marks:
        if phrase.at and place.sheet.page == page and place.likeness >= _SURE_MARK and (span := place.span):
            yield phrase.at, span.box


def _way(seen: Sequence[tuple[Zone, Box]], page: Box) -> ZoneWay:
    xs = [pair for at, box in seen for pair in ((at[0], box.left), (at[2], box.right))]
    ys = [((at[1] + at[3]) / 2, box.center.y) for at, box in seen]
    across = _scale(xs) or page.width
    down = _scale(ys) or page.height * across / page.width  # enlarged as it is across
    return ZoneWay((across, _offset(xs, across)), (down, _offset(ys, down)))


def _scale(pairs: Sequence[tuple[float, float]]) -> float | None:
    """By how much the first of each pair has to be multiplied: the median of what each two of them say (Theil, 1950)."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(pairs, 2) if abs(b[0] - a[0]) >= _SPREAD]
    scale = median(slopes) if slopes else 0.0
    return scale if scale > 0 else None


def _offset(pairs: Sequence[tuple[float, float]], scale: float) -> float:
    return median(there - scale * here for here, there in pairs)
