import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes import FakeEngine, FakeKind
from uncial.cli import main
from uncial.engines import ENGINES, EngineConfig, EngineInfo
from uncial.languages import LANGUAGES, how_to_add

Run = Callable[..., tuple[int, str, str]]


def card(name: str, *languages: str) -> EngineInfo:
    return EngineInfo(name, "1", languages, "MIT", gives_confidence=True)


def with_packs(config: EngineConfig) -> FakeEngine:
    """An engine that reads what has a pack in the folder of models, as Tesseract does."""
    packs = {path.stem for path in (config.models or Path("nowhere")).glob("*.traineddata")}
    added = [code for code, language in LANGUAGES.items() if packs & set(language.packs)]
    return FakeEngine(info=card("packs", *sorted({"en", "el", *added})))


@pytest.fixture
def uncial(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command where there are the engines auto, latin and packs."""
    latin, packs, auto = card("latin", "de", "en"), card("packs", "el", "en"), card("auto", "de", "el", "en")
    monkeypatch.setattr(sys.modules[__name__], "latin", FakeKind(lambda _: FakeEngine(info=latin), latin), raising=False)
    monkeypatch.setattr(sys.modules[__name__], "packs", FakeKind(with_packs, packs), raising=False)
    monkeypatch.setattr(sys.modules[__name__], "auto", FakeKind(lambda _: FakeEngine(info=auto), auto), raising=False)
    for name in list(ENGINES):
        monkeypatch.delitem(ENGINES, name)
    for name in ("packs", "latin", "auto"):
        monkeypatch.setitem(ENGINES, name, f"{__name__}:{name}")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["languages", *arguments])
        return status, *capsys.readouterr()

    return run


def lines(told: str) -> list[str]:
    return [" ".join(line.split()) for line in told.split("\n\n")[0].splitlines()]


def codes(told: str) -> list[str]:
    return [line.split()[0] for line in lines(told)]


def test_what_can_be_read_is_listed_with_the_engines_that_read_it(uncial: Run):
    status, out, err = uncial()
    assert (status, err) == (0, "")
    assert lines(out) == ["de German Latn latin", "el Greek Grek packs", "en English Latn latin, packs"]
    assert f"3 languages can be read here, {len(LANGUAGES) - 3} more can be added: uncial languages --missing" in out


def test_what_is_missing_is_listed_with_the_command_that_adds_it(uncial: Run):
    status, out, _ = uncial("--missing")
    assert status == 0
    assert "ru Russian Cyrl not here: apt install tesseract-ocr-rus" in lines(out)
    assert set(codes(out)) == set(LANGUAGES) - {"de", "el", "en"}
    assert "--models" in out


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("de", ["de", "de-Latf"]), ("ger", ["de", "de-Latf"]), ("de-AT", ["de"]), ("DE", ["de", "de-Latf"]), ("frk", ["de-Latf"]),
        ("zh", ["zh", "zh-Hant"]), ("zh_TW", ["zh-Hant"]), ("grc", ["grc"]), ("Greek", ["el", "grc"]), ("Grek", ["el", "grc"]),
        ("ara", ["ar"]), ("norw", ["nb", "nn", "no"]), ("hebr", ["he", "yi"]),
    ],
)  # fmt: skip
def test_a_language_is_asked_for_by_code_name_or_script(uncial: Run, asked: str, found: list[str]):
    assert codes(uncial(asked)[1]) == found


def test_a_language_that_is_missing_says_what_to_type_and_is_status_3(uncial: Run):
    status, out, _ = uncial("ru")
    assert status == 3
    assert lines(out) == ["ru Russian Cyrl not here: apt install tesseract-ocr-rus"]
    assert how_to_add(LANGUAGES["ru"]) in out
    assert uncial("greek")[0] == 0  # of two, one can be read


@pytest.mark.parametrize(
    ("asked", "hint"), [("frensh", "Did you mean fr (French)?"), ("", "`uncial languages`"), ("xx", "`uncial")]
)
def test_what_is_no_language_is_an_error(uncial: Run, asked: str, hint: str):
    status, out, err = uncial(asked)
    assert (status, out) == (3, "")
    assert hint in err
    assert "[language-missing]" in err


def test_programs_get_json(uncial: Run):
    told = json.loads(uncial("--json", "greek")[1])
    assert told == {
        "languages": [
            {"code": "el", "name": "Greek", "script": "Grek", "engines": ["packs"]},
            {"code": "grc", "name": "Greek, Ancient", "script": "Grek", "engines": [], "add": how_to_add(LANGUAGES["grc"])},
        ],
        "absent": {},
    }


def test_a_pack_in_the_folder_of_models_counts(uncial: Run, tmp_path: Path):
    (tmp_path / "rus.traineddata").touch()
    assert uncial("ru", "--models", str(tmp_path))[0] == 0
    assert codes(uncial("--models", str(tmp_path))[1]) == ["de", "el", "en", "ru"]


def test_an_engine_that_is_not_here_hides_no_other(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ENGINES, "broken", "a_package_that_is_not_there:Engine")
    status, out, _ = uncial("en")
    assert status == 0
    assert "en English" in lines(out)[0]
    assert "broken is not here: The engine “broken” cannot be imported" in out
    assert list(json.loads(uncial("--json")[1])["absent"]) == ["broken"]
