import subprocess
import sys
from pathlib import Path

import pytest

from uncial.engines import ENGINES, EngineConfig, EngineInfo, engine_info, engine_names, load_engine
from uncial.errors import EngineMissing

MODULE = """
from uncial.engines import EngineInfo

class Blind:
    info = EngineInfo("blind", "2.0", ("en",), "MIT", False)

    def __init__(self, config):
        self.config = config

    def read(self, image, languages):
        return []
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that brings engines along, installed for as long as the test runs."""
    described = tmp_path / "blind_ocr-2.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: blind-ocr\nVersion: 2.0\n")
    (described / "entry_points.txt").write_text(
        "[uncial.engines]\nblind = blind_ocr:Blind\nbroken = blind_ocr_broken:Engine\n"
        "empty = blind_ocr:Nothing\nneural = blind_ocr:Blind\n"
    )
    (tmp_path / "blind_ocr.py").write_text(MODULE)
    (tmp_path / "blind_ocr_broken.py").write_text("import no_such_module_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "blind_ocr", raising=False)
    return tmp_path


def test_our_own_engines_are_there_without_any_package():
    assert set(ENGINES) <= set(engine_names())
    assert engine_names() == sorted(set(engine_names()))


@pytest.mark.usefixtures("package")
def test_a_package_adds_an_engine_by_its_entry_point():
    assert "blind" in engine_names()
    assert engine_info("blind") == EngineInfo("blind", "2.0", ("en",), "MIT", False)
    config = EngineConfig(threads=3)
    engine = load_engine("blind", config)
    assert engine.config is config  # type: ignore[attr-defined]
    assert load_engine("blind").config == EngineConfig()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("package")
def test_a_package_cannot_take_the_place_of_an_engine_of_ours():
    assert engine_info("neural").licence == "Apache-2.0"
    assert engine_names().count("neural") == 1


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("name", ["broken", "empty"])
def test_an_engine_whose_package_is_broken_is_missing(name: str):
    with pytest.raises(EngineMissing, match=f"“{name}” cannot be imported"):
        load_engine(name)


def test_an_engine_that_is_not_there_is_missing_and_the_hint_names_those_that_are():
    with pytest.raises(EngineMissing, match="“crystal-ball”") as caught:
        load_engine("crystal-ball")
    assert "neural" in caught.value.hint


def test_a_name_card_loads_no_model_and_none_of_the_libraries_that_run_them():
    ask = "import sys; from uncial.engines import engine_info; engine_info('neural'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, timeout=60, text=True).stdout.split()
    assert {"onnxruntime", "onnx", "cv2", "numpy"} & set(loaded) == set()
