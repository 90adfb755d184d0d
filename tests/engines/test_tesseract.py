from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rapidfuzz.fuzz import ratio

from foreign import need_language, page_of
from prints import Sheet
from uncial.document import Line
from uncial.engines import EngineConfig, engine_info, load_engine
from uncial.engines.tesseract import TesseractEngine
from uncial.engines.tesseract.packs import find_packs, packs_for
from uncial.errors import EngineFailed, LanguageMissing, ModelMissing
from uncial.geometry import Box, Quad

if TYPE_CHECKING:
    from uncial.raster import Image

MAPS = Path("/proc/self/maps")
LINES = {
    "ar": ("السلام عليكم ورحمة الله", "بسم الله الرحمن 123 الرحيم"),
    "de": ("Gnade sei mit euch", "und Friede für Größe"),
    "el": ("Χάρις ὑμῖν καὶ εἰρήνη", "από Θεού πατρός"),
    "he": ("שלום לכם ולכולם", "בראשית ברא אלהים 123 את השמים"),
    "hi": ("नमस्ते दुनिया", "यह एक पुस्तक है"),
    "ko": ("안녕하세요 세계", "오늘은 날씨가 좋습니다"),
    "ru": ("Благодать вам и мир", "от Бога Отца нашего"),
    "th": ("สวัสดีชาวโลก", "วันนี้อากาศดี"),
    "vi": ("Nguyện xin ân điển", "và sự bình an từ"),
}


@pytest.fixture(scope="module")
def tesseract() -> TesseractEngine:
    return TesseractEngine(EngineConfig(threads=2))


def texts(lines: Sequence[Line | None]) -> list[str]:
    return [line.text for line in lines if line]


LOST_ON_A_PAGE = {"ko", "th"}
"""Tesseract's own way to find lines takes marks above the letters for lines, and letters apart for columns."""


@pytest.mark.parametrize("language", sorted(set(LINES) - LOST_ON_A_PAGE))
def test_a_page_in_another_script_is_read(tesseract: TesseractEngine, language: str):
    lines = sorted(tesseract.read(page_of(language, *LINES[language]), [language]), key=lambda line: line.quad.box.top)
    assert texts(lines) == list(LINES[language])
    assert {line.engine for line in lines} == {"tesseract"}


@pytest.mark.parametrize("language", LINES)
def test_lines_whose_place_is_known_are_read_in_another_script(tesseract: TesseractEngine, language: str):
    page = page_of(language, *LINES[language])
    places = [Quad.of_box(Box(20, 20 + 80 * number, 980, 100 + 80 * number)) for number in range(len(LINES[language]))]
    lines = tesseract.read_lines(page, places, [language])
    assert texts(lines) == list(LINES[language])
    assert [line.quad for line in lines if line] == places


@pytest.mark.parametrize("language", ["ar", "he"])
def test_right_to_left_words_are_in_reading_order_and_their_quads_go_leftwards(tesseract: TesseractEngine, language: str):
    page = page_of(language, *LINES[language])
    lines = tesseract.read(page, [language]) + tesseract.read_lines(page, [Quad.of_box(Box(20, 20, 980, 100))], [language])
    for line in lines:
        assert line
        assert line.direction == "right-to-left"
        assert all(here.quad.box.left > after.quad.box.left for here, after in pairwise(line.words))
        assert all(len(word.character_confidences) == len(word.text) for word in line.words)


def test_several_languages_are_read_on_one_page(tesseract: TesseractEngine):
    page = page_of(need_language("ru"), "Благодать вам и мир", "from God our Father")
    assert sorted(texts(tesseract.read(page, ["ru", "eng"]))) == ["from God our Father", "Благодать вам и мир"]


def test_where_no_language_is_named_it_reads_as_auto_does(tesseract: TesseractEngine, printed: Image):
    assert texts(tesseract.read(printed, ())) == texts(tesseract.read(printed, ["auto"]))


def test_auto_reads_english(tesseract: TesseractEngine, printed: Image):
    assert texts(tesseract.read(printed, ["auto"])) == texts(tesseract.read(printed, ["en"])) != []


@pytest.fixture(scope="module")
def printed() -> Image:
    return Sheet(640, 220).column("Grace be unto you,\nand peace, from God\nour Father.", 40, 30, 36).pixels()


# ---- where words are


@pytest.mark.parametrize("angle", [-5, 3])
def test_quads_of_slanted_lines_slant_with_them_and_hug_them(tesseract: TesseractEngine, angle: int):
    sheet = Sheet(1100, 700).column("\n".join(["Grace be unto you and peace from God"] * 7), 120, 120, 36, 1.8)
    lines = tesseract.read(np.asarray(sheet.image.rotate(-angle, fillcolor="white")).copy(), ["en"])
    assert len(lines) == 7
    assert all(abs(line.quad.angle - angle) < 0.7 for line in lines)
    assert all(25 < line.quad.height < 50 for line in lines)


@pytest.mark.parametrize("angle", [-8, 6])
def test_a_page_that_slopes_too_much_for_tesseract_is_not_empty(tesseract: TesseractEngine, angle: int):
    text = "Grace be unto you and peace from God our Father"
    sheet = Sheet(1100, 800).column("\n".join([text] * 8), 120, 150, 32)
    lines = tesseract.read(np.asarray(sheet.image.rotate(-angle, fillcolor="white")).copy(), ["en"])
    assert len(lines) == 8
    assert all(abs(line.quad.angle - angle) < 1 for line in lines)
    assert all(ratio(line.text.lower(), text.lower()) > 80 for line in lines)


def test_words_are_where_they_were_printed(tesseract: TesseractEngine):
    sheet = Sheet(700, 300).column("Grace be unto you,\nand peace, from God\nour Father.", 40, 30, 40)
    words = [word for line in tesseract.read(sheet.pixels(), ["en"]) for word in line.words]
    found = {word.text: word.quad.box for word in words}
    for text, box in sheet.words:
        assert all(abs(here - there) <= 4 for here, there in zip(found[text], box, strict=True)), text


def test_words_of_given_lines_are_spans_of_the_lines_quad(tesseract: TesseractEngine):
    sheet = Sheet(700, 120).put("Grace be unto you", 40, 30, 40)
    place = Quad.of_box(Box(30, 30, 680, 80))
    [line] = tesseract.read_lines(sheet.pixels(), [place], ["en"])
    assert line
    assert line.quad == place
    for word, (text, box) in zip(line.words, sheet.words, strict=True):
        assert word.text == text
        assert (word.quad.box.top, word.quad.box.bottom) == (30, 80)
        assert abs(word.quad.box.left - box.left) <= 4
        assert abs(word.quad.box.right - box.right) <= 4


def test_a_line_that_stands_is_read_along_its_quad(tesseract: TesseractEngine):
    page = np.ascontiguousarray(np.rot90(Sheet(700, 120).put("Grace be unto you", 40, 30, 40).pixels(), -1))
    place = Quad.of_points([(90, 30), (90, 680), (40, 680), (40, 30)])  # its text runs downwards
    [line] = tesseract.read_lines(page, [place], ["en"])
    assert line
    assert line.text == "Grace be unto you"
    assert line.words[0].quad.box.bottom < line.words[-1].quad.box.top


def test_text_that_lies_on_its_side_has_quads_that_run_down_the_page(tesseract: TesseractEngine):
    sheet = Sheet(900, 500).column("\n".join(["Grace be unto you and peace"] * 5), 60, 60, 36, 1.8)
    page = np.ascontiguousarray(np.rot90(sheet.pixels(), -1))
    lines = tesseract.read(page, ["en"])
    assert texts(lines) == ["Grace be unto you and peace"] * 5
    assert all(abs(line.quad.angle - 90) < 2 for line in lines)
    assert all(line.quad.width > 10 * line.quad.height for line in lines)


def test_quads_that_hold_nothing_have_no_line_and_keep_their_place_in_the_answer(tesseract: TesseractEngine, printed: Image):
    places = [Box(500, 150, 600, 190), Box(30, 25, 400, 75), Box(5, 5, 5, 5), Box(2000, 2000, 2100, 2050), Box(0, 0, 1, 1)]
    lines = tesseract.read_lines(printed, [Quad.of_box(box) for box in places], ["en"])
    assert [line.text if line else None for line in lines] == [None, "Grace be unto you,", None, None, None]
    assert tesseract.read_lines(printed, [], ["en"]) == []


def test_an_image_that_is_one_line_is_read_as_one(tesseract: TesseractEngine):
    assert texts(tesseract.read(Sheet(120, 40).put("Exit", 20, 2, 28).pixels(), ["en"])) == ["Exit"]


@pytest.mark.parametrize("turned", [False, True])
def test_images_larger_than_tesseract_can_count_are_read_at_the_right_place(tesseract: TesseractEngine, turned: bool):
    sheet = Sheet(500, 120).put("Here I am", 60, 30, 44)
    long = np.full((120, 34_000, 3), 255, np.uint8)
    long[:, 33_000:33_500] = sheet.pixels()
    if turned:
        long = np.full((34_000, 500, 3), 255, np.uint8)
        long[33_000:33_120] = sheet.pixels()
    [line] = tesseract.read(long, ["en"])
    assert line.text.startswith("Here")
    corner = line.quad.top_left
    expected = (60, 33_040) if turned else (33_060, 40)
    assert abs(corner.x - expected[0]) < 12
    assert abs(corner.y - expected[1]) < 12


# ---- packs


def english() -> Path:
    return find_packs(None)["eng"]


def test_english_comes_with_a_package_where_nothing_else_has_it():
    from uncial.engines.tesseract.packs import _packaged

    assert "eng.traineddata" in {pack.name for pack in _packaged()}


def test_packs_of_the_users_folder_and_of_the_variable_go_before_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mine, named = tmp_path / "mine", tmp_path / "named"
    for folder in (mine, named / "script"):
        folder.mkdir(parents=True)
    for file in (mine / "eng.traineddata", named / "eng.traineddata", named / "script/Greek.traineddata"):
        shutil.copy(english(), file)
    monkeypatch.setenv("TESSDATA_PREFIX", str(named))
    assert find_packs(mine)["eng"] == mine / "eng.traineddata"
    assert find_packs(None)["eng"] == named / "eng.traineddata"
    assert find_packs(None)["Greek"] == named / "script/Greek.traineddata"


def test_a_pack_in_the_models_folder_makes_its_language_readable(tmp_path: Path, printed: Image):
    shutil.copy(english(), tmp_path / "epo.traineddata")
    engine = load_engine("tesseract", EngineConfig(threads=1, models=tmp_path))
    assert "eo" in engine.info.languages
    assert texts(engine.read(printed, ["eo"])) == texts(engine.read(printed, ["en"]))


def test_packs_from_different_folders_are_read_together(tmp_path: Path, printed: Image):
    shutil.copy(english(), tmp_path / "epo.traineddata")
    engine = load_engine("tesseract", EngineConfig(threads=1, models=tmp_path))
    assert texts(engine.read(printed, ["eo", "en"])) == texts(engine.read(printed, ["en"]))


def test_a_missing_language_tells_how_to_get_it(printed: Image):
    missing = next(code for code in ("chr", "dv", "iu") if code not in engine_info("tesseract").languages)
    with pytest.raises(LanguageMissing) as caught:
        load_engine("tesseract").read(printed, [missing])
    assert "tesseract-ocr-" in caught.value.hint


@pytest.mark.parametrize("what", ["empty", "cut", "garbage", "without its end", "a web page"])
def test_a_pack_that_is_none_is_refused_before_tesseract_sees_it(tmp_path: Path, what: str):
    whole = english().read_bytes()
    broken = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "garbage": np.random.default_rng(7).bytes(100_000),
        "without its end": whole[:-2000],
        "a web page": b"<!doctype html><title>404</title>" * 1000,
    }
    (tmp_path / "eng.traineddata").write_bytes(broken[what])
    with pytest.raises(ModelMissing, match=r"eng\.traineddata"):
        packs_for(["en"], find_packs(tmp_path))


def test_a_pack_that_tesseract_cannot_load_is_a_failure_even_beside_one_that_it_can(tmp_path: Path, printed: Image):
    whole = bytearray(english().read_bytes())
    [network] = struct.unpack_from("<q", whole, 4 + 8 * 17)
    whole[network : network + 64] = bytes(64)
    (tmp_path / "epo.traineddata").write_bytes(whole)
    engine = load_engine("tesseract", EngineConfig(threads=1, models=tmp_path))
    for languages in (["eo"], ["en", "eo"]):
        with pytest.raises(EngineFailed, match=r"epo\.traineddata"):
            engine.read(printed, languages)
    assert texts(engine.read(printed, ["en"]))


# ---- what it costs


SILENT = """
import sys
import numpy as np
from uncial.engines import EngineConfig, load_engine
engine = load_engine("tesseract", EngineConfig(threads=1))
engine.read(np.zeros((1, 900, 3), np.uint8) + np.arange(900, dtype=np.uint8)[None, :, None], ["en"])
engine.read(np.random.default_rng(7).integers(0, 256, (60, 80, 3), dtype=np.uint8), ["en"])
print(*sys.modules)
"""


def test_tesseract_says_nothing_on_the_standard_error_output():
    done = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, timeout=120, text=True, check=True)
    assert done.stderr == ""


def test_its_name_card_does_not_load_tesseract():
    ask = "import sys; from uncial.engines import engine_info; engine_info('tesseract'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, timeout=60, text=True).stdout.split()
    assert {"tesserocr", "cv2", "numpy"} & set(loaded) == set()


@pytest.mark.skipif(not MAPS.is_file(), reason="this system does not tell what a process has loaded")
def test_the_wheel_has_no_openmp_that_would_start_threads_behind_the_engines_back():
    ask = f"import tesserocr; tesserocr.tesseract_version(); print(open('{MAPS}').read())"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, timeout=60, text=True).stdout
    assert "libtesseract" in loaded
    assert "omp.so" not in loaded


def test_only_the_latest_sets_of_languages_stay_in_memory(tmp_path: Path):
    for name in ("epo", "lat", "mlt", "fao", "oci", "bre"):
        shutil.copy(english(), tmp_path / f"{name}.traineddata")
    engine = TesseractEngine(EngineConfig(threads=1, models=tmp_path))
    image = Sheet(120, 40).put("Exit", 20, 2, 28).pixels()
    for language in ("eo", "la", "mt", "fo", "oc", "br"):
        assert texts(engine.read(image, [language])) == ["Exit"]
    assert len(engine._recognisers._idle) == 4
