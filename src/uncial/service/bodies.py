"""What a request wants read, and how: out of a bare body, a form, or one of the JSON bodies that we and others have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from uncial.errors import MediaTypeUnsupported, OptionInvalid, UrlRefused
from uncial.formats import FORMATS, Format
from uncial.service.choices import READING, Choices, Usual, accepted_format, parse_choices
from uncial.service.json_body import JsonBody, NoBase64, no_base64, receive_json
from uncial.service.mistral import parse_request
from uncial.service.problems import DID_YOU_MEAN, BodyNotUnderstood
from uncial.service.settings import Settings
from uncial.service.upload import UNNAMED, Sink, plain_name, receive_form, receive_raw
from uncial.sources import FORMAT_NAMES

JSON = "application/json"
FORM = "multipart/form-data"
WEB_FORM = "application/x-www-form-urlencoded"
"""What curl calls a body that it was told nothing about."""
RAW = ("", "application/pdf", "application/octet-stream")
SEND = "Send JSON with -H 'Content-Type: application/json', or a file with -F file=@page.jpg."
BASE64, URL, NAME = "document_base64", "url", "name"
TUTORIAL = "tutorial"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wants read, how, and how it wants the answer."""

    path: Path | None
    """Where the document lies that was sent; None where it is to be fetched."""
    url: str
    """Where the document is to be fetched; empty where it was sent."""
    name: str
    """What the client calls the document; empty for a URL, which names itself."""
    sha256: str
    """Of the document's bytes; empty for a URL."""
    size: int
    """Bytes of the document; 0 for a URL."""
    choices: Choices
    format: Format | None
    """What the answer is written in; None where it has a shape of its own."""
    shape: str = ""
    """How the answer is shaped where no format was asked for: `tutorial`, or one of Mistral's; empty where there is a format."""
    own: Mapping[str, str] = field(default_factory=dict)
    """What the request says to its route, and not to whoever reads: see `receive`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a body says besides the document that it may hold."""

    url: str = ""
    name: str = UNNAMED
    fields: Pairs = ()
    shape: str = ""


async def receive(request: Request, path: Path, settings: Settings, own: Collection[str] = (), usual: Usual = READING) -> Wish:
    """Take the body in, whatever it is; a document in it goes to the path.

    `own` are names of the query, of form fields and of JSON fields that are the route's and no options. Raises `OptionInvalid`,
    `LimitExceeded`, `UrlRefused`, `MediaTypeUnsupported`, `BodyNotUnderstood`, and a 406 where the client accepts nothing.
    """
    query: Pairs = tuple(request.query_params.multi_items())
    _chosen(request, query, own, settings, usual)  # what is wrong with the query is told before the body is read
    with path.open("wb") as file:
        sink = Sink(file, settings.max_bytes)
        asked = await _take(request, sink, usual)
    choices, liked, owned = _chosen(request, query + asked.fields, own, settings, usual)
    # The json that a client of another service accepts is the one that it knows.
    shape = asked.shape if choices.format is None and liked is FORMATS["json"] else ""
    format = None if shape else liked
    if asked.url:
        return Wish(None, asked.url, asked.name, "", 0, choices, format, shape, owned)
    return Wish(path, "", asked.name, sink.sha256, sink.size, choices, format, shape, owned)


def _chosen(
    request: Request, pairs: Pairs, own: Collection[str], settings: Settings, usual: Usual
) -> tuple[Choices, Format, dict[str, str]]:
    """The choices that names and values make, the format that they or the Accept header ask for, and what is the route's."""
    choices = parse_choices([pair for pair in pairs if pair[0] not in own], settings.engine, usual)
    owned: dict[str, str] = {}
    for name, value in pairs:
        if name in owned:
            raise OptionInvalid(f"{name} is given twice.", hint="Give it once.")
        if name in own:
            owned[name] = value
    return choices, choices.format or accepted_format(",".join(request.headers.getlist("accept")), usual), owned


async def _take(request: Request, sink: Sink, usual: Usual) -> _Asked:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == JSON or media.endswith("+json"):
        return await _take_json(request, sink, usual)
    if media == FORM:
        form = await receive_form(request, sink)
        return _Asked(name=form.name, fields=form.fields)
    if media == WEB_FORM:
        raise BodyNotUnderstood("The body comes as a web form.", SEND, error=DID_YOU_MEAN)
    if not (media.startswith("image/") or media in RAW):
        hint = f"What can be read is {FORMAT_NAMES}."
        raise MediaTypeUnsupported(f"The body comes as {media}, not as an image or a PDF.", hint=hint)
    await receive_raw(request, sink)
    if not sink.size and not media:
        raise BodyNotUnderstood("There is no body.", SEND, error=DID_YOU_MEAN)
    return _Asked()


async def _take_json(request: Request, sink: Sink, usual: Usual) -> _Asked:
    try:
        body = await receive_json(request, sink)
    except NoBase64 as error:
        raise no_base64("the long string of the body", error=DID_YOU_MEAN) from error
    except ValueError as error:
        raise _not_understood(usual) from error
    match body.value:
        case {"image_url": str(url), **others} if usual.foreign and not others:
            return replace(_located(body, "image_url", url), shape=TUTORIAL)
        case {"document": _} if usual.foreign:
            return _mistral(body)
        case {"document_base64": str(text), **others} if URL not in others:
            _decode(body, BASE64, text)
            return _Asked(name=plain_name(_text(NAME, others.pop(NAME, ""))), fields=fields_of(others))
        case {"url": str(url), **others} if BASE64 not in others:
            found = _located(body, URL, url)
            name = _text(NAME, others.pop(NAME, ""))
            return replace(found, name=plain_name(name) if name else found.name, fields=fields_of(others))
    raise _not_understood(usual)


def item_wish(item: Any, common: Mapping[str, Any], settings: Settings) -> Wish:
    """What one item of a batch wants read, which is behind a URL; what it does not say for itself is as `common` has it.

    Raises `OptionInvalid` or `UrlRefused`.
    """
    match item:
        case {"url": str(url), **others}:
            name = plain_name(_text(NAME, others.pop(NAME, ""))) if others.get(NAME) else ""
            choices = parse_choices(fields_of({**common, **others}), settings.engine)
            return Wish(None, _web_address(url, "The url"), name, "", 0, choices, choices.format)
    raise OptionInvalid("An item of a batch is a JSON object with “url”.", hint="Send documents themselves as files of a form.")


def _mistral(body: JsonBody) -> _Asked:
    asked = parse_request(body.value)
    found = _located(body, f"the {asked.document.type}", asked.document.address)
    pages = asked.page_option
    name = plain_name(asked.document.name) if asked.document.name else found.name
    return replace(found, name=name, fields=(("pages", pages),) if pages else (), shape=asked.shape.name)


def _located(body: JsonBody, field: str, url: str) -> _Asked:
    """The document behind a URL, which may hold the document itself. Raises `UrlRefused` for what is no web address."""
    if _decode(body, field, url, is_url=True):
        return _Asked()
    name = field if field.startswith("the ") else f"The {field}"
    return _Asked(url=_web_address(url, f"{name[:1].upper()}{name[1:]}"), name="")


def _web_address(url: str, told: str) -> str:
    """The URL, which leads into the web. Raises `UrlRefused`.

    Here, before any code that also reads paths: a client must never name a file of this machine.
    """
    if not _is_web_address(url):
        raise UrlRefused(f"{told} is not an address that begins with http:// or https://.", hint="Send a file with -F file=@…")
    return url


def _decode(body: JsonBody, field: str, text: str, *, is_url: bool = False) -> bool:
    try:
        return body.take_document(text, is_url=is_url)
    except NoBase64 as error:
        raise no_base64(field) from error


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url == url.strip() and url.isprintable()


def fields_of(values: Mapping[Any, Any]) -> Pairs:
    """The other fields of a JSON body as a form would have them; null is as if the field was not there."""
    return tuple((_plain(name), _text(name, value)) for name, value in values.items() if value is not None)


def _text(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return _plain(str(value))
        case [*parts] if parts and all(isinstance(part, str | int) and not isinstance(part, bool) for part in parts):
            return _plain(",".join(map(str, parts)))
    raise OptionInvalid(f"The field {name} has a value of a kind that it cannot have.", hint="GET /v1/options lists the options.")


def _plain(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can say and nothing else can."""
    return text.encode("utf-8", "replace").decode()


def _not_understood(usual: Usual) -> BodyNotUnderstood:
    if not usual.foreign:
        return BodyNotUnderstood("The body is not a JSON object with “url” or “document_base64”.", "docs/http.md shows each.")
    return BodyNotUnderstood(
        "The body is not a JSON object with “image_url” and nothing else, nor one with “url”, “document_base64” or “document”.",
        "docs/http.md shows each.",
        error=DID_YOU_MEAN,
    )
