"""What prints a ticket: paper in millimetres, type in points, a note of every word's place, and the truth as it is printed."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple, TypeVar

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from ticket_press.stock import DEV, JUDGE, Airline, Stock
from uncial.document import Barcode
from uncial.geometry import Box, Quad

T = TypeVar("T")
Face = Literal["sans", "serif", "mono", "narrow"]
Symbology = Literal["aztec", "qr-code", "pdf417", "data-matrix", "code-128"]

_FOLDER = Path("/usr/share/fonts/truetype")
_FILES: dict[Face, tuple[str, ...]] = {
    "sans": ("liberation/LiberationSans-{}.ttf", "liberation2/LiberationSans-{}.ttf", "dejavu/DejaVuSans{}.ttf"),
    "serif": ("liberation/LiberationSerif-{}.ttf", "liberation2/LiberationSerif-{}.ttf", "dejavu/DejaVuSerif{}.ttf"),
    "mono": ("liberation/LiberationMono-{}.ttf", "liberation2/LiberationMono-{}.ttf", "dejavu/DejaVuSansMono{}.ttf"),
    "narrow": ("liberation/LiberationSansNarrow-{}.ttf", "liberation2/LiberationSansNarrow-{}.ttf", "dejavu/DejaVuSans{}.ttf"),
}
"""DejaVu is what scripts/test-packages installs; Liberation, which LibreOffice brings along, looks more like tickets."""
_DEJAVU: dict[Face, float] = {"sans": 0.86, "serif": 0.84, "mono": 1.0, "narrow": 0.72}
"""DejaVu runs wider: by so much it is printed smaller."""
_FORMATS = {
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "qr-code": zxingcpp.BarcodeFormat.QRCode,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "data-matrix": zxingcpp.BarcodeFormat.DataMatrix,
    "code-128": zxingcpp.BarcodeFormat.Code128,
}
FONTS_ARE_HERE = (_FOLDER / "dejavu/DejaVuSans.ttf").is_file()


class Printed(NamedTuple):
    """One run of print: its words, and the box of each in pixels."""

    words: tuple[tuple[str, Box], ...]

    @property
    def text(self) -> str:
        return " ".join(word for word, _ in self.words)


class Fact(NamedTuple):
    """One true field."""

    forms: tuple[str, ...]
    """All that count as right: the first is the normal one."""
    printed: str
    """As it stands on the ticket; empty where only the barcode says it, or the whole of it does (as a bus is one)."""


class Trip(NamedTuple):
    """From where to where, and when."""

    origin: str
    destination: str
    departs: datetime
    arrives: datetime


@dataclass(frozen=True)
class Person:
    """Who travels."""

    given: str
    family: str
    title: str
    female: bool

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def ascii(self) -> str:
        """As airlines write it: FAMILY/GIVEN TITLE."""
        return f"{plain(self.family).replace(' ', '')}/{plain(self.given)} {'MS' if self.female else 'MR'}"

    @property
    def forms(self) -> tuple[str, ...]:
        """All that a reader may make of it."""
        names = [self.name, f"{self.family} {self.given}"]
        family, rest = self.ascii.split("/")
        given, _, title = rest.partition(" ")
        names += [f"{given} {family}", f"{family} {given}", f"{family} {given} {title}", f"{title} {given} {family}"]
        names += [plain(name) for name in names[:2]]
        return tuple(dict.fromkeys([*names, *(f"{self.title} {name}" for name in names[:2])]))


@dataclass
class Press:
    """A ticket while it is printed. Lengths are millimetres from the upper left corner, sizes of type points."""

    layout: str
    seed: int
    judge: bool
    facts: dict[str, Fact] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    """Names of fields for which any answer is as good as none."""
    runs: list[Printed] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)
    face: Face = "sans"
    ink: str = "#111111"
    stock_type: Literal["paper", "thermal", "dots", "screen"] = "paper"
    """What it is printed on or with, as far as it changes how it wears."""
    scale: float = 8.0
    """Pixels a millimetre."""

    def __post_init__(self) -> None:
        self.dice = Random(f"{self.layout}/{self.seed}")
        self.stock: Stock = JUDGE if self.judge else DEV

    # ---- paper and ink

    def sheet(
        self, width: float, height: float, paper: str = "white", dpi: Sequence[int] = (110, 150, 200, 200, 250, 300)
    ) -> None:
        """Take a sheet of that size; it is printed as finely as it is scanned later."""
        self.scale = self.dice.choice(dpi) / 25.4
        self.image = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), paper)
        self._draw = ImageDraw.Draw(self.image)
        self._draw.fontmode = "L"

    @property
    def dpi(self) -> float:
        return self.scale * 25.4

    def put(
        self,
        text: str,
        x: float,
        y: float,
        size: float = 9,
        *,
        bold: bool = False,
        face: Face | None = None,
        ink: str | None = None,
        align: Literal["left", "right", "middle"] = "left",
    ) -> float:
        """Print one line with the top of its capitals at `y`; where it ends."""
        font = _font(face or self.face, bold, max(6, round(size / 72 * 25.4 * self.scale)))
        length = font.getlength(text)
        left = x * self.scale - length * {"left": 0.0, "right": 1.0, "middle": 0.5}[align]
        _, above, _, below = font.getbbox("Hg")
        top = y * self.scale - above
        self._draw.text((left, top), text, ink or self.ink, font)
        words, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            box = (left + font.getlength(text[:start]), top + above, left + font.getlength(text[:at]), top + below)
            words.append((word, Box(*box)))
        self.runs.append(Printed(tuple(words)))
        return (left + length) / self.scale

    def lines(
        self, texts: Iterable[str], x: float, y: float, size: float = 6, step: float = 1.35, ink: str | None = None
    ) -> float:
        """Print lines below each other; where the next one would begin."""
        for text in texts:
            self.put(text, x, y, size, ink=ink)
            y += step * size / 72 * 25.4
        return y

    def above(
        self, label: str, value: str, x: float, y: float, size: float = 9, *, bold: bool = True, small: float = 0.7
    ) -> None:
        """Print a small label with its value below it."""
        self.put(label, x, y, size * small, ink=self._grey)
        self.put(value, x, y + size * 0.42, size, bold=bold)

    def beside(self, label: str, value: str, x: float, y: float, gap: float, size: float = 9, *, bold: bool = False) -> None:
        """Print a label with its value so much further to the right."""
        self.put(label, x, y, size)
        self.put(value, x + gap, y, size, bold=bold)

    @property
    def _grey(self) -> str:
        return self.ink if self.stock_type in ("thermal", "dots") else "#444444" if self.ink == "#111111" else self.ink

    def band(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self._draw.rectangle([round(side * self.scale) for side in (left, top, right, bottom)], colour)

    def rule(self, left: float, top: float, right: float, bottom: float, ink: str | None = None) -> None:
        pen = max(1, round(0.2 * self.scale))
        self._draw.line([round(side * self.scale) for side in (left, top, right, bottom)], ink or self.ink, pen)

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        self._draw.rectangle(
            [round(s * self.scale) for s in (left, top, right, bottom)], outline=self.ink, width=max(1, round(0.2 * self.scale))
        )

    def code(self, content: str | bytes, symbology: Symbology, x: float, y: float, width: float) -> None:
        """Print a barcode about that wide, whole pixels a module, two of them at least."""
        code = zxingcpp.create_barcode(content, _FORMATS[symbology])
        bits = np.array(code.to_image(scale=1))
        module = max(2, int(width * self.scale / bits.shape[1]))
        if symbology == "code-128":
            bits = np.repeat(bits[:1], round(9 * self.scale / module), axis=0)
        pixels = np.kron(bits, np.ones((module, module), np.uint8))
        left, top = round(x * self.scale), round(y * self.scale)
        self.image.paste(Image.fromarray(pixels), (left, top))
        quad = Quad.of_box(Box(left, top, left + pixels.shape[1], top + pixels.shape[0]))
        data = content.encode() if isinstance(content, str) else content
        self.barcodes.append(
            Barcode(symbology, content if isinstance(content, str) else "", base64.b64encode(data).decode(), quad)
        )

    # ---- truth

    def fact(self, name: str, *forms: str, printed: str | None = None) -> None:
        """Say what is true: the normal form first, then others that count as right; printed as the first where not told."""
        self.facts[name] = Fact(forms, forms[0] if printed is None else printed)

    def ignore(self, *names: str) -> None:
        self.open.update(names)

    # ---- what is drawn by lot

    def pick(self, *ways: T, judge: Sequence[T] = ()) -> T:
        """One of these; when it is judged, one of those that are kept for that."""
        return self.dice.choice(list(judge) if self.judge and judge else list(ways))

    def chance(self, part: float) -> bool:
        return self.dice.random() < part

    def digits(self, count: int) -> str:
        return str(self.dice.randrange(10 ** (count - 1), 10**count))

    def letters(self, count: int) -> str:
        """A booking code: no letters and digits that look alike, and a letter among them."""
        code = "".join(self.dice.choices("ABCDEFGHJKLMNPQRTUVWXYZ23479", k=count))
        return code if any(mark.isalpha() for mark in code) and not code.isalpha() else self.letters(count)

    def person(self, language: str) -> Person:
        titles = {
            "de": "Frau|Herr",
            "fr": "Mme|M.",
            "it": "Sig.ra|Sig.",
            "es": "Sra.|Sr.",
            "nl": "Mevr.|Dhr.",
            "pl": "Pani|Pan",
            "pt": "Sra.|Sr.",
        }.get(language, "Ms|Mr")
        man = self.dice.random() < 0.5
        given, family = self.dice.choice(self.stock.given[language][man]), self.dice.choice(self.stock.family[language])
        return Person(given, family, titles.split("|")[man], not man)

    def trip(self, places: Sequence[str], least: int, most: int) -> Trip:
        """A journey of so many minutes between two of these places, some time in three years."""
        origin, destination = self.dice.sample(list(places), 2)
        day = date(2024, 3, 1) + timedelta(days=self.dice.randrange(1100))
        departs = datetime(day.year, day.month, day.day, self.dice.randrange(5, 23), self.dice.randrange(60))
        return Trip(origin, destination, departs, departs + timedelta(minutes=self.dice.randrange(least, most)))

    def airline(self) -> Airline:
        return self.dice.choice(self.stock.airlines)

    def cents(self, least: int, most: int) -> int:
        """A price between so many whole units, often a round one."""
        return self.dice.randrange(least, most) * 100 + self.dice.choice([0, 0, 50, 90, 95, 99, self.dice.randrange(100)])


def plain(name: str) -> str:
    """In the capitals A to Z, as airlines write names."""
    table = str.maketrans(
        {
            "Ä": "AE",
            "Ö": "OE",
            "Ü": "UE",
            "ß": "SS",
            "É": "E",
            "È": "E",
            "Ñ": "N",
            "Á": "A",
            "Í": "I",
            "Ó": "O",
            "Ê": "E",
            "Ã": "A",
            "Ł": "L",
            ".": "",
        }
    )
    return name.upper().replace("ß", "SS").translate(table)


def at_top(press: Press, text: str, size: float, width: float, colour: str, ink: str = "white") -> None:
    """A band of colour with a name in it."""
    press.band(0, 0, width, size * 0.8, colour)
    press.put(text, 6, size * 0.24, size, bold=True, ink=ink)


@cache
def _font(face: Face, bold: bool, pixels: int) -> ImageFont.FreeTypeFont:
    for name in _FILES[face]:
        weight = ("-Bold" if bold else "") if name.startswith("dejavu") else ("Bold" if bold else "Regular")
        file = _FOLDER / name.format(weight)
        if file.is_file():
            return ImageFont.truetype(file, max(6, round(pixels * _DEJAVU[face])) if name.startswith("dejavu") else pixels)
    raise FileNotFoundError(f"{_FOLDER}/{_FILES[face][-1]}: install what scripts/test-packages installs")
