"""What stands behind a colon in a template: one reader for each of what it may be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import regex
from rapidfuzz.process import extractOne

from uncial.errors import TemplateInvalid
from uncial.fields.templates.model import Pattern
from uncial.fields.templates.nodes import List, Node, Text
from uncial.fields.templates.vocabulary import (
    MOST_LETTERS,
    MOST_LINES,
    MOST_OFFSET,
    MOST_REACH,
    TAKES,
    TEMPLATE_KINDS,
    TYPES,
    WHERE,
    Key,
)

_MOST_PHRASES = 50
_REPEAT = re.compile(r"(\)?)\{([0-9]+,?[0-9]*|,[0-9]+)\}", re.ASCII)
_MOST_COPIES = 10_000
"""The regex module writes out repeats: (?:(?:a{999}){999}){999} would fill the memory."""
_SWITCH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_NUMBER = re.compile(r"[-+]?(\d{1,6}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_ALIKE = 65.0
"""Of 100; a word that is as much like a known one may have been meant to be it."""


def _wrong(node: Node, key: Key) -> TemplateInvalid:
    found = f", not “{node.value[:60]}”" if isinstance(node, Text) else ""
    return node.mark.wrong(f"“{key.name}” takes {TAKES[key.takes].told}{found}.")


def several(node: Node) -> Sequence[Node]:
    """The entries of a list, or the one thing that stands in its place."""
    items = node.items if isinstance(node, List) else (node,)
    if not items or len(items) > _MOST_PHRASES:
        raise node.mark.wrong(f"this list has {len(items)} entries.", f"It may have 1 to {_MOST_PHRASES}.")
    return items


def read_phrase(node: Node) -> str:
    """A phrase, which has letters or digits."""
    if not isinstance(node, Text):
        raise node.mark.wrong("here a phrase is expected.", "Put a text with a colon or brackets in 'quotes'.")
    if not any(char.isalnum() for char in node.value):
        raise node.mark.wrong(f"“{node.value[:60]}” has neither letters nor digits.", "A phrase is looked for by them.")
    return _short(node)


def _short(node: Text) -> str:
    if len(node.value) > MOST_LETTERS:
        raise node.mark.wrong(f"this text has more than {MOST_LETTERS} characters.")
    return node.value.strip()


def _phrases(node: Node, key: Key) -> tuple[str, ...]:
    return tuple(read_phrase(each) for each in several(node))


def _text(node: Node, key: Key) -> str:
    if not isinstance(node, Text):
        raise _wrong(node, key)
    return _short(node)


def _pattern(node: Node, key: Key) -> Pattern:
    text = _text(node, key)
    if _copies(text) > _MOST_COPIES:
        raise node.mark.wrong(f"“{text[:60]}” repeats what is repeated itself too often.", "Write + or * instead of a number.")
    try:
        compiled = regex.compile(text)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        said = str(error).split(" at position")[0][:100]
        raise node.mark.wrong(f"“{text[:60]}” is no regular expression: {said}.", "Put it in 'single quotes'.") from None
    if compiled.groups > 1:
        hint = "Write (?:…) for those that only hold parts together."
        raise node.mark.wrong(f"“{text[:60]}” has {compiled.groups} groups, and the value is one.", hint)
    return Pattern(text, compiled, node.mark.told)


def _copies(pattern: str) -> int:
    """How often the largest of its parts may be written out where groups are repeated that hold repeats."""
    counts = [(found[1], max(int(number) for number in found[2].split(",") if number)) for found in _REPEAT.finditer(pattern)]
    within = max((count for bracket, count in counts if not bracket), default=1)
    return math.prod(count for bracket, count in counts if bracket) * within


def _number(node: Node, key: Key, low: float = -MOST_OFFSET, high: float = MOST_OFFSET) -> float:
    if not isinstance(node, Text) or not _NUMBER.fullmatch(node.value):
        raise _wrong(node, key)
    value = float(node.value)
    if not (math.isfinite(value) and low <= value <= high):
        raise _wrong(node, key)
    return value


def _numbers(node: Node, key: Key, count: int) -> tuple[float, ...]:
    if not isinstance(node, List) or len(node.items) != count:
        raise _wrong(node, key)
    values = tuple(_number(each, key) for each in node.items)
    if any(low >= high for low, high in zip(values[: count // 2], values[count // 2 :], strict=True)):
        raise node.mark.wrong(f"“{key.name}” ends before it begins.", f"It takes {TAKES[key.takes].told}.")
    return values


def _across(node: Node, key: Key) -> tuple[float, ...]:
    values = _numbers(node, key, 2)
    if min(values) < 0 or max(values) > 1:
        raise node.mark.wrong("a column is in fractions of the page's width, from 0 to 1.", "The middle of the page is 0.5.")
    return values


def _whole(node: Node, key: Key, high: int) -> int:
    if not isinstance(node, Text) or not re.fullmatch("[0-9]{1,6}", node.value) or not 1 <= int(node.value) <= high:
        raise _wrong(node, key)
    return int(node.value)


def _length(node: Node, key: Key) -> float:
    value = _number(node, key, 0.0, MOST_REACH)
    if not value:
        raise _wrong(node, key)
    return value


def _page(node: Node, key: Key) -> str | int:
    if isinstance(node, Text) and node.value in ("any", "first", "last"):
        return node.value
    return _whole(node, key, 100_000)


def _switch(node: Node, key: Key) -> bool:
    if not isinstance(node, Text) or node.value.lower() not in _SWITCH:
        raise _wrong(node, key)
    return _SWITCH[node.value.lower()]


def _one_of(choices: Sequence[str]) -> Callable[[Node, Key], str]:
    def read(node: Node, key: Key) -> str:
        text = _text(node, key)
        if text not in choices:
            assert isinstance(node, Text)
            raise unknown(node, f"no {key.name}", list(choices))
        return text

    return read


def unknown(told: Text, what: str, choices: list[str]) -> TemplateInvalid:
    """The error that a word is none of those that may stand here, with the one that may have been meant."""
    near = extractOne(told.value[:100], choices, score_cutoff=_ALIKE)
    meant = f"Did you mean {near[0]}? " if near else ""
    return told.mark.wrong(f"“{told.value[:60]}” is {what}.", f"{meant}There are {', '.join(choices)}.")


READERS: dict[str, Callable[[Node, Key], Any]] = {
    "name": _text,
    "constant": _text,
    "kind": _one_of(TEMPLATE_KINDS),
    "type": _one_of(tuple(TYPES)),
    "where": _one_of(WHERE),
    "decimal_mark": _one_of((".", ",")),
    "phrase": lambda node, key: read_phrase(node),
    "phrases": _phrases,
    "pattern": _pattern,
    "zone": lambda node, key: _numbers(node, key, 4),
    "across": _across,
    "length": _length,
    "page": _page,
    "lines": lambda node, key: _whole(node, key, MOST_LINES),
    "switch": _switch,
}
