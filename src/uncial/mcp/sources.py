"""What a model may have read: files in the folders that were allowed, public URLs, and what it sends itself."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Sequence
from pathlib import Path

from uncial.errors import LimitExceeded, OptionInvalid, SourceNotFound, SourceUnreadable, UrlRefused
from uncial.options import Limits, told_bytes
from uncial.sources import Input

_DATA_URL = re.compile(r"data:[^,]{0,200},")


class Sources:
    """The folders in which files may be read, and how large a document may be."""

    def __init__(self, roots: Sequence[Path], limits: Limits) -> None:
        self.roots = tuple(root.resolve() for root in roots)
        self.limits = limits

    def find(self, path: str, url: str, data: str) -> Input:
        """The one that was given of a path, a URL and a document in base64. Raises `OptionInvalid` or a `SourceError`."""
        given = [bool(path), bool(url), bool(data)]
        if sum(given) != 1:
            raise OptionInvalid("There has to be one source.", hint="Give one of path, url and base64.")
        if path:
            return self._file(path)
        return _web_address(url) if url else self._decoded(data)

    def _file(self, text: str) -> Path:
        """A file below one of the folders, wherever links lead. What lies elsewhere is refused without a look at it."""
        try:
            places = [(root / text).resolve() for root in self.roots]
        except (OSError, ValueError, RuntimeError) as error:  # a zero byte, a ring of links
            raise SourceNotFound(f"“{text}” is no path.", hint="Check the path.") from error
        allowed = [place for place in places if any(place.is_relative_to(root) for root in self.roots)]
        told = ", ".join(map(str, self.roots))
        if not allowed:
            raise SourceUnreadable(
                f"“{text}” is not in a folder that may be read here.",
                hint=f"Folders are: {told}. Whoever started the server can allow others by --root.",
            )
        found = next((place for place in allowed if os.path.isfile(place)), None)  # noqa: PTH113 (False for names that are too long)
        if found is None:
            raise SourceNotFound(f"There is no file “{text}”.", hint=f"Paths begin in: {told}.")
        return found

    def _decoded(self, data: str) -> bytes:
        if len(data) > self.limits.max_bytes * 4 / 3 + 1000:
            raise LimitExceeded(f"The document has more than {told_bytes(self.limits.max_bytes)}.", hint="Give a path instead.")
        try:
            return base64.b64decode("".join(_DATA_URL.sub("", data, count=1).split()), validate=True)
        except ValueError as error:  # binascii.Error, and letters that are not ASCII
            raise OptionInvalid("This is not base64.", hint="Send the bytes of the file in base64 (RFC 4648, 4).") from error


def _web_address(url: str) -> str:
    """The URL, which the guard looks at more closely where it is fetched."""
    if not url.lower().startswith(("http://", "https://")):
        raise UrlRefused("Only http and https URLs are fetched.", hint="Give a file as its path.")
    return url
