from __future__ import annotations

from datetime import date, time

import pytest

from fakes import typed
from uncial.fields.sheet import View
from uncial.fields.tickets import evidence, find

ARROW = """
NORDSPUR
Reservierung und Fahrkarte

Mi, 05.02.2031
Uelzen        →        Stade
08:12                  10:47
RE 3311    2. Klasse
Wagen/Platz: 7/61
Herr Timo Feld
Auftrag 8KQ2LM      29,90 €
"""
TIMELINE = """
Nordspur Reiseplan
Halt                  Datum     Zeit       Gleis   Produkte       Reservierung
Uelzen Hbf            05.02.    ab 08:12   3       IC 2173        Wg. 7, Pl. 61
Lüneburg              05.02.    an 08:31   1
Lüneburg              05.02.    ab 08:44   5       RE 5521
Stade                 05.02.    an 10:47   2
Buchung vom 12.01.2031   Auftragsnummer QK88TT
Summe: 44,80 EUR
"""
RETURN = """
Moorland Rail e-ticket
Outbound: Skipton to Whitby
Thu 12 Mar 2031  dep 09:05  arr 13:20   Coach B Seat 41
Return: Whitby to Skipton
Sun 15 Mar 2031  dep 16:30  arr 20:41   Coach A Seat 22
Passenger: Olive Harker
Total £44.00
"""
TABLE = """
Skylark Airways
Electronic ticket itinerary
Passenger: HARKER/OLIVE MS       Booking reference: RTX4PW
Flight   Date        From        To          Departs   Arrives   Class     Seat
XK 771   03 May 31   Bristol     Bergen      06:55     09:40     Economy   14C
XK 772   10 May 31   Bergen      Bristol     10:25     11:15     Economy   15D
Issued 11 Jan 2031
"""
STANDING = """
Trenes del Ebro
BILLETE                          Localizador: K3PQ7Z
TUDELA DE NAVARRA        LOGROÑO
12/07/2031               12/07/2031
Salida 16.20 h           Llegada 17.35 h
Coche: 3   Plaza: 11B   Clase: Turista
"""
WITHOUT_LABELS = """
RÉSEAU DU PONANT
Billet électronique
TRAJET ALLER
mardi 3 juin 2031
14h05    QUIMPER
18h37    TOURS
TRAJET RETOUR
vendredi 6 juin 2031
09h12    TOURS
13h50    QUIMPER
Prix total TTC : 94,00 €
Émis le 12/05/2031 à 18:22
"""
DASH = """
Insel Fähren Westerhaff
Fährticket
Überfahrt: Norddeich – Baltrum
Abfahrt 04.08.2031 11:30 Uhr
"""
TWO_COLUMNS = """
FERROVIE DEL LARIO
Stazione di Partenza         Stazione di Arrivo
VARENNA ESINO                SONDRIO
Ore  17:48 - 21/09/2031      Ore  18:52 - 21/09/2031
"""


def said(text: str, *names: str) -> list[object]:
    fields = find(View.of(typed(text)))
    return [fields[name].value if name in fields else None for name in names]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (ARROW, ("Uelzen", "Stade", date(2031, 2, 5), time(8, 12), time(10, 47))),
        (TIMELINE, ("Uelzen Hbf", "Stade", date(2031, 2, 5), time(8, 12), time(10, 47))),
        (RETURN, ("Skipton", "Whitby", date(2031, 3, 12), time(9, 5), time(13, 20))),
        (TABLE, ("Bristol", "Bergen", date(2031, 5, 3), time(6, 55), time(9, 40))),
        (STANDING, ("TUDELA DE NAVARRA", "LOGROÑO", date(2031, 7, 12), time(16, 20), time(17, 35))),
        (WITHOUT_LABELS, ("QUIMPER", "TOURS", date(2031, 6, 3), time(14, 5), time(18, 37))),
        (DASH, ("Norddeich", "Baltrum", date(2031, 8, 4), time(11, 30), None)),
        (TWO_COLUMNS, ("VARENNA ESINO", "SONDRIO", date(2031, 9, 21), time(17, 48), time(18, 52))),
    ],
)
def test_a_journey_is_found_however_it_is_set_out(text: str, way: tuple[object, ...]):
    assert tuple(said(text, "origin", "destination", "date", "departure", "arrival")) == way


def test_a_day_without_a_year_is_the_first_after_the_day_of_issue():
    assert said("Talbahn Fahrkarte\nVon: Lindau\nNach: Murnau\nDatum: 3. Jan.\nGebucht am 28.12.2031", "date") == [
        date(2032, 1, 3)
    ]


def test_a_day_whose_year_nothing_tells_is_not_there():
    assert said("Talbahn Fahrkarte\nVon: Lindau\nNach: Murnau\nDatum: 3. Jan.", "date") == [None]


def test_what_one_caption_names_twice_is_told_apart():
    assert said(ARROW, "coach", "seat") == ["7", "61"]


def test_the_day_of_booking_or_issue_is_not_the_day_of_travel():
    assert said("Talbahn Fahrkarte\nVon: Lindau\nNach: Murnau\nGebucht am 02.04.2031 12:44", "date", "departure") == [None, None]


TIMETABLE = """
Fahrplan Linie 7   gültig ab 14.12.2031
Oberried Bahnhof      06:10   07:10   08:10
Kirchzarten Markt     06:25   07:25   08:25
Himmelreich           06:40   07:40   08:40
"""
KIOSK = """
Kiosk am Bahnhof Oberried
Gleis 1, 79001 Oberried
Kaffee gross            3,20
Summe EUR               3,20
Bar                     5,00
Rückgeld                1,80
12.03.2031  08:14
"""
INVOICE = """
Talbahn Verkehrs GmbH
Rechnung Nr. 2031-0044        Datum: 14.05.2031
1    Fahrt Lindau - Murnau 14.05.     34,90
Netto 32,62   MwSt 7 % 2,28
Gesamtbetrag 34,90 EUR
"""
LETTER = """
Moorland Rail
12 March 2031
Dear Ms Harker,
Thank you for your letter of 3 March about the train from Skipton to Whitby
on 27 February, which left at 9:40 instead of 9:05.
Yours sincerely,
"""
PROSE = """
From Paris to Lyon the road runs south. On 12 May 1848 the train left at 8:05
and came to Dijon at noon. Passengers had to change coaches twice. The price
of a seat in the second class was 14 francs, and the journey took ten hours.
"""


@pytest.mark.parametrize("text", [TIMETABLE, KIOSK, INVOICE, LETTER, PROSE])
def test_what_only_speaks_of_travel_is_no_ticket(text: str):
    assert evidence(View.of(typed(text))) < 0.5


def test_odd_documents_do_no_harm():
    for text in (".", "→", "→ → → →\n→", "Von: → Nach:", "From To", "A - - B", "1" * 3000, "Von " * 400, "Seat " * 300):
        find(View.of(typed(text)))
        evidence(View.of(typed(text)))
