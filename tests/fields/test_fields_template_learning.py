"""Templates made from samples: judged on other documents of the same form, scanned otherwise."""

from collections.abc import Mapping

import pytest

from fakes import block, document, page
from template_forms import FORMS, Filled, Scan, scanned, scans
from uncial.document import Document
from uncial.errors import TemplateInvalid
from uncial.fields.model import Fields
from uncial.fields.sheet import View
from uncial.fields.templates import Template, applied, parse_templates
from uncial.fields.templates.learning import Learned, learn
from uncial.fields.templates.samples import is_same
from uncial.fields.templates.written import in_quotes, quoted

OTHERS = range(1000, 1010)
CLEAN = Scan()


def learned(form: str, samples: int, first: int = 0) -> Learned:
    """The template of a form, made from so many scans of it."""
    seeds = range(first, first + samples)
    return learn([(scanned(FORMS[form](seed), scans(seed), seed), FORMS[form](seed).values) for seed in seeds], form)


def fields(templates: tuple[Template, ...], made: Document) -> Fields:
    fit = applied(templates, View.of(made))
    return fit.fields if fit else {}


def right(filled: Filled, found: Fields) -> int:
    """How many of the fields are right."""
    values = {name: field.value for name, field in found.items()}
    return sum(
        is_same(said, value) for name, said in filled.values.items() if not isinstance(value := values.get(name, ""), tuple)
    )


@pytest.mark.parametrize("samples", [1, 2, 3])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_learned_from_few_samples_finds_the_fields_of_others(form: str, samples: int):
    templates = parse_templates(learned(form, samples).text)
    filled = [FORMS[form](seed) for seed in OTHERS]
    found = [fields(templates, scanned(each, scans(seed), seed)) for each, seed in zip(filled, OTHERS, strict=True)]
    share = sum(map(right, filled, found)) / sum(len(each.values) for each in filled)
    assert share >= 0.95


def test_each_document_is_known_by_its_own_template():
    templates = tuple(each for form in FORMS for each in parse_templates(learned(form, 1).text))
    for form, make in FORMS.items():
        for seed in list(OTHERS)[:4]:
            fit = applied(templates, View.of(scanned(make(seed), scans(seed), seed)))
            assert fit
            assert fit.template.name == form


def test_a_form_of_somebody_else_is_not_taken_for_it():
    templates = parse_templates(learned("hotel", 2).text)
    other = document(page(block("Auberge de la Plage", "Facture N° F1234-56", "Total TTC 90,00 EUR", "Client Luc Fontaine")))
    assert fields(templates, other) == {}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_page_does_not_say_is_not_invented(form: str):
    templates = parse_templates(learned(form, 2).text)
    filled = FORMS[form](500)
    whole = fields(templates, scanned(filled, CLEAN))
    for name, said in filled.values.items():
        shown = whole[name].text
        if not shown or said == shown:  # of what stands in the text of a line only that is taken away which has a line of its own
            without = Filled(filled.values, [each for each in filled.page if each[2] != shown])
            if len(without.page) < len(filled.page) and not name.startswith(("issuer", "merchant")):
                assert name not in fields(templates, scanned(without, CLEAN)), name


def test_a_learned_template_is_for_people_too():
    text = learned("parking", 2).text
    assert text.startswith("# Made from 2 samples")
    assert "  total:\n    anchor: Amount paid\n    type: amount\n    required: yes\n" in text
    assert "    pattern: '(?<![^\\W_])\\d{6}(?![^\\W_])'\n" in text
    assert "    value: Quayside Car Parks\n" in text
    assert "at:" not in text


def test_where_no_words_stand_beside_values_zones_are_learned():
    text = learned("club", 2).text
    assert text.count("zone: [") == 4
    assert "at: [" in text


def test_a_second_sample_drops_what_varies():
    def made(name: str, total: str) -> Document:
        return document(page(block("Lamplight Bookshop"), block(name, top=200), block(f"Sum {total}", top=240)))

    first = made("Ada Brook", "12.50"), {"total": "12.50"}
    second = made("Jonas Feld", "7.25"), {"total": "7.25"}
    assert "Ada Brook" in learn([first], "shop").text
    assert "Ada Brook" not in learn([first, second], "shop").text


def test_of_equal_values_that_one_is_taken_which_is_labelled_alike_on_all_samples():
    def made(paid: str, total: str) -> tuple[Document, Mapping[str, str]]:
        return document(page(block("Lamplight Bookshop", f"Paid: {paid}", f"Sum: {total}"))), {"total": total}

    text = learn([made("12.50", "12.50"), made("20.00", "7.25")], "shop").text
    assert "anchor: Sum" in text
    assert "Paid" not in text.split("fields:")[1]


@pytest.mark.parametrize(
    ("said", "printed", "type"),
    [
        ("2020-02-01", "1 Feb 2020", "date"), ("14:05", "14:05", "time"), ("9.00", "£9.00", "amount"), ("9.0", "9,00", "number"),
        ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "iban"), ("7", "7", "integer"), ("0071", "0071", "code"),
        ("AB-12", "AB-12", "code"), ("ada@tidewell.example", "ada@tidewell.example", "email"), ("Ada Brook", "Ada Brook", ""),
    ],
)  # fmt: skip
def test_types_are_told_by_values(said: str, printed: str, type: str):
    made = document(page(block("Lamplight Bookshop", f"Entry: {printed}")))
    got = learn([(made, {"entry": said})], "shop")
    assert not got.missed
    assert (f"type: {type}" in got.text) if type else ("type:" not in got.text)


def test_american_dates_and_commas_are_learned():
    made = document(page(block("Lamplight Bookshop", "Date: 03/04/2020", "Weight: 1,234")))
    text = learn([(made, {"date": "2020-03-04", "weight": "1.234"})], "shop").text
    assert "day_first: no\n" in text
    assert "decimal_mark: ','\n" in text


def test_what_could_not_be_learned_is_told():
    made = document(page(block("Lamplight Bookshop", "Sum: 12.50")))
    got = learn([(made, {"total": "12.50", "cashier": "Mira"})], "shop")
    assert list(got.missed) == ["cashier"]
    assert "does not stand" in got.missed["cashier"]
    assert "cashier" not in got.text


def test_a_sample_that_is_not_known_again_is_told():
    first = document(page(block("Lamplight Bookshop", "Sum: 12.50")))
    second = document(page(block("Totally different", "Sum: 7.25")))
    got = learn([(first, {"total": "12.50"}), (second, {"total": "7.25"})], "shop")
    assert not got.missed or "matches" in got.missed
    parse_templates(got.text)


@pytest.mark.parametrize("samples", [[], [(document(), {})], [(document(page(block("Sum"))), {"total": " "})]])
def test_from_nothing_nothing_is_learned(samples: list[tuple[Document, Mapping[str, str]]]):
    with pytest.raises(TemplateInvalid):
        learn(samples, "nothing")


def test_a_field_on_an_empty_page_is_missed():
    assert "total" in learn([(document(), {"total": "1.00"})], "nothing").missed


@pytest.mark.parametrize(
    "text", ["a: b", "it's", "#1", "[x]", "no", "- a", "a\nb", 'say "x"', "é", "\u200b", "a, b", "{x}", "*a", "a #b", "\\d", "x:"]
)
def test_texts_are_written_so_that_they_are_read_back(text: str):
    for told in (quoted(text), in_quotes(text)):
        (parsed,) = parse_templates(
            f"template: a\nfields: {{x: {{value: {told}}}}}"
            if told[0] in "'\""
            else f"template: a\nfields:\n  x:\n    value: {told}"
        )
        assert parsed.fields[0].value == text


def shop(printed: str, said: str) -> tuple[Document, Mapping[str, str]]:
    return document(page(block("Lamplight Bookshop", "Second hand since 1911", printed))), {"total": said}


def test_one_misread_sample_of_three_does_no_harm_and_is_told():
    got = learn([shop("Sum: 12.50", "12.50"), shop("Sum: 7.28", "7.25"), shop("Sum: 8.10", "8.10")], "shop")
    assert "anchor: Sum" in got.text
    assert got.missed == {"total": "on sample 2 the template finds something else"}


def test_what_is_wrong_on_half_of_the_samples_is_not_learned():
    got = learn([shop("Sum: 12.50", "12.50"), shop("Sum: 7.28", "7.25")], "shop")
    assert "Sum" not in got.text.split("fields:")[1]
    assert "total" in got.missed


def test_names_and_values_that_no_template_may_have_are_told():
    made, _ = shop("Sum: 12.50", "12.50")
    got = learn([(made, {"total": "12.50", "Total": "12.50", "note": "a" * 501})], "shop")
    assert sorted(got.missed) == ["Total", "note"]
    assert parse_templates(got.text)


def test_of_equal_values_that_one_is_taken_whose_label_is_known():
    made = document(page(block("Lamplight Bookshop", "Books: 12.50", "Grand total: 12.50", "Card: 12.50")))
    assert "anchor: Grand total" in learn([(made, {"total": "12.50"})], "shop").text
