"""Reads PAGE back, of every version: our own, and what Transkribus, OCR-D, kraken and eScriptorium write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from uncial.document import (
    Block,
    Cell,
    Direction,
    Document,
    EngineUsed,
    Kind,
    Line,
    Notice,
    Page,
    Problem,
    SourceInfo,
    Word,
)
from uncial.errors import SourceDamaged
from uncial.formats.bundle import joined, unpacked
from uncial.formats.places import angle_of, around, corrected, fitting, line_of, points_in, quad_along, read_words, rows_of, tidy
from uncial.formats.xml import confidence, first, in_order, inside, local, number, parse, real, text_of, text_source, whole
from uncial.geometry import Point, Quad

if TYPE_CHECKING:
    from lxml.etree import _Element

_PICTURES = ("ImageRegion", "GraphicRegion", "LineDrawingRegion", "ChartRegion", "MapRegion")
_TEXTS = ("TextRegion", "TableCell")
_OTHERS = ("MathsRegion", "ChemRegion", "MusicRegion", "AdvertRegion", "UnknownRegion", "CustomRegion")
"""What holds text in regions of its own, if at all."""
_REGIONS = ("TextRegion", "TableRegion", *_PICTURES, *_OTHERS)
_DIRECTIONS: dict[str, Direction] = {"right-to-left": "right-to-left", "top-to-bottom": "top-to-bottom"}
_KINDS: dict[str, Kind] = {
    "paragraph": "paragraph", "heading": "heading", "list-item": "list-item", "table": "table", "figure": "figure",
    "caption": "caption", "footnote": "footnote", "page-header": "page-header", "page-footer": "page-footer",
    "header": "page-header", "footer": "page-footer", "page-number": "page-header", "footnote-continued": "footnote",
    "endnote": "footnote", "signature-mark": "page-footer", "catch-word": "page-footer",
}  # fmt: skip


def read(data: bytes) -> Document:
    """The document in a PAGE file, or in a ZIP archive of such files. Raises `SourceDamaged` where it is broken."""
    if data.startswith(b"PK\x03\x04"):
        return joined([_read(file) for name, file in unpacked(data) if name.lower().endswith(".xml") and b"PcGts" in file[:4096]])
    return _read(data)


def _read(data: bytes) -> Document:
    root = parse(data, "PAGE")
    page = first(root, "Page")
    if local(root) != "PcGts" or page is None:
        raise SourceDamaged("This PAGE file has no page.", hint="Its page is an element Page in PcGts.")
    return Document((_page(page),), _source(root, page), _engine(root))


def _items(root: _Element, kind: str) -> list[_Element]:
    metadata = first(root, "Metadata")
    return [] if metadata is None else [each for each in inside(metadata, "MetadataItem") if each.get("type") == kind]


def _source(root: _Element, page: _Element) -> SourceInfo:
    told = {each.get("name", ""): each.get("value", "") for each in _items(root, "imageProperties")}
    name = told.get("name", page.get("imageFilename", ""))
    return SourceInfo(name, told.get("mediaType", ""), told.get("sha256", ""), whole(told.get("bytes")))


def _engine(root: _Element) -> EngineUsed:
    for step in _items(root, "processingStep"):
        labels = [each.get("value", "") for each in step.iter() if local(each) == "Label"]
        if step.get("name") == "recognition" and len(labels) == 2:
            return EngineUsed(labels[0], labels[1])
    return EngineUsed(tidy(text_of(first(root, "Metadata", "Creator"))).strip(), "")


def _page(element: _Element) -> Page:
    defined = _user_defined(element)
    told = dict(defined)
    return Page(
        number=max(1, whole(told.get("number"), 1)),
        width=whole(element.get("imageWidth")),
        height=whole(element.get("imageHeight")),
        dpi=_dpi(element),
        turned=whole(told.get("turned")),
        skew=real(told.get("skew")) or 0.0,
        prepared=tuple(value for name, value in defined if name == "prepared"),
        text_source=text_source(told.get("textSource", "")),
        blocks=tuple(_blocks(element)),
        notices=tuple(Notice(name.removeprefix("notice "), value) for name, value in defined if name.startswith("notice ")),
        problem=_problem(told) if "problem" in told else None,
    )


def _problem(told: dict[str, str]) -> Problem:
    return Problem(told["problem"], *(told.get(f"problem{part}", "") for part in ("Message", "Hint", "Stage")))


def _user_defined(element: _Element) -> list[tuple[str, str]]:
    defined = first(element, "UserDefined")
    return [] if defined is None else [(each.get("name", ""), each.get("value", "")) for each in defined]


def _dpi(page: _Element) -> float | None:
    told = number(page, "imageXResolution")
    if not told or told <= 0 or page.get("imageResolutionUnit") == "other":
        return None
    return told * 2.54 if page.get("imageResolutionUnit") == "PPCM" else told


def _custom(element: _Element, tag: str, key: str) -> str:
    """A value of Transkribus's notation: “structure {type:heading;}”; empty where it is not there."""
    told = re.search(rf"(?:^|\s){tag}\s*\{{([^}}]*)\}}", element.get("custom") or "")
    found = re.search(rf"(?:^|;)\s*{key}\s*:\s*([^;]*)", told[1]) if told else None
    return found[1].strip() if found else ""


def _ordered(found: Sequence[_Element]) -> list[_Element]:
    """In the order of Transkribus's numbers; those that have none follow, as they stand."""
    places = [_custom(each, "readingOrder", "index") for each in found]
    numbers = [whole(place, len(found)) for place in places]
    return [found[at] for at in sorted(range(len(found)), key=lambda at: numbers[at])]


def _blocks(page: _Element) -> Iterator[Block]:
    """The regions in reading order; separators and noise are left out, and text regions within others follow those."""
    found = [each for top in inside(page, *_REGIONS) for each in _flat(top)]
    order, listed = _reading_order(page)
    for element in in_order(found, order) if order else _ordered(found):
        block = _block(element)
        if element.get("id") in listed and block.kind == "paragraph":
            block = replace(block, kind="list-item", level=1)
        if block.lines or block.kind in ("figure", "table"):
            yield block


def _flat(region: _Element) -> Iterator[_Element]:
    if local(region) not in _OTHERS:
        yield region
    if local(region) in ("TextRegion", *_OTHERS):
        for each in inside(region, *_REGIONS):
            yield from _flat(each)


def _reading_order(page: _Element) -> tuple[list[str], set[str]]:
    """The ids of regions in their order, and which of them stand in the group of a list."""
    order = first(page, "ReadingOrder")
    if order is None:
        return [], set()
    listed = {
        ref.get("regionRef", "") for group in order.iter() if group.get("type") == "list" for ref in group.iter()
    }  # fmt: skip
    return list(_references(order)), listed


def _references(group: _Element) -> Iterator[str]:
    """Those of a group by their index; of an unordered group as they stand."""
    entries = [each for each in group if isinstance(each.tag, str)]
    if all(each.get("index") for each in entries):
        entries.sort(key=lambda each: whole(each.get("index"), len(entries)))
    for each in entries:
        if told := each.get("regionRef"):
            yield told
        yield from _references(each)


def _block(element: _Element) -> Block:
    kind, level = _kind(element)
    nested = element.iter() if kind in ("table", "figure") else [element]
    texts = [each for each in nested if local(each) in _TEXTS]
    lines = [_lines(each) for each in texts]
    every = tuple(line for held in lines for line in held)
    return Block(
        every,
        _quad(element, _turn(element)) or around(line.quad for line in every),
        kind,
        level,
        whole(_custom(element, "structure", "column")),
        fitting(list(_cells(texts, lines))) if kind == "table" else (),
    )


def _kind(element: _Element) -> tuple[Kind, int]:
    if local(element) == "TableRegion":
        return "table", 0
    if local(element) in _PICTURES:
        return "figure", 0
    names = (_custom(element, "structure", "type"), element.get("type") or "")
    kind: Kind = next((_KINDS[name] for name in names if name in _KINDS), "paragraph")
    if kind in ("table", "figure"):
        return "paragraph", 0
    level = max(1, whole(_custom(element, "structure", "level"), 1))
    if kind == "heading":
        return kind, min(level, 6)
    return kind, level if kind == "list-item" else 0


def _turn(element: _Element) -> float:
    """In which direction the text of a region runs, in degrees clockwise."""
    told = number(element, "orientation")
    return -(told if told is not None else number(element, "readingOrientation") or 0.0)


def _cells(texts: Sequence[_Element], lines: Sequence[Sequence[Line]]) -> Iterator[Cell]:
    start = 0
    for element, held in zip(texts, lines, strict=True):
        stop = start + len(held)
        role = first(element, "Roles", "TableCellRole")
        told = element if role is None else role
        names = ("row", "col", "rowSpan", "colSpan") if role is None else ("rowIndex", "columnIndex", "rowSpan", "colSpan")
        row, column, rows, columns = (number(told, name) for name in names)
        if row is not None and column is not None and min(row, column) >= 0:
            quad = _quad(element, _turn(element)) or around(line.quad for line in held)
            spans = (max(int(rows or 1), 1), max(int(columns or 1), 1))
            yield Cell(int(row), int(column), quad, start, stop, *spans, told.get("header") == "true")
        start = stop


def _quad(element: _Element, angle: float) -> Quad | None:
    """Where it lies; the files of 2010 have an element for each point."""
    coords = first(element, "Coords")
    if coords is None:
        return None
    points = points_in(coords.get("points", "")) or [
        Point(number(each, "x") or 0.0, number(each, "y") or 0.0) for each in inside(coords, "Point")
    ]
    return quad_along(points, angle) if points else None


def _lines(region: _Element) -> list[Line]:
    """The lines of a region in their order; of one without any, lines of its text spread over its place."""
    found = _ordered(list(inside(region, "TextLine")))
    if found:
        direction = region.get("readingDirection", "")
        return [_line(each, direction, _turn(region)) for each in found]
    text, sure = _text(region)
    return rows_of(text, _quad(region, _turn(region)) or around(()), sure)


def _line(element: _Element, direction: str, turned: float) -> Line:
    base = first(element, "Baseline")
    told = angle_of(points_in(base.get("points", ""))) if base is not None else None
    angle = turned if told is None else told
    words = [word for each in inside(element, "Word") for word in _words(each, angle)]
    quad = _quad(element, angle) or around(word.quad for word in words)
    text, sure = _text(element)
    style = first(element, "TextStyle")
    return line_of(
        corrected(words, text, quad, sure if not words else None),
        quad,
        _DIRECTIONS.get(element.get("readingDirection") or direction, "left-to-right"),
        confidence=sure,
        engine=_custom(element, "uncial", "engine"),
        handwritten=(element.get("production") or "").startswith("handwritten"),
        bold=style is not None and style.get("bold") in ("true", "1"),
    )


def _words(element: _Element, angle: float) -> tuple[Word, ...]:
    text, sure = _text(element)
    quad = _quad(element, angle) or around(())
    words = read_words(text, quad, sure, _characters(element))
    return tuple(replace(word, doubtful=True) for word in words) if _custom(element, "unclear", "length") else words


def _characters(word: _Element) -> list[float]:
    told = dict(_user_defined(word)).get("characterConfidences", "").split()
    found = [confidence(each) for each in told] or [_text(each)[1] for each in inside(word, "Glyph")]
    return [each for each in found if each is not None]


def _text(element: _Element) -> tuple[str, float | None]:
    """The best of its texts, which has the lowest index, and how sure it is."""
    found = sorted(inside(element, "TextEquiv"), key=lambda each: number(each, "index") or 0.0)
    if not found:
        return "", None
    unicode = first(found[0], "Unicode")
    return text_of(unicode if unicode is not None else first(found[0], "PlainText")), confidence(found[0].get("conf"))
