"""A server of the Model Context Protocol (https://modelcontextprotocol.io): language models read documents by its tools."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from uncial.errors import MissingDependency

if TYPE_CHECKING:
    from uncial.mcp.readers import Reads
    from uncial.mcp.sources import Sources

MAX_CHARACTERS = 50_000
"""Of one answer: about 15,000 tokens, which hosts take without complaint."""


def check_installed() -> None:
    """Raise `MissingDependency` where the protocol's own package is not here."""
    if find_spec("mcp") is None:
        raise MissingDependency("The package mcp, which speaks the protocol, is not here.", hint="pip install 'uncial[mcp]'")


def serve(reads: Reads, sources: Sources, max_characters: int = MAX_CHARACTERS) -> None:
    """Answer on standard input and output until the host leaves. Raises `MissingDependency`."""
    check_installed()
    from uncial.mcp.server import make_server

    make_server(reads, sources, max_characters).run("stdio")
