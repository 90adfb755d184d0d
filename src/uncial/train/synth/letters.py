"""Letters: what a hand writes, and what a typewriter makes of a text."""

from __future__ import annotations

from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.dates import date_in_words, hour, plain_date
from uncial.train.synth.figures import amount, fraction, measure
from uncial.train.synth.people import name, place, telephone
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Grammar, Pen, capital, upper

_TYPED = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "–": "-",
        "…": "...",
        "×": "x",
        "−": "-",
        "•": "-",
        "·": ".",
    }
)
"""What typewriters have for what they have not."""


def letter_line(rng: Random, pen: Pen) -> str:
    """A line of a letter, of a list, or of a form that was filled in by hand."""
    return _SORTS.draw(rng)(rng, pen)


def _greeting(rng: Random, pen: Pen) -> str:
    text = pick(rng, phrases("greeting", pen.tongue.code))
    return text if text.endswith((",", ".", "!", ":")) else f"{text} {name(rng, pen.tongue)}{pick(rng, (',', '!', '', ':'))}"


def _entry(rng: Random, pen: Pen) -> str:
    words = " ".join(pen.word(rng) for _ in range(number(rng, 1, 3)))
    return pick(rng, ("- ", "", f"{number(rng, 1, 24)} ", "* ", filled(rng, "#. "), "→ ", "+ ", f"{fraction(rng)} ")) + words


_SORTS: Lot[Grammar] = Lot.of(
    (30, lambda rng, pen: pen.prose(rng, number(rng, 16, 62))),
    (8, lambda rng, pen: pen.sentence(rng, number(rng, 4, 50))),
    (6, _greeting),
    (8, _entry),
    (12, lambda rng, pen: pen.lexicon.word(rng)),
    (6, lambda rng, pen: capital(pen.lexicon.word(rng), pen.tongue)),
    (5, lambda rng, pen: name(rng, pen.tongue)),
    (3, lambda rng, pen: place(rng, pen.tongue)),
    (3, lambda rng, _: plain_date(rng)),
    (3, lambda rng, pen: date_in_words(rng, pen.tongue)),
    (1, lambda rng, _: hour(rng)),
    (2, lambda rng, _: telephone(rng)),
    (3, lambda rng, pen: amount(rng, pen.tongue)),
    (2, lambda rng, pen: measure(rng, pen.tongue)),
    (
        3,
        lambda rng, _: filled(
            rng, pick(rng, ("#", "##", "###", "####", "#####", "#/#", "##%", "№ #", "@.", "@. @.", "x", "?", "!"))
        ),
    ),
)


def typed(rng: Random, pen: Pen, text: str) -> str:
    """The text as a typewriter has it: straight marks, hyphens for dashes, capitals or spaces for stress, errors struck out."""
    if chance(rng, 0.9):
        text = text.translate(_TYPED).replace("—", pick(rng, ("--", " - ", "-", " -- ")))
    throw = rng.random()
    if throw < 0.1:
        return upper(text, pen.tongue)
    if throw < 0.13:
        return f"{' '.join(upper(pen.lexicon.word(rng), pen.tongue))} {text[:30]}"
    if throw < 0.15:
        return f"{text[:50]} {pick(rng, ('x', '/', '-', '=', '.', '_', ' .', ' -', ' /')) * number(rng, 2, 12)}"
    if throw < 0.17:
        return pick(rng, ("- # -", "-##-", "- ## -", "/##/", "##.", "Page #", ": ## :", "./.", "-.-", "(##)")).replace(
            "#", filled(rng, "&")
        )
    return text
