"""Prove that nothing is lost: jobs go on while everything that could hold them is killed (-9) and started again at random times.

    python benchmarks/chaos.py --executor local
    python benchmarks/chaos.py --executor celery --broker rabbitmq --database postgres -o benchmarks/results/chaos.md

Clients send documents whose text is known, with idempotency keys, and try again wherever a connection breaks or the service is
not available. What was accepted (202) has to end, once, with the right text of each page. At the end the table, the webhooks, the
blob store and the work folders are looked at. Exit status 1 where anything is amiss.

The servers are real ones on this machine (tests/servers.py). Pages are read by scripted workers, which do what the document says,
so that hundreds of jobs take minutes; with `--real` they are images, and the engine reads them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
from fleet import WEIGHTS, Fleet, Member
from sqlalchemy import func, select

import servers
from running_service import START as API_START
from running_worker import START as WORKER_START
from uncial.formats.json import read as read_json
from uncial.jobs.blobs import Blobs
from uncial.jobs.database import Database
from uncial.jobs.executor import LocalExecutor
from uncial.jobs.housekeeping import Housekeeper, Times
from uncial.jobs.runner import Runner
from uncial.jobs.schema import deliveries, jobs
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore

WORDS = "amber basin cedar delta ember fjord grove haven inlet jetty knoll larch mound north ocean pearl ridge slate".split()
SECRET = "a secret of the benchmark"
SEAL_KEY = base64.urlsafe_b64encode(b"not a secret, but 32 bytes long.").decode()
HEAD = """\
# Nothing is lost

Jobs while everything that could hold them is killed (-9) at random times and started again: `python benchmarks/chaos.py`. A
reader is the process that reads documents, a runner holds the lease of its job, a worker is the first process of a machine's
`uncial worker`, the API is `uncial serve`. Amiss would be: a job that does not end, another text than that of the document, two
jobs of one idempotency key, a webhook that is not told or in different words, blobs without a job, results of dead attempts,
folders of work.
"""
CLIENTS = 16
PAUSE = 0.4


@dataclass(frozen=True)
class Script:
    """A document, and what has to be read from it."""

    key: str
    data: bytes
    media_type: str
    pages: list[str]
    queue: str


@dataclass
class Told:
    """What became of a document, as its client saw it."""

    id: str = ""
    state: str = ""
    retries: int = 0
    seconds: float = 0.0
    wrong: str = ""


@dataclass
class Inbox:
    """What came to the webhook, by the message's id."""

    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, id: str, body: bytes) -> None:
        """Keep a message."""
        with self.lock:
            self.count += 1
            self.bodies.setdefault(id, set()).add(body)


def scripted(number: int, dice: random.Random) -> Script:
    """A document of one to six pages, of which some take their time."""
    pages = [_words(dice, 6) if dice.random() < 0.5 else f"slept {dice.uniform(0.1, 0.6):.2f}" for _ in range(dice.randint(1, 6))]
    lines = [f"sleep {page.split()[1]}" if page.startswith("slept") else f"say {page}" for page in pages]
    queue = dice.choice(["interactive", "bulk"])
    data = "\n".join([f"say job {number}", *lines]).encode()
    return Script(f"chaos-{number}", data, "application/octet-stream", [f"job {number}", *pages], queue)


def drawn(number: int, dice: random.Random) -> Script:
    """The same as images: a TIFF of one to four pages in large print."""
    from PIL import Image, ImageDraw, ImageFont

    pages = [_words(dice, 4) for _ in range(dice.randint(1, 4))]
    images = [Image.new("L", (1400, 220), 255) for _ in pages]
    for image, text in zip(images, pages, strict=True):
        ImageDraw.Draw(image).text((60, 70), text, 0, ImageFont.load_default(64))
    out = BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    return Script(f"chaos-{number}", out.getvalue(), "image/tiff", pages, dice.choice(["interactive", "bulk"]))


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count))


class Customer:
    """A client that wants its document read and does not give up."""

    def __init__(self, url: str, hook: str, end: float) -> None:
        self._line = httpx.Client(base_url=url, timeout=20)
        self._hook, self._end = hook, end

    def bring(self, script: Script) -> Told:
        """Send it, wait for it, and compare."""
        told, begun = Told(), time.monotonic()
        query = {"queue": script.queue, "webhook": self._hook}
        headers = {"Content-Type": script.media_type, "Idempotency-Key": script.key}
        answer = self._insist(told, "POST", "/v1/jobs", params=query, headers=headers, content=script.data)
        if answer is None or answer.status_code != 202:
            told.wrong = f"not accepted: {answer.text if answer else 'no answer'}"
            return told
        told.id = answer.json()["id"]
        while (seen := self._insist(told, "GET", f"/v1/jobs/{told.id}")) is not None and seen.status_code == 200:
            told.state = seen.json()["state"]
            if told.state not in ("queued", "running"):
                break
            time.sleep(PAUSE)
        told.seconds = time.monotonic() - begun
        told.wrong = (
            self._compare(told, script) if seen is not None and seen.status_code == 200 else f"lost: {seen and seen.text}"
        )
        return told

    def _compare(self, told: Told, script: Script) -> str:
        if told.state != "succeeded":
            seen = self._insist(told, "GET", f"/v1/jobs/{told.id}")
            return f"{told.state}: {seen and seen.text}"
        answer = self._insist(told, "GET", f"/v1/jobs/{told.id}/result", params={"format": "json"})
        if answer is None or answer.status_code != 200:
            return f"no result: {answer and answer.text}"
        read = [page.text.strip() for page in read_json(answer.content).pages]
        return "" if read == script.pages else f"read {read}, not {script.pages}"

    def _insist(self, told: Told, method: str, path: str, **given: Any) -> httpx.Response | None:
        """The answer; while there is none, or it is that the service is busy or not available, it is tried again."""
        answer = None
        while time.monotonic() < self._end:
            with suppress(httpx.TransportError):
                answer = self._line.request(method, path, **given)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
            told.retries += 1
            time.sleep(PAUSE)
        return answer


@contextmanager
def receiving() -> Iterator[tuple[str, Inbox]]:
    """Somebody who is told of the ends of jobs, at a URL."""
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.take(self.headers["webhook-id"], body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/told", inbox
        finally:
            server.shutdown()


def fleet_of(args: argparse.Namespace, folder: Path, stack: ExitStack) -> tuple[Fleet, dict[str, object]]:
    """The processes that the arguments ask for, and the settings that they share."""
    database = stack.enter_context(servers.postgres()) if args.database == "postgres" else None
    broker = stack.enter_context(getattr(servers, args.broker)()) if args.executor == "celery" else None
    shared: dict[str, object] = {
        "data_dir": folder / "api",
        "blobs": folder / "blobs",
        "database": database.url if database else f"sqlite:///{folder / 'jobs.db'}",
        "port": servers.free_port(),
        "lease_seconds": args.lease,
        "seal_key": SEAL_KEY,
        "webhook_secret": SECRET,
        "fetch_allow": "127.0.0.1",
        "workers": args.workers,
        "threads": 1,
        "part_pages": 2,
        "shutdown_seconds": 5,
    }
    if broker:
        shared |= {"broker": broker.url, "workers": 1}
    plan = "None" if args.real else "fake_worker.plan()"
    start = WORKER_START.replace("fake_worker.plan()", plan)
    machines = range(args.workers) if broker else range(0)
    workers = [Member(start, shared | {"data_dir": folder / f"worker{n}"}, folder / f"worker{n}.log") for n in machines]
    return Fleet(Member(API_START.format(plan=plan), shared, folder / "api.log"), workers, broker, database), shared


def customers(args: argparse.Namespace, url: str, hook: str) -> list[Told]:
    """Have all documents brought, spread over the time in which things are killed."""
    dice = random.Random(args.seed)
    scripts = [(drawn if args.real else scripted)(number, dice) for number in range(args.jobs)]
    begun = time.monotonic()
    customer = Customer(url, hook, begun + args.seconds + args.bound)

    def bring(number: int, script: Script) -> Told:
        time.sleep(max(0.0, begun + 0.8 * args.seconds * number / args.jobs - time.monotonic()))
        return customer.bring(script)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(bring, range(args.jobs), scripts))


def amiss(told: list[Told], shared: dict[str, object], folder: Path, inbox: Inbox) -> list[str]:
    """Everything that is not as it has to be."""
    found = [f"{each.id or 'a document'}: {each.wrong}" for each in told if each.wrong]
    ids = [each.id for each in told]
    database = Database.open(str(shared["database"]))
    with database.reading() as connection:
        rows = list(connection.execute(select(jobs.c.id).where(jobs.c.parent == "")).scalars())
        counted = select(deliveries.c.job, func.count().label("told")).group_by(deliveries.c.job)
        messages = {row.job: row.told for row in connection.execute(counted)}
        left = connection.execute(select(func.count()).select_from(jobs).where(jobs.c.ended.is_(None))).scalar_one()
    if sorted(rows) != sorted(ids):
        found.append(f"{len(rows)} jobs in the table for {len(ids)} documents")
    if left:
        found.append(f"{left} jobs or parts of jobs that have not ended")
    if messages != dict.fromkeys(ids, 1):
        found.append(f"messages to the webhook that are not one for each job: {len(messages)}")
    found += _untold(ids, inbox)
    blobs = Blobs.open(str(shared["blobs"]))
    asyncio.run(_keep_house(JobStore(database, Seal(SEAL_KEY)), blobs))
    database.close()
    return found + _leftovers(rows, blobs, folder)


async def _keep_house(store: JobStore, blobs: Blobs) -> None:
    """What the service does once an hour, now, and for blobs of any age."""
    await Housekeeper(store, blobs, LocalExecutor(store, _no_runner, 0), Times(orphan=-1)).search()


def _no_runner() -> Runner:
    raise NotImplementedError


def await_messages(inbox: Inbox, count: int, bound: float) -> None:
    """Wait until so many jobs have been told of, or for so many seconds."""
    end = time.monotonic() + bound
    while len(inbox.bodies) < count and time.monotonic() < end:
        time.sleep(PAUSE)


def _untold(ids: list[str], inbox: Inbox) -> list[str]:
    """Jobs of whose end nobody was told, or not always in the same words."""
    missing = [f"{id}: its webhook was not told" for id in sorted({f"msg_{id}" for id in ids} - set(inbox.bodies))]
    return missing + [f"{id}: told in different words" for id, bodies in inbox.bodies.items() if len(bodies) > 1]


def _leftovers(rows: list[str], blobs: Blobs, folder: Path) -> list[str]:
    """What lies about that belongs to nobody: blobs without a job, more than one result of a job, folders of work."""
    found = [f"blobs of no job: {name}" for name in blobs.prefixes() if name not in set(rows)]
    for row in rows:
        results = [path.name for path in (folder / "blobs" / row).glob("result*")]
        if len(results) > 1:
            found.append(f"{row}: {len(results)} results: {' '.join(sorted(results))}")
    return found + [f"a folder of work: {path.name}" for path in folder.glob("*/spool/run-*/job-*")]


def table(args: argparse.Namespace, fleet: Fleet, told: list[Told], wrong: list[str], seconds: float, tries: int) -> str:
    """What happened, in Markdown."""
    kinds = {kind: fleet.kills[kind] for kind in WEIGHTS if fleet.kills[kind]}
    states = Counter(each.state or "not accepted" for each in told)
    slowest = sorted(each.seconds for each in told)
    rows = {
        "jobs": f"{len(told)}, {args.workers} workers, pages read by {'the engine' if args.real else 'scripted workers'}",
        "killed (-9)": f"{sum(kinds.values())}: " + ", ".join(f"{kind} {count}" for kind, count in kinds.items()),
        "processes started again": str(fleet.starts),
        "requests tried again by clients": str(sum(each.retries for each in told)),
        "begun again, as all that were split are": str(tries),
        "jobs by state": ", ".join(f"{state} {count}" for state, count in states.items()),
        "seconds": f"{seconds:.0f} in all, {args.seconds:g} of them with kills",
        "seconds of a job": f"half of them {slowest[len(slowest) // 2]:.1f} or less, the slowest {slowest[-1]:.1f}",
        "amiss": str(len(wrong) or "nothing"),
    }
    parts = [args.executor, *([args.broker] if args.executor == "celery" else []), args.database]
    head = f"## {', '.join(parts)}\n\n`seed {args.seed}`, {date.today()}\n\n| what | |\n| :--- | :--- |\n"
    return head + "".join(f"| {name} | {said} |\n" for name, said in rows.items())


def save(path: Path, section: str) -> None:
    """Put the section into the file, in the place of the one with its heading."""
    head = HEAD
    parts = (path.read_text(encoding="utf-8") if path.exists() else head).split("\n## ")
    title = section.partition("\n")[0].removeprefix("## ")
    kept = [part.strip() for part in parts[1:] if part.partition("\n")[0] != title]
    ordered = sorted([*kept, section.removeprefix("## ").strip()])
    path.write_text("\n\n## ".join([parts[0].strip(), *ordered]) + "\n", encoding="utf-8")


def begun_again(shared: dict[str, object]) -> int:
    """How many times a job or a part was begun, but for the first."""
    database = Database.open(str(shared["database"]))
    with database.reading() as connection:
        again = connection.execute(select(func.sum(jobs.c.attempt - 1)).where(jobs.c.attempt > 1)).scalar()
    database.close()
    return int(again or 0)


def run(args: argparse.Namespace) -> int:
    """One run; its exit status."""
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="uncial-chaos-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        hook, inbox = stack.enter_context(receiving())
        fleet, shared = fleet_of(args, folder, stack)
        stack.callback(fleet.stop)
        fleet.start()
        fleet.harass(args.seconds, args.every, args.seed)
        told = customers(args, f"http://127.0.0.1:{shared['port']}", hook)
        await_messages(inbox, len(told), args.bound)
        fleet.stop()
        wrong = amiss(told, shared, folder, inbox)
        section = table(args, fleet, told, wrong, time.monotonic() - begun, begun_again(shared))
        if args.keep:
            _keep_logs(folder, Path(args.keep))
    print(section)
    print("\n".join(wrong[:40]))
    if args.out:
        save(Path(args.out), section)
    return 1 if wrong else 0


def _keep_logs(folder: Path, kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        (kept / log.name).write_bytes(log.read_bytes())


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--executor", choices=["local", "celery"], default="local")
    parser.add_argument("--broker", choices=["rabbitmq", "redis"], default="rabbitmq")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=180, help="for which things are killed")
    parser.add_argument("--every", type=float, default=3, help="mean seconds between two kills")
    parser.add_argument("--bound", type=float, default=180, help="seconds within which all has to end after the last kill")
    parser.add_argument("--lease", type=float, default=5, help="UNCIAL_LEASE_SECONDS")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true", help="images, and the engine that reads them")
    parser.add_argument("--keep", metavar="FOLDER", help="where the logs are to be kept")
    parser.add_argument("-o", "--out", metavar="FILE", help="a Markdown file that gets the table")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
