from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import fake_worker
from job_rig import run, until, written
from running_service import alive
from uncial.errors import EngineFailed, ModelMissing, SourceEmpty, WorkerCrashed
from uncial.jobs.checkpoints import load_page, page_file
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
from uncial.jobs.wire import Open, PageDone, Plan, Read, Write
from uncial.options import Limits, Options


@asynccontextmanager
async def started(folder: Path, plan: Plan | None = None, limit: float = 30) -> AsyncIterator[WorkerProcess]:
    (folder / "tray").mkdir()
    worker = await WorkerProcess.start(plan or fake_worker.plan(), folder / "tray", limit)
    try:
        yield worker
    finally:
        await worker.end()


async def opened(worker: WorkerProcess, folder: Path, script: str) -> tuple[int, ...]:
    path = folder / "tray" / "source"
    path.write_text(script)
    return await worker.open(Open(path, "page.png", Options(), Limits()))


async def texts(worker: WorkerProcess, folder: Path, script: str) -> list[str]:
    """What the pages of a document say."""
    numbers = await opened(worker, folder, script)
    told = [told async for told in worker.read(Read(numbers, folder / "tray"))]
    assert [each for each in told if isinstance(each, int)] == list(numbers)
    done = [each.number for each in told if isinstance(each, PageDone)]
    return [load_page(page_file(folder / "tray", number).read_bytes()).text for number in done]


def test_a_document_is_opened_read_in_several_goes_and_written(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            assert await opened(worker, tmp_path, "pages a b c") == (1, 2, 3)
            for numbers in ((3,), (1, 2)):
                told = [told async for told in worker.read(Read(numbers, tmp_path / "tray"))]
                assert [each for each in told if isinstance(each, int)] == list(numbers)
            written = await worker.write(Write((1, 2, 3), tmp_path / "tray", "txt"))
            assert written.failed == ()
            assert (tmp_path / "tray" / "result").read_bytes() == b"a\fb\fc\n"
            assert worker.jobs == 1
            assert worker.memory > 1 << 20

    run(test)


def test_an_error_comes_back_and_the_worker_goes_on(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            with pytest.raises(SourceEmpty):
                await opened(worker, tmp_path, "")
            assert await texts(worker, tmp_path, "pid") == [str(worker.pid)]

    run(test)


def test_what_a_library_prints_does_not_reach_the_replies_and_the_tasks_cannot_be_read(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            assert await texts(worker, tmp_path, "print text\nstdin") == ["text", "stdin has 0"]

    run(test)


def test_what_a_library_prints_goes_into_the_log_however_long_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", "uncial")

    async def test() -> None:
        async with started(tmp_path) as worker:
            await texts(worker, tmp_path, "print text\nnoise 200000\nsay x")

    run(test)
    assert {"a library that prints", "and another", "after the noise"} <= {record.message for record in caplog.records}
    assert all(record.__dict__["pid"] for record in caplog.records)


def test_a_segmentation_fault_leaves_its_place_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", "uncial")

    async def test() -> None:
        async with started(tmp_path) as worker:
            with pytest.raises(WorkerKilled, match="SIGSEGV") as caught:
                await texts(worker, tmp_path, "crash SIGSEGV")
            assert not caught.value.from_outside

    run(test)
    assert any("in _crash" in record.message for record in caplog.records)


def test_who_is_killed_from_outside_is_known(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            with pytest.raises(WorkerKilled) as caught:
                await texts(worker, tmp_path, "crash SIGKILL")
            assert caught.value.from_outside
            with pytest.raises(NotTaken):
                await opened(worker, tmp_path, "say x")

    run(test)


def test_something_unforeseen_ends_the_worker_and_is_told_with_its_traceback(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            with pytest.raises(WorkerCrashed, match="ZeroDivisionError: mine") as caught:
                await texts(worker, tmp_path, "bug mine")
            assert "in _bug" in caught.value.__notes__[0]
            async with asyncio.timeout(10):
                assert await worker.ended == 1

    run(test)


def test_a_worker_leaves_it_to_the_service_when_it_ends(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path) as worker:
            os.kill(worker.pid, signal.SIGTERM)
            assert await texts(worker, tmp_path, "pid") == [str(worker.pid)]

    run(test)


def test_ending_it_ends_what_it_started_and_leaves_nothing(tmp_path: Path):
    async def test() -> None:
        descriptors = len(list(Path("/proc/self/fd").iterdir()))
        async with started(tmp_path) as worker:
            reading = asyncio.create_task(texts(worker, tmp_path, f"breed {tmp_path}/pid"))
            await until(lambda: written(tmp_path / "pid"))
            assert worker.temporary.is_dir()
            await worker.end()
            assert isinstance((await asyncio.gather(reading, return_exceptions=True))[0], WorkerCrashed)
            assert not alive(int((tmp_path / "pid").read_text()))
            assert not alive(worker.pid)
            assert not worker.temporary.exists()
        assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors

    run(test)


def test_no_key_and_no_address_reaches_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("UNCIAL_DATABASE", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "MY_TOKEN"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    async def test() -> None:
        async with started(tmp_path) as worker:
            (names,) = await texts(worker, tmp_path, "environment")
            assert {"LC_ALL", "OMP_NUM_THREADS", "PATH", "TMPDIR"} <= set(names.split())
            assert not {name for name in names.split() if name.startswith(("UNCIAL_", "AWS_", "PG", "MY_"))}

    run(test)


def test_a_worker_has_its_pipes_and_nothing_else_of_ours(tmp_path: Path):
    async def test() -> None:
        with (tmp_path / "ours").open("w") as ours:
            os.set_inheritable(ours.fileno(), True)
            async with started(tmp_path) as worker:
                targets = [str(each.readlink()) for each in Path(f"/proc/{worker.pid}/fd").iterdir()]
                assert {target.partition(":")[0] for target in targets} <= {"pipe", "/dev/null"}

    run(test)


@pytest.mark.parametrize(("engine", "reason"), [("dies", "SIGSEGV"), ("broken", "a bug in the engine")])
def test_a_worker_that_dies_while_it_starts_is_an_engine_that_failed(tmp_path: Path, engine: str, reason: str):
    async def test() -> None:
        with pytest.raises(EngineFailed, match=reason):
            async with started(tmp_path, fake_worker.plan(engine)):
                pass

    run(test)
    assert [path.name for path in tmp_path.iterdir()] == ["tray"]


def test_a_missing_model_is_told_as_that(tmp_path: Path):
    async def test() -> None:
        with pytest.raises(ModelMissing) as caught:
            async with started(tmp_path, fake_worker.plan("no-model")):
                pass
        assert caught.value.hint == "pip install it"

    run(test)


def test_a_worker_that_never_gets_ready_is_given_up(tmp_path: Path):
    async def test() -> None:
        with pytest.raises(EngineFailed, match=r"not ready after 0\.05 seconds"):
            async with started(tmp_path, limit=0.05):
                pass

    run(test)


def test_an_engine_that_is_none_needs_no_loading(tmp_path: Path):
    async def test() -> None:
        async with started(tmp_path, replace(fake_worker.plan("no-model"), engine="")) as worker:
            assert await texts(worker, tmp_path, "say x") == ["x"]

    run(test)


ORPHANING = """
import asyncio, sys
from pathlib import Path
import fake_worker
from uncial.jobs.process import WorkerProcess
async def main():
    folder = Path(sys.argv[1])
    worker = await WorkerProcess.start(fake_worker.plan(), folder)
    print(worker.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_a_worker_dies_with_its_service(tmp_path: Path):
    tests = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANING, str(tmp_path)], env=os.environ | {"PYTHONPATH": tests}, stdout=subprocess.PIPE
    ) as service:
        assert service.stdout
        pid = int(service.stdout.readline())
        assert alive(pid)
        service.kill()

    run(lambda: until(lambda: not alive(pid), 5))
