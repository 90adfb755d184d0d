from __future__ import annotations

import pytest

from fakes import typed
from uncial.document import Document
from uncial.fields import extract_fields
from uncial.fields.kinds import find_kind, recognised
from uncial.fields.sheet import View
from uncial.options import KINDS

DOCUMENTS = {
    "receipt": [
        """
        HARBOUR BAKERY
        4 Quay Road, Linfield
        Tel: 0555 123 456

        Date: 14/03/2019  Time: 08:13
        Receipt No: 004711

        2 x Rye bread            7.00
        1 Coffee                 2.50
        Subtotal                 9.50
        VAT 20%                  1.90
        TOTAL                   11.40
        CASH                    20.00
        CHANGE                   8.60
        THANK YOU, COME AGAIN
        """,
        """
        Bäckerei Mühlenhof
        Mühlweg 12
        40112 Oberlinde

        Roggenbrot             3,80 B
        Kaffee                 2,50 A
        Summe           EUR    6,30
        Bar             EUR   10,00
        Rückgeld        EUR    3,70
        MwSt A 19%      0,40
        Bon-Nr. 1182
        03.05.2020    09:41
        Vielen Dank für Ihren Einkauf
        """,
        """
        BOULANGERIE DU QUAI
        12 rue des Tilleuls
        69110 Sainte-Odile

        Pain de seigle           3,80
        Café                     2,50
        TOTAL TTC                6,30
        Carte bancaire           6,30
        dont TVA 5,5%            0,33
        03/05/2020 09:41
        Merci de votre visite
        """,
    ],
    "invoice": [
        """
        Brightwater Pumps Ltd
        4 Quay Road, Linfield LN4 2AB
                                                  INVOICE
        Bill to:                                  Invoice no.: BP-2019-0077
        Overtown Gardens                          Invoice date: 14 March 2019
        17 South Road                             Due date: 13 April 2019
        Overtown 40112

        Description            Quantity     Unit price      Amount
        Pump P40                      2         450.00      900.00
        Fitting, per hour             3          60.00      180.00

                                           Net total       1,080.00
                                           VAT 20%           216.00
                                           Total due       1,296.00

        Payment within 30 days to IBAN GB82 WEST 1234 5698 7654 32
        """,
        """
        Pumpenbau Bach GmbH, Mühlweg 12, 40112 Oberlinde

        Lena Ekström
        Südstraße 17
        40113 Oberlinde

                                       Rechnung Nr. 2020-118
                                       Rechnungsdatum: 03.05.2020
                                       Kundennummer: 4471

        Sehr geehrte Frau Ekström,
        wir erlauben uns, Ihnen zu berechnen:

        Pos   Bezeichnung        Menge   Einzelpreis   Gesamt
        1     Pumpe P40              2        450,00   900,00

                                 Nettobetrag           900,00 EUR
                                 19 % MwSt             171,00 EUR
                                 Rechnungsbetrag     1.071,00 EUR

        Zahlbar bis 02.06.2020.
        Mit freundlichen Grüßen
        Bo Bach

        USt-IdNr. DE136695976   IBAN DE89 3704 0044 0532 0130 00
        """,
        """
        FATTURA n. 77/2020 del 03/05/2020

        Pompe del Lago S.r.l.                Cliente:
        Via dei Tigli 12                     Giardini Alti
        20110 Sant'Odile                     Via Sud 17
        P.IVA IT00743110157                  20112 Sant'Odile

        Descrizione         Quantità    Prezzo     Importo
        Pompa P40                  2    450,00      900,00

                                   Imponibile       900,00
                                   IVA 22%          198,00
                                   Totale fattura 1.098,00 €
        """,
    ],
    "letter": [
        """
        14 March 2019

        Dear Ms Fennimore,

        we have looked at the pump. It will cost about 900.00 EUR, without
        tax, and can be there on 3 April 2019.

        Yours sincerely,

        Ama Blue
        """,
        """
        Linde, 3. Mai 2020

        Sehr geehrte Damen und Herren,

        Ihre Rechnung vom 1. April haben wir erhalten. Den Betrag von 900,00 EUR
        zahlen wir in der kommenden Woche.

        Mit freundlichen Grüßen

        Bo Ekström
        """,
    ],
    "other": [
        """
        4.2 Flow of the north pond

        In 2019 the flow was 12.5 litres a second, which is 4 % more than in 2018.
        The total cost of the work, 900.00 EUR, was borne by the town. Figure 7
        shows the date of each measurement and the amount of water that passed.

        Table 3
        Month        Litres       Cost
        January       12.50     110.00
        February      13.10     120.00
        Total         25.60     230.00
        """,
        """
        THE HARBOUR POST                       4 May 2021

        Receipts of the ferry company rose by a fifth, its invoices show. A ticket
        from Linfield to Overtown will cost 9.50 from June on, said Ama Blue, who
        has sold tickets there since 1998.
        """,
        """
        Agreement on the use of the slipway

        This agreement is made on 4 May 2021 between Brightwater Pumps Ltd and
        the town of Linfield. The fee is 1,200.00 a year, payable in January.

        Signed: Ama Blue                        Signed: Lena Brook
        """,
        ".",
    ],
}


def document(text: str) -> Document:
    lines = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return typed("\n".join(line[indent:] for line in lines))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in DOCUMENTS.items() for text in texts])
def test_the_kind_of_a_document_is_recognised(kind, text):
    extraction = extract_fields(document(text))
    assert extraction.kind == kind
    assert 0.5 <= extraction.confidence <= 1.0


@pytest.mark.parametrize("text", DOCUMENTS["other"])
def test_documents_of_other_kinds_have_no_fields(text):
    assert extract_fields(document(text)).fields == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "auto"])
def test_each_kind_says_how_much_speaks_for_it_and_what_it_finds(kind):
    for text in (text for texts in DOCUMENTS.values() for text in texts):
        view = View.of(document(text))
        assert 0.0 <= find_kind(kind).evidence(view) <= 1.0
        find_kind(kind).find(view)


def test_a_kind_that_is_given_is_not_questioned():
    extraction = extract_fields(document(DOCUMENTS["letter"][0]), "receipt")
    assert (extraction.kind, extraction.confidence) == ("receipt", 1.0)


def test_an_empty_document_is_of_no_kind_that_is_known():
    assert recognised(View(typed("."), (), ())) == ("other", 1.0)
