from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

import servers
from uncial.document import Problem
from uncial.jobs.blobs import Blobs
from uncial.jobs.database import Database
from uncial.jobs.executor import Standing
from uncial.jobs.housekeeping import Housekeeper, Times
from uncial.jobs.job import Ending, Job, Order, State, Submission
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore

OFTEN = Times(mend=0.02, sweep=0.02, search=0.02)


class Listener:
    """An executor that only hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def sent(self, jobs: Sequence[Job]) -> None:
        self.heard += [job.id for job in jobs]

    async def cancelled(self, job: Job) -> None: ...

    async def drain(self, seconds: float) -> None: ...

    def standing(self) -> Standing:
        return Standing({})


class Home:
    """A store with all that housekeeping needs, and a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.time = 1_000_000.0
        self.root = folder / "blobs"
        self.database = Database.open(f"sqlite:///{folder}/jobs.db", lambda: self.time)
        self.store = JobStore(self.database, Seal(Fernet.generate_key()))
        self.blobs, self.executor = Blobs.open(str(self.root)), Listener()
        self.rung: list[str] = []
        self.keeper = Housekeeper(self.store, self.blobs, self.executor, told=self.rung.append)

    def job(self, keep: float = 100.0) -> str:
        id = uuid4().hex
        self.blobs.write(f"{id}/source", b"x")
        self.store.submit(Submission(order=Order(name="x"), id=id, keep=keep))
        return id

    def ended(self, keep: float = 100.0) -> str:
        id = self.job(keep)
        lease = self.store.lease(id, "worker")
        assert lease
        self.store.finish(lease, Ending(state=State.SUCCEEDED))
        return id

    def stray(self, name: str, age: float) -> None:
        self.blobs.write(f"{name}/source", b"x")
        folder = self.root / name
        for path in (*folder.rglob("*"), folder):
            then = path.stat().st_mtime - age
            os.utime(path, (then, then))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    home.database.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def test_jobs_of_dead_workers_are_sent_again_and_whoever_waits_is_told(home: Home) -> None:
    id = home.job()
    assert home.store.lease(id, "worker")
    asyncio.run(home.keeper.mend())
    assert (home.executor.heard, home.rung) == ([], [])
    home.time += 16
    asyncio.run(home.keeper.mend())
    assert (home.executor.heard, home.rung) == ([id], [id])


def test_what_a_broker_has_lost_is_sent_again_and_not_all_the_time(home: Home) -> None:
    id = home.job()
    for _ in range(3):
        asyncio.run(home.keeper.mend())
    assert home.executor.heard == [id]
    home.time += 61
    asyncio.run(home.keeper.mend())
    assert home.executor.heard == [id, id]


def test_what_was_kept_for_long_enough_goes_with_its_blobs(home: Home) -> None:
    old, young, waiting = home.ended(100), home.ended(1000), home.job(0)
    home.time += 200
    asyncio.run(home.keeper.sweep())
    assert home.store.known_ids([old, young, waiting]) == {young, waiting}
    assert sorted(home.blobs.prefixes()) == sorted([young, waiting])


def test_many_go_in_one_sweep(home: Home) -> None:
    ids = [uuid4().hex for _ in range(105)]
    for id in ids:
        home.store.submit_failed(Submission(order=Order(name="x"), id=id, keep=1.0), Problem("a", "b"))
    home.time += 10
    asyncio.run(home.keeper.sweep())
    assert home.store.known_ids(ids) == set()
    assert home.blobs.prefixes() == []


def test_blobs_without_a_job_go_when_no_job_can_be_coming_any_more(home: Home) -> None:
    old, young, known = uuid4().hex, uuid4().hex, home.job()
    home.stray(old, 4000)
    home.stray(young, 1000)
    home.stray(known, 4000)
    asyncio.run(home.keeper.search())
    assert sorted(home.blobs.prefixes()) == sorted([young, known])


def test_what_is_not_ours_stays(home: Home) -> None:
    for name in ("photographs", "0123", uuid4().hex.upper(), ".shared-x"):
        home.stray(name, 1e7)
    before = sorted(path.name for path in home.root.iterdir())
    asyncio.run(home.keeper.search())
    assert sorted(path.name for path in home.root.iterdir()) == before


def test_it_is_done_again_and_again_while_it_is_entered(home: Home) -> None:
    async def live() -> None:
        async with Housekeeper(home.store, home.blobs, home.executor, OFTEN):
            for _ in range(2):
                id, old = home.job(), home.ended(1)
                stray = uuid4().hex
                home.stray(stray, 4000)
                home.time += 10
                await until(lambda id=id: id in home.executor.heard)  # type: ignore[misc]
                await until(lambda old=old: old not in home.blobs.prefixes())  # type: ignore[misc]
                await until(lambda stray=stray: stray not in home.blobs.prefixes())  # type: ignore[misc]

    asyncio.run(live())


def test_two_keepers_do_no_harm_to_each_other(home: Home) -> None:
    ids = [home.ended(1) for _ in range(20)]
    strays = [uuid4().hex for _ in range(10)]
    for stray in strays:
        home.stray(stray, 4000)
    waiting = [home.job() for _ in range(20)]
    home.time += 10

    async def live() -> None:
        keepers = [Housekeeper(home.store, home.blobs, home.executor) for _ in range(3)]
        for chore in ("mend", "sweep", "search"):
            await asyncio.gather(*(getattr(keeper, chore)() for keeper in keepers))

    asyncio.run(live())
    assert sorted(home.executor.heard) == sorted(waiting)
    assert home.store.known_ids(ids) == set()
    assert sorted(home.blobs.prefixes()) == sorted(waiting)


def test_a_database_that_goes_away_is_logged_and_the_keeper_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with servers.postgres() as server, servers.database(server) as url:
        database = Database.open(url)
        store, executor = JobStore(database, Seal(Fernet.generate_key())), Listener()

        async def live() -> None:
            async with Housekeeper(store, Blobs.open(str(tmp_path)), executor, OFTEN):
                server.kill()
                await until(lambda: "does not answer" in caplog.text)
                await asyncio.to_thread(server.start)
                store.submit(Submission(order=Order(name="x"), id="a"))
                await until(lambda: executor.heard == ["a"])

        with caplog.at_level(logging.WARNING):
            asyncio.run(live())
        database.close()


def test_a_bug_in_one_chore_does_not_stop_it(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Listener):
        async def sent(self, jobs: Sequence[Job]) -> None:
            await super().sent(jobs)
            raise RuntimeError("a bug")

    executor = Broken()

    async def live() -> None:
        async with Housekeeper(home.store, home.blobs, executor, OFTEN):
            for _ in range(2):
                id = home.job()
                await until(lambda id=id: id in executor.heard)  # type: ignore[misc]

    asyncio.run(live())
    assert "A chore failed." in caplog.text
