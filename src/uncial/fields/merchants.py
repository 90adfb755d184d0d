"""Who sells and where: the head of a slip, with the merchant's name and below it the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from uncial.fields.lexicon import Hit, lexicon
from uncial.fields.model import Field
from uncial.fields.postal import is_region, is_short_code, postal, respelled, respelled_address
from uncial.fields.sheet import Span
from uncial.fields.slips import Slip, SlipLine, field, is_heading, one_page
from uncial.fields.values.codes import find_emails, find_urls
from uncial.fields.values.dates import find_dates

_HEAD = 22
"""Lines within which a slip says who sells; some have it at their foot, too."""
_FAR = 8
"""Lines between a merchant's name and the address, at most."""
_LONGEST = 7
"""Lines of an address, at most."""
_CONTACTS = ("phone", "fax", "tax_id", "registration")
_OTHERS = (*_CONTACTS, "title", "thanks", "cashier", "number", "other_party", "date", "other_date", "time", "card", "change")
_REGISTERED = re.compile(
    r"[\[({]?\s?(?:\d{12}\s?)?[\[({]?\b(?:[A-Z]{1,2}\s?)?[\dOIl]{5,9}\s?[-–—.~]?\s?[A-Z0]\b\s?[\])}]?|[\[({]\s?\d{5,12}\s?[\])}]"
)
"""A company's number behind its name, as (123456-X)."""
_BRANCH = re.compile(r"^\s*\d{2,5}\s?[-–]\s?[^\W\d_][^\d]{3,}$")
"""A shop's number with the place that it stands in, as 1234-UPPER TOWN."""
_SHORT = 4
"""Letters; legal forms of no more have to be read right: SRI is no Srl."""
_MARKS = " \t,;:-–—*#=|_~'\"“”`"


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
    start = _address_start(slip)
    name = _best_name(slip, start)
    if name and start is not None and not 0 < start - name.line <= _FAR and name.line < start:
        start = None
    if name:
        found["merchant"] = field(name.value, one_page(name.spans), "place", _certainty(name.score))
    if start is not None and (spans := _told_once(list(_address(slip, start)))):
        kept = one_page(spans)
        text = " ".join(span.text for span in kept)
        found["address"] = field(respelled_address(text), kept, "place", 0.9 if postal(text).code else 0.75)
    return found


# ---- the merchant


def _best_name(slip: Slip, start: int | None) -> Name | None:
    """The likeliest name above the address; one of a company below it where none above is one."""
    above = list(_names(slip, range(0, start if start is not None else min(_HEAD, _end_of_head(slip)))))
    best = max(above, key=lambda name: name.score, default=None)
    if start is not None and (best is None or best.score < 2):
        below = [name for name in _names(slip, range(start, min(start + 10, len(slip.lines)))) if name.score >= 6]
        best = below[0] if below else best
    return best if best and best.score > 0 else None


def _names(slip: Slip, lines: range) -> Iterator[Name]:
    for number in lines:
        name = _name(slip, number)
        if name:
            near = 0.5 * (number + 1 == lines.stop)
            yield name._replace(score=name.score + near + max(0.0, 0.9 - 0.3 * (number - lines.start)))


def _name(slip: Slip, number: int) -> Name | None:
    line = slip.lines[number]
    end = _name_end(line)
    text = line.text[:end].strip(_MARKS)
    if not _may_name(line, text) or (number and _names_another(slip.lines[number - 1])):
        return None
    form, trade = _form(text), any(True for _ in _hits(text, "trade"))
    spans: tuple[Span, ...] = (line.cut(*_inner(line.text, end)),)
    value = _repaired(text, form)
    score = 1.0 + 5.0 * bool(form) + 2.0 * trade + 2.0 * _is_registered(slip, number, end) - 4.0 * _is_scribbled(text)
    if number and _is_rest(text, form) and _is_plain(slip.lines[number - 1]):
        before = slip.lines[number - 1]
        spans, value, score = (before.span, *spans), f"{before.text.strip(_MARKS)} {value}", score + 1.5
    tall = line.whole.box.height >= 1.4 * slip.height
    return Name(number, value, spans, score + tall)


def _may_name(line: SlipLine, text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    if letters < 3 or letters < 0.5 * len(text.replace(" ", "")) or line.money or text.startswith("("):
        return False
    if any(True for _ in find_dates(text)) or any(True for _ in (*find_emails(text), *find_urls(text))):
        return False
    if any(
        hit.is_("other_party", "phone", "tax_id", "registration") and _leads(text, hit)
        for hit in line.hits
        if hit.end <= len(text)
    ):
        return False
    known = sum(hit.end - hit.start for hit in line.hits if hit.is_(*_OTHERS) and not _is_trade(line, hit))
    return known < 0.45 * len(text)


def _names_another(line: SlipLine) -> bool:
    """Whether the next line is somebody else: the line is “Owned by:” or “Bill to” and nothing more."""
    return any(hit.is_("other_party") and _leads(line.text, hit) and not line.text[hit.end :].strip(_MARKS) for hit in line.hits)


def _name_end(line: SlipLine) -> int:
    """Where the name ends: before the company's number, a telephone number or a second text far to the right."""
    ends = [hit.start for hit in line.hits if hit.is_(*_CONTACTS) and hit.start > 2 and _numbered(line.text, hit)]
    if (found := _REGISTERED.search(line.text)) and any(char.isalpha() for char in line.text[: found.start()]):
        ends.append(found.start())
    return min(ends, default=len(line.text))


def _inner(text: str, end: int) -> tuple[int, int]:
    """The place of the name without the marks around it."""
    start = 0
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return start, end


def _form(text: str) -> Hit | None:
    """The legal form at the end of a name, or before brackets there."""
    for hit in _hits(text, "form"):
        rest = text[hit.end :].strip(" .,)-")
        bare = _letters(text[hit.start : hit.end])
        read = [entry.phrase for entry in hit.entries if bare == _letters(entry.phrase)]
        dotted = len(bare) > 2 or "." in text[hit.start : hit.end] or any("." not in phrase for phrase in read)
        sure = len(bare) > _SHORT or (read and dotted)
        if sure and (not rest or rest.startswith(("(", "["))):
            return hit
    return None


def _repaired(text: str, form: Hit | None) -> str:
    """The name with its legal form spelled as it is, where letters of that were misread."""
    return respelled(text, (form,)) if form else text


def _is_rest(text: str, form: Hit | None) -> bool:
    """Whether it is only the end of a name: a legal form, a trade, “CO. (M)” before them."""
    start = form.start if form else len(text)
    before = re.sub(r"\([^)]*\)?", " ", text[:start]).strip(_MARKS + ".&")
    trades = list(_hits(before, "trade", "form"))
    known = sum(hit.end - hit.start for hit in trades)
    return sum(char.isalpha() for char in before) <= known + 1 + 2 * before.upper().count("CO") and (bool(form) or bool(trades))


def _is_plain(line: SlipLine) -> bool:
    """Whether a name may begin on that line."""
    text = line.text.strip(_MARKS)
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    return letters >= 4 and digits <= 2 and not _is_scribbled(text) and _may_name(line, text) and not _form(text)


def _is_registered(slip: Slip, number: int, end: int) -> bool:
    """Whether a company's number stands behind the name or on the next line."""
    line = slip.lines[number]
    if end < len(line.text):
        return True
    below = slip.lines[number + 1 : number + 2]
    return any(each.has("registration") or _REGISTERED.fullmatch(each.text.strip(_MARKS + "().")) for each in below)


def _is_scribbled(text: str) -> bool:
    """Whether it has no capital: a note by hand above the print."""
    return text.islower()


def _is_trade(line: SlipLine, hit: Hit) -> bool:
    """Whether a word of the slip's table is one of a trade, too, as bar and market are."""
    return any(True for _ in _hits(line.text[hit.start : hit.end], "trade"))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _hits(text: str, *names: str) -> Iterator[Hit]:
    return (hit for hit in lexicon("sellers").find(text) if hit.is_(*names))


def _certainty(score: float) -> float:
    return 0.95 if score >= 6 else 0.85 if score >= 3 else 0.7 if score >= 1.5 else 0.55


def _end_of_head(slip: Slip) -> int:
    """The line that names the columns of what was bought, or has the first amount."""
    return next((line.number for line in slip.lines if line.money or is_heading(line)), len(slip.lines))


# ---- the address


def _address_start(slip: Slip) -> int | None:
    """The line that the address begins on: the first in the head that looks like one, with something above it or not."""
    for number in range(min(_HEAD, len(slip.lines))):
        line = slip.lines[number]
        if is_heading(line):
            return None
        end = _address_end(line)
        text = line.text[:end]
        if end and postal(text).begins and not _is_company(line) and not _is_shop(text) and _holds(slip, number):
            return number
    return None


def _holds(slip: Slip, start: int) -> bool:
    """Whether what begins there is an address: it has a postcode, or two of its lines speak for one."""
    texts = [span.text for span in _address(slip, start)]
    speaking = [postal(text) for text in texts]
    return any(each.code for each in speaking) or sum(each.speaks for each in speaking) >= 2 or _is_full(texts)


def _is_full(texts: list[str]) -> bool:
    """Whether a single line says street or lot and town."""
    return any((said.street or said.unit) and (said.town or said.quarter or said.house) for said in map(postal, texts))


def _is_company(line: SlipLine) -> bool:
    text = line.text[: _name_end(line)].strip(_MARKS)
    return bool(_form(text)) and not postal(text).code


def _is_shop(text: str) -> bool:
    """Whether it names a shop, were it after a street: it says a trade and has no number."""
    return not any(char.isdigit() for char in text) and any(True for _ in _hits(text, "trade"))


def _address(slip: Slip, start: int) -> Iterator[Span]:
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
    if line.letters < 3 or line.money or _is_company(line):
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
    while ends and end and (text[end - 1] in _MARKS or text[end - 1] in "([{/"):
        end -= 1
    return end if sum(char.isalpha() for char in text[:end]) >= 2 else 0


def _cut_by(text: str, hit: Hit) -> int | None:
    """Where a word of the slip's table ends an address; None where it does not."""
    heads = _leads(text, hit) and _is_most(text, hit)
    if hit.is_("title", "thanks", "cashier", "other_party", "number") and heads:
        return 0
    labels = hit.is_("date", "time", "cashier", "number") and ":" in text[hit.end : hit.end + 3]
    contacts = hit.is_(*_CONTACTS) and (heads or _numbered(text, hit))
    return hit.start if labels or contacts else None


def _leads(text: str, hit: Hit) -> bool:
    return not any(char.isalnum() for char in text[: hit.start])


def _is_most(text: str, hit: Hit) -> bool:
    """Whether most of the line's letters are the hit's, or what it labels follows a colon or a number."""
    behind = text[hit.end :].lstrip()
    return hit.end - hit.start >= 0.5 * len(text) or behind[:1] in (":", "#", "") or behind[:2].lower() == "no"


def _numbered(text: str, hit: Hit) -> bool:
    """Whether a number follows, as it does behind the label of one."""
    return bool(
        re.match(
            r"[\s.:;#()+&/-]*(?:no\.?|number|nr\.?|id|fax)?[\s.:;#(+A-Z-]{0,8}\d[\d\s()./-]{3,}", text[hit.end :], re.IGNORECASE
        )
    )


def _is_bracket(text: str) -> bool:
    return not any(char.isalnum() for char in text)


def _told_once(spans: list[Span]) -> list[Span]:
    """The lines but for one that the next line says again."""
    following = [_letters(span.text) for span in spans[1:]] + [""]
    return [span for span, below in zip(spans, following, strict=True) if _letters(span.text) not in below]
