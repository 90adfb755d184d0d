import json
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from fakes import INFO, FakeEngine, line
from uncial.errors import EngineFailed, EngineMissing
from uncial.evaluate import evaluate
from uncial.evaluate.run import languages_for
from uncial.options import Options


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "mine" / "images"
    images.mkdir(parents=True)
    for name in ("a", "b"):
        image = Image.new("RGB", (600, 200), "white")
        ImageDraw.Draw(image).text((20, 20), "hello world", "black", ImageFont.load_default(40))
        image.save(images / f"{name}.png")
    (images / "broken.png").write_bytes((images / "a.png").read_bytes()[:100])
    records = [
        {"file": "images/a.png", "text": "hello world", "lang": "de"},
        {"file": "images/b.png", "text": "hello worlds", "lang": "fr-CA"},
        {"file": "images/broken.png", "text": "lost"},
        {"file": "images/absent.png", "text": "gone"},
        {"file": "images/a.png"},
    ]
    labels = "\n".join(json.dumps(record) for record in records)
    (images.parent / "labels.jsonl").write_text(labels, encoding="utf-8")
    return images.parent


ENGINE = FakeEngine([line("hello world", 20, 20)])


def test_images_are_read_and_failures_are_told_not_hidden(folder):
    report = evaluate([folder], ENGINE)
    (part,) = report.sets
    assert (report.engine, part.skipped, len(part.pages)) == ("fake", 1, 4)
    assert [page.characters and page.characters.errors for page in part.pages] == [0, 1, 4, 4]
    assert [page.code for page in part.pages] == ["", "", "source-damaged", "source-not-found"]
    assert all(page.seconds > 0 for page in part.pages)


def test_an_engine_that_breaks_is_a_failure_of_each_image(folder):
    def broken(image):
        raise EngineFailed("The model is upside down.")

    report = evaluate([folder], FakeEngine(broken), at_most=1)
    assert [(name, page.code) for name, page in report.failed] == [("mine", "engine-failed")]


def test_each_image_is_read_in_its_own_language_where_the_engine_knows_it(folder):
    engine = FakeEngine([line("hello world", 20, 20)])
    evaluate([folder], engine, at_most=2)
    assert [languages for _, languages in engine.seen] == [("de",), ("auto",)]
    engine = replace(engine, seen=[], info=replace(INFO, languages=("en", "fr")))
    evaluate([folder], engine, at_most=2)
    assert [languages for _, languages in engine.seen] == [("auto",), ("fr",)]
    engine = replace(engine, seen=[], info=replace(INFO, languages=("de-Latf", "fr")))
    evaluate([folder], engine, at_most=2)
    assert [languages for _, languages in engine.seen] == [("auto",), ("fr",)]
    engine.seen.clear()
    evaluate([folder], engine, at_most=2, options=Options(languages=("en", "de")), own_languages=False)
    assert [languages for _, languages in engine.seen] == [("en", "de")] * 2


@pytest.mark.parametrize(
    ("label", "known", "asked"),
    [
        ("de-Latf", ("de", "de-Latf"), ("de-Latf",)),
        ("de-Latf", ("de",), ("auto",)),  # an engine that reads German need not read it in Fraktur
        ("deu+eng", ("de", "en"), ("de", "en")),
        ("zh-TW", ("zh", "zh-Hant"), ("zh-Hant",)),
        ("en+klingon", ("en",), ("en",)),
        ("klingon", ("en",), ("auto",)),
    ],
)
def test_languages_of_labels_may_have_any_name_and_may_be_unknown(label, known, asked):
    engine = FakeEngine(info=replace(INFO, languages=known))
    assert languages_for(label.split("+"), engine, Options()) == asked


def test_progress_is_told_after_each_image(folder):
    told = []
    evaluate([folder], ENGINE, progress=lambda name, page, done, total: told.append((name, page.file, done, total)))
    assert told[0] == ("mine", "images/a.png", 1, 4)
    assert told[-1] == ("mine", "images/absent.png", 4, 4)


def test_an_engine_that_is_not_there_is_told(folder):
    with pytest.raises(EngineMissing):
        evaluate([folder], "no such engine")


def test_what_the_confidence_of_words_is_worth_is_told(folder):
    (part,) = evaluate([folder], FakeEngine([line("hello world", 20, 20, confidence=0.8)]), at_most=2).sets
    said = part.reliability.bins[8]
    assert (said.words, said.right) == (4, 3)
    assert said.confidence == pytest.approx(3.2)
    assert part.summary()["ece"] == pytest.approx(0.05)
