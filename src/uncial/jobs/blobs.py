"""Where bytes lie: a folder, or any store that fsspec knows (S3 and those like it). Names are ours alone, never a client's."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

import fsspec
from fsspec.core import split_protocol
from fsspec.implementations.local import LocalFileSystem

from uncial.errors import MissingDependency, OptionInvalid, OutputError, ServiceUnavailable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

CHUNK = 1 << 20
S3_CALLS = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 2}}
"""How long an S3-compatible store is waited for, in seconds; whoever asked tries again."""


class Blobs:
    """Bytes by name. A blob is there as a whole or not at all, and does not change.

    Every method raises `ServiceUnavailable` where the store does not answer; those that read raise FileNotFoundError where
    there is no such blob.
    """

    def __init__(self, files: AbstractFileSystem, root: str) -> None:
        self._files, self._root = files, root.rstrip("/")
        self._is_local = isinstance(files, LocalFileSystem)

    @classmethod
    def open(cls, url: str, endpoint: str = "") -> Self:
        """The store of that URL: a folder, `s3://bucket/prefix`, `memory://`; `endpoint` is where an S3-compatible one answers.

        Raises `OptionInvalid`, `MissingDependency` for a kind that needs another package, or `OutputError`.
        """
        if not url:
            raise _refused("There is no URL of a blob store.")
        try:
            files, root = fsspec.core.url_to_fs(url, **_options(url, endpoint))
        except ImportError as error:
            raise MissingDependency(
                f"This kind of blob store needs another package: {error}.", hint="pip install 'uncial[cluster]'"
            ) from error
        except (ValueError, TypeError) as error:
            raise _refused(f"The blob store’s URL is not valid: {error}.") from error
        if not root.strip("/") and "memory" not in files.protocol:
            raise _refused("The blob store’s URL names no folder and no bucket.")
        blobs = cls(files, root)
        if blobs._is_local:
            blobs._make_folder()
        return blobs

    def put(self, name: str, path: Path) -> None:
        """Keep a copy of a file. What a blob of that name held before is gone.

        A copy, for whoever wrote the file may still hold it open: a worker must not change what it has handed over.
        """
        with _telling(writing=True):
            if not self._is_local:
                self._files.put_file(str(path), self._path(name))
                return
            with path.open("rb") as source:
                self._write(name, lambda target: shutil.copyfileobj(source, target, CHUNK))

    def take(self, name: str, path: Path) -> None:
        """As `put`, for a file that we have made ourselves and that may be moved away."""
        if not (self._is_local and self._moved(name, path)):
            self.put(name, path)

    def _moved(self, name: str, path: Path) -> bool:
        """Whether the file could be moved; one on another file system cannot."""
        with _telling(writing=True):
            with path.open("rb") as file:
                os.fsync(file.fileno())
            target = self._local(name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                path.replace(target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                return False
            _sync(target.parent)
            return True

    def write(self, name: str, data: bytes) -> None:
        """Keep these bytes. What a blob of that name held before is gone."""
        with _telling(writing=True):
            if self._is_local:
                self._write(name, lambda target: target.write(data))
            else:
                self._files.pipe_file(self._path(name), data)

    def read(self, name: str) -> bytes:
        """The bytes of a blob."""
        with _telling():
            return cast(bytes, self._files.cat_file(self._path(name)))

    def fetch(self, name: str, path: Path) -> None:
        """Make a file of a blob: a copy, which whoever reads it may spoil without harm to the blob."""
        with _telling():
            if self._is_local:
                shutil.copyfile(self._local(name), path)
            else:
                self._files.get_file(self._path(name), str(path))

    def size(self, name: str) -> int:
        """How many bytes a blob has."""
        with _telling():
            return int(self._files.info(self._path(name))["size"])

    def stream(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes of a blob from `start` to before `end`, piece by piece. Whether it is there is known before the first."""
        size = self.size(name)
        return self._pieces(name, start, size if end is None else min(end, size))

    def _pieces(self, name: str, start: int, end: int) -> Iterator[bytes]:
        left = end - start
        with _telling(), cast(BinaryIO, self._files.open(self._path(name), "rb")) as file:
            file.seek(start)
            while left > 0 and (piece := file.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece

    def copy(self, old: str, new: str) -> None:
        """Copy all blobs whose names begin with `old`/ to the same names under `new`/, or the one of that name to the other."""
        with _telling():
            if self._is_local:
                _copy_tree(self._local(old), self._local(new))
                return
            names = self._files.find(self._path(old))
            if not names:
                raise FileNotFoundError(old)
            for name in names:
                self._files.cp_file(name, self._path(new) + name.removeprefix(self._path(old)))

    def delete(self, prefix: str) -> None:
        """Delete all blobs under a prefix, or the one of that name; it does no harm where there is none."""
        with _telling(), suppress(FileNotFoundError):
            if self._is_local:
                _delete_tree(self._local(prefix))
            else:
                self._files.rm(self._path(prefix), recursive=True)

    def prefixes(self) -> list[str]:
        """The first parts of all names: one for each job that has blobs. What begins with a dot belongs to no job."""
        with _telling():
            self._files.invalidate_cache()
            try:
                names = [path.rstrip("/").rpartition("/")[2] for path in self._files.ls(self._root, detail=False)]
            except FileNotFoundError:
                return []
        return [name for name in names if not name.startswith(".")]

    def age(self, prefix: str) -> float:
        """For how many seconds nothing was added under a prefix. Raises FileNotFoundError where nothing is there."""
        with _telling():
            if self._is_local:
                folder = self._local(prefix)
                return time.time() - max(_changed([folder, *folder.rglob("*")]))
            found = self._files.find(self._path(prefix), detail=True).values()
            times = [info.get("LastModified") or info.get("last_modified") or info.get("created") for info in found]
            dates = [date.timestamp() for date in times if isinstance(date, datetime)]
            if not found:
                raise FileNotFoundError(prefix)
            return time.time() - max(dates, default=time.time())  # who does not say counts as new

    def check(self) -> None:
        """Write, read and delete a blob. Raises `ServiceUnavailable` where that does not work."""
        name = f".check-{token_hex(8)}"
        self.write(name, b"uncial")
        self.read(name)
        self.delete(name)

    def _path(self, name: str) -> str:
        assert name.strip("/") and ".." not in name.split("/"), name
        return f"{self._root}/{name}"

    def _local(self, name: str) -> Path:
        return Path(self._path(name))

    def _write(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Write a file so that it is there whole or not at all, even when the power fails the moment after."""
        target = self._local(name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_name(f".{token_hex(8)}")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
            _sync(target.parent)
        finally:
            half.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        try:
            Path(self._root).mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutputError(
                f"The folder {self._root} cannot be made: {error.strerror or error}.",
                hint="Set UNCIAL_BLOBS to one that can.",
                stage="source",
            ) from error


def _options(url: str, endpoint: str) -> dict[str, Any]:
    if split_protocol(url)[0] not in ("s3", "s3a"):
        return {}
    # What others write, we must see: no listing is remembered, and no key that is an old one.
    known = {"config_kwargs": S3_CALLS, "use_listings_cache": False, "skip_instance_cache": True}
    return known | ({"endpoint_url": endpoint} if endpoint else {})


def _refused(message: str) -> OptionInvalid:
    return OptionInvalid(message, hint="Set UNCIAL_BLOBS to a folder, or to s3://bucket/prefix.")


def _sync(folder: Path) -> None:
    """Make sure that the names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_tree(old: Path, new: Path) -> None:
    """Give the files second names, since blobs never change; copies where there can be none."""
    files = [path for path in (old, *old.rglob("*")) if path.is_file()]
    if not files:
        raise FileNotFoundError(old)
    for path in files:
        target = new / path.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.unlink(missing_ok=True)
        try:
            os.link(path, target)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            shutil.copyfile(path, target)


def _delete_tree(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _changed(paths: Iterable[Path]) -> Iterator[float]:
    """When each of them last changed; those that go meanwhile are passed over, but for the first."""
    for number, path in enumerate(paths):
        try:
            yield path.stat().st_mtime
        except FileNotFoundError:
            if not number:
                raise


@contextmanager
def _telling(writing: bool = False) -> Iterator[None]:
    """Stores raise whatever their clients raise; that there is no such blob is all that is told apart, when one is looked for."""
    try:
        yield
    except (MemoryError, AssertionError):
        raise
    except Exception as error:
        if isinstance(error, FileNotFoundError) and not writing:
            raise
        known = isinstance(error, OSError) and error.errno
        reason = os.strerror(known) if known else type(error).__name__  # messages of clients may say too much
        raise ServiceUnavailable(f"The blob store does not answer: {reason}.") from error
