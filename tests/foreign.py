"""Lines in other scripts, for tests that skip where the fonts or the packs for them are not installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, features

from uncial.engines import engine_info

if TYPE_CHECKING:
    from uncial.raster import Image as Pixels

FONTS = Path("/usr/share/fonts/truetype")
_FILES = {
    "hi": "lohit-devanagari/Lohit-Devanagari.ttf",
    "ko": "nanum/NanumGothic.ttf",
    "th": "tlwg/Garuda.ttf",
    "zh": "nanum/NanumGothic.ttf",
}
_DEJAVU = "dejavu/DejaVuSans.ttf"
_INSTALL = "install what scripts/test-packages installs"


def need_language(language: str, engine: str = "tesseract") -> str:
    """The language, if that engine can read it here; else the test is skipped."""
    if language not in engine_info(engine).languages:
        pytest.skip(f"{engine} has nothing here to read “{language}” with: {_INSTALL}")
    return language


def page_of(language: str, *lines: str, size: int = 44, engine: str = "tesseract") -> Pixels:
    """A page of 1000 pixels' width with these lines, 80 pixels apart; right-to-left scripts begin at the right."""
    need_language(language, engine)
    page = Image.new("RGB", (1000, 40 + 80 * len(lines)), "white")
    pen, font = ImageDraw.Draw(page), _font(language, size)
    for number, line in enumerate(lines):
        backwards = language in ("ar", "he")
        left = 960 - pen.textlength(line, font) if backwards else 40
        pen.text((left, 30 + 80 * number), line, "black", font, direction="rtl" if backwards else "ltr")
    return np.asarray(page).copy()


@cache
def _font(language: str, size: int) -> ImageFont.FreeTypeFont:
    file = FONTS / _FILES.get(language, _DEJAVU)
    if not file.is_file():
        pytest.skip(f"the font {file} is not installed: {_INSTALL}")
    if not features.check("raqm"):
        pytest.skip(f"Pillow cannot set this script without libfribidi: {_INSTALL}")
    return ImageFont.truetype(file, size)
