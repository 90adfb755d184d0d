"""Rail tickets that are only to judge by."""

from __future__ import annotations

from datetime import timedelta

from ticket_press.facts import at, on, passenger, price, route, says, seat, travelling
from ticket_press.press import Press
from ticket_press.writing import dated, money


def swiss_slip(p: Press) -> None:
    """Printed by needles, hardly a label: an arrow between the stations, three languages below each other."""
    p.face, p.stock_type = "mono", "dots"
    p.sheet(180, 82, "#fdf6ee", dpi=(150, 200, 250))
    carrier, trip = p.pick(*p.stock.rail["ch"]), p.trip(p.stock.stations["ch"], 30, 240)
    travelling(p, "train", carrier)
    p.put(carrier, 8, 6, 13, bold=True, face="sans")
    p.put("FAHRAUSWEIS  BILLET  BIGLIETTO", 80, 7, 10, bold=True)
    back = p.chance(0.4)
    p.put(f"{trip.origin}", 8, 20, 13, bold=True)
    p.put(f"{'<->' if back else '-->'} {trip.destination}", 8, 28, 13, bold=True)
    route(p, trip)
    printed = p.pick("Einfache Fahrt / Aller simple", "Simple course / Einfach") if not back else "Hin und zurück / Aller-retour"
    p.put(printed, 8, 37, 9)
    p.ignore("fare", "valid_from", "valid_until")
    p.put(f"via {says(p, 'via', 'Olten - Langenthal' if p.chance(0.5) else 'Wil')}", 8, 43, 9)
    day = on(p, "date", trip.departs, "dots")
    p.put(f"{p.pick('Gültig am', 'Gültig / Valable')}: {day}", 110, 20, 10)
    second = p.chance(0.7)
    printed = "2. Kl." if second else "1. Kl."
    p.fact("class", printed[0], printed, f"{printed[0]} Klasse", printed=printed)
    p.put(printed, 110, 28, 11, bold=True)
    p.put(p.pick("1/1", "1/2 Halbtax"), 140, 28, 10)
    cents = p.cents(4, 90) // 5 * 5
    p.put(f"{price(p, cents, 'CHF', 'CHF P', 'CHF *P')}", 110, 43, 12, bold=True)
    p.put(
        f"inkl. 8.1% MWST {money(round(cents * 0.081 / 1.081), 'P')} CHE-{p.digits(3)}.{p.digits(3)}.{p.digits(3)}", 110, 50, 6.5
    )
    p.put(f"{p.digits(5)} {p.digits(4)} {dated(trip.departs - timedelta(days=1), 'short dots')} 17:42 {p.digits(3)}", 8, 72, 7)


def polish_sheet(p: Press) -> None:
    """A4 with a table of the connection in Polish."""
    p.sheet(210, 180)
    carrier, trip, person = p.pick(*p.stock.rail["pl"]), p.trip(p.stock.stations["pl"], 80, 420), p.person("pl")
    travelling(p, "train", carrier, f"{carrier} S.A.")
    route(p, trip)
    p.put(carrier, 12, 10, 18, bold=True, ink="#12306b")
    p.put("Bilet internetowy", 12, 21, 12, bold=True)
    heads = ((12, "Stacja odjazdu"), (62, "Data"), (86, "Godz."), (104, "Stacja przyjazdu"), (156, "Data"), (180, "Godz."))
    p.band(12, 30, 198, 36, "#d9dfec")
    for x, text in heads:
        p.put(text, x, 31.5, 8, bold=True)
    for x, text in (
        (12, trip.origin),
        (62, on(p, "date", trip.departs, "dots")),
        (86, at(p, "departure", trip.departs, "colon")),
        (104, trip.destination),
        (156, dated(trip.arrives, "dots")),
        (180, at(p, "arrival", trip.arrives, "colon")),
    ):
        p.put(text, x, 38.5, 9)
    p.fact("arrival_date", f"{trip.arrives:%Y-%m-%d}", printed=dated(trip.arrives, "dots"))
    coach, place = str(p.dice.randrange(1, 15)), p.digits(2)
    seat(p, coach, place)
    train = f"{p.pick('IC', 'TLK', 'EIC')} {p.digits(4)}"
    p.fact("service", train, train.split()[1])
    second = p.pick("2", "1")
    p.fact("class", second, f"Klasa {second}")
    for x, label, value in ((12, "Pociąg", train), (50, "Wagon", coach), (75, "Miejsce", place), (104, "Klasa", second)):
        p.above(label, value, x, 50, 10)
    p.beside("Podróżny:", passenger(p, person, person.name), 12, 66, 34, 10)
    p.beside("Numer biletu:", says(p, "number", f"{p.letters(4)}{p.digits(6)}"), 12, 73, 34, 10)
    cents = p.cents(25, 220)
    p.beside("Cena:", price(p, cents, "PLN", "N zł", "N PLN"), 12, 80, 34, 11, bold=True)
    p.put(f"w tym VAT 8%: {money(round(cents * 8 / 108), 'N zł')}", 90, 80.5, 7)
    p.put(
        f"Data zakupu: {dated(trip.departs - timedelta(days=4), 'dots')}  NIP {p.digits(10)}  Infolinia 22 555 {p.digits(4)}",
        12,
        90,
        7,
    )
    p.put("Bilet jest ważny wraz z dokumentem tożsamości. Zwrot biletu możliwy przed odjazdem pociągu.", 12, 168, 6.5)
    p.code(f"{p.facts['number'].forms[0]};{train}", "aztec", 155, 58, 40)


def portuguese_receipt(p: Press) -> None:
    """A narrow slip from a counter, labels to the left, in Portuguese."""
    p.face, p.stock_type = "mono", "thermal"
    p.sheet(80, 130, "#fbfbf8", dpi=(180, 200, 250))
    carrier, trip, person = p.pick(*p.stock.rail["pt"]), p.trip(p.stock.stations["pt"], 50, 240), p.person("pt")
    travelling(p, "train", carrier)
    route(p, trip)
    p.put(carrier, 40, 6, 12, bold=True, align="middle")
    p.put(f"NIF 5{p.digits(8)}", 40, 12, 7, align="middle")
    p.put("TÍTULO DE TRANSPORTE", 40, 17, 9, align="middle")
    coach, place, cabin = str(p.dice.randrange(2, 25)), p.digits(2), p.pick("2", "1")
    seat(p, coach, place)
    number = p.digits(3)
    p.fact("service", f"{p.pick('IC', 'AP')} {number}", number)
    p.fact("class", cabin, f"{cabin}ª classe", f"{cabin} classe", printed=f"{cabin}ª")
    rows = [
        ("De", trip.origin),
        ("Para", trip.destination),
        ("Data", on(p, "date", trip.departs, p.pick("dashes", "slashes"))),
        ("Partida", at(p, "departure", trip.departs, p.pick("colon", "h"))),
        ("Chegada", at(p, "arrival", trip.arrives, "colon")),
        ("Comboio", p.facts["service"].forms[0]),
        ("Carruagem", coach),
        ("Lugar", place),
        ("Classe", f"{cabin}ª"),
        ("Passageiro", passenger(p, person, person.name)),
        ("Bilhete n.º", says(p, "number", p.digits(11))),
    ]
    y = 25.0
    for label, value in rows:
        p.beside(f"{label}:", value, 5, y, 27, 8, bold=label in ("De", "Para"))
        y += 5
    p.rule(5, y, 75, y)
    cents = p.cents(8, 60)
    p.put("TOTAL", 5, y + 3, 10, bold=True)
    p.put(price(p, cents, "EUR", "N EUR", "N€"), 75, y + 3, 10, bold=True, align="right")
    p.put(f"IVA 6%  {money(round(cents * 6 / 106), 'N')}", 5, y + 9, 7)
    p.put("Obrigado pela sua preferência", 40, y + 15, 7, align="middle")
    p.code(p.facts["number"].forms[0], "code-128", 12, y + 22, 50)


def english_phone(p: Press) -> None:
    """On a telephone, a dark head, hours with AM and PM or without."""
    p.stock_type = "screen"
    p.sheet(70, 140, "#f5f6fa", dpi=(200, 250, 300))
    carrier, trip, person = p.pick(*p.stock.rail["en"]), p.trip(p.stock.stations["en"], 40, 300), p.person("en")
    travelling(p, "train", carrier)
    route(p, trip)
    p.band(0, 0, 70, 18, "#14213d")
    p.put(carrier, 5, 6, 10, bold=True, ink="white")
    p.put("eTicket", 65, 6.5, 8, ink="#fca311", align="right")
    p.put(trip.origin, 5, 22, 11, bold=True)
    p.put("to", 5, 27.5, 8)
    p.put(trip.destination, 5, 32, 11, bold=True)
    p.put(on(p, "date", trip.departs, "day short"), 5, 39, 9)
    style = p.pick("colon", "half")
    p.above("Departs", at(p, "departure", trip.departs, style), 5, 46, 11)
    p.above("Arrives", at(p, "arrival", trip.arrives, style), 38, 46, 11)
    coach, place = p.pick("A", "B", "C", "F"), f"{p.dice.randrange(1, 80)}{p.pick('A', 'F', '')}"
    seat(p, coach, place)
    p.above("Coach", coach, 5, 57, 10)
    p.above("Seat", place, 25, 57, 10)
    p.fact("class", "Standard", "Standard class", "STD", "2")
    p.above("Class", "Standard", 45, 57, 10)
    p.above("Passenger", passenger(p, person, person.name), 5, 67, 10)
    fare = says(p, "fare", p.pick("Advance Single", "Off-Peak Day Return"))
    p.above("Ticket type", fare, 5, 77, 9)
    p.above("Price", price(p, p.cents(6, 140), "GBP", "£P"), 50, 77, 9)
    p.put(f"Ticket number: {says(p, 'number', f'TTK{p.letters(6)}{p.digits(2)}')}", 5, 134, 7)
    p.code(f"06{p.facts['number'].forms[0]}{p.letters(20)}", "aztec", 16, 90, 38)
