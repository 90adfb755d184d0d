"""What every engine promises, of every engine that is installed, and of the one that stands in for them in other tests."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, cycle, product
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from fakes import FakeEngine, line
from prints import Sheet, words_of
from uncial.document import Line
from uncial.engines import Engine, EngineConfig, engine_info, engine_names, load_engine
from uncial.errors import EngineFailed, EngineMissing, LanguageMissing, ModelMissing
from uncial.geometry import Point, Quad
from uncial.models import MODELS, load_model
from uncial.options import EFFORTS

INSTALLED = engine_names()
ALL = ["fake", *INSTALLED]
PROGRAMS = {"ocrad"}
"""Engines that are programs, which may not be installed: scripts/test-packages."""


def where_the_ink_is(image: np.ndarray) -> Sequence[Line]:
    """The fake's idea of reading: one word at the first dark pixel that has room for it."""
    ys, xs = np.nonzero(image.max(axis=2) < 128)
    if not len(xs) or image.shape[0] < 20 or image.shape[1] < 30:
        return []
    return [line("ink", min(int(xs.min()), image.shape[1] - 30), min(int(ys.min()), image.shape[0] - 20))]


@cache
def loaded(name: str) -> Engine:
    return FakeEngine(where_the_ink_is) if name == "fake" else load(name, EngineConfig(threads=2))


def load(name: str, config: EngineConfig) -> Engine:
    try:
        return load_engine(name, config)
    except EngineMissing as error:
        if name in PROGRAMS:
            pytest.skip(f"{error} {error.hint}")
        raise


@cache
def pictures() -> dict[str, np.ndarray]:
    """Pages of all kinds, each of a few lines only."""
    rng = np.random.default_rng(7)
    prose = Sheet(520, 260).column("Grace be unto you,\nand peace, from God\nour Father.", 40, 30, 36).pixels()
    slanted = np.asarray(Sheet(500, 300).put("uphill, all the way", 60, 120, 36).image.rotate(12, fillcolor="white"))
    return {
        "print": prose,
        "cut off at every edge": prose[45:150, 60:400].copy(),
        "on its side": np.ascontiguousarray(np.rot90(prose)),
        "slanted": slanted,
        "white on black": Sheet(420, 120, "black", "white").put("by night", 60, 30, 50).pixels(),
        "tiny letters": Sheet(300, 60).put("hardly to be read at all", 20, 20, 9).pixels(),
        "one letter": Sheet(300, 400).put("A", 20, -60, 380).pixels(),
        "noise": rng.integers(0, 256, (240, 320, 3), dtype=np.uint8),
        "black": np.zeros((120, 160, 3), np.uint8),
        "a strip": Sheet(1500, 24).put("a strip of paper " * 8, 5, 1, 18).pixels(),
        "a hair": np.full((900, 2, 3), 128, np.uint8),
    }


pages = pytest.mark.parametrize("picture", pictures())


@pytest.mark.parametrize("name", ALL)
@pages
def test_the_same_image_twice_gives_the_same_lines(name: str, picture: str):
    image = pictures()[picture]
    assert loaded(name).read(image, ["en"]) == loaded(name).read(image.copy(), ["en"])


@pytest.mark.parametrize("name", ALL)
@pages
def test_quads_lie_inside_the_image(name: str, picture: str):
    image = pictures()[picture]
    height, width = image.shape[:2]
    lines = loaded(name).read(image, ["en"])
    corners = [corner for quad in quads(lines) for corner in quad]
    assert [corner for corner in corners if not inside(corner, width, height)] == []


def quads(lines: Sequence[Line]) -> list[Quad]:
    return [line.quad for line in lines] + [word.quad for word in words_of(lines)]


def inside(corner: Point, width: int, height: int) -> bool:
    slack = 1e-6
    return -slack <= corner.x <= width + slack and -slack <= corner.y <= height + slack


@pytest.mark.parametrize("name", ALL)
@pages
def test_text_is_nfc_without_control_characters_or_spaces_and_confidences_are_from_0_to_1(name: str, picture: str):
    lines = loaded(name).read(pictures()[picture], ["en"])
    for each in words_of(lines):
        assert each.text
        assert unicodedata.is_normalized("NFC", each.text)
        assert not any(unicodedata.category(character)[0] in "CZ" for character in each.text)
        assert len(each.character_confidences) in (0, len(each.text))
    known = [value for value in confidences(lines) if value is not None]
    assert all(0 <= value <= 1 for value in chain(known, *(each.character_confidences for each in words_of(lines))))
    assert all(each.words for each in lines)


def confidences(lines: Sequence[Line]) -> list[float | None]:
    return [line.confidence for line in lines] + [word.confidence for word in words_of(lines)]


@pytest.mark.parametrize("name", ALL)
def test_an_image_is_not_changed_by_reading_it(name: str):
    image = pictures()["print"].copy()
    image.flags.writeable = False
    assert loaded(name).read(image, ["en"])
    assert (image == pictures()["print"]).all()


@pytest.mark.parametrize(("name", "grey"), [*product(ALL, [255, 128]), *product(INSTALLED, [0])])
@pytest.mark.parametrize("shape", [(300, 400), (1, 1), (1, 300), (300, 1), (7, 5), (33, 31)])
def test_a_blank_image_has_no_lines_whatever_its_size(name: str, grey: int, shape: tuple[int, int]):
    assert loaded(name).read(np.full((*shape, 3), grey, np.uint8), ["en"]) == []


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("languages", [["xx"], ["en", "tlh"]])
def test_a_language_that_it_cannot_read_is_missing(name: str, languages: list[str]):
    with pytest.raises(LanguageMissing):
        loaded(name).read(pictures()["print"], languages)


@pytest.mark.parametrize("name", INSTALLED)
def test_every_language_on_its_name_card_can_be_asked_for(name: str):
    nothing = np.full((20, 20, 3), 255, np.uint8)
    engine, languages = loaded(name), engine_info(name).languages
    assert list(languages) == sorted(set(languages))
    assert len(languages) > 0
    assert engine.read(nothing, languages) == []


@pytest.mark.parametrize("name", INSTALLED)
def test_its_name_card_is_the_same_before_and_after_it_is_loaded(name: str):
    assert loaded(name).info == engine_info(name)
    assert engine_info(name).name == name


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("effort", EFFORTS)
def test_every_effort_reads(name: str, effort: str):
    assert loaded(name).read(pictures()["print"], ["en"], effort)


@pytest.mark.parametrize("name", INSTALLED)
def test_the_language_may_be_left_to_the_engine(name: str):
    assert loaded(name).read(pictures()["print"], ["auto"])


@pytest.mark.parametrize("name", INSTALLED)
def test_each_line_tells_which_engine_read_it(name: str):
    told = {line.engine for line in loaded(name).read(pictures()["print"], ["en"])}
    assert told
    assert {part for each in told for part in each.split("+")} <= set(INSTALLED)


@pytest.mark.parametrize("name", ALL)
def test_eight_images_read_at_once_are_what_they_are_one_after_the_other(name: str):
    engine = loaded(name)
    known = [language for language in ("en", "de", "fr") if language in engine.info.languages]
    asked = list(zip(list(pictures())[:8], cycle(known), strict=False))
    alone = [repr(engine.read(pictures()[picture], [language])) for picture, language in asked]
    together = Barrier(len(asked))

    def read(what: tuple[str, str]) -> str:
        together.wait(timeout=60)
        return repr(engine.read(pictures()[what[0]], [what[1]]))

    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(read, asked)) == alone


@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_asked_for_in_one_call_leaves_nothing_for_the_next(name: str):
    engine, image = loaded(name), pictures()["print"]
    before = engine.read(image, ["en"])
    engine.read(image, [engine.info.languages[-1]])
    with pytest.raises(LanguageMissing):
        engine.read(image, ["xx"])
    assert engine.read(image, ["en"]) == before


@pytest.mark.parametrize("name", INSTALLED)
def test_the_number_of_threads_changes_nothing_but_the_time(name: str):
    image = pictures()["print"]
    one = load(name, EngineConfig(threads=1))
    assert one.read(image, ["en"]) == loaded(name).read(image, ["en"]) != []


# ---- what engines are made of: weights, packs, programs


WEIGHTS = [name for name, card in MODELS.items() if not card.optional]


@pytest.mark.parametrize("model", WEIGHTS)
def test_a_broken_model_is_missing_and_never_an_empty_page(model: str, tmp_path: Path):
    (tmp_path / MODELS[model].file_name).write_bytes(b"garbage")
    with pytest.raises(ModelMissing, match=model):
        load_engine("neural", EngineConfig(threads=1, models=tmp_path)).read(pictures()["print"], ["en"])


def test_a_good_model_in_the_place_of_another_is_refused(tmp_path: Path):
    (tmp_path / MODELS["ppocr-v6-tiny-det"].file_name).write_bytes(load_model("pp-lcnet-page-orientation"))
    with pytest.raises(ModelMissing, match="ppocr-v6-tiny-det"):
        load_engine("neural", EngineConfig(models=tmp_path))


def test_a_folder_with_the_right_models_reads_as_without_it(tmp_path: Path):
    for name in WEIGHTS:
        (tmp_path / MODELS[name].file_name).write_bytes(load_model(name))
    engine = load_engine("neural", EngineConfig(threads=2, models=tmp_path))
    assert engine.read(pictures()["print"], ["en"]) == loaded("neural").read(pictures()["print"], ["en"])


@pytest.mark.parametrize("pack", [b"", b"garbage" * 1000], ids=["empty", "garbage"])
@pytest.mark.parametrize("languages", [["en"], ["auto"], ["de", "en"]])
def test_a_broken_pack_is_missing_and_never_an_empty_page(pack: bytes, languages: list[str], tmp_path: Path):
    for name in ("eng", "deu"):
        (tmp_path / f"{name}.traineddata").write_bytes(pack)
    engine = load_engine("tesseract", EngineConfig(threads=1, models=tmp_path))
    with pytest.raises(ModelMissing, match="traineddata"):
        engine.read(pictures()["print"], languages)


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "echo garbage", "true"])
def test_a_child_that_fails_is_a_failure_and_never_an_empty_page(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "ocrad"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineFailed, match="Ocrad"):
        load_engine("ocrad").read(pictures()["print"], ["en"])


def test_a_program_that_is_not_installed_is_a_missing_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissing, match="ocrad") as caught:
        load_engine("ocrad")
    assert caught.value.hint
