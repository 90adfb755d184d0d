"""Where results go: which file for which input, and how it comes to stand there whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from uncial.cli.inputs import Found
from uncial.errors import OptionInvalid, OutputError
from uncial.formats import FORMATS, Format, find_format, format_of_file

BETWEEN_ON_STDOUT = {"txt": b"\f"}
"""What parts two documents on one stdout; JSON is a line a document as it is, and each TSV table has its own header."""


def choose_format(out: str | None, name: str | None) -> Format:
    """The format that was asked for: by `-f`, else by the suffix of a file, else text. Raises `OptionInvalid`."""
    if name:
        return find_format(name)
    if not out or _is_folder(out) or not PurePath(out).suffix or _is_special(Path(out)):
        return FORMATS["txt"]
    by_suffix = format_of_file(out)
    if by_suffix is None:
        raise OptionInvalid(f"No format is written to {PurePath(out).suffix} files.", hint=f"Choose by -f: {', '.join(FORMATS)}.")
    return by_suffix


def plan_files(found: Sequence[Found], out: str | None, format: Format, *, many: bool) -> list[Path | None]:
    """The file for each input, None for stdout. No two are the same, and none is an input. Raises `OptionInvalid`."""
    if out in (None, "-"):
        return [None] * len(found)
    assert out is not None
    taken = {item.source.resolve() for item in found if isinstance(item.source, Path)}
    if many or _is_folder(out):
        return _files_in(_as_folder(out), found, format, taken)
    if Path(out).resolve() in taken:
        raise OptionInvalid(f"{out} is the input itself.", hint="Name another file by -o.")
    return [Path(out)]


def _is_folder(out: str) -> bool:
    return out.endswith(("/", os.sep)) or Path(out).is_dir()


def _as_folder(out: str) -> Path:
    if Path(out).is_file() or (not _is_folder(out) and format_of_file(out)):
        raise OptionInvalid(
            f"{out} is one file, but there are several inputs.",
            hint="Name a folder with a / at its end, or write to stdout, where the results follow each other.",
        )
    return Path(out)


def _files_in(folder: Path, found: Sequence[Found], format: Format, taken: set[Path]) -> list[Path | None]:
    files: list[Path | None] = []
    for item in found:
        wanted = folder / item.relative.with_suffix(format.suffix)
        path, count = wanted, 1
        while path.resolve() in taken:
            count += 1
            path = wanted.with_stem(f"{wanted.stem}_{count}")
        taken.add(path.resolve())
        files.append(path)
    return files


def write_file(path: Path, data: bytes) -> None:
    """Put the file there whole: written beside its place and then renamed. Raises `OutputError`."""
    path = path.resolve()  # a link stays, and what it leads to is replaced
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if _is_special(path):
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.", hint="Choose another place by -o.") from error


def _is_special(path: Path) -> bool:
    """Whether it is a device or a pipe, which a rename would destroy."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class Stdout:
    """Standard output for any number of documents of one format."""

    def __init__(self, format: Format) -> None:
        self._between = BETWEEN_ON_STDOUT.get(format.name, b"")
        self._begun = False

    def write(self, data: bytes) -> None:
        """Write one more document, at once. Raises `OutputError`; BrokenPipeError where nobody reads any more."""
        try:
            sys.stdout.buffer.write(self._between * self._begun + data)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"Standard output cannot be written: {error.strerror}.") from error
        self._begun = True
