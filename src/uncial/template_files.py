"""Files of templates: those that the command and the service are told of become one text, which goes wherever it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from uncial.errors import SourceNotFound, SourceUnreadable, TemplateInvalid

SUFFIXES = (".yaml", ".yml")
_MOST_BYTES = 1024 * 1024


def read_templates(paths: Sequence[Path], *, whole_paths: bool = True) -> str:
    """The templates of these files, and of the *.yaml in these folders, as one text that knows which line is of which file.

    Without `whole_paths` it knows the names of the files alone, as is right where strangers may be told of them.
    Raises `SourceNotFound`, `SourceUnreadable`, or `TemplateInvalid` where a file is no text or too large.
    """
    from uncial.fields.templates import of_files  # brings all of fields along, which no command needs to show its help

    return of_files([(str(path) if whole_paths else path.name, _text(path)) for path in _files(paths)])


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = [each for each in sorted(path.rglob("*")) if each.suffix.lower() in SUFFIXES and each.is_file()]
        if not inside:
            raise SourceNotFound(f"The folder {path} holds no templates.", hint="Templates are files named *.yaml.")
        yield from inside


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise SourceNotFound(f"There is no file {path}.", hint="Name a file of templates, or a folder of them.") from None
    except OSError as error:
        raise SourceUnreadable(f"The file {path} cannot be read: {error.strerror}.") from None
    if len(data) > _MOST_BYTES:
        raise TemplateInvalid(f"{path} is larger than 1 MiB.", hint="Templates are a few lines of YAML; is it the right file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TemplateInvalid(f"{path}, line {line}: this is not UTF-8.", hint="Save the file as UTF-8.") from None
