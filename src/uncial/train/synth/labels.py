"""The words that forms, invoices and tills print before what is filled in, and the symbols that they tick."""

from __future__ import annotations

from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.codes import reference
from uncial.train.synth.dates import date_in_print
from uncial.train.synth.figures import amount, decimal, figures, measure, percent
from uncial.train.synth.people import contact, name
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Grammar, Pen, capital, upper

_BOXES = Lot.of(
    (4, "☐"),
    (3, "☑"),
    (3, "☒"),
    (2, "□"),
    (2, "■"),
    (1, "✓"),
    (1, "✔"),
    (1, "✗"),
    (1, "[ ]"),
    (1, "[x]"),
    (1, "[X]"),
    (0.6, "( )"),
    (0.6, "(x)"),
    (1, "○"),
    (1, "●"),
    (0.5, "☆"),
    (0.5, "★"),
)


def label(rng: Random, pen: Pen) -> str:
    """What a form asks for, mostly with its colon, and sometimes with what was filled in."""
    text = pick(rng, phrases("form", pen.tongue.code))
    shape = rng.random()
    text = upper(text, pen.tongue) if shape < 0.25 else text
    end = pick(rng, (":", ":", ":", "", " :", "", ".", "*", ": ____", " ..........", "?"))
    return f"{text}{end} {_filled_in(rng, pen)}" if end in (":", " :", "") and chance(rng, 0.5) else text + end


def _filled_in(rng: Random, pen: Pen) -> str:
    return _ENTRIES.draw(rng)(rng, pen)


_ENTRIES: Lot[Grammar] = Lot.of(
    (3, lambda rng, pen: name(rng, pen.tongue)),
    (2, lambda rng, pen: contact(rng, pen.tongue)),
    (3, lambda rng, pen: date_in_print(rng, pen.tongue)),
    (3, lambda rng, pen: reference(rng)),
    (3, lambda rng, pen: amount(rng, pen.tongue)),
    (1, lambda rng, pen: capital(pen.word(rng), pen.tongue)),
)


def box(rng: Random, pen: Pen) -> str:
    """Boxes to tick, with what they are for."""
    words = [f"{_BOXES.draw(rng)} {pen.word(rng)}" for _ in range(number(rng, 1, 3))]
    return " ".join(words) if chance(rng, 0.85) else _BOXES.draw(rng)


def sign(rng: Random) -> str:
    """A symbol, or a bit of mathematics."""
    return filled(rng, pick(rng, phrases("sign")))


def cell(rng: Random, pen: Pen) -> str:
    """What stands in one cell of a table: mostly a number or a word or two."""
    return _CELLS.draw(rng)(rng, pen)


def row(rng: Random, pen: Pen) -> str:
    """Cells that stand so close that they are one line."""
    first = capital(" ".join(pen.word(rng) for _ in range(number(rng, 1, 3))), pen.tongue) if chance(rng, 0.7) else reference(rng)
    places = number(rng, 0, 2)
    cells = [decimal(rng, pen.tongue, places) if places else str(number(rng, 0, 9999)) for _ in range(number(rng, 1, 4))]
    return " ".join([first, *cells])


def _words(rng: Random, pen: Pen) -> str:
    text = " ".join(pen.word(rng) for _ in range(number(rng, 1, 3)))
    shape = rng.random()
    return upper(text, pen.tongue) if shape < 0.2 else capital(text, pen.tongue) if shape < 0.75 else text


def _nothing(rng: Random, _: Pen) -> str:
    return pick(rng, phrases("empty"))


_CELLS: Lot[Grammar] = Lot.of(
    (6, lambda rng, _: str(number(rng, 0, 9))),
    (8, lambda rng, _: str(number(rng, 10, 2500))),
    (8, lambda rng, pen: figures(rng, pen.tongue)),
    (6, lambda rng, pen: decimal(rng, pen.tongue)),
    (3, lambda rng, pen: percent(rng, pen.tongue)),
    (3, lambda rng, pen: amount(rng, pen.tongue)),
    (3, lambda rng, pen: measure(rng, pen.tongue)),
    (4, lambda rng, pen: date_in_print(rng, pen.tongue)),
    (12, _words),
    (5, lambda rng, _: reference(rng)),
    (3, _nothing),
    (2, lambda rng, pen: name(rng, pen.tongue)),
    (3, label),
    (1, box),
    (1, lambda rng, _: sign(rng)),
    (
        1.5,
        lambda rng, _: filled(
            rng,
            pick(
                rng,
                (
                    "@",
                    "@",
                    "~",
                    "(~)",
                    "@#",
                    "*",
                    "#*",
                    "#.##**",
                    "(#.##)",
                    "(##)",
                    "±#.#",
                    "<#.##",
                    "p < #.##",
                    "-#.##",
                    "−#.#",
                    "##±#",
                    "[#.#–#.#]",
                ),
            ),
        ),
    ),
    (4, row),
)
