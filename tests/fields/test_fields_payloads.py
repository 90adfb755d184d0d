from __future__ import annotations

from base64 import b64encode
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.document import Barcode
from uncial.fields.model import Payload
from uncial.fields.payloads import decode
from uncial.geometry import Box, Quad

QUAD = Quad.of_box(Box(10, 20, 110, 120))
IBAN = "DE75512108001245126199"
SWISS_IBAN = "CH9300762011623852957"


def decoded(data: bytes | str, symbology: str = "qr-code") -> Payload:
    raw = data.encode() if isinstance(data, str) else data
    return decode(Barcode(symbology, "", b64encode(raw).decode(), QUAD), 3)


def test_what_is_of_no_standard_is_told_without_one():
    found = decoded("https://example.org/")
    assert (found.standard, dict(found.says), found.page, found.barcode.quad) == ("", {}, 3, QUAD)


def test_a_boarding_pass_and_a_rail_ticket_are_known_by_their_bytes_whatever_carries_them():
    assert decoded("M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 100", "aztec").standard == "iata-bcbp"
    assert decoded(b"#UT01", "aztec").standard == ""


def epc(*lines: str, end: str = "\n") -> str:
    return end.join(("BCD", "002", "1", "SCT", *lines))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_payment_code_of_sepa_says_whom_to_pay_and_how_much(end: str):
    found = decoded(
        epc("SOGEDEFF", "Seifensiederei Köbler", "DE75 5121 0800 1245 1261 99", "EUR1234.5", "", "", "Re 7/26", end=end)
    )
    assert found.standard == "epc-qr"
    assert found.says == {
        "bic": "SOGEDEFF", "payee": "Seifensiederei Köbler", "iban": IBAN, "payment_reference": "Re 7/26",
        "due": Decimal("1234.5"), "currency": "EUR",
    }  # fmt: skip


def test_a_payment_code_may_leave_out_the_amount_and_the_bank_and_name_a_reference():
    found = decoded(epc("", "Köbler", IBAN, "", "CHAR", "RF18539007547034"))
    assert found.says == {"payee": "Köbler", "iban": IBAN, "payment_reference": "RF18539007547034", "purpose": "CHAR"}


def test_a_payment_code_in_another_character_set_is_read_in_it():
    text = "\n".join(("BCD", "001", "2", "SCT", "SOGEDEFF", "Müßig", IBAN, "EUR1"))
    assert decoded(text.encode("latin-1")).says["payee"] == "Müßig"


@pytest.mark.parametrize("iban", ["DE75512108001245126198", "", "not one"])
def test_a_payment_code_with_a_wrong_account_is_none(iban: str):
    assert decoded(epc("", "Köbler", iban, "EUR1")).standard == ""


def test_a_swiss_bill_says_who_pays_whom():
    creditor = ("S", "Käserei Gruber", "Dorfgasse", "4a", "3999", "Obermoos", "CH")
    debtor = ("K", "Ines Vogt", "Am Rain 3", "9499 Unterau", "", "", "CH")
    lines = ("SPC", "0200", "1", SWISS_IBAN, *creditor, *[""] * 7, "199.95", "CHF", *debtor, "NON", "", "Rechnung 12", "EPD")
    found = decoded("\r\n".join(lines))
    assert found.standard == "swiss-qr"
    assert found.says == {
        "iban": SWISS_IBAN, "payee": "Käserei Gruber", "payee_address": "Dorfgasse 4a, 3999 Obermoos, CH", "payer": "Ines Vogt",
        "payer_address": "Am Rain 3, 9499 Unterau, CH", "payment_reference": "Rechnung 12", "due": Decimal("199.95"),
        "currency": "CHF",
    }  # fmt: skip


def test_a_czech_payment_descriptor_is_read():
    found = decoded("SPD*1.0*ACC:CZ6508000000192000145399+GIBACZPX*AM:480.50*CC:CZK*DT:20260401*RN:PEKARNA%20U%20MLYNA*X-VS:4711")
    assert found.standard == "spayd"
    assert found.says == {
        "iban": "CZ6508000000192000145399", "bic": "GIBACZPX", "payee": "PEKARNA U MLYNA", "payment_reference": "4711",
        "due": Decimal("480.50"), "currency": "CZK", "due_date": date(2026, 4, 1),
    }  # fmt: skip


def test_elements_of_goods_are_told_by_name():
    found = decoded("010400638133393117270400" + "10AB-12\x1d" + "3103001250" + "21X9", "data-matrix")
    assert found.standard == "gs1"
    assert found.says == {
        "gtin": "04006381333931", "expiry": date(2027, 4, 30), "batch": "AB-12", "net_weight_kg": Decimal("1.250"),
        "serial": "X9",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "0104006381333930",  # a wrong check digit
        "0104006381333931ZZ",  # no identifier
        "010400638133393117279901",  # no month
        "010400638133393117",  # no date
        "01040063813339",  # too short
        "4006381333931",
        "0049 6381 333 931 0",
    ],
)
def test_digits_that_are_no_elements_are_none(text: str):
    assert decoded(text).standard == ""


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing(data: bytes):
    for start in (
        b"", b"BCD\n002\n1\nSCT\n", b"BCD\n002\n5\nSCT\n\nX\nDE75512108001245126199\n", b"SPC\n0200\n1\nCH9300762011623852957\n",
        b"SPD*1.0*ACC:CZ6508000000192000145399*", b"0104006381333931", b"#UT01", b"M1",
    ):  # fmt: skip
        assert decoded(start + data).page == 3


def test_base64_that_is_long_is_decoded_in_no_time():
    assert decoded(b"SPD*1.0*" + b"A:1*" * 20_000).standard == ""
