"""A web page in one file: semantic HTML, a section for each page, with the figures in it and no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from uncial.formats.flow import Flow, Item, Part, Sheet, Span, listed
from uncial.formats.pictures import Pictures
from uncial.printable import fit

if TYPE_CHECKING:
    from uncial.document import Block, Cell, Document, Page
    from uncial.options import Output
    from uncial.original import Original

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1rem; overflow-wrap: break-word; }
section { border-bottom: 1px solid #8888; margin-bottom: 2rem; padding-bottom: 1rem; }
section > header, section > footer, .note, figcaption, caption, .caption { font-size: .875em; opacity: .8; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.5em 0 .5em; }
img { height: auto; max-width: 100%; }
figure { margin: 1rem 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
caption { text-align: start; }
td, th { border: 1px solid #8888; padding: .25rem .5rem; text-align: start; vertical-align: top; }
mark { background: #fc08; color: inherit; }
.own { list-style: none; }
.problem { border-inline-start: .25rem solid #c33; padding-inline-start: .75rem; }
""".strip()


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as HTML5 in UTF-8; figures have their picture where the file that was read is at hand."""
    flow = Flow(document)
    title = escape(fit(document.source.name)) or "Document"
    body = "\n".join(_sheet(sheet, flow, original) for sheet in flow.sheets)
    return f"""<!DOCTYPE html>
<html lang="{flow.language}" dir="{flow.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Uncial">
<title>{title}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
""".encode()


def _sheet(sheet: Sheet, flow: Flow, original: Original | None) -> str:
    pictures = Pictures(original, sheet.page)
    number = sheet.page.number
    lines = [f'<section id="page-{number}" aria-label="Page {number}">', *_problem(sheet.page)]
    lines += _edge("header", sheet.headers, flow)
    lines += _body(sheet.body, flow, pictures)
    lines += [*_edge("footer", sheet.footers, flow), "</section>"]
    return "\n".join(lines)


def _problem(page: Page) -> Iterator[str]:
    if page.problem:
        told = escape(fit(f"{page.problem.message} {page.problem.hint}".strip()))
        yield f'<p class="problem"><strong>Page {page.number} could not be read.</strong> {told}</p>'


def _edge(tag: str, parts: Sequence[Part], flow: Flow) -> Iterator[str]:
    if parts:
        yield f"<{tag}>{''.join(_tagged('p', part, flow) for part in parts)}</{tag}>"


def _body(parts: Sequence[Part], flow: Flow, pictures: Pictures) -> Iterator[str]:
    pairs = _captioned(parts)
    captions = {id(part): caption for part, caption in pairs}
    for part in listed(part for part, _ in pairs):
        if isinstance(part, tuple):
            yield _list(part, flow)
        elif part.kind == "table" and part.block.cells:
            yield _table(part, captions[id(part)], flow)
        elif part.kind == "figure":
            yield _figure(part, captions[id(part)], flow, pictures)
        else:
            yield _text(part, flow)


def _captioned(parts: Sequence[Part]) -> list[tuple[Part, Part | None]]:
    """The parts with their captions: those of the figure before, else of what comes after, else of the table before."""
    pairs: list[tuple[Part, Part | None]] = []
    waiting: Part | None = None
    for part, after in zip_longest(parts, parts[1:]):
        before = pairs[-1][0].kind if pairs and pairs[-1][1] is None else ""
        if part.kind != "caption":
            pairs.append((part, waiting))
            waiting = None
        elif before != "figure" and after and after.kind in ("figure", "table"):
            waiting = part
        elif before in ("figure", "table"):
            pairs[-1] = (pairs[-1][0], part)
        else:
            pairs.append((part, None))
    return pairs


def _text(part: Part, flow: Flow) -> str:
    match part.kind:
        case "heading":
            return _tagged(f"h{min(max(part.block.level, 1), 6)}", part, flow, bold=False)
        case "caption":
            return _tagged("p", part, flow, "caption")
        case "footnote":
            return _tagged("p", part, flow, "note")
        case _:
            return _tagged("p", part, flow)


def _tagged(tag: str, part: Part, flow: Flow, style: str = "", *, bold: bool = True) -> str:
    return f"<{tag}{_class(style)}{_direction(part, flow)}>{_inline(part.spans, bold=bold)}</{tag}>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _direction(part: Part, flow: Flow) -> str:
    return "" if part.direction == flow.direction else f' dir="{part.direction}"'


def _inline(spans: Iterable[Span], *, bold: bool = True) -> str:
    return "".join(_marked(span, bold) for span in spans)


def _marked(span: Span, bold: bool) -> str:
    text = escape(span.text, quote=False).replace("\n", "<br>\n")
    text = f'<mark title="doubtful">{text}</mark>' if span.doubtful else text
    return f"<b>{text}</b>" if bold and span.bold and text.strip() else text


def _list(items: Sequence[Item], flow: Flow) -> str:
    """A list for each run of items of a kind; what is neither a number nor a bullet, such as (a), stands in the text."""
    runs = groupby(items, key=_style)
    return "\n".join(_run(style, list(run), flow) for style, run in runs)


def _style(item: Item) -> str:
    """Whether HTML counts the items itself (1. and so on), or they have marks of their own, or only bullets."""
    if item.marker is None or not item.marker.ordered:
        return "bullets"
    return "numbers" if item.marker.marker == f"{item.marker.number}." else "own"


def _run(style: str, items: Sequence[Item], flow: Flow) -> str:
    tag = "ul" if style == "bullets" else "ol"
    lines = [f"<{tag}{_class('own' if style == 'own' else '')}>"]
    for item in items:
        value = f' value="{item.marker.number}"' if style == "numbers" and item.marker else ""
        own = f"{escape(item.marker.marker, quote=False)} " if style == "own" and item.marker else ""
        below = "\n" + _list(item.children, flow) if item.children else ""
        lines.append(f"<li{value}{_direction(item.part, flow)}>{own}{_inline(item.spans)}{below}</li>")
    return "\n".join([*lines, f"</{tag}>"])


def _figure(part: Part, caption: Part | None, flow: Flow, pictures: Pictures) -> str:
    """The picture, with what is written in it for those who cannot see it; without a picture what is written in it alone."""
    picture = pictures.cut(part.block)
    below = _tagged("figcaption", caption, flow) if caption else ""
    if picture is None:
        return f"<figure>{''.join(f'<p>{escape(fit(line.text), quote=False)}</p>' for line in part.block.lines)}{below}</figure>"
    data = b64encode(picture.data).decode("ascii")
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<figure><img alt="{escape(part.text)}" {size} src="data:{picture.media_type};base64,{data}">{below}</figure>'


def _table(part: Part, caption: Part | None, flow: Flow) -> str:
    block = part.block
    rows = block.rows
    head = block.head_rows
    lines = [f"<table{_direction(part, flow)}>"]
    lines += [_tagged("caption", caption, flow)] if caption else []
    lines += ["<thead>", *(_row(block, row, flow) for row in rows[:head]), "</thead>"] if head else []
    lines += ["<tbody>", *(_row(block, row, flow) for row in rows[head:]), "</tbody>"] if head < len(rows) else []
    return "\n".join([*lines, "</table>"])


def _row(block: Block, row: Sequence[Cell], flow: Flow) -> str:
    return f"<tr>{''.join(_cell(block, cell, flow) for cell in row)}</tr>"


def _cell(block: Block, cell: Cell, flow: Flow) -> str:
    tag, scope = ("th", f' scope="{"colgroup" if cell.columns > 1 else "col"}"') if cell.heading else ("td", "")
    spans = (f' {name}="{count}"' for name, count in (("rowspan", cell.rows), ("colspan", cell.columns)) if count > 1)
    return f"<{tag}{scope}{''.join(spans)}>{_inline(flow.cell_spans(block, cell), bold=not cell.heading)}</{tag}>"
