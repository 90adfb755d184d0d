"""The command: thin commands over the library, and the one boundary where a failure becomes an exit status."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

import click

from uncial.cli.commands import uncial
from uncial.cli.talk import set_verbosity, tell
from uncial.errors import UncialError

BAD_ARGUMENTS, UNEXPECTED, INTERRUPTED = 1, 15, 130
"""OCRmyPDF's statuses; the last is the shell's 128 + SIGINT."""

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
