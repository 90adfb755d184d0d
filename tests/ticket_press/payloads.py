"""What is put into the barcodes: written from the standards, apart from the code of Uncial that reads them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime
from random import Random


@dataclass(frozen=True)
class Pass:
    """One leg of a boarding pass."""

    name: str
    """FAMILY/GIVEN TITLE."""
    booking: str
    origin: str
    destination: str
    carrier: str
    flight: int
    day: date
    cabin: str
    seat: str
    sequence: int
    ticket: str = ""
    """Accounting code and serial number, 13 digits."""
    frequent_flyer: str = ""
    """Designator and number, with a space between."""
    allowance: str = ""
    """1PC, 23K."""
    issued: date | None = None


def bcbp(leg: Pass) -> str:
    """The text of a boarding pass with one leg: IATA Resolution 792, version 6 (Bar Coded Boarding Pass implementation guide)."""
    mandatory = (
        f"M1{leg.name[:20]:<20}E{leg.booking:<7}{leg.origin}{leg.destination}{leg.carrier:<3}{leg.flight:04d} "
        f"{leg.day.timetuple().tm_yday:03d}{leg.cabin}{leg.seat:0>4}{leg.sequence:04d} 1"
    )
    if not leg.issued:
        return mandatory + "00"
    unique = f"1WW{leg.issued.year % 10}{leg.issued.timetuple().tm_yday:03d}B{leg.carrier:<3}{'':13}"
    airline, number = leg.frequent_flyer.split(" ") if leg.frequent_flyer else ("", "")
    repeated = (
        f"{leg.ticket[:3]:<3}{leg.ticket[3:]:<10}{'0':<1}{'0':<1}{leg.carrier:<3}{airline:<3}{number:<16} {leg.allowance:<3}N"
    )
    conditional = f">6{len(unique):02X}{unique}{len(repeated):02X}{repeated}"
    return f"{mandatory}{len(conditional):02X}{conditional}"


@dataclass(frozen=True)
class Rail:
    """What a rail ticket's barcode says."""

    order: str
    issued: datetime
    name: str
    title: str
    origin: str
    destination: str
    departs: datetime
    arrives: datetime
    cabin: str
    price: str


def uic918(rail: Rail, dice: Random) -> bytes:
    """A rail ticket as UIC leaflet 918.3 lays it down: #UT, a signature, and deflated records U_HEAD and U_TLAY (layout RCT2).

    The places of the fields on the RCT2 sheet, of 15 lines with 72 columns, are those of ERA TAP TSI B.6. The signature is noise.
    """
    head = f"9901{rail.order:<20.20}{rail.issued:%d%m%Y%H%M}1DEEN".encode()
    lines = [
        (0, 18, rail.title),
        (0, 52, rail.name),
        (3, 1, f"{rail.departs:%d.%m.%Y}"),
        (6, 1, f"{rail.departs:%d.%m}"),
        (6, 7, f"{rail.departs:%H:%M}"),
        (6, 13, rail.origin[:17]),
        (6, 34, rail.destination[:17]),
        (6, 52, f"{rail.arrives:%d.%m}"),
        (6, 58, f"{rail.arrives:%H:%M}"),
        (6, 66, rail.cabin),
        (13, 52, rail.price),
    ]
    fields = b"".join(_cell(line, column, text) for line, column, text in lines)
    layout = f"RCT2{len(lines):04d}".encode() + fields
    packed = zlib.compress(_record("U_HEAD", head) + _record("U_TLAY", layout))
    return b"#UT01" + b"9901" + b"00001" + dice.randbytes(50) + f"{len(packed):04d}".encode() + packed


def _cell(line: int, column: int, text: str) -> bytes:
    said = text.encode()
    return f"{line:02d}{column:02d}01{len(text):02d}0{len(said):04d}".encode() + said


def _record(name: str, body: bytes) -> bytes:
    return f"{name}01{len(body) + 12:04d}".encode() + body
