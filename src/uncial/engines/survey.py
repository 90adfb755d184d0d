"""Which languages can be read here, and by which engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from uncial.engines import EngineConfig, EngineInfo, engine_info, engine_names, load_engine
from uncial.errors import UncialError
from uncial.languages import LANGUAGES, Language


class Readers(NamedTuple):
    """A language and who reads it."""

    language: Language
    engines: tuple[str, ...]
    """Names of the engines that read it here; none where it has to be added first."""

    def row(self) -> dict[str, object]:
        """The same for programs."""
        code, name, script, *_ = self.language
        return {"code": code, "name": name, "script": script, "engines": list(self.engines)}


@dataclass(frozen=True, slots=True)
class Survey:
    """All languages that are known, and the engines that could not be asked for theirs."""

    languages: tuple[Readers, ...]
    absent: tuple[tuple[str, UncialError], ...] = ()

    @property
    def readable(self) -> tuple[Readers, ...]:
        """The languages that some engine reads here."""
        return tuple(each for each in self.languages if each.engines)

    @property
    def missing(self) -> tuple[Readers, ...]:
        """The languages that have to be added first."""
        return tuple(each for each in self.languages if not each.engines)


def survey(models: Path | None = None, weights: Path | None = None) -> Survey:
    """Ask every engine for its languages; an engine that is not here is told of and hides no other.

    Name cards cost nothing, but what a folder of models adds, or what weights of one's own read, only a loaded engine knows: with
    these, this takes a second.
    """
    cards: dict[str, EngineInfo] = {}
    config = EngineConfig(models=models, weights=weights)
    absent: list[tuple[str, UncialError]] = []
    for name in engine_names():
        if name == "auto":  # it has no languages but those of the others
            continue
        try:
            cards[name] = load_engine(name, config).info if models or weights else engine_info(name)
        except UncialError as error:
            absent.append((name, error))
    return Survey(tuple(_readers(language, cards) for language in LANGUAGES.values()), tuple(absent))


def _readers(language: Language, cards: dict[str, EngineInfo]) -> Readers:
    return Readers(language, tuple(name for name, card in cards.items() if language.code in card.languages))
