"""Several formats at once, the original, passwords and notices: what `uncial read` and `uncial convert` add to one text."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fakes import FakeEngine, block, document, install, line, page
from uncial.cli.inputs import Found, find_inputs
from uncial.cli.outputs import BETWEEN_ON_STDOUT, Stdout, choose_formats, deliver, plan_targets
from uncial.cli.read import status_of
from uncial.cli.talk import set_verbosity, tell_page_matters
from uncial.document import Document, Notice, Problem
from uncial.errors import OptionInvalid, OutputError
from uncial.formats import FORMATS, Format
from uncial.options import Output, PageRanges
from uncial.original import Original

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine(lambda image: [line(f"{image.shape[1]} wide", 1, 1)])
    install(monkeypatch, lambda config: engine)
    monkeypatch.setenv("UNCIAL_ENGINE", "fake")
    for name in ("UNCIAL_PASSWORD", "UNCIAL_FORMAT", "UNCIAL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return engine


def draw(path: str, width: int = 200) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, 100), "white").save(path)


def names(folder: str = ".") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def found(*files: str) -> list[Found]:
    return [Found(file, Path(file), PurePath(Path(file).name)) for file in files]


def planned(out: str, formats: str, *files: str, many: bool = False) -> list[list[str]]:
    chosen = choose_formats(out, [formats])
    return [[str(target.file) for target in targets] for targets in plan_targets(found(*files), out, chosen, many=many)]


# ---- which formats


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["docx,txt,hocr"], ["docx", "txt", "hocr"]),
        (["docx", "txt"], ["docx", "txt"]),
        (["docx, txt", "hocr"], ["docx", "txt", "hocr"]),
        (["txt,txt", "txt"], ["txt"]),
        ([], ["txt"]),
    ],
)
def test_formats_are_named_with_commas_or_by_several_flags(written: list[str], names: list[str]):
    assert [format.name for format in choose_formats(None, written)] == names


@pytest.mark.parametrize("written", ["", "txt,", "txt;docx", "odt"])
def test_what_is_no_format_is_refused(written: str):
    with pytest.raises(OptionInvalid, match="There is no format"):
        choose_formats(None, [written])


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)
def test_the_suffix_of_the_output_chooses_its_format_even_if_it_has_two_parts(format: Format):
    assert choose_formats(f"some.thing{format.suffix.upper()}", []) == (format,)


def test_an_overlay_comes_beside_what_else_was_asked_for():
    assert [format.name for format in choose_formats("a.pdf", [], also=("png",))] == ["pdf", "png"]
    assert [format.name for format in choose_formats("a.png", [], also=("png",))] == ["png"]


# ---- which files


@pytest.mark.parametrize(
    ("out", "formats", "files"),
    [
        ("scan", "docx,txt", ["scan.docx", "scan.txt"]),
        ("scan.docx", "docx,txt", ["scan.docx", "scan.txt"]),
        ("scan.pdfa.pdf", "pdf,pdfa,alto", ["scan.pdf", "scan.pdfa.pdf", "scan.alto.xml"]),
        ("there/report.v2", "md,page", ["there/report.v2.md", "there/report.v2.page.xml"]),
        ("scan.anything", "docx", ["scan.anything"]),
    ],
)
def test_several_formats_become_files_beside_each_other(out: str, formats: str, files: list[str]):
    assert planned(out, formats, "a.png") == [files]


def test_in_a_folder_each_input_has_a_file_for_each_format():
    assert planned("out/", "txt,alto", "a.png", "b.c.tiff", many=True) == [
        ["out/a.txt", "out/a.alto.xml"],
        ["out/b.c.txt", "out/b.c.alto.xml"],
    ]


def test_what_was_written_before_loses_its_whole_suffix():
    assert planned("out/", "txt", "a.alto.xml", "b.page.xml", "c.hocr", "d.xml", many=True) == [
        ["out/a.txt"], ["out/b.txt"], ["out/c.txt"], ["out/d.txt"],
    ]  # fmt: skip


def test_files_of_one_input_keep_one_name_where_only_one_is_taken(tmp_path: Path):
    scan = tmp_path / "scan.pdf"
    assert planned(f"{tmp_path}/", "txt,pdf", str(scan)) == [[f"{tmp_path}/scan_2.txt", f"{tmp_path}/scan_2.pdf"]]


def test_no_file_is_an_input_or_one_to_keep(tmp_path: Path):
    for out, formats in (("a.pdf", "pdf"), ("./a", "txt,pdf"), ("../x/a.pdf", "pdf")):
        with pytest.raises(OptionInvalid, match="is the input itself"):
            plan_targets(
                found(str(tmp_path / "x" / "a.pdf")), str(tmp_path / "x" / out), choose_formats(out, [formats]), many=False
            )
    with pytest.raises(OptionInvalid, match=r"scan\.png is the input itself"):
        plan_targets(found("scan.png"), "scan.txt", choose_formats("scan.txt", [], also=("png",)), many=False)
    with pytest.raises(OptionInvalid, match="is the input itself"):
        plan_targets(found("a.hocr"), "scan.pdf", (FORMATS["pdf"],), many=False, keep=[Path("scan.pdf")])


NAMES = st.sampled_from(["a.png", "a.pdf", "a.alto.xml", "a_2.png", "a", "a.txt", ".a.png", "sub/a.png", "b.pdfa.pdf", "b.pdf"])


@given(st.lists(NAMES, min_size=1, unique=True), st.lists(st.sampled_from(sorted(FORMATS)), min_size=1, unique=True))
def test_no_two_results_share_a_file_and_none_is_an_input(files: list[str], formats: list[str]):
    inputs = [Found(file, Path("in") / file, PurePath(file)) for file in files]
    planned = plan_targets(inputs, "in/", choose_formats(None, formats), many=True)
    written = [target.file.resolve() for targets in planned for target in targets if target.file]
    assert len(written) == len(files) * len(formats)
    assert len(set(written)) == len(written)
    assert not set(written) & {(Path("in") / file).resolve() for file in files}
    assert all(path.name.endswith(FORMATS[name].suffix) for name in formats[:1] for path in written[:: len(formats)])


def test_a_device_takes_one_format():
    assert planned("/dev/null", "txt", "a.png") == [["/dev/null"]]
    with pytest.raises(OptionInvalid, match="does not take 2 formats"):
        planned("/dev/null", "txt,json", "a.png")


# ---- standard output


def test_one_standard_output_takes_one_format(uncial: Run, fake: FakeEngine):
    draw("a.png")
    for out in ([], ["-o", "-"]):
        status, written, err = uncial("read", "a.png", "-f", "txt,json", *out)
        assert (status, written) == (1, b"")
        assert "-o" in err
    assert not fake.seen


@pytest.mark.parametrize("format", sorted(set(FORMATS) - set(BETWEEN_ON_STDOUT)))
def test_what_has_a_beginning_and_an_end_is_not_written_twice_to_one_standard_output(uncial: Run, fake: FakeEngine, format: str):
    draw("a.png")
    draw("b.png")
    status, written, err = uncial("read", "a.png", "b.png", "-f", format)
    assert (status, written, fake.seen) == (1, b"", [])
    assert "Name a folder by -o" in err


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_not_poured_onto_a_terminal_and_text_is(monkeypatch: pytest.MonkeyPatch, format: str):
    binary = format in ("docx", "xlsx", "fields-xlsx", "pdf", "pdfa", "png", "lines")
    formats = (FORMATS[format],)
    assert plan_targets(found("a.png"), None, formats, many=False)[0][0].file is None
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO()))
    if not binary:
        assert plan_targets(found("a.png"), None, formats, many=False)[0][0].file is None
        return
    with pytest.raises(OptionInvalid, match="not for a terminal") as caught:
        plan_targets(found("a.png"), "-", formats, many=False)
    assert "-o" in caught.value.hint


# ---- writing


def put(monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Document, Original | None, Output], bytes]) -> None:
    """Have the format of that name written by the test's own function."""
    module = ModuleType("uncial.formats.of_a_test")
    module.write = write  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, name, replace(FORMATS[name], module="of_a_test"))


BROKEN = Format("broken", "text/plain", ".broken", "", "nowhere")


def test_one_reading_is_written_in_every_format(uncial: Run, fake: FakeEngine):
    draw("in/a.png", 101)
    draw("in/b.png", 102)
    assert uncial("read", "in", "-f", "txt,json", "-f", "tsv", "-o", "out") == (0, b"", "")
    assert names("out") == ["a.json", "a.tsv", "a.txt", "b.json", "b.tsv", "b.txt"]
    assert Path("out/a.txt").read_text() == "101 wide\n"
    assert json.loads(Path("out/b.json").read_text())["output"] == "102 wide"
    assert len(fake.seen) == 2


def test_verbose_names_every_file_in_one_line(uncial: Run):
    draw("a.png")
    assert uncial("read", "-v", "a.png", "-f", "txt,json", "-o", "b")[2].splitlines()[-1].endswith("s, to b.txt, b.json")


def test_formats_come_from_the_variable_too(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    draw("a.png")
    monkeypatch.setenv("UNCIAL_FORMAT", "txt,json")
    assert uncial("read", "a.png", "-o", "out/")[0] == 0
    assert names("out") == ["a.json", "a.txt"]


def test_the_original_goes_to_the_format_although_standard_input_gives_it_once(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    def write(document: Document, original: Original | None, output: Output) -> bytes:
        assert original
        return f"{original.source.name} {len(original.source.data)} {original.image(document.pages[0]).shape}".encode()

    put(monkeypatch, "html", write)
    image = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(image, "PNG")
    size = image.tell()
    image.seek(0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(image))
    status, out, err = uncial("read", "-", "-f", "html")
    assert (status, out.decode(), err) == (0, f"standard input {size} (100, 200, 3)", "")


def test_a_format_that_cannot_be_written_does_not_keep_the_others_from_it(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    set_verbosity(-1)
    formats = FORMATS["txt"], BROKEN, FORMATS["json"]
    (targets,) = plan_targets(found("a.png"), str(tmp_path / "a"), formats, many=False)
    one = document(page(block("one")))
    statuses = deliver(lambda format: format.write(one, None, Output()), targets, Stdout(), "a.png")
    assert statuses == [0, 15, 0]
    assert names(str(tmp_path)) == ["a.json", "a.txt"]
    assert status_of(statuses) == 14
    assert status_of([OutputError.exit_status, 15]) == OutputError.exit_status
    assert status_of([0, 0]) == 0


def test_how_to_write_is_a_flag_and_a_variable(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    told: list[Output] = []

    def write(document: Document, original: Original | None, output: Output) -> bytes:
        told.append(output)
        return b""

    put(monkeypatch, "txt", write)
    draw("a.png")
    uncial("read", "a.png")
    uncial("read", "a.png", "--layout")
    monkeypatch.setenv("UNCIAL_LAYOUT", "yes")
    uncial("read", "a.png")
    uncial("read", "a.png", "--no-layout")
    assert [each.layout for each in told] == [False, True, True, False]


@pytest.mark.parametrize("value", ["perhaps", "IGNORE", ""])
def test_a_word_that_is_none_of_the_choices_is_refused(uncial: Run, fake: FakeEngine, value: str):
    draw("a.png")
    status, _, err = uncial("read", "a.png", "--pdf-text", value)
    assert (status, fake.seen) == (1, [])
    assert "auto, ignore, only" in err


# ---- passwords


@pytest.fixture
def locked(tmp_path: Path) -> str:
    """A PDF of one empty page that opens with “sesame”."""
    pikepdf = pytest.importorskip("pikepdf")
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(144, 72))
    pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="owner", user="sesame"))
    return "locked.pdf"


DRAWN = ("--pdf-text", "ignore", "--pdf-dpi", "72", "--no-upscale")


def test_a_password_opens_a_pdf(uncial: Run, locked: str):
    status, out, err = uncial("read", locked, "--password", "sesame", *DRAWN)
    assert (status, out, err) == (0, b"144 wide\n", "")


def test_a_password_comes_from_its_variable(uncial: Run, locked: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UNCIAL_PASSWORD", "sesame")
    assert uncial("read", locked, *DRAWN)[0] == 0


@pytest.mark.parametrize("typed", ["sesame\n", "sesame\r\n", "sesame"])
def test_a_password_is_read_from_standard_input_where_no_terminal_is(
    uncial: Run, locked: str, monkeypatch: pytest.MonkeyPatch, typed: str
):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert uncial("read", locked, "--password", "-", *DRAWN)[0] == 0


def test_standard_input_is_not_both_the_document_and_its_password(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("sesame"))
    status, _, err = uncial("read", "-", "--password", "-")
    assert status == 1
    assert "UNCIAL_PASSWORD" in err


def test_a_password_is_asked_for_on_a_terminal(uncial: Run, locked: str, monkeypatch: pytest.MonkeyPatch):
    def hidden(prompt: str) -> str:
        print(prompt, end="", file=sys.stderr)
        return "sesame"

    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO()))
    monkeypatch.setattr("click.termui.hidden_prompt_func", hidden)
    status, out, err = uncial("read", locked, "--password", "-", *DRAWN)
    assert (status, out) == (0, b"144 wide\n")
    assert err.startswith("Password: ")
    assert "sesame" not in err


@pytest.mark.parametrize("flags", [[], ["--password", "open-says-me"]])
def test_a_pdf_that_does_not_open_has_its_own_status_and_the_password_is_not_told(uncial: Run, locked: str, flags: list[str]):
    status, _, err = uncial("read", locked, "-vv", *flags)
    assert status == 8
    assert "[source-encrypted]" in err
    assert "says-me" not in err


def test_a_password_is_not_shown_of_what_was_asked_for():
    from uncial.cli.read import Asked
    from uncial.engines import EngineConfig
    from uncial.options import Limits, Options

    asked = Asked(None, (), Options(), Limits(), Output(), EngineConfig(), password="sesame")
    assert "sesame" not in repr(asked)


# ---- what is said of pages


@pytest.mark.parametrize(
    ("numbers", "said"), [([3], "3"), ([1, 2, 3], "1-3"), ([1, 3], "1,3"), ([1, 2, 4, 7, 8, 9], "1-2,4,7-9"), ([], "")]
)
def test_numbers_of_pages_are_said_as_ranges(numbers: list[int], said: str):
    assert str(PageRanges.of(numbers)) == said


def test_what_was_noticed_is_said_once_for_each_code_with_its_pages(capsys: pytest.CaptureFixture[str]):
    def hiding(number: int) -> Notice:
        return Notice("hidden-text", f"It hides {number} words.")

    pages = [replace(page(number=number), notices=(hiding(number), hiding(number + 10))) for number in (2, 3, 7)]
    pages[1] = replace(pages[1], notices=(*pages[1].notices, Notice("repaired", "It was \x1b[31mmended.")))
    set_verbosity(0)
    tell_page_matters(pages, "a.pdf")
    assert capsys.readouterr().err.splitlines() == [
        "uncial: a.pdf: page 2: It hides 2 words. Pages 3,7 too. [hidden-text]",
        "uncial: a.pdf: page 3: It was \ufffd[31mmended. [repaired]",
    ]
    set_verbosity(-1)
    tell_page_matters([*pages, page(number=9, problem=Problem("engine-failed", "It saw red."))], "a.pdf")
    assert capsys.readouterr().err == ""


# ---- what was written comes back


def test_a_document_that_was_read_is_converted(uncial: Run):
    draw("a.png")
    uncial("read", "a.png", "-o", "a.json")
    status, out, err = uncial("convert", "a.json", "-f", "txt")
    assert (status, out, err) == (0, b"200 wide\n", "")
    assert uncial("convert", "a.json", "-f", "txt,tsv", "-o", "out/")[0] == 0
    assert names("out") == ["a.tsv", "a.txt"]
    assert uncial("convert", "a.json", "-f", "json", "-o", "a.json")[0] == 1


def test_a_folder_gives_what_has_one_of_the_suffixes(tmp_path: Path):
    for name in ("a.alto.xml", "b.hocr", "c.png", ".hidden.hocr"):
        (tmp_path / name).touch()
    assert [item.relative.name for item in find_inputs([str(tmp_path)], (".xml", ".hocr"))] == ["a.alto.xml", "b.hocr"]
    assert [item.relative.name for item in find_inputs([str(tmp_path)])] == ["c.png"]
