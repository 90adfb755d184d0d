import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from fakes import FakeEngine, install, line
from uncial.cli.outputs import write_file
from uncial.engines import ENGINES, EngineConfig
from uncial.errors import EngineFailed
from uncial.formats.json import read

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine of every test here: it reads one line on a white page, and breaks on a red one."""

    def lines(image):
        if tuple(image[0, 0]) == (255, 0, 0):
            raise EngineFailed("It saw red.")
        return [line(f"{image.shape[1]} wide", 1, 1)]

    engine = FakeEngine(lines)
    install(monkeypatch, lambda config: engine)
    monkeypatch.setenv("UNCIAL_ENGINE", "fake")
    monkeypatch.delenv("UNCIAL_DEBUG", raising=False)
    return engine


@pytest.fixture
def uncial(uncial: Callable[..., tuple[int, bytes, str]]) -> Run:
    """Runs the command in an empty folder, where it writes text: status, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status, out, err = uncial(*arguments)
        return status, out.decode(), err

    return run


def draw(path: str | Path, width: int = 200, colour: str = "white") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, 100), colour).save(path)


def draw_tiff(path: str, *colours: str) -> None:
    first, *others = [Image.new("RGB", (200, 100), colour) for colour in colours]
    first.save(path, save_all=True, append_images=others)


def written(folder: str) -> dict[str, str]:
    root = Path(folder)
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


# ---- where results go


def test_the_text_of_one_input_goes_to_stdout_and_nothing_else_does(uncial: Run):
    draw("page.png")
    assert uncial("read", "page.png") == (0, "200 wide\n", "")


def test_texts_on_stdout_are_parted_by_form_feeds(uncial: Run):
    draw("a.png", 101)
    draw("b.png", 102)
    assert uncial("read", "a.png", "b.png")[1] == "101 wide\n\f102 wide\n"


def test_json_on_stdout_is_one_line_a_document(uncial: Run):
    draw("a.png", 101)
    draw("b.png", 102)
    _, out, _ = uncial("read", "-f", "json", "a.png", "b.png")
    assert [json.loads(row)["output"] for row in out.splitlines()] == ["101 wide", "102 wide"]


def test_a_failure_leaves_no_gap_on_stdout(uncial: Run):
    draw("b.png")
    assert uncial("read", "a.png", "b.png")[1] == "200 wide\n"


def test_the_suffix_of_the_output_chooses_the_format(uncial: Run):
    draw("page.png")
    assert uncial("read", "page.png", "-o", "page.json")[:2] == (0, "")
    assert read(Path("page.json").read_bytes()).text == "200 wide"


def test_a_flag_goes_before_the_suffix(uncial: Run):
    draw("page.png")
    uncial("read", "page.png", "-o", "page.json", "-f", "txt")
    assert Path("page.json").read_text() == "200 wide\n"


def test_a_suffix_without_a_format_is_refused_before_anything_is_read(uncial: Run, fake: FakeEngine):
    draw("page.png")
    status, _, err = uncial("read", "page.png", "-o", "page.odt")
    assert status == 1
    assert "[option-invalid]" in err
    assert not fake.seen


@pytest.mark.parametrize("out", ["results", "results/"])
def test_several_inputs_go_into_a_folder_each_to_its_file(uncial: Run, out: str):
    draw("a.png", 101)
    draw("b.jpg", 102)
    assert uncial("read", "a.png", "b.jpg", "-o", out) == (0, "", "")
    assert written("results") == {"a.txt": "101 wide\n", "b.txt": "102 wide\n"}


def test_one_input_goes_into_a_folder_that_is_there_or_ends_in_a_slash(uncial: Run):
    draw("a.png")
    Path("here").mkdir()
    uncial("read", "a.png", "-o", "here")
    uncial("read", "a.png", "-o", "there/")
    assert written("here") == written("there") == {"a.txt": "200 wide\n"}


def test_results_of_the_same_name_do_not_overwrite_each_other(uncial: Run):
    draw("a.png", 101)
    draw("a.jpg", 102)
    draw("sub/a.png", 103)
    uncial("read", "a.png", "a.jpg", "sub/a.png", "-o", "out")
    assert written("out") == {"a.txt": "101 wide\n", "a_2.txt": "102 wide\n", "a_3.txt": "103 wide\n"}


def test_an_input_is_never_overwritten(uncial: Run):
    draw("a.png")
    Path("a.png").rename("a.txt")
    before = Path("a.txt").read_bytes()
    status, _, err = uncial("read", "a.txt", "-o", "a.txt")
    assert status == 1
    assert "is the input itself" in err
    assert uncial("read", "a.txt", "-o", ".")[0] == 0
    assert Path("a.txt").read_bytes() == before
    assert Path("a_2.txt").read_text() == "200 wide\n"


def test_several_inputs_do_not_go_into_one_file(uncial: Run):
    draw("a.png")
    draw("b.png")
    status, _, err = uncial("read", "a.png", "b.png", "-o", "all.txt")
    assert status == 1
    assert "several inputs" in err


def test_a_result_that_cannot_be_written_is_a_coded_error(uncial: Run):
    draw("a.png")
    Path("file").touch()
    status, _, err = uncial("read", "a.png", "-o", "file/a.txt")
    assert status == 5
    assert "[output-error]" in err


def test_a_device_is_written_to_and_not_replaced(uncial: Run):
    draw("a.png")
    assert uncial("read", "a.png", "-o", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


def test_a_result_replaces_what_a_link_leads_to_and_leaves_nothing_beside_it(tmp_path: Path):
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("old.txt")
    write_file(tmp_path / "link.txt", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "old.txt"]
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "old.txt").read_text() == "new"


# ---- what is read


def test_a_folder_gives_its_images_in_order_and_its_tree_is_kept(uncial: Run):
    for number, name in enumerate(["b.png", "a.png", "sub/c.PNG", ".hidden/d.png", "._e.png"]):
        draw(f"in/{name}", 100 + number)
    Path("in/notes.md").write_text("no image")
    assert uncial("read", "in", "-o", "out") == (0, "", "")
    assert written("out") == {"a.txt": "101 wide\n", "b.txt": "100 wide\n", "sub/c.txt": "102 wide\n"}


def test_a_quoted_glob_is_expanded(uncial: Run):
    for number, name in enumerate(["b.png", "a.png", "sub/c.png", "d.txt"]):
        draw(f"in/{name}.png" if name == "d.txt" else f"in/{name}", 100 + number)
    assert uncial("read", "in/*.png")[1] == "101 wide\n\f100 wide\n\f103 wide\n"
    assert uncial("read", "in/**/c.*")[1] == "102 wide\n"


def test_a_file_with_glob_letters_in_its_name_is_that_file(uncial: Run):
    draw("page[1].png")
    assert uncial("read", "page[1].png")[:2] == (0, "200 wide\n")


def test_an_input_that_is_named_twice_is_read_once(uncial: Run):
    draw("in/a.png")
    assert uncial("read", "in/a.png", "in", "./in/*.png")[1] == "200 wide\n"


def test_a_dash_reads_standard_input(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    image = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(image, "PNG")
    image.seek(0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(image))
    assert uncial("read", "-", "-o", "-") == (0, "200 wide\n", "")


def test_a_url_to_this_machine_is_refused(uncial: Run):
    status, _, err = uncial("read", "http://127.0.0.1:9/page.png")
    assert status == 2
    assert err.startswith("uncial: http://127.0.0.1:9/page.png: ")
    assert "[url-refused]" in err


@pytest.mark.parametrize(("text", "code", "status"), [("none*.png", "source-not-found", 5), ("empty", "source-empty", 2)])
def test_what_stands_for_no_input_at_all_is_a_failure(uncial: Run, text: str, code: str, status: int):
    Path("empty").mkdir()
    found, out, err = uncial("read", text)
    assert (found, out) == (status, "")
    assert err.startswith(f"uncial: {text}: ")
    assert f"[{code}]" in err


# ---- what is asked for


def test_flags_become_options(uncial: Run, fake: FakeEngine):
    draw_tiff("pages.tiff", "white", "white", "white")
    assert uncial("read", "pages.tiff", "--pages", "1,3", "-l", "en+de", "-l", "fr")[1] == "200 wide\f200 wide\n"
    assert [languages for _, languages in fake.seen] == [("en", "de", "fr")] * 2


def test_a_flag_goes_before_its_variable_and_the_variable_before_the_default(
    uncial: Run, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
):
    draw("page.png")
    monkeypatch.setenv("UNCIAL_LANGUAGES", "de+fr")
    monkeypatch.setenv("UNCIAL_FORMAT", "json")
    uncial("read", "page.png")
    assert uncial("read", "page.png", "-l", "it", "-f", "txt")[1] == "200 wide\n"
    assert [languages for _, languages in fake.seen] == [("de", "fr"), ("it",)]


def test_limits_are_flags_too(uncial: Run):
    draw("page.png")
    status, _, err = uncial("read", "page.png", "--max-pixels", "100")
    assert status == 2
    assert "[limit-exceeded]" in err


def test_the_engine_is_loaded_once_and_told_its_threads_and_models(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    told: list[EngineConfig] = []

    def load(config: EngineConfig) -> FakeEngine:
        told.append(config)
        return FakeEngine()

    install(monkeypatch, load)
    draw("a.png")
    draw("b.png")
    Path("weights").mkdir()
    uncial("read", "a.png", "b.png", "--threads", "3", "--models", "weights")
    assert told == [EngineConfig(3, Path("weights"))]


@pytest.mark.parametrize(
    "flags",
    [
        ["--pages", "3-1"],
        ["--pdf-dpi", "12"],
        ["--pdf-dpi", "many"],
        ["-l", "?"],
        ["-f", "odt"],
        ["-f", "txt,odt"],
        ["-f", "docx,txt"],
        ["--threads", "0"],
        ["--models", "nowhere"],
        ["--nonsense"],
    ],
)
def test_a_wrong_flag_ends_with_status_1_before_anything_is_read(uncial: Run, fake: FakeEngine, flags: list[str]):
    draw("page.png")
    status, out, err = uncial("read", "page.png", *flags)
    assert (status, out, fake.seen) == (1, "", [])
    assert err


def test_an_engine_that_is_not_here_ends_with_status_3(uncial: Run):
    draw("page.png")
    status, _, err = uncial("read", "page.png", "--engine", "crystal-ball")
    assert status == 3
    assert "[engine-missing]" in err


# ---- failures


def test_a_failure_of_one_input_does_not_stop_the_others(uncial: Run):
    draw("a.png")
    Path("torn.png").write_bytes(Path("a.png").read_bytes()[:60])
    Path("notes.png").write_text("no image at all")
    status, out, err = uncial("read", "gone.png", "torn.png", "notes.png", "a.png")
    assert (status, out) == (14, "200 wide\n")
    assert [row.split(": ")[:2] for row in err.splitlines()] == [
        ["uncial", name] for name in ("gone.png", "torn.png", "notes.png")
    ]
    assert [row.rsplit(" ", 1)[1] for row in err.splitlines()] == [
        "[source-not-found]", "[source-damaged]", "[media-type-unsupported]",
    ]  # fmt: skip


def test_a_failure_names_its_input_once(uncial: Run):
    Path("scans").mkdir()
    Path("scans/empty.png").touch()
    draw_tiff("pages.tiff", "white", "white")
    torn = Path("pages.tiff").read_bytes()
    Path("pages.tiff").write_bytes(torn[:-8])
    assert uncial("read", "gone.png")[2].startswith("uncial: gone.png: It does not exist. ")
    assert uncial("read", "scans/")[2].startswith("uncial: scans/empty.png: It is empty. ")
    assert uncial("read", "pages.tiff")[2].startswith("uncial: pages.tiff: page 2: It cannot be decoded")


def test_where_all_inputs_fail_the_status_is_that_of_the_first(uncial: Run):
    Path("notes.png").write_text("no image at all")
    assert uncial("read", "gone.png", "notes.png")[0] == 5
    assert uncial("read", "notes.png", "gone.png")[0] == 2


def test_a_document_with_a_failed_page_is_written_and_told(uncial: Run):
    draw_tiff("pages.tiff", "white", "red")
    status, out, err = uncial("read", "pages.tiff")
    assert (status, out) == (14, "200 wide\f\n")
    assert err == "uncial: pages.tiff: page 2: It saw red. [engine-failed]\n"
    assert uncial("read", "-q", "pages.tiff")[2] == ""


def test_an_interrupt_ends_with_status_130(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    def interrupted(image):
        raise KeyboardInterrupt

    install(monkeypatch, lambda config: FakeEngine(interrupted))
    draw("a.png")
    status, out, _ = uncial("read", "a.png")
    assert (status, out) == (130, "")


def test_what_nobody_expected_is_one_line_and_status_15_and_does_not_stop_the_others(
    uncial: Run, monkeypatch: pytest.MonkeyPatch
):
    def lines(image):
        if image.shape[1] == 101:
            raise RuntimeError("of all things\nand more")
        return [line("fine", 1, 1)]

    install(monkeypatch, lambda config: FakeEngine(lines))
    draw("a.png", 101)
    draw("b.png")
    status, out, err = uncial("read", "a.png", "b.png")
    assert (status, out) == (14, "fine\n")
    assert err.startswith("uncial: a.png: Something unexpected happened (RuntimeError: of all things).")
    assert err.count("\n") == 1
    assert uncial("read", "a.png")[0] == 15
    assert "Traceback" in uncial("read", "-vv", "a.png")[2]
    monkeypatch.setenv("UNCIAL_DEBUG", "1")
    assert "Traceback" in uncial("read", "a.png")[2]


def test_a_failure_outside_any_input_is_one_line_too(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    def broken(config):
        raise RuntimeError("of all things")

    install(monkeypatch, broken)
    draw("a.png")
    status, out, err = uncial("read", "a.png")
    assert (status, out) == (15, "")
    assert err.count("\n") == 1


def test_memory_that_runs_out_says_what_to_do(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    def broken(image):
        raise MemoryError

    install(monkeypatch, lambda config: FakeEngine(broken))
    draw("a.png")
    status, _, err = uncial("read", "a.png")
    assert status == 15
    assert "--max-pixels" in err


def test_a_reader_that_goes_away_is_no_news(tmp_path: Path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "uncial", "formats"], stdout=writing, stderr=subprocess.PIPE, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


# ---- what is said


def test_no_progress_is_drawn_where_nobody_watches(uncial: Run):
    draw("a.png")
    assert uncial("read", "a.png", "-o", "out/")[2] == ""


def test_progress_is_drawn_on_a_terminal_and_wiped_away(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    draw_tiff("pages.tiff", "white", "white")
    draw("b.png")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert uncial("read", "pages.tiff", "b.png")[1] == "200 wide\f200 wide\n\f200 wide\n"
    drawn = terminal.getvalue()
    assert "1/2 pages.tiff page 2 of 2" in drawn
    assert "2/2 b.png" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_verbose_says_what_went_where(uncial: Run):
    draw("a.png")
    assert "a.png: 1 page in" in uncial("read", "-v", "a.png", "-o", "a.json")[2]


def test_what_c_libraries_print_is_kept_off_stderr_and_what_we_say_is_not():
    script = """
import os, sys
from uncial.cli.talk import muted_libraries, set_verbosity, tell
set_verbosity(0)
with muted_libraries():
    os.write(2, b"noise")
    tell(ValueError("ours"))
    print("ours too", file=sys.stderr)
os.write(2, b"afterwards")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)
    said, too, after = done.stderr.decode().splitlines()
    assert said.startswith("uncial: Something unexpected happened (ValueError: ours)")
    assert (too, after) == ("ours too", "afterwards")


def test_an_unknown_command_names_the_one_that_was_meant(uncial: Run):
    status, _, err = uncial("raed", "a.png")
    assert status == 1
    assert "read" in err


def test_help_is_help_wherever_it_is_asked_for(uncial: Run):
    assert "Exit status:" in uncial("help", "read")[1]
    assert uncial("help", "read")[1] == uncial("read", "--help")[1]
    assert "doctor" in uncial("help")[1]


def test_help_tells_every_exit_status(uncial: Run):
    from test_errors import CLASSES

    helps = uncial("read", "--help")[1] + uncial("train", "tune", "--help")[1]
    told = {int(number) for number in re.findall(r"^ +(\d+)  \w", helps, re.MULTILINE)}
    assert {kind.exit_status for kind in CLASSES} | {0, 1, 14, 15, 130, 141} == told


def test_the_version_is_told(uncial: Run):
    from uncial import __version__

    assert uncial("--version")[1] == f"uncial {__version__}\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts_are_printed(uncial: Run, shell: str):
    status, out, _ = uncial("completion", shell)
    assert status == 0
    assert "_UNCIAL_COMPLETE" in out


@pytest.mark.parametrize(
    ("words", "completion"),
    [
        ("uncial d", "plain,doctor"),
        ("uncial read --pdf", "plain,--pdf-dpi"),
        ("uncial read -f t", "plain,tsv"),
        ("uncial read -f txt,do", "plain,txt,docx"),
        ("uncial read --pdf-text i", "plain,ignore"),
        ("uncial con", "plain,convert"),
        ("uncial convert --or", "plain,--original"),
        ("uncial read lett", "file,lett"),  # this tells bash to complete it as a path
    ],
)
def test_completion_completes_commands_flags_formats_and_files(words: str, completion: str):
    told = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_UNCIAL_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", "from uncial.cli import main; main()"], env={**os.environ, **told}, capture_output=True, timeout=60
    )
    assert completion in done.stdout.decode().splitlines()


def test_formats_and_models_and_engines_are_listed(uncial: Run):
    assert "tsv  " in uncial("formats")[1]
    assert "ppocr-v6-small-rec: " in uncial("models")[1]
    assert "fake 1 (Apache-2.0): de en" in uncial("engines")[1]


def test_an_engine_whose_package_is_broken_does_not_hide_the_others(uncial: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ENGINES, "broken", "a_package_that_is_not_there:Engine")
    told = uncial("engines")[1]
    assert "broken: not here: The engine “broken” cannot be imported" in told
    assert "fake 1 (Apache-2.0): de en" in told
    draw("a.png")
    status, _, err = uncial("read", "a.png", "--engine", "broken")
    assert status == 3
    assert "[engine-missing]" in err


def test_evaluate_tells_figures_as_a_table_and_as_json(uncial: Run):
    draw("set/images/a.png")
    Path("set/labels.jsonl").write_text('{"file": "a.png", "text": "200 wide", "lang": "en"}\n')
    status, out, _ = uncial("evaluate", "set", "-f", "json")
    (found,) = json.loads(out)["sets"]
    assert (status, found["images"], found["cer"], found["word_f1"]) == (0, 1, 0.0, 1.0)
    assert "| set " in uncial("evaluate", "set")[1]


@pytest.mark.parametrize(
    ("flags", "asked"), [([], ("en",)), (["--languages", "own"], ("en",)), (["--languages", "auto"], ("auto",))]
)
def test_evaluate_reads_in_the_languages_of_the_labels_or_lets_the_engine_find_them_out(
    uncial: Run, monkeypatch: pytest.MonkeyPatch, flags: list[str], asked: tuple[str, ...]
):
    engine = FakeEngine()
    install(monkeypatch, lambda config: engine)
    draw("set/images/a.png")
    Path("set/labels.jsonl").write_text('{"file": "a.png", "text": "200 wide", "lang": "en"}\n')
    assert uncial("evaluate", "set", "--engine", "fake", *flags)[0] == 0
    assert [languages for _, languages in engine.seen] == [asked]


def test_evaluate_draws_what_the_confidence_of_words_is_worth(uncial: Run):
    draw("set/images/a.png")
    Path("set/labels.jsonl").write_text('{"file": "a.png", "text": "200 wide", "lang": "en"}\n')
    status, out, _ = uncial("evaluate", "set", "--calibration", "drawn/it.svg")
    assert (status, "ECE" in out) == (0, True)
    assert Path("drawn/it.svg").read_text(encoding="utf-8").startswith("<svg")
    assert uncial("evaluate", "set", "--calibration", "set/labels.jsonl/it.svg")[0] == 5


def test_evaluate_counts_the_fields_that_are_found(uncial: Run):
    draw("set/images/a.png")
    Path("set/labels.jsonl").write_text('{"file": "a.png", "kind": "other", "fields": {"total": "9.00"}}\n')
    status, out, _ = uncial("evaluate", "--fields", "set", "-f", "json")
    (found,) = json.loads(out)["sets"]
    assert (status, found["all"]["labelled"], found["all"]["right"]) == (0, 1, 0)
    assert "Kind recognised: 1 of 1." in uncial("evaluate", "--fields", "set")[1]


def test_evaluating_what_is_no_set_is_a_coded_error(uncial: Run):
    status, out, err = uncial("evaluate", "nowhere")
    assert status > 1
    assert re.search(r"\[[a-z-]+\]$", err)
    assert not out


def test_serving_on_a_port_that_is_taken_is_a_coded_error(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "uncial", "serve", "--port", str(taken.getsockname()[1])]
        told = {**os.environ, "UNCIAL_PORT": "1", "UNCIAL_DATA_DIR": str(tmp_path)}
        done = subprocess.run(command, env=told, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.endswith(b"[option-invalid]\n")


# ---- the doctor


def test_the_doctor_reads_its_page_and_finds_everything_well(uncial: Run):
    status, out, _ = uncial("doctor", "--json")
    found = json.loads(out)
    assert (status, found["well"]) == (0, True), out
    assert {"python", "onnxruntime", "threads", "data folder", "reading a page"} <= {check["name"] for check in found["checks"]}


def test_the_doctor_finds_a_model_that_is_not_the_right_one(uncial: Run):
    Path("weights").mkdir()
    Path("weights/ppocr-v6-tiny-det.onnx").write_bytes(b"something else")
    status, out, _ = uncial("doctor", "--models", "weights")
    assert status == 3
    assert "[model-missing]" in out
    assert "2 of these need mending" in out  # the file, and the page that is read with it
