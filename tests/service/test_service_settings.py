from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from uncial.errors import OptionInvalid
from uncial.options import Limits
from uncial.service import Settings
from uncial.service.settings import shares


@pytest.fixture(autouse=True)
def no_settings_of_ours(monkeypatch):
    for name in list(os.environ):
        if name.startswith("UNCIAL_"):
            monkeypatch.delenv(name)


def test_by_default_only_this_machine_is_answered_on_port_5000():
    assert (Settings().host, Settings().port) == ("127.0.0.1", 5000)


def test_the_environment_is_read_and_an_argument_goes_before_it(monkeypatch, tmp_path):
    monkeypatch.setenv("UNCIAL_PORT", "5001")
    monkeypatch.setenv("UNCIAL_MAX_PAGES", "7")
    monkeypatch.setenv("UNCIAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("UNCIAL_FETCH_ALLOW", "localhost, 10.1.0.0/16")
    monkeypatch.setenv("UNCIAL_LOG_FILE", "")
    settings = Settings(port=5002)
    assert (settings.port, settings.limits.max_pages, settings.data_dir) == (5002, 7, tmp_path)
    assert settings.limits.fetch_allow == ("localhost", "10.1.0.0/16")
    assert settings.log_file is None


def test_every_limit_is_a_setting_with_the_same_default():
    assert Settings().limits == Limits()
    assert {field.name for field in dataclasses.fields(Limits)} <= set(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "x"), ("PORT", "65536"), ("TIME_LIMIT", "0"), ("LOG_LEVEL", "loud"), ("MAX_BYTES", "0"), ("MODELS", "/no/where")],
)
def test_a_value_that_makes_no_sense_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"UNCIAL_{name}", value)
    with pytest.raises(OptionInvalid) as caught:
        Settings()
    assert f"UNCIAL_{name}" in caught.value.hint


def test_an_argument_that_is_no_setting_is_refused():
    with pytest.raises(OptionInvalid, match="prot"):
        Settings(prot=1)


def test_the_table_of_settings_in_the_documentation_is_the_class():
    text = Path(__file__).parents[2].joinpath("docs", "http.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        row = next((line for line in text.splitlines() if line.startswith(f"| `UNCIAL_{name.upper()}` |")), "")
        assert field.description and f"| {field.description} |" in row, (
            f"docs/http.md: UNCIAL_{name.upper()}: {field.description}"
        )
        if isinstance(field.default, int | float | str) and field.default != "":
            assert f"| `{field.default}` |" in row
    assert text.count("| `UNCIAL_") == len(Settings.model_fields)


@pytest.mark.parametrize(
    ("cores", "given", "expected"),
    [
        (1, {}, (1, 1)), (2, {}, (1, 2)), (3, {}, (1, 3)), (8, {}, (4, 2)),
        (2, {"workers": 2}, (2, 1)), (2, {"workers": 8}, (8, 1)), (8, {"threads": 1}, (4, 1)),
    ],
)  # fmt: skip
def test_workers_and_threads_together_fill_the_cores(cores, given, expected):
    assert shares(cores, **given) == expected


def test_the_settings_go_before_what_the_cores_say():
    assert Settings(workers=3, threads=5).workers_and_threads == (3, 5)
