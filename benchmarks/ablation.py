"""Read damaged pages and whole sets with each step of the preparation and without it, and write what each is worth.

`python benchmarks/ablation.py DATA -o benchmarks/results/ablation --engine auto` writes ablation.md and ablation.json. Steps that
the engine says it can do without are done all the same: that it can is what the table shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from damage import DAMAGES, HARDER
from robustness import PAGES, CleanPage, Score, arguments, cer, find_page, read_damaged

from uncial.document import Line
from uncial.engines import Engine, EngineConfig, EngineInfo, load_engine
from uncial.evaluate import find_sets
from uncial.options import Options
from uncial.prepare import TellsOrientation

if TYPE_CHECKING:
    from uncial.raster import Image

STEPS = {
    "orientation": ("turned 90", "turned 180", "turned 270"),
    "invert": ("inverted",),
    "contrast": ("contrast 1/16", "shadow", "deep shadow"),
    "denoise": ("speckles",),
    "deskew": ("skewed -10", "skewed -3", "skewed +3", "skewed +10"),
    "sharpen": ("blurred", "blurred 2.5"),
    "upscale": ("100 dpi", "75 dpi"),
}
"""Each step, and the damages that it is for."""
SETS = (
    "a_unlv_isri_3B", "a_oldbooks_otsu", "a_fondue_en_print", "a_misc_pages", "b_sroie_receipts", "e_ehri_typewritten",
    "e_fondue_es_print", "e_fondue_it_print", "e_tapuscorpus_fr_typewritten",
)  # fmt: skip
"""Pages as they are, which no step may harm."""


@dataclass(frozen=True)
class Troubled:
    """An engine that does not say what it can do without."""

    inner: Engine

    @property
    def info(self) -> EngineInfo:
        """Its name card."""
        return self.inner.info

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """What the engine reads."""
        return self.inner.read(image, languages, effort)

    def quarter_turns(self, image: Image) -> int:
        """What the engine says, 0 where it cannot tell."""
        return self.inner.quarter_turns(image) if isinstance(self.inner, TellsOrientation) else 0


class Row(NamedTuple):
    """What one step is worth on some pages."""

    pages: int
    acted: int
    """On so many of them it did something."""
    with_it: float
    """The error rate."""
    without: float
    """The error rate."""


def compared(step: str, read: Sequence[tuple[CleanPage, Any, Score]], engine: Engine, options: Options) -> Row:
    """The pages as they were read, beside those on which the step did something read without it."""
    off: dict[str, Any] = {step: False}
    other = replace(options, **off)
    without = [read_damaged(page, damage, engine, other) if step in score.steps else score for page, damage, score in read]
    scores = [score for _, _, score in read]
    acted = sum(step in score.steps for score in scores)
    return Row(len(scores), acted, cer(scores), cer(without))


def set_pages(data: Path, names: Sequence[str], at_most: int | None) -> list[CleanPage]:
    """The pages of these sets."""
    sets = find_sets(data / name for name in names)
    return [CleanPage(record, part.profile, 300) for part in sets for record in part.records[:at_most]]


def cells(row: Row) -> str:
    """The row's cells."""
    return f"{row.acted} of {row.pages} | {row.with_it:.4f} | {row.without:.4f}"


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--at-most", type=int, help="only the first so many of each set")
    parser.add_argument("--sets", nargs="*", default=SETS)
    given = parser.parse_args()
    engine, options = Troubled(load_engine(given.engine, EngineConfig())), Options(effort=given.effort)
    pages = [find_page(given.data, *page) for page in PAGES[: given.pages]]
    whole = []
    for page in set_pages(given.data, given.sets, given.at_most):
        whole.append((page, None, read_damaged(page, None, engine, options)))
        print(page.record.file, *whole[-1][2])
    rows, all_damages = {}, {**DAMAGES, **HARDER}
    for step, names in STEPS.items():
        damages = [all_damages[name] for name in names]
        read = [(page, damage, read_damaged(page, damage, engine, options)) for damage in damages for page in pages]
        rows[step] = compared(step, read, engine, options), compared(step, whole, engine, options)
        print(step, *rows[step])
    given.output.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    lines = [
        f"| {step} | {', '.join(STEPS[step])} | {cells(damaged)} | {cells(clean)} |" for step, (damaged, clean) in rows.items()
    ]
    head = (
        "# What each step of the preparation is worth\n\n"
        f"Engine {given.engine}, effort {given.effort}, {date.today()}. Error rates "
        "with the step and without it, all others on; “acts on” counts the pages to which the step did something.\n\n"
        f"{len(pages)} clean pages, damaged, and {len(whole)} pages of {', '.join(given.sets)} as they are.\n\n"
        "| step | damages | acts on | CER with | without | as they are: acts on | CER with | without |\n"
        "| :--- | :--- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    )
    given.output.with_suffix(".md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
