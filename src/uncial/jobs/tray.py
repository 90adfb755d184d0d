"""The folder through which documents go to a worker, and pages come back from it.

The worker may do in it whatever it likes, and is not trusted: it may put links to our own files there. So what goes in is moved
in whole, which replaces a link and does not follow it, and what comes out is copied from a plain file, and from nothing else.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from uncial.errors import ServiceUnavailable, WorkerCrashed

LARGEST = 8 << 30
"""Bytes of what is taken out, far above anything that is written."""


class Tray:
    """A pair of folders: one that a worker may write to, and one of our own, from where things are moved there."""

    def __init__(self, folder: Path) -> None:
        token = token_hex(8)
        self.folder, self._ours = folder / f"tray-{token}", folder / f"kept-{token}"

    def make(self) -> None:
        """Have it there."""
        for folder in (self.folder, self._ours):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def give(self, name: str, make: Callable[[Path], object]) -> Path:
        """Put a file there, which `make` writes to the path that it is called with; where it is then."""
        half = self._ours / token_hex(8)
        try:
            make(half)
            half.replace(self.folder / name)
        finally:
            half.unlink(missing_ok=True)
        return self.folder / name

    def take(self, name: str) -> Path:
        """A copy of a file that the worker made, for us to keep or to delete.

        Raises `WorkerCrashed` where there is no such file, `ServiceUnavailable` where there is no room for the copy.
        """
        copy = self._ours / token_hex(8)
        with _plain_file(self.folder / name) as file:
            try:
                with copy.open("xb") as ours:
                    shutil.copyfileobj(file, ours)
            except OSError as error:
                copy.unlink(missing_ok=True)
                raise ServiceUnavailable(f"The work folder cannot be written: {error.strerror or error}.") from error
        return copy

    def clear(self, but: str = "") -> None:
        """Have nothing in it but the file of that name."""
        for folder in (self.folder, self._ours):
            _empty(path for path in (folder.iterdir() if folder.is_dir() else ()) if path.name != but)

    def remove(self) -> None:
        """Have it gone."""
        for folder in (self.folder, self._ours):
            shutil.rmtree(folder, ignore_errors=True)


def _plain_file(path: Path) -> BinaryIO:
    """The file, open; a link is not followed, and a pipe not waited for."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise WorkerCrashed("The worker did not leave what it said that it had made.") from error
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        os.close(opened)
        raise WorkerCrashed("The worker left something that makes no sense.")
    return os.fdopen(opened, "rb")


def _empty(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
