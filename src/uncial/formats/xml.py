"""XML of the archive formats: written without what XML forbids, and read without trusting it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.entities import html5
from typing import TYPE_CHECKING

from lxml import etree

from uncial.errors import SourceDamaged

if TYPE_CHECKING:
    from lxml.etree import _Element

    from uncial.document import TextSource

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even as a reference (XML 1.0, production 2, Char)."""

_MOST = 1e15


def legal(text: str) -> str:
    """The text with a replacement character for each one that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", text)


def child(parent: _Element, name: str, text: str = "", /, **attributes: object) -> _Element:
    """Add an element of the parent's namespace; attributes that are None or empty are left out."""
    told = {key.rstrip("_"): legal(str(value)) for key, value in attributes.items() if value is not None and value != ""}
    made = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name), told)
    if text:
        made.text = legal(text)
    return made


def written(root: _Element, doctype: str | None = None) -> bytes:
    """The document as UTF-8 with its declaration; where white space means nothing, each element stands on its own line."""
    told = etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=doctype, pretty_print=doctype is None)
    return told.rstrip() + b"\n"


def parse(data: bytes, what: str) -> _Element:
    """The root of a document that could come from anybody. Raises `SourceDamaged`, which names the line.

    Entities are not expanded, no DTD is loaded, nothing is fetched, and libxml2 keeps its limits on depth and size.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        place = f"line {error.lineno}: " if error.lineno else ""
        raise SourceDamaged(f"This {what} file is not well-formed XML: {place}{error.msg}.") from error
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and next(subset.iterentities(), None) is not None:
        raise SourceDamaged(
            f"This {what} file declares entities, which are not expanded here.", hint="Save it without a DTD of its own."
        )
    return root


def local(element: _Element) -> str:
    """The name of an element without its namespace: formats change theirs with each version."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def inside(element: _Element, *names: str) -> Iterator[_Element]:
    """Its children that have one of these names."""
    return (each for each in element if local(each) in names)


def first(element: _Element, *path: str) -> _Element | None:
    """The first element down that path of names; None where there is none."""
    found: _Element | None = element
    for name in path:
        found = next(inside(found, name), None) if found is not None else None
    return found


def text_of(element: _Element | None) -> str:
    """All the text in an element; named characters of HTML, which are left unexpanded, are their characters."""
    if element is None:
        return ""
    return "".join(_pieces(element))


def _pieces(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for each in element.iterdescendants():
        if isinstance(each.tag, str):
            yield "\n" if local(each) == "br" else each.text or ""
        elif name := getattr(each, "name", ""):  # of an entity alone
            yield html5.get(f"{name};", "")
        yield each.tail or ""


def in_order(found: Sequence[_Element], wanted: Sequence[str]) -> list[_Element]:
    """The elements in the order in which their ids are named; those that are not named follow, as they stand."""
    places = {name: place for place, name in reversed(list(enumerate(wanted)))}
    return sorted(found, key=lambda each: places.get(each.get("ID") or each.get("id") or "", len(places)))


def real(text: str | None) -> float | None:
    """The number that a text is; None where it is none that a page could have."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < _MOST else None


def whole(text: str | None, otherwise: int = 0) -> int:
    """The whole number, from 0, that a text is; another where it is none."""
    value = real(text)
    return int(value) if value is not None and value >= 0 and value == int(value) else otherwise


def number(element: _Element, name: str) -> float | None:
    """A number in one of its attributes; None where there is none that makes sense."""
    return real(element.get(name))


def rounded(value: float | None) -> str | None:
    """A confidence as it is written; an attribute that is None is left out."""
    return None if value is None else f"{value:.4g}"


def text_source(text: str) -> TextSource:
    """Where a page's text comes from; what other programs wrote was read from the image."""
    return "pdf" if text == "pdf" else "both" if text == "both" else "image"


def confidence(text: str | None, highest: float = 1.0) -> float | None:
    """A confidence that goes up to `highest`, as one from 0 to 1; None where it is none."""
    value = real(text)
    return None if value is None else min(1.0, max(0.0, value / highest))
