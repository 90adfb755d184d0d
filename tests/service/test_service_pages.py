from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image


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
