"""Tickets of concerts, museums and theatres."""

from __future__ import annotations

from datetime import datetime, timedelta

from ticket_press.facts import at, on, passenger, price, says
from ticket_press.press import Press, at_top
from ticket_press.writing import clock, dated, timed


def _evening(p: Press) -> datetime:
    """When it begins: on the quarter, in the evening."""
    moment = p.trip(["here", "there"], 1, 2).departs
    return moment.replace(hour=p.pick(18, 19, 20), minute=p.pick(0, 15, 30, 45))


def concert_stub(p: Press) -> None:
    """A concert's ticket with a stub: the act large, doors and start, section, row and seat."""
    p.sheet(180, 76, p.pick("#fdf2f8", "#eef6ff", "#ffffff"), dpi=(180, 200, 250))
    p.fact("mode", "event", printed="")
    act, venue, begins, person = p.pick(*p.stock.acts), p.pick(*p.stock.venues), _evening(p), p.person("en")
    town = p.pick("Exeter", "Leeds", "Bath", "York")
    p.fact("venue", venue, f"{venue}, {town}", f"{venue} {town}")
    p.put(p.pick("ADMIT ONE", "Moorgate Live presents", judge=("In association with Radio Tern",)), 8, 5, 8)
    p.put(says(p, "event", act), 8, 11, 20, bold=True)
    p.put(p.pick("plus special guests", "World Tour", judge=("with support",)), 8, 21, 9)
    p.put(f"{venue}, {town}", 8, 29, 12, bold=True)
    day = on(p, "date", begins, p.pick("weekday long", "day short", "long", judge=("american", "day short")))
    p.put(day, 8, 37, 11)
    doors = p.pick("Doors", "Doors open")
    style = p.pick("half", "colon")
    p.fact("departure", clock(begins), printed=timed(begins, style))
    opens = at(p, "doors", begins - timedelta(minutes=60), style)
    p.ignore("class")
    p.put(f"{doors} {opens}   {p.pick('Start', 'Show')} {timed(begins, style)}", 8, 43, 10)
    section, row, place = p.pick("BLOCK C", "STALLS", "CIRCLE"), p.pick(*"ABCDEFGHJK"), p.digits(2)
    p.fact("seat", place, f"{row}{place}", f"Row {row} Seat {place}", f"{section} {row} {place}")
    p.fact("row", row)
    p.fact("section", section, section.removeprefix("BLOCK "))
    for x, label, value in ((8, "SECTION", section), (42, "ROW", row), (58, "SEAT", place)):
        p.above(label, value, x, 51, 11)
    p.above("PRICE", price(p, p.cents(15, 120), "GBP", "£P"), 75, 51, 11)
    p.put("incl. booking fee £2.50", 100, 54, 6)
    p.put(f"Order {p.digits(8)} · {dated(begins - timedelta(days=70), 'slashes')}", 8, 64, 7)
    p.put("No refunds or exchanges. Under 14s must be with an adult. No professional cameras.", 8, 70, 5.5)
    p.ignore("booking_reference")
    p.rule(140, 2, 140, 74)
    number = says(p, "number", p.digits(12))
    p.put(act[:20], 143, 8, 8, bold=True)
    p.put(dated(begins, "short slashes"), 143, 14, 8)
    p.put(f"{section} {row} {place}", 143, 20, 8)
    p.put(person.name, 143, 26, 7)
    passenger(p, person, person.name)
    p.ignore("passenger")
    p.put(f"Ticket no. {number}", 143, 32, 6.5)
    p.code(number, "code-128", 142, 48, 34)


def museum_sheet(p: Press) -> None:
    """A museum's e-ticket with a slot of time, French or Italian."""
    language = p.pick("fr", "it")
    p.sheet(105, 148, dpi=(130, 150, 200, 250))
    p.fact("mode", "event", printed="")
    place, begins, person = (
        p.pick(*p.stock.museums[language]),
        _evening(p).replace(hour=p.dice.randrange(9, 18)),
        p.person(language),
    )
    french = language == "fr"
    p.fact("venue", place)
    at_top(p, place, 14, 105, p.pick("#3f3cbb", "#064e3b"))
    p.put("BILLET D'ENTRÉE" if french else "BIGLIETTO D'INGRESSO", 8, 17, 12, bold=True)
    show = p.pick("Lumières du Nord", "Mécaniques célestes") if french else p.pick("Luci del Nord", "Macchine celesti")
    p.put(f"{'Exposition' if french else 'Mostra'} : {show}" if french else f"Mostra: {show}", 8, 25, 10)
    p.fact("event", show, f"Exposition {show}", f"Mostra {show}", place)
    p.put("Date" if french else "Data", 8, 35, 8)
    p.put(on(p, "date", begins, p.pick("weekday long", "slashes", "long"), language), 40, 35, 10, bold=True)
    p.put("Créneau" if french else "Ingresso ore", 8, 42, 8)
    p.put(at(p, "departure", begins, "h" if french else p.pick("colon", "dot")), 40, 42, 10, bold=True)
    p.put("Tarif" if french else "Tariffa", 8, 49, 8)
    fare = p.pick("Plein tarif", "Tarif réduit") if french else p.pick("Intero", "Ridotto")
    p.put(says(p, "fare", fare), 40, 49, 10)
    p.put("Prix" if french else "Prezzo", 8, 56, 8)
    p.put(price(p, p.cents(5, 25), "EUR", "N €", "€ N" if not french else "N EUR"), 40, 56, 10, bold=True)
    p.put("Nom" if french else "Intestatario", 8, 63, 8)
    p.put(passenger(p, person, person.name), 40, 63, 10)
    p.put("N° de billet" if french else "N. biglietto", 8, 70, 8)
    p.put(says(p, "number", p.digits(10)), 40, 70, 10)
    p.code(f"{p.facts['number'].forms[0]}-{p.letters(8)}", p.pick("qr-code", "data-matrix"), 34, 82, 36)
    p.put("Fermé le mardi. TVA 5,5 % incluse." if french else "Chiuso il lunedì. IVA assolta. Non rimborsabile.", 8, 138, 6)


def theatre_card(p: Press) -> None:
    """A German theatre's ticket, serifs, row and place in words."""
    p.face = "serif"
    p.sheet(160, 72, p.pick("#fbf7ee", "#f7efe2"), dpi=(150, 200, 250))
    p.fact("mode", "event", printed="")
    show, venue, begins = p.pick(*p.stock.shows["de"]), p.pick(*p.stock.venues), _evening(p)
    p.fact("venue", venue, f"{venue}, Großer Saal", f"{venue} Großer Saal")
    p.put("Eintrittskarte", 8, 5, 10)
    p.put(says(p, "event", show), 8, 12, 18, bold=True)
    p.put("Schauspiel von M. Tannhauser", 8, 21, 9)
    p.put(f"{venue}, Großer Saal", 8, 29, 11)
    p.put(f"{on(p, 'date', begins, p.pick('day dots', 'weekday long'), 'de')}", 8, 37, 11, bold=True)
    p.put(f"Beginn {at(p, 'departure', begins, 'Uhr')}  Einlass {timed(begins - timedelta(minutes=45), 'Uhr')}", 8, 43, 10)
    p.facts["departure"] = p.facts["departure"]._replace(printed=timed(begins, "Uhr"))
    p.ignore("class")
    row, place = str(p.dice.randrange(1, 25)), str(p.dice.randrange(1, 40))
    p.fact("seat", place, f"Reihe {row} Platz {place}", f"{row}/{place}")
    p.put(f"{p.pick('Parkett links', 'Rang Mitte')}   Reihe {row}   Platz {place}", 8, 51, 11, bold=True)
    p.put(f"Preis {price(p, p.cents(12, 80), 'EUR', 'N €', 'EUR N')}", 8, 58, 10)
    p.put("inkl. Vorverkaufsgebühr 1,50 € und 7 % MwSt.", 60, 58.5, 6.5)
    number = says(p, "number", p.digits(9))
    p.put(f"Ticket-Nr. {number}", 8, 65, 8)
    p.put(f"Kasse 03641 555{p.digits(3)}", 60, 65, 7)
    p.code(number, p.pick("qr-code", "data-matrix"), 124, 18, 28)
