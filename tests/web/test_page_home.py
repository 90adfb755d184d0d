"""The first screen: documents are dropped, their way is shown, and the list of them stays."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import pdfs
import web_rig
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    Forgive = Callable[[str], None]
    Axe = Callable[[Page], None]

DROP = """([names, type, text]) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  if (type === "paste") document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  else for (const each of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(each, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
PASTE_TEXT = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.fixture(autouse=True)
def expect(page: Page) -> Any:
    """Playwright's, which is imported where there is a browser alone."""
    from playwright.sync_api import expect

    return expect


def choose(page: Page, **files: bytes) -> None:
    """Choose files, by their names without the dots."""
    chosen: Any = [
        {"name": name.replace("_", "."), "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()
    ]
    page.locator("input[type=file][multiple]").set_input_files(chosen)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name)


def wishes_sent(page: Page) -> dict[str, str]:
    """How the next document would be read; that of an address, for the bytes of files are not told to tests."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.evaluate(PASTE_TEXT, "http://127.0.0.1/refused.png")
    told: dict[str, str] = sent.value.post_data_json or {}
    return {name: value for name, value in told.items() if name != "url"}


def test_one_file_is_opened_as_soon_as_the_service_has_it(page: Page):
    page.goto("/")
    choose(page, single_png=web_rig.png("opened at once"))
    page.wait_for_url("**/#/jobs/*")


def test_several_files_are_read_on_the_list_which_survives_a_reload(page: Page, expect: Any):
    page.goto("/")
    choose(page, first_png=web_rig.png("list 1"), second_pdf=web_rig.scan(2, "list 2"))
    for again in (False, True):
        if again:
            page.reload()
        expect(row(page, "first.png")).to_contain_text("1 page")
        expect(row(page, "second.pdf")).to_contain_text("2 pages")
        expect(row(page, "second.pdf")).to_contain_text("doubtful")
        expect(row(page, "second.pdf").locator("img")).to_have_js_property("naturalWidth", 160)
    row(page, "first.png").get_by_role("link").click()
    page.wait_for_url("**/#/jobs/*")


def test_files_are_taken_that_are_dropped_or_pasted_anywhere(page: Page, expect: Any):
    page.goto("/")
    for way in ("drop", "paste"):
        page.evaluate(DROP, [[f"{way} 1.png", f"{way} 2.png"], way, b64encode(web_rig.png(way)).decode()])
    for name in ("drop 1.png", "drop 2.png", "paste 1.png", "paste 2.png"):
        expect(row(page, name)).to_contain_text("1 page")
    expect(page.locator("body")).not_to_have_class("dropping")


def test_an_address_that_is_pasted_is_fetched_and_where_it_may_not_be_the_hint_says_so(page: Page, expect: Any, forgive: Forgive):
    forgive("status of 400")
    page.goto("/")
    page.evaluate(PASTE_TEXT, "see http://127.0.0.1/a.png and http://127.0.0.1/b.png")
    expect(row(page, "a.png")).to_contain_text("url-refused")
    expect(row(page, "a.png")).to_contain_text("fetch_allow")


def test_what_is_no_image_and_no_pdf_says_so_in_its_row(page: Page, expect: Any):
    page.goto("/")
    choose(page, notes_zip=b"PK\3\4" + b"notes" * 9, empty_png=b"")
    expect(row(page, "notes.zip")).to_contain_text("What can be read is JPEG")
    expect(row(page, "notes.zip")).to_contain_text("media-type-unsupported")
    expect(row(page, "empty.png")).to_contain_text("source-empty")
    expect(row(page, "notes.zip").get_by_role("button", name="Try again")).to_have_count(0)


def test_a_file_that_is_too_large_is_not_sent_at_all(page: Page, expect: Any):
    limits = json.dumps({"limits": [{"name": "max_bytes", "value": 20_000, "help": ""}, {"name": "keep_seconds", "value": 7200}]})
    page.route("**/v1/limits", lambda route: route.fulfill(body=limits, content_type="application/json"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("deleted there 2 hours after it was read")
    choose(page, large_png=bytes(30_000))
    expect(row(page, "large.png")).to_contain_text("This file has 30 kB; the service takes 20 kB at most.")
    assert "POST" not in asked


def test_a_locked_document_asks_for_its_password_until_it_is_the_right_one(page: Page, expect: Any):
    page.goto("/")
    locked = pdfs.pdf(pdfs.Sheet((pdfs.Text("behind a door", 72, 700, 16),)), password="sesamé")
    choose(page, locked_pdf=locked, other_png=web_rig.png("beside a locked one"))
    for password in ("wrong", "sesamé"):
        page.get_by_role("dialog", name="This document is locked").get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Password")).to_have_count(0)
    expect(row(page, "locked.pdf")).to_contain_text("1 page")
    assert "sesam" not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


def test_a_busy_service_is_asked_again_by_itself(page: Page, expect: Any, forgive: Forgive):
    forgive("status of 429")
    body = json.dumps({"detail": "Too many jobs wait.", "code": "service-busy", "hint": "Come back."})
    refusals = [429]

    def refuse_once(route: Route) -> None:
        if not refusals:
            return route.continue_()
        refusals.clear()
        return route.fulfill(status=429, body=body, headers={"Retry-After": "1", "Content-Type": "application/problem+json"})

    page.route("**/v1/jobs", refuse_once)
    page.goto("/")
    choose(page, patient_png=web_rig.png("patient"), other_png=web_rig.png("other patient"))
    expect(page.get_by_role("list").last).to_contain_text("The service is busy. Trying again in")
    expect(row(page, "patient.png")).to_contain_text("1 page")


def test_what_is_read_can_be_cancelled_and_sent_again(page: Page, expect: Any, service: Service):
    page.goto("/")
    choose(page, slow_png=web_rig.png("cancelled", "slow"), after_png=web_rig.png("after the slow one"))
    expect(row(page, "slow.png")).to_contain_text("Reading page 1 of 1")
    row(page, "slow.png").get_by_role("button", name="Cancel").click()
    expect(row(page, "slow.png")).to_contain_text("Cancelled")
    expect(row(page, "after.png")).to_contain_text("1 page")
    row(page, "slow.png").get_by_role("button", name="Try again").click()
    expect(row(page, "slow.png")).to_contain_text("Reading page 1 of 1")
    row(page, "slow.png").get_by_role("button", name="Cancel").click()
    expect(row(page, "slow.png")).to_contain_text("Cancelled")


def test_uploads_are_three_at_a_time_and_are_shown_as_broken_off_after_a_reload(page: Page, expect: Any):
    held: list[Route] = []
    page.route("**/v1/jobs", lambda route: held.append(route))
    page.goto("/")
    names = [f"page{number}_png" for number in range(5)]
    choose(page, **{name: web_rig.png(name) for name in names})
    expect(row(page, "page4.png")).to_contain_text("Waiting to be sent")
    page.wait_for_timeout(300)
    assert len(held) == 3
    row(page, "page3.png").get_by_role("button", name="Cancel").click()
    expect(row(page, "page3.png")).to_contain_text("Cancelled before it was sent")
    page.reload()
    expect(row(page, "page4.png")).to_contain_text("The upload was broken off")
    expect(row(page, "page0.png")).to_contain_text("The upload was broken off")
    expect(row(page, "page3.png")).to_contain_text("Cancelled before it was sent")


def test_what_is_removed_is_gone_at_the_service_too_and_the_focus_is_in_the_next_row(page: Page, expect: Any, service: Service):
    page.goto("/")
    choose(page, gone_png=web_rig.png("gone"), stays_png=web_rig.png("stays"))
    expect(row(page, "gone.png")).to_contain_text("1 page")
    href = row(page, "gone.png").get_by_role("link").get_attribute("href")
    assert href
    row(page, "gone.png").get_by_role("button", name="Remove").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row(page, "gone.png")).to_have_count(0)
    expect(row(page, "stays.png").get_by_role("link")).to_be_focused()
    assert httpx.get(f"{service.url}/v1/jobs/{href.rpartition('/')[2]}").status_code == 404


def test_what_the_service_has_forgotten_is_said_so(page: Page, expect: Any, service: Service, forgive: Forgive):
    forgive("status of 404")
    page.goto("/")
    choose(page, old_png=web_rig.png("old"), new_png=web_rig.png("new"))
    expect(row(page, "old.png")).to_contain_text("1 page")
    href = row(page, "old.png").get_by_role("link").get_attribute("href")
    assert href
    httpx.delete(f"{service.url}/v1/jobs/{href.rpartition('/')[2]}?forget=yes")
    page.reload()
    expect(row(page, "old.png")).to_contain_text("The service has forgotten it")
    row(page, "old.png").get_by_role("button", name="Remove").click()
    expect(row(page, "old.png")).to_have_count(0)


def test_a_document_is_taken_away_from_its_row(page: Page, expect: Any):
    page.goto("/")
    choose(page, one_png=web_rig.png("taken"), two_png=web_rig.png("taken too"))
    row(page, "one.png").get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as Word").click()
    assert download.value.suggested_filename == "one.docx"
    assert download.value.path().read_bytes()[:2] == b"PK"


def test_options_are_counted_remembered_and_sent_and_can_be_as_they_were(page: Page, expect: Any, forgive: Forgive):
    forgive("status of 400")
    page.goto("/")
    page.get_by_role("button", name="More options").click()
    page.get_by_label("Effort").select_option("best")
    page.get_by_role("switch", name="Deskew").uncheck()
    page.get_by_label("Pages", exact=True).fill("1")
    page.get_by_label("Pages", exact=True).blur()
    expect(page.get_by_role("button", name="More options")).to_contain_text("3 changed")
    assert wishes_sent(page) == {"effort": "best", "deskew": "no", "pages": "1"}
    page.reload()
    # Which pages are read is said of one document.
    expect(page.get_by_role("button", name="More options")).to_contain_text("2 changed")
    page.get_by_role("button", name="More options").click()
    expect(page.get_by_label("Effort")).to_have_value("best")
    page.get_by_role("button", name="As it was").click()
    expect(page.get_by_label("Effort")).to_have_value("balanced")
    expect(page.get_by_text("changed")).to_be_hidden()


def test_options_that_the_service_does_not_know_any_more_are_not_sent(page: Page, expect: Any):
    kept = {"effort": "heroic", "pdf_dpi": "99999", "gone": "yes", "contrast": "maybe", "languages": "en+xx", "deskew": "no"}
    page.goto("/")
    page.evaluate("(kept) => localStorage.setItem('uncial.wishes', kept)", json.dumps(kept))
    page.reload()
    expect(page.get_by_role("button", name="More options")).to_contain_text("1 changed")
    expect(page.get_by_role("button", name="Language")).to_contain_text("Find out by itself")


def test_languages_are_searched_ticked_and_sent(page: Page, expect: Any, forgive: Forgive):
    forgive("status of 400")
    page.goto("/")
    page.get_by_role("button", name="Language").press("Enter")
    page.get_by_label("Search the languages").press_sequentially("deut")
    page.get_by_role("checkbox", name="German Deutsch").check()
    page.get_by_label("Search the languages").fill("engl")
    page.get_by_role("checkbox", name="English").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Language")).to_contain_text("German, English")
    expect(page.get_by_role("button", name="Language")).to_be_focused()
    assert wishes_sent(page) == {"languages": "de+en"}


def test_two_tabs_show_the_same_list(page: Page, expect: Any):
    page.goto("/")
    other = page.context.new_page()
    other.goto("/")
    choose(page, shared_png=web_rig.png("shared"), also_png=web_rig.png("also shared"))
    expect(row(other, "shared.png")).to_contain_text("1 page")
    row(other, "also.png").get_by_role("button", name="Remove").click()
    other.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row(page, "also.png")).to_have_count(0)


def test_the_list_and_the_options_have_nothing_that_axe_finds(phone: Page, expect: Any, axe: Axe):
    phone.emulate_media(color_scheme="dark")
    phone.goto("/")
    expect(phone.get_by_role("button", name="Take a photo")).to_be_visible()
    choose(phone, fine_png=web_rig.png("axe"), notes_zip=b"PK\3\4" + b"other notes" * 9, slow_png=web_rig.png("axe", "slow"))
    expect(row(phone, "notes.zip")).to_contain_text("media-type-unsupported")
    expect(row(phone, "slow.png")).to_contain_text("Reading page 1 of 1")
    phone.get_by_role("button", name="More options").click()
    expect(phone.get_by_label("Effort")).to_be_visible()
    axe(phone)
    phone.emulate_media(color_scheme="light")
    axe(phone)
    phone.set_viewport_size({"width": 320, "height": 640})
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    phone.get_by_role("button", name="Language").click()
    axe(phone)
    phone.keyboard.press("Escape")
    row(phone, "slow.png").get_by_role("button", name="Cancel").click()
    expect(row(phone, "slow.png")).to_contain_text("Cancelled")
