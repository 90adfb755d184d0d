"""Uncial reads text out of images and PDFs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from uncial.document import Barcode, Block, Cell, Document, Line, Notice, Page, Problem, Word
    from uncial.engines import Engine, EngineConfig, EngineInfo, load_engine
    from uncial.errors import UncialError
    from uncial.extractor import extract
    from uncial.fields import Extraction, Field
    from uncial.geometry import Box, Point, Quad
    from uncial.options import Limits, Options, Output, PageRanges, Region
    from uncial.reader import read, read_pages
    from uncial.writer import write

_HOMES = {
    "Barcode": "document",
    "Block": "document",
    "Cell": "document",
    "Document": "document",
    "Line": "document",
    "Notice": "document",
    "Page": "document",
    "Problem": "document",
    "Word": "document",
    "Engine": "engines",
    "EngineConfig": "engines",
    "EngineInfo": "engines",
    "load_engine": "engines",
    "UncialError": "errors",
    "extract": "extractor",
    "Extraction": "fields",
    "Field": "fields",
    "write": "writer",
    "Box": "geometry",
    "Point": "geometry",
    "Quad": "geometry",
    "Limits": "options",
    "Options": "options",
    "Output": "options",
    "PageRanges": "options",
    "Region": "options",
    "read": "reader",
    "read_pages": "reader",
}

__all__ = [
    "Barcode",
    "Block",
    "Box",
    "Cell",
    "Document",
    "Engine",
    "EngineConfig",
    "EngineInfo",
    "Extraction",
    "Field",
    "Limits",
    "Line",
    "Notice",
    "Options",
    "Output",
    "Page",
    "PageRanges",
    "Point",
    "Problem",
    "Quad",
    "Region",
    "UncialError",
    "Word",
    "extract",
    "load_engine",
    "read",
    "read_pages",
    "write",
]


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used, so that `import uncial` itself costs nothing (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
