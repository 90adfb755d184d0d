"""What holds for all tests: hypothesis sets no time limits (a busy machine is no failure) and finds the same on every run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture
def uncial(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, bytes, str]]:
    """Runs the command in an empty folder: status, stdout, stderr."""
    from uncial.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, bytes, str]:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return status, out, err.decode()

    return run
