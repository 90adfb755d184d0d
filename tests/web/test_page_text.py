from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import fakes
import web_rig
from running_service import Service
from uncial.document import Block, Line, Notice
from uncial.document import Page as PageRead
from uncial.formats.json import page_json
from uncial.geometry import Box, Quad

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LONG = 24
"""Pages of a document of which only a few are made at a time."""


@pytest.fixture(scope="module")
def scanned(service: Service) -> str:
    return web_rig.read(service, web_rig.scan(3, "beside"))


@pytest.fixture(scope="module")
def long(service: Service) -> str:
    return web_rig.read(service, web_rig.typed_pdf(LONG, "beside"))


def opened(page: Page, job: str, number: int = 1) -> None:
    page.goto(f"/#/jobs/{job}/{number}")
    page.locator(f".text-page[data-page='{number}'] .word").first.wait_for()


def words(page: Page, number: int = 1) -> Any:
    return page.locator(f".text-page[data-page='{number}'] .word")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.className.includes('word') ? document.activeElement.textContent : ''"))


def looked_at(page: Page) -> int:
    return int(
        page.evaluate(
            """() => {
              const { top } = document.querySelector(".text-scroll").getBoundingClientRect();
              const pages = [...document.querySelectorAll(".text-page")];
              return pages.findLast((each) => each.getBoundingClientRect().top <= top + 100)?.dataset.page ?? 0;
            }"""
        )
    )


def until(page: Page, condition: Callable[[], bool]) -> None:
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come true in time")


def tally(page: Page) -> str:
    return page.locator(".search .tally").inner_text()


def search(page: Page, text: str, told: str) -> None:
    page.get_by_role("searchbox", name="Search in the document").fill(text)
    until(page, lambda: tally(page) == told)


# ---- what is shown


def test_the_text_says_what_was_read_and_which_words_are_doubtful(page: Page, scanned: str, service: Service):
    opened(page, scanned)
    read = httpx.get(f"{service.url}/v1/jobs/{scanned}/result", params={"format": "json"}).json()["pages"][0]
    every = [word for block in read["blocks"] for line in block["lines"] for word in line["words"]]
    assert words(page).all_inner_texts() == [word["text"] for word in every]
    doubtful = page.locator(".text-page[data-page='1'] .word.doubtful")
    assert doubtful.all_inner_texts() == [word["text"] for word in every if word["confidence"] < 0.8]
    assert doubtful.first.get_attribute("title") == "55 % sure"


PROSE = """async ({ before, after, as_lines }) => {
  const { Prose } = await import(new URL("static/text/prose.js", document.baseURI));
  const prose = new Prose(before);
  for (const _ of prose.build());
  const pane = document.createElement("div");
  pane.className = as_lines ? "text-pane as-lines" : "text-pane";
  pane.append(prose.element);
  document.body.append(pane);
  const words = [...pane.querySelectorAll(".word")];
  const renewed = after && prose.renew(after);
  const kept = words.filter((word) => word.isConnected).length;
  return { html: prose.element.innerHTML, text: prose.element.innerText, renewed, kept, words: words.length };
}"""


def prose(page: Page, before: PageRead, after: PageRead | None = None, *, as_lines: bool = True) -> dict[str, Any]:
    page.goto("/")
    page.add_style_tag(url="static/text/text.css")
    told = {"before": page_json(before), "after": after and page_json(after), "as_lines": as_lines}
    found: dict[str, Any] = page.evaluate(PROSE, told)
    return found


def test_blocks_are_what_html_calls_them(page: Page):
    read = fakes.page(
        fakes.block("Of hands", kind="heading", level=3),
        fakes.block("1. Uncial", kind="list-item", level=1),
        fakes.block("2. Half uncial", kind="list-item", level=1),
        fakes.table(["Hand", ""], ["Uncial", "IV"]),
        fakes.figure(),
        fakes.block("page 7", kind="page-footer"),
    )
    read = replace(read, notices=(Notice("garbled", "The text of the PDF is garbled."),))
    html = prose(page, read)["html"]
    # The page's own heading is of the second rank, and none is more than one below the one before it.
    assert 'role="heading" aria-level="3"' in html
    assert html.count("<ul") == 1
    assert html.count("<li") == 2
    # A heading of a column without words names nothing.
    assert [html.count("<th"), html.count("<td")] == [1, 3]
    assert "<figcaption>Figure" in html
    assert '<p class="block page-footer">' in html
    assert "The text of the PDF is garbled." in html


def test_lines_that_flow_have_divided_words_whole_and_lines_as_on_the_page_do_not(page: Page):
    read = fakes.page(fakes.block("A careful exam-", "ple of a well-", "known hand, well-known", "to few"))
    flowing = prose(page, read, as_lines=False)["text"]
    assert flowing == "A careful example of a well-known hand, well-known to few"
    assert prose(page, read)["text"].split("\n") == ["A careful exam-", "ple of a well-", "known hand, well-known", "to few"]


def test_text_that_runs_to_the_left_says_so(page: Page):
    block = fakes.block("שלום עולם")
    turned = replace(block, lines=tuple(replace(line, direction="right-to-left") for line in block.lines))
    assert '<p class="block paragraph" dir="rtl">' in prose(page, fakes.page(turned))["html"]


def test_a_corrected_page_keeps_the_elements_of_words_that_are_still_there(page: Page):
    before = fakes.page(fakes.block("one two three", "four five"), fakes.block("six"))
    found = prose(page, before, fakes.page(fakes.block("one 2 3 4", "four"), fakes.block("six")))
    assert (found["renewed"], found["text"].split()) == (True, ["one", "2", "3", "4", "four", "six"])
    assert found["kept"] == found["words"] - 1
    other = prose(page, before, fakes.page(fakes.block("one two three"), fakes.block("six")))
    assert (other["renewed"], other["text"].split()[-1]) == (False, "six")


def test_the_switch_for_lines_is_remembered(page: Page, scanned: str):
    opened(page, scanned)
    switch = page.get_by_role("button", name="Lines as on the page")
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert page.locator(".text-page .line").first.evaluate("(line) => getComputedStyle(line).display") == "inline"
    page.reload()
    words(page).first.wait_for()
    assert switch.get_attribute("aria-pressed") == "false"


# ---- words


def test_a_word_that_is_chosen_in_the_text_is_shown_on_the_page_and_the_other_way_round(page: Page, scanned: str):
    opened(page, scanned)
    words(page).nth(4).click()
    assert page.locator(".text-scroll .word.selected").inner_text() == words(page).nth(4).inner_text()
    page.locator(".sheet .overlay .selected").wait_for()
    line = page.locator(".sheet .line").nth(3)
    line.wait_for()
    box = line.bounding_box()
    assert box
    page.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)
    first = line.inner_text().split()[0]
    until(page, lambda: page.locator(".text-scroll .word.selected").inner_text() == first)


def test_arrow_keys_go_from_word_to_word_and_on_to_the_next_page(page: Page, scanned: str):
    opened(page, scanned)
    page.locator(".text-scroll").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "The"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused(page) in web_rig.WORDS[1].split()
    page.keyboard.press("End")
    assert focused(page) == "written"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "by"
    words(page).last.click()
    page.keyboard.press("ArrowDown")
    until(page, lambda: page.locator(".text-page[data-page='2'] .word.selected").count() == 1)
    assert focused(page) == "The"
    page.keyboard.press("ArrowLeft")
    until(page, lambda: page.locator(".text-page[data-page='1'] .word.selected").count() == 1)


STEPS = """async ({ read, place, steps }) => {
  const words = await import(new URL("static/document/words.js", document.baseURI));
  const text = (place) => place && words.wordAt(read, place).text;
  const found = [];
  for (const step of steps) {
    const next = words[step] ? words[step](read, place) : words.byKey(read, place, step);
    found.push(text(next));
    place = next ?? place;
  }
  return found;
}"""


def stepped(page: Page, read: PageRead, *steps: str, start: tuple[int, int, int] = (0, 0, 0)) -> Any:
    page.goto("/")
    place = dict(zip(("block", "line", "word"), start, strict=True)) | {"page": read.number}
    return page.evaluate(STEPS, {"read": page_json(read), "place": place, "steps": steps})


def test_down_goes_to_the_line_below_also_over_a_short_one_and_down_a_column_of_a_table(page: Page):
    prose = fakes.page(fakes.block("a long enough line", "short", "another long line here"), fakes.block("next", top=200))
    steps = ["lineDown", "lineDown", "lineDown", "lineDown", "lineUp"]
    assert stepped(page, prose, *steps, start=(0, 0, 3)) == ["short", "another", "next", None, "another"]
    table = fakes.page(fakes.block("above", left=160), fakes.table(["a1", "b1"], ["a2", "b2"], top=100))
    assert stepped(page, table, "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp") == ["b1", "b2", "a2", "a1"]


def test_lines_without_words_are_passed_over(page: Page):
    block = fakes.block("one", "two", "three")
    empty: tuple[Line, ...] = (block.lines[0], replace(block.lines[1], words=()), block.lines[2])
    read = fakes.page(Block((), block.quad), replace(block, lines=empty))
    assert stepped(page, read, "nextWord", "nextWord", "previousWord", start=(1, 0, 0)) == ["three", None, "one"]
    assert stepped(page, read, "firstWord", "lastWord") == ["one", "three"]


def test_keys_go_where_they_point_in_text_that_runs_to_the_left(page: Page):
    lines = tuple(replace(line, direction="right-to-left") for line in fakes.block("one two").lines)
    read = fakes.page(Block(lines, Quad.of_box(Box(0, 0, 100, 20))))
    assert stepped(page, read, "ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight") == ["two", None, "one", None]


def test_a_checked_word_is_not_doubtful_however_sure_it_was(page: Page):
    block = fakes.block("one two three", kind="paragraph")
    first, second, third = (replace(word, confidence=0.4) for word in block.lines[0].words)
    line = replace(block.lines[0], words=(replace(first, checked=True), second, replace(third, confidence=None)))
    read = fakes.page(replace(block, lines=(line,)))
    assert stepped(page, read, "nextDoubtful", "nextDoubtful", "previousDoubtful") == ["two", None, None]


def test_text_comes_while_the_document_is_read_and_words_keep_the_focus_when_they_are_corrected(page: Page, service: Service):
    job = web_rig.sent(service, web_rig.scan(4, "as it comes", "steady"))
    opened(page, job)
    page.locator(".text-foot").get_by_text("of 4 pages are read so far").wait_for()
    search(page, "scribe", "1 of 4")
    page.locator(".text-foot").wait_for(state="hidden")
    word = words(page).get_by_text("lcttcr").first
    word.click()
    word.press("Enter")
    field = page.get_by_role("textbox", name="Word")
    field.fill("scribe")
    field.press("Enter")
    until(page, lambda: tally(page) == "1 of 5")
    page.keyboard.press("Escape")
    assert focused(page) == "scribe"
    assert page.locator(".text-page[data-page='1'] .word.checked").all_inner_texts() == ["scribe"]


# ---- long documents


def test_only_pages_near_the_view_are_made_and_the_text_follows_the_pages(page: Page, long: str):
    opened(page, long, 12)
    until(page, lambda: looked_at(page) == 12)
    assert page.locator(".text-page").count() == LONG
    until(page, lambda: page.locator(".prose").count() < 5)
    page.get_by_role("spinbutton").or_(page.locator(".toolbar input")).first.fill("21")
    page.keyboard.press("Enter")
    until(page, lambda: looked_at(page) == 21)
    words(page, 21).first.wait_for()
    until(page, lambda: page.locator(".prose").count() < 5)


def test_the_pages_follow_the_text_that_is_scrolled(page: Page, long: str):
    opened(page, long)
    page.locator(".text-scroll").hover()
    for _ in range(4):
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(60)
    until(page, lambda: looked_at(page) > 3)
    number = looked_at(page)
    until(page, lambda: abs(int(page.evaluate("location.hash.split('/').at(-1)")) - looked_at(page)) <= 1)
    # What follows does not push what leads.
    page.wait_for_timeout(300)
    assert abs(looked_at(page) - number) <= 1


# ---- search


def test_a_search_finds_over_all_pages_and_goes_through_what_it_found(page: Page, scanned: str):
    opened(page, scanned)
    page.locator(".text-scroll").focus()
    page.keyboard.press("/")
    page.keyboard.type("SCRÍPT of")
    until(page, lambda: tally(page) == "1 of 3")
    assert page.locator(".text-page[data-page='1'] mark.now").all_inner_texts() == ["script", "of"]
    page.locator(".sheet .mark.now").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert tally(page) == "3 of 3"
    page.locator(".text-page[data-page='3'] mark.now").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+F3")
    assert tally(page) == "3 of 3"
    assert page.locator("#status").inner_text() == "3 of 3, page 3"
    page.keyboard.press("Escape")
    page.locator("mark").first.wait_for(state="detached")
    # One goes on where the focus was, and at the word that was found.
    assert page.evaluate("document.activeElement.className") == "text-scroll"
    assert page.locator(".text-page[data-page='3'] .word.selected").inner_text() == "script"


def test_a_search_loads_what_is_not_here_and_keeps_what_is_looked_at(page: Page, long: str):
    opened(page, long, 12)
    search(page, "page 4 beside", "1 of 1")
    until(page, lambda: looked_at(page) in (3, 4))
    search(page, "nowhere", "Nothing found")


def test_hits_are_listed_with_the_words_around_them(page: Page, scanned: str):
    opened(page, scanned)
    search(page, "scri", "1 of 9")
    page.get_by_role("button", name="List of hits").click()
    rows = page.locator(".found li button")
    assert rows.count() == 9
    assert "A careful scribe" in rows.nth(2).inner_text()
    page.get_by_label("Whole words only").check()
    until(page, lambda: tally(page) == "Nothing found")
    page.get_by_label("Whole words only").uncheck()
    until(page, lambda: rows.count() == 9)
    rows.nth(8).click()
    until(page, lambda: tally(page) == "9 of 9")


FIND = """async ({ read, sought, whole }) => {
  const { needle, PageIndex } = await import(new URL("static/document/find.js", document.baseURI));
  const index = new PageIndex(read);
  return sought.map((text) => index.find(needle(text), { whole, most: 50 }).map((hit) => ({
    text: index.context(hit, 0)[1],
    lefts: index.marks(hit).map(({ quad }) => [quad[0][0], quad[1][0]]),
  })));
}"""


def found(page: Page, read: PageRead, *sought: str, whole: bool = False) -> list[list[str]]:
    page.goto("/")
    all_hits = page.evaluate(FIND, {"read": page_json(read), "sought": sought, "whole": whole})
    return [[hit["text"] for hit in hits] for hits in all_hits]


def test_a_search_sees_through_case_accents_ligatures_and_the_ends_of_lines(page: Page):
    read = fakes.page(
        fakes.block("Eﬃcient CAFÉ in der Straße", "was well-", "known for exam-", "ples: 0171-", "234 日 本 語"),
        fakes.block("Øre"),
    )
    assert found(page, read, "efficient", "cafe", "STRASSE", "ore") == [["Eﬃcient"], ["CAFÉ"], ["Straße"], ["Øre"]]
    assert found(page, read, "well-known", "wellknown for", "examples", "0171-234") == [
        ["well- known"], ["well- known for"], ["exam- ples"], ["0171- 234"],
    ]  # fmt: skip
    assert found(page, read, "日本", "本 語", "234日", "語øre", "") == [["日 本"], ["本 語"], [], [], []]
    assert found(page, read, "in", "i", whole=True) == [["in"], []]


def test_a_hit_is_marked_on_each_line_that_it_stands_on_and_only_its_letters(page: Page):
    read = fakes.page(fakes.block("abcdef ghij", "klmn"))
    page.goto("/")
    hits = page.evaluate(FIND, {"read": page_json(read), "sought": ["cde", "hij kl"], "whole": False})
    assert hits[0][0]["lefts"] == [[20, 50]]
    assert hits[1][0]["lefts"] == [[80, 110], [0, 20]]


def test_nothing_is_found_over_two_cells_of_a_table(page: Page):
    read = fakes.page(fakes.table(["one", "two three"]))
    assert found(page, read, "one two", "two three") == [[], ["two three"]]


# ---- for everybody


def test_text_and_search_are_accessible(page: Page, dark: Page, axe: Callable[[Page], None], scanned: str):
    for each in (page, dark):
        opened(each, scanned)
        words(each).nth(3).click()
        search(each, "scri", "1 of 9")
        axe(each)
    page.get_by_role("button", name="List of hits").click()
    axe(page)


def test_on_a_telephone_the_text_is_a_tab_and_the_search_behind_a_button(phone: Page, scanned: str):
    phone.goto(f"/#/jobs/{scanned}")
    phone.get_by_role("tab", name="Text").click()
    words(phone).first.wait_for()
    phone.get_by_role("button", name="Search").click()
    phone.keyboard.type("scribe wrote")
    until(phone, lambda: tally(phone) == "Nothing found")
    search(phone, "scribe", "1 of 3")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.get_by_role("button", name="End the search").click()
    assert phone.evaluate("document.activeElement.getAttribute('aria-label')") == "Search"
