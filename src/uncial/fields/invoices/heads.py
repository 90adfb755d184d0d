"""What stands at the head of an invoice: its number and dates, and the numbers of customer and order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from uncial.fields.invoices.labels import Invoice, Said, better
from uncial.fields.labels import Label, Near, Way
from uncial.fields.sheet import Piece, Sheet, Span
from uncial.fields.values.amounts import find_amounts
from uncial.fields.values.codes import FoundCode
from uncial.fields.values.dates import FoundDate, find_dates

_CODE = re.compile(r"(?:[A-Z]{1,5}(?: |[-/.] ?)(?=\d))?[^\W_](?:[^\W_]|[-/._+](?=[^\W_]))*")
_GROUPS = re.compile(r"(?:[A-Z]{1,4} )?\d+(?: \d+)+$")
_LEAD = re.compile(r"(?:\s*(?:\([^)]{1,20}\)|[#°º]|[Nn][°ºro]\.?(?![^\W\d_])|[:.,;=-]|№))*\s*")
"""What may stand between a label and its number: a remark in brackets, a sign for number, marks."""
_PLACE = re.compile(r"[^\W\d_][^\d,:]{1,30},\s?(?:(?:den|le|li|a|dnia)\s)?")
_MOST = 40
_ORDINAL = re.compile(r"\s*\d{1,2}\.\s*")
"""What stands before the title of the second bill of several: “2. Teilrechnung”."""
_DAYLIKE = re.compile(r"\d{1,3}/\d{1,2}/\d{4}(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SURE: Mapping[Way, float] = {"same": 1.0, "right": 0.98, "below": 0.9}
_INSIDE = 0.88
"""What a label within a sentence is worth beside one that begins its piece."""
_BELOW_TITLE = 6.0
"""Times the height of the text: a table of the document's data below its title begins no further down."""
_HEADS = 2
"""Labels that stand beside a title in the head of a table."""
_REMARK = 60
"""Characters of a sentence between the words that announce a day of payment and that day."""
_ROWS = 6
_TOP = 0.45
"""Of a page: a day without a label is the invoice's only above."""

References = Mapping[str, Said]


def find_heads(invoice: Invoice) -> References:
    """Number, dates and references, by the names of fields."""
    found: dict[str, Said | None] = {"number": better(_numbers(invoice))}
    found["date"] = better(_dates(invoice, found["number"]))
    found["due_date"] = better(_labelled_dates(invoice, "due_date", 0.95, _REMARK))
    found["delivery_date"] = better(_labelled_dates(invoice, "delivery_date", 0.95))
    for name in ("customer_number", "order_number", "payment_reference"):
        found[name] = better(_labelled_codes(invoice, name, 0.9))
    found |= _period(invoice)
    return {name: said for name, said in found.items() if said}


def find_codes(text: str) -> Iterator[FoundCode]:
    """The number or code at the beginning of a text, as RE-2020/17; what is a date, an amount or has no digit is none."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    found = _CODE.match(text, start)
    if not found or not any(char.isdigit() for char in found[0]) or len(found[0]) > _MOST:
        return
    grouped = _GROUPS.match(text, start)
    end = grouped.end() if grouped and grouped.end() > found.end() else found.end()
    if not _is_other(text[start:], end - start):
        yield FoundCode(text[start:end], start, end)


def _is_other(text: str, end: int) -> bool:
    """Whether what begins a text is a day, an amount of money, or a share."""
    dated = next(find_dates(text), None)
    if dated and dated.start == 0 and dated.end >= end:
        return True
    amount = next(find_amounts(text), None)
    is_money = amount is not None and amount.start == 0 and amount.is_money and amount.decimals == 2 and amount.end >= end
    return is_money or text[end:].lstrip()[:1] == "%"


def _numbers(invoice: Invoice) -> Iterator[Said]:
    yield from _labelled_codes(invoice, "number", 1.0)
    yield from _titled(invoice)
    yield from _under_title(invoice)
    yield from _labelled_codes(invoice, "document_number", 0.7)


def _labelled_codes(invoice: Invoice, name: str, sure: float) -> Iterator[Said]:
    for label in invoice.named(name):
        if name == "customer_number" and _is_bank(invoice, label):
            continue
        for _, span, way in invoice.values(label, _numbered if name == "number" else find_codes, gap=_MOST):
            if way != "same" and _is_house(span, label.sheet):
                continue
            doubt = (1.0 if label.hit.exact else 0.95) * (1.0 if label.leads else _INSIDE)
            yield Said(_mended(span.text), span, sure * _SURE[way] * doubt)
            break


def _numbered(text: str) -> Iterator[FoundCode]:
    """What follows the label of a number; 3/11/2023 is one right behind it, though it looks like a day."""
    lead = _LEAD.match(text)
    day = _DAYLIKE.match(text, lead.end() if lead else 0)
    if day:
        yield FoundCode(day[0], *day.span())
    else:
        yield from find_codes(text)


def _is_house(span: Span, sheet: Sheet) -> bool:
    """Whether it is a number with no more than two digits before some words, as that of a house."""
    if len(span.text) > 2:
        return False
    pieces = (piece for piece in sheet.pieces if _holds(piece, span))
    return any(sum(map(str.isalpha, piece.text.partition(span.text)[2])) > 2 for piece in pieces)


def _mended(code: str) -> str:
    """A number whose zeros between digits were read as the letter."""
    return re.sub(r"(?<=\d)[Oo](?=\d)", "0", code)


def _is_bank(invoice: Invoice, label: Label) -> bool:
    """Whether an account is one with a bank: something of a bank stands in its row."""
    pieces = label.sheet.rows[label.row].pieces
    return any(each.is_("bank", "iban", "bic") for piece in pieces for each in invoice.within(piece))


def _titled(invoice: Invoice) -> Iterator[Said]:
    """Numbers that follow the document's title: “Rechnung 4711”, “Facture d'avoir (381) N° 4711”."""
    for label in invoice.named("title", "credit_note"):
        if label.leads or _ORDINAL.fullmatch(label.piece.text[: label.hit.start]):
            yield from _right_behind(label)
            yield from _marked(invoice, label)
            yield from _headed(invoice, label)


def _right_behind(label: Label) -> Iterator[Said]:
    pieces = label.sheet.rows[label.row].pieces[label.column :]
    near = [Near(pieces[0], label.hit.end, "same")]
    if len(pieces) > 1 and not any(char.isalnum() for char in near[0].text):
        near.append(Near(pieces[1], 0, "right"))
    for each in near:
        code = next(find_codes(each.text), None)
        if code and not _YEAR.fullmatch(code.value) and not re.search(r"\w", _LEAD.sub("", each.text[: code.start])):
            yield Said(code.value, each.piece.cut(each.start + code.start, each.start + code.end), 0.9)


def _marked(invoice: Invoice, title: Label) -> Iterator[Said]:
    """A number behind “Nr.” in the title's row, with no other label between."""
    for piece in title.sheet.rows[title.row].pieces[title.column :]:
        for label in invoice.within(piece):
            if piece is title.piece and label.hit.start < title.hit.end:
                continue
            if not label.is_("nr", "title", "credit_note", "self_billed"):
                return
            if label.is_("nr"):
                code = next(find_codes(piece.text[label.hit.end :]), None)
                if code:
                    yield Said(code.value, piece.cut(label.hit.end + code.start, label.hit.end + code.end), 0.92)
                return


def _under_title(invoice: Invoice) -> Iterator[Said]:
    """The value of “Nummer” that stands as a label right below the title."""
    titles = [label for label in invoice.named("title", "credit_note") if label.leads]
    for label in invoice.named("nr"):
        if label.leads and any(_is_right_above(title, label) for title in titles):
            for _, span, _ in invoice.values(label, find_codes, ways=("same", "right")):
                yield Said(span.text, span, 0.85)
                break


def _is_right_above(title: Label, label: Label) -> bool:
    height, box = label.sheet.height, label.piece.box
    near = 0 < box.top - title.piece.box.top <= _BELOW_TITLE * height
    return title.sheet is label.sheet and near and abs(title.piece.box.left - box.left) <= 2 * height


def _headed(invoice: Invoice, title: Label) -> Iterator[Said]:
    """The number below “Factuur” where that heads a column beside other labels."""
    pieces = title.sheet.rows[title.row].pieces
    alone = sum(char.isalnum() for char in title.piece.text) == sum(char.isalnum() for char in title.span.text)
    if alone and sum(invoice.opens(piece) for piece in pieces) >= _HEADS:
        for _, span, _ in invoice.values(title, find_codes, ways=("below",)):
            yield Said(span.text, span, 0.85)
            return


def _dates(invoice: Invoice, number: Said | None) -> Iterator[Said]:
    yield from _labelled_dates(invoice, "date", 1.0)
    if number:
        yield from _behind(invoice, number)
    yield from (said for said in _labelled_dates(invoice, "date_weak", 0.8))
    yield from _alone(invoice)


def _labelled_dates(invoice: Invoice, name: str, sure: float, gap: int = 14) -> Iterator[Said]:
    for label in invoice.named(name):
        if name == "date_weak" and not label.leads:
            continue
        for found, span, way in invoice.values(label, invoice.dates, gap):
            if way == "below" and name == "date_weak" and _is_column(invoice, label, span):
                break
            yield Said(found.value, span, sure * _SURE[way])
            break


def _is_column(invoice: Invoice, label: Label, first: Span) -> bool:
    """Whether more days stand below the first, as in the column of a table."""
    days = (
        piece
        for row in label.sheet.rows[label.row + 1 : label.row + _ROWS]
        for piece in row.pieces
        if abs(piece.box.left - first.box.left) <= label.sheet.height and piece.box.top > first.box.bottom
    )
    return any(found.start == 0 for piece in days for found in invoice.dates(piece.text))


def _behind(invoice: Invoice, number: Said) -> Iterator[Said]:
    """The day behind the number: “Rechnung 4711 vom 5. März 2018”; at the end of a line it may stand on the next."""
    for sheet in invoice.view.sheets:
        for row, below in zip_longest(sheet.rows, sheet.rows[1:]):
            at = next((k for k, piece in enumerate(row.pieces) if _holds(piece, number.span)), None)
            if at is None:
                continue
            rest = row.pieces[at].text.partition(number.span.text)[2]
            near = [Near(row.pieces[at], len(row.pieces[at].text) - len(rest), "same")]
            near += [Near(piece, 0, "right") for piece in row.pieces[at + 1 : at + 3]]
            if below and rest.split()[-1:] and len(row.pieces) == at + 1:
                near.append(Near(below.pieces[0], 0, "below"))
            under = below.pieces if below else ()
            near += [Near(piece, 0, "below") for piece in under if _is_dated(invoice, row.pieces[at], piece)]
            yield from _first_day(invoice, near)


def _is_dated(invoice: Invoice, number: Piece, below: Piece) -> bool:
    """Whether a piece under the one with the number begins with “vom” or “du”."""
    under = abs(below.box.left - number.box.left) <= number.box.height
    return under and any(label.leads and label.is_("dated") for label in invoice.within(below))


def _first_day(invoice: Invoice, near: list[Near]) -> Iterator[Said]:
    for each in near:
        if each.way == "right" and invoice.opens(each.piece):
            return
        found = next(invoice.dates(each.text), None)
        if found and sum(char.isalpha() for char in each.text[: found.start]) <= 12:
            yield Said(found.value, each.piece.cut(each.start + found.start, each.start + found.end), 0.9 * _SURE[each.way])
            return


def _holds(piece: Piece, span: Span) -> bool:
    at, box = span.box.center, piece.box
    here = box.left <= at.x <= box.right and box.top <= at.y <= box.bottom
    return here and piece.page == span.page and span.text in piece.text


def _alone(invoice: Invoice) -> Iterator[Said]:
    """A day at the top of the first page, by itself or with the place before it."""
    if not invoice.view.sheets:
        return
    sheet = invoice.view.sheets[0]
    for piece in sheet.pieces:
        if piece.box.bottom <= _TOP * sheet.box.bottom and (found := _only(invoice, piece)):
            placed = found.start > 0
            yield Said(found.value, piece.cut(found.start, found.end), 0.7 if placed else 0.55, "place")


def _only(invoice: Invoice, piece: Piece) -> FoundDate | None:
    if not any(char.isdigit() for char in piece.text):
        return None
    found = next(invoice.dates(piece.text), None)
    if not found or piece.text[found.end :].strip(" ."):
        return None
    before = piece.text[: found.start]
    return found if not before.strip() or _PLACE.fullmatch(before) else None


def _period(invoice: Invoice) -> dict[str, Said | None]:
    """The first and the last day behind a label of periods."""
    for label in invoice.named("period"):
        for near in invoice.near(label):
            days = list(invoice.dates(near.text))[:2]
            if len(days) == 2 and days[0].value <= days[1].value:
                first, last = (near.piece.cut(near.start + day.start, near.start + day.end) for day in days)
                return {
                    "period_start": Said(days[0].value, first, 0.9 * _SURE[near.way]),
                    "period_end": Said(days[1].value, last, 0.9 * _SURE[near.way]),
                }
    return {}
