from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

import invoice_samples as samples
from fakes import typed
from uncial.fields import extract_fields, invoices
from uncial.fields.model import Fields
from uncial.fields.sheet import View

SAYS: Mapping[str, Mapping[str, object]] = {
    "GERMAN": {
        "number": "AW-2023-1187", "date": date(2023, 9, 14), "due_date": date(2023, 9, 28), "delivery_date": date(2023, 9, 11),
        "customer_number": "40255", "issuer": "Ahornwerk Möbel GmbH", "recipient": "Herrn Klaus Ohnesorg",
        "issuer_address": "Tischlergasse 7, 99817 Eichental", "recipient_address": "Lindenallee 48, 04618 Buchenau",
        "net": Decimal("1250.00"), "tax": Decimal("237.50"), "total": Decimal("1487.50"), "due": Decimal("1487.50"),
        "currency": "EUR", "iban": "DE02120300000000202051", "bic": "BYLADEM1001", "issuer_vat_id": "DE123456788",
        "issuer_tax_number": "157/212/33445", "issuer_phone": "03691 447 12-0", "issuer_email": "post@ahornwerk.test",
    },
    "FRENCH": {
        "number": "VC23-0417", "date": date(2023, 3, 3), "due_date": date(2023, 4, 2), "customer_number": "C0871",
        "issuer": "Verrerie du Canal SAS", "issuer_address": "3 quai des Souffleurs, 21640 Vougeot",
        "recipient": "Studio Pomme Bleue", "net": Decimal("564.00"), "tax": Decimal("112.80"), "total": Decimal("676.80"),
        "prepaid": Decimal("200.00"), "due": Decimal("476.80"), "iban": "FR1420041010050500013M02606", "bic": "PSSTFRPPPAR",
        "issuer_vat_id": "FR32123456789", "issuer_registration": "123456789",
    },
    "AMERICAN": {
        "number": "INV-30098", "date": date(2022, 4, 7), "due_date": date(2022, 5, 7), "order_number": "P-5512",
        "issuer": "Bluefin Web Hosting, Inc.", "recipient": "Marigold Bakery LLC", "net": Decimal("142.50"),
        "tax": Decimal("11.40"), "total": Decimal("153.90"), "prepaid": Decimal("53.90"), "due": Decimal("100.00"),
        "currency": "USD", "issuer_email": "billing@bluefin.test", "issuer_website": "www.bluefinwebhosting.com",
    },
    "ITALIAN": {
        "number": "312/2021", "date": date(2021, 11, 17), "due_date": date(2021, 12, 31), "issuer": "Officine Serratura S.r.l.",
        "recipient": "Pastificio Ombra S.p.A.", "net": Decimal("285.00"), "tax": Decimal("62.70"), "total": Decimal("347.70"),
        "currency": "EUR", "iban": "IT60X0542811101000000123456", "issuer_vat_id": "IT12345670017",
    },
    "SPANISH": {
        "number": "2020/0085", "date": date(2020, 6, 9), "due_date": date(2020, 7, 9), "issuer": "Semillas Altozano, S.L.",
        "recipient": "Huertas del Sur, S.A.", "net": Decimal("675.00"), "tax": Decimal("67.50"), "total": Decimal("742.50"),
        "currency": "EUR", "issuer_vat_id": "B12345674", "payment_method": "Transferencia bancaria",
    },
    "DUTCH": {
        "number": "F2022-731", "date": date(2022, 2, 21), "due_date": date(2022, 3, 7), "customer_number": "10044",
        "issuer": "Fietsenmakerij De Spaak B.V.", "recipient": "Bloemenhal Noord", "net": Decimal("220.00"),
        "tax": Decimal("46.20"), "total": Decimal("266.20"), "iban": "NL91ABNA0417164300", "issuer_vat_id": "NL812345675B01",
        "issuer_registration": "08123456",
    },
    "PORTUGUESE": {
        "number": "FT 2022/118", "date": date(2022, 5, 19), "due_date": date(2022, 6, 18), "issuer": "Cerâmica Vale Verde, Lda.",
        "recipient": "Pousada da Serra", "net": Decimal("470.00"), "tax": Decimal("108.10"), "total": Decimal("578.10"),
        "currency": "EUR", "issuer_vat_id": "PT999999990",
    },
    "POLISH": {
        "number": "88/07/2021", "date": date(2021, 7, 15), "due_date": date(2021, 7, 29), "issuer": "Młyn Złoty Kłos Sp. z o.o.",
        "recipient": "Piekarnia Bochenek", "net": Decimal("1030.00"), "tax": Decimal("51.50"), "due": Decimal("1081.50"),
        "currency": "PLN", "issuer_vat_id": "PL1234563218", "recipient_vat_id": "9876543210",
    },
    "HOTEL": {
        "number": "20184", "date": date(2018, 8, 12), "recipient": "Frau Vera Huber", "total": Decimal("204.00"),
        "currency": "EUR", "payment_method": "Kreditkarte", "issuer": "Hotel Alpenwinkel",
    },
    "CORRECTION": {
        "number": "RK-20551", "date": date(2019, 9, 16), "customer_number": "7001", "issuer": "Großhandel Birkenau KG",
        "recipient": "Kaufhaus Seidel e.K.", "net": Decimal("-25.00"), "tax": Decimal("-4.75"), "total": Decimal("-29.75"),
        "document_type": "invoice",
    },
    "BRITISH_CREDIT": {
        "document_type": "credit-note", "number": "CN-0042", "date": date(2021, 1, 5), "issuer": "Copperfield Tools Ltd",
        "recipient": "Mossbank Builders Ltd", "net": Decimal("36.00"), "tax": Decimal("7.20"), "total": Decimal("43.20"),
        "currency": "GBP", "issuer_vat_id": "GB123456782",
    },
}  # fmt: skip


def found(text: str) -> Fields:
    return invoices.find(View.of(typed(text)))


def values(fields: Fields) -> dict[str, object]:
    return {name: field.value for name, field in fields.items()}


@pytest.mark.parametrize("name", SAYS)
def test_an_invoice_says_who_bills_whom_for_how_much(name: str) -> None:
    said = values(found(getattr(samples, name)))
    assert {key: said.get(key) for key in SAYS[name]} == SAYS[name]


@pytest.mark.parametrize("name", SAYS)
def test_an_invoice_is_recognised(name: str) -> None:
    assert extract_fields(typed(getattr(samples, name))).kind == "invoice"


def test_a_field_says_where_it_was_read_and_how() -> None:
    number = found(samples.GERMAN)["number"]
    assert (number.text, number.page, number.found_by) == ("AW-2023-1187", 1, "label")
    assert 0.8 < number.confidence < 1 and number.quad.box.width == 10 * len("AW-2023-1187")


def test_what_is_left_is_the_total_where_nothing_says_that_something_was_paid() -> None:
    due = found(samples.GERMAN)["due"]
    assert due.found_by == "sum" and due.confidence < found(samples.GERMAN)["total"].confidence
    assert "due" not in found(samples.HOTEL)


def test_taxes_of_several_rates_are_rows_and_one_of_them_is_not_all_taxes() -> None:
    fields = found(samples.HOTEL)
    rows = fields["taxes"].value
    assert isinstance(rows, tuple)
    assert [tuple(row[name].value for name in ("rate", "net", "amount")) for row in rows] == [
        (Decimal("10"), Decimal("163.64"), Decimal("16.36")),
        (Decimal("20"), Decimal("20.00"), Decimal("4.00")),
    ]
    assert "net" not in fields and "tax" not in fields


NOISY = {
    "Rechnungsnummer": "Rechnungsnurnmer", "Rechnungsdatum": "Rechnungsdaturn", "Nettobetrag": "Nettobetraq",
    "1.487,50": "1.487, 50", "Kundennummer": "Kundennumrner", "19 % MwSt": "19 % MwSl", "14.09.2023": "14.O9.2023",
}  # fmt: skip


def test_labels_and_values_are_found_through_misread_letters() -> None:
    text = samples.GERMAN
    for right, read in NOISY.items():
        text = text.replace(right, read)
    said = values(found(text))
    wanted = SAYS["GERMAN"]
    assert {name: said.get(name) for name in ("number", "date", "customer_number", "net", "total")} == {
        name: wanted[name] for name in ("number", "date", "customer_number", "net", "total")
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnung Nr. 4711 vom 05.03.2018", "4711"),
        ("Handelsrechnung (380)   Nr. HR-77   vom   05.03.2018", "HR-77"),
        ("Facture d'avoir N° 2020-7 du 05/03/2018", "2020-7"),
        ("R E C H N U N G   12-88", "12-88"),
        ("Invoice # A/2018/9", "A/2018/9"),
        ("Beleg-Nr.: 00 123 456", "00 123 456"),
        ("Numéro de facture : 2018 03 017", "2018 03 017"),
    ],
)
def test_the_number_stands_behind_its_label_or_the_title(text: str, number: str) -> None:
    assert values(found(text))["number"] == number


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung gemäß Bestellung Nr. 2018-471 vom 01.03.2018",
        "Rechnung 2018",
        "Rechnung 05.03.2018",
        "Invoice total: 1,200.00",
        "Lieferschein-Nr. 8812",
    ],
)
def test_other_numbers_are_not_the_invoices(text: str) -> None:
    assert "number" not in found(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Invoice 17 dated 4 May 2019", date(2019, 5, 4)),
        ("Rechnung 17 vom\n04.05.2019", date(2019, 5, 4)),
        ("Steinbach, den 4. Mai 2019", date(2019, 5, 4)),
        ("Lieferdatum: 02.05.2019\nDatum: 04.05.2019\nFällig am 18.05.2019", date(2019, 5, 4)),
        ("Datum        Rechnung      Kunde\n04.05.2019   17            A-1", date(2019, 5, 4)),
    ],
)
def test_the_day_of_the_invoice_is_told_from_others(text: str, day: date) -> None:
    assert values(found(text))["date"] == day


def test_days_are_read_in_the_order_of_the_country() -> None:
    assert values(found("Invoice Date: 03/04/2020\nTotal $ 12.00"))["date"] == date(2020, 3, 4)
    assert values(found("Invoice Date: 03/04/2020\nTotal £ 12.00"))["date"] == date(2020, 4, 3)
    assert values(found("Invoice Date: 03/04/2020\nDue Date: 23/04/2020\nTotal $ 12.00"))["date"] == date(2020, 4, 3)


def test_the_account_of_the_one_who_pays_is_not_paid_to() -> None:
    text = "Rechnung 17\nDer Betrag wird abgebucht.\nIhre IBAN: DE02 1203 0000 0000 2020 51"
    assert "iban" not in found(text)
    assert found(text.replace("Ihre IBAN", "IBAN"))["iban"].value == "DE02120300000000202051"


def test_an_account_without_right_check_digits_needs_its_label() -> None:
    assert "iban" not in found("Invoice 17\nplease pay to DE02 1203 0000 0000 2020 52 soon")
    assert found("Invoice 17\nIBAN: DE02 1203 0000 0000 2020 52")["iban"].confidence < 0.6


def test_pages_of_other_kinds_are_no_invoices() -> None:
    letter = (
        "Dear Ms Brook,\nthank you for your letter of 4 May 2019 about the invoice.\nWe shall pay 12.00 soon.\nYours\nA. Reed"
    )
    assert invoices.evidence(View.of(typed(letter))) < 0.5
    assert invoices.evidence(View.of(typed("Chapter 4\nThe bill came to 12.00 in total, and nobody paid it."))) < 0.5


def test_an_empty_document_says_nothing() -> None:
    assert found("x") == {}
    assert invoices.evidence(View.of(typed("x"))) == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_odd_text_is_read_without_an_error(seed: int) -> None:
    chance = random.Random(seed)
    words = [
        "Rechnung",
        "Nr.",
        "IBAN",
        "Total",
        "USt",
        "€",
        "٣٤",
        "１２",
        "9" * 400,
        "(",
        "DE",
        "12,-",
        "²",
        "\u0660",
        "Bill to:",
        "%",
        "0/0",
    ]
    rows = ("   ".join(chance.choices(words, k=chance.randint(1, 7))) for _ in range(40))
    fields = found("\n".join(rows))
    assert all(0 <= field.confidence <= 1 for field in fields.values())
