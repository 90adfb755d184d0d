import json
import subprocess
import sys
from pathlib import Path

import pytest

COMPARE = Path(__file__).parents[2] / "benchmarks" / "compare.py"


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


def test_a_page_that_a_system_never_read_is_told(kept: Path) -> None:
    (kept / "texts/rapidocr/mine/b.png.json").unlink()
    result = compare(kept, "--systems", "rapidocr")
    assert result.returncode == 1
    assert "rapidocr has not read mine/b.png" in result.stderr
