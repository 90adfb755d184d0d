"""The teacher: a larger recogniser that says of each time step which characters it may show, and how sure that is.

Networks of this kind name a character at one step and nothing at those around it, and each has its own habit of where in the
character that step lies. A pupil that is told another habit than its own stands between the two for a while, and then names
nothing at either: it drops letters that are easy to read. So what the teacher says is moved, by one step at most, to where the
pupil would say something itself.

What it says is kept on disk, the likeliest classes of each step alone, so that a line is asked about once however often it is
learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.neural.graph import keep_classes
from uncial.models import load_alphabet, load_model
from uncial.network import Network, as_batch
from uncial.train.batches import fitted, width_of
from uncial.train.graph import write_layers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.train.base import Base
    from uncial.train.shelf import Sample

ITSELF = "base"
"""The teacher is the pupil as it was before it learned."""
_KEPT = 8
"""Classes of a step that are kept: the rest shares less than a thousandth of the chances."""
_SHARD = 500
"""Lines in a file."""


class Lesson(NamedTuple):
    """What the teacher says of one line: T x 8 classes of the pupil's head, and their chances, which sum to 1."""

    classes: NDArray[np.uint16]
    chances: NDArray[np.float16]
    read: tuple[int, ...]
    """The classes of the text that it reads there."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A recogniser whose classes are those of the pupil, as far as it has them."""

    network: Network
    classes: NDArray[np.uint16]
    """Of the pupil, by its own."""
    pupil: Network | None
    """As it was before it learned; None where it teaches itself."""

    @staticmethod
    def load(name: str, base: Base) -> Teacher:
        """The recogniser of that name (`ppocr-v6-small`, or `base`) for a pupil that starts from there. Raises `ModelMissing`."""
        import numpy as np

        pupil = Network(write_layers(base.model, base.layers, {}), "pupil")
        if name == ITSELF:
            return Teacher(pupil, np.arange(len(base.classes), dtype=np.uint16), None)
        known = load_alphabet(f"{name}-alphabet")
        place = {character: i for i, character in enumerate(known)}
        shared = [character for character in base.classes if character in place]
        model = keep_classes(load_model(f"{name}-rec"), [place[each] for each in shared], [0.0] * len(shared))
        index = {character: i for i, character in enumerate(base.classes)}
        return Teacher(Network(model, name), np.array([index[each] for each in shared], np.uint16), pupil)

    def lesson(self, image: NDArray[np.uint8]) -> Lesson:
        """What it says of a fitted line image (48 x W x 3)."""
        import numpy as np

        batch = as_batch(image)
        chances = self.network.run(batch)[0]
        path = chances.argmax(axis=1)
        own = path if self.pupil is None else self.pupil.run(batch)[0].argmax(axis=1)
        order = in_step(path > 0, own > 0)
        best = np.argpartition(chances, -_KEPT, axis=1)[:, -_KEPT:]
        kept = np.take_along_axis(chances, best, axis=1)
        kept /= kept.sum(axis=1, keepdims=True)
        return Lesson(self.classes[best][order], kept.astype(np.float16)[order], collapsed(self.classes[path]))


def in_step(speaks: NDArray[np.bool_], own: NDArray[np.bool_]) -> list[int]:
    """The order of the teacher's steps in which it names characters where the pupil does (both: T, whether it names one).

    A step at which the teacher alone names something changes places with one beside it at which the pupil alone does.
    """
    order = list(range(len(speaks)))
    lonely, missed = speaks & ~own, own & ~speaks
    for step in lonely.nonzero()[0].tolist():
        for beside in (step - 1, step + 1):
            if 0 <= beside < len(order) and missed[beside]:
                order[step], order[beside] = order[beside], order[step]
                missed[beside] = False
                break
    return order


def collapsed(path: NDArray[np.integer]) -> tuple[int, ...]:
    """The classes that a path of time steps stands for: repeats taken together, blanks taken out (Graves et al. 2006)."""
    import numpy as np

    starts = np.concatenate(([True], path[1:] != path[:-1]))
    return tuple(int(each) for each in path[starts] if each)


def teach(
    load: Callable[[], Teacher],
    mark: str,
    samples: Sequence[Sample],
    folder: Path,
    threads: int,
    told: Callable[[int], None] | None = None,
) -> list[Lesson]:
    """What the teacher says of these lines, in their order; asked only about those that the folder does not have yet.

    `mark` tells this teacher with this pupil from others, whose lessons are of no use.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lessons: list[Lesson] = []
    asked = cache(load)
    with ThreadPoolExecutor(threads, thread_name_prefix="uncial-teacher") as pool:
        for number, first in enumerate(range(0, len(samples), _SHARD)):
            path, shard = folder / f"{number:05}.npz", samples[first : first + _SHARD]
            names = _names(mark, shard)
            known = _load(path, names)
            if known is None:
                known = list(pool.map(lambda sample: asked().lesson(fitted(sample.image(), width_of(sample))), shard))
                _save(path, names, known)
            lessons += known
            if told:
                told(len(lessons))
    return lessons


def _names(mark: str, samples: Sequence[Sample]) -> str:
    return "\n".join((mark, *(f"{sample.path.name}\t{width_of(sample)}\t{sample.text}" for sample in samples)))


def _save(path: Path, names: str, lessons: Sequence[Lesson]) -> None:
    import numpy as np

    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        names=np.array(names),
        steps=np.array([len(each.classes) for each in lessons], np.int32),
        classes=np.concatenate([each.classes for each in lessons]),
        chances=np.concatenate([each.chances for each in lessons]),
        lengths=np.array([len(each.read) for each in lessons], np.int32),
        read=np.array([each for lesson in lessons for each in lesson.read], np.uint16),
    )
    partial.replace(path)


def _load(path: Path, names: str) -> list[Lesson] | None:
    import numpy as np

    if not path.is_file():
        return None
    with np.load(path) as told:
        if str(told["names"]) != names:
            return None
        steps, lengths = np.cumsum(told["steps"])[:-1], np.cumsum(told["lengths"])[:-1]
        parts = (np.split(told["classes"], steps), np.split(told["chances"], steps), np.split(told["read"], lengths))
        return [Lesson(classes, chances, tuple(read.tolist())) for classes, chances, read in zip(*parts, strict=True)]


ILLEGIBLE = 0.2
"""Where a teacher errs by more than that there is nothing to learn: the line is too damaged for a smaller network."""


def trust(true: Sequence[int], read: Sequence[int]) -> float:
    """How far the teacher is believed of a line (0..1): not at all where it is illegible to it."""
    from uncial.evaluate.metrics import edits

    return max(0.0, 1.0 - edits([chr(each) for each in true], [chr(each) for each in read]).rate / ILLEGIBLE)
