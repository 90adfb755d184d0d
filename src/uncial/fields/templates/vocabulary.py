"""What may stand in a template: one table, from which it is checked, explained, and told to editors as a JSON Schema."""

from __future__ import annotations

from typing import Any, NamedTuple

from uncial.options import AUTO, KINDS

TYPES: dict[str, str] = {
    "text": "Text as it stands there.",
    "code": "A number or name with digits, capitals and marks; what OCR confuses is mended by its pattern.",
    "integer": "A whole number.",
    "number": "A number with or without decimals, such as a quantity.",
    "amount": "An amount of money, without its currency.",
    "percent": "A percentage, as a number: 19 of “19 %”.",
    "currency": "A currency by its sign, code or name; its value is the ISO 4217 code.",
    "date": "A date; its value is in ISO 8601.",
    "time": "A time of day.",
    "iban": "An IBAN whose check digits are right.",
    "vat": "A VAT identification number of the European Union.",
    "email": "An e-mail address.",
    "phone": "A telephone number.",
    "website": "A web address.",
}
"""What a value can be."""
WHERE = ("right", "below", "left", "above", "same")
TEMPLATE_KINDS = tuple(kind for kind in KINDS if kind != AUTO)


class Key(NamedTuple):
    """One word that may stand before a colon."""

    name: str
    takes: str
    """One of `TAKES`."""
    help: str
    required: bool = False


Section = tuple[Key, ...]

TEMPLATE: Section = (
    Key("template", "name", "The name of the template.", required=True),
    Key("kind", "kind", "The kind of document that it is for; other where it is left out."),
    Key("day_first", "switch", "Whether 03/04/2020 is in April; the page's other dates tell where it is left out."),
    Key("decimal_mark", "decimal_mark", "What stands before the cents; the page's other amounts tell where it is left out."),
    Key("matches", "matches", "By what the form is known. Without it the required fields have to be there."),
    Key("fields", "fields", "How each field is found, by its name."),
    Key("rows", "tables", "How each list of items is found, by its name."),
)
MATCHES: Section = (
    Key("all_of", "marks", "Phrases that have to be there, every one."),
    Key("most_of", "marks", "Phrases of which at least half have to be there."),
    Key("any_of", "marks", "Phrases of which one has to be there."),
    Key("none_of", "marks", "Phrases that may not be there."),
)
MARK: Section = (
    Key("phrase", "phrase", "Words that stand on the form."),
    Key("pattern", "pattern", "A regular expression that a line of the form matches, instead of a phrase."),
    Key("at", "zone", "Where the phrase stood on the sample: zones of the page move and grow with it."),
)
FIELD: Section = (
    Key("anchor", "phrases", "Words beside which the value stands, or a list of such."),
    Key("where", "where", "Where the value stands, seen from the anchor; right where it is left out."),
    Key("reach", "length", "How far off the value may begin, in heights of the text; 80 at its sides, 3 above and below."),
    Key("zone", "zone", "A rectangle that holds the value."),
    Key("page", "page", "Where to look: any page, the first, the last, or a number; a zone without an anchor is on the first."),
    Key("type", "type", "What the value is; text where it is left out."),
    Key("pattern", "pattern", "A regular expression for the value; of its first group, where it has one."),
    Key("lines", "lines", "How many lines the value may have; 1, and in a zone all, where it is left out."),
    Key("value", "constant", "A value that does not stand there, or is the same on every form: of a company its name."),
    Key("required", "switch", "Whether a page without it is hardly this form."),
)
TABLE: Section = (
    Key("columns", "columns", "The columns from left to right, by the names of what they say.", required=True),
    Key("after", "phrases", "Words of the line above the first item, where no column has a header."),
    Key("before", "phrases", "Words of the first line that is no item any more."),
    Key("required", "switch", "Whether a page without items is hardly this form."),
)
COLUMN: Section = (
    Key("header", "phrases", "Words at the head of the column, or a list of such."),
    Key("across", "across", "From where to where it goes, in fractions of the page's width."),
    Key("type", "type", "What its values are; text where it is left out."),
    Key("pattern", "pattern", "A regular expression for its values."),
    Key("required", "switch", "Whether each item has it. Lines without it go on with the texts of the item above."),
)
SECTIONS: dict[str, Section] = {
    "template": TEMPLATE,
    "matches": MATCHES,
    "mark": MARK,
    "field": FIELD,
    "table": TABLE,
    "column": COLUMN,
}
"""Each with what it is called in errors, in the docs and in the schema."""
HEADINGS = {
    "template": "A template",
    "matches": "matches: by what the form is known",
    "mark": "A phrase of matches, where it is more than words",
    "field": "fields: each by its name",
    "table": "rows: lists of items, each by its name",
    "column": "columns: each by its name",
}
"""What the sections are called on a terminal and in docs/templates.md."""
LISTED = {"fields": "field", "tables": "table", "columns": "column"}
"""What takes any number of sections, each by a name."""

NAME_PATTERN = "[a-z][a-z0-9_]{0,63}"
"""Of fields and columns."""
MOST_LETTERS = 500
"""Of one text."""
MOST_LINES, MOST_REACH, MOST_OFFSET = 100, 1000.0, 1000.0


class Takes(NamedTuple):
    """What may stand behind a colon."""

    told: str
    schema: dict[str, Any]


_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_PLAIN: dict[str, Any] = {"type": ["string", "number", "boolean"]}
"""`anchor: No` and `anchor: 12` are texts here, whatever YAML takes them for."""
_FRACTION: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}


def _section(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _named(name: str) -> dict[str, Any]:
    return {"type": "object", "propertyNames": {"pattern": f"^{NAME_PATTERN}$"}, "additionalProperties": _section(name)}


TAKES: dict[str, Takes] = {
    "name": Takes("a name", _TEXT),
    "kind": Takes(f"one of {', '.join(TEMPLATE_KINDS)}", {"enum": list(TEMPLATE_KINDS)}),
    "decimal_mark": Takes("“.” or “,”", {"enum": [".", ","]}),
    "matches": Takes("what the form is known by", _section("matches")),
    "fields": Takes("fields by their names", _named("field")),
    "tables": Takes("lists of items by their names", _named("table")),
    "columns": Takes("columns by their names", {**_named("column"), "minProperties": 1}),
    "marks": Takes(
        "a phrase, or a list of phrases; each may be `{phrase: …, at: …}` or `{pattern: …}`",
        {"anyOf": [_PLAIN, _section("mark"), {"type": "array", "items": {"anyOf": [_PLAIN, _section("mark")]}}]},
    ),
    "phrase": Takes("a phrase", _PLAIN),
    "phrases": Takes("a phrase, or a list of phrases", {"anyOf": [_PLAIN, {"type": "array", "minItems": 1, "items": _PLAIN}]}),
    "pattern": Takes("a regular expression", _PLAIN),
    "zone": Takes(
        "[left, top, right, bottom] in fractions of the page; beside an anchor in heights of the text from where it begins",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    ),
    "across": Takes("[left, right]", {"type": "array", "items": _FRACTION, "minItems": 2, "maxItems": 2}),
    "where": Takes(f"one of {', '.join(WHERE)}", {"enum": list(WHERE)}),
    "length": Takes("a number above 0", {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_REACH}),
    "page": Takes(
        "any, first, last or the number of a page",
        {"anyOf": [{"enum": ["any", "first", "last"]}, {"type": "integer", "minimum": 1}]},
    ),
    "type": Takes(f"one of {', '.join(TYPES)}", {"enum": list(TYPES)}),
    "lines": Takes(f"a whole number from 1 to {MOST_LINES}", {"type": "integer", "minimum": 1, "maximum": MOST_LINES}),
    "constant": Takes("a text", _PLAIN),
    "switch": Takes("yes or no", {"enum": ["yes", "no", True, False]}),
}


def schema() -> dict[str, Any]:
    """The format as a JSON Schema (draft 2020-12), for editors that complete and check YAML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A template of fields of Uncial",
        **_object(TEMPLATE),
        "$defs": {name: _object(section) for name, section in SECTIONS.items() if name != "template"},
    }


def _object(section: Section) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in section if key.required],
        "properties": {key.name: {"description": key.help, **TAKES[key.takes].schema} for key in section},
    }


def told() -> str:
    """The vocabulary as text for a terminal: each section with its words, and the types."""
    parts = [f"{HEADINGS[name]}\n" + "\n".join(map(_told, section)) for name, section in SECTIONS.items()]
    parts.append("Types\n" + "\n".join(f"  {name:14}{help}" for name, help in TYPES.items()))
    return "\n\n".join(parts)


def _told(key: Key) -> str:
    return f"  {key.name:14}{key.help}\n{'':16}Takes {TAKES[key.takes].told}."
