from __future__ import annotations

import os
from pathlib import Path

import pytest

from uncial.errors import ServiceUnavailable, WorkerCrashed
from uncial.jobs.tray import Tray


@pytest.fixture
def tray(tmp_path: Path) -> Tray:
    made = Tray(tmp_path / "work")
    made.make()
    return made


def test_what_is_given_is_there_and_what_is_taken_is_a_copy(tray: Tray):
    path = tray.give("source", lambda path: path.write_bytes(b"bytes"))
    assert path == tray.folder / "source"
    assert path.read_bytes() == b"bytes"
    taken = tray.take("source")
    path.write_bytes(b"others")
    assert taken.read_bytes() == b"bytes"
    assert taken.parent != tray.folder


def test_a_link_that_a_worker_puts_in_the_way_is_replaced_and_not_followed(tray: Tray, tmp_path: Path):
    secret = tmp_path / "seal.key"
    secret.write_bytes(b"secret")
    (tray.folder / "page-1.json").symlink_to(secret)
    tray.give("page-1.json", lambda path: path.write_bytes(b"page"))
    assert (secret.read_bytes(), (tray.folder / "page-1.json").read_bytes()) == (b"secret", b"page")


def test_only_plain_files_are_taken(tray: Tray, tmp_path: Path):
    (tmp_path / "seal.key").write_bytes(b"secret")
    (tray.folder / "link").symlink_to(tmp_path / "seal.key")
    (tray.folder / "folder").mkdir()
    os.mkfifo(tray.folder / "pipe")
    (tray.folder / "device").symlink_to("/dev/zero")
    for name in ("link", "folder", "pipe", "device", "nothing"):
        with pytest.raises(WorkerCrashed):
            tray.take(name)


def test_no_room_for_the_copy_is_not_the_workers_fault(tray: Tray, tmp_path: Path):
    tray.give("source", lambda path: path.write_bytes(b"bytes"))
    for folder in (tmp_path / "work").glob("kept-*"):
        folder.rmdir()
    with pytest.raises(ServiceUnavailable):
        tray.take("source")


def test_what_could_not_be_made_leaves_nothing(tray: Tray):
    def broken(path: Path) -> None:
        path.write_bytes(b"half")
        raise FileNotFoundError(path)

    with pytest.raises(FileNotFoundError):
        tray.give("source", broken)
    assert [path for path in tray.folder.parent.rglob("*") if path.is_file()] == []


def test_clearing_takes_everything_and_follows_no_link(tray: Tray, tmp_path: Path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "file").touch()
    (tray.folder / "link").symlink_to(tmp_path / "ours")
    (tray.folder / "deep" / "er").mkdir(parents=True)
    (tray.folder / "deep" / "er" / "file").touch()
    tray.clear()
    assert list(tray.folder.iterdir()) == []
    assert (tmp_path / "ours" / "file").exists()
    tray.remove()
    assert list((tmp_path / "work").iterdir()) == []
