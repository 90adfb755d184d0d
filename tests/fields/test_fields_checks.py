from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from fakes import typed
from uncial.document import Barcode
from uncial.fields.checks import CODES, checked, is_same
from uncial.fields.model import Field, FoundBy, Payload, Scalar
from uncial.fields.sheet import View
from uncial.fields.values.check_digits import is_gtin, is_luhn, is_vat_id
from uncial.geometry import Box, Quad

QUAD = Quad.of_box(Box(0, 0, 10, 10))
VIEW = View.of(typed("."))
DOCS = Path(__file__).parents[2] / "docs/fields.md"


def field(value, found_by: FoundBy = "label") -> Field:
    told = Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    return Field(told, str(value), 1, QUAD, 0.8, found_by)


def fields(**values) -> dict[str, Field]:
    return {name: value if isinstance(value, Field) else field(value) for name, value in values.items()}


def rows(*each: dict[str, object]) -> Field:
    return field(tuple(fields(**row) for row in each))


def doubts(**values) -> dict[str, list[str]]:
    made = checked(fields(**values), VIEW)
    return {name: [doubt.code for doubt in each.doubts] for name, each in made.items() if each.doubts}


def is_surer(name: str, **values) -> bool:
    return checked(fields(**values), VIEW)[name].confidence > 0.8


def test_net_and_tax_that_are_the_total_make_all_three_surer():
    assert all(is_surer(name, net=100, tax=19, total=119) for name in ("net", "tax", "total"))
    assert is_surer("total", net=100, tax=19, total=119.01)
    assert doubts(net=100, tax=19, total=118) == {key: ["net-tax"] for key in ("net", "tax", "total")}


def test_a_contradiction_lowers_confidence_and_says_which_figures_do_not_fit():
    told = checked(fields(net=100, tax=19, total=118), VIEW)["total"]
    assert told.confidence == pytest.approx(0.8 * 0.6)
    assert [doubt.message for doubt in told.doubts] == ["Net 100 and tax 19 are 119, not 118."]


def test_a_field_that_another_check_confirms_loses_less():
    made = checked(fields(net=100, tax=19, total=118, paid=120, change=2), VIEW)
    assert made["total"].confidence > 0.7 > made["net"].confidence


def test_what_was_itself_reckoned_confirms_nothing():
    made = checked(fields(net=100, tax=19, total=field(119, found_by="sum")), VIEW)
    assert made["net"].confidence == 0.8


@pytest.mark.parametrize(
    "others",
    [
        {"total": 12},
        {"net": 12},
        {"subtotal": 12, "total": 12},
        {"tax": 2.4, "total": 14.4},
        {"discount": 2, "total": 10},
        {"tax": 1, "discount": 2, "rounding": -0.02, "total": 10.98},
        {"total": 12.02},
    ],
)
def test_items_come_to_a_total_with_tax_discount_and_rounding(others):
    items = rows({"amount": 5}, {"amount": 7})
    assert doubts(items=items, **others) == {}
    assert is_surer("items", items=items, **others)


def test_items_that_come_to_something_else_are_doubted_and_the_totals_less_so():
    items = rows({"amount": 5}, {"amount": 7})
    assert doubts(items=items, net=13, total=15) == {"items": ["items"], "net": ["items"], "total": ["items"]}
    made = checked(fields(items=items, total=15), VIEW)
    assert made["items"].confidence < made["total"].confidence


def test_items_whose_sum_is_printed_are_right_whatever_lies_between_it_and_the_net():
    items = rows({"amount": 5}, {"amount": 7})
    made = checked(fields(items=items, net=11, total=13), View.of(typed("Items  12.00")))
    assert made["items"].confidence > 0.8
    assert made["net"].confidence == 0.8


def test_a_credit_note_may_have_signs_on_one_side_alone():
    assert doubts(items=rows({"amount": -5}, {"amount": -7}), net=12) == {}


def test_items_of_which_one_has_no_amount_say_nothing():
    assert doubts(items=rows({"amount": 5}, {"description": "bag"}), total=15) == {}


def test_a_row_is_held_against_itself():
    items = rows({"quantity": 3, "unit_price": 2.5, "amount": 7.5}, {"quantity": 3, "unit_price": 2.5, "amount": 75})
    made = checked({"items": items}, VIEW)["items"].value
    assert isinstance(made, tuple)
    good, bad = made
    assert good["amount"].confidence > 0.8 > bad["amount"].confidence
    assert [doubt.code for doubt in bad["unit_price"].doubts] == ["item"]


@pytest.mark.parametrize("amount", [6.75, 8.93])
def test_a_row_with_a_discount_or_with_tax_is_not_doubted(amount):
    made = checked({"items": rows({"quantity": 3, "unit_price": 2.5, "amount": amount})}, VIEW)["items"].value
    assert isinstance(made, tuple)
    assert made[0]["amount"] == field(amount)


def test_rows_of_taxes_are_the_tax_and_each_its_rate():
    good = rows({"rate": 19, "net": 100, "amount": 19}, {"rate": 7, "net": 50, "amount": 3.5})
    assert doubts(taxes=good, net=150, tax=22.5) == {}
    assert doubts(taxes=good, net=150, tax=23.5) == {"taxes": ["taxes"], "tax": ["taxes"]}
    made = checked({"taxes": rows({"rate": 19, "net": 100, "amount": 16})}, VIEW)["taxes"].value
    assert isinstance(made, tuple)
    assert [doubt.code for doubt in made[0]["rate"].doubts] == ["tax-rate"]


def test_a_part_of_the_net_may_be_free_of_tax():
    part = rows({"rate": 15, "net": 100, "amount": 15})
    assert doubts(taxes=part, net=250, tax=15) == {}
    assert set(doubts(taxes=part, net=90, tax=15)) == {"taxes", "net"}


def test_one_rate_alone_makes_the_tax():
    assert doubts(taxes=rows({"rate": 20}), net=50, tax=10) == {}
    assert "tax-rate" in doubts(taxes=rows({"rate": 20}), net=50, tax=5)["tax"]


def test_what_is_due_is_the_total_without_what_was_paid():
    assert doubts(total=100, prepaid=40, due=60) == {}
    assert doubts(total=100, prepaid=-40, due=60) == {}
    assert set(doubts(total=100, prepaid=40, due=50)) == {"total", "prepaid", "due"}
    assert is_surer("due", total=100, due=100)
    assert doubts(total=100, due=20) == {}


def test_cash_and_change_are_the_total_but_for_its_rounding():
    assert doubts(paid=50, change=7.05, total=42.97) == {}
    assert set(doubts(paid=50, change=8, total=43)) == {"paid", "change", "total"}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("iban", "DE89370400440532013000", "DE89370400440532013001"),
        ("issuer_vat_id", "DE136695976", "DE136695975"),
        ("tax_id", "PL8567346215", "PL8567346216"),
    ],
)
def test_check_digits_tell_what_was_misread(name, right, wrong):
    assert is_surer(name, **{name: right})
    assert doubts(**{name: wrong}) == {name: ["check-digits"]}


def test_an_article_of_13_digits_has_an_ean():
    items = rows({"code": "4006381333931"}, {"code": "4006381333937"}, {"code": "44-1"})
    made = checked({"items": items}, VIEW)["items"].value
    assert isinstance(made, tuple)
    assert [[doubt.code for doubt in row["code"].doubts] for row in made] == [[], ["check-digits"], []]


def test_the_number_of_a_french_company_has_a_digit_of_its_own():
    assert doubts(issuer_registration="732829320", issuer_vat_id="FR44732829320") == {}
    assert doubts(issuer_registration="732829321", issuer_vat_id="FR44732829320") == {"issuer_registration": ["check-digits"]}
    assert doubts(issuer_registration="732829321", issuer_vat_id="DE136695976") == {}


@pytest.mark.parametrize(
    "good",
    [
        "ATU13585627", "BE0428759497", "DE136695976", "DK13585628", "ES54362315K", "FI20774740", "FR40303265045",
        "GB980780684", "IT00743110157", "LU15027442", "NL004495445B01", "NL123456789B13", "PL8567346215", "PT501964843",
    ],
)  # fmt: skip
def test_vat_ids_have_check_digits_that_a_wrong_digit_breaks(good):
    assert is_vat_id(good) is True
    place = 5
    assert is_vat_id(good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]) is False


@pytest.mark.parametrize("strange", ["", "DE", "XX123456789", "FRXX303265045", "ESB58378431"])
def test_vat_ids_of_which_nothing_is_known_are_neither_right_nor_wrong(strange):
    assert is_vat_id(strange) is None


@pytest.mark.parametrize("strange", ["DE12345678", "DEABCDEFGHI", "PL12345678", "ATU1358562X"])
def test_letters_where_digits_belong_are_wrong(strange):
    assert is_vat_id(strange) is False


def test_numbers_that_are_no_digits_are_wrong():
    assert not is_gtin("12345")
    assert not is_gtin("٤٠٠٦٣٨١٣٣٣٩٣١")
    assert is_luhn("79927398713")
    assert not is_luhn("7")


def test_days_follow_each_other():
    day, before, after = date(2021, 5, 4), date(2021, 5, 3), date(2021, 6, 1)
    assert doubts(date=day, due_date=after, delivery_date=before) == {}
    assert doubts(date=day, due_date=before) == {"date": ["date-order"], "due_date": ["date-order"]}
    assert doubts(period_start=day, period_end=before) == {"period_start": ["date-order"], "period_end": ["date-order"]}
    assert doubts(valid_from=datetime(2021, 5, 4, 10, 0), valid_until=before)["valid_until"] == ["date-order"]


def test_days_that_are_far_away_are_doubted():
    assert doubts(date=date(1931, 1, 1)) == {"date": ["date-far"]}
    assert doubts(date=date(2021, 5, 4), due_date=date(2027, 5, 4)) == {"date": ["date-far"], "due_date": ["date-far"]}
    assert doubts(birth_date=date(1931, 1, 1)) == {}


def test_times_follow_each_other_on_one_day_alone():
    early, late, day = time(9, 5), time(11, 40), date(2021, 5, 4)
    assert doubts(departure=late, arrival=early, date=day, arrival_date=day) == {
        key: ["date-order"] for key in ("departure", "arrival")
    }
    assert doubts(departure=late, arrival=early, date=day) == {}
    assert set(doubts(boarding_time=late, departure=early)) == {"boarding_time", "departure"}
    assert doubts(boarding_time=time(23, 40), departure=time(0, 15)) == {}


def test_a_currency_is_that_of_the_country():
    assert doubts(currency="EUR", issuer_vat_id="DE136695976") == {}
    assert doubts(currency="EUR", address="Talstr. 5, 8001 Zürich, Schweiz") == {"currency": ["currency"]}
    assert is_surer("currency", currency="CHF", address="Talstr. 5, 8001 Zürich, Schweiz")
    assert is_surer("currency", currency="CHF", address="Zürich, Schweiz", issuer_vat_id="DE136695976")
    assert doubts(currency="EUR", address="Zürich") == {}


def barcode_view(*said: dict[str, Scalar]) -> View:
    barcode = Barcode("qr-code", "x", "eA==", QUAD)
    return replace(VIEW, payloads=tuple(Payload(barcode, 1, "test", each) for each in said))


def test_a_barcode_that_says_something_else_is_told():
    made = checked(fields(seat="14C", date=date(2021, 5, 4)), barcode_view({"seat": "15C", "date": date(2021, 5, 4)}))
    assert [doubt.message for doubt in made["seat"].doubts] == ["The barcode says 15C, the print 14C."]
    assert made["seat"].confidence < 0.5 < 0.8 < made["date"].confidence


def test_one_of_several_barcodes_that_agrees_is_enough():
    made = checked(fields(seat="14C"), barcode_view({"seat": "15C"}, {"seat": "014C"}))
    assert not made["seat"].doubts


def test_a_class_is_printed_by_its_letter_or_as_the_cabin():
    said = barcode_view({"class": "M", "cabin": "economy"})
    sure = {printed: checked(fields(**{"class": printed}), said)["class"] for printed in ("M", "Economy", "Main Cabin", "F")}
    assert not any(sure[printed].doubts for printed in ("M", "Economy", "Main Cabin"))
    assert sure["M"].confidence == sure["Economy"].confidence > sure["Main Cabin"].confidence
    assert [doubt.code for doubt in sure["F"].doubts] == ["barcode"]


def test_a_field_that_the_barcode_gave_is_not_held_against_it():
    made = checked(fields(seat=field("14C", found_by="barcode")), barcode_view({"seat": "14C"}))
    assert made["seat"].confidence == 0.8


@pytest.mark.parametrize(
    ("printed", "said", "verdict"),
    [
        ("LH 0441", "LH441", True),
        ("LH 441", "LH442", False),
        ("Fennimore-Brightwater Orla", "FENNIMORE-BRIGHTWATER ORLA MS", True),
        ("Orla Fennimore", "FENNIMORE/ORLA", True),
        ("Orla Fennimore", "BROOK/LENA", False),
        ("Overtown Central", "OVT", None),
        ("Overtown Central", "8001234", None),
        ("OVT", "LIN", False),
        ("Overtown Airways", "OV", None),
        ("Economy", "Y", None),
        ("Y", "M", False),
        (Decimal("9.50"), Decimal("9.5"), True),
        (Decimal(9), 9, True),
        (date(2021, 5, 4), datetime(2021, 5, 4, 9, 0), True),
        (time(9, 0), "0900", None),
        ("", "x", None),
    ],
)
def test_print_and_barcode_are_compared_by_what_they_mean(printed, said, verdict):
    assert is_same(printed, said) is verdict


def test_values_that_cannot_be_reckoned_with_are_no_trouble():
    strange = {
        "net": Decimal("1E+999999"),
        "tax": Decimal("NaN"),
        "total": "many",
        "paid": True,
        "iban": "",
        "tax_id": "Ω",
        "date": "x",
    }
    assert set(doubts(**strange)) == {"iban"}


def test_every_code_of_a_doubt_is_documented():
    listed = DOCS.read_text(encoding="utf-8")
    for code, meaning in CODES.items():
        assert f"| `{code}` | {meaning} |" in listed
