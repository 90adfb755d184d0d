import subprocess
import sys
from pathlib import Path

import pytest

from uncial.engines.neural.alphabet import LANGUAGES as NEURAL
from uncial.errors import LanguageMissing
from uncial.languages import LANGUAGES, find_language, how_to_add, script_of


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de", "de"), ("DE", "de"), ("deu", "de"), ("ger", "de"), ("de-AT", "de"), ("de_AT", "de"), ("de-Latn-AT", "de"),
        ("de-1901", "de"), ("eng", "en"), ("en-x-scan", "en"), (" fr ", "fr"),
        ("es-419", "es"), ("nob", "nb"), ("nor", "no"), ("fil", "tl"),
        ("kmr", "ku"), ("zh", "zh"), ("zh-CN", "zh"), ("zh-Hans", "zh"), ("zho", "zh"), ("chi_sim", "zh"), ("zh-Hans-TW", "zh"),
        ("zh_TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("chi-Hant", "zh-Hant"), ("chi_tra", "zh-Hant"), ("ZH-HANT-HK", "zh-Hant"),
        ("sr", "sr"), ("srp", "sr"), ("sr-Cyrl", "sr"), ("sr-Latn", "sr-Latn"), ("srp_latn", "sr-Latn"),
        ("sr-Latn-RS", "sr-Latn"), ("aze_cyrl", "az-Cyrl"), ("uz-Cyrl", "uz-Cyrl"),
        ("de-Latf", "de-Latf"), ("frk", "de-Latf"), ("grc", "grc"),
    ],
)  # fmt: skip
def test_a_language_is_found_by_all_its_names(name: str, code: str):
    assert find_language(name).code == code


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("german", "Did you mean de (German)?"),
        ("germn", "Did you mean de (German)?"),
        ("englisch", "Did you mean en (English)?"),
        ("klingon", "`uncial languages`"),
        ("auto", "`uncial languages`"),
        ("", "`uncial languages`"),
        ("xx", "`uncial languages`"),
        ("d", "`uncial languages`"),
        ("ru-Latn", "Did you mean ru (Russian)?"),
        ("de-", "Did you mean de"),
        ("spa_old", "Did you mean es"),
        ("de-DE-AT", "Did you mean de"),
        ("ｄｅ", "`uncial languages`"),
    ],
)
def test_what_is_no_language_is_told_with_what_is_like_it(name: str, hint: str):
    with pytest.raises(LanguageMissing) as caught:
        find_language(name)
    assert f"“{name}”" in caught.value.message
    assert hint in caught.value.hint


def test_every_code_and_every_pack_leads_to_a_language_that_has_it():
    for code, language in LANGUAGES.items():
        assert code == language.code
        assert find_language(code) == language
        assert all(name in find_language(name).codes for name in language.codes)
        assert all(find_language(pack).packs == language.packs for pack in language.packs)


def test_every_language_is_whole():
    for language in LANGUAGES.values():
        assert language.packs, language
        assert all(len(code) == 3 for code in language.codes), language
        assert language.script[0].isupper(), language
        assert len(language.script) == 4, language
        assert len(set(language.letters)) == len(language.letters), language
        assert not language.letters or language.script in ("Latn", "Latf"), language
        assert all(script_of(letter) in ("Latn", "") for letter in language.letters), language
    assert sorted(LANGUAGES) == list(LANGUAGES)


def test_a_missing_language_comes_with_the_command_that_adds_it():
    assert how_to_add(LANGUAGES["ru"]) == (
        "Type `apt install tesseract-ocr-rus`, or put rus.traineddata into a folder and name it with --models."
    )
    assert "tesseract-ocr-chi-tra`" in how_to_add(LANGUAGES["zh-Hant"])
    assert "chi_tra.traineddata" in how_to_add(LANGUAGES["zh-Hant"])
    assert "tesseract-ocr-frk`" in how_to_add(LANGUAGES["de-Latf"])  # Debian has no deu_latf


SAMPLES = {
    "Grüße, 2024!": "Latn", "Ｆｕｌｌ": "Latn", "Добрый день": "Cyrl", "καλὴ ἡμέρα": "Grek", "مرحبا بالعالم": "Arab",
    "שלום": "Hebr", "नमस्ते दुनिया": "Deva", "สวัสดีชาวโลก": "Thai", "안녕하세요": "Hang", "大韓民國 대한민국 만세": "Hang",
    "日本語の文書です": "Jpan", "カタカナ": "Jpan", "ﾊﾝｶｸ": "Jpan", "中文文件": "Hani",
    "人々": "Hani", "Բարեւ": "Armn", "გამარჯობა": "Geor", "ሰላም": "Ethi",
    "ᐃᓄᒃᑎᑐᑦ": "Cans", "ᏣᎳᎩ": "Cher", "ܫܠܡܐ": "Syrc", "ދިވެހި": "Thaa",
    "မြန်မာ": "Mymr", "ខ្មែរ": "Khmr", "བོད": "Tibt", "ລາວ": "Laoo",
}  # fmt: skip


@pytest.mark.parametrize(("text", "script"), SAMPLES.items(), ids=list(SAMPLES.values()))
def test_the_script_of_a_text_is_that_of_its_letters(text: str, script: str):
    assert script_of(text) == script


def test_most_letters_decide_and_signs_and_digits_do_not_count():
    assert script_of("Москва (Moscow region) и Санкт-Петербург") == "Cyrl"
    assert script_of("Moscow and St Petersburg (Москва)") == "Latn"
    assert script_of("中文文件中文文件中文文件の") == "Hani"  # one kana is a shop sign, no Japanese
    assert [script_of(text) for text in ("", " ", "12.50 €", "—", "①", "ªº")] == [""] * 6


def test_the_docs_have_a_row_for_every_language_and_no_other():
    told = (Path(__file__).parent.parent / "docs/languages.md").read_text(encoding="utf-8")
    table = [line for line in told.splitlines() if line.startswith("| `")]
    assert table == [
        f"| `{each.code}` | {each.name} | {each.script} | {'yes' if each.code in NEURAL else ''} | "
        f"{', '.join(f'`{pack}`' for pack in each.packs)} |"
        for each in LANGUAGES.values()
    ]


def test_the_table_of_languages_costs_nothing_but_the_standard_library():
    code = "import sys; import uncial.languages; print('numpy' in sys.modules, 'difflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout.split() == ["False", "False"]
