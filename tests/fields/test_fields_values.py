from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from uncial.fields.labels import Parsed
from uncial.fields.values.amounts import currency_of, decimal_mark, find_amounts, find_currencies, find_money
from uncial.fields.values.codes import find_bics, find_emails, find_ibans, find_phones, find_urls, find_vat_ids, is_iban
from uncial.fields.values.dates import find_dates, find_days, find_times, is_day_first, month_of


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("Summe 1.234,56 €", "1234.56", "EUR"),
        ("$1,234.56", "1234.56", "USD"),
        ("1 234,56 EUR", "1234.56", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("RM 9 .00", "9.00", "MYR"),
        ("TOTAL RM40.00", "40.00", "MYR"),
        ("€ 7,-", "7", "EUR"),
        ("(3.50)", "-3.50", ""),
        ("5.00-", "-5.00", ""),
        ("-3,20", "-3.20", ""),
        ("l2.5O", "12.50", ""),
        ("29,90 zł", "29.90", "PLN"),
        ("450 kr", "450", "SEK"),
        ("Rs. 1939", "1939", "INR"),
        ("12.345.678,90", "12345678.90", ""),
        ("1,5 kg", "1.5", ""),
    ],
)
def test_an_amount_is_one_number_however_it_is_written(text, value, currency):
    (found,) = find_amounts(text)
    assert (found.value, found.currency) == (Decimal(value), currency)
    assert value.lstrip("-")[0] in text[found.start : found.end].replace("l", "1")


@pytest.mark.parametrize("text", ["25/12/2018", "x12.3", "12:30", "A4", "v1.2.3.4", "1234567890123456789", "no number"])
def test_dates_times_and_codes_are_no_amounts(text):
    assert list(find_amounts(text)) == []


def test_the_decimal_mark_of_a_document_decides_what_a_lone_group_of_three_digits_is():
    assert next(find_amounts("9.000")).value == 9000
    assert next(find_amounts("9.000", ".")).value == Decimal("9.000")
    assert next(find_amounts("9.000", ",")).value == 9000
    assert (decimal_mark("1,20 3,40 5.60"), decimal_mark("1.20"), decimal_mark("12 14")) == (",", ".", "")


def test_money_has_two_decimals_or_a_currency():
    assert [found.value for found in find_money("3 x 4.50 = 13.50, 7 EUR, 200 g")] == [Decimal("4.50"), Decimal("13.50"), 7]


def test_the_number_is_told_apart_from_its_currency():
    text = "sum EUR 29,90 net"
    (found,) = find_amounts(text)
    assert text[found.start : found.end] == "EUR 29,90"
    assert text[found.number_start : found.number_end] == "29,90"


def test_currencies_are_found_by_symbol_and_code_but_not_in_words():
    assert [code for code, _, _ in find_currencies("Beträge in EUR oder £, nicht in Kursen")] == ["EUR", "GBP"]
    assert (currency_of("kč"), currency_of("nothing"), currency_of("Fr.")) == ("CZK", "", "CHF")


@pytest.mark.parametrize(
    "text",
    [
        "25/12/2018", "25.12.18", "25-12-2018", "2018-12-25", "2018/12/25", "25 DEC 2018", "25. Dezember 2018", "25DEC18",
        "25-Dez-18",
        "le 25 décembre 2018", "25 de diciembre de 2018", "25 dicembre 2018", "25 dec. 2018", "25 de dezembro de 2018",
        "25 grudnia 2018", "December 25, 2018", "Dec 25 2018", "25th December 2018", "2018年12月25日", "25 / 12 / 2018",
        "Z5/12/2O18",        "Tue, 25 Dec 2018 8:13 PM",
    ],
)  # fmt: skip
def test_a_date_is_one_day_however_it_is_written(text):
    assert [found.value for found in find_dates(text)] == [date(2018, 12, 25)]


@pytest.mark.parametrize("text", ["31/02/2018", "12.34", "1.2.3", "00/00/2000", "Tel. 12-34-5678901", "99/99/99", "7/118B"])
def test_what_is_no_day_of_the_calendar_is_no_date(text):
    assert list(find_dates(text)) == []


def test_a_month_first_date_is_read_so_where_that_is_known():
    (usual,), (american,) = find_dates("03/04/2020"), find_dates("03/04/2020", day_first=False)
    assert (usual.value, usual.sure, american.value) == (date(2020, 4, 3), False, date(2020, 3, 4))
    assert next(find_dates("12/25/2018")).value == date(2018, 12, 25)
    assert next(find_dates("03.04.2020", day_first=False)).value == date(2020, 4, 3)


def test_what_comes_first_is_told_by_the_dates_themselves():
    assert (is_day_first("25/12/2018 and 01/02/2019"), is_day_first("12/25/2018"), is_day_first("01/02/2019")) == (
        True,
        False,
        None,
    )


@pytest.mark.parametrize("text", ["12 Mar", "12MAR", "12. März", "12 mars", "Mar 12", "12.03.", "Do 12.03. ab 7 Uhr", "12/03"])
def test_a_day_without_a_year_is_a_day_and_a_month(text):
    assert [(found.day, found.month) for found in find_days(text)] == [(12, 3)]


@pytest.mark.parametrize("text", ["12 MAR 2026", "14.05 Uhr", "price 12.50 EUR", "12 euros", "33 Mar"])
def test_a_whole_date_a_time_and_a_price_are_no_days(text):
    assert [(found.day, found.month) for found in find_days(text)] == []


@pytest.mark.parametrize(
    ("text", "hour", "minute", "sure"),
    [("14:05", 14, 5, True), ("2:05 PM", 14, 5, True), ("2.05pm", 14, 5, True), ("14h05", 14, 5, True),
     ("14.05 Uhr", 14, 5, True), ("14.05", 14, 5, False), ("12:10 a.m.", 0, 10, True), ("8 PM", 20, 0, True)],
)  # fmt: skip
def test_a_time_is_one_moment_however_it_is_written(text, hour, minute, sure):
    assert [(found.value, found.sure) for found in find_times(text)] == [(time(hour, minute), sure)]


@pytest.mark.parametrize("text", ["25:10", "14:75", "12.03.", "1.234.56", "10:20/30"])
def test_what_no_clock_shows_is_no_time(text):
    assert list(find_times(text)) == []


def test_months_are_known_in_many_languages():
    names = "März mars marzo maart março marca MAR mrz".split()
    assert [month_of(name) for name in names] == [3] * len(names)
    assert month_of("markt") == 0


def test_an_iban_is_found_with_its_spaces_and_its_check_digits_are_held_against_it():
    (right,) = find_ibans("IBAN: GB82 WEST 1234 5698 7654 32 BIC")
    (wrong,) = find_ibans("IBAN GB82WEST12345698765431")
    assert (right.value, right.valid, wrong.valid) == ("GB82WEST12345698765432", True, False)
    assert next(find_ibans("DE89 37O4 0044 0532 O130 00")).value == "DE89370400440532013000"
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE8937040044053201300O")


def test_a_code_that_is_too_short_or_of_no_country_is_no_iban():
    assert list(find_ibans("DE89 3704 0044 0532 QX12 3456 7890 1234 5678")) != []
    assert list(find_ibans("DE89 3704 0044 05")) == []
    assert list(find_ibans("XX89 3704 0044 0532 0130 00")) == []


def test_vat_numbers_are_of_the_form_of_their_country():
    texts = ("USt-ID DE 123 456 789", "FR40303265045", "NL004495445B01 foo", "ATU12345678", "BTW BE 0123.456.789")
    assert [next(find_vat_ids(text)).value for text in texts] == [
        "DE123456789", "FR40303265045", "NL004495445B01", "ATU12345678", "BE0123456789"
    ]  # fmt: skip
    assert list(find_vat_ids("DE 1234 and IT IS SO")) == []


def test_mail_web_and_telephone_are_found():
    text = "Tel. +49 351 440 822, info@paper-mill.example, www.paper-mill.example and paper-mill.eu/shop"
    assert [found.value for found in find_emails(text)] == ["info@paper-mill.example"]
    assert [found.value for found in find_urls(text)] == ["www.paper-mill.example", "paper-mill.eu/shop"]
    assert [found.value for found in find_phones(text)] == ["+49 351 440 822"]
    assert [found.value for found in find_bics("BIC MARKDEF1100")] == ["MARKDEF1100"]


FINDERS: tuple[Callable[[str], Iterable[Parsed]], ...] = (
    find_amounts,
    find_dates,
    find_days,
    find_times,
    find_ibans,
    find_bics,
    find_vat_ids,
    find_emails,
    find_urls,
    find_phones,
)


def assert_all_lie_within(text: str) -> None:
    for find in FINDERS:
        for found in find(text):
            assert 0 <= found.start < found.end <= len(text)


@given(strategies.text(alphabet=strategies.characters(codec="utf-8"), max_size=60))
def test_no_text_breaks_a_finder(text):
    assert_all_lie_within(text)


@pytest.mark.parametrize("piece", ["1", "1.", "1 ", "1,2", "A1", "DE", "..", "a.", "--", "()", "1/", "O", "@a."])
def test_long_texts_take_no_long_time(piece):
    assert_all_lie_within(piece * 3000)
