import csv
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from fakes import block, document, page
from uncial.document import Barcode
from uncial.fields import Doubt, Extraction, Field, Pair, Payload
from uncial.fields.telling import extraction_of, from_json, to_json, told
from uncial.formats.fields_csv import Extracted, fields_table
from uncial.formats.fields_xlsx import fields_book
from uncial.geometry import Box, Quad
from uncial.options import Output
from uncial.writer import write

QUAD = Quad.of_box(Box(10.5, 20, 110, 40))


def field(value, text: str = "", **more) -> Field:
    return Field(value, text or str(value), 1, QUAD, 0.9, "label", **more)


def receipt(**fields: Field) -> Extraction:
    return Extraction("receipt", 0.875, fields)


BOUGHT = field(
    (
        {"description": field("Brush, small"), "quantity": field(Decimal(2)), "amount": field(Decimal("7.90"))},
        {"description": field("Glue"), "amount": field(Decimal("1.10"))},
    ),
    "all rows",
)
EVERYTHING = Extraction(
    "boarding-pass",
    0.9,
    {
        "merchant": field("Pinsel & Söhne"),
        "total": field(Decimal("9.00"), "9,OO", doubts=(Doubt("sum", "The items come to 9.10."),)),
        "date": field(date(2031, 5, 4)),
        "time": field(time(9, 30)),
        "valid_from": field(datetime(2031, 5, 4, 9, 30)),
        "number": field("2031-05-04"),
        "copies": field(3),
        "vat_included": field(True),
        "items": BOUGHT,
    },
    (Pair("Kasse", "7", 1, QUAD, QUAD, 0.8),),
    (Payload(Barcode("qr-code", "hello", "aGVsbG8=", QUAD), 1, "of-mine", {"day": date(2031, 5, 4), "sum": Decimal("1.50")}),),
    "pinsel",
)


def rows(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(made.decode(), newline="")))


def test_every_type_of_value_comes_back_as_it_was():
    assert from_json(to_json(EVERYTHING)) == EVERYTHING


def test_amounts_keep_their_decimals():
    assert '"value":9.00,' in to_json(EVERYTHING)
    value = from_json(to_json(EVERYTHING)).fields["total"].value
    assert str(value) == "9.00"


def test_what_was_parsed_elsewhere_is_understood_too():
    assert extraction_of(json.loads(to_json(EVERYTHING))) == EVERYTHING


def test_a_field_says_what_it_is_and_where_it_was_found():
    total = told(EVERYTHING)["fields"]["total"]
    assert total == {
        "value": 9.0,
        "type": "decimal",
        "text": "9,OO",
        "page": 1,
        "quad": [[10.5, 20.0], [110.0, 20.0], [110.0, 40.0], [10.5, 40.0]],
        "confidence": 0.9,
        "found_by": "label",
        "doubts": [{"code": "sum", "message": "The items come to 9.10."}],
    }


def test_a_text_that_looks_like_a_date_stays_a_text():
    assert from_json(to_json(EVERYTHING)).fields["number"].value == "2031-05-04"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '"x"',
        "{",
        "[" * 100_000,
        '{"kind": 3, "confidence": 1, "fields": {}, "pairs": [], "barcodes": [], "template": null}',
        '{"kind": "other", "confidence": "x", "fields": {}, "pairs": [], "barcodes": [], "template": null}',
        '{"kind": "other", "confidence": 1, "fields": {"a": {}}, "pairs": [], "barcodes": [], "template": null}',
    ],
)
def test_what_is_no_extraction_is_refused(text: str):
    with pytest.raises(ValueError, match=r"no extraction|nested|Expecting|could not"):
        from_json(text)


@pytest.mark.parametrize("number", ["1E+1000000", "1E-1000000", "0E+5000000", "12345678901234567890.123"])
def test_a_number_of_any_size_is_short_and_comes_back(number: str):
    made = to_json(receipt(total=field(Decimal(number), "x")))
    assert len(made) < 600
    assert from_json(made).fields["total"].value == Decimal(number)


def test_a_number_that_is_none_is_null():
    assert '"value":null' in to_json(receipt(total=field(Decimal("NaN"))))


def test_a_name_that_is_no_text_can_be_written():
    assert write(document(page(block("x"))), "fields").endswith(b"\n")
    assert b"?" in fields_table([Extracted("a\udce9.png", receipt())])


def test_a_table_has_the_columns_of_the_kind_in_the_order_of_the_table_of_names():
    made = fields_table([Extracted("a.jpg", receipt(total=field(Decimal("9.00")), merchant=field("Pinsel")))])
    head = made.decode().splitlines()[0].split(",")
    assert head[:4] == ["file", "kind", "merchant", "address"]
    assert head.index("date") < head.index("total") < head.index("currency")
    assert "items" not in head
    assert rows(made)[0]["total"] == "9.00"
    assert rows(made)[0]["address"] == ""


def test_lists_are_laid_out_side_by_side():
    (row,) = rows(fields_table([Extracted("a.jpg", receipt(items=BOUGHT))]))
    lists = {name: text for name, text in row.items() if "." in name}
    assert list(lists.items()) == [
        ("items.1.description", "Brush, small"),
        ("items.1.quantity", "2"),
        ("items.1.amount", "7.90"),
        ("items.2.description", "Glue"),
        ("items.2.amount", "1.10"),
    ]


def test_ten_rows_stand_in_the_order_of_their_numbers():
    many = field(tuple({"amount": field(number)} for number in range(12)), "rows")
    made = fields_table([Extracted("a.jpg", receipt(items=many))])
    assert [name for name in rows(made)[0] if "." in name] == [f"items.{number}.amount" for number in range(1, 13)]


def test_many_documents_are_one_table():
    one = Extracted("a.jpg", receipt(total=field(Decimal("9.00"))))
    other = Extracted("b.pdf", Extraction("letter", 1.0, {"subject": field("Paint"), "mood": field("fine")}))
    first, second = rows(fields_table([one, other]))
    assert (first["file"], first["kind"], first["total"], first["subject"]) == ("a.jpg", "receipt", "9.00", "")
    assert (second["file"], second["kind"], second["total"], second["subject"]) == ("b.pdf", "letter", "", "Paint")
    assert second["mood"] == "fine"


def test_dates_times_and_truths_are_written_for_programs():
    made = fields_table([Extracted("a.jpg", EVERYTHING)])
    (row,) = rows(made)
    assert (row["date"], row["time"], row["valid_from"]) == ("2031-05-04", "09:30:00", "2031-05-04T09:30:00")
    assert (row["vat_included"], row["copies"]) == ("yes", "3")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_takes_for_a_formula_is_text_in_every_column(text: str):
    (row,) = rows(fields_table([Extracted(text, receipt(merchant=field(text)))]))
    assert row["file"] == row["merchant"] == "'" + text


def test_a_format_says_one_document():
    read = document(page(block("just words")), name="a.png")
    assert json.loads(write(read, "fields"))["kind"] == "other"
    (row,) = rows(write(read, "fields-csv"))
    assert (row["file"], row["kind"]) == ("a.png", "other")


def test_a_kind_that_was_given_is_not_looked_for():
    read = document(page(block("just words")))
    from uncial.formats import find_format

    told = json.loads(find_format("fields").write(read, None, Output(kind="receipt")))
    assert (told["kind"], told["confidence"]) == ("receipt", 1.0)


# ---- a workbook


def book(extraction: Extraction) -> Any:
    return openpyxl.load_workbook(BytesIO(fields_book(extraction, "a.png")))


def cells(sheet: Any) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_has_a_row_for_each_field_and_a_sheet_for_each_list():
    made = book(EVERYTHING)
    assert made.sheetnames == ["fields", "items"]
    assert cells(made["fields"]) == [
        ["field", "value", "confidence", "doubts", "page"],
        ["kind", "boarding-pass", 0.9, None, None],
        ["merchant", "Pinsel & Söhne", 0.9, None, 1],
        ["total", 9, 0.9, "The items come to 9.10.", 1],
        ["date", datetime(2031, 5, 4), 0.9, None, 1],
        ["time", time(9, 30), 0.9, None, 1],
        ["valid_from", datetime(2031, 5, 4, 9, 30), 0.9, None, 1],
        ["number", "2031-05-04", 0.9, None, 1],
        ["copies", 3, 0.9, None, 1],
        ["vat_included", True, 0.9, None, 1],
    ]
    assert cells(made["items"]) == [["description", "quantity", "amount"], ["Brush, small", 2, 7.9], ["Glue", None, 1.1]]


def test_values_of_a_workbook_look_as_they_were_written_and_what_is_doubtful_is_marked():
    sheet = book(EVERYTHING)["fields"]
    assert [sheet[place].number_format for place in ("B4", "B5", "B6", "B7", "B9")] == [
        "0.00",
        "yyyy-mm-dd",
        "hh:mm:ss",
        "yyyy-mm-dd hh:mm:ss",
        "0",
    ]
    assert [sheet[place].fill.fill_type for place in ("B3", "B4", "D4", "B5")] == [None, "solid", None, None]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "=1+1"),
        ("@now\x07", "@now"),
        (Decimal("12345678901234567"), "12345678901234567"),
        (Decimal("NaN"), "NaN"),
        (Decimal("1E+40"), "1E+40"),
        (date(1874, 2, 3), "1874-02-03"),
        (datetime(1874, 2, 3, 4, 5), "1874-02-03T04:05:00"),
        (datetime(2031, 5, 4, 9, 30, tzinfo=UTC), "2031-05-04T09:30:00+00:00"),
        (10**20, "1" + "0" * 20),
    ],
)
def test_what_is_no_number_or_day_for_a_spreadsheet_is_text(value, shown):
    cell = book(receipt(a=field(value)))["fields"]["B3"]
    assert (cell.value, cell.data_type) == (shown, "s")


def test_names_of_lists_that_no_sheet_can_have_are_cut_to_fit():
    rows = field(({"a": field("b")},), "rows")
    made = book(receipt(**{"a/b:c" * 9: rows, "fields": rows, "[]": rows, "": rows}))
    assert made.sheetnames == ["fields", "a_b_ca_b_ca_b_ca_b_ca_b_ca_b_ca", "fields1", "__", "rows"]


def test_lists_in_lists_have_columns_of_their_own():
    deep = field(({"parts": field(({"name": field("x")}, {"name": field("y")}), "in")}, {"parts": field((), "none")}), "out")
    assert cells(book(receipt(kits=deep))["kits"])[:2] == [["parts.1.name", "parts.2.name"], ["x", "y"]]


def test_the_workbook_of_a_document_is_the_same_each_time():
    read = document(page(block("Total 9,00 EUR")))
    assert write(read, "fields-xlsx") == write(read, "fields-xlsx")
    assert openpyxl.load_workbook(BytesIO(write(read, "fields-xlsx"))).properties.title == "page.png"
