"""hOCR 1.2: a web page that says of each block, line and word where it stands. docs/archive-formats.md tells what is where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from uncial import __version__
from uncial.document import Block, Cell, Document, Line, Page, Word
from uncial.formats.hocr_reading import read as read
from uncial.formats.places import angle_of, baseline, corners, is_upright, whole_box, without_strays
from uncial.formats.xml import child, legal, written
from uncial.geometry import Point, Quad

if TYPE_CHECKING:
    from lxml.etree import _Element

    from uncial.options import Output
    from uncial.original import Original

XHTML = "http://www.w3.org/1999/xhtml"
_CLASSES = (
    "ocr_page ocr_carea ocr_par ocr_line ocr_header ocr_footer ocr_textfloat ocr_caption ocr_table ocr_image ocr_textimage "
    "ocrx_block ocrx_word"
)
_CAPABILITIES = f"{_CLASSES} ocrp_dir ocrp_poly html_ocr_uncial"
"""All that could be in such a file, whether it is in this one or not (hOCR 1.2, Capabilities)."""
_STYLE = ".ocr_line{display:block}.ocr_page{border-bottom:1px solid}td,th{border:1px solid}.problem{color:#a00}"
_FLOATS = {"page-header": "ocr_header", "page-footer": "ocr_footer", "footnote": "ocr_textfloat", "caption": "ocr_caption"}
_STANDING = 45.0
"""Lines that are steeper than this say their angle; others the slope of their baseline, as Tesseract's do."""


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as XHTML in UTF-8, a `div` for each page."""
    root = etree.Element(etree.QName(XHTML, "html"), nsmap={None: XHTML})
    _head(root, document)
    body = _put(root, "body")
    for count, page in enumerate(document.pages, 1):
        _page(body, page, document, count)
    return written(root, "<!DOCTYPE html>")


def _put(parent: _Element, name: str, text: str = "", /, after: str = "\n", **attributes: object) -> _Element:
    """Add an element that browsers too can read: it has an end tag even if it is empty, and stands on a line of its own."""
    made = child(parent, name, text, **attributes)
    made.text = made.text or ""
    made.tail = after
    return made


def _head(root: _Element, document: Document) -> None:
    head = _put(root, "head")
    child(head, "meta", charset="utf-8")
    _put(head, "title", document.source.name or "hOCR")
    source, engine = document.source, document.engine
    told = {
        "ocr-system": f"uncial {__version__}",
        "ocr-capabilities": _CAPABILITIES,
        "ocr-number-of-pages": len(document.pages),
        "ocr-langs": "unknown",
        "ocr-scripts": "unknown",
        "uncial-engine": engine.name,
        "uncial-engine-version": engine.version,
        "uncial-source": source.name,
        "uncial-source-type": source.media_type,
        "uncial-source-sha256": source.sha256,
        "uncial-source-bytes": source.bytes,
    }
    for name, content in told.items():
        child(head, "meta", name=name, content=content).tail = "\n"
    _put(head, "style", _STYLE)


def _page(body: _Element, page: Page, document: Document, count: int) -> None:
    properties = [
        f'image "{_path(document.source.name)}"',
        f"bbox 0 0 {page.width} {page.height}",
        *([f"ppageno {page.number - 1}"] if _numbers_are_unique(document) else []),
        *([f"scan_res {round(page.dpi)} {round(page.dpi)}"] if page.dpi else []),
        *([f"x_turned {page.turned}"] if page.turned else []),
        *([f"x_skew {page.skew:.4f}"] if page.skew else []),
        *(["x_prepared " + " ".join(f'"{_path(step)}"' for step in page.prepared)] if page.prepared else []),
        f"x_textsource {page.text_source}",
    ]
    element = _put(body, "div", "\n", class_="ocr_page", id=f"page_{count}", title="; ".join(properties))
    _tell(element, page)
    items = [each for block in page.blocks for each in without_strays(block)]
    names = _Names(str(count))
    for is_list, run in groupby(items, key=lambda block: block.kind == "list-item"):
        if is_list:
            _list(element, tuple(run), names)
        else:
            for block in run:
                _block(element, block, names)


def _tell(element: _Element, page: Page) -> None:
    """What went wrong is seen by everybody, what was noticed by those who look for it."""
    for notice in page.notices:
        _put(element, "p", notice.message, class_="notice", hidden="hidden", data_code=notice.code)
    if page.problem:
        told = {"data_code": page.problem.code, "data_stage": page.problem.stage, "data_hint": page.problem.hint}
        _put(element, "p", page.problem.message, class_="problem", **told)
    for each in element:
        for name in [name for name in each.attrib if "_" in name]:
            each.set(name.replace("_", "-"), each.attrib.pop(name))


def _numbers_are_unique(document: Document) -> bool:
    return len({page.number for page in document.pages}) == len(document.pages)


def _path(name: str) -> str:
    """A name as the grammar of properties allows it: printable ASCII without quotes, and no Windows path."""
    return quote(legal(name), safe=" !#$&'()*+,-./:<=>?@[]^_`{|}~")


class _Names:
    """Ids, each of which is given once in a document."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._counts: dict[str, int] = {}

    def next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}_{self._page}_{self._counts[kind]}"


def _title(quad: Quad, *properties: str) -> str:
    """The place of something, and what else is said of it; a box alone cannot say that it is turned."""
    told = ["bbox {} {} {} {}".format(*whole_box(quad))]
    if not is_upright(quad):
        told.append("poly " + " ".join(f"{x} {y}" for x, y in corners(quad)))
    return "; ".join([*told, *properties])


def _block_title(block: Block) -> str:
    angle = [] if is_upright(block.quad) else [f"textangle {_angle(block.quad)}"]
    return _title(block.quad, *angle, *([f"x_column {block.column}"] if block.column else []))


def _angle(quad: Quad) -> str:
    """Counter-clockwise, unlike ours (hOCR 1.2, textangle)."""
    return f"{-quad.angle:.2f}"


def _block(parent: _Element, block: Block, names: _Names) -> None:
    title = _block_title(block)
    match block.kind:
        case "table":
            _table(parent, block, title, names)
        case "figure":
            kind = "ocr_textimage" if block.lines else "ocr_image"
            _lines(_put(parent, "div", "\n", class_=kind, id=names.next("figure"), title=title), block.lines, names)
        case "paragraph" | "heading" | "list-item":
            area = _put(parent, "div", "\n", class_="ocr_carea", id=names.next("carea"), title=title)
            tag = f"h{min(max(block.level, 1), 6)}" if block.kind == "heading" else "p"
            _lines(_put(area, tag, "\n", class_="ocr_par", id=names.next("par"), title=title), block.lines, names)
        case _:
            role = "doc-footnote" if block.kind == "footnote" else None
            element = _put(
                parent, "div", "\n", class_=_FLOATS[block.kind], id=names.next("block"), title=title, role=role
            )  # fmt: skip
            _lines(element, block.lines, names)


def _list(parent: _Element, blocks: Sequence[Block], names: _Names) -> None:
    box = blocks[0].quad.box
    for block in blocks:
        box = box.union(block.quad.box)
    area = _put(parent, "div", "\n", class_="ocr_carea", id=names.next("carea"), title=_title(Quad.of_box(box)))
    listing = _put(area, "ul", "\n", style="list-style:none")
    for block in blocks:
        told = {"class_": "ocr_par", "id": names.next("par"), "title": _block_title(block)}
        item = _put(listing, "li", "\n", **told)
        if block.level > 1:
            item.set("aria-level", str(block.level))
        _lines(item, block.lines, names)


def _table(parent: _Element, block: Block, title: str, names: _Names) -> None:
    identity = names.next("table")
    if not block.cells:
        _lines(_put(parent, "div", "\n", class_="ocr_table", id=identity, title=title), block.lines, names)
        return
    body = _put(_put(parent, "table", "\n", class_="ocr_table", id=identity, title=title), "tbody", "\n")
    for row, places in enumerate(_grid(block)):
        element = _put(body, "tr", "\n")
        for cell in places:
            if cell is None:
                _put(element, "td")
            elif cell.row == row:
                _cell(element, cell, block, names)


def _cell(row: _Element, cell: Cell, block: Block, names: _Names) -> None:
    spans = {
        "rowspan": cell.rows if cell.rows > 1 else None,
        "colspan": cell.columns if cell.columns > 1 else None,
    }
    angle = [] if is_upright(cell.quad) else [f"textangle {_angle(cell.quad)}"]
    told: dict[str, object] = {"class_": "ocrx_block", "id": names.next("cell"), "title": _title(cell.quad, *angle), **spans}
    element = _put(row, "th" if cell.heading else "td", "\n", "\n", **told)
    _lines(element, block.cell_lines(cell), names)


def _grid(block: Block) -> list[list[Cell | None]]:
    """What each row has to write: the cells that begin in it and None for places that no cell covers, from left to right."""
    covered = {place for cell in block.cells for place in cell.places}
    columns = max(cell.column + cell.columns for cell in block.cells)
    begins = {(cell.row, cell.column): cell for cell in block.cells}
    return [
        [begins.get((row, column)) for column in range(columns) if (row, column) in begins or (row, column) not in covered]
        for row in range(len(block.rows))
    ]


def _lines(parent: _Element, lines: Sequence[Line], names: _Names) -> None:
    for line in lines:
        properties = [
            *_slope(line),
            *(["x_handwritten 1"] if line.handwritten else []),
            *([f'x_engine "{_path(line.engine)}"'] if line.engine else []),
        ]
        told = {"class_": "ocr_line", "id": names.next("line"), "title": _title(line.quad, *properties), **_direction(line)}
        element = _put(parent, "span", **told)
        for word in line.words:
            _word(element, word, line.bold, names)


def _slope(line: Line) -> Iterator[str]:
    """How it lies: its angle where it stands or lies on its head, else the slope and the height of its baseline."""
    if abs(line.quad.angle) >= _STANDING:
        yield f"textangle {_angle(line.quad)}"
        return
    left, _, _, bottom = whole_box(line.quad)
    start, end = baseline(line)
    if start[0] == end[0]:
        return
    angle = angle_of([Point(*start), Point(*end)]) or 0.0
    slope = 0.0 if is_upright(line.quad) else (end[1] - start[1]) / (end[0] - start[0])
    if abs(angle) < _STANDING:
        # From the lower left corner of the box, with the same y downwards as in Tesseract's (hOCR 1.2, baseline).
        yield f"baseline {slope:.4f} {round(start[1] - slope * (start[0] - left)) - bottom}"


def _direction(line: Line) -> dict[str, str]:
    match line.direction:
        case "right-to-left":
            return {"dir": "rtl"}
        case "top-to-bottom":
            return {"style": "writing-mode:vertical-rl"}
        case _:
            return {}


def _word(parent: _Element, word: Word, bold: bool, names: _Names) -> None:
    properties = [
        *([f"x_wconf {round(word.confidence * 100)}"] if word.confidence is not None else []),
        *(
            ["x_confs " + " ".join(f"{each * 100:.4g}" for each in word.character_confidences)]
            if word.character_confidences
            else []
        ),
        *(["x_doubtful 1"] if word.doubtful else []),
    ]
    told = {"class_": "ocrx_word", "id": names.next("word"), "title": _title(word.quad, *properties)}
    element = _put(parent, "span", after=" ", **told)
    if bold:
        _put(element, "strong", word.text, after="")
    else:
        element.text = legal(word.text)
