"""How a set is scored: one table, one row for each kind of set, and a file beside the user's own labels that overrides it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from uncial.errors import OptionInvalid, SourceDamaged

OVERRIDES = "evaluation.json"
"""The file in a set's folder whose fields go before the table's."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What counts in a set, and what its labels write differently."""

    order: bool = True
    """Whether the labels' order is a reading order: otherwise CER and WER say nothing and are left out."""
    precision: bool = True
    """Whether everything on the page is labelled: otherwise only the recall of the labelled words counts."""
    fold_case: bool = False
    """Whether capital and small letters are the same."""
    join_hyphens: bool = True
    """Whether a word that is divided at a line's end is joined, on both sides."""
    wildcard: str = ""
    """A character that stands in the label for any one character."""
    mapping: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What is written in another way, on both sides, before all else."""


FRAKTUR = MappingProxyType({"ſ": "s", "aͤ": "ä", "oͤ": "ö", "uͤ": "ü", "Aͤ": "Ä", "Oͤ": "Ö", "Uͤ": "Ü", "ꝛ": "r"})

PROFILES: dict[str, Profile] = {
    "a_unlv_isri": Profile(wildcard="~"),
    "a_scribe": Profile(order=False),
    "b_sroie": Profile(fold_case=True),
    "b_invoice2data": Profile(order=False),
    "b_kleister": Profile(order=False),
    "b_zugferd": Profile(order=False),
    "c_icdar2015_scene": Profile(order=False),
    "c_svt": Profile(order=False, precision=False, fold_case=True),
    "e_archiscribe": Profile(mapping=FRAKTUR),
    "e_ocrd_de_fraktur": Profile(mapping=FRAKTUR),
    "f_born_digital": Profile(order=False),
    "h_": Profile(order=False),
}
"""By the beginning of a set's name; the longest that fits decides, and a set that none fits is scored by the defaults."""


def profile_for(folder: Path) -> Profile:
    """How the set in that folder is scored. Raises `OptionInvalid` or `SourceDamaged` for an `evaluation.json` that is wrong."""
    fitting = [prefix for prefix in PROFILES if folder.name.startswith(prefix)]
    profile = PROFILES[max(fitting, key=len)] if fitting else Profile()
    overrides = folder / OVERRIDES
    return replace(profile, **_read_overrides(overrides)) if overrides.is_file() else profile


def _read_overrides(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceDamaged(f"{path} is not JSON: {error}.", hint="Mend it, or take it away to score by the defaults.") from error
    kinds = {entry.name: dict if entry.name == "mapping" else type(entry.default) for entry in fields(Profile)}
    wrong = [name for name in given if name not in kinds or not isinstance(given[name], kinds[name])]
    if wrong:
        known = ", ".join(f"{name} ({kind.__name__})" for name, kind in kinds.items())
        raise OptionInvalid(
            f"{path} has a field that is not known or has another type: {', '.join(wrong)}.", hint=f"Its fields: {known}."
        )
    return dict(given)
