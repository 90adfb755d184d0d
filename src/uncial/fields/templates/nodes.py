"""YAML as templates have it: texts, lists and mappings that know their lines; no aliases, no tags, nothing that grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from uncial.errors import TemplateInvalid

MOST_CHARACTERS = 1024 * 1024
MOST_DEPTH = 12
_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML has it: a folder of templates is read with each document."""


_HELP = "docs/templates.md and uncial template show have the words."
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands in a text of templates."""

    file: str
    line: int
    """From 1."""
    column: int
    """From 1."""

    @property
    def told(self) -> str:
        """“parking.yaml, line 7, column 5”."""
        return f"{self.file + ', l' if self.file else 'L'}ine {self.line}, column {self.column}"

    def wrong(self, message: str, hint: str = "") -> TemplateInvalid:
        """The error that something is wrong here."""
        return TemplateInvalid(f"{self.told}: {message}", hint=hint or _HELP)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; numbers and yes and no are texts until somebody wants them to be more."""

    value: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class List:
    """Things after each other."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """Things by their names, in their order; the same name may stand twice here."""

    entries: tuple[tuple[Text, Node], ...]
    mark: Mark


Node = Text | List | Mapping


def documents(text: str, file: str = "") -> Iterator[Node]:
    """Each document of a YAML text; those with nothing in them are left out. Raises `TemplateInvalid`."""
    _refuse_what_no_yaml_is(text, file)
    events = _Events(yaml.parse(text, Loader=_EVENTS), file)
    try:
        for event in events.parsed:
            if isinstance(event, yaml.DocumentStartEvent):
                node = events.node(next(events.parsed), 0)
                if not (isinstance(node, Text) and not node.value):
                    yield node
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(file, at.line + 1, at.column + 1) if at else Mark(file, 1, 1)
        raise mark.wrong(f"this is no YAML: {error.problem or error.context}.", _hint(text, mark)) from None
    except yaml.YAMLError as error:
        raise Mark(file, 1, 1).wrong(f"this is no YAML: {str(error).splitlines()[0]}.", "Is it a text file?") from None


def _refuse_what_no_yaml_is(text: str, file: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise Mark(file, 1, 1).wrong(f"there are more than {MOST_CHARACTERS:,} characters.", "Give fewer templates at once.")
    odd = _ODD.search(text)
    if odd:
        before = text[: odd.start()]
        mark = Mark(file, before.count("\n") + 1, odd.start() - before.rfind("\n"))
        raise mark.wrong("a control character stands here.", "Take it out.")


def _hint(text: str, mark: Mark) -> str:
    lines = text.split("\n")
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces; YAML takes no tabs."
    return "Texts with : # [ ] { } or quotation marks stand in 'single quotes'."


@dataclass(frozen=True, slots=True)
class _Events:
    """What the parser says, one thing after the other."""

    parsed: Iterator[Any]
    file: str

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins with that event."""
        mark = Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise mark.wrong("names with & and * are not taken here.", "Write it out; a phrase with & or * goes in quotes.")
        if event.tag not in (None, "!"):
            raise mark.wrong("tags with ! are not taken here.", "Put a text that begins with ! in quotes.")
        if depth > MOST_DEPTH:
            raise mark.wrong("this is nested too deeply.")
        if isinstance(event, yaml.ScalarEvent):
            return Text(event.value, mark)
        items = tuple(self.node(each, depth + 1) for each in self._until_end())
        if isinstance(event, yaml.SequenceStartEvent):
            return List(items, mark)
        return Mapping(tuple((_name(key), value) for key, value in zip(items[::2], items[1::2], strict=True)), mark)

    def _until_end(self) -> Iterator[Any]:
        for event in self.parsed:
            if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                return
            yield event


def _name(key: Node) -> Text:
    if not isinstance(key, Text):
        raise key.mark.wrong("a name is a word, not a list or a mapping.", "Put a text that begins with [ or { in quotes.")
    return key
