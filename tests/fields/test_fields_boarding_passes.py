from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import date, time

from fakes import typed
from uncial.document import Barcode, Document
from uncial.fields import extract_fields
from uncial.fields.boarding_passes import evidence, find
from uncial.fields.sheet import View
from uncial.geometry import Box, Quad

QUAD = Quad.of_box(Box(10, 500, 200, 560))
FLIGHT = "RTX4PW BRSBGOXK 0771 123Y014C0041 100"
BARCODE = f"M1{'HARKER/OLIVE':20}E{FLIGHT}"
TWO_FLIGHTS = f"M2{'HARKER/OLIVE':20}E{FLIGHT}RTX4PW BGOTRDXK 0402 123Y003A0007 100"
PRINT = """
SKYLARK AIRWAYS                       BOARDING PASS
Name                  From               To
HARKER/OLIVE MS       BRISTOL BRS        BERGEN BGO
Flight      Date          Class     Seat
XK 771      03 MAY 2031   Y         14C
Gate     Boarding   Departure   Seq
B7       06:25      06:55       041
PNR RTX4PW     ETKT 917 2400118823
"""
BILINGUAL = """
Bordkarte / Boarding Pass
BRS  →  BGO
Bristol      Bergen
Flug/Flight  Datum/Date     Einsteigen/Boarding   Abflug/Departure
XK771        03 MAY 2031    06:25                 06:55
Gate  Sitz/Seat  Gruppe/Group
B7    14C        2
Passagier/Passenger: Olive Harker
Buchungscode/Booking ref: RTX4PW
"""


def with_barcode(document: Document, text: str) -> Document:
    barcode = Barcode("pdf417", text, b64encode(text.encode()).decode(), QUAD)
    return replace(document, pages=(replace(document.pages[0], barcodes=(barcode,)),))


def values(document: Document) -> dict[str, object]:
    return {name: field.value for name, field in find(View.of(document)).items()}


def test_print_alone_gives_all_that_is_printed():
    assert values(typed(PRINT)) == {
        "passenger": "HARKER/OLIVE MS", "booking_reference": "RTX4PW", "carrier": "XK", "flight": "XK771", "origin": "BRS",
        "destination": "BGO", "date": date(2031, 5, 3), "boarding_time": time(6, 25), "departure": time(6, 55), "gate": "B7",
        "seat": "14C", "class": "Y", "sequence": "41", "ticket_number": "917 2400118823",
    }  # fmt: skip


def test_two_languages_side_by_side_are_one_caption():
    said = values(typed(BILINGUAL))
    assert (said["origin"], said["destination"], said["flight"]) == ("BRS", "BGO", "XK771")
    assert (said["boarding_time"], said["departure"], said["seat"], said["passenger"]) == (
        time(6, 25),
        time(6, 55),
        "14C",
        "Olive Harker",
    )


def test_the_barcode_alone_is_enough():
    fields = find(View.of(with_barcode(typed("Guten Flug!"), BARCODE)))
    assert {name: field.value for name, field in fields.items()} == {
        "passenger": "HARKER/OLIVE", "booking_reference": "RTX4PW", "carrier": "XK", "flight": "XK771", "origin": "BRS",
        "destination": "BGO", "seat": "14C", "class": "Y", "sequence": "41",
    }  # fmt: skip
    assert {(field.found_by, field.quad) for field in fields.values()} == {("barcode", QUAD)}


def test_what_print_and_barcode_both_say_stands_where_it_is_printed():
    fields = find(View.of(with_barcode(typed(PRINT), BARCODE)))
    assert fields["origin"].value == "BRS" and fields["origin"].quad != QUAD
    assert fields["passenger"].value == "HARKER/OLIVE MS"
    assert fields["date"].value == date(2031, 5, 3)


def test_the_year_of_the_barcodes_day_comes_from_the_same_day_in_print():
    fields = find(View.of(with_barcode(typed("Skylark Airways\nSee you on 03.05.2031 in Bergen"), BARCODE)))
    assert fields["date"].value == date(2031, 5, 3)


def test_a_day_of_which_nothing_tells_the_year_is_not_there():
    assert "date" not in find(View.of(with_barcode(typed("Skylark Airways\n03 MAY"), BARCODE)))


def test_a_captions_wrong_value_gives_way_to_what_is_printed_elsewhere_as_in_the_barcode():
    misread = PRINT.replace("14C", "22A") + "Row and seat: 14C\n"
    assert find(View.of(with_barcode(typed(misread), BARCODE)))["seat"].value == "14C"


def test_a_contradiction_stays_as_printed_and_is_doubted():
    extraction = extract_fields(with_barcode(typed(PRINT.replace("14C", "22F")), BARCODE))
    assert extraction.kind == "boarding-pass"
    assert extraction.fields["seat"].value == "22F"
    assert [doubt.code for doubt in extraction.fields["seat"].doubts] == ["barcode"]


def test_several_flights_are_legs():
    fields = find(View.of(with_barcode(typed("Skylark"), TWO_FLIGHTS)))
    legs = fields["legs"].value
    assert isinstance(legs, tuple)
    assert [(leg["origin"].value, leg["destination"].value, leg["flight"].value) for leg in legs] == [
        ("BRS", "BGO", "XK771"),
        ("BGO", "TRD", "XK402"),
    ]


def test_a_letter_about_a_flight_is_no_boarding_pass():
    letter = "Dear Ms Harker,\nplease have your boarding pass ready when you come to gate B7 at 06:25 for your flight to Bergen."
    assert evidence(View.of(typed(letter))) < 0.5
    assert evidence(View.of(typed(PRINT))) >= 0.9


def test_a_traveller_is_named_whole_with_spaces_around_the_stroke():
    said = values(typed("BOARDING PASS\n\nNAME\nHARKER / OLIVE MS\n\nFLIGHT   SEAT\nXK 771   14F\n"))
    assert said["passenger"] == "HARKER / OLIVE MS"
