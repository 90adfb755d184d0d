"""Read every image of the sets and score it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from uncial.engines import Engine, EngineConfig, load_engine
from uncial.errors import LanguageMissing, UncialError
from uncial.evaluate.datasets import DataSet, Record, find_sets
from uncial.evaluate.report import Report, SetScore
from uncial.evaluate.score import PageScore, Reading, score
from uncial.languages import find_language
from uncial.options import Limits, Options
from uncial.reader import read

Progress = Callable[[str, PageScore, int, int], None]
"""Told after each image: its set's name, its score, how many images are done, and how many there are."""


def evaluate(
    folders: Iterable[Path | str],
    engine: Engine | str = "auto",
    *,
    options: Options | None = None,
    limits: Limits | None = None,
    config: EngineConfig | None = None,
    own_languages: bool = True,
    at_most: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read labelled images and say how well and how fast they were read.

    Each folder is a set (`labels.jsonl` and `images/`) or a folder of sets. An image is read in its label's languages where the
    engine knows them, or always in those of the options if `own_languages` is False. `at_most` takes only so many images of each
    set. An image that cannot be read is a failure of the report, and counts as if nothing had been read. Raises `UncialError`
    where the folders, the labels or the engine are not there.
    """
    options, limits = options or Options(), limits or Limits()
    sets = [replace(part, records=part.records[:at_most]) for part in find_sets(Path(folder) for folder in folders)]
    began = time.perf_counter()
    loaded = load_engine(engine, config) if isinstance(engine, str) else engine
    load_seconds = time.perf_counter() - began
    languages = languages_for if own_languages else _options_languages

    def judge(part: DataSet, record: Record) -> PageScore:
        chosen = replace(options, languages=languages(record.languages, loaded, options))
        return score(record, *_timed(record, loaded, chosen, limits), part.profile)

    results = _judged(sets, judge, progress or _silent)
    return Report(loaded.info.name, loaded.info.version, load_seconds, tuple(results))


def _judged(sets: Sequence[DataSet], judge: Callable[[DataSet, Record], PageScore], progress: Progress) -> Iterator[SetScore]:
    total, done = sum(len(part.records) for part in sets), count(1)
    for part in sets:
        pages = []
        for record in part.records:
            pages.append(judge(part, record))
            progress(part.name, pages[-1], next(done), total)
        yield scored(part, pages)


def _silent(name: str, page: PageScore, done: int, total: int) -> None:
    """Tell nobody."""


def scored(part: DataSet, pages: Iterable[PageScore]) -> SetScore:
    """The pages of a set, put together."""
    return SetScore(part.name, tuple(pages), part.skipped, part.profile.precision)


def languages_for(wanted: Sequence[str], engine: Engine, options: Options) -> tuple[str, ...]:
    """The label's languages that the engine can read, or the options' where it knows none of them."""
    return tuple(code for code in map(_code, wanted) if code in engine.info.languages) or options.languages


def _code(name: str) -> str | None:
    """The language's BCP 47 name; None where nobody here knows it."""
    try:
        return find_language(name).code
    except LanguageMissing:
        return None


def _options_languages(wanted: Sequence[str], engine: Engine, options: Options) -> tuple[str, ...]:
    return options.languages


def _timed(record: Record, engine: Engine, options: Options, limits: Limits) -> tuple[Reading, float]:
    """What is read and the wall time in seconds, from the file's opening to the document."""
    began = time.perf_counter()
    try:
        document = read(record.path, options, limits=limits, engine=engine)
    except UncialError as error:
        return Reading(code=error.code, message=error.message), time.perf_counter() - began
    seconds = time.perf_counter() - began
    return Reading.of_document(document), seconds
