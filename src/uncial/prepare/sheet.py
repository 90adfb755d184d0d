"""Finds the sheet on a photograph: bright paper on another ground, its edges in the picture.

Strict on purpose. A scan has no ground around its paper, or straight edges that stand upright; whatever else looks like a sheet
would be cut out of its page, and what stands around it would be lost.
"""

from __future__ import annotations

from math import acos, degrees, hypot
from typing import TYPE_CHECKING, NamedTuple

from uncial.geometry import Point, Quad, Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from cv2.typing import MatLike as Plane  # height x width, uint8
    from numpy.typing import NDArray

    from uncial.raster import Image

LOOK = 512
"""Pixels on the longer side of the copy that is looked at."""
FEWEST, NARROW = 256, 1 / 8
"""Pixels of the shorter side, and what it is of the longer one: whatever is smaller or narrower is a line, and no page."""
TEXT = 13
"""Pixels there: whatever is narrower and dark is text, and is painted over."""
GAP = 30
"""Levels by which paper is brighter than its ground, from median to median."""
EDGE_GAP = 20
"""Levels by which paper is brighter just inside its edge than the ground just outside, along the edge."""
SMALLEST, LARGEST = 0.3, 0.97
"""Parts of the picture that the paper covers."""
FULL = 0.9
"""What the paper covers of its own hull: dog-ears are allowed, arms that reach out are not."""
ELSEWHERE = 0.15
"""How much of the rest of the picture may be as bright as paper: a desk with one sheet on it, not a street."""
STRAIGHT, ROUGH = 0.0025, 0.006
"""How far, in parts of the longer side, an edge strays from its line: paper that lies flat, and the most of what is an edge."""
SLANTED, TURNED = 2.0, 3.0
"""Degrees by which a corner is no right angle, or a sheet is turned, before it is worth laying flat."""

LENSES, PHONE = (0.6, 3.0), 0.8
"""Focal lengths of cameras, and the common one of telephones, in parts of the longer side of their pictures."""
KEYSTONE = 0.05
"""How much nearer one edge must be than the other, both ways, before the focal length can be told from it."""


class Sheet(NamedTuple):
    """Paper on another ground."""

    mask: Plane
    """255 on the paper, 0 elsewhere, on the small copy."""
    scale: float
    """Of the small copy, against the image."""
    corners: Quad | None
    """In pixels of the image; None where its edges are not four straight lines."""
    straight: bool
    """Whether it has corners, and edges that do not bow: then it does not curl."""


def find_sheet(image: Image) -> Sheet | None:
    """The one sheet on the picture (H x W x 3, uint8, RGB), None where it is none: a scan, a scene, a screen."""
    if min(image.shape[:2]) < max(FEWEST, max(image.shape) * NARROW):
        return None
    small, scale = _small(image)
    curled = None
    for plane in _planes(small):
        sheet = _sheet_on(plane, scale)
        if sheet and sheet.corners:
            return sheet
        curled = curled or sheet
    return curled


def _planes(small: Plane) -> Iterator[Plane]:
    """What paper may be bright on: the light, the light without its fall from one side to the other, and what is not coloured."""
    import cv2

    light = _without_text(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    yield light
    bright = _bright(light)
    if bright is not None:
        yield _evened(light, bright)
    yield _without_text(255 - cv2.cvtColor(small, cv2.COLOR_RGB2HSV)[..., 1])


def _small(image: Image) -> tuple[Plane, float]:
    """The copy that is looked at, and its scale. Whole steps first: by those OpenCV shrinks several times as fast."""
    import cv2

    step = max(round(max(image.shape) / LOOK), 1)
    height, width = image.shape[0] // step, image.shape[1] // step
    rough = cv2.resize(image[: height * step, : width * step], (width, height), interpolation=cv2.INTER_AREA)
    scale = min(LOOK / max(height, width), 1.0)
    size = (round(width * scale), round(height * scale))
    return cv2.resize(rough, size, interpolation=cv2.INTER_AREA), scale / step


def _without_text(plane: Plane) -> Plane:
    import cv2
    import numpy as np

    return cv2.GaussianBlur(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, np.ones((TEXT, TEXT), np.uint8)), (5, 5), 0)


def _bright(plane: Plane) -> Plane | None:
    """255 where it is bright, 0 elsewhere; None where there is one ground and not two."""
    import cv2
    import numpy as np

    _, bright = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper, ground = plane[bright > 0], plane[bright == 0]
    parted = paper.size and ground.size and float(np.median(paper)) - float(np.median(ground)) >= GAP
    return np.asarray(bright) if parted else None


def _evened(plane: Plane, bright: Plane) -> Plane:
    """The plane without the slope of the light on its bright part: the logarithm of what falls off evenly is a slope."""
    import numpy as np

    logarithm = np.log1p(plane, dtype=np.float32)
    ys, xs = np.nonzero(bright[::4, ::4])
    sample = np.stack([xs * 4, ys * 4, np.ones_like(xs)], axis=1)
    (along, down, _), *_ = np.linalg.lstsq(sample, logarithm[::4, ::4][ys, xs], rcond=None)
    height, width = plane.shape
    slope = along * (np.arange(width) - width / 2) + down * (np.arange(height) - height / 2)[:, None]
    return np.asarray(np.clip(np.expm1(logarithm - slope), 0, 255), np.uint8)


def _sheet_on(plane: Plane, scale: float) -> Sheet | None:
    """The sheet, where it is brighter than its ground on this plane."""
    import cv2
    import numpy as np

    bright = _bright(plane)
    if bright is None:
        return None
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)
    mask = cv2.drawContours(np.zeros_like(bright), [outline], -1, 255, cv2.FILLED)
    if not _is_one_sheet(outline, mask, bright):
        return None
    corners, bow = _four_lines(outline[:, 0], max(plane.shape)) or (None, 1.0)
    if corners is None or not (_fills(corners, mask) and _stands_out(corners, plane)):
        return Sheet(mask, scale, None, False)
    on_image = Transform.scaling(1 / scale, 1 / scale).quad(corners)
    return Sheet(mask, scale, on_image, bow < STRAIGHT)


def _is_one_sheet(outline: Plane, mask: Plane, bright: Plane) -> bool:
    import cv2
    import numpy as np

    area = int(np.count_nonzero(mask))
    if not SMALLEST * mask.size < area < LARGEST * mask.size:
        return False
    full = cv2.contourArea(outline) >= FULL * cv2.contourArea(cv2.convexHull(outline))
    return full and int(np.count_nonzero(bright[mask == 0])) < ELSEWHERE * (mask.size - area)


def _four_lines(outline: Plane, longer: int) -> tuple[Quad, float] | None:
    """The quad whose sides the outline (N x 2) follows, and how far it strays from them; None where it is no quad."""
    import cv2
    import numpy as np

    rough = cv2.approxPolyDP(outline, 0.02 * cv2.arcLength(outline, True), True)
    if len(rough) != 4 or not cv2.isContourConvex(rough):
        return None
    corners = rough[:, 0].astype(np.float64)
    if cv2.contourArea(rough, oriented=True) < 0:  # y runs down, so that what is positive runs clockwise
        corners = corners[::-1]
    corners = np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0)
    fitted = [_line(outline, corners[i], corners[(i + 1) % 4]) for i in range(4)]
    lines = [line for line in fitted if line is not None]
    if len(lines) < 4:
        return None
    bow = max(stray for _, _, stray in lines) / longer
    met = [_meeting(lines[i - 1], lines[i]) for i in range(4)]
    quad = Quad.of_points(met)
    return (quad, bow) if bow < ROUGH and _off_square(quad) < 45 else None


Fitted = tuple[tuple[float, float], tuple[float, float], float]
"""A point on a line, its direction, and how far its points stray from it, nine of ten."""


def _line(outline: Plane, start: NDArray[np.float64], end: NDArray[np.float64]) -> Fitted | None:
    """The line that the outline follows from corner to corner; None where too little of it does."""
    import cv2
    import numpy as np

    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    way = (outline - start) @ along
    off = (outline - start) @ np.array([-along[1], along[0]])
    near = outline[(way > 0.1 * length) & (way < 0.9 * length) & (np.abs(off) < 0.05 * length)]
    if len(near) < 0.6 * length * max(np.abs(along)):
        return None
    dx, dy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    stray = np.percentile(np.abs((near - [x, y]) @ np.array([-dy, dx])), 90)
    return (x + 0.5, y + 0.5), (dx, dy), float(stray)


def _meeting(one: Fitted, other: Fitted) -> Point:
    """Where two lines meet; far outside any picture where they run side by side."""
    (x1, y1), (a1, b1), _ = one
    (x2, y2), (a2, b2), _ = other
    cross = a1 * b2 - b1 * a2 or 1e-9
    t = ((x2 - x1) * b2 - (y2 - y1) * a2) / cross
    return Point(x1 + a1 * t, y1 + b1 * t)


def is_slanted(quad: Quad) -> bool:
    """Whether the sheet was taken at a slant, or lies turned."""
    return _off_square(quad) > SLANTED or abs(quad.angle) > TURNED


def _off_square(quad: Quad) -> float:
    """By how many degrees the corner that is least of a right angle is none."""
    worst = 0.0
    for i in range(4):
        (ax, ay), (bx, by), (cx, cy) = quad[i - 1], quad[i], quad[(i + 1) % 4]
        lengths = hypot(ax - bx, ay - by) * hypot(cx - bx, cy - by)
        cosine = ((ax - bx) * (cx - bx) + (ay - by) * (cy - by)) / (lengths or 1.0)
        worst = max(worst, abs(degrees(acos(min(max(cosine, -1.0), 1.0))) - 90))
    return worst


def _fills(quad: Quad, mask: Plane) -> bool:
    """Whether the paper is the quad and nothing else."""
    import cv2
    import numpy as np

    drawn = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(drawn, np.round(np.array(quad) - 0.5).astype(np.int32), 255)
    in_quad, on_paper = drawn > 0, np.asarray(mask) > 0
    return bool(np.count_nonzero(in_quad & on_paper) > 0.96 * np.count_nonzero(in_quad | on_paper))


def _stands_out(quad: Quad, plane: Plane) -> bool:
    """Whether along all of its four edges there is paper inside, and ground outside, both in the picture."""
    import numpy as np

    height, width = plane.shape
    away = 0.02 * max(height, width)
    for i in range(4):
        start, end = np.array(quad[i]), np.array(quad[(i + 1) % 4])
        along = (end - start) / np.hypot(*(end - start))
        outwards = away * np.array([along[1], -along[0]])
        points = start + (end - start) * np.linspace(0.04, 0.96, 64)[:, None]
        inside, outside = np.floor(points - outwards).astype(int), np.floor(points + outwards).astype(int)
        seen = ((outside >= 0) & (outside < (width, height)) & (inside >= 0) & (inside < (width, height))).all(axis=1)
        inside, outside = inside[seen], outside[seen]
        step = plane[inside[:, 1], inside[:, 0]].astype(int) - plane[outside[:, 1], outside[:, 0]]
        if np.count_nonzero(step > EDGE_GAP) < 0.9 * len(points):
            return False
    return True


def flat_size(quad: Quad, width: int, height: int) -> tuple[int, int]:
    """How wide and high the sheet is, seen from straight above, at the resolution of the part that was nearest.

    Its proportions follow from the perspective: the images of two directions that are at right angles give the focal length, and
    with it their lengths (Zhang & He, Whiteboard Scanning and Image Enhancement, 2006, section 3). The optical axis is taken to
    go through the middle of the picture.
    """
    a, b, _, d, e, _, g, h, _ = Transform.onto(quad, 1, 1)
    x, y, longer = width / 2, height / 2, max(width, height)
    across, down = (a - x * g, d - y * g), (b - x * h, e - y * h)
    focal = PHONE * longer
    if min(abs(g), abs(h)) > KEYSTONE:
        square = -(across[0] * down[0] + across[1] * down[1]) / (g * h)
        focal = min(max(square, (LENSES[0] * longer) ** 2), (LENSES[1] * longer) ** 2) ** 0.5
    ratio = hypot(*across, focal * g) / hypot(*down, focal * h)
    top_left, top_right, bottom_right, bottom_left = quad
    wide = max(hypot(*_minus(top_right, top_left)), hypot(*_minus(bottom_right, bottom_left)))
    high = max(hypot(*_minus(bottom_left, top_left)), hypot(*_minus(bottom_right, top_right)))
    wide, high = max(wide, high * ratio), max(high, wide / ratio)
    # A very flat look at a sheet would otherwise be blown up into many times its pixels.
    shrink = min(1.0, (2 * width * height / (wide * high)) ** 0.5)
    return max(round(wide * shrink), 1), max(round(high * shrink), 1)


def _minus(p: Point, q: Point) -> tuple[float, float]:
    return p.x - q.x, p.y - q.y
