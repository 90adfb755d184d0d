"""Mistral's OCR request, as far as it can be answered here.

The fields are those of `OCRRequest` in Mistral's own Python client 1.10 and of its API's description since OCR 3 (December 2025).
What asks for something that nobody does here is refused and never passed over; docs/http.md has a table of the fields.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from uncial.errors import OptionInvalid
from uncial.jobs.shapes import MistralShape
from uncial.service.problems import BodyNotUnderstood

HOW = "docs/http.md has a table of the fields that are understood."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ImageUrl(_Strict):
    """An address within an object of its own, as chat requests have it."""

    url: str
    detail: str | None = Field(None, description="Without effect.")


class ImageChunk(_Strict):
    """An image, behind an address or in a data URL."""

    type: Literal["image_url"] = "image_url"
    image_url: str | ImageUrl

    @property
    def address(self) -> str:
        """Where it is."""
        return self.image_url if isinstance(self.image_url, str) else self.image_url.url

    @property
    def name(self) -> str:
        """What the client calls it, where it says so."""
        return ""


class DocumentChunk(_Strict):
    """A PDF, behind an address or in a data URL."""

    type: Literal["document_url"] = "document_url"
    document_url: str
    document_name: str | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return self.document_url

    @property
    def name(self) -> str:
        """What the client calls it, where it says so."""
        return self.document_name or ""


def _kind(chunk: Any) -> str | None:
    """Which of the two a `document` is; Mistral's `type` may be left out."""
    if not isinstance(chunk, dict):
        return None
    kind = chunk.get("type", next((name for name in ("image_url", "document_url") if name in chunk), None))
    return kind if isinstance(kind, str) else None


Chunk = Annotated[
    Annotated[ImageChunk, Tag("image_url")] | Annotated[DocumentChunk, Tag("document_url")],
    Discriminator(
        _kind,
        custom_error_type="document",
        custom_error_message="it should be an image_url or a document_url; there is no store of files here",
    ),
]
PageNumbers = Annotated[int, Field(ge=0, le=10**8)]
PageRange = Annotated[str, Field(pattern=r"^ *[0-9]{1,8}( *- *[0-9]{1,8})?( *, *[0-9]{1,8}( *- *[0-9]{1,8})?)* *$")]


class OcrRequest(_Strict):
    """What Mistral's clients send."""

    model: str | None = Field(None, description="Without effect: the service's engine reads.")
    id: str | None = Field(None, description="Without effect.")
    document: Chunk
    pages: PageNumbers | PageRange | Annotated[list[PageNumbers | PageRange], Field(min_length=1)] | None = Field(
        None, description="Pages to read, counted from 0: a number, a range such as 0-3, or a list of both."
    )
    include_image_base64: bool | None = Field(None, description="Whether the figures come along as pictures.")
    image_limit: int | None = Field(None, ge=0, le=10**6, description="Most figures of the document that are told of.")
    image_min_size: int | None = Field(None, ge=0, le=10**6, description="Least width and height of a figure, in pixels.")
    table_format: Literal["markdown", "html"] | None = Field(
        None, description="How tables come apart from the text; without it they stand in it."
    )
    extract_header: bool | None = Field(None, description="Without effect: page headers always come as header.")
    extract_footer: bool | None = Field(None, description="Without effect: page footers always come as footer.")
    confidence_scores_granularity: Literal["page"] | None = Field(
        None, description="Without effect: the scores of a page are always there; those of words are in the json format."
    )
    include_blocks: Literal[False] | None = Field(None, description="Blocks are in the json format only.")
    bbox_annotation_format: None = Field(None, description="Nothing is annotated here.")
    document_annotation_format: None = Field(None, description="Nothing is annotated here.")
    document_annotation_prompt: None = Field(None, description="Nothing is annotated here.")

    @property
    def page_option(self) -> str:
        """Its pages as our option says it, counted from 1; empty for all."""
        asked = self.pages if isinstance(self.pages, list) else [] if self.pages is None else [self.pages]
        parts = [part for entry in asked for part in str(entry).split(",")]
        return ",".join("-".join(str(int(number) + 1) for number in part.split("-")) for part in parts)

    @property
    def shape(self) -> MistralShape:
        """How its answer is shaped."""
        return MistralShape(bool(self.include_image_base64), self.image_limit, self.image_min_size or 0, self.table_format or "")


def parse_request(value: object) -> OcrRequest:
    """The request in a JSON body. Raises `OptionInvalid` for a field that cannot be honoured, or `BodyNotUnderstood`."""
    try:
        return OcrRequest.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        names = [str(part) for part in first["loc"]]
        told = f"{names[0]}: {first['msg'][:1].lower()}{first['msg'][1:]}" if names else first["msg"]
        told = told.encode("utf-8", "replace").decode()  # JSON can say halves of surrogate pairs, and nothing else can
        if names[:1] == ["document"] or not names:
            raise BodyNotUnderstood(f"The OCR request is not understood: {told}.", HOW) from None
        raise OptionInvalid(f"The OCR request cannot be honoured: {told}.", hint=HOW) from None
