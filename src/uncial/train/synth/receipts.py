"""Lines as tills print them: items, sums, taxes, how it was paid, and thanks."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from uncial.train.synth.chance import Lot, chance, filled, number, pick
from uncial.train.synth.codes import barcode, reference, tax_number
from uncial.train.synth.dates import hour, plain_date
from uncial.train.synth.figures import amount, decimal
from uncial.train.synth.labels import label
from uncial.train.synth.people import firm, mail, name, place, telephone, web
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Grammar, Pen, capital, upper

_TOWNS = (
    "PETALING JAYA",
    "KUALA LUMPUR",
    "SHAH ALAM",
    "JOHOR BAHRU",
    "IPOH",
    "PENANG",
    "MELAKA",
    "KLANG",
    "SUBANG JAYA",
    "SEREMBAN",
    "KAJANG",
    "SINGAPORE",
)
_WAYS = ("JALAN", "JLN", "JALAN", "LORONG", "TAMAN", "BANDAR", "KAMPUNG", "PERSIARAN", "LEBUH")
_ENDS = (
    "SDN BHD",
    "SDN. BHD.",
    "(M) SDN BHD",
    "ENTERPRISE",
    "TRADING",
    "& CO.",
    "LTD",
    "PTE LTD",
    "RESTAURANT",
    "MART",
    "HARDWARE",
    "GIFT & DECO",
    "STATIONERY",
    "CAFE",
    "BAKERY",
    "PHARMACY",
)
_TAX_CODES = ("SR", "ZR", "S", "Z", "T", "A", "B", "C", "*", "ZRL", "TX", "E", "N", "G", "%", "SR @ 6%", "GST @6%")
_RULES = ("-", "*", "=", "_", "- ", "* ", ".", "#", "~", "+")
_COUNTED = ("", "", " PCS", " PC", " KG", " EA", " UNIT", " STK", " szt")
_TIMES = (" X ", " x ", " @ ", "x ", "X", " * ", " × ", "x")


def till_line(rng: Random, pen: Pen) -> str:
    """A line of a receipt, mostly in capitals."""
    text = _SORTS.draw(rng)(rng, pen)
    shape = rng.random()
    return upper(text, pen.tongue) if shape < 0.62 else text


def _price(rng: Random, pen: Pen) -> str:
    point = "." if pen.tongue.decimal == "." or chance(rng, 0.15) else ","
    whole = int(10 ** (rng.random() * 3.3)) - 1
    return f"{whole}{point}{filled(rng, '#' + pick(rng, ('0', '#', '5', '9')))}"


def _good(rng: Random, pen: Pen) -> str:
    words = [pick(rng, phrases("goods"))] if pen.tongue.code == "en" and chance(rng, 0.6) else []
    words += [pen.lexicon.word(rng) for _ in range(number(rng, 0 if words else 1, 2))]
    if chance(rng, 0.35):
        words.append(pick(rng, phrases("pack")))
    if chance(rng, 0.12):  # tills have little room
        words = [word[: number(rng, 3, 6)] + pick(rng, ("", ".")) for word in words]
    return " ".join(words)


def _item(rng: Random, pen: Pen) -> str:
    parts = [_good(rng, pen)]
    if chance(rng, 0.2):
        parts.insert(0, filled(rng, pick(rng, ("#", "##", "####", "#############", "@###", "#.", "(#)", "# X"))))
    if chance(rng, 0.35):
        parts.append(_price(rng, pen))
        if chance(rng, 0.35):
            parts.append(pick(rng, _TAX_CODES))
    return " ".join(parts)


def _count(rng: Random, pen: Pen) -> str:
    several = str(number(rng, 1, 30)) if chance(rng, 0.8) else decimal(rng, pen.tongue, 3)
    text = f"{several}{pick(rng, _COUNTED)}{pick(rng, _TIMES)}{_price(rng, pen)}"
    return f"{text} {_price(rng, pen)}" if chance(rng, 0.45) else text


def _money(rng: Random, pen: Pen) -> str:
    text = _price(rng, pen)
    return (
        pick(rng, ("", "", "", "RM", "RM ", "$", "-", "*", "€ ", "£", "=", "EUR ", "R$ ", "kr "))
        + text
        + pick(rng, ("", "", "", "", "", " SR", " *", " -", "-", " S", " A", " €"))
    )


def _sum(rng: Random, pen: Pen) -> str:
    text = pick(rng, phrases("sum", pen.tongue.code))
    if chance(rng, 0.3):
        text = " ".join(capital(word.lower(), pen.tongue) for word in text.split())
    text += pick(rng, ("", "", "", ":", " :", " RM", " EUR", " (RM)", "=", " :RM"))
    return f"{text} {_money(rng, pen)}" if chance(rng, 0.4) else text


def _said(rng: Random, pen: Pen) -> str:
    text = pick(rng, phrases("till", pen.tongue.code))
    if chance(rng, 0.3):
        text = capital(text.lower(), pen.tongue)
    mark = pick(rng, ("", "", "", "", "", "*", "**", "***", "-", "=", "!", "~"))
    return f"{mark}{' ' if chance(rng, 0.5) else ''}{text} {mark}" if mark not in ("", "!") else text + mark


def _taxes(rng: Random, pen: Pen) -> str:
    rate = f"{number(rng, 0, 27)}{pick(rng, ('', '.0', '.00', ',0'))}%"
    prices = " ".join(_price(rng, pen) for _ in range(number(rng, 1, 3)))
    return f"{pick(rng, _TAX_CODES)}{pick(rng, (' = {}', ' {}', '={}', ' @ {}', ' ({})', ' {}:')).format(rate)} {prices}"


def _head(rng: Random, _: Pen) -> str:
    value = _HEAD_VALUES.draw(rng)(rng)
    return f"{pick(rng, phrases('till-head'))}{pick(rng, (' ', ': ', '', ' : ', ' #'))}{value}"


_HEAD_VALUES: Lot[Callable[[Random], str]] = Lot.of(
    (2, plain_date),
    (1, hour),
    (1, reference),
    (3, lambda rng: filled(rng, pick(rng, ("##", "######", "@@######", "00##", "#", "@## #", "**** ####")))),
)


def _when(rng: Random, _: Pen) -> str:
    return f"{plain_date(rng)}{pick(rng, (' ', ' ', '  ', ' - ', ', ', '/'))}{hour(rng)}"


def _rule(rng: Random, _: Pen) -> str:
    return (pick(rng, _RULES) * 40)[: number(rng, 4, 36)]


def _shop(rng: Random, pen: Pen) -> str:
    if chance(rng, 0.45):
        return firm(rng, pen.tongue)
    return f"{' '.join(pen.lexicon.word(rng) for _ in range(number(rng, 1, 2)))} {pick(rng, _ENDS)}"


def _street(rng: Random, pen: Pen) -> str:
    if pen.tongue.code != "en" or chance(rng, 0.5):
        return place(rng, pen.tongue)
    where = f"{pick(rng, _WAYS)} {filled(rng, pick(rng, ('#/#', '##', '#@/##', '@# #/#')))}"
    if chance(rng, 0.5):
        where = f"{pick(rng, _WAYS)} {pen.lexicon.word(rng)}{filled(rng, pick(rng, ('', ' #', ' #/#')))}"
    return _STREETS.draw(rng).format(
        lot=filled(rng, pick(rng, ("&#", "&#-@", "&#-#", "LOT ##", "@-#-#", "#, # & #"))),
        where=where,
        post=filled(rng, "&####"),
        town=pick(rng, _TOWNS),
    )


_STREETS = Lot.of(
    (2, "NO. {lot}, {where},"),
    (2, "NO {lot} {where}"),
    (2, "{where}, {post} {town}"),
    (2, "{post} {town}"),
    (1, "{where},"),
    (1, "{post} {town}, SELANGOR."),
    (1, "{lot}, {where}, {town}"),
)


_SORTS: Lot[Grammar] = Lot.of(
    (22, _item),
    (9, _count),
    (14, _money),
    (14, _sum),
    (9, _said),
    (5, _taxes),
    (8, _head),
    (4, _when),
    (1.5, _rule),
    (4, _shop),
    (6, _street),
    (2, lambda rng, _: telephone(rng)),
    (1.5, lambda rng, _: tax_number(rng)),
    (1.5, lambda rng, _: barcode(rng)),
    (2, lambda rng, _: reference(rng)),
    (1, lambda rng, pen: web(rng, pen.tongue)),
    (0.7, lambda rng, pen: mail(rng, pen.tongue)),
    (1, lambda rng, pen: name(rng, pen.tongue)),
    (2, lambda rng, _: str(number(rng, 0, 99))),
    (2, label),
    (2, lambda rng, pen: amount(rng, pen.tongue)),
    (2, lambda rng, pen: pen.prose(rng, number(rng, 8, 38))),
)
