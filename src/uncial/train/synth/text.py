"""What stands on the lines that are made: texts like those of documents, made up anew."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from random import Random

from uncial.train.alphabet import latin
from uncial.train.lines import KINDS
from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.codes import reference
from uncial.train.synth.dates import date_in_print
from uncial.train.synth.figures import figures
from uncial.train.synth.fraktur import fraktur_line
from uncial.train.synth.labels import box, cell, label, sign
from uncial.train.synth.letters import letter_line, typed
from uncial.train.synth.people import contact
from uncial.train.synth.programs import moves, program_line
from uncial.train.synth.prose import Grammar, Pen
from uncial.train.synth.receipts import till_line
from uncial.train.synth.tongues import TONGUES, Tongue, find_tongue
from uncial.train.synth.words import lexicon

SOURCES = (
    (
        "wordfreq 3.1.1",
        "words and their frequencies, of Wikipedia, OPUS OpenSubtitles 2018, SUBTLEX (Marc Brysbaert et al.), "
        "Google Books Ngrams, ParaCrawl, the Leeds Internet Corpus and others",
        "code Apache-2.0, data CC-BY-SA-4.0",
    ),
    ("Faker", "names, firms and addresses, made up", "MIT"),
    ("Babel", "dates in words (data of the Unicode CLDR)", "BSD-3-Clause, data Unicode-3.0"),
    ("Uncial", "grammars of figures, codes, receipts, tables, forms, programs and old spelling", "Apache-2.0"),
)
"""Where the words of made lines come from: name, what, licence."""

LONGEST = 90
"""Characters of the longest line."""
_ENGLISH = {"receipt": 8.0, "code": 25.0}
_ENGLISH_ELSE = 3.0
"""How many times as often English comes as another language, by kind: documents do the same, and programs above all."""


class Texts:
    """Texts of lines in some languages."""

    def __init__(self, languages: Sequence[str]) -> None:
        """Prepares the words of these languages, by BCP 47 names. Raises `LanguageMissing` for one that has no list of words."""
        tongues = {tongue.code: tongue for tongue in map(find_tongue, languages or ("en",))}
        pens = [_pen(tongue) for tongue in tongues.values()]
        self._pens = {kind: _pens_of(kind, pens) for kind in KINDS}
        self._soup = latin()
        own = {letter for pen in pens for letter in pen.lexicon.letters}
        self._allowed = {*self._soup, *own, *"".join(own).upper(), " "}

    def line(self, kind: str, rng: Random) -> str:
        """One line of that kind (one of `lines.KINDS`): NFC, 1 to 90 characters, single spaces, none at its ends."""
        while True:
            text = self._clean(self._soup_line(rng) if chance(rng, 0.02) else self._made(kind, rng))
            if text:
                return text

    def _made(self, kind: str, rng: Random) -> str:
        return _KINDS[kind].draw(rng)(rng, self._pens[kind].draw(rng))

    def _soup_line(self, rng: Random) -> str:
        """Characters of the alphabet in no order at all, so that each of them comes."""
        pen = self._pens["printed"].draw(rng)
        words = ["".join(pick(rng, self._soup) for _ in range(number(rng, 1, 6))) for _ in range(number(rng, 1, 4))]
        words += [pen.word(rng) for _ in range(number(rng, 0, 4))]
        rng.shuffle(words)
        return " ".join(words)

    def _clean(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        if not self._allowed.issuperset(text):
            text = "".join(each if each in self._allowed else " " if each.isspace() else "" for each in text)
        text = " ".join(text.split())
        if len(text) > LONGEST:
            text = text[: LONGEST + 1].rpartition(" ")[0].rstrip() or text[:LONGEST]
        return text


def _pen(tongue: Tongue) -> Pen:
    return Pen(tongue, lexicon(tongue.words))


def _pens_of(kind: str, pens: Sequence[Pen]) -> Lot[Pen]:
    """Who writes lines of that kind, and how often."""
    if kind != "fraktur":
        english = _ENGLISH.get(kind, _ENGLISH_ELSE)
        return Lot.of(*((english if pen.tongue.code == "en" else 1.0, pen) for pen in pens))
    known = [pen for pen in pens if pen.tongue.code in _FRAKTUR] or [_pen(TONGUES["de"])]
    return Lot.of(*((_GERMAN if pen.tongue.code == "de" else 1.0, pen) for pen in known))


_PRINT: Lot[Grammar] = Lot.of(
    (60, lambda rng, pen: pen.print_line(rng)),
    (8, lambda rng, pen: pen.title(rng)),
    (5, lambda rng, pen: pen.item(rng)),
    (4, lambda rng, pen: pen.sentence(rng, number(rng, 6, 70))),
    (3, lambda rng, pen: pen.dialogue(rng)),
    (2, lambda rng, pen: pen.contents(rng)),
    (3, lambda rng, pen: pen.note(rng)),
    (3, lambda rng, pen: figures(rng, pen.tongue)),
    (3, lambda rng, pen: date_in_print(rng, pen.tongue)),
    (5, lambda rng, pen: contact(rng, pen.tongue)),
    (3, lambda rng, _: reference(rng)),
    (1.5, lambda rng, pen: pen.word(rng)),
)
_SHORT: Lot[Grammar] = Lot.of(
    (5, lambda rng, _: sign(rng)),
    (5, lambda rng, _: filled(rng, pick(rng, ("#", "@", "~", "##", "@#", "#.", "##.", "@.")))),
    (6, box),
    (12, label),
    (4, cell),
    (1, moves),
)
"""What stands alone between the lines of print."""
_PRINTED: Lot[Grammar] = Lot.of(
    (92, lambda rng, pen: _PRINT.draw(rng)(rng, pen)), (8, lambda rng, pen: _SHORT.draw(rng)(rng, pen))
)
_KINDS: dict[str, Lot[Grammar]] = {
    "printed": _PRINTED,
    "receipt": Lot.of((1, till_line)),
    "typewritten": Lot.of((1, lambda rng, pen: typed(rng, pen, _PRINTED.draw(rng)(rng, pen)))),
    "table": Lot.of((93, cell), (4, lambda rng, pen: pen.title(rng)), (3, lambda rng, pen: pen.prose(rng, number(rng, 6, 30)))),
    "code": Lot.of((1, program_line)),
    "handwriting": Lot.of((3, letter_line), (1, lambda rng, pen: pen.print_line(rng))),
    "fraktur": Lot.of((1, fraktur_line)),
}
_FRAKTUR = ("de", "da", "no", "sv", "fi", "cs")
"""The languages that were printed in Fraktur; where a run has none of them, its Fraktur is German."""
_GERMAN = 12.0
"""How many times as often German Fraktur comes as that of another language."""
