from __future__ import annotations

import asyncio
import time

from job_rig import run
from uncial.jobs.bell import Bell


def test_a_ring_wakes_who_listens_for_that_job_and_nobody_else():
    async def test() -> None:
        bell = Bell()
        with bell.listening("a") as ear, bell.listening("b") as other:
            asyncio.get_running_loop().call_later(0.05, bell.ring, "a")
            await ear.hear(20)
            begun = time.monotonic()
            await other.hear(0.1)
            assert time.monotonic() - begun >= 0.1

    run(test, 10)


def test_a_ring_while_one_looks_away_is_heard_at_once_and_only_once():
    async def test() -> None:
        bell = Bell()
        with bell.listening("a") as ear:
            bell.ring("a")
            await ear.hear(20)
            begun = time.monotonic()
            await ear.hear(0.1)
            assert time.monotonic() - begun >= 0.1

    run(test, 10)


def test_all_are_woken_and_who_has_gone_is_forgotten():
    async def test() -> None:
        bell = Bell()
        with bell.listening("a") as one, bell.listening("a") as two, bell.listening("b") as three:
            assert bell.listeners == 3
            bell.ring_all()
            await asyncio.gather(*(ear.hear(20) for ear in (one, two, three)))
        assert bell.listeners == 0
        bell.ring("a")

    run(test, 10)
