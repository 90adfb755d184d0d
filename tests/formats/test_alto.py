from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from archives import documents, everything, ids
from fakes import block, document, page
from schemas import complaints
from uncial.document import SourceInfo
from uncial.errors import SourceDamaged
from uncial.formats.alto import read, write
from uncial.geometry import Box, Quad

SCHEMA = "alto-4-4.xsd"
NS = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}


def alto(body: str, version: int = 4, unit: str = "pixel", head: str = "") -> bytes:
    return (
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#"><Description><MeasurementUnit>{unit}</MeasurementUnit>'
        f"</Description>{head}<Layout>{body}</Layout></alto>"
    ).encode()


def test_what_is_written_is_valid():
    assert complaints(write(everything()), SCHEMA) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=documents())
def test_whatever_is_written_is_valid(made):
    assert complaints(write(made), SCHEMA) == []


@pytest.mark.parametrize(("was", "becomes"), [(b'WC="0.9"', b'WC="1.9"'), (b"PrintSpace", b"Space"), (b'ID="page_1"', b"")])
def test_the_schema_sees_what_is_wrong(was: bytes, becomes: bytes):
    good = write(everything())
    assert was in good
    assert complaints(good.replace(was, becomes), SCHEMA)


def test_ids_are_unique_over_all_pages():
    found = ids(etree.fromstring(write(everything())))
    assert len(found) == len(set(found)) > 20


def test_a_divided_word_is_told_whole_and_its_hyphen_apart():
    root = etree.fromstring(write(document(page(block("an exam-", "ple here")))))
    parts = [(each.get("CONTENT"), each.get("SUBS_TYPE"), each.get("SUBS_CONTENT")) for each in root.iterfind(".//a:String", NS)]
    assert parts == [
        ("an", None, None), ("exam", "HypPart1", "example"), ("ple", "HypPart2", "example"), ("here", None, None),
    ]  # fmt: skip
    hyphens = [(each.get("CONTENT"), each.get("HPOS"), each.get("WIDTH")) for each in root.iterfind(".//a:HYP", NS)]
    assert hyphens == [("-", "70", "10")]


def test_a_hyphen_that_belongs_to_its_word_stays_in_it():
    root = etree.fromstring(write(document(page(block("a well-known well-", "known thing")))))
    assert root.find(".//a:HYP", NS) is None


def test_a_failed_page_says_so():
    failed = etree.fromstring(write(everything())).findall(".//a:Page", NS)[1]
    assert failed.get("QUALITY") == "Missing"
    assert "The engine broke." in failed.get("QUALITY_DETAIL", "")


def test_hostile_text_stays_text():
    made = document(page(block("<b>&amp;]]> \ud800 \x00\x0b \ufffe")), name="a\x00<b>\udcff.png")
    data = write(made)
    assert complaints(data, SCHEMA) == []
    assert read(data).pages[0].lines[0].words[0].text == "<b>&amp;]]>"


TESSERACT = """<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>pixel</MeasurementUnit>
<sourceImageInformation><fileName>t.png</fileName></sourceImageInformation><OCRProcessing ID="OCR_0"><ocrProcessingStep>
<processingSoftware><softwareName>tesseract 5.3.0</softwareName></processingSoftware></ocrProcessingStep></OCRProcessing>
</Description><Layout><Page WIDTH="600" HEIGHT="800" PHYSICAL_IMG_NR="0" ID="page_0"><PrintSpace HPOS="0" VPOS="0" WIDTH="600"
HEIGHT="800"><ComposedBlock ID="c0" HPOS="50" VPOS="50" WIDTH="100" HEIGHT="20"><TextBlock ID="b0" HPOS="50" VPOS="50" WIDTH="100"
HEIGHT="20"><TextLine ID="l0" HPOS="50" VPOS="50" WIDTH="100" HEIGHT="20"><String ID="s0" HPOS="50" VPOS="50" WIDTH="50"
HEIGHT="20" WC="0.96" CONTENT="Grace"/><SP WIDTH="10" VPOS="50" HPOS="100"/><String ID="s1" HPOS="110" VPOS="50" WIDTH="40"
HEIGHT="20" WC="0.42" CONTENT="unto"/></TextLine></TextBlock></ComposedBlock>
<Illustration ID="i0" HPOS="50" VPOS="200" WIDTH="100" HEIGHT="100"/>
<GraphicalElement ID="g0" HPOS="0" VPOS="400" WIDTH="600" HEIGHT="2"/></PrintSpace></Page>
</Layout></alto>"""


def test_tesseracts_files_are_read():
    back = read(TESSERACT.encode())
    assert (back.engine.name, back.engine.version) == ("tesseract", "5.3.0")
    assert back.source == SourceInfo("t.png", "", "", 0)
    assert [(each.kind, each.text) for each in back.pages[0].blocks] == [("paragraph", "Grace unto"), ("figure", "")]
    assert back.pages[0].number == 1
    assert [word.confidence for word in back.pages[0].lines[0].words] == [0.96, 0.42]


@pytest.mark.parametrize(("unit", "inch"), [("mm10", 254), ("inch1200", 1200)])
def test_abbyys_units_become_pixels(unit: str, inch: int):
    box = f'HPOS="{inch}" VPOS="{inch / 2}" WIDTH="{inch}" HEIGHT="{inch / 10}"'
    line = f'<TextLine {box} BASELINE="{inch}"><String {box} CONTENT="Vor" WC="0.5" CC="0 9 0"/><HYP CONTENT="¬"/></TextLine>'
    body = (
        f'<Page ID="p" PHYSICAL_IMG_NR="3" WIDTH="{8 * inch}" HEIGHT="{10 * inch}"><TopMargin><TextBlock ID="t" {box}>'
        f'{line}</TextBlock></TopMargin><LeftMargin/><PrintSpace><TextBlock ID="e" {box}/></PrintSpace></Page>'
    )
    back = read(alto(body, 2, unit)).pages[0]
    assert (back.number, back.width, back.height, back.dpi) == (3, 2400, 3000, 300)
    assert [each.kind for each in back.blocks] == ["page-header"]
    word = back.lines[0].words[0]
    assert (word.text, word.character_confidences[:3]) == ("Vor¬", (1.0, 0.0, 1.0))
    assert back.lines[0].quad.box == pytest.approx(Box(300, 150, 600, 180))
    told = alto(body, 2, unit).replace(b"</Description>", b"<step>xdpi:400</step></Description>")
    assert read(told).pages[0].width == 3200


def test_what_a_person_has_checked_is_told_and_read_back():
    unsure, sure = block("a b").lines[0].words
    line = replace(block("a b").lines[0], words=(unsure, replace(sure, confidence=1.0, checked=True)))
    made = write(document(page(replace(block("a b"), lines=(line,)))))
    assert complaints(made, SCHEMA) == []
    assert made.count(b'CS="true"') == 1
    assert [(word.checked, word.confidence) for word in read(made).pages[0].lines[0].words] == [(False, 0.9), (True, 1.0)]
    assert read(made.replace(b'CS="true"', b'CS="false"')).pages[0].lines[0].words[1].checked is False


def test_krakens_files_are_read():
    tags = (
        '<Tags><OtherTag ID="T1" TYPE="region" LABEL="RunningTitleZone"/><OtherTag ID="T2" TYPE="line" LABEL="default"/></Tags>'
    )
    line = (
        '<TextLine ID="l1" TAGREFS="T2" HPOS="100" VPOS="100" WIDTH="30" HEIGHT="200" BASELINE="128,300 128,100"><Shape>'
        '<Polygon POINTS="100 300 100 200 100 100 130 100 130 300"/></Shape><String CONTENT="Grace unto" HPOS="100" VPOS="100"'
        ' WIDTH="30" HEIGHT="200" WC="0.9"/></TextLine>'
    )
    box = 'HPOS="90" VPOS="90" WIDTH="60" HEIGHT="220"'
    text = f'<TextBlock ID="b" TAGREFS="T1" {box}>{line}</TextBlock>'
    body = f'<Page ID="p" PHYSICAL_IMG_NR="1" WIDTH="600" HEIGHT="800"><PrintSpace>{text}</PrintSpace></Page>'
    made = read(alto(body, head=tags)).pages[0].blocks[0]
    assert made.kind == "page-header"
    assert round(made.lines[0].quad.angle) == -90
    assert made.lines[0].quad.top_left == pytest.approx((100, 300))
    first, second = made.lines[0].words
    assert (first.text, second.text) == ("Grace", "unto")
    assert first.quad.box == pytest.approx(Box(100, 200, 130, 300))
    assert second.quad.box == pytest.approx(Box(100, 100, 130, 180))


def test_the_reading_order_goes_before_the_order_of_the_file():
    box = 'HPOS="0" VPOS="0" WIDTH="9" HEIGHT="9"'
    blocks = "".join(
        f'<TextBlock ID="{name}" {box}><TextLine {box}><String CONTENT="{name}" {box}/></TextLine></TextBlock>' for name in "abc"
    )
    refs = '<ElementRef ID="r1" REF="c"/><ElementRef ID="r2" REF="a"/>'
    order = f'<ReadingOrder><OrderedGroup ID="o">{refs}</OrderedGroup></ReadingOrder>'
    body = f'<Page ID="p" PHYSICAL_IMG_NR="1"><PrintSpace>{blocks}</PrintSpace></Page>'
    assert read(alto(body, head=order)).text == "c\n\na\n\nb"
    assert read(alto(body)).text == "a\n\nb\n\nc"


def test_the_box_of_a_word_without_one_is_that_of_its_line():
    line = '<TextLine HPOS="1" VPOS="2" WIDTH="30" HEIGHT="40"><String CONTENT="Grace"/></TextLine>'
    body = f'<Page ID="p" PHYSICAL_IMG_NR="1"><PrintSpace><TextBlock ID="b">{line}</TextBlock></PrintSpace></Page>'
    assert read(alto(body)).pages[0].lines[0].words[0].quad == Quad.of_box(Box(1, 2, 31, 42))


@pytest.mark.parametrize(
    "data",
    [
        write(everything())[:2000],
        b"<alto",
        b"<alto></alto>",
        b"<alto><Layout/></alto>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><alto><Layout><Page PHYSICAL_IMG_NR="1"/></Layout></alto>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alto><Layout><Page ID="&x;"/></Layout></alto>',
        b"<a>" * 5000,
    ],
)
def test_broken_and_hostile_files_are_damaged(data: bytes):
    with pytest.raises(SourceDamaged):
        read(data)


def test_a_billion_laughs_end_quickly():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE alto [<!ENTITY e0 "ha">{entities}]><alto><Layout a="&e11;"><Page>&e11;</Page></Layout></alto>'
    with pytest.raises(SourceDamaged):
        read(bomb.encode())
