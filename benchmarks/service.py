"""Measure the service as its users run it: `python benchmarks/service.py equal|stop|load|soak DATA… [-o FILE.md]`.

equal   many documents at once give the same JSON, byte for byte, as one after the other
stop    after a cancel, a disconnect or a time limit the processor is free, and the files are gone
load    pages a second and seconds a page under many clients, beside the library and, with --peer-python, beside peers
soak    memory, descriptors and threads over a long time at full load

DATA are folders with images/ in them, or files.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from PIL import Image
from serving import Served, alive, free_port, started, uncial_service, until

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pdf", ".webp", ".bmp"}
FRESH = {"Cache-Control": "no-cache"}
"""Reads again what was read before."""
LIMIT = 1.5
"""Seconds of the time limit that is to be met."""
PAGES = 20
"""Of the document that is stopped."""
LIBRARY = """
import sys, time
import uncial
engine = uncial.load_engine("auto")
uncial.read(sys.argv[1], engine=engine)
begun = time.perf_counter()
for path in sys.argv[1:]:
    uncial.read(path, engine=engine)
print(time.perf_counter() - begun)
"""


def main() -> int:
    """Run one of the four; the exit status is 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["equal", "stop", "load", "soak"])
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=64, help="how many are taken, evenly from all")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=30.0, help="of the soak")
    parser.add_argument("--rounds", type=int, default=2, help="of the load, the systems by turns")
    parser.add_argument("--workers", type=int, help="UNCIAL_WORKERS; by default what users get")
    parser.add_argument("--peer-python", type=Path, help="a python with rapidocr_api, pytesseract, fastapi and uvicorn")
    parser.add_argument("-o", "--out", type=Path, help="write the table there too")
    arguments = parser.parse_args()
    documents = _spread(_files(arguments.data), arguments.documents)
    settings = {"workers": arguments.workers} if arguments.workers else {}
    lines, good = {"equal": equal, "stop": stop, "load": load, "soak": soak}[arguments.what](documents, arguments, settings)
    told = "\n".join(lines) + "\n"
    print(told)
    if arguments.out:
        arguments.out.write_text(told, "utf-8")
    return 0 if good else 1


Answer = tuple[list[str], bool]


def equal(documents: Sequence[Path], arguments: argparse.Namespace, settings: dict[str, object]) -> Answer:
    """One after the other by one service, all at once by another, so that neither can remember what the other read."""
    with uncial_service(**settings) as served:
        alone = [_post(served.url, path) for path in documents]
    shuffled = random.Random(1).sample(range(len(documents)), len(documents))
    with uncial_service(**settings, workers=2) as served, ThreadPoolExecutor(arguments.clients) as clients:
        answers = dict(zip(shuffled, clients.map(lambda at: _post(served.url, documents[at]), shuffled), strict=True))
    unlike = [path.name for at, path in enumerate(documents) if alone[at].content != answers[at].content]
    statuses = sorted({answer.status_code for answer in alone})
    lines = [
        f"{len(documents)} documents, one at a time and at concurrency {arguments.clients}: "
        f"{len(documents) - len(unlike)} identical to the byte.",
        f"Statuses: {statuses}; bytes of JSON: {sum(len(answer.content) for answer in alone)}.",
        *(f"- unlike: {name}" for name in unlike),
    ]
    return lines, not unlike


def stop(documents: Sequence[Path], arguments: argparse.Namespace, settings: dict[str, object]) -> Answer:
    """How long it takes until the worker is gone that was reading, and what is left of its files."""
    rows = [
        "| how | seconds until the worker is gone | processor in the second after | files left |",
        "| :--- | ---: | ---: | ---: |",
    ]
    good = True
    for how in ("cancel", "disconnect", "time limit"):
        limit = {"time_limit": LIMIT} if how == "time limit" else {}
        with TemporaryDirectory() as folder, uncial_service(**settings, **limit) as served:
            path = _long_document(documents, Path(folder))
            taken = [_stopped(served, path, how) for _ in range(3)]
        worst = max(seconds for seconds, _, _ in taken)
        cpu, left = max(each[1] for each in taken), max(each[2] for each in taken)
        good &= worst < 2 and cpu < 0.5 and left == 0
        rows.append(f"| {how} | {worst:.2f} | {cpu:.2f} | {left} |")
    return rows, good


def _stopped(served: Served, path: Path, how: str) -> tuple[float, float, int]:
    until(lambda: len(served.tree()) > 1, 30)
    workers = [pid for pid in served.tree() if pid != served.process.pid]
    with httpx.Client(base_url=served.url, timeout=60) as client:
        if how == "disconnect":
            return _left(served, path, workers)
        job = client.post("/v1/jobs", files={"file": path.open("rb")}, headers=FRESH).json()
        until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["state"] == "running", 30)
        if how == "cancel":
            time.sleep(0.3)
            client.delete(f"/v1/jobs/{job['id']}")
            begun = 0.0
        else:
            begun = time.perf_counter() + LIMIT
        seconds = until(lambda: not any(map(alive, workers)), 30)
        seconds = time.perf_counter() - begun if begun else seconds
        until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["state"] not in ("running", "queued"), 10)
        return seconds, _cpu_after(served), _files_left(served)


def _long_document(documents: Sequence[Path], folder: Path) -> Path:
    """An image of many pages, which takes long enough to be stopped in the middle."""
    images = [Image.open(path).convert("L") for path in documents if path.suffix.lower() != ".pdf"][:PAGES]
    path = folder / "long.tiff"
    images[0].save(path, save_all=True, append_images=images[1:] * (PAGES // max(1, len(images) - 1)), compression="tiff_lzw")
    return path


def _left(served: Served, path: Path, workers: Sequence[int]) -> tuple[float, float, int]:
    with httpx.Client(base_url=served.url, timeout=httpx.Timeout(60, read=1.0)) as client:
        try:
            client.post("/v1/ocr", files={"file": path.open("rb")}, headers=FRESH)
        except httpx.ReadTimeout:
            pass
        else:
            raise SystemExit("The document was read too fast to leave in the middle.")
    seconds = until(lambda: not any(map(alive, workers)), 30)
    return seconds, _cpu_after(served), _files_left(served)


def _cpu_after(served: Served) -> float:
    """Processor seconds used in a second, when a fresh worker has loaded its engine."""
    until(lambda: len(served.tree()) > 1, 30)
    time.sleep(4)
    before = served.cpu_seconds()
    time.sleep(1)
    return served.cpu_seconds() - before


def _files_left(served: Served) -> int:
    return len(list((served.folder / "spool").glob("run-*/job-*")))


@dataclass
class Load:
    """What clients saw of a service."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    pages: int = 0
    wall: float = 0.0

    @property
    def pages_a_second(self) -> float:
        """How many pages came back."""
        return self.pages / self.wall

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 answers came."""
        return statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else self.seconds[0]


def load(documents: Sequence[Path], arguments: argparse.Namespace, settings: dict[str, object]) -> Answer:
    """The same pages through the library, through the service and through peers, by turns."""
    systems: dict[str, Callable[[], AbstractContextManager[Served]]] = {"Uncial": partial(uncial_service, **settings)}
    if arguments.peer_python:
        systems |= {name: partial(_peer, arguments.peer_python, name) for name in ("rapidocr", "tesseract")}
    library: list[float] = []
    loads: dict[str, list[Load]] = {name: [] for name in systems}
    alone: list[float] = []
    for _ in range(arguments.rounds):
        library.append(len(documents) / _library_seconds(documents))
        for name, system in systems.items():
            with system() as served:
                post = _post if name == "Uncial" else _post_peer
                for path in documents[:2]:
                    post(served.url, path)
                loads[name].append(_drive(served.url, post, documents, arguments.clients))
                if name == "Uncial":
                    alone += _drive(served.url, post, documents[:20], 1).seconds
    return _load_table(library, loads, alone, arguments.clients)


def _load_table(library: Sequence[float], loads: dict[str, list[Load]], alone: Sequence[float], clients: int) -> Answer:
    best = {name: max(each.pages_a_second for each in many) for name, many in loads.items()}
    ratios = [service.pages_a_second / alone for service, alone in zip(loads["Uncial"], library, strict=True)]
    rows = [
        f"| system | pages a second, {clients} clients | median seconds | p95 | statuses |",
        "| :--- | ---: | ---: | ---: | :--- |",
        f"| Uncial, the library | {max(library):.2f} | | | |",
    ]
    for name, many in loads.items():
        seconds = [each for one in many for each in one.seconds]
        statuses = {status: sum(one.statuses.get(status, 0) for one in many) for one in many for status in one.statuses}
        p95 = statistics.quantiles(seconds, n=20)[-1]
        rows.append(f"| {name}, its service | {best[name]:.2f} | {statistics.median(seconds):.2f} | {p95:.2f} | {statuses} |")
    loaded = statistics.quantiles([each for one in loads["Uncial"] for each in one.seconds], n=20)[-1]
    unloaded = statistics.quantiles(alone, n=20)[-1]
    rows += [
        "",
        f"The service has {statistics.median(ratios):.0%} of the library's throughput ({', '.join(f'{r:.0%}' for r in ratios)}).",
        f"p95 of one page: {loaded:.2f} s with {clients} clients, {unloaded:.2f} s with one: {loaded / unloaded:.1f} times.",
    ]
    good = statistics.median(ratios) >= 0.9
    for name in set(loads) - {"Uncial"}:
        if not all(theirs.pages for theirs in loads[name]):
            rows.append(f"{name} read nothing.")
            continue
        each = [ours.pages_a_second / theirs.pages_a_second for ours, theirs in zip(loads["Uncial"], loads[name], strict=True)]
        rows.append(f"{statistics.median(each):.2f} times the pages a second of {name} ({', '.join(f'{r:.2f}' for r in each)}).")
        good &= name != "rapidocr" or statistics.median(each) >= 3
    return rows, good


@contextmanager
def _peer(python: Path, name: str) -> Iterator[Served]:
    port = free_port()
    command = [str(python.absolute()), str(Path(__file__).absolute().parent / "peer_server.py"), name, str(port)]
    with TemporaryDirectory() as folder, started(command, f"http://127.0.0.1:{port}", "/", Path(folder)) as served:
        yield served


def _library_seconds(documents: Sequence[Path]) -> float:
    command = [sys.executable, "-c", LIBRARY, *map(str, documents)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def _drive(url: str, post: Callable[[str, Path], httpx.Response], documents: Sequence[Path], clients: int) -> Load:
    """Send every document once, so many at a time."""
    found = Load()
    turn = threading.Lock()

    def send(path: Path) -> None:
        begun = time.perf_counter()
        answer = post(url, path)
        with turn:
            found.seconds.append(time.perf_counter() - begun)
            found.statuses[answer.status_code] = found.statuses.get(answer.status_code, 0) + 1
            found.pages += answer.status_code == 200

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, documents))
    found.wall = time.perf_counter() - begun
    return found


def soak(documents: Sequence[Path], arguments: argparse.Namespace, settings: dict[str, object]) -> Answer:
    """Full load for a long time; a sample of memory, descriptors and threads every ten seconds."""
    samples: list[tuple[float, int, int, int]] = []
    statuses: dict[int, int] = {}
    over = threading.Event()
    turn = threading.Lock()
    numbers = count()

    def client(url: str) -> None:
        while not over.is_set():
            with turn:
                path = documents[next(numbers) % len(documents)]
            answer = _post(url, path)
            with turn:
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

    with uncial_service(**{"keep_waited_seconds": 60, **settings}) as served, ThreadPoolExecutor(arguments.clients) as clients:
        begun = time.perf_counter()
        running = [clients.submit(client, served.url) for _ in range(arguments.clients)]
        while (minutes := (time.perf_counter() - begun) / 60) < arguments.minutes and not any(each.done() for each in running):
            samples.append((minutes, served.memory(), served.descriptors(), served.threads()))
            print(
                f"{minutes:5.1f} min  {samples[-1][1] / 2**20:7.1f} MiB  {samples[-1][2]} files  {samples[-1][3]} threads",
                flush=True,
            )
            time.sleep(10)
        over.set()
        for each in running:
            each.result()
    return _soak_table(samples, statuses, arguments.minutes)


def _soak_table(samples: Sequence[tuple[float, int, int, int]], statuses: dict[int, int], minutes: float) -> Answer:
    warm = [sample for sample in samples if sample[0] >= min(5, minutes / 3)]
    times = [sample[0] for sample in warm]
    names = ("memory, MiB", "open files", "threads")
    columns = [[sample[1] / 2**20, float(sample[2]), float(sample[3])] for sample in warm]
    rows = [
        "| | first minute after warm-up | last minute | least | most | slope a minute |",
        "| :--- | ---: | ---: | ---: | ---: | ---: |",
    ]
    slopes = []
    for name, values in zip(names, zip(*columns, strict=True), strict=True):
        slopes.append(statistics.linear_regression(times, values).slope)
        first, last = statistics.mean(values[:6]), statistics.mean(values[-6:])
        rows.append(f"| {name} | {first:.1f} | {last:.1f} | {min(values):.1f} | {max(values):.1f} | {slopes[-1]:+.3f} |")
    rows += ["", f"{minutes:g} minutes, {sum(statuses.values())} documents, statuses {statuses}."]
    return rows, slopes[0] < 1 and set(statuses) == {200}


def _post(url: str, path: Path) -> httpx.Response:
    with path.open("rb") as file:
        return httpx.post(f"{url}/v1/ocr", files={"file": (path.name, file)}, headers=FRESH, timeout=300)


def _post_peer(url: str, path: Path) -> httpx.Response:
    with path.open("rb") as file:
        return httpx.post(f"{url}/ocr", files={"image_file": (path.name, file)}, timeout=300)


def _files(given: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        folder = path / "images" if (path / "images").is_dir() else path
        found += sorted(each for each in folder.rglob("*") if each.suffix.lower() in SUFFIXES) if folder.is_dir() else [path]
    return found


def _spread(files: Sequence[Path], wanted: int) -> list[Path]:
    """So many of them, evenly from first to last."""
    return [files[at * len(files) // wanted] for at in range(wanted)] if len(files) > wanted else list(files)


if __name__ == "__main__":
    raise SystemExit(main())
