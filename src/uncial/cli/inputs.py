"""From what stands on the command line to the inputs themselves: files, what globs and folders hold, URLs, standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path, PurePath

from uncial.errors import SourceEmpty, SourceNotFound, UncialError
from uncial.sources import SUFFIXES, is_url


@dataclass(frozen=True, slots=True)
class Found:
    """One input, or the reason why there is none."""

    name: str
    """What the user calls it."""
    source: Path | str
    """A file, or a URL or `-` as text."""
    relative: PurePath
    """Where its result goes inside an output folder, before the suffix is changed."""
    error: UncialError | None = None


def names_many(text: str) -> bool:
    """Whether this stands for any number of files: a folder or a glob."""
    return not is_url(text) and (Path(text).is_dir() or _is_glob(text))


def find_inputs(texts: Iterable[str], suffixes: Iterable[str] = SUFFIXES) -> list[Found]:
    """Every input once, in the order of the command line; folders and globs are sorted.

    Of a folder those files are taken whose names end with one of the suffixes.
    """
    found: dict[Path | str, Found] = {}
    endings = tuple(suffixes)
    for item in (item for text in texts for item in _find(text, endings)):
        found.setdefault(item.source.resolve() if isinstance(item.source, Path) else item.source, item)
    return list(found.values())


def _find(text: str, suffixes: tuple[str, ...]) -> Iterator[Found]:
    if text == "-":
        yield Found("standard input", text, PurePath("stdin"))
    elif is_url(text):
        yield Found(text, text, PurePath(_last_part(text)))
    elif Path(text).is_dir():
        yield from _in_folder(text, suffixes)
    elif _is_glob(text):
        yield from _in_glob(text)
    else:
        yield Found(text, Path(text), PurePath(Path(text).name))


def _is_glob(text: str) -> bool:
    return has_magic(text) and not Path(text).exists()


def _last_part(url: str) -> str:
    """The last piece of a URL's path, fit to be a file's name."""
    path = url.split("://", 1)[1].split("?")[0].split("#")[0]
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).lstrip(".") or "url"


def _in_folder(text: str, suffixes: tuple[str, ...]) -> Iterator[Found]:
    folder = Path(text)
    inside = sorted(path for path in folder.rglob("*") if path.name.lower().endswith(suffixes) and path.is_file())
    seen = [path for path in inside if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    for path in seen:
        yield Found(str(path), path, path.relative_to(folder))
    if not seen:
        yield _nothing(text, SourceEmpty("The folder holds nothing to read.", hint="Files are chosen there by their suffix."))


def _in_glob(text: str) -> Iterator[Found]:
    paths = [Path(name) for name in sorted(glob(text, recursive=True)) if Path(name).is_file()]  # noqa: PTH207 (any root)
    for path in paths:
        yield Found(str(path), path, PurePath(path.name))
    if not paths:
        yield _nothing(
            text, SourceNotFound("No file matches.", hint="In quotes, * stands for any letters and ** for any folders.")
        )


def _nothing(text: str, error: UncialError) -> Found:
    return Found(text, Path(text), PurePath("nothing"), error)
