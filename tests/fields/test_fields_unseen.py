from collections import Counter
from functools import cache
from itertools import cycle

import pytest

from uncial.evaluate.values import same
from uncial.fields import extract_fields
from unseen_documents import Sample, samples

SLIP, LETTER = 48, 90
"""Letters side by side on a till's paper, and on a letter's."""
NAMES = {
    "receipt": ("merchant", "address", "date", "time", "total", "subtotal", "tax", "payment_method", "currency", "tax_id"),
    "invoice": (
        "number", "date", "issuer", "recipient", "currency", "net", "tax", "total", "due", "issuer_vat_id", "iban",
    ),
}  # fmt: skip
ALWAYS = frozenset({"merchant", "address", "date", "total", "number", "issuer", "recipient", "net", "issuer_vat_id", "iban"})
"""Those that are superfluous where the truth has none."""
BARS = {
    ("slips_of_asia.txt", "receipt"): {
        "kind": 0.94, "merchant": 0.94, "address": 0.94, "date": 0.95, "time": 0.93, "total": 0.94, "subtotal": 0.9, "tax": 0.95,
        "payment_method": 0.93, "currency": 0.94, "tax_id": 0.88,
    },
    ("heads.txt", "receipt"): {
        "kind": 0.97, "merchant": 0.95, "address": 0.95, "date": 0.97, "time": 0.97, "total": 0.97, "subtotal": 0.95, "tax": 0.95,
        "payment_method": 0.95, "currency": 0.95,
    },
    ("slips_of_the_west.txt", "receipt"): {
        "kind": 0.96, "merchant": 0.95, "address": 0.95, "date": 0.96, "time": 0.95, "total": 0.96, "subtotal": 0.8, "tax": 0.93,
        "payment_method": 0.95, "currency": 0.95, "tax_id": 0.9,
    },
    ("bills.txt", "invoice"): {
        "kind": 0.97, "number": 0.95, "date": 0.95, "issuer": 0.94, "recipient": 0.95, "currency": 0.97, "net": 0.95, "tax": 0.95,
        "total": 0.97, "due": 0.95, "issuer_vat_id": 0.94, "iban": 0.95,
    },
}  # fmt: skip
"""The least F1 of each field, some points below what was reached when these were last counted."""
LOOKS = {
    "plain": ((1.0, 0.0, 0.0),),
    "varied": ((0.6, -1.6, 2.0), (1.0, 0.0, 2.0), (1.7, 1.1, 2.0), (2.6, -1.0, 2.0), (0.8, 1.9, 1.0)),
}
"""How large, by how many degrees turned, and by how many pixels off."""


@cache
def counted(file: str, kind: str, look: str) -> dict[str, float]:
    right: Counter[str] = Counter()
    both: Counter[str] = Counter()
    width = LETTER if kind == "invoice" else SLIP
    for sample, (scale, skew, jitter) in zip(samples(file, width), cycle(LOOKS[look]), strict=False):
        found = extract_fields(sample.pages(scale=scale, skew=skew, jitter=jitter))
        right["kind"] += found.kind == kind
        both["kind"] += 1
        for name in NAMES[kind]:
            _count(sample, name, found.fields.get(name), right, both)
    return {name: right[name] / both[name] for name in both}


def _count(sample: Sample, name, field, right, both):
    truth = sample.truth.get(name, "" if name in ALWAYS else "?")
    if truth == "?" or (truth.startswith("~") and field is None):
        return
    both[name] += ((bool(truth)) + (field is not None)) / 2
    right[name] += field is not None and any(same(field.value, each) for each in truth.lstrip("~").split(" | ") if each)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("file", "kind"), BARS)
def test_documents_of_layouts_that_no_rule_was_made_for_are_read(file, kind, look):
    reached = counted(file, kind, look)
    below = {name: (round(reached[name], 3), bar) for name, bar in BARS[file, kind].items() if reached[name] < bar}
    assert not below


def test_a_slip_with_nothing_but_its_head_torn_off_names_no_merchant():
    sample = next(each for each in samples("heads.txt", SLIP) if each.name == "h01")
    torn = Sample("torn", {}, sample.text[sample.text.index("Invoice No") :], SLIP)
    assert "address" not in extract_fields(torn.pages()).fields


def test_a_wrong_value_counts_as_wrong():
    sample = samples("bills.txt", LETTER)[0]
    right: Counter[str] = Counter()
    both: Counter[str] = Counter()
    field = extract_fields(sample.pages()).fields["issuer"]
    _count(Sample("other", {"issuer": "Somebody Else Ltd"}, "", LETTER), "issuer", field, right, both)
    assert (right["issuer"], both["issuer"]) == (0, 1)
