from __future__ import annotations

import pytest

from fakes import typed
from uncial.fields.invoices.addresses import has_town, is_name, whole_name
from uncial.fields.invoices.blocks import find_blocks, labelled_party
from uncial.fields.invoices.labels import Invoice
from uncial.fields.invoices.parties import find_parties
from uncial.fields.sheet import View


def invoice(text: str) -> Invoice:
    return Invoice.of(View.of(typed(text)))


def named(text: str) -> dict[str, object]:
    return {name: said.value for name, said in find_parties(invoice(text)).items()}


@pytest.mark.parametrize(
    "line",
    [
        "99817 Eichental", "D-99817 Eichental", "99817Eichental", "DE 99817 Eichental", "6353 Bergsee", "1431 GA Aalsveld",
        "3810-155 Avelar", "50-101 Wronów", "111 22 Norrby", "Portland, OR 97204", "Sheffmoor S1 9ZZ", "Pune - 411001",
        "Weg 1, 99817 Eichental",
    ],
)  # fmt: skip
def test_postcodes_of_many_countries_tell_a_town(line: str) -> None:
    assert has_town(line)


@pytest.mark.parametrize(
    "line", ["Tel. 03691 44712", "Lindenallee 48", "Rechnung 2018 Muster", "10:30 - 12:45 Uhr", "1.234,00 EUR"]
)
def test_other_numbers_are_no_postcodes(line: str) -> None:
    assert not has_town(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ahornwerk Möbel GmbH, Tischlergasse", "Ahornwerk Möbel GmbH"),
        ("Kiesel AG Mitte", "Kiesel AG Mitte"),
        ("De Spaak B.V. iov spaak.test", "De Spaak B.V."),
        ("Bluefin, Inc.", "Bluefin, Inc."),
        ("Klaus Ohnesorg", "Klaus Ohnesorg"),
    ],
)
def test_a_name_ends_behind_its_legal_form(line: str, name: str) -> None:
    assert whole_name(line) == name


def test_sentences_and_numbers_are_no_names() -> None:
    assert is_name("Kiesel AG Mitte")
    assert not any(map(is_name, ("4711", "Tel: 03691", "info@kiesel.test", "99817 12345", "x" * 80)))


def test_a_table_of_labels_names_a_party() -> None:
    table = """
Verkäufer
Nummer:          549
                 Kiesel und Sand
Name:            Baustoffe Lehm e.V.
Anschrift:       Grubenweg 2
                 DE 99817 Eichental
USt-IdNr.:       DE123456788
Käufer
                 Frau
Name:            Vera Huber
Anschrift:       Bachgasse 1
                 DE 04618 Buchenau
"""
    assert named(table) == {
        "issuer": "Kiesel und Sand Baustoffe Lehm e.V.",
        "issuer_address": "Grubenweg 2, DE 99817 Eichental",
        "recipient": "Frau Vera Huber",
        "recipient_address": "Bachgasse 1, DE 04618 Buchenau",
    }


def test_codes_between_the_lines_are_no_part_of_a_party() -> None:
    found = labelled_party(
        invoice("Bill to:\nGLN 4012345000009\nMoss Ltd\nATTN: Ann Reed\n4 Mill Lane\nSheffmoor S1 9ZZ\nTel. 555 0100"), "buyer"
    )
    assert found and (found[0].name.text, found[0].address and found[0].address.text) == (
        "Moss Ltd",
        "4 Mill Lane, Sheffmoor S1 9ZZ",
    )


def test_parties_side_by_side_keep_to_their_columns() -> None:
    text = """
Bill to               Ship to
Moss Ltd              Fern Ltd
4 Mill Lane           9 Hill Road
Sheffmoor S1 9ZZ      Oakley S2 8YY
"""
    found = invoice(text)
    buyer, shipped = labelled_party(found, "buyer"), labelled_party(found, "shipping")
    assert buyer and shipped
    assert (buyer[0].name.text, shipped[0].name.text) == ("Moss Ltd", "Fern Ltd")
    assert named(text).get("issuer") is None


def test_a_line_that_names_all_in_one_is_a_block() -> None:
    (block,) = find_blocks(invoice("Verrerie du Canal SAS - 3 quai des Souffleurs - 21640 Vougeot - France"))
    assert block.is_line and block.party.name.text == "Verrerie du Canal SAS"


def test_who_is_written_to_does_not_bill() -> None:
    said = named("Herrn\nKlaus Ohnesorg\nLindenallee 48\n04618 Buchenau\n\n\nRechnung 17\n\nTotal 12,00 €")
    assert said["recipient"] == "Herrn Klaus Ohnesorg"
    assert "issuer" not in said


def test_a_name_that_stands_at_head_and_foot_and_in_the_mail_address_bills() -> None:
    text = "Kieselwerk AG\n\n\n\nRechnung 17\n\n\n\n\n\n\nTotal 12,00 €\n\n\n\n\nKieselwerk AG   post@kieselwerk.test"
    assert named(text)["issuer"] == "Kieselwerk AG"


def test_without_a_name_nobody_is_named() -> None:
    assert named("Rechnung 17\nTotal 12,00 €") == {}
