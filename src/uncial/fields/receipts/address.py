"""Where a slip's shop is: the run of lines in its head that look like an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uncial.fields.lexicon import Hit, lexicon
from uncial.fields.model import Field
from uncial.fields.receipts.names import CONTACTS, MARKS, bare, hits_of, is_company, is_numbered, leads
from uncial.fields.receipts.postal import is_region, is_short_code, postal, respelled_address
from uncial.fields.receipts.slips import Slip, SlipLine, field, is_heading, one_page
from uncial.fields.sheet import Span
from uncial.fields.values.codes import find_emails, find_urls
from uncial.fields.values.dates import find_dates

HEAD = 22
"""Lines within which a slip says who sells."""
_LONGEST = 7
"""Lines of an address, at most."""
_BRANCH = re.compile(r"^\s*\d{2,5}\s?[-–]\s?[^\W\d_][^\d]{3,}$")
"""A shop's number with the place that it stands in, as 1234-UPPER TOWN."""


def address_field(slip: Slip, start: int) -> Field | None:
    """The address that begins on that line, on one line."""
    spans = one_page(_told_once(list(address_lines(slip, start))))
    text = " ".join(span.text for span in spans)
    return field(respelled_address(text), spans, "place", 0.9 if postal(text).code else 0.75) if spans else None


def address_start(slip: Slip) -> int | None:
    """The line that the address begins on: the first in the head that looks like one, with something above it or not."""
    for number in range(min(HEAD, len(slip.lines))):
        line = slip.lines[number]
        if is_heading(line):
            return None
        end = _address_end(line)
        text = line.text[:end]
        if end and postal(text).begins and not is_company(line) and not _is_shop(text) and _holds(slip, number):
            return _raised(slip, number)
    return None


def _raised(slip: Slip, start: int) -> int:
    """The line that an address really begins on: lines above that lead up to it are part of it, but for a name above them."""
    while start > 1 and _leads_up(slip.lines[start - 1], slip.lines[start]):
        start -= 1
    return start


def _leads_up(line: SlipLine, below: SlipLine) -> bool:
    """Whether an address goes on from that line to the next: it ends with a comma, or begins with a building or a quarter."""
    text = line.text.strip()
    if _address_end(line) < len(line.text.rstrip(MARKS)) or line.money or is_company(line) or _is_shop(text) or text[0] in "([":
        return False
    building = any(hit.is_("building", "unit") and leads(text, hit) for hit in lexicon("streets").find(text))
    return building or (text.endswith(",") and not below.text.startswith("("))


def _holds(slip: Slip, start: int) -> bool:
    """Whether what begins there is an address: it has a postcode, or two of its lines speak for one."""
    texts = [span.text for span in address_lines(slip, start)]
    speaking = [postal(text) for text in texts]
    return any(each.code for each in speaking) or sum(each.speaks for each in speaking) >= 2 or _is_full(texts)


def _is_full(texts: list[str]) -> bool:
    """Whether a single line says street or lot and town."""
    return any((said.street or said.unit) and (said.town or said.quarter or said.house) for said in map(postal, texts))


def _is_shop(text: str) -> bool:
    """Whether it names a shop, were it after a street: it says a trade and has no number."""
    return not any(char.isdigit() for char in text) and any(True for _ in hits_of(text, "trade"))


def address_lines(slip: Slip, start: int) -> Iterator[Span]:
    """The lines of the address from there on, each without what does not belong to it."""
    coded = False
    for line in slip.lines[start : start + _LONGEST]:
        end = _address_end(line)
        if not end or (line.number > start and _is_over(slip, line, coded, start)):
            return
        yield line.cut(0, end)
        text = line.text[:end]
        said = postal(text)
        coded = (coded or said.code or (line.number > start and is_short_code(text))) and not said.code_ends
        if end < len(line.text) and not _is_bracket(line.text[end:]):
            return


def _is_over(slip: Slip, line: SlipLine, coded: bool, start: int) -> bool:
    """Whether the address ended on the line above."""
    if line.letters < 3 or line.money or is_company(line):
        return True
    said = postal(line.text)
    above = slip.lines[line.number - 1].text.rstrip()
    if coded:
        open_ended = above.endswith((",", "-", "/")) and not line.text.startswith("(")
        return not (is_region(line.text) or _BRANCH.match(line.text) or (open_ended and not said.street))
    return not (said.speaks or above.endswith(",") or _code_follows(slip, line.number))


def _code_follows(slip: Slip, number: int) -> bool:
    """Whether a postcode comes on one of the next lines, before anything that is no address."""
    for line in slip.lines[number : number + 3]:
        end = _address_end(line)
        if not end or line.money:
            return False
        text = line.text[:end]
        if postal(text).code or (line.number > number and is_short_code(text)):
            return True
    return False


def _address_end(line: SlipLine) -> int:
    """Where a line stops to be an address, 0 where it is none: before a telephone number, a date, a mail address, a title."""
    text = line.text
    ends = [each.start for each in find_dates(text)] + [each.start for each in (*find_emails(text), *find_urls(text))]
    ends += [end for hit in line.hits if (end := _cut_by(text, hit)) is not None]
    end = min(ends, default=len(text))
    while ends and end and (text[end - 1] in MARKS or text[end - 1] in "([{/"):
        end -= 1
    return end if sum(char.isalpha() for char in text[:end]) >= 2 else 0


def _cut_by(text: str, hit: Hit) -> int | None:
    """Where a word of the slip's table ends an address; None where it does not."""
    heads = leads(text, hit) and _is_most(text, hit)
    if hit.is_("title", "thanks", "cashier", "other_party", "number") and heads:
        return 0
    labels = hit.is_("date", "time", "cashier", "number") and ":" in text[hit.end : hit.end + 3]
    contacts = hit.is_(*CONTACTS) and (heads or is_numbered(text, hit))
    return hit.start if labels or contacts else None


def _is_most(text: str, hit: Hit) -> bool:
    """Whether most of the line's letters are the hit's, or what it labels follows a colon or a number."""
    behind = text[hit.end :].lstrip()
    return hit.end - hit.start >= 0.5 * len(text) or behind[:1] in (":", "#", "") or behind[:2].lower() == "no"


def _is_bracket(text: str) -> bool:
    return not any(char.isalnum() for char in text)


def _told_once(spans: list[Span]) -> list[Span]:
    """The lines but for one that the next line says again."""
    following = [bare(span.text) for span in spans[1:]] + [""]
    return [span for span, below in zip(spans, following, strict=True) if bare(span.text) not in below]
