"""What is sent: a document as a form that streams from the disk, or the URL of one; options as the texts that HTTP takes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

from uncial.errors import OptionInvalid
from uncial.options import Limits, Options, Output
from uncial.sources import Input, is_url, open_file, read_bytes

PASSWORD_HEADER = "Uncial-Password"
_LONG = ("templates",)

Body = Callable[[], Mapping[str, Any]]


@contextmanager
def upload(source: Input, limits: Limits, name: str, extra: Mapping[str, str]) -> Iterator[Body]:
    """What httpx is to send of a source, with further fields beside it. Raises a `SourceError` where it cannot be read.

    A file is read while it is sent, and again where it is sent again; of standard input and what else cannot be read twice the
    bytes are held.
    """
    if isinstance(source, str) and is_url(source):
        told = {"url": source, **({"name": name} if name else {}), **extra}
        yield lambda: {"json": told}
    elif (path := _file(source)) is not None:
        with open_file(path, limits) as file:
            yield _form(file, name or path.name, extra)
    else:
        data, called = read_bytes(source, limits)
        yield _form(data, name or called, extra)


@contextmanager
def upload_many(sources: Sequence[Input], limits: Limits, extra: Mapping[str, str]) -> Iterator[Body]:
    """What httpx is to send of many sources at once. Raises `OptionInvalid` where only some of them are URLs."""
    urls = [source for source in sources if isinstance(source, str) and is_url(source)]
    if urls and len(urls) < len(sources):
        raise OptionInvalid("A batch is of files or of URLs, not of both.", hint="Send two batches.")
    if urls:
        told = {"items": [{"url": url} for url in urls], **extra}
        yield lambda: {"json": told}
        return
    with ExitStack() as opened:
        forms = [opened.enter_context(upload(source, limits, "", {})) for source in sources]

        def body() -> Mapping[str, Any]:
            return {"files": [("file", form()["files"]["file"]) for form in forms], "data": dict(extra)}

        yield body


def parameters(options: Options | None, output: Output | None) -> dict[str, str]:
    """The options that are not as they are by default, by name, as texts; without those that a query has no room for."""
    return {name: text for name, text in _told(options, output).items() if name not in _LONG}


def long_fields(output: Output | None) -> dict[str, str]:
    """The others, which go beside the document."""
    return {name: text for name, text in _told(None, output).items() if name in _LONG}


def _told(options: Options | None, output: Output | None) -> dict[str, str]:
    made: dict[str, str] = {}
    for chosen in (options, output):
        for entry in fields(chosen) if chosen else ():
            value = getattr(chosen, entry.name)
            if value != entry.default:
                made[entry.name] = _text(value)
    return made


def password_header(password: str) -> dict[str, str]:
    """The header that a password goes in. Raises `OptionInvalid` for one that no header can carry."""
    if not password:
        return {}
    if password != password.strip() or not password.isprintable():
        hint = "Read the document on this machine: uncial read, or uncial.read."
        raise OptionInvalid(
            "A password that begins or ends with a space, or holds control characters, cannot be sent.", hint=hint
        )
    return {PASSWORD_HEADER: password}


def _file(source: Input) -> Path | None:
    """The ordinary file that a source names; None for anything else. What is not there counts as one, to be told of as such."""
    if not isinstance(source, str | os.PathLike) or source == "-":
        return None
    path = Path(source)
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError):
        return path
    return path if stat.S_ISREG(kind) or stat.S_ISDIR(kind) else None


def _form(content: BinaryIO | bytes, name: str, extra: Mapping[str, str]) -> Body:
    """A form with the document in the field `file` (RFC 7578). A name may hold what is no text, which UTF-8 cannot say."""
    called = Path(name).name.encode("utf-8", "replace").decode() or "file"

    def body() -> Mapping[str, Any]:
        if not isinstance(content, bytes):
            content.seek(0)
        return {"files": {"file": (called, content, "application/octet-stream")}, "data": dict(extra)}

    return body


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)
