from __future__ import annotations

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import fake_worker
from job_rig import Rig, run, until, written
from running_service import alive
from uncial.errors import JobNotFound, OriginalMissing, ServiceUnavailable, TimeLimitExceeded, WorkerCrashed
from uncial.jobs.job import Job
from uncial.jobs.rendering import Renderer, Terms
from uncial.jobs.wire import Plan
from uncial.options import Options, Output
from uncial.writer import write

PLAN = replace(fake_worker.plan(), engine="")


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(file, "PNG")
    return file.getvalue()


@asynccontextmanager
async def rendering(rig: Rig, terms: Terms | None = None, plan: Plan = PLAN) -> AsyncIterator[Renderer]:
    async with rig, Renderer(rig.blobs, plan, rig.work, terms or Terms()) as renderer:
        yield renderer


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def workers(rig: Rig) -> list[Path]:
    """The trays of the renderer's workers."""
    return list(rig.work.glob("tray-*"))


async def read(rig: Rig, script: str) -> Job:
    runner = rig.runner()
    job = await rig.done(script, runner)
    await runner.end_worker()
    runner.tray.remove()
    return job


def test_a_result_is_written_in_any_format_and_kept(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"pages one two\nrendering note {tmp_path}/made")
            name = await renderer.render(job, "md", Output())
            assert name == f"{job.result}/md"
            assert rig.blobs.read(name) == write(rig.document(job), "md")
            assert await renderer.render(job, "md", Output()) == name
            assert len((tmp_path / "made").read_text().splitlines()) == 1
            layout = await renderer.render(job, "txt", Output(layout=True))
            assert layout == f"{job.result}/txt-layout"
            assert rig.blobs.read(layout) == write(rig.document(job), "txt", output=Output(layout=True))
            assert await renderer.render(job, "json", Output()) == f"{job.result}/document.json"
            assert (not rig.files(), len(workers(rig))) == (True, 1)

    run(test)


def test_what_is_asked_for_twice_at_once_is_made_once(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"say one\nrendering note {tmp_path}/made\nrendering sleep 0.5")
            names = await asyncio.gather(*(renderer.render(job, "tsv", Output()) for _ in range(5)))
            assert len(set(names)) == 1
            assert len((tmp_path / "made").read_text().splitlines()) == 1

    run(test)


def test_several_results_wait_for_a_few_workers(rig: Rig):
    async def test() -> None:
        async with rendering(rig, Terms(workers=2)) as renderer:
            job = await read(rig, "say one\nrendering sleep 0.2")
            names = await asyncio.gather(*(renderer.render(job, each, Output()) for each in ("md", "tsv", "txt", "html", "csv")))
            assert all(rig.blobs.size(name) for name in names[:4])
            assert len(workers(rig)) == 2

    run(test)


def test_formats_that_show_the_original_get_it_and_the_others_do_without(rig: Rig):
    async def test() -> None:
        real = replace(fake_worker.plan_with_reader(), engine="")
        async with rendering(rig, plan=real) as renderer:
            runner = rig.runner(fake_worker.plan_with_reader())
            job = await rig.done(png(), runner, options=Options(engine="sizes"))
            await runner.end_worker()
            assert rig.blobs.read(await renderer.render(job, "pdf", Output())).startswith(b"%PDF-")
            rig.blobs.delete(f"{job.id}/source")
            assert b"200x" in rig.blobs.read(await renderer.render(job, "txt", Output()))
            with pytest.raises(OriginalMissing):
                await renderer.render(job, "png", Output())

    run(test)


def test_what_is_made_of_a_result_that_goes_meanwhile_is_not_left_behind(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"say one\nrendering note {tmp_path}/made\nrendering sleep 0.5")
            making = asyncio.create_task(renderer.render(job, "md", Output()))
            await until(lambda: written(tmp_path / "made"))
            rig.blobs.delete(job.result)
            with pytest.raises(JobNotFound):
                await making
            assert not list((rig.folder / "blobs").rglob("result*"))

    run(test)


def test_a_result_that_takes_too_long_is_broken_off(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig, Terms(seconds=1.0)) as renderer:
            job = await read(rig, f"say one\nrendering hang {tmp_path}/pid")
            with pytest.raises(TimeLimitExceeded):
                await renderer.render(job, "md", Output())
            assert not alive(int((tmp_path / "pid").read_text()))
            assert (rig.files(), workers(rig)) == ([], [])

    run(test)


def test_a_worker_that_dies_is_told_and_replaced(rig: Rig):
    async def test() -> None:
        async with rendering(rig) as renderer:
            bad, good = await read(rig, "say one\nrendering crash SIGSEGV"), await read(rig, "say two")
            for _ in range(2):
                with pytest.raises(WorkerCrashed, match="SIGSEGV"):
                    await renderer.render(bad, "md", Output())
            assert rig.blobs.read(await renderer.render(good, "txt", Output())) == b"two\n"

    run(test)


def test_a_worker_that_is_killed_from_outside_does_not_fail_the_result(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"say one\nrendering wait {tmp_path}/go")
            making = asyncio.create_task(renderer.render(job, "txt", Output()))
            await until(lambda: written(tmp_path / "go.begun"))
            os.kill(int((tmp_path / "go.begun").read_text()), signal.SIGKILL)
            (tmp_path / "go").touch()
            assert rig.blobs.read(await making) == b"one\n"

    run(test)


def test_it_is_broken_off_when_the_last_one_who_waits_is_gone(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"say one\nrendering hang {tmp_path}/pid")
            first, second = (asyncio.create_task(renderer.render(job, "md", Output())) for _ in range(2))
            await until(lambda: written(tmp_path / "pid"))
            pid = int((tmp_path / "pid").read_text())
            first.cancel()
            await asyncio.wait({first})
            assert alive(pid)
            second.cancel()
            begun = time.monotonic()
            await until(lambda: not alive(pid), 2)
            assert time.monotonic() - begun < 1
            await until(lambda: not workers(rig), 2)

    run(test)


def test_who_leaves_ends_every_process(rig: Rig, tmp_path: Path):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, f"say one\nrendering hang {tmp_path}/pid")
            making = asyncio.create_task(renderer.render(job, "md", Output()))
            await until(lambda: written(tmp_path / "pid"))
        assert not alive(int((tmp_path / "pid").read_text()))
        assert isinstance((await asyncio.gather(making, return_exceptions=True))[0], ServiceUnavailable)
        assert not [*rig.work.iterdir()]

    run(test)


@pytest.mark.parametrize("terms", [Terms(idle_seconds=0.1), Terms(max_memory=1)])
def test_a_worker_that_nobody_needs_or_that_holds_too_much_is_ended(rig: Rig, terms: Terms):
    async def test() -> None:
        async with rendering(rig, terms) as renderer:
            job = await read(rig, "say one")
            await renderer.render(job, "md", Output())
            await until(lambda: not workers(rig), 5)
            assert rig.blobs.read(await renderer.render(job, "txt", Output())) == b"one\n"

    run(test)


def test_a_result_that_is_gone_is_told_as_that(rig: Rig):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, "say one")
            rig.blobs.delete(job.id)
            with pytest.raises(JobNotFound):
                await renderer.render(job, "md", Output())

    run(test)


def test_another_password_is_another_try(rig: Rig):
    async def test() -> None:
        async with rendering(rig) as renderer:
            job = await read(rig, "say one\nrendering sleep 0.3")
            both = await asyncio.gather(*(renderer.render(job, "md", Output(), password) for password in ("a", "b")))
            assert both[0] == both[1]

    run(test)
