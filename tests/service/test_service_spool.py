from __future__ import annotations

from pathlib import Path

import pytest

from uncial.errors import OutputError
from uncial.service.spool import Spool


def runs(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "spool").glob("run-*"))


def test_a_file_is_gone_after_its_request_whatever_happened(tmp_path):
    with Spool.open(tmp_path) as spool:
        with pytest.raises(ZeroDivisionError), spool.file() as path:
            path.write_bytes(b"x")
            raise ZeroDivisionError
        assert not path.exists()
        with spool.file() as never_written:
            pass
        assert not never_written.exists()


def test_closing_leaves_nothing(tmp_path):
    with Spool.open(tmp_path) as spool:
        (spool.folder / "left").write_bytes(b"x")
    assert not runs(tmp_path)


def test_what_a_dead_run_left_is_swept_and_a_living_run_is_not_touched(tmp_path):
    dead = Spool.open(tmp_path)
    (dead.folder / "left").write_bytes(b"x")
    dead._lock.close()  # as the system does when a process dies
    with Spool.open(tmp_path) as living, Spool.open(tmp_path) as other:
        assert set(runs(tmp_path)) == {living.folder, other.folder}


def test_others_may_not_look_into_it(tmp_path):
    with Spool.open(tmp_path / "data") as spool:
        for folder in (tmp_path / "data", tmp_path / "data" / "spool", spool.folder):
            assert folder.stat().st_mode & 0o077 == 0


def test_a_data_folder_that_cannot_be_written_says_which_setting_to_mend(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError) as caught:
        Spool.open(tmp_path / "file")
    assert "UNCIAL_DATA_DIR" in caught.value.hint
