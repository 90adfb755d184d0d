from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from urllib.request import Request, urlopen

import pytest

import servers
from servers import Server
from uncial.errors import MissingDependency, OptionInvalid, OutputError, ServiceUnavailable
from uncial.jobs.blobs import CHUNK, Blobs

LARGE = bytes(range(256)) * (3 * CHUNK // 256) + b"end"


def bucket(server: Server) -> str:
    name = f"test-{token_hex(4)}"
    with urlopen(Request(f"{server.url}/{name}", method="PUT"), timeout=10):
        return name


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "key", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture(params=["folder", "memory", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "folder":
            return str(tmp_path / "deep" / "blobs")
        case "memory":
            return f"memory://{token_hex(8)}"
    pytest.importorskip("s3fs")
    request.getfixturevalue("credentials")
    return f"s3://{bucket(request.getfixturevalue('s3_server'))}/some/prefix"


@pytest.fixture
def blobs(url: str, request: pytest.FixtureRequest) -> Blobs:
    return Blobs.open(url, request.getfixturevalue("s3_server").url if url.startswith("s3:") else "")


@pytest.fixture
def folder(tmp_path: Path) -> Blobs:
    return Blobs.open(str(tmp_path / "blobs"))


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_what_is_kept_is_what_was_given(blobs: Blobs, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(LARGE)
    blobs.put("a/source", given)
    blobs.write("a/pages/1", b"")
    assert blobs.read("a/source") == LARGE
    assert blobs.read("a/pages/1") == b""
    assert blobs.size("a/source") == len(LARGE)
    assert given.read_bytes() == LARGE
    blobs.take("b/source", given)
    assert blobs.read("b/source") == LARGE
    blobs.fetch("a/source", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == LARGE


def test_the_last_that_was_written_counts(blobs: Blobs) -> None:
    for data in (b"first and long", b"second"):
        blobs.write("a/x", data)
        assert blobs.size("a/x") == len(data)
        assert blobs.read("a/x") == data


def test_a_stream_gives_the_range_that_was_asked_for(blobs: Blobs) -> None:
    blobs.write("a/x", LARGE)
    assert b"".join(blobs.stream("a/x")) == LARGE
    for start, end in [(0, 10), (5, 6), (CHUNK - 1, CHUNK + 1), (len(LARGE) - 3, None), (7, 7), (len(LARGE), None), (0, 1 << 40)]:
        assert b"".join(blobs.stream("a/x", start, end)) == LARGE[start:end], (start, end)
    assert max(map(len, blobs.stream("a/x"))) <= CHUNK


def test_what_is_not_there_is_said_at_once(blobs: Blobs, tmp_path: Path) -> None:
    blobs.write("a/x", b"x")
    looks: list[Callable[[], object]] = [
        lambda: blobs.read("a/y"),
        lambda: blobs.size("a/y"),
        lambda: blobs.stream("a/y"),
        lambda: blobs.fetch("a/y", tmp_path / "y"),
        lambda: blobs.copy("b/result", "c/result"),
        lambda: blobs.age("b"),
    ]
    for look in looks:
        with pytest.raises(FileNotFoundError):
            look()
    assert blobs.prefixes() == ["a"]


def test_deleting_takes_one_job_and_no_other(blobs: Blobs) -> None:
    for name in ("ab/source", "ab/pages/1", "abc/source", "a"):
        blobs.write(name, b"x")
    assert sorted(blobs.prefixes()) == ["a", "ab", "abc"]
    blobs.delete("ab")
    blobs.delete("ab")
    blobs.delete("nothing/here")
    assert sorted(blobs.prefixes()) == ["a", "abc"]
    blobs.delete("a")
    blobs.delete("abc/source")
    with pytest.raises(FileNotFoundError):
        blobs.read("abc/source")
    for everything in ("", "/", "../x"):
        with pytest.raises(AssertionError):
            blobs.delete(everything)


def test_an_empty_store_has_nothing(blobs: Blobs) -> None:
    assert blobs.prefixes() == []
    blobs.check()
    assert blobs.prefixes() == []


def test_a_copy_is_whole_and_lives_by_itself(blobs: Blobs) -> None:
    blobs.write("a/result-1/document.json", b"one")
    blobs.write("a/result-1/txt", b"two")
    blobs.write("a/result-10/txt", b"another")
    for _ in range(2):  # somebody may have begun it before and died
        blobs.copy("a/result-1", "b/result")
    blobs.write("a/result-1/txt", b"changed")
    assert (blobs.read("b/result/txt"), blobs.read("b/result/document.json")) == (b"two", b"one")
    blobs.write("b/result/document.json", b"changed too")
    assert blobs.read("a/result-1/document.json") == b"one"
    blobs.delete("a")
    assert blobs.read("b/result/txt") == b"two"


def test_who_looks_sees_what_others_wrote(blobs: Blobs, url: str, request: pytest.FixtureRequest) -> None:
    other = Blobs.open(url, request.getfixturevalue("s3_server").url if url.startswith("s3:") else "")
    assert other.prefixes() == []
    blobs.write("a/x", b"old")
    assert (other.prefixes(), other.size("a/x")) == (["a"], 3)
    blobs.write("a/x", b"newer")
    assert (other.size("a/x"), other.read("a/x")) == (5, b"newer")
    blobs.delete("a")
    assert other.prefixes() == []


def test_the_age_is_that_of_the_youngest(blobs: Blobs) -> None:
    blobs.write("a/source", b"x")
    assert -5 < blobs.age("a") < 60


def test_a_copy_of_what_is_old_is_young(folder: Blobs, tmp_path: Path) -> None:
    folder.write("a/result/txt", b"x")
    for path in [*(tmp_path / "blobs").rglob("*")]:
        os.utime(path, (0, 0))
    assert folder.age("a") > 1e9
    folder.copy("a/result", "b/result")
    assert folder.age("b") < 60


def test_a_reader_never_sees_half_of_it(folder: Blobs, tmp_path: Path) -> None:
    folder.write("a/x", b"0" * CHUNK)

    def write(number: int) -> None:
        for _ in range(10):
            folder.write("a/x", str(number).encode() * CHUNK)

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, number) for number in (1, 2)]
        while not all(task.done() for task in writing):
            seen = folder.read("a/x")
            assert len(seen) == CHUNK
            assert len(set(seen)) == 1
    assert files(tmp_path / "blobs") == ["a/x"]


def test_who_is_given_a_document_cannot_change_the_blob(folder: Blobs, tmp_path: Path) -> None:
    folder.write("a/source", b"original")
    folder.fetch("a/source", tmp_path / "given")
    with (tmp_path / "given").open("r+b") as file:
        file.write(b"forged")
    assert folder.read("a/source") == b"original"


def test_who_hands_over_a_result_cannot_change_it_afterwards(folder: Blobs, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"original")
    with path.open("r+b") as held:
        folder.put("a/result", path)
        held.write(b"forged!!")
        held.flush()
        assert folder.read("a/result") == b"original"


def test_nobody_else_may_read_what_lies_there(folder: Blobs, tmp_path: Path) -> None:
    folder.write("a/x", b"secret")
    for path in (tmp_path / "blobs", tmp_path / "blobs" / "a", tmp_path / "blobs" / "a" / "x"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_file_on_another_file_system_is_taken_too(folder: Blobs, tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("There is no second file system here.")
    path = elsewhere / f"uncial-{token_hex(8)}"
    try:
        path.write_bytes(b"x")
        folder.take("a/source", path)
    finally:
        path.unlink(missing_ok=True)
    assert folder.read("a/source") == b"x"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        Blobs.open(str(tmp_path / "file" / "blobs"))


@pytest.mark.parametrize("url", ["", "s3://", "nonsense://x/y", "/"])
def test_what_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(OptionInvalid):
        Blobs.open(url)


def test_a_kind_that_needs_a_package_says_so() -> None:
    with pytest.raises(MissingDependency, match="another package"):
        Blobs.open("oss://bucket/x")


def test_a_disk_that_is_full_is_no_reason_to_fail_for_good(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("There is no /dev/full here.")
    folder = Blobs.open(str(tmp_path / "blobs"))
    folder.write("a/x", b"x")
    with pytest.raises(ServiceUnavailable, match=os.strerror(errno.ENOSPC)):
        folder.fetch("a/x", full)


def test_a_store_that_is_away_says_so_and_is_used_again_when_it_is_back(credentials: None) -> None:
    pytest.importorskip("s3fs")
    with servers.s3() as server:
        name = bucket(server)
        blobs = Blobs.open(f"s3://{name}/x", server.url)
        blobs.check()
        server.kill()
        begun = time.monotonic()
        for call in (blobs.check, lambda: blobs.size("a"), lambda: blobs.write("a", b"x"), blobs.prefixes):
            with pytest.raises(ServiceUnavailable):
                call()
        assert time.monotonic() - begun < 60
        server.start()
        with urlopen(Request(f"{server.url}/{name}", method="PUT"), timeout=10):
            blobs.check()


def test_a_bucket_that_is_not_there_is_no_missing_blob(s3_server: Server, credentials: None) -> None:
    pytest.importorskip("s3fs")
    blobs = Blobs.open("s3://there-is-none/x", s3_server.url)
    with pytest.raises(ServiceUnavailable):
        blobs.write("a", b"x")
    with pytest.raises(ServiceUnavailable):
        blobs.check()


def test_a_store_without_credentials_says_so(s3_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("s3fs")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    blobs = Blobs.open(f"s3://{bucket(s3_server)}/nobody", s3_server.url)
    with pytest.raises(ServiceUnavailable, match="Credentials"):
        blobs.check()
