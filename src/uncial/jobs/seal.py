"""Secrets that have to outlive a crash: passwords of documents and of webhooks, sealed as long as they are kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Self

from cryptography.fernet import Fernet, InvalidToken

from uncial.errors import OptionInvalid, OutputError

FILE = "seal.key"


class Seal:
    """Seals texts with one key (Fernet: AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec)."""

    def __init__(self, key: str | bytes) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise OptionInvalid(
                "The key for secrets is not one.", hint="Set UNCIAL_SEAL_KEY to 32 random bytes in base64: uncial keys seal"
            ) from error

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The seal whose key lies in that folder; it is made where there is none. Raises `OutputError`."""
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with suppress(FileExistsError):
                _write_new(path, Fernet.generate_key())
            return cls(path.read_bytes().strip())
        except OSError as error:
            raise OutputError(
                f"The key file {path} cannot be made: {error.strerror or error}.",
                hint="Set UNCIAL_DATA_DIR to a folder that can be written.",
                stage="source",
            ) from error

    def close(self, text: str) -> str:
        """The text, sealed; an empty one stays empty."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode() if text else ""

    def open_text(self, sealed: str) -> str:
        """The text that was sealed. Raises `OptionInvalid` where another key did it."""
        try:
            return self._fernet.decrypt(sealed).decode("utf-8", "surrogatepass") if sealed else ""
        except InvalidToken as error:
            raise OptionInvalid(
                "A secret was sealed with another key.", hint="Give all processes of one service the same UNCIAL_SEAL_KEY."
            ) from error


def new_key() -> str:
    """A new key for a seal."""
    return Fernet.generate_key().decode()


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that nobody else may read, whole or not at all. Raises FileExistsError where it is there already."""
    half = path.with_name(f".{token_hex(8)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fsync(file.fileno())
        os.link(half, path)
    finally:
        half.unlink()
