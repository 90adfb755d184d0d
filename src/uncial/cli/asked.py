"""What the flags of reading ask for, as the commands that read have it."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from uncial.cli.flags import chosen, refuse_flags_of_here, refuse_weights_with
from uncial.cli.talk import muted_libraries, set_verbosity
from uncial.errors import OptionInvalid
from uncial.options import Limits, Options, Output

if TYPE_CHECKING:
    from uncial.cli.read import Asked


def asked_of(inputs: tuple[str, ...], out: str | None, formats: tuple[str, ...], given: dict[str, Any], **more: Any) -> Asked:
    """What the flags of reading ask for; from here on it is said as loudly as they want."""
    quiet, verbose, server = given["quiet"], given["verbose"], given["server"]
    if quiet or verbose:
        set_verbosity(-1 if quiet else verbose)
    if server:
        refuse_flags_of_here()
    options = chosen(Options, given)
    refuse_weights_with(options.engine)
    from uncial.cli.read import Asked
    from uncial.engines import EngineConfig

    return Asked(
        out,
        formats,
        options,
        chosen(Limits, given),
        chosen(Output, given),
        EngineConfig(given["threads"], given["models"], given["weights"]),
        quiet=quiet,
        password=password_of(given["password"], inputs),
        server=server or "",
        key=given["key"] or "",
        **more,
    )


def password_of(given: str | None, inputs: tuple[str, ...]) -> str:
    """The password itself, where - stands for it: asked for on a terminal, else the first line of standard input."""
    if given != "-":
        return given or ""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True, default="", show_default=False))
    if "-" in inputs:
        hint = "Name a file as the input, or set UNCIAL_PASSWORD."
        raise OptionInvalid("Standard input cannot be both the document and its password.", hint=hint)
    return sys.stdin.readline().rstrip("\r\n")


def muted(verbose: int) -> AbstractContextManager[None]:
    """What libraries print is not heard unless `verbose` is two: then tracebacks are shown too."""
    return nullcontext() if verbose > 1 else muted_libraries()
