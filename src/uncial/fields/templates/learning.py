"""Makes a template from one to three corrected samples: each way to find a field is tried on all, the simplest is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from uncial.document import Document
from uncial.errors import TemplateInvalid
from uncial.fields.model import Field
from uncial.fields.templates.candidates import Candidate, alone, beside, in_zone
from uncial.fields.templates.finding import Ground, ZoneWay, find_field
from uncial.fields.templates.fitting import best_fit, ways_of
from uncial.fields.templates.guesses import pattern_of, types_of
from uncial.fields.templates.marks import MARK_LETTERS, OF_THE_FORM, marks_of_all, matches_of
from uncial.fields.templates.model import Phrase, Rule, Template
from uncial.fields.templates.phrases import folded
from uncial.fields.templates.samples import WORDED, Hit, Sample, is_same
from uncial.fields.templates.types import Writing
from uncial.fields.templates.vocabulary import MOST_LETTERS, NAME_PATTERN
from uncial.fields.templates.written import written
from uncial.fields.values.dates import is_day_first

_KEY_FIELDS = ("total", "due", "date", "number", "booking_reference", "ticket_number")
"""Without which a page is hardly the form, where it has them."""
_LATER_TYPE = 0.5
"""What speaks against a type that tells less than another."""


@dataclass(frozen=True)
class Learned:
    """A template that was made from samples."""

    text: str
    """YAML, with remarks for who reads it."""
    missed: Mapping[str, str] = field(default_factory=dict)
    """Fields that were not learned, and why; under `matches` why a sample is not known again."""


def learn(samples: Sequence[tuple[Document, Mapping[str, str]]], name: str, kind: str = "other") -> Learned:
    """A template for the form that these documents are of, each with the values of its fields as they should be read.

    Dates and times are in ISO 8601, numbers with a point. Raises `TemplateInvalid` where there is no sample or no field.
    """
    odd = {key: why for _, says in samples for key, value in says.items() if (why := _odd(key, value))}
    given = [Sample(document, {k: v for k, v in says.items() if folded(v) and k not in odd}) for document, says in samples]
    if not any(sample.says for sample in given):
        hint = next(
            (f"{key}: {why}." for key, why in odd.items()), 'Give for each sample what its fields say: {"total": "9.00"}.'
        )
        raise TemplateInvalid("There is nothing to learn from.", hint=hint)
    learned = _Lesson.of(given).learned(name, kind)
    return replace(learned, missed={**odd, **learned.missed})


def _odd(name: str, value: str) -> str:
    """Why a field cannot be in a template; empty where it can."""
    if not re.fullmatch(NAME_PATTERN, name):
        return "a name has small letters, digits and _, and begins with a letter"
    return f"its value has more than {MOST_LETTERS} characters" if len(value) > MOST_LETTERS else ""


@dataclass(frozen=True)
class _Lesson:
    """Samples, how they write dates and numbers, and the phrases that all of them have."""

    samples: Sequence[Sample]
    writing: Writing
    day_first: bool | None
    """None where nothing tells."""
    hits: Sequence[Mapping[str, Sequence[Hit]]]
    """Of each sample, everywhere that the value of a field stands."""
    marks: tuple[Phrase, ...]
    grounds: tuple[Ground, ...]

    @staticmethod
    def of(samples: Sequence[Sample]) -> _Lesson:
        """The lesson of these samples."""
        writing = max(_writings(), key=lambda each: _hit_count(samples, each))
        turned = replace(writing, day_first=not writing.day_first)
        told = {is_day_first(sample.view.text) for sample in samples} - {None}
        sure = _hit_count(samples, turned) < _hit_count(samples, writing)
        hits = [{name: list(_all_hits(sample, name, writing)) for name in sample.says} for sample in samples]
        marks = tuple(marks_of_all(samples, hits[0]))
        grounds = tuple(_ground(sample, marks, writing) for sample in samples)
        return _Lesson(samples, writing, writing.day_first if sure else _only(told), hits, marks, grounds)

    def learned(self, name: str, kind: str) -> Learned:
        """The template, and what could not be learned."""
        names = list(dict.fromkeys(each for sample in self.samples for each in sample.says))
        rules = {each: self._constant(each) or self._rule(each) for each in names}
        missed = {each: self._why(each) for each, rule in rules.items() if rule is None}
        template = self._template(name, kind, [rule for rule in rules.values() if rule])
        return Learned(written(template, len(self.samples)), {**missed, **self._wrong(template)})

    # ---- one field

    def _constant(self, name: str) -> Rule | None:
        """What stands on the form itself: the same on all samples, and a field that says who made it out."""
        said = [sample.says.get(name, "") for sample in self.samples]
        if name not in OF_THE_FORM or len({folded(each) for each in said}) != 1 or not said[0]:
            return None
        value = said[0]
        for anchor in (value, *value.split("\n"), *value.split(",")):
            if len(folded(anchor)) >= MARK_LETTERS and all(sample.pages.places(anchor) for sample in self.samples):
                return Rule(name, anchors=(anchor.strip(),), value=value)
        return Rule(name, value=value)

    def _rule(self, name: str) -> Rule | None:
        """The simplest of the rules that are right on most samples; None where none is right on more than half."""
        said = [sample.says[name] for sample in self.samples if name in sample.says]
        best: tuple[int, float, Rule] | None = None
        for number, type in enumerate(types_of(name, said)):
            rule = Rule(name, type=type, pattern=pattern_of(said) if type == "code" else None)
            for candidate in self._candidates(rule):
                cost = candidate.cost + _LATER_TYPE * number
                if best is None or best[0] or cost < best[1]:
                    best = min(
                        filter(None, (best, (self._wrongs(candidate.rule), cost, candidate.rule))), key=lambda each: each[:2]
                    )
        return best[2] if best and 2 * best[0] < len(self.samples) else None

    def _candidates(self, rule: Rule) -> Iterator[Candidate]:
        said = [number for number, sample in enumerate(self.samples) if rule.name in sample.says]
        hits = {number: found for number in said if (found := self.samples[number].hits(rule.name, rule.type, self.writing))}
        if not hits:
            return
        first = min(hits)
        values = [each for every in self.hits[first].values() for each in every]
        for hit in hits[first]:
            lined = replace(rule, lines=hit.lines) if hit.lines > 1 else rule
            yield from beside(lined, hit, self.samples[first], values)
            there = {number: _closest(hit, found, self._way(number), self._way(first)) for number, found in hits.items()}
            yield from in_zone(lined, [(self.samples[number], each, self._way(number)) for number, each in there.items()])
        yield from alone(rule)

    def _way(self, number: int) -> ZoneWay:
        """How zones lie on the first page of a sample."""
        sheet = self.samples[number].view.sheets[0]
        return self.grounds[number].zones.get(sheet.page) or ZoneWay((sheet.box.width, 0.0), (sheet.box.height, 0.0))

    def _wrongs(self, rule: Rule) -> int:
        """On how many samples a rule is wrong: a sample may be misread. A text that is another one counts for all of them."""
        found = [find_field(rule, ground) for ground in self.grounds]
        wrong = [each for each, sample in zip(found, self.samples, strict=True) if not _is_right(rule.name, sample, each)]
        return len(self.samples) if rule.type == "text" and any(wrong) else len(wrong)

    def _why(self, name: str) -> str:
        there = [hits.get(name) for sample, hits in zip(self.samples, self.hits, strict=True) if name in sample.says]
        if not all(there):
            return "its value does not stand on every sample that has it, as far as it was read"
        return "no words and no place are beside it on all samples"

    # ---- the template

    def _template(self, name: str, kind: str, rules: Sequence[Rule]) -> Template:
        required = {rule.name for rule in rules if rule.name in _KEY_FIELDS and all(rule.name in s.says for s in self.samples)}
        fields = tuple(replace(rule, required=rule.name in required) for rule in rules)
        dates, numbers = (any(rule.type in types for rule in rules) for types in (("date",), ("amount", "number", "percent")))
        return Template(
            name,
            kind,
            self.day_first if dates else None,
            self.writing.decimal_mark if numbers else "",
            matches_of(rules, self.marks, len(self.samples)),
            fields,
        )

    def _wrong(self, template: Template) -> dict[str, str]:
        """What the template does not find on the samples that it was made from."""
        wrong: dict[str, str] = {}
        for number, sample in enumerate(self.samples, start=1):
            fit = best_fit([template], sample.view)
            if fit is None:
                wrong["matches"] = f"sample {number} is not known again by its phrases"
                continue
            for rule in template.fields:
                if not _is_right(rule.name, sample, fit.fields.get(rule.name)):
                    wrong[rule.name] = f"on sample {number} the template finds something else"
        return wrong


def _ground(sample: Sample, marks: Sequence[Phrase], writing: Writing) -> Ground:
    seen = [(mark, place) for mark in marks if (place := sample.pages.mark(mark))]
    return Ground(sample.pages, writing, ways_of(seen, sample.pages))


def _only(told: Set[bool | None]) -> bool | None:
    """What all say that say something; None where they differ."""
    return next(iter(told)) if len(told) == 1 else None


def _is_right(name: str, sample: Sample, found: Field | None) -> bool:
    if name not in sample.says or found is None:
        return name not in sample.says and found is None
    return not isinstance(found.value, tuple) and is_same(sample.says[name], found.value)


def _writings() -> Iterator[Writing]:
    """How dates and numbers may be written, the usual first."""
    return (Writing(first, mark) for mark in ("", ".", ",") for first in (True, False))


def _hit_count(samples: Sequence[Sample], writing: Writing) -> int:
    """How many of the values are found where they are written so."""
    told = ((sample, name, next(types_of(name, [said]))) for sample in samples for name, said in sample.says.items())
    return sum(bool(sample.hits(name, type, writing)) for sample, name, type in told)


def _all_hits(sample: Sample, name: str, writing: Writing) -> Iterator[Hit]:
    for type in types_of(name, [sample.says[name]]):
        hits = sample.hits(name, type, writing)
        yield from hits
        if hits and type not in WORDED:
            return


def _closest(hit: Hit, others: Sequence[Hit], way: ZoneWay, own: ZoneWay) -> Hit:
    """Of the places of a value on another sample the one that lies where the hit does on its own."""
    x, y = _fraction(hit, own)
    return min(others, key=lambda other: abs(_fraction(other, way)[0] - x) + abs(_fraction(other, way)[1] - y))


def _fraction(hit: Hit, way: ZoneWay) -> tuple[float, float]:
    (sx, dx), (sy, dy) = way.across, way.down
    box = hit.span.box if hit.span else None
    return ((box.left - dx) / sx, (box.center.y - dy) / sy) if box else (0.0, 0.0)
