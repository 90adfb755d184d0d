"""ALTO 4.4, as libraries and archives keep it: one file for all pages. docs/archive-formats.md tells what is where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from uncial import __version__
from uncial.document import Block, Cell, Document, Line, Page, Word
from uncial.formats.alto_reading import read as read
from uncial.formats.places import baseline, corners, is_upright, pairs, whole_box, without_strays
from uncial.formats.xml import child, rounded, written
from uncial.geometry import Quad
from uncial.running import running_text, whole_words

if TYPE_CHECKING:
    from lxml.etree import _Element

    from uncial.options import Output
    from uncial.original import Original

ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{ALTO} http://www.loc.gov/alto/v4/alto-4-4.xsd"
_DIRECTIONS = {"right-to-left": "rtl", "top-to-bottom": "ttb"}


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as ALTO in UTF-8, measured in pixels."""
    root = etree.Element(etree.QName(ALTO, "alto"), nsmap={None: ALTO, "xsi": _XSI})
    root.set(etree.QName(_XSI, "schemaLocation"), _SCHEMA)
    root.set("SCHEMAVERSION", "4.4")
    description = _description(root, document)
    styles = child(root, "Styles")
    if any(line.bold for page in document.pages for line in page.lines):
        child(styles, "TextStyle", ID="bold", FONTSTYLE="bold")
    made = _Made(description, child(root, "Tags"), {}, {}, _known(document))
    layout = child(root, "Layout")
    for count, page in enumerate(document.pages, 1):
        _page(layout, page, count, made)
    for empty in [each for each in (styles, made.tags) if not len(each)]:
        root.remove(empty)
    return written(root)


def _known(document: Document) -> frozenset[str]:
    return whole_words(line.text for page in document.pages for line in page.lines)


@dataclass(frozen=True, slots=True)
class _Made:
    """What stands at the head of the file and is referred to; it grows while the pages are written."""

    description: _Element
    tags: _Element
    tagged: dict[tuple[str, str], str]
    engines: dict[str, str]
    known: frozenset[str]

    def tag(self, element: str, kind: str, label: str) -> str:
        """The id of a tag, which is made where it is needed for the first time."""
        if (kind, label) not in self.tagged:
            name = f"tag_{len(self.tagged) + 1}"
            child(self.tags, element, ID=name, TYPE=kind, LABEL=label)
            self.tagged[kind, label] = name
        return self.tagged[kind, label]

    def engine(self, name: str) -> str | None:
        """The id of the processing by this engine; None where there is no name."""
        if name and name not in self.engines:
            self.engines[name] = f"line_engine_{len(self.engines) + 1}"
            step = child(self.description, "Processing", ID=self.engines[name])
            child(step, "processingCategory", "contentGeneration")
            child(child(step, "processingSoftware"), "softwareName", name)
        return self.engines.get(name)


def _description(root: _Element, document: Document) -> _Element:
    description = child(root, "Description")
    child(description, "MeasurementUnit", "pixel")
    source, engine = document.source, document.engine
    information = child(description, "sourceImageInformation")
    child(information, "fileName", source.name)
    for kind, told in {"sha256": source.sha256, "media-type": source.media_type, "bytes": str(source.bytes)}.items():
        child(information, "fileIdentifier", f"{kind}:{told}")
    for name, software, version in (("engine", engine.name, engine.version), ("writer", "uncial", __version__)):
        step = child(description, "Processing", ID=name)
        child(step, "processingCategory", "contentGeneration" if name == "engine" else "postOperation")
        told_software = child(step, "processingSoftware")
        child(told_software, "softwareName", software)
        child(told_software, "softwareVersion", version)
    return description


def _page(layout: _Element, page: Page, count: int, made: _Made) -> None:
    name = f"page_{count}"
    problem = page.problem
    detail = [problem.code, problem.stage, problem.message, problem.hint] if problem else []
    element = child(
        layout,
        "Page",
        ID=name,
        PROCESSINGREFS=" ".join(_page_steps(made.description, page, name)),
        HEIGHT=page.height,
        WIDTH=page.width,
        PHYSICAL_IMG_NR=page.number,
        QUALITY="Missing" if problem else None,
        QUALITY_DETAIL=" | ".join(part.replace(" | ", " / ") for part in detail),
        PC=rounded(page.confidence),
    )
    space = child(element, "PrintSpace", HEIGHT=page.height, WIDTH=page.width, HPOS=0, VPOS=0)
    blocks = [each for block in page.blocks for each in without_strays(block)]
    for number, block in enumerate(blocks, 1):
        _block(space, block, f"{name}_block_{number}", made)


def _page_steps(description: _Element, page: Page, name: str) -> list[str]:
    """What was done to the page image and what was noticed, as steps of the processing: ALTO has no other place for either."""
    step = child(description, "Processing", ID=f"{name}_prepared")
    child(step, "processingCategory", "preOperation")
    for done in page.prepared:
        child(step, "processingStepDescription", done)
    told = {"dpi": page.dpi, "turned": page.turned, "skew": page.skew, "text": page.text_source}
    settings = "; ".join(f"{key}: {value}" for key, value in told.items() if value is not None)
    child(step, "processingStepSettings", settings)
    noticed = [f"{name}_notice_{number}" for number in range(1, len(page.notices) + 1)]
    for identity, notice in zip(noticed, page.notices, strict=True):
        step = child(description, "Processing", ID=identity)
        child(step, "processingCategory", "other")
        child(step, "processingStepDescription", notice.message)
        child(step, "processingStepSettings", f"notice: {notice.code}")
    return [f"{name}_prepared", *noticed]


def _place(quad: Quad) -> dict[str, object]:
    left, top, right, bottom = whole_box(quad)
    return {"HEIGHT": bottom - top, "WIDTH": right - left, "HPOS": left, "VPOS": top}


def _shape(element: _Element, quad: Quad) -> None:
    """The corners, from where the text begins, where a box does not say all."""
    if not is_upright(quad):
        child(child(element, "Shape"), "Polygon", POINTS=pairs(corners(quad)))


def _turn(quad: Quad) -> str | None:
    """Counter-clockwise, unlike ours (ALTO 4.4, BlockType, ROTATION)."""
    return None if is_upright(quad) else f"{-quad.angle:.2f}"


def _block(parent: _Element, block: Block, name: str, made: _Made) -> None:
    tags = [] if block.kind == "paragraph" else [made.tag("StructureTag", "region", _label(block))]
    if block.column:
        tags.append(made.tag("LayoutTag", "column", f"column {block.column}"))
    told = {"ID": name, "TAGREFS": " ".join(tags), **_place(block.quad), "ROTATION": _turn(block.quad)}
    if block.kind == "table" and block.cells:
        table = child(parent, "ComposedBlock", **told, TYPE="table")
        _shape(table, block.quad)
        for number, cell in enumerate(block.cells, 1):
            _cell(table, cell, block.cell_lines(cell), f"{name}_cell_{number}", made)
    elif block.kind == "figure":
        _figure(parent, block, told, made)
    else:
        _text(parent, block.lines, block.quad, told, made)


def _label(block: Block) -> str:
    return f"{block.kind} {block.level}" if block.level else block.kind


def _cell(table: _Element, cell: Cell, lines: Sequence[Line], name: str, made: _Made) -> None:
    """ALTO has no place for rows and columns, so a tag says them."""
    label = f"row {cell.row} column {cell.column} rows {cell.rows} columns {cell.columns}{' heading' * cell.heading}"
    tag = made.tag("LayoutTag", "cell", label)
    _text(table, lines, cell.quad, {"ID": name, "TAGREFS": tag, **_place(cell.quad), "ROTATION": _turn(cell.quad)}, made)


def _figure(parent: _Element, block: Block, told: Mapping[str, object], made: _Made) -> None:
    if not block.lines:
        _shape(child(parent, "Illustration", **told), block.quad)
        return
    name = str(told["ID"])
    figure = child(parent, "ComposedBlock", **told, TYPE="figure")
    _shape(figure, block.quad)
    child(figure, "Illustration", ID=f"{name}_picture", **_place(block.quad))
    _text(figure, block.lines, block.quad, {"ID": f"{name}_text", **_place(block.quad)}, made)


def _text(parent: _Element, lines: Sequence[Line], quad: Quad, told: Mapping[str, object], made: _Made) -> None:
    element = child(parent, "TextBlock", **told)
    _shape(element, quad)
    divided = _divided(lines, made.known)
    for number, line in enumerate(lines):
        whole = divided.get(number), divided.get(number - 1)
        _line(element, line, f"{told['ID']}_line_{number + 1}", whole, made)


def _divided(lines: Sequence[Line], known: frozenset[str]) -> dict[int, str]:
    """Lines that end with half a word, by their number, and the whole word that goes on in the next line."""
    found = {}
    for number, (line, after) in enumerate(pairwise(lines)):
        if line.words and after.words and line.direction == "left-to-right":
            half, rest = line.words[-1].text, after.words[0].text
            whole = running_text([[half, rest]], known)
            if len(half) > 2 and whole == half[:-1] + rest:
                found[number] = whole
    return found


def _line(parent: _Element, line: Line, name: str, whole: tuple[str | None, str | None], made: _Made) -> None:
    element = child(
        parent,
        "TextLine",
        ID=name,
        STYLEREFS="bold" if line.bold else None,
        TAGREFS=made.tag("OtherTag", "production", "handwritten") if line.handwritten else None,
        PROCESSINGREFS=made.engine(line.engine),
        **_place(line.quad),
        BASELINE=pairs(baseline(line)),
        BASEDIRECTION=_DIRECTIONS.get(line.direction),
    )
    _shape(element, line.quad)
    half, rest = whole
    for number, word in enumerate(line.words):
        if number:
            child(element, "SP")
        last = number == len(line.words) - 1
        identity = f"{name}_word_{number + 1}"
        if half and last:
            _half(element, word, identity, half, made)
        else:
            _string(element, word, identity, ("HypPart2", rest) if rest and not number else ("", ""), made)
    if not line.words:
        child(element, "String", ID=f"{name}_word_1").set("CONTENT", "")


def _half(line: _Element, word: Word, name: str, whole: str, made: _Made) -> None:
    """A word that goes on in the next line: its letters, and its hyphen in an element of its own."""
    letters = len(word.text) - 1
    end = letters / len(word.text)
    part = replace(
        word, text=word.text[:-1], quad=word.quad.span(0.0, end), character_confidences=word.character_confidences[:letters]
    )
    _string(line, part, name, ("HypPart1", whole), made)
    child(line, "HYP", **_place(word.quad.span(end, 1.0)), CONTENT=word.text[-1])


def _string(line: _Element, word: Word, name: str, part: tuple[str, str | None], made: _Made) -> None:
    element = child(
        line,
        "String",
        ID=name,
        TAGREFS=made.tag("OtherTag", "certainty", "doubtful") if word.doubtful else None,
        **_place(word.quad),
        CONTENT=word.text,
        SUBS_TYPE=part[0],
        SUBS_CONTENT=part[1],
        WC=rounded(word.confidence),
        CS="true" if word.checked else None,
    )
    _shape(element, word.quad)
    if len(word.character_confidences) == len(word.text):
        for letter, sure in zip(word.text, word.character_confidences, strict=True):
            child(element, "Glyph", CONTENT=letter, GC=rounded(sure))
