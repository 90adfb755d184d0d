import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from fakes import FakeEngine, install, line
from running_service import SIZES, Service, running, until
from uncial.client import Client, State

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Workers with the real reader, and the same engine as here: it says how large each image is."""
    with running(tmp_path_factory.mktemp("service"), SIZES, engine="sizes", workers=2, threads=1) as service:
        yield service


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("UNCIAL_")]:
        monkeypatch.delenv(name)
    engine = FakeEngine(lambda image: [line(f"{image.shape[1]}x{image.shape[0]}")])
    install(monkeypatch, lambda config: engine)


def draw(path: str, width: int = 200, *more: int) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    first, *others = [Image.new("RGB", (each, 100), "white") for each in (width, *more)]
    if others:
        first.save(path, save_all=True, append_images=others)
    else:
        first.save(path)


def files(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def both(uncial: Run, service: Service, *arguments: str) -> tuple[tuple[int, bytes, str], tuple[int, bytes, str]]:
    """What the command says of the same, read here and read by the service."""
    return uncial("read", "--engine", "fake", *arguments), uncial("read", "--server", service.url, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("a.png",),
        ("a.png", "b.png"),
        ("a.png", "b.png", "-f", "json"),
        ("pages.tif", "-f", "tsv"),
        ("pages.tif", "--pages", "2"),
        ("folder",),
        ("folder/*.png", "-f", "md"),
        ("a.png", "a.png", "./a.png"),
    ],
)
def test_the_same_comes_out_on_stdout(uncial: Run, service: Service, arguments: tuple[str, ...]):
    draw("a.png", 101)
    draw("b.png", 102)
    draw("pages.tif", 103, 104, 105)
    for number in range(7):
        draw(f"folder/{number}.png", 110 + number)
    ours, theirs = both(uncial, service, *arguments)
    assert theirs == ours
    assert ours[0] == 0
    assert ours[1]


def test_the_same_files_are_written_in_every_format(uncial: Run, service: Service):
    draw("in/a.png", 101)
    draw("in/sub/b.tif", 102, 103)
    formats = ("-f", "txt,json,hocr,csv")
    assert uncial("read", "--engine", "fake", "in", "-o", "here/", *formats)[0] == 0
    assert uncial("read", "--server", service.url, "in", "-o", "there/", *formats) == (0, b"", "")
    assert files("there") == files("here")
    assert len(files("there")) == 8


def test_formats_that_show_the_pages_come_from_the_service(uncial: Run, service: Service):
    draw("a.png", 101)
    assert uncial("read", "--server", service.url, "a.png", "--overlay", "-f", "pdf", "-o", "out")[0] == 0
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")
    assert Path("out.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing.png",),
        ("text.png",),
        ("empty.png",),
        ("a.png", "text.png"),
        ("text.png", "a.png", "nothing.png"),
        ("empty_folder/",),
        ("a.png", "-o", "file/a.txt"),
        ("a.png", "-f", "nonsense"),
        ("a.png", "-o", "a.png"),
        ("large.png", "--max-bytes", "100"),
    ],
)
def test_failures_are_told_in_the_same_words_with_the_same_status(uncial: Run, service: Service, arguments: tuple[str, ...]):
    draw("a.png")
    draw("large.png")
    Path("text.png").write_text("no image at all")
    Path("empty.png").touch()
    Path("empty_folder").mkdir()
    Path("file").touch()
    ours, theirs = both(uncial, service, *arguments)
    assert theirs == ours
    assert ours[0] != 0


def test_standard_input_is_sent(uncial: Run, service: Service, monkeypatch: pytest.MonkeyPatch):
    image = io.BytesIO()
    Image.new("RGB", (123, 45), "white").save(image, "PNG")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(image.getvalue())))
    assert uncial("read", "--server", service.url, "-") == (0, b"123x45\n", "")


def test_the_address_and_the_key_may_come_from_variables(uncial: Run, service: Service, monkeypatch: pytest.MonkeyPatch):
    draw("a.png", 101)
    monkeypatch.setenv("UNCIAL_SERVER", service.url)
    monkeypatch.setenv("UNCIAL_KEY", "uncial_any")
    monkeypatch.setenv("UNCIAL_THREADS", "2")  # for other calls
    assert uncial("read", "a.png") == (0, b"101x100\n", "")


def test_a_password_goes_to_the_service_and_opens_the_document_for_all_formats(uncial: Run, service: Service):
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 100))
        pdf.save("locked.pdf", encryption=pikepdf.Encryption(owner="owner", user="sésame"))
    ours, theirs = both(uncial, service, "locked.pdf")
    assert theirs == ours
    assert ours[0] == 8
    arguments = ("locked.pdf", "--password", "sésame", "-f", "txt,pdf", "-o", "out/")
    assert uncial("read", "--server", service.url, *arguments) == (0, b"", "")
    assert sorted(files("out")) == ["locked.pdf", "locked.txt"]


@pytest.mark.parametrize("flag", ["--threads", "--max-pages"])
def test_a_flag_that_no_service_listens_to_is_refused(uncial: Run, service: Service, flag: str):
    draw("a.png")
    status, _, err = uncial("read", "--server", service.url, "a.png", flag, "1")
    assert status == 1
    assert flag in err


def test_nobody_at_the_address_is_a_coded_error(uncial: Run):
    draw("a.png")
    status, out, err = uncial("read", "--server", "http://127.0.0.1:9", "a.png")
    assert (status, out) == (15, b"")
    assert "uncial serve" in err
    assert "[service-unavailable]" in err


def test_nothing_to_be_read_does_not_ask_the_service(uncial: Run):
    Path("empty").mkdir()
    assert uncial("read", "--server", "http://127.0.0.1:9", "empty")[0] == 2


def test_progress_by_pages_is_drawn_on_a_terminal(uncial: Run, service: Service, monkeypatch: pytest.MonkeyPatch):
    draw("pages.tif", 101, 102, 103)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    status, _, err = uncial("read", "--server", service.url, "pages.tif")
    assert status == 0
    assert "pages.tif" in err
    assert err.endswith("\r\x1b[K")


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Workers that do what the bytes say."""
    with running(tmp_path_factory.mktemp("scripted"), workers=2, threads=1) as service:
        yield service


def test_several_documents_are_under_way_at_a_time_and_come_home_in_order(uncial: Run, scripted: Service):
    Path("1.png").write_text("sleep 1\nsay first")
    Path("2.png").write_text("say second")
    Path("3.png").write_text("sleep 1\nsay third")
    begun = time.monotonic()
    status, out, _ = uncial("read", "--server", scripted.url, "1.png", "2.png", "3.png")
    assert status == 0
    assert [word for word in out.decode().split() if word in ("first", "second", "third")] == ["first", "second", "third"]
    with Client(scripted.url) as client:
        jobs = {job.name: job for job in client.jobs()}
    assert jobs["3.png"].started < jobs["1.png"].ended  # type: ignore[operator]
    assert time.monotonic() - begun < 20


def test_a_document_of_which_pages_failed_is_written_and_told_of(uncial: Run, scripted: Service):
    Path("a.png").write_text("say one\nfail engine-failed\nsay three")
    status, out, err = uncial("read", "--server", scripted.url, "a.png")
    assert status == 14
    assert b"one" in out
    assert "page 2" in err
    assert "[engine-failed]" in err


def test_an_interrupt_cancels_the_jobs_of_the_command(scripted: Service, tmp_path: Path):
    (tmp_path / "1.png").write_text("sleep 60")
    (tmp_path / "2.png").write_text("sleep 60")
    command = [sys.executable, "-m", "uncial", "read", "--server", scripted.url, "1.png", "2.png"]
    # A shell starts what runs in its background with SIGINT ignored, tests too.
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, preexec_fn=heeding)
    try:
        with Client(scripted.url) as client:
            until(lambda: len(list(client.jobs(["running"]))) == 2)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
            until(lambda: not list(client.jobs(["running", "queued"])))
            assert [job.state for job in client.jobs()][:2] == [State.CANCELLED] * 2
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()
