"""Finds ruling lines: solid or dotted, thin or thick, level or sloping by up to three degrees.

Two searches look for runs of ink. One takes long unbroken runs. The other, on half the size, takes away all that is tall, such
as the stems of letters, and closes the gaps of what is left: dots, dashes, and rules that the scanner broke. Each run is then
measured along its own slope, and only what is mostly ink, or stands alone, is a rule. Rules that stand are found on the sheet
laid on its side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, cast

from uncial.geometry import Point
from uncial.graphics import Rule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.drawing.sheet import Grey, Sheet

_LYING_RUN = 3.0
"""Unbroken runs of ink across the page are at least so long, in units; hardly any letter of a text is so wide."""
_STANDING_RUN = 1.6
"""The same down the page: no letter of a text is so high, and rows of tables are not higher."""
_LOOSE_RUN = 4.0
"""Runs with gaps are at least so long, in units."""
_GAP = 0.4
"""Gaps that are closed, in units: between dots, dashes, and the pieces of a broken rule."""
_TALL = 0.4
"""What is higher than this is no part of a dotted or broken rule, in units."""
_SHORTEST = 2.5
"""Rules are at least so long, in units."""
_ALONE = 4.5
"""Rules that meet no other are at least so long, in units; so long are the strokes of headings and the bars of letters."""
_STEEPEST = 0.08
"""Three degrees, and a little more."""
_SOLID = 0.85
"""How much of its length is ink, of a rule beside which there may be letters."""
_BROKEN = 0.4
"""How much of its length is ink, of a rule that stands free."""
_FREE = 0.12
"""How much of its length has ink beside it, on either side, of a rule that stands free."""
_EVEN = 0.6
"""All along its length a rule is at least this part as dark as it mostly is; the gaps between letters are paler."""
_THIN = 4
"""Pixels. What is thicker has to be full: the small letters of a word make a bar too, with holes."""
_FULL = 0.65
"""Thick rules are on the whole this part as dark as they mostly are at their darkest."""
_CROWDED = 0.5
"""More ink than this on both sides: a row of letters, or hatching."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Where a rule may be: from x = `left` to `right`, at y = `at` + `slope` * (x - left)."""

    left: int
    right: int
    at: float
    slope: float


def find_rules(sheet: Sheet) -> list[Rule]:
    """The rules of the sheet, in its pixels: those that lie, then those that stand, each from its upper or left end."""
    import cv2

    lying = list(_lying(sheet.dark, sheet, _LYING_RUN))
    standing = [_turned(rule) for rule in _lying(cast("Grey", cv2.transpose(sheet.dark)), sheet, _STANDING_RUN)]
    return _kept(lying, standing, sheet.unit)


def _turned(rule: Rule) -> Rule:
    return Rule(Point(rule.start.y, rule.start.x), Point(rule.end.y, rule.end.x), rule.thickness)


def _lying(dark: Grey, sheet: Sheet, shortest: float) -> Iterator[Rule]:
    """The rules that run across a sheet that is so dark (H x W, uint8); unbroken ones are at least `shortest` units long."""
    import cv2

    ink = cast("Grey", cv2.threshold(dark, sheet.least, 255, cv2.THRESH_BINARY)[1])
    for run in _runs(_candidates(ink, sheet.unit, shortest), sheet):
        rule = _measured(dark, run, sheet)
        if rule is not None:
            yield rule


def _candidates(ink: Grey, unit: float, shortest: float) -> Grey:
    """A mask of long runs, unbroken ones and those with gaps."""
    import cv2
    import numpy as np

    solid = _opened(ink, round(shortest * unit))
    height, width = (side // 2 for side in ink.shape)
    even = ink[: 2 * height, : 2 * width]  # halves and doubles are only quick where they are exact
    half = cv2.threshold(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), 40, 255, cv2.THRESH_BINARY)[1]
    tall = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((max(3, round(_TALL * unit / 2)), 1), np.uint8))
    flat = cv2.subtract(half, cv2.dilate(tall, np.ones((1, 3), np.uint8)))
    closed = cv2.morphologyEx(flat, cv2.MORPH_CLOSE, np.ones((1, max(2, round(_GAP * unit / 2)) + 1), np.uint8))
    loose = _opened(cast("Grey", closed), round(_LOOSE_RUN * unit / 2))
    both = solid[: 2 * height, : 2 * width]
    both[...] = cv2.max(both, cv2.resize(loose, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST))
    return solid


def _opened(ink: Grey, length: int) -> Grey:
    """What of the ink is in runs of at least that length, over three rows so that slopes do not break them."""
    import cv2
    import numpy as np

    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    return cast("Grey", cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(length, 3)), np.uint8)))


def _runs(mask: Grey, sheet: Sheet) -> Iterator[_Run]:
    """The connected parts of the mask as straight runs; what is too thick for its length is none."""
    import cv2

    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        left, top, width, height = cv2.boundingRect(outline)
        if height <= sheet.thickest + 3 + _STEEPEST * width:
            yield _run(mask, left, top, width, height)


def _run(mask: Grey, left: int, top: int, width: int, height: int) -> _Run:
    """The straight run through a part of the mask, by the middles of its first and its last third."""
    third = max(width // 3, 1)
    start = _middle(mask[top : top + height, left : left + third])
    end = _middle(mask[top : top + height, left + width - third : left + width])
    slope = (end - start) / max(width - third, 1)
    # In the middle of a pixel, so that rows are counted from there alike on level rules and on sloping ones.
    return _Run(left, left + width, floor(top + start - slope * third / 2) + 0.5, slope)


def _middle(part: Grey) -> float:
    """The height at which half of a mask lies above, from its top."""
    import numpy as np

    weights = part.sum(axis=1, dtype=np.int64)
    whole = float(weights.sum())
    return float(weights @ (np.arange(len(weights)) + 0.5)) / whole if whole else len(weights) / 2


def _measured(dark: Grey, run: _Run, sheet: Sheet) -> Rule | None:
    """The run as a rule with its true ends and thickness, or None where it is none."""
    if abs(run.slope) > _STEEPEST:
        return None
    band, start = _band(dark, run, sheet.thickest)
    rows = _core(band)
    # One row more on either side, into which a rule goes that is not quite straight.
    inked = band[max(rows.start - 1, 0) : rows.stop + 1].max(axis=0) > sheet.least
    first, last = _ends(inked, run.left - start, run.right - start)
    if not _is_rule(band[:, first:last], rows, sheet):
        return None
    # The core's middle on the band, whose own middle is the row that holds the run.
    off = (rows.start + rows.stop) / 2 - len(band) / 2
    left, right = (run.at + off + run.slope * (start + x - run.left) for x in (first, last))
    return Rule(Point(start + first, left), Point(start + last, right), _thickness(band[rows, first:last]))


def _band(dark: Grey, run: _Run, reach: int) -> tuple[Grey, int]:
    """How dark it is along a run, sheared level, with a margin on all sides; and the x of its first column."""
    import numpy as np

    height, width = dark.shape
    x = np.arange(max(run.left - reach, 0), min(run.right + reach, width))
    y = np.floor(run.at + run.slope * (x - run.left)).astype(np.intp)
    rows = np.arange(-reach, reach + 1)[:, np.newaxis] + y
    inside = (rows >= 0) & (rows < height)
    return dark[rows.clip(0, height - 1), x] * inside, int(x[0])


def _core(band: Grey) -> slice:
    """The rows of a band that are the rule itself: those around the middle that are at least half as dark as the darkest."""
    filled = band.mean(axis=1)
    middle = len(filled) // 2
    peak = middle - 2 + int(filled[middle - 2 : middle + 3].argmax())
    least = filled[peak] / 2
    first = last = peak
    while first > 0 and filled[first - 1] >= least:
        first -= 1
    while last + 1 < len(filled) and filled[last + 1] >= least:
        last += 1
    return slice(first, last + 1)


def _ends(inked: NDArray[np.bool_], left: int, right: int) -> tuple[int, int]:
    """Where the ink of a run begins and ends that was found from `left` to `right`: it goes on as far as there is ink."""
    import numpy as np

    white = np.flatnonzero(~inked)
    before, after = white[white < left], white[white >= right]
    first = int(before[-1]) + 1 if before.size else 0
    last = int(after[0]) if after.size else len(inked)
    there = np.flatnonzero(inked[first:last])
    return (first + int(there[0]), first + int(there[-1]) + 1) if there.size else (first, first)


def _thickness(core: Grey) -> float:
    """How thick a rule is: as many pixels as its darkest would have to be put on each other to be as dark."""
    import numpy as np

    return max(float(np.median(core.sum(axis=0, dtype=np.float64))) / max(float(np.median(core.max(axis=0))), 1.0), 0.5)


def _is_rule(band: Grey, rows: slice, sheet: Sheet) -> bool:
    """Whether what is dark in these rows of a band is a rule by itself, not the feet or the heads of letters."""
    import numpy as np

    if rows.stop - rows.start > sheet.thickest or band.shape[1] < _SHORTEST * sheet.unit:
        return False
    usual = float(np.median(band[rows].max(axis=0)))
    if rows.stop - rows.start > _THIN and float(band[rows].mean()) < _FULL * usual:
        return False
    deepest = band[max(rows.start - 1, 0) : rows.stop + 1].max(axis=0)
    filled = float((deepest > sheet.least).mean())
    beside = (band[max(rows.start - 4, 0) : max(rows.start - 2, 0)], band[rows.stop + 2 : rows.stop + 4])
    least, most = sorted(float((part > sheet.least).any(axis=0).mean()) for part in beside)
    if filled >= _BROKEN and most <= _FREE:
        return True
    palest = float(np.quantile(deepest, 1 - _SOLID))
    return filled >= _SOLID and least <= _CROWDED and palest >= _EVEN * usual


def _kept(lying: list[Rule], standing: list[Rule], unit: float) -> list[Rule]:
    """Without what is too short to be a rule, unless it meets a long one."""
    long_lying = [rule for rule in lying if rule.length >= _ALONE * unit]
    long_standing = [rule for rule in standing if rule.length >= _ALONE * unit]
    return [
        *(rule for rule in lying if _stays(rule, long_standing, unit)),
        *(rule for rule in standing if _stays(rule, long_lying, unit)),
    ]


def _stays(rule: Rule, others: Iterable[Rule], unit: float) -> bool:
    if rule.length >= _ALONE * unit:
        return True
    return rule.length >= _SHORTEST * unit and any(_meet(rule, other, 0.3 * unit) for other in others)


def _meet(rule: Rule, other: Rule, near: float) -> bool:
    """Whether an end of the rule lies on the other, which runs the other way."""
    low, high = sorted((other.start, other.end), key=lambda end: end.y if other.stands else end.x)
    for end in (rule.start, rule.end):
        across, along = (end.x, end.y) if other.stands else (end.y, end.x)
        first, last = (low.y, high.y) if other.stands else (low.x, high.x)
        level = (low.x + high.x) / 2 if other.stands else (low.y + high.y) / 2
        if abs(across - level) <= near + other.thickness and first - near <= along <= last + near:
            return True
    return False
