"""The service in this process, as most tests of what it answers want it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from service_rig import Clerk, Rig, serving


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The service of a module. One that wants other settings has a `rig` of its own."""
    with serving(tmp_path_factory.mktemp("service")) as rig:
        yield rig


@pytest.fixture
def clerk(rig: Rig) -> Iterator[Clerk]:
    """Who does its jobs; afterwards it is as it was."""
    yield rig.clerk
    rig.clean()


@pytest.fixture
def client(rig: Rig, clerk: Clerk) -> Iterator[httpx.Client]:
    """A client to whom nothing is given that was read before."""
    with rig.client(**{"Cache-Control": "no-cache"}) as client:
        yield client
