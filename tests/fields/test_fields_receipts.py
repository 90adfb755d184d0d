from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from random import Random

import pytest

from fakes import typed
from slips_of_tills import SLIPS
from uncial.fields import extract_fields
from uncial.fields.model import Fields
from uncial.fields.receipts import evidence, find
from uncial.fields.sheet import View


def found(text: str) -> Fields:
    return find(View.of(typed(text)))


def scalars(fields: Fields) -> dict[str, str]:
    told = {name: field.value for name, field in fields.items() if not isinstance(field.value, tuple)}
    return {name: value.isoformat() if isinstance(value, date | time) else str(value) for name, value in told.items()}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_says_all_that_is_on_it_and_no_more(name: str) -> None:
    text, says = SLIPS[name]
    assert scalars(found(text)) == says


@pytest.mark.parametrize("name", SLIPS)
def test_slips_are_known_as_receipts(name: str) -> None:
    assert extract_fields(typed(SLIPS[name][0])).kind == "receipt"


LETTER = """
Orchard Lane Trust                                                        14 March 2019

Dear Mr Ekström,

thank you for your letter of 3 March 2019. The total of our donations was 1,250.00 last year,
and we hope to reach the same sum again. The board meets in cash-strapped times, but it has
decided to change nothing before the summer. Please write to us if you have any questions.

Yours sincerely
Lena Bach
"""
INVOICE = """
Brightwater Pumps Ltd                                                      INVOICE
4 Quay Road, Linfield LN4 2AB                                              Due date: 13 April 2019

Bill to: Overtown Gardens, 17 South Road, Overtown 40112

Description                                      Quantity      Unit price      Amount
Pump P40                                                2          450.00      900.00
                                                               Net total       900.00
                                                               VAT 20%         180.00
                                                               Total due     1,080.00
Payment within 30 days to IBAN GB82 WEST 1234 5698 7654 32
"""


@pytest.mark.parametrize("text", [LETTER, INVOICE, "TOTAL", "Chapter 12"])
def test_other_documents_are_no_receipts(text: str) -> None:
    assert evidence(View.of(typed(text))) < 0.5


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Tea  5.00\nTotal Qty: 1.00\nTotal (Excl. GST)   6.60\nTotal GST   0.40\nTotal (Incl. GST)   7.00", "7.00"),
        ("Tea  4.33\nTotal   4.33\nRounding   0.02\nNett Total   4.35\nCash   10.00\nChange   5.65", "4.35"),
        ("Tea  4.98\nTotal Sales RM 64.48\nRounding RM .02\nRounding RM 64.50\nCash RM 64.50\nChange RM .00", "64.50"),
        ("Tea  8.50\nAMOUNT DUE\n8.50\nCASH   10.00\nBALANCE   1.50", "8.50"),
        ("GRAND TOTAL\n31.00\nCASH\n50.00\nCHANGE\n19.00", "31.00"),
        ("Tea  35.00\nTOTAL EXCL GST   35.00\nADD GST 6%   2.10\n37.10\nCASH   50.00\nCHANGE   12.90", "37.10"),
        ("Tea  8.90\nSUBTOTAL   8.90\nCASH   8.90", "8.90"),
        ("Brot  25,00\nZwischensumme   25,00\nRabatt 10%   -2,50\nSUMME EUR   22,50\nEC-Karte   22,50\nNetto   18,91", "22.50"),
        ("Menu  18,50\nTotal HT   16,82\nTVA 10%   1,68\nTotal TTC   18,50\nEspèces   20,00\nRendu   1,50", "18.50"),
        ("A  5.00\nTOTAL SAVING   7.00\nTOTAL DISCOUNT   0.50\nTOTAL   4.50\nCASH   5.00\nCHANGE   .50", "4.50"),
        ("A  1,023.99\nTOTAL 2 ITEMS   1,023.99\nPAID AMOUNT   1,100.00\nCHANGE   76.01", "1023.99"),
        ("A  14.20\nTotal 0% supplies:   14.20\nTotal 6% supplies (Inc. GST):   21.20\nTotal Payable:   35.40", "35.40"),
        ("A  7.90\nTOTAL INCLUDES 6% GST   2.40\nTake-away total   42.40\nCash   42.40\nChange   0.00", "42.40"),
    ],
)
def test_the_total_is_the_amount_for_which_words_and_arithmetic_speak(text: str, total: str) -> None:
    assert found(text)["total"].value == Decimal(total)


def test_arithmetic_mends_an_amount_that_lost_its_decimal_mark() -> None:
    fields = found("Tea   12.50\nTOTAL   1250\nCASH   20.00\nCHANGE   7.50")
    assert (fields["total"].value, fields["total"].text, fields["total"].found_by) == (Decimal("12.50"), "1250", "sum")


def test_a_total_that_other_amounts_prove_is_surer() -> None:
    proved = found("Tea   12.50\nTOTAL   12.50\nCASH   20.00\nCHANGE   7.50")["total"]
    alone = found("Tea   2.50\nTOTAL   12.50")["total"]
    assert proved.confidence > alone.confidence


def test_what_is_not_on_a_slip_is_not_found() -> None:
    assert set(found("MERIDIAN\nThank you")) <= {"merchant"}
    assert "total" not in found("Coffee   2.50\nCake   3.00")


def test_a_field_says_where_it_stands() -> None:
    field = found("HARBOUR BAKERY\n\nBread   2.50\nTOTAL   2.50")["total"]
    box = field.quad.box
    assert (field.page, field.text, round(box.left), round(box.top)) == (1, "2.50", 80, 90)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Print date 01/02/2019\nDate 31/01/2019 10:20", date(2019, 1, 31)),
        ("Valid until 31.12.2021\n03.05.2021 09:41", date(2021, 5, 3)),
        ("09-MAR-18 12:01", date(2018, 3, 9)),
        ("DATE: 17/09/201815:42", date(2018, 9, 17)),
        ("04/05/2021\nTotal   $3.00", date(2021, 4, 5)),
        ("04/05/2021\nTotal   £3.00", date(2021, 5, 4)),
        ("04/25/2021\nDate 04/05/2021", date(2021, 4, 5)),
    ],
)
def test_the_date_is_the_day_of_the_sale(text: str, day: date) -> None:
    assert found(text)["date"].value == day


def test_an_expiry_date_alone_is_no_date_of_a_sale() -> None:
    assert "date" not in found("Voucher valid until 31.12.2021")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SUMME 119,00\nA= 19,0%   100,00   19,00   119,00", [("19", "100.00", "19.00")]),
        ("TOTAL 16.25\nGST Summary   Amount(RM)   Tax(RM)\nSR (@6%)   12.50   0.75\nZRL (@0%)   3.00   0.00",
         [("6", "12.50", "0.75"), ("0", "3.00", "0.00")]),
        ("TOTAL 13.25\nGST Summary   Amount   Tax\nSR   12.50   0.75", [(None, "12.50", "0.75")]),
        ("TOTAL 20.00\nVAT 20%   3.33", [("20", None, "3.33")]),
        ("TOTAL 11,00\nIVA 10% 1,00", [("10", None, "1.00")]),
    ],
)  # fmt: skip
def test_taxes_are_told_by_their_rates(text: str, rows: list[tuple[str | None, str | None, str]]) -> None:
    told = found(text)["taxes"].value
    assert isinstance(told, tuple)
    names = ("rate", "net", "amount")
    assert [tuple(str(row[name].value) if name in row else None for name in names) for row in told] == rows


def test_several_taxes_add_up_where_their_sum_is_not_printed() -> None:
    tax = found("SUMME 12,35\nSteuer   Netto   Brutto\nA 19%   1,00   0,19   1,19\nB 7%   10,43   0,73   11,16")["tax"]
    assert (tax.value, tax.found_by) == (Decimal("0.92"), "sum")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("TOTAL   €9.00", "EUR"),
        ("SUMA PLN   9,00", "PLN"),
        ("Item (RM)\nTOTAL   9.00", "MYR"),
        ("12 Main Street\nToronto, Canada\nTOTAL   $9.00", "CAD"),
        ("12 Main Street\nKuala Lumpur, Malaysia\nTOTAL   9.00", "MYR"),
    ],
)
def test_the_currency_is_told_by_amounts_or_by_the_country(text: str, currency: str) -> None:
    assert found(text)["currency"].value == currency


def test_a_price_each_is_no_mail_address() -> None:
    assert "email" not in found("MERIDIAN\nRose 12 pcs@18.90   226.80\nTOTAL   226.80")


def test_no_currency_is_made_up() -> None:
    assert "currency" not in found("TOTAL   9.00\nCASH   10.00")


@pytest.mark.parametrize("seed", range(3))
def test_noise_does_no_harm(seed: int) -> None:
    random = Random(seed)
    letters = "0123456789.,-:/% x€$()TOTALcashMwStÄ\u0301\u200b中ا"
    text = "\n".join("".join(random.choice(letters) for _ in range(60)) for _ in range(60))
    for field in found("A\n" + text).values():
        assert 0 <= field.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "TOTAL " + "9" * 2000 + ".00\nCASH " + "1" * 2000,
        "\n".join(f"TOTAL   {i}.00\nCASH   {2 * i}.00\nCHANGE   {i}.00" for i in range(150)),
        "NO 1" + "-1111" * 800 + "!\n" + "Jalan " * 200,
        "TOTAL 1.00 " + "*" * 3000 + "x",
    ],
)
def test_monstrous_slips_are_gone_through_in_time(text: str) -> None:
    assert "merchant" not in found(text)
