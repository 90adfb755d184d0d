from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from fakes import FakeEngine, line
from uncial.errors import OptionInvalid, SourceDamaged, SourceEmpty
from uncial.evaluate.field_profiles import FIELD_PROFILES, FieldProfile
from uncial.evaluate.fields import (
    FieldRecord,
    Given,
    Tally,
    evaluate_fields,
    field_records,
    judged,
    scored,
    tables,
    to_json,
)
from uncial.evaluate.values import is_printed, likeness, parse_date, parse_number, same
from uncial.fields.names import NAMES

PROFILE = FieldProfile({"sum": ("total",), "day": ("date",), "shop": ("merchant", "issuer")}, closed=True)


def record(text: str = "", **truth: str | tuple[str, ...]) -> FieldRecord:
    told = {name: (value,) if isinstance(value, str) else value for name, value in truth.items()}
    return FieldRecord("a.png", Path("a.png"), told, text=text)


def verdicts(truth: FieldRecord, found: dict[str, object], profile: FieldProfile = PROFILE) -> dict[str, str]:
    outcomes = judged(truth, {name: Given(value, str(value)) for name, value in found.items()}, profile)
    return {each.name: each.verdict for each in outcomes}


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        (date(2018, 12, 25), "25/12/2018"),
        (date(2018, 12, 25), "2018-12-25"),
        (date(2018, 12, 25), "25-DEC-18"),
        (date(2018, 12, 25), "Dec 25, 2018"),
        (date(2018, 12, 25), "20181225"),
        (date(2018, 4, 5), "5.4.2018 10:12"),
        (datetime(2018, 12, 25, 8, 0), "25/12/2018"),
        (Decimal("1234.50"), "RM1,234.50"),
        (Decimal("1234.5"), "1.234,50 €"),
        (Decimal("9"), "9.00"),
        (Decimal("12.345"), "12.345"),
        (Decimal("1939"), "1,939"),
        (530848134, "530848134"),
        (time(8, 5), "08:05"),
        (time(8, 5), "8:05"),
        (True, "true"),
        ("Orla & Söhne GmbH", "ORLA & SÖHNE  GMBH."),
        ("Bo\nEkström", "Bo Ekström"),
    ],
)
def test_values_are_the_same_however_the_label_writes_them(found, truth):
    assert same(found, truth)


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        (date(2018, 12, 25), "26/12/2018"),
        (date(2018, 4, 5), "04.05.2018"),
        (date(2018, 4, 5), "soon"),
        (Decimal("9.01"), "9.00"),
        (Decimal("9"), ""),
        ("2018-12-25", "25/12/2018"),
        ("Orla", "Orla GmbH"),
        (time(8, 5), "8:50"),
        (False, "true"),
    ],
)
def test_values_that_differ_are_not_the_same(found, truth):
    assert not same(found, truth)


def test_labels_of_some_sets_have_the_month_first():
    assert same(date(2018, 4, 5), "04/05/2018", day_first=False)


def test_what_is_no_number_or_date_is_none():
    assert (parse_number("many"), parse_date("31.02.2020"), parse_date("")) == (None, None, None)


@pytest.mark.parametrize("truth", ["Orla-Söhne", "12.5", "2018-12-05", "2018-03-04"])
def test_a_label_counts_as_printed_where_its_letters_its_number_or_its_day_stand_on_the_page(truth):
    assert is_printed(truth, "ORLA SÖHNE\nTotal 12,50 EUR\n5. Dezember 2018, 3/4/18")


@pytest.mark.parametrize("truth", ["Bach", "12.7", "2018-12-06", "2017-12-05", "2018-05-12"])
def test_a_label_that_only_a_template_knows_is_not_printed(truth):
    assert not is_printed(truth, "ORLA SÖHNE\nTotal 12,50 EUR\n5. Dezember 2018, 3/4/18")


def test_a_field_is_right_wrong_missing_or_superfluous():
    truth = record(sum="9.00", day="2018-12-25")
    found = {"total": Decimal(9), "date": date(2018, 12, 24), "issuer": "Orla", "time": time(9, 0)}
    assert verdicts(truth, found) == {"sum": "right", "day": "wrong", "shop": "superfluous"}
    assert verdicts(truth, {}) == {"sum": "missing", "day": "missing"}


def test_what_an_open_set_does_not_label_is_not_superfluous():
    assert verdicts(record(), {"total": Decimal(9)}, FieldProfile(PROFILE.names)) == {}


def test_each_of_several_accepted_values_is_right():
    truth = record(shop=("Orla", "Orla GmbH"))
    assert verdicts(truth, {"merchant": "ORLA GMBH"}) == {"shop": "right"}


def test_labels_that_mean_the_same_field_are_accepted_together():
    profile = FieldProfile({"issuer": ("issuer",), "partner": ("issuer",)})
    truth = record(issuer="Orla", partner="Orla Ltd")
    assert verdicts(truth, {"issuer": "Orla Ltd"}, profile) == {"issuer": "right"}


def test_values_that_no_page_shows_do_not_count_but_for_those_that_are_written_in_another_way():
    profile = FieldProfile({"a": ("total",), "b": ("currency",)}, printed_only=True, always_printed=frozenset({"b"}))
    assert verdicts(record("nothing", a="9.00", b="EUR"), {}, profile) == {"b": "missing"}
    assert verdicts(record("9,00 €", a="9.00", b="EUR"), {}, profile) == {"a": "missing", "b": "missing"}


def test_precision_recall_and_f1_count_a_wrong_field_on_both_sides():
    outcomes = judged(record(sum="9", day="2018-12-25"), {"total": Given(Decimal(8)), "merchant": Given("Orla")}, PROFILE)
    tally = Tally.of(outcomes)
    assert (tally.labelled, tally.given, tally.right) == (2, 2, 0)
    outcomes += judged(record(sum="9"), {"total": Given(Decimal(9))}, PROFILE)
    tally = Tally.of(outcomes)
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert Tally.of([]).f1 == 1.0


def test_likeness_is_one_minus_the_edits_over_the_longer_text():
    assert likeness("12 Mill Lane", "12, MILL LANE.") == 1.0
    assert likeness("12 Mill", "12 Miln") == pytest.approx(5 / 6)
    assert Tally.of(judged(record(sum="9", day="2018-12-25"), {"total": Given(Decimal(9))}, PROFILE)).likeness == 0.5


def test_what_confidence_is_worth_is_told():
    found = {"total": Given(Decimal(9), "9", 0.95), "date": Given(date(2018, 12, 25), "", 0.55)}
    score = scored("mine", [record(total="9", date="2018-12-24")], lambda _: ("receipt", found, ""))
    assert score.reliability.error == pytest.approx((0.05 + 0.55) / 2)
    assert "| 0.9 to 1.0 |" in score.table()


def test_a_users_set_labels_the_fields_that_any_record_has():
    records = [record(total="9"), record(date=())]
    score = scored("mine", records, lambda _: ("receipt", {"total": Given(Decimal(9)), "time": Given(time(9, 0))}, ""))
    assert {name: (tally.labelled, tally.given) for name, tally in score.by_name.items()} == {"total": (1, 2)}
    assert score.all.f1 == pytest.approx(2 / 3)


def test_every_name_that_a_label_is_mapped_to_is_the_name_of_a_field():
    known = {name for names in NAMES.values() for name in names}
    assert {ours for profile in FIELD_PROFILES.values() for names in profile.names.values() for ours in names} <= known


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "mine" / "images"
    images.mkdir(parents=True)
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).text((20, 20), "hello world", "black", ImageFont.load_default(40))
    image.save(images / "a.png")
    (images / "b.png").write_bytes(b"nothing")
    labels = [
        {"file": "images/a.png", "kind": "other", "fields": {"total": 9.5, "items": [{"amount": 1}], "date": None}},
        {"file": "b.png", "fields": {"total": ["9", "10"]}},
        {"file": "c.png", "text": "no fields"},
    ]
    (images.parent / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    return images.parent


ENGINE = FakeEngine([line("hello world", 20, 20)])


def test_records_with_fields_are_read(folder):
    first, second = field_records(folder)
    assert (first.kind, first.truth) == ("other", {"total": ("9.5",), "items": (), "date": ()})
    assert (second.path, second.truth) == (folder / "images/b.png", {"total": ("9", "10")})


def test_documents_are_read_and_failures_are_told(folder):
    seen = []
    scores = evaluate_fields([folder], ENGINE, progress=lambda share, file: seen.append((share, file)))
    (score,) = scores
    assert [each.verdict for each in score.outcomes] == ["missing", "missing"]
    assert score.kinds == (("images/a.png", "other", "other"),)
    assert score.failed == (("b.png", "media-type-unsupported"),)
    assert seen == [(0.0, "images/a.png"), (0.5, "b.png")]
    told = json.loads(to_json(scores))["sets"][0]
    assert (told["all"]["labelled"], told["all"]["right"], len(told["mistakes"])) == (2, 0, 2)
    assert "| total |" in tables(scores)
    assert "Kind recognised: 1 of 1." in tables(scores)


def test_a_set_without_fields_a_wrong_kind_and_a_broken_record_are_told(folder, tmp_path):
    with pytest.raises(OptionInvalid):
        evaluate_fields([folder], ENGINE, kind="novel")
    (folder / "labels.jsonl").write_text('{"file": "a.png", "text": "x"}', encoding="utf-8")
    with pytest.raises(SourceEmpty):
        evaluate_fields([folder], ENGINE)
    (folder / "labels.jsonl").write_text('{"file": "a.png", "fields": "x"}', encoding="utf-8")
    with pytest.raises(SourceDamaged, match="Line 1 of"):
        evaluate_fields([folder], ENGINE)
