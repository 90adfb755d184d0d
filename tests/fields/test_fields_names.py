import re
from pathlib import Path
from typing import get_args

import pytest

from fakes import block, document, page
from ticket_press import DEV, generate
from ticket_press.press import FONTS_ARE_HERE
from uncial.document import Document
from uncial.fields import Extraction, Fields, extract_fields
from uncial.fields.checks import CODES
from uncial.fields.kinds import find_kind
from uncial.fields.model import FoundBy
from uncial.fields.names import NAMES, ROWS
from uncial.fields.payloads import STANDARDS
from uncial.fields.sheet import View
from uncial.fields.telling import TYPES
from uncial.options import KINDS

DOCS = (Path(__file__).parents[2] / "docs" / "fields.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", DOCS, re.DOTALL | re.MULTILINE)
    assert found, f"there is no heading {heading!r}"
    return found[1]


def rows(heading: str) -> dict[str, str]:
    """The first cell of each row of a table, and its second one."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.*?) \|", section(heading), re.MULTILINE))


# ---- the docs against the tables


def test_every_kind_has_its_names():
    assert set(NAMES) == set(KINDS) - {"auto"}


@pytest.mark.parametrize("kind", [kind for kind in NAMES if NAMES[kind]])
def test_the_docs_tell_every_name_of_a_kind_in_its_order(kind: str):
    assert list(rows(f"`{kind}`").items()) == list(NAMES[kind].items())


@pytest.mark.parametrize("name", ["items", "taxes"])
def test_the_docs_tell_what_rows_say(name: str):
    assert list(rows(f"Rows of `{name}`").items()) == list(ROWS[name].items())


def test_every_name_has_an_example():
    assert re.findall(r"^\| `[^`]+` \| [^|]+ \| +\|$", DOCS, re.MULTILINE) == []


def test_the_docs_tell_every_standard_of_barcodes():
    assert set(rows("Barcodes")) == set(STANDARDS)


def test_the_docs_tell_every_doubt():
    assert rows("Doubts") == dict(CODES)


def test_the_docs_tell_every_type_and_every_way_to_find():
    told = section("The answer")
    assert [name for name in (*TYPES, *get_args(FoundBy)) if f"`{name}`" not in told] == []


# ---- the names against what kinds give

SLIP = """\
PINSEL & SÖHNE GmbH
Ringweg 4, 10115 Berlin
Tel. 030 5550123
www.example.org
USt-IdNr. DE136695976
Bon-Nr. 20417   25.12.2018 18:04
Es bediente Sie: Mara
2 x Pinsel klein   3,95   7,90
Kleber   1,10
Zwischensumme   9,00
Rabatt   -1,00
Summe EUR   8,00
MwSt 19 %   netto 6,72   1,28
Bar   10,00
Rückgeld   2,00
"""
BILL = """\
Nordlicht Elektrik GmbH
Hafenstr. 9, 20457 Hamburg
Ada Bergmann
Am Wall 3
28195 Bremen
Rechnung
Rechnungsnummer: A-20417
Kundennummer: 10432
Bestellnummer: PO-77
Rechnungsdatum: 25.12.2018
Lieferdatum: 20.12.2018
Fällig am: 08.01.2019
Pos   Artikel   Beschreibung   Menge   Einzelpreis   Betrag
1   40-112   Lampe   2   50,00   100,00
Nettobetrag   100,00 EUR
MwSt. 19 %   19,00 EUR
Gesamtbetrag   119,00 EUR
Anzahlung   20,00 EUR
Zu zahlen   99,00 EUR
IBAN DE02 1203 0000 0000 2020 51
BIC BYLADEM1001
USt-IdNr. DE136695976
HRB 4711
Steuernummer 27/123/45678
"""
LETTER = """\
Nordlicht Elektrik GmbH
Ada Bergmann
Hamburg, 25 December 2018
Our reference: ND/417
Subject: Your meter
Dear Ms Bergmann,
we have looked at your meter and found that it is in order.
Yours sincerely,
Jon Berg
"""
ZONE = """\
P<UTOBERGMANN<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10
"""


def unknown(kind: str, fields: Fields, known: frozenset[str] | None = None) -> set[str]:
    """The names that no table has, of the fields and of the rows of lists."""
    names = NAMES[kind].keys() if known is None else known
    found = {name for name in fields if name not in names}
    for name, field in fields.items():
        for row in field.value if isinstance(field.value, tuple) else ():
            found |= {f"{name}.{part}" for part in unknown(kind, row, frozenset(ROWS.get(name, {})))}
    return found


def as_document(text: str) -> Document:
    return document(page(*(block(line, top=40 * number) for number, line in enumerate(text.splitlines()))))


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("text", [SLIP, BILL, LETTER, ZONE])
def test_no_kind_gives_a_name_that_is_not_in_the_table(kind: str, text: str):
    assert unknown(kind, find_kind(kind).find(View.of(as_document(text)))) == set()


@pytest.mark.parametrize(("kind", "text"), [("receipt", SLIP), ("invoice", BILL), ("letter", LETTER), ("identity", ZONE)])
def test_these_documents_have_something_to_give(kind: str, text: str):
    found: Extraction = extract_fields(as_document(text), kind)
    assert len(found.fields) >= 3, found.fields.keys()


@pytest.mark.skipif(not FONTS_ARE_HERE, reason="DejaVu is not installed: install what scripts/test-packages installs")
@pytest.mark.parametrize("layout", DEV)
def test_no_ticket_gives_a_name_that_is_not_in_the_table(layout: str):
    found = extract_fields(generate(7, layout).document())
    assert unknown(found.kind, found.fields) == set()
    assert len(found.fields) >= 3
