"""Tells handwriting from print, by how sure the reader is of a line and by the shape of its ink.

A pen's strokes are thin for their height, and its letters run on: they fill less of their boxes than printed ones do. Together
with the neural reader's own doubt that is enough; docs/engines.md has what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.crop import line_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.document import Line
    from uncial.raster import Image

SURE = 0.9
"""A line whose least sure character is above this is print: nobody looks at its ink."""
_START = 27.65
_BY_SURENESS = -17.11
_BY_STROKE = -31.23
_BY_SOLIDITY = -20.81
_LIMIT = 0.9
"""The log odds from which on a line is handwritten: one in 200 printed lines is taken for it."""
_SPECK = 12
"""Pixels of the flat line image, 48 pixels high; what has fewer is no letter."""
_FAINTEST = 30
"""So many pixels of ink tell nothing."""
_THINNEST = 0.9
"""In pixels, from the middle of a stroke to its edge; what is thinner is its end."""


class Ink(NamedTuple):
    """What the strokes of a line look like."""

    stroke: float
    """The usual width of a stroke, as a part of the line's height."""
    solidity: float
    """The part of its box that a letter, or several that touch, usually fills."""


def is_handwritten(image: Image, line: Line) -> bool:
    """Whether a pen wrote the line that the neural reader read on that page (H x W x 3, uint8, RGB).

    `line` is as that reader gave it: its characters' confidences are the network's own.
    """
    sure = [value for word in line.words for value in word.character_confidences]
    if not sure or min(sure) > SURE:
        return False
    ink = ink_of(line_image(image, line.quad, 1.0))
    return ink is not None and log_odds(sum(sure) / len(sure), ink) > _LIMIT


def log_odds(sureness: float, ink: Ink) -> float:
    """How much speaks for a pen, in nats: a logistic regression over lines of which the reader was unsure."""
    return _START + _BY_SURENESS * sureness + _BY_STROKE * ink.stroke + _BY_SOLIDITY * ink.solidity


def ink_of(flat: Image) -> Ink | None:
    """What the strokes on a flat line image (48 x W x 3, uint8, RGB) look like; None where there are none."""
    import cv2
    import numpy as np

    ink = _ink(flat)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = boxes[1:][boxes[1:, cv2.CC_STAT_AREA] >= _SPECK]
    middles = _stroke_middles(ink)
    if int(ink.sum()) < _FAINTEST or not len(letters) or not len(middles):
        return None
    filled = letters[:, cv2.CC_STAT_AREA] / (letters[:, cv2.CC_STAT_WIDTH] * letters[:, cv2.CC_STAT_HEIGHT])
    return Ink(2 * float(np.median(middles)) / len(ink), float(np.median(filled)))


def _ink(flat: Image) -> NDArray[np.uint8]:
    """1 where there is ink and 0 where there is paper (H x W), by Otsu's threshold; the edge of a line is mostly paper."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY)
    _, light = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    return np.asarray(light != int(edge.mean() > 0.5), np.uint8)


def _stroke_middles(ink: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far it is from the middles of the strokes to their edges, in pixels."""
    import cv2
    import numpy as np

    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    highest = cv2.dilate(depth, np.ones((3, 3), np.uint8))
    return np.asarray(depth[(depth >= highest - 1e-6) & (depth > _THINNEST)], np.float32)
