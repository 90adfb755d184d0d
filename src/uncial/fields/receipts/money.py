"""In which currency a slip counts, and how it was paid."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from uncial.fields.lexicon import Hit, lexicon, word_table
from uncial.fields.model import Field
from uncial.fields.receipts.charges import Charge
from uncial.fields.receipts.names import MARKS, hits_of, leads
from uncial.fields.receipts.postal import countries
from uncial.fields.receipts.slips import Slip, SlipLine, field
from uncial.fields.sheet import Span
from uncial.fields.values.amounts import find_currencies
from uncial.fields.values.codes import find_phones, find_vat_ids

_DOLLAR = "$"
_ALONE = 5
"""Letters; a line of no more has nothing but a currency."""
_HIDDEN = re.compile(r"[\s:]*[*xX•#]{4}[*xX•#\s-]*\d{4}(?!\d)")
_STATE = re.compile(r"(?<![^\W\d_])([A-Z]{2}),?\s\d{5}(?:-\d{4})?(?!\d)")
"""A state of the United States with its ZIP code."""
_POSTCODES = {
    language: re.compile(pattern)
    for language, pattern in (
        ("de", r"(?<![\d.,/-])(\d{5})\s[^\W\d_]{3}"),
        ("fr", r"(?<![\d.,/-])(\d{5})\s[^\W\d_]{3}"),
        ("it", r"(?<![\d.,/-])(\d{5})\s[^\W\d_]{3}"),
        ("nl", r"(?<![\d.,/-])(\d{4}\s?[A-Z]{2})\s[^\W\d_]{3}"),
        ("pl", r"(?<![\d.,/-])(\d{2}-\d{3})\s[^\W\d_]{3}"),
        ("pt", r"(?<![\d.,/-])(\d{4}-\d{3})\s[^\W\d_]{3}"),
    )
}
"""Of countries whose language is spoken in others that write them in another way: with its language they tell the country."""


def find_currency(slip: Slip) -> Field | None:
    """The currency: that of most amounts, then any that is named, then that of the country."""
    country = _country(slip)
    money = "" if country is None else str(word_table("countries")[country[0]]["currency"])
    beside = [(each.currency, line.cut(each.start, each.end)) for line in slip.lines for each in line.money if each.currency]
    named = [
        (code, line.cut(start, end)) for line in slip.lines if _of_money(line) for code, start, end in find_currencies(line.text)
    ]
    for found, sure in ((beside, 0.95), (named, 0.85)):
        if found:
            best = Counter(code for code, _ in found).most_common(1)[0][0]
            span = next(span for code, span in found if code == best)
            if _DOLLAR in span.text and money and money != best:
                return field(money, span, "pattern", 0.75)
            return field(best, span, "pattern", sure)
    return field(money, country[1], "place", 0.7) if country and money else None


def _of_money(line: SlipLine) -> bool:
    """Whether a line is about sums or columns, or says nothing else: a PEN among what was bought is no money of Peru."""
    return bool(line.hits) or len(line.text) <= _ALONE


def find_method(slip: Slip, charges: Sequence[Charge]) -> Field | None:
    """How it was paid: cash, card, or the card's name, beside what was paid, else behind “Paid by”."""
    paying = [each for each in charges if each.role in ("cash", "card", "paid") and not each.summary and each.value]
    paying = [each for each in paying if each.role != "card" or each.money.is_money]
    first = min((each.line.number for each in charges if each.role in ("total", "due")), default=0)
    paying.sort(key=lambda each: each.line.number < first)
    for charge in paying:
        for hit in charge.line.hits:
            if hit.is_("cash", "card") and hit.start < charge.money.start:
                span = charge.line.cut(hit.start, hit.end)
                return field("cash" if hit.is_("cash") else _card(span.text), span, "label", 0.9)
    for line in slip.lines:
        if said := _said(line):
            span = line.cut(said.start, said.end)
            return field("cash" if said.is_("cash") else _card(span.text), span, "label", 0.8)
    return None


def _said(line: SlipLine) -> Hit | None:
    """The way to pay that a line names behind “Paid by”, or before a card's number with most of its digits hidden."""
    hits = [hit for hit in line.hits if hit.is_("paid", "cash", "card")]
    if not hits or not leads(line.text, hits[0]):
        return None
    if hits[0].is_("card") and _HIDDEN.match(line.text, hits[0].end):
        return hits[0]
    named = (hit for hit in hits[1:] if hits[0].is_("paid") and hit.is_("cash", "card"))
    return next((hit for hit in named if not line.text[hit.end :].strip(MARKS + ".")), None)


def _card(text: str) -> str:
    """The name of a card that has one, as it is read; card for all others."""
    return text.capitalize() if text.casefold() in word_table("payments")["cards"]["names"] else "card"


def _country(slip: Slip) -> tuple[str, Span] | None:
    """The country of who sells, by its name, its regions, its VAT id, its telephone number."""
    return next(_countries(slip), None)


def _countries(slip: Slip) -> Iterator[tuple[str, Span]]:
    for line in slip.lines[:20]:
        for hit in countries().find(line.text):
            yield hit.entries[0].language, line.cut(hit.start, hit.end)
    for line in slip.lines[:20]:
        if (state := _STATE.search(line.text)) and state[1] in word_table("streets")["region"]["us"]:
            yield "US", line.cut(*state.span())
    for line in slip.lines[:20]:
        for hit in lexicon("streets").find(line.text):
            regions = [entry.language.upper() for entry in hit.entries if entry.name == "region" and len(entry.phrase) > 3]
            if regions:
                yield regions[0], line.cut(hit.start, hit.end)
    for line in slip.lines:
        for each in find_vat_ids(line.text):
            if each.value[:2] in word_table("countries") and line.has("tax_id", "tax"):
                yield each.value[:2], line.cut(each.start, each.end)
        for phone in find_phones(line.text):
            code = _calling(phone.value)
            if code and line.has("phone"):
                yield code, line.cut(phone.start, phone.end)
    yield from _by_language(slip)
    yield from _malaysian(slip)


def _malaysian(slip: Slip) -> Iterator[tuple[str, Span]]:
    """Malaysia, by the legal form of its companies, or by Malay words beside a postcode of five digits."""
    for line in slip.lines[:20]:
        for hit in hits_of(line.text, "form"):
            if hit.entries[0].language == "my" and hit.end - hit.start > _ALONE:
                yield "MY", line.cut(hit.start, hit.end)
    head = slip.lines[:12]
    words = [(line, hit) for line in head for hit in lexicon("streets").find(line.text) if hit.is_("street", "building")]
    malay = [(line, hit) for line, hit in words if all(entry.language == "my" for entry in hit.entries)]
    if malay and any(re.search(r"(?<!\d)\d{5}\s[^\W\d_]{2}", line.text) for line in head):
        line, hit = malay[0]
        yield "MY", line.cut(hit.start, hit.end)


def _by_language(slip: Slip) -> Iterator[tuple[str, Span]]:
    """The country that writes postcodes like the slip's, where its words are of that country's language alone."""
    spoken = Counter(entry.language for line in slip.lines for hit in line.hits for entry in hit.entries)
    most = next((name for name, _ in spoken.most_common(1)), "")
    form = _POSTCODES.get(most)
    for line in slip.lines[:20] if form else ():
        if code := form.search(line.text) if form else None:
            yield most.upper(), line.cut(*code.span(1))
            return


def _calling(phone: str) -> str:
    """The country of a telephone number that is written with its code, where that is one country's alone."""
    if not phone.startswith("+"):
        return ""
    digits = "".join(char for char in phone if char.isdigit())
    fitting = [code for code, told in word_table("countries").items() if digits.startswith(str(told["calling"]))]
    return fitting[0] if len(fitting) == 1 else ""
