from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.errors import LanguageMissing, OptionInvalid
from uncial.geometry import Box
from uncial.options import Limits, Options, PageRanges, Region, describe, parse_languages


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("", [1, 2, 999], []),
        ("3", [3], [2, 4]),
        ("1-3,7", [1, 2, 3, 7], [4, 6, 8]),
        ("9-", [9, 10, 5000], [8]),
        ("-2", [1, 2], [3]),
        (" 4 , 2-2 ", [2, 4], [1, 3]),
    ],
)
def test_page_ranges_hold_the_pages_that_they_name(text: str, inside: list[int], outside: list[int]):
    ranges = PageRanges.parse(text)
    assert all(number in ranges for number in inside)
    assert not any(number in ranges for number in outside)


@pytest.mark.parametrize("text", ["0", "a", "1-b", "3-1", "1,,2", "-", "1-2-3", "1.5", "²", "1" * 10])
def test_page_ranges_that_make_no_sense_are_refused(text: str):
    with pytest.raises(OptionInvalid) as caught:
        PageRanges.parse(text)
    assert caught.value.hint


pages = st.integers(1, 10**8)
ranges = st.tuples(pages, st.none() | st.integers(0, 1000)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@given(st.lists(ranges, max_size=5).map(tuple))
def test_page_ranges_are_written_as_they_are_read(made: tuple[tuple[int, int | None], ...]):
    assert PageRanges.parse(str(PageRanges(made))) == PageRanges(made)


@pytest.mark.parametrize(
    "text", ["1", "1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,2,3,4", "9,2,3,4", "1,2,3,2", "1,2,inf,nan", "1,2,3,1e9"]
)
def test_regions_that_make_no_sense_are_refused(text: str):
    with pytest.raises(OptionInvalid) as caught:
        Region.parse(text)
    assert "left,top,right,bottom" in caught.value.hint


def test_a_region_of_no_pixels_is_refused_in_the_library_too():
    for box in (Box(0, 0, float("nan"), 5), Box(0, 0, float("inf"), 5), Box(-5, 0, 5, 5), Box(5, 5, 5, 9)):
        with pytest.raises(OptionInvalid):
            Region(box)


@given(st.lists(st.integers(0, 999_998_000), min_size=4, max_size=4, unique=True))
def test_a_region_is_written_as_it_is_read(thousandths: list[int]):
    left, right, top, bottom = (each / 1000 for each in (*sorted(thousandths[:2]), *sorted(thousandths[2:])))
    region = Region(Box(left, top, right, bottom))
    assert Region.parse(str(region)) == region


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("en", ("en",)),
        ("eng+deu", ("en", "de")),
        ("de, fr", ("de", "fr")),
        ("en de", ("en", "de")),
        ("zh_TW", ("zh-Hant",)),
        ("sr_Latn", ("sr-Latn",)),
        ("de+deu+de-AT", ("de",)),
        ("auto", ("auto",)),
        ("Auto", ("auto",)),
    ],
)
def test_languages_are_parted_at_plus_and_comma_and_get_their_bcp_47_names(text: str, names: tuple[str, ...]):
    assert parse_languages(text) == names


@pytest.mark.parametrize("text", ["", "+", "e", "de/fr", "../en", "auto+de", "de,auto"])
def test_languages_that_are_no_names_and_auto_beside_others_are_refused(text: str):
    with pytest.raises(OptionInvalid) as caught:
        parse_languages(text)
    assert "en+de" in caught.value.hint


def test_a_language_that_nobody_knows_is_missing_and_not_taken_for_another():
    with pytest.raises(LanguageMissing, match="“frensh”") as caught:
        parse_languages("de+frensh")
    assert "fr (French)" in caught.value.hint


def test_the_library_takes_the_names_that_the_command_takes():
    assert Options(languages=("deu", "zh_TW", "de")) == Options(languages=("de", "zh-Hant"))
    assert Options(languages=("auto",)) == Options()
    refused: tuple[str, ...]
    for refused in ((), ("auto", "de")):
        with pytest.raises(OptionInvalid):
            Options(languages=refused)
    with pytest.raises(LanguageMissing):
        Options(languages=("xx",))


@pytest.mark.parametrize("kind", [Options, Limits])
def test_every_option_is_told_with_a_sentence(kind: type[Options] | type[Limits]):
    told = describe(kind)
    assert [info.name for info in told] == [entry.name for entry in fields(kind)]
    assert all(info.help.endswith(".") for info in told)
    assert all(info.default == getattr(kind(), info.name) for info in told)


def parsed(name: str, text: str) -> object:
    told = {info.name: info for info in (*describe(Options), *describe(Limits))}
    return told[name].parse(text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("languages", "en+de", ("en", "de")),
        ("pages", "2-3", PageRanges(((2, 3),))),
        ("region", " 120, 80,900.5,210", Region(Box(120, 80, 900.5, 210))),
        ("region", "", Region()),
        ("engine", "neural", "neural"),
        ("orientation", "No", False),
        ("orientation", "1", True),
        ("pdf_dpi", "150", 150),
        ("fetch_seconds", "2.5", 2.5),
        ("fetch_allow", "localhost, 10.1.0.0/16", ("localhost", "10.1.0.0/16")),
        ("fetch_allow", "localhost\n10.1.0.0/16 ", ("localhost", "10.1.0.0/16")),
        ("fetch_allow", "", ()),
    ],
)
def test_every_kind_of_option_is_made_from_text(name: str, text: str, value: object):
    assert parsed(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("orientation", "maybe"), ("pdf_dpi", "2.5"), ("pdf_dpi", ""), ("fetch_seconds", "soon"), ("languages", " ")],
)
def test_text_that_makes_no_value_is_refused_with_a_hint(name: str, text: str):
    with pytest.raises(OptionInvalid, match=name) as caught:
        parsed(name, text)
    assert caught.value.hint


def test_a_value_outside_its_bounds_is_refused_in_the_library_too():
    with pytest.raises(OptionInvalid, match="pdf_dpi is 35") as caught:
        Options(pdf_dpi=35)
    assert caught.value.hint == "It may be from 36 to 1200, or 0 to choose for each page."
    wrong: dict[str, Any]
    for wrong in ({"max_pages": 0}, {"fetch_seconds": float("nan")}):
        with pytest.raises(OptionInvalid):
            Limits(**wrong)
    assert Options(pdf_dpi=36).pdf_dpi == 36
