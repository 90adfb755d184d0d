"""`uncial train`: recognisers for one's own pages, and from recipes."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uncial.cli.flags import Command, quiet_flag, verbose_flag
from uncial.cli.talk import set_verbosity

if TYPE_CHECKING:
    from uncial.cli.training import Asked

BASES = ("uncial-latin", "ppocr-v6-tiny", "ppocr-v6-small")

TRAIN_EPILOG = """\
\b
What trains needs packages that reading does not: pip install 'uncial[train]'. docs/training.md tells all of it.
"""
LINES = """\
\b
LINES are folders or files: images of lines with NAME.gt.txt beside NAME.png, or with a samples.jsonl; ZIPs of the format lines,
as the web page makes them of what was corrected; ALTO or PAGE files with their images beside them; documents as JSON that were
corrected, with what they were read from beside them.
"""
STATUS = """\
\b
Exit status:
    0  it is done
    1  a flag or an argument is wrong
    2  there is no line to learn from, or the lines are those of a benchmark
    3  a package or a model is missing, or weights are not valid
    5  something cannot be opened or written
    9  the recipe is not valid, or is not the one that the run was begun with
   15  something unexpected happened
  130  interrupted; the same command goes on
"""
TUNE_STATUS = STATUS.replace("    5  ", "    4  what was learned does not help, and is not written without --anyway\n    5  ")


@click.group(epilog=TRAIN_EPILOG)
def train() -> None:
    """Teach recognisers: your own pages, or a recipe of made lines."""


run_flag = click.option(
    "--run", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="Where everything of the run is kept.  [default: build/train/NAME]",
)  # fmt: skip
processes_flag = click.option(
    "--processes", type=click.IntRange(1, 256), metavar="N", help="Processes that make lines.  [default: one for each core]"
)
afresh_flag = click.option("--afresh", is_flag=True, help="Throw away what the run has learned, and begin again.")
recipe_argument = click.argument("recipe", metavar="RECIPE", type=click.Path(exists=True, path_type=Path))
lines_argument = click.argument("lines", nargs=-1, required=True, metavar="LINES...", type=click.Path(path_type=Path))


def _going_flags(command: Command) -> Command:
    flags: tuple[Callable[[Any], Any], ...] = (run_flag, processes_flag, afresh_flag, quiet_flag, verbose_flag)
    return reduce(lambda made, flag: flag(made), reversed(flags), command)


@train.command(epilog=STATUS)
@recipe_argument
@_going_flags
def synth(recipe: Path, run: Path | None, **given: Any) -> None:
    """Make the lines that a recipe asks for, as far as they are not there yet."""
    asked = _asked(given)
    from uncial.cli.training import make
    from uncial.train.run import opened
    from uncial.train.tools import load_tools

    make(*opened(recipe, run), asked, load_tools())


@train.command(epilog=STATUS)
@recipe_argument
@_going_flags
def fit(recipe: Path, run: Path | None, **given: Any) -> None:
    """Learn by a recipe, from where an earlier fit of it was stopped.

    RECIPE is its file, or the folder of a run. Lines that are missing are made first.
    """
    asked = _asked(given)
    from uncial.cli.training import learn, table
    from uncial.train.run import opened
    from uncial.train.tools import load_tools

    click.echo(table(learn(*opened(recipe, run), asked, load_tools())))


@train.command(epilog=STATUS)
@recipe_argument
@run_flag
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="NAME.onnx",
    help="Where the weights go.  [default: NAME.onnx in the folder of the run]",
)  # fmt: skip
def export(recipe: Path, run: Path | None, out: Path | None) -> None:
    """Write the best weights of a run as ONNX, and a card beside it that says what they were made from.

    RECIPE is the file of the recipe, or the folder of the run.
    """
    from uncial.cli.training import checked_out, write_weights
    from uncial.train.run import opened
    from uncial.train.tools import load_tools

    told, folder = opened(recipe, run)
    where = checked_out(out) if out else folder.folder / f"{told.name}.onnx"
    write_weights(told, folder, where, load_tools())
    click.echo(f"{where}: read with it by uncial read --weights {where} INPUT")


@train.command(epilog=LINES + "\n" + STATUS)
@click.argument("weights", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@lines_argument
@click.option("--against", metavar="NAME,...", default=",".join(BASES), show_default=True, help="What else reads the same lines.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to tell it."
)
@quiet_flag
def evaluate(weights: Path, lines: tuple[Path, ...], against: str, form: str, quiet: bool) -> None:
    """Compare weights with those that Uncial comes with, on lines whose text is known."""
    from uncial.cli.training import measured

    others = [name.strip() for name in against.split(",") if name.strip()]
    click.echo(measured(weights, lines, others, form, quiet=quiet))


@train.command(epilog=LINES + "\n" + TUNE_STATUS)
@lines_argument
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="NAME.onnx",
    help="Where the weights go.",
)
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), default=20, show_default=True, metavar="N",
    help="How long it may take in all; it stops earlier where it gets no better.",
)  # fmt: skip
@click.option(
    "--base", metavar="NAME", default=BASES[0], show_default=True,
    help="The weights that it starts from: uncial-latin, ppocr-v6-tiny, ppocr-v6-small, or a file that was exported.",
)  # fmt: skip
@click.option("--anyway", is_flag=True, help="Write the weights even where they do not help.")
@_going_flags
def tune(lines: tuple[Path, ...], out: Path, minutes: float, base: str, anyway: bool, run: Path | None, **given: Any) -> None:
    """Teach a recogniser your own lines, and say whether it helped."""
    asked = _asked(given, replaceable=True)
    from uncial.cli.training import checked_out
    from uncial.cli.training import tune as tuned
    from uncial.train.recipe import as_json, recipe_of
    from uncial.train.run import run_of
    from uncial.train.tools import load_tools
    from uncial.train.tune import recipe_for

    recipe = recipe_of(as_json(recipe_for(lines, checked_out(out).stem, base, minutes)), "uncial train tune")
    tuned(recipe, run_of(recipe, run), out, asked, load_tools(), anyway=anyway)


def _asked(given: dict[str, Any], *, replaceable: bool = False) -> Asked:
    from uncial.cli.training import Asked
    from uncial.cores import lent_cores

    if given["quiet"] or given["verbose"]:
        set_verbosity(-1 if given["quiet"] else given["verbose"])
    return Asked(given["processes"] or lent_cores(), given["afresh"], replaceable, given["quiet"])
