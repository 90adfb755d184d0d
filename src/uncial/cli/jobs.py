"""`uncial jobs`: the jobs of a service, looked at from here: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial, wraps
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from uncial.cli.flags import chosen, flags_of, key_flag, server_flag
from uncial.cli.talk import Progress, plain
from uncial.errors import JobCancelled, JobNotDone, UncialError
from uncial.formats import FORMATS
from uncial.options import Output

if TYPE_CHECKING:
    from uncial.client import Client, Event, JobInfo

PARTIAL = 14
"""The exit status of a document some of whose pages failed, as `uncial read` has it."""
ROW = "{:34}{:11}{:>9}  {:21}{}"

json_flag = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")


@click.group()
@server_flag
@key_flag
@click.pass_context
def jobs(context: click.Context, server: str | None, key: str | None) -> None:
    """See what a service is doing, and fetch what it has read.

    The service is the one of --server or UNCIAL_SERVER, else the one on this machine: http://127.0.0.1:5000.
    """
    context.obj = _Place(server, key)


class _Place(NamedTuple):
    """Where the service is, as it was said before the name of the command."""

    server: str | None
    key: str | None


def asks_service(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its client; people say where the service is before its name as well as behind it."""

    @click.option("--server", metavar="URL", help="The same as before the command's name.")
    @click.option("--key", metavar="TEXT", help="The same as before the command's name.")
    @click.pass_context
    @wraps(command)
    def run(context: click.Context, /, server: str | None, key: str | None, **given: Any) -> Any:
        from uncial.client import DEFAULT_URL, Client

        told: _Place = context.obj
        return command(context.with_resource(Client(server or told.server or DEFAULT_URL, key or told.key)), **given)

    return run


@jobs.command("list")
@click.option("--state", "states", multiple=True, metavar="STATE", help="Only jobs in this state; may be given several times.")
@click.option("--batch", default="", metavar="ID", help="Only jobs of this batch.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N", help="At most so many.")
@json_flag
@asks_service
def list_(client: Client, states: tuple[str, ...], batch: str, limit: int, as_json: bool) -> None:
    """List jobs, the latest first."""
    from itertools import islice

    found = list(islice(client.jobs(states, batch=batch), limit))
    if as_json:
        _tell_json({"jobs": [job.told for job in found]})
        return
    click.echo(ROW.format("ID", "STATE", "PAGES", "CREATED", "NAME"))
    for job in found:
        click.echo(ROW.format(job.id, job.state, _pages(job), _time(job.created), plain(job.name)).rstrip())


@jobs.command()
@click.argument("id")
@json_flag
@asks_service
def show(client: Client, id: str, as_json: bool) -> None:
    """Say how far a job is, and what became of it."""
    _tell_job(client.job(id), as_json)


@jobs.command()
@click.argument("id")
@click.option("--seconds", type=click.FloatRange(0), metavar="N", help="Wait no longer.  [default: as long as it takes]")
@json_flag
@asks_service
def wait(client: Client, id: str, seconds: float | None, as_json: bool) -> int:
    """Wait until a job has ended. The exit status is that of reading the document here."""
    job = client.wait(id, seconds) if seconds is not None else _watched(client, id)
    if as_json:
        _tell_job(job, as_json)
    if not job.state.ended:
        raise JobNotDone(f"After {seconds:g} seconds the job is {job.state}, with {_pages(job)} pages done.")
    if job.error:
        raise job.error
    if job.state == "cancelled":
        raise JobCancelled("The job was cancelled.")
    if not as_json:
        click.echo(f"{job.state}, {_pages(job)} pages")
    return PARTIAL if job.state == "partial" else 0


@jobs.command()
@click.argument("id")
@click.option("-o", "--out", metavar="OUT", type=click.Path(), help="Where it goes.  [default: standard output]")
@click.option(
    "-f", "--format", "formats", multiple=True, metavar="FORMAT,...",
    help=f"How it is written: {', '.join(FORMATS)}.  [default: by OUT's suffix, else txt]",
)  # fmt: skip
@flags_of(Output)
@click.option("--password", metavar="TEXT", envvar="UNCIAL_PASSWORD", help="Of a locked PDF whose pages the format shows.")
@asks_service
def result(client: Client, /, id: str, out: str | None, formats: tuple[str, ...], password: str | None, **given: Any) -> int:
    """Fetch what a job has read, in any format."""
    from uncial.cli.inputs import Found
    from uncial.cli.outputs import Stdout, choose_formats, deliver, plan_targets
    from uncial.cli.read import status_of

    wanted = choose_formats(out, formats)
    job = client.job(id)
    # The name is what a client once said: only its last part is good for a file of ours.
    found = [Found(job.name or id, "-", PurePath(PurePath(job.name).name or id))]
    (targets,) = plan_targets(found, out, wanted, many=False)
    fetch = partial(client.result, id, output=chosen(Output, given), password=password or "")
    return status_of(deliver(lambda format: fetch(format.name), targets, Stdout(), job.name or id))


@jobs.command()
@click.argument("id")
@json_flag
@asks_service
def cancel(client: Client, id: str, as_json: bool) -> None:
    """Break a job off; what it was doing ends at once."""
    job = client.cancel(id)
    if as_json:
        _tell_job(job, as_json)
    elif job.state.ended:
        click.echo(job.state)
    else:
        click.echo("It will be cancelled in a moment.")


@jobs.command()
@click.argument("id")
@json_flag
@asks_service
def events(client: Client, id: str, as_json: bool) -> None:
    """Tell what happens to a job, as it happens, until it has ended; as JSON with what stands on each page."""
    for event in client.events(id, pages=as_json):
        if as_json:
            _tell_json({"event": event.kind, "id": event.id, **event.told})
        else:
            click.echo(_line_of(event))


def _watched(client: Client, id: str) -> JobInfo:
    """The job when it has ended; meanwhile a bar says how far it is, where somebody watches."""
    bar = Progress(1)
    if not bar.shown:
        return client.wait(id)
    bar.start(id)
    for event in client.events(id, pages=False):
        if event.job and event.job.pages.total:
            bar.pages(event.job.pages.done, event.job.pages.total)
    bar.clear()
    return client.job(id)


def _tell_job(job: JobInfo, as_json: bool) -> None:
    if as_json:
        _tell_json(job.told)
        return
    for name, said in _facts(job):
        if said:
            click.echo(f"{name + ':':10}{plain(said)}")


def _facts(job: JobInfo) -> Iterable[tuple[str, str]]:
    yield "id", job.id
    yield "name", job.name
    yield "state", job.state
    yield "position", "" if job.position is None else f"{job.position} before it"
    yield "pages", _pages(job) + (f", {job.pages.failed} failed" if job.pages.failed else "")
    yield "batch", job.batch
    yield from ((name, _time(getattr(job, name))) for name in ("created", "started", "ended", "expires"))
    yield "seconds", ", ".join(f"{step} {seconds:.1f}" for step, seconds in job.timings.items())
    yield "notices", ", ".join(f"{code} on {pages}" for code, pages in job.notices.items())
    yield "error", _told_error(job.error) if job.error else ""


def _told_error(error: UncialError) -> str:
    return f"{error.message} {error.hint} [{error.code}]"


def _line_of(event: Event) -> str:
    if event.job is None:
        code = event.told.get("code")
        return f"page {event.number}: {'failed, ' + plain(str(code)) if code else 'done'}"
    return f"{event.job.state}, {_pages(event.job)} pages"


def _pages(job: JobInfo) -> str:
    return f"{job.pages.done}/{job.pages.total or '?'}"


def _time(when: Any) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S") if when else ""


def _tell_json(told: Any) -> None:
    click.echo(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
