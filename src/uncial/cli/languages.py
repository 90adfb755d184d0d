"""`uncial languages`: what can be read here and by which engine, and how to add what cannot."""

from __future__ import annotations

import json

from uncial.engines.survey import Readers, Survey
from uncial.languages import find_language, how_to_add, install_command

HOW = "Type the command, or put the language's .traineddata file into a folder and name it with --models. See docs/languages.md."


def find(asked: str, known: Survey) -> tuple[Readers, ...]:
    """The languages that a code, a name or a script stands for. Raises `LanguageMissing` where there is none."""
    word = asked.strip().lower()
    found = [each for each in known.languages if _has_code(each, word)] or [
        each for each in known.languages if _has_name(each, word)
    ]
    return tuple(found) or tuple(each for each in known.languages if each.language == find_language(asked))


def table(chosen: tuple[Readers, ...], known: Survey) -> str:
    """A line for each of these languages, and below what else is to be known."""
    wide = max((len(each.language.name) for each in chosen), default=0)
    lines = [f"{each.language.code:8}{each.language.name:{wide}}  {each.language.script}  {_read_by(each)}" for each in chosen]
    absent = [f"{name} is not here: {error.message} {error.hint}" for name, error in known.absent]
    return "\n".join([*lines, "", _below(chosen, known), *absent])


def to_json(chosen: tuple[Readers, ...], known: Survey) -> str:
    """The same for programs."""
    rows = [each.row() if each.engines else {**each.row(), "add": how_to_add(each.language)} for each in chosen]
    absent = {name: f"{error.message} {error.hint}" for name, error in known.absent}
    return json.dumps({"languages": rows, "absent": absent}, ensure_ascii=False, indent=1)


def _has_code(each: Readers, word: str) -> bool:
    code, _, _, codes, packs, _ = each.language
    return word in (code.lower(), code.partition("-")[0], *codes, *packs)


def _has_name(each: Readers, word: str) -> bool:
    return bool(word) and (word in each.language.name.lower() or word == each.language.script.lower())


def _read_by(each: Readers) -> str:
    return ", ".join(each.engines) or f"not here: {install_command(each.language)}"


def _below(chosen: tuple[Readers, ...], known: Survey) -> str:
    missing = [each.language for each in chosen if not each.engines]
    if missing:
        return how_to_add(missing[0]) if len(missing) == 1 else HOW
    count = f"{len(known.readable)} languages can be read here"
    return f"{count}, {len(known.missing)} more can be added: uncial languages --missing" if known.missing else f"{count}."
