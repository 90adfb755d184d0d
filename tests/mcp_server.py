"""A server of tools with an engine that says what it is told, as a process that hosts start: for tests of the protocol."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from fakes import block, document, page, table
from uncial.document import Barcode, Document, Page
from uncial.errors import SourceDamaged
from uncial.geometry import Box, Quad
from uncial.mcp import serve
from uncial.mcp.readers import Told
from uncial.mcp.sources import Sources
from uncial.options import Limits, Options
from uncial.sources import Input


class Scripted:
    """Reads what the bytes say: a page for each line."""

    def read(self, source: Input, options: Options, password: str, told: Told) -> Document:
        os.write(1, b"a library that prints\n")
        print("and another", flush=True)
        text = source.read_text() if isinstance(source, Path) else source.decode() if isinstance(source, bytes) else str(source)
        if text.startswith("damaged"):
            raise SourceDamaged("It is broken.", page=2)
        lines = text.splitlines()
        wanted = [number for number in range(1, len(lines) + 1) if number in options.pages]
        for done, _ in enumerate(wanted, start=1):
            told(done, len(wanted))
        return document(*(self._page(number, lines[number - 1], options) for number in wanted))

    def _page(self, number: int, line: str, options: Options) -> Page:
        if line == "table":
            return page(table(("Item", "Price"), ("Tea", "2.50"), ("Cake", "4.00")), block("Total: 6.50", top=400), number=number)
        codes = (Barcode("qr-code", "hello", "aGVsbG8=", Quad.of_box(Box(0, 0, 9, 9))),) * (
            line == "barcode" and options.barcodes
        )
        return replace(page(block(line), number=number), barcodes=codes)


if __name__ == "__main__":
    serve(Scripted(), Sources([Path(sys.argv[1])], Limits()), int(sys.argv[2]))
