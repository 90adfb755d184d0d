"""When a slip was printed, by whom, under which number, and how to reach who printed it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from uncial.fields.lexicon import Hit
from uncial.fields.model import Field
from uncial.fields.receipts.slips import Slip, SlipLine, field
from uncial.fields.sheet import Span
from uncial.fields.values.codes import find_emails, find_phones, find_urls, find_vat_ids
from uncial.fields.values.dates import FoundDate, find_dates, find_times, is_day_first

_CODE = re.compile(r"[^\W_][\w/.\-–#]*\d[\w/.\-–]*|\d[\w/.\-–]*|[A-Z]{1,4}\s\d{3,}[\w/.\-–]*")
_LEAD = re.compile(r"^[\s.:;#=*°º)>\]-]*(?:(?:no|nr|number|id|n|num)\b[\s.:;#=°º]*)?", re.IGNORECASE)
_TAX_CODE = re.compile(r"(?:(?:ATU|CHE|[A-Z]{1,2})[\s-]?)?[\dOIl](?:[\s./-]?[\dOIl]){5,14}(?:[\s-]?[A-Z]\d{0,2})?(?!\w)")
_MONTH_FIRST = frozenset({"USD"})
_NAME = re.compile(r"[^\W_](?:[^\W_]|[ .'/&@-])*")
_COMPACT = re.compile(r"[\s.:]{0,4}(20\d\d)([01]\d)([0-3]\d)(?!\d)")
_FOOT = 6
"""Lines at the end of a slip that say how to reach who printed it."""


class Dated(NamedTuple):
    """A date of a slip."""

    found: FoundDate
    line: SlipLine
    score: float


def fact_fields(slip: Slip, currency: str) -> Iterator[tuple[str, Field]]:
    """What of all this the slip says, by the names of fields."""
    dated = find_date(slip, currency)
    if dated:
        span = dated.line.cut(dated.found.start, dated.found.end)
        sure = (0.95 if dated.score >= 1 else 0.8) * (1.0 if dated.found.sure else 0.97)
        yield "date", field(dated.found.value, span, "label" if dated.line.has("date") else "pattern", sure)
    found = (("time", _time(slip, dated)), ("number", _number(slip)), ("cashier", _cashier(slip)), ("tax_id", _tax_id(slip)))
    yield from ((name, each) for name, each in (*found, ("phone", _phone(slip))) if each)
    yield from _addresses(slip)


def find_date(slip: Slip, currency: str = "") -> Dated | None:
    """The day of the sale: a labelled date, one with a time beside it, one told again; none that is labelled as another."""
    written = (line.text[each.start : each.end] for line in slip.lines for each in find_dates(line.text))
    first = is_day_first(" ".join(text for text in written if "." not in text))
    day_first = first if first is not None else currency not in _MONTH_FIRST
    found = [(each, line) for line in slip.lines for each in find_dates(line.text, day_first)]
    times = Counter(each.value for each, _ in found)
    found += [] if found else _compact(slip)
    dated = [Dated(each, line, _score(each, line, times)) for each, line in found]
    best = max(dated, key=lambda each: (each.score, -each.line.number), default=None)
    return best if best and best.score > -1 else None


def _compact(slip: Slip) -> list[tuple[FoundDate, SlipLine]]:
    """Days behind their label as 20181225."""
    found = []
    for line in slip.lines:
        behind = (_COMPACT.match(line.text, hit.end) for hit in line.hits if hit.is_("date"))
        for told in (each for each in behind if each):
            days = find_dates(f"{told[1]}-{told[2]}-{told[3]}")
            found += [(each._replace(start=told.start(1), end=told.end(3)), line) for each in days]
    return found


def _score(found: FoundDate, line: SlipLine, times: Counter[date]) -> float:
    """How much speaks for a date's being the day of the sale."""
    before = [hit for hit in line.hits if hit.end <= found.start]
    score = 0.5 * (times[found.value] - 1) + 0.5 * any(True for _ in find_times(line.text))
    if before and before[-1].is_("other_date", "time"):
        return score - 2.0
    score += 1.0 * any(hit.is_("date") for hit in before) - 1.5 * any(hit.is_("other_date") for hit in line.hits)
    return score - 1.5 * (not 1990 <= found.value.year <= 2099)


def _time(slip: Slip, dated: Dated | None) -> Field | None:
    """The time of day: the one on the date's line, else a labelled one, else the nearest to the date."""
    lines = [line for line in slip.lines if line.has("time") and not line.has("other_date")]
    for line in ([dated.line] if dated else []) + lines + (_around(slip, dated.line) if dated else []):
        for each in find_times(line.text):
            inside = dated and line is dated.line and each.start < dated.found.end and dated.found.start < each.end
            if not inside and (each.sure or line.has("time")):
                return field(each.value, line.cut(each.start, each.end), "label" if line in lines else "pattern", 0.9)
    return _only_time(slip)


def _only_time(slip: Slip) -> Field | None:
    """The one time of day that stands at an end of a line, where no date is near."""
    found = [
        (each, line)
        for line in slip.lines
        if not line.has("other_date")
        for each in find_times(line.text)
        if each.sure and not (line.text[: each.start].strip() and line.text[each.end :].strip())
    ]
    if len({each.value for each, _ in found}) != 1:
        return None
    each, line = found[0]
    return field(each.value, line.cut(each.start, each.end), "pattern", 0.75)


def _around(slip: Slip, line: SlipLine) -> list[SlipLine]:
    number = line.number
    return [*slip.lines[number + 1 : number + 2], *slip.lines[max(number - 1, 0) : number]]


def _number(slip: Slip) -> Field | None:
    """The number of the receipt, behind its label."""
    for line in slip.lines:
        for hit in line.hits:
            if hit.is_("number") and (span := _code_behind(line, hit)):
                return field(span.text.rstrip("-./"), span, "label", 0.85)
    return None


def _code_behind(line: SlipLine, hit: Hit) -> Span | None:
    """A code of letters and digits right behind a label, which is no date, time or amount."""
    rest = line.text[hit.end :]
    lead = _LEAD.match(rest)
    start = hit.end + (lead.end() if lead else 0)
    code = _CODE.match(line.text, start)
    if (
        not code
        or len(code[0]) < 2
        or any(each.start <= start < each.end for each in line.money if each.currency or each.decimals)
    ):
        return None
    if _is_moment(line, start):
        return None
    marked = any(mark in line.text[hit.start : start] for mark in ":#.°º") or len(hit.entries[0].phrase) > 6
    return line.cut(*code.span()) if marked or len(code[0]) >= 4 else None


def _is_moment(line: SlipLine, at: int) -> bool:
    """Whether a date or a time stands there."""
    taken = [(each.start, each.end) for each in find_dates(line.text)] + [
        (each.start, each.end) for each in find_times(line.text)
    ]
    return any(start <= at < end for start, end in taken)


def _cashier(slip: Slip) -> Field | None:
    """Who served: the name or number behind the label, up to the next label."""
    for line in slip.lines:
        for hit in line.hits:
            if not hit.is_("cashier") or not _leads_piece(line, hit):
                continue
            lead = _LEAD.match(line.text[hit.end :])
            start = hit.end + (lead.end() if lead else 0)
            ends = [other.start for other in line.hits if other.start > start and _is_label(line, other)]
            ends += [each.start for each in find_dates(line.text) if each.start > start]
            ends += [line.piece_end(start)]
            end = min(ends)
            name = _NAME.match(line.text, start, end)
            if name and name[0].strip() and (":" in line.text[hit.end : start + 1] or start == hit.end + 1):
                span = line.cut(*name.span())
                return field(span.text.strip(" .-"), span, "label", 0.8)
    return None


def _is_label(line: SlipLine, hit: Hit) -> bool:
    return ":" in line.text[hit.end : hit.end + 2] or hit.is_("date", "time", "number")


def _leads_piece(line: SlipLine, hit: Hit) -> bool:
    """Whether it begins the line or stands behind a gap or a bracket."""
    at = 0
    for piece in line.pieces:
        if not any(char.isalnum() for char in line.text[at : hit.start]) and at <= hit.start:
            return True
        at += len(piece.text) + 1
    return False


def _tax_id(slip: Slip) -> Field | None:
    """The VAT id or tax number of who sells."""
    for line in slip.lines:
        for hit in line.hits:
            if hit.is_("tax_id") and not line.has("other_party"):
                lead = _LEAD.match(line.text[hit.end :])
                start = hit.end + (lead.end() if lead else 0)
                code = _TAX_CODE.match(line.text, start)
                if code and not any(each.start <= start < each.end for each in line.money):
                    value = re.sub(r"[\s.-]", "", code[0])
                    return field(value, line.cut(*code.span()), "label", 0.9)
    for line in slip.lines:
        for each in find_vat_ids(line.text):
            if line.has("tax_id", "tax"):
                return field(each.value, line.cut(each.start, each.end), "pattern", 0.85)
    return None


def _phone(slip: Slip) -> Field | None:
    """The telephone number: a labelled one, else one that stands alone in the head."""
    for line in slip.lines:
        for hit in line.hits:
            if hit.is_("phone"):
                for each in find_phones(line.text[hit.end : hit.end + 30]):
                    if each.start <= 14:
                        span = line.cut(hit.end + each.start, hit.end + each.end)
                        return field(_paired(each.value), span, "label", 0.9)
    for line in slip.lines[2:12]:
        for each in find_phones(line.text):
            bare = line.text.strip(" ,;:()")
            if bare == line.text[each.start : each.end].strip(" ,;:()") and not bare.isdigit() and line.text.strip()[:1] in "+0(":
                return field(each.value, line.cut(each.start, each.end), "pattern", 0.75)
    return None


def _paired(phone: str) -> str:
    """A telephone number without a bracket that has lost its other half."""
    return phone if phone.count("(") == phone.count(")") else re.sub(r"[()]", "", phone)


def _addresses(slip: Slip) -> Iterator[tuple[str, Field]]:
    """The first mail address and the first web page."""
    for name, find in (("email", find_emails), ("website", find_urls)):
        found = ((line, each) for line in slip.lines for each in find(line.text) if name == "email" or "@" not in line.text)
        for line, each in found:
            yield name, field(each.value, line.cut(each.start, each.end), "pattern", 0.9)
            break
