"""What the command says on stderr: one line for each failure, and a progress bar where somebody watches."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from uncial.document import Notice, Page
from uncial.errors import UncialError
from uncial.options import PageRanges

LEVELS = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}
BAR_WIDTH = 24

_log = logging.getLogger("uncial.cli")


def set_verbosity(verbosity: int) -> None:
    """Say more or less on stderr: -1 failures only, 0 warnings too, 1 what is done, 2 tracebacks as well."""
    _log.handlers = [_Talk()]
    _log.propagate = False
    _log.setLevel(LEVELS[max(-1, min(verbosity, 2))])


class _Talk(logging.Handler):
    """Says it on what stderr is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"uncial: {self.format(record)}", file=sys.stderr, flush=True)


@contextmanager
def muted_libraries() -> Iterator[None]:
    """Keep C libraries off stderr, where libtiff tells of each tag that it does not know: what matters comes as an error.

    They write to file 2. It leads nowhere meanwhile, and Python's own stderr goes where it led before.
    """
    ours, kept, nowhere = sys.stderr, os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        ours.flush()
        if _is_file_2(ours):
            sys.stderr = open(os.dup(kept), "w", buffering=1, encoding=ours.encoding, errors="backslashreplace")  # noqa: PTH123, SIM115
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        if sys.stderr is not ours:
            sys.stderr.close()
            sys.stderr = ours
        os.close(kept)
        os.close(nowhere)


def _is_file_2(stream: TextIO) -> bool:
    try:
        return stream.fileno() == 2
    except (OSError, ValueError):
        return False


def tell(error: Exception, name: str = "") -> int:
    """Say in one line what went wrong, with which input, and what to do about it; give back the exit status that it has."""
    _log.debug("This is where it happened.", exc_info=error)
    known = error if isinstance(error, UncialError) else _unexpected(error)
    _log.error("%s", _line(name, known.page, known.message, known.hint, known.code))
    return known.exit_status


def _unexpected(error: Exception) -> UncialError:
    if isinstance(error, MemoryError):
        return UncialError("There is not enough memory.", hint="Lower --pdf-dpi or --max-pixels, or read on a larger machine.")
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    return UncialError(f"Something unexpected happened ({said}).", hint="Please report it, with what -vv shows.")


def tell_page_matters(pages: Sequence[Page], name: str) -> None:
    """Say which pages of an input could not be read while its others were, and what was noticed about those that were."""
    for page in pages:
        if page.problem:
            problem = page.problem
            _log.warning("%s", _line(name, page.number, problem.message, problem.hint, problem.code))
    for notice, (first, *others) in _noticed(pages):
        too = f"Page{'s' * (len(others) > 1)} {PageRanges.of(others)} too." if others else ""
        _log.warning("%s", _line(name, first, notice.message, too, notice.code))


def _noticed(pages: Sequence[Page]) -> Iterator[tuple[Notice, list[int]]]:
    """For each code the first notice that has it, and the numbers of all pages that have one."""
    firsts: dict[str, Notice] = {}
    numbers: dict[str, dict[int, None]] = {}
    for page in pages:
        for notice in page.notices:
            firsts.setdefault(notice.code, notice)
            numbers.setdefault(notice.code, {})[page.number] = None
    for code, notice in firsts.items():
        yield notice, list(numbers[code])


def _line(name: str, page: int | None, message: str, hint: str, code: str) -> str:
    # Messages begin with the name of the input, for those who see nothing but them; here it has just been said.
    message = re.sub(r"^“([^”]+)” ", lambda named: "It " if name.endswith(named[1]) else named[0], message)
    places = [f"{place}:" for place in (name, f"page {page}" if page else "") if place]
    line = " ".join(" ".join([*places, message, hint, f"[{code}]"]).split())
    return plain(line)


def plain(text: str) -> str:
    """The text without control characters: the name of a file must not speak to the terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\ufffd", text)


class Progress:
    """A bar on stderr over all inputs; nothing at all where stderr is not a terminal or where quiet was asked for."""

    def __init__(self, inputs: int, *, quiet: bool = False) -> None:
        self._inputs = inputs
        self.shown = sys.stderr.isatty() and not quiet
        self._number = 0
        self._name = ""

    def start(self, name: str) -> None:
        """The next input is being read."""
        self._number += 1
        self._name = name
        self.draw(0.0, name)

    def pages(self, done: int, pages: int) -> None:
        """So many of its pages are done."""
        self.draw(done / pages, f"{self._name} page {done} of {pages}" if pages > 1 else self._name)

    def clear(self) -> None:
        """Free the line for what there is to say."""
        if self.shown:
            self._write("")

    def draw(self, part: float, said: str) -> None:
        """Show that this part (0..1) of the present input is done."""
        if not self.shown:
            return
        filled = round((self._number - 1 + part) / self._inputs * BAR_WIDTH)
        count = f"{self._number}/{self._inputs} " if self._inputs > 1 else ""
        self._write(f"{'━' * filled}{'─' * (BAR_WIDTH - filled)} {count}{said}")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()
