"""The whole ways of people through the page, from the first screen to what they take away."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import docx
import httpx
import pikepdf
import pytest
from PIL import Image

import web_rig
from pdfs import PROSE, Sheet, Text, pdf
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import FileChooser, Locator, Page, Route

    Axe = Callable[[Page], None]
    Forgive = Callable[[str], None]

SEEN = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return document.activeElement.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) > 1;
}"""
"""Whether one sees where the focus is."""


@pytest.fixture(autouse=True)
def expect(page: Page) -> Any:
    """Playwright's, which is imported where there is a browser alone."""
    from playwright.sync_api import expect

    return expect


def file(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def choose(page: Page, **named: bytes) -> None:
    """Choose files, by their names without the dots."""
    files = [file(name.replace("_", "."), data) for name, data in named.items()]
    page.locator("input[type=file][multiple]").set_input_files(files)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name)


def word(page: Page, text: str) -> Locator:
    return page.locator(".text-pane .word").get_by_text(text, exact=True).first


def editor(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Correct a word").get_by_role("textbox", name="Word")


def told(page: Page, text: str) -> None:
    page.locator(".job-state").get_by_text(re.compile(text)).wait_for()


def taken(page: Page, press: Callable[[], None]) -> tuple[str, BytesIO]:
    """The name and the bytes of what is downloaded then."""
    with page.expect_download() as download:
        press()
    return download.value.suggested_filename, BytesIO(download.value.path().read_bytes())


def text_of(document: BytesIO) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(document).paragraphs)


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def long_pdf(note: str) -> bytes:
    """Forty pages: most have their own text and are read at once, every fourth is a scan that takes a while."""
    scans = {number: web_rig.paper(f"{note} {number}", "steady") for number in range(4, 41, 4)}
    own = [[Text(line, 72, 700 - 20 * y) for y, line in enumerate((f"{note}, leaf {number}", *PROSE))] for number in range(1, 41)]
    return pdf(*(Sheet((), scans[number]) if number in scans else Sheet(own[number - 1]) for number in range(1, 41)))


# ---- from a photo to a Word file


def test_from_a_photo_to_a_corrected_word_file_and_to_training_samples(page: Page, axe: Axe):
    page.goto("/")
    axe(page)
    choose(page, photo_jpg=web_rig.jpeg("to Word"))
    page.wait_for_url("**/#/jobs/*")
    told(page, "^1 page")
    axe(page)
    word(page, "scribcs").dblclick()
    axe(page)
    editor(page).fill("scribes")
    editor(page).press("Enter")
    editor(page).press("Escape")
    name, made = taken(page, page.get_by_role("button", name="Download as Word").click)
    assert name == "photo.docx"
    assert "scribes" in text_of(made)
    assert "scribcs" not in text_of(made)
    page.get_by_role("button", name="More", exact=True).click()
    name, made = taken(page, page.locator(".take-away .item").filter(has_text="Training samples").click)
    assert name == "photo.lines.zip"
    with zipfile.ZipFile(made) as samples:
        texts = [each for each in samples.namelist() if each.endswith(".gt.txt")]
        assert len(texts) == 1
        assert samples.read(texts[0]).decode().strip() == "by scribes from the fourth to the eighth ccntury."
        with Image.open(BytesIO(samples.read(texts[0].replace(".gt.txt", ".png")))) as line:
            assert line.width > 5 * line.height


def test_nothing_is_corrected_that_would_be_lost_when_the_whole_document_comes(page: Page, expect: Any):
    held: list[Route] = []
    page.route("**/corrections", lambda route: held.append(route) if not held else route.continue_())
    page.goto("/")
    with page.expect_request("**/corrections"):  # steady, so that it is opened while it is still read
        choose(page, early_pdf=web_rig.scan(6, "corrected too early", "steady"))
    word(page, "scribcs").dblclick()
    page.get_by_text("Words can be corrected once the whole document is read.").first.wait_for()
    expect(page.get_by_role("button", name="Download as Word")).to_be_disabled()
    page.wait_for_timeout(100)
    held[0].continue_()
    told(page, "^6 pages")
    word(page, "scribcs").dblclick()
    expect(editor(page)).to_have_value("scribcs")


# ---- a long document


def test_a_document_of_forty_pages_is_looked_at_while_it_is_read(page: Page, service: Service, expect: Any, axe: Axe):
    before = [web_rig.sent(service, web_rig.png(f"before the long one {number}", "slow"), "before.png") for number in range(2)]
    page.goto("/")
    choose(page, long_pdf=long_pdf("the long one"))
    told(page, "In the queue, next in line")
    axe(page)
    for job in before:
        httpx.delete(f"{service.url}/v1/jobs/{job}")
    told(page, "Reading: [1-9][0-9]? of 40 pages")
    expect(page.locator(".rail li")).to_have_count(40)
    page.locator(".sheet[data-page='1'] .text-layer").get_by_text("leaf 1", exact=False).wait_for(state="attached")
    page.get_by_role("region", name="Pages", exact=True).last.evaluate("list => list.scrollTop = list.scrollHeight / 40 * 2")
    page.locator(".sheet[data-page='3'] img").wait_for()
    assert page.locator(".job-state[data-state='running']").count() == 1, "it was looked at while it was read"
    expect(page.get_by_role("button", name="Download as PDF")).to_be_disabled()
    told(page, "Reading: [23][0-9] of 40 pages")
    told(page, "^40 pages")
    assert page.locator(".leaf.waits").count() == 0
    axe(page)
    name, made = taken(page, page.get_by_role("button", name="Download as PDF").click)
    assert name == "long.pdf"
    with pikepdf.open(made) as found:
        assert len(found.pages) == 40


# ---- broken off, broken


def test_a_reading_is_cancelled_in_the_document_and_sent_again_from_the_list(page: Page, expect: Any, axe: Axe, forgive: Forgive):
    forgive("status of (409|503).*/image")  # a picture may be on its way at that moment
    page.goto("/")
    choose(page, twelve_pdf=web_rig.scan(12, "cancelled in the middle", "steady"))
    told(page, "Reading: [2-9] of 12 pages")
    page.get_by_role("button", name="Cancel").press("Enter")
    page.get_by_text("Send it again to have it read.").wait_for()
    assert not page.evaluate("document.activeElement === document.body")
    axe(page)
    page.get_by_role("main").get_by_role("link", name="All documents").last.click()
    expect(row(page, "twelve.pdf")).to_contain_text("Cancelled")
    row(page, "twelve.pdf").get_by_role("button", name="Try again").press("Enter")
    expect(row(page, "twelve.pdf")).to_contain_text(re.compile("Reading page [2-9] of 12"))
    row(page, "twelve.pdf").get_by_role("button", name="Cancel").press("Enter")
    expect(row(page, "twelve.pdf")).to_contain_text("Cancelled")
    assert not page.evaluate("document.activeElement === document.body")


def test_what_cannot_be_read_says_what_to_do(page: Page, expect: Any, axe: Axe):
    locked = pdf(Sheet((Text("behind a door", 72, 700, 16),)), password="open sesame")
    with pikepdf.open(BytesIO(web_rig.typed_pdf(3, "partly", lines=4))) as broken:
        broken.pages[1].MediaBox = [0, 0, 200_000, 200_000]
        partly = BytesIO()
        broken.save(partly)
    page.goto("/")
    choose(
        page,
        song_mp3=b"ID3\4" + b"la" * 99,
        torn_pdf=web_rig.typed_pdf(1, "torn", lines=4)[:200],
        partly_pdf=partly.getvalue(),
        locked_pdf=locked,
    )
    page.get_by_role("dialog", name="This document is locked").get_by_role("button", name="Cancel").click()
    expect(row(page, "song.mp3")).to_contain_text("What can be read is JPEG")
    expect(row(page, "torn.pdf")).to_contain_text("cannot be opened as a PDF")
    expect(row(page, "partly.pdf")).to_contain_text("(2) could not be read")
    expect(row(page, "locked.pdf")).to_contain_text("Its password opens it.")
    axe(page)
    row(page, "torn.pdf").get_by_role("link").click()
    hint = page.get_by_role("alert").locator("p").nth(1)
    expect(hint).to_be_visible()
    assert len(hint.inner_text()) > 20
    axe(page)
    page.get_by_role("alert").get_by_role("link", name="All documents").click()
    row(page, "locked.pdf").get_by_role("link").click()
    for password in ("sesame", "open sesame"):
        page.get_by_role("button", name="Read it again").click()
        page.get_by_role("dialog").get_by_label("Password").fill(password)
        axe(page)
        with page.expect_event("framenavigated"):
            page.keyboard.press("Enter")
    page.locator(".text-pane").get_by_text("door").wait_for()
    page.locator(".sheet img").first.wait_for()


def test_a_service_that_goes_away_while_it_reads_comes_back(
    open_page: Callable[..., Page], tmp_path: Path, watch: Any, forgive: Forgive, expect: Any
):
    forgive("ERR_")
    with ExitStack() as both:
        first = both.enter_context(web_rig.serving(tmp_path / "service"))
        watch.origin = first.url
        page = open_page(base_url=first.url)
        page.goto("/")
        choose(page, six_pdf=web_rig.scan(6, "goes away", "steady"))
        told(page, "Reading: [1-5] of 6 pages")
        first.stop()
        page.wait_for_timeout(500)
        both.enter_context(web_rig.serving(tmp_path / "service", port=urlsplit(first.url).port))
        told(page, "^6 pages")
        expect(page.locator(".sheet[data-page='1'] .text-layer")).to_contain_text("uncial")
        page.close()


# ---- with keys alone


def tab_to(page: Page, found: Locator) -> None:
    """Go on with the tab key until the focus is there; it is seen at each stop."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if found.evaluate_all("all => all.includes(document.activeElement)"):
            assert page.evaluate(SEEN), "the focus is not seen"
            return
        # After the last stop comes the browser's own bar.
        assert page.evaluate(f"document.activeElement === document.body || ({SEEN})()"), "the focus is not seen"
    pytest.fail("the tab key does not lead there")


def press(page: Page, *keys: str) -> None:
    """Press keys; none of them loses the focus."""
    for key in keys:
        page.keyboard.press(key)
        assert not page.evaluate("document.activeElement === document.body"), f"{key} loses the focus"


def test_a_document_is_chosen_read_corrected_and_taken_away_by_keys_alone(page: Page, expect: Any):
    page.on("filechooser", lambda _: None)  # what is asked for is heard from now on
    page.goto("/")
    tab_to(page, page.get_by_role("button", name="Choose files"))
    with page.expect_file_chooser() as chooser:
        press(page, "Enter")
    chooser.value.set_files(file("keys.png", web_rig.png("keys alone")))
    told(page, "^1 page")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, page.locator(".page-list"))
    press(page, "ArrowRight", "ArrowRight", "n")
    page.locator("#status").get_by_text(re.compile("55 %")).wait_for(state="attached")
    press(page, "Enter")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("typed by keys")
    press(page, "Enter", "Escape")
    expect(page.locator(".page-list")).to_be_focused()
    page.locator(".saving").get_by_text("All changes saved").wait_for()
    press(page, "Control+z", "Control+Shift+Z")
    tab_to(page, page.get_by_role("button", name="More", exact=True))
    press(page, "Enter")
    expect(page.get_by_role("button", name="Copy the text")).to_be_focused()
    press(page, "Tab", "Escape")
    expect(page.get_by_role("button", name="More", exact=True)).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Download as Word"))
    name, made = taken(page, lambda: press(page, "Enter"))
    assert name == "keys.docx"
    assert "typed by keys" in text_of(made)


# ---- on a telephone


def test_a_paper_is_photographed_corrected_and_taken_away_on_a_telephone(phone: Page, expect: Any, axe: Axe):
    phone.goto("/")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Take a photo").tap()
    camera: FileChooser = chooser.value
    assert camera.element.get_attribute("capture") == "environment"
    assert camera.element.get_attribute("accept") == "image/*"
    camera.set_files(file("phone.jpg", web_rig.jpeg("telephone")))
    told(phone, "^1 page")
    axe(phone)
    phone.get_by_role("tab", name="Text").tap()
    expect(word(phone, "scribcs")).to_be_visible()
    axe(phone)
    phone.get_by_role("tab", name="Page").tap()
    place = phone.locator(".text-layer").get_by_text("scribcs").bounding_box()
    assert place
    for _ in range(2):
        phone.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        phone.wait_for_timeout(500)  # two taps that follow each other at once zoom
    expect(editor(phone)).to_have_value("scribcs")
    axe(phone)
    editor(phone).fill("scribes")
    editor(phone).press("Enter")
    editor(phone).press("Escape")
    assert fits(phone)
    _, made = taken(phone, phone.get_by_role("button", name="Download as Word").tap)
    assert "scribes" in text_of(made)
    assert "scribcs" not in text_of(made)


# ---- for everybody

NARROW = {"viewport": {"width": 320, "height": 640}, "forced_colors": "active", "reduced_motion": "reduce"}


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, NARROW], ids=["dark", "narrow, forced colours, little motion"])
def test_no_screen_has_a_barrier_and_none_is_cut(open_page: Callable[..., Page], service: Service, axe: Axe, options: Any):
    job = web_rig.read(service, web_rig.typed_pdf(2, f"screens {len(options)}", lines=12))
    page = open_page(**options)

    def right(screen: str) -> None:
        axe(page)
        assert fits(page), f"{screen} is cut"

    page.goto("/")
    choose(page, bad_zip=b"PK\3\4" + b"bad" * 9, good_png=web_rig.png(f"screens {len(options)}"))
    row(page, "good.png").get_by_text("1 page").wait_for()
    page.get_by_role("button", name="More options").click()
    page.get_by_label("Effort").wait_for()
    right("The first screen")
    page.goto(f"/#/jobs/{job}")
    page.locator(".sheet img").first.wait_for()
    right("The document")
    for tab in ("Text", "Fields", "Tables"):
        page.get_by_role("tab", name=tab).click()
        page.locator(f"#panel-{tab.lower()}").get_by_text(re.compile("scribes|Kind|There are no tables")).first.wait_for()
        right(tab)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator(".formats li").first.wait_for()
    right("The menu")
    page.get_by_role("button", name="Share the call").click()
    page.get_by_role("heading", name="Python").wait_for()
    right("The call")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Text").click()
    word(page, "scribes").dblclick()
    editor(page).wait_for()
    right("The editor")
