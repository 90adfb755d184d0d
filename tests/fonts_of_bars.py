"""Fonts that tests make themselves: each letter is a bar, as high as such letters are."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import ascii_letters, ascii_lowercase, digits

LETTERS = ascii_letters + digits + ".,-:;!?()/%äöüÄÖÜß€"
_EM = 1000
_LOW, _HIGH, _SMALL = -200, 720, 480


def write_font(
    path: Path,
    family: str = "Bars",
    style: str = "Regular",
    letters: Iterable[str] = LETTERS,
    *,
    empty: str = "",
    widths: Mapping[str, int] | None = None,
    licence: str = "",
) -> Path:
    """A TrueType font whose letters are bars; those of `empty` are mapped to nothing."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    shown = sorted({*letters, " "})
    names = {each: f"u{ord(each):04X}" for each in shown}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    for each, name in names.items():
        pen = TTGlyphPen(None)
        if each != " " and each not in empty:
            top = _SMALL if each in "acemnorsuvwxz" else _HIGH
            bottom = _LOW if each in "gjpqy," else 0
            for point, move in (((60, bottom), pen.moveTo), ((60, top), pen.lineTo), ((260, top), pen.lineTo)):
                move(point)
            pen.lineTo((260, bottom))
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(each): name for each, name in names.items()})
    builder.setupGlyf(glyphs)
    advances = {name: (widths or {}).get(each, 320 if each in ascii_lowercase else 400) for each, name in names.items()}
    builder.setupHorizontalMetrics({".notdef": (400, 0), **{name: (wide, 0) for name, wide in advances.items()}})
    builder.setupHorizontalHeader(ascent=900, descent=-300)
    builder.setupNameTable({"familyName": family, "styleName": style, "licenseDescription": licence or "All may use it."})
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-300, usWinAscent=900, usWinDescent=300)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 3_500_000_000
    builder.save(path)
    return path
