"""What barcodes hold: the standards of tickets, boarding passes and payments, a module each."""

from __future__ import annotations

from uncial.document import Barcode
from uncial.fields.model import Payload


def decode(barcode: Barcode, page: int) -> Payload:
    """What the barcode's bytes mean, by the first standard that knows them."""
    return Payload(barcode, page)
