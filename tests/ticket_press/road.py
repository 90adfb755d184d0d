"""Tickets of buses, coaches and ferries."""

from __future__ import annotations

from datetime import timedelta

from ticket_press.facts import at, on, passenger, price, route, says, travelling
from ticket_press.press import Press, at_top
from ticket_press.writing import amount, dated, money, timed


def bus_slip(p: Press) -> None:
    """A slip from the driver in German: one price, no passenger, a line of places."""
    p.face, p.stock_type = "mono", "thermal"
    p.sheet(58, 92, "#fbfaf6", dpi=(180, 200, 250))
    carrier, trip = p.pick(*p.stock.coach["de"]), p.trip(p.stock.cities["de"], 15, 70)
    travelling(p, "bus", carrier, f"{carrier} GmbH")
    route(p, trip)
    p.put(carrier, 29, 5, 8, bold=True, align="middle")
    p.put("Am Betriebshof 3, 35000 Lahnbruck", 29, 9, 5.5, align="middle")
    fare = p.pick("Einzelfahrschein", "Einzelfahrt", judge=("Einzelticket", "Tageskarte Bus"))
    p.put(says(p, "fare", fare), 29, 16, 12, bold=True, align="middle")
    p.put(p.pick("Erwachsener", "1 Erwachsener"), 29, 22, 8, align="middle")
    if p.chance(0.5):
        p.beside("von", trip.origin, 4, 29, 14, 9, bold=True)
        p.beside("nach", trip.destination, 4, 34, 14, 9, bold=True)
    else:
        p.put(f"von {trip.origin} nach", 4, 29, 8)
        p.put(trip.destination, 4, 34, 8)
    line = p.digits(2) if p.chance(0.5) else f"X{p.digits(2)}"
    p.fact("service", line, f"Linie {line}", f"Bus {line}")
    p.put(f"Linie {line}", 4, 40, 8)
    p.put(f"Preisstufe {p.dice.randrange(2, 8)}", 30, 40, 8)
    day = on(p, "date", trip.departs, p.pick("dots", "short dots"))
    p.put(f"{p.pick('Gültig', 'Datum', judge=('Fahrtantritt',))}: {day} {at(p, 'departure', trip.departs, 'colon')}", 4, 46, 8)
    p.ignore("departure", "valid_from", "valid_until", "arrival")
    p.rule(4, 52, 54, 52)
    cents = p.cents(2, 14) // 10 * 10
    p.put("Preis" if not p.judge else "Betrag", 4, 54, 10, bold=True)
    p.put(price(p, cents, "EUR", "N EUR", "EUR N", judge=("N EUR",)), 54, 54, 10, bold=True, align="right")
    p.put(f"enth. 7% MwSt {money(round(cents * 7 / 107), 'N EUR')}", 4, 60, 6)
    p.put(f"Ticket-Nr. {says(p, 'number', p.digits(8))}", 4, 66, 7)
    p.put(f"Wagen {p.digits(3)}  Fahrer {p.digits(4)}", 4, 70, 6)
    p.ignore("coach")
    p.put("Nicht übertragbar. Gute Fahrt!", 29, 80, 6, align="middle")


def coach_sheet(p: Press) -> None:
    """A4 e-ticket of a coach, German or French with English, label beside value, and a QR code."""
    p.sheet(210, 200)
    carrier, person = p.pick(*p.stock.coach["en"]), p.person(p.pick("de", "en"))
    trip = p.trip(p.stock.cities["en"], 120, 700)
    travelling(p, "bus", carrier, f"{carrier} Ltd")
    at_top(p, carrier, 24, 210, p.pick("#4d7c0f", "#0f766e"))
    french = p.chance(0.4)
    p.put("Réservation / Booking confirmation" if french else "Buchungsbestätigung / Booking confirmation", 15, 26, 12, bold=True)
    stops = {place: f"{place}, {p.pick('Bus Station', 'Coach Terminal', 'Central Bus Station')}" for place in trip[:2]}
    p.fact("origin", stops[trip.origin], trip.origin)
    p.fact("destination", stops[trip.destination], trip.destination)
    style = p.pick("dots", "day short", judge=("weekday long", "dots"))
    order, code = p.digits(10), p.letters(6)
    p.fact("booking_reference", code)
    seat = f"{p.dice.randrange(1, 15)}{p.pick('A', 'B', 'C', 'D')}"
    labels = _coach_labels(french)
    rows = [
        (labels[0], code),
        (labels[1], stops[trip.origin]),
        (labels[2], f"{on(p, 'date', trip.departs, style)}, {at(p, 'departure', trip.departs, 'colon')}"),
        (labels[3], stops[trip.destination]),
        (labels[4], f"{dated(trip.arrives, style)}, {at(p, 'arrival', trip.arrives, 'colon')}"),
        (labels[5], says(p, "service", f"{p.pick('N', '0', 'K')}{p.digits(3)}")),
        (labels[6], says(p, "seat", seat)),
        (labels[7], passenger(p, person, person.name)),
        (labels[8], price(p, p.cents(9, 90), "EUR", "N €", "EUR N")),
    ]
    p.fact("arrival_date", f"{trip.arrives:%Y-%m-%d}", printed=dated(trip.arrives, style))
    for index, (label, value) in enumerate(rows):
        p.beside(label, value, 15, 38 + 8 * index, 62, 10, bold=True)
    p.put(f"Order no. {order} · {dated(trip.departs - timedelta(days=9), 'iso')} {timed(trip.departs, 'colon')}", 15, 115, 7)
    p.ignore("number")
    p.lines(
        [
            "Please be at the stop 15 minutes before departure. One hold bag (20 kg) and one hand bag (7 kg) are free.",
            f"Service hotline +49 30 5550 {p.digits(4)} (7:00-22:00). {carrier} Ltd, 4 Wharf Road, London, VAT GB{p.digits(9)}",
            "Rebooking until 30 minutes before departure, fee 3,00 €. Save 10 % on the next journey with the code AUTUMN10!",
        ],
        15,
        184,
        6.5,
    )
    p.code(f"{code}/{order}/{seat}", "qr-code", 152, 38, 42)


def _coach_labels(french: bool) -> list[str]:
    german = "Buchungsnummer Von Abfahrt Nach Ankunft Linie Sitzplatz Fahrgast Gesamtpreis".split()
    other = ["Réservation", "De", "Départ", "Vers", "Arrivée", "Ligne", "Siège", "Passager", "Prix total"]
    english = ["Booking number", "From", "Departure", "To", "Arrival", "Line", "Seat", "Passenger", "Total price"]
    return [f"{one} / {two}" for one, two in zip(other if french else german, english, strict=True)]


def ferry_sheet(p: Press) -> None:
    """A4 of a ferry: a table of the crossing, vehicle and cabin, Code 128."""
    p.face = p.pick("sans", "serif")
    p.sheet(210, 200)
    carrier, trip, person = p.pick(*p.stock.ferry), p.trip(p.stock.ports, 90, 900), p.person(p.pick("en", "fr"))
    travelling(p, "ferry", carrier)
    route(p, trip)
    p.put(carrier, 15, 10, 20, bold=True, ink=p.pick("#0b3d91", "#7b1e3b"))
    p.put(p.pick("FERRY TICKET", "BOARDING DOCUMENT - FERRY"), 15, 22, 12)
    p.beside("Booking reference:", says(p, "booking_reference", p.digits(8)), 15, 32, 42, 11, bold=True)
    p.beside("Lead passenger:", passenger(p, person, f"{person.title} {person.name}"), 15, 39, 42)
    p.beside("Vehicle:", f"Car up to 1.85m high, 5.00m long, reg. {p.letters(3)} {p.digits(3)}", 15, 46, 42)
    style = p.pick("code spaced", "slashes", "day short")
    p.band(15, 55, 195, 61, "#e5e9f2")
    for x, text in ((17, "Departure port"), (57, "Arrival port"), (97, "Date"), (133, "Dep."), (153, "Arr."), (172, "Check-in")):
        p.put(text, x, 56.5, 8, bold=True)
    leave, arrive = p.pick(("colon", "colon"), ("half", "half"))
    p.put(trip.origin, 17, 63, 9)
    p.put(trip.destination, 57, 63, 9)
    p.put(on(p, "date", trip.departs, style), 97, 63, 9)
    p.put(at(p, "departure", trip.departs, leave), 133, 63, 9)
    p.put(at(p, "arrival", trip.arrives, arrive), 153, 63, 9)
    p.put(timed(trip.departs - timedelta(minutes=60), leave), 172, 63, 9)
    if p.chance(0.5):
        back = trip.departs + timedelta(days=8, hours=3)
        for x, text in ((17, trip.destination), (57, trip.origin), (97, dated(back, style)), (133, timed(back, leave))):
            p.put(text, x, 68.5, 9)
    p.put("Ship: MV Silver Gannet", 15, 80, 9)
    p.put(f"Cabin: {p.pick('2 berth outside', 'Reserved lounge')}", 90, 80, 9)
    p.put(f"Total paid: {price(p, p.cents(60, 420), 'GBP', '£P', 'GBP P')}", 15, 90, 12, bold=True)
    p.put("including fuel surcharge £12.00 and port taxes £9.40", 85, 91.5, 7)
    p.ignore("class")
    p.lines(
        [
            f"Booked on {dated(trip.departs - timedelta(days=44), 'slashes')}. Tel. 0330 555 {p.digits(4)}, 08:00 to 20:00.",
            "Check-in closes 45 minutes before departure. Please carry a valid passport. Dogs must have a valid pet passport.",
            "Amendments are subject to a fee of £10.00 each way. Registered office: 1 Quay Street, Dover CT17 9XX.",
        ],
        15,
        180,
        6.5,
    )
    p.code(f"{p.facts['booking_reference'].forms[0]}A1", "code-128", 15, 105, 70)


# ---- only to judge by


def spanish_coach(p: Press) -> None:
    """A narrow coach ticket in Spanish with labels above the values, two by two."""
    p.face, p.stock_type = p.pick("sans", "mono"), "thermal"
    p.sheet(80, 120, dpi=(180, 200, 250))
    carrier, trip, person = p.pick(*p.stock.coach["es"]), p.trip(p.stock.cities["es"], 60, 400), p.person("es")
    travelling(p, "bus", carrier)
    route(p, trip)
    p.put(carrier.upper(), 5, 5, 13, bold=True)
    p.facts["carrier"] = p.facts["carrier"]._replace(printed=carrier.upper())
    p.put("BILLETE DE AUTOBÚS", 5, 12, 9)
    p.above("Origen", trip.origin, 5, 20, 10)
    p.above("Destino", trip.destination, 42, 20, 10)
    p.above("Fecha", on(p, "date", trip.departs, p.pick("slashes", "dashes")), 5, 32, 10)
    p.above("Hora salida", at(p, "departure", trip.departs, "colon"), 42, 32, 10)
    p.above("Autobús", p.dice.choice("123"), 5, 44, 10)
    p.ignore("coach", "service")
    p.above("Asiento", says(p, "seat", p.digits(2)), 42, 44, 10)
    p.above("Viajero", passenger(p, person, person.name), 5, 56, 9)
    p.above("Localizador", says(p, "booking_reference", p.letters(7)), 42, 56, 9)
    p.above("Precio total (IVA incl.)", price(p, p.cents(6, 60), "EUR", "N €", "N EUR"), 5, 68, 11)
    p.put(f"Nº billete: {says(p, 'number', p.digits(10))}", 5, 80, 8)
    p.put(f"CIF B{p.digits(8)}  Tel. 902 555 {p.digits(3)}", 5, 85, 6)
    p.put(f"Emitido {dated(trip.departs - timedelta(days=3), 'slashes')} 18:20", 5, 89, 6)
    p.code(f"{p.facts['number'].forms[0]}", "pdf417", 5, 95, 60)


def italian_ferry(p: Press) -> None:
    """Half a page of a ferry in Italian and English."""
    p.sheet(200, 100, "#f3f8fc", dpi=(130, 150, 200, 250))
    carrier, trip, person = p.pick(*p.stock.ferry), p.trip(p.stock.ports, 200, 800), p.person("it")
    travelling(p, "ferry", carrier)
    route(p, trip)
    p.put(carrier, 8, 6, 17, bold=True, ink="#04476e")
    p.put("Carta d'imbarco passeggeri / Ferry ticket", 8, 15, 10)
    p.put(f"{trip.origin} - {trip.destination}", 8, 24, 15, bold=True)
    p.beside(
        "Partenza / Departure",
        f"{on(p, 'date', trip.departs, 'slashes')} {at(p, 'departure', trip.departs, p.pick('colon', 'dot'))}",
        8,
        36,
        48,
    )
    p.beside("Arrivo / Arrival", f"{dated(trip.arrives, 'slashes')} {at(p, 'arrival', trip.arrives, 'colon')}", 8, 43, 48)
    p.fact("arrival_date", f"{trip.arrives:%Y-%m-%d}", printed=dated(trip.arrives, "slashes"))
    p.beside("Passeggero / Passenger", passenger(p, person, f"{person.family.upper()} {person.given.upper()}"), 8, 50, 48)
    p.beside("Sistemazione", p.pick("Poltrona", "Cabina interna", "Passaggio ponte"), 8, 57, 48)
    p.beside("Nave", "M/N Corallina", 8, 64, 48)
    cents = p.cents(30, 250)
    p.beside("Prezzo / Price", price(p, cents, "EUR", "€ N", "EUR N"), 8, 71, 48, 10, bold=True)
    p.put(f"di cui diritti portuali {money(840, 'N')}", 95, 71.5, 7)
    p.beside("Biglietto n.", says(p, "number", p.digits(9)), 8, 79, 48)
    p.beside("Codice prenotazione", says(p, "booking_reference", p.letters(6)), 8, 86, 48)
    p.ignore("class", "seat")
    p.put(f"Presentarsi all'imbarco 90 minuti prima della partenza. Tel. 010 555{p.digits(4)}", 8, 94, 6)
    p.code(f"{p.facts['number'].forms[0]}{amount(cents)}", "qr-code", 150, 30, 34)
