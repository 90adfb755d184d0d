import json
from dataclasses import replace
from datetime import date

import pytest

from own_weights import CARD, own_weights
from uncial.engines.neural.weights import OwnWeights
from uncial.errors import WeightsInvalid
from uncial.train.card import Figure, Source, card_of, from_json, markdown, to_json

WHOLE = from_json(json.dumps(CARD))


def test_a_card_comes_back_from_json_as_it_was():
    assert from_json(to_json(WHOLE)) == WHOLE
    assert WHOLE.made == date(2026, 2, 3)
    assert WHOLE.sources == (Source("Courier Prime", "a font", "OFL-1.1"),)
    assert WHOLE.figures[0] == Figure("typewritten", 200, 0.08, 0.031)


def test_a_card_of_a_later_version_is_understood_as_far_as_it_goes():
    assert from_json(json.dumps(CARD | {"mood": "good"})) == WHOLE


def test_weights_have_the_card_that_was_put_into_their_file():
    assert card_of(OwnWeights.of(own_weights(), "mine.onnx")) == WHOLE
    assert card_of(OwnWeights.of(own_weights(card=None), "mine.onnx")) is None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"made": "soon"}, "made"),
        ({"minutes": "many"}, "minutes"),
        ({"lines": [1]}, "lines"),
        ({"figures": [{}]}, "figures.0.kind"),
    ],
)
def test_a_card_of_another_make_is_told_with_what_is_wrong(changes: dict[str, object], place: str):
    with pytest.raises(WeightsInvalid, match=f"not one of Uncial's: {place}: ") as caught:
        from_json(json.dumps(CARD | changes))
    assert caught.value.hint


def test_a_file_whose_card_another_program_wrote_is_told_too():
    weights = OwnWeights.of(own_weights(card={"name": "\ud800", "author": "somebody"}), "mine.onnx")
    with pytest.raises(WeightsInvalid):
        card_of(weights)


def test_people_are_told_what_it_is_what_it_was_made_from_and_what_it_is_worth():
    told = markdown(WHOLE)
    assert told.startswith("# typewriter\n")
    for part in (
        "made on 2026-02-03 by Uncial 0.9.0 from ppocr-v6-tiny (sha256 abab",
        "besides what ppocr-v6-small says",
        "uncial read --weights typewriter.onnx page.png",
        "| typewritten |   200 | 0.0800 | 0.0310 |",
        "- Courier Prime: a font (OFL-1.1)",
        "17.5 minutes of learning on 2 threads",
        "40 given, 1,200 typewritten",
        '"rate": 4e-05',
    ):
        assert part in told


def test_what_it_reads_worse_than_before_is_told_as_its_weakness():
    weak = markdown(WHOLE).split("## What it is bad at")[1].split("\n## ")[0]
    assert "“receipt” it reads worse than ppocr-v6-tiny" in weak
    assert "“typewritten” it" not in weak


def test_what_it_still_reads_badly_is_told_though_it_learned():
    weak = markdown(replace(WHOLE, figures=(Figure("fraktur", 9, 0.4, 0.2),))).split("## What it is bad at")[1]
    assert "“fraktur” it still reads with many mistakes" in weak


def test_a_card_without_figures_or_sources_says_so():
    told = markdown(replace(WHOLE, figures=(), sources=(), teacher=None))
    assert "Nobody measured it." in told
    assert "Nobody said." in told
    assert "besides what" not in told


def test_what_a_card_says_can_neither_break_a_table_nor_move_the_cursor():
    evil = replace(WHOLE, name="a\x1b[2J|b\n# c", figures=(Figure("x|y\n\n", 1, 0.0, 0.0),), recipe={"\x9b": "```\n# d\x1b"})
    told = markdown(evil)
    assert not any(character in told for character in "\x1b\x9b")
    assert "\n# c" not in told and "\n# d" not in told
    assert "| x\\|y |" in told
