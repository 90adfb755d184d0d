from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from PIL import Image

import web_rig
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AT = """([x, y]) => {
  const sheet = document.elementFromPoint(x, y).closest(".sheet");
  const { left, top, width, height } = sheet.getBoundingClientRect();
  return [sheet.dataset.page, (x - left) / width, (y - top) / height];
}"""
"""Which page is at a point of the window, and at which part of its width and height."""
FAR_OFF = """([job, block, line, word]) => fetch(`v1/jobs/${job}/result?format=json`).then(async (response) => {
  const page = (await response.json()).pages[0];
  const [a, , c] = page.blocks[block].lines[line].words[word].quad;
  const face = document.querySelector(".face").getBoundingClientRect();
  const span = document.querySelector(`.text-layer [data-at="${block}.${line}.${word}"]`);
  const range = document.createRange();
  range.setStart(span.firstChild, 0);
  range.setEnd(span.firstChild, page.blocks[block].lines[line].words[word].text.length);
  const box = range.getBoundingClientRect();
  const turned = face.width > face.height;
  const scale = face.width / (turned ? page.height : page.width);
  const shown = ([x, y]) => (turned ? [(page.height - y) * scale, x * scale] : [x * scale, y * scale]);
  const [x, y] = shown([(a[0] + c[0]) / 2, (a[1] + c[1]) / 2]);
  const length = turned ? box.height : box.width;
  return [(box.left + box.right) / 2 - face.left - x, (box.top + box.bottom) / 2 - face.top - y, length - (c[0] - a[0]) * scale];
})"""
"""By how many CSS pixels the text of a word is off its picture: across, down, and in its length."""


@pytest.fixture(scope="module")
def three(service: Service) -> str:
    return web_rig.read(service, web_rig.scan(3, "viewer"))


@pytest.fixture(scope="module")
def many(service: Service) -> str:
    return web_rig.read(service, web_rig.typed_pdf(60, "viewer", lines=6))


def opened(page: Page, job: str, number: int | None = None) -> None:
    page.goto(f"/#/jobs/{job}" + (f"/{number}" if number else ""))
    page.locator(".sheet .text-layer").first.wait_for(state="attached")
    page.locator(".sheet img").first.wait_for()


def pages(page: Page) -> Locator:
    return page.get_by_role("region", name="Pages", exact=True).last


def number(page: Page) -> str:
    return page.get_by_role("textbox", name="Page", exact=True).input_value()


def told(page: Page, text: str) -> None:
    page.locator("#status").get_by_text(re.compile(text)).wait_for(state="attached")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# ---- the picture and its text


@pytest.mark.parametrize("turns", [0, 1])
def test_the_text_lies_over_its_picture_however_the_page_is_turned(page: Page, three: str, turns: int):
    opened(page, three)
    for _ in range(turns):
        page.get_by_role("button", name="Turn the page").click()
    for place in ([1, 0, 0], [1, 2, 4], [1, 5, 3]):
        across, down, length = page.evaluate(FAR_OFF, [three, *place])
        assert max(abs(across), abs(down), abs(length)) < 2


def test_text_that_is_selected_goes_with_its_lines_and_stays_on_the_page(page: Page, three: str):
    opened(page, three)
    start = middle(page.locator(".text-layer [data-at='1.0.0']").first)
    end = middle(page.locator(".text-layer [data-at='1.2.8']").first)
    drag(page, (start[0] - 30, start[1]), end)
    page.mouse.move(end[0] + 500, end[1], steps=4)  # over the text beside it
    selected = page.evaluate("getSelection().toString()")
    assert selected.startswith("Uncial is a ")
    assert selected.endswith(" high.")
    assert selected.count("\n") == 2


def test_only_pages_that_are_near_are_in_the_document(page: Page, many: str):
    opened(page, many)
    pages(page).evaluate("element => element.scrollTop = element.scrollHeight / 2")
    page.locator(".sheet[data-page='30'] img").wait_for()
    assert page.locator(".sheet").count() < 8
    shown = page.locator(".sheet").evaluate_all("sheets => sheets.map((sheet) => Number(sheet.dataset.page))")
    assert shown == sorted(shown)


def test_a_sharper_picture_comes_when_the_page_is_enlarged(page: Page, three: str):
    opened(page, three)
    page.locator(".sheet img[src$='width=640']").first.wait_for()
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    page.locator(".sheet img[src$='width=1600']").first.wait_for()
    assert page.locator(".sheet[data-page='1'] img").count() == 1


# ---- zooming, going


def test_what_is_under_the_mouse_stays_there_when_the_wheel_zooms(page: Page, three: str):
    opened(page, three)
    point = [520, 430]
    before = page.evaluate(AT, point)
    page.mouse.move(*point)
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.locator(".zoom-told").get_by_text(re.compile(r"[12]\d\d %")).wait_for()
    assert page.evaluate(AT, point) == [before[0], pytest.approx(before[1], abs=0.004), pytest.approx(before[2], abs=0.004)]


def test_the_place_is_kept_when_the_window_becomes_narrower(page: Page, many: str):
    opened(page, many, 20)
    page.wait_for_timeout(100)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.locator(".sheet[data-page='20'] img").wait_for()
    assert number(page) == "20"
    assert page.evaluate(AT, [400, 300])[0] == "20"


def test_pages_are_gone_to_by_number_by_keys_and_by_small_pages(page: Page, many: str):
    opened(page, many)
    page.get_by_role("textbox", name="Page", exact=True).fill("41")
    page.keyboard.press("Enter")
    page.locator(".sheet[data-page='41'] img").wait_for()
    page.wait_for_url(f"**/#/jobs/{many}/41")
    pages(page).focus()
    page.keyboard.press("PageDown")
    told(page, "Page 42")
    page.keyboard.press("End")
    assert number(page) == "60"
    page.locator(".rail button[aria-current]").focus()
    page.keyboard.press("ArrowUp")
    assert number(page) == "59"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Page 59"


# ---- words


def test_words_are_chosen_by_mouse_and_by_arrow_keys(page: Page, three: str):
    opened(page, three)
    page.mouse.click(*middle(page.locator(".text-layer [data-at='1.0.2']").first))
    page.locator(".overlay .selected").wait_for(state="attached")
    pages(page).focus()
    page.keyboard.press("ArrowRight")
    told(page, r"^script, page 1, 55 %")
    page.keyboard.press("ArrowDown")
    told(page, "^from|^the|^scribcs")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Correct a word").wait_for()


def test_the_next_doubtful_word_is_found_on_a_page_far_away(page: Page, service: Service):
    blank = Image.new("L", (1240, 1754), 255)
    blank.paste(0, (600, 800, 640, 820))  # one word, which is sure
    sheets = [*([blank] * 12), web_rig.paper("doubtful"), *([blank] * 2)]
    data = BytesIO()
    blank.save(data, "PDF", save_all=True, append_images=sheets, resolution=150.0)
    page.goto(f"/#/jobs/{web_rig.read(service, data.getvalue())}")
    page.locator(".sheet img").first.wait_for()
    page.keyboard.press("n")
    told(page, r", page 14, 55 %")
    page.locator(".sheet[data-page='14'] .selected").wait_for(state="attached")
    found = page.locator("#status").inner_text()
    page.keyboard.press("Shift+N")
    page.keyboard.press("n")
    told(page, re.escape(found))


def test_layers_are_drawn_on_demand_and_say_it_without_colour(page: Page, three: str):
    opened(page, three)
    assert page.locator(".overlay").count() == 0
    page.get_by_role("button", name="Show on the pages").click()
    page.get_by_role("checkbox", name="How sure each word is").check()
    weak = page.locator(".sheet[data-page='1'] .overlay .foot.weak")
    assert weak.evaluate("path => getComputedStyle(path).strokeDasharray") != "none"
    page.get_by_role("checkbox", name="Reading order").check()
    page.get_by_role("checkbox", name="Blocks and tables").check()
    assert page.locator(".sheet[data-page='1'] .order circle").count() == page.locator(".sheet[data-page='1'] .edge").count() > 1
    for name in ("How sure each word is", "Reading order", "Blocks and tables"):
        page.get_by_role("checkbox", name=name).uncheck()
    assert page.locator(".overlay").count() == 0


def test_a_region_is_drawn_by_keys_or_left(page: Page, three: str):
    opened(page, three)
    page.evaluate("""async () => {
      const { PageList } = await import("./static/pages/pages.js");
      const draw = PageList.prototype.goTo;
      PageList.prototype.goTo = function (number) {
        draw.call(this, number);
        this.drawRegion().then((region) => document.body.setAttribute("data-region", JSON.stringify(region)));
      };
    }""")
    pages(page).focus()
    page.keyboard.press("Home")
    page.locator(".region-bar").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.locator("body[data-region*='left']").wait_for()
    region: dict[str, Any] = page.evaluate("JSON.parse(document.body.dataset.region)")
    box = region["box"]
    assert region["page"] == 1
    assert 0 <= box["left"] < box["right"] <= 1240
    assert 0 <= box["top"] < box["bottom"] <= 1754
    page.keyboard.press("Home")
    page.locator(".region-bar").wait_for()
    page.keyboard.press("Escape")
    page.locator("body[data-region='null']").wait_for()
    assert page.locator(".region-frame").count() == 0


# ---- while it is read, and where it cannot be


def test_pages_appear_as_they_are_read(page: Page, service: Service):
    page.goto(f"/#/jobs/{web_rig.sent(service, web_rig.scan(6, 'coming', 'steady'))}")
    page.locator(".job-state").get_by_text(re.compile("Reading: [1-5] of 6 pages")).wait_for()
    assert page.locator(".rail li").count() == 6
    page.locator(".sheet[data-page='1'] .text-layer").wait_for(state="attached")
    page.locator(".job-state[data-state='succeeded']").get_by_text("6 pages").wait_for()
    assert page.locator(".leaf.waits").count() == 0


def test_a_reading_can_be_cancelled(page: Page, service: Service, forgive: Callable[[str], None]):
    forgive("status of 409")  # a picture that was asked for just before
    forgive("status of 503")
    page.goto(f"/#/jobs/{web_rig.sent(service, web_rig.scan(2, 'cancelled', 'slow'))}")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("The reading of this document was cancelled.").wait_for()
    page.get_by_role("link", name="All documents").last.click()
    page.wait_for_url("**/#/")


def test_a_page_that_was_not_read_says_why_and_the_others_are_there(page: Page, service: Service):
    with pikepdf.open(BytesIO(web_rig.scan(3, "partly"))) as pdf:
        pdf.pages[1].MediaBox = [0, 0, 200_000, 200_000]
        data = BytesIO()
        pdf.save(data)
    opened(page, web_rig.read(service, data.getvalue()))
    page.get_by_role("button", name="Page 2, not read").click()
    page.locator(".sheet[data-page='2']").get_by_text("too large").wait_for()
    page.locator(".sheet[data-page='2']").get_by_role("button", name="Read the document again").wait_for()
    page.locator(".job-state").get_by_text("1 not read").wait_for()


def test_a_document_that_cannot_be_read_says_why(page: Page, service: Service):
    page.goto(f"/#/jobs/{web_rig.sent(service, b'%PDF-1.7 no pages at all', 'broken.pdf')}")
    page.get_by_role("alert").get_by_text("“broken.pdf” cannot be opened as a PDF.").wait_for()
    page.get_by_role("button", name="Read it again").click()
    page.wait_for_url(re.compile("#/jobs/[0-9a-f]{32}$"))


def test_what_reading_again_would_not_mend_is_not_offered_again(page: Page, service: Service):
    picture = BytesIO()
    Image.new("1", (13_000, 13_000), 1).save(picture, "PNG")
    page.goto(f"/#/jobs/{web_rig.sent(service, picture.getvalue(), 'plan of the town.png')}")
    page.get_by_role("alert").get_by_text("has 13000 x 13000 pixels").wait_for()
    page.get_by_role("link", name="All documents").last.wait_for()
    assert page.get_by_role("button", name="Read it again").count() == 0


# ---- everywhere, for everybody


def test_on_a_telephone_the_pages_are_one_of_the_tabs(phone: Page, three: str, axe: Callable[[Page], None]):
    opened(phone, three)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    axe(phone)
    phone.get_by_role("tab", name="Text").tap()
    assert not phone.locator(".page-list").is_visible()
    phone.get_by_role("tab", name="Page").tap()
    assert phone.locator(".sheet img").first.is_visible()


def test_axe_finds_nothing_in_light_and_dark(page: Page, dark: Page, three: str, axe: Callable[[Page], None]):
    for each in (page, dark):
        opened(each, three)
        each.get_by_role("button", name="Show on the pages").click()
        each.get_by_role("checkbox", name="How sure each word is").check()
        axe(each)


def test_at_320_pixels_nothing_has_to_be_scrolled_sideways(open_page: Callable[..., Page], three: str):
    page = open_page(viewport={"width": 320, "height": 256})
    opened(page, three)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert pages(page).evaluate("element => element.clientHeight") > 100
