from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

import web_rig
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def job(service: Service) -> str:
    return web_rig.read(service, web_rig.scan(2, "by keys alone"))


def test_from_a_document_just_opened_keys_lead_to_a_doubtful_word_and_into_it(page: Page, job: str) -> None:
    page.goto(f"/#/jobs/{job}")
    page.locator(".text-layer .line").first.wait_for()
    page.keyboard.press("n")
    page.locator(".page-list:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator(".editor-word:focus").wait_for()


def test_an_address_with_a_page_beyond_the_end_shows_the_last(page: Page, job: str) -> None:
    page.goto(f"/#/jobs/{job}/99")
    page.locator('[aria-label="Page 2"] .text-layer .line').first.wait_for()
    page.wait_for_url(re.compile(rf"#/jobs/{job}/2$"))


def test_that_corrections_are_saved_after_all_is_said_and_the_focus_stays(
    page: Page, job: str, forgive: Callable[[str], None]
) -> None:
    forgive("ERR_INTERNET_DISCONNECTED")
    page.goto(f"/#/jobs/{job}")
    page.locator(".text-layer .line").first.wait_for()
    page.keyboard.press("n")
    page.locator(".page-list:focus").wait_for()
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.locator(".editor-word:focus").fill("parchment")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    again = page.locator(".saving").get_by_role("button", name="Try again")
    again.focus()
    page.context.set_offline(False)
    page.locator("#status").get_by_text("All changes are saved now.").wait_for()
    page.locator(".history button:focus").wait_for()


def test_a_long_name_leaves_the_bar_one_line(page: Page, service: Service) -> None:
    name = "minutes of the parish council, copied out fair, 1898 to 1903, second book.png"
    page.goto("/")
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": web_rig.png("a long name")}
    )
    page.locator(".text-layer .line").first.wait_for()
    heights = page.locator(".bar > :is(h1, .downloads)").evaluate_all(
        "all => all.map((each) => each.offsetTop + each.offsetHeight / 2)"
    )
    assert abs(heights[0] - heights[1]) < 8
