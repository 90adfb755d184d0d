import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pytest

from fakes import block, document, line, page
from uncial.document import Document, SourceInfo
from uncial.errors import SourceDamaged, SourceNotFound, TrainingDataEmpty, TrainingDataRefused
from uncial.formats import find_format
from uncial.geometry import Box, Quad
from uncial.options import Limits, Output
from uncial.pages import open_original
from uncial.sources import open_source
from uncial.train.given import read_given
from uncial.train.lines import LabelledLine
from uncial.train.usable import Unusable

INK = np.array([200, 20, 30], np.uint8)


def picture(path: Path, width: int = 300, height: int = 30, ink: Box | None = None) -> Path:
    """A white image with a block of red where the ink is."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    if ink:
        pixels[int(ink.top) : int(ink.bottom), int(ink.left) : int(ink.right)] = INK
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return path


def pair(folder: Path, name: str, text: str, suffix: str = ".png") -> None:
    picture(folder / f"{name}{suffix}")
    (folder / f"{name}.gt.txt").write_text(text, encoding="utf-8")


def read(*paths: Path, limits: Limits | None = None) -> tuple[list[LabelledLine], dict[str, str]]:
    unusable: list[Unusable] = []
    lines = list(read_given(paths, unusable.append, limits))
    return lines, {each.name: each.why for each in unusable}


def texts(lines: Iterable[LabelledLine]) -> list[str]:
    return [each.text for each in lines]


def test_images_with_texts_beside_them_are_lines_in_the_order_of_their_names(tmp_path: Path):
    pair(tmp_path, "b", "zweite Zeile\n", ".jpg")
    pair(tmp_path, "a", "\ufeffe\u0301rste   Zeile \n", ".tif")
    pair(tmp_path / "more", "c.bin", "")
    pair(tmp_path / "more", "d", "OCRopus", ".nrm.png")
    lines, unusable = read(tmp_path)
    assert texts(lines) == ["érste Zeile", "zweite Zeile", "OCRopus"]
    assert [each.source for each in lines] == ["a.tif", "b.jpg", "d.nrm.png"]
    assert {each.kind for each in lines} == {"given"} and lines[0].image.shape == (30, 300, 3)
    assert unusable == {"c.bin.png": "Its text is empty."}


def test_a_list_of_samples_goes_before_the_texts_beside_the_images(tmp_path: Path):
    pair(tmp_path, "a", "from the file")
    pair(tmp_path, "b", "not in the list")
    record = {"file": "a.png", "text": "from the list", "kind": "typewritten", "source": "Courier", "stretch": 0.85}
    (tmp_path / "samples.jsonl").write_text(json.dumps(record) + "\n\n")
    lines, unusable = read(tmp_path)
    assert [(each.text, each.kind, each.source, each.stretch) for each in lines] == [
        ("from the list", "typewritten", "Courier", 0.85),
        ("not in the list", "given", "b.png", 1.0),
    ]
    assert not unusable


def test_records_that_make_no_sense_are_told_and_the_others_are_taken(tmp_path: Path):
    folder = tmp_path / "lines"
    picture(folder / "a.png")
    picture(tmp_path / "outside.png")
    rows = [
        '{"file": "a.png", "text": "right"', '["a.png"]', '{"file": "a.png"}', '{"file": "../outside.png", "text": "x"}',
        '{"file": "missing.png", "text": "x"}', '{"file": "a\\u0000.png", "text": "x"}', "[" * 100_000,
        '{"file": "a.png", "text": "right", "stretch": "wide", "quad": [[0, 0], "x"]}',
    ]  # fmt: skip
    (folder / "samples.jsonl").write_text("\n".join(rows))
    lines, unusable = read(folder)
    assert texts(lines) == ["right"] and lines[0].stretch == 1.0
    assert set(unusable) == {f"samples.jsonl, line {number}" for number in (1, 2, 3, 4, 6, 7)} | {"missing.png"}


@pytest.mark.parametrize(
    ("text", "size", "why"),
    [
        ("two\nlines", (300, 30), "several lines"),
        ("x", (300, 3), "only 300 x 3 pixels"),
        ("far too many letters for so few pixels", (60, 30), "too narrow for its 38 characters"),
        ("\x07\x00", (300, 30), "empty"),
    ],
)
def test_lines_that_nothing_can_be_learned_from_are_told_with_the_reason(
    tmp_path: Path, text: str, size: tuple[int, int], why: str
):
    pair(tmp_path, "good", "good")
    picture(tmp_path / "odd.png", *size)
    (tmp_path / "odd.gt.txt").write_text(text)
    lines, unusable = read(tmp_path)
    assert texts(lines) == ["good"] and why in unusable["odd.png"]


def test_damaged_and_missing_images_are_told_by_name(tmp_path: Path):
    pair(tmp_path, "good", "good")
    pair(tmp_path, "torn", "torn")
    (tmp_path / "torn.png").write_bytes((tmp_path / "good.png").read_bytes()[:60])
    (tmp_path / "lonely.gt.txt").write_text("no image")
    (tmp_path / "latin1.gt.txt").write_bytes("Maß".encode("latin-1"))
    picture(tmp_path / "latin1.png")
    pair(tmp_path, "large", "large")
    picture(tmp_path / "large.png", 1000, 100)
    lines, unusable = read(tmp_path, limits=Limits(max_pixels=20_000))
    assert texts(lines) == ["good"]
    assert set(unusable) == {"torn.png", "lonely.gt.txt", "latin1.png", "large.png"}
    assert "UTF-8" in unusable["latin1.png"] and "pixels" in unusable["large.png"]


def test_no_line_at_all_is_an_error_that_says_why_the_first_was_not_used(tmp_path: Path):
    pair(tmp_path, "a", " \n")
    with pytest.raises(TrainingDataEmpty) as caught:
        read(tmp_path)
    assert caught.value.hint == "a.png: Its text is empty."
    with pytest.raises(TrainingDataEmpty, match="no line"):
        read(picture(tmp_path / "empty" / "page.png").parent)
    with pytest.raises(SourceNotFound):
        read(tmp_path / "nowhere")


def test_sets_for_measuring_are_refused_wherever_their_mark_lies(tmp_path: Path):
    pair(tmp_path / "set" / "images", "a", "secret")
    pair(tmp_path / "good", "b", "good")
    (tmp_path / "set" / "labels.jsonl").write_text("{}\n")
    with ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("deep/labels.jsonl", "{}")
    inside = tmp_path / "set" / "images"
    for path in (tmp_path, tmp_path / "set", inside, inside / "a.png", inside / "a.gt.txt", tmp_path / "set.zip"):
        with pytest.raises(TrainingDataRefused, match="for measuring"):
            next(read_given([tmp_path / "good", path] if path.suffix != ".zip" else [path]))


# ---- pages


PLACE = Box(40, 100, 140, 120)


def corrected(*said: str, name: str = "scan.png", checked: bool = True) -> Document:
    """A page of 400 x 300 pixels whose lines begin at PLACE, 30 pixels apart; the last of them was corrected."""
    lines = block(*said, left=40, top=100)
    last = replace(lines.lines[-1], words=tuple(replace(word, checked=checked) for word in lines.lines[-1].words))
    made = document(replace(page(replace(lines, lines=(*lines.lines[:-1], last))), width=400, height=300))
    return replace(made, source=SourceInfo(name, "image/png", "", 0))


def written(name: str, told: Document) -> bytes:
    return find_format(name).write(told, None, Output())


def scan(folder: Path, name: str = "scan.png", factor: int = 1) -> Path:
    box = Box(*(factor * side for side in PLACE))
    return picture(folder / name, 400 * factor, 300 * factor, box)


def red(image: np.ndarray) -> float:
    """Which part of an image is ink."""
    return float((image[..., 1] < 120).mean())


@pytest.mark.parametrize("format", ["alto", "page"])
def test_lines_of_alto_and_page_are_cut_out_of_the_image_that_they_name(tmp_path: Path, format: str):
    scan(tmp_path)
    told = corrected("Warenlager", "am Hafen", checked=False)
    (tmp_path / "0001.xml").write_bytes(written(format, told))
    lines, unusable = read(tmp_path)
    assert texts(lines) == ["Warenlager", "am Hafen"] and not unusable
    assert red(lines[0].image) > 0.85 and red(lines[1].image) == 0
    assert lines[0].image.shape == (22, 102, 3) and lines[0].source == "0001.xml"


def test_the_image_of_a_page_may_be_larger_than_the_file_says_and_lie_where_programs_put_it(tmp_path: Path):
    scan(tmp_path / "export", "0001.png", factor=2)
    (tmp_path / "export" / "page").mkdir()
    (tmp_path / "export" / "page" / "0001.xml").write_bytes(
        written("page", corrected("Warenlager", name="C:\\scans\\other.tif", checked=False))
    )
    lines, _ = read(tmp_path / "export" / "page")
    assert lines[0].image.shape[0] == 44 and red(lines[0].image) > 0.85


def test_of_a_document_that_was_corrected_the_lines_with_corrections_are_taken(tmp_path: Path):
    scan(tmp_path)
    (tmp_path / "scan.json").write_bytes(written("json", corrected("as it was read", "as it is")))
    lines, unusable = read(tmp_path / "scan.json")
    assert texts(lines) == ["as it is"] and not unusable


def test_a_document_that_nobody_corrected_teaches_nothing(tmp_path: Path):
    scan(tmp_path)
    (tmp_path / "scan.json").write_bytes(written("json", corrected("as it was read", checked=False)))
    with pytest.raises(TrainingDataEmpty) as caught:
        read(tmp_path)
    assert "checked" in caught.value.hint


def test_the_archive_of_the_web_page_gives_the_lines_without_the_paper_around_them(tmp_path: Path):
    source = open_source(scan(tmp_path / "scans"), Limits())
    with open_original(source, Limits()) as original:
        archive = find_format("lines").write(corrected("Warenlager"), original, Output())
    (tmp_path / "samples.zip").write_bytes(archive)
    lines, unusable = read(tmp_path / "samples.zip")
    assert texts(lines) == ["Warenlager"] and not unusable
    assert lines[0].image.shape == (22, 102, 3) and red(lines[0].image) > 0.85


def test_pages_that_cannot_be_used_are_told_and_others_are_taken(tmp_path: Path):
    scan(tmp_path)
    picture(tmp_path / "square.png", 300, 300)

    def alto(told: Document) -> bytes:
        return written("alto", told)

    good = corrected("Warenlager", checked=False)
    (tmp_path / "good.xml").write_bytes(alto(good))
    (tmp_path / "square.xml").write_bytes(alto(replace(good, source=replace(good.source, name="square.png"))))
    (tmp_path / "gone.xml").write_bytes(alto(replace(good, source=replace(good.source, name="gone.png"))))
    (tmp_path / "torn.xml").write_bytes(alto(good)[:-30])
    (tmp_path / "mets.xml").write_text("<mets/>")
    (tmp_path / "list.json").write_text("[]")
    lines, unusable = read(tmp_path)
    assert texts(lines) == ["Warenlager"]
    assert set(unusable) == {"square.xml", "gone.xml", "torn.xml", "mets.xml", "list.json"}
    assert "300 x 300" in unusable["square.xml"] and "gone.png" in unusable["gone.xml"]


def test_lines_that_run_another_way_or_lie_off_the_page_are_told(tmp_path: Path):
    scan(tmp_path)
    away = replace(line("away"), quad=Quad.of_box(Box(900, 900, 990, 920)))
    hebrew = replace(line("שלום", 40, 200), direction="right-to-left")
    both = replace(block("here", left=40, top=100), lines=(line("here", 40, 100), away, hebrew))
    told = replace(document(replace(page(both), width=400, height=300)), source=SourceInfo("scan.png", "", "", 0))
    (tmp_path / "a.xml").write_bytes(written("page", told))
    lines, unusable = read(tmp_path)
    assert texts(lines) == ["here"] and set(unusable) == {"a.xml, line 2", "a.xml, line 3"}


def test_an_archive_writes_nothing_outside_its_own_folder_and_reads_nothing_there(tmp_path: Path):
    page_xml = written("page", corrected("Warenlager", name="../../scan.png", checked=False))
    with ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../escaped.gt.txt", "x")
        archive.writestr("/escaped.gt.txt", "x")
        archive.writestr("pages/a.xml", page_xml)
    scan(tmp_path)
    with pytest.raises(TrainingDataEmpty):
        read(tmp_path / "evil.zip")
    assert not list(tmp_path.rglob("escaped*"))
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(SourceDamaged):
        read(tmp_path / "torn.zip")
