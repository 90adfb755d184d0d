"""Codes of an invoice and whose they are: VAT ids, registers, bank accounts, telephone, mail, web."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from uncial.fields.invoices.labels import Invoice, Said, better
from uncial.fields.labels import Label
from uncial.fields.sheet import Piece, Span
from uncial.fields.tokens import fold
from uncial.fields.values.codes import (
    FoundCode,
    find_bics,
    find_emails,
    find_ibans,
    find_phones,
    find_urls,
    find_vat_ids,
    is_iban,
)

_GSTIN = re.compile(r"(?<!\w)\d{2}[A-Z]{5}\d{4}[A-Z]\d?[A-Z0-9]{1,2}(?!\w)")
"""India: state, PAN, entity, Z and a check character (CGST Rules 2017, rule 10)."""
_BARE = re.compile(r"(?<!\w)(?:[A-Z]\s?-?\s?)?\d(?:[\s.-]?\d){7,11}(?:[\s-]?[A-Z])?(?!\w)")
"""A national tax number without its country, as ES B12345678, IT 11 digits, PT 9, PL 10."""
_TAX = re.compile(r"\d[\d/ .-]{6,18}\d")
_REGISTER = re.compile(
    r"(?:(?:HRB|HRA|HR\s?[AB]|H\s[AB])[\s.:]*(?:Nr\.?\s*)?)?\d(?:[\s.]?\d){2,15}(?!\d)[A-Z]?|[A-Z]{1,3}\d[\dA-Z]{4,20}"
)
_BETWEEN = re.compile(r"[\s.:#-]+")
_SCHEME = re.compile(r"https?://|www\.")
_HEAD, _FOOT = 0.3, 0.7
"""Of a page: what stands between is about what is billed."""
_HOST = re.compile(r"(?:https?://)?[^/]+")
_LEAST = 0.5
_FAR = 40
"""Characters between a label and its code."""
_TRUSTED = 60
"""Of a sure label: an IBAN whose check digits are wrong is one only behind it."""


class Owner(NamedTuple):
    """Where a party stands."""

    name: Span | None
    address: Span | None

    def holds(self, span: Span, height: float) -> bool:
        """Whether a code stands in a party's block or right below it."""
        last = self.address or self.name
        if not self.name or not last or span.page != self.name.page:
            return False
        beside = abs(span.box.left - self.name.box.left) < 14 * height or abs(span.box.left - last.box.left) < height
        return beside and self.name.box.top - height <= span.box.top <= last.box.bottom + 4 * height


def find_code_fields(invoice: Invoice, parties: dict[str, Said]) -> dict[str, Said]:
    """Codes by the names of fields."""
    recipient = _owner(parties, "recipient")
    issuer = _owner(parties, "issuer")
    found: dict[str, Said | None] = _vat_ids(invoice, issuer, recipient)
    found["iban"] = better(_ibans(invoice))
    found["bic"] = better(_labelled(invoice, "bic", find_bics, 0.95))
    found["issuer_tax_number"] = better(_own(_labelled(invoice, "tax_number", _tax_numbers, 0.9), invoice, recipient))
    registers = (*_labelled(invoice, "registration", _registers, 0.9), *_labelled(invoice, "establishment", _registers, 0.8))
    found["issuer_registration"] = better(_own(registers, invoice, recipient))
    phones = (*_labelled(invoice, "phone", find_phones, 0.85), *_phones_beside(invoice))
    found["issuer_phone"] = better(_own(phones, invoice, recipient))
    name = fold(str(parties["issuer"].value)) if "issuer" in parties else ""
    found["issuer_email"] = better(_own(_anywhere(invoice, "email", find_emails, name), invoice, recipient))
    found["issuer_website"] = better(_own(_anywhere(invoice, "website", _sites, name), invoice, recipient))
    return {name: said for name, said in found.items() if said and said.sure >= _LEAST}


def _owner(parties: dict[str, Said], role: str) -> Owner:
    name, address = parties.get(role), parties.get(f"{role}_address")
    return Owner(name.span if name else None, address.span if address else None)


def _labelled(invoice: Invoice, name: str, parse: Callable[[str], Iterable[FoundCode]], sure: float) -> Iterator[Said]:
    """The codes beside labels of that name."""
    for label in invoice.named(name):
        for code, span, way in invoice.values(label, parse, _FAR):
            yield Said(code.value, span, sure * (0.9 if way == "below" else 1.0) * (1.0 if code.valid else 0.6))
            break


def _own(said: Iterable[Said], invoice: Invoice, recipient: Owner) -> Iterator[Said]:
    """Those that are not the recipient's."""
    heights = {sheet.page: sheet.height for sheet in invoice.view.sheets}
    return (each for each in said if not recipient.holds(each.span, heights[each.span.page]))


def _anywhere(invoice: Invoice, label: str, parse: Callable[[str], Iterable[FoundCode]], name: str) -> Iterator[Said]:
    """Codes that are known by their form: those with a label, at head and foot, or with the issuer's name in them."""
    for said in _labelled(invoice, label, parse, 0.85):
        yield said._replace(sure=said.sure + _alike(said.value, name))
    for sheet in invoice.view.sheets:
        for piece in sheet.pieces:
            if "." in piece.text and "urn:" not in piece.text:
                outside = not _HEAD < piece.box.top / sheet.box.bottom < _FOOT
                for code in parse(piece.text):
                    sure = (0.7 if outside else 0.45) + _alike(code.value, name)
                    yield Said(code.value, piece.cut(code.start, code.end), sure, "pattern")


def _alike(code: object, name: str) -> float:
    """What it adds that the domain of an address has the issuer's name in it."""
    domain = fold(_SCHEME.sub("", str(code).rpartition("@")[2]).rpartition(".")[0])
    return 0.1 if len(domain) > 2 and name and (domain in name or name in domain) else 0.0


def _phones_beside(invoice: Invoice) -> Iterator[Said]:
    """Telephone numbers without a label, on a line with a mail or web address."""
    for row in (row for sheet in invoice.view.sheets for row in sheet.rows):
        if "@" not in row.text and "www." not in row.text and "http" not in row.text:
            continue
        for piece in row.pieces:
            if not any(label.is_("fax") for label in invoice.within(piece)):
                for code in find_phones(piece.text):
                    yield Said(code.value, piece.cut(code.start, code.end), 0.6, "pattern")


def _sites(text: str) -> Iterator[FoundCode]:
    """Web addresses without the page that they lead to; what stands behind the @ of a mail address is none."""
    mails = [(code.start, code.end) for code in find_emails(text)]
    for code in find_urls(text):
        if not any(start <= code.start < end for start, end in mails):
            host = _HOST.match(code.value)
            yield code._replace(value=host[0]) if host else code


# ---- VAT ids


def _vat_ids(invoice: Invoice, issuer: Owner, recipient: Owner) -> dict[str, Said | None]:
    """Whose a VAT id is: as its label says, as the block says that it stands in; any other is the issuer's."""
    theirs: list[Said] = []
    ours: list[Said] = []
    heights = {sheet.page: sheet.height for sheet in invoice.view.sheets}
    for said, label in _vat_candidates(invoice):
        height = heights[said.span.page]
        is_theirs = (label is not None and label.is_("their_vat_id")) or (
            recipient.holds(said.span, height) and not issuer.holds(said.span, height)
        )
        (theirs if is_theirs else ours).append(said)
    known = {said.value for said in theirs}
    return {
        "issuer_vat_id": better(said for said in ours if said.value not in known),
        "recipient_vat_id": better(theirs),
    }


def _vat_candidates(invoice: Invoice) -> Iterator[tuple[Said, Label | None]]:
    taken: set[tuple[int, int]] = set()
    for label in invoice.named("their_vat_id", "vat_id"):
        for parse, sure in ((find_vat_ids, 0.97), (_gst_ids, 0.95), (_bare_ids, 0.75)):
            found = next(invoice.values(label, parse, _FAR), None)
            if found and not (parse is _bare_ids and label.is_("vat_id") and _is_rate(label)):
                code, span, way = found
                taken.add((round(span.box.left), round(span.box.top)))
                yield Said(code.value, span, sure * (0.9 if way == "below" else 1.0)), label
                break
    for piece in invoice.view.pieces:
        for code in find_vat_ids(piece.text) if any(map(str.isdigit, piece.text)) else ():
            span = piece.cut(code.start, code.end)
            if (round(span.box.left), round(span.box.top)) not in taken and not _is_part(invoice, piece, code):
                yield Said(code.value, span, 0.6, "pattern"), None


def _is_rate(label: Label) -> bool:
    """Whether the word is that of the tax itself, which may have an amount behind it."""
    word = label.span.text.strip(" .:")
    return len(word) <= 4 and word.upper().replace(".", "") in {"TVA", "VAT", "BTW", "IVA"}


def _is_part(invoice: Invoice, piece: Piece, code: FoundCode) -> bool:
    """Whether it is part of a longer code, an IBAN or the number of something else."""
    inside = any(iban.start <= code.start < iban.end for iban in find_ibans(piece.text))
    longer = piece.text[code.end : code.end + 1].isalnum() or piece.text[code.start - 1 : code.start].isalnum()
    other = any(label.hit.end <= code.start and not label.is_("dated", "nr", "title") for label in invoice.within(piece))
    return inside or longer or other


def _gst_ids(text: str) -> Iterator[FoundCode]:
    for found in _GSTIN.finditer(text):
        yield FoundCode(found[0], *found.span())


def _bare_ids(text: str) -> Iterator[FoundCode]:
    for found in _BARE.finditer(text):
        yield FoundCode(re.sub(r"[\s.-]", "", found[0]), *found.span())


def _tax_numbers(text: str) -> Iterator[FoundCode]:
    for found in _TAX.finditer(text):
        if sum(char.isdigit() for char in found[0]) >= 8:
            yield FoundCode(re.sub(r"\s", "", found[0]), *found.span())


def _registers(text: str) -> Iterator[FoundCode]:
    for found in _REGISTER.finditer(text):
        digits = re.sub(r"[\s.](?=\d)", "", found[0]) if found[0][0].isdigit() else " ".join(found[0].split())
        yield FoundCode(digits, *found.span())


# ---- accounts


def _ibans(invoice: Invoice) -> Iterator[Said]:
    """Accounts to pay to: an IBAN with the right check digits anywhere, any other behind a label alone; not the payer's own."""
    theirs = {span.text for label in invoice.named("their_iban") for _, span, _ in invoice.values(label, find_ibans, _TRUSTED)}
    for label in invoice.named("iban"):
        for code, span, _ in invoice.values(label, find_ibans, 8):
            if span.text not in theirs and (is_iban(code.value) or "IBAN" in label.piece.text.upper()):
                yield Said(code.value, span, 0.97 if is_iban(code.value) else 0.6)
            break
    for piece in invoice.view.pieces:
        for code in find_ibans(piece.text):
            if is_iban(code.value) and piece.text[code.start : code.end] not in theirs:
                yield Said(code.value, piece.cut(code.start, code.end), 0.8, "pattern")
