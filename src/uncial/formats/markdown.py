"""Markdown as GitHub defines it (GFM 0.29): the text as it runs, for people and for language models.

Left out are page headers and footers, which would interrupt the text, and pictures, which have no place in one text file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from uncial.formats.flow import Flow, Item, Part, Sheet, Span, listed
from uncial.formats.typed import DOUBT
from uncial.printable import fit

if TYPE_CHECKING:
    from uncial.document import Block, Document, Page
    from uncial.options import Output
    from uncial.original import Original

_BOLD, _DOUBT = "\ufdd0", "\ufdd1"
"""Stand for marks while the text around them is escaped; no text has these two, for they are no characters."""
_RUNS = re.compile(r"[*_~]+")
_INLINE = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~])      # a backslash that would escape
      | `                          # code
      | <(?=[A-Za-z/!?])           # HTML and links
      | &(?=\#?\w{1,32};)          # entities
      | \[(?=[^\[\]]*\]\()         # links and pictures
    """,
    re.VERBOSE,
)
_BLOCK = re.compile(
    r"""(?P<number>\d{1,9})(?=[.)](?:\s|$))   # lists
      | (?=[-+](?:\s|$))
      | (?=\#{1,6}(?:\s|$))                   # headings
      | (?=>)                                 # quotations
      | (?=(?:-\s*){3,}$)                     # rules
      | (?=\[[^\]]*\]:)                       # definitions
      | (?=\[[ xX]\]\s)                       # tasks
    """,
    re.VERBOSE,
)
_GFM_NUMBER = re.compile(r"\d{1,9}[.)]")
_TAGS = {False: "td", True: "th"}


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document in UTF-8, paragraphs on one line each; a comment says where each page but the first begins."""
    flow = Flow(document)
    pages = [(sheet.page.number, write_sheet(sheet, flow)) for sheet in flow.sheets]
    text = "".join(_opened(page, place) for place, page in enumerate(pages))
    return (text.strip("\n") + "\n").encode("utf-8")


def _opened(page: tuple[int, str], place: int) -> str:
    number, text = page
    return (f"\n\n<!-- page {number} -->\n\n" if place else "") + text


def write_part(part: Part, flow: Flow) -> str:
    """One thing of the text that runs, but a list."""
    match part.kind:
        case "table":
            return write_table(part.block, flow) if part.block.cells else _inline(part.spans)
        case "heading":
            return f"{'#' * min(max(part.block.level, 1), 6)} {_heading(part)}"
        case "figure":
            return f"<!-- figure -->{write_caption(part)}"
        case _:
            return _paragraph(part.spans)


def write_sheet(sheet: Sheet, flow: Flow, write_part: Callable[[Part, Flow], str] = write_part) -> str:
    """What stands on one page; whoever wants its tables or figures in another way writes its parts."""
    blocks = [_list(part) if isinstance(part, tuple) else write_part(part, flow) for part in listed(sheet.body)]
    return "\n\n".join([*_problem(sheet.page), *blocks])


def _problem(page: Page) -> Iterator[str]:
    if page.problem:
        yield f"> **Page {page.number} could not be read.** {_escaped(fit(page.problem.message))}"


def _heading(part: Part) -> str:
    text = _inline([Span(span.text, span.doubtful) for span in part.spans])
    return re.sub(r"(^|\s)(#+)$", r"\1\\\2", text)  # a run of # at the end would be taken for the end of the heading


def write_caption(part: Part) -> str:
    """What is written inside a figure, to stand below it: a quotation, line by line; nothing where nothing is."""
    lines = [_escaped(fit(line.text)) for line in part.block.lines]
    return "\n\n" + "\\\n".join(f"> {_at_start(line)}" for line in lines) if lines else ""


def _paragraph(spans: Sequence[Span]) -> str:
    return "  \n".join(_at_start(line) for line in _inline(spans).split("\n"))


def _at_start(text: str) -> str:
    """The text with a backslash where it would begin a list, a heading, a quotation or a rule."""
    found = _BLOCK.match(text)
    return f"{text[: found.end()]}\\{text[found.end() :]}" if found else text


def _list(items: Iterable[Item], indent: str = "") -> str:
    return "\n".join(line for item in items for line in _item(item, indent))


def _item(item: Item, indent: str) -> Iterator[str]:
    """An item with its own number; what is no number in Markdown, such as (a), stands behind a bullet."""
    own = item.marker.marker if item.marker and item.marker.ordered else ""
    mark = own if _GFM_NUMBER.fullmatch(own) else "-"
    text = _paragraph(item.spans)
    yield f"{indent}{mark} {_escaped(own) + ' ' if own and mark == '-' else ''}{text}"
    if item.children:
        yield _list(item.children, indent + " " * (len(mark) + 1))


def write_table(block: Block, flow: Flow) -> str:
    """A GFM table, whose first row is its header, or an HTML table where cells span or several rows are headers."""
    plain = all(cell.rows == cell.columns == 1 for cell in block.cells)
    if not plain or any(cell.heading and cell.row > 0 for cell in block.cells):
        return write_html_table(block, flow)
    width = max(cell.column for cell in block.cells) + 1
    lines = []
    for row in block.rows:
        texts = {cell.column: _inline(flow.cell_spans(block, cell), bold=not cell.heading) for cell in row}
        lines.append("| " + " | ".join(texts.get(column, "").replace("|", "\\|") for column in range(width)) + " |")
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def write_html_table(block: Block, flow: Flow) -> str:
    """A table without any empty line, at which Markdown would take it to end."""
    rows = []
    for row in block.rows:
        cells = []
        for cell in row:
            spans = (f' {name}="{count}"' for name, count in (("rowspan", cell.rows), ("colspan", cell.columns)) if count > 1)
            text = "".join(escape(span.text, quote=False) + DOUBT * span.doubtful for span in flow.cell_spans(block, cell))
            cells.append(f"<{_TAGS[cell.heading]}{''.join(spans)}>{text}</{_TAGS[cell.heading]}>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join(["<table>", *rows, "</table>"])


def _inline(spans: Iterable[Span], *, bold: bool = True) -> str:
    marked = "".join(_marked(span, bold) for span in spans)
    return _escaped(marked).replace(f"{_BOLD}{_BOLD}", "").replace(_BOLD, "**").replace(_DOUBT, DOUBT)


def _marked(span: Span, bold: bool) -> str:
    text = span.text + _DOUBT * span.doubtful
    inner = text.strip()
    return text.replace(inner, f"{_BOLD}{inner}{_BOLD}") if bold and span.bold and inner else text


def _escaped(text: str) -> str:
    return _RUNS.sub(_run_escaped, _INLINE.sub(lambda found: "\\" + found[0], text))


def _run_escaped(found: re.Match[str]) -> str:
    """A run of *, _ or ~, with backslashes where it could open or close an emphasis (GFM 6.4, 6.5)."""
    run, text = found[0], found.string
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if (before.isspace() and after.isspace()) or run == "~":
        return run
    if run.strip("_") == "" and before.isalnum() and after.isalnum():
        return run
    return re.sub(".", r"\\\g<0>", run)
