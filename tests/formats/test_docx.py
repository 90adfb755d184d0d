import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from fakes import RED, FakeOriginal, block, document, figure, line, page, table
from uncial.document import Block, Document, Page, Problem
from uncial.formats.docx import write
from uncial.geometry import Box, Quad

docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(read: Document, original: FakeOriginal | None = None) -> Any:
    return docx.Document(BytesIO(write(read, original)))


def paragraphs(read: Document) -> list[tuple[str, str]]:
    return [(each.style.name, each.text) for each in opened(read).paragraphs]


def test_kinds_are_words_own_styles():
    read = document(
        page(
            block("Title", kind="heading", level=1),
            block("Running text that is divi-", "ded.", top=60),
            block("Below", kind="heading", level=2, top=150),
            block("Figure 1", kind="caption", top=200),
            block("1 A note.", kind="footnote", top=300),
        )
    )
    assert paragraphs(read) == [
        ("Heading 1", "Title"),
        ("Normal", "Running text that is divided."),
        ("Heading 2", "Below"),
        ("Caption", "Figure 1"),
        ("footnote text", "1 A note."),
    ]


def numbered(read: Document) -> list[tuple[str, int, str, str]]:
    """Of each list item its text, its level, how it is counted, and where that begins where it is said."""
    made = opened(read)
    root = made.part.numbering_part.element
    found = []
    for each in made.paragraphs:
        properties = each._p.pPr.numPr
        number = next(num for num in root.findall(W + "num") if num.get(W + "numId") == str(properties.numId.val))
        abstract = number.find(W + "abstractNumId").get(W + "val")
        level = next(
            lvl
            for shape in root.findall(W + "abstractNum")
            if shape.get(W + "abstractNumId") == abstract
            for lvl in shape.findall(W + "lvl")
            if lvl.get(W + "ilvl") == str(properties.ilvl.val)
        )
        start = number.find(f"{W}lvlOverride/{W}startOverride")
        text = level.find(W + "lvlText").get(W + "val")
        found.append((each.text, properties.ilvl.val, text, "" if start is None else start.get(W + "val")))
    return found


def items(*marks: tuple[str, int]) -> Document:
    return document(page(*(block(text, kind="list-item", level=level, top=30 * at) for at, (text, level) in enumerate(marks))))


def test_lists_are_real_and_nested_and_keep_their_numbers():
    assert numbered(items(("1. one", 1), ("• dot", 2), ("2. two", 1), ("5. five", 1), ("(b) bee", 2), ("(c) sea", 2))) == [
        ("one", 0, "%1.", "1"),
        ("dot", 1, "•", ""),
        ("two", 0, "%1.", "1"),
        ("five", 0, "%1.", "5"),
        ("bee", 1, "(%2)", "2"),
        ("sea", 1, "(%2)", "2"),
    ]


def test_a_list_that_follows_text_counts_anew():
    read = document(
        page(
            block("1. one", kind="list-item", level=1),
            block("Text.", top=60),
            block("1. one", kind="list-item", level=1, top=120),
        )
    )
    numbers = [each._p.pPr.numPr.numId.val for each in opened(read).paragraphs if each.style.name == "List Paragraph"]
    assert len(set(numbers)) == 2


def test_a_marker_that_word_cannot_count_stays_text():
    (made,) = opened(items(("1.2 Scope", 1))).paragraphs
    assert (made.text, made._p.pPr.numPr) == ("1.2\tScope", None)


def test_a_table_has_its_merged_cells_and_its_header_rows():
    made = opened(
        document(page(table(["Both", None, "c"], ["1", "2", "3"], ["x", None, None], spans={(0, 0): (1, 2), (1, 2): (2, 1)})))
    )
    (found,) = made.tables
    assert [[cell.text for cell in row.cells] for row in found.rows] == [["Both", "Both", "c"], ["1", "2", "3"], ["x", "", "3"]]
    assert [row._tr.trPr.find(W + "tblHeader") is not None for row in found.rows] == [True, False, False]
    assert found.style.name == "Table Grid"
    assert made.element.body[-2].tag == W + "p"  # Word cannot open a document that ends with a table


def test_two_tables_stay_two():
    assert len(opened(document(page(table(["a"]), table(["b"], top=200)))).tables) == 2


def test_a_figure_is_as_large_as_on_the_page():
    made = opened(document(page(figure("x axis"))), FakeOriginal())
    (shape,) = made.inline_shapes
    assert (round(shape.width.pt), round(shape.height.pt)) == (48, 24)  # 200 x 100 pixels at 300 dpi
    assert shape._inline.docPr.get("descr") == "x axis"
    assert [text for _, text in paragraphs(document(page(figure("x axis"))))] == ["x axis"]


A4 = Page(1, 1240, 1754, dpi=150.0, blocks=(block("a"),))


def test_a_page_is_as_large_as_the_scan_says():
    (section,) = opened(document(A4)).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


@pytest.mark.parametrize("dpi", [None, 1.0, 100_000.0])
def test_a_page_whose_resolution_cannot_be_is_a4(dpi: float | None):
    (section,) = opened(document(replace(page(block("a")), dpi=dpi))).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_a_page_that_was_turned_is_upright():
    (section,) = opened(document(replace(A4, turned=90))).sections
    assert section.page_width > section.page_height


def with_edges(number: int, header: str, footer: str, text: str = "Text.") -> Page:
    head = block(header, kind="page-header")
    foot = block(footer, kind="page-footer", top=700, left=300)
    return page(head, block(text, top=100), foot, number=number)


def test_headers_that_repeat_are_one_header_with_a_field_for_the_number():
    made = opened(document(*(with_edges(number, "My book", str(number + 40)) for number in (1, 2, 3))))
    (section,) = made.sections
    assert section.header.paragraphs[0].text.strip() == "My book"
    field = section.footer._element.find(f".//{W}fldSimple")
    assert field.get(W + "instr") == "PAGE"
    assert section._sectPr.find(W + "pgNumType").get(W + "start") == "41"
    assert [each.text for each in made.paragraphs] == ["Text."] * 3
    assert [bool(each.paragraph_format.page_break_before) for each in made.paragraphs] == [False, True, True]


def test_headers_that_change_have_sections_of_their_own():
    made = opened(document(with_edges(1, "One", "x"), with_edges(2, "Two", "x")))
    assert [section.header.paragraphs[0].text.strip() for section in made.sections] == ["One", "Two"]
    assert [each.text for each in made.paragraphs] == ["Text.", "Text."]


def test_a_number_that_does_not_count_the_pages_stays_what_it_is():
    made = opened(document(with_edges(1, "Chapter 7", "x"), with_edges(2, "Chapter 7", "x")))
    (section,) = made.sections
    assert section.header.paragraphs[0].text.strip() == "Chapter 7"


def test_columns_are_columns():
    long = "Words and words and words and words and words."
    read = document(
        page(
            block("Title", kind="heading", level=1),
            block(long, top=100, column=1),
            block(long, top=100, left=300, column=2),
            block("Below.", top=300),
        )
    )
    counts = [section._sectPr.find(W + "cols").get(W + "num") for section in opened(read).sections]
    assert counts == [None, "2", "1"]


def test_columns_stay_columns_where_one_paragraph_fills_them():
    halves = block("Words and words and words and words and words", column=1), block("go on and on.", left=300, column=2)
    made = opened(document(page(*halves)))
    (section,), (made,) = made.sections, made.paragraphs
    assert (section._sectPr.find(W + "cols").get(W + "num"), made.text[-13:]) == ("2", "go on and on.")


def test_a_paragraph_over_pages_is_one_and_the_page_does_not_break():
    prose = ("This is a paragraph which is long enough that", "nobody would take it for a label, and it goes")
    (whole,) = opened(document(page(block(*prose)), page(block("on here."), number=2))).paragraphs
    assert whole.text == " ".join(prose) + " on here."


def test_text_that_runs_to_the_left_says_so():
    hebrew = replace(block("שלום עולם"), lines=(replace(line("שלום עולם"), direction="right-to-left"),))
    (made,) = opened(document(page(hebrew))).paragraphs
    assert made._p.pPr.find(W + "bidi") is not None
    assert made.runs[0].font.rtl
    assert b'w:bidi="he"' in ZipFile(BytesIO(write(document(page(hebrew))))).read("word/styles.xml")


def test_doubtful_words_are_marked_and_bold_lines_are_bold():
    words = (line("sure").words[0], replace(line("guess").words[0], doubtful=True))
    first = replace(line("sure guess"), words=words)
    (made,) = opened(document(page(Block((first, replace(line("bold", top=30), bold=True)), first.quad)))).paragraphs
    runs = [(run.text, bool(run.font.highlight_color), bool(run.bold)) for run in made.runs]
    assert runs == [("sure ", False, False), ("guess", True, False), (" ", False, False), ("bold", False, True)]


def test_a_page_that_failed_says_so():
    bad = Page(2, 0, 0, problem=Problem("source-damaged", "It is damaged.", "Mend it."))
    assert paragraphs(document(page(block("Good.")), bad))[-1][1] == "Page 2 could not be read. It is damaged. Mend it."


def test_an_empty_page_is_a_page():
    made = opened(document(page(block("One.")), page(number=2), page(block("Three."), number=3)))
    assert [(each.text, bool(each.paragraph_format.page_break_before)) for each in made.paragraphs] == [
        ("One.", False),
        ("", True),
        ("Three.", True),
    ]


def test_the_same_document_gives_the_same_bytes_and_tells_no_time():
    read = document(page(block("Text."), table(["a"], top=100), figure()), name="scan\x00\udcff.pdf")
    made = write(read, FakeOriginal())
    assert made == write(read, FakeOriginal())
    with ZipFile(BytesIO(made)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        properties = parts.read("docProps/core.xml")
        assert b"dcterms:" not in properties
        assert b"scan.pdf" in properties
        assert "docProps/thumbnail.jpeg" not in parts.namelist()


def test_characters_that_xml_does_not_have_are_left_out():
    odd = document(page(block("a\x00b\ud800c\x1b"), table(["d\ufffe"], top=60), figure("e\x07")))
    assert [text for _, text in paragraphs(odd)] == ["abc", "e"]


def test_a_table_wider_than_word_can_have_is_lines():
    wide = table([str(column) for column in range(70)])
    assert paragraphs(document(page(wide)))[0][1].startswith("0 | 1 | 2")


def converted(read: Document, folder: Path) -> str:
    (folder / "a.docx").write_bytes(write(read, FakeOriginal()))
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "a.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], cwd=folder, check=True, capture_output=True).stdout.decode()


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or poppler is not installed")
def test_libreoffice_shows_all_of_it_page_by_page(tmp_path: Path):
    wide = Quad.of_box(Box(40, 40, 560, 760))
    first = page(
        block("My book", kind="page-header", left=60, top=40),
        block("Title", kind="heading", level=1, left=60, top=80),
        block("1. one", kind="list-item", level=1, left=60, top=130),
        block("(b) two", kind="list-item", level=2, left=60, top=160),
        table(["Item", "Price"], ["Tea", "1.50"], top=200),
        figure(box=RED),
        block("41", kind="page-footer", left=300, top=760),
    )
    second = page(
        block("My book", kind="page-header", left=60, top=40),
        replace(block("Second page.", left=60, top=100), quad=wide),
        block("42", kind="page-footer", left=300, top=760),
        number=2,
    )
    read = document(replace(first, dpi=100.0), replace(second, dpi=100.0))
    one, two, rest = converted(read, tmp_path).split("\f")
    assert one.split() == "My book Title 1. one (b) two Item Price Tea 1.50 41".split()
    assert two.split() == "My book Second page. 42".split()
    assert rest == ""


def test_rows_of_a_table_are_about_as_high_as_on_the_page():
    (made,) = opened(document(page(table(["a"], ["b"])))).tables
    assert [row.height.pt for row in made.rows] == [9.1, 9.1]  # 40 pixels at 300 dpi are 9.6 points
