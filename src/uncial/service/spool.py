"""Where uploads lie while they are read: under names of our own, gone with the request, swept when a run was cut short."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Self

from uncial.errors import OutputError

LOCK = "lock"


class Spool:
    """A folder of this run's own below `data_dir`/spool, with a lock that the system opens when the run dies, however it dies."""

    def __init__(self, folder: Path, lock: BinaryIO) -> None:
        self.folder = folder
        self._lock = lock

    @classmethod
    def open(cls, data_dir: Path) -> Self:
        """Sweep away what dead runs left and make a folder for this one. Raises `OutputError` where that is not possible."""
        spools = data_dir / "spool"
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            spools.mkdir(exist_ok=True, mode=0o700)
            # Without this lock another run, just starting, could take our folder for a dead one's before it is locked.
            with (spools / LOCK).open("wb") as gate:
                fcntl.flock(gate, fcntl.LOCK_EX)
                _sweep(spools)
                folder = spools / f"run-{token_hex(8)}"
                folder.mkdir(mode=0o700)
                return cls(folder, _locked(folder))
        except OSError as error:
            raise OutputError(
                f"The data folder {data_dir} cannot be written: {error.strerror or error}.",
                hint="Set UNCIAL_DATA_DIR to a folder that can.",
                stage="source",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the folder and whatever is still in it; to do so twice does no harm."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A path for one upload; the file, if there ever was one, is gone afterwards."""
        path = self.folder / token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _locked(folder: Path) -> BinaryIO:
    """The folder's lock file, locked. Raises BlockingIOError where somebody alive holds it."""
    lock = (folder / LOCK).open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def _sweep(spools: Path) -> None:
    """Delete the folders of runs that are dead, which is when nobody holds their lock."""
    for folder in spools.glob("run-*"):
        try:
            lock = _locked(folder)
        except BlockingIOError:
            continue
        with lock:
            shutil.rmtree(folder, ignore_errors=True)
