from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fake_worker
from job_rig import Rig, run, until
from uncial.errors import JobNotFound, PageNotFound, TimeLimitExceeded
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import Job, page_image
from uncial.jobs.rendering import Renderer, Terms
from uncial.options import Output

PLAN = replace(fake_worker.plan(), engine="")


class Counting(Blobs):
    """A blob store that remembers what was copied out of it."""

    fetched: list[str]

    def fetch(self, name: str, path: Path) -> None:
        self.fetched.append(name.partition("/")[2])
        super().fetch(name, path)


@asynccontextmanager
async def drawing(rig: Rig, terms: Terms | None = None) -> AsyncIterator[tuple[Renderer, list[str]]]:
    """A renderer, and the names of what it copies."""
    blobs = Counting.open(str(rig.folder / "blobs"))
    blobs.fetched = []
    async with rig, Renderer(blobs, PLAN, rig.work, terms or Terms()) as renderer:
        yield renderer, blobs.fetched


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def pages(count: int = 3, size: tuple[int, int] = (400, 200)) -> bytes:
    images = [Image.new("L", size, 40 * number) for number in range(1, count + 1)]
    file = io.BytesIO()
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:])
    return file.getvalue()


@cache
def slow() -> bytes:
    """An image that takes a second to decode."""
    noise = np.random.default_rng(0).integers(0, 255, (4000, 8000), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG", compress_level=1)
    return file.getvalue()


def trays(rig: Rig) -> set[Path]:
    """Those of the workers that there are."""
    return set(rig.work.glob("tray-*"))


def sources(rig: Rig) -> int:
    return len(list(rig.work.glob("tray-*/source")))


def drawn(rig: Rig, job: Job, number: int = 1, width: int = 160) -> bool:
    try:
        return rig.blobs.size(page_image(job.id, number, width)) > 0
    except FileNotFoundError:
        return False


def test_the_document_is_copied_once_for_all_its_pages(rig: Rig):
    async def test() -> None:
        async with drawing(rig) as (renderer, fetched):
            job = rig.submit(pages())
            for number in (1, 2, 3, 3):
                name = await renderer.draw(job, number, 160)
                image = Image.open(io.BytesIO(rig.blobs.read(name)))
                assert image.size == (160, 80)
                assert abs(image.convert("L").getpixel((80, 40)) - 40 * number) < 3  # type: ignore[operator]
            assert fetched == ["source"]
            assert (len(trays(rig)), sources(rig)) == (1, 1)

    run(test)


def test_what_is_kept_of_one_job_is_gone_when_another_is_served(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(workers=1)) as (renderer, fetched):
            done = await rig.done("say one")
            others = len(rig.files())
            first, second = rig.submit(pages()), rig.submit(pages(1, (900, 900)))
            await renderer.draw(first, 1, 160)
            name = await renderer.draw(second, 1, 160)
            assert Image.open(io.BytesIO(rig.blobs.read(name))).size == (160, 160)
            await renderer.draw(first, 2, 160)
            assert fetched == ["source"] * 3
            await renderer.render(done, "md", Output())
            assert len(rig.files()) == others == 0

    run(test)


def test_the_worker_that_has_the_document_draws_its_next_page(rig: Rig):
    async def test() -> None:
        async with drawing(rig) as (renderer, fetched):
            jobs = [rig.submit(pages()) for _ in range(2)]
            await asyncio.gather(*(renderer.draw(job, 1, 160) for job in jobs))
            for number, job in ((2, jobs[0]), (2, jobs[1]), (3, jobs[0]), (3, jobs[1])):
                await renderer.draw(job, number, 160)
            assert fetched == ["source"] * 2

    run(test)


def test_a_page_that_nobody_waits_for_any_more_is_drawn_to_its_end(rig: Rig):
    async def test() -> None:
        async with drawing(rig) as (renderer, fetched):
            job = rig.submit(slow())
            waiting = asyncio.create_task(renderer.draw(job, 1, 160))
            await until(lambda: fetched)
            before = trays(rig)
            waiting.cancel()
            await until(lambda: drawn(rig, job) and not list(rig.work.glob("tray-*/result")))
            await renderer.draw(job, 1, 320)
            assert (trays(rig), fetched) == (before, ["source"])

    run(test)


def test_pages_that_wait_for_their_turn_and_for_nobody_are_not_drawn(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(workers=1)) as (renderer, fetched):
            big, job = rig.submit(slow()), rig.submit(pages())
            first = asyncio.create_task(renderer.draw(big, 1, 160))
            await until(lambda: fetched)
            passed = [asyncio.create_task(renderer.draw(job, number, 160)) for number in (1, 2)]
            await asyncio.sleep(0.05)
            for task in passed:
                task.cancel()
            await asyncio.gather(first, renderer.draw(job, 3, 160))
            assert [drawn(rig, job, number) for number in (1, 2, 3)] == [False, False, True]

    run(test)


def test_a_page_that_nobody_waits_for_is_broken_off_in_the_end(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(grace_seconds=0.1)) as (renderer, fetched):
            job = rig.submit(slow())
            waiting = asyncio.create_task(renderer.draw(job, 1, 0))
            await until(lambda: fetched)
            waiting.cancel()
            await until(lambda: not trays(rig), 3)
            assert not drawn(rig, job, 1, 0)

    run(test)


def test_who_comes_back_in_time_gets_the_page_that_was_begun(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(grace_seconds=0.1)) as (renderer, fetched):
            job = rig.submit(slow())
            waiting = asyncio.create_task(renderer.draw(job, 1, 160))
            await until(lambda: fetched)
            waiting.cancel()
            await asyncio.wait({waiting})
            assert await renderer.draw(job, 1, 160) == page_image(job.id, 1, 160)
            assert fetched == ["source"]

    run(test)


def test_of_a_job_that_is_forgotten_no_worker_keeps_anything(rig: Rig):
    async def test() -> None:
        async with drawing(rig) as (renderer, _):
            job, other = rig.submit(pages()), rig.submit(pages())
            await asyncio.gather(renderer.draw(job, 1, 160), renderer.draw(other, 1, 160))
            assert sources(rig) == 2
            await renderer.forget(job.id)
            assert (sources(rig), len(trays(rig))) == (1, 1)

    run(test)


def test_what_keeps_a_page_from_being_drawn_is_told_and_the_worker_goes_on(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(seconds=20)) as (renderer, _):
            job, lost = rig.submit(pages()), rig.submit(pages())
            with pytest.raises(PageNotFound):
                await renderer.draw(job, 4, 160)
            before = trays(rig)
            rig.blobs.delete(lost.id)
            with pytest.raises(JobNotFound):
                await renderer.draw(lost, 1, 160)
            await renderer.draw(job, 1, 160)
            assert trays(rig) == before

    run(test)


def test_a_page_that_takes_too_long_is_broken_off(rig: Rig):
    async def test() -> None:
        async with drawing(rig, Terms(seconds=0.05)) as (renderer, _):
            with pytest.raises(TimeLimitExceeded):
                await renderer.draw(rig.submit(slow()), 1, 0)
            assert not trays(rig)

    run(test)
