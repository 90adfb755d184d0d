import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from running_service import Service, running
from uncial.client import Client, JobInfo, State
from uncial.client.connection import TRIES, Connection, Request
from uncial.client.stream import lines_of, messages
from uncial.corrections import FieldCorrected, WordsCorrected
from uncial.errors import (
    CorrectionInvalid,
    CorrectionsClash,
    IdempotencyClash,
    JobCancelled,
    JobNotFound,
    KeyMissing,
    LimitExceeded,
    MediaTypeUnsupported,
    OptionInvalid,
    OutputError,
    ServiceBusy,
    ServiceUnavailable,
    SourceNotFound,
    UncialError,
)
from uncial.options import Limits, Options, Output, PageRanges

ROOT = Path(__file__).parent.parent
JOB = {"id": "abc", "state": "queued", "name": "a.png", "pages": {"total": None, "done": 0, "failed": 0}, "error": None}

Answer = Callable[[httpx.Request], httpx.Response]


def scripted(*answers: httpx.Response | Exception | Answer, key: str | None = None) -> tuple[Client, list[httpx.Request]]:
    """A client of a service that gives these answers, one after the other, and the requests that it makes."""
    waiting = list(answers)
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(request)
        now = waiting.pop(0)
        if isinstance(now, Exception):
            raise now
        return now(request) if callable(now) else now

    return Client("http://127.0.0.1:5000", key, transport=httpx.MockTransport(answer), patience=0.3), seen


def problem(status: int, code: str, **more: object) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "It says so.", "hint": "Do this.", "stage": "pages", **more})


def events(*told: tuple[str, object, str]) -> httpx.Response:
    text = "".join(f"event: {kind}\nid: {id}\ndata: {json.dumps(data)}\n\n" for kind, data, id in told)
    return httpx.Response(200, text=f"retry: 1000\n\n{text}", headers={"Content-Type": "text/event-stream"})


# ---- without a service


def test_an_error_comes_back_as_the_class_that_the_library_raises():
    client, _ = scripted(problem(415, "media-type-unsupported", page=3))
    with client, pytest.raises(MediaTypeUnsupported) as caught:
        client.job("abc")
    assert (caught.value.message, caught.value.hint, caught.value.stage, caught.value.page) == (
        "It says so.",
        "Do this.",
        "pages",
        3,
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(404, "job-not-found"), JobNotFound),
        (problem(404, "not-found"), UncialError),
        (problem(400, "bad-request"), OptionInvalid),
        (problem(409, "idempotency-clash"), IdempotencyClash),
        (problem(500, "of-a-package"), UncialError),
        (httpx.Response(401, text="<html>"), KeyMissing),
        (httpx.Response(413, text="too large"), LimitExceeded),
        (httpx.Response(500, text="oops"), UncialError),
        (httpx.Response(404, json=[1]), UncialError),
        (httpx.Response(200, text="hello"), UncialError),
        (httpx.Response(200, json=[1]), UncialError),
        (httpx.Response(200, json={"id": "abc", "state": "thinking"}), UncialError),
    ],
)
def test_whatever_is_answered_a_failure_is_a_coded_error(answer: httpx.Response, kind: type[UncialError]):
    client, _ = scripted(answer)
    with client, pytest.raises(UncialError) as caught:
        client.job("abc")
    assert type(caught.value) is kind
    assert caught.value.message


def test_a_code_that_is_not_known_here_stands_in_the_message():
    client, _ = scripted(problem(500, "of-a-package"))
    with client, pytest.raises(UncialError, match=r"It says so. \(of-a-package\)"):
        client.job("abc")


def test_what_is_busy_is_asked_again_and_a_job_is_sent_under_the_same_key_each_time():
    busy = httpx.Response(429, json={"code": "service-busy", "detail": "Busy."}, headers={"Retry-After": "0"})
    away = httpx.Response(503, json={"code": "service-unavailable", "detail": "Away."}, headers={"Retry-After": "0"})
    client, seen = scripted(busy, away, httpx.Response(202, json=JOB))
    with client:
        assert client.submit(b"bytes").id == "abc"
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 1
    assert len(seen) == 3


def test_two_jobs_do_not_share_a_key_unless_they_are_told_to():
    client, seen = scripted(*[httpx.Response(202, json=JOB)] * 3)
    with client:
        client.submit(b"bytes")
        client.submit(b"bytes")
        client.submit(b"bytes", idempotency_key="mine")
    first, second, third = (request.headers["Idempotency-Key"] for request in seen)
    assert first != second
    assert third == "mine"


def test_a_service_that_stays_busy_is_an_error_in_the_end():
    busy = problem(429, "service-busy")
    busy.headers["Retry-After"] = "20"
    client, seen = scripted(busy)
    with client, pytest.raises(ServiceBusy):
        client.job("abc")
    assert len(seen) == 1  # there is no patience for twenty seconds


def test_nobody_at_the_address_is_told_after_some_tries_with_what_to_do():
    slept: list[float] = []
    tries = 0

    def nobody(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        raise httpx.ConnectError("refused")

    line = Connection("http://u:secret@127.0.0.1:1", None, 1, 60, httpx.MockTransport(nobody), slept.append)
    with pytest.raises(ServiceUnavailable) as caught:
        line.json(Request(method="GET", path="/version"))
    assert tries == TRIES == len(slept) + 1
    assert "127.0.0.1:1" in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint
    assert "uncial serve" in caught.value.hint
    line.close()


@pytest.mark.parametrize("url", ["", "127.0.0.1:5000", "ftp://host", "http://", "http://host/?x=1"])
def test_what_is_no_address_of_a_service_is_refused(url: str):
    with pytest.raises(OptionInvalid):
        Client(url)


def test_the_key_goes_where_it_belongs_and_a_broken_one_is_refused():
    client, seen = scripted(httpx.Response(200, json=JOB), key="uncial_abc")
    with client:
        client.job("abc")
    assert seen[0].headers["Authorization"] == "Bearer uncial_abc"
    with pytest.raises(OptionInvalid):
        Client("http://host", "schlüssel")


def test_options_go_as_the_texts_that_http_takes_and_defaults_are_left_to_the_service():
    client, seen = scripted(httpx.Response(202, json=JOB))
    options = Options(languages=("en", "de"), pages=PageRanges.parse("1-3,7-"), deskew=False, min_confidence=0.5, pdf_dpi=200)
    with client:
        client.submit(b"bytes", options, output=Output(layout=True), format="md", queue="bulk")
    params = dict(seen[0].url.params)
    assert params == {
        "languages": "en,de", "pages": "1-3,7-", "deskew": "no", "min_confidence": "0.5", "pdf_dpi": "200", "layout": "yes",
        "format": "md",
    }  # fmt: skip


def test_secrets_go_into_headers_and_fields_and_never_into_the_address():
    client, seen = scripted(httpx.Response(202, json=JOB))
    with client:
        client.submit(b"bytes", password="sésame", webhook="https://example.org/hook", webhook_secret="whsec_x")
    assert "sésame".encode() in dict(seen[0].headers.raw).values()
    assert b"whsec_x" in seen[0].content
    assert not seen[0].url.query


@pytest.mark.parametrize("password", [" x", "x\n"])
def test_a_password_that_no_header_can_carry_is_refused_before_anything_is_sent(password: str):
    client, seen = scripted()
    with client, pytest.raises(OptionInvalid):
        client.submit(b"bytes", password=password)
    assert not seen


def test_a_url_goes_as_json_and_is_fetched_by_the_service():
    client, seen = scripted(httpx.Response(202, json=JOB))
    with client:
        client.submit("https://example.org/a.png", name="mine.png")
    assert json.loads(seen[0].content) == {"url": "https://example.org/a.png", "name": "mine.png"}


def test_a_file_is_sent_from_the_disk_and_from_its_beginning_each_time(tmp_path: Path):
    (tmp_path / "ä.png").write_bytes(b"x" * 1000)
    again = httpx.Response(503, headers={"Retry-After": "0"})
    client, seen = scripted(again, httpx.Response(202, json=JOB))
    with client:
        client.submit(tmp_path / "ä.png")
    assert [request.content.count(b"x") >= 1000 for request in seen] == [True, True]
    assert 'filename="ä.png"'.encode() in seen[0].content
    assert "Content-Length" in seen[0].headers


def test_a_stream_that_cannot_be_read_twice_is_held():
    client, seen = scripted(httpx.Response(503, headers={"Retry-After": "0"}), httpx.Response(202, json=JOB))
    with client:
        client.submit(io.BytesIO(b"from a stream"))
    assert [b"from a stream" in request.content for request in seen] == [True, True]


def test_what_is_not_there_or_too_large_is_told_before_anything_is_sent(tmp_path: Path):
    client, seen = scripted()
    (tmp_path / "large").write_bytes(b"x" * 100)
    with client:
        with pytest.raises(SourceNotFound):
            client.submit(tmp_path / "nothing.png")
        with pytest.raises(LimitExceeded):
            client.submit(tmp_path / "large", limits=Limits(max_bytes=10))
    assert not seen


def test_a_stream_that_breaks_is_taken_up_where_it_broke():
    page = {"number": 1, "seconds": 0.1, "code": None}
    end = {**JOB, "state": "succeeded"}
    client, seen = scripted(events(("page", page, "1")), httpx.ReadError("broken"), events(("end", end, "1-2")))
    with client:
        told = [(event.kind, event.id) for event in client.events("abc")]
    assert told == [("page", "1"), ("end", "1-2")]
    assert [request.headers.get("Last-Event-ID") for request in seen] == [None, "1", "1"]


def test_a_stream_that_never_brings_any_news_ends_as_an_error():
    client, seen = scripted(*[events()] * 5)
    with client, pytest.raises(ServiceUnavailable, match="stream"):
        list(client.events("abc"))
    assert len(seen) == 3


def test_lines_of_a_stream_end_at_line_feeds_alone():
    pieces = [b"data: a\xc2", b"\x85\xe2\x80\xa8b\x0cc\r\nda", b"ta: d\n\nid: 7\nevent: end\ndata: e\n\ndata: never ended\n"]
    assert [tuple(each) for each in messages(lines_of(pieces))] == [("message", "a\x85\u2028b\x0cc\nd", ""), ("end", "e", "7")]


def test_all_jobs_are_listed_page_by_page_with_the_filters_on_each():
    one, two = ({**JOB, "id": id} for id in "ab")
    first = httpx.Response(200, json={"jobs": [one], "next": "/v1/jobs?after=a"})
    client, seen = scripted(first, httpx.Response(200, json={"jobs": [two], "next": None}))
    with client:
        assert [job.id for job in client.jobs([State.FAILED, "queued"])] == ["a", "b"]
    assert [dict(request.url.params) for request in seen] == [
        {"state": "failed,queued"},
        {"state": "failed,queued", "after": "a"},
    ]


def test_a_page_is_asked_for_by_its_number_width_and_password():
    client, seen = scripted(httpx.Response(200, content=b"jpeg"))
    with client:
        assert client.page_image("abc", 3, 320, password="sesame") == b"jpeg"
    assert str(seen[0].url).endswith("/v1/jobs/abc/pages/3/image?width=320")
    assert seen[0].headers["Uncial-Password"] == "sesame"


@pytest.mark.parametrize("told", [{}, [], {"pages": [{}]}, {"pages": 3}, {"pages": [{"number": 1}]}])
def test_pages_that_are_told_in_another_way_are_an_error(told: object):
    client, _ = scripted(httpx.Response(200, json=told))
    with client, pytest.raises(UncialError, match="not understood"):
        client.pages("abc")


def test_a_result_that_breaks_off_leaves_no_file(tmp_path: Path):
    def broken(request: httpx.Request) -> httpx.Response:
        def pieces() -> Iterator[bytes]:
            yield b"half of it"
            raise httpx.ReadError("broken")

        return httpx.Response(200, content=pieces())

    client, _ = scripted(broken, httpx.Response(200, content=b"whole"))
    with client:
        with pytest.raises(ServiceUnavailable):
            client.save("abc", tmp_path / "a.txt", "txt")
        assert not list(tmp_path.iterdir())
        with pytest.raises(OutputError):
            client.save("abc", tmp_path / "no" / "a.txt", "txt")


# ---- with the service itself


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service"), workers=1, threads=1) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as client:
        yield client


def test_a_document_is_read(client: Client):
    document = client.read(b"say hello\nsay you", name="letter.png")
    assert [page.text for page in document.pages] == ["hello", "you"]
    assert document.source.name == "letter.png"
    assert client.read(b"say hello", format="txt") == b"hello\n"


def test_a_file_is_read_under_its_own_name(client: Client, tmp_path: Path):
    (tmp_path / "Brief für Ö.png").write_bytes(b"say hello")
    assert client.read(tmp_path / "Brief für Ö.png").source.name == "Brief für Ö.png"


def test_a_job_is_sent_waited_for_and_its_result_fetched_in_several_formats(client: Client, tmp_path: Path):
    job = client.submit(b"say hello", name="a.png")
    assert not job.state.ended
    job = client.wait(job.id, 20)
    assert (job.state, job.pages.done, job.pages.total, job.error) == (State.SUCCEEDED, 1, 1, None)
    assert job.ended is not None
    assert job.created is not None
    assert job.created <= job.ended
    assert client.document(job.id).text == "hello"
    assert client.result(job.id, "md") == b"hello\n"
    assert client.save(job.id, tmp_path / "a.txt", "txt").read_bytes() == b"hello\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_pages_are_told_and_a_document_is_read_again_in_another_way(client: Client):
    job = client.wait(client.submit(b"say Hello\nfail source-damaged\noptions").id)
    pages = client.pages(job.id)
    assert [(page.number, page.words, page.problem) for page in pages[:2]] == [(1, 1, None), (2, 0, "source-damaged")]
    assert pages[0].bytes
    first, last = pages[0].bytes
    assert json.loads(client.result(job.id)[first : last + 1])["number"] == 1
    new = client.wait(client.again(job.id, {"pages": "3", "languages": ["de"], "barcodes": True}).id)
    (page,) = client.document(new.id).pages
    assert (page.number, new.name, "de" in page.text) == (3, job.name, True)
    with pytest.raises(MediaTypeUnsupported):
        client.page_image(job.id, 1)


def test_a_document_is_corrected_and_nobody_elses_corrections_are_overwritten(client: Client):
    job = client.wait(client.submit(b"say Hallo").id)
    before = client.corrections(job.id)
    assert before.corrections == ()
    word = client.document(job.id).pages[0].lines[0].words[0]
    typed = WordsCorrected(1, 0, 0, 0, 1, (replace(word, text="Hello", confidence=1.0, checked=True),))
    revision = client.correct(job.id, [typed, FieldCorrected("total", None)], before.revision)
    assert (client.document(job.id).text, client.document(job.id, corrected=False).text) == ("Hello", "Hallo")
    known = client.corrections(job.id)
    assert (known.revision, known.corrections) == (revision, (typed, FieldCorrected("total", None)))
    with pytest.raises(CorrectionsClash):
        client.correct(job.id, [], before.revision)
    with pytest.raises(CorrectionInvalid, match=r"corrections\[0\]"):
        client.correct(job.id, [replace(typed, page=2)])
    client.correct(job.id, [])
    assert client.corrections(job.id) == before


@pytest.mark.parametrize("told", [b"{}", b"[]", b"nonsense", b'{"revision": "1"}', b'{"revision": "1", "corrections": [{}]}'])
def test_corrections_that_are_not_understood_are_told(told: bytes):
    client, _ = scripted(httpx.Response(200, content=told))
    with pytest.raises(UncialError, match="corrections"):
        client.corrections("abc")


def test_the_same_key_brings_back_the_same_job_and_another_request_with_it_is_refused(client: Client):
    first = client.submit(b"say once", idempotency_key="only-once")
    assert client.submit(b"say once", idempotency_key="only-once").id == first.id
    with pytest.raises(IdempotencyClash):
        client.submit(b"say twice", idempotency_key="only-once")


def test_news_of_a_job_come_with_what_stands_on_its_pages(client: Client):
    job = client.submit(b"say one\nsay two")
    told = list(client.events(job.id))
    pages = [event for event in told if event.kind == "page"]
    assert [(event.number, event.page and event.page.text) for event in pages] == [(1, "one"), (2, "two")]
    assert told[-1].kind == "end"
    assert told[-1].job == client.job(job.id)
    assert [event.kind for event in client.events(job.id, after=told[-1].id)] == ["end"]


def test_a_job_is_cancelled_and_then_has_no_result(client: Client):
    job = client.submit(b"sleep 30")
    client.cancel(job.id)
    assert client.wait(job.id, 20).state is State.CANCELLED
    with pytest.raises(JobCancelled):
        client.result(job.id)


def test_a_wait_that_is_over_gives_the_job_as_it_is(client: Client):
    job = client.submit(b"sleep 30")
    assert not client.wait(job.id, 0.2).state.ended
    client.cancel(job.id)


def test_a_document_that_cannot_be_read_raises_what_it_raises_here(client: Client):
    with pytest.raises(UncialError) as caught:
        client.read(b"opening fail media-type-unsupported")
    assert caught.value.code == "media-type-unsupported"
    (failed, *_) = client.jobs(["failed"])
    assert failed.error is not None
    assert failed.error.code == "media-type-unsupported"


def test_many_documents_go_with_one_request_and_fail_by_themselves(client: Client, tmp_path: Path):
    (tmp_path / "a.png").write_text("say one")
    batch = client.batch([tmp_path / "a.png", b"opening fail source-damaged", b"say three"], idempotency_key="batch")
    assert [job.name for job in batch.jobs] == ["a.png", "bytes", "bytes"]
    assert {job.batch for job in client.jobs(batch=batch.id)} == {batch.id}
    ended = [client.wait(job.id, 20) for job in batch.jobs]
    assert [job.state for job in ended] == [State.SUCCEEDED, State.FAILED, State.SUCCEEDED]
    assert client.batch_state(batch.id).done
    assert client.document(ended[2].id).text == "three"


def test_a_batch_is_cancelled_as_one(client: Client):
    batch = client.batch([b"sleep 60", b"sleep 61"])
    client.cancel_batch(batch.id)
    assert {client.wait(job.id, 20).state for job in batch.jobs} == {State.CANCELLED}


def test_urls_of_a_batch_that_may_not_be_fetched_fail_by_themselves(client: Client):
    batch = client.batch(["http://127.0.0.1:9/a.png", "http://localhost/b.png"])
    assert {client.wait(job.id, 20).state for job in batch.jobs} == {State.FAILED}
    with pytest.raises(OptionInvalid):
        client.batch(["http://localhost/b.png", b"say one"])


def test_a_job_that_there_is_not_is_not_found(client: Client):
    with pytest.raises(JobNotFound):
        client.job("no such job?x=1")


def test_many_threads_may_use_one_client(client: Client):
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        texts[number] = client.read(f"say number {number}".encode()).text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert texts == {number: f"number {number}" for number in range(8)}


def test_what_can_be_asked_for_is_listed(client: Client):
    assert "languages" in {row["name"] for row in client.options()}
    assert "md" in {row["name"] for row in client.formats()}
    assert "max_bytes" in {row["name"] for row in client.limits()}
    assert client.engines()
    assert client.languages()
    assert client.version()


def test_the_examples_of_the_docs_run(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("scan.pdf", "receipt.jpg", "invoice.pdf"):
        (tmp_path / name).write_text("say hello\nsay you")
    monkeypatch.chdir(tmp_path)
    docs = [(ROOT / "docs" / name).read_text("utf-8") for name in ("client.md", "quickstart.md")]
    examples = [code for text in docs for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "uncial.client" in code]
    assert len(examples) == 6
    for code in examples:
        ours = code.replace("http://127.0.0.1:5000", service.url).replace("https://example.org", "https://example.invalid")
        exec(compile(ours, "docs", "exec"), {})
    told = capsys.readouterr().out
    assert "1 hello" in told
    assert "succeeded 2 of 2" in told
    assert (tmp_path / "scan.docx").exists()


def test_a_job_as_json_that_lacks_what_later_versions_have_is_understood():
    from uncial.client.answers import job_of

    assert job_of({"id": "a", "state": "running"}) == JobInfo(id="a", state=State.RUNNING)
