"""Makes a template from one to three corrected samples: each way to find a field is tried on all, the simplest is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from uncial.fields.templates.written import written

_KEY_FIELDS = ("total", "due", "date", "number", "booking_reference", "ticket_number")
"""Without which a page is hardly the form, where it has them."""


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
    given = [Sample(document, {key: value for key, value in says.items() if folded(value)}) for document, says in samples]
    if not given or not any(sample.says for sample in given):
        hint = 'Give for each sample what its fields say: {"total": "9.00"}.'
        raise TemplateInvalid("There is nothing to learn from.", hint=hint)
    return _Lesson.of(given).learned(name, kind)


@dataclass(frozen=True)
class _Lesson:
    """Samples, how they write dates and numbers, and the phrases that all of them have."""

    samples: Sequence[Sample]
    writing: Writing
    hits: Sequence[Mapping[str, Sequence[Hit]]]
    """Of each sample, everywhere that the value of a field stands."""
    marks: tuple[Phrase, ...]

    @staticmethod
    def of(samples: Sequence[Sample]) -> _Lesson:
        """The lesson of these samples."""
        writing = max(_writings(), key=lambda each: _hit_count(samples, each))
        hits = [{name: list(_all_hits(sample, name, writing)) for name in sample.says} for sample in samples]
        return _Lesson(samples, writing, hits, tuple(marks_of_all(samples, hits[0])))

    def learned(self, name: str, kind: str) -> Learned:
        """The template, and what could not be learned."""
        rules: dict[str, Rule] = {}
        missed: dict[str, str] = {}
        for field_name in dict.fromkeys(each for sample in self.samples for each in sample.says):
            rule = self._constant(field_name) or self._rule(field_name)
            if rule:
                rules[field_name] = rule
            else:
                missed[field_name] = self._why(field_name)
        template = self._template(name, kind, list(rules.values()))
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
        """The simplest rule that finds the field on every sample that has it, and nothing on the others."""
        best: tuple[float, Rule] | None = None
        for number, (type, pattern_said) in enumerate(self._typed(name)):
            rule = Rule(name, type=type, pattern=pattern_of(pattern_said) if pattern_said else None)
            for candidate in self._candidates(rule):
                cost = candidate.cost + 0.5 * number
                if (best is None or cost < best[0]) and self._is_right(candidate.rule):
                    best = cost, candidate.rule
        return best[1] if best else None

    def _typed(self, name: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Types that the field may have, each with the values that its pattern is to be made of."""
        said = [sample.says[name] for sample in self.samples if name in sample.says]
        for type in types_of(name, said):
            yield type, said if type == "code" else ()

    def _candidates(self, rule: Rule) -> Iterator[Candidate]:
        found = [(sample, sample.hits(rule.name, rule.type, self.writing)) for sample in self.samples if rule.name in sample.says]
        if not all(hits for _, hits in found):
            return
        sample, hits = found[0]
        values = [each for every in self.hits[self.samples.index(sample)].values() for each in every]
        for hit in hits:
            lined = replace(rule, lines=hit.lines) if hit.lines > 1 else rule
            yield from beside(lined, hit, sample, values)
            zones = [(each, _closest(hit, others, self._way(each), self._way(sample)), self._way(each)) for each, others in found]
            yield from in_zone(lined, zones)
        yield from alone(rule)

    def _way(self, sample: Sample) -> ZoneWay:
        sheet = sample.view.sheets[0]
        return self._ground(sample, self.marks).zones.get(sheet.page) or ZoneWay((sheet.box.width, 0.0), (sheet.box.height, 0.0))

    def _ground(self, sample: Sample, marks: Sequence[Phrase], labels: Sequence[Rule] = ()) -> Ground:
        seen = [(mark, place) for mark in marks if (place := sample.pages.mark(mark))]
        return Ground(sample.pages, self.writing, ways_of(seen, sample.pages))

    def _is_right(self, rule: Rule) -> bool:
        return all(_is_right(rule.name, sample, find_field(rule, self._ground(sample, self.marks))) for sample in self.samples)

    def _why(self, name: str) -> str:
        there = [hits.get(name) for sample, hits in zip(self.samples, self.hits, strict=True) if name in sample.says]
        if not all(there):
            return "its value does not stand on every sample that has it, as far as it was read"
        return "no words and no place are beside it on all samples"

    # ---- the template

    def _template(self, name: str, kind: str, rules: Sequence[Rule]) -> Template:
        required = {rule.name for rule in rules if rule.name in _KEY_FIELDS and all(rule.name in s.says for s in self.samples)}
        fields = tuple(replace(rule, required=rule.name in required) for rule in rules)
        writing = self.writing
        ambiguous = any(rule.type == "date" for rule in rules)
        numbers = any(rule.type in ("amount", "number", "percent") for rule in rules)
        return Template(
            name,
            kind,
            writing.day_first if ambiguous else None,
            writing.decimal_mark if numbers else "",
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
