import json
from pathlib import Path

import pytest

from uncial.errors import SourceDamaged, SourceEmpty, SourceNotFound
from uncial.evaluate.datasets import find_sets
from uncial.geometry import Box


def make_set(folder: Path, *records: object) -> Path:
    folder.mkdir(parents=True)
    text = "\n".join(record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "labels.jsonl").write_text(text + "\n", encoding="utf-8")
    return folder


def test_a_folder_of_sets_is_all_of_them_by_name(tmp_path):
    make_set(tmp_path / "two", {"file": "images/b.png", "text": "b"})
    make_set(tmp_path / "one", {"file": "images/a.png", "text": "a"})
    assert [part.name for part in find_sets([tmp_path])] == ["one", "two"]
    assert [part.name for part in find_sets([tmp_path / "two", tmp_path / "one"])] == ["two", "one"]


def test_a_record_without_text_is_skipped_and_counted(tmp_path):
    make_set(tmp_path / "s", {"file": "a.png", "text": ""}, {"file": "b.png"}, {"file": "c.png", "text": None})
    (part,) = find_sets([tmp_path / "s"])
    assert ([record.file for record in part.records], part.skipped) == (["a.png"], 2)


def test_a_file_is_named_from_the_set_or_from_its_images(tmp_path):
    folder = make_set(tmp_path / "s", {"file": "images/a.png", "text": ""}, {"file": "b.png", "text": ""})
    (folder / "images").mkdir()
    (folder / "images/a.png").touch()
    (part,) = find_sets([folder])
    assert [record.path for record in part.records] == [folder / "images/a.png", folder / "images/b.png"]


def test_languages_and_what_does_not_count_are_kept(tmp_path):
    lines = [{"box": [1, 2, 3, 4], "text": "", "ignore": True}, {"box": [5, 6, 7, 8], "text": "x", "ignore": False}]
    folder = make_set(tmp_path / "s", {"file": "a", "text": "x", "lang": "zh+en", "ignore_text": ["stamp"], "lines": lines})
    (record,) = find_sets([folder])[0].records
    assert (record.languages, record.ignored, record.ignored_boxes) == (("zh", "en"), ("stamp",), (Box(1, 2, 3, 4),))


def test_a_label_may_hold_a_line_separator(tmp_path):
    (part,) = find_sets([make_set(tmp_path / "s", {"file": "a", "text": "one\u2028two"})])
    assert part.records[0].text == "one\u2028two"


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"text": "x"}', '{"file": "a", "text": 5}', '{"file": 5, "text": "x"}'])
def test_a_line_that_is_no_record_is_told_with_its_number(tmp_path, line):
    folder = make_set(tmp_path / "s", {"file": "a", "text": "x"}, line)
    with pytest.raises(SourceDamaged, match="Line 2 of"):
        find_sets([folder])


def test_a_folder_that_is_not_there_or_has_no_labels_is_told(tmp_path):
    with pytest.raises(SourceNotFound):
        find_sets([tmp_path / "nowhere"])
    with pytest.raises(SourceEmpty) as caught:
        find_sets([tmp_path])
    assert "labels.jsonl" in caught.value.message
