import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from archives import documents, everything, ids
from fakes import block, document, page
from hocr_rules import ELEMENTS, broken_rules
from schemas import schema_file
from uncial.document import Block, SourceInfo
from uncial.errors import SourceDamaged
from uncial.formats.hocr import read, write
from uncial.geometry import Box, Quad

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title>'
    '<meta name="ocr-system" content="tesseract 5.3.0"/>'
    '<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word ocr_photo ocr_header"/></head><body>'
)


def hocr(body: str) -> bytes:
    return f"{HEAD}{body}</body></html>".encode()


def test_what_is_written_keeps_the_rules():
    assert broken_rules(write(everything())) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=documents())
def test_whatever_is_written_keeps_the_rules(made):
    assert broken_rules(write(made)) == []


def test_the_validator_knows_the_elements_of_the_specification():
    told = schema_file("hocr-1.2-spec.md").read_text(encoding="utf-8")
    named = set(re.findall(r"<dfn element>(ocrx?_[a-z]+)</dfn>", told)) - {"ocr_cinfo"}
    assert named - ELEMENTS == set()
    assert {"ocr_page", "ocr_carea", "ocrx_word"} <= named


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('class="ocr_page"', 'class="page"'),
        ('class="ocr_line"', 'class="ocr_line ocrx_line"'),
        ('class="ocr_line"', 'class="ocr_rows"'),
        ('class="ocr_carea"', 'class="ocr_linedrawing"'),
        ('name="ocr-system"', 'name="system"'),
        ('name="ocr-capabilities"', 'name="capabilities"'),
        (" ocrp_poly", ""),
        (" ocrp_dir", ""),
        (" ocr_caption", ""),
        ('number-of-pages" content="2"', 'number-of-pages" content="3"'),
        ('id="line_1_2"', 'id="line_1_1"'),
        ("bbox 50 10 170 30", "bbox 50 10 170"),
        ("bbox 50 10 170 30", "bbox 170 10 50 30"),
        ("bbox 50 10 170 30", "bbox 50.5 10 170 30"),
        ("bbox 50 10 170 30", "bbox 50 10 170 30; bbox 50 10 170 30"),
        ("bbox 50 10 170 30", "box 50 10 170 30"),
        ("bbox 50 10 170 30", "bbox 50 10 170 30;"),
        ("; x_wconf 90", "; x_wconf 190"),
        ("; x_wconf 90", "; x_wconf high"),
        ("bbox 50 10 120 30; x_wconf 90", "cuts 1 2"),
        ("ppageno 6", "ppageno 7"),
        ("ppageno 6", "ppageno vii"),
        ("scan_res 300 300", "scan_res 300"),
        ("image &quot;scan", "image &quot;C:\\scan"),
        ('<span class="ocr_line" id="line_1_1"', '<span class="ocr_photo" id="line_1_1"'),
        ("</html>", ""),
    ],
)
def test_the_validator_sees_what_breaks_a_rule(was: str, becomes: str):
    good = write(everything()).decode()
    assert was in good
    assert broken_rules(good.replace(was, becomes, 1).encode())


def test_ids_are_unique_over_all_pages():
    found = ids(etree.fromstring(write(everything())))
    assert len(found) == len(set(found)) > 20


def test_no_element_but_the_empty_ones_of_html_closes_itself():
    assert set(re.findall(rb"<(\w+)[^>]*/>", write(everything()))) == {b"meta"}


def test_a_failed_page_says_so_where_people_look():
    text = write(everything()).decode()
    assert '<p class="problem"' in text
    assert "The engine broke." in text


def test_hostile_text_and_names_stay_text():
    made = document(page(block("<b>&amp;]]> \ud800 \x00\x0b \ufffe")), name='a"; bbox 9 9 9 9; \udcff\\b<.png')
    data = write(made)
    assert broken_rules(data) == []
    back = read(data)
    assert back.pages[0].blocks[0].lines[0].words[0].text == "<b>&amp;]]>"
    assert (back.pages[0].width, back.pages[0].height) == (600, 800)


def test_tall_cells_keep_their_places():
    made = everything().pages[0].blocks[8]
    tall = replace(made.cells[1], row=0, column=0, rows=2, columns=1, start=0, stop=1)
    right = [replace(made.cells[2], row=row, column=1, start=1 + row, stop=1 + row + (row == 0)) for row in (0, 1)]
    changed = replace(
        made,
        cells=(tall, *(replace(cell, start=1, stop=2) if cell.row == 0 else replace(cell, start=2, stop=2) for cell in right)),
    )
    back = read(write(document(page(changed)))).pages[0].blocks[0]
    assert [(cell.row, cell.column, cell.rows, cell.start, cell.stop) for cell in back.cells] == [
        (0, 0, 2, 0, 1), (0, 1, 1, 1, 2), (1, 1, 1, 2, 2),
    ]  # fmt: skip


def test_lines_that_no_cell_has_are_not_lost():
    made = everything().pages[0].blocks[8]
    back = read(write(document(page(replace(made, cells=made.cells[:1])))))
    assert [each.kind for each in back.pages[0].blocks] == ["table", "paragraph"]
    assert "Tea" in back.text


TESSERACT = """
<div class='ocr_page' id='page_1' title='image "page.png"; bbox 0 0 600 800; ppageno 0; scan_res 300 300'>
 <div class='ocr_carea' id='block_1_1' title="bbox 50 50 300 110">
  <p class='ocr_par' id='par_1_1' lang='eng' title="bbox 50 50 300 110">
   <span class='ocr_header' id='line_1_1' title="bbox 50 50 300 70; baseline 0.015 -4; x_size 20">
    <span class='ocrx_word' id='word_1_1' title='bbox 50 50 100 70; x_wconf 96'>Grace</span>
    <span class='ocrx_word' id='word_1_2' title='bbox 110 50 150 70; x_wconf 42'><strong>be&#39;</strong></span>
   </span>
   <span class='ocr_line' id='line_1_2' title="bbox 50 90 300 110; textangle 180">
    <span class='ocrx_word' id='word_1_3' title='bbox 50 90 100 110; x_wconf 90'><span class='ocrx_cinfo'
      title='x_bboxes 50 90 60 110; x_conf 99.5'>u</span>
      <span class='ocrx_cinfo'
      title='x_bboxes 60 90 70 110; x_conf 50'>n</span></span>
   </span>
  </p>
 </div>
 <div class='ocr_photo' id='block_1_2' title="bbox 60 200 300 400"></div>
</div>
<div class='ocr_page' id='page_2' title='image "page.png"; bbox 0 0 600 800; ppageno 0'></div>
"""


def test_tesseracts_files_are_read():
    back = read(hocr(TESSERACT))
    first, picture = back.pages[0].blocks
    assert back.engine.name == "tesseract"
    assert back.engine.version == "5.3.0"
    assert back.source == SourceInfo("page.png", "", "", 0)
    assert (first.kind, first.text) == ("paragraph", "Grace be'\nun")
    assert first.lines[0].words[1].confidence == 0.42
    assert first.lines[1].words[0].character_confidences == (0.995, 0.5)
    assert abs(first.lines[1].quad.angle) == 180
    assert (picture.kind, picture.quad) == ("figure", Quad.of_box(Box(60, 200, 300, 400)))
    assert [each.number for each in back.pages] == [1, 2]


def test_lines_without_words_get_them_from_their_text():
    line = '<span class="ocr_line" title="bbox 0 0 100 20">Grace unto</span>'
    back = read(hocr(f'<div class="ocr_page" title="bbox 0 0 600 800">{line}</div>'))
    assert [(word.text, word.quad.box) for word in back.pages[0].lines[0].words] == [
        ("Grace", Box(0, 0, 50, 20)),
        ("unto", Box(60, 0, 100, 20)),
    ]


def test_html_that_is_no_xml_is_read_as_browsers_do():
    body = b'<div class=ocr_page title="bbox 0 0 9 9"><p class=ocr_par>Grace<br>be&nbsp;unto'
    data = b"<html><meta name=ocr-system content=cuneiform>" + body + b"</html>"
    assert read(data).text == "Grace\nbe unto"


def test_named_characters_of_html_are_their_characters():
    body = (
        '<div class="ocr_page" title="bbox 0 0 9 9"><span class="ocr_line" title="bbox 0 0 9 9">caf&eacute;&nbsp;ole</span></div>'
    )
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
    assert read(hocr(body).replace(b"<html", doctype.encode() + b"<html")).text == "café ole"


def test_a_file_that_is_cut_off_is_damaged_and_says_where():
    with pytest.raises(SourceDamaged, match=r"line \d+"):
        read(write(everything())[:3000])


def test_a_file_without_a_page_is_damaged():
    with pytest.raises(SourceDamaged, match="no page"):
        read(hocr("<p>Grace</p>"))


def test_a_figure_without_text_is_a_picture():
    made = Block((), Quad.of_box(Box(1, 2, 30, 40)), "figure")
    assert b'class="ocr_image"' in write(document(page(made)))
