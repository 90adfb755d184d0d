from __future__ import annotations

from decimal import Decimal

import pytest

from fakes import typed
from uncial.fields.labels import WAYS, Label, Way, beside, find_labels
from uncial.fields.lexicon import Entry, Lexicon, lexicon, word_table
from uncial.fields.sheet import View, joined
from uncial.fields.tokens import as_digits, fold, tokens
from uncial.fields.values.amounts import find_amounts
from uncial.fields.values.dates import find_dates

WORDS = Lexicon.of(
    [
        Entry("total", "en", "total"),
        Entry("total", "en", "grand total"),
        Entry("subtotal", "en", "subtotal"),
        Entry("vat", "de", "USt-IdNr."),
        Entry("number", "en", "Invoice No."),
        Entry("date", "en", "date"),
        Entry("due", "en", "due date"),
    ]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(entry.name, text[hit.start : hit.end]) for hit in WORDS.find(text) for entry in hit.entries[:1]]


@pytest.mark.parametrize("text", ["Total", "TOTAL:", "T0TAL", "T O T A L", "tota1", "TÓTAL"])
def test_a_phrase_is_found_as_ocr_gives_it(text):
    assert [name for name, _ in found(text)] == ["total"]


@pytest.mark.parametrize("text", ["lnvoice N0", "lnvoce No", "Invoice  No", "InvoiceNo", "Invoicc No", "lnv0iceNo"])
def test_longer_phrases_are_found_with_a_letter_wrong_or_spaces_lost(text):
    assert [name for name, _ in found(text)] == ["number"]


@pytest.mark.parametrize("text", ["totally", "to tell", "updated", "data", "invoices to", "mandate"])
def test_other_words_are_not_found(text):
    assert found(text) == []


def test_the_longest_phrase_wins_and_a_number_behind_it_is_not_part_of_it():
    assert found("GRAND TOTAL 5") == [("total", "GRAND TOTAL")]
    assert found("Sub Total 8") == [("subtotal", "Sub Total")]
    assert found("Due Date: 1.1.2020, Date") == [("due", "Due Date"), ("date", "Date")]
    assert found("U S t - I d N r . : DE") == [("vat", "U S t - I d N r")]


def test_what_looks_like_digits_among_digits_is_read_as_digits():
    assert as_digits("l2.5O und SOS, B4, S1, No 5O, Z5/12, 2O1S5") == "12.50 und SOS, B4, S1, No 50, 25/12, 20155"


def test_text_is_folded_to_what_ocr_can_tell():
    assert fold("Straße-Nr. 0") == fold("STRASSE NR O")
    assert [(each.key, each.is_number, each.glued) for each in tokens("A12 b")] == [
        ("a", False, False),
        ("lz", True, True),
        ("b", False, False),
    ]


FORM = """
Invoice No.      Date           Due date
K-471            12.03.2026     26.03.2026

Subtotal                        10.00
Grand total:                    EUR 11.90
"""


def values(label: Label, parse, *ways: Way) -> list[tuple[Way, str]]:
    places = ((near, found) for near in beside(label, ways or WAYS) for found in parse(near.text))
    return [(near.way, near.piece.cut(near.start + found.start, near.start + found.end).text) for near, found in places]


def test_values_stand_to_the_right_of_their_labels_or_below():
    view = View.of(typed(FORM))
    labels = {next(iter(label.hit.names)): label for label in find_labels(view, WORDS)}
    assert set(labels) == {"number", "date", "due", "subtotal", "total"}
    assert values(labels["total"], find_amounts) == [("right", "EUR 11.90")]
    assert values(labels["due"], find_dates) == [("below", "26.03.2026")]
    assert values(labels["date"], find_dates, "below") == [("below", "12.03.2026")]
    assert values(labels["number"], find_amounts, "same") == []


def test_a_value_in_the_same_piece_stands_behind_the_label():
    view = View.of(typed("Total (EUR) .... 12,50"))
    (label,) = find_labels(view, WORDS)
    assert label.leads
    assert values(label, find_amounts) == [("same", "12,50")]


def test_a_span_knows_its_place():
    view = View.of(typed("one two   three"))
    first, second = next(iter(view.sheets[0].rows)).pieces
    cut = first.cut(1, 5)
    assert cut.text == "ne t"
    assert (cut.quad.box.left, cut.quad.box.right, cut.page) == (10, 50, 1)
    assert joined([cut, second.whole]).text == "ne t three"
    with pytest.raises(ValueError, match="not enough values"):
        first.cut(3, 4)


def test_every_table_of_phrases_can_be_loaded():
    from importlib.resources import files

    names = [
        path.name.removesuffix(".toml")
        for path in files("uncial.fields").joinpath("words").iterdir()
        if path.name.endswith(".toml")
    ]
    assert {"months", "currencies", "countries"} <= set(names)
    for name in names:
        assert word_table(name), name
    assert lexicon() is lexicon()


@pytest.mark.parametrize(
    "phrase", ["Rechnungsnummer", "Date d'échéance", "amount due", "Numero della fattura", "Liefer-Adresse", "kwota"]
)
def test_a_long_phrase_is_found_whichever_letter_is_lost_or_wrong(phrase: str):
    alone = Lexicon.of([Entry("it", "", phrase)])
    letters = [at for at, char in enumerate(phrase) if char.isalpha()]
    read = [phrase[:at] + lost + phrase[at + 1 :] for at in letters for lost in ("", "x", phrase[at] + "x")]
    found = [text for text in read if any(alone.find(f"with the {text} beside"))]
    assert found == (read if len(fold(phrase)) >= 6 else [])


def test_what_is_made_of_a_view_is_made_once():
    asked = []

    def words(view: View) -> int:
        asked.append(view)
        return sum(len(piece.words) for piece in view.pieces)

    view = View.of(typed("one two   three"))
    assert (view.once(words), view.once(words), len(asked)) == (3, 3, 1)
    assert View.of(typed("four")).once(words) == 1


def test_a_span_says_a_field_no_surer_than_it_was_read():
    span = View.of(typed("Total   9.00")).sheets[0].rows[0].pieces[1].whole
    field = span.says(Decimal(9), "label", 0.5)
    assert (field.value, field.text, field.page, field.quad) == (9, "9.00", 1, span.quad)
    assert field.confidence == span.confidence / 2
