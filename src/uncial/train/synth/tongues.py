"""How each language writes: its marks of quotation, its figures, its money."""

from __future__ import annotations

from dataclasses import dataclass

from uncial.errors import LanguageMissing
from uncial.languages import find_language


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as documents are written in it."""

    code: str
    """BCP 47, without script or region."""
    words: str
    """Its list of words, as wordfreq calls it."""
    places: tuple[str, ...]
    """The countries that names and addresses come from (locales of Faker and the CLDR)."""
    quotes: tuple[tuple[str, str], ...] = (("“", "”"), ("‘", "’"), ('"', '"'))
    """What opens and closes a quotation, the usual ones first."""
    decimal: str = ","
    groups: tuple[str, ...] = (".", " ")
    """What stands between each three figures, the usual one first."""
    money: tuple[str, ...] = ("€", "EUR")
    """What amounts are counted in, the usual one first."""
    money_first: bool = False
    """Whether that stands before the figures."""


_LOW_HIGH = (("„", "“"), ("»", "«"), ('"', '"'))
_LOW_CLOSED = (("„", "”"), ("»", "«"), ('"', '"'))
_ANGLES = (("«", "»"), ("“", "”"), ('"', '"'))
_SPACED = (("« ", " »"), ("«", "»"), ("“", "”"), ('"', '"'))
_SAME = (("”", "”"), ("»", "»"), ('"', '"'))
_ENGLISH = (("“", "”"), ("‘", "’"), ('"', '"'), ("'", "'"))

_TABLE = (
    Tongue("en", "en", ("en_US", "en_GB", "en_IE", "en_AU", "en_CA"), _ENGLISH, ".", (",", "", " "),
           ("$", "£", "€", "USD", "GBP", "US$"), True),
    Tongue("de", "de", ("de_DE", "de_AT", "de_CH"), _LOW_HIGH, ",", (".", " ", "'", "’"),
           ("€", "EUR", "Euro", "CHF", "Fr.", "DM", "Mk.")),
    Tongue("fr", "fr", ("fr_FR", "fr_CH", "fr_BE"), _SPACED, ",", (" ", "."), ("€", "EUR", "F", "fr.", "CHF")),
    Tongue("es", "es", ("es_ES", "es_MX", "es_AR"), _ANGLES, ",", (".", " "), ("€", "EUR", "ptas.", "$", "pesos")),
    Tongue("it", "it", ("it_IT",), _ANGLES, ",", (".",), ("€", "EUR", "L.", "lire")),
    Tongue("pt", "pt", ("pt_PT", "pt_BR"), _ANGLES, ",", (".", " "), ("€", "R$", "EUR")),
    Tongue("nl", "nl", ("nl_NL", "nl_BE"), (("“", "”"), ("„", "”"), ("‘", "’")), ",", (".",), ("€", "EUR", "ƒ", "fl."), True),
    Tongue("pl", "pl", ("pl_PL",), _LOW_CLOSED, ",", (" ", "."), ("zł", "PLN", "EUR")),
    Tongue("cs", "cs", ("cs_CZ",), _LOW_HIGH, ",", (" ", "."), ("Kč", "CZK", ",-", "Kčs")),
    Tongue("sk", "sk", ("sk_SK",), _LOW_HIGH, ",", (" ", "."), ("€", "EUR", "Sk")),
    Tongue("da", "da", ("da_DK",), (("»", "«"), ("”", "”"), ("„", "“")), ",", (".",), ("kr.", "DKK", "kr", ",-")),
    Tongue("sv", "sv", ("sv_SE",), _SAME, ",", (" ", "."), ("kr", "SEK", ":-")),
    Tongue("no", "nb", ("no_NO",), _ANGLES, ",", (" ", "."), ("kr", "NOK", ",-", "kr."), True),
    Tongue("fi", "fi", ("fi_FI",), _SAME, ",", (" ", "."), ("€", "EUR", "mk")),
    Tongue("hu", "hu", ("hu_HU",), _LOW_CLOSED, ",", (" ", "."), ("Ft", "HUF", "EUR", ",- Ft")),
    Tongue("ro", "ro", ("ro_RO",), (("„", "”"), ("«", "»"), ('"', '"')), ",", (".", " "), ("lei", "RON", "Lei", "€")),
    Tongue("tr", "tr", ("tr_TR",), (("“", "”"), ("«", "»"), ('"', '"')), ",", (".", " "), ("₺", "TL", "TRY")),
    Tongue("ca", "ca", ("es_ES",), _ANGLES),
    Tongue("hr", "sh", ("hr_HR",), _LOW_CLOSED),
    Tongue("bs", "sh", ("hr_HR",), _LOW_CLOSED, money=("KM", "BAM")),
    Tongue("sr", "sh", ("hr_HR",), _LOW_CLOSED, money=("din.", "RSD")),
    Tongue("sl", "sl", ("sl_SI",), _LOW_HIGH),
    Tongue("lt", "lt", ("lt_LT",), _LOW_HIGH),
    Tongue("lv", "lv", ("lv_LV",), (("“", "”"), ("„", "“"))),
    Tongue("is", "is", ("is_IS",), _LOW_HIGH, money=("kr.", "ISK")),
    Tongue("id", "id", ("id_ID",), money=("Rp", "IDR"), money_first=True),
    Tongue("ms", "ms", ("en_MS",), _ENGLISH, ".", (",", ""), ("RM", "MYR"), True),
    Tongue("tl", "fil", ("fil_PH",), _ENGLISH, ".", (",",), ("₱", "PHP"), True),
    Tongue("bg", "bg", ("bg_BG",), _LOW_HIGH, money=("лв.", "BGN")),
    Tongue("el", "el", ("el_GR",), _ANGLES),
    Tongue("mk", "mk", ("mk_MK",), _LOW_HIGH, money=("ден.", "MKD")),
    Tongue("ru", "ru", ("ru_RU",), _ANGLES, ",", (" ",), ("₽", "руб.", "р.")),
    Tongue("uk", "uk", ("uk_UA",), _ANGLES, ",", (" ",), ("₴", "грн")),
    Tongue("vi", "vi", ("vi_VN",), money=("đ", "VND")),
)  # fmt: skip
TONGUES = {tongue.code: tongue for tongue in _TABLE}
"""The languages in which lines are made, by their BCP 47 names."""


def find_tongue(name: str) -> Tongue:
    """How the language writes that a user means by de, deu, de-AT or de-Latf. Raises `LanguageMissing`."""
    language = find_language(name)
    code = language.code.partition("-")[0]
    tongue = TONGUES.get({"nb": "no", "nn": "no"}.get(code, code))
    if tongue is None or language.script not in _SCRIPTS.get(code, ("Latn", "Latf")):
        raise LanguageMissing(
            f"No lines are made in “{name}” ({language.name}).",
            hint=f"Lines are made in {', '.join(TONGUES)}; lines of your own, with their texts, can be given in any language.",
        )
    return tongue


_SCRIPTS = {"bg": ("Cyrl",), "el": ("Grek",), "mk": ("Cyrl",), "ru": ("Cyrl",), "uk": ("Cyrl",)}
"""The scripts of the word lists that are not in the Latin one."""
