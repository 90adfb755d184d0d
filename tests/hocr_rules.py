"""The rules of hOCR 1.2 that can be checked, as a validator: `broken_rules` names each that a file breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = frozenset(
    "ocr_page ocr_column ocr_carea ocr_line ocr_separator ocr_noise ocr_float ocr_textfloat ocr_textimage ocr_image "
    "ocr_linedrawing ocr_photo ocr_header ocr_footer ocr_pageno ocr_table "
    "ocr_document ocr_title ocr_author ocr_abstract ocr_part ocr_chapter "
    "ocr_section ocr_subsection ocr_subsubsection ocr_display ocr_blockquote ocr_par ocr_linear ocr_caption ocr_glyph ocr_glyphs "
    "ocr_dropcap ocr_math ocr_chem ocr_cinfo ocrx_cinfo ocrx_block ocrx_line ocrx_word ocr_xycut".split()
)
FLOATS = frozenset(
    "ocr_float ocr_textfloat ocr_textimage ocr_image ocr_linedrawing ocr_photo ocr_header ocr_footer ocr_pageno ocr_table".split()
)
HIERARCHY = (
    ("ocr_document",), ("ocr_linear",), ("ocr_title", "ocr_author", "ocr_abstract", "ocr_part"), ("ocr_chapter",),
    ("ocr_section",), ("ocr_subsection",), ("ocr_subsubsection",), ("ocr_display", "ocr_blockquote", "ocr_par"),
)  # fmt: skip
_RANK = {name: rank for rank, names in enumerate(HIERARCHY) for name in names}
_UINT, _NUMBER = r"\d+", r"-?(?:\d+(?:\.\d+)?|\.\d+)"
_WORD, _STRING = r"[!-:<-~]+", r'"[ !#-~]*"'
_ANY = rf"(?:{_STRING}|{_WORD})(?: +(?:{_STRING}|{_WORD}))*"
_PROPERTIES = {
    "bbox": rf"{_UINT}(?: +{_UINT}){{3}}",
    "baseline": rf"{_NUMBER}(?: +{_NUMBER})+",
    "poly": rf"{_UINT} +{_UINT}(?: +{_UINT} +{_UINT}){{2,}}",
    "textangle": _NUMBER,
    "scan_res": rf"{_UINT} +{_UINT}",
    "ppageno": _UINT,
    "order": _UINT,
    "hardbreak": "[01]",
    "x_wconf": _NUMBER,
    "x_confs": rf"{_NUMBER}(?: +{_NUMBER})*",
    "nlp": rf"{_NUMBER}(?: +{_NUMBER})*",
    "x_bboxes": rf"{_UINT}(?: +{_UINT}){{3}}(?: +{_UINT}(?: +{_UINT}){{3}})*",
    "x_fsize": _UINT,
    "image": _STRING,
    **dict.fromkeys(("cflow", "cuts", "imagemd5", "lpageno", "x_font", "x_scanner", "x_source"), _ANY),
}
"""Each property of the specification with its own grammar; numbers may lack the fraction, as its examples do."""
_CAPABLE = {"poly": "ocrp_poly", "nlp": "ocrp_nlp", "x_font": "ocrp_font"}


def broken_rules(data: bytes) -> list[str]:
    """A sentence for each rule that the file breaks."""
    try:
        root = etree.fromstring(data, etree.XMLParser(load_dtd=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [f"The file is not well-formed: {error}."]
    entities = ["The entities &lrm; and &rlm; are not used."] if re.search(rb"&[lr]lm;", data) else []
    return [
        *entities,
        *_in_head(root),
        *_in_pages(root),
        *(told for each in root.iter(etree.Element) for told in _in_element(each, root)),
    ]


def _meta(root: etree._Element, name: str) -> list[str]:
    return [each.get("content") or "" for each in root.iter(f"{XHTML}meta") if each.get("name") == name]


def _class(element: etree._Element) -> str:
    return next((name for name in (element.get("class") or "").split() if name.startswith(("ocr_", "ocrx_"))), "")


def _in_head(root: etree._Element) -> Iterator[str]:
    if root.tag != f"{XHTML}html":
        yield f"The root is html of XHTML, not {root.tag!r}."
    for name in ("ocr-system", "ocr-capabilities"):
        if len(_meta(root, name)) != 1 or not _meta(root, name)[0].strip():
            yield f"There is exactly one {name}."
    pages = sum(_class(each) == "ocr_page" for each in root.iter(etree.Element))
    if any(told != str(pages) for told in _meta(root, "ocr-number-of-pages")):
        yield f"ocr-number-of-pages is {pages}."
    head = root.find(f"{XHTML}head")
    if head is None or head.find(f"{XHTML}title") is None:
        yield "There is a head with a title."


def _in_pages(root: etree._Element) -> Iterator[str]:
    pages = [each for each in root.iter(etree.Element) if _class(each) == "ocr_page"]
    if not pages:
        yield "There is an ocr_page."
    told = {
        "id": [name for each in root.iter(etree.Element) if (name := each.get("id"))],
        "ppageno": [number for each in pages if (number := _properties(each).get("ppageno"))],
    }
    for name, values in told.items():
        yield from (f"{name} {value} is there once." for value, count in Counter(values).items() if count > 1)


def _properties(element: etree._Element) -> dict[str, str]:
    parts = re.findall(r'(?:"[^"]*"|[^";])+', element.get("title") or "")
    return {name: value.strip() for name, _, value in (part.strip().partition(" ") for part in parts)}


def _in_element(element: etree._Element, root: etree._Element) -> Iterator[str]:
    names = [name for name in (element.get("class") or "").split() if name.startswith(("ocr_", "ocrx_"))]
    if not names:
        return
    place = element.get("id") or f"line {element.sourceline}"
    if len(names) > 1:
        yield f"{place}: an element has one class of hOCR, not {names}."
    capable = set((_meta(root, "ocr-capabilities") or [""])[0].split())
    if names[0] not in ELEMENTS:
        yield f"{place}: {names[0]} is no element of hOCR."
    if names[0] not in capable:
        yield f"{place}: {names[0]} is among the capabilities."
    told = [*_in_title(element, capable), *_in_attributes(element, capable), *_in_place(element, names[0])]
    yield from (f"{place}: {rule}" for rule in told)


def _in_title(element: etree._Element, capable: set[str]) -> Iterator[str]:
    title = element.get("title")
    if title is None:
        return
    parts = re.findall(r'(?:"[^"]*"|[^";])+', title)
    named = [part.strip().partition(" ")[0] for part in parts]
    if ";".join(parts) != title:
        yield f"the title is properties with ; between, not “{title}”."
    yield from (f"{name} is said once." for name, count in Counter(named).items() if count > 1)
    for part in parts:
        name, _, value = part.strip().partition(" ")
        if name not in _PROPERTIES and not re.fullmatch(r"x_[a-z0-9]+", name):
            yield f"{name} is no property."
        elif not re.fullmatch(_PROPERTIES.get(name, _ANY), value.strip()):
            yield f"{name} is not “{value}”."
        if name in _CAPABLE and _CAPABLE[name] not in capable:
            yield f"{_CAPABLE[name]} is among the capabilities."
    yield from _in_values(_properties(element))


def _in_values(told: dict[str, str]) -> Iterator[str]:
    box = re.findall(r"\d+", told.get("bbox", ""))
    if len(box) == 4:
        left, top, right, bottom = map(int, box)
        if left > right or top > bottom:
            yield "bbox is left, top, right, bottom."
    if "cuts" in told and "bbox" not in told:
        yield "cuts have a bbox."
    if "poly" in told and "bbox" not in told:
        yield "poly has a bbox beside it."
    if "\\" in told.get("image", "") or re.match(r'"[A-Za-z]:', told.get("image", "")):
        yield "image is no Windows path."
    for name in ("x_wconf", "x_confs"):
        if any(not 0 <= float(each) <= 100 for each in re.findall(_NUMBER, told.get(name, ""))):
            yield f"{name} is from 0 to 100."


def _in_attributes(element: etree._Element, capable: set[str]) -> Iterator[str]:
    for name in ("dir", "lang"):
        if element.get(name) and f"ocrp_{name}" not in capable:
            yield f"ocrp_{name} is among the capabilities."
    if element.get("dir", "ltr") not in ("ltr", "rtl", "auto"):
        yield f"dir is not “{element.get('dir')}”."


def _in_place(element: etree._Element, name: str) -> Iterator[str]:
    above = [_class(each) for each in element.iterancestors() if _class(each)]
    tag = etree.QName(element).localname
    if name == "ocr_page" and above:
        yield "a page stands in nothing else."
    if name != "ocr_page" and "ocr_page" not in above and name not in ("ocr_document", "ocr_linear"):
        yield f"{name} stands in a page."
    if name in FLOATS and FLOATS & set(above):
        yield "floats are not nested."
    if name in ("ocr_line", "ocrx_line"):
        if tag != "span":
            yield f"a line is a span, not {tag}."
        if {"ocr_line", "ocrx_line", "ocrx_word"} & set(above):
            yield "a line stands in no line or word."
    if name == "ocrx_word" and "ocrx_word" in above:
        yield "a word stands in no word."
    if name in ("ocr_glyph", "ocr_glyphs") and tag != "img" and len(element.findall(f".//{XHTML}img")) != 1:
        yield f"{name} has one img."
    if name in _RANK and any(_RANK.get(each, -1) > _RANK[name] for each in above):
        yield f"{name} does not stand within {[each for each in above if _RANK.get(each, -1) > _RANK[name]]}."
