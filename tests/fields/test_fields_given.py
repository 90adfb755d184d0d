from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from fakes import typed
from uncial.document import Document, Given
from uncial.fields import Extraction, extract_fields
from uncial.fields.checks import checked
from uncial.fields.given import with_given
from uncial.fields.model import Field, Fields
from uncial.fields.names import AMOUNTS, CODES, DAYS, NAMES, ROWS, TIMES
from uncial.fields.sheet import View
from uncial.fields.telling import from_json, to_json
from uncial.geometry import Box, Quad
from uncial.writer import write

SLIP = typed(
    """\
    Pinsel & Söhne
    Ringweg 4, 10115 Berlin

    Kassenbon     25.12.2018   18:04

    Pinsel klein            7,90
    Leim                    1,10

    Summe EUR               8,00
    Bar                    10,00
    Rückgeld                1,00
    """
)
"""Its total was misread: it is 9,00."""
QUAD = Quad.of_box(Box(50, 60, 70, 80))


def said(read: Document, kind: str = "receipt", **values: str | None) -> Extraction:
    names = {name.replace("__", "."): value for name, value in values.items()}
    return extract_fields(replace(read, given=tuple(Given(name, value) for name, value in names.items())), kind)


def found(value: object, **more: object) -> Field:
    return replace(Field(value, str(value), 1, QUAD, 0.8, "label"), **more)  # type: ignore[arg-type]


def put(fields: Fields, read: Document = SLIP, /, **values: str | None) -> Fields:
    given = [Given(name.replace("__", "."), value) for name, value in values.items()]
    return with_given(fields, given, View.of(read))


def value(name: str, text: str, read: Document = SLIP) -> object:
    return put({}, read, **{name: text})[name].value


def test_what_a_person_says_takes_the_place_of_what_was_found_and_is_certain():
    before, after = said(SLIP).fields["total"], said(SLIP, total="9,00").fields["total"]
    assert (before.value, before.found_by) == (Decimal("8.00"), "label")
    assert (after.value, after.text, after.confidence, after.found_by, after.doubts) == (
        Decimal("9.00"),
        "9,00",
        1.0,
        "person",
        (),
    )
    assert (after.page, after.quad) == (before.page, before.quad)


def test_other_figures_are_checked_against_what_a_person_says():
    wrong = said(SLIP).fields
    assert "change" in {doubt.code for doubt in wrong["paid"].doubts}
    assert not said(SLIP, total="9,00").fields["paid"].doubts


def test_a_person_is_never_doubted_but_figures_that_do_not_agree_are():
    made = said(SLIP, total="500").fields
    assert (made["total"].confidence, made["total"].doubts) == (1.0, ())
    assert "change" in {doubt.code for doubt in made["paid"].doubts}
    bought = {"items": found(({"quantity": found(Decimal(2)), "unit_price": found(Decimal(3))},))}
    row = checked(put(bought, items__1__amount="99"), View.of(SLIP))["items"].value[0]  # type: ignore[index]
    assert {name: len(field.doubts) for name, field in row.items()} == {"quantity": 1, "unit_price": 1, "amount": 0}  # type: ignore[union-attr]


def test_a_field_that_a_person_says_is_none_is_gone():
    assert "total" not in said(SLIP, total=None).fields
    assert "total" not in said(SLIP, total="  ").fields
    assert said(SLIP, gate=None).fields == said(SLIP).fields


def test_a_field_of_a_name_that_nobody_knows_is_text():
    made = said(SLIP, shelf="A 12", total_hours="7,5").fields
    assert (made["shelf"].value, made["total_hours"].value) == ("A 12", "7,5")


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("total", "12.50", Decimal("12.50")),
        ("total", "1.234,56 €", Decimal("1234.56")),
        ("total", "-3", Decimal(-3)),
        ("tax_rate", "19 %", Decimal(19)),
        ("total", "nine", "nine"),
        ("total", "9,00 or 8,00", "9,00 or 8,00"),
        ("total", "about 9,00", "about 9,00"),
        ("date", "2031-05-04", date(2031, 5, 4)),
        ("date", "Sunday, 4.5.2031", date(2031, 5, 4)),
        ("valid_from", "2031-05-04T09:30:00", datetime(2031, 5, 4, 9, 30)),
        ("valid_from", "4 May 2031 9:30", datetime(2031, 5, 4, 9, 30)),
        ("date", "2031-05-04 17", "2031-05-04 17"),
        ("date", "tomorrow", "tomorrow"),
        ("time", "18:04", time(18, 4)),
        ("departure", "6:04 PM", time(18, 4)),
        ("time", "25:99", "25:99"),
        ("iban", "de02 1203 0000 0000 2020 51", "DE02120300000000202051"),
        ("issuer_vat_id", "DE 136 695 976", "DE136695976"),
        ("currency", "€", "EUR"),
        ("currency", "shells", "shells"),
        ("number", "2031-05-04", "2031-05-04"),
        ("merchant", "Pinsel  &\n Sons", "Pinsel & Sons"),
        ("total", "9" * 5000, "9" * 5000),
    ],
)
def test_a_value_is_read_as_what_its_field_is_and_else_stays_text(name: str, text: str, meant: object):
    assert value(name, text) == meant


def test_days_and_decimals_are_read_as_the_document_writes_them():
    american = typed("Date 12/25/2018\nTotal 1,234.50\nTax 12.25")
    assert (value("date", "04/05/2031", american), value("total", "1,500", american)) == (date(2031, 4, 5), Decimal(1500))
    german = typed("Datum 25.12.2018\nSumme 1.234,50\nSteuer 12,25")
    assert (value("date", "04/05/2031", german), value("quantity", "1,500", german)) == (date(2031, 5, 4), Decimal("1.500"))


@pytest.mark.parametrize(
    ("before", "text", "meant"),
    [
        (3, "4", 4),
        (3, "4,5", Decimal("4.5")),
        (True, "No", False),
        (date(2031, 5, 4), "5.6.2031", date(2031, 6, 5)),
        (datetime(2031, 5, 4, 9, 30), "2031-05-04T10:00:00", datetime(2031, 5, 4, 10)),
        (Decimal("1.234"), "1.234", Decimal("1.234")),
        ("4711", "4712", "4712"),
    ],
)
def test_what_was_found_tells_what_a_field_of_a_template_is(before: object, text: str, meant: object):
    assert put({"mine": found(before)}, mine=text)["mine"].value == meant


def test_a_field_stands_where_the_document_says_so():
    by_value = put({}, discount="1.10")["discount"]
    assert by_value.quad.box == Box(280, 180, 320, 200)
    by_words = put({}, cashier="leim")["cashier"]
    assert (by_words.page, by_words.quad.box) == (1, Box(40, 180, 80, 200))
    assert put({"total": found(Decimal("8.00"))}, total="7.90")["total"].quad.box == Box(280, 150, 320, 170)


def test_a_field_that_stands_in_several_places_or_none_keeps_the_place_that_it_had():
    twice = typed("5,00\n5,00")
    assert put({"total": found(Decimal("8.00"))}, twice, total="5,00")["total"].quad == QUAD
    assert put({"total": found(Decimal("8.00"))}, twice, total="6,00")["total"].quad == QUAD
    assert put({}, twice, total="5,00")["total"].quad.box.top == 0
    nowhere = put({}, twice, total="6,00")["total"]
    assert (nowhere.page, nowhere.quad.box) == (1, Box(0, 0, 0, 0))


# ---- rows of lists

BOUGHT = found(
    (
        {"description": found("Brush"), "amount": found(Decimal("7.90"))},
        {"description": found("Glue")},
        {"amount": found(Decimal(3))},
    )
)


def rows(fields: Fields, name: str = "items") -> list[dict[str, object]]:
    told = fields[name].value
    assert isinstance(told, tuple)
    return [{part: field.value for part, field in row.items()} for row in told]


def test_what_a_row_says_is_named_by_its_number():
    made = put({"items": BOUGHT}, items__2__amount="1,10", items__1__description="Brush, small", items__3__amount=None)
    assert rows(made) == [
        {"description": "Brush, small", "amount": Decimal("7.90")},
        {"description": "Glue", "amount": Decimal("1.10")},
    ]
    assert made["items"].value[1]["amount"].found_by == "person"  # type: ignore[index,union-attr]


def test_a_row_that_is_taken_away_leaves_the_others_their_numbers():
    made = put({"items": BOUGHT}, items__1=None, items__3__description="Paper")
    assert rows(made) == [{}, {"description": "Glue"}, {"amount": Decimal(3), "description": "Paper"}]


def test_rows_that_are_empty_do_not_keep_a_list_from_adding_up():
    slip = put({"items": BOUGHT, "total": found(Decimal("10.90"))}, items__2=None)
    assert checked(slip, View.of(SLIP))["total"].confidence > 0.8


def test_rows_can_be_added_and_a_list_begun():
    assert rows(put({"items": BOUGHT}, items__4__description="Ink"))[3:] == [{"description": "Ink"}]
    made = put({}, taxes__1__rate="19", taxes__1__amount="1,10")
    assert rows(made, "taxes") == [{"rate": Decimal(19), "amount": Decimal("1.10")}]
    assert (made["taxes"].found_by, made["taxes"].confidence) == ("person", 1.0)


def test_a_list_can_be_taken_away_whole_but_not_said_in_one_text():
    assert "items" not in put({"items": BOUGHT}, items=None)
    assert put({"items": BOUGHT}, items="two brushes") == {"items": BOUGHT}
    assert put({"items": BOUGHT}, items__1="a brush") == {"items": BOUGHT}
    assert put({}, items="two brushes") == {}
    assert "items" not in put({"items": found(({"a": found("b")},))}, items__1=None)


@pytest.mark.parametrize(
    "name",
    ["items.0.amount", "items.01.amount", "items.x.amount", "items.2.a.b", "total.1.x", "items.900000.amount", "a.2", ".", ""],
)
def test_what_only_looks_like_a_row_is_a_field_of_that_name(name: str):
    made = with_given({"items": BOUGHT, "total": found(Decimal(1))}, [Given(name, "x")], View.of(SLIP))
    assert (made[name].value, made["items"]) == ("x", BOUGHT)


# ---- all together


def test_what_a_person_says_is_told_in_every_format_and_read_back():
    read = replace(SLIP, given=(Given("total", "9,00"), Given("items.1.code", "40-112")))
    made = from_json(write(read, "fields"))
    assert made.fields["total"].found_by == "person"
    assert from_json(to_json(made)) == made
    assert b"9.00" in write(read, "fields-csv")


def test_the_names_whose_type_is_known_are_names_of_fields():
    names = {name for table in (*NAMES.values(), *ROWS.values()) for name in table}
    assert names >= AMOUNTS | DAYS | TIMES | CODES


@any_of(
    st.dictionaries(
        st.sampled_from(["total", "date", "items", "items.1", "items.2.amount", "x.3.y", "time"]) | st.text(max_size=8),
        st.none() | st.text(max_size=30),
        max_size=6,
    )
)
def test_whatever_a_person_says_the_fields_can_be_told(values: dict[str, str | None]):
    read = replace(SLIP, given=tuple(Given(name, text) for name, text in values.items()))
    assert from_json(to_json(extract_fields(read, "receipt"))).kind == "receipt"
