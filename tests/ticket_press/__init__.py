"""Tickets and boarding passes that do not exist, printed with all that is true about them, to measure by.

No public set of tickets is to be had. Whoever writes the rules that read tickets does not read this package: its texts and
layouts are its own. `generate(seed, layout)` gives the same ticket each time. Layouts of `DEV` and seeds below 1000 are to work
with; from 1000 on the words are others too, and nobody who wrote rules looked at the layouts that are only in `JUDGE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ticket_press import air, rail, rail_unseen, road, shows
from ticket_press.press import Fact, Press, Printed
from ticket_press.wear import worn
from uncial.document import Barcode, Document, EngineUsed, Line, Page, SourceInfo, Word
from uncial.geometry import Box, Quad
from uncial.layout import arrange

if TYPE_CHECKING:
    from uncial.raster import Image

FIRST_JUDGED = 1000
"""Seeds from here on are kept for judging."""


class Layout(NamedTuple):
    """One way in which a ticket looks."""

    draw: Callable[[Press], None]
    kind: str
    language: str


DEV = {
    "rail-de": Layout(rail.german_sheet, "ticket", "de"),
    "rail-fr": Layout(rail.french_card, "ticket", "fr"),
    "rail-it": Layout(rail.italian_sheet, "ticket", "it"),
    "rail-es": Layout(rail.spanish_sheet, "ticket", "es"),
    "rail-en": Layout(rail.british_card, "ticket", "en"),
    "rail-nl": Layout(rail.dutch_sheet, "ticket", "nl"),
    "bus-de": Layout(road.bus_slip, "ticket", "de"),
    "coach-en": Layout(road.coach_sheet, "ticket", "en"),
    "ferry-en": Layout(road.ferry_sheet, "ticket", "en"),
    "flight-en": Layout(air.itinerary, "ticket", "en"),
    "concert-en": Layout(shows.concert_stub, "ticket", "en"),
    "museum-fr-it": Layout(shows.museum_sheet, "ticket", "fr"),
    "pass-home": Layout(air.home_pass, "boarding-pass", "en"),
    "pass-card": Layout(air.card_pass, "boarding-pass", "en"),
    "pass-phone": Layout(air.french_phone, "boarding-pass", "fr"),
}
"""The layouts to work with."""
JUDGE = DEV | {
    "rail-ch": Layout(rail_unseen.swiss_slip, "ticket", "de"),
    "rail-pl": Layout(rail_unseen.polish_sheet, "ticket", "pl"),
    "rail-pt": Layout(rail_unseen.portuguese_receipt, "ticket", "pt"),
    "rail-phone": Layout(rail_unseen.english_phone, "ticket", "en"),
    "coach-es": Layout(road.spanish_coach, "ticket", "es"),
    "ferry-it": Layout(road.italian_ferry, "ticket", "it"),
    "theatre-de": Layout(shows.theatre_card, "ticket", "de"),
    "pass-card-es": Layout(air.spanish_card, "boarding-pass", "es"),
    "pass-phone-nl": Layout(air.dutch_phone, "boarding-pass", "nl"),
}
"""Those, and the ones that are only to judge by."""


_UNSAID = frozenset({"issued", "row", "section", "doors"})
"""Fields that are not judged where a layout does not say what is true of them: it prints them all the same."""


@dataclass(frozen=True)
class Sample:
    """One ticket: how it looks, clean and worn, and what is true about it."""

    layout: str
    seed: int
    kind: str
    language: str
    facts: Mapping[str, Fact]
    open: frozenset[str]
    """Names of fields for which any answer is as good as none: nobody could know, or it is a matter of taste."""
    runs: tuple[Printed, ...]
    """What is printed, run by run, with the places of the words on the clean image."""
    barcodes: tuple[Barcode, ...]
    clean: Image
    """Height x width x 3, uint8, RGB: as it came out of the printer."""
    dpi: float
    stock_type: str

    @property
    def fields(self) -> dict[str, str]:
        """The truth in normal form: ISO dates, times as 14:05, prices as 29.90."""
        return {name: forms[0] for name, forms in self.truth.items()}

    @property
    def truth(self) -> dict[str, tuple[str, ...]]:
        """The truth in all forms that count as right, the normal one first."""
        return {name: fact.forms for name, fact in self.facts.items() if name not in self.open}

    @property
    def text(self) -> str:
        """All that is printed, a run a line."""
        return "\n".join(run.text for run in self.runs)

    @cached_property
    def image(self) -> Image:
        """Height x width x 3, uint8, RGB: as it comes to be read."""
        return worn(self.clean, self.stock_type, Random(f"worn/{self.layout}/{self.seed}"))

    def document(self) -> Document:
        """The ticket as an engine without faults reads it, barcodes too."""
        height, width = self.clean.shape[:2]
        arranged = arrange([_line(run) for run in self.runs], width=width, height=height)
        page = Page(1, width, height, dpi=self.dpi, skew=arranged.skew, blocks=arranged.blocks, barcodes=self.barcodes)
        return Document((page,), SourceInfo(f"{self.layout}.png", "image/png", "0" * 64, 1), EngineUsed("press", "1"))


def generate(seed: int, layout: str) -> Sample:
    """Print one ticket. Raises KeyError for a layout that is not there; seeds to work with have only those of `DEV`."""
    draw, kind, language = (JUDGE if seed >= FIRST_JUDGED else DEV)[layout]
    press = Press(layout, seed, seed >= FIRST_JUDGED)
    draw(press)
    unsaid = _UNSAID - press.facts.keys() if kind == "ticket" else frozenset[str]()
    return Sample(
        layout, seed, kind, language, press.facts, frozenset(press.open | unsaid), tuple(press.runs), tuple(press.barcodes),
        np.asarray(press.image).copy(), press.dpi, press.stock_type,
    )  # fmt: skip


def _line(run: Printed) -> Line:
    words = tuple(Word(text, Quad.of_box(box), 0.98) for text, box in run.words)
    return Line(words, Quad.of_box(Box.around(box for _, box in run.words)), confidence=0.98, engine="press")
