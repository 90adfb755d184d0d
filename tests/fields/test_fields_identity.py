from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import typed
from uncial.fields import Fields, extract_fields
from uncial.fields.identity import evidence, find
from uncial.fields.mrz import check_digit, find_zone
from uncial.fields.sheet import View

# The specimens of ICAO Doc 9303, parts 4 to 7.
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
LARGE_CARD = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
VISA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
SMALL_VISA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")

ANNA = {"issuer": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "nationality": "UTO", "sex": "F"}
DATES = {"birth_date": date(1974, 8, 12), "expiry_date": date(2012, 4, 15)}
VISITS = {
    "document_type": "visa", "number": "L8988901C", "nationality": "XXX", "birth_date": date(1940, 9, 7),
    "expiry_date": date(1996, 12, 10),
}  # fmt: skip
EXPECTED = {
    PASSPORT: {**ANNA, **DATES, "document_type": "passport", "number": "L898902C3", "personal_number": "ZE184226B"},
    CARD: {**ANNA, **DATES, "document_type": "identity card", "number": "D23145890"},
    LARGE_CARD: {**ANNA, **DATES, "document_type": "identity card", "number": "D23145890"},
    VISA: {**ANNA, **VISITS, "personal_number": "6ZE184226B"},
    SMALL_VISA: {**ANNA, **VISITS},
}
ABOVE = "REPUBLIC OF UTOPIA          PASSPORT\n\n\nERIKSSON\nANNA MARIA\n\n"


def seen(*lines: str) -> Fields:
    return find(View.of(typed(ABOVE + "\n".join(lines))))


def values(fields: Fields) -> dict[str, object]:
    return {name: field.value for name, field in fields.items()}


@pytest.mark.parametrize("lines", EXPECTED)
def test_a_specimen_of_the_standard_is_read_field_by_field(lines: tuple[str, ...]):
    assert values(seen(*lines)) == EXPECTED[lines]


@pytest.mark.parametrize("lines", EXPECTED)
def test_a_document_with_a_zone_is_of_this_kind(lines: tuple[str, ...]):
    found = extract_fields(typed(ABOVE + "\n".join(lines)))
    assert found.kind == "identity"
    assert found.confidence >= 0.9


def test_a_field_stands_where_its_line_was_read_and_has_its_confidence():
    fields = seen(*PASSPORT)
    assert fields["number"].quad.box.top == 210
    assert fields["surname"].quad.box.top == 180
    assert (fields["number"].text, fields["number"].found_by, fields["number"].page) == ("L898902C3", "mrz", 1)
    assert fields["number"].confidence == pytest.approx(0.9)
    assert fields["surname"].confidence < 0.9


READ_WRONGLY = {
    "letters for digits": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO74O8IZ2F12O4IS9ZE184226B<<<<<1O"),
    "digits for letters": ("P<UT0ER1KS5ON<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<", "L898902C36UT07408122F1204159ZE184226B<<<<<10"),
    "a number's letters": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"),
    "two of a number's letters": (PASSPORT[0], "L89B9O2C36UTO7408122F1204159ZE184226B<<<<<10"),
    "lost spaces and added ones": (
        "P<UTO ERIKSSON<<ANNA <MARIA<<<<<< <<<<<<<<<<<<<",
        "L898902C3 6UTO 7408122F1204159ZE184226B<<<<<10",
    ),
    "lost fillers": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<10"),
    "doubled fillers": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<<<10"),
    "K for fillers": ("P<UTOERIKSSON<<ANNA<MARIA<<<<<K<<<KK<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<K<<10"),
    "quotation marks": ("P<UTOERIKSSON«ANNA<MARIA«««««««««<", "L898902C36UTO7408122F1204159ZE184226B««<10"),
}


@pytest.mark.parametrize("name", READ_WRONGLY)
def test_a_passport_that_was_read_wrongly_is_put_right(name: str):
    assert values(seen(*READ_WRONGLY[name])) == EXPECTED[PASSPORT]


def test_a_card_that_was_read_wrongly_is_put_right():
    lines = ("I<UT0D2314589O7<<<<<<<<<<<<", "74O8122FI204159UTO<<<<<<<<<<6", "ER1KSSON<<ANNA<MARIA<<<<<<<<<<<<")
    assert values(seen(*lines)) == EXPECTED[CARD]


def test_most_passports_are_read_right_although_one_letter_in_thirty_is_another():
    chance = random.Random(9303)
    alike = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "6": "G"}
    right = 0
    for _ in range(100):
        lines = ["".join(alike.get(char, char) if chance.random() < 0.03 else char for char in line) for line in PASSPORT]
        right += values(seen(*lines)) | {"personal_number": "ZE184226B"} == EXPECTED[PASSPORT]
    assert right >= 97  # of 6 and G no check digit tells which is which, so that mixed numbers stay in doubt


def test_a_wrong_check_digit_is_told_with_its_field_and_no_other():
    fields = seen(PASSPORT[0], "L898902C36UTO7408122F1204158ZE184226B<<<<<10")
    doubted = {name for name, field in fields.items() if field.doubts}
    assert doubted == {"expiry_date"}
    assert fields["expiry_date"].doubts[0].code == "check-digits"
    assert fields["expiry_date"].confidence < 0.5 < fields["birth_date"].confidence


def two_lines(
    name: str, number: str, born: str, sex: str, expires: str, personal: str = "", state: str = "NLD"
) -> tuple[str, str]:
    def checked(text: str) -> str:
        return text + check_digit(text)

    last = checked("<" * 14)
    body = checked(number.ljust(9, "<")), state.ljust(3, "<"), checked(born), sex, checked(expires), last
    over = check_digit(body[0] + body[2] + body[4] + body[5])
    return f"P<{state:<<3}{name}".ljust(44, "<"), "".join(body) + over


def test_names_of_several_parts_keep_them_and_one_name_is_enough():
    fields = seen(*two_lines("VAN<DER<STEEN<<MARIANNE<LOUISE", "NP4X72KL1", "050229", "F", "300301"))
    assert (fields["surname"].value, fields["given_names"].value) == ("VAN DER STEEN", "MARIANNE LOUISE")
    alone = seen(*two_lines("ARKFREITH", "NP4X72KL1", "650311", "M", "300301"))
    assert alone["surname"].value == "ARKFREITH"
    assert "given_names" not in alone


def test_a_date_that_there_is_not_is_not_told():
    assert "birth_date" not in seen(*two_lines("STEEN<<MARIANNE", "NP4X72KL1", "050231", "F", "300301"))
    assert "birth_date" not in seen(*two_lines("STEEN<<MARIANNE", "NP4X72KL1", "05<<<<", "F", "300301"))


def test_a_sex_that_is_not_said_is_x_and_states_of_one_letter_are_known():
    fields = seen(*two_lines("MÜLLER<<AGATHE".replace("Ü", "UE"), "C01X0006H", "640812", "<", "310815", state="D"))
    assert (fields["sex"].value, fields["issuer"].value) == ("X", "D")


def test_a_state_that_is_none_is_not_told():
    fields = seen(*two_lines("STEEN<<MARIANNE", "NP4X72KL1", "650311", "F", "300301", state="QQQ"))
    assert not {"issuer", "nationality"} & set(fields)


def test_the_number_of_a_card_may_go_on_among_its_optional_data():
    number = "D2314589012AB"
    rest = number[9:] + check_digit(number)
    first = f"I<UTO{number[:9]}<{rest}".ljust(30, "<")
    fields = seen(first, *CARD[1:])
    assert fields["number"].value == number
    assert not fields["number"].doubts
    assert "personal_number" not in fields


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 4711\nTotal 12.50 EUR\nThank you very much for your visit",
        "if a < b << 2 and c > d:\n    return a << 4 | b << 2 | c\nPLEASE<<READ<<THIS<<MANUAL<<BEFORE<<USE",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "PASSENGERS<ARE<ASKED<TO<KEEP<THEIR<TICKETS<<\nAND<TO<SHOW<THEM<AT<THE<GATE<OF<THE<STATION",
    ],
)
def test_what_is_no_zone_is_none(text: str):
    view = View.of(typed(text))
    assert (evidence(view), dict(find(view))) == (0.0, {})


@given(st.lists(st.text("PIV<ACUTO0123456789KS", min_size=20, max_size=50), max_size=4))
def test_random_rows_raise_nothing(rows: list[str]):
    find_zone(rows)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_random_texts_raise_nothing(rows: list[str]):
    find_zone(rows)
