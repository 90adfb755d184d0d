import json
from dataclasses import fields
from pathlib import Path

import pytest

from uncial.errors import OptionInvalid, SourceDamaged
from uncial.evaluate.profiles import _KINDS, OVERRIDES, Profile, profile_for


def folder_with(tmp_path: Path, name: str, overrides: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / OVERRIDES).write_text(overrides, encoding="utf-8")
    return folder


def test_a_set_is_scored_by_its_row_of_the_table(tmp_path):
    assert profile_for(tmp_path / "b_sroie_receipts").fold_case
    assert profile_for(tmp_path / "a_unlv_isri_3B").wildcard == "~"
    assert not profile_for(tmp_path / "c_svt_scene").precision
    assert not profile_for(tmp_path / "a_scribe_modern_pages").order


def test_an_unknown_set_is_scored_by_the_defaults(tmp_path):
    assert profile_for(tmp_path / "my receipts") == Profile()


def test_a_file_in_the_set_overrides_the_table(tmp_path):
    folder = folder_with(tmp_path, "b_sroie_mine", json.dumps({"order": False, "mapping": {"ꝑ": "per"}}))
    assert profile_for(folder) == Profile(order=False, fold_case=True, mapping={"ꝑ": "per"})


@pytest.mark.parametrize(
    "wrong", ['{"ordr": false}', '{"order": 0}', '{"wildcard": true}', '{"mapping": {"a": 1}}', '{"wildcard": "~~"}']
)
def test_a_wrong_field_is_told_with_the_right_ones(tmp_path, wrong):
    with pytest.raises(OptionInvalid) as caught:
        profile_for(folder_with(tmp_path, "mine", wrong))
    assert "fold_case: true or false" in caught.value.hint


def test_every_field_of_a_profile_can_be_overridden():
    assert {entry.name for entry in fields(Profile)} == set(_KINDS)


@pytest.mark.parametrize("wrong", ["{", "[]", "\udcff"])
def test_a_file_that_is_no_json_object_is_told(tmp_path, wrong):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / OVERRIDES).write_bytes(wrong.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceDamaged):
        profile_for(folder)
