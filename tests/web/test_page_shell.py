from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_first_screen_has_nothing_that_axe_finds(page: "Page", axe: Callable[["Page"], None]):
    page.goto("/")
    page.get_by_role("main").wait_for()
    axe(page)
