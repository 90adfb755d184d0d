"""Rail tickets of six countries."""

from __future__ import annotations

from datetime import timedelta

from ticket_press.facts import at, issued, on, passenger, price, route, says, seat, travelling
from ticket_press.payloads import Rail, uic918
from ticket_press.press import Press, Trip, at_top
from ticket_press.writing import amount, dated, money, timed


def german_sheet(p: Press) -> None:
    """A4 printed at home: the fare on top, prices with their tax, a table of the connection, a large Aztec code."""
    p.face = p.pick("sans", "narrow", judge=("sans", "serif"))
    p.sheet(210, 297)
    carrier, trip, person = p.pick(*p.stock.rail["de"]), p.trip(p.stock.stations["de"], 70, 420), p.person("de")
    travelling(p, "train", carrier, f"{carrier} AG", f"{carrier} Fernverkehr AG")
    route(p, trip)
    p.put(carrier, 15, 12, 20, bold=True, ink="#b00020")
    p.put(p.pick("Online-Ticket", "Handy- und Online-Ticket", judge=("Digitales Ticket",)), 15, 24, 14, bold=True)
    fare, second = p.pick("Sparpreis Plus", "Flexpreis", judge=("Super Sparfahrt", "Normalpreis")), p.chance(0.7)
    cabin = "2" if second else "1"
    p.fact("fare", fare, f"{fare} (Einfache Fahrt)", f"{fare} Einfache Fahrt")
    p.put(f"{fare} (Einfache Fahrt)", 15, 34, 11, bold=True)
    p.beside("Klasse:", says(p, "class", cabin), 15, 42, 32)
    p.beside("Reisende:" if p.judge else "Erw:", "1", 15, 47, 32)
    p.beside("Hinfahrt:" if not p.judge else "Strecke:", f"{trip.origin} {p.pick('-', '→', '–')} {trip.destination}", 15, 52, 32)
    p.beside("Über:" if p.chance(0.5) else "VIA:", "Fulda*(KS/FD)", 15, 57, 32)
    p.ignore("via")
    day = on(p, "date", trip.departs, p.pick("dots", "short dots"))
    p.beside(p.pick("Gültigkeit:", "Fahrtantritt am"), p.pick(f"ab {day} 00:00 Uhr", day), 15, 62, 32)
    p.ignore("valid_from", "valid_until")
    cents = p.cents(17, 140)
    p.put("Zahlungspositionen und Preis", 15, 74, 10, bold=True)
    p.rule(15, 79, 120, 79)
    for x, text in ((15, "Positionen"), (65, "Preis"), (85, "MwSt D: 7%"), (108, "MwSt 19%")):
        p.put(text, x, 80.5, 7, bold=True)
    reserved = p.chance(0.5)
    ticket = cents - 520 if reserved else cents
    for y, (text, part) in enumerate([("Fahrkarte", ticket), *([("Reservierung", 520)] if reserved else []), ("Summe", cents)]):
        printed = price(p, part, "EUR", "N€", "N €", judge=("N EUR",)) if text == "Summe" else money(part, "N€")
        p.put(text, 15, 85 + 4.5 * y, 8, bold=text == "Summe")
        p.put(printed, 80, 85 + 4.5 * y, 8, align="right", bold=text == "Summe")
        p.put(money(round(part * 7 / 107), "N€"), 100, 85 + 4.5 * y, 8, align="right")
    order = says(p, "booking_reference", p.letters(6) if p.judge or p.chance(0.5) else p.digits(12))
    p.beside(p.pick("Auftragsnummer:", "Auftrag (NVS):", judge=("Auftragsnr.:",)), order, 15, 103, 40, 10, bold=True)
    p.beside("Fahrgast:" if p.chance(0.5) else "Name:", passenger(p, person, f"{person.title} {person.name}"), 15, 109, 40)
    bought = trip.departs - timedelta(days=p.dice.randrange(2, 60))
    p.beside(
        "Buchungsdatum:" if p.judge else "Buchung am:",
        f"{issued(p, bought, 'dots')} um {timed(bought, 'colon')} Uhr",
        15,
        114,
        40,
        8,
    )
    p.put(p.pick("Ihre Reiseverbindung und Reservierung", "Ihre Reiseverbindung", judge=("Reiseplan",)), 15, 126, 11, bold=True)
    _connection(p, trip, reserved)
    p.lines(
        [
            "Wir danken für Ihre Buchung. Ticket nur gültig mit Lichtbildausweis. Umtausch und Erstattung bis einen Tag vor dem",
            f"ersten Geltungstag kostenpflichtig. Bei Fragen: Service-Nummer 030 5550 {p.digits(3)} (Mo-Fr 8:00 - 20:00).",
            f"{carrier} AG, Bahnhofplatz 4, 60329 Frankfurt, USt-IdNr. DE{p.digits(9)}, Amtsgericht Frankfurt HRB {p.digits(5)}",
        ],
        15,
        262,
        6.5,
    )
    p.ignore("number")  # the barcode has one place for the booking's number and the ticket's
    rail = Rail(
        order, bought, person.name, fare, trip.origin, trip.destination, trip.departs, trip.arrives, cabin, f"EUR {amount(cents)}"
    )
    p.code(uic918(rail, p.dice), "aztec", 148, 15, 46)


def _connection(p: Press, trip: Trip, reserved: bool) -> None:
    origin, destination, departs, arrives = trip
    heads = ((15, "Halt"), (72, "Datum"), (90, "Zeit"), (108, "Gleis"), (120, "Produkte"), (143, "Reservierung"))
    for x, text in heads:
        p.put(text, x, 133, 8, bold=True)
    p.rule(15, 137.5, 195, 137.5)
    platform, other, train = p.digits(1), p.digits(2), f"{p.pick('ICE', 'IC')} {p.digits(3)}"
    p.put(origin, 15, 140, 8.5)
    p.put(f"{departs:%d.%m.}", 72, 140, 8.5)
    p.put(f"ab {at(p, 'departure', departs, 'colon')}", 90, 140, 8.5)
    p.put(says(p, "platform", platform), 110, 140, 8.5)
    p.put(says(p, "service", train), 120, 140, 8.5)
    p.put(destination, 15, 145.5, 8.5)
    p.put(f"{arrives:%d.%m.}", 72, 145.5, 8.5)
    p.put(f"an {at(p, 'arrival', arrives, 'colon')}", 90, 145.5, 8.5)
    p.put(other, 110, 145.5, 8.5)
    p.ignore("arrival_date")
    if reserved:
        coach, place = p.digits(2), p.digits(2)
        seat(p, coach, place)
        p.put(p.pick(f"Wg. {coach}, Pl. {place},", f"Wagen {coach} Platz {place},"), 143, 140, 8.5)
        p.put("1 Fenster, Großraum", 143, 145.5, 8.5)
    p.rule(15, 151, 195, 151)


def french_card(p: Press) -> None:
    """Card of 200 × 82 mm from a machine: departure and arrival side by side, coach and seat in a line."""
    p.face = p.pick("mono", "narrow", judge=("sans", "mono"))
    p.sheet(200, 82, p.pick("#fff8ee", "#f4f7fb"), dpi=(130, 150, 200, 250, 300))
    carrier, trip, person = p.pick(*p.stock.rail["fr"]), p.trip(p.stock.stations["fr"], 60, 300), p.person("fr")
    travelling(p, "train", carrier)
    route(p, trip)
    p.put(carrier.upper(), 6, 5, 13, bold=True, face="sans")
    p.put("BILLET" if p.chance(0.6) else "BILLET À COMPOSTER AVANT L'ACCÈS AU TRAIN", 66, 5, 7.5, bold=True)
    p.put(passenger(p, person, f"{person.family.upper()} {person.given.upper()}"), 140, 5, 8.5)
    p.put("01 ADULTE", 140, 10.5, 8)
    p.rule(6, 15, 194, 15)
    half = p.chance(0.5)
    time = "h" if half else "dot" if p.judge else "h"
    p.put("Dép" if p.chance(0.5) else "Départ", 6, 18, 7)
    style = p.pick("slashes", "short slashes", judge=("dots", "slashes"))
    p.put(
        f"{on(p, 'date', trip.departs, style)} à {at(p, 'departure', trip.departs, time)}",
        20,
        18,
        9,
    )
    p.put(p.pick("de ", "") + trip.origin.upper(), 74, 18, 9, bold=True)
    p.put("Arr" if p.chance(0.5) else "Arrivée", 6, 25, 7)
    p.put(f"à {at(p, 'arrival', trip.arrives, time)}", 20, 25, 9)
    p.put(p.pick("à ", "") + trip.destination.upper(), 74, 25, 9, bold=True)
    p.facts["origin"] = p.facts["origin"]._replace(printed=trip.origin.upper())
    p.facts["destination"] = p.facts["destination"]._replace(printed=trip.destination.upper())
    p.facts["carrier"] = p.facts["carrier"]._replace(printed=carrier.upper())
    coach, place = f"{p.dice.randrange(1, 19):02d}", f"{p.dice.randrange(11, 118)}"
    p.fact("coach", str(int(coach)), coach, printed=coach)
    p.fact("seat", place)
    word = p.pick("TGV", "TRAIN", judge=("TRAIN", "TER"))
    number = p.digits(4)
    p.fact("service", f"{word} {number}", number, f"Train {number}", printed=f"{word} {number}")
    p.put(f"{word} {number}", 6, 33, 9)
    second = p.chance(0.7)
    cabin = "2" if second else "1"
    printed = f"CLASSE {cabin}" if p.chance(0.5) else "2e classe" if second else "1re classe"
    p.fact("class", cabin, printed, printed=printed)
    p.put(printed, 40, 33, 9)
    p.put(f"VOITURE {coach}  PLACE ASSISE {place}" if p.chance(0.6) else f"Voiture {coach} - Place {place}", 74, 33, 9)
    p.put("SALLE FENÊTRE" if p.chance(0.5) else "DUO CÔTE À CÔTE", 150, 33, 7)
    p.rule(6, 40, 194, 40)
    fare = p.pick("TARIF LOISIR", "PLEIN TARIF", judge=("TARIF JEUNE", "PRIX MINI"))
    says(p, "fare", fare, fare.removeprefix("TARIF "))
    p.put(fare, 6, 43, 8)
    p.put("Échangeable et remboursable sous conditions", 60, 43, 7)
    p.put("Prix EUR" if p.judge else "Prix :", 140, 43, 8)
    cents = p.cents(15, 130)
    if p.judge:
        p.fact("price", amount(cents), printed=money(cents, "**N"))
        p.fact("currency", "EUR", printed="Prix EUR")
        p.put(money(cents, "**N"), 165, 43, 9, bold=True)
    else:
        p.put(price(p, cents, "EUR", "N EUR", "N €"), 160, 43, 9, bold=True)
    p.put(f"dont TVA 10% : {money(round(cents / 11), 'N')}", 140, 49, 6.5)
    bought = trip.departs - timedelta(days=p.dice.randrange(1, 40))
    p.put(f"CB{p.digits(10)}  {dated(bought, 'short slashes')} {timed(bought, 'h')}  {p.digits(5)}", 6, 74, 6.5)
    label = p.pick("Dossier", "Référence dossier", "DOSSIER", judge=("Réf. dossier", "Code dossier"))
    p.put(
        f"{label} : {says(p, 'booking_reference', p.letters(6))}",
        60,
        66,
        9,
    )
    ticket = says(p, "number", p.digits(9))
    p.put(f"{p.pick('N° de billet', 'Billet n°')} : {ticket}", 60, 60, 8)
    p.code(f"i0CV{p.facts['booking_reference'].forms[0]}{ticket}", "aztec", 8, 49, 22)


def italian_sheet(p: Press) -> None:
    """A4 with labels above values in three columns and the ticket's PNR."""
    p.sheet(210, 297)
    carrier, trip, person = p.pick(*p.stock.rail["it"]), p.trip(p.stock.stations["it"], 50, 330), p.person("it")
    travelling(p, "train", carrier, f"{carrier} S.p.A.")
    route(p, trip)
    at_top(p, carrier, 22, 210, p.pick("#00693c", "#7a0019"))
    p.put(p.pick("Biglietto elettronico", "Promemoria di viaggio", judge=("Il tuo biglietto",)), 15, 24, 13, bold=True)
    pnr, ticket = says(p, "booking_reference", p.letters(6)), says(p, "number", p.digits(10))
    p.put(f"{p.pick('PNR', 'Codice prenotazione (PNR)')}: {pnr}", 15, 33, 11, bold=True)
    p.put(f"{p.pick('N. Titolo', 'Numero Titolo', judge=('Numero biglietto',))}: {ticket}", 90, 33, 11)
    p.frame(12, 42, 198, 112)
    p.above(p.pick("Stazione di Partenza", "Da"), trip.origin, 16, 46, 11)
    p.above(p.pick("Stazione di Arrivo", "A"), trip.destination, 108, 46, 11)
    style = p.pick("slashes", "dots")
    p.above(p.pick("Ore", "Ora"), at(p, "departure", trip.departs, p.pick("colon", "dot")), 16, 58, 11)
    p.above("Data", on(p, "date", trip.departs, style), 42, 58, 11)
    p.above(p.pick("Ore", "Ora"), at(p, "arrival", trip.arrives, "colon"), 108, 58, 11)
    p.above("Data", dated(trip.arrives, style), 134, 58, 11)
    p.fact("arrival_date", f"{trip.arrives:%Y-%m-%d}", printed=dated(trip.arrives, style))
    number = p.digits(4)
    word = p.pick("Intercity", "Regionale", judge=("Espresso", "Intercity Notte"))
    p.fact("service", f"{word} {number}", number, f"Treno {number}", printed=f"{word} {number}")
    p.above("Treno", f"{word} {number}", 16, 72, 10)
    coach, place = str(p.dice.randrange(1, 12)), f"{p.dice.randrange(1, 20)}{p.pick('A', 'B', 'C', 'D')}"
    seat(p, coach, place)
    p.above("Carrozza", coach, 70, 72, 10)
    p.above(p.pick("Posti", "Posto"), place, 100, 72, 10)
    cabin = p.pick("2ª Classe", "1ª Classe")
    p.fact("class", cabin[0], cabin, f"{cabin[0]} Classe")
    p.above(p.pick("Classe", "Servizio"), cabin, 130, 72, 10)
    p.above(p.pick("Nome Passeggero", "Passeggero", "Nome e cognome"), passenger(p, person, person.name), 16, 86, 10)
    p.above("Adulti" if p.judge else "N. Adulti", "1", 108, 86, 10)
    p.fact("fare", "ORDINARIA" if p.judge else "Base")
    p.above(p.pick("Offerta", "Tariffa"), p.facts["fare"].printed, 130, 86, 10)
    cents = p.cents(9, 110)
    p.above(
        p.pick("Importo totale", "Totale pagato", judge=("Prezzo",)), price(p, cents, "EUR", "N €", "€ N", "EUR N"), 16, 99, 11
    )
    p.put("di cui IVA 10%: " + money(round(cents / 11), "N €"), 70, 102, 7)
    bought = trip.departs - timedelta(days=p.dice.randrange(1, 50))
    p.put(
        f"Data di acquisto: {issued(p, bought, 'slashes')} ore {timed(bought, 'colon')} - Pagamento: carta di credito", 15, 118, 8
    )
    p.lines(
        [
            "Il biglietto è nominativo e personale. Il passeggero deve esibirlo, con un documento di identità, al personale.",
            f"Per informazioni: Call Center 06 5550 {p.digits(3)} tutti i giorni dalle 7.00 alle 23.00. Cambio consentito.",
            f"{carrier} S.p.A. - Via dei Binari 12, 00185 Roma - P. IVA {p.digits(11)} - Capitale sociale 1.500.000,00 euro",
        ],
        15,
        270,
        6.5,
    )
    p.ignore("valid_from")  # the barcode says the day of the journey there
    names = person.name, p.facts["fare"].printed, trip.origin, trip.destination
    rail = Rail(ticket, bought, *names, trip.departs, trip.arrives, cabin[0], f"EUR {amount(cents)}")
    p.code(uic918(rail, p.dice) if p.chance(0.5) else f"{ticket}{pnr}", "aztec", 15, 126, 42)


def spanish_sheet(p: Press) -> None:
    """Half a page: labels above values in boxes, two journeys, a QR code."""
    p.sheet(210, 150)
    carrier, trip, person = p.pick(*p.stock.rail["es"]), p.trip(p.stock.stations["es"], 80, 300), p.person("es")
    travelling(p, "train", carrier)
    route(p, trip)
    at_top(p, carrier, 20, 210, p.pick("#5b2a86", "#223a70"))
    p.put(p.pick("Billete de ida y vuelta", "Billete"), 140, 5, 12, bold=True, ink="white")
    ticket = says(p, "number", p.digits(13))
    p.put(f"{p.pick('Nº de billete', 'Núm. billete', 'Billete nº')}: {ticket}", 10, 20, 9)
    p.put(f"{p.pick('Localizador', 'Cód. localizador')}: {says(p, 'booking_reference', p.letters(6))}", 80, 20, 9, bold=True)
    p.put(f"{p.pick('Viajero', 'Pasajero')}: {passenger(p, person, person.name)}", 10, 27, 9)
    for y, word, (start, stop), departs, arrives in (
        (36, "Ida", (trip.origin, trip.destination), trip.departs, trip.arrives),
        (
            70,
            "Vuelta",
            (trip.destination, trip.origin),
            trip.departs + timedelta(days=3, hours=2),
            trip.arrives + timedelta(days=3, hours=2),
        ),
    ):
        first = word == "Ida"
        p.put(word, 10, y, 11, bold=True)
        p.frame(10, y + 6, 150, y + 30)
        p.above("Origen" if p.judge else "Salida", start, 12, y + 8, 10)
        p.above("Destino" if p.judge else "Llegada", stop, 75, y + 8, 10)
        coach, place, number = (
            str(p.dice.randrange(1, 13)),
            f"{p.dice.randrange(1, 17)}{p.pick('A', 'B', 'C', 'D')}",
            f"0{p.digits(4)}",
        )
        p.above("Fecha", on(p, "date", departs, "slashes") if first else dated(departs, "slashes"), 12, y + 19, 9)
        p.above(
            "Hora salida" if p.judge else "Hora",
            at(p, "departure", departs, "colon") if first else timed(departs, "colon"),
            36,
            y + 19,
            9,
        )
        p.above(
            "Hora llegada" if p.judge else "Llegada",
            at(p, "arrival", arrives, "colon") if first else timed(arrives, "colon"),
            57,
            y + 19,
            9,
        )
        if first:
            seat(p, coach, place)
            p.fact("service", number, f"Tren {number}", f"AVE {number}")
        p.above("Tren", number, 78, y + 19, 9)
        p.above("Coche", coach, 96, y + 19, 9)
        p.above("Plaza", place, 110, y + 19, 9)
        p.above("Clase", says(p, "class", "Turista"), 124, y + 19, 9)
    p.put(
        f"{p.pick('Precio total', 'Total', 'Importe total')}: {price(p, p.cents(30, 160), 'EUR', 'N €', 'N EUR')}",
        10,
        106,
        11,
        bold=True,
    )
    p.put("IVA incluido 10% - Gastos de gestión: 0,00 €", 80, 107, 7)
    p.lines(
        [
            "Prohibido fumar en estaciones y trenes. El acceso al tren se cierra 2 minutos antes de la salida.",
            f"Atención al cliente 91 555 {p.digits(4)}. Cambios hasta 15 minutos antes de la salida. CIF A-{p.digits(8)}",
        ],
        10,
        138,
        6.5,
    )
    p.code(
        f"{ticket}{p.facts['booking_reference'].forms[0]}",
        p.pick("qr-code", "aztec", judge=("aztec", "data-matrix")),
        164,
        44,
        34,
    )


def british_card(p: Press) -> None:
    """The size of a credit card, in capitals of one width, without a barcode."""
    p.face = "mono"
    p.stock_type = p.pick("paper", "thermal")
    p.sheet(86, 54, p.pick("#f6dfc2", "#fdeedd"), dpi=(200, 250, 300))
    trip = p.trip(p.stock.stations["en"], 30, 300)
    p.fact("mode", "train", printed="")
    p.ignore("valid_from", "valid_until")
    p.band(0, 0, 86, 6, p.pick("#e87722", "#f08a3c"))
    heads = (("Class", 3), ("Ticket type", 16), ("Adult", 56), ("Child", 70))
    for text, x in heads:
        p.put(text, x, 8, 5.5, face="sans")
    fare = p.pick("ANYTIME DAY R", "OFF-PEAK S", judge=("SUPER OFFPEAK R", "ADVANCE SINGLE"))
    cabin = p.pick("STD", "1ST")
    p.fact("class", cabin, "Standard" if cabin == "STD" else "First", "2" if cabin == "STD" else "1", printed=cabin)
    p.put(cabin, 3, 11, 8, bold=True)
    p.put(says(p, "fare", fare), 16, 11, 8, bold=True)
    p.put("ONE", 56, 11, 8, bold=True)
    p.put("NIL", 70, 11, 8, bold=True)
    p.put("Start date" if p.judge else "Date", 3, 16, 5.5, face="sans")
    p.put("Number", 40, 16, 5.5, face="sans")
    bare = on(p, "date", trip.departs, "code spaced" if p.judge else "code")
    p.put(bare, 3, 19, 8, bold=True)
    p.put(says(p, "number", f"{p.digits(5)} {p.digits(4)}"), 40, 19, 8)
    p.put("From", 3, 24, 5.5, face="sans")
    p.put("Valid until" if p.judge else "Valid", 50, 24, 5.5, face="sans")
    p.put("Price", 68, 24, 5.5, face="sans")
    p.put(trip.origin.upper() + " *", 3, 27, 8, bold=True)
    p.put("AS ADVERTISED" if not p.judge else dated(trip.departs, "code"), 50, 27, 6)
    p.put(price(p, p.cents(4, 120), "GBP", "£P", "£PX"), 84, 31 if not p.judge else 27, 8, bold=True, align="right")
    p.put("To", 3, 33, 5.5, face="sans")
    p.put("Route", 50, 33, 5.5, face="sans")
    p.put(trip.destination.upper() + " *", 3, 36, 8, bold=True)
    p.put(p.pick("ANY PERMITTED", "NOT VIA DERBY"), 50, 36, 7)
    p.fact("origin", trip.origin, trip.origin + "*", printed=trip.origin.upper())
    p.fact("destination", trip.destination, printed=trip.destination.upper())
    p.ignore("via")
    p.rule(2, 42, 84, 42)
    p.put(f"{p.digits(4)}  {timed(trip.departs, 'colon')}  {p.digits(6)}S{p.digits(2)}", 3, 44, 6)
    p.put("See terms and conditions at the station", 3, 48, 5.5, face="sans")


def dutch_sheet(p: Press) -> None:
    """A5: Dutch with English beside it, price as € 7,-."""
    p.face = p.pick("sans", "narrow", judge=("sans",))
    p.sheet(148, 210, p.pick("white", "#fffef2"), dpi=(130, 150, 200, 250))
    carrier, trip, person = p.pick(*p.stock.rail["nl"]), p.trip(p.stock.stations["nl"], 20, 170), p.person("nl")
    travelling(p, "train", carrier)
    route(p, trip)
    p.band(0, 0, 148, 16, p.pick("#ffc917", "#ffd84d"))
    p.put(carrier, 8, 4, 18, bold=True, ink="#003082")
    p.put("E-ticket", 118, 6, 11, ink="#003082", bold=True)
    fare = says(p, "fare", p.pick("Enkele reis", "Dagkaart", judge=("Dal Voordeel enkele reis", "Enkele reis vol tarief")))
    p.put(fare, 8, 22, 14, bold=True)
    english = p.chance(0.6)
    labels = {
        "from": ("Van / From" if english else "Van"),
        "to": ("Naar / To" if english else "Naar"),
        "date": ("Reisdatum / Date" if english else p.pick("Datum", "Reisdatum", judge=("Geldig op",))),
        "class": ("Klasse / Class" if english else "Klasse"),
        "price": ("Prijs / Price" if english else p.pick("Prijs", "Totaalprijs")),
        "name": ("Naam / Name" if english else p.pick("Naam", "Reiziger")),
        "number": p.pick("Ticketnummer", "Kaartnummer"),
        "leave": ("Vertrek / Dep." if english else "Vertrek"),
        "arrive": ("Aankomst / Arr." if english else "Aankomst"),
    }
    second = p.chance(0.7)
    printed = "2e klas" if second else "1e klas"
    p.fact("class", printed[0], printed, printed=printed)
    rows = [
        (labels["from"], trip.origin),
        (labels["to"], trip.destination),
        (labels["date"], on(p, "date", trip.departs, p.pick("dashes", "weekday long", "long"), "nl")),
        (labels["leave"], at(p, "departure", trip.departs, p.pick("colon", "dot"))),
        (labels["arrive"], at(p, "arrival", trip.arrives, "colon")),
        (labels["class"], printed),
        (labels["name"], passenger(p, person, person.name)),
        (labels["number"], says(p, "number", p.digits(10))),
        (labels["price"], price(p, p.dice.choice([700, 1150, 2400, 480, 1840]), "EUR", "€ D", "€ N", judge=("€ N", "€D"))),
    ]
    y = 34.0
    for label, value in rows:
        p.beside(label, value, 8, y, 42, 10, bold=label in (labels["from"], labels["to"]))
        y += 7
    p.put("incl. 9% btw", 105, y - 7, 7)
    p.ignore("valid_from", "valid_until")
    p.lines(
        [
            "Dit e-ticket is alleen geldig in combinatie met een geldig legitimatiebewijs.",
            f"Klantenservice: 030 555 {p.digits(4)} (ma-zo 07:00-23:00). {carrier} B.V., KvK {p.digits(8)}",
        ],
        8,
        200,
        6,
    )
    p.code(f"NL{p.facts['number'].forms[0]}{p.letters(8)}", "aztec", 52, 112, 44)
