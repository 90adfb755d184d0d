from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from uncial import errors
from uncial.engines import EngineConfig
from uncial.errors import LimitExceeded, UncialError
from uncial.jobs.wire import (
    LENGTH,
    Open,
    PageDone,
    Plan,
    Render,
    Written,
    pack,
    pack_error,
    pack_told,
    unpack_error,
    unpack_numbers,
    unpack_page,
    unpack_written,
)
from uncial.options import Limits, Options, Output

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UncialError)]
NONSENSE = (ValueError, KeyError, TypeError, AttributeError)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_comes_back_as_it_was(kind: type[UncialError]):
    error = kind("It went wrong.", hint="Mend it.", stage="pages", page=7)
    back = unpack_error(pack_error(error))
    assert type(back) is kind
    assert (back.message, back.hint, back.stage, back.page) == ("It went wrong.", "Mend it.", "pages", 7)


def test_an_error_of_another_package_comes_back_as_the_nearest_that_everybody_knows():
    class OfAPackage(LimitExceeded):
        code = "of-a-package"

    class Deeper(OfAPackage):
        pass

    assert type(unpack_error(pack_error(Deeper("x")))) is LimitExceeded


@pytest.mark.parametrize("code", ["Exception", "LimitExceeded", "", None, ["limit-exceeded"]])
def test_a_reply_cannot_name_anything_but_an_error(code: object):
    reply = {**json.loads(pack_error(LimitExceeded("x"))), "code": code}
    with pytest.raises(NONSENSE):
        unpack_error(json.dumps(reply).encode())


MESSAGES = [
    Plan("neural", EngineConfig(threads=2), hidden=(Path("/x"),)),
    Open(Path("/x/source"), "a\udcff.png", Options(), Limits(), "sesame"),
    Render(Path("/x"), None, "a.png", "pdf", Output(layout=True), Limits(), "sesame"),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_messages_travel_with_their_length(message: Plan | Open | Render):
    data = pack(message)
    (length,) = LENGTH.unpack(data[: LENGTH.size])
    assert length == len(data) - LENGTH.size
    assert pickle.loads(data[LENGTH.size :]) == message
    assert "sesame" not in f"{message!r} {message}"


def test_what_is_told_of_pages_and_documents_comes_back():
    assert unpack_page(pack_told(PageDone(3, 0.25, "source-damaged"))) == PageDone(3, 0.25, "source-damaged")
    written = Written(1.5, (2, 7), {"repaired": 3})
    assert unpack_written(pack_told(written)) == written
    assert unpack_numbers(b"[3, 1, 2]") == (3, 1, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"[]", b"{}", b"null", b'{"number": 1, "seconds": 0}',
        b'{"number": null, "seconds": 0, "code": ""}', b'{"number": 1, "seconds": NaN, "code": ""}',
        b'{"number": 1, "seconds": -1, "code": ""}', b'{"number": 1, "seconds": Infinity, "code": ""}',
        b'{"number": 1, "seconds": "1", "code": ""}', b'{"number": 1, "seconds": 0, "code": 7}',
        b'{"number": 1, "seconds": 0, "code": "' + b"x" * 65 + b'"}', b'{"number": 1, "seconds": 0, "code": "a\\r\\nb"}',
        b'{"number": 1, "seconds": 0, "code": "a\\n"}', b'{"number": 1, "seconds": 0, "code": "\xc3\xa9"}',
    ],
)  # fmt: skip
def test_what_is_no_news_of_a_page_is_not_taken_for_one(data: bytes):
    with pytest.raises(NONSENSE):
        unpack_page(data)


@pytest.mark.parametrize(
    "data",
    [
        b"{}", b'{"seconds": 0, "failed": [], "notices": []}', b'{"seconds": 0, "failed": ["x"], "notices": {}}',
        b'{"seconds": 0, "failed": [], "notices": {"x": "y"}}', b'{"seconds": null, "failed": [], "notices": {}}',
        b'{"seconds": 0, "failed": [], "notices": {"a\\nb": 1}}', b'{"seconds": 0, "failed": [], "notices": {"A": 1}}',
    ],
)  # fmt: skip
def test_what_is_no_news_of_a_document_is_not_taken_for_one(data: bytes):
    with pytest.raises(NONSENSE):
        unpack_written(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[0]", b"[-1, 2]", b"[1, 1]", b"[null]", b'["x"]', b"7"])
def test_what_are_no_numbers_of_pages_are_not_taken_for_some(data: bytes):
    with pytest.raises(NONSENSE):
        unpack_numbers(data)


KEYHOLDERS = "runner executor store blobs database rendering process tray bell seal checkpoints wire job".split()
PIXELS = {"numpy", "PIL", "cv2", "onnxruntime", "onnx", "pypdfium2", "pikepdf", "tesserocr", "lxml"}


def test_the_process_with_the_keys_never_loads_what_touches_a_pixel():
    code = (
        f"import importlib, sys; [importlib.import_module('uncial.jobs.' + name) for name in {KEYHOLDERS}]; "
        f"print(*sorted({PIXELS} & {{*sys.modules}}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == ""


def test_a_worker_loads_nothing_of_that_before_it_is_confined():
    code = "import sys, uncial.jobs.worker; print(*sorted({'numpy', 'PIL', 'cv2', 'uncial.reader'} & {*sys.modules}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == ""
