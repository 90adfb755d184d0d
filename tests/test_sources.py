import hashlib
import io
import os
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from uncial.errors import LimitExceeded, MediaTypeUnsupported, SourceEmpty, SourceNotFound, SourceUnreadable, UrlRefused
from uncial.options import Limits
from uncial.pages import DECODERS
from uncial.sources import HEAD, MEDIA_TYPES, SUFFIXES, open_source, sniff

GIF = b"GIF89a\1\0\1\0\0\0\0;"
LIMITS = Limits(max_bytes=1000)


def encoded(form: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, form, **options)
    return file.getvalue()


def test_a_path_bytes_a_file_and_standard_input_give_the_same_bytes(tmp_path, monkeypatch):
    path = tmp_path / "page.gif"
    path.write_bytes(GIF)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GIF)))
    with path.open("rb") as file:
        sources = [open_source(source, LIMITS) for source in (path, str(path), GIF, io.BytesIO(GIF), file, "-")]
    assert {(source.data, source.media_type) for source in sources} == {(GIF, "image/gif")}
    assert [source.name for source in sources] == ["page.gif", "page.gif", "bytes", "file", "page.gif", "standard input"]


def test_a_source_tells_what_it_is():
    info = open_source(GIF, LIMITS).info
    assert (info.name, info.media_type, info.bytes, info.sha256) == (
        "bytes",
        "image/gif",
        len(GIF),
        hashlib.sha256(GIF).hexdigest(),
    )


def test_the_name_of_a_file_does_not_decide_what_it_is(tmp_path):
    (tmp_path / "name.png").write_bytes(encoded("JPEG"))
    assert open_source(tmp_path / "name.png", Limits()).media_type == "image/jpeg"


ISO = b"\0\0\0\x1cftyp"
KNOWN = [
    (encoded("JPEG"), "image/jpeg"),
    (encoded("MPO"), "image/jpeg"),
    (encoded("PNG"), "image/png"),
    (encoded("WEBP"), "image/webp"),
    (encoded("GIF"), "image/gif"),
    (encoded("BMP"), "image/bmp"),
    (encoded("PPM"), "image/x-portable-anymap"),
    (encoded("TIFF"), "image/tiff"),
    (encoded("TIFF", big_tiff=True), "image/tiff"),
    (b"MM\0*\0\0\0\x08", "image/tiff"),
    (encoded("JPEG2000"), "image/jp2"),
    (encoded("JPEG2000", no_jp2=True), "image/jp2"),
    (encoded("AVIF"), "image/avif"),
    (encoded("PDF"), "application/pdf"),
    *((b"P%c\n1 1\n" % kind, "image/x-portable-anymap") for kind in b"123456f"),
    (ISO + b"heic\0\0\0\0mif1heic", "image/heic"),
    (ISO + b"mif1\0\0\0\0mif1heic", "image/heic"),
    (ISO + b"msf1\0\0\0\0hevc\0\0\0\0", "image/heic"),
    (ISO + b"mif1\0\0\0\0mif1avif", "image/avif"),
    (ISO + b"avis\0\0\0\0", "image/avif"),
    (b"\xef\xbb\xbf%PDF-1.4\n", "application/pdf"),
    (b"\n" * 1000 + b"%PDF-1.7\n", "application/pdf"),
    (b"%PDF.1.4\n", "application/pdf"),
]


@pytest.mark.parametrize(("data", "media_type"), KNOWN, ids=range(len(KNOWN)))
def test_what_a_file_is_is_seen_in_its_bytes(data, media_type):
    assert sniff(data[:HEAD]) == media_type


UNKNOWN = [
    (b"\0", "neither"),
    (b"hello", "neither"),
    (b"BM is a fine beginning of a text", "neither"),
    (b"P1is not a bitmap", "neither"),
    (ISO + b"isom\0\0\0\0mp42", "neither"),
    (ISO + b"isom\0\0\0\0iso2mp41iso4" + b"avif" * 50, "neither"),
    (b"\n" * HEAD + b"%PDF-1.7\n", "neither"),
    (b"<!DOCTYPE html><html>", "web page"),
    (b"\n <HTML>", "web page"),
    (b"<?xml version='1.0'?><svg>", "SVG"),
    (b"PK\x03\x04rest", "Office"),
    (b"%!PS-Adobe", "PostScript"),
    (b"MM\0+\0\x08\0\0", "BigTIFF"),
    (b"\0\0\1\0\1\0", "icon"),
]


@pytest.mark.parametrize(("data", "called"), UNKNOWN, ids=range(len(UNKNOWN)))
def test_what_cannot_be_read_is_called_by_its_name(data, called):
    with pytest.raises(MediaTypeUnsupported, match=called) as refused:
        open_source(data, Limits())
    assert all(kind.name in refused.value.hint for kind in MEDIA_TYPES)


def test_every_kind_that_is_recognised_can_be_decoded():
    assert {kind.media_type for kind in MEDIA_TYPES} == {*DECODERS, "application/pdf"}
    assert {media_type for _, media_type in KNOWN} == {kind.media_type for kind in MEDIA_TYPES}


def test_suffixes_are_lower_case_and_each_belongs_to_one_kind():
    listed = [suffix for kind in MEDIA_TYPES for suffix in kind.suffixes]
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in listed)
    assert len(listed) == len(SUFFIXES)


def test_the_table_in_the_docs_is_the_table_in_the_code():
    page = Path(__file__).parents[1] / "docs" / "input.md"
    rows = [line.split(" | ")[:2] for line in page.read_text("utf-8").splitlines() if re.match(r"\| \S.* \| \.", line)]
    assert [tuple(row) for row in rows] == [(f"| {kind.name}", " ".join(kind.suffixes)) for kind in MEDIA_TYPES]


def test_nothing_at_all_is_empty(tmp_path):
    (tmp_path / "empty.png").touch()
    for source in (tmp_path / "empty.png", b"", io.BytesIO()):
        with pytest.raises(SourceEmpty):
            open_source(source, LIMITS)


def test_what_is_not_there_is_not_found(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "no.png", tmp_path / "no" / "no.png", tmp_path / "file" / "no.png", ""):
        with pytest.raises((SourceNotFound, SourceUnreadable)):
            open_source(path, LIMITS)
    with pytest.raises(SourceNotFound, match=r"no\.png"):
        open_source(tmp_path / "no.png", LIMITS)


def test_a_folder_is_told_as_one(tmp_path):
    with pytest.raises(SourceUnreadable, match="is a folder"):
        open_source(tmp_path, LIMITS)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "secret.png").write_bytes(GIF)
    (tmp_path / "secret.png").chmod(0)
    with pytest.raises(SourceUnreadable, match="may not be read"):
        open_source(tmp_path / "secret.png", LIMITS)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error"), OSError()])
def test_a_file_that_fails_while_it_is_read_is_unreadable(error):
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise error

    with pytest.raises(SourceUnreadable):
        open_source(Failing(), LIMITS)


def test_paths_that_make_no_sense_are_unreadable():
    closed = io.BytesIO(GIF)
    closed.close()
    for source in ("zero\0byte.png", "x" * 5000, closed):
        with pytest.raises(SourceUnreadable):
            open_source(source, LIMITS)


def test_no_standard_input_is_told(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceUnreadable, match="no standard input"):
        open_source("-", LIMITS)


@pytest.mark.parametrize("source", [None, 5, io.StringIO("text"), ["a.png"]])
def test_what_is_no_source_at_all_is_a_mistake_of_the_program(source):
    with pytest.raises(TypeError):
        open_source(source, LIMITS)


@pytest.mark.parametrize("url", ["ftp://host/a.png", "s3://bucket/a.png", "file:///tmp/a.png"])
def test_urls_that_are_not_of_the_web_are_refused_and_not_taken_for_paths(url):
    with pytest.raises(UrlRefused):
        open_source(url, LIMITS)


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(LimitExceeded, match="1000 bytes"):
        open_source(path, LIMITS)


class Endless(io.RawIOBase):
    given = 0

    def read(self, size: int = -1, /) -> bytes:
        assert 0 < size <= 1 << 20
        self.given += size
        return bytes(size)


def test_a_stream_without_an_end_is_read_no_further_than_the_limit():
    stream = Endless()
    with pytest.raises(LimitExceeded, match="3 MiB"):
        open_source(stream, Limits(max_bytes=3 << 20))  # type: ignore[arg-type]
    assert stream.given == (3 << 20) + 1


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_a_device_without_an_end_is_read_no_further_than_the_limit():
    with pytest.raises(LimitExceeded):
        open_source("/dev/zero", LIMITS)


def test_exactly_as_much_as_the_limit_is_fine():
    data = GIF.ljust(1000, b"\0")
    assert open_source(data, LIMITS).data == open_source(io.BytesIO(data), LIMITS).data == data
    with pytest.raises(LimitExceeded):
        open_source(data + b"\0", LIMITS)
