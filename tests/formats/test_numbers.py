import pytest

from uncial.formats.numbers import decimal_mark, looks_numeric, parsed


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["Total 1,234.56"], "."),
        (["Summe 1.234,56 €"], ","),
        (["12,5"], ","),
        (["$12.50"], "."),
        (["1,234,567"], "."),
        (["1.234.567"], ","),
        (["0.125"], "."),
        (["1,234"], ""),
        (["12.05.2018", "10.30.5"], ""),
        (["none"], ""),
        (["1,5", "2.5"], ""),
        (["1,5"] + ["2.5"] * 20, "."),
    ],
)
def test_the_decimal_mark_is_what_the_numbers_say_without_doubt(texts: list[str], mark: str):
    assert decimal_mark(texts) == mark


@pytest.mark.parametrize(
    ("text", "decimal", "value", "format"),
    [
        ("1,234.56", ".", 1234.56, "#,##0.00"),
        ("1.234,56", ",", 1234.56, "#,##0.00"),
        ("1.234", ",", 1234, "#,##0"),
        ("1,234", ".", 1234, "#,##0"),
        ("1 234,50", ",", 1234.5, "#,##0.00"),
        ("1'234.50", ".", 1234.5, "#,##0.00"),
        ("1.10", ".", 1.1, "0.00"),
        ("-3.5", ".", -3.5, "0.0"),
        ("−12", "", -12, "0"),
        ("+3,5", ",", 3.5, "+0.0;-0.0"),
        ("12,5 %", ",", 0.125, "0.0%"),
        ("7%", "", 0.07, "0%"),
        ("$5.00", ".", 5, '"$"0.00'),
        ("12,50 €", ",", 12.5, '0.00" €"'),
        ("2018", "", 2018, "0"),
        ("0", "", 0, "0"),
    ],
)
def test_a_number_is_a_number_that_looks_as_it_was_written(text: str, decimal: str, value: float, format: str):
    assert parsed(text, decimal) == (value, format)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("007", "."),
        ("0123 456", "."),
        ("1,234", ""),
        ("12.50", ""),
        ("12.50", ","),
        ("1,23", "."),
        ("1 234", ","),
        ("12.05.2018", ","),
        ("1,2,3", "."),
        ("1234567890123456", ""),
        ("1e5", "."),
        ("12-13", "."),
        ("(12)", "."),
        ("١٢", "."),
        ("5 kg", "."),
        ("-", "."),
        ("", "."),
    ],
)
def test_what_could_be_something_else_is_no_number(text: str, decimal: str):
    assert parsed(text, decimal) is None


def test_digits_stand_to_the_right():
    assert [looks_numeric(text) for text in ("1,234.5", "(12)", "$ 5", "5 kg", "-", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
