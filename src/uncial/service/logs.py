"""The service's log: one JSON object a line, to standard error and, when asked, to a rotating file."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from uncial.errors import OutputError
from uncial.options import MEBIBYTE

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of any."""
FILE_BYTES, OLD_FILES = 10 * MEBIBYTE, 5
_EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object with the request's id and whatever else it was logged with."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            fields["request_id"] = request_id
        fields |= {name: value for name, value in vars(record).items() if name not in _EVERY_RECORD}
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str)


def start_log(level: str, file: Path | None) -> None:
    """Log everything of this process from that level on. Raises `OutputError` where the file cannot be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file:
        handlers.append(_rotating(file))
    for handler in handlers:
        handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=handlers, force=True)
    # What they say about each start, request and broken form, we say ourselves.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def _rotating(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The log file {file} cannot be written: {error.strerror}.", hint="Set UNCIAL_LOG_FILE to a file that can."
        ) from error
