"""What a batch asks for: many files of a form, or many URLs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from uncial.errors import LimitExceeded, OptionInvalid, UncialError
from uncial.service.asked import OWN
from uncial.service.bodies import FORM, JSON, Wish, fields_of, item_wish
from uncial.service.choices import parse_choices
from uncial.service.problems import BodyNotUnderstood
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.upload import Sink, chunks, receive_files

MAX_ITEMS = 1000
MAX_JSON = 1 << 20
"""Bytes of a batch of URLs."""
HOW = 'Send {"items": [{"url": "…"}, …]} as JSON, or a form with many files: curl -F file=@1.jpg -F file=@2.jpg'


@dataclass(frozen=True, slots=True)
class Items:
    """What a batch asks for: a wish for each document, or the reason why there is none."""

    each: tuple[Wish | UncialError, ...]
    own: Mapping[str, str]
    """What the request says to its route: the queue, the webhook."""


@asynccontextmanager
async def received_batch(request: Request) -> AsyncIterator[Items]:
    """The items of the body; their files are gone afterwards."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == JSON:
        yield await _urls(request)
    elif media == FORM:
        with ExitStack() as files:
            yield await _files(request, files)
    else:
        raise BodyNotUnderstood("The body is no batch.", HOW)


async def _urls(request: Request) -> Items:
    settings: Settings = request.app.state.settings
    refusal = LimitExceeded("The JSON body is larger than 1 MiB.", hint="Send several batches.")
    try:
        told = json.loads(b"".join([chunk async for chunk in chunks(request, MAX_JSON, refusal)]))
    except (ValueError, RecursionError) as error:
        raise BodyNotUnderstood("The body is not JSON.", HOW) from error
    match told:
        case {"items": [_, *_] as items, **others} if len(items) <= MAX_ITEMS:
            own, asked = _parted(request.query_params.multi_items())
            own |= {name: str(others.pop(name)) for name in OWN if others.get(name) is not None}
            parse_choices(asked, settings.engine)
            common: dict[Any, Any] = dict(asked)
            common |= others
            parse_choices(fields_of(common), settings.engine)  # what is wrong for all is no fault of one
            return Items(tuple(_item(item, common, settings) for item in items), own)
    raise BodyNotUnderstood(f"The body has no “items”, or more than {MAX_ITEMS}.", HOW)


def _item(item: Any, common: Mapping[str, Any], settings: Settings) -> Wish | UncialError:
    try:
        return item_wish(item, common, settings)
    except UncialError as error:
        return error


async def _files(request: Request, files: ExitStack) -> Items:
    settings: Settings = request.app.state.settings
    spool: Spool = request.app.state.spool
    paths: list[Path] = []
    sinks: list[_ItemSink] = []
    with ExitStack() as written:

        def new_sink() -> Sink:
            written.close()  # the one before is complete
            paths.append(files.enter_context(spool.file()))
            sinks.append(_ItemSink(written.enter_context(paths[-1].open("wb")), settings.max_bytes))
            return sinks[-1]

        names, fields = await receive_files(request, new_sink, settings.batch_max_bytes, MAX_ITEMS)
    own, asked = _parted([*request.query_params.multi_items(), *fields])
    choices = parse_choices(asked, settings.engine)
    return Items(
        tuple(
            sink.refusal or Wish(path, "", name, sink.sha256, sink.size, choices, choices.format)
            for path, name, sink in zip(paths, names, sinks, strict=True)
        ),
        own,
    )


class _ItemSink(Sink):
    """Where one of many files goes: what is too large is thrown away, and the others still come."""

    refusal: LimitExceeded | None = None
    """Why it was not taken in."""

    def write(self, data: bytes) -> None:
        """Take some more of the document."""
        if not self.refusal:
            try:
                super().write(data)
            except LimitExceeded as refusal:
                self.refusal = refusal


def _parted(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What is the route's, and what asks how to read. Raises `OptionInvalid` where something of the route's comes twice."""
    own: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in own:
            raise OptionInvalid(f"{name} is given twice.", hint="Give it once.")
        if name in OWN:
            own[name] = value
        else:
            others.append((name, value))
    return own, others
