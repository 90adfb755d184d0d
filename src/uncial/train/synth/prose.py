"""Running text: words with the casing and the punctuation that documents give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.codes import code, reference
from uncial.train.synth.dates import date_in_print
from uncial.train.synth.figures import figures, roman
from uncial.train.synth.people import contact, name
from uncial.train.synth.phrases import phrases
from uncial.train.synth.tongues import Tongue
from uncial.train.synth.words import Lexicon

_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýāăąēėęěīįıōőœūůűų")
_ELIDED = {"fr": "l' d' qu' n' s' j' c' m'", "it": "l' d' un' all' dell' c' nell' sull'", "ca": "l' d' n' s' m'"}
_AFTER = Lot.of(
    (100, ""),
    (11, ","),
    (9, "."),
    (1.2, ";"),
    (1.2, ":"),
    (0.8, "?"),
    (0.6, "!"),
    (0.5, "…"),
    (0.4, "..."),
    (1, " –"),
    (0.6, " —"),
    (0.4, " -"),
    (0.2, "?!"),
    (0.15, ".-"),
)
"""What follows a word; a line's own end is another matter."""
_BRACKETS = Lot.of(
    (10, ("(", ")")),
    (1.5, ("[", "]")),
    (0.4, ("/", "/")),
    (0.3, ("{", "}")),
    (0.3, ("<", ">")),
    (0.3, ("*", "*")),
    (0.4, ("—", "—")),
    (0.3, ("_", "_")),
)
_MARKS = ("¹", "²", "³", "*", "**", "†", "‡", " [#]", " [##]", "(#)", ")", "®", "™", "©", "ª", "º", "#", "¶")
_BULLETS = (
    "• ", "•", "- ", "– ", "— ", "* ", "· ", "■ ", "□ ", "▪ ", "● ", "○ ", "◆ ", "▶ ", "▲ ", "▼ ", "★ ", "☆ ", "✓ ", "✔ ",
    "✗ ", "☐ ", "☑ ", "☒ ", "→ ", "← ", "↑ ", "↓ ", "» ", "> ",
    "#. ", "#) ", "(#) ", "~) ", "(~) ", "##. ", "#.# ", "#.#.# ", "§ # ", "@. ", "1º ", "2ª ", "Nº # ",
    "Art. #. ", "☎ ", "+ ", "o ",
)  # fmt: skip
_LENGTHS = Lot.of((2, (1, 12)), (4, (12, 33)), (24, (34, 72)), (4, (72, 90)))
"""How long lines of print are, in characters: last lines of paragraphs, headings, lines between two margins, wide ones."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Somebody who writes a language."""

    tongue: Tongue
    lexicon: Lexicon

    def word(self, rng: Random) -> str:
        """A word as it stands within a sentence."""
        word = self.lexicon.word(rng)
        elided = _ELIDED.get(self.tongue.code)
        if elided and word[0] in "aeiouéêèhàîôâ" and chance(rng, 0.25):
            word = pick(rng, elided.split()) + word
        if "'" in word and chance(rng, 0.5):
            word = word.replace("'", "’")
        throw = rng.random()
        if throw < 0.05:
            return capital(word, self.tongue)
        if throw < 0.06:
            return upper(word, self.tongue)
        return f"{word}-{self.lexicon.word(rng)}" if throw < 0.068 else word

    def prose(self, rng: Random, length: int) -> str:
        """A piece of running text of about so many characters, from anywhere on a page."""
        parts: list[str] = []
        left, starts = length, chance(rng, 0.35)
        while left > 0:
            part = self._part(rng)
            parts.append(capital(part, self.tongue) if starts else part)
            starts = part.endswith((".", "?", "!", "…")) and len(part) > 4
            left -= len(part) + 1
        text = " ".join(parts)
        if chance(rng, 0.16):
            text = self._divided(rng, text)
        elif chance(rng, 0.25):
            text = text.rstrip(",;:.–—- ") + pick(rng, (".", ".", ".", ",", ":", ";", "?", "!"))
        return text

    def _part(self, rng: Random) -> str:
        throw = rng.random()
        if throw < 0.9:
            return self.word(rng) + _AFTER.draw(rng)
        if throw < 0.965:
            return _ENTITIES.draw(rng)(rng, self)
        inner = " ".join(self.word(rng) for _ in range(number(rng, 1, 4)))
        if throw < 0.98:
            opening, closing = _BRACKETS.draw(rng)
        else:
            opening, closing = self.tongue.quotes[0] if chance(rng, 0.6) else pick(rng, self.tongue.quotes)
        side = rng.random()  # what is opened on a line is often closed on another
        if side < 0.6:
            return f"{opening}{inner}{closing}{pick(rng, ('', '', ',', '.'))}"
        return opening + inner if side < 0.8 else inner + closing

    def _divided(self, rng: Random, text: str) -> str:
        """The text with its last word divided, as at the end of a line."""
        head, _, last = text.rpartition(" ")
        places = [i for i in range(2, len(last) - 1) if last[i - 1] in _VOWELS and last[i] not in _VOWELS and last[i:].isalpha()]
        return f"{head} {last[: pick(rng, places)]}-" if places else text

    def sentence(self, rng: Random, length: int) -> str:
        """Something that begins with a capital and ends as sentences end."""
        text = " ".join(self._words(rng, length))
        end = pick(rng, (".", ".", ".", "!", "?", "…"))
        if self.tongue.code == "es" and end in "!?":
            text = f"{'¡' if end == '!' else '¿'}{capital(text, self.tongue)}"
        return capital(text, self.tongue) + (" " if self.tongue.code == "fr" and end in "!?" and chance(rng, 0.6) else "") + end

    def _words(self, rng: Random, length: int) -> list[str]:
        words: list[str] = []
        while length > 0:
            words.append(self.word(rng))
            length -= len(words[-1]) + 1
        return words

    def title(self, rng: Random) -> str:
        """A heading: few words, in capitals or with capitals, numbered now and then."""
        words = self._words(rng, number(rng, 3, 36))
        shape = rng.random()
        if shape < 0.4:
            text = upper(" ".join(words), self.tongue)
        elif shape < 0.75:
            text = " ".join(capital(word, self.tongue) for word in words)
        else:
            text = capital(" ".join(words), self.tongue)
        lead = filled(rng, pick(rng, ("#. ", "#.# ", "##. ", "@. ", "§ ## ", "(#) "))) if chance(rng, 0.2) else ""
        lead = f"{roman(rng)}. " if chance(rng, 0.06) else lead
        return lead + text + pick(rng, ("", "", "", "", ":", ".", "?", "!", " *"))

    def item(self, rng: Random) -> str:
        """An item of a list."""
        return filled(rng, pick(rng, _BULLETS)) + self.prose(rng, number(rng, 4, 55))

    def contents(self, rng: Random) -> str:
        """A line of a table of contents: a title, dots, a page."""
        dots = pick(rng, ("." * number(rng, 3, 24), ". " * number(rng, 2, 10), " ", "…", "… …", "·" * number(rng, 3, 9)))
        return f"{capital(' '.join(self._words(rng, number(rng, 5, 40))), self.tongue)} {dots} {number(rng, 1, 480)}"

    def dialogue(self, rng: Random) -> str:
        """What somebody says."""
        said = self.sentence(rng, number(rng, 5, 45))
        if chance(rng, 0.35):
            return f"{pick(rng, ('– ', '— ', '—', '- '))}{said}"
        opening, closing = pick(rng, self.tongue.quotes)
        after = f" {self.word(rng)} {self.word(rng)}" if chance(rng, 0.4) else ""
        return f"{opening}{said}{closing}{after}"

    def note(self, rng: Random) -> str:
        """A footnote, or a line with its mark."""
        mark = filled(rng, pick(rng, _MARKS))
        if chance(rng, 0.5):
            return f"{mark.strip()}{pick(rng, (' ', '', ') '))}{self.sentence(rng, number(rng, 10, 60))}"
        return f"{self.prose(rng, number(rng, 8, 55))}{mark}"

    def print_line(self, rng: Random) -> str:
        """A line of running text as long as lines of print are, in one of the ways of setting it."""
        text = self.prose(rng, number(rng, *_LENGTHS.draw(rng)))
        throw = rng.random()
        if throw < 0.9:
            return text
        return upper(text, self.tongue) if throw < 0.96 else text.lower()


Grammar = Callable[[Random, Pen], str]
"""What makes up a text of some sort, as that pen writes it."""

_ENTITIES: Lot[Grammar] = Lot.of(
    (8, lambda rng, pen: figures(rng, pen.tongue)),
    (6, lambda rng, pen: date_in_print(rng, pen.tongue)),
    (5, lambda rng, pen: name(rng, pen.tongue)),
    (2, lambda rng, pen: contact(rng, pen.tongue)),
    (2, lambda rng, _: code(rng)),
    (1, lambda rng, _: reference(rng)),
    (5, lambda rng, pen: pick(rng, phrases("abbreviation", pen.tongue.code))),
    (2, lambda rng, pen: pen.lexicon.word(rng) + filled(rng, pick(rng, _MARKS))),
    (2, lambda rng, pen: f"{pen.lexicon.word(rng)}/{pen.lexicon.word(rng)}"),
    (1, lambda rng, _: pick(rng, ("&", "&", "+", "=", "§", "§§", "©", "®", "°", "/", "|", "~", "#", "@", "→", "%", "×"))),
    (2, lambda rng, _: str(number(rng, 0, 2030))),
)
"""What stands between the words of running text."""


def upper(text: str, tongue: Tongue) -> str:
    """The text in capitals; ß stays or becomes ẞ or SS, and Turkish keeps the dot of its i."""
    if tongue.code == "tr":
        text = text.replace("i", "İ").replace("ı", "I")
    if "ß" in text:
        kept = ("ẞ", "ß", "SS")[len(text) % 3]
        return kept.join(part.upper() for part in text.split("ß"))
    return text.upper()


def capital(text: str, tongue: Tongue) -> str:
    """The text with a capital for its first letter."""
    for i, each in enumerate(text[:4]):
        if each.isalpha():
            return text[:i] + upper(each, tongue) + text[i + 1 :]
    return text
