import csv
import io
import json
import os
import pty
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from fakes import FakeEngine, block, document, install, line, page
from uncial.document import Barcode, Document
from uncial.fields.telling import from_json
from uncial.geometry import Box, Quad
from uncial.writer import write

Run = Callable[..., tuple[int, str, str]]

TEMPLATE = """
template: workshop
kind: receipt
matches: {all_of: ["Kiln and Clay"]}
fields:
  total: {anchor: "To pay", where: right, type: amount}
  number: {anchor: "Slip", where: right}
"""


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """An engine that reads the slip of a shop, whose total is the width of the page."""
    for name in [name for name in os.environ if name.startswith("UNCIAL_")]:
        monkeypatch.delenv(name)

    def lines(image):
        texts = "Kiln and Clay", "Slip 4711", f"To pay {image.shape[1]}.00"
        return [line(text, 1, 1 + 30 * number) for number, text in enumerate(texts)]

    engine = FakeEngine(lines)
    install(monkeypatch, lambda config: engine)
    monkeypatch.setenv("UNCIAL_ENGINE", "fake")
    return engine


@pytest.fixture
def uncial(uncial: Callable[..., tuple[int, bytes, str]]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        status, out, err = uncial(*arguments)
        return status, out.decode(), err

    return run


@pytest.fixture
def template(uncial: Run) -> str:
    Path("kiln.yaml").write_text(TEMPLATE)
    return "kiln.yaml"


def draw(*paths: str, width: int = 200) -> None:
    for number, path in enumerate(paths):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width + number, 150), "white").save(path)


def lines_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in out.splitlines()]


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out, newline="")))


def put_json(path: str, read: Document | None = None) -> Document:
    read = read or document(page(block("Kiln and Clay", "Slip 4712", "To pay 8.50")), name="slip.jpg")
    Path(path).write_bytes(write(read, "json"))
    return read


# ---- one input


def test_one_input_is_one_line_of_json(uncial: Run):
    draw("a.png")
    status, out, err = uncial("extract", "a.png")
    (told,) = lines_of(out)
    assert (status, err) == (0, "")
    assert set(told) == {"kind", "confidence", "template", "fields", "pairs", "barcodes"}


def test_the_kind_can_be_given(uncial: Run):
    draw("a.png")
    assert lines_of(uncial("extract", "-k", "invoice", "a.png")[1])[0]["kind"] == "invoice"
    assert lines_of(uncial("extract", "--kind", "letter", "a.png")[1])[0]["kind"] == "letter"


def test_a_kind_that_is_none_is_refused_before_anything_is_read(uncial: Run, fake: FakeEngine):
    draw("a.png")
    status, out, err = uncial("extract", "-k", "menu", "a.png")
    assert (status, out) == (1, "")
    assert "menu" in err and "boarding-pass" in err


def test_a_template_says_where_its_fields_are(uncial: Run, template: str):
    draw("a.png", width=321)
    status, out, _ = uncial("extract", "--templates", template, "a.png")
    fields = lines_of(out)[0]["fields"]
    assert status == 0
    assert (fields["total"]["value"], fields["total"]["found_by"]) == (321.0, "template")
    assert fields["number"]["value"] == "4711"


def test_templates_come_from_folders_and_from_a_variable_too(uncial: Run, template: str, monkeypatch: pytest.MonkeyPatch):
    draw("a.png", width=321)
    Path("forms").mkdir()
    Path(template).rename("forms/kiln.yaml")
    assert lines_of(uncial("extract", "--templates", "forms", "a.png")[1])[0]["template"] == "workshop"
    monkeypatch.setenv("UNCIAL_TEMPLATES", "forms")
    assert lines_of(uncial("extract", "a.png")[1])[0]["template"] == "workshop"


def test_a_template_that_is_wrong_stops_everything_and_names_its_line(uncial: Run):
    draw("a.png")
    Path("bad.yaml").write_text("template: x\nkind: menu\nfields: {}\n")
    status, out, err = uncial("extract", "--templates", "bad.yaml", "a.png")
    assert (status, out) == (9, "")
    assert "bad.yaml" in err and "template-invalid" in err and "2" in err


def test_a_file_of_templates_that_is_not_there_is_told(uncial: Run):
    draw("a.png")
    status, _, err = uncial("extract", "--templates", "none.yaml", "a.png")
    assert status == 5
    assert "none.yaml" in err


# ---- documents that were read before


def test_a_document_that_was_written_as_json_is_taken_as_read(uncial: Run, template: str, fake: FakeEngine):
    put_json("slip.json")
    status, out, err = uncial("extract", "--templates", template, "slip.json")
    assert (status, err) == (0, "")
    assert lines_of(out)[0]["fields"]["total"]["value"] == 8.5


def test_its_barcodes_are_those_that_were_read_then(uncial: Run):
    code = Barcode("qr-code", "hello", "aGVsbG8=", Quad.of_box(Box(1, 1, 9, 9)))
    put_json("slip.json", document(replace(page(block("x")), barcodes=(code,))))
    (told,) = lines_of(uncial("extract", "slip.json")[1])
    assert told["barcodes"][0]["text"] == "hello"


def test_what_was_read_and_what_is_to_be_read_go_together(uncial: Run, template: str):
    draw("a.png", width=321)
    put_json("b.json")
    status, out, _ = uncial("extract", "--templates", template, "a.png", "b.json")
    assert status == 0
    assert [(told["file"], told["fields"]["total"]["value"]) for told in lines_of(out)] == [("a.png", 321.0), ("b.json", 8.5)]


def test_json_that_is_no_document_is_told(uncial: Run):
    Path("x.json").write_text('{"total": 3}')
    status, out, err = uncial("extract", "x.json")
    assert (status, out) == (2, "")
    assert "x.json" in err


def test_a_document_comes_through_a_pipe(uncial: Run, template: str, monkeypatch: pytest.MonkeyPatch):
    put_json("slip.json")
    raw = io.BufferedReader(io.BytesIO(Path("slip.json").read_bytes()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    status, out, _ = uncial("extract", "--templates", template, "-")
    assert status == 0
    assert lines_of(out)[0]["fields"]["total"]["value"] == 8.5


# ---- several inputs


def test_several_inputs_are_a_line_each_that_says_of_which_file(uncial: Run):
    draw("a.png", "b.png")
    status, out, _ = uncial("extract", "a.png", "b.png")
    assert status == 0
    assert [told["file"] for told in lines_of(out)] == ["a.png", "b.png"]


def test_files_of_a_folder_get_a_file_each(uncial: Run):
    draw("in/a.png", "in/b.png")
    assert uncial("extract", "in", "-o", "out/")[0] == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.fields.json", "b.fields.json"]
    assert from_json(Path("out/a.fields.json").read_bytes()).kind


def test_a_failure_of_one_does_not_stop_the_others(uncial: Run):
    draw("a.png", "c.png")
    Path("b.png").write_text("no image")
    status, out, err = uncial("extract", "a.png", "b.png", "c.png")
    assert status == 14
    assert [told["file"] for told in lines_of(out)] == ["a.png", "c.png"]
    assert "b.png" in err


def test_one_table_is_made_of_all_inputs(uncial: Run, template: str):
    draw("a.png", width=321)
    draw("b.png", width=99)
    status, out, _ = uncial("extract", "-f", "csv", "--templates", template, "a.png", "b.png")
    assert status == 0
    found = [(row["file"], row["kind"], row["number"], row["total"]) for row in rows(out)]
    assert found == [("a.png", "receipt", "4711", "321.00"), ("b.png", "receipt", "4711", "99.00")]


def test_a_table_goes_to_a_file_by_its_suffix(uncial: Run):
    draw("a.png", "b.png")
    status, out, _ = uncial("extract", "a.png", "b.png", "-o", "fields.csv")
    assert (status, out) == (0, "")
    assert [row["file"] for row in rows(Path("fields.csv").read_bytes().decode())] == ["a.png", "b.png"]


def test_a_table_of_which_nothing_could_be_read_is_not_written(uncial: Run):
    Path("b.png").write_text("no image")
    status, out, _ = uncial("extract", "b.png", "-o", "fields.csv")
    assert (status, out) == (2, "")
    assert not Path("fields.csv").exists()


@pytest.mark.parametrize("out", ["folder/", "."])
def test_a_table_does_not_go_to_a_folder(uncial: Run, out: str):
    draw("a.png")
    status, _, err = uncial("extract", "-f", "csv", "a.png", "-o", out)
    assert status == 1
    assert "folder" in err


def test_a_table_never_goes_over_an_input(uncial: Run):
    put_json("a.json")
    before = Path("a.json").read_bytes()
    status, _, err = uncial("extract", "-f", "csv", "a.json", "-o", "a.json")
    assert status == 1
    assert "input itself" in err
    assert Path("a.json").read_bytes() == before


# ---- on a terminal


def on_a_terminal(arguments: Sequence[str]) -> str:
    """What the command writes where standard output is a terminal; a child of its own, for the terminal has to be file 1."""
    master, slave = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.dup2(slave, 1)
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        from uncial.cli import main

        os._exit(main(arguments))
    os.close(slave)
    out = b""
    try:
        while piece := os.read(master, 4096):
            out += piece
    except OSError:
        pass  # the terminal ends so on Linux
    os.close(master)
    os.waitpid(pid, 0)
    return out.decode().replace("\r\n", "\n")


def test_people_get_a_table(uncial: Run, template: str):
    put_json("slip.json")
    shown = on_a_terminal(["extract", "--templates", template, "slip.json"])
    head, names, *fields = shown.splitlines()
    assert head == "receipt (1.00), by the template workshop"
    assert names.split() == ["NAME", "VALUE", "SURE", "PAGE"]
    total = next(each.split() for each in fields if each.startswith("total"))
    assert (total[1], total[3]) == ("8.50", "1")


def test_a_doubt_has_its_line_for_itself(uncial: Run):
    lines = ("SHOP", "Sand 3.00", "Lime 4.00", "Subtotal 7.00", "TOTAL 9.00", "CASH 10.00", "CHANGE 5.00")
    put_json("slip.json", document(page(block(*lines))))
    _, out, _ = uncial("extract", "-f", "table", "-k", "receipt", "slip.json")
    _, names, *rows = out.splitlines()
    doubts = [row for row in rows if row.lstrip().startswith("?")]
    assert doubts and all(doubt.endswith(".") for doubt in doubts)
    assert len(names) < max(map(len, doubts))


def test_a_table_can_be_asked_for_and_says_of_which_file_it_is(uncial: Run, template: str):
    put_json("a.json")
    put_json("b.json")
    status, out, _ = uncial("extract", "-f", "table", "--templates", template, "a.json", "b.json")
    assert status == 0
    assert "a.json: receipt" in out and "b.json: receipt" in out


def test_a_document_cannot_speak_to_the_terminal(uncial: Run):
    code = Barcode("qr-code", "\x1b]0;owned\x07 \x9b31m", "aGVsbG8=", Quad.of_box(Box(1, 1, 9, 9)))
    put_json("slip.json", document(replace(page(block("x")), barcodes=(code,))))
    _, out, _ = uncial("extract", "-f", "table", "slip.json")
    assert "owned" in out
    assert not any((ord(letter) < 32 and letter != "\n") or 127 <= ord(letter) < 160 for letter in out)


def test_a_table_for_people_goes_to_no_file(uncial: Run):
    draw("a.png")
    assert uncial("extract", "-f", "table", "a.png", "-o", "x.txt")[0] == 1


# ---- what is asked of the reader


def test_barcodes_are_read_unless_they_are_not_wanted(uncial: Run):
    code = zxingcpp.create_barcode("KILN-4711", zxingcpp.BarcodeFormat.QRCode)
    sheet = Image.new("L", (600, 400), 255)
    sheet.paste(Image.fromarray(np.array(code.to_image(scale=6))), (300, 60))
    sheet.save("a.png")
    (told,) = lines_of(uncial("extract", "a.png")[1])
    assert [each["text"] for each in told["barcodes"]] == ["KILN-4711"]
    (told,) = lines_of(uncial("extract", "--no-barcodes", "a.png")[1])
    assert told["barcodes"] == []


def test_help_says_how_it_is_used(uncial: Run):
    _, out, _ = uncial("extract", "--help")
    assert "--templates FILE" in out and "-k, --kind" in out and "--no-barcodes" in out
