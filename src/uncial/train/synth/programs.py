"""Source code, commands, logs and the games that are written down like code."""

from __future__ import annotations

from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Grammar, Pen

_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "and", "or")
_COMPARED = ("==", "!=", "<", ">", "<=", ">=", "===", "is not", "in")
_MOVES = (
    "{n}. {p}{s}",
    "{p}{s}",
    "{s}",
    "{f}x{s}",
    "{p}x{s}+",
    "O-O",
    "O-O-O",
    "{n}. {s} {p}{s}!?",
    "{n}... {p}{s}",
    "{s}=Q#",
    "1–0",
    "½–½",
    "+−",
    "±",
)


def program_line(rng: Random, pen: Pen) -> str:
    """A line of a program, of a shell, of a file of settings, or of a log."""
    return _LINES_OF.draw(rng)(rng, pen)


def moves(rng: Random, _: Pen) -> str:
    """Moves of a game of chess, or what looks like them."""
    return " ".join(_move(rng) for _ in range(number(rng, 1, 5)))


def _move(rng: Random) -> str:
    file = pick(rng, "abcdefgh")
    return pick(rng, _MOVES).format(
        n=number(rng, 1, 60), p=pick(rng, "KQRBN"), f=pick(rng, "abcdefgh"), s=f"{file}{number(rng, 1, 8)}"
    )


def _filled_in(rng: Random, pen: Pen) -> str:
    word = pen.lexicon.word
    names = {key: _name(rng, pen) for key in ("a", "b", "f", "g", "c2")}
    return pick(rng, phrases("program")).format(
        **names,
        i=pick(rng, "ijknxyst"),
        n=str(number(rng, 0, 9)) if chance(rng, 0.5) else filled(rng, pick(rng, ("##", "###", "&#.#", "&0##", "-#", "1e-#"))),
        h=filled(rng, pick(rng, ("0x^^", "0x^^^^", "#^^^^^^", "^^^^^^^"))),
        x=filled(rng, "^^^^"),
        y=filled(rng, pick(rng, ("20##-0&-1# 1#:##:##,###", "1#:##:##", "[##.######]", "Oct 1# 0#:##:##"))),
        c=pick(rng, _COMPARED),
        o=pick(rng, _OPERATORS),
        s=_string(rng, pen),
        K=f"{word(rng)}_{word(rng)}".upper(),
        T=word(rng).title(),
        w=word(rng),
    )


def _name(rng: Random, pen: Pen) -> str:
    words = [pen.lexicon.word(rng).lower().replace("'", "").replace("-", "_") for _ in range(number(rng, 1, 2))]
    if chance(rng, 0.2):
        words.append(str(number(rng, 0, 9)))
    return "_".join(words) if chance(rng, 0.6) else words[0] + "".join(word.title() for word in words[1:])


def _string(rng: Random, pen: Pen) -> str:
    mark = pick(rng, '""\'`')
    return mark + pick(rng, _BEFORE) + pen.lexicon.word(rng) + pick(rng, _BEHIND) + mark


_BEFORE = ("", "", "", "%s ", "./", "#", "{0}", "\\")
_BEHIND = ("", "", "", "\\n", ".txt", "!", ": ")

_LINES_OF: Lot[Grammar] = Lot.of(
    (30, _filled_in),
    (1.5, moves),
    (2, lambda rng, pen: _name(rng, pen)),
    (1, lambda rng, pen: f"{_name(rng, pen)}({_string(rng, pen)});"),
)
