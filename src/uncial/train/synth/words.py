"""Words of each language, as often as they come and rare letters oftener than they would."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from uncial.languages import script_of
from uncial.train.synth.chance import pick

_KNOWN = 30_000
"""So many of a language's words, the commonest, are drawn."""
_LONGEST = 24
_RARE = 0.012
"""A letter that makes up less than this of the words is rare."""
_AS_OFTEN = 0.5
"""The part of the words that come as often as they do in the language."""
_EACH_AS_OFTEN = 0.87
"""Up to here in a throw of the dice each word comes as often as another; above it each rare letter as often as another."""
_WORD = re.compile(r"[^\W\d_]+(?:['’·-][^\W\d_]+)*")
_ALONE = {"en": "ai", "fr": "aày", "es": "aeouy", "it": "aeèo", "pt": "aeoàé", "de": "", "nl": "", "tr": "o", "fi": "", "da": "i"}
"""The words of one letter, where the list has many that are none."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, in small letters but for the nouns of German."""

    words: tuple[str, ...]
    """From the commonest on."""
    sums: tuple[float, ...]
    """The sums of their frequencies."""
    rare: tuple[tuple[str, ...], ...]
    """For each letter that is rare: the words that have it."""
    letters: frozenset[str]

    def word(self, rng: Random) -> str:
        """One word: half of them as often as in the language, the others to show all its words and letters."""
        throw = rng.random()
        if throw < _AS_OFTEN:
            return self.words[bisect(self.sums, rng.random() * self.sums[-1], hi=len(self.sums) - 1)]
        return pick(rng, self.words if throw < _EACH_AS_OFTEN or not self.rare else pick(rng, self.rare))


@cache
def lexicon(code: str) -> Lexicon:
    """The words of a language, by wordfreq's name for it."""
    from wordfreq import get_frequency_dict  # 0.1 s

    counted = get_frequency_dict(code, wordlist="best")
    found = dict(_known(code, counted.items()))
    words = tuple(found)
    letters = Counter(letter for word in words for letter in word.lower())
    total = letters.total()
    rare = [letter for letter, count in letters.items() if letter.isalpha() and count < _RARE * total and count >= 5]
    return Lexicon(
        words,
        tuple(accumulate(found.values())),
        tuple(tuple(word for word in words if letter in word) for letter in sorted(rare)),
        frozenset(letters),
    )


def _known(code: str, counted: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """The commonest words, spelt as the language does; those of other scripts and what is no word are left out."""
    script, alone, taken = "", _ALONE.get(code), 0
    fitting: set[str] = set()
    for raw, frequency in counted:
        word = unicodedata.normalize("NFC", raw)
        if len(word) > _LONGEST or not _WORD.fullmatch(word) or (len(word) == 1 and alone is not None and word not in alone):
            continue
        script = script or script_of(word)  # the commonest word of a language is in its own script
        fitting.update(letter for letter in {*word} - fitting if script_of(letter) == script)
        if any(letter.isalpha() and letter not in fitting for letter in word):
            continue
        yield (_german(word, taken) if code == "de" else word), frequency
        taken += 1
        if taken == _KNOWN:
            return


# wordfreq folds cases, so that its German has neither capitals nor ß. Which ss follow a long vowel or a diphthong, the stems tell
# (Amtliches Regelwerk, § 25).
_SHARP = re.compile(
    r"(ie|ei|äu|au(?=ss(?:er|en))|gro|grö|stra|fu|fü|sü|spa(?=ss(?![it]))|spä|gru|grü|sto|stö|blo|mä|bü|gefä|ma(?=ss(?:n|st)))ss"
)
_NOUN = re.compile(
    r".{2,}(?:ung|heit|keit|schaft|tion|tät|ismus|(?<!al)lein|nis|tum|ling|enz|anz|ment|eur"
    r"|ungen|heiten|keiten|schaften|tionen|täten)s?"
    r"|.*(?:[äöü]\w*[dlrt]chen|[äö]u?schen|(?<!durc)haus|zeit|tag|jahr|stadt|land|mann"
    r"|frau|werk|platz|straße|berg|burg|dorf|bahn|buch|kraft|hof|krieg|staat)s?"
)
_NO_NOUN = re.compile(r".{0,2}|.*(?:en|lich|lichen?|ig|ige[nmrs]?|isch|ische[nmrs]?|t|ten|te|st|em|es|end|bar|sam|los|voll)")
"""Verbs, adjectives, and words too short to be nouns."""


_LITTLE = 600
"""Among so many of the commonest words few are nouns that their form does not tell."""


def _german(word: str, rank: int) -> str:
    """The word with ß and a capital where it should have them, as far as its form says so; of the others some have one."""
    sharp = _SHARP.sub(r"\1ß", word)
    maybe = rank > _LITTLE and len(word) > 4 and not _NO_NOUN.fullmatch(word) and sum(map(ord, word)) % 3 > 0
    return sharp[:1].upper() + sharp[1:] if maybe or _NOUN.fullmatch(sharp) else sharp
