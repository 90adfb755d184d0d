"""Boarding passes and the itinerary of a flight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ticket_press.facts import at, on, passenger, price, says, travelling
from ticket_press.payloads import Pass, bcbp
from ticket_press.press import Person, Press, Trip
from ticket_press.stock import Airline, Airport
from ticket_press.writing import dated, month, timed

_CABINS = {"Y": "Economy", "C": "Business", "W": "Premium"}


class Flight:
    """What is on every boarding pass, drawn by lot; its facts are told as they are printed."""

    def __init__(self, p: Press, language: str) -> None:
        self.p = p
        self.airline: Airline = p.airline()
        self.person: Person = p.person(language)
        self.start: Airport
        self.stop: Airport
        self.start, self.stop = p.dice.sample(list(p.stock.airports), 2)
        self.trip: Trip = p.trip([self.start.city, self.stop.city], 60, 560)
        self.flight = p.dice.randrange(12, 4999)
        self.seat = f"{p.dice.randrange(1, 39)}{p.pick('A', 'B', 'C', 'D', 'E', 'F')}"
        self.sequence = p.dice.randrange(1, 190)
        self.booking = p.letters(6)
        self.ticket = self.airline.number + p.digits(10)
        self.card = f"{self.airline.code} {p.digits(9)}" if p.chance(0.4) else ""
        self.cabin = p.pick("Y", "Y", "Y", "C", "W")
        self.boards = self.trip.departs - timedelta(minutes=p.pick(30, 40, 45))
        self._facts()

    def _facts(self) -> None:
        p, flight = self.p, f"{self.airline.code}{self.flight}"
        p.fact("carrier", self.airline.code, printed="")
        p.fact("flight", flight, f"{self.airline.code}{self.flight:04d}", f"{self.airline.code}{self.flight:03d}", printed="")
        p.fact("origin", self.start.code, printed="")
        p.fact("destination", self.stop.code, printed="")
        p.fact("passenger", self.person.ascii, *self.person.forms, printed="")
        p.fact("booking_reference", self.booking, printed="")
        p.fact("seat", self.seat, printed="")
        p.fact("sequence", *(f"{self.sequence:0{wide}d}" for wide in (1, 2, 3, 4)), printed="")
        p.fact(
            "class", _CABINS[self.cabin], self.cabin, f"{_CABINS[self.cabin]} Class", f"{_CABINS[self.cabin]} Economy", printed=""
        )
        p.ignore("date")

    @property
    def number(self) -> str:
        return self.p.pick(f"{self.airline.code} {self.flight}", f"{self.airline.code}{self.flight}")

    def names(self, name: str, *printed: str) -> str:
        """A field that the barcode says too, in the words that are printed here."""
        self.p.facts[name] = self.p.facts[name]._replace(printed=printed[0])
        return printed[0]

    def barcode(self, allowance: str = "") -> str:
        """Mandatory items alone, or with what is known of the ticket."""
        leg = Pass(
            self.person.ascii,
            self.booking,
            self.start.code,
            self.stop.code,
            self.airline.code,
            self.flight,
            self.trip.departs.date(),
            self.cabin,
            self.seat,
            self.sequence,
        )
        if allowance:
            self.p.fact("baggage_allowance", allowance, f"{allowance}G", printed=allowance)
        if self.p.chance(0.3):
            return bcbp(leg)
        self.p.fact("ticket_number", self.ticket, self.ticket[3:], printed="")
        if self.card:
            self.p.fact("frequent_flyer", self.card, self.card.split()[1], printed="")
        issued = self.trip.departs.date() - timedelta(days=1)
        return bcbp(replace(leg, ticket=self.ticket, frequent_flyer=self.card, allowance=allowance, issued=issued))


def home_pass(p: Press) -> None:
    """A4 printed at home, two languages, a large Aztec code, much small print."""
    p.face = p.pick("sans", "narrow", judge=("sans", "serif"))
    p.sheet(210, 297)
    f = Flight(p, p.pick("de", "en", "fr"))
    p.put(f.airline.name, 15, 12, 22, bold=True, ink=p.pick("#05164d", "#a1122a"))
    p.put(p.pick("Boarding Pass / Bordkarte", "Boarding pass", judge=("Bordkarte",)), 15, 24, 14, bold=True)
    german = not p.judge
    p.frame(15, 34, 195, 118)
    p.above(
        "Name" if german else "Passenger name / Name", f.names("passenger", p.pick(f.person.ascii, f.person.name)), 19, 38, 12
    )
    p.above(
        "Booking code / Buchungscode" if german else "Booking ref (PNR)", f.names("booking_reference", f.booking), 130, 38, 12
    )
    p.above("From / Von", f"{f.start.city} ({f.names('origin', f.start.code)})", 19, 52, 12)
    p.above("To / Nach", f"{f.stop.city} ({f.names('destination', f.stop.code)})", 105, 52, 12)
    p.above("Flight / Flug", f.names("flight", f.number), 19, 66, 11)
    style = p.pick("code", "dots", "code spaced")
    p.open.discard("date")
    p.above("Date / Datum", on(p, "date", f.trip.departs, style), 52, 66, 11)
    p.above("Departure / Abflug", at(p, "departure", f.trip.departs, "colon"), 90, 66, 11)
    p.above("Arrival / Ankunft", at(p, "arrival", f.trip.arrives, "colon"), 130, 66, 11)
    p.above("Boarding", at(p, "boarding_time", f.boards, "colon"), 19, 80, 14)
    p.above("Gate", says(p, "gate", p.pick(f"{p.pick('A', 'B', 'C')}{p.digits(2)}", p.digits(2))), 52, 80, 14)
    p.above("Seat / Sitz", f.names("seat", f.seat), 90, 80, 14)
    p.above("Class / Klasse", f.names("class", _CABINS[f.cabin]), 130, 80, 11)
    p.above("Seq. No.", f.names("sequence", f"{f.sequence:03d}"), 19, 96, 10)
    allowance = p.pick("1PC", "23K", "")
    if allowance:
        p.above("Baggage / Gepäck", allowance, 52, 96, 10)
    text = f.barcode(allowance)
    if "ticket_number" in p.facts:
        p.above("Ticket no. / ETKT", f.names("ticket_number", f"{f.ticket[:3]} {f.ticket[3:]}"), 90, 96, 10)
        if f.card:
            p.above("Frequent flyer", f.names("frequent_flyer", f.card), 145, 96, 10)
    p.code(text, p.pick("aztec", "aztec", "qr-code"), 15, 126, 48)
    p.lines(
        [
            f"Please be at the gate no later than {timed(f.boards, 'colon')}. Gate closes 15 minutes before departure.",
            "Hand baggage: 1 piece, 8 kg, 55 x 40 x 23 cm. Liquids in containers of up to 100 ml in a clear bag of 1 litre.",
            "Drop your bags at any counter of the airline, Terminal 1, hall B. Counters close 40 minutes before departure.",
            f"Questions? Call +49 69 5550 {p.digits(4)}. Upgrade now from EUR 89,00! Rent a car from 29,90 EUR a day.",
        ],
        72,
        128,
        6.5,
    )
    p.lines(["Druckdatum " + dated(f.trip.departs - timedelta(days=1), "dots") + " 19:32", "Page 1 of 1"], 15, 284, 6)


def card_pass(p: Press) -> None:
    """Card stock with a stub that says it again, PDF417 across the bottom."""
    p.face = p.pick("mono", "sans", "narrow")
    p.stock_type = p.pick("thermal", "dots", "paper")
    p.sheet(203, 82, p.pick("white", "#fffdf5"), dpi=(150, 200, 250))
    f = Flight(p, p.pick("en", "fr", "it", "nl"))
    p.put(f.airline.name.upper(), 6, 4, 13, bold=True, face="sans")
    p.put("BOARDING PASS", 90, 4, 12, bold=True, face="sans")
    p.above("NAME OF PASSENGER", f.names("passenger", f.person.ascii), 6, 12, 10)
    p.above("FROM", f"{f.start.city.upper()} {f.names('origin', f.start.code)}", 6, 22, 9)
    p.above("TO", f"{f.stop.city.upper()} {f.names('destination', f.stop.code)}", 6, 31, 9)
    p.above("FLIGHT", f.names("flight", f.number), 75, 12, 10)
    p.above("CLASS", f.names("class", f.cabin), 105, 12, 10)
    day = p.pick("bare code", "code")
    p.open.discard("date")
    p.above("DATE", on(p, "date", f.trip.departs, day), 120, 12, 10)
    style = p.pick("bare", "colon")
    p.above("DEP TIME", at(p, "departure", f.trip.departs, style), 75, 22, 10)
    p.above("GATE", says(p, "gate", f"{p.pick('A', 'B', 'D')}{p.digits(2)}"), 75, 32, 12)
    p.above(p.pick("BOARDING TIME", "BOARDING"), at(p, "boarding_time", f.boards, style), 95, 32, 12)
    p.above("SEAT", f.names("seat", f.seat), 128, 32, 12)
    p.above("PNR", f.names("booking_reference", f.booking), 105, 22, 9)
    p.above("SEQ", f.names("sequence", f"{f.sequence:03d}"), 128, 22, 9)
    text = f.barcode()
    if "ticket_number" in p.facts:
        p.put(f"ETKT {f.names('ticket_number', f.ticket)}", 6, 41, 7.5)
        if f.card:
            p.put(f"FQTV {f.names('frequent_flyer', f.card)}", 48, 41, 7.5)
    p.code(text, "pdf417", 6, 48, 100)
    p.rule(150, 2, 150, 80)
    stub = [
        f.person.ascii[:18],
        f"{f.start.code} - {f.stop.code}",
        f"{f.number} {f.cabin}",
        dated(f.trip.departs, day),
        f"SEAT {f.seat}",
        f"SEQ {f.sequence:03d}",
    ]
    for index, line in enumerate(stub):
        p.put(line, 154, 12 + 7 * index, 9, bold=index == 4)
    p.put("GATE CLOSES 15 MIN BEFORE DEPARTURE", 154, 70, 4.5)


def french_phone(p: Press) -> None:
    """A telephone's screen in French or English, the codes of the airports very large."""
    p.stock_type = "screen"
    p.sheet(68, 138, "#ffffff", dpi=(200, 250, 300))
    f = Flight(p, "fr")
    french = p.chance(0.6)
    words = (
        ("Embarquement", "Porte", "Siège", "Vol", "Date", "Départ", "Passager", "Classe", "Réf. de réservation", "Séq.")
        if french
        else ("Boarding", "Gate", "Seat", "Flight", "Date", "Departure", "Passenger", "Class", "Booking reference", "Seq.")
    )
    p.band(0, 0, 68, 15, p.pick("#101935", "#3a0ca3"))
    p.put(f.airline.name, 5, 5, 11, bold=True, ink="white")
    p.put("Carte d'embarquement" if french else "Boarding pass", 64, 6, 6.5, ink="white", align="right")
    p.put(f.names("origin", f.start.code), 5, 19, 26, bold=True)
    p.put(f.names("destination", f.stop.code), 63, 19, 26, bold=True, align="right")
    p.put(p.pick("→", "-"), 34, 21, 14, align="middle")
    p.put(f.start.city, 5, 29, 7)
    p.put(f.stop.city, 63, 29, 7, align="right")
    p.open.discard("date")
    style = p.pick("h", "colon") if french else "colon"
    p.above(words[3], f.names("flight", f.number), 5, 35, 10)
    p.above(words[4], on(p, "date", f.trip.departs, p.pick("long", "slashes"), "fr" if french else "en"), 32, 35, 8)
    p.above(words[0], at(p, "boarding_time", f.boards, style), 5, 45, 12)
    p.above(words[5], at(p, "departure", f.trip.departs, style), 32, 45, 12)
    p.above(words[1], says(p, "gate", f"{p.pick('F', 'K')}{p.digits(2)}"), 5, 56, 12)
    p.above(words[2], f.names("seat", f.seat), 27, 56, 12)
    p.above(words[9], f.names("sequence", str(f.sequence)), 46, 56, 12)
    p.above(words[6], f.names("passenger", f.person.name), 5, 67, 9)
    p.above(words[7], f.names("class", _CABINS[f.cabin]), 46, 67, 7)
    p.above(words[8], f.names("booking_reference", f.booking), 5, 77, 9)
    p.code(f.barcode(), p.pick("qr-code", "aztec"), 16, 90, 36)
    p.put("Ajouter au portefeuille" if french else "Add to wallet", 34, 130, 7, align="middle", ink="#3355cc")


def itinerary(p: Press) -> None:
    """An e-ticket itinerary and receipt in one width: a table of flights, fare and taxes line by line."""
    p.face = "mono"
    p.sheet(210, 240)
    airline, person = p.airline(), p.person(p.pick("en", "de"))
    start, stop = p.dice.sample(list(p.stock.airports), 2)
    trip, serial = p.trip([start.city, stop.city], 60, 560), p.digits(10)
    p.fact("number", f"{airline.number}{serial}", serial, printed=f"{airline.number} {serial}")
    travelling(p, "flight", airline.name, airline.code)
    p.put("ELECTRONIC TICKET", 105, 10, 13, bold=True, align="middle")
    p.put("PASSENGER ITINERARY / RECEIPT", 105, 16, 11, align="middle")
    rows = [
        ("NAME:", passenger(p, person, person.ascii)),
        ("ETKT NBR:", f"{airline.number} {serial}"),
        ("ISSUING AIRLINE:", airline.name.upper()),
        ("BOOKING REF:", says(p, "booking_reference", p.letters(6))),
        ("DATE OF ISSUE:", dated(trip.departs - timedelta(days=30), "code")),
    ]
    p.facts["carrier"] = p.facts["carrier"]._replace(printed=airline.name.upper())
    for index, (label, value) in enumerate(rows):
        p.beside(label, value, 12, 26 + 6 * index, 45)
    p.rule(12, 60, 198, 60)
    for x, text in (
        (12, "FROM / TO"),
        (72, "FLIGHT"),
        (92, "CL"),
        (102, "DATE"),
        (126, "DEP"),
        (143, "ARR"),
        (160, "FARE BASIS"),
        (187, "BAG"),
    ):
        p.put(text, x, 62, 7.5, bold=True)
    number = f"{airline.code}{p.dice.randrange(100, 4999)}"
    p.fact("service", number, f"{airline.code} {number[2:]}")
    for place, name in ((start, "origin"), (stop, "destination")):
        upper = place.city.upper()
        p.fact(
            name,
            place.code,
            place.city,
            f"{place.city} {place.code}",
            f"{place.city} {place.code} {place.country}",
            printed=f"{upper} {place.code}",
        )
    cabin = p.pick("Y", "K", "M")
    p.fact("class", cabin, "Economy")
    date, day = p.pick("code", "dots"), trip.departs
    p.put(f"{start.city.upper()} {start.code}", 12, 68, 8)
    p.put(number, 72, 68, 8)
    p.put(cabin, 92, 68, 8)
    p.put(on(p, "date", day, date), 102, 68, 8)
    p.put(at(p, "departure", trip.departs, "bare"), 126, 68, 8)
    p.put(at(p, "arrival", trip.arrives, "bare"), 143, 68, 8)
    p.put(f"{cabin}LXN{p.digits(2)}", 160, 68, 8)
    p.put("1PC", 187, 68, 8)
    p.put(f"{stop.city.upper()} {stop.code}", 12, 73, 8)
    back = trip.departs + timedelta(days=9, hours=2)
    p.put(f"{stop.city.upper()} {stop.code}", 12, 80, 8)
    for x, text in (
        (72, f"{number[:2]}{int(number[2:]) + 1}"),
        (92, cabin),
        (102, dated(back, date)),
        (126, timed(back, "bare")),
    ):
        p.put(text, x, 80, 8)
    p.put(f"{start.city.upper()} {start.code}", 12, 85, 8)
    p.rule(12, 92, 198, 92)
    cents, fuel = p.cents(120, 900), 8250
    tax = p.dice.randrange(2000, 6000)
    currency = p.pick("EUR", "USD", "GBP", judge=("EUR", "CHF", "NOK"))
    for index, (label, part) in enumerate((("FARE", cents - fuel - tax), ("TAX/FEE/CHARGE YQ", fuel), ("TAX/FEE/CHARGE", tax))):
        p.put(label, 12, 96 + 5.5 * index, 9)
        p.put(f"{currency} {part // 100}.{part % 100:02d}", 110, 96 + 5.5 * index, 9, align="right")
    p.put("TOTAL", 12, 113, 9, bold=True)
    p.put(price(p, cents, currency, f"{currency} P"), 110, 113, 9, align="right", bold=True)
    p.put("FORM OF PAYMENT  CC VIXXXXXXXXXXXX" + p.digits(4), 12, 120, 9)
    p.ignore("fare")
    p.lines(
        [
            "AT CHECK-IN, PLEASE SHOW A PICTURE IDENTIFICATION AND THE DOCUMENT YOU GAVE FOR REFERENCE AT RESERVATION TIME.",
            "THE CARRIAGE OF CERTAIN HAZARDOUS MATERIALS, LIKE AEROSOLS AND FIREWORKS, ABOARD THE AIRCRAFT IS FORBIDDEN.",
            f"CONDITIONS OF CARRIAGE 2019 EDITION APPLY. RESERVATIONS TEL +44 20 5550 {p.digits(4)}  IATA NBR {p.digits(8)}",
        ],
        12,
        210,
        7,
    )


# ---- only to judge by


def spanish_card(p: Press) -> None:
    """Card stock in Spanish and English, labels to the left, PDF417 at the side."""
    p.sheet(190, 80, "#fffefa", dpi=(180, 200, 250))
    f = Flight(p, "es")
    p.band(0, 0, 190, 11, p.pick("#0c4a6e", "#7c2d12"))
    p.put(f.airline.name, 6, 2.5, 14, bold=True, ink="white")
    p.put("Tarjeta de embarque / Boarding card", 100, 4, 10, ink="white")
    rows = [
        ("Nombre / Name", f.names("passenger", f.person.ascii)),
        ("Vuelo / Flight", f.names("flight", f.number)),
        ("De / From", f"{f.start.city} - {f.names('origin', f.start.code)}"),
        ("A / To", f"{f.stop.city} - {f.names('destination', f.stop.code)}"),
        ("Fecha / Date", on(p, "date", f.trip.departs, p.pick("slashes", "code spaced"))),
        ("Salida / Departs", at(p, "departure", f.trip.departs, "colon")),
        ("Localizador / PNR", f.names("booking_reference", f.booking)),
    ]
    p.open.discard("date")
    for index, (label, value) in enumerate(rows):
        p.beside(label, value, 6, 15 + 6.5 * index, 36, 9, bold=True)
    p.above("Embarque / Boarding", at(p, "boarding_time", f.boards, "colon"), 100, 15, 13)
    p.above("Puerta / Gate", says(p, "gate", p.pick(f"T{p.digits(2)}", p.digits(2))), 138, 15, 13)
    p.above("Asiento / Seat", f.names("seat", f.seat), 100, 28, 13)
    p.above("Sec.", f.names("sequence", f"{f.sequence:03d}"), 138, 28, 13)
    p.above("Clase / Class", f.names("class", _CABINS[f.cabin]), 160, 28, 8)
    p.code(f.barcode(), "pdf417", 96, 42, 88)
    p.put("El embarque cierra 20 minutos antes de la salida. Equipaje de mano: 10 kg máximo.", 6, 74, 6)


def dutch_phone(p: Press) -> None:
    """A telephone's screen, white on dark, English with Dutch."""
    p.stock_type, p.ink = "screen", "#f3f4f6"
    p.sheet(70, 142, "#111827", dpi=(200, 250, 300))
    f = Flight(p, "nl")
    p.put(f.airline.name, 5, 6, 13, bold=True)
    p.put("Instapkaart", 65, 7, 8, align="right")
    p.put(f.names("passenger", f.person.name), 5, 16, 10)
    p.put(
        f"{f.names('origin', f.start.code)}   {p.pick('→', '>')}   {f.names('destination', f.stop.code)}",
        35,
        24,
        20,
        bold=True,
        align="middle",
    )
    p.put(f"{f.start.city} - {f.stop.city}", 35, 34, 8, align="middle")
    p.open.discard("date")
    day = f.trip.departs
    p.above("Vlucht", f.names("flight", f.number), 5, 41, 10)
    p.above("Datum", on(p, "date", day, p.pick("dashes", "long"), "nl"), 30, 41, 8)
    p.above("Gate", says(p, "gate", f"{p.pick('B', 'D', 'H')}{p.digits(1)}"), 5, 52, 12)
    p.above("Boarding", at(p, "boarding_time", f.boards, "colon"), 27, 52, 12)
    p.above("Stoel", f.names("seat", f.seat), 50, 52, 12)
    p.above("Vertrek", at(p, "departure", f.trip.departs, "colon"), 5, 63, 10)
    p.above("Klasse", f.names("class", _CABINS[f.cabin]), 27, 63, 7)
    p.above("Boekingscode", f.names("booking_reference", f.booking), 5, 74, 10)
    p.above("Volgnr.", f.names("sequence", f"{f.sequence:03d}"), 40, 74, 10)
    p.code(f.barcode(), "aztec", 15, 88, 40)
    p.put(f"Gate sluit 15 minuten voor vertrek · {month(day, 'nl')}", 35, 134, 6, align="middle")
