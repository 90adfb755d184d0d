"""The Tesseract engine, in this process: its LSTM recogniser with the language packs that are installed.

    read        page → Recognisers.recognise → page_line
    read_lines  each quad → flat image → Recognisers.recognise (single line) → strip_line

Tesseract's own objects serve one thread each. They stay within the engine's threads, so there are never more than those.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, cast

from uncial.cores import lent_cores
from uncial.document import Line
from uncial.engines import EngineConfig, EngineInfo, NameCard
from uncial.engines.crop import flat_image
from uncial.engines.tesseract.packs import find_packs, packs_for, readable
from uncial.engines.tesseract.recognise import Recognisers
from uncial.engines.tesseract.words import NAME, page_line, strip_line
from uncial.geometry import Quad, Transform

if TYPE_CHECKING:
    from uncial.engines.tesseract.recognise import FoundLine, Grey
    from uncial.raster import Image

_KEPT = 4
"""Sets of languages that stay loaded: clients may ask for any mixture."""
_LONGEST = 32_000
"""Pixels of a side; Tesseract counts them in 16 bits with a sign (it refuses 32,767)."""
_LINE_HEIGHT = 48
_PAD = 12
"""The height of a line's flat image and the border around it, in pixels: measured, on lines of all development sets."""
_STRIP_HEIGHT = 128
_STRIP_LENGTH = 6
"""An image lower than so many pixels, or so many times as long as high, may be a single line."""
_TEXT = 60
"""Percent that the words of a text are sure on the mean; what is seen in noise, faces and streets is at 10 to 50."""
_MARGIN = 10
"""Pixels of ground around a page, or letters that touch its edge are taken for a frame."""


def _name_card(engine: TesseractEngine | None) -> EngineInfo:
    """What packs there are is looked up, and nothing is loaded."""
    installed = _version()
    languages = readable(find_packs(engine.models if engine else None)) if installed else ()
    return EngineInfo(NAME, installed, languages, licence="Apache-2.0", gives_confidence=True)


class TesseractEngine:
    """Finds and reads lines with Tesseract. Any number of threads may use it at once."""

    info = NameCard(_name_card)

    def __init__(self, config: EngineConfig) -> None:
        threads = config.threads or lent_cores()
        self.models: Path | None = config.models
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="uncial-tesseract")
        self._recognisers = Recognisers(_KEPT * threads)

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """All lines on the image (H x W x 3, uint8, RGB), in no particular order."""
        packs = packs_for(languages, find_packs(self.models))
        height, width = image.shape[:2]
        if _is_blank(image):
            return []
        grey, back = _page_for_tesseract(image)
        found = self._threads.submit(self._find, grey, packs).result()
        return [line for each in found if (line := page_line(each, back, width, height))]

    def read_lines(self, image: Image, quads: Sequence[Quad], languages: Sequence[str]) -> list[Line | None]:
        """What stands at each quad of the image (H x W x 3, uint8, RGB), each taken for one line; None where that is nothing."""
        packs = packs_for(languages, find_packs(self.models))

        def read(quad: Quad) -> Line | None:
            flat = _line_for_tesseract(image, quad)
            if _is_blank(flat):
                return None
            found = self._recognisers.recognise(flat, packs, "line")
            if not found:
                # Looking for the line in its image it sometimes loses it, Arabic more than others.
                found = self._recognisers.recognise(flat, packs, "raw line")
            return strip_line(found, quad, flat.shape[1] - 2 * _PAD, _PAD)

        return list(self._threads.map(read, quads))

    def _find(self, grey: Grey, packs: tuple[Path, ...]) -> list[FoundLine]:
        """What stands on the page. A strip with no more than one line is better read as one.

        Tesseract finds nothing at all on pages that slope by more than some 4 degrees; taken for one block, most is still read.
        """
        found = self._recognisers.recognise(grey, packs, "page")
        if len(found) <= 1 and _is_strip(grey):
            found = self._recognisers.recognise(grey, packs, "line") or found
        return found or _sure(self._recognisers.recognise(grey, packs, "block"))


def _version() -> str:
    """Of tesserocr, whose wheel brings Tesseract along: each of its versions has one of Tesseract's."""
    try:
        return f"tesserocr-{version('tesserocr')}"
    except PackageNotFoundError:
        return ""


def _is_strip(grey: Grey) -> bool:
    """Whether the image is so low that it may well be a line cut out of a page, or a word."""
    height, width = grey.shape
    return bool(height < _STRIP_HEIGHT or width > _STRIP_LENGTH * height)


def _sure(found: list[FoundLine]) -> list[FoundLine]:
    """The lines if they are text on the whole; Tesseract sees a block of letters in any photograph."""
    words = [word.confidence for line in found for word in line.words]
    return found if words and sum(words) / len(words) > _TEXT else []


def _is_blank(image: Image | Grey) -> bool:
    return int(image.min()) == int(image.max())


def _page_for_tesseract(image: Image) -> tuple[Grey, Transform]:
    """The page in grey with a margin, small enough for Tesseract, and the way back to the page's own pixels."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = min(1.0, (_LONGEST - 2 * _MARGIN) / max(height, width))
    if scale < 1:
        size = ceil(width * scale), ceil(height * scale)
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    way = Transform.scaling(grey.shape[1] / width, grey.shape[0] / height).then(Transform.translation(_MARGIN, _MARGIN))
    return _with_border(cast("Grey", grey), _MARGIN), way.inverse()


def _line_for_tesseract(image: Image, quad: Quad) -> Grey:
    """The line as a flat grey image with a border."""
    import cv2

    width = min(max(round(quad.width / max(quad.height, 1.0) * _LINE_HEIGHT), 16), _LONGEST - 2 * _PAD)
    flat = cv2.cvtColor(flat_image(image, quad, width, _LINE_HEIGHT), cv2.COLOR_RGB2GRAY)
    return _with_border(cast("Grey", flat), _PAD)


def _with_border(grey: Grey, size: int) -> Grey:
    """The image with a border in the colour of its upper and lower edge."""
    import cv2
    import numpy as np

    ground = int(np.median(np.concatenate([grey[0], grey[-1]])))
    return cast("Grey", cv2.copyMakeBorder(grey, size, size, size, size, cv2.BORDER_CONSTANT, value=[ground]))
