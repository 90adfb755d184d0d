import json
import re
from pathlib import Path
from typing import Any

from test_scripts import script

ROOT = Path(__file__).parents[2]
LOCK: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
TOOLS = {path.removeprefix("node_modules/"): told for path, told in LOCK.items() if path}


def test_the_tools_of_the_page_are_pinned_and_named_without_the_registry_that_has_them():
    wanted = LOCK[""]["devDependencies"]
    assert {name: TOOLS[name]["version"] for name in wanted} == wanted
    assert [name for name, told in TOOLS.items() if "resolved" in told or not told["integrity"].startswith("sha512-")] == []


def test_the_lock_of_the_tools_holds_for_other_machines_too():
    for name in TOOLS:
        for other, version in TOOLS[name].get("optionalDependencies", {}).items():
            assert TOOLS[other]["version"] == version


def test_the_tools_of_the_page_have_licences_that_we_may_build_on():
    allowed = script("licences").allowed
    assert [name for name, told in TOOLS.items() if not allowed(told["license"])] == []


def test_no_tool_of_the_page_is_shipped():
    assert all(told["dev"] for told in TOOLS.values())
    assert not re.search("node_modules|package", (ROOT / "src/uncial/service/static/index.html").read_text(encoding="utf-8"))
