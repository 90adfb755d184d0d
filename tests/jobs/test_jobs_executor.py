from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

import fake_worker
from job_rig import Rig, run, until, written
from running_service import alive
from uncial.jobs.executor import LocalExecutor
from uncial.jobs.job import Job, State
from uncial.jobs.runner import Runner, Terms
from uncial.jobs.wire import Plan


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@asynccontextmanager
async def local(
    rig: Rig, workers: int = 1, plan: Plan | None = None, pause: float = 0.05, terms: Terms | None = None
) -> AsyncIterator[LocalExecutor]:
    def make() -> Runner:
        return rig.runner(plan, terms)

    async with rig, LocalExecutor(rig.store, make, workers, pause=pause) as executor:
        yield executor


async def ended(rig: Rig, jobs: Sequence[Job], seconds: float = 40) -> list[Job]:
    await until(lambda: all(rig.state(job).ended for job in jobs), seconds)
    return [rig.store.get(job.id) for job in jobs]


async def read(rig: Rig, executor: LocalExecutor, *scripts: str) -> list[Job]:
    jobs = [rig.submit(script) for script in scripts]
    await executor.sent(jobs)
    return await ended(rig, jobs)


def test_each_of_many_at_once_gets_its_own_result(rig: Rig):
    async def test() -> None:
        async with local(rig, workers=2) as executor:
            jobs = await read(rig, executor, *(f"say number {n}\nsay x" for n in range(20)))
        assert [rig.texts(job) for job in jobs] == [[f"number {n}", "x"] for n in range(20)]
        assert {job.attempt for job in jobs} == {1}

    run(test)


def test_jobs_that_nobody_told_of_are_found(rig: Rig):
    async def test() -> None:
        async with local(rig):
            (job,) = await ended(rig, [rig.submit("say found")])
            assert rig.texts(job) == ["found"]

    run(test)


def test_who_is_told_begins_at_once(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            await until(lambda: executor.standing().workers["ready"])
            await asyncio.sleep(0.2)  # it has looked, and found nothing
            job = rig.submit("say now")
            await executor.sent([job])
            await until(lambda: rig.state(job) is not State.QUEUED, 0.7)

    run(test)


def test_a_worker_that_dies_fails_its_own_document_only(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            before, bad, after = await read(rig, executor, "say before", "crash SIGSEGV", "say after")
            assert (before.state, bad.state, after.state) == (State.SUCCEEDED, State.FAILED, State.SUCCEEDED)

    run(test)


def test_cancelling_frees_the_worker_at_once(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with local(rig) as executor:
            bad, waiting, next = (rig.submit(each) for each in (f"hang {tmp_path}/pid", "say no", "say free"))
            await executor.sent([bad])
            await until(lambda: written(tmp_path / "pid"))
            pid = int((tmp_path / "pid").read_text())
            assert executor.standing().workers["busy"] == 1
            assert rig.store.cancel(waiting.id).state is State.CANCELLED
            begun = time.monotonic()
            await executor.cancelled(rig.store.cancel(bad.id))
            await until(lambda: not alive(pid))
            assert time.monotonic() - begun < 1.5
            assert [job.state for job in await ended(rig, [bad, next])] == [State.CANCELLED, State.SUCCEEDED]

    run(test)


def test_an_idle_worker_that_is_killed_is_replaced(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            (first,) = await read(rig, executor, "pid")
            os.kill(int(rig.texts(first)[0]), signal.SIGKILL)
            (second,) = await read(rig, executor, "pid")
            assert (second.state, dict(second.kills)) == (State.SUCCEEDED, {})
            assert rig.texts(second) != rig.texts(first)

    run(test)


def test_where_no_worker_starts_the_standing_says_why_and_jobs_wait(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with local(rig, workers=2, plan=fake_worker.plan(f"missing-until={tmp_path}/model")) as executor:
            job = rig.submit("say there")
            await until(lambda: executor.standing().workers["failed"] == 2 and executor.standing().fault)
            fault = executor.standing().fault
            assert fault
            assert fault.code == "model-missing"
            assert rig.state(job) is State.QUEUED
            (tmp_path / "model").touch()
            (read,) = await ended(rig, [job])
            assert rig.texts(read) == ["there"]
            assert executor.standing().fault is None
            assert all(held > 1 << 20 for held in executor.standing().memory)

    run(test)


def test_leaving_gives_the_jobs_back_and_ends_every_process(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with local(rig) as executor:
            running, waiting = rig.submit(f"say one\nhang {tmp_path}/pid"), rig.submit("say x")
            await executor.sent([running, waiting])
            await until(lambda: written(tmp_path / "pid") and rig.store.get(running.id).pages_done)
        assert not alive(int((tmp_path / "pid").read_text()))
        assert (rig.state(running), rig.state(waiting)) == (State.QUEUED, State.QUEUED)
        assert [page.number for page in rig.store.pages(running.id)] == [1]
        assert not rig.files()

    run(test)


def test_draining_lets_what_is_begun_come_to_its_end_and_begins_nothing(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            running = rig.submit("sleep 1")
            await executor.sent([running])
            await until(lambda: executor.standing().workers["busy"])
            waiting = rig.submit("say x")
            await executor.sent([waiting])
            await executor.drain(20)
            assert (rig.state(running), rig.state(waiting)) == (State.SUCCEEDED, State.QUEUED)

    run(test)


def test_draining_does_not_take_longer_than_it_may(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with local(rig) as executor:
            job = rig.submit(f"hang {tmp_path}/pid")
            await executor.sent([job])
            await until(lambda: written(tmp_path / "pid"))
            begun = time.monotonic()
            await executor.drain(0.3)
            assert time.monotonic() - begun < 2
        assert rig.state(job) is State.QUEUED

    run(test)


def test_while_the_database_is_away_places_wait_and_then_go_on(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            await until(lambda: executor.standing().workers["ready"])
            job = rig.submit("say back")
            rig.database.away.on = True
            await executor.sent([job])
            await until(lambda: rig.database.away.asked)
            rig.database.away.on = False
            (read,) = await ended(rig, [job])
            assert rig.texts(read) == ["back"]

    run(test)


def test_large_documents_are_shared_out_and_put_together(rig: Rig):
    async def test() -> None:
        async with local(rig, workers=2, terms=Terms(part_pages=2)) as executor:
            (job,) = await read(rig, executor, "pages a b c d e f g")
            assert (job.state, job.attempt, rig.texts(job)) == (State.SUCCEEDED, 2, list("abcdefg"))

    run(test)


def pipes() -> int:
    """How many ends of pipes and sockets this process has; connections to the database come and go."""
    targets = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            targets.append(str(each.readlink()))
    return sum(target.startswith(("pipe:", "socket:")) for target in targets)


def test_a_large_result_is_whole_and_one_that_is_cancelled_leaves_nothing_behind(rig: Rig):
    async def test() -> None:
        async with local(rig) as executor:
            await read(rig, executor, "say warm")
            before = pipes()
            (large,) = await read(rig, executor, "say " + "x" * 5_000_000)
            assert len(rig.document(large).text) == 5_000_000
            for _ in range(3):
                job = rig.submit("say " + "x" * 5_000_000)
                await executor.sent([job])
                await until(lambda: executor.standing().workers["busy"])
                await executor.cancelled(rig.store.cancel(job.id))
                await ended(rig, [job])
            await until(lambda: executor.standing().workers["ready"])
            await until(lambda: pipes() <= before)
            assert not rig.files()

    run(test)
