"""Draw the kinds of text that still fail, read them, and show in docs/accuracy.md what was read.

`python benchmarks/failures.py --cursive FONT.otf --doc docs/accuracy.md` writes docs/pictures/fail-NAME.png and the part of the
page between its marks. The cursive font is Dancing Script, of Debian's package fonts-dancingscript (SIL Open Font License);
without one that picture is left out. The same pictures come out each time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.ImageFont import FreeTypeFont
from tables import replaced

from uncial import Options, load_engine, read
from uncial.engines import Engine
from uncial.evaluate.metrics import edits

BEGIN, END = "<!-- failures -->", "<!-- /failures -->"
SEED = 7
Font = FreeTypeFont | ImageFont.ImageFont


LINES = (
    "The ferry to the island leaves at seven,",
    "and the last one back at half past nine.",
    "Passengers with bicycles board first.",
)


def page(font: Font, pitch: float, width: int = 900) -> Image.Image:
    """Black lines on white, `pitch` pixels apart, in grey."""
    image = Image.new("L", (width, round(pitch * len(LINES)) + 60), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(LINES):
        draw.text((30, 25 + pitch * number), line, "black", font)
    return image


def noise() -> np.random.Generator:
    """The same accidents each time."""
    return np.random.default_rng(SEED)


def broken(_: Path | None) -> Image.Image:
    """Black and white alone, with pixels missing everywhere."""
    soft = np.asarray(page(ImageFont.load_default(30), 44).filter(ImageFilter.GaussianBlur(1.3)))
    return Image.fromarray(np.where(soft + noise().normal(0, 55, soft.shape) < 95, 0, 255).astype(np.uint8))


def dotted(_: Path | None) -> Image.Image:
    """Grey dots, every fourth pixel one, of which a fifth did not print."""
    solid = np.asarray(page(ImageFont.load_default(36), 54)) < 128
    rows, columns = np.indices(solid.shape)
    dots = solid & ((rows % 4 - 1.5) ** 2 + (columns % 4 - 1.5) ** 2 < 1.6) & (noise().random(solid.shape) < 0.8)
    return Image.fromarray(np.where(dots, 150, 238).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def touching(_: Path | None) -> Image.Image:
    """Lines less than half as far from each other as they should be."""
    return page(ImageFont.load_default(34), 17)


def small(_: Path | None) -> Image.Image:
    """Capitals five pixels high."""
    return page(ImageFont.load_default(34), 48).reduce(5)


def cursive(font: Path | None) -> Image.Image:
    """Joined letters, narrow and leaning, shaken as a hand shakes, in thin ink."""
    assert font
    wide = page(ImageFont.truetype(str(font), 44), 70, 1000)
    straight = np.asarray(wide.resize((round(wide.width * 0.6), wide.height), Image.Resampling.BILINEAR))
    height, width = straight.shape
    rows, columns = np.indices(straight.shape)
    there = rows + np.round(np.cumsum(noise().normal(0, 0.5, width)) + 4 * np.sin(np.arange(width) / 11)).astype(int)
    across = columns + np.round(0.5 * (rows - height / 2) + 3 * np.sin(rows / 6)).astype(int)
    inside = (there >= 0) & (there < height) & (across >= 0) & (across < width)
    shaken = np.where(inside, straight[there.clip(0, height - 1), across.clip(0, width - 1)], 255)
    return Image.fromarray((150 + shaken * 0.35).astype(np.uint8))


class Kind(NamedTuple):
    """One way in which text is hard to read."""

    name: str
    draw: Callable[[Path | None], Image.Image]
    told: str


KINDS = (
    Kind("broken", broken, "Letters that a scanner has broken: black and white alone, at a wrong threshold."),
    Kind("dotted", dotted, "A dot printer whose ribbon is at its end, as on receipts."),
    Kind("touching", touching, "Lines that run into each other."),
    Kind("small", small, "Letters of five pixels' height."),
    Kind("cursive", cursive, "Joined handwriting. Real hands never write a letter twice alike, and are read worse still."),
)


def told(kind: Kind, image: Image.Image, engine: Engine, folder: Path) -> Iterator[str]:
    """The picture, what Uncial reads of it, and how many letters of a hundred are wrong."""
    path = folder / f"fail-{kind.name}.png"
    image.save(path, optimize=True)
    text = read(path, Options(languages=("en",)), engine=engine).text
    rate = edits(list(" ".join(LINES)), list(" ".join(text.split()))).rate
    yield f"{kind.told} CER {rate:.2f}:"
    yield f"![{kind.told}](pictures/{path.name})"
    yield f"<pre>{escape(text) or '(nothing)'}</pre>"


def shown(cursive_font: Path | None, folder: Path) -> str:
    """All kinds, in Markdown."""
    engine = load_engine(Options().engine)
    folder.mkdir(parents=True, exist_ok=True)
    kinds = [kind for kind in KINDS if kind.draw is not cursive or cursive_font]
    parts = [f"On each of them stands: “{' '.join(LINES)}”"]
    return "\n\n".join([*parts, *(part for kind in kinds for part in told(kind, kind.draw(cursive_font), engine, folder))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cursive", type=Path, help="a cursive font's file")
    parser.add_argument("--doc", type=Path, help="the page that is written; without it, nothing of the project is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        text = shown(given.cursive, given.doc.parent / "pictures" if given.doc else Path(scratch))
    if given.doc:
        given.doc.write_text(replaced(given.doc.read_text(encoding="utf-8"), BEGIN, END, text), encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
