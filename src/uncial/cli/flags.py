"""Flags that several commands have; most are made from the fields of `Options`, `Output` and `Limits`: none is declared twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from uncial.errors import OptionInvalid
from uncial.formats import FORMATS
from uncial.options import Limits, OptionInfo, Options, Output, PageRanges, Region, describe

Command = TypeVar("Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)  # several in a variable are parted as those of PATH are
METAVARS: dict[type, str] = {int: "N", float: "N", str: "NAME", tuple: "LIST", PageRanges: "RANGES", Region: "BOX"}


def variable(name: str) -> str:
    """The environment variable that stands for a flag that was not given."""
    return f"UNCIAL_{name.upper()}"


server_flag = click.option(
    "--server", metavar="URL", envvar=variable("server"), help="The service that reads, such as http://127.0.0.1:5000."
)
key_flag = click.option("--key", metavar="TEXT", envvar=variable("key"), help="The API key for the service.")
_OF_HERE = ("threads", "models", "weights", "max_pixels", "max_pages", "fetch_seconds", "fetch_allow")
"""What a service decides for itself. `max_bytes` goes for what is sent, too."""


def _formats_beginning(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The last of several names with commas between is completed."""
    before, comma, begun = incomplete.rpartition(",")
    return [before + comma + name for name in FORMATS if name.startswith(begun)]


models_flag = click.option(
    "--models", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER", envvar=variable("models"),
    help="Weight files that go before the installed ones.",
)  # fmt: skip
weights_flag = click.option(
    "--weights", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", envvar=variable("weights"),
    help="A recogniser of your own (ONNX) that reads all lines.",
)  # fmt: skip
out_flag = click.option(
    "-o", "--out", metavar="OUT", type=click.Path(), help="Where results go.  [default: standard output]"
)  # a shell completes paths
formats_flag = click.option(
    "-f", "--format", "formats", multiple=True, metavar="FORMAT,...", envvar=variable("format"),
    shell_complete=_formats_beginning,
    help=f"How results are written: {', '.join(FORMATS)}.  [default: by OUT's suffix, else txt]",
)  # fmt: skip
password_flag = click.option(
    "--password", metavar="TEXT", envvar=variable("password"), help="Opens encrypted PDFs; - asks for it.",
)  # fmt: skip
quiet_flag = click.option("-q", "--quiet", is_flag=True, help="Say nothing but failures.")
verbose_flag = click.option("-v", "--verbose", count=True, help="Say what is done; twice: show tracebacks too.")


def refuse_flags_of_here() -> None:
    """Raise `OptionInvalid` where a flag was given that no service listens to; a variable may be there for other calls."""
    for name in _OF_HERE:
        if click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE:
            flag = f"--{name.replace('_', '-')}"
            raise OptionInvalid(f"{flag} does not go with --server.", hint="The service has settings of its own for that.")


def refuse_weights_with(engine: str) -> None:
    """Raise `OptionInvalid` where weights were given for an engine that reads without any; a variable may be there for others."""
    given = click.get_current_context().get_parameter_source("weights") is ParameterSource.COMMANDLINE
    if given and engine in ("ocrad", "tesseract"):
        raise OptionInvalid(f"The engine {engine} cannot read with --weights.", hint="Take --engine auto or neural.")


def flags_of(kind: type[Options] | type[Output] | type[Limits]) -> Callable[[Command], Command]:
    """A decorator that adds a flag for every field; its parameter is None where neither flag nor variable was given."""

    def decorate(command: Command) -> Command:
        for info in reversed(describe(kind)):
            command = _flag(info)(command)
        return command

    return decorate


def reading_flags(command: Command) -> Command:
    """Give a command all flags of reading; `asked.asked_of` makes of them what they ask for."""
    threads_flag = click.option(
        "--threads", type=click.IntRange(1), metavar="N", envvar=variable("threads"),
        help="Threads that the engine keeps busy.  [default: all that the machine lends]",
    )  # fmt: skip
    flags = (
        flags_of(Output), flags_of(Options), password_flag, flags_of(Limits), threads_flag, models_flag, weights_flag,
        server_flag, key_flag, quiet_flag, verbose_flag,
    )  # fmt: skip
    return reduce(lambda made, flag: flag(made), reversed(flags), command)


def chosen(kind: type[Any], given: dict[str, Any]) -> Any:
    """The `Options`, `Output` or `Limits` of these flags, defaults for what was not given. Raises `OptionInvalid`."""
    return kind(**{info.name: given[info.name] for info in describe(kind) if given[info.name] is not None})


def _flag(info: OptionInfo) -> Callable[[Command], Command]:
    long = f"--{info.name.replace('_', '-')}"
    known: dict[str, Any] = {"default": None, "envvar": variable(info.name), "help": _help(info)}
    if isinstance(info.default, bool):
        return click.option(f"{long}/--no-{long[2:]}", info.name, **known)
    if info.in_files:
        return click.option(long, info.name, multiple=True, metavar="FILE", type=_FILE, callback=_text_of_files, **known)
    names = [f"-{info.short}"] * bool(info.short) + [long, info.name]
    many = isinstance(info.default, tuple)
    metavar = "|".join(info.choices) or METAVARS[type(info.default)]
    completed = partial(_beginning, info.choices) if info.choices else None
    return click.option(*names, multiple=many, metavar=metavar, callback=_parser(info), shell_complete=completed, **known)


def _beginning(words: Iterable[str], context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _parser(info: OptionInfo) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """The value of what was written, the way the option itself says; a flag that may be repeated adds up."""

    def parse(context: click.Context, parameter: click.Parameter, written: str | tuple[str, ...] | None) -> Any:
        if isinstance(written, tuple):
            return tuple(chain(*map(info.parse, written))) or None
        return None if written is None else info.parse(written)

    return parse


def _text_of_files(context: click.Context, parameter: click.Parameter, paths: tuple[Path, ...]) -> str | None:
    """What stands in the files, and in those of folders; None where none was named."""
    from uncial.template_files import read_templates

    return read_templates(paths) if paths else None


def _help(info: OptionInfo) -> str:
    bounds = f"{info.low} to {info.high}" if info.high is not None else ""
    default = f"default: {_said(info.default)}" if _said(info.default) else ""
    extra = "; ".join(part for part in (default, bounds) if part)
    return f"{info.help}  [{extra}]" if extra else info.help


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)
