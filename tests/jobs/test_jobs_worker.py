from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.responses import JSONResponse
from PIL import Image

from fakes import FakeEngine, block, document, line, page
from uncial.document import Document, Page, Problem
from uncial.errors import OriginalMissing, SourceDamaged
from uncial.formats import FORMATS
from uncial.formats.json import read as read_json
from uncial.formats.json import write as write_json
from uncial.jobs.checkpoints import dump_page, failed_page, load_page, page_file, save_page
from uncial.jobs.reading import named, open_document, render, write_document
from uncial.jobs.shapes import tutorial
from uncial.jobs.wire import Open, Render, Write
from uncial.options import Limits, Options, Output
from uncial.original import Original
from uncial.reader import read
from uncial.writer import write

ENGINE = FakeEngine(lambda image: [line(f"{image.shape[1]} wide", 1, 1)])
PAGE = document(page(block("Grace be")), name="a.png")


def tiff(*widths: int) -> bytes:
    first, *others = [Image.new("RGB", (width, 100), "white") for width in widths]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


def read_in_goes(folder: Path, data: bytes, goes: list[list[int]], format: str = "") -> tuple[bytes, bytes]:
    """The document as JSON and in that format, its pages read in several goes, each by opening it anew."""
    (folder / "source").write_bytes(data)
    task = Open(folder / "source", "a.tif", Options(), Limits())
    for go in goes:
        with named(task.source, task.name) as file, open_document(file, task, ENGINE) as opened:
            for each in opened.read(frozenset(go), ahead=len(go) > 1):
                save_page(each, folder)
            numbers = opened.numbers
    with named(task.source, task.name) as file, open_document(file, task, ENGINE) as opened:
        write_document(opened, Write(numbers, folder, format), task.limits)
    return (folder / "document.json").read_bytes(), (folder / "result").read_bytes() if format else b""


def test_a_document_read_in_several_goes_is_the_same_to_the_byte(tmp_path: Path):
    data = tiff(200, 300, 400, 500)
    at_once, pdf = read_in_goes(tmp_path, data, [[1, 2, 3, 4]], "pdf")
    by_parts, again = read_in_goes(tmp_path, data, [[3], [4, 1], [2]], "pdf")
    whole = read(tiff_named(data), engine=ENGINE)
    assert at_once == by_parts == write_json(whole)
    assert pdf.startswith(b"%PDF-")
    assert again == pdf


def tiff_named(data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = "a.tif"
    return file


def test_a_page_comes_back_from_its_file_as_it_was(tmp_path: Path):
    made = read(tiff(200), engine=ENGINE).pages[0]
    save_page(made, tmp_path)
    assert load_page(page_file(tmp_path, 1).read_bytes()) == made
    failed = failed_page(7, SourceDamaged("“\udcff\x00.png” is damaged.", hint="Scan it again.", stage="pages"))
    assert load_page(dump_page(failed)) == failed
    for data in (b"", b"{}", b"[]", dump_page(made)[:-5]):
        with pytest.raises(ValueError, match=r"validation error|Expecting|delimiter"):
            load_page(data)


@pytest.mark.parametrize("text", ["plain", "Über Café ✓ 𝔄", 'quotes " and \\ and </script>', "separators \u2028 and \x7f", ""])
def test_the_tutorials_answer_is_what_the_web_framework_made_of_it_to_the_byte(text: str):
    made = document(page(block(text or "x")) if text else page(), page(block("two"), number=2))
    assert tutorial(made, None) == JSONResponse({"output": made.text}).body


def test_the_tutorials_answer_tells_problems_as_it_did():
    failed = Problem("source-damaged", "“ä.png” is damaged.", "Scan it again.", "pages")
    made = document(page(block("one")), page(number=2, problem=failed))
    told = {"page": 2, "code": "source-damaged", "detail": "“ä.png” is damaged.", "hint": "Scan it again."}
    assert tutorial(made, None) == JSONResponse({"output": "one\f", "problems": [told]}).body


def test_a_name_that_is_no_text_does_not_break_the_tutorials_answer():
    failed = Problem("source-damaged", "“\udcff.png” is damaged.")
    made = document(page(block("one")), page(number=2, problem=failed), name="\udcff.png")
    assert "“?.png”" in json.loads(tutorial(made, None))["problems"][0]["detail"]


def rendered(folder: Path, made: Document, format: str, source: bytes | None = None, **more: Any) -> bytes:
    (folder / "document.json").write_bytes(write_json(made))
    if source is not None:
        (folder / "source").write_bytes(source)
    task = Render(folder, folder / "source" if source is not None else None, "a.tif", format, Output(), Limits())
    render(replace(task, **more))
    return (folder / "result").read_bytes()


@pytest.mark.parametrize("format", ["txt", "tsv", "md", "html", "hocr", "docx"])
def test_a_format_is_written_as_the_library_writes_it(tmp_path: Path, format: str):
    assert rendered(tmp_path, PAGE, format, tiff(600)) == write(PAGE, format, tiff(600))


def test_a_shape_is_written_as_a_format_is(tmp_path: Path):
    assert json.loads(rendered(tmp_path, PAGE, "tutorial")) == {"output": "Grace be"}


def test_how_to_write_is_obeyed(tmp_path: Path):
    output = Output(layout=True)
    assert rendered(tmp_path, PAGE, "txt", output=output) == write(PAGE, "txt", output=output)


def test_most_formats_never_look_at_the_original(tmp_path: Path):
    assert rendered(tmp_path, PAGE, "txt", b"this is no image") == b"Grace be\n"


def test_a_format_that_shows_pages_gets_their_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def shown(document: Document, original: Original, output: Output) -> bytes:
        return f"{original.image(document.pages[0]).shape} {original.source.name} {original.source.password}".encode()

    module = ModuleType("uncial.formats.of_a_test")
    module.write = shown  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "png", replace(FORMATS["png"], module="of_a_test"))
    made = read(tiff_named(tiff(200)), engine=ENGINE)
    assert rendered(tmp_path, made, "png", tiff(200), password="sesame") == b"(100, 200, 3) a.tif sesame"
    with pytest.raises(OriginalMissing):
        rendered(tmp_path, made, "png", None)


def test_a_document_of_failed_pages_alone_is_an_error_again(tmp_path: Path):
    (tmp_path / "source").write_bytes(tiff(200, 300))
    task = Open(tmp_path / "source", "a.tif", Options(), Limits())
    for number in (1, 2):
        save_page(failed_page(number, SourceDamaged("It is damaged.", stage="pages")), tmp_path)
    with (
        named(task.source, task.name) as file,
        open_document(file, task, ENGINE) as opened,
        pytest.raises(SourceDamaged) as caught,
    ):
        write_document(opened, Write((1, 2), tmp_path), task.limits)
    assert caught.value.page == 1
    save_page(Page(2, 300, 100), tmp_path)
    with named(task.source, task.name) as file, open_document(file, task, ENGINE) as opened:
        assert write_document(opened, Write((1, 2), tmp_path), task.limits).failed == (1,)
    assert read_json((tmp_path / "document.json").read_bytes()).partial
