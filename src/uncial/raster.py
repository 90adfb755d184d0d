"""The image of one page, on its way from a source to an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    """Height x width x 3, RGB, 0..255, C-contiguous."""


@dataclass(frozen=True, slots=True)
class Raster:
    """One page as pixels, the way a viewer shows it: EXIF orientation and PDF /Rotate applied, alpha laid on white."""

    image: Image
    number: int = 1
    dpi: float | None = None
    """Pixels an inch, where the source says so."""

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.image.shape[0])
