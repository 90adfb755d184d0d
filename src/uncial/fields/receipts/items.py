"""What was bought: the lines of a slip between its head and its total, with quantities, prices and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from uncial.fields.model import Field
from uncial.fields.receipts.charges import Charge
from uncial.fields.receipts.slips import Money, Slip, SlipLine, field, is_heading, one_page
from uncial.fields.sheet import Span
from uncial.fields.values.dates import find_dates

_UNIT = r"(?:pcs?|nos?|ea|kgs?|g|lb|oz|l|ltr|stk?|stück|ud|uds|un|und|szt|pz|pce|qty|unit|units|kota|ctn|box|pkt|btl|set)"
_GAP = re.compile(
    rf"[\s|:;/=+-]{{0,4}}(?:[xX×*@]|à|a)?[\s|:;/=+-]{{0,4}}(?:{_UNIT}\b\.?|[A-Z]{{1,3}}\b|[€$£])?[\s|:;/=+-]{{0,4}}(?:[xX×*@]|à)?[\s|:;/]{{0,4}}",
    re.IGNORECASE,
)
"""What may stand between the figures of one item."""
_TAIL = re.compile(r"[\s|]{0,4}[^\W\d_]{0,3}\d?(?:[\s*#.()/|-]{0,4}[^\W\d_]{0,2})?[\s*#.()|-]{0,8}")
"""What may stand behind its amount: the code of its tax."""
_LEADING = re.compile(
    r"\s*(?:(\d{1,3})\s*(?:[x×*]\s*|(?:pcs?|stk?)\b\.?\s*)|([1-9]\d?)\.?\s+)(?=[^\W\d_]{2}|[^\W\d_]\s)", re.IGNORECASE
)
_CODE = re.compile(r"\s*(?:[A-Z]{1,2}\s+)?([A-Z]{0,4}[-.]?\d{4,14}(?:-\d{1,6})?|\d{3}(?=\s+[^\W\d_]{2}))\b[\s:|*-]*")
_WORD = re.compile(r"[^\W\d_]{3,}|[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_PER = re.compile(
    rf"[\s|]*(?:[€$£]|[A-Z]{{2,3}})?\s*(?:/|per|je|pro|le|al|el)\s*{_UNIT}\b\.?[\s)]*|[\s|)]*(?:EUR|€|zł|PLN|[A-Z])?[\s)]*",
    re.IGNORECASE,
)
_ENDS = frozenset({"total", "due", "subtotal", "net", "count", "saving", "rounding", "paid", "cash", "card", "change", "tax"})
_HEAD = ("title", "cashier", "number", "tax_id", "registration", "phone", "fax", "date", "time", "other_party")
_MOST = 300
"""Lines between the head and the total that are read."""
_CENT = Decimal("0.011")


class Figures(NamedTuple):
    """The figures at the end of a line."""

    quantity: Money | None
    price: Money | None
    amount: Money
    start: int
    """Where the first of them stands."""
    others: tuple[Money, ...] = ()
    """Those before the amount."""


@dataclass(frozen=True)
class Item:
    """Something that was bought."""

    line: SlipLine
    """The line with its amount."""
    amount: Money
    description: Span | None = None
    quantity: tuple[SlipLine, Money] | None = None
    price: tuple[SlipLine, Money] | None = None
    code: Span | None = None

    def row(self, sure: float) -> dict[str, Field]:
        """The same as a row of fields."""
        told: dict[str, Field] = {}
        if self.code:
            told["code"] = field(self.code.text, self.code, "place", sure)
        if self.description:
            told["description"] = field(self.description.text, self.description, "place", sure)
        for name, found in (("quantity", self.quantity), ("unit_price", self.price), ("amount", (self.line, self.amount))):
            if found:
                line, money = found
                told[name] = field(money.value, line.cut(money.start, money.end), "place", sure)
        return told


def find_items(slip: Slip, charges: Sequence[Charge]) -> tuple[Item, ...]:
    """What was bought, from the top down."""
    body = _body(slip, charges)
    first = next((line for line in body if _figures(line) or _WORD.search(line.text)), None)
    below = any(_figures(line) and not _describes(line) for line in body) and first is not None and not _figures(first)
    return tuple(item for item in _items(body, below) if item.description or item.code)


def item_fields(items: Sequence[Item], adds_up: bool) -> Iterator[tuple[str, Field]]:
    """The items as a field; those that come to the total are surer."""
    sure = 0.92 if adds_up else 0.65
    if items:
        spans = one_page(each.line.span for each in items)
        yield "items", field(tuple(each.row(sure) for each in items), spans, "place", sure)


def sum_of(items: Sequence[Item]) -> Decimal:
    """What they come to."""
    return sum((each.amount.value for each in items), Decimal(0))


# ---- where they stand


def _body(slip: Slip, charges: Sequence[Charge]) -> tuple[SlipLine, ...]:
    """The lines between the head and the first line that sums up."""
    end = next((each.line.number for each in charges if _is_end(each) and _is_about(each)), None)
    if end is None:
        return ()
    first = next((line.number for line in slip.lines[:end] if _figures(line) and not _is_head(line)), None)
    if first is None:
        return ()
    start = max((line.number + 1 for line in slip.lines[:first] if _is_head(line) or is_heading(line)), default=first)
    headed = [line.number + 1 for line in slip.lines[:end] if is_heading(line)]
    return slip.lines[max([start, *headed]) if headed else max(start, first - 2) : end][:_MOST]


def _is_end(charge: Charge) -> bool:
    """Whether an amount sums up; a discount that is written without a minus is taken off at the end."""
    return charge.money.is_money and (charge.role in _ENDS or (charge.role == "discount" and charge.value >= 0))


def _is_about(charge: Charge) -> bool:
    """Whether the words that tell what an amount is for are most of what stands before it."""
    before = charge.line.text[: charge.money.start]
    letters = sum(char.isalpha() for char in before)
    known = sum(hit.end - hit.start for hit in charge.line.hits if hit.is_(*charge.words) and hit.end <= charge.money.start)
    return bool(charge.words) and known >= 0.4 * letters


def _is_head(line: SlipLine) -> bool:
    """Whether it belongs to what stands above the items: labels, dates, titles."""
    if any(True for _ in find_dates(line.text)):
        return True
    known = [hit for hit in line.hits if hit.is_(*_HEAD)]
    labels = any(":" in line.text[hit.end : hit.end + 3] or hit.is_("tax_id", "registration", "phone") for hit in known)
    most = 2 * sum(hit.end - hit.start for hit in known) >= len(line.text)
    return bool(known) and (labels or most or not line.money) and not (line.money and not labels)


# ---- what they say


def _items(body: Sequence[SlipLine], below: bool) -> Iterator[Item]:
    """The items of a body; `below` says whether figures stand below their descriptions."""
    above: Span | None = None
    code: Span | None = None
    last: Item | None = None
    detail: tuple[SlipLine, Money, Money] | None = None
    for line in body:
        if (priced := _detail(line)) and not _describes(line):
            last, detail = _with_detail(last, (line, *priced))
        elif figures := _figures(line):
            if last:
                yield last
            item = _item(line, figures, above, code)
            item, detail = _with_detail(item, detail)[0] or item, None
            last, above, code = item, None, None
        elif _WORD.search(line.text):
            end = next((each.start for each in line.money if _is_price(line, each)), len(line.text))
            told, own_code = _described(line, 0, end)
            if last and not below:
                last = _continued(last, told)
            else:
                above, code = told, own_code or code
        elif (found := _CODE.match(line.text)) and not line.money:
            code = line.cut(*found.span(1))
    if last:
        yield last


def _item(line: SlipLine, figures: Figures, above: Span | None, code: Span | None) -> Item:
    """The item of a line with figures; where it has no words, those above it are its description."""
    told, own = _described(line, 0, figures.start)
    leading = _leading(line, figures)
    quantity, price = figures.quantity or leading, figures.price or _price(figures, leading)
    return Item(
        line,
        figures.amount,
        told or above,
        (line, quantity) if quantity else None,
        (line, price) if price else None,
        own or (None if told else code),
    )


def _with_detail(
    item: Item | None, detail: tuple[SlipLine, Money, Money] | None
) -> tuple[Item | None, tuple[SlipLine, Money, Money] | None]:
    """The item with quantity and price of a line of their own, where they come to its amount; else they wait for the next."""
    if item and detail:
        line, quantity, price = detail
        if abs(quantity.value * price.value - item.amount.value) <= _CENT:
            return replace(item, quantity=(line, quantity), price=(line, price)), None
    return item, detail


def _continued(item: Item, told: Span | None) -> Item:
    """The item with a line more of its description, or with its first where its own line has a code alone."""
    if not told or (item.description and item.description.page != told.page):
        return item
    return item if item.description else replace(item, description=told)


def _described(line: SlipLine, start: int, end: int) -> tuple[Span | None, Span | None]:
    """The words of a line, and the code before them."""
    text = line.text[:end]
    if leading := _LEADING.match(text, start):
        start = leading.end()
    code = None
    if found := _CODE.match(text, start):
        code, start = line.cut(*found.span(1)), found.end()
    while end > start and line.text[end - 1] in " \t|:;*#@x-–=.,(":
        if line.text[end - 1] == "x" and line.text[end - 2 : end - 1].isalnum():
            break
        end -= 1
    while start < end and line.text[start] in " \t|:;*#@-–=.,)":
        start += 1
    if start >= end or not _WORD.search(line.text, start, end):
        whole = text.strip()
        return None, code or (line.cut(0, len(text)) if whole and _is_code(whole) else None)
    return line.cut(start, end), code


def _is_code(text: str) -> bool:
    return " " not in text and len(text) >= 3 and any(char.isdigit() for char in text)


def _describes(line: SlipLine) -> bool:
    """Whether words stand before the figures of a line."""
    figures = _figures(line)
    return bool(_described(line, 0, figures.start if figures else len(line.text))[0])


def _leading(line: SlipLine, figures: Figures) -> Money | None:
    """The quantity at the beginning of a line."""
    found = _LEADING.match(line.text[: figures.start])
    which = 1 if found and found[1] else 2
    return Money(Decimal(found[which]), *found.span(which), "", 0) if found and int(found[which]) else None


def _figures(line: SlipLine) -> Figures | None:
    """The amount at the end of a line with the figures right before it."""
    if not line.money:
        return None
    amount = line.money[-1]
    if _is_price(line, amount):
        return None
    if not _TAIL.fullmatch(line.text, amount.end):
        return None
    run = [amount]
    for each in reversed([each for each in line.amounts if each.end <= amount.start]):
        if not _GAP.fullmatch(line.text, each.end, run[0].start):
            break
        run.insert(0, each)
    quantity, price = _product(run[:-1], amount)
    return Figures(quantity, price, amount, run[0].start, tuple(run[:-1]))


def _is_price(line: SlipLine, money: Money) -> bool:
    """Whether an amount at the end of a line is only what one costs: an @ stands before it."""
    return line.text[: money.start].rstrip().endswith("@") and not line.text[money.end :].strip()


def _price(figures: Figures, quantity: Money | None) -> Money | None:
    """The figure that comes to the amount with a quantity that stands elsewhere on the line."""
    if not quantity:
        return None
    return next((each for each in figures.others if abs(each.value * quantity.value - figures.amount.value) <= _CENT), None)


def _product(figures: Sequence[Money], amount: Money) -> tuple[Money | None, Money | None]:
    """Those of the figures whose product is the amount: quantity and price; the price alone where one is the amount's own."""
    for i, one in enumerate(figures):
        for other in figures[i + 1 :]:
            if one.value * other.value and abs(one.value * other.value - amount.value) <= _CENT:
                swapped = one.is_money and not other.is_money
                return (other, one) if swapped else (one, other)
    return None, None


def _detail(line: SlipLine) -> tuple[Money, Money] | None:
    """Quantity and price of a line that has nothing else: 2 x 0,65 or 0,512 kg x 3,99 EUR/kg."""
    if len(line.amounts) != 2 or not line.money:
        return None
    one, other = line.amounts
    between = line.text[one.end : other.start]
    times = any(char in between for char in "xX×*@à")
    if not times or not _GAP.fullmatch(between) or not _PER.fullmatch(line.text, other.end):
        return None
    return one, other
