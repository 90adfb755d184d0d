from dataclasses import asdict, replace
from pathlib import Path

import pytest

from uncial.errors import RecipeInvalid, SourceNotFound, UncialError
from uncial.train.recipe import Fit, Recipe, Synth, as_json, as_yaml, load_recipe, without_places

RECIPES = Path(__file__).parents[2] / "recipes"


def loaded(tmp_path: Path, text: str) -> Recipe:
    path = tmp_path / "r.yaml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(path)


def test_what_a_recipe_does_not_say_is_as_the_classes_have_it(tmp_path: Path):
    assert loaded(tmp_path, "name: mine") == Recipe("mine")
    told = loaded(tmp_path, "name: mine\nteacher: null\nfit: {rate: 3e-4, steps: 10}\nsynth:\n  kinds: {receipt: 2, code: 1}")
    assert told == Recipe("mine", teacher=None, fit=Fit(rate=3e-4, steps=10), synth=Synth(kinds={"receipt": 2.0, "code": 1.0}))


def test_norwegian_is_a_language_and_a_date_is_a_name(tmp_path: Path):
    told = loaded(tmp_path, "name: 2024-01-01\nsynth: {languages: [no, en]}")
    assert (told.name, told.synth.languages) == ("2024-01-01", ("no", "en"))


def test_files_and_folders_are_told_from_where_the_recipe_lies(tmp_path: Path):
    told = loaded(tmp_path, "name: mine\nbase: old/a.onnx\ngiven: [lines, ../b]\nsynth: {fonts: [/fonts]}")
    assert told.base == str(tmp_path / "old" / "a.onnx")
    assert told.given == (tmp_path / "lines", tmp_path.parent / "b") and told.synth.fonts == (Path("/fonts"),)
    shown = without_places(told)
    assert (shown.base, shown.given, shown.synth.fonts) == ("a.onnx", (Path("lines"), Path("b")), (Path("fonts"),))


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("bogus: 1", "bogus", "synth, fit"),
        ("fit: {rates: 1}", "fit.rates", "rate, batch"),
        ("fit: {minutes: 0}", "fit.minutes", ""),
        ("fit: {rate: .nan}", "fit.rate", ""),
        ("fit: {rate: true}", "fit.rate", ""),
        ("fit: {steps: 1.5}", "fit.steps", ""),
        ("fit: {steps: many}", "fit.steps", ""),
        ("fit: {average: 1}", "fit.average", ""),
        ("fit: []", "fit", "rate, batch"),
        ("synth: {kinds: {foo: 1}}", "“foo”", ""),
        ("synth: {kinds: {code: -1, table: 2}}", "synth.kinds", ""),
        ("synth: {kinds: {code: 0}}", "synth.kinds", ""),
        ("synth: {languages: en}", "synth.languages", ""),
        ("synth: {lines: 0}", "nothing to learn", ""),
        ("fit: {text: 0}\nteacher: null", "nothing is learned", ""),
        ("teacher: none", "teacher", ""),
        ("alphabet: greek", "alphabet", ""),
        ("base: foo", "ppocr-v6-small", ""),
        ("name: ../x", "name", ""),
        ("given: lines", "given", ""),
        ("[", "line 2", ""),
        ("a: &a [*a]", "a", ""),
    ],
)
def test_what_makes_no_sense_is_told_by_its_key_with_what_may_stand_there(tmp_path: Path, text: str, key: str, hint: str):
    name = "" if text.startswith("name") else "name: x\n"
    with pytest.raises(RecipeInvalid) as caught:
        loaded(tmp_path, name + text)
    assert key in caught.value.message and caught.value.message.startswith("r.yaml")
    assert hint in caught.value.hint and caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "- a", "\x00", "[" * 5000, "? [a]\n: b", "name: !!python/object:os.system x", "seed: 0x" + "f" * 5000]
)
def test_what_is_no_recipe_at_all_is_refused(tmp_path: Path, text: str):
    with pytest.raises(RecipeInvalid):
        loaded(tmp_path, text)


def test_a_recipe_that_is_missing_or_huge_is_refused_as_any_file(tmp_path: Path):
    with pytest.raises(SourceNotFound):
        load_recipe(tmp_path / "none.yaml")
    with pytest.raises(UncialError):
        loaded(tmp_path, "name: x\n" + "#" * (1 << 20))


def test_a_recipe_that_was_written_is_read_again_as_it_was(tmp_path: Path):
    told = Recipe("x", seed=7, more="ſꝛ„", teacher=None, given=(tmp_path / "ä b",), synth=Synth(languages=("no", "is")))
    path = tmp_path / "again.yaml"
    path.write_bytes(as_yaml(replace(told, fit=Fit(rate=1e-5, minutes=2))))
    assert load_recipe(path) == replace(told, fit=Fit(rate=1e-5, minutes=2))
    assert as_json(told)["given"] == [str(tmp_path / "ä b")] and asdict(told)["name"] == "x"


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_recipes_of_the_repository_are_valid(path: Path):
    assert load_recipe(path).name
