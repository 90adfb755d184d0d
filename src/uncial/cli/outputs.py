"""Where results go: which file for which input and format, and how it comes to stand there whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple, Protocol

from uncial.cli.inputs import Found
from uncial.cli.talk import tell
from uncial.errors import OptionInvalid, OutputError
from uncial.formats import FORMATS, Format, find_format, format_of_file

Written = Callable[[Format], bytes]
"""What a document is in a format, whoever writes it. Raises `UncialError`."""

BETWEEN_ON_STDOUT = {
    "txt": b"\f", "json": b"", "tsv": b"", "md": b"\n", "csv": b"\r\n", "fields": b"", "fields-csv": b"\r\n",
}  # fmt: skip
"""What parts two documents on one stdout; JSON is a line a document as it is, and each TSV table has its own header.

A file of any other format has a beginning and an end, so that one stdout takes only one.
"""


class Target(NamedTuple):
    """One result of an input: its format, and its file, None for what all of them share, stdout."""

    format: Format
    file: Path | None


def choose_formats(out: str | None, given: Iterable[str], also: Sequence[str] = ()) -> tuple[Format, ...]:
    """The formats that were asked for, each once: by `-f`, else by the suffix of a file, else text; and those of `also`.

    `given` is what stood behind each `-f`: names, several of them with commas between. Raises `OptionInvalid`.
    """
    names = [name.strip() for text in given for name in text.split(",")]
    chosen = [find_format(name) for name in names] or [_by_suffix(out)]
    return tuple(dict.fromkeys([*chosen, *map(find_format, also)]))


def _by_suffix(out: str | None) -> Format:
    if not out or _is_folder(out) or not PurePath(out).suffix or _is_special(Path(out)):
        return FORMATS["txt"]
    by_suffix = format_of_file(out)
    if by_suffix is None:
        raise OptionInvalid(f"No format is written to {PurePath(out).suffix} files.", hint=f"Choose by -f: {', '.join(FORMATS)}.")
    return by_suffix


def plan_targets(
    found: Sequence[Found], out: str | None, formats: Sequence[Format], *, many: bool, keep: Iterable[Path] = ()
) -> list[tuple[Target, ...]]:
    """What is written of each input, and where. No two files are the same, and none is an input or one to keep.

    `many` says that there could be several inputs, even if there is one. Raises `OptionInvalid`.
    """
    if out in (None, "-"):
        _check_stdout(formats, len(found))
        return [(Target(formats[0], None),)] * len(found)
    assert out is not None
    taken = {path.resolve() for path in [*keep, *(item.source for item in found if isinstance(item.source, Path))]}
    if many or _is_folder(out):
        return list(_targets_in(_as_folder(out), found, formats, taken))
    targets = _targets_named(Path(out), formats)
    for target in targets:
        if target.file and target.file.resolve() in taken:
            raise OptionInvalid(f"{target.file} is the input itself.", hint="Name another file by -o.")
    return [targets]


def _check_stdout(formats: Sequence[Format], inputs: int) -> None:
    first, *others = formats
    if others:
        hint = "Name a folder or a file by -o: each format gets its own suffix."
        raise OptionInvalid(f"{len(formats)} formats do not go to one standard output.", hint=hint)
    if inputs > 1 and first.name not in BETWEEN_ON_STDOUT:
        raise OptionInvalid(f"{inputs} documents as {first.name} do not go to one standard output.", hint="Name a folder by -o.")
    if not first.is_text and sys.stdout.isatty():
        raise OptionInvalid(
            f"What is written as {first.name} is not for a terminal.", hint="Name a file by -o, or send it through a pipe."
        )


def _is_folder(out: str) -> bool:
    return out.endswith(("/", os.sep)) or Path(out).is_dir()


def _as_folder(out: str) -> Path:
    if Path(out).is_file() or (not _is_folder(out) and format_of_file(out)):
        raise OptionInvalid(
            f"{out} is one file, but there are several inputs.",
            hint="Name a folder with a / at its end, or write to stdout, where the results follow each other.",
        )
    return Path(out)


def _targets_named(out: Path, formats: Sequence[Format]) -> tuple[Target, ...]:
    """The file itself where there is one format; with several its name, each with the suffix of its format."""
    if len(formats) == 1:
        return (Target(formats[0], out),)
    if _is_special(out):
        raise OptionInvalid(f"{out} does not take {len(formats)} formats.", hint="Name a folder or a file by -o.")
    stem = _without_suffix(out.name) or out.name
    return tuple(Target(format, out.with_name(stem + format.suffix)) for format in formats)


def _targets_in(
    folder: Path, found: Sequence[Found], formats: Sequence[Format], taken: set[Path]
) -> Iterator[tuple[Target, ...]]:
    for item in found:
        stem = _without_suffix(item.relative.name) or item.relative.stem
        place, name, count = folder / item.relative.parent, stem, 1
        while any((place / (name + format.suffix)).resolve() in taken for format in formats):
            count += 1
            name = f"{stem}_{count}"
        targets = tuple(Target(format, place / (name + format.suffix)) for format in formats)
        taken.update(target.file.resolve() for target in targets if target.file)
        yield targets


def _without_suffix(name: str) -> str:
    """The name of a file without the suffix of its format, all of it where it has two parts; nothing where it has none."""
    format = format_of_file(name)
    return name[: -len(format.suffix)] if format else ""


class Sink(Protocol):
    """Where results go that have no file of their own."""

    @property
    def place(self) -> str:
        """What a user calls it."""
        ...

    def write(self, data: bytes, format: Format, name: str) -> None:
        """Take one more document in that format, of the input of that name. Raises `OutputError`."""
        ...


class Stdout:
    """Standard output for any number of documents of one format."""

    place = "standard output"

    def __init__(self) -> None:
        self._begun = False

    def write(self, data: bytes, format: Format, name: str = "") -> None:
        """Write one more document, at once. Raises `OutputError`; BrokenPipeError where nobody reads any more."""
        try:
            sys.stdout.buffer.write(BETWEEN_ON_STDOUT.get(format.name, b"") * self._begun + data)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"Standard output cannot be written: {error.strerror}.") from error
        self._begun = True


def deliver(written: Written, targets: Sequence[Target], sink: Sink, name: str) -> list[int]:
    """Write a document to each of its targets, and tell which could not be written; an exit status for each, 0 if it was.

    What has no file goes to the sink.
    """
    return [_delivered(written, target, sink, name) for target in targets]


def _delivered(written: Written, target: Target, sink: Sink, name: str) -> int:
    try:
        data = written(target.format)
        if target.file:
            write_file(_named(target.file, target.format, data), data)
        else:
            sink.write(data, target.format, name)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever it is, the other formats and inputs are to be written
        return tell(error, name)
    return 0


def _named(file: Path, format: Format, data: bytes) -> Path:
    """The file, under the suffix of an archive where the pages came as one: a ZIP archive is not called XML."""
    suffix = format.made(data).suffix
    if suffix == format.suffix or not file.name.endswith(format.suffix):
        return file
    return file.with_name(file.name.removesuffix(format.suffix) + suffix)


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
