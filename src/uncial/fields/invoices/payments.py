"""What the payment code of a bill says: the account, the amount, what to write on the payment."""

from __future__ import annotations

from uncial.fields.model import Field, Fields
from uncial.fields.sheet import View

_STANDARDS = ("epc-qr", "swiss-qr", "spayd")
_NAMES = ("iban", "bic", "payment_reference", "due", "due_date", "currency")
"""What those say by the names of an invoice's fields."""
_SURE = 0.98


def find_payment(view: View) -> Fields:
    """What the payment codes say; of several, as of instalments, only what is the same in all."""
    codes = [payload for payload in view.payloads if payload.standard in _STANDARDS]
    if not codes:
        return {}
    first = codes[0]
    said = {name: first.says[name] for name in _NAMES if name in first.says}
    return {
        name: Field(value, str(value), first.page, first.barcode.quad, _SURE, "barcode")
        for name, value in said.items()
        if all(code.says.get(name) == value for code in codes)
    }
