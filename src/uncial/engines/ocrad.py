"""The Ocrad engine: the program `ocrad` of the GNU project, where a user has installed it, over a pipe.

It is under the GPL, so nothing of it is part of Uncial and nothing of ours installs it. It knows the Latin alphabet only and
is far behind the other engines; it is here for what it reads without any model.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from math import ceil
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, NamedTuple

from uncial.cores import lent_cores
from uncial.document import Line, Word
from uncial.engines import EngineConfig, EngineInfo, NameCard
from uncial.engines.boxes import quad_around, slant
from uncial.errors import EngineFailed, EngineMissing, LanguageMissing
from uncial.geometry import Box
from uncial.languages import LANGUAGES, find_language
from uncial.options import AUTO

if TYPE_CHECKING:
    from uncial.raster import Image

NAME = "ocrad"
_HINT = "Install it: apt install ocrad (or see https://www.gnu.org/software/ocrad)."
_SECONDS = 120.0
"""As long may one page take. One of 22 megapixels full of text takes 4 on a busy machine."""
_SMALLEST = 3
"""Pixels of a side; Ocrad refuses less, and there is no letter in it."""
_CHARSET = "iso-8859-15"
"""The letters that Ocrad knows unless it is told otherwise."""
_UNKNOWN = "_"
"""What Ocrad itself writes for a character that it does not know."""


class _Character(NamedTuple):
    text: str
    box: Box


def _name_card(engine: OcradEngine | None) -> EngineInfo:
    """It names no language where the program is not installed."""
    languages = _languages() if shutil.which(NAME) else ()
    return EngineInfo(NAME, "", languages, licence="GPL-2.0-or-later", gives_confidence=False)


class OcradEngine:
    """Finds and reads lines with GNU Ocrad. Any number of threads may use it at once."""

    info = NameCard(_name_card)

    def __init__(self, config: EngineConfig, seconds: float = _SECONDS) -> None:
        if not shutil.which(NAME):
            raise EngineMissing("The program “ocrad” is not installed.", hint=_HINT)
        self._seconds = seconds
        self._running = BoundedSemaphore(config.threads or lent_cores())

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        """All lines on the image (H x W x 3, uint8, RGB), in no particular order."""
        import cv2

        _check(languages)
        height, width = image.shape[:2]
        if min(height, width) < _SMALLEST or image.min() == image.max():
            return []
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        # A portable greymap: netpbm's pgm(5).
        picture = b"P5\n%d %d\n255\n" % (width, height) + grey.tobytes()
        with self._running:
            results = _run([NAME, "--format=utf8", "--layout", "--quiet", "--export=-"], picture, self._seconds)
        return [line for found in _lines(results) if (line := _line(found, width, height))]


def _languages() -> tuple[str, ...]:
    """Those in Latin script all of whose letters Ocrad knows."""
    return tuple(sorted(each.code for each in LANGUAGES.values() if each.script == "Latn" and _known(each.letters)))


def _known(letters: str) -> bool:
    try:
        unicodedata.normalize("NFKC", letters + letters.upper()).encode(_CHARSET)
    except UnicodeEncodeError:
        return False
    return True


def _check(languages: Sequence[str]) -> None:
    known = _languages()
    for name in languages:
        if name != AUTO and find_language(name).code not in known:
            raise LanguageMissing(f"Ocrad does not read the language “{name}”.", hint=f"It reads {', '.join(known)}.")


def _run(command: Sequence[str], given: bytes, seconds: float) -> str:
    """What the program says to that input. Raises `EngineMissing` and `EngineFailed`; it leaves no process behind."""
    try:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        raise EngineMissing(f"The program “{NAME}” cannot be started: {error}.", hint=_HINT) from error
    with child:
        _limit(child, seconds)
        try:
            said, complaint = child.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise EngineFailed(f"Ocrad was not done after {seconds:g} seconds, and was ended.") from error
        finally:
            if child.poll() is None:  # it and what it may have started
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode:
        told = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise EngineFailed(f"Ocrad failed ({_told_status(child.returncode)}): {''.join(told) or 'it did not say why'}")
    return said.decode("utf-8", "replace")


def _limit(child: subprocess.Popen[bytes], seconds: float) -> None:
    """Let the system end it too: the one who waits for it may be killed, and cannot end it then."""
    if not hasattr(resource, "prlimit"):  # only Linux has it
        return
    limit = ceil(seconds) + 1
    with suppress(ProcessLookupError):  # it has ended already
        resource.prlimit(child.pid, resource.RLIMIT_CPU, (limit, limit))


def _told_status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


_LINE = re.compile(r"line \d+ chars (\d+) height \d+")
_CHARACTER = re.compile(r"\s*(-?\d+)\s+(-?\d+)\s+(\d+)\s+(\d+); (\d+)(?:, '(.)'\d+)?")


def _lines(results: str) -> Iterator[list[_Character]]:
    """The lines of an ORF file (“Ocr Results File”, described in Ocrad's manual), each with its characters."""
    rows = iter(results.split("\n"))
    if not next(rows).startswith("# Ocr Results File") or not any(row.startswith("total text blocks ") for row in rows):
        raise EngineFailed("Ocrad's answer is not what it should be.", hint="Uncial was tested with Ocrad 0.28.")
    for row in rows:
        if head := _LINE.match(row):
            yield [_character(next(rows, "")) for _ in range(int(head[1]))]


def _character(row: str) -> _Character:
    found = _CHARACTER.match(row)
    if not found:
        raise EngineFailed("Ocrad's answer ends too early.")
    left, top, width, height = (int(found[number]) for number in range(1, 5))
    return _Character(found[6] or _UNKNOWN, Box(left, top, left + width, top + height))


def _line(characters: Sequence[_Character], width: int, height: int) -> Line | None:
    """The line of these characters, or None where there are but spaces; what belongs together stands between spaces."""
    groups = groupby(characters, key=lambda each: each.text.isspace())
    words = [list(members) for space, members in groups if not space]
    if not words:
        return None
    angle = slant([each.box for word in words for each in word])
    made = tuple(
        Word(
            unicodedata.normalize("NFC", "".join(each.text for each in word)),
            quad_around([each.box for each in word], angle).clamped(width, height),
        )
        for word in words
    )
    quad = quad_around([each.box for word in words for each in word], angle).clamped(width, height)
    return Line(made, quad, engine=NAME)
