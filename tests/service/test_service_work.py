from __future__ import annotations

import json
import pickle

import pytest

from uncial import errors
from uncial.engines import EngineConfig
from uncial.errors import LimitExceeded, UncialError
from uncial.options import Limits, Options
from uncial.service.work import LENGTH, Job, Plan, pack, pack_error, unpack_error

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UncialError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_comes_back_as_it_was(kind):
    error = kind("It went wrong.", hint="Mend it.", stage="pages", page=7)
    back = unpack_error(pack_error(error))
    assert type(back) is kind
    assert (back.message, back.hint, back.stage, back.page) == ("It went wrong.", "Mend it.", "pages", 7)


@pytest.mark.parametrize("name", ["Exception", "ClassVar", "annotations", "nothing"])
def test_a_reply_cannot_name_anything_but_an_error(name):
    reply = {**json.loads(pack_error(LimitExceeded("x"))), "kind": name}
    with pytest.raises((ValueError, KeyError)):
        unpack_error(json.dumps(reply).encode())


@pytest.mark.parametrize(
    "message",
    [
        Plan("neural", EngineConfig(threads=2)),
        Job("1", "https://example.org/a.png", "", Options(), Limits(), 1.5),
    ],
)
def test_messages_travel_with_their_length(message):
    data = pack(message)
    (length,) = LENGTH.unpack(data[: LENGTH.size])
    assert length == len(data) - LENGTH.size
    assert pickle.loads(data[LENGTH.size :]) == message
