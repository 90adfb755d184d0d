"""Fields and tables beside the pages, and what takes a document away."""

from __future__ import annotations

import csv
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import httpx
import openpyxl
import pytest

import web_rig
from pdfs import PROSE, Sheet, Text, pdf
from running_service import Service, environment

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    Axe = Callable[[Page], None]

SLIP = """CORNER STATIONERY LTD
12 Quill Lane, Bristol BS1 4DJ
Tel: 0117 496 0123
RECEIPT
Receipt No: 40417
Date: 12/03/2024
Time: 14:05
Goose quill|4.50
Oak gall ink|12.00
Parchment|23.10
Subtotal|39.60
Total GBP|39.60
Cash|50.00
Change|10.40"""
SOLD = [["Pen", "Price", "Sold"], ["Goose", "4.50", "31"], ["Swan", "7.25", "12"], ["Reed", "2.00", "57"]]


def receipt(note: str) -> bytes:
    """A slip of a till that has its own text."""
    rows = [line.partition("|") for line in SLIP.split("\n")]
    left = [Text(label, 180, 740 - 20 * number, 11) for number, (label, _, _) in enumerate(rows)]
    right = [Text(amount, 380, 740 - 20 * number, 11) for number, (_, _, amount) in enumerate(rows) if amount]
    return pdf(Sheet((*left, *right, Text(note, 180, 420, 9))))


def ruled(note: str) -> bytes:
    """A page with a table on rules, between a heading and a sentence."""
    xs, ys = (72, 220, 340, 460), range(640, 520, -24)
    lying = [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    standing = [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    cells = [Text(cell, x + 8, y - 17, 11) for row, y in zip(SOLD, ys, strict=False) for cell, x in zip(row, xs, strict=False)]
    words = (Text("Pens that were sold in spring", 72, 700, 16), Text(f"All prices are in pounds. {note}", 72, 500, 11))
    return pdf(Sheet((*words, *cells), drawing=" ".join(("1 w", *lying, *standing))))


@pytest.fixture(autouse=True)
def expect(page: Page) -> Any:
    """Playwright's, which is imported where there is a browser alone."""
    from playwright.sync_api import expect

    return expect


def opened(page: Page, job: str, tab: str = "Text") -> None:
    page.goto(f"/#/jobs/{job}")
    page.locator(".sheet .text-layer").first.wait_for(state="attached")
    page.get_by_role("tab", name=tab).click()


def saved(page: Page) -> None:
    page.locator(".saving").get_by_text("All changes saved").wait_for()


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.path ?? document.activeElement.tagName"))


def fields(service: Service, job: str) -> dict[str, Any]:
    answer = httpx.get(f"{service.url}/v1/jobs/{job}/result", params={"format": "fields"}, timeout=30)
    found: dict[str, Any] = answer.json()["fields"]
    return found


def download(page: Page, press: Callable[[], None]) -> tuple[str, bytes]:
    with page.expect_download() as found:
        press()
    return found.value.suggested_filename, found.value.path().read_bytes()


# ---- fields


def test_fields_are_shown_corrected_removed_added_and_taken_away(page: Page, service: Service, expect: Any, axe: Axe):
    job = web_rig.read(service, receipt("corrected"), "slip.pdf")
    opened(page, job, "Fields")
    expect(field(page, "Total")).to_have_value("39.60")
    field(page, "Total").focus()
    expect(page.locator(".overlay .mark title")).to_have_text("Total")
    axe(page)

    field(page, "Total").fill("41.60")
    field(page, "Total").press("Tab")
    page.get_by_role("button", name="Remove Phone").press("Enter")
    expect(field(page, "Phone")).to_have_count(0)
    assert focused(page) != "BODY"
    page.get_by_role("button", name="Add a row").first.click()
    field(page, "Description, row 4 of items").fill("Sealing wax")
    field(page, "Amount, row 4 of items").fill("2.00")
    page.get_by_text("Add a field", exact=True).click()
    field(page, "Name").fill("Payment note")
    field(page, "Value").focus()
    saved(page)
    expect(page.locator("#field-total-about")).to_have_text("Said by a person.")
    field(page, "Value").fill("paid in coins")
    field(page, "Value").press("Enter")
    expect(field(page, "Payment note")).to_have_value("paid in coins")
    saved(page)
    expect(page.locator("#field-total-about")).to_have_text("Said by a person.")

    said = fields(service, job)
    assert said["total"]["value"] == 41.6
    assert "phone" not in said
    assert said["payment_note"]["value"] == "paid in coins"
    assert [row["description"]["value"] for row in said["items"]["value"]][2:] == ["Parchment", "Sealing wax"]

    name, made = download(page, page.get_by_role("button", name="Download the fields as JSON").click)
    assert (name, json.loads(made)["fields"]["total"]["value"]) == ("slip.fields.json", 41.6)
    name, made = download(page, page.get_by_role("button", name="Download the fields as CSV").click)
    row = next(csv.DictReader(StringIO(made.decode("utf-8-sig"))))
    assert (name, row["total"], row["items.4.description"]) == ("slip.fields.csv", "41.60", "Sealing wax")
    name, made = download(page, page.get_by_role("button", name="Download the fields as XLSX").click)
    cells = [str(cell) for sheet in openpyxl.load_workbook(BytesIO(made)) for line in sheet.values for cell in line]
    assert name == "slip.fields.xlsx"
    assert "Sealing wax" in cells
    assert "0117 496 0123" not in cells


def test_steps_over_fields_are_undone_and_who_types_is_not_disturbed(page: Page, service: Service, expect: Any):
    job = web_rig.read(service, receipt("undone"))
    opened(page, job, "Fields")
    field(page, "Number").fill("40418")
    page.keyboard.press("Tab")
    expect(page.locator("#field-number-about")).to_have_text("Said by a person.")
    field(page, "Merchant").press("End")
    page.keyboard.type(" &")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }))")
    with page.expect_response(lambda answer: "format=fields" in answer.url):
        pass
    page.keyboard.type(" Sons")
    expect(field(page, "Merchant")).to_have_value("CORNER STATIONERY LTD & Sons")
    assert focused(page) == "merchant"
    page.keyboard.press("Enter")
    expect(page.locator("#field-merchant-about")).to_have_text("Said by a person.")
    expect(field(page, "Number")).to_have_value("40417")
    assert focused(page) == "merchant"
    saved(page)
    assert fields(service, job)["merchant"]["value"] == "CORNER STATIONERY LTD & Sons"


def test_of_another_kind_other_fields_are_looked_for_and_all_are_shown_at_once(page: Page, service: Service, expect: Any):
    opened(page, web_rig.read(service, receipt("another kind")), "Fields")
    page.get_by_role("checkbox", name="Show all on the page").check()
    marks = page.locator(".overlay .mark")
    expect(marks.filter(has_text="Merchant")).to_have_count(1)
    expect(marks.filter(has_text="Description")).to_have_count(3)
    field(page, "Date").focus()
    expect(page.locator(".overlay .mark.now")).to_have_text("Date")
    page.get_by_role("tab", name="Text").click()
    expect(marks).to_have_count(0)
    page.get_by_role("tab", name="Fields").click()
    page.get_by_label("Kind").focus()
    page.get_by_label("Kind").select_option("letter")
    expect(field(page, "Merchant")).to_have_count(0)
    expect(page.get_by_label("Kind")).to_be_focused()


# ---- tables


def test_a_cell_that_is_corrected_comes_out_in_the_table_and_in_the_text(page: Page, service: Service, expect: Any, axe: Axe):
    job = web_rig.read(service, ruled("corrected"), "pens.pdf")
    opened(page, job, "Tables")
    cell = field(page, "Row 3, column 2")
    expect(cell).to_have_text("7.25")
    cell.focus()
    expect(page.locator(".overlay .mark")).to_have_count(1)
    axe(page)
    cell.fill("7.75 net")
    cell.press("Enter")
    assert focused(page) == "1.1.10"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("thrown away")
    page.keyboard.press("Escape")
    expect(field(page, "Row 4, column 2")).to_have_text("2.00")
    assert focused(page) == "1.1.10"
    name, made = download(page, page.get_by_role("button", name="All as CSV").click)
    assert (name, list(csv.reader(StringIO(made.decode())))) == ("pens.csv", [*SOLD[:2], ["Swan", "7.75 net", "12"], SOLD[3]])
    name, made = download(page, page.get_by_role("button", name="CSV", exact=True).click)
    assert (name, made.decode().splitlines()[2]) == ("table-page-1.csv", "Swan,7.75 net,12")
    page.get_by_role("tab", name="Text").click()
    expect(page.locator(".text-pane")).to_contain_text("net")
    assert "Swan\t7.75 net\t12" in httpx.get(f"{service.url}/v1/jobs/{job}/result", params={"format": "txt"}).text
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("tab", name="Tables").click()
    expect(field(page, "Row 3, column 2")).to_have_text("7.25")


def test_a_document_without_tables_says_so(page: Page, service: Service):
    opened(page, web_rig.read(service, web_rig.typed_pdf(3, "no tables", lines=4)), "Tables")
    page.get_by_text("There are no tables in this document.").wait_for()


# ---- what is taken away


def test_the_menu_has_every_format_and_copies_what_the_service_writes(
    open_page: Callable[..., Page], service: Service, expect: Any, axe: Axe
):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    job = web_rig.read(service, ruled("copied"))
    opened(page, job, "Tables")
    known = [each["name"] for each in httpx.get(f"{service.url}/v1/formats").json()["formats"]]
    page.get_by_role("button", name="More", exact=True).click()
    items = page.locator(".take-away .formats .item span:first-of-type")
    expect(items).to_have_text(known)
    expect(page.get_by_role("button", name="Copy the text")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    page.get_by_text("Text copied.").first.wait_for()
    expect(page.get_by_role("button", name="More", exact=True)).to_be_focused()
    text = httpx.get(f"{service.url}/v1/jobs/{job}/result", params={"format": "txt"}).text
    assert page.evaluate("navigator.clipboard.readText()") == text
    page.get_by_role("button", name="Copy as JSON", exact=True).click()
    page.get_by_text("Table copied.").first.wait_for()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == SOLD


def test_the_calls_that_are_shared_run(page: Page, service: Service, tmp_path: Path, axe: Axe):
    leaves = [(f"This is the {number} leaf of a book", *PROSE) for number in ("first", "second", "third")]
    data = pdf(*(Sheet([Text(line, 72, 600 - 20 * y, 12) for y, line in enumerate(leaf)]) for leaf in leaves))
    (tmp_path / "it's “mine”.pdf").write_bytes(data)
    page.goto("/")
    page.get_by_role("button", name="More options").click()
    page.get_by_label("Pages", exact=True).fill("2-3")
    page.get_by_role("switch", name="Deskew").uncheck()
    page.locator("input[type=file][multiple]").set_input_files(tmp_path / "it's “mine”.pdf")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Share the call").click()
    page.get_by_role("dialog", name="The call that read it").wait_for()
    axe(page)
    assert page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    one, corrected, python = page.locator("dialog pre").all_inner_texts()
    for call in (one, corrected):
        subprocess.run([*shlex.split(call.replace("\\\n", " ")), "-sS", "--fail"], cwd=tmp_path, check=True, timeout=60)
        text = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "document.docx")).paragraphs)
        (tmp_path / "document.docx").unlink()
        assert "the second leaf" in text
        assert "the first leaf" not in text
    done = subprocess.run(
        [sys.executable, "-c", f"{python}    print(corrected.pages[0].number)"],
        cwd=tmp_path, env=environment({}), capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("This is the second leaf")
    assert done.stdout.endswith("\n2\n")


def test_the_calls_of_an_address_and_of_a_key_say_so(page: Page):
    page.goto("/")
    made = page.evaluate("""async () => {
      const { curl, python } = await import("/static/panels/share.js");
      localStorage.setItem("uncial.key", "unc_secret");
      const wishes = { languages: "de+en", pdf_dpi: "200" };
      const call = { service: "http://127.0.0.1:5000/ocr", name: "https://example.org/it's.pdf", wishes, id: "1" };
      return [curl(call), python(call)];
    }""")
    assert "unc_secret" not in "".join(made)
    words = shlex.split(made[0].replace("\\\n", " "))
    assert words[:4] == ["curl", "http://127.0.0.1:5000/ocr/v1/ocr", "-H", "Authorization: Bearer $UNCIAL_KEY"]
    asked = {"url": "https://example.org/it's.pdf", "languages": "de+en", "pdf_dpi": "200", "format": "docx"}
    assert json.loads(words[words.index("-d") + 1]) == asked
    assert 'Options(languages=("de", "en",), pdf_dpi=200)' in made[1]
    compile(made[1], "shared", "exec")
