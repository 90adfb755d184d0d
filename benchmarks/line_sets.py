"""The lines of labelled sets, cut out as the engine cuts them, for recognisers to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from uncial.engines.crop import line_image
from uncial.engines.neural.recognise import STRETCH
from uncial.evaluate.profiles import profile_for
from uncial.geometry import Box, Quad
from uncial.options import Limits, Options
from uncial.pages import open_pages
from uncial.sources import open_source
from uncial.train.judge import Reads, Score, judged
from uncial.train.lines import LabelledLine

if TYPE_CHECKING:
    from uncial.raster import Image

T = TypeVar("T")
Scores = Mapping[str, Score]
"""By the name of the recogniser."""
_STANDING = 1.6
"""What is so many times higher than wide, and holds more than two letters, runs up or down: no line for a recogniser alone."""


def evenly(items: Sequence[T], limit: int | None) -> list[T]:
    """So many of them, evenly spread; all of them without a limit."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[i * len(items) // limit] for i in range(limit)]


class Cut(NamedTuple):
    """One labelled line, and where it stands; None for an image that is one line."""

    path: Path
    quad: Quad | None
    text: str


def cuts_of(folder: Path) -> Iterator[Cut]:
    """All lines of a set that somebody could read."""
    for told in (folder / "labels.jsonl").read_text(encoding="utf-8").split("\n"):
        if told:
            record = json.loads(told)
            yield from (cut for cut in _cuts(folder / record["file"], record) if cut.text.strip())


def _cuts(path: Path, record: dict[str, Any]) -> Iterator[Cut]:
    if record.get("unit"):
        yield Cut(path, None, record["text"])
        return
    for line in record["lines"]:
        quad = _quad(line)
        if not line.get("ignore") and (quad.height < _STANDING * quad.width or len(line["text"]) <= 2):
            yield Cut(path, quad, line["text"])


def _quad(line: dict[str, Any]) -> Quad:
    if corners := line.get("quad"):
        return Quad.of_points(zip(corners[::2], corners[1::2], strict=True))
    return Quad.of_box(Box(*line["box"]))


def labelled(cuts: Iterable[Cut], kind: str) -> Iterator[LabelledLine]:
    """The lines, cut out as the engine cuts them; one image is held at a time."""
    for path, group in groupby(cuts, key=lambda cut: cut.path):
        image = image_of(path)
        whole = Quad.of_box(Box(0, 0, image.shape[1], image.shape[0]))
        for cut in group:
            yield LabelledLine(line_image(image, cut.quad or whole, STRETCH), cut.text, kind, path.name, STRETCH)


def image_of(path: Path) -> Image:
    """The pixels of the first page of a file."""
    with open_pages(open_source(path, Limits()), Options(), Limits()) as images:
        return next(iter(images)).load().image


def lines_judged(recognisers: Mapping[str, Reads], folder: Path, limit: int | None) -> Scores:
    """The scores of a set of lines."""
    lines = labelled(evenly(list(cuts_of(folder)), limit), folder.name)
    return judged(recognisers, lines, profile_for(folder)).all
