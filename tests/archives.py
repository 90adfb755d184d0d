"""Documents with all that the archive formats have to keep, and what differs between a document and what came back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import get_args

from hypothesis import strategies as st
from lxml import etree

from fakes import block, line, table
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
    mean_confidence,
)
from uncial.geometry import Box, Quad, Transform

SOURCE = SourceInfo("scan “A”.pdf", "application/pdf", "ab" * 32, 12345)
ENGINE = EngineUsed("neural", "1.2")


def turned(made: Block, angle: float) -> Block:
    """The same block, turned about the point (300, 300)."""
    way = Transform.translation(-300, -300).then(Transform.rotation(angle)).then(Transform.translation(300, 300))
    return made.moved(way)


def everything() -> Document:
    """A document with every kind of block, standing and sloping lines, a failed page and a notice."""
    kinds = [
        replace(block("Running head", left=50, top=10), kind="page-header"),
        replace(block("A heading", left=50, top=50), kind="heading", level=2),
        block("The quick brown exam-", "ple jumps over", left=50, top=90),
        replace(block("• first", left=50, top=160), kind="list-item", level=1),
        replace(block("– second", left=70, top=190), kind="list-item", level=2),
        replace(block("Figure 1", left=50, top=350), kind="caption"),
        replace(table(["Prices 2026", None], ["Tea", ""], spans={(0, 0): (1, 2)}, top=400), column=1),
        replace(block("1 A note", left=50, top=700), kind="footnote", column=2),
        replace(block("page 7", left=50, top=750), kind="page-footer"),
    ]
    picture = Block((), Quad.of_box(Box(100, 220, 300, 340)), "figure")
    labelled = replace(block("North", left=400, top=220), kind="figure")
    lines = (
        replace(line("שלום עולם", 350, 100), direction="right-to-left"),
        replace(line("by hand", 350, 130), handwritten=True, bold=True, engine="neural+tesseract"),
    )
    sides = Block(lines, Quad.of_box(Box(350, 100, 460, 150)))
    letters = replace(line("ab", 350, 160).words[0], character_confidences=(0.25, 0.875), doubtful=True)
    unsure = Block((Line((letters,), letters.quad, confidence=0.9),), letters.quad)
    first = Page(
        7, 600, 800, 300.0, 90, 0.5, ("deskew", "contrast"), "both",
        (*kinds[:5], picture, labelled, *kinds[5:], sides, unsure, turned(block("standing up", left=250, top=280), -90),
         turned(block("down it goes", left=250, top=280), 90), turned(block("a slope", left=250, top=250), 12)),
        notices=(Notice("text-hidden", "Some of the text cannot be seen."),),
    )  # fmt: skip
    failed = Page(8, 0, 0, problem=Problem("engine-failed", "The engine broke.", "Try another.", "engine"))
    return Document((first, failed), SOURCE, ENGINE)


def differences(document: Document, back: Document, *, pixels: float = 1.0, sure: float = 0.01) -> list[str]:
    """Where what came back is not what went out: text, order, kinds, boxes and confidences."""
    return list(_differing("document", document, back, pixels, sure))


def _differing(place: str, one: object, other: object, pixels: float, sure: float) -> Iterator[str]:
    match one, other:
        case Quad(), Quad():
            apart = max(max(abs(p.x - q.x), abs(p.y - q.y)) for p, q in zip(one, other, strict=True))
            if apart > pixels + 1e-6:
                yield f"{place}: {apart:.2f} pixels apart: {one} {other}"
        case tuple(), tuple():
            if len(one) != len(other):
                yield f"{place}: {len(one)} are {len(other)}"
            for number, (each, its) in enumerate(zip(one, other, strict=False)):
                yield from _differing(f"{place}.{number}", each, its, pixels, sure)
        case float(), float():
            if abs(one - other) > sure + 1e-6:
                yield f"{place}: {one} is {other}"
        case ((Document() | Page() | Block() | Cell() | Line() | Word() | SourceInfo() | EngineUsed() | Notice() | Problem()), _):
            for field in fields(one):
                its = getattr(other, field.name, None)
                yield from _differing(f"{place}.{field.name}", getattr(one, field.name), its, pixels, sure)
        case _:
            if one != other:
                yield f"{place}: {one!r} is {other!r}"


def ids(root: etree._Element) -> list[str]:
    """All its ids."""
    return [value for each in root.iter() for name, value in each.attrib.items() if name in ("id", "ID")]


def _is_text(text: str) -> bool:
    return bool(text) and unicodedata.normalize("NFC", text) == text and not any(letter.isspace() for letter in text)


_letters = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Mn", "Mc", "Me"))
texts = st.text(_letters, min_size=1, max_size=8).map(lambda text: unicodedata.normalize("NFC", text)).filter(_is_text)
confidences = st.integers(0, 10_000).map(lambda parts: parts / 10_000)


@st.composite
def placed_lines(draw: st.DrawFn, way: Transform, left: float, top: float) -> Line:
    """A line of a few words in a frame that is turned as the way says."""
    words: list[Word] = []
    x = left
    direction: Direction = draw(st.sampled_from(["left-to-right", "left-to-right", "right-to-left", "top-to-bottom"]))
    for text in draw(st.lists(texts, min_size=1, max_size=4)):
        width = 12.0 * len(text) + draw(st.integers(0, 99)) / 10
        letters = draw(st.just(()) | st.lists(confidences, min_size=len(text), max_size=len(text)).map(tuple))
        told = draw(st.none() | confidences)
        words.append(Word(text, Quad.of_box(Box(x, top, x + width, top + 20.5)), told, letters, draw(st.booleans())))
        x += width + 10.25
    quad = Quad.of_box(Box(left, top, x - 10.25, top + 20.5))
    made = Line(
        tuple(words), quad, direction, mean_confidence(words), draw(st.sampled_from(["", "neural", "neural+tesseract"])),
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip
    return made.moved(way)


@st.composite
def placed_blocks(draw: st.DrawFn) -> Block:
    """A block of any kind, upright, sloping or standing."""
    angle = draw(st.sampled_from([0.0, 0.0, 0.0, 90.0, -90.0, 180.0]) | st.floats(-40, 40))
    way = Transform.translation(-900, -900).then(Transform.rotation(angle)).then(Transform.translation(1000, 1000))
    kind: Kind = draw(st.sampled_from(get_args(Kind)))
    count = draw(st.integers(0 if kind in ("table", "figure") else 1, 4))
    lines = tuple(draw(placed_lines(way, 700.0, 700.0 + 30 * number)) for number in range(count))
    quad = way.quad(Quad.of_box(Box(695, 695, 1200, 840)))
    level = draw(st.integers(1, 6)) if kind in ("heading", "list-item") else 0
    cells = draw(placed_cells(quad, count)) if kind == "table" else ()
    return Block(lines, quad, kind, level, draw(st.integers(0, 3)), cells)


@st.composite
def placed_cells(draw: st.DrawFn, quad: Quad, lines: int) -> tuple[Cell, ...]:
    """A grid of two columns, of which a row may be one wide cell; the lines are dealt to the cells in order."""
    wide = draw(st.lists(st.booleans(), min_size=1, max_size=3))
    places = [(row, column, 2 if whole else 1) for row, whole in enumerate(wide) for column in ((0,) if whole else (0, 1))]
    ends = [*sorted(draw(st.lists(st.integers(0, lines), min_size=len(places) - 1, max_size=len(places) - 1))), lines]
    cells: list[Cell] = []
    for (row, column, columns), start, stop in zip(places, [0, *ends], ends, strict=False):
        place = quad.band(row / len(wide), (row + 1) / len(wide)).span(column / 2, (column + columns) / 2)
        cells.append(Cell(row, column, place, start, stop, 1, columns, draw(st.booleans())))
    return tuple(cells)


@st.composite
def placed_pages(draw: st.DrawFn, number: int) -> Page:
    """A page with some such blocks."""
    if draw(st.integers(0, 9)) == 0:
        return Page(number, 0, 0, problem=Problem("engine-failed", draw(texts), draw(texts), "engine"))
    blocks = draw(st.lists(placed_blocks(), max_size=4).map(tuple))
    notices = draw(st.lists(st.builds(Notice, st.sampled_from(["text-hidden", "text-garbled"]), texts), max_size=2).map(tuple))
    steps = draw(st.lists(st.sampled_from(["deskew", "contrast", "curl"]), max_size=2).map(tuple))
    return Page(
        number, 2000, 2000, draw(st.sampled_from([None, 200.0, 300.0])), draw(st.sampled_from([0, 90, 180, 270])),
        draw(st.floats(-5, 5)), steps, draw(st.sampled_from(["image", "pdf", "both"])), blocks, notices=notices,
    )  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of a few pages, not all of which need be there."""
    numbers = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=3)))
    pages = tuple(draw(placed_pages(number)) for number in numbers)
    return Document(pages, SourceInfo(draw(texts), "image/png", "0" * 64, draw(st.integers(0, 2**40))), EngineUsed("fake", "1.0"))
