"""Templates: how they are checked, and how the fields of a form are found by them."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fakes import document, line
from fakes import page as blank_page
from template_forms import parking, scanned, scans
from uncial.document import Block, Line, Page
from uncial.errors import TemplateInvalid
from uncial.fields import extract_fields
from uncial.fields.model import Fields
from uncial.fields.sheet import View
from uncial.fields.templates import applied, of_files, parse_templates, what_is_wrong
from uncial.fields.templates.vocabulary import SECTIONS, TAKES, TYPES, schema, told
from uncial.geometry import Box, Quad

Put = tuple[float, float, str]


def sheet(*texts: Put, number: int = 1) -> Page:
    """A page of 600 x 800 pixels with these lines: left, top, text."""
    lines: Sequence[Line] = [line(text, left, top) for left, top, text in texts]
    around = Quad.of_box(Box.around(each.quad.box for each in lines))
    return blank_page(Block(tuple(lines), around), number=number)


def view(*texts: Put) -> View:
    return View.of(document(sheet(*texts)))


def template(fields: str, matches: str = "all_of: Harbour Kiosk", rest: str = "") -> str:
    return f"template: kiosk\nmatches: {{{matches}}}\n{rest}fields:\n  {fields}\n"


HEAD: Put = (20, 10, "Harbour Kiosk")


def found(fields: str, *texts: Put, rest: str = "") -> Fields:
    fit = applied(parse_templates(template(fields, rest=rest)), view(HEAD, *texts))
    return fit.fields if fit else {}


def value(field: str, *texts: Put, rest: str = "") -> object:
    got = found(f"it: {{{field}}}", *texts, rest=rest).get("it")
    return got and got.value


# ---- where values stand


@pytest.mark.parametrize(
    ("field", "texts", "wanted"),
    [
        ("anchor: Guest", [(20, 100, "Guest"), (200, 100, "Ada Brook")], "Ada Brook"),
        ("anchor: Guest", [(20, 100, "Guest: Ada Brook")], "Ada Brook"),
        ("anchor: Guest", [(20, 100, "Guest"), (200, 109, "Ada Brook")], "Ada Brook"),
        ("anchor: [Client, Guest]", [(20, 100, "Guest"), (200, 100, "Ada Brook")], "Ada Brook"),
        ("anchor: Guest, where: below", [(20, 100, "Guest"), (20, 130, "Ada Brook"), (20, 160, "Mill Lane")], "Ada Brook"),
        ("anchor: Guest, where: below, lines: 2", [(20, 100, "Guest"), (20, 130, "Ada"), (20, 155, "Mill")], "Ada\nMill"),
        ("anchor: Guest, where: above", [(20, 100, "Ada Brook"), (20, 130, "Guest")], "Ada Brook"),
        ("anchor: nights, where: left, type: integer", [(20, 100, "3"), (60, 100, "nights")], 3),
        ("anchor: Guest, reach: 5", [(20, 100, "Guest"), (200, 100, "Ada Brook")], None),
        ("anchor: Guest, reach: 6", [(20, 100, "Guest"), (185, 100, "Ada Brook")], "Ada Brook"),
        ("anchor: Guest", [(20, 100, "Guest")], None),
        ("anchor: Guest", [(20, 100, "Ghost"), (200, 100, "Ada Brook")], None),
        ("anchor: Route, where: same, pattern: 'to (\\w+)'", [(20, 100, "Route 12 to Tidewell")], "Tidewell"),
        ("zone: [0, 0.1, 1, 0.2]", [(20, 100, "Ada Brook"), (20, 300, "Mill Lane")], "Ada Brook"),
        ("zone: [0, 0.1, 1, 0.5]", [(20, 100, "Ada Brook"), (20, 300, "Mill Lane")], "Ada Brook\nMill Lane"),
        ("zone: [0.3, 0.1, 1, 0.2], type: amount", [(20, 100, "7.00"), (300, 100, "8.00")], Decimal("8.00")),
        ("anchor: Guest, zone: [0, 1, 20, 3]", [(40, 100, "Guest"), (40, 130, "Ada Brook"), (40, 300, "No")], "Ada Brook"),
        ("pattern: '[A-Z]{2}\\d{4}'", [(20, 100, "seen AB1234 there")], "AB1234"),
        ("type: email", [(20, 100, "write to ada@tidewell.example")], "ada@tidewell.example"),
        ("value: GBP", [], "GBP"),
        ("anchor: Harbour Kiosk, value: The Harbour Kiosk Ltd", [], "The Harbour Kiosk Ltd"),
        ("anchor: Wharf Kiosk, value: The Wharf Kiosk Ltd", [], None),
    ],
)  # fmt: skip
def test_a_value_is_found_where_its_rule_says(field: str, texts: list[Put], wanted: object):
    other: Put = (20, 700, "Sum: 1.00")
    got = found(f"it: {{{field}}}\n  sum: {{anchor: Sum, type: amount}}", *texts, other).get("it")
    assert (got and got.value) == wanted


TYPED = [
    ("date", "03/04/2020", date(2020, 4, 3)),
    ("time", "at 14:05", time(14, 5)),
    ("amount", "2 items  £12.50", Decimal("12.50")),
    ("amount", "l2.5O", Decimal("12.50")),
    ("number", "16,5 kg", Decimal("16.5")),
    ("integer", "42", 42),
    ("percent", "5 of 19 %", Decimal(19)),
    ("currency", "12.50 €", "EUR"),
    ("code", "ab-12/7", "AB-12/7"),
    ("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("iban", "DE89 3704 0044 0532 0130 01", None),
    ("vat", "DE123456789", "DE123456789"),
    ("website", "www.tidewell.example", "www.tidewell.example"),
    ("phone", "+44 20 7946 0000", "+44 20 7946 0000"),
    ("text", "Ada  Brook", "Ada Brook"),
    ("email", "ada@tidewell.example", "ada@tidewell.example"),
    ("email", "ada@tidewell.example", "ada@tidewell.example"),
]


@pytest.mark.parametrize(("type", "text", "wanted"), TYPED)
def test_a_value_is_brought_into_the_form_of_its_type(type: str, text: str, wanted: object):
    assert value(f"anchor: Value, type: {type}", (20, 100, "Value"), (100, 100, text), (20, 200, "Value")) == wanted


def test_every_type_of_the_vocabulary_is_tried_above():
    assert {type for type, _, _ in TYPED} == set(TYPES)


def test_a_page_is_told_how_it_writes_dates_and_numbers():
    texts: list[Put] = [(20, 100, "When"), (200, 100, "03/04/2020"), (20, 200, "Weight"), (200, 200, "1.234")]
    fields = "when: {anchor: When, type: date}\n  weight: {anchor: Weight, type: number}"
    first = found(fields, *texts)
    second = found(fields, *texts, rest="day_first: no\ndecimal_mark: .\n")
    assert [first["when"].value, first["weight"].value] == [date(2020, 4, 3), Decimal(1234)]
    assert [second["when"].value, second["weight"].value] == [date(2020, 3, 4), Decimal("1.234")]


def test_a_field_says_where_it_was_read_and_how_sure_it_is():
    got = found("total: {anchor: Total, type: amount}", (20, 100, "Total"), (200, 100, "12.50"))["total"]
    assert (got.text, got.page, got.quad.box, got.found_by) == ("12.50", 1, Box(200, 100, 250, 120), "template")
    assert 0.85 < got.confidence < 0.9


@pytest.mark.parametrize("printed", ["lnvoice N0.", "InvoiceNo.", "Invoice  No .", "lnvo ice No:", "INVOICE NO"])
def test_an_anchor_is_found_as_it_was_read(printed: str):
    assert value("anchor: Invoice no., type: code", (20, 100, printed), (300, 100, "A4711")) == "A4711"


def test_an_anchor_is_no_part_of_another_word():
    assert value(
        "anchor: Total, type: amount", (20, 100, "Subtotal"), (200, 100, "8.00"), (20, 200, "Total"), (200, 200, "9.00")
    ) == (Decimal("9.00"))


def test_of_several_places_of_an_anchor_that_one_counts_which_has_a_value_close_by():
    texts: list[Put] = [(20, 100, "Total"), (200, 100, "items in all 3.00"), (20, 200, "Total"), (200, 200, "9.00")]
    assert value("anchor: Total, type: amount", *texts) == Decimal("9.00")


def test_a_value_does_not_go_on_over_the_label_of_another_field():
    fields = "gate: {anchor: Gate}\n  seat: {anchor: Seat}"
    got = found(fields, (20, 100, "Gate"), (200, 100, "Seat"), (300, 100, "12A"))
    assert {name: field.value for name, field in got.items()} == {"seat": "12A"}


def test_a_code_that_was_misread_is_mended_by_its_pattern():
    rule = "anchor: Number, type: code, pattern: '[A-Z]{2}\\d{5}'"
    for read, meant in (("AB12O45", "AB12045"), ("A81234S", "AB12345"), ("AB12345", "AB12345")):
        assert value(rule, (20, 100, "Number"), (200, 100, read)) == meant
    assert value(rule, (20, 100, "Number"), (200, 100, "none")) is None


def test_pages_are_chosen():
    pages = [sheet(HEAD, (20, 100, "Sum"), (200, 100, f"{number}.00"), number=number) for number in (1, 2, 3)]
    seen = View.of(document(*pages))
    for page, wanted in (("any", 1), ("first", 1), ("last", 3), ("2", 2)):
        fit = applied(parse_templates(template(f"sum: {{anchor: Sum, type: amount, page: {page}}}")), seen)
        assert fit
        assert fit.fields["sum"].value == wanted


# ---- which template fits


def fits(matches: str, *texts: str, fields: str = "sum: {anchor: Sum, type: amount}") -> bool:
    puts: list[Put] = [(20, 100 + 40 * number, text) for number, text in enumerate(texts)]
    return applied(parse_templates(template(fields, matches)), view(*puts, (20, 600, "Sum: 5.00"))) is not None


def test_a_template_fits_where_its_phrases_are():
    assert fits("all_of: [Harbour Kiosk, Thank you]", "HARBOUR KI0SK", "Thankyou!")
    assert not fits("all_of: [Harbour Kiosk, Thank you]", "Harbour Kiosk")
    assert fits("any_of: [Harbour Kiosk, Thank you]", "Harbour Kiosk")
    assert not fits("any_of: [Harbour Kiosk, Thank you]", "Somebody else")
    assert fits("most_of: [Harbour Kiosk, Thank you, Served by, Till]", "Harbour Kiosk", "Till")
    assert not fits("most_of: [Harbour Kiosk, Thank you, Served by, Till]", "Harbour Kiosk")
    assert not fits("all_of: Harbour Kiosk, none_of: Delivery note", "Harbour Kiosk", "Delivery note")
    assert fits("all_of: {pattern: 'VAT \\d{3}'}", "VAT 123")


def test_a_template_without_phrases_needs_its_required_fields():
    text = "template: sums\nfields: {sum: {anchor: Sum, type: amount, required: yes}, day: {anchor: Day, type: date}}"
    assert applied(parse_templates(text), view((20, 10, "Sum: 5.00")))
    assert applied(parse_templates(text), view((20, 10, "Day: 2020-01-01"))) is None


def test_missing_fields_speak_against_a_template():
    fields = "sum: {anchor: Sum, type: amount, required: yes}\n  day: {anchor: Day, type: date, required: yes}"
    assert fits("all_of: Harbour Kiosk", "Harbour Kiosk", fields=fields)
    assert not fits("all_of: Harbour Kiosk", "Harbour Kiosk", fields=fields.replace("Sum", "Owed"))
    assert not fits("all_of: Harbour Kiosk", "Harbour Kiosk", fields="owed: {anchor: Owed, type: amount}")


def test_the_template_for_which_most_speaks_is_taken():
    plain = template("sum: {anchor: Sum, type: amount}")
    better = plain.replace("kiosk", "note", 1).replace("Harbour Kiosk", "[Harbour Kiosk, Delivery note]")
    seen = view(HEAD, (20, 100, "Delivery note"), (20, 200, "Sum: 5.00"))
    for text in (f"{plain}---\n{better}", f"{better}---\n{plain}"):
        fit = applied(parse_templates(text), seen)
        assert fit
        assert fit.template.name == "note"


def test_only_templates_of_the_kind_that_was_asked_for_are_tried():
    parsed = parse_templates(template("sum: {anchor: Sum, type: amount}", rest="kind: receipt\n"))
    seen = view(HEAD, (20, 200, "Sum: 5.00"))
    assert applied(parsed, seen, "receipt")
    assert applied(parsed, seen, "invoice") is None


def test_an_extraction_names_its_template_and_is_of_its_kind():
    parsed = parse_templates(template("berth: {anchor: Berth}", rest="kind: ticket\n"))
    got = extract_fields(document(sheet(HEAD, (20, 100, "Berth"), (200, 100, "B7"))), templates=parsed)
    assert (got.kind, got.template, got.fields["berth"].value) == ("ticket", "kiosk", "B7")


def test_pages_with_nothing_on_them_fit_nothing():
    parsed = parse_templates(
        template("sum: {value: EUR}", "any_of: [A, B]") + "---\ntemplate: b\nfields: {x: {zone: [0, 0, 1, 1]}}"
    )
    assert applied(parsed, View.of(document())) is None
    assert applied(parsed, View.of(document(blank_page()))) is None


# ---- zones go with their page

ZONED = """
template: quayside
matches:
  all_of: [{phrase: Quayside Car Parks, at: [0.32, 0.0429, 0.482, 0.0571]}]
  most_of:
    - {phrase: No refunds, at: [0.12, 0.4286, 0.21, 0.4429]}
    - {phrase: Valid until, at: [0.12, 0.2857, 0.219, 0.3]}
fields:
  number: {zone: [0.5, 0.164, 0.75, 0.19], type: code}
  date: {zone: [0.5, 0.25, 0.75, 0.276], type: date}
  valid_until: {zone: [0.5, 0.279, 0.75, 0.304], type: time}
  total: {zone: [0.5, 0.336, 0.75, 0.361], type: amount}
"""


def test_zones_follow_a_page_that_was_moved_and_enlarged():
    parsed = parse_templates(ZONED)
    for seed in range(12):
        filled = parking(seed)
        fit = applied(parsed, View.of(scanned(filled, scans(seed), seed)))
        assert fit
        for name in ("date", "valid_until", "total"):
            assert str(fit.fields[name].value).removesuffix(":00") == filled.values[name].removesuffix(":00"), (seed, name)


# ---- lists of items

LIST = """
rows:
  items:
    before: Total
    columns:
      description: {header: Description, required: yes}
      quantity: {header: Qty, type: integer}
      amount: {header: Amount, type: amount, required: yes}
"""
GOODS: list[Put] = [
    (20, 100, "Description"), (300, 100, "Qty"), (450, 100, "Amount"),
    (20, 140, "Rope, blue"), (310, 140, "2"), (460, 140, "14.00"),
    (20, 165, "ten metres"),
    (20, 200, "Anchor"), (310, 200, "1"), (460, 200, "80.50"),
    (20, 260, "Total"), (460, 260, "94.50"),
    (20, 300, "Never an item"), (460, 300, "1.00"),
]  # fmt: skip


def rows_of(text: str, *texts: Put) -> list[dict[str, object]]:
    fit = applied(parse_templates(text), view(HEAD, *texts))
    if fit is None or "items" not in fit.fields:
        return []
    items = fit.fields["items"].value
    assert isinstance(items, tuple)
    return [{name: field.value for name, field in item.items()} for item in items]


def test_items_are_read_by_the_headers_of_their_columns():
    assert rows_of("template: kiosk\nmatches: {all_of: Harbour Kiosk}" + LIST, *GOODS) == [
        {"description": "Rope, blue ten metres", "quantity": 2, "amount": Decimal("14.00")},
        {"description": "Anchor", "quantity": 1, "amount": Decimal("80.50")},
    ]


def test_items_are_read_by_where_their_columns_go():
    text = """
template: kiosk
rows:
  items:
    after: Goods
    columns: {name: {across: [0, 0.5], required: yes}, amount: {across: [0.7, 1], type: amount, required: yes}}
"""
    texts: list[Put] = [(20, 100, "Goods"), (20, 140, "Rope"), (460, 140, "14.00"), (20, 170, "Anchor"), (460, 170, "8.00")]
    assert rows_of(text, *texts) == [{"name": "Rope", "amount": Decimal("14.00")}, {"name": "Anchor", "amount": Decimal("8.00")}]


def test_without_its_headers_there_is_no_list():
    assert rows_of("template: kiosk\nmatches: {all_of: Harbour Kiosk}" + LIST, *GOODS[3:]) == []


# ---- what is wrong with templates

PARTS = {
    "template: a\nknd: receipt\nfields: {x: {anchor: b}}": (2, 1, "Did you mean kind?"),
    "template: a\nkind: recipt\nfields: {x: {anchor: b}}": (2, 7, "Did you mean receipt?"),
    "template: a\nfields: {x: {ancor: b}}": (2, 14, "Did you mean anchor?"),
    "template: a\nfields: {x: {anchor: b, type: amuont}}": (2, 31, "Did you mean amount?"),
    "template: a\nfields: {x: {anchor: b, where: beneath}}": (2, 32, "There are right, below"),
    "template: a\nfields: {x: {anchor: b, reach: far}}": (2, 32, "a number above 0"),
    "template: a\nfields: {x: {anchor: b, reach: 0}}": (2, 32, "a number above 0"),
    "template: a\nfields: {x: {anchor: b, lines: 1.5}}": (2, 32, "a whole number"),
    "template: a\nfields: {x: {anchor: b, page: nan}}": (2, 31, "the number of a page"),
    "template: a\nfields: {x: {anchor: b, required: perhaps}}": (2, 35, "yes or no"),
    "template: a\nfields: {x: {anchor: ...}}": (2, 22, "neither letters nor digits"),
    "template: a\nfields: {x: {anchor: }}": (2, 14, "says nothing"),
    "template: a\nfields: {x: {anchor: {b: c}}}": (2, 22, "a phrase is expected"),
    "template: a\nfields: {x: {where: below}}": (2, 13, "goes with an anchor"),
    "template: a\nfields: {x: {required: yes}}": (2, 13, "where the field is"),
    "template: a\nfields: {x: {zone: [0, 0, 1]}}": (2, 20, "[left, top, right, bottom]"),
    "template: a\nfields: {x: {zone: [0, 0, 1, 1.5]}}": (2, 13, "fractions"),
    "template: a\nfields: {x: {zone: [0.5, 0, 0.1, 1]}}": (2, 20, "ends before it begins"),
    "template: a\nfields: {x: {pattern: '(a'}}": (2, 23, "no regular expression"),
    "template: a\nfields: {x: {pattern: '(a)(b)'}}": (2, 23, "2 groups"),
    "template: a\nfields: {x: {pattern: '(?:(?:a{999}){999}){999}'}}": (2, 23, "too often"),
    "template: a\nfields: {x: {anchor: b}, x: {anchor: c}}": (2, 26, "a second time"),
    "template: a\nfields: {Xy: {anchor: b}}": (2, 10, "no name for a field"),
    "template: a\nfields: [x]": (2, 9, "a mapping"),
    "template: a\nfields: {x: b}": (2, 13, "a mapping"),
    "template: a": (1, 1, "fields or rows"),
    "kind: receipt\nfields: {x: {anchor: b}}": (1, 1, "has to say “template”"),
    "template: a\nmatches: {all_of: []}\nfields: {x: {anchor: b}}": (2, 19, "0 entries"),
    "template: a\nmatches: {all_of: {at: [0, 0, 1, 1]}}\nfields: {x: {anchor: b}}": (2, 19, "a phrase or a pattern"),
    "template: a\nrows: {x: {columns: {y: {header: b}}}, }\nfields: {x: {anchor: b}}": (2, 11, "its own name"),
    "template: a\nrows: {x: {columns: {y: {type: date}}}}": (2, 25, "header or across"),
    "template: a\nrows: {x: {columns: {y: {across: [0, 1]}}}}": (2, 11, "where the items begin"),
    "template: a\nrows: {x: {columns: {y: {across: [0, 2]}}}}": (2, 34, "fractions"),
    "template: a\nfields:\n\tx: {anchor: b}": (3, 1, "no tabs"),
    "template: 'a\nfields: {x: {anchor: b}}": (2, 25, "no YAML"),
    "template: &a b\nfields: {x: {anchor: *a}}": (1, 11, "& and *"),
    "template: !!python/object:os.system b": (1, 11, "tags"),
    "- a\n- b": (1, 1, "a mapping"),
    "template: a\x00": (1, 12, "control character"),
    "template: a\nfields: {? [b, c] : {anchor: d}}": (2, 12, "a word"),
    "# nothing but a remark": (1, 1, "no template"),
    "template: a\nfields: {x: {anchor: b}}\n---\ntemplate: a\nfields: {x: {anchor: b}}": (4, 1, "another template"),
}


@pytest.mark.parametrize("text", PARTS)
def test_what_is_wrong_is_told_with_its_line_and_what_may_stand_there(text: str):
    line, column, said = PARTS[text]
    with pytest.raises(TemplateInvalid) as caught:
        parse_templates(text)
    told = f"{caught.value.message} {caught.value.hint}"
    assert told.startswith(f"Line {line}, column {column}: "), told
    assert said in told
    assert caught.value.hint


def test_all_errors_are_told_with_the_names_of_their_files():
    good, bad = "template: b\nfields: {x: {anchor: c}}", "template: a\nfields: {x: {ancor: b}, y: {type: dat}}"
    wrong = what_is_wrong(of_files([("forms/one.yaml", good), ("forms/two.yaml", bad)]))
    assert [error.message.split(":")[0] for error in wrong] == [f"forms/two.yaml, line 2, column {at}" for at in (14, 35)]
    assert [each.name for each in parse_templates(of_files([("a", good), ("b", "---\n" + good.replace(": b", ": d"))]))] == [
        "b",
        "d",
    ]


def test_numbers_and_switches_are_texts_where_texts_are_wanted():
    (parsed,) = parse_templates("template: 12\nfields: {x: {anchor: [No, on, 3.10, 2020-01-01], value: null}}")
    assert (parsed.name, parsed.fields[0].anchors, parsed.fields[0].value) == ("12", ("No", "on", "3.10", "2020-01-01"), "null")


def test_nothing_is_no_template():
    assert parse_templates("") == ()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "a" * 2_000_000, "k: &a [*a, *a]", "k: [" + "1, " * 9000 + "]"]
)
def test_hostile_yaml_is_refused_and_costs_nothing(text: str):
    assert what_is_wrong(text)


def test_many_errors_are_not_counted_to_the_end():
    assert len(what_is_wrong("template: a\n" + "".join(f"k{number}: 1\n" for number in range(5000)))) < 200


def test_a_pattern_that_takes_for_ever_is_told_by_its_line():
    parsed = parse_templates(template("it: {pattern: '(?:\\w*?\\w*?\\w*?\\w*?\\w*?\\w*?\\w*?)(?:[.;]|$(?<![1k]))'}"))
    with pytest.raises(TemplateInvalid, match="Line 4, column"):
        applied(parsed, view(HEAD, (20, 100, "abcdefgh" * 6 + "1")))


SAID = st.one_of(
    st.none(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=20), st.sampled_from(["amount", "Total", "[", "a+"])
)
WORDS = st.sampled_from(sorted({key.name for section in SECTIONS.values() for key in section} | {"total", "items"}))
TREES = st.recursive(SAID, lambda each: st.lists(each, max_size=4) | st.dictionaries(WORDS, each, max_size=4), max_leaves=12)


@given(TREES)
def test_whatever_a_template_says_is_taken_or_refused(tree: object):
    text = yaml.safe_dump({"template": "x", "fields": {"total": tree}, "rows": tree, "matches": tree}, allow_unicode=True)
    for error in what_is_wrong(text):
        assert error.hint
        assert "line" in error.message.lower()


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_whatever_text_is_given_as_templates_is_taken_or_refused(text: str):
    assert all(error.hint for error in what_is_wrong(text))


# ---- the vocabulary


def valid(text: str) -> bool:
    tree = yaml.safe_load(text)
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(tree))


def test_the_schema_takes_what_is_right_and_refuses_what_is_wrong():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert valid(ZONED)
    assert valid("template: kiosk\nmatches: {all_of: Harbour Kiosk}" + LIST)
    for text, (_, _, said) in PARTS.items():
        if any(word in said for word in ("Did you mean", "yes or no", "a whole number", "There are")):
            assert not valid(text), text


def test_every_word_is_explained():
    shown = told()
    for section in SECTIONS.values():
        for key in section:
            assert f"  {key.name}" in shown
            assert key.takes in TAKES
            assert key.help.endswith(".")


def test_nothing_is_found_where_no_template_is_given():
    assert applied((), view(HEAD)) is None
