import asyncio
import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakes import block, document, page, table
from uncial.document import Page
from uncial.errors import LimitExceeded, MissingDependency, OptionInvalid, SourceNotFound, SourceUnreadable, UrlRefused
from uncial.fields import Doubt, Extraction, Field
from uncial.geometry import Box, Quad
from uncial.mcp import check_installed
from uncial.mcp.answers import data_answer, fields_answer, text_answer
from uncial.mcp.records import blocks_of, fields_of, records_of
from uncial.mcp.sources import Sources
from uncial.options import Limits

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

HERE = Path(__file__).parent
Talk = Callable[[Any], Awaitable[Any]]


def talk(folder: Path, said: Talk, room: int = 20_000, command: list[str] | None = None) -> Any:
    """What comes of a talk between the SDK's own client and a server of ours, as a host starts it."""

    async def run() -> Any:
        env = {"PYTHONPATH": str(HERE), **{name: value for name, value in os.environ.items() if not name.startswith("UNCIAL_")}}
        script = [str(HERE / "mcp_server.py"), str(folder), str(room)]
        server = mcp.StdioServerParameters(command=sys.executable, args=command or script, env=env, cwd=folder)
        async with asyncio.timeout(60), mcp.Client(server) as client:
            return await said(client)

    return asyncio.run(run())


def call(folder: Path, tool: str, room: int = 20_000, **arguments: str) -> Any:
    return talk(folder, lambda client: client.call_tool(tool, arguments), room)


def texts(result: Any) -> list[str]:
    return [part.text for part in result.content]


def test_the_tools_say_what_they_take(tmp_path: Path):
    async def said(client: Any) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in talk(tmp_path, said)}
    assert set(tools) == {"read", "extract"}
    assert {"path", "url", "base64", "pages", "languages", "format", "password"} == set(tools["read"].input_schema["properties"])
    takes = tools["extract"].input_schema["properties"]
    assert {"path", "url", "base64", "pages", "languages", "kind", "password"} == set(takes)
    assert "boarding-pass" in takes["kind"]["enum"]
    assert tools["read"].annotations.read_only_hint


def test_a_file_is_read_with_progress_and_nothing_a_library_prints_disturbs_that(tmp_path: Path):
    (tmp_path / "a.png").write_text("one\ntwo")
    seen: list[tuple[float, float | None]] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total))

    async def said(client: Any) -> Any:
        return await client.call_tool("read", {"path": "a.png"}, progress_callback=told)

    result = talk(tmp_path, said)
    assert not result.is_error
    assert texts(result) == ["one\n\n<!-- page 2 -->\n\ntwo\n"]
    assert seen == [(1, 2), (2, 2)]


def test_base64_is_read_and_pages_are_chosen(tmp_path: Path):
    data = base64.b64encode(b"one\ntwo\nthree").decode()
    result = call(tmp_path, "read", base64=f"data:image/png;base64,{data}", format="text", pages="2-")
    assert texts(result) == ["two\n\fthree\n"] or texts(result) == ["two\fthree\n"]


def test_json_has_blocks_and_boxes_as_text_and_as_data(tmp_path: Path):
    (tmp_path / "a.png").write_text("one")
    result = call(tmp_path, "read", path="a.png", format="json")
    assert json.loads(texts(result)[0]) == result.structured_content
    (told,) = result.structured_content["pages"]
    assert told["blocks"] == [{"kind": "paragraph", "text": "one", "box": [0, 0, 30, 20]}]


def test_fields_come_with_tables_and_pairs(tmp_path: Path):
    (tmp_path / "a.png").write_text("table")
    result = call(tmp_path, "extract", path="a.png", kind="receipt")
    assert json.loads(texts(result)[0]) == result.structured_content
    assert (result.structured_content["kind"], result.structured_content["confidence"]) == ("receipt", 1.0)
    assert result.structured_content["fields"].get("total", {"value": 6.5})["value"] == 6.5
    (told,) = result.structured_content["pages"]
    assert told["tables"] == [
        {"columns": ["Item", "Price"], "records": [{"Item": "Tea", "Price": "2.50"}, {"Item": "Cake", "Price": "4.00"}]}
    ]
    assert told["pairs"] == [{"label": "Total", "value": "6.50"}]


def test_barcodes_are_read_for_fields_alone(tmp_path: Path):
    (tmp_path / "a.png").write_text("barcode")
    (code,) = call(tmp_path, "extract", path="a.png").structured_content["barcodes"]
    assert (code["text"], code["page"]) == ("hello", 1)
    assert "hello" not in str(call(tmp_path, "read", path="a.png", format="json").structured_content)


def test_a_kind_that_is_none_is_told(tmp_path: Path):
    (tmp_path / "a.png").write_text("damaged")
    result = call(tmp_path, "extract", path="a.png", kind="menu")
    assert result.structured_content["error"]["code"] == "option-invalid"


def test_a_failure_is_a_result_with_its_code_and_what_to_do(tmp_path: Path):
    (tmp_path / "a.png").write_text("damaged")
    result = call(tmp_path, "read", path="a.png")
    assert result.is_error
    assert texts(result) == [
        "page 2: It is broken. Open it in a viewer and save it again, or ask for a new copy. [source-damaged]"
    ]
    assert result.structured_content["error"]["code"] == "source-damaged"


SENSELESS: list[tuple[dict[str, str], str | None]] = [
    ({}, "option-invalid"),
    ({"path": "a.png", "url": "https://example.org/a.png"}, "option-invalid"),
    ({"path": "../a.png"}, "source-unreadable"),
    ({"path": "nothing.png"}, "source-not-found"),
    ({"path": "a.png", "pages": "x"}, "option-invalid"),
    ({"path": "a.png", "languages": "no language"}, "language-missing"),
    ({"path": "a.png", "format": "docx"}, None),
]


def test_what_makes_no_sense_is_a_failure_and_not_the_end(tmp_path: Path):
    (tmp_path / "a.png").write_text("one")

    async def said(client: Any) -> Any:
        return [await client.call_tool("read", arguments) for arguments, _ in [*SENSELESS, ({"path": "a.png"}, "")]]

    *failed, fine = talk(tmp_path, said)
    assert all(result.is_error for result in failed)
    codes = [result.structured_content and result.structured_content["error"]["code"] for result in failed]
    assert codes == [code for _, code in SENSELESS]
    assert texts(fine) == ["one\n"]


def test_a_long_document_is_cut_at_a_page_and_says_how_to_get_the_rest(tmp_path: Path):
    (tmp_path / "a.png").write_text("\n".join(f"page{number} " + "x" * 400 for number in range(1, 9)))

    async def said(client: Any) -> Any:
        first = await client.call_tool("read", {"path": "a.png", "format": "text"})
        return first, await client.call_tool("read", {"path": "a.png", "format": "text", "pages": "5-8"})

    first, rest = talk(tmp_path, said, room=1700)
    text, note = texts(first)
    assert "page4" in text
    assert "page5" not in text
    assert note.endswith("pages=5-8.")
    assert len(text) <= 1700
    assert "page8" in texts(rest)[0]


def test_the_command_serves_the_current_folder(tmp_path: Path):
    (tmp_path / "a.png").write_text("no image")

    async def said(client: Any) -> Any:
        return client.server_info, await client.call_tool("read", {"path": "a.png"})

    info, result = talk(tmp_path, said, command=["-m", "uncial", "mcp"])
    assert info.name == "uncial"
    assert result.structured_content["error"]["code"] == "media-type-unsupported"


def test_nothing_but_the_protocol_goes_to_standard_output(tmp_path: Path):
    (tmp_path / "a.png").write_text("one")
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }
    ask = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "read", "arguments": {"path": "a.png"}}}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    command = [sys.executable, str(HERE / "mcp_server.py"), str(tmp_path), "20000"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write("".join(json.dumps(message) + "\n" for message in (hello, ready, ask)).encode())
            process.stdin.flush()
            answers = [json.loads(process.stdout.readline()) for _ in range(2)]
            process.stdin.close()
            assert process.wait(20) == 0
            assert process.stdout.read() == b""
        finally:
            process.kill()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["content"][0]["text"] == "one\n"


def test_a_missing_package_is_told_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("uncial.mcp.find_spec", lambda name: None)
    with pytest.raises(MissingDependency) as caught:
        check_installed()
    assert caught.value.hint == "pip install 'uncial[mcp]'"


def test_the_configurations_of_the_docs_are_json_with_flags_that_there_are():
    from uncial.cli.commands import uncial

    flags = {flag for parameter in uncial.commands["mcp"].params for flag in parameter.opts}
    blocks = re.findall(r"```json\n(.*?)```", (HERE.parent / "docs" / "mcp.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    for told in blocks:
        (servers,) = json.loads(told).values()
        assert servers["uncial"]["command"] == "uncial"
        command, *arguments = servers["uncial"]["args"]
        assert command == "mcp"
        assert {argument for argument in arguments if argument.startswith("--")} <= flags


def test_a_service_reads_for_a_model_and_hears_of_it_where_nobody_waits_any_more():
    import httpx

    from uncial.client import Client
    from uncial.mcp.readers import There
    from uncial.options import Options

    job = {"id": "abc", "state": "running", "pages": {"total": 2, "done": 1, "failed": 0}}
    seen: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.path))
        if request.url.path.endswith("/events"):
            return httpx.Response(200, text=f"event: progress\ndata: {json.dumps(job)}\n\n")
        return httpx.Response(200, json=job)

    def nobody(done: int, total: int) -> None:
        raise TimeoutError

    with Client(transport=httpx.MockTransport(answer)) as client, pytest.raises(TimeoutError):
        There(client, Limits()).read(b"bytes", Options(), "", nobody)
    assert seen == [("POST", "/v1/jobs"), ("GET", "/v1/jobs/abc/events"), ("DELETE", "/v1/jobs/abc")]


# ---- which files may be read


def test_files_are_found_in_any_of_the_folders_and_nowhere_else(tmp_path: Path):
    for name in ("one", "two", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.png").write_text(name)
    (tmp_path / "one" / "link.png").symlink_to(tmp_path / "secret" / "secret.png")
    (tmp_path / "one" / "inside.png").symlink_to(tmp_path / "two" / "two.png")
    (tmp_path / "one" / "ring").symlink_to(tmp_path / "one" / "ring")
    os.mkfifo(tmp_path / "one" / "pipe")
    sources = Sources([tmp_path / "one", tmp_path / "two"], Limits())
    assert sources.find("one.png", "", "") == tmp_path / "one" / "one.png"
    assert sources.find("two.png", "", "") == tmp_path / "two" / "two.png"
    assert sources.find("inside.png", "", "") == tmp_path / "two" / "two.png"
    assert sources.find(str(tmp_path / "two" / "two.png"), "", "") == tmp_path / "two" / "two.png"
    for path in ("../secret/secret.png", str(tmp_path / "secret" / "secret.png"), "/etc/passwd", "/dev/stdin", "/"):
        with pytest.raises(SourceUnreadable):
            sources.find(path, "", "")
    with pytest.raises(SourceUnreadable):
        Sources([tmp_path / "one"], Limits()).find("link.png", "", "")
    for path in ("link.png", "nothing.png", ".", "-", "pipe", "ring", "a\0b", "http://example.org/a.png", "x" * 5000):
        with pytest.raises(SourceNotFound):
            sources.find(path, "", "")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a", "/etc/passwd", "-", "data:,x"])
def test_only_web_addresses_are_urls(tmp_path: Path, url: str):
    with pytest.raises(UrlRefused):
        Sources([tmp_path], Limits()).find("", url, "")


def test_bytes_come_in_base64_of_a_bounded_size(tmp_path: Path):
    sources = Sources([tmp_path], Limits(max_bytes=1000))
    assert sources.find("", "", "YWJj\nZGVm") == b"abcdef"
    with pytest.raises(OptionInvalid):
        sources.find("", "", "not base64!")
    with pytest.raises(LimitExceeded):
        sources.find("", "", "A" * 5000)


# ---- what is told


def test_a_page_that_does_not_fit_at_all_is_cut_and_says_so():
    long = document(page(block("word " * 1000), block("end", top=100)), page(block("two"), number=2))
    answer = text_answer(long, "text", 1000)
    assert len(answer.text) == 1000
    assert "beginning of page 1" in answer.notes[0]
    assert "pages=2" in answer.notes[0]
    data = data_answer(long, blocks_of, 1000)
    assert data.data == {"pages": [{**blocks_of(long.pages[0]), "blocks": []}]}
    assert len(data.text) <= 1000


def test_problems_and_notices_are_told_beside_the_text():
    from uncial.document import Notice, Problem

    failed = page(number=3, problem=Problem("engine-failed", "It broke.", "Mend it."))
    noticed = [Page(number, 1, 1, notices=(Notice("repaired", "It was mended."),)) for number in (1, 2)]
    answer = text_answer(document(*noticed, failed), "markdown", 1000)
    assert answer.notes == ("Page 3 could not be read: It broke. Mend it. [engine-failed]", "Page 1-2: It was mended. [repaired]")


def test_a_document_without_pages_is_an_empty_answer():
    assert data_answer(document(), records_of, 1000).data == {"pages": []}


FIELD = Field(Decimal("9.00"), "9,00", 1, Quad.of_box(Box(0, 0, 9, 9)), 0.9, "label", (Doubt("sum", "The items come to 9.10."),))


def test_fields_are_told_without_their_places():
    items = replace(FIELD, value=({"amount": replace(FIELD, doubts=())},), doubts=())
    told = fields_of(Extraction("receipt", 0.8, {"total": FIELD, "items": items}))
    assert told == {
        "kind": "receipt",
        "confidence": 0.8,
        "fields": {
            "total": {"value": 9.0, "page": 1, "confidence": 0.9, "doubts": ["The items come to 9.10."]},
            "items": {"value": [{"amount": {"value": 9.0, "page": 1, "confidence": 0.9}}], "page": 1, "confidence": 0.9},
        },
    }


def test_pairs_stand_with_their_page():
    two = document(page(block("Colour: red")), page(block("Size: 12"), number=2))
    told = fields_answer(two, "other", 10_000).data
    assert told and [each["pairs"] for each in told["pages"]] == [
        [{"label": "Colour", "value": "red"}],
        [{"label": "Size", "value": "12"}],
    ]


def test_fields_go_before_pages_and_all_of_it_fits():
    many = document(*(page(table(*([f"cell {line}", "x" * 20] for line in range(9))), number=number) for number in range(1, 9)))
    answer = fields_answer(many, "other", 2000)
    assert len(answer.text) <= 2000 + 100
    assert answer.data and answer.data["kind"] == "other"
    assert 0 < len(answer.data["pages"]) < 8
    assert "Ask for the others" in answer.notes[0]
    above = {"kind": "receipt", "fields": {f"name{number}": {"value": "x" * 50} for number in range(99)}}
    cut = data_answer(many, records_of, 1000, above)
    assert cut.data and 0 < len(cut.data["fields"]) < 20


def test_a_table_whose_columns_have_no_names_of_their_own_stays_rows():
    told = records_of(page(table(("A", "A"), ("1", "2"))))["tables"]
    assert told == [{"columns": ["A", "A"], "rows": [["1", "2"]]}]
    bare = records_of(page(table(("1", "2"), ("3", None), heads=0, spans={(0, 1): (2, 1)})))["tables"]
    assert bare == [{"columns": [], "rows": [["1", "2"], ["3", "2"]]}]
