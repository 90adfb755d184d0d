"""`uncial mcp`: language models read documents, by an engine here or by a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from uncial.engines import EngineConfig
from uncial.mcp import check_installed, serve
from uncial.mcp.readers import Here, There
from uncial.mcp.sources import Sources
from uncial.options import Limits


@dataclass(frozen=True, slots=True)
class AskedToServe:
    """What the flags of `uncial mcp` ask for."""

    roots: tuple[Path, ...]
    max_characters: int
    limits: Limits
    config: EngineConfig
    server: str = ""
    key: str = field(default="", repr=False)


def serve_models(asked: AskedToServe) -> None:
    """Answer until the host leaves. Raises `MissingDependency`."""
    check_installed()
    sources = Sources(asked.roots, asked.limits)
    if not asked.server:
        serve(Here(asked.limits, asked.config), sources, asked.max_characters)
        return
    from uncial.client import Client

    with Client(asked.server, asked.key or None) as client:
        serve(There(client, asked.limits), sources, asked.max_characters)
