"""What is measured with is not trained on: neither the images of the benchmark's sets nor their texts.

The sets lie beside the project where it is developed. Tests that need them are skipped elsewhere.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
import regex
import yaml

from uncial.engines.neural.weights import OwnWeights
from uncial.errors import TrainingDataRefused
from uncial.models import LATIN, MODELS, find_model
from uncial.train.card import Card, card_of
from uncial.train.given import read_given
from uncial.train.judge import KNOWN
from uncial.train.lines import KINDS

PROJECT = Path(__file__).parents[2]
SETS = PROJECT.parent / "shared" / "data"
RECIPES = sorted((PROJECT / "recipes").glob("*.yaml"))
SYNTH = PROJECT / "src" / "uncial" / "train" / "synth"
PHRASE = 5
"""So many words in a row that a label has too are no chance."""
FREE = (
    "Apache-2.0",
    "BSD",
    "CC-BY",
    "CC0",
    "GPL",
    "LGPL",
    "MIT",
    "OFL",
    "Unicode-3.0",
    "public",
    "GFL",
    "LPPL",
    "bitstream-vera",
    "ParaType",
    "Unlicense",
    "permissive",
    "Bitstream",
    "Artistic",
)
needs_sets = pytest.mark.skipif(not SETS.is_dir(), reason="the benchmark's sets are not here")


@pytest.fixture
def benchmark_set(tmp_path: Path) -> Path:
    folder = tmp_path / "some_set"
    (folder / "images").mkdir(parents=True)
    (folder / "labels.jsonl").write_text('{"file": "images/1.png", "text": "one"}\n', "utf-8")
    (folder / "images" / "1.png").write_bytes(b"")
    (folder / "images" / "1.gt.txt").write_text("one\n", "utf-8")
    return folder


@pytest.mark.parametrize("place", [".", "..", "images", "images/1.png", "images/1.gt.txt", "labels.jsonl", "images/../images"])
def test_a_set_for_measuring_is_refused_wherever_one_points(benchmark_set, place):
    with pytest.raises(TrainingDataRefused):
        list(read_given([benchmark_set / place]))


def test_a_set_for_measuring_is_refused_through_a_link(benchmark_set, tmp_path):
    (tmp_path / "lines").symlink_to(benchmark_set / "images", target_is_directory=True)
    with pytest.raises(TrainingDataRefused):
        list(read_given([tmp_path / "lines"]))


def test_a_set_for_measuring_is_refused_in_an_archive(benchmark_set, tmp_path):
    with ZipFile(tmp_path / "lines.zip", "w") as archive:
        for path in sorted(benchmark_set.rglob("*")):
            archive.write(path, path.relative_to(tmp_path))
    with pytest.raises(TrainingDataRefused):
        list(read_given([tmp_path / "lines.zip"]))


@needs_sets
def test_every_set_that_is_here_is_refused():
    for labels in sorted(SETS.glob("*/labels.jsonl")):
        with pytest.raises(TrainingDataRefused):
            next(read_given([labels.parent]))
    with pytest.raises(TrainingDataRefused):
        next(read_given([SETS]))


# ---- recipes and weights


def told(recipe: Path) -> dict[str, Any]:
    known = yaml.safe_load(recipe.read_text("utf-8"))
    assert isinstance(known, dict)
    return known


def named_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from named_in(each)
        case list():
            for each in value:
                yield from named_in(each)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_names_no_place_of_a_machine_and_no_set(recipe):
    for name in named_in(told(recipe)):
        assert not Path(name).is_absolute()
        assert not {"..", "shared", "~"} & set(Path(name).parts), name
        assert not (SETS / name).exists(), name


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_what_a_recipe_names_as_given_is_for_its_user_to_bring(recipe):
    given = told(recipe).get("given") or []
    assert not [name for name in given if (recipe.parent / name).exists()]
    assert not given or not told(recipe)["name"].startswith("uncial"), "weights of our own learn made lines alone"


@cache
def shipped() -> Card:
    card = card_of(OwnWeights.load(find_model(MODELS[LATIN])))
    assert card is not None, "weights of our own have a card"
    return card


def test_our_own_weights_learned_made_lines_alone():
    card = shipped()
    assert not card.recipe.get("given")
    assert set(card.lines) <= set(KINDS)
    assert card.base in KNOWN
    assert card.teacher in KNOWN


def test_what_our_own_weights_are_made_from_is_free():
    card = shipped()
    assert card.sources
    for source in card.sources:
        assert any(licence in source.licence for licence in FREE), source
        assert "NC" not in regex.findall(r"[A-Z]+", source.licence), source
    assert not [source.name for source in card.sources if (SETS / source.name).exists()]


# ---- texts and images


def words(text: str) -> tuple[str, ...]:
    return tuple(regex.findall(r"[\p{L}\p{N}]+", text.casefold()))


def phrases(text: str) -> set[tuple[str, ...]]:
    """All rows of five words in the text of which three at least are no figures: dates and sums are alike everywhere."""
    said = words(text)
    rows = {said[i : i + PHRASE] for i in range(len(said) - PHRASE + 1)}
    return {row for row in rows if sum(not word.isdecimal() for word in row) >= 3}


@cache
def labels() -> frozenset[tuple[str, ...]]:
    """The phrases of all labels."""
    found: set[tuple[str, ...]] = set()
    for path in SETS.glob("*/labels.jsonl"):
        for row in path.read_text("utf-8").split("\n"):
            known = json.loads(row) if row else {}
            for text in (known.get("text"), *(line.get("text") for line in known.get("lines") or ())):
                found |= phrases(text or "")
    return frozenset(found)


def written_in(path: Path) -> Iterator[str]:
    """What a file of the grammars can put on a line: its texts but its docstrings, or each cell of a table."""
    if path.suffix != ".py":
        yield from (cell for row in path.read_text("utf-8").split("\n") for cell in regex.split(r"[\t|]", row))
        return
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in said:
            yield from regex.split(r"[\n|]", each.value)


def test_five_words_in_a_row_are_found_and_figures_are_not():
    assert phrases("One, two three -- four FIVE") == {("one", "two", "three", "four", "five")}
    assert not phrases("1 0 1 1 0")
    assert not phrases("one two three four")


@needs_sets
def test_a_label_would_be_found_again():
    row = json.loads((SETS / "a_uw3_lines" / "labels.jsonl").read_text("utf-8").split("\n")[0])
    assert phrases(row["text"]) <= labels()
    assert phrases(row["text"])


@needs_sets
def test_no_phrase_of_the_grammars_stands_in_a_label():
    files = [path for path in sorted(SYNTH.iterdir()) if path.suffix in {".py", ".tsv", ".txt", ".csv", ".json"}]
    found = {(path.name, text) for path in files for text in written_in(path) if phrases(text) & labels()}
    assert not found


@needs_sets
def test_no_line_that_is_made_has_a_phrase_of_a_label():
    pytest.importorskip("wordfreq")
    from uncial.train.synth.text import Texts

    texts, rng = Texts(("en",)), Random(8)
    made = [texts.line(kind, rng) for kind in KINDS for _ in range(300)]
    assert not [text for text in made if phrases(text) & labels()]


@needs_sets
def test_no_image_of_a_set_is_part_of_the_project():
    ours = [path for part in ("src", "tests", "docs", "recipes", "benchmarks") for path in (PROJECT / part).rglob("*.*")]
    by_size: dict[int, list[Path]] = {}
    for path in ours:
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            by_size.setdefault(path.stat().st_size, []).append(path)
    for image in SETS.glob("*/images/*"):
        for path in by_size.get(image.stat().st_size, ()):
            assert digest(path) != digest(image), path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
