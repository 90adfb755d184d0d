"""PAGE 2019-07-15, as transcribers use it: a file a page, several in a ZIP archive. docs/archive-formats.md tells the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

from uncial import __version__
from uncial.document import Block, Cell, Document, Line, Page, Word
from uncial.formats.bundle import packed
from uncial.formats.page_xml_reading import read as read
from uncial.formats.places import baseline, corners, is_upright, pairs, without_strays
from uncial.formats.xml import child, legal, rounded, written
from uncial.geometry import Quad

if TYPE_CHECKING:
    from lxml.etree import _Element

    from uncial.options import Output
    from uncial.original import Original

PAGE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES = {
    "paragraph": "paragraph", "heading": "heading", "list-item": "paragraph", "caption": "caption", "footnote": "footnote",
    "page-header": "header", "page-footer": "footer",
}  # fmt: skip
"""PAGE has no type for an item of a list: its reading order has a group for the list, as `custom` says in Transkribus's way."""


def write(
    document: Document, original: Original | None = None, output: Output | None = None, *, created: datetime | None = None
) -> bytes:
    """The page as PAGE in UTF-8; of several pages a ZIP archive with a file for each, in their order.

    The schema demands a time: `created`, else now.
    """
    time = (created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    files = [_file(document, page, time) for page in document.pages]
    if len(files) == 1:
        return files[0]
    return packed((f"page_{count:04}.xml", data) for count, data in enumerate(files, 1))


def _file(document: Document, page: Page, time: str) -> bytes:
    root = etree.Element(etree.QName(PAGE, "PcGts"), nsmap={None: PAGE, "xsi": _XSI})
    root.set(etree.QName(_XSI, "schemaLocation"), f"{PAGE} {PAGE}/pagecontent.xsd")
    root.set("pcGtsId", f"pcgts_{page.number}")
    _metadata(root, document, page, time)
    _page(root, document, page)
    return written(root)


def _metadata(root: _Element, document: Document, page: Page, time: str) -> None:
    source, engine = document.source, document.engine
    metadata = child(root, "Metadata")
    child(metadata, "Creator", f"uncial {__version__}")
    child(metadata, "Created", time)
    child(metadata, "LastChange", time)
    if page.problem:
        child(metadata, "Comments", f"Page {page.number} could not be read: {page.problem.message}")
    _item(metadata, "processingStep", "recognition", f"{engine.name} {engine.version}".strip(), engine.name, engine.version)
    for name, value in {
        "name": source.name,
        "mediaType": source.media_type,
        "sha256": source.sha256,
        "bytes": source.bytes,
    }.items():
        _item(metadata, "imageProperties", name, str(value))


def _item(metadata: _Element, kind: str, name: str, value: str, *labels: str) -> None:
    item = child(metadata, "MetadataItem", type=kind, name=name)
    item.set("value", legal(value))
    if labels:
        told = child(item, "Labels")
        for label in labels:
            child(told, "Label").set("value", legal(label))


def _page(root: _Element, document: Document, page: Page) -> None:
    resolution = {
        "imageXResolution": page.dpi,
        "imageYResolution": page.dpi,
        "imageResolutionUnit": "PPI" if page.dpi else None,
    }
    element = child(
        root,
        "Page",
        imageWidth=page.width,
        imageHeight=page.height,
        **resolution,
        orientation=_within(page.turned - page.skew) or None,
        type="other" if page.problem else None,
        conf=rounded(page.confidence),
    )
    element.set("imageFilename", legal(document.source.name))
    blocks = [each for block in page.blocks for each in without_strays(block)]
    named = [(f"r{count}", block) for count, block in enumerate(blocks, 1)]
    if named:
        _reading_order(element, named)
    _user_defined(element, _told(page))
    for count, (name, block) in enumerate(named):
        _region(element, block, name, count)


def _within(angle: float) -> float:
    """The angle between -180 and 180 degrees, as PAGE wants it."""
    return round(180 - (180 - angle) % 360, 4)


def _told(page: Page) -> list[tuple[str, str]]:
    """What PAGE has no attribute for."""
    problem = page.problem
    failed = [problem.code, problem.message, problem.hint, problem.stage] if problem else []
    return [
        ("number", str(page.number)),
        ("turned", str(page.turned)),
        ("skew", str(page.skew)),
        ("textSource", page.text_source),
        *(("prepared", step) for step in page.prepared),
        *((f"notice {notice.code}", notice.message) for notice in page.notices),
        *zip(("problem", "problemMessage", "problemHint", "problemStage"), failed, strict=False),
    ]


def _user_defined(parent: _Element, told: Iterable[tuple[str, str]]) -> None:
    defined = child(parent, "UserDefined")
    for name, value in told:
        child(defined, "UserAttribute", name=name, type="xsd:string", value=value)


def _reading_order(page: _Element, named: Sequence[tuple[str, Block]]) -> None:
    """The regions in their order; runs of list items are groups of their own."""
    order = child(child(page, "ReadingOrder"), "OrderedGroup", id="order")
    count = 0
    for is_list, run in groupby(named, key=lambda item: item[1].kind == "list-item"):
        names = [name for name, _ in run]
        group = order
        if is_list:
            group = child(order, "OrderedGroupIndexed", id=f"list_{names[0]}", index=count, type="list")
            count += 1
        for index, name in enumerate(names, 0 if is_list else count):
            child(group, "RegionRefIndexed", index=index, regionRef=name)
        count += 0 if is_list else len(names)


def _coords(element: _Element, quad: Quad) -> None:
    child(element, "Coords", points=pairs(corners(quad)))


def _custom(**told: Mapping[str, object]) -> str:
    """In Transkribus's notation: “readingOrder {index:0;} structure {type:heading;}”."""
    parts = [(tag, "".join(f"{key}:{value};" for key, value in values.items())) for tag, values in told.items()]
    return " ".join(f"{tag} {{{values}}}" for tag, values in parts if values)


def _turn(quad: Quad) -> float | None:
    """By how much to turn a region clockwise until its text is upright."""
    return None if is_upright(quad) else _within(-quad.angle)


def _region(page: _Element, block: Block, name: str, count: int) -> None:
    structure: dict[str, object] = {"type": block.kind}
    structure.update({"level": block.level} if block.level else {}, **({"column": block.column} if block.column else {}))
    told: dict[str, object] = {
        "id": name,
        "custom": _custom(readingOrder={"index": count}, structure=structure),
        "orientation": _turn(block.quad),
    }
    if block.kind == "table":
        _table(page, block, told)
    elif block.kind == "figure":
        element = child(page, "ImageRegion", **told, embText="true" if block.lines else None)
        _coords(element, block.quad)
        if block.lines:
            _text_region(element, block.lines, block.quad, {"id": f"{name}_text"})
    else:
        _text_region(page, block.lines, block.quad, {**told, "type": _TYPES[block.kind]})


def _table(page: _Element, block: Block, told: Mapping[str, object]) -> None:
    columns = max((cell.column + cell.columns for cell in block.cells), default=None)
    element = child(page, "TableRegion", **told, rows=len(block.rows) or None, columns=columns)
    _coords(element, block.quad)
    if not block.cells and block.lines:
        _text_region(element, block.lines, block.quad, {"id": f"{told['id']}_text"})
    for number, cell in enumerate(block.cells, 1):
        identity = {"id": f"{told['id']}_cell_{number}", "orientation": _turn(cell.quad)}
        _text_region(element, block.cell_lines(cell), cell.quad, identity, cell)


def _text_region(
    parent: _Element, lines: Sequence[Line], quad: Quad, told: Mapping[str, object], cell: Cell | None = None
) -> None:
    element = child(parent, "TextRegion", **told)
    _coords(element, quad)
    if cell:
        child(
            child(element, "Roles"),
            "TableCellRole",
            rowIndex=cell.row,
            columnIndex=cell.column,
            rowSpan=cell.rows,
            colSpan=cell.columns,
            header="true" if cell.heading else "false",
        )
    for number, line in enumerate(lines):
        _line(element, line, f"{told['id']}_l{number + 1}", number)


def _line(region: _Element, line: Line, name: str, number: int) -> None:
    told = {"engine": line.engine} if line.engine and not set(line.engine) & set("{};:") else {}
    element = child(
        region,
        "TextLine",
        id=name,
        readingDirection=None if line.direction == "left-to-right" else line.direction,
        production="handwritten-cursive" if line.handwritten else None,
        custom=_custom(readingOrder={"index": number}, uncial=told),
    )
    _coords(element, line.quad)
    child(element, "Baseline", points=pairs(baseline(line)))
    for count, word in enumerate(line.words, 1):
        _word(element, word, f"{name}_w{count}")
    _text(element, line.text, line.confidence)
    if line.bold:
        child(element, "TextStyle", bold="true")


def _word(line: _Element, word: Word, name: str) -> None:
    doubt = {"offset": 0, "length": len(word.text)} if word.doubtful else {}
    element = child(line, "Word", id=name, custom=_custom(unclear=doubt))
    _coords(element, word.quad)
    _text(element, word.text, word.confidence)
    if word.character_confidences:
        # A glyph would have to say where it stands, and only words know that.
        told = " ".join(f"{each:.4g}" for each in word.character_confidences)
        _user_defined(element, [("characterConfidences", told)])


def _text(element: _Element, text: str, sure: float | None) -> None:
    child(child(element, "TextEquiv", conf=rounded(sure)), "Unicode", text)
