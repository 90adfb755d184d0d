"""The folder of a run: what lies where, what is done already, and whether it still is what the recipe asks for."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from uncial.errors import OutputError, RecipeInvalid, SourceNotFound
from uncial.options import Limits
from uncial.train.given import read_given
from uncial.train.lines import LabelledLine
from uncial.train.recipe import Recipe, Synth, as_json, as_yaml, load_recipe
from uncial.train.shelf import put, shelved
from uncial.train.usable import Told

RUNS = Path("build", "train")
"""Where runs are kept that nobody gave a folder."""
FIRST_WATCHED = 1 << 40
"""The number of the first made line that is watched; those that are learned are counted from 0 and never come so far."""

MakeLines = Callable[[Synth, int, int, int, Path, int, Callable[[int], None]], None]
"""`synth.make.make_lines`: synth, seed, first, count, folder, processes, told."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where everything of one run lies."""

    folder: Path

    @property
    def recipe(self) -> Path:
        """The recipe that it was begun with."""
        return self.folder / "recipe.yaml"

    @property
    def lines(self) -> Path:
        """The folder of the lines that were made to be learned."""
        return self.folder / "lines"

    @property
    def watched(self) -> Path:
        """The folder of those that were made to be watched."""
        return self.folder / "watched"

    @property
    def given(self) -> Path:
        """The folder of the lines that the user gave, as they were when it began."""
        return self.folder / "given"

    @property
    def teacher(self) -> Path:
        """The folder of what the teacher says."""
        return self.folder / "teacher"

    @property
    def state(self) -> Path:
        """The checkpoint."""
        return self.folder / "state.pt"

    @property
    def log(self) -> Path:
        """A record for each look at the lines that are watched."""
        return self.folder / "log.jsonl"

    @property
    def curve(self) -> Path:
        """The same as a picture."""
        return self.folder / "curve.svg"

    @property
    def fonts(self) -> Path:
        """What is known of the fonts of this system."""
        return self.folder / "fonts.json"

    @property
    def marks(self) -> Path:
        """What tells the parts of this run from those of another recipe."""
        return self.folder / "marks.json"


def run_of(recipe: Recipe, folder: Path | None = None) -> RunFolder:
    """The run of that recipe: in that folder, or where runs are kept."""
    return RunFolder(folder or RUNS / recipe.name)


def opened(path: Path, folder: Path | None = None) -> tuple[Recipe, RunFolder]:
    """The recipe and the run that a recipe, or the folder of a run, stands for. Raises `SourceError` and `RecipeInvalid`."""
    if not path.is_dir():
        recipe = load_recipe(path)
        return recipe, run_of(recipe, folder)
    run = RunFolder(path)
    if not run.recipe.is_file():
        raise SourceNotFound(f"{path} is not the folder of a run.", hint="Runs lie in build/train, each with its recipe.yaml.")
    return load_recipe(run.recipe), run


def make_ready(
    recipe: Recipe,
    run: RunFolder,
    make_lines: MakeLines,
    *,
    processes: int = 1,
    afresh: bool = False,
    replaceable: bool = False,
    unusable: Told | None = None,
    told: Callable[[float], None] | None = None,
) -> Recipe:
    """Bring together all that is learned from, as far as it is not there yet; give back the recipe with all letters it needs.

    `afresh` throws away what was learned before; `replaceable` does so where that was with another recipe or other lines. `told`
    hears which part of the made lines (0..1) is there. Raises `RecipeInvalid` where the run was begun with other things and is to
    go on, and what `read_given` raises.
    """
    held = run.folder / "given.partial"
    try:
        digest = _collected(held, read_given(recipe.given, unusable, Limits())) if recipe.given else ""
        grown = with_letters(recipe, (sample.text for sample in shelved(held)))
        keep_in_step(run, {**marks_made(recipe), **_marks_learned(grown, digest)}, afresh=afresh, replaceable=replaceable)
        _swapped(held, run.given, there=bool(recipe.given))
    finally:
        shutil.rmtree(held, ignore_errors=True)
    write_recipe(recipe, run)
    make_missing(recipe, run, make_lines, processes, told)
    return grown


def learned_recipe(recipe: Recipe, run: RunFolder) -> Recipe:
    """The recipe as the run learned by it: with the letters of the lines that were given."""
    return with_letters(recipe, (sample.text for sample in shelved(run.given)))


def with_letters(recipe: Recipe, texts: Iterable[str]) -> Recipe:
    """The recipe whose alphabet has what stands in these texts too; ASCII is part of every alphabet."""
    letters = {letter for text in texts for letter in text if not letter.isascii()} - set(recipe.more)
    return replace(recipe, more=recipe.more + "".join(sorted(letters)))


def make_missing(
    recipe: Recipe, run: RunFolder, make_lines: MakeLines, processes: int, told: Callable[[float], None] | None = None
) -> None:
    """Make the lines that are not there yet: those to learn, and as many of each kind to watch."""
    synth = recipe.synth
    if not synth.lines:
        return
    kinds = {kind: 1.0 for kind, share in synth.kinds.items() if share}
    watched = recipe.fit.watched * len(kinds)
    total = synth.lines + watched

    def of(before: int) -> Callable[[int], None]:
        return lambda done: told((before + done) / total) if told else None

    make_lines(synth, recipe.seed, 0, synth.lines, run.lines, processes, of(0))
    even = replace(synth, kinds=kinds, lines=watched)
    make_lines(even, recipe.seed, FIRST_WATCHED, watched, run.watched, processes, of(synth.lines))


def write_recipe(recipe: Recipe, run: RunFolder) -> None:
    """Put the recipe into the folder of its run. Raises `OutputError`."""
    _written(run.recipe, as_yaml(recipe))


# ---- whether what is there is what is asked for


def keep_in_step(run: RunFolder, marks: Mapping[str, str], *, afresh: bool = False, replaceable: bool = False) -> None:
    """Take away what was made for another recipe, and all that was learned where it is to begin `afresh`.

    Raises `RecipeInvalid` where something was learned with another recipe, unless that is `replaceable`.
    """
    before = _marks(run)
    changed = {name for name, mark in marks.items() if before.get(name, mark) != mark}
    if changed and run.state.exists() and not (afresh or replaceable):
        raise RecipeInvalid(
            f"The run in {run.folder} was begun with other {' and '.join(_SAID[name] for name in sorted(changed))}.",
            hint="Begin it --afresh, or keep it and give another --run. How it learns (fit) may change; what it learns may not.",
        )
    if changed or afresh:
        for path in (run.state, run.log, run.curve):
            path.unlink(missing_ok=True)
        for folder in {run.teacher, *((run.lines, run.watched) if "made" in changed else ())} if changed else ():
            shutil.rmtree(folder, ignore_errors=True)
    _written(run.marks, json.dumps({**before, **marks}, indent=1).encode() + b"\n")


_SAID = {"made": "made lines", "head": "weights, letters or teacher", "given": "lines of your own"}


def marks_made(recipe: Recipe) -> dict[str, str]:
    """What tells its made lines from those of other recipes."""
    told = as_json(recipe)
    # More lines may be made at any time: each depends on the seed and its number alone.
    return {"made": _mark({**told["synth"], "lines": 0, "seed": recipe.seed})}


def _marks_learned(recipe: Recipe, digest: str) -> dict[str, str]:
    told = as_json(recipe)
    return {"head": _mark({name: told[name] for name in ("base", "teacher", "alphabet", "more")}), "given": digest}


def _mark(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _marks(run: RunFolder) -> dict[str, str]:
    try:
        told = json.loads(run.marks.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return {str(name): str(mark) for name, mark in told.items()} if isinstance(told, dict) else {}


# ---- lines that were given


def _collected(folder: Path, lines: Iterator[LabelledLine]) -> str:
    """Write the lines into the folder; give back what tells them from others."""
    shutil.rmtree(folder, ignore_errors=True)
    seen = hashlib.sha256()

    def each() -> Iterator[LabelledLine]:
        for line in lines:
            seen.update(json.dumps([line.text, line.kind, line.stretch, line.image.shape]).encode())
            seen.update(line.image.tobytes())
            yield line

    with _writing(folder):
        put(folder, each())
    return seen.hexdigest()


def _swapped(made: Path, place: Path, *, there: bool) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if there:
        made.replace(place)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"{folder} cannot be written to: {reason}.", hint="Give another folder: --run FOLDER.") from error


def _written(path: Path, data: bytes) -> None:
    with _writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(data)
        partial.replace(path)
