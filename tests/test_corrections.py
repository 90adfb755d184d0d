import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from fakes import block, document, page, table
from uncial.corrections import FieldCorrected, LinesCorrected, WordsCorrected, corrected
from uncial.document import Document, Given
from uncial.errors import CorrectionInvalid
from uncial.formats.json import read as read_json
from uncial.formats.json import write as write_json
from uncial.jobs.correction_list import read

TOLD = json.loads((Path(__file__).parent / "data/corrections.json").read_text())
READ = TypeAdapter(Document).validate_python(TOLD["document"])
WRITTEN = json.loads(write_json(READ))
BY_NAME = {case["name"]: case for case in TOLD["cases"]}


def fold(case: dict[str, Any]) -> Document:
    return corrected(READ, read(json.dumps({"corrections": case["corrections"]}).encode()))


def expected(case: dict[str, Any]) -> list[Any]:
    changed = {each["number"]: each for each in case["pages"]}
    pages = []
    for known in WRITTEN["pages"]:
        told = changed.get(known["number"], known)
        blocks = [known["blocks"][each] if isinstance(each, int) else each for each in told["blocks"]]
        pages.append({**known, "confidence": told["confidence"], "blocks": blocks})
    return pages


def close(found: Any, wanted: Any) -> bool:
    match found, wanted:
        case dict(), dict():
            return found.keys() == wanted.keys() and all(close(found[name], wanted[name]) for name in found)
        case list(), list():
            return len(found) == len(wanted) and all(map(close, found, wanted))
        case ((int() | float()), (int() | float())):
            return abs(found - wanted) <= 0.01
    return bool(found == wanted)


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if "error" not in case])
def test_a_document_is_corrected_as_the_table_of_cases_says(name: str):
    case = BY_NAME[name]
    made = json.loads(write_json(fold(case)))
    assert close(made["pages"], expected(case)), made["pages"]
    assert made["given"] == case["given"]
    assert case["pages"] or case["given"] or not case["corrections"]


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if "error" in case])
def test_what_fits_nothing_is_refused_and_says_which_correction_it_is(name: str):
    case = BY_NAME[name]
    with pytest.raises(CorrectionInvalid, match=rf"^corrections\[{len(case['corrections']) - 1}\]: ") as caught:
        fold(case)
    assert caught.value.code == case["error"]


def test_two_pages_that_differ_a_little_are_not_the_same():
    case = BY_NAME["a word is typed"]
    pages = expected(case)
    assert close(json.loads(write_json(fold(case)))["pages"], pages)
    pages[0]["blocks"][0]["lines"][0]["confidence"] += 0.02
    assert not close(json.loads(write_json(fold(case)))["pages"], pages)


def test_the_document_as_it_was_read_stays_as_it_is():
    before = write_json(READ)
    for case in BY_NAME.values():
        if "error" not in case:
            fold(case)
    assert write_json(READ) == before


def test_of_a_page_that_nobody_corrected_nothing_goes():
    empty = replace(block("gone"), lines=())
    told = document(page(block("One"), empty), page(block("Two"), empty, number=2))
    made = corrected(told, [LinesCorrected(1, 0, 0, 0, ())])
    assert [len(each.blocks) for each in made.pages] == [1, 2]


def test_what_a_person_said_before_of_a_field_gives_way_to_what_is_said_now():
    told = TypeAdapter(Document).validate_python({**TOLD["document"], "given": [{"name": "total", "value": "1.00"}]})
    made = corrected(told, [FieldCorrected("tip", None), FieldCorrected("total", "2.00")])
    assert made.given == (Given("total", "2.00"), Given("tip", None))


def test_a_corrected_document_is_a_document_in_every_way():
    made = corrected(READ, read(json.dumps({"corrections": BY_NAME["a table becomes another one"]["corrections"]}).encode()))
    assert read_json(write_json(made)).text == made.text
    assert "Bell\t" in made.text


def test_words_that_are_deleted_from_a_cell_leave_the_other_cells_what_they_held():
    whole = table(["a", "b"], ["c", "d"])
    made = corrected(document(page(whole)), [WordsCorrected(1, 0, 1, 0, 1, ())]).pages[0].blocks[0]
    assert [[made.cell_text(cell) for cell in row] for row in made.rows] == [["a", ""], ["c", "d"]]
