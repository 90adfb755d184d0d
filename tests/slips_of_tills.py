"""Slips of tills for the tests, all made up, and what each of them says."""

from __future__ import annotations

SLIPS: dict[str, tuple[str, dict[str, str]]] = {
    "malaysian hardware shop": (
        """
        ayu
        KEMBARA BOLT & NUT
        TRADING SDN. BHD. (812345-K)
        NO 17 & 19, JALAN TENGGIRI 4/2,
        TAMAN TENGGIRI BARU, 81750 MASAI
        JOHOR.
        TEL: 07-388 1234   FAX: 07-388 1235
        GST REG NO : 000112233445
              TAX INVOICE
        Doc No.  : CB00077120   Date: 17/09/2018
        Cashier: NURUL           Time: 15:42:09
        Item         Qty   Price    Amount Tax
        7719         4     11.25     45.00 SR
        HEX BOLT M8 BOX
        Total Qty :  2
        Total Sales (Excluding GST) :   45.00
        Discount :                       0.00
        Total GST :                      2.70
        Rounding :                       0.00
        Total Sales (Inclusive of GST):  47.70
        CASH :                         100.00
        CHANGE :                        52.30
        GST SUMMARY
        Tax Code   %    Amt (RM)    Tax(RM)
        SR         6      45.00       2.70
        Total :           45.00       2.70
        GOODS SOLD ARE NOT RETURNABLE
        """,
        {
            "merchant": "KEMBARA BOLT & NUT TRADING SDN. BHD.",
            "address": "NO 17 & 19, JALAN TENGGIRI 4/2, TAMAN TENGGIRI BARU, 81750 MASAI JOHOR.",
            "phone": "07-388 1234",
            "tax_id": "000112233445",
            "number": "CB00077120",
            "date": "2018-09-17",
            "time": "15:42:09",
            "cashier": "NURUL",
            "subtotal": "45.00",
            "discount": "0.00",
            "tax": "2.70",
            "rounding": "0.00",
            "total": "47.70",
            "paid": "100.00",
            "change": "52.30",
            "currency": "MYR",
            "payment_method": "cash",
        },
    ),
    "malaysian grocer with a rounded total": (
        """
        PASAR MINI SERI LALANG S/B (619537-X)
        LOT P.T. 902, JALAN MURAI,
        TAMAN MERBOK
        42000 PELABUHAN KLANG, SELANGOR
        3107-TAMAN DUYUNG
        GST ID. NO : 000667788990
        INVOICE NO : 40117/305/T0082
        06:05PM     330218     08-06-17
        1144 MINYAK SAWIT 5KG        RM27.15 Z
        6620 BERAS WANGI SPECIAL     RM31.50 Z
        3317 SABUN MANDI             RM11.58 S
          2 X RM 5.79
        Total Sales (Inclusive GST) RM 70.23
        Rounding Adjustment RM  .02
        Rounded Total RM        70.25
        CASH RM                 80.00
        CHANGE RM                9.75
        GST Summary    Amount(RM)    Tax(RM)
        S = 6%          10.92        .66
        Z = 0%          58.65        .00
        """,
        {
            "merchant": "PASAR MINI SERI LALANG S/B",
            "address": "LOT P.T. 902, JALAN MURAI, TAMAN MERBOK 42000 PELABUHAN KLANG, SELANGOR 3107-TAMAN DUYUNG",
            "tax_id": "000667788990",
            "number": "40117/305/T0082",
            "date": "2017-06-08",
            "time": "18:05:00",
            "tax": "0.66",
            "rounding": "0.02",
            "total": "70.25",
            "paid": "80.00",
            "change": "9.75",
            "currency": "MYR",
            "payment_method": "cash",
        },
    ),
    "malaysian restaurant with service": (
        """
        RESTORAN SUNGAI EMAS
        (Co. No. 640177-P)
        Unit 3A, Level 2, Menara Kenanga,
        Jalan Kenanga 9/44
        56000 Kuala Lumpur, Malaysia
        Tel : 03-80701234 / 80701235
        SST No: W10-1808-32000123
        Bill No : 100234     Table: 12
        Date : 22-Jul-19 13:05
        2 Nasi Goreng        24.00
        1 Teh Tarik           3.50
        1 Limau Ais           4.50
        Subtotal             32.00
        Service Charge 10%    3.20
        Service Tax 6%        2.11
        Bill Rounding        -0.01
        TOTAL RM             37.30
        VISA                 37.30
        THANK YOU. PLEASE COME AGAIN.
        """,
        {
            "merchant": "RESTORAN SUNGAI EMAS",
            "address": "Unit 3A, Level 2, Menara Kenanga, Jalan Kenanga 9/44 56000 Kuala Lumpur, Malaysia",
            "phone": "03-80701234",
            "tax_id": "W10180832000123",
            "number": "100234",
            "date": "2019-07-22",
            "time": "13:05:00",
            "subtotal": "32.00",
            "tax": "2.11",
            "rounding": "-0.01",
            "total": "37.30",
            "paid": "37.30",
            "currency": "MYR",
            "payment_method": "Visa",
        },
    ),
    "german supermarket": (
        """
              FRISCHEMARKT LINDENAU
             Frischemarkt Lindenau GmbH
                Mühlgasse 12
              40112 Oberlinde
              Tel. 0211 / 445566
             UID Nr.: DE136695976
                              EUR
        ROGGENBROT           3,80 B
        TOMATEN              2,04 B
          0,512 kg x 3,99 EUR/kg
        MILCH 1,5%           2,18 B
          2 Stk x 1,09
        PFAND                0,25 A
        SUMME       EUR      8,27
        Geg. BAR    EUR     10,00
        Rückgeld    EUR      1,73
        Steuer %   Netto  Steuer  Brutto
        A= 19,0%   0,21    0,04    0,25
        B=  7,0%   7,50    0,52    8,02
        TSE-Signatur: k3Jx9Q==
        TSE-Start: 2021-05-03T09:40:12
        03.05.2021   09:41   Bon-Nr.:1182
        Es bediente Sie: Frau Kern
        Vielen Dank für Ihren Einkauf
        """,
        {
            "merchant": "Frischemarkt Lindenau GmbH",
            "address": "Mühlgasse 12 40112 Oberlinde",
            "phone": "0211 / 445566",
            "tax_id": "DE136695976",
            "number": "1182",
            "date": "2021-05-03",
            "time": "09:41:00",
            "cashier": "Frau Kern",
            "tax": "0.56",
            "total": "8.27",
            "paid": "10.00",
            "change": "1.73",
            "currency": "EUR",
            "payment_method": "cash",
        },
    ),
    "french bakery": (
        """
        BOULANGERIE DES TILLEULS
        SARL PAIN D'OR
        12 bis rue des Tilleuls
        69110 SAINTE-ODILE
        Tél : 04 78 12 34 56
        SIRET 732 829 320 00074
        N° TVA FR44732829320
        Ticket n° 004512   Caisse 02
        le 14/03/2022 à 08h13
        2 BAGUETTE TRADITION    2,40
        1 TARTE AUX POMMES     14,50
        TOTAL TTC              16,90 €
        CB EMV                 16,90 €
        Taux    HT      TVA     TTC
        5,50%   16,02   0,88    16,90
        MERCI DE VOTRE VISITE
        """,
        {
            "merchant": "BOULANGERIE DES TILLEULS",
            "address": "12 bis rue des Tilleuls 69110 SAINTE-ODILE",
            "phone": "04 78 12 34 56",
            "tax_id": "FR44732829320",
            "number": "004512",
            "date": "2022-03-14",
            "time": "08:13:00",
            "tax": "0.88",
            "total": "16.90",
            "paid": "16.90",
            "currency": "EUR",
            "payment_method": "card",
        },
    ),
    "spanish bar": (
        """
        BAR LA ENCINA VIEJA
        Encina Vieja, S.L.
        C/ Mayor, 5
        28999 Valdelaencina
        CIF: B12345674
        FACTURA SIMPLIFICADA
        Nº: T-2023/00815
        Fecha: 07/06/2023 Hora: 21:15
        Cant  Descripción      Importe
        2     Caña              5,00
        1     Tortilla          6,50
        Base imponible         10,45
        IVA 10%                 1,05
        TOTAL                  11,50 €
        Efectivo               20,00
        Cambio                  8,50
        GRACIAS POR SU VISITA
        """,
        {
            "merchant": "Encina Vieja, S.L.",
            "address": "C/ Mayor, 5 28999 Valdelaencina",
            "tax_id": "B12345674",
            "date": "2023-06-07",
            "time": "21:15:00",
            "subtotal": "10.45",
            "tax": "1.05",
            "total": "11.50",
            "paid": "20.00",
            "change": "8.50",
            "currency": "EUR",
            "payment_method": "cash",
        },
    ),
    "italian shop": (
        """
        ALIMENTARI DEL LAGO S.R.L.
        Via dei Tigli 12
        20999 Lagobello (MI)
        P.IVA 00743110157
        Tel. 02 1234567
        DOCUMENTO COMMERCIALE
        di vendita o prestazione
        DESCRIZIONE     IVA     Prezzo(€)
        PANE INTEGRALE   4%      2,40
        FORMAGGIO       10%      8,60
        TOTALE COMPLESSIVO      11,00
        di cui IVA               0,87
        Pagamento contante      20,00
        Resto                    9,00
        14-03-2022 18:05
        DOCUMENTO N. 0045-0012
        """,
        {
            "merchant": "ALIMENTARI DEL LAGO S.R.L.",
            "address": "Via dei Tigli 12 20999 Lagobello (MI)",
            "phone": "02 1234567",
            "tax_id": "00743110157",
            "number": "0045-0012",
            "date": "2022-03-14",
            "time": "18:05:00",
            "tax": "0.87",
            "total": "11.00",
            "paid": "20.00",
            "change": "9.00",
            "currency": "EUR",
            "payment_method": "cash",
        },
    ),
    "dutch baker": (
        """
        Bakkerij De Gouden Aar B.V.
        Kerkstraat 5
        1234 AB Waterdorp
        Tel: 020-1234567
        BTW nr: NL123456782B01
        Bonnummer: 88123
        Datum: 03-05-2022  Tijd: 10:22
        Volkorenbrood         2,95
        Krentenbol 4 x 0,60   2,40
        Subtotaal             5,35
        Totaal              € 5,35
        PIN                 € 5,35
        BTW 9%    4,91    0,44
        Bedankt en tot ziens
        """,
        {
            "merchant": "Bakkerij De Gouden Aar B.V.",
            "address": "Kerkstraat 5 1234 AB Waterdorp",
            "phone": "020-1234567",
            "tax_id": "NL123456782B01",
            "number": "88123",
            "date": "2022-05-03",
            "time": "10:22:00",
            "subtotal": "5.35",
            "tax": "0.44",
            "total": "5.35",
            "paid": "5.35",
            "currency": "EUR",
            "payment_method": "card",
        },
    ),
    "portuguese café": (
        """
        Pastelaria Flor da Serra, Lda
        Rua das Oliveiras, 48
        4999-123 Vila Alta
        NIF: 501234560
        Fatura Simplificada nº FS A/2041
        Data: 2022-03-14  Hora: 09:12
        2 x Café            1,40
        1 x Pastel de nata  1,20
        Total               2,60 €
        Dinheiro            5,00
        Troco               2,40
        IVA 13%  2,30  0,30
        Obrigado e volte sempre
        """,
        {
            "merchant": "Pastelaria Flor da Serra, Lda",
            "address": "Rua das Oliveiras, 48 4999-123 Vila Alta",
            "tax_id": "501234560",
            "date": "2022-03-14",
            "time": "09:12:00",
            "tax": "0.30",
            "total": "2.60",
            "paid": "5.00",
            "change": "2.40",
            "currency": "EUR",
            "payment_method": "cash",
        },
    ),
    "polish shop": (
        """
        SKLEP SPOŻYWCZY "POD LIPĄ"
        Zielona Lipa Sp. z o.o.
        ul. Lipowa 5, 00-999 Lipowo
        NIP 526-10-40-567
        2022-03-14       nr wydr. 001234
             PARAGON FISKALNY
        CHLEB ŻYTNI   1 x 4,99   4,99 B
        MLEKO 3,2%    2 x 3,00   6,00 C
        SPRZEDAŻ OPODATKOWANA B   4,99
        PTU B 8%                  0,37
        SPRZEDAŻ OPODATKOWANA C   6,00
        PTU C 5%                  0,29
        SUMA PTU                  0,66
        SUMA PLN                 10,99
        GOTÓWKA PLN              20,00
        RESZTA PLN                9,01
        """,
        {
            "merchant": "Zielona Lipa Sp. z o.o.",
            "address": "ul. Lipowa 5, 00-999 Lipowo",
            "tax_id": "5261040567",
            "date": "2022-03-14",
            "tax": "0.66",
            "total": "10.99",
            "paid": "20.00",
            "change": "9.01",
            "currency": "PLN",
            "payment_method": "cash",
        },
    ),
    "american diner": (
        """
              MAPLE CORNER DINER
             214 Birchwood Ave
            Springvale, OH 44999
               (555) 010-4477
        Server: Dana      Table 7
        Check #: 20114
        03/14/2022  7:45 PM
        2 Pancakes           $17.90
        1 Coffee              $2.75
        Subtotal             $20.65
        Tax 7.25%             $1.50
        Tip                   $4.00
        Total                $26.15
        Visa                 $26.15
        Thank you!
        """,
        {
            "merchant": "MAPLE CORNER DINER",
            "address": "214 Birchwood Ave Springvale, OH 44999",
            "phone": "(555) 010-4477",
            "number": "20114",
            "date": "2022-03-14",
            "time": "19:45:00",
            "cashier": "Dana",
            "subtotal": "20.65",
            "tax": "1.50",
            "total": "26.15",
            "paid": "26.15",
            "currency": "USD",
            "payment_method": "Visa",
        },
    ),
    "british shop": (
        """
        Harbour Books Ltd
        4 Quay Road
        Linfield LN4 2AB
        VAT No: GB123456782
        Receipt No: 004711
        14/03/2019 16:20
        Sea Charts         12.99
        Notebook            3.50
        Discount           -1.00
        Total             £15.49
        Mastercard        £15.49
        VAT @ 20% included  0.58
        Thank you for shopping with us
        """,
        {
            "merchant": "Harbour Books Ltd",
            "address": "4 Quay Road Linfield LN4 2AB",
            "tax_id": "GB123456782",
            "number": "004711",
            "date": "2019-03-14",
            "time": "16:20:00",
            "discount": "1.00",
            "tax": "0.58",
            "total": "15.49",
            "paid": "15.49",
            "currency": "GBP",
            "payment_method": "Mastercard",
        },
    ),
    "misread and damaged": (
        """
        KEDAI KOPI TIGA BUDAK SON BHD
        24-2, Jaian Tebrau 6/3O,
        46200 Petaling Jaya, Selangor
        lNVOICE NO  01-220871
        Date  1O/11/2O17 5:31:40 PM
        Kopi O           2   4.00   8.00
        Sub Tota1:                  8.00
        NET T0TAL:                  8 00
        Cash Received              50.00
        CHANGE                     42 00
        THANK Y0U
        """,
        {
            "merchant": "KEDAI KOPI TIGA BUDAK SDN BHD",
            "address": "24-2, Jalan Tebrau 6/3O, 46200 Petaling Jaya, Selangor",
            "number": "01-220871",
            "date": "2017-11-10",
            "time": "17:31:40",
            "subtotal": "8.00",
            "total": "8.00",
            "paid": "50.00",
            "change": "42.00",
            "currency": "MYR",
            "payment_method": "cash",
        },
    ),
}
