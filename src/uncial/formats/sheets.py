"""A page of a PDF as an object: what a viewer shows of it, how it is turned, and what it takes from the pages above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pikepdf import Dictionary

from uncial.errors import OriginalMissing
from uncial.geometry import Box, Transform

if TYPE_CHECKING:
    import pikepdf

    from uncial.document import Page


def way_to(sheet: pikepdf.Page, page: Page) -> Transform:
    """From the document's frame to the page's user space: what a viewer shows is its crop box, turned by /Rotate."""
    left, bottom, right, top = visible_box(sheet)
    quarters = turns(sheet)
    width, height = (top - bottom, right - left) if quarters % 2 else (right - left, top - bottom)
    scale = Transform.scaling(width / page.width, height / page.height)
    if abs(scale.a * page.height - height) > 1.5 * scale.a + 0.01 * height:
        raise OriginalMissing(
            f"Page {page.number} has another shape than the page that was read.", hint="Give the file that was read."
        )
    turn = {
        0: Transform(1, 0, left, 0, -1, top),
        1: Transform(0, 1, left, 1, 0, bottom),
        2: Transform(-1, 0, right, 0, 1, bottom),
        3: Transform(0, -1, right, -1, 0, top),
    }[quarters]
    return scale.then(turn)


def visible_box(sheet: pikepdf.Page) -> Box:
    """What a viewer shows of the page, in user space: left, lower, right, upper."""
    media = _box(inherited(sheet, "/MediaBox")) or Box(0, 0, 612, 792)
    crop = (_box(inherited(sheet, "/CropBox")) or media).intersection(media)
    return crop if crop.width > 0 and crop.height > 0 else media


def _box(value: Any) -> Box | None:
    try:
        x0, y0, x1, y1 = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box.width > 0 and box.height > 0 else None


def turns(sheet: pikepdf.Page) -> int:
    """By how many quarters a viewer turns it clockwise."""
    try:
        return int(inherited(sheet, "/Rotate") or 0) // 90 % 4
    except (TypeError, ValueError):
        return 0


def inherited(sheet: pikepdf.Page, key: str) -> Any:
    """What the page says, or else what the pages above it say (ISO 32000-1, 7.7.3.4)."""
    node: Any = sheet.obj
    for _ in range(64):
        if key in node:
            return node[key]
        node = node.get("/Parent")
        if not isinstance(node, Dictionary):
            return None
    return None


def own_resources(resources: Any) -> Any:
    """Resources that can be changed without a change to other pages, which may share them."""
    copied = Dictionary(dict(resources.items())) if isinstance(resources, Dictionary) else Dictionary()
    for kind in ("/XObject", "/Font"):
        if isinstance(copied.get(kind), Dictionary):
            copied[kind] = Dictionary(dict(copied[kind].items()))
    return copied
