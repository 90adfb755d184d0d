from __future__ import annotations

import json
import pickle
import struct

import pytest

from uncial import errors
from uncial.engines import EngineConfig
from uncial.errors import LimitExceeded, UncialError
from uncial.options import Limits, Options, Output
from uncial.service.work import LENGTH, Answer, Job, Plan, pack, pack_answer, pack_error, unpack_answer, unpack_error

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
        Job("1", "https://example.org/a.png", "", Options(), Limits(), 1.5, "pdf", Output(layout=True), "sesame"),
    ],
)
def test_messages_travel_with_their_length(message):
    data = pack(message)
    (length,) = LENGTH.unpack(data[: LENGTH.size])
    assert length == len(data) - LENGTH.size
    assert pickle.loads(data[LENGTH.size :]) == message


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", "", (), (), 0.0),
        Answer(b"{}\n\x00\xff" * 100, "é\udcff\n.png", (2, 7), (("hidden-text", 3), ("repaired", 1)), 0.25),
    ],
)
def test_an_answer_comes_back_as_it_was(answer):
    assert unpack_answer(pack_answer(answer)) == answer


def framed(head: object, content: bytes = b"x") -> bytes:
    data = json.dumps(head).encode()
    return LENGTH.pack(len(data)) + data + content


HEAD = {"name": "a", "failed": [], "notices": [], "seconds": 0}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"short", LENGTH.pack(1 << 60) + b"{}", LENGTH.pack(0), framed([]), framed({}), framed({**HEAD, "failed": ["x"]}),
        framed({**HEAD, "notices": ["hidden-text"]}), framed({**HEAD, "seconds": None}),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_not_taken_for_one(data):
    with pytest.raises((ValueError, KeyError, TypeError, struct.error)):
        unpack_answer(data)
    assert unpack_answer(framed(HEAD)) == Answer(b"x", "a")


def test_a_password_is_not_in_what_is_shown_of_a_job():
    job = Job("1", "https://example.org/a.png", "", Options(), Limits(), 1.5, password="sesame")
    assert "sesame" not in f"{job!r} {job}"
    assert pickle.loads(pack(job)[LENGTH.size :]).password == "sesame"
