from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from PIL import Image

import uncial as library
from fakes import FakeEngine, install, line
from running_service import SIZES, Service, running
from uncial.client import Client
from uncial.errors import MediaTypeUnsupported, OptionInvalid, TemplateInvalid, UncialError
from uncial.options import Options, Output

Run = Callable[..., tuple[int, bytes, str]]
TEMPLATE = r"""
template: sizes
kind: receipt
matches: {any_of: [{pattern: '\d+x\d+'}]}
fields:
  total: {pattern: '(\d+)x\d+', type: number, zone: [0, 0, 1, 1]}
"""
LONG = TEMPLATE + "#" * 30_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Workers with the real reader, and an engine that says how large each image is."""
    with running(tmp_path_factory.mktemp("service"), SIZES, engine="sizes", workers=1, threads=1) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url) as client:
        yield client


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("UNCIAL_")]:
        monkeypatch.delenv(name)
    install(monkeypatch, lambda config: FakeEngine(lambda image: [line(f"{image.shape[1]}x{image.shape[0]}")]))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return draw(tmp_path / "a.png")


def draw(path: Path, width: int = 321) -> Path:
    Image.new("RGB", (width, 100), "white").save(path)
    return path


# ---- the client


def test_fields_come_with_the_types_that_they_have_here(client: Client, image: Path):
    there = client.extract(image, templates=TEMPLATE)
    assert there == library.extract(image, templates=TEMPLATE, options=Options(engine="fake"))
    assert (there.kind, there.template, there.fields["total"].value) == ("receipt", "sizes", Decimal(321))
    assert isinstance(there.fields["total"].value, Decimal)


def test_a_kind_can_be_given(client: Client, image: Path):
    assert client.extract(image, "letter").kind == "letter"
    with pytest.raises(OptionInvalid, match="menu"):
        client.extract(image, "menu")


def test_long_templates_find_their_way(client: Client, image: Path):
    assert client.extract(image, templates=LONG).template == "sizes"
    job = client.wait(client.submit(image).id)
    assert client.extraction(job.id, templates=LONG).template == "sizes"
    assert client.result(job.id, "fields-csv", output=Output(templates=LONG)).startswith(b"file,kind,")


def test_a_job_that_is_there_is_had_as_fields_of_any_kind(client: Client, image: Path):
    job = client.wait(client.submit(image).id)
    assert [client.extraction(job.id, kind).kind for kind in ("letter", "receipt")] == ["letter", "receipt"]


def test_what_is_wrong_is_raised_as_it_is_here(client: Client, image: Path, tmp_path: Path):
    with pytest.raises(TemplateInvalid, match="menu"):
        client.extract(image, templates="template: x\nkind: menu\nfields: {}\n")
    (tmp_path / "b.png").write_text("no image")
    with pytest.raises(MediaTypeUnsupported):
        client.extract(tmp_path / "b.png")


def test_batches_are_had_as_fields(client: Client, image: Path):
    (job,) = client.batch([image], format="fields", output=Output(kind="letter", templates=TEMPLATE)).jobs
    client.wait(job.id)
    assert client.extraction(job.id).template == ""  # it is a template of receipts
    assert client.extraction(job.id, "receipt").template == "sizes"


def test_kinds_are_told(client: Client):
    assert {"receipt", "invoice", "other"} <= {row["name"] for row in client.kinds()}


def test_an_answer_that_is_none_is_told():
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"output": "text"})

    with (
        Client("http://127.0.0.1:5000", transport=httpx.MockTransport(answer)) as client,
        pytest.raises(UncialError, match="fields"),
    ):
        client.extraction("abc")


# ---- the command


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_the_command_says_the_same_with_a_service(uncial: Run, service: Service, form: str):
    draw(Path("a.png"))
    draw(Path("b.png"), 99)
    Path("sizes.yaml").write_text(LONG)
    arguments = ("-f", form, "--templates", "sizes.yaml", "a.png", "b.png")
    ours = uncial("extract", "--engine", "fake", *arguments)
    theirs = uncial("extract", "--server", service.url, *arguments)
    assert theirs == ours
    assert ours[0] == 0
    assert b"321" in ours[1]


def test_a_document_that_was_read_before_is_not_sent(uncial: Run, service: Service):
    draw(Path("a.png"))
    assert uncial("read", "--engine", "fake", "a.png", "-o", "a.json")[0] == 0
    Path("sizes.yaml").write_text(TEMPLATE)
    status, out, _ = uncial("extract", "--server", service.url, "--templates", "sizes.yaml", "a.json", "a.png")
    assert status == 0
    assert [json.loads(each)["fields"]["total"]["value"] for each in out.splitlines()] == [321, 321]


def test_jobs_are_had_as_fields_by_the_command(uncial: Run, service: Service, client: Client, image: Path):
    job = client.wait(client.submit(image, name="a.png").id)
    Path("sizes.yaml").write_text(TEMPLATE)
    asked = ("jobs", "--server", service.url, "result", job.id, "-f", "fields-csv", "--templates", "sizes.yaml")
    status, out, err = uncial(*asked)
    assert (status, err) == (0, "")
    (row,) = csv.DictReader(io.StringIO(out.decode(), newline=""))
    assert (row["file"], row["kind"], row["total"]) == ("a.png", "receipt", "321")
