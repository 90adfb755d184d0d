"""Who sells and where: the head of a slip, with the merchant's name and below it the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from uncial.fields.lexicon import Hit
from uncial.fields.model import Field
from uncial.fields.receipts.address import HEAD, address_field, address_start
from uncial.fields.receipts.names import CONTACTS, MARKS, REGISTERED, form_of, hits_of, leads, name_end
from uncial.fields.receipts.postal import postal, respelled
from uncial.fields.receipts.slips import Slip, SlipLine, field, is_heading, one_page
from uncial.fields.sheet import Span
from uncial.fields.values.codes import find_emails, find_urls
from uncial.fields.values.dates import find_dates

_FAR = 8
"""Lines between a merchant's name and the address, at most."""
_CONNECTED = re.compile(r"(?:di|de|du|des|del|da|do|of|by|von|van|vom|zum|zur|und|and|et|e|y|&)\s", re.IGNORECASE)
"""With what no name begins, so that it goes on from the line above."""
_TALL = 1.4
"""Of the text's height; lines as high are set larger."""
_OTHERS = (*CONTACTS, "title", "thanks", "cashier", "number", "other_party", "date", "other_date", "time", "card", "change")


class Name(NamedTuple):
    """A line that may name the merchant."""

    line: int
    """Its last line."""
    value: str
    spans: tuple[Span, ...]
    score: float


def find_merchant(slip: Slip) -> dict[str, Field]:
    """The merchant and the address, where a slip says them."""
    found: dict[str, Field] = {}
    start = address_start(slip)
    name = _best_name(slip, start)
    if name and start is not None and not 0 < start - name.line <= _FAR and name.line < start:
        start = None
    if name:
        found["merchant"] = field(name.value, one_page(name.spans), "place", _certainty(name.score))
    if start is not None and (address := address_field(slip, start)):
        found["address"] = address
    return found


def _best_name(slip: Slip, start: int | None) -> Name | None:
    """The likeliest name above the address; one of a company below it where none above is one."""
    above = list(_names(slip, range(0, start if start is not None else min(HEAD, _end_of_head(slip)))))
    best = max(above, key=lambda name: name.score, default=None)
    if start is not None and (best is None or best.score < 2):
        below = [name for name in _names(slip, range(start, min(start + 10, len(slip.lines)))) if name.score >= 6]
        best = below[0] if below else best
    return best if best and best.score > 0 else None


def _names(slip: Slip, lines: range) -> Iterator[Name]:
    for number in lines:
        name = _name(slip, number)
        if name:
            near = 0.5 * (number + 1 == lines.stop and name.score < 2)
            yield name._replace(score=name.score + near + max(0.0, 0.9 - 0.3 * (number - lines.start)))


def _name(slip: Slip, number: int) -> Name | None:
    line = slip.lines[number]
    end = name_end(line)
    text = line.text[:end].strip(MARKS)
    if not _may_name(line, text) or (number and _names_another(slip.lines[number - 1])):
        return None
    form, trade = form_of(text), any(True for _ in hits_of(text, "trade"))
    spans: tuple[Span, ...] = (line.cut(*_inner(line.text, end)),)
    value = _repaired(text, form)
    score = 1.0 + 5.0 * bool(form) + 2.0 * trade + 2.0 * _is_registered(slip, number, end) - 4.0 * _is_scribbled(slip, text)
    tall = line.whole.box.height >= _TALL * slip.height
    name = Name(number, value, spans, score + tall)
    return _begun_above(slip, name, trade) if number and _continues(slip, line, text, form) else name


def _begun_above(slip: Slip, name: Name, trade: bool) -> Name:
    """A name with the line above it, on which it begins."""
    before = slip.lines[name.line - 1]
    begun = any(True for _ in hits_of(before.text, "trade")) and not trade
    value = f"{before.text.strip(MARKS)} {name.value}"
    return Name(name.line, value, (before.span, *name.spans), name.score + 1.5 + 2.0 * begun)


def _continues(slip: Slip, line: SlipLine, text: str, form: Hit | None) -> bool:
    """Whether a name begins on the line above."""
    before = slip.lines[line.number - 1]
    if not _is_plain(slip, before):
        return False
    return bool(_is_rest(text, form) or _CONNECTED.match(text) or (not form and _goes_on(slip, before, line)))


def _may_name(line: SlipLine, text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    if letters < 3 or letters < 0.5 * len(text.replace(" ", "")) or line.money or text.startswith("("):
        return False
    if any(True for _ in find_dates(text)) or any(True for _ in (*find_emails(text), *find_urls(text))):
        return False
    if any(
        hit.is_("other_party", "phone", "tax_id", "registration") and leads(text, hit)
        for hit in line.hits
        if hit.end <= len(text)
    ):
        return False
    if any(hit.is_("thanks") and leads(text, hit) for hit in line.hits) and not any(True for _ in hits_of(text, "form", "trade")):
        return False
    known = sum(hit.end - hit.start for hit in line.hits if hit.is_(*_OTHERS) and not _is_trade(line, hit))
    return known < 0.45 * len(text) and not _is_branch(text, letters)


def _is_branch(text: str, letters: int) -> bool:
    """Whether it is a shop's number: “Store #17”."""
    trades = sum(hit.end - hit.start for hit in hits_of(text, "trade"))
    return trades >= letters and any(char.isdigit() for char in text)


def _names_another(line: SlipLine) -> bool:
    """Whether the next line is somebody else: the line is “Owned by:” or “Bill to” and nothing more."""
    return any(hit.is_("other_party") and leads(line.text, hit) and not line.text[hit.end :].strip(MARKS) for hit in line.hits)


def _inner(text: str, end: int) -> tuple[int, int]:
    """The place of the name without the marks around it."""
    start = 0
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1] in MARKS:
        end -= 1
    return start, end


def _repaired(text: str, form: Hit | None) -> str:
    """The name with its legal form spelled as it is, where letters of that were misread."""
    return respelled(text, (form,)) if form else text


def _is_rest(text: str, form: Hit | None) -> bool:
    """Whether it is only the end of a name: a legal form, a trade, “CO. (M)” before them."""
    start = form.start if form else len(text)
    before = re.sub(r"\([^)]*\)?", " ", text[:start]).strip(MARKS + ".&")
    trades = list(hits_of(before, "trade", "form"))
    if any(char.isdigit() for char in before):
        return False
    known = sum(hit.end - hit.start for hit in trades)
    return sum(char.isalpha() for char in before) <= known + 1 + 2 * before.upper().count("CO") and (bool(form) or bool(trades))


def _goes_on(slip: Slip, line: SlipLine, below: SlipLine) -> bool:
    """Whether a name without a legal form goes on from one line to the next.

    It does where both are set larger than the rest, where the first is no more than a trade (“Gasthaus”), and where the first
    begins with one, as names in Malay do, and the second is the last before the address or the company's number.
    """
    if form_of(line.text) or _is_placed(below.text) or not _is_plain(slip, below):
        return False
    heights = sorted((line.whole.box.height, below.whole.box.height))
    if heights[0] >= _TALL * slip.height and heights[1] <= 1.2 * heights[0]:
        return True
    trade = next((hit for hit in hits_of(line.text, "trade") if leads(line.text, hit)), None)
    if trade is None:
        return False
    malay = any(entry.language == "my" for entry in trade.entries)
    return trade.end >= len(line.text.rstrip()) or (malay and _ends_head(slip, below))


def _is_placed(text: str) -> bool:
    """Whether a line is one of an address."""
    said = postal(text)
    return said.begins or said.region or said.town


def _ends_head(slip: Slip, line: SlipLine) -> bool:
    """Whether the next line is the company's number or the address."""
    below = slip.lines[line.number + 1 : line.number + 2]
    return _is_registered(slip, line.number, len(line.text)) or any(
        each.has(*CONTACTS) or postal(each.text).begins for each in below
    )


def _is_plain(slip: Slip, line: SlipLine) -> bool:
    """Whether a name may begin on that line."""
    text = line.text.strip(MARKS)
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    return letters >= 4 and digits <= 2 and not _is_scribbled(slip, text) and _may_name(line, text) and not form_of(text)


def _is_registered(slip: Slip, number: int, end: int) -> bool:
    """Whether a company's number stands behind the name or on the next line."""
    line = slip.lines[number]
    if end < len(line.text):
        return True
    below = slip.lines[number + 1 : number + 2]
    return any(each.has("registration") or REGISTERED.fullmatch(each.text.strip(MARKS + "().")) for each in below)


def _is_scribbled(slip: Slip, text: str) -> bool:
    """Whether it has no capital where the print has: a note by hand above it."""
    return text.islower() and 10 * sum(char.isupper() for char in slip.text) > sum(char.isalpha() for char in slip.text)


def _is_trade(line: SlipLine, hit: Hit) -> bool:
    """Whether a word of the slip's table is one of a trade, too, as bar and market are."""
    return any(True for _ in hits_of(line.text[hit.start : hit.end], "trade"))


def _certainty(score: float) -> float:
    return 0.95 if score >= 6 else 0.85 if score >= 3 else 0.7 if score >= 1.5 else 0.55


def _end_of_head(slip: Slip) -> int:
    """The line that names the columns of what was bought, or has the first amount."""
    return next((line.number for line in slip.lines if line.money or is_heading(line)), len(slip.lines))
