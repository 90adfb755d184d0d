import importlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

COMPARE = Path(__file__).parents[2] / "benchmarks" / "compare.py"


def benchmark(name: str) -> Any:
    """A module of the benchmarks, which are programs and no package."""
    sys.path.insert(0, str(COMPARE.parent))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(COMPARE.parent))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A set of two pages, and what two systems are said to have made of them."""
    (tmp_path / "data/mine").mkdir(parents=True)
    labels = [{"file": "a.png", "text": "hello world"}, {"file": "b.png", "text": "good night"}]
    (tmp_path / "data/mine/labels.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    about = {"version": "1", "load_seconds": 0.5, "lines": []}
    answers = {
        "rapidocr": ({"text": "hello world", "seconds": 1.0}, {"text": "good\nnight", "seconds": 2.0}),
        "tesseract": (
            {"text": "hello w0rld", "seconds": 4.0},
            {"error": "It fell over.", "code": "engine-failed", "seconds": 5.0},
        ),
    }
    for system, pages in answers.items():
        folder = tmp_path / "texts" / system / "mine"
        folder.mkdir(parents=True)
        for name, page in zip(("a.png", "b.png"), pages, strict=True):
            (folder / f"{name}.json").write_text(json.dumps(about | page), encoding="utf-8")
    return tmp_path


def compare(kept: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(COMPARE), str(kept / "data"), "--keep", str(kept / "texts"), "--again", "--sets", "mine"]
    return subprocess.run([*command, "-o", str(kept / "out"), *more], capture_output=True, text=True, check=False)


def test_kept_texts_are_scored_again_without_being_read_again(kept: Path) -> None:
    result = compare(kept, "--systems", "rapidocr,tesseract")
    assert result.returncode == 0, result.stderr
    table = (kept / "out.md").read_text(encoding="utf-8")
    assert "0.000 (0.000) · 1.000 · 1.50 |" in table
    assert "0.524 (0.524) · 0.333 · 4.50 |" in table
    assert "3.0 s |" in table and "9.0 s |" in table and "3.00 |" in table
    assert "tesseract: mine/b.png: engine-failed: It fell over." in table
    first, second = json.loads((kept / "out.json").read_text(encoding="utf-8"))
    assert (first["sets"][0]["cer"], second["sets"][0]["failed"]) == (0.0, 1)


def test_only_images_that_all_have_read_are_scored_and_the_rest_is_told(kept: Path) -> None:
    (kept / "texts/rapidocr/mine/b.png.json").unlink()
    result = compare(kept, "--systems", "rapidocr,tesseract")
    assert result.returncode == 0, result.stderr
    assert "mine: only 1 of 2 images were read by all" in result.stderr
    assert "| mine (1)" in (kept / "out.md").read_text(encoding="utf-8")


def test_where_nothing_was_read_there_is_nothing_to_score(kept: Path) -> None:
    result = compare(kept, "--systems", "faster-paddle")
    assert result.returncode == 1
    assert "no image that all of these systems have read" in result.stderr


def ours(kept: Path, *texts: str) -> None:
    """Uncial's answers for the two pages, all words 0.9 sure."""
    folder = kept / "texts/uncial/mine"
    folder.mkdir(parents=True)
    for name, text in zip(("a.png", "b.png"), texts, strict=True):
        words = [[word, [0, 0, 9, 9], 0.9] for word in text.split()]
        line = {"text": text, "box": [0, 0, 9, 9], "words": words}
        answer = {"version": "2", "load_seconds": 1.0, "seconds": 1.0, "text": text, "lines": [line]}
        (folder / f"{name}.json").write_text(json.dumps(answer), encoding="utf-8")


def test_the_page_of_the_docs_gets_what_was_measured_between_its_marks(kept: Path) -> None:
    ours(kept, "hello world", "good nighx")
    doc = kept / "docs/accuracy.md"
    doc.parent.mkdir()
    doc.write_text("before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n", encoding="utf-8")
    result = compare(kept, "--systems", "uncial,rapidocr,tesseract", "--doc", str(doc))
    assert result.returncode == 0, result.stderr
    told = doc.read_text(encoding="utf-8")
    assert told.startswith("before\n") and told.endswith("after\n") and "\nold\n" not in told
    (row,) = [line for line in told.splitlines() if line.startswith("| mine (2)")]
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["mine (2)", "0.048", "0.000", "0.524", "rapidocr", "worse"]
    assert "0 better, 0 equal, 1 worse." in told
    (bin_row,) = [line for line in told.splitlines() if line.startswith("| 0.9 to 1.0")]
    assert [cell.strip() for cell in bin_row.strip("|").split("|")] == ["0.9 to 1.0", "4", "0.900", "0.750"]
    for name in ("accuracy", "reliability"):
        assert ET.parse(doc.parent / f"pictures/{name}.svg").getroot().tag.endswith("svg")


def test_a_page_without_marks_is_refused_before_anything_is_run(kept: Path) -> None:
    (kept / "page.md").write_text("no marks", encoding="utf-8")
    result = compare(kept, "--systems", "rapidocr", "--doc", str(kept / "page.md"))
    assert result.returncode == 1
    assert "must have <!-- measured -->" in result.stderr


@pytest.mark.parametrize(
    ("ours", "theirs", "word"),
    [(0.1, 0.2, "better"), (0.2, 0.1, "worse"), (0.2009, 0.2, "equal"), (0.2011, 0.2, "worse"), (0.0005, 0.0, "equal")],
)
def test_a_tie_is_half_a_percent_or_half_a_thousandth(ours: float, theirs: float, word: str) -> None:
    assert benchmark("tables").verdict(ours, theirs) == word


def test_the_worst_lines_are_told_outside_of_the_project_alone(kept: Path) -> None:
    ours(kept, "hello world", "good nighx")
    result = compare(kept, "--systems", "uncial,rapidocr", "--failures", str(kept / "worst"))
    assert result.returncode == 0, result.stderr
    page = (kept / "worst/index.html").read_text(encoding="utf-8")
    assert page.index("good nighx") < page.index("hello world")
    refused = compare(kept, "--systems", "uncial", "--failures", str(COMPARE.parent / "worst"))
    assert refused.returncode == 1
    assert "no image of the data may be" in refused.stderr
    assert not (COMPARE.parent / "worst").exists()


FAKE_SYSTEM = """
import json, os, sys
print(json.dumps({"version": "7"}), flush=True)
for line in sys.stdin:
    if "deadly" in line: os._exit(1)
    print(json.dumps({"text": "read", "lines": []}), flush=True)
"""


def test_a_system_that_dies_fails_on_that_image_and_reads_the_next(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\n{FAKE_SYSTEM}", encoding="utf-8")
    program.chmod(0o755)
    system = benchmark("peers").start("fake", str(program))
    try:
        answers = [system.read(tmp_path / name, ["en"])[0] for name in ("good.png", "deadly.png", "good.png")]
    finally:
        system.close()
    assert system.version == "7"
    assert [answer.get("text") or answer["code"] for answer in answers] == ["read", "engine-failed", "read"]


def test_a_system_that_cannot_be_started_is_told_before_the_run() -> None:
    with pytest.raises(SystemExit, match="cannot be started"):
        benchmark("peers").start("fake", "/bin/false")


def test_what_still_fails_is_drawn_alike_each_time() -> None:
    failures = benchmark("failures")
    for kind in failures.KINDS:
        if kind.name != "cursive":
            assert kind.draw(None).tobytes() == kind.draw(None).tobytes()


def test_the_docs_show_every_kind_of_failure() -> None:
    docs = COMPARE.parents[1] / "docs"
    told = (docs / "accuracy.md").read_text(encoding="utf-8")
    for kind in benchmark("failures").KINDS:
        assert kind.told in told and (docs / f"pictures/fail-{kind.name}.png").is_file()
