"""Who bills and who is billed: by labels, by address windows, and by how often and where a name is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from uncial.fields.invoices.addresses import Party, form_end, has_form, is_addressed, is_name, whole_name
from uncial.fields.invoices.blocks import Block, find_blocks, labelled_party
from uncial.fields.invoices.labels import Invoice, Said, is_key
from uncial.fields.model import FoundBy
from uncial.fields.sheet import Piece, Span
from uncial.fields.tokens import fold
from uncial.fields.values.codes import find_emails, find_urls

_HEAD, _FOOT = 0.15, 0.8
"""Of a page: letterheads stand above, the issuer's particulars below."""
_BLOCKS = 40
"""Addresses of one document that are looked at."""
_WINDOW = 0.45
"""Of the first page: who is billed stands above."""
_LARGE = 1.4
"""Times the height of the text: a name in the letterhead is so large."""
_ENOUGH = 0.55
"""Votes that make a name the issuer's."""
_CONTACTS = ("phone", "fax", "email", "website", "vat_id", "tax_number", "registration", "establishment", "iban", "bic")
_REACHED = tuple(name for name in _CONTACTS if name not in ("vat_id", "tax_number"))
"""Without those that stand below who is billed, too."""
_WEBMAIL = frozenset({"gmail", "gmx", "web", "outlook", "hotmail", "yahoo", "icloud", "t-online", "orange", "free", "example"})
_NEAR = 2.5
"""Times the height of the text between a block and the contacts below it, or a sender's line and the window."""


class Vote(NamedTuple):
    """A name that may be the issuer's, how much speaks for it, and the address beside it."""

    span: Span
    weight: float
    address: Span | None = None


def find_parties(invoice: Invoice) -> dict[str, Said]:
    """Issuer and recipient with their addresses, by the names of fields."""
    blocks = list(islice(find_blocks(invoice), _BLOCKS))
    buyer = labelled_party(invoice, "buyer")
    seller = labelled_party(invoice, "seller")
    shipped = labelled_party(invoice, "shipping")
    known = [each[0] for each in (buyer, seller, shipped) if each]
    issuer = _named(seller[0], 0.95) if seller else None
    if issuer is None:
        free = [block for block in blocks if not any(_is_at(block, party) for party in known)]
        recipients = [buyer[0]] if buyer else [each.party for each in [_window(invoice, free, None)] if each]
        issuer = _elected(invoice, free, [*recipients, *([shipped[0]] if shipped else [])])
    recipient = _named(buyer[0], 0.93) if buyer else None
    if recipient is None:
        kept = [party for party in known if not buyer or party is not buyer[0]]
        free = [block for block in blocks if not any(_is_at(block, party) for party in kept)]
        window = _window(invoice, free, issuer[0] if issuer else None)
        recipient = _named(window.party, 0.8, "place") if window else None
    return {**_fields("issuer", issuer), **_fields("recipient", recipient)}


Naming = tuple[Said, Said | None]
"""A party's name and its address."""


def _named(party: Party, sure: float, by: FoundBy = "label") -> Naming:
    name = Said(whole_name(party.name.text), party.name, sure, by)
    address = Said(party.address.text, party.address, 0.95 * sure, by) if party.address else None
    return name, address


def _fields(role: str, naming: Naming | None) -> dict[str, Said]:
    if naming is None:
        return {}
    name, address = naming
    return {role: name} | ({f"{role}_address": address} if address else {})


def _is_at(block: Block, party: Party) -> bool:
    """Whether a block is where a party is said to be."""
    at = party.name.box.center
    box = block.box
    inside = box.left - 1 <= at.x <= box.right + 1 and box.top - 1 <= at.y <= box.bottom + 1
    return block.page == party.name.page and inside


# ---- who is billed


def _window(invoice: Invoice, blocks: Sequence[Block], issuer: Said | None) -> Block | None:
    """The address window: the block below a sender's line, else the first one at the top that is not the issuer's own."""
    first = [block for block in blocks if block.page == 1 and not block.is_line and _share(invoice, block) <= _WINDOW]
    lines = [block for block in blocks if block.is_line and block.page == 1]
    own = [fold(issuer.value)] if issuer and isinstance(issuer.value, str) else []
    own += [fold(line.party.name.text) for line in lines]
    others = [block for block in first if not _is_own(fold(block.party.name.text), own) and not _is_same(block, lines)]
    if addressed := [block for block in others if is_addressed(block.party.name.text)]:
        return addressed[0]
    for line in lines:
        below = [block for block in others if _is_under(invoice, block, line)]
        if below:
            return min(below, key=lambda block: block.box.top)
    strangers = [block for block in others if not _speaks(invoice, block, _REACHED)]
    if own or len(first) > 1:
        return max(strangers or others, key=lambda block: block.box.top, default=None) if own else _last(strangers)
    return next((block for block in strangers if _share(invoice, block) > _HEAD), None)


def _is_own(key: str, own: Iterable[str]) -> bool:
    """Whether a name is one of these, with or without what stands behind it."""
    return _known(key, own) != key or key in own


def _last(blocks: Sequence[Block]) -> Block | None:
    return max(blocks, key=lambda block: (block.box.top, block.box.left), default=None)


def _share(invoice: Invoice, block: Block) -> float:
    return block.box.top / invoice.view.sheets[0].box.bottom


def _is_same(block: Block, lines: Sequence[Block]) -> bool:
    return any(fold(line.party.name.text) == fold(block.party.name.text) for line in lines)


def _is_under(invoice: Invoice, block: Block, line: Block) -> bool:
    height = invoice.view.sheets[0].height
    gap = block.box.top - line.box.bottom
    return -height / 2 <= gap <= 2 * _NEAR * height and abs(block.box.left - line.box.left) <= 3 * height


def _speaks(invoice: Invoice, block: Block, names: Sequence[str] = _CONTACTS) -> bool:
    """Whether telephone, mail, web or VAT id stand in a block or right below it, as issuers have them."""
    height = invoice.view.sheets[0].height
    for label in invoice.named(*names):
        if label.piece.page == block.page and _touches(label.piece, block, height):
            return True
    return any(
        _touches(piece, block, height) and ("@" in piece.text or "http" in piece.text or "www." in piece.text)
        for piece in invoice.view.sheets[block.page - 1].pieces
        if block.page <= len(invoice.view.sheets)
    )


def _touches(piece: Piece, block: Block, height: float) -> bool:
    beside = min(piece.box.right, block.box.right) - max(piece.box.left, block.box.left) > 0
    return beside and block.box.top - height <= piece.box.top <= block.box.bottom + _NEAR * height


# ---- who bills


def _elected(invoice: Invoice, blocks: Sequence[Block], others: Sequence[Party]) -> Naming | None:
    """The name for which most speaks."""
    taken = {fold(whole_name(party.name.text)) for party in others}
    tallies: dict[str, list[Vote]] = {}
    for vote in (*_block_votes(invoice, blocks), *_line_votes(invoice), *_holder_votes(invoice)):
        key = fold(whole_name(vote.span.text))
        if key and key not in taken and not (vote.address and _is_taken(vote, others)):
            tallies.setdefault(_known(key, tallies), []).append(vote)
    domains = _domains(invoice)
    weights = {key: _weight(key, votes, domains) for key, votes in tallies.items()}
    best = max(weights, key=weights.__getitem__, default="")
    if not best or weights[best] < _ENOUGH:
        return None
    votes = tallies[best]
    chosen = max(votes, key=lambda vote: (has_form(vote.span.text), vote.weight))
    address = next((vote.address for vote in votes if vote.address), None)
    sure = min(0.95, 0.45 + 0.4 * weights[best])
    party = Party(chosen.span, address)
    return _named(party, sure, "place")


def _is_taken(vote: Vote, others: Sequence[Party]) -> bool:
    return any(party.address and vote.address and fold(party.address.text) == fold(vote.address.text) for party in others)


def _known(key: str, tallies: Iterable[str]) -> str:
    """The name in the tallies that is the same but for what stands behind it; else the name itself."""
    return next(
        (each for each in tallies if min(len(key), len(each)) > 4 and (key.startswith(each) or each.startswith(key))), key
    )


def _weight(key: str, votes: Sequence[Vote], domains: Sequence[str]) -> float:
    """What speaks for a name, more where a mail or web address has it too."""
    alike = any(domain in key or key in domain for domain in domains)
    return sum(vote.weight for vote in votes) + 0.3 * alike


def _block_votes(invoice: Invoice, blocks: Sequence[Block]) -> Iterator[Vote]:
    for block in (block for block in blocks if not is_addressed(block.party.name.text)):
        weight = 0.8 if block.is_line else 0.45
        weight += 0.2 * (not block.is_line and _speaks(invoice, block))
        weight += 0.15 * (block.page == 1 and not _HEAD < _share(invoice, block) < _FOOT)
        yield Vote(_trimmed(block.party.name), weight, block.party.address)


def _line_votes(invoice: Invoice) -> Iterator[Vote]:
    """Lines with a legal form, large lines at the top, lines above the particulars at the foot."""
    for sheet in invoice.view.sheets[:1] + invoice.view.sheets[-1:]:
        for piece in sheet.pieces:
            top = piece.box.top / sheet.box.bottom
            outside = top < _HEAD or top > _FOOT
            labels = invoice.within(piece)
            if any(is_key(label) for label in labels) or not outside:
                continue
            if has_form(piece.text) and is_name(piece.text[: form_end(piece.text)]):
                yield Vote(_trimmed(piece.cut(0, form_end(piece.text))), 0.45)
            elif (
                top < _HEAD and _is_large(piece, sheet.height) and not any(label.is_("title", "credit_note") for label in labels)
            ):
                yield Vote(piece.whole, 0.3)


def _is_large(piece: Piece, height: float) -> bool:
    return piece.box.height >= _LARGE * height and is_name(piece.text) and len(piece.text) > 2


def _holder_votes(invoice: Invoice) -> Iterator[Vote]:
    """Who an account belongs to, or to whom a payment goes."""
    for label in invoice.named("holder"):
        near = next(invoice.near(label), None)
        if near and is_name(near.text.rstrip(".")):
            yield Vote(near.span, 0.45)


def _trimmed(span: Span) -> Span:
    return replace(span, text=whole_name(span.text))


def _domains(invoice: Invoice) -> list[str]:
    """The folded names of the domains of mail and web addresses, but for those of mail services."""
    found: dict[str, None] = {}
    for piece in invoice.view.pieces:
        if not set(piece.text) & {"@", "."}:
            continue
        for code in (*find_emails(piece.text), *find_urls(piece.text)):
            host = re.sub(r"^(?:https?://)?(?:www\.)?", "", code.value.rpartition("@")[2]).split("/")[0]
            name = host.rsplit(".", 1)[0].rpartition(".")[2]
            if len(name) > 3 and name not in _WEBMAIL:
                found[fold(name)] = None
    return list(found)
