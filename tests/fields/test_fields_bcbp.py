from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.fields.payloads.bcbp import flight_date, parse, read

SECURITY = "GIWVC5EH7JNT684FVNJ91W2QA4DVN5J8K4F0L0GEQ3DF5TGBN8709HKT5D3DW3GBHFCVHMY7J5T6HFR41W2QA4DVN5J8K4F0L0GE"
SECURED = {"security_type": "1", "security_data": SECURITY}
LUC = {"passenger": "DESMARAIS/LUC", "surname": "DESMARAIS", "given_names": "LUC", "electronic_ticket": True}
MELANIE = {"passenger": "GRANDMAIRE/MELANIE", "surname": "GRANDMAIRE", "given_names": "MELANIE", "electronic_ticket": True}
ON_THE_WEB = {
    "passenger_description": "male", "check_in_source": "web", "issue_source": "web", "document": "boarding pass", "issuer": "AC",
}  # fmt: skip
TO_FRANKFURT = {
    "origin": "YUL", "destination": "FRA", "carrier": "AC", "flight": "AC834", "passenger_status": "checked in",
}  # fmt: skip
FIRST = {**TO_FRANKFURT, "booking_reference": "ABC123", "class": "F", "cabin": "first", "seat": "1A", "sequence": "25"}
BUSINESS = {**TO_FRANKFURT, "booking_reference": "AB12C3", "class": "J", "cabin": "business", "seat": "3A", "sequence": "27"}
OF_AIR_CANADA = {
    "ticket_number": "0141234567890", "documents_verified": "required", "marketing_carrier": "AC",
    "frequent_flyer": "AC 1234567890123", "airline_data": "LX58Z",
}  # fmt: skip
TO_GENEVA = {
    "booking_reference": "DEF456", "origin": "FRA", "destination": "GVA", "carrier": "LH", "flight": "LH3664", "class": "C",
    "cabin": "business", "seat": "12C", "sequence": "2", "passenger_status": "checked in", "ticket_number": "0140987654321",
    "documents_verified": "required", "marketing_carrier": "AC", "frequent_flyer": "AC 1234567890123", "airline_data": "WQ",
}  # fmt: skip
TO_PARIS = {
    "booking_reference": "ABC123", "origin": "GVA", "destination": "CDG", "carrier": "AF", "flight": "AF123", "day_of_year": 339,
    "class": "C", "cabin": "business", "seat": "2F", "sequence": "25", "passenger_status": "checked in",
    "ticket_number": "0571234567890", "marketing_carrier": "AF", "frequent_flyer": "AF 1234567890123456",
}  # fmt: skip
TO_DETROIT = {
    "booking_reference": "DEF456", "origin": "CDG", "destination": "DTW", "carrier": "NW", "flight": "NW49", "day_of_year": 339,
    "class": "F", "cabin": "first", "seat": "1A", "sequence": "2", "passenger_status": "checked in",
    "ticket_number": "0120987654321", "selectee": False, "documents_verified": "required", "baggage_allowance": "2PC",
}  # fmt: skip

# Those of IATA Resolution 792, attachment B, in its versions, and of its Implementation Guide (5th edition, June 2016).
EXAMPLES = {
    "mandatory alone, version 3": (
        f"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 100^164{SECURITY}",
        {**LUC, **SECURED, "number_of_legs": 1},
        [{**FIRST, "day_of_year": 226}],
    ),
    "mandatory alone, version 4 and 5": (
        f"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100^164{SECURITY}",
        {**LUC, **SECURED, "number_of_legs": 1},
        [{**FIRST, "day_of_year": 326, "class": "J", "cabin": "business"}],
    ),
    "no security": (
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 100",
        {**LUC, "number_of_legs": 1},
        [{**FIRST, "day_of_year": 226}],
    ),
    "empty conditional fields, version 6": (
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 106>60000",
        {**LUC, "number_of_legs": 1, "version": "6"},
        [{**FIRST, "day_of_year": 226}],
    ),
    "all fields of one leg, version 3": (
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 14C>3181WW6225BAC 0085123456003290141234567890 1AC AC 123456789"
        f"0123    2PCLX58Z^164{SECURITY}",
        {**LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 1, "version": "3", "issued": "6225", "baggage_tag": "0085123456003"},
        [{**FIRST, **OF_AIR_CANADA, "day_of_year": 226, "baggage_allowance": "2PC"}],
    ),
    "all fields of one leg, version 4": (
        "M1DESMARAIS/LUC       EAB12C3 YULFRAAC 0834 326J003A0027 166>4321WW1325BAC 00141234560020014123467001001412347890129014"
        f"1234567890 1AC AC 1234567890123    4PCLX58Z^164{SECURITY}",
        {
            **LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 1, "version": "4", "issued": "1325",
            "baggage_tag": "0014123456002", "baggage_tag_2": "0014123467001", "baggage_tag_3": "0014123478901",
        },
        [{**BUSINESS, **OF_AIR_CANADA, "day_of_year": 326, "baggage_allowance": "4PC"}],
    ),
    "all fields of one leg, version 5": (
        "M1DESMARAIS/LUC       EAB12C3 YULFRAAC 0834 326J003A0027 167>5321WW1325BAC 0014123456002001412346700100141234789012A0141"
        f"234567890 1AC AC 1234567890123    4PCYLX58Z^164{SECURITY}",
        {
            **LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 1, "version": "5", "issued": "1325",
            "baggage_tag": "0014123456002", "baggage_tag_2": "0014123467001", "baggage_tag_3": "0014123478901",
        },
        [{**BUSINESS, **OF_AIR_CANADA, "day_of_year": 326, "baggage_allowance": "4PC", "fast_track": True}],
    ),
    "some fields of one leg, version 4": (
        f"M1GRANDMAIRE/MELANIE  EABC123 GVACDGAF 0123 339C002F0025 12F>400290571234567890  AF AF 1234567890123456    "
        f"^164{SECURITY}",
        {**MELANIE, **SECURED, "number_of_legs": 1, "version": "4"},
        [TO_PARIS],
    ),
    "some fields of one leg, version 5": (
        f"M1GRANDMAIRE/MELANIE  EABC123 GVACDGAF 0123 339C002F0025 130>5002A0571234567890  AF AF 1234567890123456    "
        f"Y^164{SECURITY}",
        {**MELANIE, **SECURED, "number_of_legs": 1, "version": "5"},
        [{**TO_PARIS, "fast_track": True}],
    ),
    "all fields of two legs, version 4": (
        "M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J003A0027 159>4251WW1325BAC 00141234560020014123467001290141234567890 1A"
        "C AC 1234567890123    3PCLX58ZDEF456 FRAGVALH 3664 327C012C0002 12D290140987654321 1AC AC 1234567890123    3PCWQ"
        f"^164{SECURITY}",
        {
            **LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 2, "version": "4", "issued": "1325",
            "baggage_tag": "0014123456002", "baggage_tag_2": "0014123467001",
        },
        [
            {**BUSINESS, **OF_AIR_CANADA, "booking_reference": "ABC123", "day_of_year": 326, "baggage_allowance": "3PC"},
            {**TO_GENEVA, "day_of_year": 327, "baggage_allowance": "3PC"},
        ],
    ),
    "all fields of two legs, version 5": (
        "M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J003A0027 15A>5251WW1325BAC 001412345600200141234670012A0141234567890 1"
        "AC AC 1234567890123    3PCYLX58ZDEF456 FRAGVALH 3664 327C012C0002 12E2A0140987654321 1AC AC 1234567890123    3PCNWQ"
        f"^164{SECURITY}",
        {
            **LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 2, "version": "5", "issued": "1325",
            "baggage_tag": "0014123456002", "baggage_tag_2": "0014123467001",
        },
        [
            {
                **BUSINESS, **OF_AIR_CANADA, "booking_reference": "ABC123", "day_of_year": 326, "baggage_allowance": "3PC",
                "fast_track": True,
            },
            {**TO_GENEVA, "day_of_year": 327, "baggage_allowance": "3PC", "fast_track": False},
        ],
    ),
    "all fields of two legs, version 6": (
        "M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 14D>6181WW6225BAC 00141234560032A0141234567890 1AC AC 12345678"
        "90123    20KYLX58ZDEF456 FRAGVALH 3664 227C012C0002 12E2A0140987654321 1AC AC 1234567890123    2PCNWQ"
        f"^164{SECURITY}",
        {**LUC, **ON_THE_WEB, **SECURED, "number_of_legs": 2, "version": "6", "issued": "6225", "baggage_tag": "0014123456003"},
        [
            {**FIRST, **OF_AIR_CANADA, "day_of_year": 226, "baggage_allowance": "20K", "fast_track": True},
            {**TO_GENEVA, "day_of_year": 227, "baggage_allowance": "2PC", "fast_track": False},
        ],
    ),
    "some fields of two legs, version 4": (
        "M2GRANDMAIRE/MELANIE  EABC123 GVACDGAF 0123 339C002F0025 12F>400290571234567890  AF AF 1234567890123456 20KDEF456 CDGDT"
        f"WNW 0049 339F001A0002 12B29012098765432101                       2PC^164{SECURITY}",
        {**MELANIE, **SECURED, "number_of_legs": 2, "version": "4"},
        [{**TO_PARIS, "baggage_allowance": "20K"}, TO_DETROIT],
    ),
    "some fields of two legs, version 5": (
        "M2GRANDMAIRE/MELANIE  EABC123 GVACDGAF 0123 339C002F0025 130>5002A0571234567890  AF AF 1234567890123456 20KYDEF456 CDGDT"
        f"WNW 0049 339F001A0002 12C2A012098765432101                       2PC ^164{SECURITY}",
        {**MELANIE, **SECURED, "number_of_legs": 2, "version": "5"},
        [{**TO_PARIS, "baggage_allowance": "20K", "fast_track": True}, TO_DETROIT],
    ),
    "guide, printed at home, Lufthansa": (
        "M1TEST/HIDDEN         E8OQ6FU FRARLGLH 4010 012C004D0001 35C>2180WW6012BLH              2922023642241060 LH            "
        "            *30600000K09         ",
        {
            "passenger": "TEST/HIDDEN", "surname": "TEST", "given_names": "HIDDEN", "electronic_ticket": True,
            "number_of_legs": 1, "version": "2", "passenger_description": "adult", "check_in_source": "web",
            "issue_source": "web", "issued": "6012", "document": "boarding pass", "issuer": "LH",
        },
        [{
            "booking_reference": "8OQ6FU", "origin": "FRA", "destination": "RLG", "carrier": "LH", "flight": "LH4010",
            "day_of_year": 12, "class": "C", "cabin": "business", "seat": "4D", "sequence": "1",
            "passenger_status": "bag checked, checked in", "ticket_number": "2202364224106", "selectee": False,
            "marketing_carrier": "LH", "airline_data": "*30600000K09",
        }],
    ),
    "guide, printed at home, KLM": (
        "M1TEST/PETER          E24Z5RN AMSBRUKL 1733 019M008A0001 316>503  W0D0742497067621",
        {
            "passenger": "TEST/PETER", "surname": "TEST", "given_names": "PETER", "electronic_ticket": True, "number_of_legs": 1,
            "version": "5", "issue_source": "web",
        },
        [{
            "booking_reference": "24Z5RN", "origin": "AMS", "destination": "BRU", "carrier": "KL", "flight": "KL1733",
            "day_of_year": 19, "class": "M", "cabin": "economy", "seat": "8A", "sequence": "1",
            "passenger_status": "bag checked, checked in", "ticket_number": "0742497067621",
        }],
    ),
    "guide, printed at a kiosk, United": (
        "M1ASKREN/TEST         EA272SL ORDNRTUA 0881 007F002K0303 15C>3180 K6007BUA              2901624760758980 UA UA EY97589"
        "7            *30600    09  UAG    ",
        {
            "passenger": "ASKREN/TEST", "surname": "ASKREN", "given_names": "TEST", "electronic_ticket": True,
            "number_of_legs": 1, "version": "3", "passenger_description": "adult", "issue_source": "airport kiosk",
            "issued": "6007", "document": "boarding pass", "issuer": "UA",
        },
        [{
            "booking_reference": "A272SL", "origin": "ORD", "destination": "NRT", "carrier": "UA", "flight": "UA881",
            "day_of_year": 7, "class": "F", "cabin": "first", "seat": "2K", "sequence": "303", "passenger_status": "checked in",
            "ticket_number": "0162476075898", "selectee": False, "marketing_carrier": "UA", "frequent_flyer": "UA EY975897",
            "airline_data": "*30600    09  UAG",
        }],
    ),
    "guide, British Airways, without a blank after the flight": (
        "M1LEOPOLD/EMR         EZQ7O92 GVALHRBA 00723319C002F00009100",
        {"passenger": "LEOPOLD/EMR", "surname": "LEOPOLD", "given_names": "EMR", "electronic_ticket": True, "number_of_legs": 1},
        [{
            "booking_reference": "ZQ7O92", "origin": "GVA", "destination": "LHR", "carrier": "BA", "flight": "BA723",
            "day_of_year": 319, "class": "C", "cabin": "business", "seat": "2F", "sequence": "9",
            "passenger_status": "checked in",
        }],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_standard_is_read_field_by_field(name: str):
    text, whole, legs = EXAMPLES[name]
    found = parse(text.encode())
    assert found is not None
    assert dict(found.says) == whole
    assert [dict(leg) for leg in found.legs] == legs


def test_what_is_said_is_the_journey_the_first_flight_and_the_others_by_their_number():
    text, whole, (first, second) = EXAMPLES["all fields of two legs, version 6"]
    assert read(text.encode()) == {**whole, **first, **{f"leg_2_{name}": value for name, value in second.items()}}


def test_a_reader_that_drops_blanks_at_the_end_does_no_harm():
    text, _, _ = EXAMPLES["guide, printed at home, Lufthansa"]
    stripped = read(text.rstrip().encode() + b"\r\n")
    assert stripped == read(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M1DESMARAIS/LUC       ",
        "M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100",
        "X1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100",
        "M5DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100",
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 1G0",
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 399J001A0025 100",
        "M1DESMARAIS/LUC       EABC123 Y1LFRAAC 0834 326J001A0025 100",
        "M1 IS A MOTORWAY FROM LONDON TO LEEDS, AND NOT A BOARDING PASS AT ALL, HOWEVER LONG",
        "https://example.org/M1DESMARAIS",
    ],
)
def test_what_is_no_pass_is_none(text: str):
    assert parse(text.encode()) is None


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing(data: bytes):
    parse(data)
    parse(b"M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 1" + data)
    parse(b"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 14D>6" + data)


@pytest.mark.parametrize(
    ("day", "issued", "printed", "expected"),
    [
        (226, "6225", [date(2016, 8, 13)], date(2016, 8, 13)),
        (226, "6225", [date(2016, 8, 12)], date(2016, 8, 13)),
        (226, "6225", [date(2025, 11, 3)], date(2026, 8, 14)),
        (226, "6225", [date(2025, 1, 3)], None),
        (2, "5364", [date(2025, 12, 30)], date(2026, 1, 2)),
        (2, "", [date(2026, 1, 2)], date(2026, 1, 2)),
        (2, "", [date(2026, 1, 3)], None),
        (226, "6225", [], None),
        (226, "6225", [date(2010, 8, 14)], None),
        (366, "7001", [date(2027, 12, 31)], None),
        (400, "", [date(2027, 12, 31)], None),
    ],
)
def test_the_year_of_a_flight_is_told_by_what_is_printed(day: int, issued: str, printed: list[date], expected: date | None):
    assert flight_date(day, issued, printed) == expected
