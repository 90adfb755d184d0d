from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from decimal import Decimal

from fakes import typed
from uncial.document import Barcode, Document
from uncial.fields import Extraction, extract_fields
from uncial.geometry import Box, Quad

BILL = """
        Wicker & Reed Ltd
        3 Osier Lane, Withybrook

Invoice No. 3307
Date 04/05/2021

Total                           EUR 84.00
"""
CODE = "BCD\n002\n1\nSCT\nBYLADEM1001\nWicker & Reed Ltd\nDE02120300000000202051\nEUR{amount}\n\n\n{reference}\n"
QUAD = Quad.of_box(Box(20.0, 220.0, 80.0, 280.0))


def bill(*codes: str, text: str = BILL) -> Extraction:
    barcodes = tuple(Barcode("qr-code", code, b64encode(code.encode()).decode(), QUAD) for code in codes)
    flat = typed(text)
    return extract_fields(Document((replace(flat.pages[0], barcodes=barcodes),), flat.source, flat.engine))


def test_what_only_the_payment_code_of_a_bill_says_is_a_field_of_it():
    said = bill(CODE.format(amount="84.00", reference="3307/B")).fields
    assert said["iban"].value == "DE02120300000000202051"
    assert (said["bic"].value, said["payment_reference"].value) == ("BYLADEM1001", "3307/B")
    assert {said[name].found_by for name in ("iban", "bic", "payment_reference")} == {"barcode"}
    assert said["iban"].quad == QUAD
    assert said["total"].value == Decimal("84.00") and said["total"].found_by == "label"


def test_what_is_printed_goes_before_the_payment_code_and_is_held_against_it():
    said = bill(CODE.format(amount="84.00", reference="3307"), text=BILL + "\nIBAN DE75 5121 0800 1245 1261 99\n").fields["iban"]
    assert (said.value, said.found_by) == ("DE75512108001245126199", "label")
    assert [doubt.code for doubt in said.doubts] == ["barcode"]


def test_of_several_payment_codes_only_what_all_say_counts():
    said = bill(*(CODE.format(amount=amount, reference=f"3307/{amount}") for amount in ("40.00", "44.00"))).fields
    assert said["iban"].found_by == "barcode"
    assert "payment_reference" not in said


def test_other_barcodes_pay_nothing():
    assert "iban" not in bill("https://example.org/DE02120300000000202051").fields
