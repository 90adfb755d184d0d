from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.responses import JSONResponse
from PIL import Image

from fakes import FakeEngine, block, document, line, page
from uncial.document import Document, Problem
from uncial.errors import OriginalMissing
from uncial.formats import FORMATS
from uncial.formats.json import read as read_json
from uncial.options import Limits, Options, Output
from uncial.original import Original
from uncial.service.answering import answer, read
from uncial.service.work import Job, pack_answer, unpack_answer
from uncial.sources import Source
from uncial.writer import write

ENGINE = FakeEngine(lambda image: [line(f"{image.shape[1]} wide", 1, 1)])
PAGE = document(page(block("Grace be")), name="a.png")


def png(width: int = 200) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, 100), "white").save(file, "PNG")
    return file.getvalue()


def job(format: str | None, **told: Any) -> Job:
    return Job("1", Path("spooled"), "a.png", Options(), Limits(), 10, format, **told)


def source(data: bytes = b"") -> Source:
    return Source(data or png(), "image/png", "a.png")


@pytest.mark.parametrize("text", ["plain", "Über Café ✓ 𝔄", 'quotes " and \\ and </script>', "separators \u2028 and \x7f", ""])
def test_the_tutorials_answer_is_what_the_web_framework_made_of_it_to_the_byte(text: str):
    made = document(page(block(text or "x")) if text else page(), page(block("two"), number=2))
    assert answer(made, source(), job(None)).content == JSONResponse({"output": made.text}).body


def test_the_tutorials_answer_tells_problems_as_it_did():
    failed = Problem("source-damaged", "“ä.png” is damaged.", "Scan it again.", "pages")
    made = document(page(block("one")), page(number=2, problem=failed))
    told = {"page": 2, "code": "source-damaged", "detail": "“ä.png” is damaged.", "hint": "Scan it again."}
    given = answer(made, source(), job(None))
    assert given.content == JSONResponse({"output": "one\f", "problems": [told]}).body
    assert given.failed == (2,)


def test_a_name_that_is_no_text_does_not_break_the_tutorials_answer():
    failed = Problem("source-damaged", "“\udcff.png” is damaged.")
    made = document(page(block("one")), page(number=2, problem=failed), name="\udcff.png")
    given = answer(made, source(), job(None))
    assert "“?.png”".encode() in given.content
    assert unpack_answer(pack_answer(given)) == given


@pytest.mark.parametrize("format", ["txt", "json", "tsv", "md", "html"])
def test_a_format_is_written_as_the_library_writes_it(format: str):
    assert answer(PAGE, source(), job(format)).content == write(PAGE, format, png())


def test_how_to_write_is_obeyed():
    output = Output(layout=True)
    assert answer(PAGE, source(), job("txt", output=output)).content == write(PAGE, "txt", output=output)


def test_a_file_that_was_read_whole_is_shown_whole():
    made, opened = read(io.BytesIO(png()), job("pdf"), ENGINE)
    assert made.text == "200 wide"
    assert answer(made, opened, job("pdf")).content.startswith(b"%PDF-")


def test_a_format_that_shows_pages_gets_their_pixels_and_no_other_files(monkeypatch: pytest.MonkeyPatch):
    def shown(document: Document, original: Original, output: Output) -> bytes:
        return str(original.image(document.pages[0]).shape).encode()

    module = ModuleType("uncial.formats.of_a_test")
    module.write = shown  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "png", replace(FORMATS["png"], module="of_a_test"))
    made, opened = read(io.BytesIO(png()), job("png"), ENGINE)
    assert answer(made, opened, job("png")).content == b"(100, 200, 3)"
    with pytest.raises(OriginalMissing):
        answer(made, source(png(300)), job("png"))


def test_the_name_is_that_of_what_was_read():
    file = io.BytesIO(png())
    file.name = "letter.png"
    made, opened = read(file, job("json"), ENGINE)
    given = answer(made, opened, job("json"))
    assert given.name == read_json(given.content).source.name == "letter.png"
    assert given.seconds >= 0


def test_a_password_opens_the_source_and_is_told_nowhere():
    secret = job("json", password="sesame")
    made, opened = read(io.BytesIO(png()), secret, ENGINE)
    assert opened.password == "sesame"
    given = answer(made, opened, secret)
    assert b"sesame" not in pack_answer(given)
    assert "sesame" not in repr((made, opened, given, replace(secret, format="txt")))
