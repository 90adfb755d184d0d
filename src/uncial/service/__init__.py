"""The HTTP service: `serve(Settings())` answers on 127.0.0.1:5000 until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uncial.service.server import serve
    from uncial.service.settings import Settings

_HOMES = {"Settings": "settings", "serve": "server"}

__all__ = ["Settings", "serve"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the web framework takes a quarter of a second (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
