"""The command: thin commands over the library, and the one boundary where a failure becomes an exit status."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from uncial.cli.commands import uncial
from uncial.cli.talk import set_verbosity, tell

BAD_ARGUMENTS, INTERRUPTED = 1, 130
"""OCRmyPDF's statuses, the second of which is the shell's 128 + SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give back its exit status. Tracebacks are for those who ask for them (`-vv`, UNCIAL_DEBUG)."""
    set_verbosity(2 if os.environ.get("UNCIAL_DEBUG") else 0)
    try:
        status: int | None = uncial.main(arguments, prog_name="uncial", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return BAD_ARGUMENTS
    except click.Abort:
        return INTERRUPTED
    except Exception as error:
        return tell(error)
    return status or 0
