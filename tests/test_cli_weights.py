from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeEngine, install
from own_weights import own_weights
from prints import Sheet
from uncial.cli import main
from uncial.cli.doctor import examine
from uncial.engines import EngineConfig
from uncial.engines.survey import survey
from uncial.errors import OptionInvalid, WeightsInvalid
from uncial.service import Settings
from uncial.service.assembly import plan_of


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that was exported; it calls an a an ſ."""
    path = tmp_path_factory.mktemp("weights") / "mine.onnx"
    path.write_bytes(own_weights(lambda character: {"a": "ſ", "ſ": "a"}.get(character, character)))
    return path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[EngineConfig]:
    """What engines are told when they are loaded."""
    seen: list[EngineConfig] = []

    def make(config: EngineConfig) -> FakeEngine:
        seen.append(config)
        return FakeEngine()

    install(monkeypatch, make)
    return seen


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.png"
    Sheet(520, 160).column("Grace be unto you,\nand peace.", 40, 30, 36).image.save(path)
    return str(path)


def test_a_page_is_read_with_the_weights_that_are_named(mine: Path, page: str, capsys: pytest.CaptureFixture[str]):
    assert main(["read", page, "--weights", str(mine), "--threads", "1"]) == 0
    assert capsys.readouterr().out.split() == "Grſce be unto you, ſnd peſce.".split()


@pytest.mark.parametrize("command", ["read", "extract"])
def test_the_flag_goes_before_the_variable(
    command: str, mine: Path, page: str, tmp_path: Path, told: list[EngineConfig], monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "other.onnx"
    other.write_bytes(b"")
    monkeypatch.setenv("UNCIAL_WEIGHTS", str(other))
    main([command, page, "--engine", "fake"])
    main([command, page, "--engine", "fake", "--weights", str(mine)])
    assert [config.weights for config in told] == [other, mine]


def test_labelled_images_are_read_with_them(mine: Path, page: str, tmp_path: Path, told: list[EngineConfig]):
    (tmp_path / "images").mkdir()
    Path(page).rename(tmp_path / "images/page.png")
    label: dict[str, Any] = {"file": "images/page.png", "text": "Grace", "languages": ["en"]}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label))
    main(["evaluate", str(tmp_path), "--engine", "fake", "--weights", str(mine)])
    assert [config.weights for config in told] == [mine]


@pytest.mark.parametrize("command", ["read", "evaluate"])
def test_an_engine_that_has_no_use_for_them_is_refused_with_the_flag_and_not_with_the_variable(
    command: str, mine: Path, page: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert main([command, page, "--engine", "tesseract", "--weights", str(mine)]) == OptionInvalid.exit_status
    assert "--engine auto or neural" in capsys.readouterr().err
    if command == "read":
        monkeypatch.setenv("UNCIAL_WEIGHTS", str(mine))
        assert main([command, page, "--engine", "tesseract"]) == 0


def test_they_do_not_go_with_a_service(mine: Path, page: str, capsys: pytest.CaptureFixture[str]):
    assert main(["read", page, "--server", "http://127.0.0.1:9", "--weights", str(mine)]) == OptionInvalid.exit_status
    assert "--weights does not go with --server" in capsys.readouterr().err


def test_another_file_is_told_in_one_line(page: str, capsys: pytest.CaptureFixture[str]):
    assert main(["read", page, "--weights", page]) == WeightsInvalid.exit_status
    err = capsys.readouterr().err
    assert "cannot be read with. It is no ONNX file." in err and "[weights-invalid]" in err
    assert err.count("\n") == 1


def test_the_command_shows_what_a_file_was_made_from_and_what_it_reads(mine: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["models", "show", str(mine)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# typewriter\n")
    assert "| typewritten |" in out
    assert "Languages: af, " in out


def test_the_command_shows_a_file_without_a_card_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "digits.onnx"
    path.write_bytes(own_weights(card=None, characters=tuple("0123456789")))
    assert main(["models", "show", str(path)]) == 0
    out = capsys.readouterr().out
    assert "# digits\n\nThis file has no card" in out
    assert "10 characters.\nLanguages: it lacks letters" in out


def test_what_is_no_file_of_weights_cannot_be_shown(page: str, capsys: pytest.CaptureFixture[str]):
    assert main(["models", "show", page]) == WeightsInvalid.exit_status
    assert "[weights-invalid]" in capsys.readouterr().err


def test_the_doctor_looks_at_them_and_reads_its_page_without_them(tmp_path: Path):
    path = tmp_path / "digits.onnx"
    path.write_bytes(own_weights(characters=tuple("0123456789")))
    checkup = examine(weights=path)
    assert checkup.well, checkup.table()
    (said,) = [check.said for check in checkup.checks if check.name == "weights"]
    assert said == f"typewriter: 10 characters, made on 2026-02-03 from ppocr-v6-tiny, {path}"


def test_the_doctor_finds_weights_that_are_none(page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("UNCIAL_WEIGHTS", page)
    assert main(["doctor"]) == 3
    (bad,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("NO ")]
    assert bad.startswith("NO  weights") and "[weights-invalid]" in bad


def test_the_languages_are_those_that_the_weights_have(mine: Path, tmp_path: Path):
    path = tmp_path / "no-polish.onnx"
    from own_weights import latin

    path.write_bytes(own_weights(characters=tuple(letter for letter in latin() if letter not in "łŁ")))
    readers = {each.language.code: each.engines for each in survey(weights=path).languages}
    assert "neural" in readers["de"] and "neural" not in readers["pl"]


def test_workers_of_a_service_read_with_them(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UNCIAL_WEIGHTS", str(mine))
    assert plan_of(Settings(data_dir=tmp_path)).config.weights == mine
    monkeypatch.setenv("UNCIAL_WEIGHTS", str(tmp_path / "nowhere.onnx"))
    with pytest.raises(OptionInvalid, match="weights"):
        Settings(data_dir=tmp_path)
