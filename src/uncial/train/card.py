"""What weights say of themselves: what they are, what they were made from and how, and what they are worth.

It lies as JSON in the file of the weights, so that the two are never parted (`uncial.engines.neural.weights.CARD`), and as
Markdown beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from uncial.errors import WeightsInvalid
from uncial.evaluate.report import markdown as table
from uncial.printable import fit

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from uncial.engines.neural.weights import OwnWeights

_WORSE = 0.001
"""A character error rate that rose by more than this is told as a weakness."""
_BAD = 0.1
"""So is one above this: who reads it has to guess words."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that lines were made from: fonts, lists of words, pages of the user's own."""

    name: str
    what: str
    licence: str
    """An SPDX expression, or what its owner says."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How well lines of one kind are read that were kept apart from those that were learned."""

    kind: str
    lines: int
    before: float
    """The character error rate (0 is perfect) of the weights that it was made from."""
    after: float
    """And of these."""


@dataclass(frozen=True, slots=True)
class Card:
    """How weights were made, and what they are worth."""

    name: str
    made: date
    uncial: str
    """The version that made them."""
    base: str
    """The weights that it started from: a name, or that of a file."""
    base_sha256: str
    teacher: str | None
    """Whose output was learned besides the text."""
    recipe: Mapping[str, Any]
    """All of it, as JSON has it."""
    lines: Mapping[str, int]
    """How many lines were there to be learned, by kind."""
    minutes: float
    """Of learning, interruptions left out."""
    threads: int
    """Of the machine that learned."""
    sources: tuple[Source, ...] = ()
    figures: tuple[Figure, ...] = ()
    licence: str = ""
    """Of the weights, where somebody said one."""


def to_json(card: Card) -> str:
    """The card as it stands in the file of the weights."""
    return _adapter().dump_json(card).decode()


def from_json(text: str) -> Card:
    """The card that `to_json` wrote; what a later version says besides is left out. Raises `WeightsInvalid`."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        raise WeightsInvalid(
            f"The card of the weights is not one of Uncial's: {place}: {first['msg']}.",
            hint="The weights may be good all the same: only their card says nothing.",
        ) from None


def card_of(weights: OwnWeights) -> Card | None:
    """The card of these weights; none where their file has none. Raises `WeightsInvalid`."""
    return None if weights.card is None else from_json(json.dumps(dict(weights.card)))


def markdown(card: Card) -> str:
    """The card for people to read."""
    return "\n".join(fit(line) for line in "\n\n".join(_parts(card)).split("\n")) + "\n"


@cache
def _adapter() -> TypeAdapter[Card]:
    from pydantic import TypeAdapter

    return TypeAdapter(Card)


_TAUGHT = {None: "", "base": ", and learned to say of made lines what that says of them"}


def _parts(card: Card) -> Iterator[str]:
    taught = _TAUGHT.get(card.teacher, f", and learned besides what {_said(card.teacher or '')} says of each line")
    yield f"# {_said(card.name)}"
    yield (
        f"A recogniser of lines of text for Uncial. It was made on {card.made.isoformat()} by Uncial {_said(card.uncial)} from "
        f"{_said(card.base)} (sha256 {_said(card.base_sha256)}){taught}."
    )
    if card.licence:
        yield f"Licence of the weights: {_said(card.licence)}."
    yield "## How to use it"
    yield f"```sh\nuncial read --weights {_said(card.name)}.onnx page.png\n```"
    yield "It reads every line alone: no other recogniser, no Tesseract and no list of words is asked."
    yield "## What it is worth"
    yield _figures(card)
    yield "## What it is bad at"
    yield "\n".join(f"- {each}" for each in _weaknesses(card))
    yield "## What it was made from"
    yield (
        "\n".join(f"- {_said(each.name)}: {_said(each.what)} ({_said(each.licence)})" for each in card.sources) or "Nobody said."
    )
    yield "## How it was made"
    yield (
        f"{card.minutes:.1f} minutes of learning on {card.threads} threads. The base comes with a licence of its own. "
        f"Lines to be learned: {_counted(card.lines)}."
    )
    yield f"The whole recipe:\n\n```json\n{json.dumps(card.recipe, ensure_ascii=False, indent=1, default=str)}\n```"


def _figures(card: Card) -> str:
    if not card.figures:
        return "Nobody measured it."
    rows = [(_said(each.kind), f"{each.lines:,}", f"{each.before:.4f}", f"{each.after:.4f}") for each in card.figures]
    return (
        "Character error rates of lines that were kept apart from those that were learned, of the weights that it was made from "
        f"and of these:\n\n{table(('kind', 'lines', 'before', 'after'), rows)}"
    )


def _weaknesses(card: Card) -> Iterator[str]:
    for each in card.figures:
        if each.after > each.before + _WORSE:
            yield f"Lines of the kind “{_said(each.kind)}” it reads worse than {_said(card.base)} does."
        elif each.after > _BAD:
            yield f"Lines of the kind “{_said(each.kind)}” it still reads with many mistakes."
    learned = [_said(kind) for kind, lines in sorted(card.lines.items()) if lines]
    yield f"Whatever is unlike what it learned ({', '.join(learned) or 'nothing that anybody named'}): that was not measured."
    yield "Characters that are not in its alphabet, and lines whose letters stand below each other."


def _counted(lines: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {_said(kind)}" for kind, count in sorted(lines.items()) if count) or "none"


def _said(text: str) -> str:
    """A text from a file that anybody may have written, as it can stand within a line or a cell."""
    return " ".join(fit(text).split()).replace("|", "\\|").replace("`", "'")
