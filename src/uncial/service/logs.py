"""The service's log: one JSON object a line, to standard error and, when asked, to a rotating file."""

from __future__ import annotations

import json
import logging
import re
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


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object: the ids of its request, job and trace, and whatever else it was logged with."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        about = {"request_id": REQUEST_ID.get(), "job": JOB.get(), "trace_id": trace_id(TRACEPARENT.get())}
        fields |= {name: id for name, id in about.items() if id}
        fields |= {name: value for name, value in vars(record).items() if name not in _EVERY_RECORD}
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str).translate(_LINE_ENDS)


def start_log(level: str, file: Path | None) -> None:
    """Log everything of this process from that level on. Raises `OutputError` where the file cannot be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file:
        handlers.append(_rotating(file))
    for handler in handlers:
        handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=handlers, force=True)
    for name in TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


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
