from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

import pytest

from fakes import typed
from uncial.fields import extract_fields
from uncial.fields.model import Scalar
from uncial.fields.sheet import View
from uncial.fields.tickets import evidence, find

GERMAN_RAIL = """
Talbahn Online-Ticket

Fahrkarte

Von            Nach             Datum          Klasse
Lindau Hbf     Murnau (Staff)   14.05.2031     2

Zug            Wagen            Sitzplatz      Gleis
RE 4711        12               45, 46         7

Abfahrt: 08:15        Ankunft: 11:42
Reisender: Hanna Brückner
Auftragsnummer: KX7P2Q
Gesamtpreis 34,90 EUR
inkl. 7 % MwSt 2,28 EUR
Gebucht am 02.04.2031     Hotline 0800 555 1234
"""

ENGLISH_COACH = """
Moorland Coachways
E-ticket

Skipton  →  Whitby

Date: Thu 12 Mar 2031
Depart: 9:05 AM         Arrive: 1:20 PM
Coach C Seat 24A
Passenger name
Ms Olive Harker
Booking reference
MW83KD
Price paid: £18.50
Booked on 1 February 2031
"""

FRENCH_RAIL = """
Lignes du Ponant                      E-billet

Départ                          Arrivée
Quimper 14h05                   Tours 18h37
Le 3 juin 2031
TER 88012       Voiture 4 Place 61
2e classe
Voyageur : LEFORT CLAIRE
Réf. dossier : QTRZPL
Prix : 47,00 €
Émis le 12/05/2031
"""

ITALIAN_RAIL = """
Ferrovie del Lario
Biglietto

Da: Varenna Esino
A: Sondrio
Data 21/09/2031   Ore 17:48
Regionale 2558   Carrozza 5 posti 3A 3B
2ª classe
Passeggero: Bruno Salvi
Codice prenotazione: PL93QX
Totale € 9,40
"""

SPANISH_BUS = """
Autobuses Sierra Clara

Origen: Jaca            Destino: Huesca
Fecha: 08/10/2031       Salida: 07:30     Llegada: 08:55
Asiento: 14             Andén: 3
Pasajero: Inés Robledo
Localizador: 7HG22K
Importe: 6,75 €   IVA incluido
"""

DUTCH_RAIL = """
Veldspoor
E-ticket enkele reis

Van Assen naar Meppel
Geldig op 19 april 2031
2e klas
Reiziger: Joost de Graaf
Ticketnummer: 4471 9902 3385
Prijs € 8,20
"""

POLISH_RAIL = """
Koleje Mazurskie
Bilet kolejowy

Od: Ełk              Do: Giżycko
Data: 30.11.2031     Odjazd: 06:12    Przyjazd: 07:04
Pociąg: TLK 81012    Wagon: 3   Miejsce: 57
Klasa: 2
Podróżny: Jan Zieliński
Cena: 18,40 zł
"""

PORTUGUESE_RAIL = """
Comboios da Serra
Bilhete

Origem: Covilhã       Destino: Guarda
Data: 5 de maio de 2031
Partida: 10h20        Chegada: 11h05
Carruagem: 21         Lugar: 33
Preço: 7,15 €
"""

CONCERT = """
Eintrittskarte

Das Nebelorchester
Nordlichter Tour
Freitag, 7. November 2031
Einlass: 19:00 Uhr     Beginn: 20:00 Uhr
Stadthalle Oberried
Block C    Reihe 12    Platz 8
Preis: 42,50 EUR
Veranstalter: Klangwerk GmbH, Tel. 0761 555 0199
"""

SAID: Mapping[str, tuple[str, Mapping[str, Scalar]]] = {
    "german rail": (
        GERMAN_RAIL,
        {
            "mode": "train", "carrier": "Talbahn", "origin": "Lindau Hbf", "destination": "Murnau (Staff)",
            "date": date(2031, 5, 14), "departure": time(8, 15), "arrival": time(11, 42), "service": "RE 4711", "class": "2",
            "coach": "12", "seat": "45, 46", "platform": "7", "passenger": "Hanna Brückner", "booking_reference": "KX7P2Q",
            "price": Decimal("34.90"), "currency": "EUR", "issued": date(2031, 4, 2),
        },
    ),
    "english coach": (
        ENGLISH_COACH,
        {
            "mode": "bus", "carrier": "Moorland Coachways", "origin": "Skipton", "destination": "Whitby",
            "date": date(2031, 3, 12), "departure": time(9, 5), "arrival": time(13, 20), "coach": "C", "seat": "24A",
            "passenger": "Ms Olive Harker", "booking_reference": "MW83KD", "price": Decimal("18.50"), "currency": "GBP",
            "issued": date(2031, 2, 1),
        },
    ),
    "french rail": (
        FRENCH_RAIL,
        {
            "mode": "train", "carrier": "Lignes du Ponant", "origin": "Quimper", "destination": "Tours",
            "date": date(2031, 6, 3), "departure": time(14, 5), "arrival": time(18, 37), "service": "TER 88012", "coach": "4",
            "seat": "61", "class": "2", "passenger": "LEFORT CLAIRE", "booking_reference": "QTRZPL", "price": Decimal("47.00"),
            "currency": "EUR", "issued": date(2031, 5, 12),
        },
    ),
    "italian rail": (
        ITALIAN_RAIL,
        {
            "mode": "train", "carrier": "Ferrovie del Lario", "origin": "Varenna Esino", "destination": "Sondrio",
            "date": date(2031, 9, 21), "departure": time(17, 48), "service": "Regionale 2558", "coach": "5", "seat": "3A, 3B",
            "class": "2", "passenger": "Bruno Salvi", "booking_reference": "PL93QX", "price": Decimal("9.40"), "currency": "EUR",
        },
    ),
    "spanish bus": (
        SPANISH_BUS,
        {
            "mode": "bus", "carrier": "Autobuses Sierra Clara", "origin": "Jaca", "destination": "Huesca",
            "date": date(2031, 10, 8), "departure": time(7, 30), "arrival": time(8, 55), "seat": "14", "platform": "3",
            "passenger": "Inés Robledo", "booking_reference": "7HG22K", "price": Decimal("6.75"), "currency": "EUR",
        },
    ),
    "dutch rail": (
        DUTCH_RAIL,
        {
            "mode": "train", "carrier": "Veldspoor", "origin": "Assen", "destination": "Meppel", "date": date(2031, 4, 19),
            "class": "2", "passenger": "Joost de Graaf", "number": "4471 9902 3385", "price": Decimal("8.20"), "currency": "EUR",
        },
    ),
    "polish rail": (
        POLISH_RAIL,
        {
            "mode": "train", "carrier": "Koleje Mazurskie", "origin": "Ełk", "destination": "Giżycko", "date": date(2031, 11, 30),
            "departure": time(6, 12), "arrival": time(7, 4), "service": "TLK 81012", "coach": "3", "seat": "57", "class": "2",
            "passenger": "Jan Zieliński", "price": Decimal("18.40"), "currency": "PLN",
        },
    ),
    "portuguese rail": (
        PORTUGUESE_RAIL,
        {
            "mode": "train", "carrier": "Comboios da Serra", "origin": "Covilhã", "destination": "Guarda",
            "date": date(2031, 5, 5), "departure": time(10, 20), "arrival": time(11, 5), "coach": "21", "seat": "33",
            "price": Decimal("7.15"), "currency": "EUR",
        },
    ),
    "concert": (
        CONCERT,
        {
            "mode": "event", "venue": "Stadthalle Oberried", "date": date(2031, 11, 7), "departure": time(20, 0), "seat": "8",
            "row": "12", "section": "C", "doors": time(19, 0),
            "price": Decimal("42.50"), "currency": "EUR",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_a_ticket_says_this_and_nothing_else(name: str):
    text, said = SAID[name]
    assert {name: field.value for name, field in find(View.of(typed(text))).items()} == said


@pytest.mark.parametrize("name", SAID)
def test_tickets_are_known_as_tickets(name: str):
    assert evidence(View.of(typed(SAID[name][0]))) >= 0.6
    assert extract_fields(typed(SAID[name][0])).kind == "ticket"
