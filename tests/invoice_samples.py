"""Invoices of our own making, typed: each in another language and layout; no company, place or number of them exists."""

GERMAN = """
                                                           Ahornwerk Möbel GmbH
                                                           Tischlergasse 7
Ahornwerk Möbel GmbH · Tischlergasse 7 · 99817 Eichental   99817 Eichental

Herrn
Klaus Ohnesorg                                          Telefon: 03691 447 12-0
Lindenallee 48                                          E-Mail: post@ahornwerk.test
04618 Buchenau


Rechnung

Rechnungsnummer:   AW-2023-1187                         Kundennummer:   40255
Rechnungsdatum:    14.09.2023                           Lieferdatum:    11.09.2023

Pos   Bezeichnung                Menge      Einzelpreis        Betrag
1     Esstisch Eiche             1 Stk         840,00 €      840,00 €
      geölt, 180 x 90 cm
2     Stuhl gepolstert           4 Stk          95,50 €      382,00 €
3     Lieferung                  1 Stk          28,00 €       28,00 €

                                 Nettobetrag               1.250,00 €
                                 zzgl. 19 % MwSt             237,50 €
                                 Rechnungsbetrag           1.487,50 €

Zahlbar bis 28.09.2023 ohne Abzug.


Ahornwerk Möbel GmbH      IBAN: DE02 1203 0000 0000 2020 51     USt-IdNr: DE123456788
Geschäftsführer: B. Wald     BIC: BYLADEM1001                   Steuernummer: 157/212/33445
"""

FRENCH = """
Verrerie du Canal SAS - 3 quai des Souffleurs - 21640 Vougeot
TVA : FR32123456789 - RCS Dijon 123 456 789

                                                  Studio Pomme Bleue
                                                  18 rue des Glycines
                                                  35400 Saint-Malo

Facture n° VC23-0417
Date de facture : 3 mars 2023
Date d'échéance : 02/04/2023
N° client : C0871

Désignation                    Quantité     Prix unitaire     Montant HT
Carafe soufflée 75 cl                12             21,00         252,00
Verre à pied                         48              6,50         312,00

                                            Total HT            564,00 €
                                            TVA 20 %            112,80 €
                                            Total TTC           676,80 €
                                            Acompte versé       200,00 €
                                            Net à payer         476,80 €

IBAN : FR14 2004 1010 0505 0001 3M02 606 - BIC : PSSTFRPPPAR
"""

AMERICAN = """
Bluefin Web Hosting, Inc.
400 Harbor Loop
Portland, OR 97204

INVOICE

Bill To:                                  Invoice Number:   INV-30098
Marigold Bakery LLC                       Invoice Date:     04/07/2022
77 Fern Street                            Due Date:         05/07/2022
Salem, OR 97301                           PO Number:        P-5512

Description                          Qty       Rate        Amount
Managed server, April 2022             1    $120.00       $120.00
Backup storage, 50 GB                  3      $7.50        $22.50

                                  Subtotal               $142.50
                                  Sales Tax (8%)          $11.40
                                  Total                  $153.90
                                  Amount Paid             $53.90
                                  Balance Due            $100.00

Questions? billing@bluefin.test   www.bluefinwebhosting.com
"""

ITALIAN = """
Officine Serratura S.r.l.
Via dei Fabbri 22
25040 Monticelli
P.IVA: IT12345670017    Tel. 030 555 0199

Fattura n. 312/2021 del 17/11/2021

Spett.le
Pastificio Ombra S.p.A.
Corso Laguna 5
30010 Campolungo

Codice     Descrizione                  Q.tà     Prezzo      Importo
SR-20      Cerniera in acciaio            30       4,20       126,00
SR-88      Maniglia satinata              10      15,90       159,00

Totale imponibile                                             285,00
IVA 22%                                                        62,70
Totale fattura                                            EUR 347,70

Scadenza: 31/12/2021
Banca: Cassa del Borgo   IBAN IT60X0542811101000000123456
"""

SPANISH = """
FACTURA
Semillas Altozano, S.L.                        Número de factura: 2020/0085
Calle del Molino 14                            Fecha de factura: 09/06/2020
13270 Villalta                                 Vencimiento: 09/07/2020
NIF: B12345674

Cliente:
Huertas del Sur, S.A.
Avda. de la Vega 101
41710 Torrenueva

Descripción                    Cantidad      Precio       Importe
Trigo ecológico, saco               20       31,50        630,00
Transporte                           1       45,00         45,00

Base imponible                                            675,00
IVA 10 %                                                   67,50
Total a pagar                                             742,50 €

Forma de pago: Transferencia bancaria
"""

DUTCH = """
Fietsenmakerij De Spaak B.V.
Kettingweg 9, 7411 KX Deventerdam
KvK: 08123456   BTW-nr: NL812345675B01   IBAN: NL91 ABNA 0417 1643 00

Factuuradres
Bloemenhal Noord
Tulpstraat 3
1431 GA Aalsveld

Klantnummer       Factuurnummer       Factuurdatum       Vervaldatum
10044             F2022-731           21-02-2022         07-03-2022

Omschrijving              Aantal       Prijs        Bedrag
Bakfiets onderhoud             2       65,00        130,00
Band vervangen                 4       22,50         90,00

Totaal excl. BTW                                    220,00
BTW 21%                                              46,20
Totaal incl. BTW                                  € 266,20
"""

PORTUGUESE = """
Cerâmica Vale Verde, Lda.
Rua da Olaria 12
3810-155 Avelar
NIF: PT999999990

Fatura n.º FT 2022/118
Data de emissão: 2022-05-19
Data de vencimento: 2022-06-18

Cliente
Pousada da Serra
Largo do Chafariz 1
6270-372 Penedos

Descrição                    Qtd      Preço unit.      Valor
Azulejo pintado              250             1,80      450,00
Embalagem                      5             4,00       20,00

Total líquido                                          470,00
IVA 23%                                                108,10
Total a pagar                                          578,10 EUR
"""

POLISH = """
Faktura VAT nr 88/07/2021
Data wystawienia: 15.07.2021
Termin płatności: 29.07.2021

Sprzedawca:                              Nabywca:
Młyn Złoty Kłos Sp. z o.o.               Piekarnia Bochenek
ul. Młyńska 4                            ul. Rynek 11
62-800 Kaliszewo                         50-101 Wronów
NIP: PL1234563218                        NIP: 9876543210

Nazwa                   Ilość      Cena netto      Wartość netto
Mąka pszenna typ 500      400            2,10             840,00
Mąka żytnia               100            1,90             190,00

Razem netto                                             1 030,00
VAT 5%                                                     51,50
Do zapłaty                                              1 081,50 zł
"""

HOTEL = """
Hotel Alpenwinkel, Seestraße 5, 6353 Bergsee
UID: ATU12345675

Frau Vera Huber
Bachgasse 1
5020 Salzfeld

Rechnung 20184                      Bergsee, 12.08.2018
Anreise: 10.08.2018   Abreise: 12.08.2018   Zimmer: 14

Datum        Leistung              Anzahl     Preis     Gesamt
10.08.2018   Übernachtung               2     90,00     180,00
11.08.2018   Abendessen                 1     24,00      24,00

MwSt        Netto      Steuer     Brutto
10 %       163,64       16,36     180,00
20 %        20,00        4,00      24,00

Gesamtbetrag EUR                                 204,00
Bezahlt mit Kreditkarte                          204,00
"""

CORRECTION = """
Großhandel Birkenau KG
Am Speicher 2
21335 Lünefeld
                                             Rechnungskorrektur
Kaufhaus Seidel e.K.                         Nummer          RK-20551
Einkauf                                      Datum           16.09.2019
Marktstraße 10                               zu Rechnung     R-19877 vom 01.09.2019
29221 Allerbrück                             Kunden-Nr.      7001

Artikel        Menge     Preis     Betrag
Teekanne          -2     12,50     -25,00

Summe netto                        -25,00
19% USt.                            -4,75
Gutschriftsbetrag                  -29,75
"""

BRITISH_CREDIT = """
Copperfield Tools Ltd
12 Anvil Road, Sheffmoor S1 9ZZ
VAT No: GB123456782

Credit Note CN-0042
Date: 5 January 2021

Credit to:
Customer: Mossbank Builders Ltd

Description            Qty      Unit price       Total
Claw hammer, returned    3           12.00      -36.00

Net                                             -36.00
VAT 20%                                          -7.20
Total                                          £ -43.20
"""
