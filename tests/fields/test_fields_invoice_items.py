from __future__ import annotations

from decimal import Decimal

import invoice_samples as samples
from fakes import typed
from uncial.fields.invoices.items import find_items, heading_rows
from uncial.fields.sheet import View

Told = list[dict[str, object]]


def items(text: str, *sums: str, mark: str = ",") -> tuple[Told, float]:
    field = find_items(View.of(typed(text)), mark, [Decimal(each) for each in sums])
    assert field and isinstance(field.value, tuple)
    return [{name: cell.value for name, cell in row.items()} for row in field.value], field.confidence


def test_rows_below_the_headings_are_items_with_all_their_cells() -> None:
    told, _ = items(samples.GERMAN)
    assert told[0] == {
        "position": "1",
        "description": "Esstisch Eiche geölt, 180 x 90 cm",
        "quantity": Decimal(1),
        "unit": "Stk",
        "unit_price": Decimal("840.00"),
        "amount": Decimal("840.00"),
    }
    assert [row["description"] for row in told[1:]] == ["Stuhl gepolstert", "Lieferung"]


def test_items_that_add_up_to_a_sum_are_surer() -> None:
    assert items(samples.GERMAN, "1250.00")[1] > items(samples.GERMAN, "1300.00")[1]


def test_sums_and_other_tables_end_the_items() -> None:
    told, _ = items(samples.HOTEL)
    assert [(row["description"], row["amount"]) for row in told] == [
        ("Übernachtung", Decimal("180.00")),
        ("Abendessen", Decimal("24.00")),
    ]


def test_subtotals_between_items_are_none() -> None:
    text = """
Description          Qty     Price     Amount
Tea, green             2      3.00       6.00
Subtotal                                 6.00
Coffee                 1      5.00       5.00
Subtotal                                 5.00
Total                                   11.00
"""
    told, _ = items(text, "11.00", mark=".")
    assert [row["description"] for row in told] == ["Tea, green", "Coffee"]


def test_an_amount_on_the_row_below_belongs_to_its_item() -> None:
    text = """
Pos   Beschreibung      Preis      Menge       Betrag
1     Trennblätter       9,90     20 Stk
      liniert                                  198,00
2     Ordner             2,00      5 Stk
                                                10,00
"""
    told, _ = items(text)
    assert [(row["description"], row["amount"]) for row in told] == [
        ("Trennblätter liniert", Decimal("198.00")),
        ("Ordner", Decimal("10.00")),
    ]


def test_headings_in_two_rows_name_one_table() -> None:
    text = """
                            Prix
Désignation      Quantité   unitaire     Prix HT
Carafe                12       21,00      252,00
"""
    told, _ = items(text)
    assert told == [
        {"description": "Carafe", "quantity": Decimal(12), "unit_price": Decimal("21.00"), "amount": Decimal("252.00")}
    ]


def test_a_table_of_taxes_has_no_items() -> None:
    text = "MwSt        Netto      Steuer     Brutto\n10 %       163,64       16,36     180,00\n"
    view = View.of(typed(text))
    assert not heading_rows(view.sheets[0])
    assert find_items(view, ",", []) is None
