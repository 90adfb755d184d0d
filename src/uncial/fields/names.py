"""The names of fields, kind by kind, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping

Names = Mapping[str, str]

_RATE_ROWS = "The taxes, a row each: rate, net, amount."
_CURRENCY = "The currency, as its ISO 4217 code."

NAMES: Mapping[str, Names] = {
    "receipt": {
        "merchant": "Who sold.",
        "address": "Where the shop is, on one line.",
        "phone": "Its telephone number.",
        "email": "Its e-mail address.",
        "website": "Its web page.",
        "tax_id": "Its VAT id or tax number, without spaces.",
        "number": "The number of the receipt.",
        "date": "The day of the sale.",
        "time": "The time of the sale.",
        "cashier": "Who served.",
        "items": "What was bought, a row each: description, quantity, unit_price, amount, code.",
        "subtotal": "What the items come to, before taxes or discounts.",
        "taxes": _RATE_ROWS,
        "tax": "All taxes together.",
        "discount": "What was taken off, as a positive number.",
        "rounding": "What the total was rounded by, with its sign.",
        "total": "What was to be paid.",
        "payment_method": "How it was paid: cash, card, or as it is printed.",
        "paid": "What was given.",
        "change": "What was given back.",
        "currency": _CURRENCY,
    },
    "invoice": {
        "document_type": "What it is: invoice or credit-note; amounts of a credit note are what is credited, without a minus.",
        "issuer": "Who bills.",
        "issuer_address": "Their address, on one line.",
        "issuer_vat_id": "Their VAT id, without spaces.",
        "issuer_tax_number": "Their tax number with the tax office, where it is no VAT id.",
        "issuer_registration": "Their number in a register of companies.",
        "issuer_phone": "Their telephone number.",
        "issuer_email": "Their e-mail address.",
        "issuer_website": "Their web page.",
        "recipient": "Who is billed.",
        "recipient_address": "Their address, on one line.",
        "recipient_vat_id": "Their VAT id, without spaces.",
        "number": "The number of the invoice.",
        "customer_number": "The number that the issuer gave to the recipient.",
        "order_number": "The number of the order.",
        "date": "The day of the invoice.",
        "due_date": "The day by which it is to be paid.",
        "delivery_date": "The day of delivery.",
        "period_start": "The first day of what is billed.",
        "period_end": "The last day of what is billed.",
        "items": "What is billed, a row each: position, code, description, quantity, unit, unit_price, tax_rate, amount.",
        "net": "The sum without taxes.",
        "taxes": _RATE_ROWS,
        "tax": "All taxes together.",
        "total": "The sum with taxes.",
        "prepaid": "What was paid already.",
        "due": "What is left to be paid.",
        "currency": _CURRENCY,
        "iban": "The account to pay to, without spaces.",
        "bic": "The bank of that account.",
        "payment_reference": "What to write on the payment.",
        "payment_method": "How it is paid.",
    },
    "ticket": {
        "mode": "What it is for: train, bus, flight, ferry or event.",
        "carrier": "Who carries.",
        "origin": "Where the journey begins.",
        "destination": "Where it ends.",
        "via": "Over which places it goes.",
        "date": "The day of departure, or of the event.",
        "departure": "When it departs, or the event begins.",
        "arrival": "When it arrives.",
        "arrival_date": "The day of arrival, where it is said.",
        "service": "The number of the train, the flight or the bus.",
        "class": "The class: 1, 2, or as it is printed.",
        "coach": "The coach.",
        "seat": "The seat.",
        "row": "The row, at an event.",
        "section": "The block, the stand or the part of the hall, at an event.",
        "platform": "The platform or track.",
        "passenger": "Who travels.",
        "price": "What it costs.",
        "currency": _CURRENCY,
        "number": "The number of the ticket.",
        "booking_reference": "The number of the booking.",
        "fare": "The fare's name.",
        "event": "What is on.",
        "venue": "Where the event is.",
        "doors": "When the doors open.",
        "valid_from": "From when on it is valid.",
        "valid_until": "Until when it is valid.",
        "issued": "When it was issued.",
    },
    "boarding-pass": {
        "passenger": "Who flies.",
        "booking_reference": "The booking (PNR).",
        "carrier": "The operating carrier's IATA designator.",
        "flight": "The number of the flight, with the carrier's designator.",
        "origin": "The airport of departure, as its IATA code.",
        "destination": "The airport of arrival, as its IATA code.",
        "date": "The day of the flight.",
        "boarding_time": "When boarding begins.",
        "departure": "When it departs.",
        "arrival": "When it arrives.",
        "gate": "The gate.",
        "seat": "The seat.",
        "class": "The class of travel.",
        "sequence": "The number at check-in.",
        "ticket_number": "The number of the ticket.",
        "frequent_flyer": "The number of the frequent flyer, with the airline that gave it.",
        "baggage_allowance": "How much baggage is free.",
        "legs": "The flights where there are several, a row each, with the names above.",
    },
    "identity": {
        "document_type": "What it is: passport, identity card or visa.",
        "issuer": "The state that issued it, as its code of three letters.",
        "number": "The number of the document.",
        "surname": "The surname.",
        "given_names": "The given names.",
        "nationality": "The nationality, as its code of three letters.",
        "birth_date": "The day of birth.",
        "sex": "F, M or X.",
        "expiry_date": "The last day on which it is valid.",
        "personal_number": "The personal number, where there is one.",
    },
    "letter": {
        "sender": "Who writes.",
        "recipient": "To whom.",
        "date": "When.",
        "subject": "About what.",
        "reference": "The reference that it gives.",
    },
    "other": {},
}
"""By kind, in the order in which tables show them. Templates may name other fields too."""

ROWS: Mapping[str, Names] = {
    "items": {
        "position": "The number of the line.",
        "code": "The number of the article.",
        "description": "What it is.",
        "quantity": "How many, or how much.",
        "unit": "Of what: pieces, hours, kg.",
        "unit_price": "What one costs.",
        "tax_rate": "The rate of tax, in percent.",
        "amount": "What the line comes to.",
    },
    "taxes": {
        "rate": "The rate, in percent.",
        "net": "What it is raised on.",
        "amount": "The tax.",
    },
    "legs": NAMES["boarding-pass"],
}
"""What the rows of a list say, by the list's name."""

AMOUNTS = frozenset(
    "subtotal tax discount rounding total paid change net prepaid due price quantity unit_price tax_rate rate amount".split()
)
"""The names of what is a number, an amount of money or another."""
DAYS = frozenset(
    "date due_date delivery_date period_start period_end arrival_date birth_date expiry_date valid_from valid_until".split()
) | {"issued"}
"""The names of what is a day, or a day and a time."""
TIMES = frozenset("time departure arrival doors boarding_time".split())
"""The names of what is a time of day."""
CODES = frozenset("tax_id issuer_vat_id recipient_vat_id iban bic".split())
"""The names of codes that are written without spaces and in capitals."""
