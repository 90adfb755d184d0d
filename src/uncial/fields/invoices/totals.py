"""What an invoice comes to: net, tax, gross, what was paid and what is left; arithmetic judges between what is labelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from uncial.fields.invoices.currency import find_currency
from uncial.fields.invoices.labels import Invoice, Said
from uncial.fields.invoices.sums import Group, amounts_of, groups
from uncial.fields.invoices.taxes import TaxRow, adding_up, find_tax_rows
from uncial.fields.lexicon import lexicon
from uncial.fields.sheet import Span

_ROUNDING = Decimal("0.02")
"""By so much sums may differ from what they are made of."""
_RATES = 4.0
"""What it is worth that the total is what several rates of tax come to, each with its net amount."""
_HIGHEST = Decimal("0.5")
"""Of the net amount: no tax on sales is so high."""
_MOST = 9
"""Candidates of each name that are tried."""
_AGREES, _DIFFERS, _LARGEST, _ALSO = 1.5, -0.8, 0.3, 0.4
"""What it is worth that net and tax make the total, that they do not, that it is the largest, that the taxes add up to it."""
_LEAST = 0.5
"""Weight of an amount that nothing confirms."""
_FREE = 0.05
"""A name without a value costs nothing, but one with any is better."""


class Candidate(NamedTuple):
    """An amount that a label says to be something."""

    value: Decimal
    span: Span
    weight: float
    currency: str


class Totals(NamedTuple):
    """What the sums of an invoice are taken to be."""

    said: Mapping[str, Said]
    taxes: tuple[TaxRow, ...]
    currency: Said | None


def find_totals(invoice: Invoice, is_credit: bool = False) -> Totals:
    """The sums by the names of fields, the taxes by rates, the currency.

    Of a credit note all that has a minus loses it: amounts of a credit note are what is credited (EN 16931-1, BT-3 code 381).
    """
    named: dict[str, list[Candidate]] = {}
    for group in invoice.view.once(groups):
        for name, weight in group.names:
            named.setdefault(name, []).extend(_candidates(group, weight))
    rows = find_tax_rows(invoice)
    said = _chosen(named, rows)
    _implied(said, rows, invoice)
    _paid(said, named, invoice)
    _implied(said, rows, invoice)
    tax = _money(said, "tax")
    rows = rows if tax is None else adding_up(rows, tax)
    total = _money(said, "total")
    if is_credit and total is not None and total < 0:
        said = {name: _turned(each) for name, each in said.items()}
        rows = tuple(row.turned() for row in rows)
    return Totals(said, rows, find_currency(invoice, said))


def _candidates(group: Group, weight: float) -> Iterator[Candidate]:
    """The amounts of a group: the last one is likelier than those before it."""
    last = len(group.amounts) - 1
    for at, (amount, span) in enumerate(group.amounts):
        place = 1.0 if group.is_column or at == last else 0.6
        yield Candidate(amount.value, span, weight * place, amount.currency)


def _chosen(named: Mapping[str, Sequence[Candidate]], rows: tuple[TaxRow, ...]) -> dict[str, Said]:
    """Net, tax and total that fit together best."""
    nets, taxes, totals = (_likeliest(named.get(name, ())) for name in ("net", "tax", "total"))
    judge = _judge(taxes, totals, _likeliest(named.get("due", ())), rows)
    net, tax, total = max(product(nets, taxes, totals), key=judge.fit)
    if total and judge.is_by_rates(total):
        net, tax = _only(net, judge.net), _only(tax, judge.tax)
    agrees = bool(net and tax and total) and judge.agreement(net, tax, total) > 0
    sure = 0.97 if agrees else 0.85
    return {
        name: Said(each.value, each.span, sure * min(1.0, 0.5 + each.weight / 2))
        for name, each in (("net", net), ("tax", tax), ("total", total))
        if each and (agrees or each.weight >= _LEAST)
    }


@dataclass(frozen=True)
class _Judge:
    """What a choice of net, tax and total is worth."""

    net: Decimal
    """What the rows of taxes are raised on, all together."""
    tax: Decimal
    """What those rows come to."""
    rates: int
    """How many those are."""
    summed: frozenset[Decimal]
    """Taxes that some of those rows add up to."""
    dues: frozenset[Decimal]
    largest: Decimal
    """Of the totals."""

    def fit(self, picked: Sequence[Candidate | None]) -> float:
        """The more, the better they fit together and with what else is printed."""
        net, tax, total = picked
        score = sum(each.weight + _FREE for each in picked if each) + self.agreement(net, tax, total)
        if total:
            score += _LARGEST * float(abs(total.value) / self.largest) + _ALSO * (total.value in self.dues)
        return score + _ALSO * (tax is not None and tax.value in self.summed)

    def agreement(self, net: Candidate | None, tax: Candidate | None, total: Candidate | None) -> float:
        """What arithmetic says: above 0 where it agrees, below where it does not."""
        if total and self.is_by_rates(total):
            return _RATES - _ALSO * sum(each is not None and each.value not in (self.net, self.tax) for each in (net, tax))
        if net and tax and abs(tax.value) > _HIGHEST * abs(net.value):
            return _DIFFERS
        if net and tax and total:
            return _AGREES if abs(net.value + tax.value - total.value) <= _ROUNDING else _DIFFERS
        return _DIFFERS if net and total and abs(net.value) > abs(total.value) + _ROUNDING else 0.0

    def is_by_rates(self, total: Candidate) -> bool:
        """Whether a total is what several rates come to, each with its net amount."""
        return self.rates > 1 and total.value == self.net + self.tax


def _judge(
    taxes: Sequence[Candidate | None],
    totals: Sequence[Candidate | None],
    dues: Sequence[Candidate | None],
    rows: tuple[TaxRow, ...],
) -> _Judge:
    return _Judge(
        net=sum((row.net for row in rows), Decimal(0)),
        tax=sum((row.amount for row in rows), Decimal(0)),
        rates=len(rows),
        summed=frozenset(each.value for each in taxes if each and rows and adding_up(rows, each.value)),
        dues=frozenset(each.value for each in dues if each),
        largest=max((abs(each.value) for each in totals if each), default=Decimal(0)) or Decimal(1),
    )


def _only(candidate: Candidate | None, value: Decimal) -> Candidate | None:
    """The candidate where it is what the rates come to; one rate's alone is not all."""
    return candidate if candidate and candidate.value == value else None


def _likeliest(candidates: Iterable[Candidate]) -> list[Candidate | None]:
    """The likeliest ones, each amount once, the last of equals; and none."""
    kept: dict[Decimal, Candidate] = {}
    for each in candidates:
        if each.value not in kept or each.weight >= kept[each.value].weight:
            kept[each.value] = each
    ordered = sorted(kept.values(), key=lambda each: (each.weight, abs(each.value)), reverse=True)
    return [*ordered[:_MOST], None]


def _implied(said: dict[str, Said], rows: tuple[TaxRow, ...], invoice: Invoice) -> None:
    """The third of net, tax and total, where the other two tell it and it is printed somewhere."""
    net, tax, total = (_money(said, name) for name in ("net", "tax", "total"))
    wanted: dict[str, Decimal] = {}
    if net is not None and total is not None and tax is None:
        wanted["tax"] = total - net
    elif tax is not None and total is not None and net is None:
        wanted["net"] = total - tax
    elif net is not None and tax is not None and total is None:
        wanted["total"] = net + tax
    elif total is not None and tax is None and rows:
        wanted["tax"] = sum((row.amount for row in rows), Decimal(0))
        wanted["net"] = total - wanted["tax"]
    for name, value in wanted.items():
        if (span := _printed(invoice, value)) is not None and (value or name == "net"):
            said[name] = Said(value, span, 0.75, "sum")


def _printed(invoice: Invoice, value: Decimal) -> Span | None:
    """The last place where an amount is printed."""
    found = None
    for piece in invoice.view.pieces:
        for amount in amounts_of(piece.text, invoice.mark):
            if amount.value == value:
                found = piece.cut(amount.start, amount.end)
    return found


def _paid(said: dict[str, Said], named: Mapping[str, Sequence[Candidate]], invoice: Invoice) -> None:
    """What was paid already and what is left; where nothing says that something was paid, all of the total is left."""
    total = _money(said, "total")
    paid = [each for each in _likeliest(named.get("prepaid", ())) if each and each.value]
    dues = [each for each in _likeliest(named.get("due", ())) if each]
    due = max(dues, key=lambda each: each.weight + _ALSO * _leaves(each, total, paid), default=None)
    if due:
        said["due"] = Said(due.value, due.span, 0.9 * min(1.0, 0.5 + due.weight / 2))
    if total is not None and (fitting := [each for each in paid if abs(each.value) <= abs(total)]):
        best = max(fitting, key=lambda each: due is not None and abs(total - abs(each.value) - due.value) <= _ROUNDING)
        said["prepaid"] = Said(abs(best.value), best.span, 0.85)
    if due and total is None:
        said["total"] = Said(due.value, due.span, 0.7, "sum")
    elif total is not None and not due and not paid and not _tells_paid(invoice):
        whole = said["total"]
        said["due"] = Said(total, whole.span, 0.7 * whole.sure, "sum")


def _money(said: Mapping[str, Said], name: str) -> Decimal | None:
    value = said[name].value if name in said else None
    return value if isinstance(value, Decimal) else None


def _tells_paid(invoice: Invoice) -> bool:
    """Whether it says anywhere that something was paid; “amount paid 0.00” does not."""
    words = lexicon("invoice_totals")
    for piece in invoice.view.pieces:
        hit = words.named(piece.text, "paid")
        if hit and not any(amount.value == 0 for amount in amounts_of(piece.text[hit.end :], invoice.mark)):
            return True
    return False


def _leaves(due: Candidate, total: Decimal | None, paid: Sequence[Candidate]) -> bool:
    """Whether an amount is the total, or what is left of it when something was paid."""
    left = [] if total is None else [total, *(total - abs(each.value) for each in paid)]
    return any(abs(due.value - each) <= _ROUNDING for each in left)


def _turned(said: Said) -> Said:
    return said._replace(value=abs(said.value)) if isinstance(said.value, Decimal) else said
