"""Lines on disk: a folder of images with a `samples.jsonl` that says what stands on each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.errors import SourceDamaged
from uncial.train.lines import GIVEN, LabelledLine

if TYPE_CHECKING:
    from uncial.raster import Image

SAMPLES = "samples.jsonl"


@dataclass(frozen=True, slots=True)
class Sample:
    """A line that lies on disk."""

    path: Path
    text: str
    kind: str = GIVEN
    source: str = ""
    stretch: float = 1.0
    """The image's horizontal resolution, as `LabelledLine` has it."""

    def image(self) -> Image:
        """H x W x 3, uint8, RGB. Raises `SourceDamaged`."""
        import cv2

        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR_RGB)
        if image is None:
            raise SourceDamaged(f"The line image {self.path} is missing or damaged.")
        return image  # type: ignore[return-value]

    def size(self) -> tuple[int, int]:
        """Its height and width in pixels, from the first bytes of the PNG where it is one. Raises `SourceDamaged`."""
        with self.path.open("rb") as file:
            head = file.read(24)
        if head[:8] != b"\x89PNG\r\n\x1a\n" or len(head) < 24:
            height, width = self.image().shape[:2]
            return height, width
        return int.from_bytes(head[20:24]), int.from_bytes(head[16:20])


def shelved(folder: Path) -> list[Sample]:
    """The lines in that folder by file name, each once; [] where there is none. A record that was cut off is passed over."""
    try:
        records = (folder / SAMPLES).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    samples = {each.path.name: each for record in records if (each := _sample(folder, record))}
    return [samples[name] for name in sorted(samples)]


def put(folder: Path, lines: Iterable[LabelledLine]) -> int:
    """Write these lines into the folder in the place of what is there, and say how many they were."""
    import cv2

    folder.mkdir(parents=True, exist_ok=True)
    records = []
    for number, line in enumerate(lines):
        name = f"{number:07}.png"
        cv2.imwrite(str(folder / name), cv2.cvtColor(line.image, cv2.COLOR_RGB2BGR))
        records.append(record_of(name, line))
    (folder / SAMPLES).write_text("".join(records), encoding="utf-8")
    return len(records)


def record_of(name: str, line: LabelledLine) -> str:
    """The record of a line in `samples.jsonl`, with its line break."""
    told = {"file": name, "text": line.text, "kind": line.kind, "source": line.source, "stretch": line.stretch}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _sample(folder: Path, record: str) -> Sample | None:
    try:
        told = json.loads(record)
    except ValueError:
        return None
    if not isinstance(told, Mapping) or not isinstance(told.get("file"), str) or not isinstance(told.get("text"), str):
        return None
    stretch = told.get("stretch")
    return Sample(
        folder / told["file"],
        told["text"],
        str(told.get("kind") or GIVEN),
        str(told.get("source") or ""),
        stretch if isinstance(stretch, float) and stretch > 0 else 1.0,
    )
