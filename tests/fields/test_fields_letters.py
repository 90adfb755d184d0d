from __future__ import annotations

from datetime import date

import pytest

from fakes import typed
from uncial.fields.letters import evidence, find
from uncial.fields.sheet import View

ENGLISH = """
Brightwater Pumps Ltd
4 Quay Road, Linfield LN4 2AB

                                             14 March 2019

Ms Orla Fennimore
Overtown Gardens
17 South Road
Overtown 40112

Our ref: BP/2019-77

Dear Ms Fennimore,

Re: Pump of the north pond

we have looked at the pump and found that it has to be replaced. The new
one will be there in April.

Yours sincerely,


Ama Blue
Head of Service
"""
GERMAN = """
Frau
Lena Bach
Mühlweg 12
40112 Oberlinde

                                  Linde, 3. Mai 2020

Aktenzeichen: 4 C 17/20
Betreff: Ihr Antrag auf einen Stellplatz
am Nordufer

Sehr geehrte Damen und Herren,

wir danken für Ihren Antrag und melden uns bald.

Mit freundlichen Grüßen

Bo Ekström
"""
MEMO = """
MEMORANDUM

To:        All crews
From:      Ama Blue
Date:      May 4, 2021
Subject:   Life jackets

Jackets are to be worn on deck from now on.
"""


def said(text: str) -> dict[str, object]:
    return {name: field.value for name, field in find(View.of(typed(text))).items()}


def test_a_letter_says_who_writes_to_whom_when_and_about_what():
    assert said(ENGLISH) == {
        "sender": "Ama Blue",
        "recipient": "Ms Orla Fennimore",
        "date": date(2019, 3, 14),
        "subject": "Pump of the north pond",
        "reference": "BP/2019-77",
    }


def test_a_subject_goes_on_below_and_a_name_in_the_address_is_the_recipient():
    assert said(GERMAN) == {
        "sender": "Bo Ekström",
        "recipient": "Lena Bach",
        "date": date(2020, 5, 3),
        "subject": "Ihr Antrag auf einen Stellplatz am Nordufer",
        "reference": "4 C 17/20",
    }


def test_the_head_of_a_memorandum_names_both():
    assert said(MEMO) == {
        "sender": "Ama Blue",
        "recipient": "All crews",
        "date": date(2021, 5, 4),
        "subject": "Life jackets",
    }


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, MEMO])
def test_letters_and_memoranda_are_known(text):
    assert evidence(View.of(typed(text))) >= 0.5


@pytest.mark.parametrize(
    ("salutation", "closing"),
    [
        ("Dear Sir or Madam:", "Yours faithfully"),
        ("Sehr geehrter Herr Bach,", "Hochachtungsvoll"),
        ("Chère Madame,", "Cordialement"),
        ("Estimados señores:", "Atentamente"),
        ("Egregio Signore,", "Distinti saluti"),
        ("Geachte heer, mevrouw,", "Met vriendelijke groet"),
        ("Prezado Senhor,", "Atenciosamente"),
        ("Szanowni Państwo,", "Z poważaniem"),
    ],
)
def test_eight_languages_begin_and_end_letters(salutation, closing):
    assert evidence(View.of(typed(f"{salutation}\n\nbla bla bla\n\n{closing}\n"))) >= 0.7


def test_a_salutation_names_whom_it_is_written_to_but_not_nobody():
    assert said("Dear Mr Brook,\n\nwe met.\n\nRegards\nAma Blue")["recipient"] == "Mr Brook"
    assert said("Chère Odile,\n\nbonjour.\n\nCordialement")["recipient"] == "Odile"
    assert "recipient" not in said("Dear Customer,\n\nwe met.\n\nRegards")
    assert "recipient" not in said("Sehr geehrte Damen und Herren,\n\nwir.\n\nHochachtungsvoll")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour\n\nThe dear old pier was closed on 4 May 2021.\nSincerely meant words did not help, and best wishes too.",
        "Report on pumps\n4 May 2021\n\nTo: north pond\nNo. 5",
        "TOTAL 12.00\nCASH 20.00\nCHANGE 8.00\n4 May 2021",
        "x",
    ],
)
def test_other_documents_are_no_letters(text):
    assert evidence(View.of(typed(text))) < 0.5


def test_what_is_not_there_is_not_told():
    assert said("Dear Friends,\n\nit was a good year.\n\nBest wishes") == {}
