"""Pages on their way into a document: one file each, as JSON with nothing rounded, so that it does not matter who read them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.document import Page, Problem
from uncial.errors import UncialError
from uncial.jobs.job import Failure

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def page_file(folder: Path, number: int) -> Path:
    """Where a page lies that is done with."""
    return folder / f"page-{number}.json"


def save_page(page: Page, folder: Path) -> None:
    """Keep a page in its file."""
    page_file(folder, page.number).write_bytes(dump_page(page))


def dump_page(page: Page) -> bytes:
    """A page as the bytes of its file."""
    # Not by pydantic's own JSON, which knows no lone surrogates; a message may name a file whose name is no text.
    return json.dumps(_adapter().dump_python(page), separators=(",", ":")).encode()


def load_page(data: bytes) -> Page:
    """A page from the bytes of its file. Raises ValueError for anything else."""
    return _adapter().validate_python(json.loads(data))


def failed_page(number: int, error: UncialError) -> Page:
    """The page that stands for one which could not be read."""
    return Page(number=number, width=0, height=0, problem=problem_of(error))


def problem_of(error: UncialError) -> Problem:
    """An error as a page keeps it."""
    return Problem(error.code, error.message, error.hint, error.stage)


def failure_of(error: UncialError) -> Failure:
    """An error as a job keeps it."""
    return Failure(error.code, error.message, error.hint, error.stage, error.page)


@cache
def _adapter() -> TypeAdapter[Page]:
    from pydantic import TypeAdapter

    return TypeAdapter(Page)
