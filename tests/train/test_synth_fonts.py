import json
from pathlib import Path

from fonts_of_bars import LETTERS, write_font
from uncial.train.lines import KINDS
from uncial.train.synth import families
from uncial.train.synth.fonts import Font, Shelf, as_markdown, find_fonts


def only(folder: Path, cache: Path | None = None) -> Font:
    (font,) = find_fonts([folder], cache)
    return font


def family(shelf: Shelf, text: str, *chances: float) -> str | None:
    font = shelf.font_for("printed", text, chances)
    return font.family if font else None


def test_a_font_covers_a_text_only_if_it_draws_all_of_its_characters(tmp_path: Path):
    write_font(tmp_path / "a.ttf", letters=LETTERS + "š", empty="ß")
    font = only(tmp_path)
    assert font.covers("Größe: 3 š".replace("ß", "ss"))
    assert not font.covers("Größe"), "its ß is mapped to an empty glyph"
    assert not font.covers("ž")


def test_a_font_without_latin_letters_and_a_file_that_is_none_are_left_out(tmp_path: Path):
    write_font(tmp_path / "greek.ttf", letters="αβγ123")
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + b"no font at all" * 9)
    (tmp_path / "empty.otf").write_bytes(b"")
    assert find_fonts([tmp_path]) == ()


def test_fonts_of_symbols_and_of_capitals_alone_are_left_out(tmp_path: Path):
    write_font(tmp_path / "a.ttf", family="Some Symbols")
    write_font(tmp_path / "b.ttf", family="Honest", style="Caps")
    assert find_fonts([tmp_path]) == ()


def test_a_family_that_draws_capitals_for_small_letters_sets_no_small_letters(tmp_path: Path):
    write_font(tmp_path / "a.ttf", family="Tomson Talks")
    font = only(tmp_path)
    assert font.covers("TALK 12") and not font.covers("Talk")


def test_the_family_says_what_kind_of_line_a_font_is_for(tmp_path: Path):
    for number, name in enumerate(("Courier Prime", "yfrak", "Kristi", "Nobody Knows")):
        write_font(tmp_path / f"{number}.ttf", family=name)
    kinds = {font.family: font.kinds for font in find_fonts([tmp_path])}
    assert kinds["yfrak"] == ("fraktur",)
    assert kinds["Kristi"] == ("handwriting",)
    assert "typewritten" in kinds["Courier Prime"] and "printed" not in kinds["Courier Prime"]
    assert kinds["Nobody Knows"] == ("printed", "table")
    assert {kind for each in kinds.values() for kind in each} <= set(KINDS)


def test_letters_of_one_width_make_a_font_one_for_programs(tmp_path: Path):
    write_font(tmp_path / "a.ttf", widths=dict.fromkeys(LETTERS, 500))
    font = only(tmp_path)
    assert font.mono and "code" in font.kinds


def test_bold_italic_and_thin_are_read_off_the_style(tmp_path: Path):
    write_font(tmp_path / "a.ttf", style="Bold Italic")
    write_font(tmp_path / "b.ttf", style="ExtraLight")
    first, second = find_fonts([tmp_path])
    assert (first.bold, first.italic, first.thin) == (True, True, False)
    assert (second.bold, second.italic, second.thin) == (False, False, True)


def test_the_licence_is_the_fonts_own_or_that_of_the_package_it_was_taken_out_of(tmp_path: Path):
    package = tmp_path / "fonts-of-somebody" / "deeper"
    package.mkdir(parents=True)
    (package.parent / "copyright").write_text("Files: *\nCopyright: Somebody\nLicense: Expat\n", encoding="utf-8")
    write_font(package / "a.ttf", family="A")
    write_font(package / "b.ttf", family="B", licence="Licensed under the SIL Open Font License, Version 1.1")
    a, b = find_fonts([tmp_path])
    assert (a.package, a.licence) == ("fonts-of-somebody", "Expat")
    assert (b.package, b.licence) == ("fonts-of-somebody", "OFL-1.1")


def test_each_style_comes_once_and_in_an_order_that_files_do_not_change(tmp_path: Path):
    write_font(tmp_path / "z.ttf", family="A")
    write_font(tmp_path / "y.ttf", family="B")
    write_font(tmp_path / "x.ttf", family="B")
    assert [font.path.name for font in find_fonts([tmp_path])] == ["z.ttf", "x.ttf"]


def test_what_was_found_is_kept_until_the_files_change(tmp_path: Path):
    folder, cache = tmp_path / "fonts", tmp_path / "fonts.json"
    folder.mkdir()
    write_font(folder / "a.ttf", family="A")
    found = find_fonts([folder], cache)
    stored = json.loads(cache.read_text(encoding="utf-8"))
    stored["fonts"][0]["family"] = "Told so by the cache"
    cache.write_text(json.dumps(stored), encoding="utf-8")
    assert only(folder, cache=cache).family == "Told so by the cache"
    write_font(folder / "b.ttf", family="B")
    assert {font.family for font in find_fonts([folder], cache)} == {"A", "B"}
    cache.write_text('{"files"', encoding="utf-8")
    assert found[0] in find_fonts([folder], cache), "a cache that was cut off is made anew"


def test_a_shelf_gives_a_font_that_has_the_text_or_none(tmp_path: Path):
    write_font(tmp_path / "a.ttf", family="A")
    write_font(tmp_path / "b.ttf", family="B", letters=LETTERS + "Ł")
    shelf = Shelf(find_fonts([tmp_path]))
    chances = [number / 20 for number in range(20)]
    assert {family(shelf, "a", chance) for chance in chances} == {"A", "B"}
    assert family(shelf, "Łodz", *chances) == "B"
    assert family(shelf, "Ж", *chances) is None
    assert shelf.kinds == {"printed", "table"}


def test_common_families_come_more_often_than_others_and_many_styles_are_not_many_families(tmp_path: Path):
    write_font(tmp_path / "a.ttf", family="Liberation Serif")
    for number in range(9):
        write_font(tmp_path / f"{number}.ttf", family="Zoo", style=f"Cut {number}")
    shelf = Shelf(find_fonts([tmp_path]))
    drawn = [family(shelf, "a", number / 100) for number in range(100)]
    assert drawn.count("Liberation Serif") > 60


def test_the_table_names_each_package_with_its_licence(tmp_path: Path):
    package = tmp_path / "fonts-a"
    package.mkdir()
    (package / "copyright").write_text("Files: *\nLicense: Expat\n", encoding="utf-8")
    write_font(package / "a.ttf")
    page = as_markdown(find_fonts([tmp_path]))
    assert "| fonts-a | Expat | printed, table | 1 |" in page
    assert "1 fonts of 1 packages" in page


def test_no_family_is_of_two_kinds_that_exclude_each_other():
    assert not families.FRAKTUR & families.HANDWRITING
    assert not (families.FRAKTUR | families.HANDWRITING) & (families.TYPEWRITTEN | families.TILLS | set(families.DOTS))
    assert not [name for name in families.COMMON if name.startswith(families.OUT)]
