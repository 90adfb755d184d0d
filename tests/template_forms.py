"""Forms of our own making, filled in with ever other values and scanned badly: for templates to be learned from and tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fakes import document
from uncial.document import Block, Document, Line, Page, Word
from uncial.geometry import Box, Quad, Transform, Way

WIDTH, HEIGHT, LETTER, TALL = 1000, 1400, 9, 20
CONFUSED = {"0": "O", "1": "l", "5": "S", "8": "B", "l": "1", "O": "0", "S": "5", "e": "c", "n": "m", "u": "v", "a": "o"}

Values = Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """One form that was filled in."""

    values: dict[str, str]
    """What its fields say, as a user would write it."""
    page: Sequence[tuple[float, float, str]]
    """What is printed where: left, top, text."""


@dataclass(frozen=True)
class Scan:
    """How it was scanned."""

    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    slope: float = 0.0
    """Degrees clockwise that the reader noticed."""
    left: float = 0.0
    """Degrees clockwise that it did not."""
    wrong: float = 0.0
    """How many of the letters are read wrong."""
    lost: float = 0.0
    """How many of the spaces are."""


def scanned(filled: Filled, scan: Scan, seed: int = 0) -> Document:
    """The document that was read from such a scan."""
    random = Random(seed)
    lines = [_line(text, left, top, scan, random) for left, top, text in filled.page]
    width, height = round(WIDTH * scan.scale), round(HEIGHT * scan.scale)
    way = _way(scan, width, height)
    moved = tuple(line.moved(way) for line in lines)
    around = Box.around(line.quad.box for line in moved)
    page = Page(1, width, height, dpi=300.0, skew=scan.slope, blocks=(Block(moved, Quad.of_box(around)),))
    return document(page)


def _way(scan: Scan, width: float, height: float) -> Way:
    there = Transform.scaling(scan.scale, scan.scale).then(Transform.translation(*scan.shift))
    middle = Transform.translation(-width / 2, -height / 2), Transform.translation(width / 2, height / 2)
    return there.then(middle[0]).then(Transform.rotation(scan.slope + scan.left)).then(middle[1])


def _line(text: str, left: float, top: float, scan: Scan, random: Random) -> Line:
    words, x = list[Word](), left
    for part in _spoiled(text, scan, random).split(" "):
        if part:
            box = Box(x, top + random.uniform(-1.5, 1.5), x + LETTER * len(part), top + TALL + random.uniform(-1.5, 1.5))
            words.append(Word(part, Quad.of_box(box), 0.95))
        x += LETTER * (len(part) + 1)
    return Line(tuple(words), Quad.of_box(Box.around(word.quad.box for word in words)), confidence=0.95)


def _spoiled(text: str, scan: Scan, random: Random) -> str:
    letters = [CONFUSED.get(char, char) if random.random() < scan.wrong else char for char in text]
    return "".join("" if char == " " and random.random() < scan.lost else char for char in letters)


# ---- the forms

NAMES = "Ada Brook,Jonas Feld,Mira Castel,Tom Ashworth,Ines Moreno,Piotr Lis,Clara Weiss,Luc Fontaine,Nora Quist,Emil Sand".split(
    ","
)
STREETS = "Mill Lane,Harbour Road,Oak Street,Castle Hill,Station Road,High Street,Garden Walk,River View".split(",")


def _day(random: Random) -> date:
    return date(2019, 1, 1) + timedelta(days=random.randrange(2500))


def _cents(random: Random, low: int, high: int) -> str:
    return f"{random.randrange(low * 100, high * 100) / 100:.2f}"


def _comma(amount: str) -> str:
    return amount.replace(".", ",")


def _capitals(random: Random, count: int) -> str:
    return "".join(random.choice("ACEFHJKLMNPRTUVWXY") for _ in range(count))


def parking(seed: int) -> Filled:
    """A slip of an English car park."""
    random = Random(f"parking {seed}")
    day, total = _day(random), _cents(random, 1, 40)
    plate, number = (
        f"{_capitals(random, 2)}{random.randrange(10, 99)} {_capitals(random, 3)}",
        f"{random.randrange(10**5, 10**6)}",
    )
    bay, until = str(random.randrange(1, 400)), f"{random.randrange(10, 23)}:{random.randrange(10, 59)}"
    page = [
        (320, 60, "Quayside Car Parks"), (330, 95, "Wharf Lane, Tidewell"), (120, 180, "PAY AND DISPLAY"),
        (120, 240, "Ticket no."), (520, 240, number), (120, 280, "Vehicle"), (520, 280, plate),
        (120, 320, "Bay"), (520, 320, bay), (120, 360, "Date"), (520, 360, f"{day:%d/%m/%Y}"),
        (120, 400, "Valid until"), (520, 400, until), (120, 480, "Amount paid"), (520, 480, f"£{total}"),
        (120, 560, "Display this side up on your dashboard"), (120, 600, "No refunds. Terms apply."),
    ]  # fmt: skip
    values = {
        "merchant": "Quayside Car Parks", "number": number, "plate": plate, "bay": bay, "date": day.isoformat(),
        "valid_until": until, "total": total, "currency": "GBP",
    }  # fmt: skip
    return Filled(values, page)


def laboratory(seed: int) -> Filled:
    """A report of an English laboratory, with labels above their values."""
    random = Random(f"laboratory {seed}")
    day, born = _day(random), _day(random) - timedelta(days=9000)
    name, doctor = random.choice(NAMES), f"Dr {random.choice(NAMES)}"
    number, result = f"LR-{random.randrange(10**6, 10**7)}", f"{random.randrange(30, 120) / 10:.1f}"
    iron = str(random.randrange(6, 35))
    page = [
        (100, 60, "Fernhill Clinical Laboratory"), (100, 95, "Department of Chemistry"), (640, 60, "LABORATORY REPORT"),
        (100, 180, "Patient"), (400, 180, "Date of birth"), (700, 180, "Report number"),
        (100, 210, name), (400, 210, f"{born.day} {born:%B %Y}"), (700, 210, number),
        (100, 280, "Requested by"), (400, 280, "Collected"), (100, 310, doctor), (400, 310, f"{day.day} {day:%B %Y}"),
        (100, 420, "Analysis"), (500, 420, "Result"), (700, 420, "Unit"),
        (100, 460, "Glucose"), (500, 460, result), (700, 460, "mmol/L"),
        (100, 500, "Iron"), (500, 500, iron), (700, 500, "umol/L"),
        (100, 900, "Results relate only to the samples tested"),
    ]  # fmt: skip
    values = {
        "patient": name, "birth_date": born.isoformat(), "number": number, "doctor": doctor, "date": day.isoformat(),
        "glucose": result, "iron": iron,
    }  # fmt: skip
    return Filled(values, page)


def delivery(seed: int) -> Filled:
    """A Dutch delivery note, its labels with colons."""
    random = Random(f"delivery {seed}")
    day, name = _day(random), random.choice(NAMES)
    number, order = f"PB{random.randrange(10**4, 10**5)}", f"{random.randrange(100, 999)}/{random.randrange(10, 99)}"
    parcels, weight = str(random.randrange(1, 60)), f"{random.randrange(10, 900) / 10:.1f}"
    page = [
        (80, 70, "Veldhoek Transport B.V."), (80, 105, "Industrieweg 12, Zandmeer"), (700, 70, "PAKBON"),
        (80, 220, f"Pakbonnummer: {number}"), (80, 260, f"Bestelnummer: {order}"), (80, 300, f"Datum: {day:%d-%m-%Y}"),
        (560, 220, "Afleveradres"), (560, 250, name), (560, 280, f"{random.choice(STREETS)} {random.randrange(1, 90)}"),
        (80, 420, f"Aantal colli: {parcels}"), (80, 460, f"Gewicht: {_comma(weight)} kg"),
        (80, 800, "Voor ontvangst getekend"), (560, 800, "Handtekening"),
    ]  # fmt: skip
    values = {
        "number": number,
        "order_number": order,
        "date": day.isoformat(),
        "recipient": name,
        "parcels": parcels,
        "weight": weight,
    }
    return Filled(values, page)


def energy(seed: int) -> Filled:
    """A German bill for electricity."""
    random = Random(f"energy {seed}")
    day, name = _day(random), random.choice(NAMES)
    start, end = day - timedelta(days=380), day - timedelta(days=15)
    number, customer = f"{random.randrange(10**9, 10**10)}", f"K-{random.randrange(10**5, 10**6)}"
    net, tax = _cents(random, 200, 999), _cents(random, 20, 99)
    total, used = _cents(random, 1001, 1999), str(random.randrange(1001, 4999))
    page = [
        (90, 60, "Stadtwerke Birkental GmbH"), (90, 95, "Am Kraftwerk 3, 12345 Birkental"),
        (90, 200, name), (90, 230, f"{random.choice(STREETS)} {random.randrange(1, 90)}"),
        (600, 200, "Rechnungsnummer"), (800, 200, number), (600, 235, "Kundennummer"), (800, 235, customer),
        (600, 270, "Datum"), (800, 270, f"{day:%d.%m.%Y}"), (90, 380, "Ihre Stromrechnung"),
        (90, 430, f"Abrechnungszeitraum {start:%d.%m.%Y} bis {end:%d.%m.%Y}"),
        (90, 500, "Verbrauch in kWh"), (700, 500, used), (90, 540, "Nettobetrag"), (700, 540, f"{_comma(net)} €"),
        (90, 580, "Umsatzsteuer 19 %"), (700, 580, f"{_comma(tax)} €"),
        (90, 640, "Rechnungsbetrag"), (700, 640, f"{total[0]}.{_comma(total[1:])} €"),
        (90, 1200, "Vielen Dank für Ihr Vertrauen"),
    ]  # fmt: skip
    values = {
        "issuer": "Stadtwerke Birkental GmbH", "number": number, "customer_number": customer, "date": day.isoformat(),
        "period_start": start.isoformat(), "period_end": end.isoformat(), "net": net, "tax": tax, "total": total,
        "consumption": used, "currency": "EUR",
    }  # fmt: skip
    return Filled(values, page)


def hotel(seed: int) -> Filled:
    """A bill of a French hotel."""
    random = Random(f"hotel {seed}")
    day, name = _day(random), random.choice(NAMES)
    leaving = day + timedelta(days=random.randrange(1, 9))
    room, number = str(random.randrange(101, 599)), f"F{random.randrange(1000, 9999)}-{random.randrange(10, 99)}"
    tax, total = _cents(random, 5, 60), _cents(random, 90, 900)
    page = [
        (380, 60, "Hôtel du Vieux Moulin"), (390, 95, "7 place des Tilleuls"), (420, 160, "FACTURE"),
        (100, 240, "Facture N°"), (330, 240, number), (560, 240, "Chambre"), (780, 240, room),
        (100, 280, "Client"), (330, 280, name), (100, 320, "Arrivée"), (330, 320, f"{day:%d/%m/%Y}"),
        (560, 320, "Départ"), (780, 320, f"{leaving:%d/%m/%Y}"),
        (100, 700, "Taxe de séjour"), (780, 700, f"{_comma(tax)} EUR"),
        (100, 760, "Total TTC"), (780, 760, f"{_comma(total)} EUR"),
        (300, 1250, "Merci de votre visite et à bientôt"),
    ]  # fmt: skip
    values = {
        "issuer": "Hôtel du Vieux Moulin", "number": number, "room": room, "recipient": name, "arrival": day.isoformat(),
        "departure": leaving.isoformat(), "city_tax": tax, "total": total, "currency": "EUR",
    }  # fmt: skip
    return Filled(values, page)


def club(seed: int) -> Filled:
    """A Spanish card of membership, its values without labels."""
    random = Random(f"club {seed}")
    day, name = _day(random), random.choice(NAMES)
    number, fee = f"{_capitals(random, 2)}{random.randrange(1000, 9999)}", _cents(random, 20, 99)
    page = [
        (300, 80, "CLUB NÁUTICO LA RIBERA"), (350, 120, "Carné de socio"),
        (420, 300, name), (420, 380, number), (420, 460, f"{day:%d/%m/%Y}"), (420, 620, f"{_comma(fee)} €"),
        (120, 900, "Este carné es personal e intransferible"), (120, 1000, "Preséntelo en la entrada"),
    ]  # fmt: skip
    return Filled({"name": name, "number": number, "valid_until": day.isoformat(), "fee": fee, "currency": "EUR"}, page)


FORMS: dict[str, Callable[[int], Filled]] = {
    each.__name__: each for each in (parking, laboratory, delivery, energy, hotel, club)
}  # fmt: skip


def scans(seed: int) -> Scan:
    """A scan as they come: moved, enlarged or made smaller, a little askew, with letters read wrong."""
    random = Random(f"scan {seed}")
    scale = random.choice([0.7, 0.9, 1.0, 1.0, 1.2, 1.8])
    shift = (random.uniform(-30, 30) * scale, random.uniform(-30, 60) * scale)
    return Scan(scale, shift, random.uniform(-2, 2), random.uniform(-0.25, 0.25), wrong=0.01, lost=0.02)
