"""The default engine: the neural one, with Tesseract for what that cannot read and for what it is unsure of.

    read → NeuralEngine.find → NeuralEngine.read_lines ─► lines of scripts that it does not know → TesseractEngine.read_lines
                                                       └► lines that it is unsure of → TesseractEngine.read_lines → vote

Where Tesseract or a language pack is not installed, the neural engine's reading stands. Each line tells which engine read it.
With weights of one's own the neural engine reads alone: who brings weights knows what stands on these pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import uncial
from uncial.document import Line
from uncial.engines import EngineConfig, EngineInfo, NameCard
from uncial.engines.auto.guess import credibility, language_of, looks_like_any, script_in, written_in
from uncial.engines.auto.vote import least_sure, similarity, vote
from uncial.engines.neural import UNTROUBLED, NeuralEngine
from uncial.engines.tesseract import TesseractEngine
from uncial.languages import find_language, script_of
from uncial.options import AUTO

if TYPE_CHECKING:
    from uncial.geometry import Quad
    from uncial.raster import Image

NAME = "auto"
_UNSURE = {"fast": 0.0, "balanced": 0.95, "best": 1.01}
"""A line whose least sure character is below this gets a second opinion, by effort."""
_HARD = 0.8
"""A line whose least sure character is below this is spelled as words are."""
_STRANGE = 0.5
"""A line that the neural engine is less sure of than this may be in a script that it does not know."""
_SPARSE = 0.7
"""So is one that has fewer characters than this for each time its height: of other scripts it reads a letter now and then."""
_STRANGE_SHARE = 0.2
"""So much of a page has to be strange before other scripts are tried."""
_MOSTLY = 0.5
"""Where so much of a page is in another script, short lines that look alike in both are too."""
_WITHIN = 0.8
"""A line with so much of its area within another is a part of it."""
_SAMPLE = 6
"""So many unsure lines tell whether German is set in Fraktur."""


def _name_card(engine: AutoEngine | None) -> EngineInfo:
    """It names what either engine reads; with weights of one's own, what those read."""
    neural = (engine.neural if engine else NeuralEngine).info
    if engine and engine.alone:
        return replace(neural, name=NAME)
    others = (engine.tesseract if engine else TesseractEngine).info
    languages = tuple(sorted({*neural.languages, *others.languages}))
    return EngineInfo(NAME, uncial.__version__, languages, licence="Apache-2.0", gives_confidence=True)


class AutoEngine:
    """Reads every page as well as the engines that are here can together. Any number of threads may use it at once."""

    info = NameCard(_name_card)
    untroubled = UNTROUBLED

    def __init__(self, config: EngineConfig) -> None:
        self.models = config.models
        self.alone = config.weights is not None
        self.neural = NeuralEngine(config)
        self.tesseract = TesseractEngine(config)

    def quarter_turns(self, image: Image) -> int:
        """By how many quarters the page must be turned clockwise to be upright."""
        return self.neural.quarter_turns(image)

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """All lines on the image (H x W x 3, uint8, RGB), in no particular order."""
        if self.alone:
            return self.neural.read(image, languages or (AUTO,), effort)
        page = _Page(self, image, languages, effort)
        return [line for line in page.read() if line]


class _Page:
    """One page while it is read: the engines, the image and what was asked for."""

    def __init__(self, engine: AutoEngine, image: Image, languages: Sequence[str], effort: str) -> None:
        self.neural, self.tesseract = engine.neural, engine.tesseract
        self.image, self.effort = image, effort
        self.packs = self.tesseract.info.languages
        names = [name if name == AUTO else find_language(name).code for name in languages or (AUTO,)]
        self.own = [name for name in names if name == AUTO or name in self.neural.info.languages]
        self.others = [name for name in names if name not in self.own]

    def read(self) -> list[Line | None]:
        """What stands on the page, a line or nothing for each place where the detector sees one."""
        quads = self.neural.find(self.image)
        if not self.own:
            return _without_marks(self._in_tesseract(quads, self.others))
        lines = self.neural.read_lines(self.image, quads, self.own, self.effort)
        if self.others:
            lines = self._other_scripts(quads, lines, self.others, range(len(quads)))
        elif self.own == [AUTO]:
            lines = self._unnamed_scripts(quads, lines)
            lines = self._unnamed_letters(quads, lines)
        return self._second_opinions(lines)

    def _in_tesseract(self, quads: Sequence[Quad], languages: Sequence[str]) -> list[Line | None]:
        return self.tesseract.read_lines(self.image, quads, languages)

    def _unnamed_scripts(self, quads: Sequence[Quad], lines: list[Line | None]) -> list[Line | None]:
        """The lines, with those that the neural engine cannot read in the script that they are found to be in."""
        strange = [i for i, (line, quad) in enumerate(zip(lines, quads, strict=True)) if _is_strange(line, quad)]
        whole = sum(quad.width for quad in quads)
        if sum(quads[i].width for i in strange) <= _STRANGE_SHARE * whole:
            return lines
        readable = (*self.packs, "zh")
        language = script_in([quads[i] for i in strange], self._glance, readable, [lines[i] for i in strange])
        if language is None:
            return lines
        mostly = sum(quads[i].width for i in strange) >= _MOSTLY * whole
        alike = [i for i, line in enumerate(lines) if line and mostly and looks_like_any(line.text)]
        return self._other_scripts(quads, lines, [language], sorted({*strange, *alike}))

    def _unnamed_letters(self, quads: Sequence[Quad], lines: list[Line | None]) -> list[Line | None]:
        """The lines, read by Tesseract where they turn out to be in a language whose letters the networks lack: Vietnamese."""
        language = language_of(_text(lines))
        if language is None or language in self.neural.info.languages or language not in self.packs:
            return lines
        return self._other_scripts(quads, lines, [language], range(len(quads)))

    def _glance(self, quads: Sequence[Quad], languages: Sequence[str]) -> list[Line | None]:
        """What a first look makes of some lines in another script."""
        return self._in_script(quads, languages, "fast")

    def _in_script(self, quads: Sequence[Quad], languages: Sequence[str], effort: str) -> list[Line | None]:
        """Read some lines in languages of another script: by the neural engine, Chinese and Japanese together, if it knows it."""
        if languages[0] in self.neural.info.languages:
            return self.neural.read_lines(self.image, quads, ["zh", "ja"], effort)
        return self._in_tesseract(quads, languages)

    def _other_scripts(
        self, quads: Sequence[Quad], lines: list[Line | None], languages: Sequence[str], places: Sequence[int]
    ) -> list[Line | None]:
        """The lines, with those at these places as they are in other languages where that is what they are written in."""
        mended = list(lines)
        readings = self._in_script([quads[i] for i in places], languages, self.effort)
        scripts = {find_language(name).script for name in languages}
        for i, reading in zip(places, readings, strict=True):
            if reading and _belongs(reading, lines[i], scripts):
                mended[i] = reading
        return _without_marks(mended)

    def _second_opinions(self, lines: list[Line | None]) -> list[Line | None]:
        """The lines, with the printed ones that the neural engine is unsure of as all readers together have them."""
        limit = _UNSURE[self.effort]
        places = [i for i, line in enumerate(lines) if line and _may_be_voted_on(line) and least_sure(line) < limit]
        unsure = [line for i in places if (line := lines[i])]
        languages = self._languages_of(lines) if unsure else []
        if not languages:
            return lines
        readings = self._opinions(unsure, languages)
        mended = list(lines)
        for i, line, reading in zip(places, self._respelled(unsure, languages), readings, strict=True):
            mended[i] = vote(line, reading) if reading else line
        return mended

    def _respelled(self, lines: Sequence[Line], languages: Sequence[str]) -> list[Line]:
        """The lines, with those that are hard to read spelled as words of these languages are."""
        hard = [i for i, line in enumerate(lines) if least_sure(line) < _HARD]
        mended = dict(zip(hard, self.neural.respelled(self.image, [lines[i] for i in hard], languages), strict=True))
        return [mended.get(i, line) for i, line in enumerate(lines)]

    def _languages_of(self, lines: Sequence[Line | None]) -> list[str]:
        """In which languages Tesseract is asked: those that the user named, or that of the text, as far as it has packs."""
        if self.own != [AUTO]:
            return [name for name in self.own if name in self.packs]
        text = _text(lines)
        # Letters beyond ASCII are lost on the English pack, so where the language is unknown only plain text is shown to it.
        language = language_of(text) or ("en" if text.isascii() else None)
        return [language] if language in self.packs else []

    def _opinions(self, lines: Sequence[Line], languages: list[str]) -> list[Line | None]:
        """What Tesseract reads in these lines; German in Fraktur where a sample of them is read better so."""
        quads = [line.quad for line in lines]
        if "de" not in languages or "de-Latf" not in self.packs:
            return self._in_tesseract(quads, languages)
        order = sorted(range(len(lines)), key=lambda i: quads[i].width, reverse=True)
        sample, rest = order[:_SAMPLE], order[_SAMPLE:]
        broken = ["de-Latf" if name == "de" else name for name in languages]
        tried = [(names, self._in_tesseract([quads[i] for i in sample], names)) for names in (languages, broken)]
        names, readings = max(tried, key=lambda pair: _likeness([lines[i] for i in sample], pair[1]))
        found = dict(zip([*sample, *rest], [*readings, *self._in_tesseract([quads[i] for i in rest], names)], strict=True))
        return [found[i] for i in range(len(lines))]


def _likeness(lines: Sequence[Line], readings: Sequence[Line | None]) -> float:
    """How much of the readings is like the lines."""
    return sum(similarity(line, reading) for line, reading in zip(lines, readings, strict=True) if reading)


def _text(lines: Sequence[Line | None]) -> str:
    return "\n".join(line.text for line in lines if line)


def _without_marks(lines: Sequence[Line | None]) -> list[Line | None]:
    """The same without Tesseract's lines that lie within others: of Thai the detector sees marks as lines of their own."""
    boxes = [(line.quad.box, line) for line in lines if line]

    def is_mark(line: Line | None) -> bool:
        if line is None or line.engine != "tesseract":
            return False
        box = line.quad.box
        shared = (box.intersection(other) for other, its in boxes if its is not line and other.area > box.area)
        return any(both.area > _WITHIN * box.area for both in shared)

    return [None if is_mark(line) else line for line in lines]


def _belongs(reading: Line, line: Line | None, scripts: set[str]) -> bool:
    """Whether the reading in another script is the right one."""
    surer = credibility(reading) > ((line.confidence or 0.0) if line else 0.0)
    if "Latn" in scripts:
        return surer
    alike = line is None or looks_like_any(line.text)
    return (surer or alike) and any(written_in(script, [reading]) for script in scripts)


def _may_be_voted_on(line: Line) -> bool:
    """Whether Tesseract can have a say: not about handwriting, nor about scripts without words."""
    return line.engine == "neural" and not line.handwritten and script_of(line.text) in ("Latn", "")


def _is_strange(line: Line | None, quad: Quad) -> bool:
    """Whether the neural engine makes little of the line."""
    if line is None or (line.confidence or 0.0) < _STRANGE:
        return True
    return len(line.text) < _SPARSE * max(quad.width, quad.height) / max(min(quad.width, quad.height), 1.0)
