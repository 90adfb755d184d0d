"""Templates: fields of one form, told in YAML by anchors, zones, patterns and types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uncial.fields.model import Fields
from uncial.fields.sheet import View

FILE_MARK = "#@ file: "
"""Begins the line before the text of each file, where one text holds several."""


@dataclass(frozen=True, slots=True)
class Template:
    """How one form looks, and where its fields are."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A template that fits a document, and what it found there."""

    template: Template
    fields: Fields


def of_files(files: Iterable[tuple[str, str]]) -> str:
    """The texts of several files, each with its name, as one that `parse_templates` takes: errors say the file."""
    return "".join(f"{FILE_MARK}{' '.join(name.split())}\n{text.rstrip()}\n---\n" for name, text in files)


def parse_templates(text: str) -> tuple[Template, ...]:
    """The templates of a YAML text, one a document of it. Raises `TemplateInvalid` with the line."""
    return ()


def applied(templates: Sequence[Template], view: View, kind: str = "auto") -> Applied | None:
    """The template that fits best and what it finds, None where none fits; only those of the kind unless it is auto."""
    return None
