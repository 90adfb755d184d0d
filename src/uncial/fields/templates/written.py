"""A template as YAML that a person reads and changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from uncial.fields.templates.model import Phrase, Rule, Template

_PLAIN = re.compile(r"[^\W_](?:[\w ./+&()°ºª-]*[\w.)°ºª])?")
"""Texts that need no quotation marks in YAML."""


def written(template: Template, samples: int) -> str:
    """The YAML of a template that was made from so many samples."""
    return "\n".join(_lines(template, samples)) + "\n"


def _lines(template: Template, samples: int) -> Iterator[str]:
    yield f"# Made from {samples} sample{'s' if samples > 1 else ''}; change it as you like: docs/templates.md."
    yield f"template: {quoted(template.name)}"
    yield f"kind: {template.kind}"
    if template.day_first is not None:
        yield f"day_first: {_switch(template.day_first)}"
    if template.decimal_mark:
        yield f"decimal_mark: '{template.decimal_mark}'"
    yield from _matches(template)
    yield "fields:"
    for rule in template.fields:
        yield from _rule(rule)


def _matches(template: Template) -> Iterator[str]:
    told = [("all_of", template.matches.all_of), ("most_of", template.matches.most_of)]
    if any(phrases for _, phrases in told):
        yield "matches:"
    for key, phrases in told:
        if phrases:
            yield f"  {key}:"
            yield from (f"    - {_phrase(phrase)}" for phrase in phrases)


def _phrase(phrase: Phrase) -> str:
    if phrase.at is None:
        return quoted(phrase.text)
    return f"{{phrase: {quoted(phrase.text, inside=True)}, at: {_listed(phrase.at)}}}"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  {rule.name}:"
    if rule.anchors:
        yield f"    anchor: {_several(rule.anchors)}"
    if rule.anchors and rule.value is None and rule.where != "right":
        yield f"    where: {rule.where}"
    if rule.reach:
        yield f"    reach: {rule.reach:g}"
    if rule.zone:
        yield f"    zone: {_listed(rule.zone)}"
    if rule.zone and rule.page != "first":
        yield f"    page: {rule.page}"
    if rule.value is not None:
        yield f"    value: {quoted(rule.value)}{'' if rule.anchors else '  # not on the page'}"
    elif rule.type != "text":
        yield f"    type: {rule.type}"
    if rule.pattern:
        yield f"    pattern: {in_quotes(rule.pattern.text)}"
    if rule.lines and rule.lines > 1:
        yield f"    lines: {rule.lines}"
    if rule.required:
        yield "    required: yes"


def _several(texts: Sequence[str]) -> str:
    return quoted(texts[0]) if len(texts) == 1 else f"[{', '.join(quoted(text, inside=True) for text in texts)}]"


def _listed(numbers: Iterable[float]) -> str:
    return f"[{', '.join(f'{number:g}' for number in numbers)}]"


def _switch(value: bool) -> str:
    return "yes" if value else "no"


def quoted(text: str, inside: bool = False) -> str:
    """A text as YAML takes it; where `inside` a list or a mapping of one line, commas and brackets mean something."""
    plain = _PLAIN.fullmatch(text) and not (inside and re.search("[()&]", text))
    return text if plain and " #" not in text else in_quotes(text)


def in_quotes(text: str) -> str:
    """A text in quotation marks, whatever it holds."""
    if any(char < " " or not char.isprintable() for char in text):
        escaped = "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text.replace("\\", "\\\\"))
        return '"' + escaped.replace('"', '\\"') + '"'
    return "'" + text.replace("'", "''") + "'"
