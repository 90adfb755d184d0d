"""Makes labelled lines: a text, set in a font, damaged, cut out as a line of a page is."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from math import atan, cos, degrees, radians, sin
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from uncial.engines.crop import inked, line_image, line_width
from uncial.engines.neural.recognise import STRETCH
from uncial.errors import TrainingDataEmpty
from uncial.geometry import Quad
from uncial.train.lines import Drawing, LabelledLine
from uncial.train.synth.damage import damaged
from uncial.train.synth.fonts import Shelf, find_fonts
from uncial.train.synth.render import draw
from uncial.train.synth.text import Texts

if TYPE_CHECKING:
    from numpy.random import Generator

    from uncial.raster import Image
    from uncial.train.recipe import Synth
    from uncial.train.synth.fonts import Font

WIDEST = 1_200
"""Pixels of a line image, 48 high. Longer ones cost more than they teach."""
_TRIES = 40
"""How often a line is begun anew before the recipe is given up: each try has another text, font and damage."""
_FONTS_TRIED = 24
_CONTRAST = 24.0
"""Levels of grey between the ink and the paper of a line that people can read."""
_LOOSE, _LOOSEST = 0.35, 0.3
"""How often a line is cut out higher than a detector would, and by how much at most above and below, in its heights."""
_CHUNK = 25
_HINT = "Install free fonts: scripts/train-fonts. Or name folders of your own in the recipe: synth: fonts:."
SAMPLES = "samples.jsonl"


class Writer(Protocol):
    """What says the texts: `Texts`, or those of a test."""

    def line(self, kind: str, rng: Random) -> str:
        """One line of that kind."""
        ...


def make_line(synth: Synth, seed: int, shelf: Shelf, texts: Writer, number: int) -> LabelledLine:
    """Line `number` of a run: it depends on nothing but the recipe and the seed.

    Raises `TrainingDataEmpty` where no font is for lines of the kinds that the recipe wants, or has their letters.
    """
    rng, words = np.random.default_rng((seed, number)), Random(f"{seed}/{number}")
    for _ in range(_TRIES):
        line = _tried(synth, shelf, texts, rng, words)
        if line:
            return line
    raise TrainingDataEmpty(f"No font that was found can draw line {number} of the recipe.", hint=_HINT)


def _tried(synth: Synth, shelf: Shelf, texts: Writer, rng: Generator, words: Random) -> LabelledLine | None:
    kind = _kind(synth.kinds, shelf, words)
    text = texts.line(kind, words)
    font = shelf.font_for(kind, text, (words.random() for _ in range(_FONTS_TRIED)))
    if font is None:
        return None
    try:
        drawing, text = _drawn(text, font, kind, rng)
    except OSError:  # FreeType cannot draw an outline of that font
        return None
    drawing = damaged(drawing, kind, rng)
    cut = line_image(drawing.image, _as_found(drawing.quad, rng), STRETCH)
    return LabelledLine(cut, text, kind, font.name, STRETCH) if cut.shape[1] <= WIDEST and _is_legible(cut) else None


def _drawn(text: str, font: Font, kind: str, rng: Generator) -> tuple[Drawing, str]:
    """The line drawn, and as much of its text as is not too long."""
    while True:
        drawing = draw(text, font, kind, rng)
        wide = line_width(drawing.quad, STRETCH)
        if wide <= WIDEST or len(text) < 2:
            return drawing, text
        text = _shortened(text, WIDEST / wide * 0.95)


def _kind(kinds: Mapping[str, float], shelf: Shelf, words: Random) -> str:
    """One of the kinds, as often as the recipe says."""
    names = [name for name in kinds if name in shelf.kinds]
    if not names:
        raise TrainingDataEmpty(f"There is no font for lines of the kinds {', '.join(kinds)}.", hint=_HINT)
    sums = list(accumulate(kinds[name] for name in names))
    return names[bisect(sums, words.random() * sums[-1], hi=len(names) - 1)]


def _shortened(text: str, part: float) -> str:
    """The beginning of the text, up to a space where there is one."""
    most = max(int(len(text) * part), 1)
    return (text[: most + 1].rpartition(" ")[0] or text[:most]).strip()


def _as_found(quad: Quad, rng: Generator) -> Quad:
    """The quad as it is found: a detector errs on each side by some 4 % of the height, seldom more, and turns a little.

    What people and other programs draw around lines (PAGE, ALTO, forms) is often higher, so that the letters come out smaller.
    """
    spread = 0.04 if rng.random() < 0.93 else 0.09
    left, top, right, bottom = np.clip(rng.normal(0, spread, 4), -0.22, 0.14).tolist()
    if rng.random() < _LOOSE:
        more = rng.uniform(0, _LOOSEST, 2)
        top, bottom = top + float(more[0]), bottom + float(more[1])
    across = quad.height / max(quad.width, 1.0)
    grown = quad.band(-top, 1 + bottom).span(-max(left, -0.06) * across, 1 + max(right, -0.06) * across)
    most = min(degrees(atan(0.24 * across)), 1.0)
    angle = float(np.clip(rng.normal(0, 0.35), -1, 1)) * most
    return _turned(grown, angle)


def _turned(quad: Quad, angle: float) -> Quad:
    """The quad turned around its middle by so many degrees."""
    (x, y), (c, s) = quad.box.center, (cos(radians(angle)), sin(radians(angle)))
    return Quad.of_points((x + c * (px - x) - s * (py - y), y + s * (px - x) + c * (py - y)) for px, py in quad)


def _is_legible(cut: Image) -> bool:
    """Whether there is ink that stands off its paper."""
    ink = inked(cut)
    gray = cut.mean(axis=2)
    return bool(ink.mean() > 0.002 and abs(gray[ink].mean() - gray[~ink].mean()) >= _CONTRAST)


# A folder of them


class _Work(NamedTuple):
    synth: Synth
    seed: int
    folder: Path
    cache: Path


def make_lines(
    synth: Synth,
    seed: int,
    first: int,
    count: int,
    folder: Path,
    processes: int = 1,
    told: Callable[[int], None] = lambda made: None,
) -> None:
    """Makes the lines `first` to `first + count` of a run in that folder, and tells how many there are after each few.

    Lines that the folder has are not made again, so that it goes on where it was stopped, at whatever moment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cache = folder.parent / "fonts.json"  # beside the folder: the lines that are watched are made of the same fonts
    find_fonts(synth.fonts, cache)
    there = _there(folder)
    wanted = [number for number in range(first, first + count) if _name(number) not in there]
    told(count - len(wanted))
    chunks = [tuple(wanted[start : start + _CHUNK]) for start in range(0, len(wanted), _CHUNK)]
    made = count - len(wanted)
    with (folder / SAMPLES).open("a", encoding="utf-8") as samples:
        for records in _chunks_made(_Work(synth, seed, folder, cache), chunks, processes):
            samples.write("".join(records))
            samples.flush()
            made += len(records)
            told(made)


def _chunks_made(work: _Work, chunks: list[tuple[int, ...]], processes: int) -> Iterator[list[str]]:
    if processes <= 1 or len(chunks) <= 1:
        yield from map(_Maker(work).made, chunks)
        return
    from multiprocessing import get_context

    # spawned, not forked: the process that asks may have threads, of torch or of the command's progress bar
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (work,)) as pool:
        yield from pool.map(_made, chunks)


class _Maker:
    """Makes lines of one run; the fonts and words are prepared once."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._shelf = Shelf(find_fonts(work.synth.fonts, work.cache))
        self._texts = Texts(work.synth.languages)

    def made(self, numbers: tuple[int, ...]) -> list[str]:
        """Makes these lines, and returns their records, a line of text each."""
        return [self._written(number) for number in numbers]

    def _written(self, number: int) -> str:
        work = self._work
        line = make_line(work.synth, work.seed, self._shelf, self._texts, number)
        (work.folder / _name(number)).write_bytes(_png(line.image))
        record = {"file": _name(number), "text": line.text, "kind": line.kind, "source": line.source, "stretch": line.stretch}
        return json.dumps(record, ensure_ascii=False) + "\n"


@dataclass
class _Process:
    maker: _Maker | None = None


_here = _Process()
"""What this process of a pool has prepared."""


def _begin(work: _Work) -> None:
    import cv2

    cv2.setNumThreads(1)
    _here.maker = _Maker(work)


def _made(numbers: tuple[int, ...]) -> list[str]:
    assert _here.maker, "the pool prepares each process before it gives it work"
    return _here.maker.made(numbers)


def _name(number: int) -> str:
    return f"{number:07}.png"


def _there(folder: Path) -> frozenset[str]:
    """The files of the lines that are there whole; a record that was cut off is taken away."""
    path = folder / SAMPLES
    if not path.is_file():
        return frozenset()
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    with path.open("r+b") as samples:
        samples.truncate(len(whole))
    return frozenset(json.loads(line)["file"] for line in whole.splitlines())


def _png(image: Image) -> bytes:
    """The image as a PNG file, in grey where it has no colour: a third of the size."""
    import cv2

    plain = bool((image[:, :, 0] == image[:, :, 1]).all() and (image[:, :, 1] == image[:, :, 2]).all())
    return cv2.imencode(".png", image[:, :, 0] if plain else cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()
