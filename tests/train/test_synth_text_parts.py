from __future__ import annotations

import re
from random import Random

import pytest

from uncial.train.synth.chance import Lot, filled, number
from uncial.train.synth.dates import date_in_print, plain_date
from uncial.train.synth.figures import amount, grouped, roman
from uncial.train.synth.fraktur import long_s, old_spelling
from uncial.train.synth.people import contact, mail, name
from uncial.train.synth.phrases import phrases
from uncial.train.synth.prose import Pen, capital, upper
from uncial.train.synth.tongues import TONGUES
from uncial.train.synth.words import lexicon


@pytest.mark.parametrize(
    ("word", "fraktur"),
    [
        ("ist", "iſt"), ("das", "das"), ("Wasser", "Waſſer"), ("Schloss", "Schloſs"), ("Haustür", "Haustür"),
        ("Häuschen", "Häuschen"),
        ("waschen", "waſchen"), ("dasselbe", "dasſelbe"), ("ausgehen", "ausgehen"), ("aussehen", "ausſehen"),
        ("Arbeitsamt", "Arbeitsamt"),
        ("Regierungsrat", "Regierungsrat"), ("dessen", "deſſen"), ("diese", "dieſe"), ("Dienstag", "Dienstag"),
        ("sprechen", "ſprechen"),
        ("Weisheit", "Weisheit"), ("lesbar", "lesbar"), ("DAS", "DAS"), ("(sind).", "(ſind)."), ("los-lassen", "los-laſſen"),
        ("geht's", "geht's"), ("Gasthaus", "Gaſthaus"),
        ("Auster", "Auſter"), ("Szene", "Szene"), ("Hause", "Hauſe"), ("wessen", "weſſen"),
        ("Dienstes", "Dienſtes"),
    ],
)  # fmt: skip
def test_the_long_s_stands_where_fraktur_has_it(word, fraktur):
    assert long_s(word) == fraktur


def test_old_spelling_is_older_the_further_back_it_goes():
    spelt = {old_spelling("Der Teil muss bei Studieren sein Ergebnis", Random(seed)) for seed in range(40)}
    assert "Der Theil muß bei Studiren sein Ergebniß" in spelt
    assert "Der Teil muß bei Studieren sein Ergebnis" in spelt
    assert "Der Theil muß bey Studiren seyn Ergebniß" in spelt


def test_german_words_have_their_sharp_s_and_their_capitals_again():
    words = set(lexicon("de").words)
    assert {"groß", "Straße", "draußen", "weiß", "heißt", "dass", "müssen", "wissen"} <= words
    assert {"Regierung", "Freiheit", "Mädchen", "nicht", "machen", "allein", "immer"} <= words
    assert not {"gross", "strasse", "daß", "müßen"} & words


def test_capitals_of_turkish_keep_their_dot():
    assert upper("için ısı", TONGUES["tr"]) == "İÇİN ISI"
    assert capital("istanbul", TONGUES["tr"]) == "İstanbul"
    assert capital("„istanbul“", TONGUES["de"]) == "„Istanbul“"


def test_a_lot_gives_each_thing_as_often_as_it_should():
    lot, dice = Lot.of((3, "a"), (1, "b"), (0, "c")), Random(1)
    drawn = [lot.draw(dice) for _ in range(4000)]
    assert 2800 < drawn.count("a") < 3200
    assert "c" not in drawn


def test_a_number_has_both_its_ends():
    dice = Random(1)
    assert {number(dice, 2, 5) for _ in range(200)} == {2, 3, 4, 5}


def test_a_pattern_is_filled_with_figures_and_letters():
    assert re.fullmatch(r"[1-9]\d-[A-Z][a-z] [0-9a-f]\.", filled(Random(3), "&#-@~ ^."))


def test_figures_are_grouped_by_threes():
    assert grouped(Random(1), 1234567, ".") == "1.234.567"
    assert grouped(Random(1), 123, ".") == "123"


def test_roman_numerals_have_no_four_of_a_kind():
    assert all(re.fullmatch(r"M*(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", roman(Random(i)).upper()) for i in range(300))


def test_amounts_come_in_the_marks_and_the_money_of_the_language():
    english = [amount(Random(i), TONGUES["en"]) for i in range(400)]
    polish = [amount(Random(i), TONGUES["pl"]) for i in range(400)]
    assert any(re.fullmatch(r"\$\d{1,3}(,\d{3})+\.\d\d", each) for each in english)
    assert any(re.fullmatch(r"\d{1,3}( \d{3})+,\d\d zł", each) for each in polish)
    assert any(each.startswith("(") for each in english)


def test_days_come_in_figures_and_with_the_months_of_the_language():
    assert any(re.fullmatch(r"\d{4}-\d\d-\d\d", plain_date(Random(i))) for i in range(100))
    assert any("października" in date_in_print(Random(i), TONGUES["pl"]) for i in range(800))


@pytest.mark.parametrize("code", sorted(TONGUES))
def test_every_language_has_words_names_days_and_amounts(code):
    tongue = TONGUES[code]
    pen = Pen(tongue, lexicon(tongue.words))
    for seed in range(25):
        dice = Random(seed)
        parts = (pen.print_line, pen.title, lambda rng: contact(rng, tongue), lambda rng: date_in_print(rng, tongue))
        assert all(part(dice).strip() for part in parts)
        assert name(dice, tongue)
        assert re.search(r"[\w.-]+@[a-z0-9.-]+$", mail(dice, tongue))


def test_phrases_fall_back_to_english():
    assert phrases("form", "de") != phrases("form", "en") == phrases("form", "lt")
    assert all(phrases(sort) for sort in ("code", "tax", "program", "unit"))
