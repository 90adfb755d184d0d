"""Finds fonts, and says what kind of line each is for, which letters it has, and whose it is."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uncial.train.synth.families import (
    ASCII,
    CAPITALS,
    COMMON,
    DOTS,
    FRAKTUR,
    HANDWRITING,
    OUT,
    OUT_WORDS,
    SELDOM,
    TILLS,
    TYPEWRITTEN,
    WRONG,
)

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"), Path("/usr/local/share/fonts"))
"""Where Debian's packages and scripts/train-fonts put fonts."""
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff"})
_NEEDED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-")
"""A font that lacks one of these is for something else than text."""
_LAST = 0x2C00
"""Code points from here on are of no script and no sign that lines are made of (Unicode 15, Blocks.txt: after the Latin ones and
the symbols)."""
_HIRAGANA = "あ"
_LICENCES = (
    ("SIL Open Font License", "OFL-1.1"),
    ("SIL OPEN FONT LICENSE", "OFL-1.1"),
    ("scripts.sil.org/OFL", "OFL-1.1"),
    ("openfontlicense.org", "OFL-1.1"),
    ("GUST Font License", "GFL"),
    ("GUST Font Licence", "GFL"),
    ("LaTeX Project Public License", "LPPL"),
    ("Apache License", "Apache-2.0"),
    ("Public Domain", "public-domain"),
    ("License to copy, modify, and distribute", "permissive"),
    ("General Public License", "GPL"),
    ("GNU GPL", "GPL"),
)
"""How a licence is known by its words where nobody names it in a form that machines read."""


@dataclass(frozen=True, slots=True)
class Font:
    """One face that lines can be set in."""

    path: Path
    index: int
    """Which face of a collection."""
    family: str
    style: str
    kinds: tuple[str, ...]
    """The kinds of lines it is for, of `lines.KINDS`."""
    package: str
    """Debian's package that it is from; the folder's name for fonts of one's own."""
    licence: str
    bold: bool
    italic: bool
    thin: bool
    mono: bool
    """All its letters are as wide."""
    variable: bool
    dots: int
    """The em in pixels at which each of its dots is one pixel; 0 where it is not made of dots."""
    characters: str = field(repr=False)
    """All that it can draw, of the Latin script and its signs."""

    def covers(self, text: str) -> bool:
        """Whether it has all characters of the text."""
        return all(each in self.characters for each in set(text))

    @property
    def name(self) -> str:
        """Family and style."""
        return f"{self.family} {self.style}"


def find_fonts(folders: Sequence[Path] = (), cache: Path | None = None) -> tuple[Font, ...]:
    """The fonts of these folders, or of the system where there is none, that have Latin letters; each family and style once.

    `cache` is a file in which what was found is kept: with the same font files, it is not looked for again.
    """
    paths = sorted(_files(folders or FOLDERS))
    seen = [_rules(), *(f"{path}:{path.stat().st_size}" for path in paths)]
    kept = _kept(cache, seen)
    if kept is not None:
        return kept
    owners = _owners()
    found = {(font.family, font.style): font for path in reversed(paths) for font in _faces(path, owners)}
    fonts = tuple(found[key] for key in sorted(found))
    if cache:
        _keep(cache, seen, fonts)
    return fonts


def _rules() -> str:
    """What tells one version of the tables and of this module from another: what was found by other rules is looked for again."""
    sources = (Path(__file__), Path(__file__).with_name("families.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def as_markdown(fonts: Iterable[Font]) -> str:
    """The packages that fonts are from, as a table of a Markdown page."""
    rows: dict[str, list[Font]] = {}
    for font in fonts:
        rows.setdefault(font.package, []).append(font)
    total = sum(map(len, rows.values()))
    lines = [
        "# Fonts that lines are made in",
        "",
        "Written by `scripts/train-fonts --table`; `scripts/train-fonts` installs them. All are of Debian's main archive, so",
        f"that they are free to use and to pass on; none is shipped with Uncial. {total} fonts of {len(rows)} packages.",
        "",
        "| package | licence | kinds of lines | fonts |",
        "|---|---|---|---|",
    ]
    lines += [_row(package, members) for package, members in sorted(rows.items())]
    return "\n".join(lines) + "\n"


def _row(package: str, members: Sequence[Font]) -> str:
    kinds = Counter(kind for font in members for kind in font.kinds)
    licences = sorted({font.licence for font in members})
    return f"| {package} | {', '.join(licences)} | {', '.join(sorted(kinds))} | {len(members)} |"


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())


def _kept(cache: Path | None, seen: Sequence[str]) -> tuple[Font, ...] | None:
    if cache is None or not cache.is_file():
        return None
    try:
        stored = json.loads(cache.read_text(encoding="utf-8"))
        if stored["files"] != list(seen):
            return None
        return tuple(Font(**{**row, "path": Path(row["path"]), "kinds": tuple(row["kinds"])}) for row in stored["fonts"])
    except (ValueError, KeyError, TypeError):  # written by another version, or cut off
        return None


def _keep(cache: Path, seen: Sequence[str], fonts: Iterable[Font]) -> None:
    rows = [{**asdict(font), "path": str(font.path)} for font in fonts]
    written = cache.with_suffix(".new")
    written.write_text(json.dumps({"files": list(seen), "fonts": rows}, ensure_ascii=False), encoding="utf-8")
    written.replace(cache)


def _owners() -> Mapping[str, str]:
    """Which of Debian's packages each font file is from, by its path; empty on other systems."""
    owners = {}
    for listing in Path("/var/lib/dpkg/info").glob("*.list"):
        package = listing.stem.partition(":")[0]
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line[-4:].lower() in _SUFFIXES or line.endswith(".woff"):
                owners[line] = package
    return owners


def _faces(path: Path, owners: Mapping[str, str]) -> Iterator[Font]:
    """The faces of a font file that are for Latin text; none where it cannot be read."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of what old fonts have wrong, and reads them all the same
    try:
        with path.open("rb") as file:
            collection = path.suffix.lower() in {".ttc", ".otc"}
            faces = TTCollection(file, lazy=True).fonts if collection else [TTFont(file, lazy=True)]
            found = (_face(path, index, face, owners) for index, face in enumerate(faces))
            yield from filter(None, found)
    # fontTools raises whatever its parsing stumbles on: a font that is broken is no font
    except (TTLibError, OSError, ValueError, KeyError, AssertionError, AttributeError, TypeError, IndexError):
        return


def _face(path: Path, index: int, face: TTFont, owners: Mapping[str, str]) -> Font | None:
    family, size = _sized(_named(face, 16, 1))
    style = f"{_named(face, 17, 2)} {size}".strip()
    if _is_out(family, style):
        return None
    characters = _characters(face, family)
    if not characters.issuperset(_NEEDED - set("abcdefghijklmnopqrstuvwxyz") if family in CAPITALS else _NEEDED):
        return None
    package = owners.get(str(path)) or owners.get(str(path.resolve())) or _folder(path)
    mono = len({face["hmtx"][face.getBestCmap()[ord(each)]][0] for each in "iMW.0"}) == 1
    look = f"{family} {style} {path.stem}"
    return Font(
        path=path,
        index=index,
        family=family,
        style=style,
        kinds=_kinds(family, mono),
        package=package,
        licence=_licence(package, path, face),
        bold=bool(re.search("bold|black|heavy|demi", look, re.IGNORECASE)),
        italic=bool(re.search("ital|obliq|slant", look, re.IGNORECASE)),
        thin=bool(re.search("thin|hairline|(extra|ultra)[ -]?light", look, re.IGNORECASE)),
        mono=mono,
        variable="fvar" in face,
        dots=DOTS.get(family, 0),
        characters="".join(sorted(characters)),
    )


def _named(face: TTFont, *numbers: int) -> str:
    """The first of these names that the font has (OpenType 1.9, name table, Name IDs)."""
    names = (face["name"].getDebugName(number) for number in numbers)
    return " ".join(next((name for name in names if name), "").split())


def _sized(family: str) -> tuple[str, str]:
    """The family without the size for which a font was drawn, such as `Latin Modern Roman 10`, and that size."""
    name, _, last = family.rpartition(" ")
    return (name, last) if name and last.isdecimal() and int(last) < 40 else (family, "")


def _is_out(family: str, style: str) -> bool:
    words = f"{family} {style} ".lower()
    return not family or family.startswith(OUT) or any(word in words for word in OUT_WORDS)


def _characters(face: TTFont, family: str) -> set[str]:
    """What the font really draws: not what it maps to an empty glyph, or to the box of a missing one."""
    cmap = {
        point: glyph
        for point, glyph in face.getBestCmap().items()
        if (0x20 <= point < _LAST or point == ord(_HIRAGANA)) and not 0x7F <= point < 0xA1
    }
    empty = _empty(face)
    drawn = {chr(point) for point, glyph in cmap.items() if glyph != ".notdef" and (point == 0x20 or not empty(glyph))}
    same = {each for each in drawn if each.islower() and cmap.get(ord(each.upper()[0])) == cmap[ord(each)]}
    return _really(drawn - same, family)


def _really(drawn: set[str], family: str) -> set[str]:
    """Of what the font has, what is drawn as people know it."""
    if family in CAPITALS:
        drawn = {each for each in drawn if not each.islower()}
    if family.startswith(ASCII):
        drawn = {each for each in drawn if each.isascii()}
    if _HIRAGANA in drawn:  # such fonts have quotes, dashes and signs as wide as their own letters
        drawn = {each for each in drawn if each.isascii() or each.isalpha()}
    if family in DOTS:  # too coarse to tell these from straight ones
        drawn = drawn - set("„“”‘’")
    return drawn - set(WRONG.get(family, ""))


def _empty(face: TTFont) -> Any:
    """A function that tells of a glyph's name whether it has no outline."""
    if "glyf" in face:
        table = face["glyf"]
        return lambda glyph: table[glyph].numberOfContours == 0
    if "CFF " in face:
        strings = face["CFF "].cff.topDictIndex[0].CharStrings
        return lambda glyph: _is_endchar(strings[glyph].bytecode or b"")
    return lambda glyph: False


def _is_endchar(charstring: bytes) -> bool:
    """Whether it is a width and `endchar` alone, without a subroutine (Adobe Technical Note 5177, sections 4.1 and 4.7)."""
    return 0 < len(charstring) <= 4 and charstring[-1] == 14 and charstring[-2:-1] not in (b"\x0a", b"\x1d")


def _kinds(family: str, mono: bool) -> tuple[str, ...]:
    if family in FRAKTUR:
        return ("fraktur",)
    if family in HANDWRITING:
        return ("handwriting",)
    if family in TYPEWRITTEN:
        return ("code", "receipt", "typewritten") if family in TILLS else ("code", "typewritten")
    if mono:
        return ("code", "receipt", "table")
    return ("printed", "receipt", "table") if family in TILLS or family in DOTS else ("printed", "table")


def _folder(path: Path) -> str:
    """The package whose fonts were taken out into a folder of its name; the folder of the file otherwise."""
    return next((each.name for each in path.parents if (each / "copyright").is_file()), path.parent.name)


def _licence(package: str, path: Path, face: TTFont) -> str:
    """The licence's short name: as the font says it, else as its package does (Debian Policy, copyright format 1.0)."""
    own = " ".join(_named(face, number) for number in (13, 14, 0))
    known = next((name for words, name in _LICENCES if words in own), "")
    return known or _package_licence(package, path) or "see its package"


def _package_licence(package: str, path: Path) -> str:
    places = [Path("/usr/share/doc") / package / "copyright", *(each / "copyright" for each in path.parents)]
    text = next((place.read_text(encoding="utf-8", errors="replace") for place in places if place.is_file()), "")
    named = re.search(r"^Files: *\*$.*?^License: *(\S[^\n]*)$", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    if named:
        return named[1].strip().replace("|", "/")
    return next((name for words, name in _LICENCES if words in text), "")


class Shelf:
    """Fonts to draw lots from: of each kind, each family as often, those of most documents more often."""

    def __init__(self, fonts: Iterable[Font]) -> None:
        """Sorts the fonts by kind."""
        from itertools import accumulate

        by_kind: dict[str, list[Font]] = {}
        for font in fonts:
            for kind in font.kinds:
                by_kind.setdefault(kind, []).append(font)
        self._by_kind = {kind: (tuple(each), tuple(accumulate(_weights(kind, each)))) for kind, each in by_kind.items()}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of lines that there is a font for."""
        return frozenset(self._by_kind)

    def font_for(self, kind: str, text: str, chances: Iterable[float]) -> Font | None:
        """A font of that kind that has the whole text, or None; `chances` (each 0..1) say which ones are looked at."""
        from bisect import bisect

        fonts, sums = self._by_kind[kind]
        for chance in chances:
            font = fonts[bisect(sums, chance * sums[-1], hi=len(fonts) - 1)]
            if font.covers(text):
                return font
        return None


def _weights(kind: str, fonts: Sequence[Font]) -> list[float]:
    styles = Counter(font.family for font in fonts)
    return [_weight(kind, font) / styles[font.family] ** 0.8 for font in fonts]


def _weight(kind: str, font: Font) -> float:
    """How often a font comes: those of most documents most, and upright ones of a usual weight."""
    weight = 5.0 if font.family in COMMON else 0.25 if font.family.startswith(SELDOM) else 1.0
    weight *= 0.45 if font.bold else 0.2 if font.thin else 1.0
    return weight * (_ITALIC.get(kind, 0.5) if font.italic else 1.0)


_ITALIC = {"receipt": 0.04, "typewritten": 0.04, "code": 0.2}
"""How often italics come, against upright letters, where that is seldomer than in print."""
