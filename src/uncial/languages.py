"""Languages: what users call them, in which script each is written, and which Tesseract pack reads it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple

from uncial.errors import LanguageMissing


class Language(NamedTuple):
    """One language in one script."""

    code: str
    """Its BCP 47 name, the shortest that is clear: de, zh-Hant, de-Latf."""
    name: str
    """In English."""
    script: str
    """ISO 15924; zh is Hans, ja is Jpan, ko is Hang."""
    codes: tuple[str, ...]
    """Its ISO 639-2 codes (639-3 where that has none), the terminological one first."""
    packs: tuple[str, ...]
    """The Tesseract packs that read it, the best first."""
    letters: str = ""
    """What a Latin script has besides A to Z, in small letters (the exemplar letters of the Unicode CLDR)."""


_TABLE = (
    Language("af", "Afrikaans", "Latn", ("afr",), ("afr",), "áäéèêëíîïóôöúûüý"),
    Language("am", "Amharic", "Ethi", ("amh",), ("amh",)),
    Language("ar", "Arabic", "Arab", ("ara",), ("ara",)),
    Language("as", "Assamese", "Beng", ("asm",), ("asm",)),
    Language("az", "Azerbaijani", "Latn", ("aze",), ("aze",), "çəğıöşüİ"),
    Language("az-Cyrl", "Azerbaijani (Cyrillic)", "Cyrl", ("aze",), ("aze_cyrl",)),
    Language("be", "Belarusian", "Cyrl", ("bel",), ("bel",)),
    Language("bg", "Bulgarian", "Cyrl", ("bul",), ("bul",)),
    Language("bn", "Bengali", "Beng", ("ben",), ("ben",)),
    Language("bo", "Tibetan", "Tibt", ("bod", "tib"), ("bod",)),
    Language("br", "Breton", "Latn", ("bre",), ("bre",), "âêîñôùûü"),
    Language("bs", "Bosnian", "Latn", ("bos",), ("bos",), "čćđšž"),
    Language("ca", "Catalan", "Latn", ("cat",), ("cat",), "àçéèíïóòúü"),
    Language("ceb", "Cebuano", "Latn", ("ceb",), ("ceb",), "ñ"),
    Language("chr", "Cherokee", "Cher", ("chr",), ("chr",)),
    Language("co", "Corsican", "Latn", ("cos",), ("cos",), "àèìïòù"),
    Language("cs", "Czech", "Latn", ("ces", "cze"), ("ces",), "áčďéěíňóřšťúůýž"),
    Language("cy", "Welsh", "Latn", ("cym", "wel"), ("cym",), "âêîôûŵŷäëïöü"),
    Language("da", "Danish", "Latn", ("dan",), ("dan",), "æøåé"),
    Language("de", "German", "Latn", ("deu", "ger"), ("deu",), "äöüß"),
    Language("de-Latf", "German (Fraktur)", "Latf", ("deu", "ger"), ("deu_latf", "frk", "script/Fraktur", "Fraktur"), "äöüßſ"),
    Language("dv", "Dhivehi", "Thaa", ("div",), ("div",)),
    Language("dz", "Dzongkha", "Tibt", ("dzo",), ("dzo",)),
    Language("el", "Greek", "Grek", ("ell", "gre"), ("ell",)),
    Language("en", "English", "Latn", ("eng",), ("eng",)),
    Language("enm", "English, Middle (1100-1500)", "Latn", ("enm",), ("enm",), "æðþȝ"),
    Language("eo", "Esperanto", "Latn", ("epo",), ("epo",), "ĉĝĥĵŝŭ"),
    Language("es", "Spanish", "Latn", ("spa",), ("spa",), "áéíñóúüªº"),
    Language("et", "Estonian", "Latn", ("est",), ("est",), "äõöüšž"),
    Language("eu", "Basque", "Latn", ("eus", "baq"), ("eus",), "ñç"),
    Language("fa", "Persian", "Arab", ("fas", "per"), ("fas",)),
    Language("fi", "Finnish", "Latn", ("fin",), ("fin",), "äöåšž"),
    Language("fo", "Faroese", "Latn", ("fao",), ("fao",), "áðíóúýæø"),
    Language("fr", "French", "Latn", ("fra", "fre"), ("fra",), "àâæçéèêëîïôœùûüÿ"),
    Language("frm", "French, Middle (1400-1600)", "Latn", ("frm",), ("frm",), "àâæçéèêëîïôœùûüÿſ"),
    Language("fy", "Frisian, Western", "Latn", ("fry",), ("fry",), "âàáäêèéëîíïôòóöûùúüý"),
    Language("ga", "Irish", "Latn", ("gle",), ("gle",), "áéíóú"),
    Language("gd", "Gaelic, Scottish", "Latn", ("gla",), ("gla",), "àáèéìòóù"),
    Language("gl", "Galician", "Latn", ("glg",), ("glg",), "áéíñóúü"),
    Language("grc", "Greek, Ancient", "Grek", ("grc",), ("grc",)),
    Language("gu", "Gujarati", "Gujr", ("guj",), ("guj",)),
    Language("he", "Hebrew", "Hebr", ("heb",), ("heb",)),
    Language("hi", "Hindi", "Deva", ("hin",), ("hin",)),
    Language("hr", "Croatian", "Latn", ("hrv",), ("hrv",), "čćđšž"),
    Language("ht", "Haitian Creole", "Latn", ("hat",), ("hat",), "àèò"),
    Language("hu", "Hungarian", "Latn", ("hun",), ("hun",), "áéíóöőúüű"),
    Language("hy", "Armenian", "Armn", ("hye", "arm"), ("hye",)),
    Language("id", "Indonesian", "Latn", ("ind",), ("ind",)),
    Language("is", "Icelandic", "Latn", ("isl", "ice"), ("isl",), "áðéíóúýþæö"),
    Language("it", "Italian", "Latn", ("ita",), ("ita",), "àèéìíîòóùúªº"),
    Language("iu", "Inuktitut", "Cans", ("iku",), ("iku",)),
    Language("ja", "Japanese", "Jpan", ("jpn",), ("jpn",)),
    Language("jv", "Javanese", "Latn", ("jav",), ("jav",), "âåèéêìòù"),
    Language("ka", "Georgian", "Geor", ("kat", "geo"), ("kat",)),
    Language("kk", "Kazakh", "Cyrl", ("kaz",), ("kaz",)),
    Language("km", "Khmer", "Khmr", ("khm",), ("khm",)),
    Language("kn", "Kannada", "Knda", ("kan",), ("kan",)),
    Language("ko", "Korean", "Hang", ("kor",), ("kor",)),
    Language("ku", "Kurdish (Kurmanji)", "Latn", ("kur", "kmr"), ("kmr",), "çêîşû"),
    Language("ky", "Kyrgyz", "Cyrl", ("kir",), ("kir",)),
    Language("la", "Latin", "Latn", ("lat",), ("lat",), "āēīōūæœ"),
    Language("lb", "Luxembourgish", "Latn", ("ltz",), ("ltz",), "äéë"),
    Language("lo", "Lao", "Laoo", ("lao",), ("lao",)),
    Language("lt", "Lithuanian", "Latn", ("lit",), ("lit",), "ąčęėįšųūž"),
    Language("lv", "Latvian", "Latn", ("lav",), ("lav",), "āčēģīķļņšūž"),
    Language("mi", "Maori", "Latn", ("mri", "mao"), ("mri",), "āēīōū"),
    Language("mk", "Macedonian", "Cyrl", ("mkd", "mac"), ("mkd",)),
    Language("ml", "Malayalam", "Mlym", ("mal",), ("mal",)),
    Language("mn", "Mongolian", "Cyrl", ("mon",), ("mon",)),
    Language("mr", "Marathi", "Deva", ("mar",), ("mar",)),
    Language("ms", "Malay", "Latn", ("msa", "may"), ("msa",)),
    Language("mt", "Maltese", "Latn", ("mlt",), ("mlt",), "ċġħżàèìòù"),
    Language("my", "Burmese", "Mymr", ("mya", "bur"), ("mya",)),
    Language("nb", "Norwegian Bokmål", "Latn", ("nob",), ("nor",), "æøåéèêóòô"),
    Language("ne", "Nepali", "Deva", ("nep",), ("nep",)),
    Language("nl", "Dutch", "Latn", ("nld", "dut"), ("nld",), "áéëíïóöúüèêĳ"),
    Language("nn", "Norwegian Nynorsk", "Latn", ("nno",), ("nor",), "æøåéèêóòô"),
    Language("no", "Norwegian", "Latn", ("nor",), ("nor",), "æøåéèêóòô"),
    Language("oc", "Occitan", "Latn", ("oci",), ("oci",), "àáçèéíïòóúü"),
    Language("or", "Odia", "Orya", ("ori",), ("ori",)),
    Language("pa", "Punjabi", "Guru", ("pan",), ("pan",)),
    Language("pl", "Polish", "Latn", ("pol",), ("pol",), "ąćęłńóśźż"),
    Language("ps", "Pashto", "Arab", ("pus",), ("pus",)),
    Language("pt", "Portuguese", "Latn", ("por",), ("por",), "áâãàçéêíóôõúüªº"),
    Language("qu", "Quechua", "Latn", ("que",), ("que",), "ñ"),
    Language("ro", "Romanian", "Latn", ("ron", "rum"), ("ron",), "ăâîșțşţ"),
    Language("ru", "Russian", "Cyrl", ("rus",), ("rus",)),
    Language("sa", "Sanskrit", "Deva", ("san",), ("san",)),
    Language("sd", "Sindhi", "Arab", ("snd",), ("snd",)),
    Language("si", "Sinhala", "Sinh", ("sin",), ("sin",)),
    Language("sk", "Slovak", "Latn", ("slk", "slo"), ("slk",), "áäčďéíĺľňóôŕšťúýž"),
    Language("sl", "Slovenian", "Latn", ("slv",), ("slv",), "čšž"),
    Language("sq", "Albanian", "Latn", ("sqi", "alb"), ("sqi",), "çë"),
    Language("sr", "Serbian", "Cyrl", ("srp",), ("srp",)),
    Language("sr-Latn", "Serbian (Latin)", "Latn", ("srp",), ("srp_latn",), "čćđšž"),
    Language("su", "Sundanese", "Latn", ("sun",), ("sun",), "é"),
    Language("sv", "Swedish", "Latn", ("swe",), ("swe",), "åäöé"),
    Language("sw", "Swahili", "Latn", ("swa",), ("swa",)),
    Language("syr", "Syriac", "Syrc", ("syr",), ("syr",)),
    Language("ta", "Tamil", "Taml", ("tam",), ("tam",)),
    Language("te", "Telugu", "Telu", ("tel",), ("tel",)),
    Language("tg", "Tajik", "Cyrl", ("tgk",), ("tgk",)),
    Language("th", "Thai", "Thai", ("tha",), ("tha",)),
    Language("ti", "Tigrinya", "Ethi", ("tir",), ("tir",)),
    Language("tl", "Tagalog (Filipino)", "Latn", ("tgl", "fil"), ("fil", "tgl"), "ñ"),
    Language("to", "Tongan", "Latn", ("ton",), ("ton",), "áāéēíīóōúū"),
    Language("tr", "Turkish", "Latn", ("tur",), ("tur",), "çğıöşüâîûİ"),
    Language("tt", "Tatar", "Cyrl", ("tat",), ("tat",)),
    Language("ug", "Uyghur", "Arab", ("uig",), ("uig",)),
    Language("uk", "Ukrainian", "Cyrl", ("ukr",), ("ukr",)),
    Language("ur", "Urdu", "Arab", ("urd",), ("urd",)),
    Language("uz", "Uzbek", "Latn", ("uzb",), ("uzb",)),
    Language("uz-Cyrl", "Uzbek (Cyrillic)", "Cyrl", ("uzb",), ("uzb_cyrl",)),
    Language(
        "vi", "Vietnamese", "Latn", ("vie",), ("vie",),
        "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    ),
    Language("yi", "Yiddish", "Hebr", ("yid",), ("yid",)),
    Language("yo", "Yoruba", "Latn", ("yor",), ("yor",), "áàéèẹíìńóòọṣúù"),
    Language("zh", "Chinese (simplified)", "Hans", ("zho", "chi"), ("chi_sim",)),
    Language("zh-Hant", "Chinese (traditional)", "Hant", ("zho", "chi"), ("chi_tra",)),
)  # fmt: skip

LANGUAGES = {language.code: language for language in _TABLE}
"""Every language that something here can read or could be taught to read, by its BCP 47 name."""

_REGION_SCRIPTS = {"zh-tw": "hant", "zh-hk": "hant", "zh-mo": "hant"}
"""Where a country writes a language otherwise than most (the likely subtags of the Unicode CLDR)."""

_DEBIAN_PACKS = {"de-Latf": "frk"}
"""Where the pack that Debian has is not the best one."""

# BCP 47 (RFC 5646): language, script, region, variants; private use is nobody else's business.
_TAG = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-x(?:-[a-z\d]{1,8})+)?"
)


def find_language(name: str) -> Language:
    """The language that a user means by de, deu, ger, de-AT, DE, zh_TW or chi_tra. Raises `LanguageMissing`."""
    known = _by_any_code()
    wanted = name.strip().replace("_", "-").lower()
    found = known.get(wanted) or _by_tag(wanted, known)
    if found is None:
        raise LanguageMissing(f"“{name}” is no language that is known here.", hint=_close_to(wanted))
    return found


def how_to_add(language: Language) -> str:
    """What to type so that the language can be read here; the hint of every refusal of a language."""
    command = install_command(language)
    return f"Type `{command}`, or put {_debian_pack(language)}.traineddata into a folder and name it with --models."


def install_command(language: Language) -> str:
    """The command that installs the language's Tesseract pack on Debian and Ubuntu."""
    return f"apt install tesseract-ocr-{_debian_pack(language).replace('_', '-')}"


def _debian_pack(language: Language) -> str:
    return _DEBIAN_PACKS.get(language.code, language.packs[0])


def script_of(text: str) -> str:
    """The ISO 15924 script that most letters of a text are in, "" for a text without letters.

    Chinese is Hani, for one cannot tell Hans from Hant by the script; with kana among its ideographs a text is Jpan. Fraktur is
    Latn, as Unicode has it.
    """
    counts = Counter(script for script in map(_script_of_letter, text) if script)
    kana, ideographs = counts.pop("Kana", 0), counts.pop("Hani", 0)
    if kana + ideographs:
        counts["Jpan" if kana * 10 >= ideographs else "Hani"] = kana + ideographs
    return max(counts, key=lambda script: counts[script], default="")


@cache
def _by_any_code() -> dict[str, Language]:
    """Languages by all that is a name for them, in small letters; where several share one, the first in the table has it."""
    known: dict[str, Language] = {}
    for names in (lambda one: (one.code,), lambda one: one.codes, lambda one: one.packs):
        for language in _TABLE:
            for name in names(language):
                known.setdefault(name.lower().replace("_", "-"), language)
    return known


def _by_tag(tag: str, known: dict[str, Language]) -> Language | None:
    """The language of a BCP 47 tag with more to it than a language; no other script is taken for the one that was named."""
    parts = _TAG.fullmatch(tag)
    plain = known.get(parts[1]) if parts else None
    if parts is None or plain is None:
        return None
    script = parts[2] or _REGION_SCRIPTS.get(f"{plain.code}-{parts[3]}")
    return plain if script in (None, plain.script.lower()) else known.get(f"{plain.code}-{script}")


def _close_to(wanted: str) -> str:
    from difflib import get_close_matches  # only for those who mistyped

    named = {**_by_any_code(), **{language.name.lower(): language for language in _TABLE}}
    plain = wanted.partition("-")[0]
    matches = [plain] if plain in named else get_close_matches(wanted, named, cutoff=0.7)
    meant = " or ".join(dict.fromkeys(f"{named[match].code} ({named[match].name})" for match in matches))
    return f"Did you mean {meant}?" if meant else "`uncial languages` lists those that can be read here."


_SCRIPTS = {
    "LATIN": "Latn", "GREEK": "Grek", "CYRILLIC": "Cyrl", "ARMENIAN": "Armn", "GEORGIAN": "Geor", "HEBREW": "Hebr",
    "ARABIC": "Arab", "SYRIAC": "Syrc", "THAANA": "Thaa", "DEVANAGARI": "Deva", "BENGALI": "Beng", "GURMUKHI": "Guru",
    "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "KHMER": "Khmr",
    "ETHIOPIC": "Ethi", "CHEROKEE": "Cher", "CANADIAN": "Cans", "HANGUL": "Hang", "HIRAGANA": "Kana", "KATAKANA": "Kana",
    "CJK": "Hani",
}  # fmt: skip
"""How the Unicode names of letters begin; Hiragana is counted with Katakana."""


@lru_cache(maxsize=4096)
def _script_of_letter(character: str) -> str:
    """The script of one letter, "" for what is no letter or is in a script that nothing here reads."""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return _SCRIPTS.get(name.split(" ", 1)[0], "")
