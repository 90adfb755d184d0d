"""What PDF/A-2b asks of a content stream: the rules that can be told from its operators (ISO 19005-2:2011)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from uncial.formats.redo import INVISIBLE, SHOWS

INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
INLINE = "INLINE IMAGE"
_DEEPEST = 28
_OPERATORS = set(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri s S"
    " SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
) | {INLINE}


@dataclass(slots=True)
class Survey:
    """What a content stream does."""

    faults: list[str] = field(default_factory=list)
    """The rules that it breaks, each with its clause."""
    fonts: set[str] = field(default_factory=set)
    """The names of the fonts that it shows visible text in."""
    drawn: dict[str, int] = field(default_factory=dict)
    """The names of the forms and images that it draws, with the text rendering mode that they begin with."""


def survey(instructions: Iterable[tuple[Sequence[Any], str]], mode: int = 0) -> Survey:
    """Look through the operands and operators of a stream that begins with that text rendering mode."""
    seen, saved, font = Survey(), [], ""
    for operands, operator in instructions:
        if operator not in _OPERATORS:
            seen.faults.append(f"6.2.2: the operator {operator} is not one of PDF's")
        if operator == "q":
            saved.append((mode, font))
            if len(saved) == _DEEPEST + 1:
                seen.faults.append("6.1.13: graphics states are nested too deep")
        elif operator == "Q" and saved:
            mode, font = saved.pop()
        elif operator == "Tr" and operands:
            mode = int(operands[0])
        elif operator == "Tf" and operands:
            font = str(operands[0])
        elif operator in SHOWS and mode != INVISIBLE:
            seen.fonts.add(font)
        elif operator == "Do" and operands:
            seen.drawn[str(operands[0])] = min(mode, seen.drawn.get(str(operands[0]), mode))
        elif operator in ("k", "K") or (operator in ("cs", "CS") and "/DeviceCMYK" in map(str, operands)):
            seen.faults.append("6.2.4.3: CMYK colours without a profile")
        elif operator == "ri" and not {str(operand) for operand in operands} <= INTENTS:
            seen.faults.append("6.2.6: an unknown rendering intent")
        elif operator == INLINE:
            seen.faults.append("6.1.10: images within the content are not looked into")
    return seen
