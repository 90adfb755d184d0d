"""Reads hOCR back: our own, Tesseract's, and whatever else keeps to the names of the specification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

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
from uncial.formats.places import around, box_along, fitting, line_of, quad_along, read_words, rows_of, spread, tidy
from uncial.formats.xml import confidence, local, parse, text_of, text_source, whole
from uncial.geometry import Box, Point, Quad

if TYPE_CHECKING:
    from lxml.etree import _Element

Properties = dict[str, str]

_WORDS = ("ocrx_word", "ocr_word")
_LINES = ("ocr_line", "ocrx_line")
_LINES_TOO = ("ocr_header", "ocr_caption", "ocr_textfloat", "ocr_footer")
"""What Tesseract puts in the place of a line's class, from what it took the block for."""
_PICTURES = ("ocr_image", "ocr_photo", "ocr_linedrawing", "ocr_textimage")
_OUTER = {
    "ocr_table": "table", "ocr_header": "page-header", "ocr_footer": "page-footer", "ocr_caption": "caption",
    **dict.fromkeys(_PICTURES, "figure"),
}  # fmt: skip
_INNER = ("ocr_par", "ocr_textfloat", "ocrx_block", "ocr_carea", "ocr_column", "ocr_float")
_MOST_PLACES = 1_000_000
"""Of the grid of one table."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def read(data: bytes) -> Document:
    """The document in an hOCR file. Raises `SourceDamaged` where it is broken, or has no page."""
    root = _root(data)
    found = [each for each in root.iter() if _class(each) == "ocr_page"]
    if not found:
        raise SourceDamaged("This hOCR file has no page.", hint="Its pages are elements of the class ocr_page.")
    told = {each.get("name", ""): each.get("content", "") for each in root.iter() if local(each) == "meta"}
    first = _properties(found[0])
    return Document(_numbered([_page(each) for each in found]), _source(told, first), _engine(told))


def _root(data: bytes) -> _Element:
    """XHTML strictly, lest half a file pass for a whole one; HTML as browsers do."""
    head = data[:2048].lower()
    if b"<?xml" in head or b"xhtml" in head:
        return parse(data, "hOCR")
    from lxml.html import HTMLParser, document_fromstring

    return document_fromstring(data, parser=HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))


def _source(told: dict[str, str], first: Properties) -> SourceInfo:
    if "uncial-source" not in told:
        return SourceInfo(tidy(first.get("image", "").strip('"')).strip(), "", "", 0)
    return SourceInfo(
        told["uncial-source"],
        told.get("uncial-source-type", ""),
        told.get("uncial-source-sha256", ""),
        whole(told.get("uncial-source-bytes")),
    )


def _engine(told: dict[str, str]) -> EngineUsed:
    if "uncial-engine" in told:
        return EngineUsed(told["uncial-engine"], told.get("uncial-engine-version", ""))
    name, _, version = told.get("ocr-system", "").strip().partition(" ")
    return EngineUsed(name, version)


def _numbered(pages: Sequence[tuple[Page, bool]]) -> tuple[Page, ...]:
    """Pages by their own numbers, where the file says them of all; else counted."""
    if all(told for _, told in pages):
        return numbered([page for page, _ in pages])
    return tuple(replace(page, number=count) for count, (page, _) in enumerate(pages, 1))


def _class(element: _Element) -> str:
    """Its one class that is of hOCR; empty where it has none."""
    names = (element.get("class") or "").split() if isinstance(element.tag, str) else []
    return next((name for name in names if name.startswith(("ocr_", "ocrx_"))), "")


def _properties(element: _Element) -> Properties:
    """What the title says: properties by their names, with what stands behind them (hOCR 1.2, Properties Grammar)."""
    parts = re.findall(r'(?:"[^"]*"|[^";])+', element.get("title") or "")
    split = [part.strip().partition(" ") for part in parts]
    return {name: value.strip() for name, _, value in split if name}


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)", text) if len(number) < 12]


def _strings(text: str) -> tuple[str, ...]:
    return tuple(unquote(part) for part in re.findall(r'"([^"]*)"', text))


def _page(element: _Element) -> tuple[Page, bool]:
    """The page, and whether the file says its number."""
    told = _properties(element)
    _, _, width, height = (_numbers(told.get("bbox", "")) + [0.0] * 4)[:4]
    number, dpi = _numbers(told.get("ppageno", "")), _numbers(told.get("scan_res", ""))
    turned, skew = _numbers(told.get("x_turned", "")), _numbers(told.get("x_skew", ""))
    page = Page(
        number=int(number[0]) + 1 if number else 1,
        width=max(0, int(width)),
        height=max(0, int(height)),
        dpi=dpi[0] if dpi and dpi[0] > 0 else None,
        turned=int(turned[0]) if turned else 0,
        skew=skew[0] if skew else 0.0,
        prepared=_strings(told.get("x_prepared", "")),
        text_source=text_source(told.get("x_textsource", "")),
        blocks=tuple(_blocks(element)),
        notices=tuple(
            Notice(each.get("data-code", ""), text_of(each)) for each in element if each.get("class") == "notice"
        ),
        problem=next((_problem(each) for each in element if each.get("class") == "problem"), None),
    )  # fmt: skip
    return page, bool(number) and number[0] >= 0


def _problem(element: _Element) -> Problem:
    told = [element.get(f"data-{name}", "") for name in ("code", "hint", "stage")]
    return Problem(told[0], text_of(element), told[1], told[2])


def _blocks(page: _Element) -> Iterator[Block]:
    """The blocks of a page, each where its first line stands; a picture may have none."""
    groups: dict[_Element, list[_Element]] = {}
    for element in page.iterdescendants():
        if _is_line(element):
            groups.setdefault(_owner(element, page), []).append(element)
        elif _class(element) in ("ocr_table", *_PICTURES) and not _is_in_outer(element):
            groups.setdefault(element, [])
        elif _class(element) == "ocr_par" and _has_text_alone(element):
            groups.setdefault(element, []).append(element)
    for owner, lines in groups.items():
        yield _block(owner, lines, page)


def _is_in_outer(element: _Element) -> bool:
    return any(_class(each) in _OUTER for each in element.iterancestors())


def _is_line(element: _Element) -> bool:
    kind = _class(element)
    return kind in _LINES or (kind in _LINES_TOO and local(element) == "span" and not _holds(element, _LINES))


def _holds(element: _Element, classes: Sequence[str]) -> bool:
    return any(_class(each) in classes for each in element.iterdescendants())


def _has_text_alone(element: _Element) -> bool:
    inner = (*_LINES, *_LINES_TOO, *_WORDS)
    return bool(text_of(element).strip()) and not _holds(element, inner)


def _owner(element: _Element, page: _Element) -> _Element:
    """The block that a line belongs to: a table, a picture or a float around it, else its paragraph, else its area."""
    above = []
    for each in element.iterancestors():
        if each is page:
            break
        above.append(each)
    outer = [each for each in above if _class(each) in _OUTER and not _is_line(each)]
    inner = [each for name in _INNER for each in above if _class(each) == name]
    return (outer[-1:] or inner or [page])[0]


def _block(owner: _Element, found: Sequence[_Element], page: _Element) -> Block:
    told = _properties(owner)
    if list(found) == [owner]:  # text without lines
        lines = tuple(rows_of(text_of(owner), _quad(told, _textangle(told)), confidence(told.get("x_wconf"), 100)))
    else:
        lines = tuple(_line(each) for each in found)
    kind, level = _kind(owner, found)
    column = _numbers(told.get("x_column", ""))
    block = Block(
        lines,
        _quad(told, _textangle(told)) if owner is not page and "bbox" in told else around(line.quad for line in lines),
        kind,
        level,
        int(column[0]) if column else 0,
    )
    return _with_cells(block, owner, found) if local(owner) == "table" else block


def _kind(owner: _Element, lines: Sequence[_Element]) -> tuple[Kind, int]:
    name, tag = _class(owner), local(owner)
    if name in _OUTER:
        return _OUTER[name], 0  # type: ignore[return-value]
    tags = [tag, *(local(each) for each in owner.iterancestors())][:3]
    if heading := next((each for each in tags if each in _HEADINGS), ""):
        return "heading", int(heading[1])
    if tag == "li":
        return "list-item", max(1, whole(owner.get("aria-level"), 1))
    if owner.get("role") == "doc-footnote":
        return "footnote", 0
    if lines and all(_class(line) == "ocr_caption" for line in lines):
        return "caption", 0
    return "paragraph", 0


def _with_cells(block: Block, table: _Element, lines: Sequence[_Element]) -> Block:
    """The table with its cells, placed in the grid as HTML does it (HTML, 4.9.12, forming a table)."""
    places = {line: number for number, line in enumerate(lines)}
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    rows = [each for each in table.iterdescendants() if local(each) == "tr"]
    for row, element in enumerate(rows):
        column = 0
        for entry in (each for each in element if local(each) in ("td", "th")):
            while (row, column) in taken:
                column += 1
            held = [places[each] for each in entry.iterdescendants() if each in places]
            at = cells[-1].stop if cells else 0
            cell = _cell(entry, row, column, block.lines, (held[0], held[-1] + 1) if held else (at, at))
            cell = replace(cell, rows=min(cell.rows, len(rows) - row))
            taken.update(cell.places)
            if len(taken) > _MOST_PLACES:
                return block
            if cell.stop > cell.start or "bbox" in _properties(entry):
                cells.append(cell)
    return replace(block, cells=fitting(cells))


def _cell(entry: _Element, row: int, column: int, lines: Sequence[Line], held: tuple[int, int]) -> Cell:
    told = _properties(entry)
    start, stop = held
    quad = _quad(told, _textangle(told)) if "bbox" in told else around(line.quad for line in lines[start:stop])
    return Cell(row, column, quad, start, stop, _span(entry, "rowspan"), _span(entry, "colspan"), local(entry) == "th")


def _span(entry: _Element, name: str) -> int:
    return min(max(whole(entry.get(name), 1), 1), 1000)  # no more columns in one cell than HTML allows


def _textangle(told: Properties) -> float:
    """In degrees clockwise; the file says it counter-clockwise."""
    numbers = _numbers(told.get("textangle", ""))
    return -numbers[0] if numbers else 0.0


def _quad(told: Properties, angle: float) -> Quad:
    numbers = _numbers(told.get("poly", ""))
    if len(numbers) >= 6:
        return quad_along([Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)], angle)
    left, top, right, bottom = (_numbers(told.get("bbox", "")) + [0.0] * 4)[:4]
    return box_along(Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom)), angle)


def _line(element: _Element) -> Line:
    told = _properties(element)
    slope = _numbers(told.get("baseline", ""))
    turned = _textangle(told)
    angle = turned or (Quad(Point(0, 0), Point(1, slope[0]), Point(1, slope[0]), Point(0, 0)).angle if slope else 0.0)
    found = [each for each in element.iterdescendants() if _class(each) in _WORDS]
    words = tuple(word for each in found for word in _words(each, angle))
    quad = _quad(told, angle) if "bbox" in told else around(word.quad for word in words)
    if not found:
        words = spread(text_of(element), quad, confidence(told.get("x_wconf"), 100))
    strong = [each for each in element.iterdescendants() if local(each) in ("strong", "b")]
    return line_of(
        words,
        quad,
        _direction(element, found),
        engine="".join(_strings(told.get("x_engine", ""))),
        handwritten=told.get("x_handwritten") == "1",
        bold=bool(found) and len(strong) >= len(found),
    )


def _direction(element: _Element, words: Sequence[_Element]) -> Direction:
    near = [element, *element.iterancestors()]
    if any("vertical" in (each.get("style") or "") for each in near[:2]):
        return "top-to-bottom"
    told = [each.get("dir") for each in near if each.get("dir")][:1] or [each.get("dir") for each in words if each.get("dir")]
    return "right-to-left" if told and all(each == "rtl" for each in told) else "left-to-right"


def _words(element: _Element, angle: float) -> tuple[Word, ...]:
    told = _properties(element)
    letters = [confidence(str(each), 100) or 0.0 for each in _numbers(told.get("x_confs", "")) or _cinfo(element)]
    words = read_words(_word_text(element), _quad(told, angle), confidence(told.get("x_wconf"), 100), letters)
    return tuple(replace(word, doubtful=True) for word in words) if told.get("x_doubtful") == "1" else words


def _word_text(element: _Element) -> str:
    """Tesseract may put each character in an element of its own, with white space between them that means nothing."""
    letters = [each for each in element.iterdescendants() if _class(each) == "ocrx_cinfo"]
    return "".join(text_of(each).strip() for each in letters) if letters else text_of(element)


def _cinfo(element: _Element) -> list[float]:
    """Tesseract's confidences of characters, an element each."""
    found = [_numbers(_properties(each).get("x_conf", "")) for each in element.iterdescendants() if _class(each) == "ocrx_cinfo"]
    return [numbers[0] for numbers in found if numbers]
