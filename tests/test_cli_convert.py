"""`uncial convert`: files of hOCR, ALTO, PAGE and JSON come home, whatever they are called."""

import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from PIL import Image

from archives import everything
from fakes import block, document, page
from uncial.cli.convert import AskedToConvert, convert_all
from uncial.document import Document, Page
from uncial.formats import find_format
from uncial.formats.bundle import packed
from uncial.options import Output

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def convert(uncial: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `uncial convert` in an empty folder: status, stdout, stderr."""
    for name in ("UNCIAL_PASSWORD", "UNCIAL_FORMAT", "UNCIAL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return partial(uncial, "convert")


def write(path: str, format: str, made: Document | None = None) -> None:
    made = made or document(page(block("Grace be unto")))
    Path(path).write_bytes(find_format(format).write(made, None, Output()))


@pytest.mark.parametrize("format", ["json", "hocr", "alto", "page"])
@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a"])
def test_a_file_is_known_by_its_content_and_not_by_its_name(convert: Run, format: str, name: str):
    write(name, format)
    assert convert(name, "-f", "txt") == (0, b"Grace be unto\n", "")


def test_each_format_becomes_each_other(convert: Run):
    write("a.hocr", "hocr")
    assert convert("a.hocr", "-f", "alto,page,json", "-o", "out/")[0] == 0
    for name in ("a.alto.xml", "a.page.xml", "a.json"):
        assert convert(f"out/{name}", "-f", "txt")[1] == b"Grace be unto\n"


def test_one_broken_file_does_not_stop_the_others(convert: Run):
    write("a.hocr", "hocr")
    Path("b.hocr").write_bytes(Path("a.hocr").read_bytes()[:900])
    status, _, said = convert("a.hocr", "b.hocr", "-f", "txt", "-o", "out/")
    assert status == 14
    assert "b.hocr" in said
    assert "line" in said
    assert Path("out/a.txt").read_text() == "Grace be unto\n"
    assert not Path("out/b.txt").exists()


def test_pages_that_had_failed_are_told_again(convert: Run):
    write("a.alto", "alto", everything())
    status, out, said = convert("a.alto", "-f", "txt")
    assert (status, b"standing up" in out) == (14, True)
    assert "page 8" in said
    assert "engine-failed" in said


def test_an_archive_of_pages_is_one_document(convert: Run):
    made = [document(page(block(text))) for text in ("Grace", "Peace")]
    beside = [("list.json", b'{"images": []}'), ("index.html", b"<html><p>a list</html>"), ("1.jpg", b"\xff\xd8\xff")]
    files = [find_format(name).write(each, None, Output()) for name, each in zip(("alto", "hocr"), made, strict=True)]
    Path("a.zip").write_bytes(packed([("1.xml", files[0]), ("2.xml", files[1]), ("mets.xml", b"<mets/>"), *beside]))
    assert convert("a.zip", "-f", "txt")[1] == b"Grace\fPeace\n"


def test_standard_input_is_converted(convert: Run, monkeypatch: pytest.MonkeyPatch):
    write("a.hocr", "hocr")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(Path("a.hocr").read_bytes())))
    assert convert("-", "-f", "txt")[1] == b"Grace be unto\n"


def test_formats_that_show_the_pages_ask_for_the_original_and_take_it(convert: Run):
    write("a.hocr", "hocr")
    Image.new("RGB", (600, 800), "white").save("scan.png")
    status, _, said = convert("a.hocr", "-o", "a.pdf")
    assert (status, "--original" in said) == (1, True)
    assert convert("a.hocr", "-o", "a.pdf", "--original", "scan.png")[0] == 0
    assert Path("a.pdf").read_bytes().startswith(b"%PDF")


def test_the_original_is_never_written_over_and_belongs_to_one_input(convert: Run):
    write("a.hocr", "hocr")
    write("b.hocr", "hocr")
    Image.new("RGB", (600, 800), "white").save("scan.png")
    before = Path("scan.png").read_bytes()
    assert convert("a.hocr", "-f", "txt", "-o", "scan.png", "--original", "scan.png")[0] == 1
    assert convert("a.hocr", "b.hocr", "-f", "png", "-o", "out/", "--original", "scan.png")[0] == 1
    assert Path("scan.png").read_bytes() == before


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 2, "empty"),
        (b"\x89PNG\r\n\x1a\n", 2, "uncial read"),
        (b"Grace be unto", 2, "hocr, alto, page"),
        (b"<svg/>", 2, "media-type-unsupported"),
        (packed([("a.txt", b"Grace")]), 2, "source-empty"),
        (b"PK\x03\x04rubbish", 2, "source-damaged"),
        (b"{}", 2, "source-damaged"),
    ],
)
def test_what_cannot_be_read_back_is_told_in_one_line(convert: Run, data: bytes, status: int, said: str):
    Path("a").write_bytes(data)
    got, out, told = convert("a")
    assert (got, out) == (status, b"")
    assert said in told
    assert told.count("\n") == 1


def test_a_file_that_is_not_there_is_told(convert: Run):
    assert convert("a.hocr")[0] == 5


def test_a_file_above_the_limit_is_refused(convert: Run):
    write("a.hocr", "hocr", document(page(block("Grace " * 100))))
    status, _, said = convert("a.hocr", "--max-bytes", "1000")
    assert (status, "limit-exceeded" in said) == (2, True)


def written(format: str, *pages: Page) -> bytes:
    return find_format(format).write(document(*pages), None, Output())


def test_pages_that_come_as_an_archive_are_not_called_xml(tmp_path: Path):
    source, folder = tmp_path / "two.json", tmp_path / "out"
    source.write_bytes(written("json", page(block("one")), page(block("two"), number=2)))
    assert convert_all([str(source)], AskedToConvert(str(folder / "two.page.xml"), ("page",))) == 0
    assert [path.name for path in folder.iterdir()] == ["two.page.zip"]
    assert zipfile.is_zipfile(folder / "two.page.zip")


def test_of_a_folder_what_may_be_read_back_is_converted(tmp_path: Path):
    for name, format in (("a.json", "json"), ("b.alto.xml", "alto"), ("c.hocr", "hocr"), ("d.png", "txt")):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(written(format, page(block("one"))))
    assert convert_all([str(tmp_path / "in")], AskedToConvert(f"{tmp_path}/out/", ("txt",))) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt", "c.txt"]
