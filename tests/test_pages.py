import io
import os
import random
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from pictures import encoded, encryption, grey_tags, pdf, scene, tiff
from uncial.errors import (
    DecoderMissing,
    LimitExceeded,
    MediaTypeUnsupported,
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    UncialError,
)
from uncial.options import Limits, Options, PageRanges
from uncial.pages import open_pages
from uncial.raster import Raster
from uncial.sources import open_source


def rasters(data: bytes, pages: str = "", limits: Limits | None = None, **options: Any) -> list[Raster]:
    limits = limits or Limits()
    chosen = Options(pages=PageRanges.parse(pages), **options)
    with open_pages(open_source(data, limits), chosen, limits) as images:
        drawn = [image.load() for image in images]
        assert len(images) == len(drawn)
        assert [image.number for image in images] == [raster.number for raster in drawn]
    return drawn


def greys(data: bytes, pages: str = "") -> list[int]:
    """The tone in the middle of each page."""
    return [int(raster.image[raster.height // 2, raster.width // 2, 0]) for raster in rasters(data, pages)]


def plain(tone: int, size: tuple[int, int] = (20, 10)) -> Image.Image:
    return Image.new("L", size, tone)


# Which pages there are


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF", "MPO"])
def test_of_what_moves_only_the_first_picture_is_a_page(form):
    first, second = plain(250).convert("RGB"), plain(5).convert("RGB")
    data = encoded(first, form, save_all=True, append_images=[second, second])
    assert [round(tone, -1) for tone in greys(data)] == [250]
    assert rasters(data, "2-") == []


def test_all_pages_of_a_tiff_come_in_their_order():
    pages = [plain(tone) for tone in (10, 20, 30, 40)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    assert greys(data) == [10, 20, 30, 40]
    assert greys(data, "2,4-9") == [20, 40]
    assert [raster.number for raster in rasters(data, "2,4")] == [2, 4]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
def test_pages_of_every_kind_of_tiff(order, big):
    data = tiff(*((grey_tags(2, 1), bytes([tone] * 2)) for tone in (10, 20)), order=order, big=big)
    if big and order == ">":
        with pytest.raises(MediaTypeUnsupported):
            greys(data)
    else:
        assert greys(data) == [10, 20]


def test_thumbnails_and_masks_in_a_tiff_are_no_pages():
    page, thumbnail, mask = (grey_tags(2, 1, subfile=kind) for kind in (2, 1, 4))
    data = tiff((page, b"\x10\x10"), (thumbnail, b"\x20\x20"), (mask, b"\x30\x30"), (page, b"\x40\x40"))
    assert greys(data) == [0x10, 0x40]
    assert [raster.number for raster in rasters(data)] == [1, 2]
    assert greys(tiff((thumbnail, b"\x20\x20"))) == [0x20]


def test_an_old_thumbnail_in_a_tiff_is_no_page():
    data = tiff((grey_tags(2, 1), b"\x10\x10"), ({**grey_tags(2, 1), 255: 2}, b"\x20\x20"))
    assert greys(data) == [0x10]


def test_a_tiff_whose_pages_go_round_in_a_circle_ends():
    once = tiff((grey_tags(2, 1), b"\x10\x10"), (grey_tags(2, 1), b"\x20\x20"))
    first = struct.unpack_from("<I", once, 4)[0]
    assert greys(tiff((grey_tags(2, 1), b"\x10\x10"), (grey_tags(2, 1), b"\x20\x20"), next_of_last=first)) == [16, 32]


def outcomes(data: bytes, limits: Limits | None = None) -> list[str]:
    limits = limits or Limits()
    found = []
    with open_pages(open_source(data, limits), Options(), limits) as pages:
        for page in pages:
            try:
                found.append(str(page.load().image[0, 0, 0]))
            except UncialError as error:
                found.append(error.code)
    return found


def test_a_tiff_without_a_page_is_empty():
    with pytest.raises(SourceEmpty):
        rasters(b"II*\0\0\0\0\0")


def test_a_page_that_is_broken_fails_alone():
    strange, cut = {**grey_tags(2, 1), 259: 12345}, {**grey_tags(2, 1), 279: 2, 273: 10**6}
    good = (grey_tags(2, 1), b"\x10\x10")
    for bad in (strange, cut):
        assert outcomes(tiff((bad, b""), good, (bad, b""), good)) == ["source-damaged", "16", "source-damaged", "16"]


def test_a_tiff_that_is_cut_short_does_not_hide_the_page_that_is_missing():
    assert outcomes(tiff((grey_tags(2, 1), b"\x10\x10"), next_of_last=10**8)) == ["16", "source-damaged"]


def test_a_page_that_is_too_large_fails_alone():
    huge = grey_tags(2, 1) | {256: 20_000, 257: 10_000}
    assert outcomes(tiff((huge, b""), (grey_tags(2, 1), b"\x10\x10"))) == ["limit-exceeded", "16"]


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_more_pages_than_the_limit_are_refused_unless_fewer_are_asked_for(form):
    data = encoded(plain(10), form, save_all=True, append_images=[plain(20)] * 4)
    with pytest.raises(LimitExceeded, match="more than 4 pages"):
        rasters(data, limits=Limits(max_pages=4))
    assert len(rasters(data, "2-5", Limits(max_pages=4))) == 4
    assert rasters(data, "6-") == []


def test_a_page_can_be_drawn_twice():
    data = encoded(scene(), "TIFF", save_all=True, append_images=[scene()])
    with open_pages(open_source(data, Limits()), Options(), Limits()) as pages:
        assert np.array_equal(pages[1].load().image, pages[1].load().image)


# Resolution


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP"])
def test_the_resolution_that_a_file_states_is_told(form):
    (raster,) = rasters(encoded(scene(), form, dpi=(300, 300)))
    assert raster.dpi == pytest.approx(300, abs=0.1)
    if form != "BMP":  # which states one in any case
        assert rasters(encoded(scene(), form))[0].dpi is None


@pytest.mark.parametrize("dpi", [(1, 1), (10, 10), (6000, 6000), (204, 98), (0, 0)])
def test_a_resolution_that_cannot_be_true_is_not_told(dpi):
    assert rasters(encoded(scene(), "PNG", dpi=dpi))[0].dpi is None


# Limits: what is too large is refused before it is decoded, so its pixels need not even be there


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


HUGE = {
    "PNG": png_of(20_000, 20_000),
    "PNM": b"P5\n20000 20000\n255\n",
    "GIF": b"GIF89a" + struct.pack("<HH", 20_000, 20_000) + b"\0\0\0,\0\0\0\0\1\0\1\0\0\2",
    "BMP": encoded(scene(), "BMP")[:18] + struct.pack("<ii", 20_000, 20_000) + encoded(scene(), "BMP")[26:],
    "JPEG": encoded(scene(), "JPEG").replace(struct.pack(">HH", 40, 60), struct.pack(">HH", 20_000, 20_000)),
    "TIFF": tiff((grey_tags(20_000, 20_000), b"")),
    "WebP": encoded(scene(), "WEBP").replace(struct.pack("<HH", 60, 40), struct.pack("<HH", 16_000, 16_000)),
}


@pytest.mark.parametrize("form", HUGE)
def test_an_image_with_too_many_pixels_is_refused_by_its_header(form):
    with pytest.raises(LimitExceeded, match="pixels"):
        rasters(HUGE[form])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "AVIF", "JPEG2000", "BMP", "PPM"])
def test_the_limit_of_pixels_is_exact(form):
    data = encoded(scene(60, 40), form)
    assert rasters(data, limits=Limits(max_pixels=2400))
    with pytest.raises(LimitExceeded, match="60 x 40 pixels"):
        rasters(data, limits=Limits(max_pixels=2399))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "PPM", "AVIF"])
def test_the_limit_that_pillow_has_for_the_whole_process_is_neither_met_nor_moved(form, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert rasters(encoded(scene(60, 40), form))
    assert Image.MAX_IMAGE_PIXELS == 1000


def test_a_gif_whose_picture_is_larger_than_its_header_says_is_checked_too():
    data = encoded(plain(9, (60, 40)), "GIF")
    lying = data[:6] + struct.pack("<HH", 1, 1) + data[10:]
    with pytest.raises(LimitExceeded):
        rasters(lying, limits=Limits(max_pixels=2399))


MEASURE = """
import sys
from pathlib import Path
from uncial.options import Limits, Options
from uncial.pages import open_pages
from uncial.sources import open_source
Path("/proc/self/clear_refs").write_text("5")
def used(which):
    return int(Path("/proc/self/status").read_text().partition(which)[2].split()[0]) / 1024
before = used("VmRSS:")
with open_pages(open_source(sys.argv[1], Limits()), Options(), Limits()) as pages:
    pages[0].load()
print(used("VmHWM:") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("form", ["TIFF", "PNG"])
def test_a_scan_of_35_megapixels_costs_little_more_than_its_pixels(form, tmp_path):
    path = tmp_path / "scan"
    image = Image.new("1" if form == "TIFF" else "RGB", (5000, 7000), 1)
    image.save(path, form, **({"compression": "group4"} if form == "TIFF" else {"compress_level": 1}))
    run = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    assert float(run.stdout) < 300  # MiB; the raster itself has 100, and Pillow's RGB 134


# Damage


FILES = {
    "JPEG": encoded(scene(), "JPEG"),
    "JPEG progressive": encoded(scene(), "JPEG", progressive=True),
    "JPEG of inks": encoded(scene().convert("CMYK"), "JPEG"),
    "PNG": encoded(scene(), "PNG"),
    "PNG of a palette": encoded(scene().convert("P"), "PNG", transparency=3),
    "PNG of 16 bits": encoded(Image.fromarray(np.arange(2400, dtype=np.uint16).reshape(40, 60)), "PNG"),
    "APNG": encoded(scene(), "PNG", save_all=True, append_images=[plain(9, (60, 40)).convert("RGB")]),
    "WebP": encoded(scene(), "WEBP"),
    "WebP lossless": encoded(scene().convert("RGBA"), "WEBP", lossless=True),
    "GIF": encoded(scene(), "GIF"),
    "BMP": encoded(scene(), "BMP"),
    "PNM": encoded(scene(), "PPM"),
    "PNM of letters": b"P3 4 2 255\n" + b" 10 20 30" * 8,
    "TIFF": encoded(scene(), "TIFF"),
    "TIFF of many pages": encoded(scene(), "TIFF", save_all=True, append_images=[scene(), scene()], compression="tiff_lzw"),
    "TIFF of a fax": encoded(scene().convert("1"), "TIFF", compression="group4"),
    "TIFF of JPEG": encoded(scene(), "TIFF", compression="jpeg"),
    "BigTIFF": encoded(scene(), "TIFF", big_tiff=True),
    "TIFF of floats": encoded(scene().convert("F"), "TIFF"),
    "JPEG 2000": encoded(scene(), "JPEG2000"),
    "JPEG 2000 codestream": encoded(scene(), "JPEG2000", no_jp2=True),
    "AVIF": encoded(scene(), "AVIF"),
    "PDF": pdf("BT /F 20 Tf 10 50 Td (Hello) Tj ET", "0 0 50 50 re f"),
    "PDF of an image": encoded(scene(), "PDF"),
}


def one_by_one(data: bytes) -> list[str]:
    """What becomes of each page; anything but a raster and an error of ours fails the test."""
    limits = Limits(max_pixels=10**6, max_pages=50)
    try:
        return outcomes(data, limits)
    except UncialError as error:
        return [error.code]


def truncated(data: bytes) -> Iterator[bytes]:
    for end in sorted({*range(1, 60), *range(60, len(data), max(1, len(data) // 40))}):
        yield data[:end]


def garbled(data: bytes, times: int = 60) -> Iterator[bytes]:
    chance = random.Random(len(data))
    for _ in range(times):
        other = bytearray(data)
        for _ in range(chance.choice((1, 2, 8, 32))):
            other[chance.randrange(4, len(data))] = chance.randrange(256)
        yield bytes(other[: chance.randrange(len(data))] if chance.random() < 0.2 else other)


@pytest.mark.parametrize("form", FILES)
def test_a_whole_file_of_each_kind_is_read(form):
    assert all(outcome.isdigit() for outcome in one_by_one(FILES[form]))


@pytest.mark.parametrize("form", FILES)
def test_a_truncated_file_of_any_kind_gives_pages_or_an_error_of_ours(form):
    for data in truncated(FILES[form]):
        one_by_one(data)


@pytest.mark.parametrize("form", FILES)
def test_a_garbled_file_of_any_kind_gives_pages_or_an_error_of_ours(form):
    for data in garbled(FILES[form]):
        one_by_one(data)


@pytest.mark.parametrize("form", [form for form in FILES if not form.startswith("PDF")])
def test_half_a_file_is_damaged_and_not_half_a_page(form):
    assert "source-damaged" in one_by_one(FILES[form][: len(FILES[form]) // 2])


def test_a_damaged_image_says_which_and_what_to_do():
    with pytest.raises(SourceDamaged, match="“bytes” cannot be decoded") as damaged:
        rasters(FILES["PNG"][:100])
    assert damaged.value.hint
    assert damaged.value.stage == "pages"


def test_pillow_does_not_warn_users_of_odd_tags():
    odd = {**grey_tags(2, 1), 270: [1, 2, 3], 282: [5, 6], 33_432: [70_000]}
    data = tiff((odd, b"\x10\x10"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert greys(data) == [16]
        assert greys(encoded(scene(), "JPEG", exif=b"Exif\0\0" + data[: len(data) // 2]))
    assert not caught


def test_what_decoders_log_is_not_printed_where_nobody_set_up_logging():
    too_many_samples = tiff(({**grey_tags(2, 1), 277: 2048}, b"\x10\x10"))
    xfa = pdf("", extra=["<< /Length 5 >>\nstream\n<xdp>\nendstream"], catalog="/AcroForm << /Fields [] /XFA 6 0 R >>")
    script = "import sys, test_pages; print(test_pages.one_by_one(sys.stdin.buffer.read()))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    for data in (too_many_samples, xfa):
        run = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True, env=environment)
        assert run.stdout in (b"['source-damaged']\n", b"['255']\n")
        assert run.stderr == b""


def test_the_filters_of_warnings_are_as_they_were():
    before = list(warnings.filters)
    rasters(FILES["TIFF"])
    with pytest.raises(SourceDamaged):
        rasters(FILES["TIFF"][:50])
    assert list(warnings.filters) == before


def test_memory_that_is_not_there_is_not_called_damage(monkeypatch):
    def full(self: object) -> None:
        raise MemoryError

    monkeypatch.setattr(PngImageFile, "load", full)
    with pytest.raises(MemoryError):
        rasters(FILES["PNG"])


# HEIC


def test_heic_without_its_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(DecoderMissing) as missing:
        rasters(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert 'pip install "uncial[heif]"' in missing.value.hint


def test_heic_is_read_without_being_registered_for_the_whole_process():
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(scene()).save(file, quality=90)
    assert rasters(file.getvalue())[0].image.shape == (40, 60, 3)
    assert "HEIF" not in Image.OPEN
    for data in (*truncated(file.getvalue()), *garbled(file.getvalue())):
        one_by_one(data)


# PDF


def dark(image: np.ndarray) -> float:
    return float((image < 128).mean())


def test_a_pdf_is_drawn_at_the_resolution_that_is_asked_for():
    data = pdf("0 0 100 50 re f", size="0 0 200 100")
    assert rasters(data)[0].image.shape == (417, 834, 3)
    (raster,) = rasters(data, pdf_dpi=72)
    assert (raster.width, raster.height, raster.dpi) == (200, 100, 72)
    assert dark(raster.image[50:, :100]) == 1
    assert dark(raster.image) == 0.25


def test_a_letter_page_has_as_many_pixels_as_it_has_inches():
    (raster,) = rasters(pdf("", size="0 0 612 792"))
    assert (raster.width, raster.height) == (2550, 3300)


def test_a_pdf_page_is_turned_as_a_viewer_shows_it():
    data = pdf("0 0 50 100 re f", page="/Rotate 90")  # the left quarter is black, and comes to lie on top
    (raster,) = rasters(data, pdf_dpi=72)
    assert (raster.width, raster.height) == (100, 200)
    assert dark(raster.image[:50]) == 1
    assert dark(raster.image) == 0.25


def test_red_and_blue_are_not_exchanged():
    (raster,) = rasters(pdf("1 0 0 rg 0 0 200 100 re f"), pdf_dpi=36)
    assert (raster.image == (255, 0, 0)).all()


def test_only_the_visible_part_of_a_page_is_drawn():
    (raster,) = rasters(pdf("0 0 50 50 re f", page="/CropBox [0 0 50 50]"), pdf_dpi=72)
    assert raster.image.shape == (50, 50, 3)
    assert dark(raster.image) == 1


def test_what_was_filled_into_a_form_is_drawn():
    widget = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (MMMMMMMM) /DA (/F 20 Tf 0 g) /Rect [10 10 190 60] /F 4 >>"
    data = pdf(
        "",
        page="/Annots [6 0 R]",
        extra=[widget],
        catalog="/AcroForm << /Fields [6 0 R] /DA (/F 20 Tf 0 g) /DR << /Font << /F 3 0 R >> >> /NeedAppearances true >>",
    )
    assert dark(rasters(data)[0].image) > 0.01


def test_a_note_on_a_page_is_drawn():
    square = "<< /Type /Annot /Subtype /Square /Rect [10 10 90 90] /IC [0 0 0] /C [0 0 0] /F 4 >>"
    assert dark(rasters(pdf("", page="/Annots [6 0 R]", extra=[square]))[0].image) > 0.2


def test_a_large_page_is_drawn_at_the_resolution_that_the_limit_of_pixels_allows():
    data = pdf("", size="0 0 7200 3600")  # 100 x 50 inches
    (raster,) = rasters(data, limits=Limits(max_pixels=20_000_000))
    assert 19_900_000 < raster.width * raster.height <= 20_000_000
    assert raster.dpi == pytest.approx(63.2, abs=0.2)


@pytest.mark.parametrize("most", [2_000_000, 2_000_001, 2_345_678])
@pytest.mark.parametrize("size", ["0 0 1000 1000", "0 0 10000 3", "0 0 33.3 14400"])
def test_a_page_of_any_shape_stays_below_the_limit_of_pixels(size, most):
    (raster,) = rasters(pdf("", size=size), limits=Limits(max_pixels=most), pdf_dpi=1200)
    assert raster.width * raster.height <= most


def test_a_page_that_could_not_be_read_when_it_is_drawn_small_enough_is_refused():
    with pytest.raises(LimitExceeded, match="200 x 200 inches"):
        rasters(pdf("", size="0 0 14400 14400"), limits=Limits(max_pixels=10_000_000))


@pytest.mark.parametrize("size", ["0 0 0 0", "5 5 5 5", "nonsense", "0 0 -200 -100", "0 0 1e40 1e40", "0 0 0.001 0.001"])
def test_a_page_of_an_absurd_size_is_drawn_or_refused(size):
    assert one_by_one(pdf("", size=size)) in (["255"], ["source-damaged"], ["limit-exceeded"])


def test_a_pdf_that_asks_for_a_password_is_encrypted():
    with pytest.raises(SourceEncrypted) as encrypted:
        rasters(pdf("", trailer=encryption(b"secret")))
    assert "password" in encrypted.value.hint


def test_a_pdf_that_is_encrypted_with_no_password_is_read():
    assert dark(rasters(pdf("", trailer=encryption(b"")))[0].image) == 0


def test_a_pdf_that_is_damaged_is_damaged():
    for data in (b"%PDF-1.7\n", b"%PDF-1.7\nrubbish" * 50):
        with pytest.raises(SourceDamaged):
            rasters(data)


def test_a_pdf_without_pages_is_empty_or_damaged():
    with pytest.raises((SourceEmpty, SourceDamaged)):
        rasters(pdf())


def test_a_pdf_behind_a_byte_order_mark_is_read():
    assert rasters(b"\xef\xbb\xbf" + pdf("0 0 9 9 re f"))


def test_threads_that_draw_at_once_draw_the_same_as_one():
    files = [FILES["PDF"], FILES["PDF of an image"], FILES["TIFF of many pages"], FILES["JPEG"], FILES["AVIF"]] * 4
    alone = [rasters(data) for data in files]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(rasters, files))
    for one, other in zip(alone, together, strict=True):
        assert all(np.array_equal(a.image, b.image) for a, b in zip(one, other, strict=True))
