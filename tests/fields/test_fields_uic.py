from __future__ import annotations

import zlib
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.fields.payloads import uic


def record(name: str, body: bytes) -> bytes:
    return name.encode() + b"01" + f"{len(body) + 12:04}".encode() + body


def ticket(*records: bytes, company: str = "1181", version: int = 1) -> bytes:
    packed = zlib.compress(b"".join(records))
    signature = bytes(range(50)) if version == 1 else bytes(range(64))
    return f"#UT{version:02}{company}00007".encode() + signature + f"{len(packed):04}".encode() + packed


def head(key: str = "KX7Q4R2P", issued: str = "120320261405", company: str = "1181") -> bytes:
    return record("U_HEAD", company.encode() + key.ljust(20).encode() + issued.encode() + b"0DEEN")


def layout(*texts: tuple[int, int, str], standard: str = "RCT2", width: int = 40) -> bytes:
    parts = [f"{row:02}{column:02}01{width:02}0{len(text.encode()):04}".encode() + text.encode() for row, column, text in texts]
    return record("U_TLAY", standard.encode() + f"{len(parts):04}".encode() + b"".join(parts))


JOURNEY = (
    (0, 18, "FAHRSCHEIN"), (0, 52, "Müllner Agathe"), (3, 1, "Gültig 14.03.2026 - 15.03.2026"), (6, 1, "14.03"), (6, 7, "09:12"),
    (6, 13, "SEEBRÜCK HBF"), (6, 34, "OBERNAUDORF"), (6, 52, "14.03"), (6, 58, "12:40"), (6, 66, "2"), (13, 52, "EUR 23,90"),
)  # fmt: skip


def test_a_ticket_says_who_travels_where_and_when():
    assert uic.read(ticket(head(), layout(*JOURNEY))) == {
        "mode": "train",
        "carrier": "ÖBB",
        "number": "KX7Q4R2P",
        "issued": datetime(2026, 3, 12, 14, 5),
        "fare": "FAHRSCHEIN",
        "passenger": "Müllner Agathe",
        "valid_from": date(2026, 3, 14),
        "valid_until": date(2026, 3, 15),
        "date": date(2026, 3, 14),
        "departure": time(9, 12),
        "origin": "SEEBRÜCK HBF",
        "destination": "OBERNAUDORF",
        "arrival_date": date(2026, 3, 14),
        "arrival": time(12, 40),
        "class": "2",
        "price": Decimal("23.90"),
        "currency": "EUR",
        "records": "U_HEAD U_TLAY",
    }


def test_the_second_version_has_a_longer_signature():
    assert uic.read(ticket(head(), layout(*JOURNEY), version=2)) == uic.read(ticket(head(), layout(*JOURNEY)))


def test_a_reservation_names_train_coach_and_seat_and_other_tickets_their_way():
    places = ((6, 13, "SEEBRÜCK"), (6, 34, "TALHEIM"), (8, 7, "ZUG 4711"), (8, 26, "021"), (8, 48, "34, 36"))
    reserved = uic.read(ticket(head(), layout((0, 18, "RESERVIERUNG"), *places)))
    assert reserved is not None
    assert [reserved[name] for name in ("service", "coach", "seat")] == ["ZUG 4711", "021", "34, 36"]
    plain = uic.read(ticket(head(), layout((0, 18, "FAHRSCHEIN"), *places)))
    assert plain is not None
    assert not {"service", "coach", "seat"} & set(plain)


def test_a_trip_over_new_year_is_in_the_year_after_it_was_sold():
    said = uic.read(ticket(head(issued="301220261405"), layout((6, 1, "02.01"), (6, 13, "SEEBRÜCK"), (6, 34, "TALHEIM"))))
    assert said is not None
    assert said["date"] == date(2027, 1, 2)


def test_a_day_without_a_year_is_no_date_where_nothing_tells_the_year():
    said = uic.read(ticket(layout((6, 1, "02.01"), (6, 13, "SEEBRÜCK"))))
    assert said is not None
    assert "date" not in said


def test_places_that_are_not_used_say_nothing():
    said = uic.read(ticket(head(), layout((6, 1, "*"), (6, 7, "**:**"), (6, 13, "  * "), (6, 34, "---"), (13, 52, "* * *"))))
    assert said is not None
    assert set(said) == {"mode", "carrier", "number", "issued", "records"}


def test_texts_of_several_lines_run_down_the_grid():
    said = uic.read(ticket(head(), layout((5, 13, "VON\nSEEBRÜCK"), (5, 34, "NACH\nTALHEIM"))))
    assert said is not None
    assert (said["origin"], said["destination"]) == ("SEEBRÜCK", "TALHEIM")


def field(number: str, text: str) -> bytes:
    data = text.encode()
    return f"S{number}{len(data):04}".encode() + data


@pytest.mark.parametrize("order", [b"0314032026150320260123456789", b"031" + b"x" * 22 + b"14032026" + b"15032026" + b"00000042"])
def test_what_deutsche_bahn_adds_is_read_whatever_its_orders_look_like(order: bytes):
    fields = [
        field("001", "Sparpreis"), field("014", "S2"), field("015", "Seebrück"), field("016", "Obernaudorf"),
        field("028", "Agathe#Müllner"), field("031", "14.03.2026"), field("032", "15.03.2026"), field("999", "unknown"),
    ]  # fmt: skip
    own = record("0080BL", order + f"{len(fields):02}".encode() + b"".join(fields))
    said = uic.read(ticket(head(company="0080"), own, company="0080"))
    assert said == {
        "mode": "train",
        "carrier": "Deutsche Bahn",
        "number": "KX7Q4R2P",
        "issued": datetime(2026, 3, 12, 14, 5),
        "fare": "Sparpreis",
        "class": "2",
        "origin": "Seebrück",
        "destination": "Obernaudorf",
        "passenger": "Agathe Müllner",
        "valid_from": date(2026, 3, 14),
        "valid_until": date(2026, 3, 15),
        "records": "U_HEAD 0080BL",
    }


def test_records_that_are_not_known_are_named():
    said = uic.read(ticket(head(), record("U_FLEX", b"\x22\x00\x10")))
    assert said is not None
    assert said["records"] == "U_HEAD U_FLEX"


def test_a_railway_without_a_name_here_has_its_code():
    said = uic.read(ticket(head(company="3999"), company="3999"))
    assert said is not None
    assert said["carrier"] == "3999"


def test_a_bomb_is_not_unpacked():
    bomb = zlib.compress(head() + b"\0" * 40_000_000, 1)
    said = uic.read(b"#UT01118100007" + b"\0" * 50 + b"9999" + bomb)
    assert said is not None
    assert said["number"] == "KX7Q4R2P"


@pytest.mark.parametrize("data", [b"", b"#UT", b"#UT01118100007", b"#UT03118100007" + b"\0" * 90, b"#UT01118100007" + b"x" * 200])
def test_what_is_no_ticket_is_none(data: bytes):
    assert uic.read(data) is None


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_random_bytes_raise_nothing(outer: bytes, inner: bytes):
    uic.read(b"#UT01118100007" + outer)
    uic.read(ticket(inner))
    uic.read(ticket(record("U_HEAD", inner), record("0080BL", b"S0010004abcd" + inner)))
    uic.read(ticket(record("U_TLAY", b"RCT20009" + inner)))


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.text(max_size=60)), max_size=8), st.integers(0, 99))
def test_texts_anywhere_raise_nothing(texts: list[tuple[int, int, str]], width: int):
    safe = [(row, column, text.encode("utf-8", "ignore").decode()) for row, column, text in texts]
    uic.read(ticket(head(), layout(*safe, width=width)))
