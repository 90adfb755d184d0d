from __future__ import annotations

import re

import pytest

from uncial.fields.lexicon import word_table
from uncial.fields.travel.places import Airport, airport, airports_of, find_airports, find_place, is_place


def test_airports_are_known_by_their_codes():
    assert airport("FRA") == Airport("FRA", "Frankfurt", "DE")
    assert airport("lis") == Airport("LIS", "Lisbon", "PT")
    assert airport("ZZZ") is None


def test_the_table_of_airports_is_sound():
    table = word_table("airports")
    told = [each for airports in table["airports"].values() for each in airports]
    assert len({each[:3] for each in told}) == len(told) >= 400
    assert all(re.fullmatch(r"[A-Z]{3} \S.*\S", each) for each in told)
    assert set(table["cities"]) <= {each[4:] for each in told}


@pytest.mark.parametrize("name", ["Munich", "München", "MUENCHEN", "Monaco di Baviera", "Múnich"])
def test_a_city_is_known_by_its_names_in_other_languages(name: str):
    assert [each.code for each in airports_of(name)] == ["MUC"]


def test_a_city_of_several_airports_has_them_all_and_stands_for_none():
    assert {"LHR", "LGW", "STN"} <= {each.code for each in airports_of("London")}
    assert not list(find_airports("London"))


def test_a_code_is_found_beside_its_city_and_with_a_nought_for_an_o():
    assert [found.value.code for found in find_airports("Bergen (BG0)") if found.by_code] == ["BGO"]
    assert [found.value.code for found in find_airports("Lissabon")] == ["LIS"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Lindau Hbf 08:15", "Lindau Hbf"),
        ("Do, 12.03.2031 Murnau (Staff)", "Murnau (Staff)"),
        ("14h05 Saint-Brévin les Pins", "Saint-Brévin les Pins"),
        ("07:30 – Jaca", "Jaca"),
        ("ST PANCRAS INTL", "ST PANCRAS INTL"),
        ("'s-Graveland", "'s-Graveland"),
    ],
)
def test_a_place_is_what_is_left_without_dates_and_times(text: str, place: str):
    assert [found.value for found in find_place(text)] == [place]


@pytest.mark.parametrize(
    "text",
    ["12.03.2031", "Montag", "12 März", "Abfahrt", "the train leaves at noon", "€ 12,00", "a@b.example", "B7", "7", "Sitzplatz"],
)
def test_dates_labels_and_sentences_are_no_places(text: str):
    assert not list(find_place(text))


def test_odd_text_is_no_place_and_no_harm():
    for text in ("", " ", "\u202e", "(" * 500, "A" * 5000, "1" * 5000, "é́" * 40):
        assert not list(find_place(text))
    assert not is_place("")
