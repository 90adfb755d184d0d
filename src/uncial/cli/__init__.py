"""The command: thin commands over the library, and the one boundary where a failure becomes an exit status."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from uncial.cli.commands import uncial
from uncial.cli.talk import set_verbosity, tell
from uncial.errors import UncialError

BAD_ARGUMENTS, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 1, 15, 130, 141
"""OCRmyPDF's statuses for the first two, the shell's 128 + signal for the others."""

_log = logging.getLogger("uncial")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give back its exit status. Tracebacks are for those who ask for them (`-vv`, UNCIAL_DEBUG)."""
    set_verbosity(2 if os.environ.get("UNCIAL_DEBUG") else 0)
    try:
        status: int | None = uncial.main(arguments, prog_name="uncial", standalone_mode=False)
    except UncialError as error:
        _log.debug("This is where it happened.", exc_info=True)
        tell(error)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return BAD_ARGUMENTS
    except click.Abort:
        return INTERRUPTED
    except BrokenPipeError:
        _give_up_stdout()
        return PIPE_CLOSED
    except Exception as error:
        _log.debug("This is where it happened.", exc_info=True)
        _log.error("%s", _unexpected(error))
        return UNEXPECTED
    return status or 0


def _unexpected(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory. Lower --pdf-dpi or --max-pixels, or read on a larger machine. [internal-error]"
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"something unexpected happened ({said}). Please report it, with what -vv shows. [internal-error]"


def _give_up_stdout() -> None:
    """Let Python's last flush at exit go nowhere: who read our output has gone away, and that is no news to anybody."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
