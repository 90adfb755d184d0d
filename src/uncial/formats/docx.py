"""A Word document (ECMA-376): what an office would have typed, with Word's own styles, lists, tables, headers and footers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from uncial.formats.edges import EdgeLine, edge_lines, page_offsets
from uncial.formats.flow import Flow, Item, Part, Sheet, Span, listed
from uncial.formats.numbers import looks_numeric
from uncial.formats.office import settled
from uncial.formats.paper import Margins, body_size, letter_height, line_spacing, margins_of, paper_of, paragraph_gap
from uncial.formats.pictures import Pictures
from uncial.formats.wordml import Numbering, add, fill_table, find
from uncial.level import level
from uncial.printable import fit

if TYPE_CHECKING:
    from uncial.document import Block, Document, Page
    from uncial.geometry import Box
    from uncial.options import Output
    from uncial.original import Original

_FONT = "Arial"
"""Known to every office program, or something as wide; it has Latin, Greek, Cyrillic, Hebrew and Arabic letters."""
_LARGEST = 28.0
_MOST_COLUMNS = 63
"""Of a table in Word."""
_MOST_SIDE_BY_SIDE = 4
_BETWEEN = 18
"""Points between two columns of text."""
_TWIPS = 20
"""In a point."""
_LEVELS = 9
_ROW = 0.95
"""Of its height on the page, how high a row of a table is at least: what a table grows by elsewhere has room then."""
_NO_LANGUAGE = "x-none"
"""What Word calls text whose spelling is not to be judged."""
_STYLES = {"caption": "Caption", "footnote": "footnote text", "list-item": "List Paragraph"}
_TABLE_TEXT = "Table Text"
_RED = RGBColor(0xB0, 0x20, 0x20)


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as Word reads it; the same document gives the same bytes."""
    writing = _Writing(document, original)
    for sheet in writing.flow.sheets:
        writing.add_sheet(sheet)
    return writing.saved()


@dataclass(frozen=True, slots=True)
class _Setting:
    """What pages have in common that stand in one section."""

    paper: tuple[float, float]
    header: tuple[EdgeLine, ...]
    footer: tuple[EdgeLine, ...]
    offset: int | None
    """The number that is printed on a page less its place in the file."""


class _Writing:
    """A Word document while it is written, page by page."""

    def __init__(self, document: Document, original: Original | None) -> None:
        self.docx: Any = new_document()
        self.original = original
        pages = document.pages
        self.size = body_size(pages)
        self.height = letter_height(block for page in pages for block in page.blocks if block.kind == "paragraph")
        sized = groupby(sorted(pages, key=_paper_size), key=_paper_size)
        self.margins = {size: margins_of(list(same)) for size, same in sized}
        offsets = page_offsets([(page, edge_lines(page, "page-header", "page-footer")) for page in pages])
        self.settings = {page.number: _setting(page, offsets.get(page.number)) for page in pages}
        self.flow = Flow(document, lambda before, after: self.settings[before.number] == self.settings[after.number])
        self.numbering = Numbering(self.docx.part.numbering_part.element)
        self.setting: _Setting | None = None
        self.columns = 1
        self.page: _OnPage
        _describe(self.docx, fit(document.source.name))
        self.gap = paragraph_gap(pages, self.size)
        _set_styles(self.docx, self.flow.language, self.size, line_spacing(pages, self.size), self.gap)
        _set_headings(self.docx, pages, self.size)

    def add_sheet(self, sheet: Sheet) -> None:
        """A page, in the section of the one before it where both have the same paper, header and footer."""
        setting = self.settings[sheet.page.number]
        margins = self.margins[setting.paper]
        begins = setting != self.setting
        breaks = not begins and not sheet.goes_on
        if begins:
            self._begin_section(setting, margins, sheet.page.number)
        self.setting = setting
        self.page = _OnPage(self.docx, sheet.page, margins, (self.size, self.gap), begins=begins, breaks=breaks)
        if sheet.page.problem:
            self._add_problem(sheet.page)
        pictures = Pictures(self.original, sheet.page)
        for count, parts in _bands(sheet):
            self.columns = self.page.begin_band(count, self.columns)
            self._add_parts(parts, pictures)
        self.page.end()

    def _add_parts(self, parts: Iterable[Part], pictures: Pictures) -> None:
        for part in listed(parts):
            if isinstance(part, tuple):
                self.numbering.begin()
                self._add_items(part, 0)
            else:
                self._add_part(part, pictures)

    def saved(self) -> bytes:
        """The whole as bytes."""
        out = BytesIO()
        self.docx.save(out)
        return settled(out.getvalue())

    def _begin_section(self, setting: _Setting, margins: Margins, number: int) -> None:
        section = self.docx.sections[0] if self.setting is None else _new_section(self.docx, WD_SECTION.NEW_PAGE, 1)
        self.columns = 1
        width, height = setting.paper
        section.page_width, section.page_height = Pt(width), Pt(height)
        section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
        section.left_margin, section.right_margin = Pt(margins.left), Pt(margins.right)
        section.top_margin, section.bottom_margin = Pt(margins.top), Pt(margins.bottom)
        section.header_distance = section.footer_distance = Pt(min(margins.top, margins.bottom) / 2)
        text_width = width - margins.left - margins.right
        for edge, lines in ((section.header, setting.header), (section.footer, setting.footer)):
            edge.is_linked_to_previous = False
            _fill_edge(edge, lines, text_width)
        if setting.offset is not None:
            numbers = add(section._sectPr, "pgNumType", start=max(number + setting.offset, 0))
            find(section._sectPr, "cols").addprevious(numbers)  # Word wants them in this order

    def _add_problem(self, page: Page) -> None:
        assert page.problem
        paragraph = self.page.paragraph()
        told = paragraph.add_run(f"Page {page.number} could not be read. ")
        told.bold = True
        told.font.color.rgb = _RED
        paragraph.add_run(fit(f"{page.problem.message} {page.problem.hint}").strip())

    def _add_part(self, part: Part, pictures: Pictures) -> None:
        if part.kind == "table" and part.block.cells:
            self._add_table(part)
        elif part.kind == "figure":
            self._add_figure(part, pictures)
        else:
            style = f"Heading {min(max(part.block.level, 1), 6)}" if part.kind == "heading" else _STYLES.get(part.kind)
            paragraph = self.page.paragraph(style, part)
            self._add_spans(paragraph, part.spans, plain=part.kind == "heading")

    def _add_items(self, items: Iterable[Item], depth: int) -> None:
        for item in items:
            paragraph = self.page.paragraph("List Paragraph", direction=item.part.direction)
            number = self.numbering.number(item.marker, depth)
            hanging = max(18.0, 2 * self.size)
            if number is not None:
                looks: Any = paragraph._p.get_or_add_pPr()
                properties = looks.get_or_add_numPr()
                properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = depth, number
            paragraph.paragraph_format.left_indent = Pt(hanging * (depth + 1))
            paragraph.paragraph_format.first_line_indent = Pt(-hanging)
            if number is None and item.marker:
                paragraph.add_run(item.marker.marker + "\t")
            self._add_spans(paragraph, item.spans)
            self._add_items(item.children, min(depth + 1, _LEVELS - 1))

    def _add_figure(self, part: Part, pictures: Pictures) -> None:
        """The picture as large as it was; without the file that was read, what is written in it."""
        picture = pictures.cut(part.block)
        if picture is None:
            for line in part.block.lines:
                self.page.paragraph().add_run(fit(line.text))
            return
        paragraph = self.page.paragraph(None, part)
        width = picture.width * self.page.paper.scale
        height = picture.height * self.page.paper.scale
        fits = min(1.0, self.page.width / width, self.page.text_height / height)
        shape = paragraph.add_run().add_picture(BytesIO(picture.data), Pt(width * fits), Pt(height * fits))
        shape._inline.docPr.set("descr", part.text)
        if fits < 1:
            paragraph.paragraph_format.left_indent = None

    def _add_table(self, part: Part) -> None:
        block = part.block
        if max(cell.column + cell.columns for cell in block.cells) > _MOST_COLUMNS:
            for row in block.text.split("\n"):
                self.page.paragraph().add_run(fit(row.replace("\t", " | ")))
            return
        table = self.page.table(part)
        size = self._size_of(block)
        for cell, element in fill_table(table, block, int(table.get("width")), self.page.paper.scale * _TWIPS * _ROW):
            paragraph = Paragraph(element, self.docx._body)
            _set_style_of(paragraph, _TABLE_TEXT)
            _run_left(paragraph, part.direction)
            spans = self.flow.cell_spans(block, cell)
            if looks_numeric("".join(span.text for span in spans)) and not cell.heading:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._add_spans(paragraph, spans, size=size, bold=cell.heading)
        del table.attrib["width"]

    def _size_of(self, block: Block) -> float | None:
        """The size of a block's letters, where they are smaller than those of the text."""
        height = letter_height([block])
        size = round(self.size * height / self.height * 2) / 2 if height and self.height else self.size
        return max(size, 6.0) if size < self.size else None

    def _add_spans(
        self,
        paragraph: Paragraph,
        spans: Iterable[Span],
        *,
        size: float | None = None,
        bold: bool = False,
        plain: bool = False,
    ) -> None:
        left = _runs_left(paragraph)
        for span in spans:
            run = paragraph.add_run(span.text)
            font = run.font
            if left:
                font.rtl = True
            if bold or (span.bold and not plain):
                font.bold = font.cs_bold = True
            if span.doubtful:
                font.highlight_color = WD_COLOR_INDEX.YELLOW
            if size:
                font.size = Pt(size)


class _OnPage:
    """Where on a page the writing has come to, so that what follows stands as far below it as on the original."""

    def __init__(
        self, docx: Any, page: Page, margins: Margins, sizes: tuple[float, float], *, begins: bool, breaks: bool
    ) -> None:
        self.docx, self.margins = docx, margins
        self.size, self.gap = sizes
        self.paper = paper = paper_of(page)
        self.flat = level(page)
        self.full_width = self.width = paper.width - margins.left - margins.right
        self.boxes = [self.flat.box(block.quad) for block in page.blocks]
        self.text_height = paper.height - margins.top - margins.bottom - 2 * self.size
        self.begins, self.breaks = begins, breaks
        self.bottom = (margins.top - self.size) / paper.scale
        self.column = 0

    def begin_band(self, count: int, before: int) -> int:
        """A part of the page with so many columns begins, after one with `before`; gives its number of columns back."""
        if count != before and self.begins:
            _set_columns(self.docx.sections[-1], count)
        elif count != before:
            self._end_table()
            _new_section(self.docx, WD_SECTION.NEW_PAGE if self.breaks else WD_SECTION.CONTINUOUS, count)
            self.breaks = False
        self.begins = False
        self.width = (self.full_width - (count - 1) * _BETWEEN) / count
        return count

    def paragraph(self, style: str | None = None, part: Part | None = None, direction: str = "") -> Paragraph:
        """A new paragraph, placed as the part is on the page."""
        self.begins = False
        after_table = self._last_is_table()
        made: Paragraph = self.docx.add_paragraph()
        _set_style_of(made, style)
        _run_left(made, direction or (part.direction if part else ""))
        if self.breaks:
            made.paragraph_format.page_break_before = True
            self.breaks = False
        if part:
            self._place(made, part)
        if after_table and made.paragraph_format.space_before is None:
            made.paragraph_format.space_before = Pt(self.size / 2)
        return made

    def table(self, part: Part) -> Any:
        """A new, empty table (w:tbl) of the width that it has on the page; its attribute `width` says it in twips."""
        if self.breaks or self._last_is_table():
            _shrink(self.paragraph())
        box = self.flat.box(part.block.quad)
        width = min(max(box.width * self.paper.scale, self.width / 4), self.width)
        indent = box.left * self.paper.scale - self.margins.left
        made = OxmlElement("w:tbl")
        looks = add(made, "tblPr")
        add(looks, "tblStyle", val="TableGrid")
        if part.direction == "rtl":
            add(looks, "bidiVisual")
        add(looks, "tblW", w=int(width * _TWIPS), type="dxa")
        if 2 * self.size < indent < self.width - width:
            add(looks, "tblInd", w=int(indent * _TWIPS), type="dxa")
        made.set("width", str(int(width * _TWIPS)))
        self.docx.element.body[-1].addprevious(made)
        self.bottom, self.column = box.bottom, part.block.column
        return made

    def end(self) -> None:
        """The page is full; Word wants a paragraph after a table, and a page without anything is a page too."""
        if self.breaks or len(self.docx.element.body) == 1:  # a page without anything
            _shrink(self.paragraph())
        self._end_table()

    def _end_table(self) -> None:
        if self._last_is_table():
            _shrink(self.paragraph())

    def _last_is_table(self) -> bool:
        last = self.docx.element.body[-1].getprevious()
        return last is not None and last.tag.endswith("}tbl")

    def _place(self, paragraph: Paragraph, part: Part) -> None:
        """Free space above as on the page, and to the left where the block stands alone in its row."""
        box = self.flat.box(part.block.quad)
        gap = (box.top - self.bottom) * self.paper.scale - self.gap - self.size / 2
        if part.block.column == self.column and gap > self.size / 2:
            paragraph.paragraph_format.space_before = Pt(round(min(gap, self.text_height / 3)))
        self.bottom, self.column = box.bottom, part.block.column
        if part.block.column == 0 and part.direction == "ltr" and self._is_alone(box):
            self._align(paragraph, part, box)

    def _is_alone(self, box: Box) -> bool:
        """Whether nothing stands beside it."""
        least = self.size / self.paper.scale / 2
        beside = (min(box.bottom, other.bottom) - max(box.top, other.top) > least for other in self.boxes if other != box)
        return not any(beside)

    def _align(self, paragraph: Paragraph, part: Part, box: Box) -> None:
        left = box.left * self.paper.scale - self.margins.left
        right = self.paper.width - self.margins.right - box.right * self.paper.scale
        if min(left, right) > 2 * self.size and abs(left - right) < 3 * self.size and self._is_centred(part, box):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif right < 2 * self.size and left > self.width / 2 and len(part.block.lines) == 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif left > 1.5 * self.size:
            paragraph.paragraph_format.left_indent = Pt(round(min(left, self.width * 0.6)))

    def _is_centred(self, part: Part, box: Box) -> bool:
        middles = (self.flat.box(line.quad).center.x for line in part.block.lines)
        return all(abs(middle - box.center.x) * self.paper.scale < 1.5 * self.size for middle in middles)


def _setting(page: Page, offset: int | None) -> _Setting:
    header, footer = edge_lines(page, "page-header"), edge_lines(page, "page-footer")
    if offset is not None:
        number = offset + page.number
        header, footer = (tuple(line.pattern(number) for line in lines) for lines in (header, footer))
    return _Setting(_paper_size(page), header, footer, offset)


def _paper_size(page: Page) -> tuple[float, float]:
    paper = paper_of(page)
    return paper.width, paper.height


def _bands(sheet: Sheet) -> Iterator[tuple[int, Sequence[Part]]]:
    """The parts of a page by the number of columns that they stand in, from the top of the page."""
    count = max((block.column for block in sheet.page.blocks), default=0)
    side_by_side = count if count <= _MOST_SIDE_BY_SIDE else 1
    for columned, parts in groupby(sheet.body, key=lambda part: part.block.column > 0):
        yield (side_by_side if columned else 1), list(parts)


def _new_section(docx: Any, start: WD_SECTION, columns: int) -> Any:
    """A section; the one before ends with its last paragraph, not with an empty one of its own."""
    section = docx.add_section(start)
    ending = docx.element.body[-2]
    before = ending.getprevious()
    if before is not None and before.tag == ending.tag and find(before, "pPr/sectPr") is None:
        before.set_sectPr(find(ending, "pPr/sectPr"))
        ending.getparent().remove(ending)
    numbers = find(section._sectPr, "pgNumType")
    if numbers is not None:
        section._sectPr.remove(numbers)
    _set_columns(section, columns)
    return section


def _set_columns(section: Any, count: int) -> None:
    columned = add(section._sectPr, "cols", num=count, space=_BETWEEN * _TWIPS)
    section._sectPr.replace(find(section._sectPr, "cols"), columned)


def _fill_edge(edge: Any, lines: Sequence[EdgeLine], width: float) -> None:
    """A header or footer: what stands in the middle and to the right is brought there by tabs."""
    for at, line in enumerate(lines):
        paragraph = edge.paragraphs[0] if at == 0 else edge.add_paragraph(style=edge.paragraphs[0].style)
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Pt(width / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Pt(width), WD_TAB_ALIGNMENT.RIGHT)
        text = f"{line.left}\t{line.middle}\t{line.right}".rstrip("\t")
        before, number, after = text.partition("\0")
        paragraph.add_run(before)
        if number:
            add(add(add(paragraph._p, "fldSimple", instr="PAGE"), "r"), "t").text = "1"
            paragraph.add_run(after.replace("\0", ""))


def _set_style_of(paragraph: Paragraph, name: str | None) -> None:
    """Set the style by its id, which is its name without spaces: to look names up costs more than all else together."""
    if name:
        paragraph._p.style = name.replace(" ", "")


def _shrink(paragraph: Paragraph) -> None:
    """Make an empty paragraph, which Word wants to be there, as small as it can be."""
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(1)


def _run_left(paragraph: Paragraph, direction: str) -> None:
    if direction == "rtl":
        add(paragraph._p.get_or_add_pPr(), "bidi")


def _runs_left(paragraph: Paragraph) -> bool:
    return find(paragraph._p, "pPr/bidi") is not None


def _describe(docx: Any, title: str) -> None:
    """The document's properties: its title, and no time, so that the same document gives the same bytes."""
    properties = docx.core_properties
    properties.title, properties.author, properties.comments = title[:255], "", ""
    for each in list(properties._element):
        if each.tag.endswith(("}created", "}modified", "}lastModifiedBy")):
            properties._element.remove(each)
    package = docx.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]  # of the template


def _set_styles(docx: Any, code: str, size: float, spacing: float, gap: float) -> None:
    """Word's own styles, in the sizes of the document and without the colours of the template."""
    defaults = find(docx.styles.element, "docDefaults/rPrDefault/rPr")
    language = find(defaults, "lang")
    for name in language.attrib:
        language.set(name, code or _NO_LANGUAGE)
    _set_style(docx.styles["Normal"], size, after=gap, spacing=spacing)
    docx.styles["Normal"].paragraph_format.widow_control = True
    for name in ("footnote text", _TABLE_TEXT):
        made = docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = docx.styles["Normal"]
    _set_style(docx.styles["footnote text"], max(size - 1.5, 6), after=2, spacing=1)
    _set_style(docx.styles[_TABLE_TEXT], size, after=0, spacing=1)
    _set_style(docx.styles["Caption"], max(size - 1, 6), after=size / 2, spacing=1)
    docx.styles["Caption"].font.bold, docx.styles["Caption"].font.italic = False, True
    for name in ("Header", "Footer"):
        _set_style(docx.styles[name], max(size - 1, 6), after=0, spacing=1)
        docx.styles[name].paragraph_format.tab_stops.clear_all()


def _set_headings(docx: Any, pages: Iterable[Page], size: float) -> None:
    """Each level in its own size, as many times that of the text as on the pages."""
    blocks = [block for page in pages for block in page.blocks]
    body = letter_height(block for block in blocks if block.kind == "paragraph")
    for rank in range(1, 7):
        height = letter_height(block for block in blocks if block.kind == "heading" and block.level == rank)
        ratio = height / body if height and body else 1.6 - 0.1 * rank
        own = round(min(max(size * ratio, size), max(_LARGEST, size)) * 2) / 2
        style = docx.styles[f"Heading {rank}"]
        _set_style(style, own, after=size / 3, spacing=1)
        style.paragraph_format.space_before = Pt(size)
        style.font.bold = True


def _set_style(style: Any, size: float, *, after: float, spacing: float) -> None:
    style.font.size, style.font.name, style.font.color.rgb = Pt(size), _FONT, RGBColor(0, 0, 0)
    looks = style.element.get_or_add_rPr()
    fonts = find(looks, "rFonts")
    fonts.attrib.clear()
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(f"{fonts.tag.partition('}')[0]}}}{name}", _FONT)
    complex_size = find(looks, "szCs")
    if complex_size is None:
        complex_size = add(looks, "szCs")
        find(looks, "sz").addnext(complex_size)
    complex_size.set(f"{complex_size.tag.partition('}')[0]}}}val", str(int(size * 2)))
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(after), spacing
