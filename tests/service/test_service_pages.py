from __future__ import annotations

import io
import json
from dataclasses import replace

import httpx
import pytest
from PIL import Image

from fakes import block, document, line, page, word
from uncial.document import Page, Problem
from uncial.errors import SourceDamaged
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
