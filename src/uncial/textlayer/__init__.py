"""Decides what of the text that a PDF holds can be believed, and makes lines of it.

The text of a PDF is what its writer said, not what its page shows: it may be the layer of another OCR program, hidden, mixed up
or a lie. So it is held against the page: by its fonts' outlines, by the pixels under each word, and by the print that no word
says. What stands the test is taken as it is, exact and at a twentieth of the cost; the rest is read like any scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from uncial.document import Line, Notice
from uncial.geometry import Box
from uncial.textlayer.fonts import judged
from uncial.textlayer.lines import ENGINE, lines_of
from uncial.textlayer.seen import gray_of, merged, unsaid, unseen

if TYPE_CHECKING:
    from uncial.glyphs import Glyphs, Indices
    from uncial.raster import Image

__all__ = ["ENGINE", "PREVIEW_DPI", "Doubt", "TextLayer", "agrees", "judge", "without"]

PREVIEW_DPI = 120.0
"""At this resolution a page is held against its text: the smallest print is still print, and drawing it costs little."""
_SCAN = 0.4
"""An image that covers this part of the page is a scan, and invisible text over it an OCR layer."""
_WORTH = 80
"""So many letters of a font nobody can vouch for are worth reading a line of it; fewer are believed with the rest."""
_READABLE = 0.8
"""The part of a line that is plain letters and figures, which every engine can read: in other scripts a reading proves little."""
_SAMPLE = 40
"""Letters. More of a font need not be read."""
_QUOTED = 60
"""So many characters of hidden text are told."""


class Doubt(NamedTuple):
    """A font whose letters may not be what the PDF says, and a line of it to be read."""

    font: str
    line: Line | None
    """None where no line is set in it alone."""
    suspect: bool
    """Whether its outlines speak against it; else they only do not speak for it."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text of one page that its PDF holds, as far as it can be believed, in pixels of the page."""

    lines: tuple[Line, ...]
    unread: tuple[Box, ...]
    """Where the page shows print that these lines do not say."""
    notices: tuple[Notice, ...]
    doubts: tuple[Doubt, ...]
    fonts: tuple[frozenset[str], ...]
    """The fonts of each line."""
    width: int
    height: int
    dpi: float
    bare: bool
    """Whether the page shows nothing but text."""


def judge(glyphs: Glyphs, preview: Image | None) -> TextLayer:
    """What of a page's text can be believed, held against the page as it is drawn at `PREVIEW_DPI`.

    Without a preview all of it is believed, what nobody can see too: the layer of another OCR program is then what there is.
    """
    drawn = np.flatnonzero(glyphs.runs >= 0)
    if preview is None:
        return _layer(glyphs, lines_of(glyphs, drawn), (), _notices(glyphs, drawn[:0], drawn[:0], ()), {})
    visible = np.array([kind.visible for kind in glyphs.kinds], np.bool_)
    shown = drawn[visible[glyphs.runs[drawn]]]
    verdicts = judged(glyphs, shown)
    believed = [part for verdict, part in verdicts.values() if verdict != "garbled"]
    lines = lines_of(glyphs, np.sort(np.concatenate([drawn[:0], *believed])))
    return _held(glyphs, lines, preview, drawn[~visible[glyphs.runs[drawn]]], verdicts)


def _held(
    glyphs: Glyphs,
    lines: list[tuple[Line, frozenset[int]]],
    preview: Image,
    invisible: Indices,
    verdicts: Mapping[str, tuple[str, Indices]],
) -> TextLayer:
    """The lines held against the pixels: without the words that are not there, and with the places that they leave out."""
    gray, scale = gray_of(preview), preview.shape[1] / glyphs.width
    boxes = [word.quad.box for line, _ in lines for word in line.words]
    blanks = unseen(boxes, gray, scale)
    blank = iter(blanks)
    kept, hidden = [], []
    for line, runs in lines:
        seen = [not next(blank) for _ in line.words]
        hidden += [word.text for word, yes in zip(line.words, seen, strict=True) if not yes]
        if any(seen):
            kept.append((line if all(seen) else _of_words(line, seen), runs))
    garbled = [name for name, (verdict, _) in verdicts.items() if verdict == "garbled"]
    unread = unsaid([box for box, empty in zip(boxes, blanks, strict=True) if not empty], gray, scale, PREVIEW_DPI)
    notices = _notices(glyphs, invisible, _characters(verdicts, garbled), hidden)
    return _layer(glyphs, kept, tuple(unread), notices, verdicts)


def _of_words(line: Line, seen: Sequence[bool]) -> Line:
    words = tuple(word for word, yes in zip(line.words, seen, strict=True) if yes)
    ends = sorted((word.quad for word in words), key=lambda quad: quad.box.left)
    whole = Box.around(quad.box for quad in ends)
    quad = line.quad if abs(line.quad.angle) > 1 else type(line.quad).of_box(whole)
    return replace(line, words=words, quad=quad)


def _characters(verdicts: Mapping[str, tuple[str, Indices]], names: Iterable[str]) -> Indices:
    return np.concatenate([np.zeros(0, np.int64), *(verdicts[name][1] for name in names)])


def _layer(
    glyphs: Glyphs,
    lines: Sequence[tuple[Line, frozenset[int]]],
    unread: tuple[Box, ...],
    notices: tuple[Notice, ...],
    verdicts: Mapping[str, tuple[str, Indices]],
) -> TextLayer:
    inside = [(line, runs) for line, runs in lines if _is_inside(line, glyphs)]
    fonts = tuple(frozenset(glyphs.kinds[run].font for run in runs) for _, runs in inside)
    kept = tuple(_clamped(line, glyphs) for line, _ in inside)
    suspects = [Doubt(name, _sample(name, kept, fonts), True) for name, (verdict, _) in verdicts.items() if verdict == "lying"]
    unknown = [name for name, (verdict, part) in verdicts.items() if verdict == "unknown" and len(part) >= _WORTH]
    samples = [(name, _sample(name, [line if _is_plain(line) else None for line in kept], fonts)) for name in unknown]
    doubts = [*suspects, *(Doubt(name, line, False) for name, line in samples if line)]
    return TextLayer(kept, unread, notices, tuple(doubts), fonts, glyphs.width, glyphs.height, glyphs.dpi, glyphs.bare)


def _is_inside(line: Line, glyphs: Glyphs) -> bool:
    x, y = line.quad.box.center
    return 0 <= x < glyphs.width and 0 <= y < glyphs.height


def _clamped(line: Line, glyphs: Glyphs) -> Line:
    quad = line.quad.clamped(glyphs.width, glyphs.height)
    return line if quad == line.quad else replace(line, quad=quad)


def _sample(font: str, lines: Sequence[Line | None], fonts: Sequence[frozenset[str]]) -> Line | None:
    """The longest level line, up to a length that is quickly read, that is set in this font alone."""
    own = [line for line, names in zip(lines, fonts, strict=True) if line and names == {font} and abs(line.quad.angle) < 1]
    return max(own, key=lambda line: min(len(line.text), _SAMPLE), default=None)


def _is_plain(line: Line) -> bool:
    return sum(letter.isascii() for letter in line.text) > _READABLE * len(line.text)


# What is noticed


def _notices(glyphs: Glyphs, invisible: Indices, garbled: Indices, hidden: Sequence[str]) -> tuple[Notice, ...]:
    words = "".join(glyphs.text[i] for i in invisible.tolist()).split()
    found = []
    if words and _has_scan(glyphs):
        found.append(Notice("old-ocr-layer", "The PDF has the layer of another OCR program here; the page was read anew."))
        words = []
    if words or hidden:
        found.append(_hidden_text([*words, *hidden]))
    if len(garbled):
        message = f"The PDF does not say which letters {len(garbled)} of its characters are; they were read from the page."
        found.append(Notice("garbled-text", message))
    return tuple(found)


def _has_scan(glyphs: Glyphs) -> bool:
    return any(image.quad.box.area >= _SCAN * glyphs.width * glyphs.height for image in glyphs.images)


def _hidden_text(words: Sequence[str]) -> Notice:
    text = " ".join(words)
    quoted = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
    return Notice("hidden-text", f"The PDF has text here that the page does not show, and that was left out: “{quoted}”.")


def lying_text(fonts: Sequence[str]) -> tuple[Notice, ...]:
    """The notice that these fonts draw other letters than the PDF says; none for none."""
    if not fonts:
        return ()
    names = ", ".join(fonts)
    return (
        Notice("lying-text", f"The PDF's text says other letters than the page shows ({names}); they were read from the page."),
    )


# What reading a line says


def agrees(said: str, read: str) -> bool:
    """Whether what was read of a line is what the PDF says, as far as one reading can tell."""
    from rapidfuzz.distance import Indel

    a, b = ("".join(letter for letter in text.casefold() if letter.isalnum()) for text in (said, read))
    return not a or Indel.normalized_similarity(a, b) >= 0.5


def without(layer: TextLayer, fonts: Sequence[str]) -> TextLayer:
    """The same layer without what these fonts say: it is to be read from the page."""
    if not fonts:
        return layer
    lies = [not names.isdisjoint(fonts) for names in layer.fonts]
    kept = [(line, names) for line, names, lie in zip(layer.lines, layer.fonts, lies, strict=True) if not lie]
    lost = merged(line.quad.box for line, lie in zip(layer.lines, lies, strict=True) if lie)
    return replace(
        layer,
        lines=tuple(line for line, _ in kept),
        fonts=tuple(names for _, names in kept),
        unread=(*layer.unread, *lost),
        notices=(*layer.notices, *lying_text(fonts)),
        doubts=(),
    )
