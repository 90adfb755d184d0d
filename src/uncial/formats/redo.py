"""Takes the invisible text out of a content stream: the layer of an earlier OCR program, where the page was read anew.

What can be seen is never changed, nor anything that it depends on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Instruction = tuple[Sequence[Any], str]
"""Operands and operator."""

INVISIBLE = 3
"""Text rendering mode: neither filled nor stroked nor clipped to (ISO 32000-1, table 106)."""
_SHOWS = {"Tj", "TJ", "'", '"'}
_PLACES = {"Td", "TD", "Tm", "T*", "'", '"', "BT", "ET"}
_HINT = re.compile(rb"\b3\s+Tr\b")


def may_hide_text(content: bytes) -> bool:
    """Whether there can be invisible text in this content stream: a quick look."""
    return _HINT.search(content) is not None


@dataclass(slots=True)
class Stripped:
    """A content stream without its invisible text."""

    instructions: list[Instruction] = field(default_factory=list)
    taken: int = 0
    """How many text-showing operators are gone."""
    visible: int = 0
    """How many are left."""
    drawn: dict[str, int] = field(default_factory=dict)
    """The forms and images that it draws, and the text rendering mode that they begin with."""


def without_invisible(instructions: Iterable[Instruction], mode: int = 0) -> Stripped:
    """The stream without the text that it shows invisibly; `mode` is the text rendering mode that it begins with."""
    result = Stripped()
    saved: list[int] = []
    pending: list[tuple[int, Instruction]] = []
    for operands, operator in instructions:
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif operator == "Tr" and operands:
            mode = int(operands[0])
        elif operator == "Do" and operands:
            result.drawn.setdefault(str(operands[0]), mode)
        if operator in _PLACES:
            pending = []
        if operator in _SHOWS and mode == INVISIBLE:
            pending.append((len(result.instructions), (operands, operator)))
            result.instructions.extend(_silent(operands, operator))
            result.taken += 1
            continue
        if operator in _SHOWS:
            _give_back(result, pending)
            pending = []
            result.visible += 1
        result.instructions.append((operands, operator))
    return result


def _silent(operands: Sequence[Any], operator: str) -> list[Instruction]:
    """What is left of an operator that shows text: where the next line begins, and the spacing that it sets."""
    match operator:
        case "'":
            return [((), "T*")]
        case '"' if len(operands) == 3:
            return [((operands[0],), "Tw"), ((operands[1],), "Tc"), ((), "T*")]
    return []


def _give_back(result: Stripped, pending: Sequence[tuple[int, Instruction]]) -> None:
    """Put back what was taken, since visible text begins where it ended."""
    for at, instruction in reversed(pending):
        result.instructions[at : at + len(_silent(*instruction))] = [instruction]
        result.taken -= 1
