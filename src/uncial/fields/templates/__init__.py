"""Templates: fields of one form, told in YAML by anchors, zones, patterns and types.

parse_templates → parsing.read_text → nodes.documents; applied → fitting.fits → finding.found, tables.items
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from uncial.fields.model import Fields
from uncial.fields.sheet import View
from uncial.fields.templates.model import Template

if TYPE_CHECKING:
    from uncial.errors import TemplateInvalid

__all__ = ["Applied", "Template", "applied", "of_files", "parse_templates", "what_is_wrong"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A template that fits a document, and what it found there."""

    template: Template
    fields: Fields


def of_files(files: Iterable[tuple[str, str]]) -> str:
    """The texts of several files, each with its name, as one that `parse_templates` takes: errors say the file."""
    from uncial.fields.templates.parsing import FILE_MARK

    return "".join(f"{FILE_MARK}{' '.join(name.split())}\n{text.rstrip()}\n---\n" for name, text in files)


def parse_templates(text: str) -> tuple[Template, ...]:
    """The templates of a YAML text, one a document of it. Raises `TemplateInvalid` with the line of the first error."""
    return _parsed(text) if text else ()


@lru_cache(maxsize=8)  # a service is given the same templates with each document
def _parsed(text: str) -> tuple[Template, ...]:
    from uncial.fields.templates.parsing import read_text

    read = read_text(text)
    for error in read.wrong:
        raise error
    return read.templates


def what_is_wrong(text: str) -> tuple[TemplateInvalid, ...]:
    """Everything that is wrong with a YAML text of templates, each with its line; nothing where all is well."""
    from uncial.fields.templates.parsing import read_text

    return read_text(text).wrong


def applied(templates: Sequence[Template], view: View, kind: str = "auto") -> Applied | None:
    """The template that fits best and what it finds, None where none fits; only those of the kind unless it is auto.

    Raises `TemplateInvalid` where a template's pattern takes too long.
    """
    if not templates:
        return None
    from uncial.fields.templates.fitting import best_fit

    fit = best_fit([each for each in templates if kind in ("auto", each.kind)], view)
    return Applied(fit.template, fit.fields) if fit else None
