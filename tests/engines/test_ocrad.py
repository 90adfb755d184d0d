from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prints import Sheet
from uncial.engines import EngineConfig, engine_info
from uncial.engines.ocrad import OcradEngine, _line, _lines
from uncial.errors import EngineFailed, EngineMissing, LanguageMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from uncial.raster import Image

ORF = """# Ocr Results File. Created by GNU Ocrad version 0.28
source file -
total text blocks 1
text block 1 0 0 200 60
lines 2
line 1 chars 4 height 20
 10  10  8 20; 1, 'i'0
 20  10  8  6; 1, '''0
 28  12 10 20; 1, ' '0
 40  10 12 20; 2, 'l'1, '|'0
line 2 chars 2 height 20
 10  35  8 20; 0
 20  35  8 20; 1, 'é'0
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], OcradEngine]:
    """Makes an engine whose program is the shell script that it is given."""

    def make(script: str) -> OcradEngine:
        program = tmp_path / "ocrad"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return OcradEngine(EngineConfig(threads=2), seconds=0.5)

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return make


@pytest.fixture
def page() -> Image:
    return Sheet(520, 160).column("Grace be unto you,\nand peace", 40, 30, 36).pixels()


def saying(text: str, then: str = "") -> str:
    return f"cat > /dev/null\ncat <<'END'\n{text.removesuffix(chr(10))}\nEND\n{then}"


def test_its_answer_is_lines_of_words(fake: Callable[[str], OcradEngine], page: Image):
    first, second = fake(saying(ORF)).read(page, ["en"])
    assert [word.text for word in first.words] == ["i'", "l"]
    assert [word.text for word in second.words] == ["_é"]
    assert first.words[0].quad.box == (10, 10, 28, 30)
    assert first.quad.box == (10, 10, 52, 30)
    assert (first.engine, first.confidence, first.words[0].confidence) == ("ocrad", None, None)


def test_the_program_gets_the_page_as_a_greymap(fake: Callable[[str], OcradEngine], page: Image, tmp_path: Path):
    assert fake(f"cat > {tmp_path}/got\nprintf '%s\\n' \"$@\" > {tmp_path}/asked\n" + saying(ORF)).read(page, ["en"])
    got = (tmp_path / "got").read_bytes()
    assert got[:15] == b"P5\n520 160\n255\n"
    assert len(got) == 15 + 520 * 160
    assert "--format=utf8" in (tmp_path / "asked").read_text().split()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exit 1", "status 1"),
        ("echo 'it is raining' >&2; exit 2", "it is raining"),
        ("kill -9 $$", "signal 9"),
        ("kill -SEGV $$", "signal 11"),
        (saying(ORF, "exit 3"), "status 3"),
        ("true", "not what it should be"),
        ("echo hello", "not what it should be"),
        ("head -c 4000 /dev/urandom", "not what it should be"),
        (saying("# Ocr Results File.\nsource file -"), "not what it should be"),
        (saying(ORF[:-40]), "too early"),
        (saying(ORF.replace("; 1, 'é'", "")), "too early"),
    ],
)
def test_a_child_that_fails_or_talks_nonsense_is_a_failure(
    fake: Callable[[str], OcradEngine], page: Image, script: str, told: str
):
    with pytest.raises(EngineFailed, match=told):
        fake(script).read(page, ["en"])


def test_a_child_that_hangs_is_ended_with_all_that_it_started(fake: Callable[[str], OcradEngine], page: Image, tmp_path: Path):
    engine = fake(f"sleep 600 &\necho $! > {tmp_path}/pid\nwait")
    begun = time.monotonic()
    with pytest.raises(EngineFailed, match=r"not done after 0\.5 seconds"):
        engine.read(page, ["en"])
    assert time.monotonic() - begun < 30
    assert ended(int((tmp_path / "pid").read_text()))


def ended(process: int) -> bool:
    """Whether the process is gone, or dead and only waits to be buried by whoever adopted it."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_a_child_that_does_not_listen_is_judged_by_what_it_says(fake: Callable[[str], OcradEngine]):
    large = np.random.default_rng(7).integers(0, 256, (1000, 1000, 3), dtype=np.uint8)
    script = saying(ORF).replace("cat > /dev/null\n", "exec <&-\n")
    assert len(fake(script).read(large, ["en"])) == 2


def test_a_program_that_is_not_there_is_missing_and_the_hint_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissing, match="ocrad") as caught:
        OcradEngine(EngineConfig())
    assert "apt install ocrad" in caught.value.hint
    assert engine_info("ocrad").languages == ()


def test_a_program_that_goes_away_is_missing_too(
    fake: Callable[[str], OcradEngine], page: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    engine = fake("true")
    monkeypatch.setenv("PATH", str(tmp_path / "elsewhere"))
    with pytest.raises(EngineMissing, match="cannot be started"):
        engine.read(page, ["en"])


@pytest.mark.parametrize("language", ["ru", "el", "pl", "zh"])
def test_what_is_not_in_latin_9_is_not_its_language(fake: Callable[[str], OcradEngine], page: Image, language: str):
    with pytest.raises(LanguageMissing, match=language):
        fake(saying(ORF)).read(page, [language])


def test_its_languages_are_those_of_western_europe(fake: Callable[[str], OcradEngine]):
    languages = fake("true").info.languages
    assert {"de", "en", "fi", "fr", "nl"} <= set(languages)
    assert {"cs", "el", "pl", "ru", "tr", "vi"}.isdisjoint(languages)


def test_lines_that_hold_only_spaces_are_none(fake: Callable[[str], OcradEngine], page: Image):
    assert fake(saying(ORF.replace("'i'", "' '").replace("'''", "' '").replace("'l'", "' '"))).read(page, ["en"])[0].text == "_é"


def test_words_slant_with_their_line():
    rows = "\n".join(f"{20 * k} {100 + 2 * k} 12 20; 1, 'x'0" for k in range(20))
    orf = f"# Ocr Results File.\ntotal text blocks 1\nline 1 chars 20 height 20\n{rows}\n"
    [characters] = _lines(orf)
    line = _line(characters, 520, 400)
    assert line
    assert abs(line.quad.angle - 5.71) < 0.1
    assert 19 < line.quad.height < 23
