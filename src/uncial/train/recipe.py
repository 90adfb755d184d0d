"""What a run is: one YAML file, read whole and checked before anything is done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_type_hints

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from uncial.errors import RecipeInvalid
from uncial.models import LATIN
from uncial.options import Limits
from uncial.sources import read_bytes
from uncial.train.lines import KINDS

BASES = (LATIN, "ppocr-v6-tiny", "ppocr-v6-small")
"""The weights that a fit can start from, besides files that were exported."""
WEIGHTS = ".onnx"
_STRICT: dict[str, Any] = {"extra": "forbid", "allow_inf_nan": False}
_MOST_BYTES = 1 << 20
_HINT = "docs/training.md says what may stand in a recipe."

PRINTED = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "da", "sv", "no", "fi", "hu", "ro", "tr")
"""The languages of lines that are made where a recipe says nothing."""


def _kinds(shares: Mapping[str, float]) -> Mapping[str, float]:
    if unknown := sorted(shares.keys() - set(KINDS)):
        raise ValueError(f"“{unknown[0]}” is no kind of line: there are {', '.join(KINDS)}")
    if min(shares.values(), default=0.0) < 0 or not sum(shares.values()):
        raise ValueError("each kind has a share of 0 or more, and one of them of more than 0")
    return shares


def _weights(name: str) -> str:
    if name not in BASES and not name.endswith(WEIGHTS):
        raise ValueError(f"“{name}” is neither {' nor '.join(BASES)} nor a file NAME{WEIGHTS}")
    return name


def _file_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,79}", name, re.ASCII):
        raise ValueError(
            "a name has letters, digits, dots, dashes and underscores, 80 at most, and begins with one of the first two"
        )
    return name


@dataclass(frozen=True, slots=True)
class Synth:
    """The lines that are made."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    lines: Annotated[int, Field(ge=0, le=10_000_000)] = 20_000
    kinds: Annotated[Mapping[str, float], AfterValidator(_kinds)] = field(default_factory=lambda: {"printed": 1.0})
    """How often each kind comes, in parts of the sum."""
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = PRINTED
    fonts: tuple[Path, ...] = ()
    """Folders of fonts; none for those of the system."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the network learns."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    rate: Annotated[float, Field(gt=0, le=0.1)] = 4e-5
    """The learning rate at its highest (AdamW)."""
    batch: Annotated[int, Field(ge=1, le=4096)] = 16
    """Lines a step."""
    steps: Annotated[int, Field(ge=1)] | None = None
    """It ends after so many; None: when the time is over or it stops by itself."""
    minutes: Annotated[float, Field(gt=0)] | None = None
    """It ends after so many minutes of learning, those before an interruption included."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.99
    """Decay of the exponential moving average of the weights, which is what is kept."""
    blend: Annotated[float, Field(gt=0, le=1)] = 1.0
    """How far the weights that are kept go on the way from those that it starts from to those that it learned: in between they
    read what was learned nearly as well, and forget less (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022)."""
    sharpen: Annotated[float, Field(gt=0, le=10)] = 1.0
    """So many times what was learned are the logits of the weights that come of it: averaged and blended ones are right as often
    and less sure of it. One over it is the temperature of Guo et al., "On calibration of modern neural networks", 2017."""
    distil: Annotated[float, Field(ge=0)] = 1.0
    """Weight of the distance from the teacher's output (Kullback-Leibler, a time step)."""
    text: Annotated[float, Field(ge=0)] = 0.1
    """Weight of the true text (connectionist temporal classification)."""
    every: Annotated[int, Field(ge=1)] = 100
    """Steps between two looks at the lines that are watched."""
    patience: Annotated[int, Field(ge=1)] = 8
    """Looks without a better one after which it stops by itself."""
    given: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The part of each step's lines that are given ones, where there are any; the others are made."""
    watched: Annotated[int, Field(ge=1, le=100_000)] = 200
    """Lines of each kind that are kept apart to be watched."""
    bfloat16: bool | None = None
    """Whether it reckons in bfloat16; None for whichever is quicker on the machine on which the run begins."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One run of training."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: Annotated[str, AfterValidator(_file_name)]
    """The name of the weights that come out of it."""
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1
    base: Annotated[str, AfterValidator(_weights)] = LATIN
    """The weights that it starts from: uncial-latin, ppocr-v6-tiny, ppocr-v6-small, or a file that was exported."""
    teacher: Literal["base", "ppocr-v6-tiny", "ppocr-v6-small"] | None = "ppocr-v6-small"
    """Whose output is learned besides the text; `base` for what the base itself says, so that made lines teach nothing and keep
    from forgetting (Li and Hoiem, "Learning without forgetting", 2016); None for the text alone."""
    alphabet: Literal["latin", "base"] = "latin"
    """The characters of the head: `latin`, or `base` for those of the weights that it starts from."""
    more: Annotated[str, Field(max_length=10_000)] = ""
    """Further characters, such as those of a script that the alphabet does not have."""
    synth: Synth = Synth()
    fit: Fit = Fit()
    given: tuple[Path, ...] = ()
    """Folders of line images with texts, ZIPs of the web page's corrections, folders of ALTO or PAGE files with their images."""


def load_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file; its files and folders are told from where it lies. Raises `RecipeInvalid` and `SourceError`."""
    data, _ = read_bytes(path, Limits(max_bytes=_MOST_BYTES))
    return _rooted(recipe_of(_parsed(data, path.name), path.name), path.parent)


def recipe_of(told: object, name: str) -> Recipe:
    """The recipe that these values are, `name` being what it is called in errors. Raises `RecipeInvalid`."""
    try:
        recipe = _adapter().validate_python(told)
    except ValidationError as error:
        raise _told(error, name) from None
    for wrong in _contradictions(recipe):
        raise RecipeInvalid(f"{name}: {wrong}", hint=_HINT)
    return recipe


def as_yaml(recipe: Recipe) -> bytes:
    """The recipe as a file, with every value that it leaves to its default."""
    import yaml

    told: bytes = yaml.safe_dump(as_json(recipe), allow_unicode=True, sort_keys=False, encoding="utf-8")
    return told


def as_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as JSON has it."""
    told: dict[str, Any] = _adapter().dump_python(recipe, mode="json")
    return told


def without_places(recipe: Recipe) -> Recipe:
    """The same for others to read: of files and folders the names alone, which say nothing of the machine they lie on."""
    fonts, given = (tuple(Path(path.name) for path in paths) for paths in (recipe.synth.fonts, recipe.given))
    return replace(recipe, base=Path(recipe.base).name, synth=replace(recipe.synth, fonts=fonts), given=given)


@cache
def _adapter() -> TypeAdapter[Recipe]:
    return TypeAdapter(Recipe)


def _parsed(data: bytes, name: str) -> object:
    """The values of a YAML file, in which `no` is a language and a date is a text."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads only what YAML 1.2 calls the core schema, less its words for true and false."""

        yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML reads it from the class)
            first: [each for each in held if not each[0].endswith((":bool", ":timestamp"))]
            for first, held in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        return yaml.load(data, Loader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise RecipeInvalid(f"{name}{line}: this is no YAML: {error.problem}.", hint=_HINT) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RecipeInvalid(f"{name}: this is no YAML: {said}.", hint=_HINT) from None


def _told(error: ValidationError, name: str) -> RecipeInvalid:
    """The first thing that is wrong, with its key and what may stand there."""
    first = error.errors(include_url=False, include_input=False)[0]
    steps = [str(step) for step in first["loc"] if not _is_branch(step)]
    key = ".".join(steps)
    place = f"{name}: {key}" if key else name
    if first["type"] == "unexpected_keyword_argument":
        known = _keys(steps[:-1])
        return RecipeInvalid(f"{place}: there is no such key.", hint=f"Here may stand: {', '.join(known)}.")
    if first["type"] in ("missing", "missing_argument"):
        return RecipeInvalid(f"{place} is missing.", hint=f"Write it: {key}: NAME.")
    if first["type"] in ("dataclass_type", "dataclass_exact_type"):
        return RecipeInvalid(f"{place}: keys with values are missing.", hint=f"Here may stand: {', '.join(_keys(steps))}.")
    said = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return RecipeInvalid(f"{place}: it {said}." if said.startswith("should") else f"{place}: {said}.", hint=_HINT)


def _is_branch(step: object) -> bool:
    """Whether pydantic only says which of several types it tried."""
    return isinstance(step, str) and (
        "[" in step or step in ("int", "float", "str", "none", "constrained-int", "constrained-float")
    )


def _keys(steps: list[str]) -> list[str]:
    """What may stand at that place of a recipe."""
    kind: Any = Recipe
    for step in steps:
        kind = get_type_hints(kind).get(step)
    return [each.name for each in fields(kind)] if is_dataclass(kind) else []


def _contradictions(recipe: Recipe) -> Iterator[str]:
    """What no single key is to blame for."""
    if not recipe.synth.lines and not recipe.given:
        yield "there is nothing to learn: synth.lines is 0, and given names no lines."
    if not recipe.fit.text and (not recipe.fit.distil or recipe.teacher is None):
        yield "nothing is learned: fit.text is 0, and no teacher is asked."


def _rooted(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with its paths told from that folder."""
    base = recipe.base if recipe.base in BASES else _from(folder, Path(recipe.base)).as_posix()
    fonts, given = (tuple(_from(folder, path) for path in paths) for paths in (recipe.synth.fonts, recipe.given))
    return replace(recipe, base=base, synth=replace(recipe.synth, fonts=fonts), given=given)


def _from(folder: Path, path: Path) -> Path:
    return Path(os.path.abspath(folder / path.expanduser()))  # noqa: PTH100 (links stay what they are)
