"""Takes the invisible text off a page: the layer of an earlier OCR program, where the page was read anew.

What can be seen is never changed, nor anything that it depends on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from uncial.formats.sheets import inherited, own_resources

if TYPE_CHECKING:
    from uncial.document import Page

Instruction = tuple[Sequence[Any], str]
"""Operands and operator."""

INVISIBLE = 3
"""Text rendering mode: neither filled nor stroked nor clipped to (ISO 32000-1, table 106)."""
_DEEPEST = 8
"""Forms within forms beyond this depth are left alone."""
SHOWS = {"Tj", "TJ", "'", '"'}
"""The operators that show text."""
_PLACES = {"Td", "TD", "Tm", "T*", "'", '"', "BT", "ET"}
_HINT = re.compile(rb"\b3\s+Tr\b")


@dataclass(slots=True)
class _Stripped:
    """A content stream without its invisible text."""

    instructions: list[Instruction] = field(default_factory=list)
    taken: int = 0
    """How many text-showing operators are gone."""
    visible: int = 0
    """How many are left."""
    drawn: dict[str, int] = field(default_factory=dict)
    """The forms and images that it draws, and the text rendering mode that they begin with."""


def _without_invisible(instructions: Iterable[Instruction], mode: int = 0) -> _Stripped:
    """The stream without the text that it shows invisibly; `mode` is the text rendering mode that it begins with."""
    result = _Stripped()
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
        if operator in SHOWS and mode == INVISIBLE:
            pending.append((len(result.instructions), (operands, operator)))
            result.instructions.extend(_silent(operands, operator))
            result.taken += 1
            continue
        if operator in SHOWS:
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


def _give_back(result: _Stripped, pending: Sequence[tuple[int, Instruction]]) -> None:
    """Put back what was taken, since visible text begins where it ended."""
    for at, instruction in reversed(pending):
        result.instructions[at : at + len(_silent(*instruction))] = [instruction]
        result.taken -= 1


# Pages and their forms


class Cleaned(NamedTuple):
    """A content stream without its invisible text, with resources whose forms have lost theirs too."""

    content: bytes = b""
    resources: Any = None
    taken: int = 0
    """How many operators that showed text invisibly are gone, in forms too."""
    visible: int = 0
    """How many are left."""


def remove_old_text(pdf: pikepdf.Pdf, sheet: pikepdf.Page, page: Page) -> Cleaned:
    """Take the old invisible text off the page, unless there is other text that was believed beside it."""
    resources = inherited(sheet, "/Resources")
    try:
        if not _may_hide_text(sheet, resources):
            return Cleaned()
        cleaned = _cleaned(pdf, sheet, resources)
    except pikepdf.PdfError:
        return Cleaned()  # content that cannot be parsed is drawn by nobody either
    if not cleaned.taken or (page.text_source == "both" and cleaned.visible):
        return cleaned._replace(taken=0)
    sheet.obj.Contents = pdf.make_stream(cleaned.content)
    sheet.obj.Resources = cleaned.resources
    return cleaned


def _may_hide_text(sheet: pikepdf.Page, resources: Any) -> bool:
    """Whether the page or a form of it may show text invisibly: a quick look, since parsing large pages takes time."""
    contents = sheet.obj.get("/Contents", Array())
    streams = [contents] if isinstance(contents, Stream) else [part for part in contents if isinstance(part, Stream)]
    return any(_HINT.search(stream.read_bytes()) for stream in (*streams, *_forms_within(resources)))


def _forms_within(resources: Any, depth: int = 0) -> Iterator[Any]:
    if depth == _DEEPEST:
        return
    for form in _forms(resources).values():
        yield form
        yield from _forms_within(form.get("/Resources"), depth + 1)


def _forms(resources: Any) -> dict[str, Any]:
    """The form XObjects of these resources, by their names."""
    found = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    entries = found.items() if isinstance(found, Dictionary) else ()
    return {name: form for name, form in entries if isinstance(form, Stream) and form.get("/Subtype") == Name.Form}


def _cleaned(pdf: pikepdf.Pdf, stream: Any, resources: Any, mode: int = 0, depth: int = 0) -> Cleaned:
    instructions = ((list(each.operands), str(each.operator)) for each in pikepdf.parse_content_stream(stream))
    stripped = _without_invisible(instructions, mode)
    resources, taken, visible = own_resources(resources), stripped.taken, stripped.visible
    for name, form in _forms(resources).items() if depth < _DEEPEST else ():
        if name in stripped.drawn:
            inner = _cleaned(pdf, form, form.get("/Resources"), stripped.drawn[name], depth + 1)
            taken, visible = taken + inner.taken, visible + inner.visible
            if inner.taken:
                resources.XObject[name] = _form_like(pdf, form, inner)
    if taken and not visible:
        resources.Font = Dictionary()
        stripped.instructions = [each for each in stripped.instructions if each[1] != "Tf"]
    return Cleaned(pikepdf.unparse_content_stream(cast("Any", stripped.instructions)), resources, taken, visible)


def _form_like(pdf: pikepdf.Pdf, form: Any, cleaned: Cleaned) -> Any:
    kept = {key: value for key, value in form.items() if key not in ("/Length", "/Filter", "/DecodeParms")}
    return pdf.make_stream(cleaned.content, kept | {"/Resources": cleaned.resources})
