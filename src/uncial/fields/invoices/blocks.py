"""Who is on a page: parties that a label names, blocks that end in a postcode and a town, lines that name all in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.fields.invoices.addresses import (
    Party,
    has_form,
    has_town,
    is_attention,
    is_country,
    is_name,
    is_salutation,
    parts_of,
    party_of,
)
from uncial.fields.invoices.labels import Invoice, is_key, is_numbered
from uncial.fields.labels import Label
from uncial.fields.sheet import Piece, Sheet, Span
from uncial.fields.tokens import fold
from uncial.geometry import Box

ROLES = ("seller", "buyer", "shipping")
_VALUES = ("name", "address")
"""Labels whose values are lines of an address; what other labels have beside them is none."""
_WEAK = frozenset({"dated", "title", "credit_note", "self_billed", "date_weak", "tax", *ROLES})
"""Sections whose words begin names, too."""
_GAP = 2.4
"""Times the height of the text between two lines of an address."""
_LEADING, _EVEN = 1.3, 1.8
"""Lines of a block are no further apart than that many times the height of the text, or the gap between those before."""
_FAR = 3.2
"""Times the height of the text between a label and what is below it, or two rows of a table."""
_ASIDE = 2.5
"""Times the height of the text by which lines may be set in under their label."""
_ALIGNED = 0.8
_MOST = 7
"""Lines of an address."""
_LONGEST = 60
"""Characters of a line."""
_WORDS = 3
"""Spaces; a line with so many and a full stop at its end is a sentence."""
_SPLIT = 2.5
"""Times the height of the text: a label that was read in two pieces has no wider gap."""
_BRACKETED = re.compile(r"\(.*\)")


class Block(NamedTuple):
    """A party without a label, and the lines that it stands in."""

    party: Party
    box: Box
    page: int
    is_line: bool = False
    """Whether name and address stand on one line, as a sender has them above an address window."""


def labelled_party(invoice: Invoice, role: str) -> tuple[Party, Label] | None:
    """The party behind the first label of that role that has one: with an address rather than without."""
    found: list[tuple[Party, Label]] = []
    for label in invoice.named(role):
        if not is_key(label):
            continue
        ways = (_beside, _below) if label.piece.text[label.hit.end :].strip(" .:") else (_below, _beside)
        parties = (party_of(list(way(invoice, label))[:_MOST]) for way in ways)
        if party := next((each for each in parties if each), None):
            found.append((party, label))
    return next((each for each in found if each[0].address), next(iter(found), None))


def find_blocks(invoice: Invoice) -> Iterator[Block]:
    """Every block of lines that ends in a postcode and a town, and every line that has name and address in one."""
    for sheet in invoice.view.sheets:
        pieces = list(sheet.pieces)
        for at, piece in enumerate(pieces):
            if not has_town(piece.text):
                continue
            yield from _in_one(piece)
            if any(_follows(piece, each, sheet.height) and has_town(each.text) for each in pieces[at + 1 : at + _MOST]):
                continue
            lines = _upward(invoice, sheet, pieces[:at], piece)
            below = next((each for each in pieces[at + 1 :] if _follows(piece, each, sheet.height)), None)
            if below and is_country(below.text):
                lines = [*lines, below.whole]
            party = party_of(lines) if len(lines) > 1 else None
            if party and fold(party.name.text) not in fold(piece.text):
                yield Block(party, Box.around(line.box for line in lines), sheet.page)


def _in_one(piece: Piece) -> Iterator[Block]:
    parts = parts_of(piece)
    if len(parts) < 3 or not any(has_town(part.text) for part in parts[1:]):
        return
    named = has_form(parts[0].text) or not (any(map(str.isdigit, parts[0].text)) or is_attention(parts[0].text))
    party = party_of(parts) if named else None
    if party and party.address:
        yield Block(party, piece.box, piece.page, True)


def _upward(invoice: Invoice, sheet: Sheet, above: Sequence[Piece], town: Piece) -> list[Span]:
    """The lines of a block from its top, where its last is the town's."""
    lines = [town.whole]
    lowest, most = town, _GAP * sheet.height
    for piece in reversed(above):
        gap = lowest.box.top - piece.box.bottom
        if gap > most or len(lines) > _MOST:
            break
        if not _follows(piece, lowest, sheet.height):
            continue
        if lowest is not town and _is_number(invoice, piece):
            lowest = piece
            continue
        is_block = has_town(piece.text) and (lowest is not town or len(parts_of(piece)) > 1)
        if is_block or not _may_be_line(invoice, piece):
            break
        most = min(most, max(_LEADING * sheet.height, _EVEN * gap))
        lines.append(piece.whole)
        lowest = piece
        if is_salutation(piece.text):
            break
    return lines[::-1]


def _is_number(invoice: Invoice, piece: Piece) -> bool:
    """Whether a line between a name and its street is no more than a tax number."""
    labels = invoice.within(piece)
    return any(label.leads and label.is_("vat_id", "tax_number") and (is_key(label) or is_numbered(label)) for label in labels)


def _follows(above: Piece, below: Piece, height: float) -> bool:
    """Whether a line stands under another as one of the same block."""
    gap = below.box.top - above.box.bottom
    ends = abs(above.box.left - below.box.left), abs(above.box.right - below.box.right), abs(_middle(above) - _middle(below))
    return -0.5 * height <= gap <= _GAP * height and min(ends) <= _ALIGNED * height


def _middle(piece: Piece) -> float:
    return piece.box.center.x


def _may_be_line(invoice: Invoice, piece: Piece) -> bool:
    """Whether a piece may be a line of an address: no label, no title, no long text."""
    labels = invoice.within(piece)
    if any(label.leads and label.is_("title", "credit_note") for label in labels):
        return False
    if len(piece.text) > _LONGEST or _is_sentence(piece.text):
        return False
    return not any(is_key(label) for label in labels) and not _is_value(labels)


def _is_value(labels: Iterable[Label]) -> bool:
    """Whether a piece is a label with its number; a street may begin as a label of streets does: “Via Roma 3”."""
    return any(is_numbered(label) and not label.hit.names & _WEAK and not label.is_("address") for label in labels)


def _is_sentence(text: str) -> bool:
    return bool(_BRACKETED.fullmatch(text)) or (text.endswith(".") and text.count(" ") >= _WORDS and not has_form(text))


def _beside(invoice: Invoice, label: Label) -> Iterator[Span]:
    for near in invoice.near(label, ("same", "right")):
        if is_name(near.text):
            yield near.span
            if near.way == "same":
                pieces = (row.pieces for row in label.sheet.rows[label.row + 1 : label.row + 5])
                aligned = (
                    piece for row in pieces for piece in row if abs(piece.box.left - near.span.box.left) < label.sheet.height
                )
                yield from (piece.whole for piece in aligned if _may_be_line(invoice, piece))
            return


def _below(invoice: Invoice, label: Label) -> Iterator[Span]:
    """The lines of a party from its label down: those under it, and what labels of name and address have beside them."""
    sheet = label.sheet
    lefts = [label.piece.box.left, *_values_left(invoice, label)]
    bottom, seen_town = label.piece.box.bottom, False
    for at, row in enumerate(sheet.rows[label.row + 1 :], start=label.row + 1):
        column = next((k for k, piece in enumerate(row.pieces) if _stands_under(piece, lefts, sheet.height)), None)
        if column is None:
            continue
        piece = row.pieces[column]
        if piece.box.top - bottom > _FAR * sheet.height or _is_other(invoice, piece):
            return
        bottom = piece.box.bottom
        line = _line(invoice, piece, row.pieces[column + 1 : column + 2])
        if line is None or _is_sentence(line.text):
            continue
        if seen_town and not is_country(line.text):
            return
        yield line
        seen_town = seen_town or (has_town(line.text) and not _town_next(sheet, at, piece))


def _values_left(invoice: Invoice, label: Label) -> Iterator[float]:
    """Where values begin, if what is below the label is a table of labels and values."""
    for row in label.sheet.rows[label.row + 1 : label.row + 5]:
        for key, value in pairwise(row.pieces):
            if _stands_under(key, [label.piece.box.left], label.sheet.height) and invoice.opens(key) and not invoice.opens(value):
                yield value.box.left
                return


def _town_next(sheet: Sheet, at: int, piece: Piece) -> bool:
    """Whether the line below has a town as well, so that this one is a street with a number of four digits."""
    below = sheet.rows[at + 1].pieces if at + 1 < len(sheet.rows) else ()
    return any(_follows(piece, each, sheet.height) and has_town(each.text) for each in below)


def _stands_under(piece: Piece, lefts: Sequence[float], height: float) -> bool:
    first, *others = lefts
    under_label = -height <= piece.box.left - first <= _ASIDE * height
    return under_label or any(abs(piece.box.left - left) <= _ALIGNED * height for left in others)


def _is_other(invoice: Invoice, piece: Piece) -> bool:
    """Whether another part of the document begins there."""
    labels = invoice.within(piece)
    return any(is_key(label) and label.is_(*ROLES) for label in labels) or any(
        label.leads and label.is_("title", "credit_note") for label in labels
    )


def _line(invoice: Invoice, piece: Piece, beside: Sequence[Piece]) -> Span | None:
    """A line of an address: the piece itself, or what its label has beside it."""
    labels = invoice.within(piece)
    key = next((label for label in labels if is_key(label) and not label.hit.names & _WEAK), None)
    if key is None:
        return None if _is_value(labels) or _is_cut(invoice, piece, beside) else piece.whole
    near = next(invoice.near(key, ("same", "right")), None)
    return near.span if near and key.is_(*_VALUES) else None


def _is_cut(invoice: Invoice, piece: Piece, beside: Sequence[Piece]) -> bool:
    """Whether a piece is the first word of a label whose rest stands right beside it."""
    if not beside or beside[0].box.left - piece.box.right >= _SPLIT * piece.box.height:
        return False
    return any(is_key(label) or is_numbered(label) for label in invoice.within(beside[0]))
