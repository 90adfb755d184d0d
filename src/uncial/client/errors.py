"""What a service answers when something went wrong, as the very errors that the library raises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uncial.errors import (
    KeyMissing,
    LimitExceeded,
    OptionInvalid,
    ScopeMissing,
    ServiceBusy,
    ServiceUnavailable,
    UncialError,
    error_classes,
)

_BY_STATUS: dict[int, type[UncialError]] = {
    400: OptionInvalid,
    401: KeyMissing,
    403: ScopeMissing,
    413: LimitExceeded,
    429: ServiceBusy,
    502: ServiceUnavailable,
    503: ServiceUnavailable,
    504: ServiceUnavailable,
}
"""For answers without a code of ours: those of HTTP itself, and of a proxy on the way."""


def error_of_answer(status: int, body: bytes) -> UncialError:
    """The error that an answer of status 400 or more stands for."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict) and isinstance(told.get("detail"), str):
        return error_of(told, status)
    kind = _BY_STATUS.get(status, UncialError)
    hint = "" if kind is not UncialError else "Check that this is the address of Uncial, and what stands before it."
    return kind(f"The service answered {status}, and did not say why.", hint=hint)


def error_of(told: Mapping[str, Any], status: int = 0) -> UncialError:
    """The error that a problem as JSON (RFC 9457) or the `error` of a job stands for.

    A code that is not known here, of a package that the service has or of a later version, stands in the message.
    """
    code, detail = str(told.get("code", "")), str(told.get("detail", ""))
    kind = error_classes().get(code)
    if kind is None:
        kind = _BY_STATUS.get(status, UncialError)
        detail = f"{detail} ({code})" if code else detail
    page = told.get("page")
    hint, stage = str(told.get("hint") or ""), str(told.get("stage") or "")
    return kind(detail, hint=hint, stage=stage, page=page if isinstance(page, int) else None)
