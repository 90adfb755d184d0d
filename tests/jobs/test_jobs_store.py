from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

import servers
from fakes import Clock
from uncial.document import Problem
from uncial.errors import IdempotencyClash, JobNotFound, ServiceBusy, ServiceUnavailable
from uncial.jobs.database import Database
from uncial.jobs.job import Ending, Failure, Job, Lease, Order, PageRecord, Queue, State, Submission, Webhook
from uncial.jobs.schema import deliveries, jobs, pages, uses
from uncial.jobs.seal import Seal
from uncial.jobs.store import MAX_TRIES, Bounds, JobStore, LeaseLost, Pulse

SUCCEEDED = Ending(state=State.SUCCEEDED, result="somewhere")
KEY = Fernet.generate_key()


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000_000.0, tick=0.001)  # no two moments are the same


@pytest.fixture
def database(url: str, clock: Clock) -> Iterator[Database]:
    database = Database.open(url, clock)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database, Seal(KEY), lease_seconds=15)


@pytest.fixture
def real_time(url: str) -> Iterator[JobStore]:
    database = Database.open(url)
    yield JobStore(database, Seal(KEY), lease_seconds=0.2)
    database.close()


def asked(id: str = "a", **given: Any) -> Submission:
    order = Order(name=f"{id}.png")
    return replace(Submission(order=order, id=id), **given)


def leased(store: JobStore, id: str = "a", **given: Any) -> Lease:
    store.submit(asked(id, **given))
    lease = store.lease(id, "worker")
    assert lease
    return lease


def split(store: JobStore, **given: Any) -> tuple[Lease, list[str]]:
    lease = leased(store, **given)
    return lease, store.split(lease, [(1, 2), (3, 4)])


def at_once(count: int, call: Callable[[int], object]) -> list[Any]:
    gate = Barrier(count)

    def one(number: int) -> object:
        gate.wait(30)
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def raw(database: Database) -> str:
    with database.reading() as connection:
        rows = [tuple(row) for table in (jobs, deliveries) for row in connection.execute(select(table)).all()]
    return repr(rows)


# Coming in


def test_what_is_submitted_is_there_as_it_was_asked_for(store: JobStore) -> None:
    order = Order(name="Bücher\x00.pdf", url="https://example.org/ä", request_id="r1", part=(1, 2))
    job, made = store.submit(asked(order=order, owner="me", batch="b", queue=Queue.BULK, sha256="ff", size=3))
    assert made
    assert store.get("a") == job
    assert (job.order, job.state, job.owner, job.batch, job.queue) == (order, State.QUEUED, "me", "b", Queue.BULK)
    assert (job.sha256, job.size, job.ended, job.lease_until, job.error) == ("ff", 3, None, None, None)


def test_names_that_are_no_text_are_kept_as_far_as_they_are(store: JobStore) -> None:
    job, _ = store.submit(asked(order=Order(name="a\udcff\ud800.png", password="\udcff\ud800", webhook=Webhook(url="https://h"))))
    assert job.order.name == "a??.png"
    lease = store.lease("a", "worker")
    assert lease
    assert lease.password == "\udcff\ud800"
    store.finish(lease, SUCCEEDED)


def test_one_key_makes_one_job_however_often_it_comes(store: JobStore) -> None:
    told = at_once(8, lambda number: store.submit(asked(f"job{number}", owner="me", idempotency="key", fingerprint="same")))
    assert len({job.id for job, _ in told}) == 1
    assert sum(made for _, made in told) == 1
    assert len(store.find()) == 1


def test_a_key_that_comes_with_another_request_is_refused(store: JobStore) -> None:
    store.submit(asked(idempotency="key", fingerprint="one"))
    with pytest.raises(IdempotencyClash):
        store.submit(asked("b", idempotency="key", fingerprint="two"))
    assert store.submit(asked("c", owner="other", idempotency="key", fingerprint="two"))[1]


def test_a_key_is_known_for_jobs_that_failed_or_were_done_at_once(store: JobStore) -> None:
    failed = store.submit_failed(asked(idempotency="key", fingerprint="one"), Problem("x", "y"))
    assert store.submit_failed(asked("b", idempotency="key", fingerprint="one"), Problem("x", "z")) == failed
    store.finish(leased(store, "c"), SUCCEEDED)
    like = store.get("c")
    made = at_once(4, lambda number: store.submit_alike(asked(f"d{number}", idempotency="k", fingerprint="f"), like))
    assert sum(new for _, new in made) == 1


def test_no_more_wait_than_may(store: JobStore) -> None:
    def submit(number: int) -> bool:
        try:
            return store.submit(asked(f"job{number}"), Bounds(waiting=3))[1]
        except ServiceBusy:
            return False

    assert sum(map(bool, at_once(8, submit))) == 3


def test_one_owner_has_no_more_at_a_time_than_they_may(store: JobStore) -> None:
    bounds = Bounds(at_once=1)
    store.submit(asked("a", owner="me"), bounds)
    store.submit(asked("b", owner="you"), bounds)
    with pytest.raises(ServiceBusy):
        store.submit(asked("c", owner="me"), bounds)
    lease = store.lease("a", "worker")
    assert lease
    with pytest.raises(ServiceBusy):
        store.submit(asked("c", owner="me"), bounds)
    store.finish(lease, SUCCEEDED)
    assert store.submit(asked("c", owner="me"), bounds)[1]


@pytest.mark.parametrize("bounds", [Bounds(waiting=3), Bounds(at_once=3)])
def test_whether_many_have_room_can_be_asked_before(store: JobStore, bounds: Bounds) -> None:
    store.submit(asked("a", owner="me"))
    store.check_room("me", bounds, 2)
    store.check_room("me", Bounds(), 1000)
    with pytest.raises(ServiceBusy, match=r"Of 3 .* 1\b.*; 3 more are too many") as busy:
        store.check_room("me", bounds, 3)
    assert "fewer" not in busy.value.hint
    with pytest.raises(ServiceBusy) as busy:
        store.check_room("me", bounds, 4)
    assert "fewer" in busy.value.hint
    assert [job.id for job in store.find()] == ["a"]


def test_parts_do_not_count_against_anybody(store: JobStore) -> None:
    split(store, owner="me")
    assert store.submit(asked("b", owner="me"), Bounds(waiting=1, at_once=2))[1]


# The same again


def test_what_is_alike_is_found_for_its_owner_alone(store: JobStore, clock: Clock) -> None:
    same: dict[str, Any] = {"owner": "me", "likeness": "same", "keep": 100.0}
    assert store.find_alike(asked(**same)) is None
    lease = leased(store, **same)
    assert store.find_alike(asked("b", **same)) is None
    store.finish(lease, SUCCEEDED)
    found = store.find_alike(asked("b", **same))
    assert found
    assert found.id == "a"
    assert store.find_alike(asked("b", owner="you", likeness="same")) is None
    assert store.find_alike(asked("b", owner="me", likeness="other")) is None
    assert store.find_alike(asked("b", owner="me")) is None
    clock.now += 101
    assert store.find_alike(asked("b", **same)) is None


def test_a_job_that_is_not_whole_is_like_no_other(store: JobStore) -> None:
    store.finish(leased(store, likeness="same"), Ending(state=State.PARTIAL, result="r"))
    assert store.find_alike(asked("b", likeness="same")) is None


def test_a_job_that_is_like_another_has_its_result_and_its_pages(store: JobStore, database: Database) -> None:
    lease = leased(store)
    store.opened(lease, 2)
    for number in (1, 2):
        store.page_done(lease, PageRecord(number, f"page{number}", 0.1))
    store.finish(lease, replace(SUCCEEDED, notices={"low": 1}))
    order = Order(name="b", webhook=Webhook(url="https://hook"))
    job, made = store.submit_alike(asked("b", order=order), store.get("a"))
    assert (made, job.state, job.result, job.pages_total, job.pages_done) == (True, State.SUCCEEDED, "b/result", 2, 2)
    assert (dict(job.notices), job.error, job.lease_until) == ({"low": 1}, None, None)
    assert job.ended
    assert "msg_b" in raw(database)


# Looking


def test_jobs_of_others_are_not_there(store: JobStore) -> None:
    store.submit(asked(owner="me"))
    assert store.get("a", "me").id == "a"
    with pytest.raises(JobNotFound):
        store.get("a", "you")
    with pytest.raises(JobNotFound):
        store.cancel("a", "you")
    with pytest.raises(JobNotFound):
        store.get("b")
    assert store.get("a").state is State.QUEUED


def test_the_list_filters_and_goes_on_page_by_page(store: JobStore) -> None:
    for number in range(7):
        store.submit(asked(f"job{number}", owner="me" if number % 2 else "you", batch="b" if number < 3 else ""))
    split_lease = store.lease("job6", "worker")
    assert split_lease
    store.split(split_lease, [(1,), (2,)])
    first = store.find(limit=3)
    assert [job.id for job in first] == ["job6", "job5", "job4"]
    assert [job.id for job in store.find(before=first[-1], limit=3)] == ["job3", "job2", "job1"]
    assert [job.id for job in store.find("me")] == ["job5", "job3", "job1"]
    assert [job.id for job in store.find("me", batch="b")] == ["job1"]
    assert [job.id for job in store.find(states=[State.RUNNING])] == ["job6"]
    assert len(store.find(states=[State.RUNNING, State.QUEUED])) == 7
    assert store.find("nobody") == []


def test_jobs_of_one_moment_are_each_listed_once(store: JobStore, database: Database) -> None:
    for number in range(5):
        store.submit(asked(f"job{number}"))
    with database.writing() as connection:
        connection.execute(update(jobs).values(created=5.0))
    seen: list[Job] = []
    while page := store.find(before=seen[-1] if seen else None, limit=2):
        seen += page
    assert sorted(job.id for job in seen) == [f"job{number}" for number in range(5)]
    places = {job.id: store.ahead_of(job) for job in seen}
    assert sorted(places.values()) == [0, 1, 2, 3, 4]


def test_the_place_in_the_queue_is_that_in_which_workers_take(store: JobStore) -> None:
    for id, queue in (("a", Queue.BULK), ("b", Queue.INTERACTIVE), ("c", Queue.BULK), ("d", Queue.INTERACTIVE)):
        store.submit(asked(id, queue=queue))
    places = {job.id: store.ahead_of(job) for job in store.find()}
    assert places == {"b": 0, "d": 1, "a": 2, "c": 3}
    taken = [lease.job.id for lease in iter(lambda: store.lease_next("worker"), None)]
    assert taken == ["b", "d", "a", "c"]


def test_a_worker_takes_only_from_its_queues(store: JobStore) -> None:
    store.submit(asked())
    assert store.lease_next("worker", [Queue.BULK]) is None
    assert store.lease_next("worker", [Queue.INTERACTIVE])


def test_queues_are_counted(store: JobStore, clock: Clock) -> None:
    assert store.waiting() == {Queue.INTERACTIVE: (0, 0.0), Queue.BULK: (0, 0.0)}
    store.submit(asked("a"))
    store.submit(asked("b"))
    clock.now += 10
    count, age = store.waiting()[Queue.INTERACTIVE]
    assert count == 2
    assert age == pytest.approx(10, abs=0.1)
    leased(store, "c")
    assert store.counts() == dict.fromkeys(State, 0) | {State.QUEUED: 2, State.RUNNING: 1}


# Leases


def test_many_workers_take_each_job_once(store: JobStore) -> None:
    for number in range(30):
        store.submit(asked(f"job{number}"))

    def work(number: int) -> list[str]:
        return [lease.job.id for lease in iter(lambda: store.lease_next(f"worker{number}"), None)]

    taken = [id for ids in at_once(6, work) for id in ids]
    assert sorted(taken) == sorted(f"job{number}" for number in range(30))


def test_one_job_that_many_are_sent_is_taken_once(store: JobStore) -> None:
    store.submit(asked())
    assert sum(lease is not None for lease in at_once(8, lambda number: store.lease("a", f"worker{number}"))) == 1


def test_a_lease_says_who_has_the_job_and_until_when(store: JobStore, clock: Clock) -> None:
    lease = leased(store)
    assert (lease.job.state, lease.job.worker, lease.job.attempt, lease.job.tries) == (State.RUNNING, "worker", 1, 1)
    assert lease.job.lease_until == pytest.approx(clock.now + 15, abs=1)
    clock.now += 10
    assert store.heartbeat(lease) is Pulse.GOING
    assert store.get("a").lease_until == pytest.approx(clock.now + 15, abs=1)


def test_a_job_whose_worker_is_gone_is_taken_over(store: JobStore, clock: Clock) -> None:
    first = leased(store)
    clock.now += 14
    assert store.reconcile() == []
    clock.now += 2
    assert store.reconcile() == ["a"]
    assert store.get("a").state is State.QUEUED
    second = store.lease_next("other")
    assert second
    assert (second.job.attempt, second.job.tries, second.job.started) == (2, 2, first.job.started)
    assert store.heartbeat(first) is Pulse.LOST
    assert store.heartbeat(second) is Pulse.GOING


def test_leases_end_by_the_real_clock_too(real_time: JobStore) -> None:
    first = leased(real_time)
    assert real_time.reconcile() == []
    deadline = time.monotonic() + 20
    while not real_time.reconcile():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert real_time.lease("a", "other")
    assert real_time.heartbeat(first) is Pulse.LOST
    assert abs(real_time.now() - time.time()) < 60


def test_a_worker_that_comes_back_late_but_first_goes_on(store: JobStore, clock: Clock) -> None:
    lease = leased(store)
    clock.now += 100
    assert store.heartbeat(lease) is Pulse.GOING
    assert store.reconcile() == []


@pytest.mark.parametrize("taken", ["again", "waiting", "cancelled", "split"])
def test_who_lost_a_job_writes_nothing(store: JobStore, clock: Clock, taken: str) -> None:
    stale = leased(store)
    if taken == "cancelled":
        store.finish(stale, Ending(state=State.CANCELLED))
    elif taken == "split":
        store.split(stale, [(1,), (2,)])
    else:
        clock.now += 16
        store.reconcile()
    if taken == "again":
        assert store.lease("a", "other")
    before = [store.get("a"), store.pages("a"), store.find()]
    writes: list[Callable[[], object]] = [
        lambda: store.page_done(stale, PageRecord(1, "blob", 0.1)),
        lambda: store.opened(stale, 7),
        lambda: store.arrived(stale, "ff", 7, "name"),
        lambda: store.blame(stale, 1),
        lambda: store.split(stale, [(1,), (2,)]),
        lambda: store.finish(stale, SUCCEEDED),
    ]
    for write in writes:
        with pytest.raises(LeaseLost):
            write()
    assert store.heartbeat(stale) is Pulse.LOST
    store.release(stale)
    assert [store.get("a"), store.pages("a"), store.find()] == before


def test_only_one_of_two_ends_counts(store: JobStore) -> None:
    lease = leased(store)

    def finish(number: int) -> bool:
        try:
            store.finish(lease, replace(SUCCEEDED, result=f"result{number}"))
        except LeaseLost:
            return False
        return True

    assert sum(map(bool, at_once(6, finish))) == 1


def test_a_job_that_is_begun_in_vain_too_often_fails(store: JobStore, clock: Clock) -> None:
    store.submit(asked(order=Order(name="a", webhook=Webhook(url="https://hook"))))
    for _ in range(MAX_TRIES):
        assert store.lease("a", "worker")
        clock.now += 16
        assert store.reconcile() == ["a"]
    job = store.get("a")
    assert (job.state, job.tries, job.attempt) == (State.FAILED, MAX_TRIES, MAX_TRIES)
    assert job.error
    assert job.error.code == "worker-crashed"
    assert store.delivery_counts() == {"waiting": 1}


def test_a_job_that_gets_on_is_never_given_up(store: JobStore, clock: Clock) -> None:
    store.submit(asked())
    for number in range(MAX_TRIES + 3):
        lease = store.lease("a", "worker")
        assert lease
        store.page_done(lease, PageRecord(number + 1, "blob", 0.1))
        clock.now += 16
        store.reconcile()
    assert store.get("a").state is State.QUEUED


def test_a_job_that_is_given_back_is_nobodys_fault(store: JobStore) -> None:
    store.submit(asked())
    for _ in range(MAX_TRIES + 3):
        lease = store.lease_next("worker")
        assert lease
        store.release(lease)
    job = store.get("a")
    assert (job.state, job.tries, job.worker, job.lease_until) == (State.QUEUED, 0, "", None)


def test_a_job_that_is_given_back_after_it_was_cancelled_ends(store: JobStore) -> None:
    lease = leased(store)
    store.cancel("a")
    store.release(lease)
    assert store.get("a").state is State.CANCELLED


def test_a_result_moves_only_from_where_it_was_thought_to_be(store: JobStore, clock: Clock) -> None:
    store.finish(leased(store, keep=100.0), SUCCEEDED)
    clock.now += 50
    moved = store.move_result("a", "somewhere", "elsewhere")
    assert moved
    assert (moved.result, store.get("a").result) == ("elsewhere", "elsewhere")
    assert moved.expires == pytest.approx(clock.now + 100, abs=1)
    assert store.move_result("a", "somewhere", "nowhere") is None
    assert store.get("a").result == "elsewhere"
    with pytest.raises(JobNotFound):
        store.move_result("b", "", "nowhere")


def test_the_result_of_a_job_that_has_not_ended_moves_nowhere(store: JobStore) -> None:
    store.finish(leased(store), Ending(state=State.CANCELLED))
    leased(store, "b")
    assert store.move_result("b", "", "elsewhere") is None
    assert store.get("b").result == ""


def test_a_job_whose_secret_cannot_be_opened_fails_and_keeps_nobody_else_waiting(store: JobStore, database: Database) -> None:
    store.submit(asked("a", order=Order(name="a", password="hunter2")))
    store.submit(asked("b"))
    other = JobStore(database, Seal(Fernet.generate_key()))
    lease = other.lease_next("worker")
    assert lease
    assert lease.job.id == "b"
    job = store.get("a")
    assert (job.state, job.order.password) == (State.FAILED, "")
    assert job.error
    assert job.error.code == "option-invalid"


# On the way


def test_what_was_found_out_is_kept(store: JobStore) -> None:
    lease = leased(store, order=Order(name="", url="https://example.org/x", password="geheim"))
    store.arrived(lease, "ff", 12, "x.pdf")
    store.opened(lease, 3)
    job = store.get("a")
    assert (job.sha256, job.size, job.order.name, job.pages_total) == ("ff", 12, "x.pdf", 3)
    store.release(lease)
    again = store.lease("a", "worker")
    assert again
    assert again.password == "geheim"


def test_a_page_counts_once(store: JobStore) -> None:
    lease = leased(store)
    for _ in range(2):
        store.page_done(lease, PageRecord(2, "two", 0.1))
        store.page_done(lease, PageRecord(1, "one", 0.2, "engine-failed"))
    job = store.get("a")
    assert (job.pages_done, job.pages_failed) == (2, 1)
    assert store.pages("a") == [PageRecord(1, "one", 0.2, "engine-failed"), PageRecord(2, "two", 0.1)]


def test_a_page_that_was_lost_and_read_again_lies_where_it_was_put_last(store: JobStore) -> None:
    lease = leased(store)
    store.page_done(lease, PageRecord(1, "lost", 0.1, "engine-failed"))
    store.page_done(lease, PageRecord(1, "found", 0.2))
    assert store.pages("a") == [PageRecord(1, "found", 0.2)]
    assert (store.get("a").pages_done, store.get("a").pages_failed) == (1, 0)


def test_blame_adds_up_page_by_page_and_over_workers(store: JobStore) -> None:
    lease = leased(store)
    assert [store.blame(lease, 3), store.blame(lease, 3), store.blame(lease, 0)] == [1, 2, 1]
    store.release(lease)
    again = store.lease("a", "other")
    assert again
    assert store.blame(again, 3) == 3
    assert dict(store.get("a").kills) == {3: 3, 0: 1}


def test_an_end_tells_all(store: JobStore) -> None:
    lease = leased(store, keep=60.0)
    problem = Failure("engine-failed", "It broke.", "Mend it.", "engine", page=3)
    store.finish(lease, Ending(state=State.FAILED, error=problem, timings={"read": 0.5}, notices={"low": 2}))
    job = store.get("a")
    assert (job.error, dict(job.timings), dict(job.notices)) == (problem, {"read": 0.5}, {"low": 2})
    assert (job.worker, job.lease_until) == ("", None)
    assert job.ended
    assert job.expires == pytest.approx(job.ended + 60)
    assert [ended.id for ended in store.ended_since(job.ended)] == ["a"]


# Parts


def test_a_job_waits_for_its_parts_and_is_taken_again_when_all_have_ended(store: JobStore) -> None:
    whole, ids = split(store, order=Order(name="a", password="geheim", format="txt", webhook=Webhook(url="https://hook")))
    assert store.has_parts("a")
    assert not store.has_parts(ids[0])
    assert (store.get("a").state, store.get("a").parts_left) == (State.RUNNING, 2)
    assert store.lease("a", "worker") is None
    leases = [store.lease_next(f"worker{number}") for number in range(2)]
    assert store.lease_next("idle") is None
    for lease in leases:
        assert lease
        assert (lease.password, lease.job.order.format, lease.job.order.webhook) == ("geheim", "", None)
        for number in lease.job.order.part:
            store.page_done(lease, PageRecord(number, f"page{number}", 0.1, "engine-failed" if number == 3 else ""))
        store.finish(lease, Ending(state=State.SUCCEEDED))
    assert [record.number for record in store.pages("a")] == [1, 2, 3, 4]
    assert (store.get("a").pages_done, store.get("a").pages_failed, store.get("a").state) == (4, 1, State.QUEUED)
    again = store.lease_next("worker")
    assert again
    assert (again.job.id, again.job.attempt) == ("a", whole.job.attempt + 1)
    store.finish(again, SUCCEEDED)
    assert store.delivery_counts() == {"waiting": 1}
    assert [job.id for job in store.find()] == ["a"]


def test_the_last_of_parts_that_end_together_brings_the_job_back(store: JobStore) -> None:
    lease = leased(store)
    store.split(lease, [(number,) for number in range(1, 7)])
    parts = [store.lease_next("worker") for _ in range(6)]

    def finish(number: int) -> None:
        part = parts[number]
        assert part
        store.page_done(part, PageRecord(number + 1, "blob", 0.1))
        store.finish(part, Ending(state=State.SUCCEEDED))

    at_once(6, finish)
    job = store.get("a")
    assert (job.state, job.parts_left, job.pages_done) == (State.QUEUED, 0, 6)


def test_a_part_that_fails_leaves_its_pages_to_the_whole(store: JobStore, clock: Clock) -> None:
    _, ids = split(store)
    for id in ids:
        for _ in range(MAX_TRIES):
            assert store.lease(id, "worker")
            clock.now += 16
            store.reconcile()
        assert store.get(id).state is State.FAILED
    assert store.lease("a", "worker")


def test_who_cancels_a_job_cancels_its_parts(store: JobStore) -> None:
    _, ids = split(store)
    part = store.lease(ids[0], "worker")
    assert part
    assert store.cancel("a").state is State.CANCELLED
    assert store.heartbeat(part) is Pulse.CANCELLED
    assert store.get(ids[1]).state is State.CANCELLED
    store.finish(part, Ending(state=State.CANCELLED))
    assert store.get("a").state is State.CANCELLED
    assert store.lease_next("worker") is None


def test_a_job_that_was_cancelled_is_not_split_any_more(store: JobStore) -> None:
    lease = leased(store)
    store.cancel("a")
    with pytest.raises(LeaseLost):
        store.split(lease, [(1,), (2,)])
    assert store.heartbeat(lease) is Pulse.CANCELLED
    assert not store.has_parts("a")


def test_cancelling_while_parts_write_stops_nobody(store: JobStore) -> None:
    lease = leased(store)
    store.split(lease, [(number,) for number in range(1, 7)])
    parts = [store.lease_next("worker") for _ in range(6)]

    def act(number: int) -> None:
        part = parts[number]
        assert part
        if number == 0:
            store.cancel("a")
            return
        for page in range(5):
            store.page_done(part, PageRecord(number * 10 + page, "blob", 0.1))
        store.finish(part, Ending(state=State.SUCCEEDED))

    at_once(6, act)
    assert store.get("a").state is State.CANCELLED


# Cancelling


def test_a_job_that_nobody_has_is_cancelled_at_once(store: JobStore) -> None:
    store.submit(asked(order=Order(name="a", password="geheim", webhook=Webhook(url="https://hook"))))
    job = store.cancel("a")
    assert (job.state, job.order.password) == (State.CANCELLED, "")
    assert job.expires
    assert store.lease("a", "worker") is None
    assert store.delivery_counts() == {"waiting": 1}
    assert store.cancel("a") == job
    assert store.delivery_counts() == {"waiting": 1}


def test_a_worker_hears_that_its_job_is_cancelled(store: JobStore) -> None:
    lease = leased(store)
    job = store.cancel("a")
    assert (job.state, job.cancel) == (State.RUNNING, True)
    assert store.heartbeat(lease) is Pulse.CANCELLED
    store.finish(lease, Ending(state=State.CANCELLED))
    assert store.get("a").state is State.CANCELLED


def test_a_cancelled_job_whose_worker_is_gone_ends(store: JobStore, clock: Clock) -> None:
    leased(store)
    store.cancel("a")
    clock.now += 16
    assert store.reconcile() == ["a"]
    assert store.get("a").state is State.CANCELLED
    assert store.lease_next("worker") is None


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.PARTIAL, State.FAILED, State.CANCELLED])
def test_what_has_ended_is_not_cancelled(store: JobStore, state: State) -> None:
    store.finish(leased(store), Ending(state=state))
    before = store.get("a")
    assert store.cancel("a") == before


# Sending, forgetting


def test_what_no_broker_was_told_of_is_sent_and_not_twice(store: JobStore, clock: Clock) -> None:
    store.submit(asked("a"))
    store.submit(asked("b"))
    store.note_sent(["b"])
    leased(store, "c")
    assert [job.id for job in store.to_send(60)] == ["a"]
    assert store.to_send(60) == []
    clock.now += 61
    assert [job.id for job in store.to_send(60)] == ["a", "b"]


def test_what_waits_again_is_sent_again_at_once(store: JobStore, clock: Clock) -> None:
    for id in ("a", "b"):
        store.submit(asked(id))
    assert len(store.to_send(60)) == 2
    released, _gone = store.lease("a", "worker"), store.lease("b", "worker")
    assert released
    store.release(released)
    clock.now += 16
    store.reconcile()
    assert {job.id for job in store.to_send(60)} == {"a", "b"}


def test_two_that_send_share_the_work(store: JobStore) -> None:
    for number in range(20):
        store.submit(asked(f"job{number}"))
    sent = [job.id for found in at_once(4, lambda _: store.to_send(60)) for job in found]
    assert len(sent) == len(set(sent)) == 20


def test_what_has_ended_long_ago_is_forgotten_with_all_that_belongs_to_it(
    store: JobStore, database: Database, clock: Clock
) -> None:
    _whole, ids = split(store, keep=10.0)
    for id in ids:
        part = store.lease(id, "worker")
        assert part
        store.page_done(part, PageRecord(part.job.order.part[0], "blob", 0.1))
        store.finish(part, Ending(state=State.SUCCEEDED))
    again = store.lease("a", "worker")
    assert again
    store.finish(again, SUCCEEDED)
    leased(store, "b", keep=10.0)
    assert store.expired() == []
    clock.now += 11
    assert store.expired() == ["a"]
    store.forget(["a", "b"])
    assert store.known_ids(["a", "b", "c", *ids]) == {"b"}
    with database.reading() as connection:
        assert connection.execute(select(pages)).all() == []


def test_a_job_is_kept_for_longer_whether_it_has_ended_or_not(store: JobStore, clock: Clock) -> None:
    leases = [leased(store, id, keep=10.0) for id in ("before", "after")]
    store.keep("before", 100.0)
    for lease in leases:
        store.finish(lease, SUCCEEDED)
    assert store.keep("after", 100.0).keep == 100.0
    for id in ("before", "after"):
        job = store.get(id)
        assert job.ended and job.expires == pytest.approx(job.ended + 100)
    clock.now += 11
    assert store.expired() == []
    with pytest.raises(JobNotFound):
        store.keep("c", 1.0)


def test_a_message_that_nobody_has_got_yet_outlives_its_job(store: JobStore, database: Database, clock: Clock) -> None:
    for id in ("a", "b"):
        store.finish(leased(store, id, order=Order(name=id, webhook=Webhook(url="https://hook"))), SUCCEEDED)
    with database.writing() as connection:
        connection.execute(update(deliveries).where(deliveries.c.job == "b").values(state="delivered"))
    store.forget(["a", "b"])
    assert store.delivery_counts() == {"waiting": 1}
    with database.writing() as connection:
        connection.execute(update(deliveries).values(state="dead"))
        connection.execute(uses.insert().values(key="k", minute=int(clock.now // 60), count=1))
    store.tidy(3600)
    assert store.delivery_counts() == {"dead": 1}
    clock.now += 7200
    store.tidy(3600)
    assert store.delivery_counts() == {}
    with database.reading() as connection:
        assert connection.execute(select(uses)).all() == []


def test_secrets_are_sealed_as_long_as_they_are_kept_and_then_erased(store: JobStore, database: Database) -> None:
    order = Order(name="a", password="hunter2", webhook=Webhook(url="https://hook", secret="whsec_verysecret"))
    store.submit(asked(order=order))
    kept = raw(database)
    assert "https://hook" in kept
    assert "hunter2" not in kept
    assert "verysecret" not in kept
    lease = store.lease("a", "worker")
    assert lease
    assert lease.password == "hunter2"
    assert "hunter2" not in repr(lease)
    sealed = [lease.job.order.password, lease.job.order.webhook.secret if lease.job.order.webhook else ""]
    store.finish(lease, SUCCEEDED)
    with database.reading() as connection:
        row = connection.execute(select(jobs)).one()
        letter = connection.execute(select(deliveries)).one()
    assert all(sealed)
    assert not any(secret in repr(tuple(row)) for secret in sealed)
    assert Seal(KEY).open_text(letter.secret) == "whsec_verysecret"


# Trouble


def test_writers_that_come_together_wait_for_each_other(url: str) -> None:
    databases = [Database.open(url) for _ in range(3)]  # as three processes have them
    stores = [JobStore(database, Seal(KEY)) for database in databases]

    def work(number: int) -> None:
        for count in range(10):
            lease = leased(stores[number % 3], f"{number}-{count}")
            stores[(number + 1) % 3].page_done(lease, PageRecord(1, "blob", 0.1))
            stores[(number + 2) % 3].finish(lease, SUCCEEDED)

    at_once(6, work)
    assert stores[0].counts()[State.SUCCEEDED] == 60
    for database in databases:
        database.close()


def test_a_database_that_goes_away_says_so_and_is_used_again_when_it_is_back() -> None:
    with servers.postgres() as server, servers.database(server) as url:
        database = Database.open(url)
        store = JobStore(database, Seal(KEY))
        lease = leased(store)
        for _ in range(2):
            server.kill()
            for call in (lambda: store.heartbeat(lease), lambda: store.get("a"), lambda: store.submit(asked("b"))):
                with pytest.raises(ServiceUnavailable):
                    call()
            server.start()
            assert store.heartbeat(lease) is Pulse.GOING
        store.finish(lease, SUCCEEDED)
        assert store.get("a").state is State.SUCCEEDED
        database.close()


WORKER = """
import sys, time
from uncial.errors import ServiceUnavailable
from uncial.jobs.database import Database
from uncial.jobs.job import PageRecord, State
from uncial.jobs.seal import Seal
from uncial.jobs.job import Ending
from uncial.jobs.store import JobStore, LeaseLost
store = JobStore(Database.open(sys.argv[1]), Seal(sys.argv[2]), lease_seconds=1.0)
while True:
    try:
        store.reconcile()
        lease = store.lease_next("worker")
        if lease is None:
            time.sleep(0.02)
            continue
        done = {record.number for record in store.pages(lease.job.id)}
        for number in {1, 2, 3} - done:
            store.page_done(lease, PageRecord(number, f"page{number}", 0.1))
        store.finish(lease, Ending(state=State.SUCCEEDED, result=f"{lease.job.id}/result-{lease.job.attempt}"))
    except (LeaseLost, ServiceUnavailable):
        pass
"""


def test_nothing_is_lost_and_nothing_done_twice_while_workers_are_killed(url: str) -> None:
    database = Database.open(url)
    store = JobStore(database, Seal(KEY))
    start = [sys.executable, "-c", WORKER, url, KEY.decode()]
    ids = [f"job{number}" for number in range(30)]
    for id in ids:
        store.submit(asked(id, order=Order(name=id, webhook=Webhook(url="https://hook"))))
    workers = [subprocess.Popen(start) for _ in range(2)]
    try:
        deadline = time.monotonic() + 90
        for _ in range(3):
            before = store.counts()[State.SUCCEEDED]
            while store.counts()[State.SUCCEEDED] < min(before + 5, len(ids)):
                assert time.monotonic() < deadline, store.counts()
                time.sleep(0.005)
            victim = workers.pop(0)
            victim.kill()
            victim.wait()
            workers.append(subprocess.Popen(start))
        while store.counts()[State.SUCCEEDED] < len(ids):
            assert time.monotonic() < deadline, store.counts()
            time.sleep(0.02)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    for id in ids:
        job = store.get(id)
        assert (job.pages_done, job.result, len(store.pages(id))) == (3, f"{id}/result-{job.attempt}", 3)
    assert store.delivery_counts() == {"waiting": len(ids)}
    database.close()
