"""Jobs over the real brokers: what is killed, flushed, sent twice and cut off."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import redis as redis_client
from sqlalchemy import update

import servers
from running_service import alive
from running_worker import Worker, running_worker
from uncial.errors import OptionInvalid
from uncial.formats.json import read as read_json
from uncial.jobs.blobs import Blobs
from uncial.jobs.cluster import CeleryExecutor, check_shared, make_app, publish
from uncial.jobs.database import Database
from uncial.jobs.housekeeping import Housekeeper, Times
from uncial.jobs.job import Ending, Job, Order, Queue, State, Submission
from uncial.jobs.schema import jobs as rows
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.jobs.wire import DOCUMENT

with_redis = pytest.mark.parametrize("cluster", ["redis"], indirect=True)
"""For what is the same with every broker."""


@dataclass(frozen=True)
class Cluster:
    broker: servers.Server
    database: str
    folder: Path
    store: JobStore
    blobs: Blobs

    def settings(self, **others: object) -> dict[str, object]:
        ours = {"database": self.database, "broker": self.broker.url, "blobs": self.folder / "blobs"}
        return {**ours, "data_dir": self.folder / "data", "lease_seconds": 2, "workers": 1, **others}

    @contextmanager
    def workers(self, count: int = 1, **others: object) -> Iterator[list[Worker]]:
        with ExitStack() as stack:
            logs = [self.folder / f"log-{uuid4().hex[:8]}" for _ in range(count)]
            yield [stack.enter_context(running_worker(log, **self.settings(**others))) for log in logs]

    def submit(self, *pages: object, queue: Queue = Queue.INTERACTIVE) -> Job:
        id = uuid4().hex
        self.blobs.write(f"{id}/source", "\n".join(map(str, pages)).encode())
        return self.store.submit(Submission(order=Order(name="script"), id=id, queue=queue))[0]

    def document(self, job: Job) -> bytes:
        return self.blobs.read(f"{self.store.get(job.id).result}/{DOCUMENT}")

    def ended(self, *jobs: Job) -> bool:
        return all(self.store.get(job.id).state.ended for job in jobs)

    def run(self, body: Callable[[CeleryExecutor], Awaitable[None]]) -> None:
        """Do that with an executor, and somebody beside it who looks for what was lost."""

        async def running() -> None:
            executor = CeleryExecutor(self.broker.url, self.store)
            housekeeper = Housekeeper(self.store, self.blobs, executor, Times(mend=0.3, silence=1.5))
            async with executor, housekeeper, asyncio.timeout(60):
                await body(executor)

        asyncio.run(running())

    def finish(self, *jobs: Job) -> None:
        """Send these jobs and wait until they have ended."""

        async def body(executor: CeleryExecutor) -> None:
            await executor.sent(jobs)
            await until(lambda: self.ended(*jobs))

        self.run(body)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with servers.postgres() as postgres, getattr(servers, request.param)() as broker:
        database = Database.open(postgres.url)
        store = JobStore(database, Seal.open(folder / "data"), 2.0)
        yield Cluster(broker, postgres.url, folder, store, Blobs.open(str(folder / "blobs")))
        database.close()


async def begun_by(gate: Path) -> int:
    """Who waits at a gate."""
    await until(lambda: lines(gate.with_name(f"{gate.name}.begun")))
    return int(lines(gate.with_name(f"{gate.name}.begun"))[0])


def runner_of(job: Job) -> int:
    return int(job.worker.split(":")[1])


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_jobs_of_both_queues_are_done_elsewhere_once_however_often_they_are_sent(cluster: Cluster, tmp_path: Path):
    jobs = [cluster.submit("say one", f"note {tmp_path / queue}", "say three", queue=queue) for queue in Queue]
    app = make_app(cluster.broker.url)
    for _ in range(3):
        publish(app, cluster.store, jobs)
    app.close()
    with cluster.workers(2) as workers:
        cluster.finish(*jobs)
        assert all(line["level"] != "error" for worker in workers for line in worker.log())
    for job in jobs:
        done = cluster.store.get(job.id)
        assert (done.state, done.attempt, done.pages_done) == (State.SUCCEEDED, 1, 3)
        assert read_json(cluster.document(job)).text.split() == ["one", "noted", "three"]
    assert [len(lines(tmp_path / queue)) for queue in Queue] == [1, 1]
    assert cluster.store.lease(jobs[0].id, "late") is None


def test_the_loss_of_a_runner_and_of_a_machine_costs_no_page(cluster: Cluster, tmp_path: Path):
    notes = [tmp_path / name for name in "abc"]
    gates = [tmp_path / "gate1", tmp_path / "gate2"]
    job = cluster.submit(f"note {notes[0]}", f"wait {gates[0]}", f"note {notes[1]}", f"wait {gates[1]}", f"note {notes[2]}")

    async def body(executor: CeleryExecutor) -> None:
        await executor.sent([job])
        reader = await begun_by(gates[0])
        await until(lambda: cluster.store.get(job.id).pages_done == 1)
        os.kill(runner_of(cluster.store.get(job.id)), signal.SIGKILL)
        await until(lambda: not alive(reader))
        gates[0].touch()
        reader = await begun_by(gates[1])
        await until(lambda: cluster.store.get(job.id).pages_done == 3)
        runner = runner_of(cluster.store.get(job.id))
        next(worker for worker in workers if runner in worker.pool()).kill()
        await until(lambda: not alive(reader))
        gates[1].touch()
        await until(lambda: cluster.ended(job))

    with cluster.workers(2) as workers:
        cluster.run(body)
    done = cluster.store.get(job.id)
    assert (done.state, done.attempt, done.pages_done) == (State.SUCCEEDED, 3, 5)
    assert [len(lines(note)) for note in notes] == [1, 1, 1]
    assert read_json(cluster.document(job)).text.split() == ["noted", "waited", "noted", "waited", "noted"]


def test_what_a_broker_forgets_or_misses_is_sent_again(cluster: Cluster):
    forgotten = [cluster.submit("say one"), cluster.submit("say two", queue=Queue.BULK)]
    app = make_app(cluster.broker.url)
    publish(app, cluster.store, forgotten)
    if cluster.broker.url.startswith("redis"):
        with redis_client.Redis.from_url(cluster.broker.url) as client:
            client.flushall()
    else:
        app.control.purge()
    app.close()
    missed: list[Job] = []

    async def body(executor: CeleryExecutor) -> None:
        await until(lambda: cluster.ended(*forgotten))
        await asyncio.to_thread(cluster.broker.kill)
        missed.append(cluster.submit("say three"))
        await executor.sent(missed)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(cluster.broker.start)
        await until(lambda: cluster.ended(*missed))

    with cluster.workers():
        cluster.run(body)
    assert [cluster.store.get(job.id).state for job in [*forgotten, *missed]] == [State.SUCCEEDED] * 3


@with_redis
def test_a_cancelled_job_leaves_the_cpu_at_once(cluster: Cluster, tmp_path: Path):
    job = cluster.submit(f"hang {tmp_path / 'pid'}")

    async def body(executor: CeleryExecutor) -> None:
        await executor.sent([job])
        await until(lambda: lines(tmp_path / "pid"))
        pid = int(lines(tmp_path / "pid")[0])
        begun = time.monotonic()
        await executor.cancelled(cluster.store.cancel(job.id))
        await until(lambda: not alive(pid))
        assert time.monotonic() - begun < 2
        await until(lambda: cluster.ended(job))

    with cluster.workers():
        cluster.run(body)
    assert cluster.store.get(job.id).state is State.CANCELLED


@with_redis
def test_a_page_that_kills_whoever_reads_it_fails_and_the_rest_is_read(cluster: Cluster):
    job = cluster.submit("say one", "crash SIGSEGV", "say three")
    with cluster.workers():
        cluster.finish(job)
    done = cluster.store.get(job.id)
    assert (done.state, done.pages_done, done.pages_failed) == (State.PARTIAL, 3, 1)
    assert read_json(cluster.document(job)).text.split() == ["one", "three"]


@with_redis
def test_a_large_document_is_read_by_all_and_comes_together_as_if_by_one(cluster: Cluster, tmp_path: Path):
    note = tmp_path / "note"
    pages = [f"note {note}" if number % 2 else "sleep 0.3" for number in range(12)]
    split = cluster.submit(*pages)
    with cluster.workers(3, part_pages=2):
        cluster.finish(split)
    readers = set(lines(note))
    note.unlink()
    whole = cluster.submit(*pages)
    with cluster.workers(part_pages=0):
        cluster.finish(whole)
    assert cluster.store.has_parts(split.id) and not cluster.store.has_parts(whole.id)
    assert cluster.document(split) == cluster.document(whole)
    assert len(readers) > 1 and len(set(lines(note))) == 1


@with_redis
def test_a_worker_that_is_told_to_stop_gives_back_what_it_cannot_finish(cluster: Cluster, tmp_path: Path):
    job = cluster.submit(f"hang {tmp_path / 'pid'}")
    app = make_app(cluster.broker.url)
    publish(app, cluster.store, [job])
    app.close()
    with cluster.workers(shutdown_seconds=0) as [worker]:
        asyncio.run(until(lambda: lines(tmp_path / "pid")))
        worker.process.terminate()
        assert worker.process.wait(20) == 0
        assert not alive(int(lines(tmp_path / "pid")[0]))
    given_back = cluster.store.get(job.id)
    assert (given_back.state, given_back.tries, given_back.worker) == (State.QUEUED, 0, "")
    cluster.store.cancel(job.id)


@with_redis
def test_a_backlog_is_not_sent_again_while_the_broker_holds_a_message_for_each_job(cluster: Cluster, tmp_path: Path):
    now = 1e9
    database = Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", lambda: now)
    store = JobStore(database, Seal.open(tmp_path))
    submissions = [Submission(order=Order(name="x"), id=uuid4().hex) for _ in range(3)]
    jobs = [store.submit(submission)[0] for submission in submissions]

    async def send_again(expected: int) -> None:
        async with CeleryExecutor(cluster.broker.url, store) as executor:
            await executor.sent(jobs)
        assert client.llen("uncial.interactive") == expected

    with redis_client.Redis.from_url(cluster.broker.url) as client:
        client.flushall()
        asyncio.run(send_again(3))
        now += 120
        asyncio.run(send_again(3))
        client.lpop("uncial.interactive")
        asyncio.run(send_again(5))
        client.flushall()
    database.close()


@with_redis
def test_a_message_that_comes_while_its_row_is_written_is_not_lost(cluster: Cluster):
    job = cluster.submit("say one")
    database = Database.open(cluster.database)
    with ThreadPoolExecutor(1) as thread:
        with database.writing() as connection:
            connection.execute(update(rows).where(rows.c.id == job.id).values(sent=1.0))
            leasing = thread.submit(cluster.store.lease, job.id, "quick")
            with pytest.raises(TimeoutError):
                leasing.result(0.3)
        lease = leasing.result(10)
    database.close()
    assert lease and lease.job.id == job.id
    cluster.store.finish(lease, Ending(state=State.CANCELLED))


def test_only_a_broker_is_taken_for_one():
    for url in ("memory://", "postgresql://host/name", "nonsense"):
        with pytest.raises(OptionInvalid, match="no kind of broker"):
            make_app(url)


def test_messages_are_json_and_acknowledged_late():
    conf = make_app("redis://127.0.0.1:1/0").conf
    assert conf.accept_content == ["json"] and conf.task_serializer == "json"
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.worker_prefetch_multiplier == 1
    assert conf.result_backend is None


def test_the_key_and_the_blob_store_are_those_of_all_others(tmp_path: Path):
    database = Database.open(f"sqlite:///{tmp_path / 'jobs.db'}")
    store, blobs = JobStore(database, Seal.open(tmp_path / "one")), Blobs.open(str(tmp_path / "blobs"))
    for _ in range(2):
        check_shared(store, blobs)
    assert blobs.prefixes() == []
    with pytest.raises(OptionInvalid, match="another key"):
        check_shared(JobStore(database, Seal.open(tmp_path / "other")), blobs)
    with pytest.raises(OptionInvalid, match="blob store is not the one"):
        check_shared(store, Blobs.open(str(tmp_path / "elsewhere")))
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no broker"),
        (("--broker", "nonsense"), "no kind of broker"),
        (("--broker", "redis://127.0.0.1:1/0"), "SQLite cannot be shared"),
        (("--queues", "fast"), "names no queues"),
    ],
)
def test_the_command_refuses_what_cannot_work(
    uncial: Callable[..., tuple[int, bytes, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
):
    monkeypatch.setenv("UNCIAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("UNCIAL_BROKER", raising=False)
    status, _, told = uncial("worker", *arguments)
    assert status == 1 and said in told
