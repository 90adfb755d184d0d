"""Print what `pip install .[extras]` would ask for, without the project itself.

python requirements.py pyproject.toml cluster otel
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def requirements(project: Path, extras: list[str]) -> list[str]:
    """The requirements of a project and of these extras. Raises KeyError for an extra that it has not."""
    about = tomllib.loads(project.read_text("utf-8"))["project"]
    return [*about["dependencies"], *(line for extra in extras for line in about["optional-dependencies"][extra])]


if __name__ == "__main__":
    print("\n".join(requirements(Path(sys.argv[1]), sys.argv[2:])))
