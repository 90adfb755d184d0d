from __future__ import annotations

import pytest

from fakes import typed
from uncial.fields.pairs import find_pairs
from uncial.fields.sheet import View


def pairs(text: str) -> list[tuple[str, str]]:
    return [(pair.label, pair.value) for pair in find_pairs(View.of(typed(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Customer: Orla Fennimore", [("Customer", "Orla Fennimore")]),
        ("Tischnummer : 14", [("Tischnummer", "14")]),
        ("Total (EUR):12.50", [("Total (EUR)", "12.50")]),
        ("No.: 44-871", [("No", "44-871")]),
        ("氏名：山田太郎", [("氏名", "山田太郎")]),
        ("Date: 4 May 2021 Time: 14:05", [("Date", "4 May 2021"), ("Time", "14:05")]),
    ],
)
def test_a_label_with_a_colon_has_what_follows_it(text, expected):
    assert pairs(text) == expected


def test_the_widest_gap_between_two_colons_parts_the_value_from_the_next_label():
    assert pairs("Guest: Ama Blue  Room Type: Twin") == [("Guest", "Ama Blue"), ("Room Type", "Twin")]


def test_a_label_that_ends_with_its_colon_has_the_piece_to_its_right_else_the_one_below():
    assert pairs("Account holder:      Lena Brook") == [("Account holder", "Lena Brook")]
    assert pairs("Delivery address:\n12 Mill Lane") == [("Delivery address", "12 Mill Lane")]
    assert pairs("Delivery address:\n\n\n\n12 Mill Lane") == []
    assert pairs("First:\nSecond: 5") == [("Second", "5")]


def test_a_label_beside_a_label_has_its_value_below():
    assert pairs("Surname:         Given names:\nBrook            Lena") == [("Surname", "Brook"), ("Given names", "Lena")]


def test_dots_lead_from_a_label_to_its_value():
    assert pairs("Cleaning of the hall ........ 35,00") == [("Cleaning of the hall", "35,00")]
    assert pairs("Wartość . . . . . . 18 zł") == [("Wartość", "18 zł")]


def test_a_label_and_a_figure_side_by_side_are_a_pair():
    assert pairs("Dear guests\nMiete          850,00") == [("Miete", "850,00")]
    assert pairs("Dear guests\nNetto   12,00    Brutto   14,28") == [("Netto", "12,00"), ("Brutto", "14,28")]


def test_columns_of_labels_and_values_are_pairs_where_half_of_them_have_figures():
    form = "Tariff         Evening\nValid from     1.2.2020\nZones          3"
    assert pairs(form) == [("Tariff", "Evening"), ("Valid from", "1.2.2020"), ("Zones", "3")]
    assert pairs("Ann Miller     Bert Hall\nSouth Road     North Road\nLinfield       Overtown") == []


def test_the_boxes_of_a_form_have_their_labels_above_their_values():
    form = "Arrival        Nights       Guest\n03.04.2022     2            Bo Ekström"
    assert pairs(form) == [("Arrival", "03.04.2022"), ("Nights", "2"), ("Guest", "Bo Ekström")]


def test_the_head_of_a_table_is_no_row_of_labels():
    assert pairs("Name           Count        Price\nScrews         20           1.10\nNails          30           2.20") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x] Full time [ ] Part time", [("Full time", "☒"), ("Part time", "☐")]),
        ("☐ Raucher ☑ Nichtraucher", [("Raucher", "☐"), ("Nichtraucher", "☒")]),
        ("Oui ☒ Non ☐", [("Oui", "☒"), ("Non", "☐")]),
    ],
)
def test_boxes_to_check_are_told_with_what_stands_beside_them(text, expected):
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The train leaves at 10:30",
        "Mix it 3:1 with water",
        "See http://example.org/a",
        "We went on, as it was\nsaid in the second chapter: nobody came",
        "The harbour was full of boats that had come in\n"
        "Everybody said the same thing: that the storm would not pass us by this time\n"
        "and that it was better to stay ashore tonight",
        "it had been seen by the men         and nobody spoke of 12 others\n"
        "who had come by the road and       the bridge of 1871 was gone",
        "12:",
        ":",
    ],
)
def test_prose_times_and_addresses_of_pages_are_no_pairs(text):
    assert pairs(f"{text}\n.") == []


def test_a_figure_at_the_head_of_a_page_is_its_number():
    assert pairs("Chapter four          117\nIt rained all day") == []


def test_both_places_are_told_and_how_sure_it_is():
    (pair,) = find_pairs(View.of(typed("Seat: 14", confidence=0.5)))
    assert (pair.label_quad.box, pair.quad.box) == ((0, 0, 40, 20), (60, 0, 80, 20))
    assert pair.confidence == pytest.approx(0.475)
    (less,) = find_pairs(View.of(typed("Now\nSeat       14\nHere", confidence=0.5)))
    assert less.confidence < pair.confidence


def test_hostile_text_is_no_trouble():
    for text in ("a:" * 5000, "." * 9000, "x" + " ." * 4000, "[ ]" * 3000, "\U0001f600: \u202e12"):
        find_pairs(View.of(typed(text)))
