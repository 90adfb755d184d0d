"""Reads ALTO back, of every version from 1 to 4: our own, and what ABBYY, Tesseract, kraken and eScriptorium write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from uncial.formats.bundle import numbered
from uncial.formats.places import angle_of, around, box_along, fitting, line_of, points_in, quad_along, read_words, tidy
from uncial.formats.xml import confidence, first, in_order, inside, local, number, parse, real, text_of, text_source, whole
from uncial.geometry import Box, Point, Quad

if TYPE_CHECKING:
    from lxml.etree import _Element

_USUAL_DPI = 300.0
"""Of files that measure in millimetres or inches and do not say the resolution."""
_PER_INCH = {"mm10": 254.0, "inch1200": 1200.0}
_AREAS = {"TopMargin": "page-header", "LeftMargin": "", "PrintSpace": "", "RightMargin": "", "BottomMargin": "page-footer"}
_BLOCKS = ("TextBlock", "Illustration", "ComposedBlock")
_DIRECTIONS: dict[str, Direction] = {"rtl": "right-to-left", "ttb": "top-to-bottom"}
_KINDS: dict[str, Kind] = {
    "paragraph": "paragraph", "heading": "heading", "list-item": "list-item", "table": "table", "figure": "figure",
    "caption": "caption", "footnote": "footnote", "page-header": "page-header", "page-footer": "page-footer",
    "title": "heading", "header": "page-header", "footer": "page-footer",
    # SegmOnto, the vocabulary of kraken and eScriptorium.
    "runningtitlezone": "page-header", "numberingzone": "page-header", "quiremarkszone": "page-footer",
    "graphiczone": "figure", "figurezone": "figure", "tablezone": "table", "titlepagezone": "heading",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _File:
    """What the head of a file says of all that follows."""

    scale: float
    """Pixels in one unit."""
    dpi: float | None
    tags: Mapping[str, tuple[str, str]]
    """The type and the label of each tag by its id."""
    steps: Mapping[str, _Element]
    bold: frozenset[str]
    """The ids of styles that are bold."""
    order: Sequence[str]
    """The ids of blocks in reading order, where the file says it apart from their places."""

    def labels(self, element: _Element, kind: str = "") -> list[str]:
        """The labels of an element's tags, of one type where it is said."""
        tags = [self.tags[name] for name in (element.get("TAGREFS") or "").split() if name in self.tags]
        return [label for type_, label in tags if not kind or type_ == kind]


def read(data: bytes) -> Document:
    """The document in an ALTO file. Raises `SourceDamaged` where it is broken, or has no page."""
    root = parse(data, "ALTO")
    layout = first(root, "Layout")
    found = list(inside(layout, "Page")) if layout is not None else []
    if local(root) != "alto" or not found:
        raise SourceDamaged("This ALTO file has no page.", hint="Its pages are elements Page in its Layout.")
    file = _file(root)
    pages = [_page(element, file) for element in found]
    if any(page.number < 1 for page in pages):
        pages = [replace(page, number=count) for count, page in enumerate(pages, 1)]
    return Document(numbered(pages), _source(root), _engine(root))


def _file(root: _Element) -> _File:
    description = first(root, "Description")
    unit = text_of(first(root, "Description", "MeasurementUnit")).strip()
    told = re.search(r"dpi\D{0,3}(\d{2,4}(?:\.\d+)?)|(\d{2,4}) ?dpi", text_of(description), re.IGNORECASE)
    dpi = float(told[1] or told[2]) if told else None
    styles = first(root, "Styles")
    steps = [] if description is None else [each for each in description.iter() if each.get("ID")]
    tags = first(root, "Tags")
    return _File(
        scale=(dpi or _USUAL_DPI) / _PER_INCH[unit] if unit in _PER_INCH else 1.0,
        dpi=dpi or (_USUAL_DPI if unit in _PER_INCH else None),
        tags={each.get("ID", ""): (each.get("TYPE", ""), each.get("LABEL", "")) for each in (tags if tags is not None else ())},
        steps={each.get("ID", ""): each for each in steps},
        bold=frozenset(
            each.get("ID", "") for each in (styles if styles is not None else ()) if "bold" in each.get("FONTSTYLE", "")
        ),
        order=_order(root),
    )


def _order(root: _Element) -> list[str]:
    """References of the reading order, group by group as they stand."""
    order = first(root, "ReadingOrder")
    return [] if order is None else [name for each in order.iter() for name in (each.get("REF") or "").split()]


def _source(root: _Element) -> SourceInfo:
    information = first(root, "Description", "sourceImageInformation")
    name = text_of(first(root, "Description", "sourceImageInformation", "fileName"))
    told = (
        {} if information is None else dict(text_of(each).partition(":")[::2] for each in inside(information, "fileIdentifier"))
    )
    return SourceInfo(name, told.get("media-type", ""), told.get("sha256", ""), whole(told.get("bytes")))


def _engine(root: _Element) -> EngineUsed:
    """The first program that is named: it made the text, and those behind it changed it."""
    software = next((each for each in root.iter() if local(each) == "processingSoftware"), None)
    if software is None:
        return EngineUsed("", "")
    name, version = (text_of(first(software, part)).strip() for part in ("softwareName", "softwareVersion"))
    both = re.fullmatch(r"(.+) v?(\d[\w.+-]*)", name)  # Tesseract says both in one
    return EngineUsed(both[1], both[2]) if both and not version else EngineUsed(name, version)


def _page(element: _Element, file: _File) -> Page:
    told = _settings(element, file)
    physical = number(element, "PHYSICAL_IMG_NR")
    return Page(
        number=int(physical) if physical is not None else 0,
        width=max(0, round((number(element, "WIDTH") or 0.0) * file.scale)),
        height=max(0, round((number(element, "HEIGHT") or 0.0) * file.scale)),
        dpi=real(told.get("dpi")) or (None if told else file.dpi),
        turned=whole(told.get("turned")),
        skew=real(told.get("skew")) or 0.0,
        prepared=tuple(_prepared(element, file)),
        text_source=text_source(told.get("text", "")),
        blocks=tuple(_blocks(element, file)),
        notices=tuple(_notices(element, file)),
        problem=_problem(element.get("QUALITY_DETAIL", "")) if element.get("QUALITY") == "Missing" else None,
    )


def _steps(page: _Element, file: _File) -> Iterator[_Element]:
    return (file.steps[name] for name in (page.get("PROCESSINGREFS") or "").split() if name in file.steps)


def _settings(page: _Element, file: _File) -> dict[str, str]:
    """What our own files say of the preparing of a page."""
    for step in _steps(page, file):
        if step.get("ID", "").endswith("_prepared"):
            parts = text_of(first(step, "processingStepSettings")).split("; ")
            return {part.partition(": ")[0]: part.partition(": ")[2] for part in parts}
    return {}


def _prepared(page: _Element, file: _File) -> Iterator[str]:
    for step in _steps(page, file):
        if step.get("ID", "").endswith("_prepared"):
            yield from (text_of(each) for each in inside(step, "processingStepDescription"))


def _notices(page: _Element, file: _File) -> Iterator[Notice]:
    for step in _steps(page, file):
        settings = text_of(first(step, "processingStepSettings"))
        if settings.startswith("notice: "):
            yield Notice(settings.removeprefix("notice: "), text_of(first(step, "processingStepDescription")))


def _problem(detail: str) -> Problem:
    parts = [*detail.split(" | "), "", "", "", ""]
    if " | " not in detail:
        return Problem("source-damaged", detail or "The page is missing.")
    return Problem(parts[0], parts[2], parts[3], parts[1])


def _blocks(page: _Element, file: _File) -> Iterator[Block]:
    """The blocks in reading order; what is neither text nor picture is left out."""
    areas = [(area, kind) for area in page for name, kind in _AREAS.items() if local(area) == name]
    found: dict[_Element, str] = {each: kind for area, kind in areas for each in _leaves(area)}
    for element in in_order(list(found), file.order):
        block = _block(element, file)
        if block.lines or block.kind in ("figure", "table"):
            kind = found[element]
            yield replace(block, kind=_KINDS[kind]) if kind and block.kind == "paragraph" else block


def _leaves(area: _Element) -> Iterator[_Element]:
    """Blocks of a page; those that are only composed of others are passed through."""
    for each in inside(area, *_BLOCKS):
        if local(each) == "ComposedBlock" and _composed(each) == "paragraph":
            yield from _leaves(each)
        else:
            yield each


def _composed(element: _Element) -> Kind:
    """What a composed block is as a whole; a paragraph where it only holds others together."""
    told = (element.get("TYPE") or "").lower()
    return "table" if told == "table" else "figure" if told in ("figure", "illustration", "picture") else "paragraph"


def _block(element: _Element, file: _File) -> Block:
    kind, level = _kind(element, file)
    texts = [each for each in element.iter() if local(each) == "TextBlock"]
    turned = -(number(element, "ROTATION") or 0.0)
    per_text = [[_line(each, file, -(number(text, "ROTATION") or turned)) for each in inside(text, "TextLine")] for text in texts]
    lines = tuple(line for each in per_text for line in each)
    columns = [whole(label.rpartition(" ")[2]) for label in file.labels(element, "column")]
    quad = _quad(element, file, turned) or around(line.quad for line in lines)
    cells = fitting(list(_cells(texts, per_text, file))) if kind == "table" else ()
    return Block(lines, quad, kind, level, columns[0] if columns else 0, cells)


def _kind(element: _Element, file: _File) -> tuple[Kind, int]:
    if local(element) == "Illustration":
        return "figure", 0
    for label in file.labels(element):
        told = re.match(r"([a-z-]+?)(?:[ :#](\d*).*)?$", label.strip().lower())
        if told and told[1] in _KINDS:
            kind = _KINDS[told[1]]
            level = max(1, whole(told[2], 1)) if kind in ("heading", "list-item") else 0
            return kind, min(level, 6) if kind == "heading" else level
    return (_composed(element) if local(element) == "ComposedBlock" else "paragraph"), 0


def _cells(texts: Sequence[_Element], lines: Sequence[Sequence[Line]], file: _File) -> Iterator[Cell]:
    """The cells of a table that our tags tell of; other programs do not say where in the grid a text stands."""
    start = 0
    for text, held in zip(texts, lines, strict=True):
        stop = start + len(held)
        for label in file.labels(text, "cell"):
            told = re.match(r"row (\d{1,6}) column (\d{1,6}) rows (\d{1,6}) columns (\d{1,6})( heading)?$", label)
            if told:
                row, column, rows, columns = (int(part) for part in told.groups()[:4])
                quad = _quad(text, file, -(number(text, "ROTATION") or 0.0)) or around(line.quad for line in held)
                yield Cell(row, column, quad, start, stop, max(rows, 1), max(columns, 1), bool(told[5]))
        start = stop


def _quad(element: _Element, file: _File, angle: float) -> Quad | None:
    """Where something lies, from its polygon or its box; None where it says neither."""
    polygon = first(element, "Shape", "Polygon")
    points = points_in(polygon.get("POINTS", "")) if polygon is not None else []
    if len(points) > 2:
        return quad_along([Point(x * file.scale, y * file.scale) for x, y in points], angle)
    told = [number(element, name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    left, top, width, height = (value * file.scale if value is not None else None for value in told)
    if left is None or top is None:
        return None
    return box_along(Box(left, top, left + max(width or 0.0, 0.0), top + max(height or 0.0, 0.0)), angle)


def _line(element: _Element, file: _File, turned: float) -> Line:
    base = points_in(element.get("BASELINE", ""))  # one number alone in version 3 and before: its height
    told = angle_of(base)
    angle = turned if told is None else told
    quad = _quad(element, file, angle)
    words: list[Word] = []
    for each in inside(element, "String"):
        words += _words(each, quad, angle, file)
    if (hyphen := first(element, "HYP")) is not None and words:
        words[-1] = _whole(words[-1], hyphen, file, upright=quad is None or quad == Quad.of_box(quad.box))
    return line_of(
        words,
        quad or around(word.quad for word in words),
        _DIRECTIONS.get(element.get("BASEDIRECTION", ""), "left-to-right"),
        engine=_line_engine(element, file),
        handwritten="handwritten" in file.labels(element),
        bold=_is_bold(element, file),
    )


def _line_engine(element: _Element, file: _File) -> str:
    steps = [file.steps[name] for name in (element.get("PROCESSINGREFS") or "").split() if name in file.steps]
    return "".join(text_of(first(step, "processingSoftware", "softwareName")) for step in steps[:1])


def _is_bold(element: _Element, file: _File) -> bool:
    """Whether the line's style is bold, or that of each of its words."""
    if file.bold & set((element.get("STYLEREFS") or "").split()):
        return True
    strings = list(inside(element, "String"))
    told = [bool(file.bold & set((each.get("STYLEREFS") or "").split())) or "bold" in each.get("STYLE", "") for each in strings]
    return bool(told) and all(told)


def _words(element: _Element, line: Quad | None, angle: float, file: _File) -> tuple[Word, ...]:
    quad = _quad(element, file, angle) or line or around(())
    text = element.get("CONTENT", "")
    words = read_words(text, quad, confidence(element.get("WC")), _characters(element))
    if element.get("CS") in ("true", "1"):
        return tuple(replace(word, confidence=1.0, character_confidences=(), checked=True) for word in words)
    return tuple(replace(word, doubtful=True) for word in words) if "doubtful" in file.labels(element) else words


def _characters(element: _Element) -> list[float]:
    """How sure each character is: by its glyph, else by the digits of CC, of which 0 is sure and 9 is not (ALTO 4.4, CC)."""
    glyphs = list(inside(element, "Glyph"))
    if glyphs:
        told = [confidence(each.get("GC")) for each in glyphs]
        return [each for each in told if each is not None] if all(len(each.get("CONTENT", "")) == 1 for each in glyphs) else []
    return [1 - int(digit) / 9 for digit in re.findall(r"\d", element.get("CC") or "")]


def _whole(word: Word, hyphen: _Element, file: _File, *, upright: bool) -> Word:
    """The word with the hyphen that stands apart from it in the file."""
    mark = tidy(hyphen.get("CONTENT", "")).strip() or "-"
    place = _quad(hyphen, file, 0.0) if upright else None
    length = len(word.text)
    quad = Quad.of_box(word.quad.box.union(place.box)) if place else word.quad.span(0.0, (length + len(mark)) / length)
    letters = word.character_confidences
    # The file says nothing of the hyphen itself: it is as sure as the letter before it.
    return replace(word, text=word.text + mark, quad=quad, character_confidences=letters + letters[-1:] * len(mark))
