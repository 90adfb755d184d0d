"""The list of corrections as it comes in, which is checked and made clean, and as it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from math import isfinite
from typing import Annotated, Any, TypeVar
from unicodedata import category, normalize

from pydantic import Discriminator, Tag, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from uncial.corrections import BlocksCorrected, Correction, FieldCorrected, LinesCorrected, Spot, WordsCorrected
from uncial.document import Block, Cell, Line, Word, mean_confidence
from uncial.errors import CorrectionInvalid
from uncial.geometry import Quad

MOST = 100_000
"""Corrections of one document."""
LONGEST_WORD, LONGEST_NAME, LONGEST_VALUE = 1_000, 200, 10_000
"""Characters of a word, of the name of a field or an engine, and of a field's value."""
DEEPEST = 20
"""The level of a heading or a list item."""
MOST_ROWS, MOST_COLUMNS = 2_000, 500
MOST_PLACES = 1_000_000
"""Of the grids of all tables that come with one list."""
_UNSEEN = ("Cc", "Cf", "Cn", "Cs")
"""General categories of Unicode: control and format characters, those that are none, and halves of letters."""
_JOINING = "\u200c\u200d"
"""They have no width, but are part of how Persian and the scripts of India are spelled."""
_KINDS = ("words", "lines", "blocks", "field")
"""What a correction has that tells its kind."""

_Item = TypeVar("_Item")


def _kind(told: object) -> str | None:
    return next((name for name in _KINDS if name in told), None) if isinstance(told, dict) else None


_Told = Annotated[
    Annotated[WordsCorrected, Tag("words")]
    | Annotated[LinesCorrected, Tag("lines")]
    | Annotated[BlocksCorrected, Tag("blocks")]
    | Annotated[FieldCorrected, Tag("field")],
    Discriminator(
        _kind, custom_error_type="kind", custom_error_message="A correction has one of “words”, “lines”, “blocks” and “field”"
    ),
]


@dataclass(frozen=True, slots=True)
class _Body:
    corrections: tuple[_Told, ...]


def read(data: bytes) -> tuple[Correction, ...]:
    """The corrections of a JSON object with `corrections`, with their texts made clean. Raises `CorrectionInvalid`."""
    try:
        told: Sequence[Correction] = _validator().validate_json(data, strict=True).corrections
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise CorrectionInvalid(f"{_path(first['loc'])}: {first['msg']}.", hint="docs/http.md shows each kind.") from error
    if len(told) > MOST:
        raise CorrectionInvalid(f"These are {len(told)} corrections, and {MOST} is the most.", hint="Replace whole blocks.")
    room = [MOST_PLACES]
    return tuple(_clean(correction, Spot(index), room) for index, correction in enumerate(told))


def write(corrections: Iterable[Correction]) -> bytes:
    """The corrections as a JSON array, which is the same for the same corrections."""
    return json.dumps([asdict(each) for each in corrections], ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _path(steps: Sequence[int | str]) -> str:
    """Where in the JSON something stands; the kind of a correction, which pydantic has behind its index, is no part of that."""
    if len(steps) > 2 and steps[0] == "corrections":
        steps = (*steps[:2], *steps[3:])
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")[:LONGEST_NAME] or "The body"


def _clean(correction: Correction, spot: Spot, room: list[int]) -> Correction:
    """The correction with clean texts; `room` is how many places of tables there may still be."""
    match correction:
        case WordsCorrected():
            return replace(correction, words=_each(correction.words, "words", spot, _clean_word))
        case LinesCorrected():
            return replace(correction, lines=_each(correction.lines, "lines", spot, _clean_line))
        case BlocksCorrected():
            blocks = _each(correction.blocks, "blocks", spot, lambda block, at: _clean_block(block, at, room))
            return replace(correction, blocks=blocks)
        case FieldCorrected():
            return _clean_field(correction, spot)


def _each(items: Iterable[_Item], name: str, spot: Spot, clean: Callable[[_Item, Spot], _Item]) -> tuple[_Item, ...]:
    return tuple(clean(item, spot.at(name, index)) for index, item in enumerate(items))


def _clean_word(word: Word, spot: Spot) -> Word:
    parts = word.text.split()
    text = _clean_letters("".join(parts))
    if len(parts) > 1:
        raise spot.wrong("the word has white space in it", "Send a word for each part.")
    if not text:
        raise spot.wrong("the word has no letter", "To delete it, let words give way to none.")
    if len(text) > LONGEST_WORD:
        raise spot.wrong(f"the word has {len(text)} letters, and {LONGEST_WORD} is the most")
    _check_quad(word.quad, spot)
    if word.checked:
        return replace(word, text=text, confidence=1.0, character_confidences=(), doubtful=False)
    letters = word.character_confidences
    if not all(sure is None or 0 <= sure <= 1 for sure in (word.confidence, *letters)):
        raise spot.wrong("a confidence is not from 0 to 1", "Send null for one that is not known.")
    return replace(word, text=text, character_confidences=letters if len(letters) == len(text) else ())


def _clean_line(line: Line, spot: Spot) -> Line:
    _check_quad(line.quad, spot)
    words = _each(line.words, "words", spot, _clean_word)
    return replace(line, words=words, confidence=mean_confidence(words), engine=_clean_text(line.engine)[:LONGEST_NAME])


def _clean_block(block: Block, spot: Spot, room: list[int]) -> Block:
    _check_quad(block.quad, spot)
    if not (0 <= block.level <= (6 if block.kind == "heading" else DEEPEST) and 0 <= block.column <= MOST_COLUMNS):
        raise spot.wrong(f"there is no {block.kind} of level {block.level} in column {block.column}")
    if block.cells and block.kind != "table":
        raise spot.wrong(f"a {block.kind} has no cells", "Make it a table.")
    for index, cell in enumerate(block.cells):
        _check_cell(cell, len(block.lines), spot.at("cells", index), room)
    places = [each for cell in block.cells for each in cell.places]
    if len(set(places)) < len(places):
        raise spot.wrong("two cells cover the same place of the table")
    return replace(block, lines=_each(block.lines, "lines", spot, _clean_line))


def _check_cell(cell: Cell, lines: int, spot: Spot, room: list[int]) -> None:
    _check_quad(cell.quad, spot)
    if not 0 <= cell.start <= cell.stop <= lines:
        raise spot.wrong(f"the table has no lines {cell.start} to {cell.stop}")
    grid = cell.row >= 0 and cell.column >= 0 and cell.rows >= 1 and cell.columns >= 1
    if not grid or cell.row + cell.rows > MOST_ROWS or cell.column + cell.columns > MOST_COLUMNS:
        raise spot.wrong("there is no such place in a table", f"It may have {MOST_ROWS} rows and {MOST_COLUMNS} columns.")
    room[0] -= cell.rows * cell.columns
    if room[0] < 0:
        raise spot.wrong(f"the tables have more than {MOST_PLACES} places")


def _check_quad(quad: Quad, spot: Spot) -> None:
    if not all(isfinite(number) for corner in quad for number in corner):
        raise spot.wrong("a corner of a quad is no place")


def _clean_field(correction: FieldCorrected, spot: Spot) -> FieldCorrected:
    name, value = _clean_text(correction.field), correction.value
    if not name or len(name) > LONGEST_NAME:
        raise spot.wrong(f"the name of a field has from 1 to {LONGEST_NAME} letters")
    if value is not None:
        value = "\n".join(text for line in value.splitlines() if (text := _clean_text(line)))
        if not value:
            raise spot.wrong("the value is empty", "null says that there is no such field.")
        if len(value) > LONGEST_VALUE:
            raise spot.wrong(f"the value has {len(value)} letters, and {LONGEST_VALUE} is the most")
    return FieldCorrected(name, value)


def _clean_text(text: str) -> str:
    return " ".join(_clean_letters(" ".join(text.split())).split())


def _clean_letters(text: str) -> str:
    """NFC, as engines give it, without what nobody sees."""
    return normalize("NFC", "".join(letter for letter in text if letter in _JOINING or category(letter) not in _UNSEEN))


@cache
def _validator() -> SchemaValidator:
    """What makes corrections of JSON.

    At the first item of a list that is wrong it stops: a body can have millions, and pydantic would tell of each.
    """
    return SchemaValidator(_failing_fast(TypeAdapter(_Body).core_schema))


def _failing_fast(schema: Any) -> Any:
    if isinstance(schema, dict):
        fast = {"fail_fast": True} if schema.get("type") in ("tuple", "list") else {}
        return {name: _failing_fast(value) for name, value in schema.items()} | fast
    return [_failing_fast(value) for value in schema] if isinstance(schema, list) else schema
