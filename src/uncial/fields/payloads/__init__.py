"""What barcodes hold: the standards of tickets, boarding passes, payments and goods, a module each.

A module has a function of bytes for each of its standards: what they say by the names of fields, None where they are not of it.
Bytes come from strangers: whatever they are, nothing is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from uncial.document import Barcode
from uncial.fields.model import Payload, Scalar
from uncial.fields.payloads import bcbp, gs1, payments, uic

_Read = Callable[[bytes], Mapping[str, Scalar] | None]
STANDARDS: Mapping[str, _Read] = {
    "iata-bcbp": bcbp.read,
    "uic-918.3": uic.read,
    "epc-qr": payments.read_epc,
    "swiss-qr": payments.read_swiss,
    "spayd": payments.read_spayd,
    "gs1": gs1.read,
}
"""What is tried, in this order; docs/barcodes.md tells of each."""


def decode(barcode: Barcode, page: int) -> Payload:
    """What the barcode's bytes mean, by the first standard that knows them."""
    data = barcode.data
    for standard, read in STANDARDS.items():
        says = read(data)
        if says is not None:
            return Payload(barcode, page, standard, says)
    return Payload(barcode, page)
