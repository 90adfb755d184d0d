"""The neural engine: PP-OCRv6 networks on ONNX Runtime, with a pipeline of our own.

    read → find        Detector.find → part_stacks, part_long
         → read_lines  line_image → Recogniser.read (fast, then small where that is unsure) → line_of → read_handwriting

With weights of one's own these read all lines alone, and no letter model knows better than they.

One network is shared by as many streams as there are threads, and each run of it uses one: lines differ in width and there are
many, so whole lines side by side keep the cores busier than parts of one line do, and no line has to be padded to the width of
another.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

import uncial
from uncial.cores import lent_cores
from uncial.document import Line
from uncial.engines import EngineConfig, EngineInfo, NameCard
from uncial.engines.crop import line_width
from uncial.engines.handwriting import is_handwritten
from uncial.engines.letters import LetterModel, load_letters, spells
from uncial.engines.neural.alphabet import LANGUAGES, Alphabet
from uncial.engines.neural.beam import read_handwriting, respell
from uncial.engines.neural.detect import Detector
from uncial.engines.neural.orientation import PageOrientation, VerifiedOrientation
from uncial.engines.neural.recognise import LineReader, Recogniser, without_noise
from uncial.engines.neural.stacks import part_long, part_stacks
from uncial.engines.neural.weights import OwnAlphabet, OwnWeights
from uncial.engines.neural.words import line_of, written_by_hand
from uncial.models import load_model
from uncial.network import Network
from uncial.options import Options

if TYPE_CHECKING:
    from uncial.geometry import Quad
    from uncial.raster import Image

_KEPT = 4
"""Recognisers of so many alphabets stay loaded: clients may ask for any mixture of languages, and each takes memory."""

UNTROUBLED = frozenset({"invert", "deskew", "upscale"})
"""What need not be done to a page before: the networks read white on black, and lines are found and cut at any slope and scale.

docs/preparation.md has the figures."""


def _name_card(engine: NeuralEngine | None) -> EngineInfo:
    """With weights of one's own it names what those read."""
    languages = engine.weights.languages if engine and engine.weights else LANGUAGES
    return EngineInfo("neural", uncial.__version__, languages, licence="Apache-2.0", gives_confidence=True)


class NeuralEngine:
    """Finds and reads lines with the PP-OCRv6 networks. Any number of threads may use it at once."""

    info = NameCard(_name_card)
    untroubled = UNTROUBLED

    def __init__(self, config: EngineConfig) -> None:
        self._config = config
        self.models = config.models
        self.weights = OwnWeights.load(config.weights) if config.weights else None
        self._streams = ThreadPoolExecutor(config.threads or lent_cores(), thread_name_prefix="uncial-stream")
        self._detector = Detector(self._network("ppocr-v6-tiny-det"))
        self._readers: dict[Alphabet | OwnAlphabet, LineReader] = {}
        self._loading = Lock()
        self._reader(self._alphabet(Options().languages))
        classifier = PageOrientation(self._network("pp-lcnet-page-orientation"))
        self._orientation = VerifiedOrientation(classifier, self._detector, self._orienting())

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """All lines on the image (H x W x 3, uint8, RGB), in no particular order."""
        lines = self.read_lines(image, self.find(image), languages, effort)
        return [line for line in lines if line]

    def find(self, image: Image) -> list[Quad]:
        """Where the lines of the image (H x W x 3, uint8, RGB) are, inside the image."""
        height, width = image.shape[:2]
        quads = part_long(image, part_stacks(image, self._detector.find(image, self._streams.map)))
        return [quad.clamped(width, height) for quad in quads]

    def read_lines(
        self, image: Image, quads: Sequence[Quad], languages: Sequence[str], effort: str = "balanced"
    ) -> list[Line | None]:
        """What stands at each quad of the image (H x W x 3, uint8, RGB); None where that is nothing."""
        reader = self._reader(self._alphabet(languages))
        # The longest first, so that no stream is left alone with a long line at the end.
        order = sorted(range(len(quads)), key=lambda i: line_width(quads[i]), reverse=True)
        read = dict(zip(order, self._streams.map(lambda i: reader.read(image, quads[i], effort), order), strict=True))
        lines = [line_of(*found) if found else None for found in without_noise([read[i] for i in range(len(quads))])]
        if effort == "fast":
            return lines
        letters = load_letters() if self._spells(languages) else None
        return list(self._streams.map(lambda line: line and _by_hand(image, line, reader.careful, letters), lines))

    def respelled(self, image: Image, lines: Sequence[Line], languages: Sequence[str]) -> list[Line]:
        """The printed lines of the image as they also look most like words, where there is a letter model of the languages."""
        if not self._spells(languages):
            return list(lines)
        careful, letters = self._reader(self._alphabet(languages)).careful, load_letters()
        return list(self._streams.map(lambda line: respell(careful, letters, image, line), lines))

    def quarter_turns(self, image: Image) -> int:
        """By how many quarters the page must be turned clockwise to be upright."""
        return self._orientation.quarter_turns(image, self._streams.map)

    def _spells(self, languages: Sequence[str]) -> bool:
        """Whether the letter model is asked: it knows neither the long s nor whatever else own weights were made for."""
        return self.weights is None and spells(languages)

    def _alphabet(self, languages: Sequence[str]) -> Alphabet | OwnAlphabet:
        """What is read of these languages. Raises `LanguageMissing`."""
        return self.weights.alphabet(languages) if self.weights else Alphabet.of(languages)

    def _orienting(self) -> Recogniser:
        """Who reads the lines that tell how a page lies: the tiny one. How sure others are of what lies wrong, nobody knows."""
        return Recogniser.load("tiny", Alphabet.of(Options().languages), self._config.models)

    def _reader(self, alphabet: Alphabet | OwnAlphabet) -> LineReader:
        """The recognisers for that alphabet, loaded when they are first asked for; the latest few are kept."""
        with self._loading:  # two pages at once must not load them twice
            reader = self._readers.pop(alphabet, None) or self._load(alphabet)
            self._readers[alphabet] = reader
            if len(self._readers) > _KEPT:
                del self._readers[next(iter(self._readers))]
            return reader

    def _load(self, alphabet: Alphabet | OwnAlphabet) -> LineReader:
        if isinstance(alphabet, Alphabet):
            return LineReader.load(alphabet, self._config.models)
        assert self.weights is not None
        return LineReader.of_weights(self.weights, alphabet)

    def _network(self, name: str) -> Network:
        return Network(load_model(name, self._config.models), name)


def _by_hand(image: Image, line: Line, careful: Recogniser, letters: LetterModel | None) -> Line:
    """The line; if a pen wrote it, marked as handwritten and read with the letter model where there is one."""
    if not is_handwritten(image, line):
        return line
    again = read_handwriting(careful, letters, image, line.quad) if letters else None
    return again or written_by_hand(line)
