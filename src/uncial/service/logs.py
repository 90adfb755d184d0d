"""The service's log: one JSON object a line, to standard error and, when asked, to a rotating file; sentences on a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from uncial.errors import OutputError
from uncial.jobs.telling import JOB, TRACEPARENT, trace_id
from uncial.options import MEBIBYTE

if TYPE_CHECKING:
    from uncial.service.settings import Settings

log = logging.getLogger(__name__)

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of any."""
FILE_BYTES, OLD_FILES = 10 * MEBIBYTE, 5
_EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"}
MASK = "***"
TOO_CHATTY = (
    "uvicorn", "celery", "kombu", "amqp", "httpx", "httpcore", "botocore", "aiobotocore", "s3fs", "fsspec", "urllib3",
    "opentelemetry", "mcp",
)  # fmt: skip
"""Libraries that tell of each start, request and connection, with the URLs of clients in some; we say ourselves what matters."""


_LINE_ENDS = {end: f"\\u{end:04x}" for end in (0x85, 0x2028, 0x2029)}
"""What ends a line for some who read logs, and does not have to be escaped in JSON; a client may have put it into a path."""


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = re.compile(r"[\w./:{}-]+", re.ASCII)


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object: the ids of its request, job and trace, and whatever else it was logged with."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_told_with(record),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str).translate(_LINE_ENDS)


class PlainFormatter(logging.Formatter):
    """Writes a record for somebody who looks on: when it was, what happened, and whatever else it was logged with."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line, and what nobody foresaw below it."""
        level = "" if record.levelno == logging.INFO else f"{record.levelname}: "
        told = "".join(f"  {name}={_shown(value)}" for name, value in _told_with(record).items())
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{self.formatTime(record, '%H:%M:%S')} {level}{_CONTROLS.sub('?', record.getMessage())}{told}{trace}"


def _told_with(record: logging.LogRecord) -> dict[str, object]:
    """The ids of the request, job and trace that a record belongs to, and what it was logged with."""
    about = {"request_id": REQUEST_ID.get(), "job": JOB.get(), "trace_id": trace_id(TRACEPARENT.get())}
    ids: dict[str, object] = {name: id for name, id in about.items() if id}
    return ids | {name: value for name, value in vars(record).items() if name not in _EVERY_RECORD}


def _shown(value: object) -> str:
    """A value that a client may have a hand in, such as a path: a terminal obeys what it is sent."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def start_log(level: str, file: Path | None) -> None:
    """Log everything of this process from that level on. Raises `OutputError` where the file cannot be written."""
    handlers: list[logging.Handler] = [_shown_on_terminal() if sys.stderr.isatty() else _as_json(logging.StreamHandler())]
    if file:
        handlers.append(_as_json(_rotating(file)))
    logging.basicConfig(level=level.upper(), handlers=handlers, force=True)
    for name in TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def _as_json(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(JsonFormatter())
    return handler


def _shown_on_terminal() -> logging.Handler:
    """For whoever has just typed `uncial serve`: the address has to be easy to find, so that the settings are left out."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter())
    handler.addFilter(lambda record: not hasattr(record, "settings"))
    return handler


def log_settings(settings: Settings) -> None:
    """Say in the log how this process was set up, secrets masked."""
    log.info("These are the settings.", extra={"settings": masked(settings)})


def masked(settings: Settings) -> dict[str, object]:
    """The settings as they may be shown: of a URL all but its password and its query, of other secrets nothing."""
    return {name: _masked(getattr(settings, name)) for name in type(settings).model_fields}


def _masked(value: object) -> object:
    secret = isinstance(value, SecretStr)
    told = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(told, str) and "://" in told:
        return _masked_url(told)
    if secret:
        return MASK if told else ""
    if isinstance(told, tuple):
        return list(told)
    return told if isinstance(told, bool | int | float | None) else str(told)


def _masked_url(url: str) -> str:
    """A password may have any letter in it, even those that end a host, so that the last @ is what counts."""
    scheme, rest = url.split("://", 1)
    credentials, at, place = rest.rpartition("@")
    if "?" in credentials:  # of a password or of a query: who knows
        return f"{scheme}://{MASK}"
    user = re.split("[:/#]", credentials)[0]
    return f"{scheme}://{f'{user}:{MASK}@' if at else ''}{place.partition('?')[0]}"


def _rotating(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The log file {file} cannot be written: {error.strerror}.", hint="Set UNCIAL_LOG_FILE to a file that can."
        ) from error
