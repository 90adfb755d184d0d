"""What a PDF/A says about itself: an XMP packet, and the same in the words of PDF's older dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from uncial.formats.glyphless import searchable

_PLACES = {
    "/Title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>',
    "/Author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "/Subject": '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description>',
    "/Keywords": "<pdf:Keywords>{}</pdf:Keywords>",
    "/Creator": "<xmp:CreatorTool>{}</xmp:CreatorTool>",
    "/Producer": "<pdf:Producer>{}</pdf:Producer>",
}
"""Where XMP says what PDF's dictionary says (ISO 19005-1, table 1, which part 2 keeps)."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B">
{}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def packet(told: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """The XMP packet (XMP Specification, part 1, 7) that says it is PDF/A-2b, and the dictionary that says the same."""
    said = {key: text for key, value in told.items() if (text := _sayable(value))}
    parts = "\n".join(_PLACES[key].format(escape(text)) for key, text in said.items())
    return _PACKET.format(parts).encode("utf-8"), said


def _sayable(text: str) -> str:
    """The text as XML may have it, without white space at its ends."""
    return searchable(text.replace("\t", " ").replace("\n", " ")).strip()
