"""Draw the demo's page, or check that a text is what stands on it.

`sample.py PAGE.png` draws it with the font that Pillow brings along; `sample.py --check TEXT` ends with status 1 where a word is
missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

TITLE = "The uncial hand"
PARAGRAPHS = (
    """\
Uncial is a script of round capital letters, written
by scribes from the fourth to the eighth century.
Its name may mean that a letter was an inch high.""",
    """\
Parchment, a pen cut broad, ink of oak galls: no more
was needed. A careful scribe wrote 25 lines an hour,
and a Bible took 1400 hours and 170 calves.""",
)


def draw(path: Path) -> None:
    """A page of a heading and two paragraphs, 1240 x 900 pixels."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1240, 900), 255)
    pen = ImageDraw.Draw(page)
    pen.text((120, 100), TITLE, 0, ImageFont.load_default(56))
    for number, paragraph in enumerate(PARAGRAPHS):
        pen.multiline_text((120, 240 + 290 * number), paragraph, 0, ImageFont.load_default(36), spacing=22)
    page.save(path)


def missing(text: str) -> list[str]:
    """The words of the page that the text lacks."""
    there = text.split()
    return [word for word in " ".join([TITLE, *PARAGRAPHS]).split() if word not in there]


def main(arguments: list[str]) -> int:
    """Do the one or the other."""
    if arguments[0] != "--check":
        draw(Path(arguments[0]))
        return 0
    lost = missing(Path(arguments[1]).read_text(encoding="utf-8"))
    print(f"demo: these words of the page are missing: {' '.join(lost)}" if lost else "Every word was read.")
    return bool(lost)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
