"""The marks of list items: what is one, what it counts to, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.lists import Marker, split_marker


@pytest.mark.parametrize("bullet", ["•", "▪", "◦", "-", "–", "*", "o", "✓", "\uf0b7", "☐"])
def test_a_bullet_is_parted_from_its_item(bullet: str):
    assert split_marker(f"{bullet} two eggs") == Marker(bullet, False, None, "two eggs")


@pytest.mark.parametrize(
    ("marker", "number"),
    [
        *[("1.", 1), ("2)", 2), ("(3)", 3), ("[4]", 4), ("12.", 12), ("1.2.", 2), ("3.10", 10), ("①", 1), ("⑳", 20)],
        *[("a)", 1), ("(b)", 2), ("C.", 3), ("z)", 26), ("二、", 2), ("（三）", 3)],
        *[("i.", 1), ("(ii)", 2), ("iv)", 4), ("(v)", 5), ("IX.", 9), ("XIV.", 14), ("xxxviii)", 38), ("xc)", 90)],
    ],
)
def test_numbers_and_letters_count(marker: str, number: int):
    assert split_marker(f"{marker} Two eggs") == Marker(marker, True, number, "Two eggs")


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "two eggs",
            "1998. It was a year",
            "3.50 euros",
            "2.5 million people",
            "-5 degrees",
            "well-known",
            "1 egg",
            "A dog",
        ],
        *["A dog", "civil) law", "•", "1.", "(a)", "ice. Cold", "o'clock", "e.g. this", "1.5.", "(see below) it", "* "],
    ],
)
def test_what_only_looks_like_a_mark_is_none(text: str):
    assert split_marker(text) is None


@pytest.mark.parametrize(("text", "rest"), [("•two eggs", "two eggs"), ("1.Two eggs", "Two eggs"), ("(1)两个", "两个")])
def test_the_space_behind_a_mark_may_be_missing(text: str, rest: str):
    found = split_marker(text)
    assert found is not None
    assert found.rest == rest


@given(st.text())
def test_whatever_the_text_its_mark_and_its_rest_are_in_it(text: str):
    found = split_marker(text)
    if found:
        assert text.startswith(found.marker)
        assert text.endswith(found.rest)
        assert found.rest.strip()
        assert found.ordered == (found.number is not None)
