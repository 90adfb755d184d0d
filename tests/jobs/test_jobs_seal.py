from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from uncial.errors import OptionInvalid, OutputError
from uncial.jobs.seal import FILE, Seal, new_key


@pytest.mark.parametrize("text", ["geheim", "日本語", "\udcff\ud800", "a\x00b", " "])
def test_what_is_sealed_opens_again_and_cannot_be_read_meanwhile(text: str) -> None:
    seal = Seal(new_key())
    sealed = seal.close(text)
    assert sealed.isascii()
    assert text not in sealed
    assert seal.open_text(sealed) == text
    assert seal.close(text) != sealed


def test_nothing_stays_nothing() -> None:
    seal = Seal(new_key())
    assert seal.close("") == ""
    assert seal.open_text("") == ""


def test_another_key_opens_nothing_and_neither_does_a_forgery() -> None:
    sealed = Seal(new_key()).close("geheim")
    with pytest.raises(OptionInvalid, match="another key"):
        Seal(new_key()).open_text(sealed)
    seal = Seal(new_key())
    sealed = seal.close("geheim")
    with pytest.raises(OptionInvalid):
        seal.open_text(sealed[:-4] + "AAA=")
    with pytest.raises(OptionInvalid):
        seal.open_text("plain")


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, "!" * 44, "A" * 43])
def test_what_is_no_key_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(OptionInvalid) as caught:
        Seal(key)
    assert not key or key not in str(caught.value)


def test_the_key_of_a_folder_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        seals = list(pool.map(lambda _: Seal.open(folder), range(8)))
    sealed = seals[0].close("geheim")
    assert {seal.open_text(sealed) for seal in seals} == {"geheim"}
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert (folder / FILE).stat().st_mode & 0o077 == 0


def test_a_key_that_somebody_wrote_with_an_editor_is_good(tmp_path: Path) -> None:
    key = Fernet.generate_key()
    (tmp_path / FILE).write_bytes(key + b"\n")
    assert Seal.open(tmp_path).open_text(Seal(key).close("x")) == "x"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        Seal.open(tmp_path / "file")
