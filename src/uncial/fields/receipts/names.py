"""What names of companies on slips are known by: legal forms, trades, the labels that end them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uncial.fields.lexicon import Hit, lexicon
from uncial.fields.receipts.postal import postal
from uncial.fields.receipts.slips import SlipLine

CONTACTS = ("phone", "fax", "tax_id", "registration")
"""Sections of the slip's table whose words end a name or an address."""
MARKS = " \t,;:-–—*#=|_~'\"“”`"
"""What stands around names and is no part of them."""
REGISTERED = re.compile(
    r"[\[({]?\s?(?:\d{12}\s?)?[\[({]?\b(?:[A-Z]{1,2}\s?)?[\dOIl]{5,9}\s?[-–—.~]?\s?[A-Z0]\b\s?[\])}]?|[\[({]\s?\d{5,12}\s?[\])}]"
)
"""A company's number behind its name, as (123456-X)."""
_SHORT = 4
"""Letters; legal forms of no more have to be read right: SRI is no Srl."""
_NUMBER_BEHIND = re.compile(r"[\s.:;#()+&/-]*(?:no\.?|number|nr\.?|id|fax)?[\s.:;#(+A-Z-]{0,8}\d[\d\s()./-]{3,}", re.IGNORECASE)
"""What stands behind the label of a number."""


def name_end(line: SlipLine) -> int:
    """Where the name ends: before the company's number, a telephone or a tax number."""
    ends = [hit.start for hit in line.hits if hit.is_(*CONTACTS) and hit.start > 2 and is_numbered(line.text, hit)]
    if (found := REGISTERED.search(line.text)) and any(char.isalpha() for char in line.text[: found.start()]):
        ends.append(found.start())
    return min(ends, default=len(line.text))


def form_of(text: str) -> Hit | None:
    """The legal form at the end of a name, or before brackets there."""
    for hit in hits_of(text, "form"):
        rest = text[hit.end :].strip(" .,)-")
        letters = bare(text[hit.start : hit.end])
        read = [entry.phrase for entry in hit.entries if letters == bare(entry.phrase)]
        dotted = len(letters) > 2 or "." in text[hit.start : hit.end] or any("." not in phrase for phrase in read)
        sure = len(letters) > _SHORT or (read and dotted)
        if sure and (not rest or rest.startswith(("(", "["))):
            return hit
    return None


def bare(text: str) -> str:
    """Its letters and digits alone, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def hits_of(text: str, *names: str) -> Iterator[Hit]:
    """The legal forms and trades in a text: the sections `form` and `trade`."""
    return (hit for hit in lexicon("sellers").find(text) if hit.is_(*names))


def leads(text: str, hit: Hit) -> bool:
    """Whether nothing but marks stands before it."""
    return not any(char.isalnum() for char in text[: hit.start])


def is_numbered(text: str, hit: Hit) -> bool:
    """Whether a number follows, as it does behind the label of one."""
    return bool(_NUMBER_BEHIND.match(text, hit.end))


def is_company(line: SlipLine) -> bool:
    """Whether the line names a company by its legal form."""
    text = line.text[: name_end(line)].strip(MARKS)
    return bool(form_of(text)) and not postal(text).code
