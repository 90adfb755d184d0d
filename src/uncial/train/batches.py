"""Lines as a network takes them: heaps of one width, in an order that a seed and a number tell alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.crop import HEIGHT
from uncial.engines.neural.recognise import STRETCH
from uncial.train.augment import varied

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image
    from uncial.train.shelf import Sample
    from uncial.train.teacher import Lesson

STRIDE = 8
"""Pixels of a fitted line image for each time step of the networks, which can say one character in each."""
_NARROWEST, _WIDEST = 48, 1600
_AHEAD = 4
"""Steps that are made ready while one is learned."""
HEAP = 16
"""Lines of one width that are reckoned together: more of them are no quicker."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line as it is learned or watched."""

    sample: Sample
    width: int
    """Of the fitted image, in pixels."""
    classes: tuple[int, ...]
    """Of the true text."""
    lesson: Lesson | None = None
    """What the teacher said, where one was asked."""
    trust: float = 0.0
    """How far the teacher is believed, 0..1."""
    given: bool = False
    """Whether a user gave it: such lines are few, and look a little different each time."""

    def text_weight(self, least: float) -> float:
        """What its true text weighs: little where the teacher says the same, all where it does not."""
        return least + (1 - least) * (1 - self.trust)


class Heap(NamedTuple):
    """Some lines of one width, and a number by which chance is told what to do with them."""

    number: int
    lines: tuple[Labelled, ...]


class Batch(NamedTuple):
    """A heap with its images."""

    images: NDArray[np.uint8]
    """N x 48 x W x 3, RGB."""
    lines: tuple[Labelled, ...]


def fitted(image: Image, width: int) -> Image:
    """The line image 48 pixels high and so wide (48 x W x 3)."""
    import cv2

    if image.shape[:2] == (HEIGHT, width):
        return image
    how = cv2.INTER_AREA if image.shape[0] > HEIGHT else cv2.INTER_LINEAR
    return cv2.resize(image, (width, HEIGHT), interpolation=how)  # type: ignore[return-value]


def width_of(sample: Sample) -> int:
    """How wide its fitted image is: one of few widths, so that many lines share one and none has to be padded.

    Padding would change what a network sees of the line's end, and of its mean. The widths lie so near that no line is stretched
    by more than a twentieth.
    """
    height, width = sample.size()
    wanted = min(max(width * STRETCH / sample.stretch * HEIGHT / height, _NARROWEST), _WIDEST)
    step = STRIDE
    while wanted / step > 16:
        step *= 2
    return max(round(wanted / step) * step, _NARROWEST)


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As the networks take them: N x 3 x 48 x W, BGR, mean and deviation .5 (what `uncial.network.as_batch` does for one)."""
    import numpy as np

    batch = np.ascontiguousarray(images[..., ::-1].transpose(0, 3, 1, 2), dtype=np.float32)
    batch *= 2 / 255
    batch -= 1
    return batch


def classes_of_text(text: str, place: Mapping[str, int]) -> tuple[int, ...] | None:
    """The classes of a text's characters; None where the head lacks one of them."""
    found = [place.get(character) for character in text]
    return None if None in found else tuple(each for each in found if each is not None)


def heaps(lines: Sequence[Labelled], seed: Sequence[int], size: int = HEAP) -> list[tuple[Labelled, ...]]:
    """All lines once, in heaps of one width, shuffled by the seed."""
    import numpy as np

    rng = np.random.default_rng(list(seed))
    by_width: dict[int, list[Labelled]] = {}
    for i in rng.permutation(len(lines)):
        by_width.setdefault(lines[i].width, []).append(lines[i])
    made = [each for _, group in sorted(by_width.items()) for each in _parted(group, size)]
    return [made[i] for i in rng.permutation(len(made))]


def _parted(group: Sequence[Labelled], size: int) -> Iterator[tuple[Labelled, ...]]:
    """The lines in parts of that size, the last of them in parts of a half, a quarter, and so on.

    Each new shape costs a network a second to get ready for, so that there must not be many.
    """
    first = 0
    while first < len(group):
        while size > len(group) - first:
            size //= 2
        yield tuple(group[first : first + size])
        first += size


def endless(lines: Sequence[Labelled], seed: int, first: int, size: int = HEAP) -> Iterator[Heap]:
    """Heap after heap, epoch after epoch, from the heap of that number on."""
    epoch, number = 0, 0
    while lines:
        for each in heaps(lines, (seed, epoch), size):
            if number >= first:
                yield Heap(number, each)
            number += 1
        epoch += 1


def loaded(steps: Iterator[list[Heap]], seed: int) -> Iterator[tuple[list[Heap], list[Batch]]]:
    """The heaps of each step with their images, some steps made ready ahead."""
    with ThreadPoolExecutor(1, thread_name_prefix="uncial-lines") as pool:

        def ready(step: list[Heap]) -> tuple[list[Heap], list[Batch]]:
            return step, [batch_of(heap, seed) for heap in step]

        waiting = [pool.submit(ready, step) for step in islice(steps, _AHEAD)]
        while waiting:
            done = waiting.pop(0).result()
            waiting.extend(pool.submit(ready, step) for step in islice(steps, 1))
            yield done


def batch_of(heap: Heap, seed: int | None = None) -> Batch:
    """That heap with its images; given lines a little different each time where a seed says how."""
    import numpy as np

    rng = None if seed is None else np.random.default_rng((seed, heap.number))
    return Batch(np.stack([_image(line, rng) for line in heap.lines]), heap.lines)


def _image(line: Labelled, rng: np.random.Generator | None) -> Image:
    image = fitted(line.sample.image(), line.width)
    return varied(image, rng) if line.given and rng is not None else image
