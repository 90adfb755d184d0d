from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fakes import RED, block, document, figure, page, table
from uncial.document import Document, Page, Problem
from uncial.formats import find_format
from uncial.geometry import Box
from uncial.jobs.shapes import MistralShape, find_shape
from uncial.options import Output
from uncial.sources import Source

if TYPE_CHECKING:
    from uncial.raster import Image

FIELDS: dict[str, Any] = {
    "pages": [
        {
            "index": int,
            "markdown": str,
            "images": [
                {
                    "id": str,
                    "top_left_x": int,
                    "top_left_y": int,
                    "bottom_right_x": int,
                    "bottom_right_y": int,
                    "image_base64": (str, type(None)),
                    "image_annotation": (str, type(None)),
                }
            ],
            "tables": [{"id": str, "content": str, "format": str}],
            "hyperlinks": [str],
            "header": (str, type(None)),
            "footer": (str, type(None)),
            "dimensions": {"dpi": int, "height": int, "width": int},
            "confidence_scores": {"average_page_confidence_score": float, "minimum_page_confidence_score": float},
        }
    ],
    "model": str,
    "document_annotation": (str, type(None)),
    "usage_info": {"pages_processed": int, "doc_size_bytes": int},
}
"""`OCRResponse` of Mistral's own client, as it was in December 2025."""
NULLABLE = ("confidence_scores",)
PLAIN = MistralShape()


def check(value: Any, wanted: Any, place: str = "answer") -> None:
    """What a typed client does with an answer."""
    if isinstance(wanted, list):
        assert isinstance(value, list), place
        for each in value:
            check(each, wanted[0], f"{place}[]")
    elif isinstance(wanted, dict):
        assert set(value) == set(wanted), place
        for name, kind in wanted.items():
            if value[name] is not None or name not in NULLABLE:
                check(value[name], kind, f"{place}.{name}")
    else:
        assert isinstance(value, wanted), place
        assert not isinstance(value, bool), place


class RedOriginal:
    """A white page of 600 x 800 pixels that is red where figures are."""

    source = Source(b"", "image/png", "page.png")

    def image(self, page: Page) -> Image:
        pixels = np.full((page.height, page.width, 3), 255, np.uint8)
        left, top, right, bottom = map(int, RED)
        pixels[top:bottom, left:right] = (255, 0, 0)
        return pixels


def told(made: Document, shape: MistralShape = PLAIN) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(shape.write(made, RedOriginal()))
    check(answer, FIELDS)
    return answer


CELLS = table(("name", "sum"), ("tea", "3"), top=500)
PAGES = document(
    page(
        block("Report", kind="page-header"),
        block("Over", "here", kind="heading", level=2),
        figure("inside"),
        block("7", kind="page-footer"),
    ),
    page(figure(), CELLS, figure(box=Box(0, 0, 20, 700)), number=3),
)


def test_a_page_is_what_the_markdown_format_has_but_for_its_figures():
    only = document(page(block("Title", kind="heading", level=1), block("a *b*"), CELLS))
    assert told(only)["pages"][0]["markdown"] + "\n" == find_format("md").write(only, None, Output()).decode()


def test_figures_stand_in_the_markdown_and_are_told_of_with_their_corners():
    first, second = told(PAGES)["pages"]
    assert first["markdown"] == "## Over here\n\n![img-0.jpeg](img-0.jpeg)\n\n> inside"
    place = {"top_left_x": 50, "top_left_y": 300, "bottom_right_x": 250, "bottom_right_y": 400}
    assert first["images"] == [{"id": "img-0.jpeg", **place, "image_base64": None, "image_annotation": None}]
    assert [each["id"] for each in second["images"]] == ["img-1.jpeg", "img-2.jpeg"]
    assert all(f"![{each['id']}]({each['id']})" in second["markdown"] for each in second["images"])


def test_pages_count_from_0_and_keep_their_numbers():
    answer = told(PAGES)
    assert [each["index"] for each in answer["pages"]] == [0, 2]
    assert answer["usage_info"] == {"pages_processed": 2, "doc_size_bytes": 123}
    assert answer["model"] == "fake-1"
    assert answer["pages"][0]["dimensions"] == {"dpi": 300, "height": 800, "width": 600}


def test_pictures_come_along_where_they_are_asked_for():
    image = told(PAGES, MistralShape(images=True))["pages"][0]["images"][0]["image_base64"]
    head, _, data = image.partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(data, validate=True).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("shape", "count"),
    [(MistralShape(limit=2), 2), (MistralShape(limit=0), 0), (MistralShape(least=21), 2), (MistralShape(least=20), 3)],
)
def test_only_so_many_figures_and_only_large_ones(shape, count):
    pages = told(PAGES, shape)["pages"]
    assert sum(len(each["images"]) for each in pages) == count
    assert sum(each["markdown"].count("](img-") for each in pages) == count
    assert sum(each["markdown"].count("<!-- figure -->") for each in pages) == 3 - count


@pytest.mark.parametrize(
    ("format", "id", "start"), [("html", "tbl-0.html", "<table>"), ("markdown", "tbl-0.md", "| name | sum |")]
)
def test_tables_stand_apart_where_that_is_asked_for(format, id, start):
    inside, apart = told(PAGES)["pages"][1], told(PAGES, MistralShape(tables=format))["pages"][1]
    assert inside["tables"] == []
    assert "| tea | 3 |" in inside["markdown"]
    assert f"[{id}]({id})" in apart["markdown"]
    assert "tea" not in apart["markdown"]
    assert (apart["tables"][0]["id"], apart["tables"][0]["format"]) == (id, format)
    assert apart["tables"][0]["content"].startswith(start)


def test_headers_and_footers_stand_beside_the_text():
    first, second = told(PAGES)["pages"]
    assert (first["header"], first["footer"]) == ("Report", "7")
    assert (second["header"], second["footer"]) == (None, None)


def test_each_page_has_its_own_half_of_a_paragraph():
    half = block("the words of a long paragraph, which goes on and on, and then")
    other = block("turns over the page where it ends at last.")
    first, second = told(document(page(half), page(other, number=2)))["pages"]
    assert first["markdown"].endswith("and then")
    assert second["markdown"].startswith("turns over")


def test_a_page_says_how_sure_it_is_as_far_as_that_is_known():
    assert told(PAGES)["pages"][0]["confidence_scores"]["minimum_page_confidence_score"] == 0.9
    assert told(document(page()))["pages"][0]["confidence_scores"] is None


def test_a_page_that_could_not_be_read_says_so():
    failed = replace(page(problem=Problem("source-damaged", "It is torn.")), width=0, height=0, dpi=None)
    answer = told(document(failed))["pages"][0]
    assert "could not be read" in answer["markdown"]
    assert answer["dimensions"]["dpi"] == 72


@pytest.mark.parametrize(
    "shape", [MistralShape(), MistralShape(True, 0, 50, "html"), MistralShape(limit=7), MistralShape(tables="markdown")]
)
def test_a_shape_has_a_name_that_brings_it_back(shape):
    found = find_shape(shape.name)
    assert found is not None
    assert found(PAGES, RedOriginal()) == shape.write(PAGES, RedOriginal())
    assert set(shape.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("name", ["", "md", "mistral-", "mistral-limit", "mistral-html-images", "mistral/../x"])
def test_other_names_are_no_shapes(name):
    assert find_shape(name) is None
