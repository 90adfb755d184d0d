"""Labelled amounts: which words stand before or above an amount, and what they make of it together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from uncial.fields.invoices.items import headings
from uncial.fields.invoices.labels import Invoice
from uncial.fields.lexicon import Hit, Lexicon, lexicon
from uncial.fields.sheet import Piece, Row, Sheet, Span, View
from uncial.fields.values.amounts import Amount, find_money

_NEAR = 3.0
"""Times the height of the text: pieces closer than that make one label."""
_DOWN = 3.2
"""Times the height of the text from one row of a column to the next."""
_WHOLE = ("total", "net")
"""What a row of sums is called that stands below the columns of items."""
_HEADED = 0.9
"""What a heading of items is worth as the label of a sum below them."""
_LONGEST = 90
"""Characters; a label is no longer, a sentence is."""


class Meaning(NamedTuple):
    """What a label means that has a word of each of these sections and none of those, and how sure that is."""

    name: str
    weight: float
    has: tuple[frozenset[str], ...]
    lacks: frozenset[str] = frozenset()


def _any(*sections: str) -> frozenset[str]:
    return frozenset(sections)


_SUMS = _any("sum", "strong", "gross", "line_sum")
_MEANINGS = (
    Meaning("other", 0.0, (_any("other"),)),
    Meaning("prepaid", 0.9, (_any("prepaid"),)),
    Meaning("due", 1.0, (_any("due"),)),
    Meaning("tax", 0.9, (_any("plus"), _any("tax"))),
    Meaning("net", 1.0, (_any("sum", "strong", "line_sum", "net"), _any("excluding"), _any("tax"))),
    Meaning("total", 1.0, (_any("gross"),), _any("net")),
    Meaning("total", 1.0, (_any("sum", "strong"), _any("including"), _any("tax")), _any("net")),
    Meaning("tax", 0.8, (_any("including"), _any("tax")), _SUMS),
    Meaning("tax", 0.7, (_any("net"), _any("tax"))),
    Meaning("net", 1.0, (_any("net"),), _any("gross")),
    Meaning("tax", 0.95, (_any("tax"),), _any("strong")),
    Meaning("total", 0.95, (_any("strong"),)),
    Meaning("net", 0.6, (_any("line_sum"),)),
    Meaning("total", 0.75, (_any("sum"),)),
)  # fmt: skip
"""In this order; the first that fits holds, with the second names of `_ALSO` beside it."""
_ALSO = {
    ("net", "tax"): (("net", 0.7),),
    ("sum",): (("net", 0.35),),
    ("sum", "tax"): (("total", 0.3),),
    ("strong",): (("net", 0.25),),
}
"""By the sections that a label's words are of, all of them, what else it may mean."""


@dataclass(frozen=True)
class Group:
    """A label with the amounts that belong to it, from the left or from above."""

    names: tuple[tuple[str, float], ...]
    """What it may mean, with how sure that is."""
    amounts: tuple[tuple[Amount, Span], ...]
    is_column: bool = False


def groups(view: View) -> tuple[Group, ...]:
    """Every label of a sum with its amounts, from the top down."""
    sheets = zip(view.sheets, view.once(headings), strict=True)
    return tuple(group for sheet, heads in sheets for group in _in_sheet(view.once(Invoice.of), sheet, heads))


def _in_sheet(invoice: Invoice, sheet: Sheet, heads: frozenset[int]) -> Iterator[Group]:
    words = lexicon("invoice_totals")
    named = [_labels(row, words) for row in sheet.rows]
    for at, row in enumerate(sheet.rows):
        for pieces in _joined(row, named[at], sheet.height):
            names = meanings(hit for k in pieces for hit in named[at][k])
            if amounts := _beside(invoice, row, pieces, named[at]):
                yield Group(names, amounts)
                head = max((each for each in heads if each < at), default=None)
                if head is not None and len(amounts) > 1 and pieces[-1] == 0 and names and names[0][0] in _WHOLE:
                    yield from _by_columns(sheet.rows[head], named[head], amounts)
            elif at not in heads:
                yield from (_column(invoice, sheet, at, k, named[at][k]) for k in pieces)


def _by_columns(head: Row, named: list[tuple[Hit, ...]], amounts: tuple[tuple[Amount, Span], ...]) -> Iterator[Group]:
    """What the amounts of a row of sums mean by the headings that they stand under."""
    for piece, hits in zip(head.pieces, named, strict=True):
        names = tuple((name, _HEADED * weight) for name, weight in meanings(hits))
        under = tuple(each for each in amounts if min(each[1].box.right, piece.box.right) > max(each[1].box.left, piece.box.left))
        if names and under:
            yield Group(names, under, True)


def _column(invoice: Invoice, sheet: Sheet, at: int, k: int, hits: tuple[Hit, ...]) -> Group:
    """What stands below a label that has no amount beside it."""
    names = meanings(hits)
    piece = sheet.rows[at].pieces[k]
    below = _below(invoice, sheet, at, piece) if names and _is_all(piece, hits) else ()
    return Group(tuple((name, 0.85 * weight) for name, weight in names), below, True)


def meanings(hits: Iterable[Hit]) -> tuple[tuple[str, float], ...]:
    """What the words of a label mean together; nothing where they name no sum."""
    said = {name for hit in hits for name in hit.names}
    for meaning in _MEANINGS:
        if all(said & some for some in meaning.has) and not said & meaning.lacks:
            if meaning.name == "other":
                return ()
            also = _ALSO.get(tuple(sorted(said)), ())
            return ((meaning.name, meaning.weight), *also)
    return ()


def amounts_of(text: str, mark: str) -> Iterator[Amount]:
    """The amounts of money of a text; shares are none."""
    for amount in find_money(text, mark):
        if text[amount.end :].lstrip()[:1] != "%" and text[amount.number_end :].lstrip()[:1] != "%":
            yield amount


def _labels(row: Row, words: Lexicon) -> list[tuple[Hit, ...]]:
    """The words of sums in each piece of a row."""
    return [tuple(words.find(piece.text)) if len(piece.text) <= _LONGEST else () for piece in row.pieces]


def _joined(row: Row, named: list[tuple[Hit, ...]], height: float) -> Iterator[tuple[int, ...]]:
    """The pieces that make a label, by their places: each with words of sums, and such as stand right beside it."""
    taken: tuple[int, ...] = ()
    for k, piece in enumerate(row.pieces):
        if not named[k]:
            continue
        close = taken and k == taken[-1] + 1 and piece.box.left - row.pieces[k - 1].box.right < _NEAR * height
        if close and not _money(row.pieces[k - 1]):
            taken = (*taken, k)
            continue
        if taken:
            yield taken
        taken = (k,)
    if taken:
        yield taken


def _money(piece: Piece) -> bool:
    return next(amounts_of(piece.text, ""), None) is not None


def _beside(invoice: Invoice, row: Row, pieces: tuple[int, ...], named: list[tuple[Hit, ...]]) -> tuple[tuple[Amount, Span], ...]:
    """The amounts behind a label, up to the next label."""
    own = row.pieces[pieces[-1]]
    start = named[pieces[-1]][0].end
    found = [(each, own.cut(each.start, each.end)) for each in amounts_of(own.text, invoice.mark) if each.start >= start]
    for k in range(pieces[-1] + 1, len(row.pieces)):
        piece = row.pieces[k]
        if named[k] or (sum(char.isalpha() for char in piece.text) > 4 and not _money(piece)):
            break
        found += [(each, piece.cut(each.start, each.end)) for each in amounts_of(piece.text, invoice.mark)]
    return tuple(found)


def _is_all(piece: Piece, hits: tuple[Hit, ...]) -> bool:
    """Whether the words of sums are most of a piece."""
    known = sum(hit.end - hit.start for hit in hits)
    return 2 * known >= len(piece.text)


def _below(invoice: Invoice, sheet: Sheet, at: int, label: Piece) -> tuple[tuple[Amount, Span], ...]:
    """The amounts of the column whose head a label is."""
    found: list[tuple[Amount, Span]] = []
    bottom = label.box.bottom
    for row in sheet.rows[at + 1 :]:
        if row.box.top - bottom > _DOWN * sheet.height:
            break
        under = [piece for piece in row.pieces if _under(piece, label)]
        amounts = [(each, piece.cut(each.start, each.end)) for piece in under for each in amounts_of(piece.text, invoice.mark)]
        if under and not amounts:
            break
        if amounts:
            found += amounts[-1:]
            bottom = row.box.bottom
    return tuple(found)


def _under(piece: Piece, label: Piece) -> bool:
    shared = min(piece.box.right, label.box.right) - max(piece.box.left, label.box.left)
    return 3 * shared >= min(piece.box.width, label.box.width)
