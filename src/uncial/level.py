"""Pages as their text stands on them: upright and level."""

from __future__ import annotations

from dataclasses import dataclass

from uncial.document import Page
from uncial.geometry import Box, Quad, Transform


@dataclass(frozen=True)
class Level:
    """Where things are on the level page of `width` by `height` pixels."""

    width: float
    height: float
    way: Transform

    def box(self, quad: Quad) -> Box:
        """The upright box around a quad of the page."""
        return self.way.quad(quad).box


def level(page: Page) -> Level:
    """The page turned upright and its slope taken out, about its middle."""
    turned = Transform.quarter_turns(page.turned // 90, page.width, page.height)
    width, height = (page.height, page.width) if page.turned % 180 else (page.width, page.height)
    there, back = Transform.translation(-width / 2, -height / 2), Transform.translation(width / 2, height / 2)
    return Level(width, height, turned.then(there).then(Transform.rotation(-page.skew)).then(back))
