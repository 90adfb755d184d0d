from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from uncial.jobs.telling import telling
from uncial.service import Settings
from uncial.service.logs import REQUEST_ID, JsonFormatter, log_settings, masked, start_log

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept_logging():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {
        name: logger.level for name, logger in logging.root.manager.loggerDict.items() if isinstance(logger, logging.Logger)
    }
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            logger.setLevel(levels.get(name, logging.NOTSET))


def line(**extra: object) -> dict[str, object]:
    record = logging.LogRecord("uncial.test", logging.INFO, __file__, 1, "It happened.", None, None)
    vars(record).update(extra)
    told: dict[str, object] = json.loads(JsonFormatter().format(record))
    return told


def test_a_line_says_when_how_grave_and_who():
    told = line(code="service-busy")
    assert told.pop("time")
    assert told == {"level": "info", "logger": "uncial.test", "message": "It happened.", "code": "service-busy"}


def test_a_line_has_the_ids_of_its_request_its_job_and_its_trace():
    before = REQUEST_ID.set("req-1")
    try:
        with telling("job-1", TRACEPARENT):
            told = line()
    finally:
        REQUEST_ID.reset(before)
    assert (told["request_id"], told["job"]) == ("req-1", "job-1")
    assert told["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert {"request_id", "job", "trace_id"}.isdisjoint(line())


def test_jobs_side_by_side_do_not_get_into_each_others_lines():
    async def work(job: str) -> object:
        with telling(job):
            await asyncio.sleep(0.01)
            return await asyncio.to_thread(lambda: line()["job"])

    async def both() -> object:
        return list(await asyncio.gather(work("a"), work("b")))

    assert asyncio.run(both()) == ["a", "b"]


def test_a_line_that_names_another_job_itself_is_believed():
    with telling("parent"):
        assert line(job="part")["job"] == "part"


def test_the_log_goes_to_a_file_too_and_libraries_do_not_chat(kept_logging, tmp_path: Path):
    file = tmp_path / "logs" / "uncial.log"
    start_log("info", file)
    logging.getLogger("uncial.test").info("Kept.")
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?secret")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [json.loads(text)["message"] for text in file.read_text().splitlines()] == ["Kept."]


SECRETS = {
    "database": "postgresql://uncial:p@ss/wo#rd@db.internal:5432/uncial?sslpassword=hidden",
    "broker": "amqp://guest:rabbit-secret@mq//",
    "seal_key": "c2VhbC1rZXktc2VhbC1rZXktc2VhbC1rZXktc2VhbC0=",
    "blobs": "s3://access:blob-secret@bucket/prefix",
    "blobs_endpoint": "https://user:endpoint-secret@s3.internal:9000/?token=x@y",
}


def test_settings_are_told_with_every_secret_masked(kept_logging, tmp_path: Path):
    settings = Settings(data_dir=tmp_path, fetch_allow=("localhost",), **SECRETS)
    told = masked(settings)
    assert told["database"] == "postgresql://uncial:***@db.internal:5432/uncial"
    assert told["broker"] == "amqp://guest:***@mq//"
    assert told["seal_key"] == "***"
    assert told["blobs"] == "s3://access:***@bucket/prefix"
    assert set(told) == set(Settings.model_fields)
    start_log("info", tmp_path / "log")
    log_settings(settings)
    written = (tmp_path / "log").read_text()
    for secret in ("p@ss", "wo#rd", "rabbit-secret", "c2Vh", "blob-secret", "endpoint-secret", "hidden", "token"):
        assert secret not in written
    assert json.loads(written)["settings"]["port"] == 5000
    assert json.loads(written)["settings"]["fetch_allow"] == ["localhost"]


@pytest.mark.parametrize("url", ["redis://:pw@host/0", "redis://a?pw:pw@host/0", "s3://b/?key=pw&u=a@pw", "https://h/?k=pw"])
def test_no_spelling_of_a_url_lets_its_password_out(url: str):
    told = str(masked(Settings(broker=url))["broker"])
    assert "pw" not in told
    assert told.startswith(url.partition("://")[0])


def test_what_is_not_set_is_told_as_such():
    told = masked(Settings())
    assert (told["database"], told["seal_key"], told["models"]) == ("", "", None)


@pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028", "\u2029"])
def test_a_record_is_one_line_for_everybody_who_reads_it(end):
    record = logging.makeLogRecord({"msg": f"one{end}line", "path": f"/v1/jobs/{end}x"})
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == f"one{end}line"
