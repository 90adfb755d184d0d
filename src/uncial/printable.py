"""Text that every office program and XML parser takes."""

from __future__ import annotations

import re

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def fit(text: str) -> str:
    """The text without what no office program or XML parser takes: control characters, lone surrogates, no characters."""
    return _UNFIT.sub(lambda found: " " if found[0].isspace() else "", text)
