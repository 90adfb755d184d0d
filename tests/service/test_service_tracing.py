from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from uncial.document import Problem
from uncial.jobs.job import Ending, Job, Lease, Order, State
from uncial.jobs.telling import TRACEPARENT, trace_id
from uncial.service.tracing import Tracing, start_tracing, traceparent_of

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def scope(traceparent: str = "", method: str = "POST") -> dict[str, Any]:
    class Route:
        path = "/v1/jobs"

    headers = [(b"traceparent", traceparent.encode())] if traceparent else []
    return {"type": "http", "method": method, "path": "/v1/jobs", "scheme": "http", "headers": headers, "route": Route()}


def lease(traceparent: str = GIVEN, **given: Any) -> Lease:
    order = Order(name="secret-name.pdf", traceparent=traceparent)
    now = time.time()
    return Lease(Job(id="j1", state=State.RUNNING, order=order, created=now - 10, started=now - 6, attempt=1, **given))


ENDING = Ending(state=State.SUCCEEDED, timings={"queue": 4.0, "fetch": 0.5, "open": 0.5, "read": 4.0, "write": 1.0})


@dataclass
class Traced:
    tracing: Tracing
    exporter: Any

    def spans(self) -> dict[str, Any]:
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def traced() -> Iterator[Traced]:
    trace = pytest.importorskip("opentelemetry.sdk.trace", reason="the extra otel is not installed")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider, exporter = trace.TracerProvider(shutdown_on_exit=False), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield Traced(Tracing(provider.get_tracer("test"), provider.shutdown), exporter)
    provider.shutdown()


def test_a_request_is_a_span_in_the_trace_of_its_client(traced):
    with traced.tracing.request(scope(GIVEN)) as answered:
        present = TRACEPARENT.get()
        answered.status, answered.code = 202, ""
    span = traced.spans()["POST /v1/jobs"]
    assert trace_id(present) == f"{span.context.trace_id:032x}" == TRACE
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    assert present.split("-")[2] == f"{span.context.span_id:016x}"
    assert dict(span.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/jobs",
        "url.scheme": "http",
        "http.response.status_code": 202,
    }
    assert TRACEPARENT.get() == ""


def test_a_request_without_a_trace_begins_one(traced):
    with traced.tracing.request(scope()):
        assert len(trace_id(TRACEPARENT.get())) == 32
    assert traced.spans()["POST /v1/jobs"].parent is None


def test_a_request_that_breaks_is_told_all_the_same(traced):
    with pytest.raises(ZeroDivisionError), traced.tracing.request(scope()) as answered:
        answered.status, answered.code = 500, "internal-error"
        raise ZeroDivisionError
    span = traced.spans()["POST /v1/jobs"]
    assert span.attributes["error.type"] == "internal-error"
    assert span.status.status_code.name == "ERROR"


def test_what_the_client_did_wrong_is_no_error_of_ours(traced):
    with traced.tracing.request(scope()) as answered:
        answered.status, answered.code = 415, "media-type-unsupported"
    span = traced.spans()["POST /v1/jobs"]
    assert (span.status.status_code.name, span.attributes["uncial.code"]) == ("UNSET", "media-type-unsupported")


def test_a_job_and_its_stages_belong_to_the_trace_of_its_request(traced):
    traced.tracing.job_ended(lease(), ENDING)
    spans = traced.spans()
    job = spans.pop("job")
    assert (f"{job.context.trace_id:032x}", f"{job.parent.span_id:016x}") == (TRACE, "b7ad6b7169203331")
    assert set(spans) == {"queue", "fetch", "open", "read", "write"}
    assert all(span.parent.span_id == job.context.span_id for span in spans.values())
    assert all(job.start_time <= span.start_time <= span.end_time <= job.end_time for span in spans.values())
    seconds = {name: round((span.end_time - span.start_time) / 1e9, 3) for name, span in spans.items()}
    assert seconds == {"queue": 4.0, "fetch": 0.5, "open": 0.5, "read": 4.0, "write": 1.0}
    assert spans["read"].end_time == spans["write"].start_time


def test_a_span_of_a_job_has_no_name_and_no_text_of_the_client(traced):
    traced.tracing.job_ended(
        lease(), Ending(state=State.FAILED, error=Problem("source-damaged", "“secret-name.pdf” is damaged."))
    )
    told = "".join(span.to_json() for span in traced.spans().values())
    assert "secret-name" not in told
    assert traced.spans()["job"].attributes["error.type"] == "source-damaged"


def test_a_trace_that_is_not_sampled_is_not_told_and_goes_on(traced):
    with traced.tracing.request(scope(GIVEN[:-2] + "00")):
        assert TRACEPARENT.get().endswith("-00")
    traced.tracing.job_ended(lease(GIVEN[:-2] + "00"), ENDING)
    assert not traced.spans()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nonsense",
        GIVEN.upper(),
        GIVEN + "-more",
        "ff" + GIVEN[2:],
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        GIVEN + "\n",
    ],
)
def test_a_traceparent_that_is_none_is_dropped(given):
    from starlette.datastructures import Headers

    assert traceparent_of(Headers({"traceparent": given})) == ""
    assert traceparent_of(Headers({"traceparent": GIVEN})) == GIVEN


def test_without_an_endpoint_nothing_is_told_and_the_clients_trace_is_kept():
    tracing = start_tracing({})
    with tracing.request(scope(GIVEN)):
        assert TRACEPARENT.get() == GIVEN
    tracing.job_ended(lease(), ENDING)
    tracing.close()


QUIET = """
import sys
from uncial.service.tracing import start_tracing
with start_tracing({}).request({"type": "http", "method": "GET", "path": "/", "headers": []}):
    pass
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")))
"""


def test_without_an_endpoint_nothing_of_opentelemetry_is_imported():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, timeout=60, check=True)
    assert done.stdout.strip() == b"[]"


MISSING = """
import sys
sys.modules["opentelemetry.sdk"] = None
from uncial.service.tracing import start_tracing
tracing = start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})
with tracing.request({"type": "http", "method": "GET", "headers": []}):
    print("answered")
"""


def test_where_the_extra_is_missing_the_service_goes_on_and_the_log_says_so():
    done = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, timeout=60, check=True)
    assert done.stdout.strip() == b"answered"
    assert b"uncial[otel]" in done.stderr


@pytest.mark.parametrize("value", ["true", "TRUE"])
def test_the_sdk_can_be_switched_off(value):
    tracing = start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": value})
    assert tracing._tracer is None


class Receiver(BaseHTTPRequestHandler):
    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


SENDING = """
import time
from uncial.jobs.job import Job, Lease, Order, State
from uncial.jobs.job import Ending
from uncial.service.tracing import start_tracing
tracing = start_tracing()
job = Job(id="j1", state=State.RUNNING, order=Order(name="a", traceparent="{given}"), created=time.time(), started=time.time())
tracing.job_ended(Lease(job), Ending(state=State.SUCCEEDED, timings={{"read": 0.1}}))
tracing.close()
"""


def test_spans_reach_a_collector_by_otlp_over_http():
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra otel is not installed")
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    Receiver.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "scans", "PATH": ""}
        subprocess.run([sys.executable, "-c", SENDING.format(given=GIVEN)], env=environment, timeout=60, check=True)
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
    (path, body) = Receiver.got[0]
    assert path == "/v1/traces"
    resource = ExportTraceServiceRequest.FromString(body).resource_spans[0]
    assert "scans" in [entry.value.string_value for entry in resource.resource.attributes if entry.key == "service.name"]
    spans = {span.name: span for span in resource.scope_spans[0].spans}
    assert set(spans) == {"job", "queue", "read"}
    assert spans["job"].trace_id.hex() == TRACE
