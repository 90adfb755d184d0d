from __future__ import annotations

import pytest

from fakes import typed
from uncial.fields.receipts import find
from uncial.fields.sheet import View

Told = tuple[str, str | None, str | None, str]

SLIPS: dict[str, tuple[str, list[Told]]] = {
    "one line each": (
        """HARBOUR BAKERY
        2 x Rye bread        7.00
        1 Coffee             2.50
        TOTAL                9.50""",
        [("Rye bread", "2", None, "7.00"), ("Coffee", "1", None, "2.50")],
    ),
    "columns with headings": (
        """KEDAI SELASIH
        Description   Qty   Price   Amount
        Paper bag     3      4.20   12.60
        Twine         12     0.45    5.40
        Total                       18.00""",
        [("Paper bag", "3", "4.20", "12.60"), ("Twine", "12", "0.45", "5.40")],
    ),
    "figures below, with codes": (
        """KEDAI SELASIH
        Date: 21/08/2018
        Item   Qty   Price   Amount
        DESK LAMP WHITE
        4007630000116   2   18.50   37.00 S
        ENVELOPE
        4007630000222   3   6.20   18.60 S
        Total                       55.60""",
        [("DESK LAMP WHITE", "2", "18.50", "37.00"), ("ENVELOPE", "3", "6.20", "18.60")],
    ),
    "descriptions below codes": (
        """KEDAI SELASIH
        Item   Qty   U.Price   RM
        000912   1.00   24.00   24.00 SR
        Garden hose reel
        003377   2.00   8.25   16.50 SR
        Hose coupling
        Total   40.50""",
        [("Garden hose reel", "1.00", "24.00", "24.00"), ("Hose coupling", "2.00", "8.25", "16.50")],
    ),
    "German, quantities and weights below": (
        """Frischemarkt Lindenau
        03.05.2021 09:41
        MILCH 1,5%           2,18 B
          2 Stk x 1,09
        TOMATEN              2,04 B
          0,512 kg x 3,99 EUR/kg
        PFAND               -0,25 A
        SUMME EUR            3,97""",
        [("MILCH 1,5%", "2", "1.09", "2.18"), ("TOMATEN", "0.512", "3.99", "2.04"), ("PFAND", None, None, "-0.25")],
    ),
    "German, quantities above": (
        """Frischemarkt Lindenau
        Bon-Nr: 1182
        3 x 0,65
        JOGHURT              1,95 B
        BUTTER               2,49 B
        SUMME EUR            4,44""",
        [("JOGHURT", "3", "0.65", "1.95"), ("BUTTER", None, None, "2.49")],
    ),
    "French": (
        """BOULANGERIE DES TILLEULS
        le 14/03/2022
        2 BAGUETTE TRADITION    2,40 €
        TARTE AUX POMMES       14,50 €
        TOTAL TTC              16,90 €""",
        [("BAGUETTE TRADITION", "2", None, "2.40"), ("TARTE AUX POMMES", None, None, "14.50")],
    ),
    "Spanish": (
        """BAR LA ENCINA
        Cant   Descripción   Precio   Importe
        2   Caña         2,50   5,00
        1   Tortilla     6,50   6,50
        TOTAL                  11,50""",
        [("Caña", "2", "2.50", "5.00"), ("Tortilla", "1", "6.50", "6.50")],
    ),
    "Polish": (
        """SKLEP POD LIPĄ
        PARAGON FISKALNY
        CHLEB ŻYTNI   1 x 4,99   4,99 B
        MLEKO         2 x 3,00   6,00 C
        SUMA PLN                10,99""",
        [("CHLEB ŻYTNI", "1", "4.99", "4.99"), ("MLEKO", "2", "3.00", "6.00")],
    ),
    "Dutch": (
        """Bakkerij De Gouden Aar
        Datum: 03-05-2022
        Volkorenbrood         2,95
        Krentenbol 4 x 0,60   2,40
        Totaal                5,35""",
        [("Volkorenbrood", None, None, "2.95"), ("Krentenbol", "4", "0.60", "2.40")],
    ),
    "a discount as an item": (
        """Harbour Books
        Sea Charts         12.99
        Discount           -1.00
        Total              11.99""",
        [("Sea Charts", None, None, "12.99"), ("Discount", None, None, "-1.00")],
    ),
}


def rows(text: str) -> list[Told]:
    field = find(View.of(typed(text))).get("items")
    told = field.value if field else ()
    assert isinstance(told, tuple)
    names = ("description", "quantity", "unit_price", "amount")
    return [tuple(str(row[name].value) if name in row else None for name in names) for row in told]  # type: ignore[misc]


@pytest.mark.parametrize("name", SLIPS)
def test_what_was_bought_is_told_line_by_line(name: str) -> None:
    text, told = SLIPS[name]
    assert rows(text) == told


def test_codes_stand_apart_from_descriptions() -> None:
    items = find(View.of(typed("KEDAI SELASIH\n3317 SABUN MANDI   11.58 S\nTotal   11.58")))["items"].value
    assert isinstance(items, tuple)
    assert (items[0]["code"].value, items[0]["description"].value) == ("3317", "SABUN MANDI")


def test_items_that_come_to_the_total_are_surer() -> None:
    right = find(View.of(typed("SHOP\nTea   2.50\nCake   3.00\nTOTAL   5.50")))["items"]
    wrong = find(View.of(typed("SHOP\nTea   2.50\nCake   3.00\nTOTAL   7.50")))["items"]
    assert right.confidence > wrong.confidence


def test_words_for_totals_in_the_name_of_an_item_do_not_end_the_items() -> None:
    told = rows("SHOP\nTOTALLY CREAMY CARAMEL BAR   5.99\nCash register toy   2.00\nTOTAL   7.99")
    assert [row[0] for row in told] == ["TOTALLY CREAMY CARAMEL BAR", "Cash register toy"]


def test_a_size_is_no_price() -> None:
    assert rows("SHOP\nWater jug 2.25L   9.90\nTOTAL   9.90") == [("Water jug 2.25L", None, None, "9.90")]


def test_a_slip_without_a_total_has_no_items() -> None:
    assert rows("SHOP\nTea   2.50\nCake   3.00") == []
