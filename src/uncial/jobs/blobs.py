"""Where bytes lie: a folder, or any store that fsspec knows (S3 and those like it). Names are ours alone, never a client's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO, Self, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from uncial.errors import MissingDependency, OptionInvalid, OutputError, ServiceUnavailable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

CHUNK = 1 << 20


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
        options = {"endpoint_url": endpoint} if endpoint else {}
        try:
            files, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            raise MissingDependency(
                f"This kind of blob store needs another package: {error}.", hint="pip install 'uncial[cluster]'"
            ) from error
        except (ValueError, TypeError) as error:
            raise OptionInvalid(
                f"The blob store’s URL is not valid: {error}.", hint="Write a folder, or s3://bucket/prefix."
            ) from error
        blobs = cls(files, root)
        if blobs._is_local:
            blobs._make_folder()
        return blobs

    def put(self, name: str, path: Path) -> None:
        """Take a file in; it may be moved away. What a blob of that name held before is gone."""
        with _telling():
            if not self._is_local:
                self._files.put_file(str(path), self._path(name))
                return
            target = self._local(name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                path.replace(target)
            except OSError:  # it lies on another file system
                half = target.with_name(f".{token_hex(8)}")
                try:
                    shutil.copyfile(path, half)
                    half.replace(target)
                finally:
                    half.unlink(missing_ok=True)

    def write(self, name: str, data: bytes) -> None:
        """Keep these bytes."""
        with _telling():
            if not self._is_local:
                self._files.pipe_file(self._path(name), data)
                return
            target = self._local(name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            half = target.with_name(f".{token_hex(8)}")
            try:
                half.write_bytes(data)
                half.replace(target)
            finally:
                half.unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        """The bytes of a blob."""
        with _telling():
            return cast(bytes, self._files.cat_file(self._path(name)))

    def fetch(self, name: str, path: Path) -> None:
        """Make a file of a blob, for reading; the blob stays."""
        with _telling():
            if self._is_local:
                with suppress(OSError):
                    os.link(self._local(name), path)
                    return
            self._files.get_file(self._path(name), str(path))

    def size(self, name: str) -> int:
        """How many bytes a blob has."""
        with _telling():
            return int(self._files.info(self._path(name))["size"])

    def stream(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes of a blob from `start` to before `end`, piece by piece."""
        left = (self.size(name) if end is None else end) - start
        with _telling(), cast(BinaryIO, self._files.open(self._path(name), "rb")) as file:
            file.seek(start)
            while left > 0 and (piece := file.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece

    def copy(self, old: str, new: str) -> None:
        """Copy all blobs whose names begin with `old`/ to the same names under `new`/."""
        with _telling():
            if self._is_local:
                shutil.copytree(self._local(old), self._local(new), copy_function=_linked, dirs_exist_ok=True)
            else:
                self._files.copy(self._path(old) + "/", self._path(new) + "/", recursive=True)

    def delete(self, prefix: str) -> None:
        """Delete all blobs under a prefix, or the one of that name; it does no harm where there is none."""
        with _telling(), suppress(FileNotFoundError):
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

    def check(self) -> None:
        """Write, read and delete a blob. Raises `ServiceUnavailable` where that does not work."""
        name = f".check-{token_hex(8)}"
        self.write(name, b"uncial")
        self.read(name)
        self.delete(name)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _local(self, name: str) -> Path:
        return Path(self._path(name))

    def _make_folder(self) -> None:
        try:
            Path(self._root).mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutputError(
                f"The folder {self._root} cannot be made: {error.strerror or error}.",
                hint="Set UNCIAL_BLOBS to one that can.",
                stage="source",
            ) from error


def _linked(old: str, new: str) -> None:
    """A second name for the same bytes, since blobs never change; a copy where there can be none."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


@contextmanager
def _telling() -> Iterator[None]:
    """Stores raise whatever their clients raise; that a blob is not there is all that is told apart."""
    try:
        yield
    except (FileNotFoundError, MemoryError, GeneratorExit):
        raise
    except Exception as error:
        raise ServiceUnavailable(f"The blob store does not answer: {type(error).__name__}.") from error
