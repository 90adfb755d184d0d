from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import fake_worker
from running_service import alive
from uncial.errors import (
    EngineFailed,
    MediaTypeUnsupported,
    ModelMissing,
    ServiceBusy,
    TimeLimitExceeded,
    WorkerCrashed,
)  # fmt: skip
from uncial.formats.json import read as read_json
from uncial.options import Limits, Options
from uncial.service.executor import LocalExecutor
from uncial.service.work import Answer, Job, Plan


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(limited())


def local(plan: Plan | None = None, workers: int = 1, **settings: Any) -> LocalExecutor:
    usual = {"queue_size": 100, "max_jobs": 100, "max_memory": 1 << 40}
    return LocalExecutor(plan or fake_worker.plan(), workers, **{**usual, **settings})


class Desk:
    """Writes commands to files and makes jobs of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def job(self, command: str, time_limit: float = 30, **options: Any) -> Job:
        self.count += 1
        path = self.folder / f"spool-{self.count}"
        path.write_text(command)
        made = Options(**{"engine": "fake", **options})
        return Job(f"job-{self.count}", path, "page.png", made, Limits(), time_limit, "json")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def text_of(answer: Answer) -> str:
    return read_json(answer.content).text


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


def test_each_of_many_at_once_gets_its_own_answer(desk):
    async def test() -> None:
        async with local(workers=2) as executor:
            answers = await asyncio.gather(*(executor.run(desk.job(f"say number {n}")) for n in range(30)))
        assert [text_of(answer) for answer in answers] == [f"number {n}" for n in range(30)]

    run(test)


def test_the_document_has_the_name_that_the_client_gave(desk):
    async def test() -> None:
        async with local() as executor:
            answer = await executor.run(desk.job("say x"))
        assert read_json(answer.content).source.name == answer.name == "page.png"

    run(test)


def test_options_reach_the_reader(desk):
    async def test() -> None:
        async with local() as executor:
            answer = text_of(await executor.run(desk.job("options", languages=("de",), pdf_dpi=77)))
            assert "pdf_dpi=77" in answer
            assert "'de'" in answer

    run(test)


def test_an_error_of_the_reader_comes_back_and_the_worker_goes_on(desk):
    async def test() -> None:
        async with local() as executor:
            first = text_of(await executor.run(desk.job("memory 1")))
            with pytest.raises(MediaTypeUnsupported, match="a web page") as caught:
                await executor.run(desk.job("unsupported"))
            assert "JPEG" in caught.value.hint
            assert text_of(await executor.run(desk.job("memory 1"))) == first

    run(test)


def test_an_error_class_that_only_the_worker_has_becomes_the_nearest_known_one(desk):
    async def test() -> None:
        async with local() as executor:
            with pytest.raises(EngineFailed) as caught:
                await executor.run(desk.job("failed"))
        assert type(caught.value) is EngineFailed
        assert (caught.value.message, caught.value.hint, caught.value.page) == ("The engine broke.", "Mend it.", 3)

    run(test)


@pytest.mark.parametrize("command", ["hang", "breed"])
def test_the_time_limit_ends_the_process_and_all_that_it_started(desk, tmp_path, command):
    async def test() -> None:
        async with local() as executor:
            await executor.run(desk.job("say warm"))
            with pytest.raises(TimeLimitExceeded, match=r"1\.5 seconds"):
                await executor.run(desk.job(f"{command} {tmp_path}/pid", time_limit=1.5))
            pid = int((tmp_path / "pid").read_text())
            await until(lambda: not alive(pid))
            assert text_of(await executor.run(desk.job("say again"))) == "again"

    run(test)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("crash SIGSEGV", "SIGSEGV"),
        ("crash SIGKILL", "memory runs out"),
        ("exit 3", "status 3"),
        ("bug x", "ZeroDivisionError: x"),
    ],
)
def test_a_worker_that_dies_fails_its_own_document_only(desk, command, reason):
    async def test() -> None:
        async with local(workers=1) as executor:
            before, bad, after = (
                asyncio.create_task(executor.run(desk.job(each))) for each in ("say before", command, "say after")
            )
            assert text_of(await before) == "before"
            with pytest.raises(WorkerCrashed, match=reason):
                await bad
            assert text_of(await after) == "after"

    run(test)


def test_cancelling_frees_the_worker_at_once(desk, tmp_path):
    async def test() -> None:
        async with local() as executor:
            reading = asyncio.create_task(executor.run(desk.job(f"hang {tmp_path}/pid")))
            await until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
            pid = int((tmp_path / "pid").read_text())
            assert alive(pid)
            reading.cancel()
            await until(lambda: not alive(pid))
            assert text_of(await executor.run(desk.job("say free"))) == "free"

    run(test)


def test_cancelling_a_document_that_waits_takes_it_out_of_the_queue(desk, tmp_path):
    async def test() -> None:
        async with local() as executor:
            running = asyncio.create_task(executor.run(desk.job("sleep 1")))
            await until(lambda: executor.standing().workers["busy"])
            waiting = asyncio.create_task(executor.run(desk.job(f"hang {tmp_path}/pid")))
            await until(lambda: executor.standing().waiting == 1)
            waiting.cancel()
            await until(lambda: executor.standing().waiting == 0)
            assert text_of(await running) == "slept 1"
            assert text_of(await executor.run(desk.job("say next"))) == "next"
            assert not (tmp_path / "pid").exists()

    run(test)


def test_a_full_queue_is_refused_and_an_idle_worker_needs_no_queue(desk):
    async def test() -> None:
        async with local(queue_size=0) as executor:
            await until(lambda: executor.standing().workers["ready"])
            running = asyncio.create_task(executor.run(desk.job("sleep 1")))
            await until(lambda: executor.standing().workers["busy"])
            with pytest.raises(ServiceBusy):
                await executor.run(desk.job("say no"))
            await running
            await until(lambda: executor.standing().workers["ready"])
            assert text_of(await executor.run(desk.job("say yes"))) == "yes"

    run(test)


def test_what_a_library_prints_does_not_reach_the_replies_and_the_jobs_cannot_be_read(desk):
    async def test() -> None:
        async with local() as executor:
            assert text_of(await executor.run(desk.job("print text"))) == "text"
            assert text_of(await executor.run(desk.job("stdin"))) == "stdin has 0"

    run(test)


def test_what_a_library_prints_goes_into_the_log_however_long_it_is(desk, caplog):
    caplog.set_level("INFO", "uncial")

    async def test() -> None:
        async with local() as executor:
            await executor.run(desk.job("print text"))
            await executor.run(desk.job("noise 200000"))
            await executor.run(desk.job("say x"))

    run(test)
    assert {"a library that prints", "and another", "after the noise"} <= {record.message for record in caplog.records}
    assert all(record.pid for record in caplog.records)


def test_a_segmentation_fault_leaves_its_place_in_the_log(desk, caplog):
    caplog.set_level("INFO", "uncial")

    async def test() -> None:
        async with local() as executor:
            with pytest.raises(WorkerCrashed):
                await executor.run(desk.job("crash SIGSEGV"))

    run(test)
    assert any("in _crash" in record.message for record in caplog.records)


def test_a_worker_leaves_it_to_the_service_when_it_ends(desk):
    async def test() -> None:
        async with local() as executor:
            pid = int(text_of(await executor.run(desk.job("memory 1"))))
            running = asyncio.create_task(executor.run(desk.job("sleep 1")))
            await until(lambda: executor.standing().workers["busy"])
            os.kill(pid, signal.SIGTERM)
            assert text_of(await running) == "slept 1"
            assert int(text_of(await executor.run(desk.job("memory 1")))) == pid

    run(test)


def test_a_worker_is_replaced_after_so_many_documents(desk):
    async def test() -> None:
        async with local(max_jobs=2) as executor:
            pids = [text_of(await executor.run(desk.job("memory 1"))) for _ in range(4)]
        assert pids[0] == pids[1] != pids[2] == pids[3]
        assert not any(alive(int(pid)) for pid in pids)

    run(test)


def test_a_worker_that_holds_too_much_memory_is_replaced(desk):
    async def test() -> None:
        async with local(max_memory=200 << 20) as executor:
            first = text_of(await executor.run(desk.job("memory 1")))
            assert text_of(await executor.run(desk.job(f"memory {300 << 20}"))) == first
            assert text_of(await executor.run(desk.job("memory 1"))) != first

    run(test)


def test_an_idle_worker_that_is_killed_takes_no_document_with_it(desk):
    async def test() -> None:
        async with local(pause=0.01) as executor:
            pid = int(text_of(await executor.run(desk.job("memory 1"))))
            os.kill(pid, 9)
            assert text_of(await executor.run(desk.job("say back"))) == "back"

    run(test)


def test_a_missing_model_is_told_to_every_request_and_is_not_tried_again_at_once(desk):
    async def test() -> None:
        async with local(fake_worker.plan("no-model"), workers=2) as executor:
            for _ in range(3):
                with pytest.raises(ModelMissing, match="not there") as caught:
                    await executor.run(desk.job("say x"))
                assert caught.value.hint == "pip install it"
            standing = executor.standing()
            assert standing.workers["failed"] == 2
            assert standing.fault is not None
            assert standing.fault.code == "model-missing"

    run(test)


@pytest.mark.parametrize(("engine", "reason"), [("dies", "SIGSEGV"), ("broken", "a bug in the engine")])
def test_a_worker_that_dies_while_it_starts_is_an_engine_that_failed(desk, engine, reason):
    async def test() -> None:
        async with local(fake_worker.plan(engine)) as executor:
            with pytest.raises(EngineFailed, match=reason):
                await executor.run(desk.job("say x"))

    run(test)


def test_a_worker_that_could_not_start_is_tried_again(desk, tmp_path):
    async def test() -> None:
        async with local(fake_worker.plan(f"missing-until={tmp_path}/model"), pause=0.05) as executor:
            with pytest.raises(ModelMissing):
                await executor.run(desk.job("say x"))
            (tmp_path / "model").touch()
            await until(lambda: executor.standing().workers["ready"])
            assert text_of(await executor.run(desk.job("say there"))) == "there"

    run(test)


def test_an_engine_that_a_document_asks_for_is_loaded_beside_the_first(desk):
    async def test() -> None:
        async with local() as executor:
            with pytest.raises(ModelMissing):
                await executor.run(desk.job("say x", engine="no-model"))
            assert text_of(await executor.run(desk.job("say other", engine="other"))) == "other"

    run(test)


def test_leaving_ends_every_process_and_tells_those_who_wait(desk, tmp_path):
    async def test() -> None:
        async with local() as executor:
            running = asyncio.create_task(executor.run(desk.job(f"hang {tmp_path}/pid")))
            waiting = asyncio.create_task(executor.run(desk.job("say x")))
            await until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        for task in (running, waiting):
            with pytest.raises(ServiceBusy, match="stopping"):
                await task
        assert not alive(int((tmp_path / "pid").read_text()))

    run(test)


def test_a_large_answer_is_whole_and_one_that_nobody_waits_for_leaves_nothing_behind(desk):
    async def test() -> None:
        async with local() as executor:
            await executor.run(desk.job("say warm"))
            descriptors = len(list(Path("/proc/self/fd").iterdir()))
            assert len(text_of(await executor.run(desk.job("say " + "x" * 5_000_000)))) == 5_000_000
            for _ in range(3):
                reading = asyncio.create_task(executor.run(desk.job("say " + "x" * 5_000_000)))
                await until(lambda: executor.standing().workers["busy"])
                reading.cancel()
                await until(lambda: executor.standing().workers["ready"])
            assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors

    run(test)
