from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import web_rig
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.fixture(scope="module")
def papers(service: Service) -> Iterator[Callable[[int], str]]:
    """Has papers of so many pages read; the id of the job, a new one each time."""
    numbers = iter(range(1000))
    yield lambda pages: web_rig.read(service, web_rig.scan(pages, f"correcting {next(numbers)}"))


def opened(page: Page, job: str) -> None:
    page.goto(f"/#/jobs/{job}")
    page.locator(".text-pane .word").first.wait_for()


def word(page: Page, text: str) -> Locator:
    return page.locator(".text-pane .word").get_by_text(text, exact=True).first


def editor(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Correct a word")


def field(page: Page) -> Locator:
    return editor(page).get_by_role("textbox", name="Word")


def saved(page: Page) -> None:
    page.locator(".saving").get_by_text("All changes saved").wait_for()


def result(service: Service, job: str, **asked: str) -> str:
    answer = httpx.get(f"{service.url}/v1/jobs/{job}/result", params={"format": "txt", **asked}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def corrections(service: Service, job: str) -> Any:
    return httpx.get(f"{service.url}/v1/jobs/{job}/corrections", timeout=30).json()


def jobs(service: Service) -> set[str]:
    return {each["id"] for each in httpx.get(f"{service.url}/v1/jobs", timeout=30).json()["jobs"]}


def put(service: Service, job: str, text: str, line: int = 0, page: int = 1) -> None:
    """What somebody else says of the first word of a line of the second block."""
    quad = [[200, 200], [300, 200], [300, 230], [200, 230]]
    words = [{"text": text, "quad": quad, "confidence": 1, "checked": True}]
    said = [{"page": page, "block": 1, "line": line, "start": 0, "stop": 1, "words": words}]
    answer = httpx.put(f"{service.url}/v1/jobs/{job}/corrections", json={"corrections": said}, timeout=30)
    assert answer.status_code == 200, answer.text


def test_a_word_that_is_typed_comes_out_in_the_result(page: Page, service: Service, papers: Callable[[int], str]) -> None:
    job = papers(1)
    opened(page, job)
    word(page, "scribcs").dblclick()
    field(page).fill("clever scribes")
    field(page).press("Enter")
    saved(page)
    assert "by clever scribes from" in result(service, job)
    assert "by scribcs from" in result(service, job, corrected="no")


def test_words_are_corrected_by_keys_alone_and_the_focus_comes_back(
    page: Page, service: Service, papers: Callable[[int], str]
) -> None:
    job = papers(1)
    opened(page, job)
    pages = page.get_by_role("region", name="Pages").and_(page.locator(".page-list"))
    pages.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):  # the first word, the second, edit
        page.keyboard.press(key)
    assert field(page).input_value() == "uncial"
    page.keyboard.type("Uncial")
    page.keyboard.press("Tab")
    assert field(page).input_value() == "hand"
    page.keyboard.press("Shift+Tab")
    assert field(page).input_value() == "Uncial"
    page.keyboard.type("thrown away")
    page.keyboard.press("Escape")
    assert pages.evaluate("list => list === document.activeElement")
    saved(page)
    assert result(service, job).startswith("The Uncial hand")


def test_one_goes_from_doubtful_word_to_doubtful_word(page: Page, papers: Callable[[int], str]) -> None:
    opened(page, papers(2))
    word(page, "script").dblclick()
    read = []
    for _ in range(12):  # nine on each page
        read.append(field(page).input_value())
        count = page.locator(".text-pane .doubtful").count()
        field(page).press("Control+Enter")
        page.wait_for_function(f"document.querySelectorAll('.text-pane .doubtful').length < {count}")
        page.wait_for_function("before => document.querySelector('.editor-word').value !== before", arg=read[-1])
    assert read[:4] == ["script", "scribcs", "ccntury.", "lcttcr"]
    assert read[9] == "script"


def test_words_are_split_joined_deleted_and_lines_accepted(page: Page, service: Service, papers: Callable[[int], str]) -> None:
    job = papers(1)
    opened(page, job)
    word(page, "Uncial").dblclick()
    field(page).press("Home")
    for _ in range(2):
        field(page).press("ArrowRight")
    editor(page).get_by_role("button", name="Split").click()
    assert field(page).input_value() == "Un"
    field(page).press("ArrowDown")  # to the buttons
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # join next
    assert field(page).input_value() == "Uncial"
    field(page).press("Tab")
    editor(page).get_by_role("button", name="Delete").click()
    assert field(page).input_value() == "a"
    editor(page).get_by_role("button", name="Accept line").click()
    assert field(page).input_value() == "by"
    saved(page)
    assert "Uncial a script of round capital letters, written" in result(service, job)
    lines = httpx.get(f"{service.url}/v1/jobs/{job}/result", timeout=30).json()["pages"][0]["blocks"][1]["lines"]
    assert all(each["checked"] for each in lines[0]["words"])
    assert not any(each["checked"] for each in lines[1]["words"])


def test_steps_are_undone_and_done_again_after_a_reload_too(page: Page, service: Service, papers: Callable[[int], str]) -> None:
    job = papers(1)
    opened(page, job)
    word(page, "uncial").dblclick()
    field(page).fill("small")
    field(page).press("Enter")
    field(page).press("Escape")
    page.get_by_role("button", name="More of corrections").click()
    page.get_by_role("button", name="Back to what was read").click()
    saved(page)
    assert corrections(service, job)["corrections"] == []
    page.reload()
    page.locator(".text-pane .word").first.wait_for()
    page.get_by_role("button", name="Undo").click()
    word(page, "small").wait_for()
    page.keyboard.press("Control+z")
    word(page, "uncial").wait_for()
    page.keyboard.press("Control+Shift+Z")
    word(page, "small").wait_for()
    saved(page)
    assert result(service, job).startswith("The small hand")


def test_what_others_correct_on_other_pages_is_kept_besides(
    page: Page, service: Service, papers: Callable[[int], str], forgive: Callable[[str], None]
) -> None:
    forgive("status of 412")
    job = papers(2)
    opened(page, job)
    put(service, job, "Theirs", page=2)
    word(page, "uncial").dblclick()
    field(page).fill("OURS")
    field(page).press("Enter")
    page.get_by_text("Somebody else corrected this document too").first.wait_for()
    saved(page)
    text = result(service, job)
    assert text.startswith("The OURS hand")
    assert "Theirs is a" in text


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_whose_correction_of_a_page_holds_is_asked(
    page: Page, service: Service, papers: Callable[[int], str], forgive: Callable[[str], None], whose: str
) -> None:
    forgive("status of 412")
    job = papers(1)
    opened(page, job)
    put(service, job, "Theirs")
    word(page, "uncial").dblclick()
    field(page).fill("OURS")
    field(page).press("Enter")
    page.get_by_role("heading", name="Somebody else corrected the same page").wait_for()
    page.locator(f"dialog input[value={whose}]").check()
    page.get_by_role("button", name="Go on").click()
    saved(page)
    text = result(service, job)
    assert ("OURS" in text, "Theirs" in text) == (whose == "ours", whose == "theirs")


def test_what_could_not_be_saved_is_saved_when_the_service_is_there_again(
    page: Page, service: Service, papers: Callable[[int], str], forgive: Callable[[str], None]
) -> None:
    forgive("ERR_INTERNET_DISCONNECTED")
    job = papers(1)
    opened(page, job)
    page.context.set_offline(True)
    word(page, "uncial").dblclick()
    field(page).fill("lost")
    field(page).press("Enter")
    page.locator(".saving").get_by_text("Not saved: The service does not answer.").wait_for()
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.context.set_offline(False)
    saved(page)
    assert page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    assert result(service, job).startswith("The lost hand")


def test_what_could_not_be_saved_is_kept_for_the_next_time(
    page: Page, service: Service, papers: Callable[[int], str], forgive: Callable[[str], None]
) -> None:
    forgive("ERR_FAILED")
    job = papers(1)
    opened(page, job)
    page.route("**/corrections", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    word(page, "uncial").dblclick()
    field(page).fill("kept")
    field(page).press("Enter")
    page.locator(".saving").get_by_text("Not saved").wait_for()
    page.evaluate("location.hash = '#/'")
    page.unroute("**/corrections")
    page.evaluate(f"location.hash = '#/jobs/{job}'")
    word(page, "kept").wait_for()
    saved(page)
    assert result(service, job).startswith("The kept hand")


EDITS = """async () => {
  const { typed, joined, cellTyped } = await import("/static/document/edits.js");
  const { fold, finished } = await import("/static/document/fold.js");
  const { taken } = await import("/static/document/taken.js");
  const quad = (left, top, right, bottom) => [[left, top], [right, top], [right, bottom], [left, bottom]];
  const word = (text, left, top) => ({ text, quad: quad(left, top, left + 10 * text.length, top + 20), confidence: 0.5 });
  const line = (text, left, top, direction = "left-to-right") => {
    let x = left;
    const words = text.split(" ").map((each) => {
      const made = word(each, x, top);
      x += 10 * each.length + 10;
      return made;
    });
    return { words, quad: quad(left, top, x - 10, top + 20), direction, confidence: 0.5 };
  };
  const cells = [[0, 150, 0, 1], [150, 190, 1, 1], [190, 400, 1, 2]].map(([left, right, start, stop], column) => (
    { row: 0, column, rows: 1, columns: 1, heading: false, quad: quad(left, 90, right, 130), start, stop }
  ));
  const page = { number: 1, width: 500, height: 500, confidence: 0.5, blocks: [
    { kind: "paragraph", quad: quad(0, 10, 400, 60), lines: [line("red fox", 0, 10), line("jumps high", 0, 40)] },
    { kind: "table", quad: quad(0, 90, 400, 130), lines: [line("1 pear", 0, 100), line("2,50", 200, 100)], cells },
  ] };
  const told = ({ words }) => words.map((each) => each.text).join(" ");
  const text = (corrections, from = page) => finished(fold(from, corrections)).blocks.map((block) => block.lines.map(told));
  const box = (left, top, right, bottom) => ({ left, top, right, bottom });
  const at = (word) => ({ page: 1, block: 0, line: 0, word });
  const hebrew = { ...page, blocks: [{ ...page.blocks[0], lines: [line("abcd", 0, 10, "right-to-left")] }] };
  const halves = fold(hebrew, typed(hebrew, at(0), "ab cd")).blocks[0].lines[0].words;
  return {
    composed: text(typed(page, at(0), "  re\u0301d \u0007 ")),
    last: joined(page, at(1)),
    cell: text(cellTyped(page, 1, 0, "1 ripe pear")),
    empty: text(cellTyped(page, 1, 1, "kg each")),
    rightwards: halves[0].quad[0][0] > halves[1].quad[1][0],
    one: text(taken(page, box(35, 0, 75, 35), [line("FOX", 40, 10)])),
    more: text(taken(page, box(0, 0, 400, 70), [line("RED", 0, 10), line("between", 0, 26), line("JUMPS", 0, 40)])),
    below: text(taken(page, box(0, 0, 400, 400), [line("price", 152, 100), line("foot", 0, 300)])),
  };
}"""


def test_corrections_are_made_of_what_a_person_does(page: Page) -> None:
    page.goto("/")
    table = ["1 pear", "2,50"]
    assert page.evaluate(EDITS) == {
        "composed": [["r\u00e9d fox", "jumps high"], table],
        "last": [],
        "cell": [["red fox", "jumps high"], ["1 ripe pear", "2,50"]],
        "empty": [["red fox", "jumps high"], ["1 pear", "kg each", "2,50"]],
        "rightwards": True,
        "one": [["red FOX", "jumps high"], table],
        "more": [["RED", "between", "JUMPS"], table],
        "below": [["price"], ["foot"]],
    }


def test_a_line_is_read_again_and_taken_as_one_step(page: Page, service: Service, papers: Callable[[int], str]) -> None:
    job = papers(1)
    opened(page, job)
    word(page, "scribcs").click()
    page.keyboard.press("a")
    before = jobs(service)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("The line of the chosen word").check()
    dialog.get_by_label("Effort").select_option("best")
    dialog.get_by_role("button", name="Read").click()
    before_and_now = dialog.locator(".compared-text")
    before_and_now.first.wait_for()
    old, new = before_and_now.all_inner_texts()
    assert old == "by scribcs from the fourth to the eighth ccntury."
    assert new != old
    dialog.get_by_role("button", name="Take it").click()
    saved(page)
    assert result(service, job) == result(service, job, corrected="no").replace(old, new)
    assert jobs(service) == before
    page.get_by_role("button", name="Undo").first.click()
    word(page, "scribcs").wait_for()


def test_nothing_is_corrected_while_it_is_read(page: Page, service: Service) -> None:
    job = web_rig.sent(service, web_rig.scan(12, "still read", pace="steady"))
    opened(page, job)
    word(page, "uncial").dblclick()
    page.get_by_text("Words can be corrected once the whole document is read.").first.wait_for()
    assert editor(page).count() == 0
    httpx.delete(f"{service.url}/v1/jobs/{job}", params={"forget": "yes"}, timeout=30)


def test_the_panel_never_covers_its_word(page: Page, phone: Page, papers: Callable[[int], str]) -> None:
    job = papers(1)
    for each in (page, phone):
        each.goto(f"/#/jobs/{job}")
        each.locator(".sheet img").first.wait_for()
        each.locator(".page-list").focus()
        each.keyboard.press("ArrowRight")
        each.locator("#status").get_by_text("The, page 1").wait_for()
        each.keyboard.press("Enter")
        for _ in range(5):
            before = field(each).input_value()
            field(each).press("Control+Enter")
            each.wait_for_function("before => document.querySelector('.editor-word').value !== before", arg=before)
            assert not each.evaluate(COVERED), field(each).input_value()


COVERED = """async () => {
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const panel = document.querySelector(".editor").getBoundingClientRect();
  const drawn = [...document.querySelectorAll(".sheet .selected")];
  const word = drawn.map((each) => each.getBoundingClientRect()).find((each) => each.width);
  return !word || (word.top < panel.bottom && panel.top < word.bottom && word.left < panel.right && panel.left < word.right);
}"""


def test_the_editor_and_reading_again_have_no_barriers(
    page: Page, papers: Callable[[int], str], axe: Callable[[Page], None]
) -> None:
    opened(page, papers(1))
    word(page, "scribcs").dblclick()
    field(page).wait_for()
    axe(page)
    editor(page).get_by_role("button", name="Read again").click()
    page.get_by_role("heading", name="Read again").wait_for()
    axe(page)
