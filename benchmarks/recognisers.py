"""Let recognisers read the same labelled lines in turn, and say which bars the given weights meet.

`python benchmarks/recognisers.py DATA --weights mine.onnx --json OUT.json` reads with today's tiny and small recognisers and with
each of the given weights, one thread each. Lines are cut out at the labels' boxes; the pages of sets that have none (`PAGES`) are
cut where the engine finds lines, once for all, and their text is put in order as the reader does. `--limit 150` takes so many
lines of each set, evenly spread; `--pages` leaves the sets of lines out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
from line_sets import Scores, evenly, image_of, lines_judged

from uncial.drawing import find_graphics
from uncial.engines import EngineConfig
from uncial.engines.crop import line_image
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.recognise import STRETCH, Found, without_noise
from uncial.engines.neural.words import line_of
from uncial.evaluate import DataSet, Reading, Record, find_sets, score
from uncial.evaluate.report import markdown
from uncial.geometry import Quad
from uncial.layout import arrange
from uncial.options import Options
from uncial.prepare import prepare
from uncial.train.judge import Judgement, Reads, Score, figures, in_turn, recogniser_for, timed

if TYPE_CHECKING:
    from uncial.raster import Image

TINY, SMALL = "ppocr-v6-tiny", "ppocr-v6-small"
PAGES = ("a_unlv_isri_3B",)
LINES = (
    "a_fondue_en_print", "e_fondue_es_print", "a_uw3_lines", "b_sroie_receipts", "e_ehri_typewritten", "e_fondue_it_print",
    "e_tapuscorpus_fr_typewritten", "a_scribe_modern_pages", "e_archiscribe_de_fraktur_lines", "e_ocrd_de_fraktur_lines",
    "c_icdar2015_words",
)  # fmt: skip
BARS = {
    "a_unlv_isri_3B": 0.005, "a_fondue_en_print": 0.005, "e_fondue_es_print": 0.005, "a_uw3_lines": 0.005,
    "b_sroie_receipts": 0.01, "e_ehri_typewritten": 0.01,
}  # fmt: skip
"""By how much the character error rate may be above the small recogniser's."""
QUICK = 0.25
"""The part of the small recogniser's time that may be taken."""
_PAGE = 10
"""A page counts as so many lines of the limit, though it has more: pages differ more than lines do."""


# ---- sets of pages


def pages_judged(recognisers: Mapping[str, Reads], folder: Path, limit: int | None) -> Scores:
    """The scores of a set of pages; how many lines is how many were found."""
    (part,) = find_sets([folder])
    engine, scores = NeuralEngine(EngineConfig(threads=1)), dict.fromkeys(recognisers, Score())
    at_most = limit and max(limit // _PAGE, 2)
    for turn, record in enumerate(evenly(part.records, at_most)):
        image = prepare(image_of(record.path), engine, Options()).image
        quads = engine.find(image)
        flats = [line_image(image, quad, STRETCH) for quad in quads]
        for name in in_turn(list(recognisers), turn):
            found, seconds = _all_read(recognisers[name], flats, quads)
            scores[name] += _page_score(part, record, _text(image, found), len(quads), seconds)
    return scores


def _all_read(recogniser: Reads, flats: Sequence[Image], quads: Sequence[Quad]) -> tuple[list[Found], float]:
    read = [timed(recogniser, flat) for flat in flats]
    return [Found(reading, quad) for (reading, _), quad in zip(read, quads, strict=True)], sum(seconds for _, seconds in read)


def _text(image: Image, found: Sequence[Found]) -> str:
    """The text of a page, in the order in which the reader puts its lines."""
    lines = [line for each in without_noise(found) if each and (line := line_of(*each))]
    height, width = image.shape[:2]
    arranged = arrange(lines, width=width, height=height, graphics=find_graphics(image))
    return "\n".join(line.text for block in arranged.blocks for line in block.lines)


def _page_score(part: DataSet, record: Record, text: str, lines: int, seconds: float) -> Score:
    characters = score(record, Reading.of_text(text), seconds, part.profile).characters
    assert characters is not None
    return Score(lines, 0, characters, seconds)


# ---- what comes of it


class Verdict(NamedTuple):
    """Whether some weights are good enough on one set."""

    spare: float | None
    """How much better than the bar they are; None where the set has no bar."""
    time: float
    """In parts of the small recogniser's."""


def verdict(name: str, scores: Scores, own: str) -> Verdict:
    """How the weights called `own` stand beside the small recogniser on the set of that name."""
    bar = BARS.get(name)
    spare = None if bar is None else scores[SMALL].cer + bar - scores[own].cer
    return Verdict(spare, scores[own].seconds / scores[SMALL].seconds)


def table(sets: Mapping[str, Scores], systems: Sequence[str]) -> str:
    """A row for each set: the error rates, the times as parts of the small recogniser's, and whether the bar is met."""
    others = [name for name in systems if name != SMALL]
    head = ["set", "lines", *(f"{name} CER" for name in systems), *(f"{name} time" for name in others), "bar"]
    return markdown([*head, *(f"{name} meets it" for name in others)], [_row(*each, systems, others) for each in sets.items()])


def _row(name: str, scores: Scores, systems: Sequence[str], others: Sequence[str]) -> list[str]:
    found = [verdict(name, scores, other) for other in others]
    bar = f"{scores[SMALL].cer + BARS[name]:.4f}" if name in BARS else "–"
    met = ["–" if each.spare is None else "yes" if each.spare >= 0 else f"no, by {-each.spare:.4f}" for each in found]
    rates = [f"{scores[system].cer:.4f}" for system in systems]
    return [name, str(scores[SMALL].lines), *rates, *(f"{each.time:.2f}" for each in found), bar, *met]


def summary(sets: Mapping[str, Scores], own: str) -> str:
    """What the weights called `own` reach on all sets that have a bar."""
    barred = {name: scores for name, scores in sets.items() if name in BARS}
    missed = [name for name, scores in barred.items() if (verdict(name, scores, own).spare or 0) < 0]
    whole = Judgement(sets).all
    time = whole[own].seconds / whole[SMALL].seconds
    each = " · ".join(f"{name} {1000 * score.seconds / max(score.lines, 1):.1f}" for name, score in whole.items())
    return (
        f"{own}: {len(barred) - len(missed)} of {len(barred)} bars of accuracy met"
        f"{' (missed: ' + ', '.join(missed) + ')' if missed else ''}; {time:.2f} of the small one's time "
        f"({'met' if time <= QUICK else 'missed'}: at most {QUICK}). Milliseconds a line: {each}."
    )


def as_json(sets: Mapping[str, Scores], systems: Sequence[str]) -> dict[str, Any]:
    """Every figure, and each verdict."""
    return {
        name: {
            system: figures(scores[system]) | _told(verdict(name, scores, system)) for system in systems
        } for name, scores in sets.items()
    }  # fmt: skip


def _told(verdict: Verdict) -> dict[str, float | None]:
    return {"spare": None if verdict.spare is None else round(verdict.spare, 5), "time": round(verdict.time, 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--weights", type=Path, action="append", default=[], help="a file that was exported; any number of them")
    parser.add_argument("--limit", type=int, help="at most so many lines of each set, evenly spread")
    parser.add_argument("--sets", default=",".join((*PAGES, *LINES)), help="names of sets (default: %(default)s)")
    parser.add_argument("--pages", action="store_true", help="the sets of pages alone")
    parser.add_argument("--json", type=Path, help="write every figure there")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    recognisers = {TINY: recogniser_for(TINY), SMALL: recogniser_for(SMALL)}
    recognisers |= {path.stem: recogniser_for(path) for path in given.weights}
    systems, sets = list(recognisers), {}
    for name in PAGES if given.pages else given.sets.split(","):
        judge = partial(pages_judged if name in PAGES else lines_judged, recognisers, given.data / name)
        sets[name] = judge(given.limit)
        print(name, *(f"{system} {each.cer:.4f}" for system, each in sets[name].items()), flush=True)
    print("", table(sets, systems), "", *(summary(sets, name) for name in systems if name != SMALL), sep="\n")
    if given.json:
        given.json.write_text(json.dumps(as_json(sets, systems), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
