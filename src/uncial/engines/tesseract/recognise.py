"""The only place that knows tesserocr: Tesseract's objects, one for each thread, and what they recognise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from weakref import finalize

from uncial.engines.tesseract.packs import SUFFIX
from uncial.errors import EngineFailed, EngineMissing
from uncial.geometry import Box, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    """Height x width, 0 black to 255 white, C-contiguous."""

Kind = Literal["page", "block", "line", "raw line"]
"""What an image is taken for: a page of any layout, lines one below the other, or one line."""

_first = Lock()
"""Tesseract's globals are set by the first object that is made."""


class Symbol(NamedTuple):
    """One character, which may be several code points."""

    text: str
    confidence: float
    """0..100, as Tesseract gives it."""
    box: Box


@dataclass(frozen=True, slots=True)
class Found:
    """One word as Tesseract found it."""

    confidence: float
    box: Box
    spaced: bool
    """Whether Tesseract saw a space at its left."""
    symbols: list[Symbol] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its characters, as they are read: those of right-to-left scripts have the rightmost first."""
        return "".join(symbol.text for symbol in self.symbols)


class FoundLine(NamedTuple):
    """One line as Tesseract found it, in pixels of the image that it was shown."""

    words: list[Found]
    start: Point
    """Where its baseline begins."""
    end: Point


class Recognisers:
    """Loaded recognisers, each lent to one thread at a time; the latest few stay loaded."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._idle: list[tuple[tuple[Path, ...], Any]] = []
        self._lock = Lock()
        self._folder: Path | None = None

    def recognise(self, grey: Grey, packs: tuple[Path, ...], kind: Kind) -> list[FoundLine]:
        """What stands on the image. Raises `EngineFailed`."""
        import tesserocr

        psm = tesserocr.PSM
        mode = {"page": psm.AUTO, "block": psm.SINGLE_BLOCK, "line": psm.SINGLE_LINE, "raw line": psm.RAW_LINE}[kind]
        height, width = grey.shape
        pixels = grey.tobytes()
        with self._lent(packs) as api:
            api.SetPageSegMode(mode)
            api.SetImageBytes(pixels, width, height, 1, width)
            if not api.Recognize():
                raise EngineFailed(f"Tesseract gave up on an image of {width} x {height} pixels.")
            # Pictures on a page come as a line with a space in it.
            found = [line for line in _lines(api.GetIterator()) if any(word.text.strip() for word in line.words)]
            api.Clear()
            return found

    @contextmanager
    def _lent(self, packs: tuple[Path, ...]) -> Iterator[Any]:
        """A recogniser that nobody else uses meanwhile. One that failed is thrown away and not lent again."""
        with self._lock:
            place = next((i for i, (loaded, _) in enumerate(self._idle) if loaded == packs), None)
            api = self._idle.pop(place)[1] if place is not None else None
        api = api or self._load(packs)
        yield api
        with self._lock:
            self._idle.append((packs, api))
            dropped = self._idle.pop(0)[1] if len(self._idle) > self._kept else None
        if dropped:
            dropped.End()

    def _load(self, packs: tuple[Path, ...]) -> Any:
        tesserocr = _tesserocr()
        names = [pack.name.removesuffix(SUFFIX) for pack in packs]
        with self._lock:
            folder = self._folder_of(packs)
        try:
            api = tesserocr.PyTessBaseAPI(
                path=f"{folder}/", lang="+".join(names), oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.AUTO
            )
        except RuntimeError:
            failed = names
        else:
            # Tesseract is content when one of several languages can be loaded.
            failed = sorted(set(names) - set(api.GetLoadedLanguages()))
        if failed:
            told = ", ".join(str(pack) for pack, name in zip(packs, names, strict=True) if name in failed)
            raise EngineFailed(f"Tesseract cannot load {told}.", hint="Install the language pack again.")
        return api

    def _folder_of(self, packs: tuple[Path, ...]) -> Path:
        """One folder with all these packs, which is all that Tesseract looks into: theirs, or else one of links to them."""
        folders = {pack.parent for pack in packs}
        if len(folders) == 1:
            return folders.pop()
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="uncial-tessdata-"))
            finalize(self, rmtree, self._folder, ignore_errors=True)
        for pack in packs:
            link = self._folder / pack.name
            if not link.exists():
                link.symlink_to(pack.absolute())
        return self._folder


def _tesserocr() -> Any:
    """tesserocr, its messages turned off: they would go to the standard error output of whoever uses Uncial."""
    try:
        import tesserocr
    except ImportError as error:
        raise EngineMissing(f"Tesseract cannot be loaded: {error}.", hint="pip install tesserocr") from error
    _quieten()
    return tesserocr


_quiet: list[Any] = []


def _quieten() -> None:
    """Tell Tesseract and Leptonica to say nothing; once, for the setting is the process's and may not change beneath a reader."""
    import tesserocr

    with _first:
        if _quiet:
            return
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        silent = tesserocr.PyTessBaseAPI(init=False)
        silent.SetDebugVariable("debug_file", "/dev/null")
        _quiet.append(silent)


def _lines(found: Any) -> Iterator[FoundLine]:
    """The lines of an iterator of tesserocr's, their words and characters in the order in which they are read."""
    from tesserocr import RIL

    line: FoundLine | None = None
    while found is not None:
        if not found.Empty(RIL.WORD):
            if line is None or found.IsAtBeginningOf(RIL.TEXTLINE):
                if line:
                    yield line
                line = _line_here(found)
            if not line.words or found.IsAtBeginningOf(RIL.WORD):
                line.words.append(Found(found.Confidence(RIL.WORD), _box(found, RIL.WORD), bool(found.BlanksBeforeWord())))
            line.words[-1].symbols.append(Symbol(_symbol(found), found.Confidence(RIL.SYMBOL), _box(found, RIL.SYMBOL)))
        if not found.Next(RIL.SYMBOL):
            break
    if line:
        yield line


def _line_here(found: Any) -> FoundLine:
    from tesserocr import RIL

    left, _, right, bottom = found.BoundingBox(RIL.TEXTLINE)
    start, end = found.Baseline(RIL.TEXTLINE) or ((left, bottom), (right, bottom))
    return FoundLine([], Point(*start), Point(*end))


def _symbol(found: Any) -> str:
    """The character there; tesserocr raises where that is none. Words are no use: it gives their letters from left to right."""
    from tesserocr import RIL

    try:
        return str(found.GetUTF8Text(RIL.SYMBOL))
    except RuntimeError:
        return ""


def _box(found: Any, level: int) -> Box:
    return Box(*(found.BoundingBox(level) or (0, 0, 0, 0)))
