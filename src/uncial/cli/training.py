"""What `uncial train` does: brings lines together, has them learned, and says what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uncial.cli.talk import Progress, plain
from uncial.errors import OptionInvalid, OutputError, TrainingUnhelpful
from uncial.train.run import RunFolder, keep_in_step, learned_recipe, make_missing, make_ready, marks_made, write_recipe
from uncial.train.usable import Unusable

if TYPE_CHECKING:
    from uncial.train.fit import Look, Outcome
    from uncial.train.lines import LabelledLine
    from uncial.train.recipe import Recipe
    from uncial.train.tools import Tools

_SHOWN = 10
"""Lines that cannot be used of which each is told by name."""
_SPARE = 0.9
"""Of the time that tuning may take: the rest is for writing the weights."""

_log = logging.getLogger("uncial.cli")


@dataclass(frozen=True, slots=True)
class Asked:
    """How to go about it."""

    processes: int = 1
    """That make lines at the same time."""
    afresh: bool = False
    """Whether what was learned before is thrown away."""
    replaceable: bool = False
    """Whether it is where it was learned with other lines."""
    quiet: bool = False


@dataclass(slots=True)
class Unused:
    """Tells of lines that cannot be used: of the first by name, of the others how many they were."""

    count: int = field(default=0)

    def hear(self, unusable: Unusable) -> None:
        """One more."""
        self.count += 1
        if self.count <= _SHOWN:
            _log.warning("%s", plain(f"{unusable.name}: not used: {unusable.why}"))

    def close(self) -> None:
        """That was all."""
        if self.count > _SHOWN:
            _log.warning("%d more cannot be used.", self.count - _SHOWN)


def make(recipe: Recipe, run: RunFolder, asked: Asked, tools: Tools) -> None:
    """Make the lines of a run that are not there yet."""
    bar = Progress(1, quiet=asked.quiet)
    bar.start("making lines")
    with resumable(bar):
        keep_in_step(run, marks_made(recipe), afresh=asked.afresh, replaceable=asked.replaceable)
        write_recipe(recipe, run)
        make_missing(recipe, run, tools.make_lines, asked.processes, lambda part: bar.draw(part, "making lines"))
    bar.clear()


def learn(recipe: Recipe, run: RunFolder, asked: Asked, tools: Tools) -> Outcome:
    """Make the lines of a run that are missing, and learn until it is enough."""
    bar, unused = Progress(1, quiet=asked.quiet), Unused()
    began = time.monotonic()
    bar.start("reading your lines" if recipe.given else "making lines")
    with resumable(bar):
        grown = make_ready(
            recipe, run, tools.make_lines, processes=asked.processes, afresh=asked.afresh, replaceable=asked.replaceable,
            unusable=unused.hear, told=lambda part: bar.draw(part, "making lines"),
        )  # fmt: skip
        unused.close()
        _log.info("The lines are there after %.0f seconds.", time.monotonic() - began)
        bar.draw(0.0, "getting ready to learn")
        outcome = tools.fit(grown, run, _watching(bar, grown, run), lambda part: bar.draw(part, "asking the teacher"))
    bar.clear()
    return outcome


def tune(recipe: Recipe, run: RunFolder, out: Path, asked: Asked, tools: Tools, *, anyway: bool = False) -> None:
    """Learn somebody's own lines, and write the weights where they help; the minutes of the recipe are for all of it.

    Raises `TrainingUnhelpful` where they do not, or where nobody can say; `anyway` writes them before that.
    """
    from uncial.train.shelf import shelved
    from uncial.train.tune import verdict

    outcome = learn(recipe, run, asked, _within(recipe.fit.minutes, tools, time.monotonic()))
    said = verdict(outcome.before, outcome.after, len(shelved(run.given)))
    click.echo(table(outcome))
    if said.helped or anyway:
        write_weights(recipe, run, out, tools)
    if not said.helped:
        raise TrainingUnhelpful(
            said.why, hint=f"{out} was {'written all the same.' if anyway else 'not written: --anyway does.'}"
        )
    click.echo(f"{said.why}\nRead with it: uncial read --weights {out} INPUT")


def _within(minutes: float | None, tools: Tools, began: float) -> Tools:
    """The tools, with a fit that has the minutes that making lines has left of all; what was learned before counts."""

    def fit(recipe: Recipe, run: RunFolder, told: Callable[[Look], None], taught: Callable[[float], None]) -> Outcome:
        left = None if minutes is None else max(minutes * _SPARE - (time.monotonic() - began) / 60, minutes / 4)
        return tools.fit(replace(recipe, fit=replace(recipe.fit, minutes=left)), run, told, taught)

    return replace(tools, fit=fit)


def write_weights(recipe: Recipe, run: RunFolder, out: Path, tools: Tools) -> None:
    """Write the best weights of a run, and their card beside them. Raises `OutputError` and what `export` does."""
    try:
        tools.export(run, learned_recipe(recipe, run), out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"{out} cannot be written: {reason}.", hint="Give another name: -o mine.onnx.") from error


def checked_out(out: Path) -> Path:
    """Where weights go. Raises `OptionInvalid` for a name that is none of weights, `OutputError` where nothing can be written."""
    if out.suffix != ".onnx":
        raise OptionInvalid(f"“{out}” is no name for weights.", hint="They are ONNX files: -o mine.onnx.")
    if not out.absolute().parent.is_dir():
        raise OutputError(f"There is no folder {out.parent}.", hint="Make it first, or give another name: -o mine.onnx.")
    return out


def table(outcome: Outcome) -> str:
    """The error rates of the lines that were watched, by kind, before and after."""
    from uncial.evaluate.report import markdown

    rows = [[kind, f"{before:.4f}", f"{outcome.after[kind]:.4f}"] for kind, before in sorted(outcome.before.items())]
    return markdown(("kind", "CER before", "after"), rows)


def measured(weights: Path, lines: Sequence[Path], against: Sequence[str], form: str, *, quiet: bool = False) -> str:
    """How well weights, and those that they are compared with, read lines whose text is known, as a table or as JSON."""
    from uncial.train.given import read_given
    from uncial.train.judge import judged, recogniser_for

    bar, unused = Progress(1, quiet=quiet), Unused()
    bar.start("loading")
    recognisers = {called: recogniser_for(name) for called, name in _called((str(weights), *against)).items()}

    def seen() -> Iterator[LabelledLine]:
        for number, line in enumerate(read_given(lines, unused.hear), 1):
            bar.draw(0.0, f"line {number}")
            yield line

    judgement = judged(recognisers, seen())
    bar.clear()
    unused.close()
    return judgement.to_json().decode().rstrip("\n") if form == "json" else judgement.table()


def _called(names: Sequence[str]) -> dict[str, str]:
    """What is compared by what it is called in a table: of files the names alone, as long as no two have the same."""
    short = {Path(name).name: name for name in names}
    return short if len(short) == len(set(names)) else {name: name for name in names}


@contextmanager
def resumable(bar: Progress) -> Iterator[None]:
    """Say how to go on where somebody interrupts it."""
    try:
        yield
    except KeyboardInterrupt:
        bar.clear()
        _log.error("Interrupted. What was made and learned is kept, up to the last look: the same command goes on from there.")
        raise click.Abort from None


def _watching(bar: Progress, recipe: Recipe, run: RunFolder) -> Callable[[Look], None]:
    """Show each look at the lines that are watched, and draw the curve anew."""
    from uncial.train.curve import curve_svg, read_log

    def told(look: Look) -> None:
        said = f"{look.seconds / 60:.0f} min, {look.lines:,} lines learned, CER {_rates(look.cer)}"
        _log.info("%s", f"step {look.step}: {said}{', the best so far' if look.best else ''}")
        bar.draw(_part(look, recipe), said)
        if run.log.is_file():
            looks = read_log(run.log)
            run.curve.write_text(curve_svg(looks, recipe.name, looks[0].get("teacher")), encoding="utf-8")

    return told


def _part(look: Look, recipe: Recipe) -> float:
    """How much of the way is behind it, as far as the recipe sets an end."""
    steps = look.step / recipe.fit.steps if recipe.fit.steps else 0.0
    minutes = look.seconds / 60 / recipe.fit.minutes if recipe.fit.minutes else 0.0
    return min(max(steps, minutes), 1.0)


def _rates(cer: Mapping[str, float]) -> str:
    return " ".join(f"{kind} {rate:.3f}" for kind, rate in cer.items())
