import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pictures import encoded, grey_tags, scene, text, tiff
from uncial.options import Limits, Options
from uncial.pages import open_pages
from uncial.pixels import to_rgb
from uncial.sources import open_source

FLIPS: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}
"""How each orientation is stored in a file, so that a viewer shows it upright."""


def read(data: bytes) -> np.ndarray:
    with open_pages(open_source(data, Limits()), Options(), Limits()) as pages:
        raster = pages[0].load()
    assert raster.image.dtype == np.uint8
    assert raster.image.flags.c_contiguous
    assert raster.image.shape == (raster.height, raster.width, 3)
    return raster.image


def grey(data: bytes) -> list[int]:
    """The first row, which is grey."""
    image = read(data)
    assert (image == image[..., :1]).all()
    return [int(tone) for tone in image[0, :, 0]]


def alike(image: np.ndarray, expected: Image.Image, tolerance: float = 0.0) -> bool:
    other = np.asarray(expected.convert("RGB"))
    return image.shape == other.shape and float(np.abs(image.astype(int) - other).mean()) <= tolerance


def with_orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def heif(image: Image.Image, **options: object) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=-1, **options)
    return file.getvalue()


FORMATS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "PNG": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 95},
    "TIFF": {},
    "TIFF lzw": {"compression": "tiff_lzw"},
    "TIFF jpeg": {"compression": "jpeg"},
}


@pytest.mark.parametrize("orientation", FLIPS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_orientation_of_every_format_comes_out_upright(form, orientation):
    stored = FLIPS[orientation](scene())
    data = encoded(stored, form.split()[0], exif=with_orientation(orientation), **FORMATS[form])
    assert alike(read(data), scene(), tolerance=6)
    assert orientation == 1 or not alike(np.asarray(stored), scene(), tolerance=20)


@pytest.mark.parametrize("orientation", FLIPS)
def test_heic_which_its_decoder_turns_is_not_turned_twice(orientation):
    image = FLIPS[orientation](scene())
    assert alike(read(heif(image, exif=with_orientation(orientation).tobytes())), scene(), tolerance=6)


@pytest.mark.parametrize("orientation", FLIPS)
def test_an_image_of_many_bands_is_turned_as_pillow_turns_it(orientation):
    stored = FLIPS[orientation](scene(1500, 1100))
    assert alike(to_rgb(stored, orientation), scene(1500, 1100))


@pytest.mark.parametrize("orientation", [0, 9, -1, 65535])
def test_an_orientation_that_does_not_exist_is_none(orientation):
    assert alike(read(encoded(scene(), "PNG", exif=with_orientation(orientation & 0xFFFF))), scene())


def test_broken_exif_does_not_harm_the_image():
    data = encoded(scene(), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffrubbish")
    assert alike(read(data), scene())


def test_grey_palette_and_black_and_white_become_rgb():
    for mode in ("1", "L", "P", "RGB"):
        assert alike(read(encoded(scene().convert(mode), "PNG")), scene().convert(mode))


HALF_BLACK_ON_WHITE = 127


def half_black() -> Image.Image:
    """Four pixels: black, half black, clear but red underneath, white."""
    image = Image.new("RGBA", (4, 1))
    for at, colour in enumerate([(0, 0, 0, 255), (0, 0, 0, 128), (255, 0, 0, 0), (255, 255, 255, 255)]):
        image.putpixel((at, 0), colour)
    return image


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_alpha_is_laid_on_white(form, mode):
    assert grey(encoded(half_black().convert(mode), form)) == [0, HALF_BLACK_ON_WHITE, 255, 255]


def test_multiplied_alpha_is_laid_on_white():
    image = to_rgb(half_black().convert("RGBa"))
    assert image[0, :, 0].tolist() == [0, HALF_BLACK_ON_WHITE, 255, 255]
    image = to_rgb(half_black().convert("LA").convert("La"))
    assert image[0, :, 0].tolist() == [0, HALF_BLACK_ON_WHITE, 255, 255]


def test_a_palette_with_alpha_is_laid_on_white():
    image = Image.new("P", (4, 1))
    image.putpalette([0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 255, 255])
    image.putdata([0, 1, 2, 3])
    assert grey(encoded(image, "PNG", transparency=bytes([255, 128, 0, 255]))) == [0, HALF_BLACK_ON_WHITE, 255, 255]
    assert read(encoded(image, "GIF", transparency=2))[0].tolist() == [[0] * 3, [0] * 3, [255] * 3, [255] * 3]
    black_and_white = [0, *[65535] * 255] * 3
    tags = {**grey_tags(2, 1, photometric=3), 258: (8, 8), 277: 2, 320: black_and_white, 338: 2}
    assert grey(tiff((tags, bytes([0, 128, 1, 255])))) == [HALF_BLACK_ON_WHITE, 255]


def test_one_transparent_colour_is_laid_on_white():
    row = np.array([[0, 10, 20, 255]], np.uint8)
    assert grey(encoded(Image.fromarray(row), "PNG", transparency=10)) == [0, 255, 20, 255]
    assert grey(encoded(Image.fromarray(row).convert("RGB"), "PNG", transparency=(10, 10, 10))) == [0, 255, 20, 255]
    deep = Image.fromarray(row.astype(np.uint16) * 257)
    assert grey(encoded(deep, "PNG", transparency=2570)) == [0, 255, 20, 255]


def test_white_writing_on_nothing_is_shown_on_black():
    writing = text("white")
    image = Image.new("RGBA", writing.size, (255, 255, 255, 0))
    image.putalpha(Image.eval(writing, lambda value: 255 - value))
    assert alike(read(encoded(image, "PNG")), Image.eval(writing, lambda value: 255 - value), tolerance=1)


def test_white_dots_where_black_is_nothing_are_shown_on_black():
    dots = Image.fromarray(np.array([[False, True, False]]))
    assert grey(encoded(dots, "PNG", transparency=0)) == [0, 255, 0]
    assert grey(encoded(dots, "PNG", transparency=255)) == [0, 255, 0]


def test_an_image_of_nothing_and_a_white_page_with_alpha_stay_white():
    assert (read(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")) == 255).all()
    assert (read(encoded(Image.new("RGBA", (9, 9), "white"), "PNG")) == 255).all()


def test_black_writing_on_nothing_is_shown_on_white():
    writing = text("black")
    image = Image.new("RGBA", writing.size, (0, 0, 0, 0))
    image.putalpha(Image.eval(writing, lambda value: 255 - value))
    assert alike(read(encoded(image, "PNG")), writing, tolerance=1)


@pytest.mark.parametrize(("photometric", "black"), [(0, 0xFF), (1, 0x00)])
@pytest.mark.parametrize("order", "<>")
def test_black_and_white_tiff_knows_which_is_white(photometric, black, order):
    tags = grey_tags(8, 1, bits=1, photometric=photometric)
    assert grey(tiff((tags, bytes([black])), order=order)) == [0] * 8


@pytest.mark.parametrize("compression", ["group3", "group4", "packbits", "tiff_lzw", "raw"])
def test_black_and_white_tiff_of_every_compression(compression):
    image = text("fax").convert("1")
    assert alike(read(encoded(image, "TIFF", compression=compression)), image)


def test_a_bitmap_of_letters_and_one_of_bits():
    assert grey(b"P1\n# made by hand\n4 1\n1 0 1 0\n") == [0, 255, 0, 255]
    assert grey(b"P4\n8 1\n\xaa") == [0, 255] * 4


def deep_tiff(numbers: list[float], dtype: str, **more: int) -> bytes:
    row = np.array([numbers], dtype)
    kinds = {"u": 1, "i": 2, "f": 3}
    tags = grey_tags(row.shape[1], 1, bits=row.itemsize * 8, sample_format=kinds[row.dtype.kind], **more)
    return tiff((tags, row.tobytes()), order=">" if dtype[0] == ">" else "<")


@pytest.mark.parametrize(
    ("numbers", "dtype", "expected"),
    [
        ([0, 32768, 65535], "<u2", [0, 128, 255]),
        ([0, 32768, 65535], ">u2", [0, 128, 255]),
        ([0, 2048, 4095], "<u2", [0, 128, 255]),  # 12 bits
        ([0, 512, 1023], "<u2", [0, 128, 255]),  # 10 bits
        ([0, 128, 255], "<u2", [0, 128, 255]),  # 8 bits
        ([0, 16, 32], "<u2", [0, 16, 32]),  # a dark image stays dark
        ([-32768, 0, 32767], "<i2", [0, 128, 255]),
        ([0, 16384, 32767], "<i2", [0, 64, 127]),
        ([0, 128, 255], "<i4", [0, 128, 255]),
        ([0, 32768, 65535], "<i4", [0, 128, 255]),
        ([0, 2**31, 2**32 - 1], "<u4", [0, 128, 255]),
        ([-(2**31), 0, 2**31 - 1], "<i4", [0, 128, 255]),
        ([0.0, 0.5, 1.0], "<f4", [0, 128, 255]),
        ([0.0, 0.25, 0.5], "<f4", [0, 64, 128]),
        ([0.0, 128.0, 255.0], "<f4", [0, 128, 255]),
        ([0.0, 100.0, 200.0], ">f4", [0, 100, 200]),
        ([0.0, 32768.0, 65535.0], "<f4", [0, 128, 255]),
        ([-1.0, 0.0, 1.0], "<f4", [0, 128, 255]),
        ([0.0, 0.525, 1.05], "<f4", [0, 128, 255]),  # 0 to 1, sharpened
        ([-3e38, 0.0, 3e38], "<f4", [0, 128, 255]),
        ([7.0, 7.0, 7.0], "<f4", [0, 0, 0]),
        ([0.0, 1.0, float("nan")], "<f4", [0, 255, 255]),
        ([0.0, 1.0, float("inf")], "<f4", [0, 255, 255]),
        ([0.0, 1.0, float("-inf")], "<f4", [0, 255, 0]),
        ([float("nan")] * 3, "<f4", [255, 255, 255]),
    ],
)
def test_deep_tones_are_scaled_by_the_range_that_is_in_use(numbers, dtype, expected):
    assert grey(deep_tiff(numbers, dtype)) == expected


@pytest.mark.parametrize(("dtype", "most"), [("<u2", 65535), ("<f4", 1.0)])
def test_deep_tones_know_which_end_is_white(dtype, most):
    assert grey(deep_tiff([0, most], dtype, photometric=0)) == [255, 0]


def test_tones_of_twelve_packed_bits():
    assert grey(tiff((grey_tags(2, 1, bits=12), b"\xff\xf8\x00"))) == [255, 128]


def test_sixteen_bits_of_png_jpeg_2000_and_pnm():
    ramp = Image.fromarray((np.arange(64, dtype=np.uint16) * 1040).repeat(64).reshape(64, 64).T.copy())
    expected = [round(step * 1040 / 257) for step in range(64)]
    assert grey(encoded(ramp, "PNG")) == expected
    assert np.abs(np.array(grey(encoded(ramp, "JPEG2000"))) - expected).max() <= 1
    assert grey(b"P5\n3 1\n65535\n" + np.array([0, 32768, 65535], ">u2").tobytes()) == [0, 128, 255]
    assert grey(b"P5\n3 1\n1023\n" + np.array([0, 512, 1023], ">u2").tobytes()) == [0, 128, 255]
    assert grey(b"P2\n3 1\n4095\n0 2048 4095\n") == [0, 128, 255]
    assert grey(b"Pf\n3 1\n-1.0\n" + np.array([0, 0.5, 1], "<f4").tobytes()) == [0, 128, 255]


def test_sixteen_bits_of_colour():
    pixels = np.array([[[65535, 0, 32768], [0, 65535, 65535]]], "<u2")
    tags = {**grey_tags(2, 1, photometric=2), 258: (16, 16, 16), 277: 3}
    assert read(tiff((tags, pixels.tobytes())))[0].tolist() == [[255, 0, 128], [0, 255, 255]]


@pytest.mark.parametrize("depth", [10, 12])
def test_ten_and_twelve_bits_of_heic(depth):
    pillow_heif = pytest.importorskip("pillow_heif")
    ramp = np.linspace(0, (1 << depth) - 1, 64).astype(np.uint16).repeat(64).reshape(64, 64).T.copy()
    file = io.BytesIO()
    pillow_heif.encode(f"I;{16}", (64, 64), (ramp << (16 - depth)).tobytes(), file, quality=-1, save_bits=depth)
    assert np.abs(read(file.getvalue())[0, :, 0] - np.linspace(0, 255, 64)).max() <= 2


CMYK = [
    ((0, 0, 0, 0), (255, 255, 255)),
    ((0, 0, 0, 255), (0, 0, 0)),
    ((0, 255, 255, 0), (255, 0, 0)),
    ((255, 255, 0, 0), (0, 0, 255)),
]


@pytest.mark.parametrize(("ink", "colour"), CMYK)
@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_inks_become_colours(form, ink, colour):
    image = read(encoded(Image.new("CMYK", (16, 16), ink), form))
    assert np.abs(image.astype(int) - colour).max() <= 6


def test_inks_of_a_jpeg_without_the_mark_of_adobe_are_not_turned_round():
    data = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")
    start = data.index(b"\xff\xee")
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4])
    assert np.abs(read(data[:start] + data[end:]).astype(int) - (0, 255, 255)).max() > 100


def test_lab_and_ycbcr_become_colours():
    lab = Image.new("LAB", (4, 4), (138, 209, 195))  # sRGB red: L* 53.2, a* 80.1, b* 67.2
    assert np.abs(to_rgb(lab).astype(int) - (255, 0, 0)).max() <= 16
    assert np.abs(to_rgb(scene().convert("YCbCr")).astype(int) - np.asarray(scene())).max() <= 3
    assert np.abs(to_rgb(scene().convert("HSV")).astype(int) - np.asarray(scene())).max() <= 3


def test_a_ycbcr_tiff_without_compression():
    tags = {**grey_tags(2, 1, photometric=6), 258: (8, 8, 8), 277: 3, 530: (1, 1)}
    assert read(tiff((tags, bytes([255, 128, 128, 0, 128, 128]))))[0].tolist() == [[255] * 3, [0] * 3]
