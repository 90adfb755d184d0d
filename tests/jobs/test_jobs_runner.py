from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import fake_worker
from job_rig import Rig, run, until, written
from running_service import alive
from uncial.errors import FetchFailed
from uncial.jobs.job import State
from uncial.jobs.runner import Terms
from uncial.options import Limits, Options, Output, PageRanges

MIB = 1 << 20


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def noted(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_document_is_read_page_by_page_and_its_result_is_kept(rig: Rig):
    async def test() -> None:
        async with rig:
            told: list[str] = []
            runner = rig.runner(told=told.append)
            job = await rig.done("pages one two\nnoticed repaired\nnoticed repaired", runner, format="txt")
            assert (job.state, job.pages_total, job.pages_done, job.pages_failed) == (State.SUCCEEDED, 4, 4, 0)
            assert rig.texts(job) == ["one", "two", "noticed", "noticed"]
            assert rig.document(job).source.name == "page.png"
            assert rig.blobs.read(f"{job.result}/txt") == b"one\ftwo\fnoticed\fnoticed\n"
            assert job.notices == {"repaired": 2}
            assert set(job.timings) == {"queue", "fetch", "open", "read", "write"}
            assert [(page.number, page.code) for page in rig.store.pages(job.id)] == [(1, ""), (2, ""), (3, ""), (4, "")]
            assert told.count(job.id) >= 6

    run(test)


def test_what_is_asked_for_reaches_the_worker(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            options = Options(engine="other", languages=("de",), pages=PageRanges.parse("2-3"))
            job = await rig.done("say no\noptions\nsay three\nsay no", runner, options=options)
            assert [page.number for page in rig.document(job).pages] == [2, 3]
            assert "'de'" in rig.texts(job)[0]
            layout = await rig.done("say x", runner, format="txt", output=Output(layout=True))
            assert rig.blobs.size(f"{layout.result}/txt-layout")

    run(test)


def test_a_page_that_fails_leaves_the_others_and_where_all_fail_the_job_does(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            partial = await rig.done("say one\nfail source-damaged\nfailed", runner)
            assert (partial.state, partial.pages_failed) == (State.PARTIAL, 2)
            assert rig.texts(partial) == ["one", "source-damaged", "of-a-package"]
            failed = await rig.done("unsupported", runner)
            assert failed.state is State.FAILED
            assert failed.error
            assert (failed.error.code, failed.error.hint) == ("media-type-unsupported", "What can be read is JPEG, PNG and PDF.")
            assert runner.worker
            assert runner.worker.jobs == 2

    run(test)


@pytest.mark.parametrize("name", ["\udcff.png", "ä\x00b\n.png", "𝔄" * 200])
def test_a_name_that_is_no_text_breaks_nothing(rig: Rig, name: str):
    async def test() -> None:
        async with rig:
            job = await rig.done("say one\nfail source-damaged", name=name)
            assert rig.texts(job) == ["one", "source-damaged"]

    run(test)


@pytest.mark.parametrize("end", ["killed", "cancelled"])
def test_pages_that_are_done_are_not_read_again_by_who_takes_over(rig: Rig, tmp_path: Path, end: str):
    script = f"note {tmp_path}/first\npages two three\nwait {tmp_path}/go\nnote {tmp_path}/last"

    async def test() -> None:
        async with rig:
            job = rig.submit(script, format="txt")
            if end == "killed":
                await _killed_in_the_middle(rig, job.id)
                rig.ahead = 60  # the lease of the dead has ended
                assert rig.store.reconcile() == [job.id]
            else:
                running = asyncio.create_task(rig.runner().run(rig.lease()))
                await until(lambda: rig.store.get(job.id).pages_done == 3)
                running.cancel()
                await asyncio.wait({running})
                assert not rig.files()
            assert rig.state(job) is State.QUEUED
            assert not alive(int((tmp_path / "go.begun").read_text()))
            (tmp_path / "go").touch()
            await rig.runner().run(rig.lease())
            resumed = rig.store.get(job.id)
            assert (resumed.state, resumed.pages_done, resumed.attempt) == (State.SUCCEEDED, 5, 2)
            assert (noted(tmp_path / "first"), noted(tmp_path / "last")) == (1, 1)
            undisturbed = await rig.done(script, format="txt")
            assert rig.json(resumed) == rig.json(undisturbed)
            assert rig.blobs.read(f"{resumed.result}/txt") == rig.blobs.read(f"{undisturbed.result}/txt")

    run(test)


RUN = """
import asyncio, sys
from pathlib import Path
from job_rig import Rig
async def main():
    rig = Rig(Path(sys.argv[1]))
    rig.work = rig.folder / "dead"
    await rig.runner().run(rig.lease())
asyncio.run(main())
"""


async def _killed_in_the_middle(rig: Rig, id: str) -> None:
    """Have another process begin the job, and kill it when three pages are done."""
    tests = str(Path(__file__).parent.parent)
    process = subprocess.Popen([sys.executable, "-c", RUN, str(rig.folder)], env=os.environ | {"PYTHONPATH": tests})
    try:
        await until(lambda: rig.store.get(id).pages_done == 3)
    finally:
        process.kill()
        process.wait()
    pid = rig.folder / "go.begun"
    await until(lambda: not alive(int(pid.read_text())), 5)


def test_a_page_whose_checkpoint_is_gone_is_read_again(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rig:
            job = rig.submit(f"say one\nnote {tmp_path}/second\nwait {tmp_path}/go")
            running = asyncio.create_task(rig.runner().run(rig.lease()))
            await until(lambda: rig.store.get(job.id).pages_done == 2)
            running.cancel()
            await asyncio.wait({running})
            rig.blobs.delete(rig.store.pages(job.id)[1].blob)
            (tmp_path / "go").touch()
            await rig.runner().run(rig.lease())
            assert rig.texts(rig.store.get(job.id)) == ["one", "noted", "waited"]
            assert noted(tmp_path / "second") == 2

    run(test)


@pytest.mark.parametrize(
    ("command", "reason"),
    [("crash SIGSEGV", "SIGSEGV"), ("exit 3", "status 3"), ("bug x", "ZeroDivisionError: x")],
)
def test_a_page_that_kills_its_worker_twice_fails_and_the_rest_goes_on(rig: Rig, command: str, reason: str):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"say one\n{command}\nsay three\nsay four")
            assert (job.state, dict(job.kills), job.pages_failed) == (State.PARTIAL, {2: 2}, 1)
            assert rig.texts(job) == ["one", "worker-crashed", "three", "four"]
            problem = rig.document(job).pages[1].problem
            assert problem
            assert reason in problem.message

    run(test)


def test_a_page_that_kills_its_worker_once_is_read(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"note {tmp_path}/first\ncrash-once {tmp_path}/x SIGSEGV\nsay three")
            assert (job.state, dict(job.kills)) == (State.SUCCEEDED, {2: 1})
            assert rig.texts(job) == ["noted", "survived", "three"]
            assert noted(tmp_path / "first") == 1

    run(test)


def test_where_every_page_kills_the_job_fails(rig: Rig):
    async def test() -> None:
        async with rig:
            job = await rig.done("crash SIGSEGV")
            assert job.state is State.FAILED
            assert job.error
            assert (job.error.code, job.result) == ("worker-crashed", "")

    run(test)


def test_a_page_that_takes_too_long_fails_at_once_and_the_rest_goes_on(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"say one\nbreed {tmp_path}/pid\nsay three", page_seconds=1.0)
            assert (job.state, dict(job.kills)) == (State.PARTIAL, {})
            assert rig.texts(job) == ["one", "time-limit-exceeded", "three"]
            assert not alive(int((tmp_path / "pid").read_text()))

    run(test)


def test_where_the_whole_takes_too_long_what_is_read_stays(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            await runner.start()
            begun = time.monotonic()
            job = await rig.done("say one\nhang\nsay three", runner, seconds=1.5)
            assert time.monotonic() - begun < 10
            assert (job.state, job.pages_failed) == (State.PARTIAL, 2)
            assert rig.texts(job) == ["one", "time-limit-exceeded", "time-limit-exceeded"]
            problem = rig.document(job).pages[2].problem
            assert problem
            assert problem.message == "Reading the document took longer than 1.5 seconds and was stopped."

    run(test)


@pytest.mark.parametrize("script", ["hang\nsay two", "opening hang\nsay one"])
def test_where_nothing_is_read_in_time_the_job_fails(rig: Rig, script: str):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            await runner.start()
            job = await rig.done(script, runner, seconds=1.0)
            assert job.state is State.FAILED
            assert job.error
            assert job.error.code == "time-limit-exceeded"

    run(test)


def test_writing_that_takes_too_long_fails(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            await runner.start()
            job = await rig.done("writing hang\nsay one", runner, seconds=1.0, page_seconds=1.0)
            assert job.error
            assert (job.state, job.error.code) == (State.FAILED, "time-limit-exceeded")

    run(test)


@pytest.mark.parametrize("moment", ["opening", "writing"])
def test_a_document_that_kills_its_worker_outside_of_its_pages_fails_after_two(rig: Rig, tmp_path: Path, moment: str):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"{moment} note {tmp_path}/tries\n{moment} crash SIGSEGV\nsay one")
            assert job.error
            assert (job.state, job.error.code, noted(tmp_path / "tries")) == (State.FAILED, "worker-crashed", 2)

    run(test)


@pytest.mark.parametrize("moment", ["opening", "writing"])
def test_a_document_that_kills_one_worker_outside_of_its_pages_is_read(rig: Rig, tmp_path: Path, moment: str):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"{moment} crash-once {tmp_path}/x SIGSEGV\nsay one\nsay two")
            assert (job.state, rig.texts(job)) == (State.SUCCEEDED, ["one", "two"])

    run(test)


def test_a_worker_that_is_killed_from_outside_is_no_pages_fault(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rig:
            job = rig.submit(f"say one\nwait {tmp_path}/go")
            running = asyncio.create_task(rig.runner().run(rig.lease()))
            for _ in range(3):
                await until(lambda: written(tmp_path / "go.begun"))
                pid = int((tmp_path / "go.begun").read_text())
                (tmp_path / "go.begun").unlink()
                os.kill(pid, signal.SIGKILL)
            (tmp_path / "go").touch()
            await running
            ended = rig.store.get(job.id)
            assert (ended.state, dict(ended.kills)) == (State.SUCCEEDED, {})

    run(test)


def test_a_page_at_which_workers_are_killed_again_and_again_is_blamed_after_all(rig: Rig):
    async def test() -> None:
        async with rig:
            job = await rig.done("crash SIGKILL\nsay two", rig.runner(terms=Terms(max_strays=2)))
            assert (job.state, dict(job.kills)) == (State.PARTIAL, {1: 2})
            assert rig.texts(job) == ["worker-crashed", "two"]

    run(test)


def test_a_page_that_wants_more_memory_than_there_is_fails_and_the_machine_stays(rig: Rig):
    async def test() -> None:
        async with rig:
            plan = replace(fake_worker.plan(), address_space=2048 * MIB)
            job = await rig.done(f"say one\nmemory {4096 * MIB}\nsay three", rig.runner(plan))
            assert rig.texts(job) == ["one", "worker-crashed", "three"]
            problem = rig.document(job).pages[1].problem
            assert problem
            assert "ran out of the memory" in problem.message
            assert "UNCIAL_WORKER_ADDRESS_SPACE" in problem.hint

    run(test)


@pytest.mark.parametrize(("told", "moment"), [(True, "hang"), (False, "hang"), (True, "breed"), (True, "opening hang")])
def test_cancelling_ends_the_process_and_all_that_it_started(rig: Rig, tmp_path: Path, told: bool, moment: str):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            job = rig.submit(f"say one\n{moment} {tmp_path}/pid")
            running = asyncio.create_task(runner.run(rig.lease()))
            await until(lambda: written(tmp_path / "pid"))
            worker = runner.worker
            assert worker
            begun = time.monotonic()
            rig.store.cancel(job.id)
            if told:
                runner.nudge(job.id)
            await running
            assert time.monotonic() - begun < (1 if told else 2)
            assert not alive(worker.pid)
            assert not alive(int((tmp_path / "pid").read_text()))
            assert rig.state(job) is State.CANCELLED
            assert not rig.files()
            assert not rig.blobs.prefixes()
            assert (await rig.done("say next", runner)).state is State.SUCCEEDED

    run(test)


def test_who_has_lost_the_lease_writes_nothing(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rig:
            job = rig.submit(f"say one\nwait {tmp_path}/go\nsay three")
            late = rig.runner()
            running = asyncio.create_task(late.run(rig.lease("late")))
            await until(lambda: written(tmp_path / "go.begun") and rig.store.get(job.id).pages_done)
            while not (mine := rig.store.lease(job.id, "mine")):
                rig.ahead += 60
                rig.store.reconcile()
            await running  # its heartbeat told it
            assert late.worker is None
            assert (rig.state(job), rig.store.get(job.id).worker) == (State.RUNNING, "mine")
            assert [page.number for page in rig.store.pages(job.id)] == [1]
            assert not rig.files()
            (tmp_path / "go").touch()
            rig.blobs.write(f"{job.id}/result-1/document.json", b"left by one who died before the job had ended")
            await rig.runner().run(mine)
            assert (rig.state(job), rig.store.get(job.id).result) == (State.SUCCEEDED, f"{job.id}/result-2")
            with pytest.raises(FileNotFoundError):
                rig.blobs.size(f"{job.id}/result-1/document.json")

    run(test)


@pytest.mark.parametrize("which", ["database", "blobs"])
def test_while_the_database_or_the_blob_store_is_away_the_work_waits_and_then_goes_on(rig: Rig, tmp_path: Path, which: str):
    async def test() -> None:
        async with rig:
            away = rig.database.away if which == "database" else rig.blobs.away
            job = rig.submit(f"note {tmp_path}/first\nwait {tmp_path}/go\nsay three", seconds=3.0)
            running = asyncio.create_task(rig.runner().run(rig.lease()))
            await until(lambda: written(tmp_path / "go.begun"))
            away.on = True
            (tmp_path / "go").touch()
            await asyncio.sleep(3.5)
            assert away.asked >= 2
            away.on = False
            await running
            assert (rig.state(job), rig.texts(rig.store.get(job.id))) == (State.SUCCEEDED, ["noted", "waited", "three"])
            assert noted(tmp_path / "first") == 1

    run(test)


def test_where_the_blob_store_stays_away_the_job_is_given_back(rig: Rig):
    async def test() -> None:
        async with rig:
            job = rig.submit("say one")
            rig.blobs.away.on = True
            await rig.runner(terms=Terms(patience=0.3)).run(rig.lease())
            assert (rig.state(job), rig.store.get(job.id).tries) == (State.QUEUED, 0)

    run(test)


def test_where_no_worker_can_be_started_the_job_is_given_back(rig: Rig):
    async def test() -> None:
        async with rig:
            job = rig.submit("say one")
            await rig.runner(fake_worker.plan("no-model")).run(rig.lease())
            assert rig.state(job) is State.QUEUED

    run(test)


def test_a_document_that_is_gone_is_told_as_that(rig: Rig):
    async def test() -> None:
        async with rig:
            job = rig.submit("say one")
            rig.blobs.delete(job.id)
            await rig.runner().run(rig.lease())
            error = rig.store.get(job.id).error
            assert error
            assert error.code == "source-not-found"

    run(test)


class Web:
    """What is behind every URL."""

    def __init__(self, script: str) -> None:
        self.script, self.fetched = script, 0

    def fetch(self, url: str, limits: Limits) -> tuple[bytes, str]:
        self.fetched += 1
        if "missing" in url:
            raise FetchFailed("There is nothing.")
        return self.script.encode(), "found.png"


def test_what_a_url_leads_to_is_fetched_once(rig: Rig, tmp_path: Path):
    web = Web(f"say one\nwait {tmp_path}/go")

    async def test() -> None:
        async with rig:
            job = rig.submit("", name="", url="https://example.org/x")
            running = asyncio.create_task(rig.runner(fetch=web.fetch).run(rig.lease()))
            await until(lambda: written(tmp_path / "go.begun"))
            running.cancel()
            await asyncio.wait({running})
            (tmp_path / "go").touch()
            await rig.runner(fetch=web.fetch).run(rig.lease())
            ended = rig.store.get(job.id)
            assert (ended.state, ended.order.name, ended.size, len(ended.sha256)) == (
                State.SUCCEEDED,
                "found.png",
                len(web.script),
                64,
            )
            assert rig.document(ended).source.name == "found.png"
            assert web.fetched == 1

    run(test)


def test_a_url_that_leads_nowhere_fails_the_job(rig: Rig):
    async def test() -> None:
        async with rig:
            job = await rig.done("", rig.runner(fetch=Web("").fetch), url="https://example.org/missing", name="")
            assert job.error
            assert (job.state, job.error.code) == (State.FAILED, "fetch-failed")

    run(test)


def test_the_password_reaches_the_worker_and_is_gone_afterwards(rig: Rig):
    async def test() -> None:
        async with rig:
            job = await rig.done("password", password="sesame")
            assert rig.texts(job) == ["opened with sesame"]
            assert job.order.password == ""

    run(test)


@pytest.mark.parametrize("web", [False, True])
def test_parts_are_read_by_others_and_put_together_as_if_never_split(rig: Rig, web: bool):
    script = "pages one two three\nfail source-damaged\npages five six\npassword"
    terms = Terms(part_pages=2)
    internet = Web(script)
    order = {"url": "https://example.org/x", "name": ""} if web else {"name": "found.png"}

    async def test() -> None:
        async with rig:
            job = rig.submit(script, password="sesame", format="txt", **order)
            one, two = rig.runner(terms=terms, fetch=internet.fetch), rig.runner(terms=terms, fetch=internet.fetch)
            await one.run(rig.lease())
            assert (rig.state(job), rig.store.get(job.id).pages_total) == (State.RUNNING, 7)
            parts = sorted((rig.lease() for _ in range(4)), key=lambda lease: lease.job.order.part)
            assert [part.job.order.part for part in parts] == [(1, 2), (3, 4), (5, 6), (7,)]
            assert {part.job.parent for part in parts} == {job.id}
            assert rig.store.lease_next("early") is None
            await asyncio.gather(two.run(parts[2]), one.run(parts[0]))
            await asyncio.gather(two.run(parts[3]), one.run(parts[1]))
            assert rig.store.get(job.id).pages_done == 7
            last = rig.lease()
            assert last.job.id == job.id
            await two.run(last)
            whole = rig.store.get(job.id)
            assert (whole.state, whole.pages_failed) == (State.PARTIAL, 1)
            undisturbed = await rig.done(script, password="sesame", format="txt", name="found.png")
            assert rig.json(whole) == rig.json(undisturbed)
            assert rig.blobs.read(f"{whole.result}/txt") == rig.blobs.read(f"{undisturbed.result}/txt")
            assert internet.fetched == int(web)
            assert not rig.files()

    run(test)


def test_a_worker_is_replaced_after_so_many_documents(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner(terms=Terms(max_jobs=2))
            pids = [rig.texts(await rig.done("pid", runner))[0] for _ in range(4)]
            assert pids[0] == pids[1] != pids[2] == pids[3]
            assert not any(alive(int(pid)) for pid in pids)

    run(test)


def test_a_worker_that_holds_too_much_memory_is_replaced(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner(terms=Terms(max_memory=250 * MIB))
            first = rig.texts(await rig.done("pid", runner))
            assert rig.texts(await rig.done(f"memory {300 * MIB}", runner)) == first
            assert rig.texts(await rig.done("pid", runner)) != first

    run(test)


def test_a_worker_that_is_killed_while_it_is_idle_takes_no_document_with_it(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            os.kill((await runner.start()).pid, signal.SIGKILL)
            job = await rig.done("say back", runner)
            assert (job.state, dict(job.kills)) == (State.SUCCEEDED, {})

    run(test)


def test_an_engine_that_cannot_be_loaded_fails_the_one_job_that_asked_for_it(rig: Rig):
    async def test() -> None:
        async with rig:
            runner = rig.runner()
            first = rig.texts(await rig.done("pid", runner))
            job = await rig.done("say x", runner, options=Options(engine="no-model"))
            assert job.error
            assert (job.state, job.error.code, job.error.hint) == (State.FAILED, "model-missing", "pip install it")
            assert rig.texts(await rig.done("pid", runner, options=Options(engine="other"))) == first

    run(test)


def frame(kind: str, data: bytes, length: int | None = None) -> str:
    return f"babble {kind} {len(data) if length is None else length} {data.hex()}"


@pytest.mark.parametrize(
    "babble",
    [
        frame("Z", b""), frame("R", b""), frame("P", b"", 1 << 60), frame("P", b"{}"), frame("B", b"7"), frame("D", b""),
        frame("P", b'{"number": 7, "seconds": 0, "code": ""}'),
        frame("P", b'{"number": 2, "seconds": 0, "code": ""}'),  # and there is no file
        frame("E", b'{"code": "nothing"}'),
    ],
)  # fmt: skip
def test_a_worker_that_talks_nonsense_is_ended_and_its_page_fails(rig: Rig, babble: str):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"say one\n{babble}\nsay three")
            assert rig.texts(job) == ["one", "worker-crashed", "three"]
            problem = rig.document(job).pages[1].problem
            assert problem
            assert "The worker " in problem.message

    run(test)


@pytest.mark.parametrize("numbers", [b"[]", b"[1, 2, 3, 4]"])
def test_a_worker_that_talks_nonsense_about_the_pages_fails_the_job(rig: Rig, numbers: bytes):
    async def test() -> None:
        async with rig:
            job = await rig.done(f"opening {frame('O', numbers)}\nsay one", limits=Limits(max_pages=3))
            assert job.error
            assert (job.state, job.error.code) == (State.FAILED, "worker-crashed")

    run(test)
