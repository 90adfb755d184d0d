import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from archives import differences, documents, everything, ids
from fakes import block, document, page
from schemas import complaints
from uncial.document import Document
from uncial.errors import LimitExceeded, SourceDamaged, SourceEmpty
from uncial.formats.bundle import packed
from uncial.formats.page_xml import read, write
from uncial.formats.reading import read_back
from uncial.geometry import Box

SCHEMA = "page-2019-07-15.xsd"
NS = {"p": "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"}
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def files(made: Document) -> list[bytes]:
    """The file of each page."""
    return [write(replace(made, pages=(each,))) for each in made.pages]


def old(body: str, version: str = "2013-07-15", order: str = "") -> bytes:
    return (
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{version}"><Metadata><Creator>Transkribus</Creator>'
        f"<Created>2020-01-01T00:00:00</Created><LastChange>2020-01-01T00:00:00</LastChange></Metadata>"
        f'<Page imageFilename="0001.jpg" imageWidth="600" imageHeight="800">{order}{body}</Page></PcGts>'
    ).encode()


def test_what_is_written_is_valid():
    assert [complaints(data, SCHEMA) for data in files(everything())] == [[], []]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=documents())
def test_whatever_is_written_is_valid(made: Document):
    assert [told for data in files(made) for told in complaints(data, SCHEMA)] == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'conf="0.9"', b'conf="1.9"'),
        (b"<Created>", b"<Created>x"),
        (b'id="r1"', b'id="r2"'),
        (b' points="50', b' points="-5'),
    ],
)
def test_the_schema_sees_what_is_wrong(was: bytes, becomes: bytes):
    good = files(everything())[0]
    assert was in good
    assert complaints(good.replace(was, becomes), SCHEMA)


def test_ids_are_unique():
    found = ids(etree.fromstring(files(everything())[0]))
    assert len(found) == len(set(found)) > 20


def test_one_page_is_one_file_and_several_are_an_archive_of_valid_files():
    made = everything()
    assert write(replace(made, pages=made.pages[:1])).startswith(b"<?xml")
    with zipfile.ZipFile(BytesIO(write(made))) as archive:
        assert archive.namelist() == ["page_0001.xml", "page_0002.xml"]
        assert [complaints(archive.read(name), SCHEMA) for name in archive.namelist()] == [[], []]


def test_the_time_is_the_one_that_is_given_in_utc_and_nothing_else_changes():
    east = NOON.astimezone(timezone(timedelta(hours=9)))
    assert write(everything(), created=NOON) == write(everything(), created=east)
    assert (
        etree.fromstring(write(document(page()), created=east)).findtext(".//p:Created", namespaces=NS) == "2026-01-02T12:00:00Z"
    )


def test_a_failed_page_says_so():
    failed = etree.fromstring(files(everything())[1])
    assert "could not be read: The engine broke." in failed.findtext(".//p:Comments", "", NS)


def test_lists_are_groups_of_the_reading_order():
    root = etree.fromstring(files(everything())[0])
    group = root.iterfind(".//p:OrderedGroupIndexed[@type='list']/*", NS)
    assert [each.get("regionRef") for each in group] == ["r4", "r5"]
    indexes = [int(each.get("index", "")) for each in root.iterfind(".//p:ReadingOrder/p:OrderedGroup/*", NS)]
    assert indexes
    assert indexes == list(range(len(indexes)))


def test_hostile_text_stays_text():
    made = document(page(block("<b>&amp;]]> \ud800 \x00\x0b \ufffe")), name="a\x00<b>\udcff.png")
    data = write(made)
    assert complaints(data, SCHEMA) == []
    assert read(data).pages[0].lines[0].words[0].text == "<b>&amp;]]>"


TRANSKRIBUS = """
<TextRegion id="r2" type="page-number" custom="readingOrder {index:1;}"><Coords points="300,10 330,10 330,30 300,30"/>
 <TextLine id="r2l1" custom="readingOrder {index:0;}"><Coords points="300,10 330,10 330,30 300,30"/>
 <TextEquiv><Unicode>7</Unicode></TextEquiv></TextLine></TextRegion>
<TextRegion id="r1" custom="readingOrder {index:0;} structure {type:heading;}"><Coords points="50,50 250,50 250,110 50,110"/>
 <TextLine id="l2" custom="readingOrder {index:1;}"><Coords points="50,90 250,90 250,110 50,110"/>
  <Baseline points="50,105 250,105"/>
  <TextEquiv><Unicode>unto you</Unicode></TextEquiv></TextLine>
 <TextLine id="l1" custom="readingOrder {index:0;}"><Coords points="50,50 120,48 250,50 250,70 130,72 50,70"/>
  <Baseline points="50,65 120,66 250,65"/><Word id="w1"><Coords points="50,50 100,50 100,70 50,70"/>
  <TextEquiv conf="0.5"><Unicode>Grase</Unicode></TextEquiv></Word><Word id="w2"><Coords points="110,50 130,50 130,70 110,70"/>
  <TextEquiv conf="0.7"><Unicode>be</Unicode></TextEquiv></Word><TextEquiv><Unicode>Grace be</Unicode></TextEquiv></TextLine>
 <TextEquiv><Unicode>Grace be\nunto you</Unicode></TextEquiv></TextRegion>
<TableRegion id="t1" custom="readingOrder {index:2;}"><Coords points="50,400 350,400 350,470 50,470"/>
 <TableCell id="c1" row="0" col="0" rowSpan="1" colSpan="2"><Coords points="50,400 50,430 350,430 350,400"/>
  <TextLine id="c1l1"><Coords points="50,400 110,400 110,420 50,420"/><TextEquiv><Unicode>Prices</Unicode></TextEquiv></TextLine>
  <CornerPts>0 1 2 3</CornerPts></TableCell>
 <TableCell id="c2" row="1" col="1"><Coords points="200,430 200,470 350,470 350,430"/></TableCell></TableRegion>
<SeparatorRegion id="s1"><Coords points="0,300 600,300 600,302 0,302"/></SeparatorRegion>
<GraphicRegion id="g1"><Coords points="400,400 500,400 500,500 400,500"/></GraphicRegion>
"""


def test_transkribuss_files_are_read():
    back = read(old(TRANSKRIBUS))
    assert (back.source.name, back.engine.name) == ("0001.jpg", "Transkribus")
    heading, number, table, picture = back.pages[0].blocks
    assert (heading.kind, heading.level, heading.text) == ("heading", 1, "Grace be\nunto you")
    assert number.kind == "page-header"
    assert [(cell.row, cell.column, cell.columns, table.cell_text(cell)) for cell in table.cells] == [
        (0, 0, 2, "Prices"),
        (1, 1, 1, ""),
    ]
    assert picture.kind == "figure"


def test_a_line_that_was_corrected_goes_before_the_words_below_it():
    words = read(old(TRANSKRIBUS)).pages[0].lines[0].words
    assert [(word.text, word.confidence) for word in words] == [("Grace", None), ("be", 0.7)]
    assert words[0].quad.box == Box(50, 50, 100, 70)


def test_polygons_of_many_points_lie_along_their_baseline():
    line = read(old(TRANSKRIBUS)).pages[0].lines[0]
    assert line.quad.box == Box(50, 48, 250, 72)


def test_points_of_2010_and_text_of_regions_alone_are_read():
    points = "".join(f'<Point x="{x}" y="{y}"/>' for x, y in [(0, 0), (100, 0), (100, 40), (0, 40)])
    text = "<TextEquiv><Unicode>Grace be\nunto</Unicode></TextEquiv>"
    back = read(old(f'<TextRegion id="r"><Coords>{points}</Coords>{text}</TextRegion>', "2010-03-19"))
    assert back.text == "Grace be\nunto"
    assert back.pages[0].lines[1].quad.box == Box(0, 20, 100, 40)


def test_the_reading_order_goes_before_the_order_of_the_file_and_groups_before_both():
    regions = "".join(
        f'<TextRegion id="{name}"><Coords points="0,0 9,0 9,9 0,9"/><TextEquiv><Unicode>{name}</Unicode></TextEquiv></TextRegion>'
        for name in "abcd"
    )
    refs = (
        '<ReadingOrder><OrderedGroup id="o"><RegionRefIndexed index="2" regionRef="a"/>'
        '<OrderedGroupIndexed id="g" index="1" type="list">'
        '<RegionRefIndexed index="1" regionRef="b"/><RegionRefIndexed index="0" regionRef="c"/></OrderedGroupIndexed>'
        "</OrderedGroup></ReadingOrder>"
    )
    back = read(old(regions, order=refs))
    assert [(each.text, each.kind) for each in back.pages[0].blocks] == [
        ("c", "list-item"), ("b", "list-item"), ("a", "paragraph"), ("d", "paragraph"),
    ]  # fmt: skip


def test_the_best_of_several_readings_is_taken():
    texts = "".join(
        f'<TextEquiv index="{index}" conf="{sure}"><Unicode>{text}</Unicode></TextEquiv>'
        for index, sure, text in [(1, 0.2, "Grase"), (0, 0.9, "Grace")]
    )
    line = f'<TextLine id="l"><Coords points="0,0 50,0 50,20 0,20"/>{texts}</TextLine>'
    made = read(old(f'<TextRegion id="r"><Coords points="0,0 9,0 9,9 0,9"/>{line}</TextRegion>', "2019-07-15")).pages[0].lines[0]
    assert (made.text, made.confidence) == ("Grace", 0.9)


def test_an_archive_of_another_program_is_read_whatever_else_lies_in_it():
    made = everything()
    pages = [(f"doc/page/000{number}.xml", data) for number, data in enumerate(files(made), 1)]
    archive = packed([*pages, ("doc/mets.xml", b"<mets/>"), ("doc/0001.jpg", b"\xff\xd8\xff")])
    assert differences(made, read(archive)) == []
    assert differences(made, read_back(archive)) == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<PcGts/>", SourceDamaged),
        (b"<PcGts><Page>", SourceDamaged),
        (packed([("a.txt", b"Grace")]), SourceEmpty),
        (write(everything())[:500], SourceDamaged),
        (packed([(f"{number}.xml", b"") for number in range(10_001)]), LimitExceeded),
    ],
)
def test_broken_files_are_told(data: bytes, error: type[Exception]):
    with pytest.raises(error):
        read(data)


def test_a_grid_that_no_table_has_is_left_out_and_its_text_stays():
    def told(*places: str) -> Document:
        cells = "".join(
            f'<TextRegion id="c{count}"><Coords points="0,0 9,0 9,9 0,9"/><Roles><TableCellRole {place}/></Roles>'
            f"<TextEquiv><Unicode>Tea</Unicode></TextEquiv></TextRegion>"
            for count, place in enumerate(places)
        )
        return read(old(f'<TableRegion id="t"><Coords points="0,0 9,0 9,9 0,9"/>{cells}</TableRegion>', "2019-07-15"))

    assert len(told('rowIndex="0" columnIndex="0"', 'rowIndex="0" columnIndex="1"').pages[0].blocks[0].cells) == 2
    for places in (
        ['rowIndex="0" columnIndex="0"', 'rowIndex="0" columnIndex="0"'],
        ['rowIndex="0" columnIndex="0" rowSpan="2000000000" colSpan="2000000000"'],
        ['rowIndex="0" columnIndex="0"', 'rowIndex="999999" columnIndex="999999"'],
    ):
        table = told(*places).pages[0].blocks[0]
        assert (table.kind, table.cells, table.lines[0].text) == ("table", (), "Tea")
