"""Engines find and read the lines of one upright page image: one protocol, one table, one way to load them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from uncial.document import Line
from uncial.errors import EngineMissing

if TYPE_CHECKING:
    from uncial.raster import Image

ENTRY_POINTS = "uncial.engines"

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine says of itself; cheap to ask for, no model is loaded for it."""

    name: str
    version: str
    languages: tuple[str, ...]
    """BCP 47 names, sorted."""
    licence: str
    """An SPDX expression, weights included."""
    gives_confidence: bool


class NameCard(Generic[Kind]):
    """The `info` of an engine whose languages depend on what is installed: looked up for the class as for an engine of it."""

    def __init__(self, look: Callable[[Kind | None], EngineInfo]) -> None:
        self._look = look

    def __get__(self, engine: Kind | None, kind: type[Kind]) -> EngineInfo:
        """The name card of that engine; of the class where there is none."""
        return self._look(engine)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """What an engine is told once, when it is loaded; what changes from page to page travels with the call."""

    threads: int | None = None
    """How many threads it may keep busy; None for as many as the machine lends this process."""
    models: Path | None = None
    """A folder of weight files that go before the installed ones."""
    weights: Path | None = None
    """A recogniser of one's own (ONNX), which reads all lines of the engines `neural` and `auto`; None for the usual ones."""


class Engine(Protocol):
    """Finds and reads the lines of one upright page image.

    Every engine promises: the same image twice gives the same lines; quads lie inside the image; text is NFC without control
    characters; a blank image gives []; a 1x1 image is read like any other; a language that it cannot read raises
    `LanguageMissing`; a broken model or a killed child raises `EngineFailed`, never []; two threads do not disturb each other,
    for no call leaves anything on the engine.
    """

    @property
    def info(self) -> EngineInfo:
        """Its name card."""
        ...

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """All lines on the image, in no particular order, in pixels of that image.

        `languages` are BCP 47 names, or "auto" alone; `effort` is one of `options.EFFORTS`, and an engine that has only one way
        to read does not look at it.
        """
        ...


class EngineType(Protocol):
    """What makes an engine: its class, which can tell the engine's name card before anything is loaded."""

    @property
    def info(self) -> EngineInfo:
        """The name card."""
        ...

    def __call__(self, config: EngineConfig) -> Engine:
        """The engine, its models loaded."""
        ...


ENGINES = {
    "auto": "uncial.engines.auto:AutoEngine",
    "neural": "uncial.engines.neural:NeuralEngine",
    "ocrad": "uncial.engines.ocrad:OcradEngine",
    "tesseract": "uncial.engines.tesseract:TesseractEngine",
}
"""Our own engines by name, each with the place of its class; packages add theirs by the entry-point group `uncial.engines`."""


def load_engine(name: str, config: EngineConfig | None = None) -> Engine:
    """The engine of that name, its models loaded. Raises `EngineMissing` or `ModelMissing`."""
    return _engine_type(name)(config or EngineConfig())


def engine_info(name: str) -> EngineInfo:
    """The name card of the engine of that name; loads no model. Raises `EngineMissing`."""
    return _engine_type(name).info


def engine_names() -> list[str]:
    """The names of all engines that can be asked for."""
    return sorted({*ENGINES, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def _engine_type(name: str) -> EngineType:
    own = [EntryPoint(name, ENGINES[name], ENTRY_POINTS)] if name in ENGINES else []
    for point in [*own, *entry_points(group=ENTRY_POINTS, name=name)]:
        try:
            kind: EngineType = point.load()
        except (ImportError, AttributeError) as error:
            raise EngineMissing(
                f"The engine “{name}” cannot be imported: {error}.", hint="Install its package again, with all that it needs."
            ) from error
        return kind
    raise EngineMissing(f"There is no engine “{name}”.", hint=f"Engines that are here: {', '.join(engine_names())}.")
