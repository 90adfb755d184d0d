"""`uncial template`: from corrected samples to templates, and from templates to what is wrong with them."""

import json
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from fakes import block, document, page
from prints import Sheet
from template_forms import Filled, Scan, delivery, parking, scanned
from uncial.fields.templates import parse_templates
from uncial.fields.templates.vocabulary import HEADINGS, SECTIONS, TAKES, TYPES
from uncial.formats import find_format
from uncial.options import Output

Run = Callable[..., tuple[int, bytes, str]]
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def alone(uncial: Run) -> None:
    """Every test begins in an empty folder."""


def sample(name: str, filled: Filled, said: Mapping[str, object] | None = None) -> None:
    """A document as JSON, and its fields beside it."""
    read = find_format("json").write(scanned(filled, Scan()), None, Output())
    Path(f"{name}.json").write_bytes(read)
    Path(f"{name}.fields.json").write_text(json.dumps(filled.values if said is None else said))


def test_a_template_is_learned_from_samples_with_their_fields_beside_them(uncial: Run):
    sample("a", parking(1))
    sample("b", parking(2))
    status, out, said = uncial("template", "learn", "a.json", "b.json", "-o", "quayside.yaml")
    assert (status, out, said) == (0, b"", "")
    (made,) = parse_templates(Path("quayside.yaml").read_text())
    assert (made.name, made.kind) == ("quayside", "other")
    assert {rule.name for rule in made.fields} == set(parking(1).values)


def test_fields_may_lie_elsewhere_and_be_those_of_an_extraction(uncial: Run):
    filled = parking(1)
    fields = {name: {"value": said, "text": "", "page": 1} for name, said in filled.values.items()}
    nothing = {"cashier": {"value": None}, "items": {"value": []}}
    sample("a", filled)
    Path("right.json").write_text(json.dumps({"kind": "receipt", "fields": {**fields, **nothing}}))
    status, out, said = uncial("template", "learn", "a.json=right.json", "--name", "slip")
    assert status == 14
    assert said.splitlines() == [
        "uncial: items: not learned: lists of items are not learned; tell it under rows, as docs/templates.md shows."
    ]
    assert yaml.safe_load(out)["template"] == "slip"
    assert yaml.safe_load(out)["kind"] == "receipt"


def test_numbers_may_be_numbers(uncial: Run):
    Path("a.json").write_bytes(
        find_format("json").write(document(page(block("Lamplight Bookshop", "Sum: 9,00 €"))), None, Output())
    )
    Path("a.fields.json").write_text('{"total": 9.0}')
    status, out, _ = uncial("template", "learn", "a.json")
    assert status == 0
    assert yaml.safe_load(out)["fields"]["total"]["type"] == "amount"


def test_what_was_not_learned_is_told(uncial: Run):
    sample("a", parking(1), {"total": parking(1).values["total"], "cashier": "Mira"})
    status, out, said = uncial("template", "learn", "a.json")
    assert status == 14
    assert said.startswith("uncial: cashier: not learned: its value does not stand on every sample")
    assert b"total" in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["a.json"], 5, "a.json.fields.json"),
        (["none.png"], 5, "no file none.png"),
        (["a.json=none.json"], 5, "no file none.json"),
        (["a.json=broken.json"], 9, "broken.json, line 1: this is no JSON"),
        (["a.json=list.json"], 9, "names with values"),
        (["a.json=empty.json"], 9, "nothing to learn from"),
        (["a.json=right.json", "--kind", "poem"], 1, "poem"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(uncial: Run, arguments: list[str], status: int, said: str):
    sample("b", parking(1))
    Path("b.json").rename("a.json")
    for name, text in {"broken": "{", "list": "[]", "empty": "{}", "right": '{"total": "1.00"}'}.items():
        Path(f"{name}.json").write_text(text)
    got = uncial("template", "learn", *arguments)
    assert got[0] == status
    assert said in got[2]


def test_a_template_without_a_field_is_not_written(uncial: Run):
    sample("a", parking(1), {"total": "987.65", "valid from": "x"})
    status, out, said = uncial("template", "learn", "a.json", "-o", "a.yaml")
    assert (status, out, Path("a.yaml").exists()) == (9, b"", False)
    assert "No field could be learned" in said and "total: its value does not stand" in said and "valid from: a name has" in said


def test_templates_are_checked(uncial: Run):
    Path("forms").mkdir()
    Path("forms/good.yaml").write_text("template: good\nfields: {total: {anchor: Total}}\n")
    assert uncial("template", "check", "forms") == (0, b"1 template, nothing wrong: good\n", "")
    Path("forms/bad.yaml").write_text("template: bad\nfields:\n  total: {ancor: Total}\n  date: {type: dat}\n")
    status, out, _ = uncial("template", "check", "forms")
    assert status == 9
    assert [line.split(": ")[0] for line in out.decode().splitlines()] == [
        f"forms/bad.yaml, line {n}, column {c}" for n, c in [(3, 11), (4, 16)]
    ]
    assert uncial("template", "check", "none.yaml")[0] == 5


def test_the_vocabulary_is_shown(uncial: Run):
    status, out, _ = uncial("template", "show")
    assert status == 0
    assert "  anchor " in out.decode()
    schema = json.loads(uncial("template", "show", "--schema")[1])
    jsonschema.Draft202012Validator.check_schema(schema)


def draw(name: str, filled: Filled, scale: float) -> None:
    """The form as a picture."""
    made = Sheet(1000, 900)
    for left, top, text in filled.page:
        made.put(text, left, top, 24)
    made.image.resize((int(1000 * scale), int(900 * scale))).save(name)


def test_what_is_learned_from_one_picture_reads_another(uncial: Run):
    draw("first.png", delivery(1), 1.0)
    draw("second.png", delivery(2), 1.2)
    Path("first.fields.json").write_text(json.dumps(delivery(1).values))
    status, _, said = uncial("template", "learn", "first.png", "-o", "veldhoek.yaml", "-l", "nl")
    assert (status, said) == (0, "")
    status, out, _ = uncial("extract", "second.png", "-f", "json", "-l", "nl", "--templates", "veldhoek.yaml")
    got = json.loads(out)
    assert (status, got["template"]) == (0, "veldhoek")
    values = {name: str(field["value"]) for name, field in got["fields"].items()}
    assert {name: values.get(name) for name in delivery(2).values} == delivery(2).values


# ---- docs/templates.md


def test_the_examples_of_the_docs_are_templates():
    text = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    examples = [textwrap.dedent(part.split("```")[0]) for part in text.split("```yaml\n")[1:]]
    assert len(examples) >= 3
    for example in examples:
        assert parse_templates(example)


def test_the_docs_have_every_word_of_the_vocabulary():
    text = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    for name, words in SECTIONS.items():
        part = text.split(f"### {HEADINGS[name]}\n")[1].split("\n#")[0]
        rows = [line for line in part.splitlines() if line.startswith("| `")]
        assert rows == [f"| `{key.name}` | {TAKES[key.takes].told} | {key.help} |" for key in words]
    types = text.split("### Types\n")[1].split("\n#")[0]
    assert [line for line in types.splitlines() if line.startswith("| `")] == [
        f"| `{name}` | {said} |" for name, said in TYPES.items()
    ]
