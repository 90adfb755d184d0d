"""German and its neighbours as Fraktur printed them: long s, and the spelling of their day."""

from __future__ import annotations

import re
from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Pen

# Where the s is round (Duden, Rechtschreibung der deutschen Sprache, 9th edition of 1915, preliminary remarks): at the end of a
# word and of each part of a compound, the s that joins two parts included, and where a consonant begins the next syllable; the
# long one stands everywhere else, in st, sp, sch, ss and sz above all. Parts are told by the joints that are usual.
_PARTS = (
    "aus(?!ter)|haus(?!e)|heraus|hinaus|voraus|daraus|da(?=sselb)s|de(?=ssel)s|die(?=sseit)s|lebens|staats|volks|kriegs|königs|landes|todes|gottes|"
    "reichs|orts|rats|raths|amts|tages|jahres|geistes|lands|arbeits|handels|geburts|gesichts|augenblicks|verkehrs|berufs|gerichts|"
    r"rechts|unterrichts|himmels|herzens|liebes|donners|diens|sams|\w+(?:ungs|heits|keits|schafts|tions|täts|lings|tums|thums)"
)
_FIRST_PART = re.compile(rf"({_PARTS})(?=\w{{3}})", re.IGNORECASE)
_NO_PART = re.compile(r"ten|tes|tem|ter|sen|ser|ses|ch|ier|t(?!r|h(?:eil|or|ür|at|al)|[aeiouäöü])")
"""What follows no joint: endings, and clusters that keep the long s."""
_LETTERS = re.compile(r"(?<!['’\w])[^\W\d_]+|(?<=['’])[^\W\d_]{2,}")
"""A word, or a part of one; the s that an apostrophe parts from it is round."""
_ROUND = re.compile(r"(?<=\w)s(?=$|[bdfghjklmnqrvwx])")
_SMALL = re.compile(r"(?:[hm]ä|str|glä|rö|blä|hä|nä)u?s(?=chen|lein)", re.IGNORECASE)

_OLD = (
    (re.compile(r"ss(?=\b|t\b)|(?<=[Bb]i)ss(?=chen)"), "ß"),
    (re.compile(r"\b([Tt])(?=(?:eil|al|at|ier|ür|un|or|rän|urm|ron)[a-zäöü]*)"), r"\1h"),
    (re.compile(r"(?<=[rRmMnNwW])([uoea])t\b"), r"\1th"),
    (re.compile(r"nis\b"), "niß"),
    (re.compile(r"ieren\b"), "iren"),
    (re.compile(r"\bgib(t|st)\b"), r"gieb\1"),
    (re.compile(r"\bKl(?=a)"), "Cl"),
    (re.compile(r"\bK(?=on|om|ul)"), "C"),
    (re.compile(r"\bÄ"), "Ae"),
    (re.compile(r"\bÖ"), "Oe"),
    (re.compile(r"\bÜ"), "Ue"),
)
_OLDER = (
    (re.compile(r"\bsein\b"), "seyn"),
    (re.compile(r"\bsei\b"), "sey"),
    (re.compile(r"ei\b"), "ey"),
    (re.compile(r"\bbei"), "bey"),
    (re.compile(r"\bzwei"), "zwey"),
)


def fraktur_line(rng: Random, pen: Pen) -> str:
    """A line of a book or newspaper in Fraktur."""
    throw = rng.random()
    if throw < 0.84:
        text = pen.prose(rng, number(rng, *_LENGTHS.draw(rng)))
    elif throw < 0.92:
        text = pen.sentence(rng, number(rng, 6, 55))
    else:
        text = pen.title(rng).title() if chance(rng, 0.5) else pen.word(rng)
    if chance(rng, 0.12):
        text = f"{text} {filled(rng, pick(rng, phrases('old')))}"
    if pen.tongue.code == "de":
        text = old_spelling(text, rng)
    return " ".join(map(long_s, text.split(" ")))


_LENGTHS = Lot.of((2, (3, 14)), (4, (14, 34)), (20, (34, 66)), (2, (66, 86)))


def old_spelling(text: str, rng: Random) -> str:
    """German as it was spelt before 1996, before 1901, or before 1830."""
    age = rng.random()
    rules = _OLD[:1] if age < 0.35 else _OLD if age < 0.8 else _OLD + _OLDER
    for rule, spelt in rules:
        text = rule.sub(spelt, text)
    return text


def long_s(word: str) -> str:
    """The word with ſ wherever Fraktur has it; capitals have none."""
    if "s" not in word or word.isupper():
        return word
    return _LETTERS.sub(lambda part: _long_s_of_part(part[0]), word)


def _long_s_of_part(word: str) -> str:
    first = _FIRST_PART.match(word) or _SMALL.search(word)
    if first and (first.re is _SMALL or not _NO_PART.match(word, first.end())):
        return _within(word[: first.end()]) + _within(word[first.end() :])
    return _within(word)


def _within(part: str) -> str:
    """The long s in one part of a compound word."""
    return _ROUND.sub("\0", part).replace("s", "ſ").replace("\0", "s")
