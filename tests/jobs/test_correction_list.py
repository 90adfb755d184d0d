import json
from typing import Any

import pytest

from uncial.corrections import BlocksCorrected, FieldCorrected, LinesCorrected, WordsCorrected
from uncial.document import Word
from uncial.errors import CorrectionInvalid
from uncial.jobs.correction_list import MOST, read, write

QUAD = [[0, 0], [10, 0], [10, 5], [0, 5]]
WORD = {"text": "day", "quad": QUAD}
LINE = {"words": [WORD], "quad": QUAD}
BLOCK = {"lines": [LINE], "quad": QUAD}
CELL = {"row": 0, "column": 0, "quad": QUAD}
TABLE = {"lines": [LINE], "quad": QUAD, "kind": "table"}


def body(*corrections: Any, **more: Any) -> bytes:
    return json.dumps({"corrections": corrections, **more}).encode()


def words(*each: Any) -> dict[str, Any]:
    return {"page": 1, "block": 0, "line": 0, "start": 0, "stop": 1, "words": list(each)}


def lines(*each: Any) -> dict[str, Any]:
    return {"page": 1, "block": 0, "start": 0, "stop": 1, "lines": list(each)}


def blocks(*each: Any) -> dict[str, Any]:
    return {"page": 1, "start": 0, "stop": 1, "blocks": list(each)}


def typed(**fields: Any) -> Word:
    found = read(body(words({**WORD, **fields})))[0]
    assert isinstance(found, WordsCorrected)
    return found.words[0]


def test_each_kind_is_told_by_what_it_has():
    kinds = [type(each) for each in read(body(words(WORD), lines(LINE), blocks(BLOCK), {"field": "total", "value": "1"}))]
    assert kinds == [WordsCorrected, LinesCorrected, BlocksCorrected, FieldCorrected]


def test_what_is_kept_is_read_again_and_is_the_same():
    made = read(body(words(WORD), lines(LINE), blocks({**TABLE, "cells": [CELL]}), {"field": "total", "value": None}))
    again = b'{"corrections":' + write(made) + b',"revision":"1"}'
    assert read(again) == made
    assert write(read(again)) == write(made)


@pytest.mark.parametrize(
    "told, kept",
    [
        ("e\u0301te\u0301", "été"),
        (" day ", "day"),
        ("d\u0007ay", "day"),
        ("da\u00ady", "day"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_word_becomes_what_an_engine_would_give(told: str, kept: str):
    assert typed(text=told).text == kept


def test_a_checked_word_is_sure_whatever_else_is_said_of_it():
    told = typed(checked=True, confidence=0.2, character_confidences=[0.1, 0.1, 0.1], doubtful=True)
    assert (told.confidence, told.character_confidences, told.doubtful) == (1.0, (), False)


def test_confidences_of_letters_that_do_not_fit_the_word_are_dropped():
    assert typed(character_confidences=[0.5, 0.5]).character_confidences == ()
    assert typed(character_confidences=[0.5, 0.5, 1]).character_confidences == (0.5, 0.5, 1)


def test_the_confidence_of_a_line_is_that_of_its_words():
    told = read(body(lines({**LINE, "words": [{**WORD, "confidence": 0.5}], "confidence": 0.9})))[0]
    assert isinstance(told, LinesCorrected)
    assert told.lines[0].confidence == 0.5


def test_a_value_keeps_its_lines():
    (told,) = read(body({"field": " bill to ", "value": "Bell & Lamp\r\n\n 1  Hill Road\u0000 "}))
    assert told == FieldCorrected("bill to", "Bell & Lamp\n1 Hill Road")


@pytest.mark.parametrize(
    "correction, said",
    [
        ({}, "one of"),
        (7, "one of"),
        ({**words(WORD), "field": "a", "value": None}, "field"),
        ({**words(WORD), "page": "1"}, "page"),
        ({**words(WORD), "page": 1.5}, "page"),
        ({"page": 1, "words": [WORD]}, "block"),
        (words({**WORD, "text": "a b"}), "white space"),
        (words({**WORD, "text": "a\nb"}), "white space"),
        (words({**WORD, "text": " "}), "no letter"),
        (words({**WORD, "text": "\u0007"}), "no letter"),
        (words({**WORD, "text": "x" * 1001}), "1000"),
        (words({**WORD, "text": None}), "text"),
        (words({**WORD, "quad": QUAD[:3]}), "quad"),
        (words({**WORD, "quad": [[0, 0], [float("nan"), 0], [1, 1], [0, 1]]}), "corner"),
        (words({**WORD, "quad": [[0, 0], [float("inf"), 0], [1, 1], [0, 1]]}), "corner"),
        (words({**WORD, "confidence": 1.5}), "confidence"),
        (words({**WORD, "confidence": float("nan")}), "confidence"),
        (words({**WORD, "character_confidences": [-1, 0, 0]}), "confidence"),
        (lines({**LINE, "direction": "upwards"}), "direction"),
        (blocks({**BLOCK, "kind": "poem"}), "kind"),
        (blocks({**BLOCK, "kind": "heading", "level": 7}), "level"),
        (blocks({**BLOCK, "level": -1}), "level"),
        (blocks({**BLOCK, "cells": [CELL]}), "no cells"),
        (blocks({**TABLE, "cells": [{**CELL, "stop": 2}]}), "no lines"),
        (blocks({**TABLE, "cells": [{**CELL, "start": 1, "stop": 0}]}), "no lines"),
        (blocks({**TABLE, "cells": [{**CELL, "rows": 0}]}), "no such place"),
        (blocks({**TABLE, "cells": [{**CELL, "row": 10**9}]}), "no such place"),
        (blocks({**TABLE, "cells": [CELL, CELL]}), "same place"),
        (blocks(*[{**TABLE, "cells": [{**CELL, "rows": 2000, "columns": 500}]}] * 2), "more than"),
        ({"field": "", "value": "1"}, "name"),
        ({"field": "x" * 201, "value": "1"}, "name"),
        ({"field": "total", "value": " \n"}, "empty"),
        ({"field": "total", "value": "x" * 10_001}, "10000"),
        ({"field": "total", "value": 12.5}, "value"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_says_which_and_why(correction: Any, said: str):
    with pytest.raises(CorrectionInvalid, match=rf"corrections\[1\].*{said}") as caught:
        read(body({"field": "total", "value": "1"}, correction))
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b"null", b'{"corrections": {}}', b'{"corrections":' + b"[" * 10_000]
)
def test_what_is_no_list_of_corrections_is_refused(data: bytes):
    with pytest.raises(CorrectionInvalid) as caught:
        read(data)
    assert caught.value.hint


def test_there_may_not_be_too_many():
    with pytest.raises(CorrectionInvalid, match=str(MOST)):
        read(b'{"corrections":[' + b",".join([b'{"field":"a","value":null}'] * (MOST + 1)) + b"]}")


@pytest.mark.parametrize(
    "bad", [b'{"corrections":[%b]}', b'{"corrections":[{"page":1,"start":0,"stop":0,"blocks":[{"lines":[%b]}]}]}']
)
def test_of_a_million_things_that_are_wrong_the_first_is_told(bad: bytes):
    with pytest.raises(CorrectionInvalid, match=r"\[0\]"):
        read(bad % b",".join([b"0"] * 1_000_000))
