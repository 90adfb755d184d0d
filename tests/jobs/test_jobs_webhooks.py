from __future__ import annotations

import asyncio
import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from uncial.errors import FetchFailed, OptionInvalid, ServiceUnavailable, UncialError, UrlRefused
from uncial.jobs.database import Database
from uncial.jobs.job import Ending, Order, State, Submission, Webhook
from uncial.jobs.schema import deliveries
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.jobs.webhooks import CLAIM, TRIES, Letter, Outbox, Postman, checked_webhook, pause_after, signed, signing_key
from uncial.options import Limits

URL = "https://hooks.example/uncial"
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PUBLIC = Limits()
DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def seal() -> Seal:
    return Seal(Fernet.generate_key())


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, chance=lambda: 0.0)


@pytest.fixture
def ended(database: Database, seal: Seal) -> Callable[..., str]:
    """Has a job with a webhook end; its id."""
    store = JobStore(database, seal)

    def end(url: str = URL, secret: str = SECRET, number: int = 1) -> str:
        id = f"{number:032x}"
        store.submit(Submission(order=Order(name="quittung.pdf", webhook=Webhook(url=url, secret=secret)), id=id))
        lease = store.lease(id, "worker")
        assert lease
        store.finish(lease, Ending(state=State.SUCCEEDED))
        return id

    return end


class Receiver:
    """What a postman posts with: it keeps what comes, and answers with what the script says."""

    def __init__(self, *script: int | UncialError) -> None:
        self.script = list(script)
        self.got: list[tuple[str, bytes, Mapping[str, str], Limits]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], limits: Limits) -> int:
        self.got.append((url, body, headers, limits))
        answer = self.script.pop(0) if self.script else 204
        if isinstance(answer, UncialError):
            raise answer
        return answer


def sends(outbox: Outbox, seal: Seal, receiver: Any, until: Callable[[], object], limits: Limits = PUBLIC) -> None:
    async def work() -> None:
        async with asyncio.timeout(20), Postman(outbox, seal, limits, post=receiver, clock=lambda: 1700000000.9, pause=0.01):
            while not until():
                await asyncio.sleep(0.005)

    asyncio.run(work())


def is_due_at(outbox: Outbox, job: str, due: float) -> bool:
    standing = outbox.standing(job)
    return standing is not None and standing.due == due


def state_of(outbox: Outbox, job: str) -> str:
    standing = outbox.standing(job)
    assert standing
    return standing.state


def test_the_end_of_a_job_is_posted_once_and_noted(outbox, seal, ended):
    job = ended()
    receiver = Receiver()
    assert state_of(outbox, job) == "waiting"
    sends(outbox, seal, receiver, lambda: state_of(outbox, job) == "delivered")
    [(url, body, headers, limits)] = receiver.got
    told = json.loads(body)
    assert (url, headers["webhook-id"], headers["webhook-timestamp"]) == (URL, f"msg_{job}", "1700000000")
    assert (told["type"], told["data"]["id"], told["data"]["state"]) == ("job.succeeded", job, "succeeded")
    assert limits.fetch_seconds == 15


def test_the_signature_is_that_of_standard_webhooks():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', signing_key(secret), 1614265330)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_code_in_the_documentation_verifies_what_is_sent():
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    verify: dict[str, Any] = {}
    exec(code[1], verify)
    body = b'{"type": "job.succeeded"}'
    headers = signed("msg_1", body, signing_key(SECRET), 1_700_000_000)
    check = verify["is_genuine"]
    assert check(SECRET, headers, body, now=1_700_000_100)
    assert not check(SECRET, headers, body, now=1_700_000_400)
    assert not check(SECRET, headers, body + b" ", now=1_700_000_100)
    assert not check(SECRET, headers | {"webhook-id": "msg_2"}, body, now=1_700_000_100)
    assert not check(SECRET, headers | {"webhook-timestamp": "1700000001"}, body, now=1_700_000_100)
    assert not check("whsec_" + base64.b64encode(bytes(32)).decode(), headers, body, now=1_700_000_100)
    assert check(SECRET, headers | {"webhook-signature": "v1a,xx " + headers["webhook-signature"]}, body, now=1_700_000_100)


def test_a_receiver_that_fails_is_tried_again_later_and_later_under_the_same_id(outbox, seal, ended, clock):
    job = ended()
    receiver = Receiver(500, FetchFailed("Nobody is there."), 302)
    for tries, pause in ((1, 8), (2, 24), (3, 72)):
        due = clock.now + pause
        sends(outbox, seal, receiver, partial(is_due_at, outbox, job, due))
        standing = outbox.standing(job)
        assert (standing.state, standing.tries, standing.error != "") == ("waiting", tries, True)
        assert len(receiver.got) == tries
        clock.now += pause - 0.1
        assert outbox.take(1) == []
        clock.now += 0.1
    sends(outbox, seal, receiver, lambda: state_of(outbox, job) == "delivered")
    assert len({headers["webhook-id"] for _, _, headers, _ in receiver.got}) == 1
    assert outbox.standing(job).error == ""


def test_after_ten_tries_over_most_of_a_day_the_message_is_dead_and_says_why(outbox, ended, clock):
    job = ended()
    begun = clock.now
    for tries in range(1, TRIES + 1):
        [letter] = outbox.take(1)
        assert outbox.failed(letter, f"The receiver answered 50{tries}.") == (tries == TRIES)
        clock.now = outbox.standing(job).due or clock.now
    standing = outbox.standing(job)
    assert (standing.state, standing.tries, standing.due) == ("dead", 10, None)
    assert standing.error == "The receiver answered 5010."
    assert 20 < (clock.now - begun) / 3600 < 24
    clock.now += 1e6
    assert outbox.take(1) == []


def test_pauses_differ_by_up_to_a_quarter_so_that_not_all_come_at_once():
    assert (pause_after(1, 0), pause_after(1, 1), pause_after(9, 0)) == (8, 6, 52488)


@pytest.mark.parametrize("answer", [410, UrlRefused("“hooks.example” is not a public address.")])
def test_where_there_is_no_hope_it_is_not_tried_again(outbox, seal, ended, answer):
    job = ended()
    receiver = Receiver(answer)
    sends(outbox, seal, receiver, lambda: state_of(outbox, job) == "dead")
    assert len(receiver.got) == 1
    assert outbox.standing(job).error


def test_a_secret_is_kept_sealed_and_only_until_the_end(outbox, seal, ended, database):
    job = ended()

    def kept() -> str:
        with database.reading() as connection:
            return str(connection.execute(select(deliveries.c.secret)).scalar_one())

    assert kept()
    assert SECRET not in kept()
    sends(outbox, seal, Receiver(), lambda: state_of(outbox, job) == "delivered")
    assert kept() == ""


def test_a_secret_that_another_key_sealed_is_told_and_stops(outbox, ended):
    job = ended()
    sends(outbox, Seal(Fernet.generate_key()), Receiver(), lambda: state_of(outbox, job) == "dead")
    assert "another key" in outbox.standing(job).error


def test_two_processes_send_each_message_once(tmp_path, clock, ended):
    jobs = [ended(number=number) for number in range(20)]
    outboxes = [Outbox(Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", clock)) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(lambda outbox: [letter.job for _ in range(10) for letter in outbox.take(3)], outboxes))
    assert sorted(job for each in taken for job in each) == sorted(jobs)
    for each in outboxes:
        each._database.close()


def test_what_a_dead_process_had_taken_is_sent_by_another(outbox, ended, clock):
    ended()
    [lost] = outbox.take(4)
    clock.now += CLAIM - 1
    assert outbox.take(4) == []
    clock.now += 1
    [again] = outbox.take(4)
    assert (again.id, again.tries) == (lost.id, 2)
    outbox.delivered(lost)  # it was not dead after all, and its word comes too late
    assert state_of(outbox, again.job) == "waiting"
    outbox.delivered(again)
    assert state_of(outbox, again.job) == "delivered"


def test_a_receiver_that_never_answers_holds_up_no_other(outbox, seal, ended):
    slow, fast = ended("https://slow.example/", number=1), ended("https://fast.example/", number=2)
    over = threading.Event()

    def post(url: str, body: bytes, headers: Mapping[str, str], limits: Limits) -> int:
        if "slow" in url:
            over.wait(20)
        return 200

    def done() -> bool:
        if state_of(outbox, fast) != "delivered":
            return False
        assert state_of(outbox, slow) == "waiting"
        over.set()
        return True

    sends(outbox, seal, post, done)
    assert state_of(outbox, slow) == "delivered"


def test_a_database_that_is_away_for_a_while_stops_nothing(outbox, seal, ended):
    job = ended()

    class Away(Outbox):
        times = 0

        def take(self, limit: int) -> list[Letter]:
            self.times += 1
            if self.times < 3:
                raise ServiceUnavailable("The database does not answer.")
            return super().take(limit)

    sends(Away(outbox._database), seal, Receiver(), lambda: state_of(outbox, job) == "delivered")


def test_nothing_secret_and_no_url_is_logged(outbox, seal, ended, caplog):
    job = ended("https://hooks.example/private-path")
    with caplog.at_level("DEBUG", logger="uncial"):
        receiver = Receiver(500, UrlRefused("“hooks.example” is not a public address."))
        sends(outbox, seal, receiver, lambda: receiver.got and outbox.standing(job).error)
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert job in told
    for secret in ("hooks.example", "private-path", SECRET, "quittung"):
        assert secret not in told
    assert "private-path" not in repr(Letter("id", job, "https://hooks.example/private-path", b"quittung", "s", 1))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://2130706433/x", "https://hooks.example:22/", "https://a:b@c.example/"]
)
def test_a_webhook_to_what_is_refused_is_refused_when_it_is_asked_for(url):
    with pytest.raises(UrlRefused):
        checked_webhook(url, SECRET, Limits())


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_!!!!", "whsec_AAAA", "whsec_" + "A" * 21, "x\udcff" * 20])
def test_a_secret_that_signs_nothing_is_refused(secret):
    with pytest.raises(OptionInvalid, match="secret"):
        checked_webhook(URL, secret, Limits())


def test_a_secret_of_plain_words_is_its_own_bytes():
    assert signing_key("correct horse battery staple") == b"correct horse battery staple"
    assert signing_key(SECRET) == KEY


def test_over_a_real_connection_the_same_bytes_arrive_that_were_signed(outbox, seal, ended):
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            from uncial.fetch import post

            job = ended(f"http://127.0.0.1:{server.server_port}/hook?x=1")
            limits = Limits(fetch_allow=("127.0.0.1",))
            sends(outbox, seal, post, lambda: state_of(outbox, job) == "delivered", limits)
        finally:
            server.shutdown()
            thread.join()
    [(headers, body)] = got
    expected = signed(headers["webhook-id"], body, KEY, int(headers["webhook-timestamp"]))
    assert headers["webhook-signature"] == expected["webhook-signature"]
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("uncial/")
