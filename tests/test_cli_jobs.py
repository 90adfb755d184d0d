import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from running_service import Service, running
from uncial.client import Client, JobInfo

Jobs = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service"), workers=2, threads=1) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as client:
        yield client


@pytest.fixture
def jobs(uncial: Callable[..., tuple[int, bytes, str]], service: Service, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Runs `uncial jobs` in an empty folder: status, stdout, stderr."""
    for name in [name for name in os.environ if name.startswith("UNCIAL_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> tuple[int, str, str]:
        status, out, err = uncial("jobs", "--server", service.url, *arguments)
        return status, out.decode(), err

    return run


def done(client: Client, script: str, name: str = "a.png") -> JobInfo:
    return client.wait(client.submit(script.encode(), name=name).id, 30)


def test_jobs_are_listed_as_a_table_and_as_json(jobs: Jobs, client: Client):
    job = done(client, "say one\nsay two", "letter\x1b[2J.png")
    status, out, _ = jobs("list", "--limit", "1")
    head, row = out.splitlines()
    assert status == 0
    assert head.split() == ["ID", "STATE", "PAGES", "CREATED", "NAME"]
    assert row.split()[:3] == [job.id, "succeeded", "2/2"]
    assert "\x1b" not in row
    (told,) = json.loads(jobs("list", "--limit", "1", "--json")[1])["jobs"]
    assert told["id"] == job.id


def test_only_jobs_in_some_states_are_listed(jobs: Jobs, client: Client):
    failed = done(client, "opening fail source-damaged")
    done(client, "say one")
    told = json.loads(jobs("list", "--state", "failed", "--state", "cancelled", "--json")[1])["jobs"]
    assert failed.id in {job["id"] for job in told}
    assert {job["state"] for job in told} <= {"failed", "cancelled"}


def test_a_state_that_there_is_not_is_refused(jobs: Jobs):
    status, _, err = jobs("list", "--state", "thinking")
    assert status == 1
    assert "thinking" in err
    assert "queued" in err


def test_a_job_is_shown_to_people_and_to_programs(jobs: Jobs, client: Client):
    job = done(client, "say one\nfail engine-failed")
    _, out, _ = jobs("show", job.id)
    told = dict(re.findall(r"^(\w+): +(.*)$", out, re.MULTILINE))
    assert (told["id"], told["state"], told["pages"]) == (job.id, "partial", "2/2, 1 failed")
    assert json.loads(jobs("show", job.id, "--json")[1])["state"] == "partial"


def test_a_job_that_there_is_not_is_a_coded_error(jobs: Jobs):
    status, out, err = jobs("show", "nonsense")
    assert (status, out) == (15, "")
    assert "[job-not-found]" in err


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("say one", 0, "succeeded"),
        ("say one\nfail engine-failed", 14, "partial"),
        ("opening fail source-encrypted", 8, "[source-encrypted]"),
        ("opening fail media-type-unsupported", 2, "[media-type-unsupported]"),
    ],
)
def test_waiting_ends_with_the_status_of_reading_here(jobs: Jobs, client: Client, script: str, status: int, said: str):
    job = client.submit(script.encode())
    ended, out, err = jobs("wait", job.id)
    assert ended == status
    assert said in out + err


def test_a_wait_that_is_over_says_how_far_the_job_is(jobs: Jobs, client: Client):
    job = client.submit(b"sleep 60")
    status, _, err = jobs("wait", job.id, "--seconds", "0.2")
    assert status == 15
    assert "[job-not-done]" in err
    status, out, _ = jobs("cancel", job.id)
    assert status == 0
    assert out.strip()
    assert jobs("wait", job.id)[0] == 15
    assert "[job-cancelled]" in jobs("result", job.id)[2]


def test_a_result_goes_where_reading_would_put_it(jobs: Jobs, client: Client):
    job = done(client, "say one\nsay two", "../../letter.png")
    assert jobs("result", job.id) == (0, client.result(job.id, "txt").decode(), "")
    assert json.loads(jobs("result", job.id, "-f", "json")[1])["output"] == "one\ftwo"
    assert jobs("result", job.id, "-o", "letter.md")[0] == 0
    assert Path("letter.md").read_text().startswith("one")
    assert jobs("result", job.id, "-f", "txt,tsv", "-o", "out/")[0] == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["letter.tsv", "letter.txt"]


def test_events_are_told_in_lines(jobs: Jobs, client: Client):
    job = done(client, "say one\nfail engine-failed")
    _, out, _ = jobs("events", job.id)
    assert out.splitlines() == ["page 1: done", "page 2: failed, engine-failed", "partial, 2/2 pages"]
    told = [json.loads(line) for line in jobs("events", job.id, "--json")[1].splitlines()]
    assert [each["event"] for each in told] == ["page", "page", "end"]
    assert told[0]["page"]["blocks"]


def test_nobody_at_the_address_is_a_coded_error(uncial: Callable[..., tuple[int, bytes, str]]):
    status, out, err = uncial("jobs", "--server", "http://127.0.0.1:9", "list")
    assert (status, out) == (15, b"")
    assert "[service-unavailable]" in err


def test_the_service_may_be_named_behind_the_command_which_then_counts(uncial, service: Service, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("UNCIAL_")]:
        monkeypatch.delenv(name)
    assert uncial("jobs", "list", "--server", service.url)[0] == 0
    assert uncial("jobs", "--server", "http://127.0.0.1:9", "list", "--server", service.url, "--key", "any")[0] == 0
    monkeypatch.setenv("UNCIAL_SERVER", "http://127.0.0.1:9")
    assert uncial("jobs", "list", "--server", service.url)[0] == 0
    assert uncial("jobs", "--server", service.url, "list")[0] == 0
