"""The fit: a recogniser learns lines from their texts and from a teacher, and what comes of it is watched.

    fit → _lines (what is learned, what is watched, what the teacher says) → Pupil.learn, step by step
        → _look, every so often: read what is watched, keep the best → Checkpoint.save

Each line costs, in nats, how far its time steps are from what the teacher says of them (the cross-entropy, as in Hinton et al.,
"Distilling the Knowledge in a Neural Network", 2015), and how unlikely its true text is (connectionist temporal classification:
Graves et al. 2006). The teacher is believed as far as it reads the line right, and lines that are illegible to it are
left out. What is kept is the exponential moving average of
the weights (Polyak and Juditsky 1992: single steps wander, their mean does not), blended with the weights that it started from.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from statistics import fmean
from typing import TYPE_CHECKING, Any

from uncial.cores import lent_cores
from uncial.errors import TrainingDataEmpty
from uncial.evaluate.metrics import Edits, edits
from uncial.evaluate.normalise import graphemes, normalise
from uncial.evaluate.profiles import Profile
from uncial.train.base import Base, base_of
from uncial.train.batches import STRIDE, Heap, Labelled, batch_of, classes_of_text, endless, heaps, loaded, width_of
from uncial.train.checkpoint import Checkpoint
from uncial.train.lines import GIVEN
from uncial.train.pupil import Pupil, layers_of, sharpened
from uncial.train.shelf import Sample, shelved
from uncial.train.teacher import Teacher, teach, trust
from uncial.train.tune import FEWEST, FORGIVEN

if TYPE_CHECKING:
    from pathlib import Path

    from uncial.train.graph import Layer
    from uncial.train.recipe import Fit, Recipe
    from uncial.train.run import RunFolder

_APART = 5
"""Every fifth given line is watched and not learned, where there are enough of them. Otherwise all are both."""
_DENSEST = 0.72
"""Characters a time step. Of narrower ones a network can only learn to leave some out, and then leaves out others too."""
_STEADY = 3
"""So many looks together tell how good the latest one is."""
_FORGETTING = 10.0
"""So much the error rate of made lines counts against that of given ones where it rises by more than half of what is forgiven."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of the averaged weights at one point of the fit."""

    step: int
    seconds: float
    lines: int
    """Learned so far, each as often as it was."""
    rate: float
    loss: float
    """Mean of the steps since the last look, in nats a time step."""
    cer: Mapping[str, float]
    """By kind of watched line."""
    watched: Mapping[str, int]
    """How many lines those are."""
    teacher: Mapping[str, float]
    """The teacher's CER by kind of watched line, as far as it was asked."""
    best: bool

    def told(self) -> dict[str, Any]:
        """As `log.jsonl` has it."""
        return {**asdict(self), "seconds": round(self.seconds, 1), "loss": round(self.loss, 6)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit came to."""

    looks: tuple[Mapping[str, Any], ...]
    """All looks, as `log.jsonl` has them."""
    best: int
    """Which of them saw the best weights."""
    reason: str
    """Why it ended: "steps", "minutes" or "no better"."""

    @property
    def before(self) -> Mapping[str, float]:
        """CER by kind of watched line of the weights that it started from."""
        cer: Mapping[str, float] = self.looks[0]["cer"]
        return cer

    @property
    def after(self) -> Mapping[str, float]:
        """The same of the best weights."""
        cer: Mapping[str, float] = self.looks[self.best]["cer"]
        return cer


@dataclass(frozen=True, slots=True)
class _Lines:
    """What is learned and what is watched."""

    made: list[Labelled]
    given: list[Labelled]
    watched: list[Labelled]


def fit(
    recipe: Recipe,
    run: RunFolder,
    told: Callable[[Look], None] | None = None,
    taught: Callable[[float], None] | None = None,
) -> Outcome:
    """Learn until the recipe says that it is enough, going on where an earlier fit of this run was stopped.

    `told` hears each look at what is watched, `taught` before that which part of the lines (0..1) the teacher was asked about.

    Raises `TrainingDataEmpty`, `ModelMissing`, `EngineFailed` and `SourceDamaged`.
    """
    base = base_of(recipe)
    lines = _lines(recipe, run, base, taught)
    pupil = Pupil(base.layers, recipe.fit, lent_cores())
    if saved := Checkpoint.load(run.state, base.mark):
        pupil.go_on(saved)
    watch = _Watch(recipe, run, base, pupil, lines.watched, told)
    steps = loaded(_steps(lines, recipe, pupil.progress.heaps), recipe.seed)
    if not pupil.progress.looks:
        pupil.choose_precision(next(steps)[1])
        steps = loaded(_steps(lines, recipe, {}), recipe.seed)
        watch.look(0.0)
    losses: list[float] = []
    while not (reason := _enough(pupil, recipe.fit)):
        heaps_of_step, batches = next(steps)
        losses.append(pupil.learn(batches))
        pupil.progress.heaps.update((_pile(heap), heap.number + 1) for heap in heaps_of_step)
        if pupil.progress.step % recipe.fit.every == 0:
            watch.look(sum(losses) / len(losses))
            losses.clear()
    if losses:
        watch.look(sum(losses) / len(losses))
    return Outcome(tuple(pupil.progress.looks), pupil.progress.best, reason)


def best_layers(recipe: Recipe, run: RunFolder) -> list[Layer]:
    """The best weights of a run so far. Raises `TrainingDataEmpty` where nothing was learned yet."""
    base = base_of(recipe)
    saved = Checkpoint.load(run.state, base.mark)
    if saved is None:
        raise TrainingDataEmpty(f"Nothing was learned in {run.folder} yet.", hint="Learn first: uncial train fit RECIPE")
    return sharpened(layers_of(saved, base.layers), recipe.fit.sharpen)


class _Watch:
    """Looks at the averaged weights, keeps the best, and everything that is needed to go on."""

    def __init__(
        self,
        recipe: Recipe,
        run: RunFolder,
        base: Base,
        pupil: Pupil,
        watched: Sequence[Labelled],
        told: Callable[[Look], None] | None,
    ) -> None:
        self._recipe, self._run, self._base, self._pupil, self._told = recipe, run, base, pupil, told
        self._counts = dict(Counter(map(_kind, watched)))
        self._teacher = _rates(base, ((line, line.lesson.read) for line in watched if line.lesson))
        self._heaps = [Heap(i, each) for i, each in enumerate(heaps(watched, (0,)))]

    def look(self, loss: float) -> None:
        """See how well it reads by now; note it, and save where the fit has come to."""
        progress = self._pupil.progress
        self._pupil.blend()
        cer = self._cer()
        looks = progress.looks
        seen = [*(each["cer"] for each in looks), cer]
        best = not looks or _standing(seen) < _standing(seen[: progress.best + 1])
        rate = self._pupil.rate()
        look = Look(progress.step, progress.seconds, progress.lines, rate, loss, cer, self._counts, self._teacher, best)
        if best:
            progress.best = len(looks)
            self._pupil.keep()
        looks.append(look.told())
        self._pupil.saved(self._base.mark).save(self._run.state)
        self._run.log.write_text("".join(json.dumps(each) + "\n" for each in looks), encoding="utf-8")
        if self._told:
            self._told(look)

    def _cer(self) -> dict[str, float]:
        return _rates(
            self._base, (pair for heap in self._heaps for pair in zip(heap.lines, self._pupil.read(batch_of(heap)), strict=True))
        )


def _rates(base: Base, read: Iterable[tuple[Labelled, Sequence[int]]]) -> dict[str, float]:
    """The character error rate by kind of line, given lines and the classes that were read on them.

    It has the digits that the log has, so that what comes back from there is neither better nor worse than it was.
    """
    found: dict[str, Edits] = {}
    for line, classes in read:
        more = edits(_letters(line.sample.text), _letters("".join(base.classes[each] for each in classes)))
        errors, length = found.get(_kind(line), (0, 0))
        found[_kind(line)] = Edits(errors + more.errors, length + more.length)
    return {kind: round(found[kind].rate, 5) for kind in sorted(found)}


def _kind(line: Labelled) -> str:
    return GIVEN if line.given else line.sample.kind


def _letters(text: str) -> list[str]:
    return graphemes(normalise(text, Profile()))


def _standing(seen: Sequence[Mapping[str, float]]) -> float:
    """How good the latest of some looks is, by the mean of the last few; the less the better.

    Where a handful of lines are kept apart, a letter or two decide on one look: the luckiest would win, and often it is an
    early one.
    """
    latest = seen[-_STEADY:]
    mean = {kind: round(fmean(cer[kind] for cer in latest), 6) for kind in seen[-1]}
    return _score(mean, seen[0])


def _score(cer: Mapping[str, float], start: Mapping[str, float]) -> float:
    """How good weights with these error rates are; the less the better."""
    made, made_at_start = _mean_made(cer), _mean_made(start)
    if GIVEN not in cer:
        return made
    return cer[GIVEN] + _FORGETTING * max(0.0, made - made_at_start - FORGIVEN / 2)


def _mean_made(cer: Mapping[str, float]) -> float:
    rates = [rate for kind, rate in cer.items() if kind != GIVEN]
    return sum(rates) / len(rates) if rates else 0.0


def _enough(pupil: Pupil, fit: Fit) -> str:
    """Why it is enough, "" while it is not."""
    progress = pupil.progress
    if fit.steps is not None and progress.step >= fit.steps:
        return "steps"
    if fit.minutes is not None and progress.seconds >= 60 * fit.minutes:
        return "minutes"
    return "no better" if len(progress.looks) - 1 - progress.best >= fit.patience else ""


def _lines(recipe: Recipe, run: RunFolder, base: Base, told: Callable[[float], None] | None) -> _Lines:
    place = {character: i for i, character in enumerate(base.classes) if character}
    made = _labelled(shelved(run.lines), place)
    given = [replace(each, given=True) for each in _labelled(shelved(run.given), place)]
    watched = _labelled(_some_of_each(shelved(run.watched), recipe.fit.watched), place)
    if not made and not given:
        raise TrainingDataEmpty(f"There are no lines to learn from in {run.folder}.", hint="Make some: uncial train synth RECIPE")
    learned, apart = parted(given)
    if recipe.teacher and recipe.fit.distil:
        made = [line for line in _taught(made, recipe.teacher, base, run.teacher, told) if line.trust]
        watched = _taught(watched, recipe.teacher, base, run.teacher / "watched", None)
    return _Lines(*([line for line in lines if _has_room(line)] for lines in (made, learned, watched + apart)))


def _has_room(line: Labelled) -> bool:
    """Whether its characters are wide enough to be told apart; of lines that were given, somebody said that they are."""
    return line.given or len(line.classes) <= _DENSEST * line.width / STRIDE


def parted(given: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """The given lines that are learned, and those that are watched."""
    if len(given) < FEWEST:
        return given, given
    return [each for i, each in enumerate(given) if i % _APART != _APART - 1], given[_APART - 1 :: _APART]


def _labelled(samples: Sequence[Sample], place: Mapping[str, int]) -> list[Labelled]:
    """Those of the lines whose text the head can say."""
    found = ((sample, classes_of_text(sample.text, place)) for sample in samples)
    return [Labelled(sample, width_of(sample), classes) for sample, classes in found if classes]


def _some_of_each(samples: Sequence[Sample], most: int) -> list[Sample]:
    kinds = sorted({sample.kind for sample in samples})
    return [each for kind in kinds for each in islice((one for one in samples if one.kind == kind), most)]


def _taught(
    lines: list[Labelled], teacher: str, base: Base, folder: Path, told: Callable[[float], None] | None
) -> list[Labelled]:
    """The lines with what the teacher says of them."""
    mark = f"{teacher} {base.mark}"
    samples = [each.sample for each in lines]
    lessons = teach(
        lambda: Teacher.load(teacher, base), mark, samples, folder, lent_cores(),
        (lambda done: told(done / len(samples))) if told else None,
    )  # fmt: skip
    pairs = zip(lines, lessons, strict=True)
    return [replace(line, lesson=lesson, trust=trust(line.classes, lesson.read)) for line, lesson in pairs]


def _steps(lines: _Lines, recipe: Recipe, done: Mapping[str, int]) -> Iterator[list[Heap]]:
    """The heaps of step after step: given lines and made ones, in the recipe's proportion, from those that are done on."""
    fit = recipe.fit
    given = round(fit.batch * fit.given) if lines.given and lines.made else fit.batch if lines.given else 0
    piles = [
        (endless(lines.made, recipe.seed, done.get("made", 0)), fit.batch - given),
        (endless(lines.given, recipe.seed, done.get("given", 0)), given),
    ]
    while True:
        yield [heap for pile, wanted in piles for heap in _about(pile, wanted)]


def _about(pile: Iterator[Heap], wanted: int) -> Iterator[Heap]:
    """Heaps until there are so many lines."""
    while wanted > 0:
        heap = next(pile)
        wanted -= len(heap.lines)
        yield heap


def _pile(heap: Heap) -> str:
    return "given" if heap.lines[0].given else "made"
