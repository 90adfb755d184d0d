"""The tools as hosts see them. The only home of the package `mcp`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from anyio import CapacityLimiter, from_thread, to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from uncial import __version__
from uncial.document import Document
from uncial.errors import UncialError
from uncial.mcp.answers import TEXTS, Answer, data_answer, fields_answer, text_answer
from uncial.mcp.readers import Reads
from uncial.mcp.records import blocks_of
from uncial.mcp.sources import Sources
from uncial.options import AUTO, KINDS, Options, Output, PageRanges, parse_languages

INSTRUCTIONS = "Reads the text of images and PDFs (scans, photographs, receipts, letters), on this machine."
READ = """Read the text of an image or a PDF: JPEG, PNG, WebP, GIF, BMP, TIFF, JPEG 2000, AVIF, HEIC or PDF.

Give exactly one of path, url and base64. The answer is markdown with headings and tables, plain text, or json with the \
blocks of each page and the boxes around them. Long documents are cut at the end of a page, and the answer says which pages to \
ask for next.
"""
EXTRACT = """Read an image or a PDF, and give what it says as data: the fields of a receipt, an invoice, a ticket, a boarding \
pass, a letter or a passport by their meaning (merchant, date, total), what its barcodes hold, its tables as records by \
column, and labels with their values.

Give exactly one of path, url and base64. The kind of document is found out unless you name it. Nothing is made up: what is not \
there is left out, each field says how sure it is, and doubts say what on the document speaks against it.
"""

Path = Annotated[str, Field(description="A file in one of the folders that may be read, relative to it or absolute.")]
Url = Annotated[str, Field(description="A public http or https URL of the file.")]
Base64 = Annotated[str, Field(description="The bytes of the file in base64, or a data: URL.")]
Pages = Annotated[str, Field(description="Pages to read, such as 1-3,7 or 4-; empty for all.")]
Languages = Annotated[str, Field(description="Languages of the text, such as en or en+de; auto finds them out.")]
Password = Annotated[str, Field(description="What opens the PDF, if it is encrypted.")]
Kind = Annotated[str, Field(description="The kind of document, or auto to find out.", json_schema_extra={"enum": list(KINDS)})]
Format = Annotated[Literal["markdown", "text", "json"], Field(description="How the text comes.")]

Shape = Callable[[Document], Answer]


def make_server(reads: Reads, sources: Sources, max_characters: int) -> MCPServer[Any]:
    """A server with the tools `read` and `extract`."""
    server = MCPServer[Any]("uncial", title="Uncial", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")
    tools = Tools(reads, sources, max_characters)
    harmless = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True)
    server.add_tool(tools.read, "read", title="Read a document", description=READ, annotations=harmless)
    server.add_tool(
        tools.extract, "extract", title="Extract fields, tables and values", description=EXTRACT, annotations=harmless
    )
    return server


class Tools:
    """The tools, one document at a time: an engine takes all cores anyway."""

    def __init__(self, reads: Reads, sources: Sources, max_characters: int) -> None:
        self._reads, self._sources, self._room = reads, sources, max_characters
        self._one = CapacityLimiter(1)

    async def read(
        self,
        context: Context[Any, Any],
        path: Path = "",
        url: Url = "",
        base64: Base64 = "",
        format: Format = "markdown",
        pages: Pages = "",
        languages: Languages = AUTO,
        password: Password = "",
    ) -> CallToolResult:
        """Read the text of an image or a PDF."""
        if format in TEXTS:
            shape: Shape = partial(text_answer, format=format, room=self._room)
        else:
            shape = partial(data_answer, told=blocks_of, room=self._room)
        return await self._answered(context, shape, (path, url, base64), pages, languages, password)

    async def extract(
        self,
        context: Context[Any, Any],
        path: Path = "",
        url: Url = "",
        base64: Base64 = "",
        kind: Kind = AUTO,
        pages: Pages = "",
        languages: Languages = AUTO,
        password: Password = "",
    ) -> CallToolResult:
        """Give what an image or a PDF says as data."""
        shape = partial(fields_answer, kind=kind, room=self._room)
        return await self._answered(context, shape, (path, url, base64), pages, languages, password, kind=kind)

    async def _answered(
        self,
        context: Context[Any, Any],
        shape: Shape,
        source: tuple[str, str, str],
        pages: str,
        languages: str,
        password: str,
        kind: str = "",
    ) -> CallToolResult:
        """The answer, or the failure as a result that says so, which a model can do something about.

        A kind says that fields are wanted, for which barcodes are read.
        """

        def told(done: int, total: int) -> None:
            from_thread.run(context.report_progress, done, total)

        def work() -> Answer:
            if kind:
                Output(kind=kind)  # what cannot be asked for is told before anything is read
            options = Options(pages=PageRanges.parse(pages), languages=parse_languages(languages), barcodes=bool(kind))
            return shape(self._reads.read(self._sources.find(*source), options, password, told))

        try:
            # Who leaves is not waited for; the next page that is done finds nobody, and that ends the reading.
            answer = await to_thread.run_sync(work, limiter=self._one, abandon_on_cancel=True)
        except UncialError as error:
            return _failure(error)
        content = [TextContent(type="text", text=text) for text in (answer.text, "\n".join(answer.notes)) if text]
        return CallToolResult(content=list(content), structured_content=answer.data)


def _failure(error: UncialError) -> CallToolResult:
    page = f"page {error.page}: " if error.page else ""
    text = " ".join(f"{page}{error.message} {error.hint} [{error.code}]".split())
    data = {"code": error.code, "detail": error.message, "hint": error.hint, "stage": error.stage, "page": error.page}
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content={"error": data}, is_error=True)
