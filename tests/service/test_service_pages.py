from __future__ import annotations

import io
import json
from dataclasses import replace

import httpx
import pytest
from PIL import Image

from fakes import block, document, line, page, word
from pdfs import Sheet, Text, pdf
from uncial.document import Page, Problem
from uncial.errors import EngineFailed, FetchFailed, MediaTypeUnsupported, SourceEncrypted
from uncial.jobs.job import PageRecord


def submit(client: httpx.Client, content: bytes, query: str = "", **headers: str) -> str:
    """The path of a job."""
    answer = client.post(f"/v1/jobs{query}", content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def scan(width: int = 1200, height: int = 600, format: str = "PNG", **more: object) -> bytes:
    """A page that is red on its left half and blue on its right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    file = io.BytesIO()
    image.save(file, format, **more)
    return file.getvalue()


def shown(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    image = Image.open(io.BytesIO(answer.content))
    assert image.format == "JPEG"
    return image


def reddish(image: Image.Image, x: float, y: float) -> bool:
    red, _, blue = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))  # type: ignore[misc]
    return red > blue


# ---- images


@pytest.mark.parametrize(
    ("asked", "width"),
    [
        ("?width=1", 160),
        ("?width=160", 160),
        ("?width=161", 320),
        ("?width=999", 1000),
        ("?width=5000", 1200),
        ("?width=0", 1200),
        ("", 1200),
    ],
)
def test_a_page_is_shown_as_wide_as_the_next_step_and_never_wider_than_it_is(client, asked, width):
    image = shown(client.get(f"{submit(client, scan())}/pages/1/image{asked}"))
    assert image.size == (width, width // 2)
    assert reddish(image, 0.25, 0.5)
    assert not reddish(image, 0.75, 0.5)


@pytest.mark.parametrize(
    "query", ["width=-1", "width=wide", "width=1e3", "width=", "width=1&width=2", "height=3", "width=1234567"]
)
def test_what_cannot_be_asked_of_an_image_is_told(client, query):
    assert code(client.get(f"{submit(client, scan())}/pages/1/image?{query}")) == (400, "option-invalid")


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "01", "9999999999", "%D9%A1"])
def test_a_page_that_is_not_there_is_told(client, number):
    assert code(client.get(f"{submit(client, scan())}/pages/{number}/image?width=160")) == (404, "page-not-found")


def test_an_image_need_not_be_sent_twice(client):
    path = f"{submit(client, scan())}/pages/1/image?width=160"
    first = client.get(path)
    assert first.headers["cache-control"] == "private, max-age=3600"
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    wider = client.get(path.replace("160", "320"), headers={"If-None-Match": first.headers["etag"]})
    assert wider.status_code == 200
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))


def test_the_pages_of_a_document_are_seen_before_it_is_read(client, clerk):
    clerk.held = True
    job = submit(client, scan())
    assert shown(client.get(f"{job}/pages/1/image?width=160")).size == (160, 80)
    clerk.take(job.rpartition("/")[2])
    assert shown(client.get(f"{job}/pages/1/image?width=320")).size == (320, 160)


def test_the_pages_of_a_document_that_could_not_be_read_are_seen(client, clerk):
    clerk.answer = EngineFailed("It broke.")
    job = submit(client, scan())
    assert client.get(f"{job}/pages").status_code == 500
    assert shown(client.get(f"{job}/pages/1/image?width=160")).size == (160, 80)


def test_a_pdf_is_seen_at_the_resolution_that_it_was_read_at(client):
    job = submit(client, pdf(Sheet([Text("Tide tables")], rotate=90)), "?pdf_dpi=72")
    assert shown(client.get(f"{job}/pages/1/image")).size == (792, 612)
    assert shown(client.get(f"{job}/pages/1/image?width=320")).size == (320, 248)


def test_a_locked_document_is_seen_with_its_password(client):
    job = submit(client, pdf(Sheet([Text("Tide tables")]), password="sesame"))
    path = f"{job}/pages/1/image?width=160"
    assert code(client.get(path)) == (422, "source-encrypted")
    assert code(client.get(path, headers={"Uncial-Password": "wrong"})) == (422, "source-encrypted")
    assert shown(client.get(path, headers={"Uncial-Password": "sesame"})).width == 160


def test_what_is_no_document_has_no_image(client, clerk):
    clerk.answer = MediaTypeUnsupported("This is a text.")
    assert code(client.get(f"{submit(client, b'plain text')}/pages/1/image")) == (415, "media-type-unsupported")


def test_before_a_url_is_fetched_there_is_no_image(client, clerk):
    clerk.held = True
    job = str(client.post("/v1/jobs", json={"url": "https://example.org/a.png"}).headers["location"])
    path = f"{job}/pages/1/image?width=160"
    assert code(client.get(path)) == (409, "job-not-done")
    clerk.blobs.write(f"{job.rpartition('/')[2]}/source", scan())
    assert shown(client.get(path)).width == 160


def test_of_a_document_that_is_gone_there_is_no_image(client, clerk):
    job = submit(client, scan())
    clerk.blobs.delete(job.rpartition("/")[2])
    assert code(client.get(f"{job}/pages/1/image")) == (404, "job-not-found")
    assert code(client.get(f"{job}/pages")) == (404, "job-not-found")
    clerk.answer = FetchFailed("It was away.")
    failed = str(client.post("/v1/jobs", json={"url": "https://example.org/a.png"}).headers["location"])
    assert code(client.get(f"{failed}/pages/1/image")) == (422, "fetch-failed")
    assert code(client.get(f"{failed}/pages")) == (422, "fetch-failed")
    clerk.held = True
    cancelled = submit(client, scan())
    client.delete(cancelled)
    for path in ("pages", "pages/1/image"):
        assert code(client.get(f"{cancelled}/{path}")) == (409, "job-cancelled")
        assert code(client.get(f"/v1/jobs/{'0' * 32}/{path}")) == (404, "job-not-found")


# ---- the index


def test_each_page_of_the_index_is_those_bytes_of_the_document(client, clerk):
    unsure = word("Grüße", confidence=0.5), word("aus", confidence=0.9), word("Łódź")
    tricky = page(block(',"pages":[{"number":9}] „ä“ \U0001f600'), number=1)
    doubted = replace(
        page(block("x"), number=2), turned=90, blocks=(replace(block("x"), lines=(replace(line("x"), words=unsure),)),)
    )
    failed = Page(3, 0, 0, problem=Problem("source-damaged", "It is “broken”."))
    clerk.answer = document(tricky, doubted, failed)
    job = submit(client, b"x")
    whole = client.get(f"{job}/result?format=json").content
    told = client.get(f"{job}/pages")
    assert told.headers["content-type"] == "application/json"
    pages = told.json()["pages"]
    for each, expected in zip(pages, json.loads(whole)["pages"], strict=True):
        first, last = each["bytes"]
        part = client.get(f"{job}/result?format=json", headers={"Range": f"bytes={first}-{last}"})
        assert part.status_code == 206
        assert part.json() == expected
        same = ("number", "width", "height", "dpi", "turned", "confidence")
        assert {name: each[name] for name in same} == {name: expected[name] for name in same}
    counted = [(each["words"], each["doubtful"], each["problem"]) for each in pages]
    assert counted == [(3, 0, None), (3, 1, None), (0, 0, "source-damaged")]


def test_while_it_is_read_the_pages_are_told_that_are_done(client, clerk):
    clerk.held = True
    job = submit(client, b"x")
    assert client.get(f"{job}/pages").json() == {"pages": []}
    id = job.rpartition("/")[2]
    lease = clerk.take(id)
    clerk.store.page_done(lease, PageRecord(2, f"{id}/pages/2", 0.5, "source-damaged"))
    clerk.store.page_done(lease, PageRecord(1, f"{id}/pages/1", 0.5))
    told = client.get(f"{job}/pages")
    assert told.headers["cache-control"] == "no-store"
    known = [(each["number"], each["problem"], each["bytes"]) for each in told.json()["pages"]]
    assert known == [(1, None, None), (2, "source-damaged", None)]
    clerk.finish(lease)
    done = client.get(f"{job}/pages")
    assert done.json()["pages"][0].keys() == told.json()["pages"][0].keys()
    assert client.get(f"{job}/pages", headers={"If-None-Match": done.headers["etag"]}).status_code == 304
    assert (client.head(f"{job}/pages").status_code, client.get(f"{job}/pages?width=3").status_code) == (200, 400)


# ---- once more


def again(client: httpx.Client, job: str, **changes: object) -> str:
    answer = client.post(f"{job}/again", json=changes)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def test_a_document_is_read_again_as_it_was_but_for_what_is_named(client, clerk):
    job = submit(client, b"the bytes", "?languages=de&pages=1-3&format=md&layout=yes&queue=bulk")
    new = again(client, job, pages="2", region="1,2,30,40", languages=["en", "fr"], barcodes=True)
    assert new != job
    before, after = (lease.job for lease in clerk.leases)
    changed = replace(before.order.options, **{name: getattr(after.order.options, name) for name in ("pages", "region")})
    assert after.order.options == replace(changed, languages=("en", "fr"), barcodes=True)
    assert (str(after.order.options.pages), after.order.output, after.order.format) == ("2", before.order.output, "md")
    assert (after.queue, after.sha256, after.size) == ("interactive", before.sha256, 9)
    assert clerk.bytes == [b"the bytes"] * 2
    assert client.get(new).json()["name"] == client.get(job).json()["name"]


def test_it_is_read_again_though_nothing_is_changed(rig, clerk):
    with rig.client() as client:
        job = submit(client, b"once")
        new = str(client.post(f"{job}/again").headers["location"])
        assert len(clerk.leases) == 2
        assert client.delete(f"{job}?forget=yes").status_code == 200
        assert client.get(f"{again(client, new)}/result").status_code == 200
        assert clerk.bytes == [b"once"] * 3


def test_what_failed_can_be_tried_again_with_a_password(client, clerk):
    clerk.answer = SourceEncrypted("It asks for a password.")
    job = submit(client, b"x")
    clerk.answer = document(page(block("open")))
    answer = client.post(f"{job}/again", json={"format": "txt"}, headers={"Uncial-Password": "sesame"})
    assert clerk.leases[-1].password == "sesame"
    assert clerk.leases[-1].job.order.format == "txt"
    assert client.get(f"{answer.headers['location']}/result").status_code == 200


def test_what_is_behind_a_url_is_fetched_once(client, clerk):
    clerk.answer = FetchFailed("It was away.")
    job = str(client.post("/v1/jobs", json={"url": "https://example.org/a.pdf"}).headers["location"])
    clerk.answer = document(page(block("x")), name="a.pdf")
    new = again(client, job)
    assert clerk.leases[-1].job.order.url == "https://example.org/a.pdf"
    clerk.blobs.write(f"{new.rpartition('/')[2]}/source", b"fetched")
    again(client, new)
    assert clerk.leases[-1].job.order.url == ""
    assert clerk.bytes == [b"fetched"]


def test_a_document_that_is_gone_cannot_be_read_again(client, clerk):
    clerk.held = True
    cancelled = submit(client, b"x")
    client.delete(cancelled)
    assert code(client.post(f"{cancelled}/again")) == (409, "job-cancelled")
    clerk.held = False
    lost = submit(client, b"x")
    clerk.blobs.delete(f"{lost.rpartition('/')[2]}/source")
    assert code(client.post(f"{lost}/again")) == (404, "job-not-found")
    assert code(client.post(f"/v1/jobs/{'0' * 32}/again")) == (404, "job-not-found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"pages": "3-1"}', "option-invalid"),
        (b'{"colour": "red"}', "option-invalid"),
        (b'{"password": "x"}', "option-invalid"),
        (b'{"url": "https://example.org/"}', "option-invalid"),
        (b'{"queue": "bulk"}', "option-invalid"),
        (b'{"format": "odt"}', "option-invalid"),
        (b'{"templates": "]["}', "template-invalid"),
        (b"[]", "bad-request"),
        (b"{", "bad-request"),
    ],
)
def test_what_cannot_be_changed_is_told_and_nothing_is_read(client, clerk, body, expected):
    job = submit(client, b"x")
    assert code(client.post(f"{job}/again", content=body)) == (400, expected)
    assert code(client.post(f"{job}/again?pages=1")) == (400, "option-invalid")
    assert len(clerk.leases) == 1


def test_the_same_key_reads_again_once(client, clerk):
    job = submit(client, b"x")
    told = [client.post(f"{job}/again", headers={"Idempotency-Key": job}).headers["location"] for _ in range(2)]
    assert told[0] == told[1] != job
    assert len(clerk.leases) == 2


def test_the_index_is_that_of_the_document_as_it_was_read_whatever_is_corrected(client, clerk):
    clerk.answer = document(page(block("one two three")), page(block("four"), number=2))
    job = submit(client, b"x")
    before = client.get(f"{job}/pages").json()
    correction = {"page": 1, "block": 0, "line": 0, "start": 0, "stop": 3, "words": []}
    assert client.put(f"{job}/corrections", json={"corrections": [correction]}).status_code == 200
    assert client.get(f"{job}/result?format=txt").text.strip() == "four"
    assert client.get(f"{job}/pages").json() == before
    first, last = before["pages"][0]["bytes"]
    part = client.get(f"{job}/result?format=json&corrected=no", headers={"Range": f"bytes={first}-{last}"})
    assert (part.status_code, part.json()["number"]) == (206, 1)
