"""What a worker does for those who look at a document: it draws page after page of a file that it keeps open."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from uncial.jobs.reading import named
from uncial.jobs.wire import RESULT, Draw
from uncial.pages import open_original
from uncial.pages.views import jpeg
from uncial.sources import open_source

if TYPE_CHECKING:
    from uncial.pages.originals import OpenOriginal


class Viewer:
    """The file of which a page was drawn last, still open: who looks at a page looks at the next."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._opened: tuple[tuple[str, str], OpenOriginal] | None = None

    def draw(self, task: Draw) -> None:
        """Draw a page as JPEG, into `RESULT`. Raises `UncialError`."""
        image = self._original(task).view(task.number, task.width)
        (task.folder / RESULT).write_bytes(jpeg(image))

    def _original(self, task: Draw) -> OpenOriginal:
        which = task.job, task.password
        if self._opened is None or self._opened[0] != which:
            self._opened = None
            self._stack.close()
            with named(task.source, task.name) as file:
                source = open_source(file, task.limits, task.password)
            self._opened = which, self._stack.enter_context(open_original(source, task.limits, task.pdf_dpi))
        return self._opened[1]
