from __future__ import annotations

import pytest

from fakes import typed
from uncial.fields.receipts.merchants import find_merchant
from uncial.fields.receipts.postal import is_region, postal, respelled_address
from uncial.fields.receipts.slips import Slip
from uncial.fields.sheet import View

HEADS = {
    "number behind the name, tax number in brackets below": (
        """MR. TOOLBOX (PERAK) SDN BHD (733109-X)
        LOT 88-A & 88-B, JALAN TPX 2,
        KAWASAN PERINDUSTRIAN SERDANG,
        43400 SERI KEMBANGAN, SELANGOR
        (GST ID NO :000333444555)
        (MALL TENGGARA)
        -INVOICE-""",
        "MR. TOOLBOX (PERAK) SDN BHD",
        "LOT 88-A & 88-B, JALAN TPX 2, KAWASAN PERINDUSTRIAN SERDANG, 43400 SERI KEMBANGAN, SELANGOR",
    ),
    "a name by hand above": (
        """TAN AH KOW
        MOONBEAM CAKE HOUSE SDN BHD
        (862725-U)
        No.1, Jalan Dataran Enam,
        47000 Sungai Buloh, Selangor
        Tel: 03-6156 1234""",
        "MOONBEAM CAKE HOUSE SDN BHD",
        "No.1, Jalan Dataran Enam, 47000 Sungai Buloh, Selangor",
    ),
    "a name over two lines": (
        """POLARIS BOOK
        CO. (M) SDN BHD
        (Co. No. 640188-P)
        No 5, Jalan 9/44C, Desa Tun Melur
        56000 Kuala Lumpur, Malaysia
        BINTANG 88 MALL""",
        "POLARIS BOOK CO. (M) SDN BHD",
        "No 5, Jalan 9/44C, Desa Tun Melur 56000 Kuala Lumpur, Malaysia",
    ),
    "a company below a brand, licence below the name": (
        """PROMO
        Gold Crown Restaurants Sdn Bhd
        (81190-M)
        Licensee of Burger Star
        Level 4, Menara Bayu, Damansara Atas 2
        No.8, Jalan SS9/14,47300 Petaling Jaya
        Selangor
        (GST ID No: 000777888999)""",
        "Gold Crown Restaurants Sdn Bhd",
        "Level 4, Menara Bayu, Damansara Atas 2 No.8, Jalan SS9/14,47300 Petaling Jaya Selangor",
    ),
    "an owner below the address": (
        """SANDPIPER STATIONERY SHOP
        NO. 7G&9G, JALAN SERI BAKAWALI X ,U9/X
        40150 SHAH ALAM
        Tel: +603-3362 0000
        Owned By :
        SANDPIPER SUPPLY SDN BHD (1135999-K)""",
        "SANDPIPER STATIONERY SHOP",
        "NO. 7G&9G, JALAN SERI BAKAWALI X ,U9/X 40150 SHAH ALAM",
    ),
    "a company below the address": (
        """TQ FOR SHOPPING WITH US
        UNIT 212, BLOCK C, PUSAT DAGANGAN BAYU,
        NO. 4, JALAN 19/6, 46300, PETALING JAYA, SELANGOR
        BAYU RETAIL SB(412077-X) FKA BAYU STORES SB""",
        "BAYU RETAIL SB",
        "UNIT 212, BLOCK C, PUSAT DAGANGAN BAYU, NO. 4, JALAN 19/6, 46300, PETALING JAYA, SELANGOR",
    ),
    "a customer below": (
        """GOLDEN LOAF BAKERIES (KL) SDN BHD (204411 X)
        Lot 8, Jalan Pelukis 17/4,
        40200 Shah Alam, Selangor.
        TAX INVOICE
        MELATI CORNER SDN BHD
        JALAN SS 12/1, 47500 SUBANG JAYA""",
        "GOLDEN LOAF BAKERIES (KL) SDN BHD",
        "Lot 8, Jalan Pelukis 17/4, 40200 Shah Alam, Selangor.",
    ),
    "a telephone number on the line of the town": (
        """HWA SENG HARDWARE TRADING
        COMPANY REG. NO. : 001055195X
        NO 37, JALAN MANGGIS 7, TAMAN CERIA,
        CHERAS, 56100 KUALA LUMPUR TEL:03-91302672""",
        "HWA SENG HARDWARE TRADING",
        "NO 37, JALAN MANGGIS 7, TAMAN CERIA, CHERAS, 56100 KUALA LUMPUR",
    ),
    "letters misread": (
        """KEDAI BUNGA MELUR SON BHD
        No: C7, BIk C, Jin PJU 3B/9,
        47410 Petàling Jaya, Selangor""",
        "KEDAI BUNGA MELUR SDN BHD",
        "No: C7, Blk C, Jln PJU 3B/9, 47410 Petaling Jaya, Selangor",
    ),
    "German": (
        """Buchhandlung Kern & Töchter
        Marktplatz 3
        70999 Kirchdorf
        Tel 0711-123456""",
        "Buchhandlung Kern & Töchter",
        "Marktplatz 3 70999 Kirchdorf",
    ),
    "Swiss": (
        """Dorfladen Seedorf
        Dorfstrasse 12
        8999 Seedorf
        CHE-123.456.789 MWST""",
        "Dorfladen Seedorf",
        "Dorfstrasse 12 8999 Seedorf",
    ),
    "French": (
        """LE PETIT FOURNIL
        8 PLACE DU MARCHE
        31999 VILLEBOIS
        TEL 05 61 00 11 22""",
        "LE PETIT FOURNIL",
        "8 PLACE DU MARCHE 31999 VILLEBOIS",
    ),
    "Polish": (
        """Apteka Pod Dębem
        ul. Dębowa 5, 00-999 Dębowo
        NIP 526-10-40-567""",
        "Apteka Pod Dębem",
        "ul. Dębowa 5, 00-999 Dębowo",
    ),
    "American": (
        """RIVERBEND GROCERY
        1200 Riverbend Pkwy
        Springvale, OH 44999-1234
        (555) 010-4477""",
        "RIVERBEND GROCERY",
        "1200 Riverbend Pkwy Springvale, OH 44999-1234",
    ),
    "no address": (
        """Thank You For Shopping
        AUTHENTIC NOODLE HOUSE
        SALES RECEIPT
        Date 12/3/18""",
        "AUTHENTIC NOODLE HOUSE",
        None,
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_the_head_of_a_slip_says_who_sells_and_where(name: str) -> None:
    text, merchant, address = HEADS[name]
    found = find_merchant(Slip.of(View.of(typed(text))))
    assert found["merchant"].value == merchant
    assert (found["address"].value if "address" in found else None) == address


def test_the_text_stays_as_it_was_read() -> None:
    found = find_merchant(Slip.of(View.of(typed("KEDAI MELUR SON BHD\nNo 3, Jaian Melur,\n41000 Klang"))))
    assert found["merchant"].text == "KEDAI MELUR SON BHD"
    assert found["address"].text == "No 3, Jaian Melur, 41000 Klang"


@pytest.mark.parametrize("text", ["", "12345", "Total   9.00\nCash   9.00", "(550066-U)\nTAX INVOICE", "www.shop.example"])
def test_nobody_is_made_up(text: str) -> None:
    assert "merchant" not in find_merchant(Slip.of(View.of(typed(text or ".")))) and "address" not in text


@pytest.mark.parametrize(
    ("text", "has_code"),
    [
        ("80100 JOHOR BAHRU", True),
        ("Ara Kenanga, 47410", True),
        ("LOT 48120, JALAN 2/19B", False),
        ("Linfield LN4 2AB", True),
        ("4999-123 Vila Alta", True),
        ("1234 AB Waterdorp", True),
        ("Invoice 12345678", False),
    ],
)
def test_postcodes_are_known_by_what_stands_beside_them(text: str, has_code: bool) -> None:
    assert postal(text).code is has_code


def test_a_line_of_regions_and_countries_belongs_to_the_address_above() -> None:
    assert is_region("Selangor Darul Ehsan, Malaysia") and is_region("KUALA SELANGOR.")
    assert not is_region("BINTANG 88 MALL") and not is_region("TAX INVOICE")


def test_words_that_addresses_have_are_spelled_as_they_are() -> None:
    assert respelled_address("No 1, Jaian Mawar,  81100  Johor,") == "No 1, Jalan Mawar, 81100 Johor"
    assert respelled_address("12 rue des Érables") == "12 rue des Érables"
