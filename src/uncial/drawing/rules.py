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

from uncial.drawing.sheet import halved
from uncial.geometry import Point
from uncial.graphics import Rule

if TYPE_CHECKING:
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
    margin = sheet.thickest + 2
    wide = cast("Grey", cv2.copyMakeBorder(dark, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=[0]))
    for run in _runs(_candidates(ink, sheet.unit, shortest), sheet):
        rule = _measured(wide, margin, run, sheet)
        if rule is not None:
            yield rule


def _candidates(ink: Grey, unit: float, shortest: float) -> Grey:
    """A mask of long runs, unbroken ones and those with gaps."""
    import cv2
    import numpy as np

    solid = _opened(ink, round(shortest * unit))
    half = cv2.threshold(halved(ink), 40, 255, cv2.THRESH_BINARY)[1]
    tall = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((max(3, round(_TALL * unit / 2)), 1), np.uint8))
    flat = cv2.subtract(half, cv2.dilate(tall, np.ones((1, 3), np.uint8)))
    closed = cv2.morphologyEx(flat, cv2.MORPH_CLOSE, np.ones((1, max(2, round(_GAP * unit / 2)) + 1), np.uint8))
    loose = _opened(cast("Grey", closed), round(_LOOSE_RUN * unit / 2))
    left, top, wide, high = cv2.boundingRect(loose)
    if wide:
        part = solid[2 * top : 2 * (top + high), 2 * left : 2 * (left + wide)]
        doubled = cv2.resize(loose[top : top + high, left : left + wide], part.shape[::-1], interpolation=cv2.INTER_NEAREST)
        np.maximum(part, doubled, out=part)
    return solid


def _opened(ink: Grey, length: int) -> Grey:
    """1 where the ink is in runs of at least that length, over three rows so that slopes do not break them.

    Eight rows are one byte here, which makes it several times as fast as OpenCV's opening.
    """
    import cv2
    import numpy as np

    thick = cast("Grey", cv2.transpose(cv2.dilate(ink, np.ones((3, 1), np.uint8))))
    if len(thick) < length:
        return np.zeros_like(ink)
    columns = _long(np.packbits(thick, axis=1), length)
    return cast("Grey", cv2.transpose(np.unpackbits(columns, axis=1, count=len(ink))))


def _long(bits: Grey, length: int) -> Grey:
    """The bits that are set so many times below each other; steps that double find it in the logarithm of the length."""
    import numpy as np

    steps, reach = [], 1
    while reach < length:
        steps.append(min(reach, length - reach))
        reach += steps[-1]
    for step in steps:
        bits = bits[step:] & bits[:-step]
    for step in steps:
        none = np.zeros((step, bits.shape[1]), np.uint8)
        bits = np.concatenate([bits, none]) | np.concatenate([none, bits])
    return bits


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
    weights = part.sum(axis=1).tolist()
    whole = sum(weights)
    return sum(weight * (row + 0.5) for row, weight in enumerate(weights)) / whole if whole else len(weights) / 2


def _measured(dark: Grey, margin: int, run: _Run, sheet: Sheet) -> Rule | None:
    """The run as a rule with its true ends and thickness, or None where it is none; `dark` has a margin."""
    if abs(run.slope) > _STEEPEST:
        return None
    band, start = _band(dark, margin, run, sheet.thickest)
    rows = _core(band)
    if rows.stop - rows.start > sheet.thickest:
        return None
    # One row more on either side, into which a rule goes that is not quite straight.
    deepest = band[max(rows.start - 1, 0) : rows.stop + 1].max(axis=0)
    first, last = _ends((deepest > sheet.least).tobytes(), run.left - start, run.right - start)
    if last - first < _SHORTEST * sheet.unit or not _is_rule(band[:, first:last], rows, deepest[first:last], sheet):
        return None
    # The core's middle on the band, whose own middle is the row that holds the run.
    off = (rows.start + rows.stop) / 2 - len(band) / 2
    left, right = (run.at + off + run.slope * (start + x - run.left) for x in (first, last))
    return Rule(Point(start + first, left), Point(start + last, right), _thickness(band[rows, first:last]))


def _band(dark: Grey, margin: int, run: _Run, reach: int) -> tuple[Grey, int]:
    """How dark it is along a run, sheared level, `reach` rows on either side and no more at its ends; and its first x."""
    import numpy as np

    width = dark.shape[1] - 2 * margin
    first, last = max(run.left - reach, 0), min(run.right + reach, width)
    top, bottom = (floor(run.at + run.slope * (x - run.left)) + margin - reach for x in (first, last - 1))
    if top == bottom:
        return dark[top : top + 2 * reach + 1, first + margin : last + margin], first
    x = np.arange(first, last)
    tops = np.floor(run.at + run.slope * (x - run.left)).astype(np.intp) + margin - reach
    places = np.arange(2 * reach + 1)[:, np.newaxis] * dark.shape[1] + (tops * dark.shape[1] + x + margin)
    return dark.ravel().take(places), first


def _core(band: Grey) -> slice:
    """The rows of a band that are the rule itself: those around the middle that are at least half as dark as the darkest."""
    filled = band.sum(axis=1).tolist()
    middle = len(filled) // 2
    peak = max(range(middle - 2, middle + 3), key=filled.__getitem__)
    least = filled[peak] / 2
    first = last = peak
    while first > 0 and filled[first - 1] >= least:
        first -= 1
    while last + 1 < len(filled) and filled[last + 1] >= least:
        last += 1
    return slice(first, last + 1)


def _ends(inked: bytes, left: int, right: int) -> tuple[int, int]:
    """Where the ink of a run begins and ends that was found from `left` to `right`: it goes on as far as there is ink."""
    first = inked.rfind(b"\0", 0, left) + 1
    last = inked.find(b"\0", right)
    there = inked[first : last if last >= 0 else len(inked)].strip(b"\0")
    first = inked.find(b"\1", first)
    return (first, first + len(there)) if there else (0, 0)


def _thickness(core: Grey) -> float:
    """How thick a rule is: as many pixels as its darkest would have to be put on each other to be as dark."""
    import numpy as np

    return max(float(np.median(core.sum(axis=0))) / max(_usual(core), 1.0), 0.5)


def _usual(core: Grey) -> float:
    """How dark a rule mostly is at its darkest."""
    import numpy as np

    return float(np.sort(core.max(axis=0))[core.shape[1] // 2])


def _is_rule(band: Grey, rows: slice, deepest: Grey, sheet: Sheet) -> bool:
    """Whether what is dark in these rows of a band, by column at its darkest, is a rule, not the feet or heads of letters."""
    import numpy as np

    ranked = np.sort(deepest)
    filled = 1 - int(ranked.searchsorted(sheet.least, "right")) / len(ranked)
    if filled < _BROKEN:
        return False
    core, usual = band[rows], _usual(band[rows])
    if len(core) > _THIN and float(core.mean()) < _FULL * usual:
        return False
    beside = (band[max(rows.start - 4, 0) : max(rows.start - 2, 0)], band[rows.stop + 2 : rows.stop + 4])
    least, most = sorted(float((part.max(axis=0, initial=0) > sheet.least).mean()) for part in beside)
    if most <= _FREE:
        return True
    palest = float(ranked[int((1 - _SOLID) * len(ranked))])
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
