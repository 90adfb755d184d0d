"""From YAML to templates: each word is looked up in the vocabulary, and what is wrong is told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from uncial.errors import TemplateInvalid
from uncial.fields.templates.model import Column, Matches, Phrase, Rows, Rule, Template, Zone
from uncial.fields.templates.nodes import Mapping, Mark, Node, Text, documents
from uncial.fields.templates.readers import READERS, read_phrase, several, unknown
from uncial.fields.templates.vocabulary import (
    LISTED,
    NAME_PATTERN,
    SECTIONS,
    TAKES,
    Key,
)

FILE_MARK = "#@ file: "
"""Begins the line before the text of each file, where one text holds several."""
MOST_TEMPLATES, MOST_FIELDS = 500, 200
_MOST_ERRORS = 100
"""Who made more has given something else than templates."""


@dataclass(frozen=True)
class Read:
    """What became of a text: its templates, and everything that is wrong with it."""

    templates: tuple[Template, ...] = ()
    wrong: tuple[TemplateInvalid, ...] = ()


def read_text(text: str) -> Read:
    """The templates of a text, one a document of it, and all that is wrong with them."""
    reading = _Reading()
    marked = [(mark, template) for file, part in _files(text) for mark, template in reading.templates(part, file)]
    if not marked and text.strip() and not reading.wrong:
        reading.wrong.append(Mark("", 1, 1).wrong("there is no template here.", "One begins with `template: NAME`."))
    if len(marked) > MOST_TEMPLATES:
        reading.wrong.append(marked[MOST_TEMPLATES][0].wrong(f"there are more than {MOST_TEMPLATES} templates."))
    seen: set[str] = set()
    for mark, template in marked:
        if template.name in seen:
            reading.wrong.append(mark.wrong(f"there is another template named “{template.name}”.", "Give each its own name."))
        seen.add(template.name)
    return Read(tuple(template for _, template in marked), tuple(reading.wrong))


def _files(text: str) -> Iterator[tuple[str, str]]:
    """The text of each file with its name, which is empty where the text does not say."""
    name, lines = "", list[str]()
    for line in text.split("\n"):
        if line.startswith(FILE_MARK):
            yield name, "\n".join(lines)
            name, lines = line.removeprefix(FILE_MARK).strip(), []
        else:
            lines.append(line)
    yield name, "\n".join(lines)


class _Values(dict[str, Any]):
    """What stands in a mapping, by the names of its keys; those that are wrong are left out."""

    mark: Mark


@dataclass(frozen=True)
class _Reading:
    """Reads one text after the other and keeps what is wrong."""

    wrong: list[TemplateInvalid] = field(default_factory=list)

    def templates(self, text: str, file: str) -> Iterator[tuple[Mark, Template]]:
        """Each template of a file, and where it begins; one that is wrong is left out."""
        try:
            for node in documents(text, file):
                before = len(self.wrong)
                values = self._section("template", node)
                if len(self.wrong) == before:
                    yield node.mark, _template(values)
        except TemplateInvalid as error:
            self.wrong.append(error)

    def _section(self, name: str, node: Node) -> _Values:
        """The values of a section. Raises `TemplateInvalid` where it is no mapping; else what is wrong is kept."""
        values, before = _Values(), len(self.wrong)
        values.mark = node.mark
        known = {key.name: key for key in SECTIONS[name]}
        for told, value in self._entries(node, f"a {name}"):
            key = known.get(told.value)
            if key is None:
                self.wrong.append(unknown(told, f"no word of a {name}", list(known)))
                continue
            with_name = self._kept(lambda key=key, told=told, value=value: self._value(key, told, value))  # type: ignore[misc]
            if with_name is not None:
                values[key.name] = with_name
        present = {told.value for told, _ in node.entries} if isinstance(node, Mapping) else set()
        for key in known.values():
            if key.required and key.name not in present:
                self.wrong.append(node.mark.wrong(f"a {name} has to say “{key.name}”.", f"It is {TAKES[key.takes].told}."))
        if len(self.wrong) == before:
            self._kept(lambda: _CHECKS.get(name, _nothing)(values))
        return values

    def _entries(self, node: Node, what: str) -> Iterator[tuple[Text, Node]]:
        if not isinstance(node, Mapping):
            raise node.mark.wrong(f"{what} is a mapping, with a name and a colon on each line.")
        seen: set[str] = set()
        for name, value in node.entries:
            if len(self.wrong) > _MOST_ERRORS:
                return
            if name.value in seen:
                self.wrong.append(name.mark.wrong(f"“{name.value[:60]}” stands here a second time.", "Take one of them out."))
                continue
            seen.add(name.value)
            yield name, value

    def _kept(self, read: Callable[[], Any]) -> Any:
        """What is read; None where it is wrong, which is kept."""
        try:
            return read()
        except TemplateInvalid as error:
            self.wrong.append(error)
            return None

    def _value(self, key: Key, told: Text, node: Node) -> Any:
        if isinstance(node, Text) and not node.value.strip():
            raise told.mark.wrong(f"“{key.name}” says nothing.", f"It is {TAKES[key.takes].told}.")
        if key.takes in LISTED:
            return self._named(LISTED[key.takes], node, TAKES[key.takes].told)
        if key.takes == "matches":
            return self._section("matches", node)
        if key.takes == "marks":
            return [self._mark(each) for each in several(node)]
        return READERS[key.takes](node, key)

    def _named(self, section: str, node: Node, told: str) -> dict[str, _Values]:
        found: dict[str, _Values] = {}
        for name, value in self._entries(node, told):
            if not re.fullmatch(NAME_PATTERN, name.value):
                hint = "Names have small letters, digits and _, and begin with a letter: invoice_number."
                self.wrong.append(name.mark.wrong(f"“{name.value[:60]}” is no name for a {section}.", hint))
                continue
            values = self._kept(lambda value=value: self._section(section, value))  # type: ignore[misc]
            if values is not None:
                found[name.value] = values
        if len(found) > MOST_FIELDS:
            raise node.mark.wrong(f"there are more than {MOST_FIELDS} here.")
        return found

    def _mark(self, node: Node) -> Phrase:
        if not isinstance(node, Mapping):
            return Phrase(read_phrase(node))
        values = self._section("mark", node)
        if ("phrase" in values) == ("pattern" in values):
            raise node.mark.wrong("here has to stand a phrase or a pattern, one of them.", "Write {phrase: Delivery note}.")
        return Phrase(values.get("phrase", ""), values.get("pattern"), values.get("at"))


def _template(values: _Values) -> Template:
    return Template(
        name=values["template"],
        kind=values.get("kind", "other"),
        day_first=values.get("day_first"),
        decimal_mark=values.get("decimal_mark", ""),
        matches=Matches(**{name: tuple(marks) for name, marks in values.get("matches", {}).items()}),
        fields=tuple(_rule(name, each) for name, each in values.get("fields", {}).items()),
        rows=tuple(_rows(name, each) for name, each in values.get("rows", {}).items()),
    )


def _rule(name: str, values: _Values) -> Rule:
    given = {("anchors" if key == "anchor" else key): value for key, value in values.items()}
    if "zone" in given and "anchors" not in given:
        given.setdefault("page", "first")
    return Rule(name, **given)


def _rows(name: str, values: _Values) -> Rows:
    columns = tuple(
        Column(each, **{("headers" if key == "header" else key): value for key, value in column.items()})
        for each, column in values["columns"].items()
    )
    return Rows(name, columns, values.get("after", ()), values.get("before", ()), values.get("required", False))


# ---- what only several words together can be wrong about


def _check_template(values: _Values) -> None:
    both = set(values.get("fields", {})) & set(values.get("rows", {}))
    if both:
        mark = values["rows"][min(both)].mark
        raise mark.wrong(f"“{min(both)}” is the name of a field and of a list of items.", "Give each its own name.")
    if not values.get("fields") and not values.get("rows"):
        raise values.mark.wrong("a template has to say fields or rows.", "Without them it finds nothing.")


def _check_field(values: _Values) -> None:
    if "anchor" not in values:
        for name in ("where", "reach"):
            if name in values:
                raise values.mark.wrong(f"“{name}” goes with an anchor.", "Name the words that it is seen from: anchor: Total.")
    typed = values.get("type", "text") != "text"
    if not values.keys() & {"anchor", "zone", "pattern", "value"} and not typed:
        raise values.mark.wrong("this does not say where the field is.", "Say one of anchor, zone, pattern, value.")
    zone = values.get("zone")
    if zone and "anchor" in values and ("where" in values or "reach" in values):
        raise values.mark.wrong("with a zone, “where” and “reach” mean nothing.", "Take them out, or the zone.")
    if zone and "anchor" not in values:
        _check_on_page(zone, values.mark)


def _check_mark(values: _Values) -> None:
    if "at" in values:
        _check_on_page(values["at"], values.mark)


def _check_on_page(zone: Zone, mark: Mark) -> None:
    if min(zone) < 0 or max(zone) > 1:
        raise mark.wrong("a zone of the page is in fractions of it, from 0 to 1.", "The middle of the page is 0.5.")


def _check_table(values: _Values) -> None:
    columns = values.get("columns", {})
    if columns and not any("header" in column for column in columns.values()) and "after" not in values:
        hint = "Give a column its header, or say after which words the items begin."
        raise values.mark.wrong("this does not say where the items begin.", hint)


def _check_column(values: _Values) -> None:
    if not values.keys() & {"header", "across"}:
        raise values.mark.wrong("this does not say where the column is.", "Say header or across.")


def _nothing(values: _Values) -> None:
    return None


_CHECKS: dict[str, Callable[[_Values], None]] = {
    "template": _check_template,
    "field": _check_field,
    "mark": _check_mark,
    "table": _check_table,
    "column": _check_column,
}
