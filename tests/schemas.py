"""The published schemas, which lie beside the project where they are at hand, as validators."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"
_XLINK = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://www.w3.org/1999/xlink"
 targetNamespace="http://www.w3.org/1999/xlink"><xs:attribute name="href" type="xs:anyURI"/>
 <xs:attributeGroup name="simpleLink"><xs:attribute ref="href"/></xs:attributeGroup></xs:schema>"""
"""As much of XLink as ALTO's schema imports from its URL; what Uncial writes has no links."""


class _Offline(etree.Resolver):
    def resolve(self, url: str | None, public: str | None, context: object, /) -> Any:
        if url and "xlink" in url:
            return self.resolve_string(_XLINK, context)
        raise AssertionError(f"a schema asks for {url}")


def schema_file(name: str) -> Path:
    """The file of a schema; the test is skipped where it is not here."""
    path = SCHEMAS / name
    if not path.is_file():
        pytest.skip(f"the schema is not here: {path}")
    return path


@cache
def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(load_dtd=False, no_network=True)
    parser.resolvers.add(_Offline())
    document = etree.fromstring(path.read_bytes(), parser)
    for each in document.iter("{http://www.w3.org/2001/XMLSchema}import"):
        each.set("schemaLocation", "xlink.xsd")
    return etree.XMLSchema(document)


def complaints(data: bytes, schema: str) -> list[str]:
    """What the schema of that file has against this document."""
    told = _schema(schema_file(schema))
    told.validate(etree.fromstring(data))
    return [f"{error.line}: {error.message}" for error in told.error_log]
