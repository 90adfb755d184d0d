"""Run every file of a robustness folder through Uncial, each in a process that may be killed, and tell how it ended.

    python benchmarks/nasty.py FOLDER... [--stage pages|read] [--seconds 60] [--mebibytes 4096]

A folder has `labels.jsonl` with `file`, `expect` (valid, invalid, needs-password, oversize), `tag` and `group` for each file.
`expect` is what another reader did with the file: where we differ, the line is marked with ≠, to be judged by a person. It
exits with 1 where a file ended in a crash, a hang, or an exception that is not one of ours, or where files that show the same
scene do not come out alike.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, Any

FAILURES = ("CRASH", "HANG", "TRACEBACK")
START_SECONDS = 120
THUMBNAIL = 24
ALIKE = 12.0
"""Mean difference of two thumbnails, 0 to 255, up to which they show the same scene."""


def main() -> int:
    arguments = _parse_arguments()
    if arguments.child:
        return _serve(arguments.stage, arguments.mebibytes)
    bad = 0
    for folder in arguments.folders:
        bad += _run_folder(folder, arguments)
    print(f"\n{bad} bad outcomes." if bad else "\nNo crash, no hang, no exception that is not one of ours.")
    return 1 if bad else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--stage", choices=("pages", "read"), default="pages")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one file")
    parser.add_argument("--mebibytes", type=int, default=4096, help="address space of the process")
    parser.add_argument("--only", default="", help="files whose name has this in it")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


# The parent: one child at a time, given one file after the other, and a new one where it died


def _run_folder(folder: Path, arguments: argparse.Namespace) -> int:
    records = [json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").splitlines()]
    records = [record for record in records if arguments.only in record["file"]]
    print(f"\n{folder.name}: {len(records)} files, stage {arguments.stage}")
    print(f"{'':2}{'expect':15}{'outcome':58}{'seconds':>8}{'MiB':>7}  file")
    bad = 0
    thumbnails: dict[str, dict[str, list[int]]] = {}
    with tempfile.TemporaryFile() as noise, _Reader(arguments, noise) as reader:
        for record in records:
            result = reader.run(folder / record["file"])
            bad += result["outcome"].startswith(FAILURES)
            _print_line(record, result)
            if record.get("tag") == "exif-orientation" and result.get("thumbnail"):
                thumbnails.setdefault(record["group"], {})[record["file"]] = result["thumbnail"]
    for group, members in sorted(thumbnails.items()):
        bad += _compare(group, members)
    return bad


def _print_line(record: dict[str, Any], result: dict[str, Any]) -> None:
    refused = not result["outcome"][:1].isdigit()
    mark = "!" if result["outcome"].startswith(FAILURES) else "≠" if refused == (record["expect"] == "valid") else ""
    noise = f"  [{result['noise']} bytes on stderr]" if result.get("noise") else ""
    cost = f"{result['seconds']:8.2f}{result.get('peak', 0):7.0f}"
    print(f"{mark:2}{record['expect']:15}{result['outcome'][:57]:58}{cost}  {Path(record['file']).name}{noise}", flush=True)


def _compare(group: str, members: dict[str, list[int]]) -> int:
    """How many of these pictures of one scene look unlike the first."""
    (first, reference), *others = members.items()
    unlike = 0
    for file, thumbnail in others:
        difference = sum(abs(a - b) for a, b in zip(thumbnail, reference, strict=True)) / len(reference)
        if difference > ALIKE:
            unlike += 1
            print(f"! {Path(file).name} is unlike {Path(first).name}: {difference:.1f}")
    print(f"  {group}: {len(members)} orientations, {'all alike' if not unlike else f'{unlike} unlike'}")
    return unlike


class _Reader:
    """A child process that reads files, and is replaced when it ends before its work."""

    def __init__(self, arguments: argparse.Namespace, noise: IO[bytes]) -> None:
        self._command = [sys.executable, __file__, "--child", "--stage", arguments.stage, "--mebibytes", str(arguments.mebibytes)]
        self._seconds = arguments.seconds
        self._child: subprocess.Popen[str] | None = None
        self._noise = noise

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, file: Path) -> dict[str, Any]:
        """What became of the file: outcome, seconds, peak memory, bytes written to stderr."""
        child = self._child or self._start()
        self._noise.truncate(0)
        began = time.monotonic()
        print(file, file=child.stdin, flush=True)
        line = self._answer(child, self._seconds)
        seconds = time.monotonic() - began
        if not line:
            ended = child.wait() if line == "" else None
            self._end()
            outcome = (
                f"HANG: still running after {self._seconds:g} s" if line is None else f"CRASH: the process ended with {ended}"
            )
            return {"outcome": outcome, "seconds": seconds}
        return {**json.loads(line), "seconds": seconds, "noise": self._noise.seek(0, 2)}

    def _start(self) -> subprocess.Popen[str]:
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._noise, text=True
        )
        if self._answer(self._child, START_SECONDS) != "ready\n":
            raise SystemExit("The child does not start; run it with --child to see why.")
        return self._child

    def _answer(self, child: subprocess.Popen[str], seconds: float) -> str | None:
        """The child's next line; nothing where it has ended, None where it took too long."""
        assert child.stdout
        with DefaultSelector() as selector:
            selector.register(child.stdout, EVENT_READ)
            return child.stdout.readline() if selector.select(seconds) else None

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None


# The child


def _serve(stage: str, mebibytes: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
    work = _pages() if stage == "pages" else _read()
    print("ready", flush=True)
    for line in sys.stdin:
        _reset_peak()
        print(json.dumps({**_outcome(work, Path(line.rstrip("\n"))), "peak": _peak()}), flush=True)
    return 0


def _outcome(work: Any, file: Path) -> dict[str, Any]:
    from uncial.errors import UncialError

    try:
        outcome: dict[str, Any] = work(file)
        return outcome
    except UncialError as error:
        return {"outcome": f"{error.code}: {error.message}"}
    except BaseException as error:  # the very thing that this is here to find
        traceback.print_exc()
        return {"outcome": f"TRACEBACK: {type(error).__name__}: {error}"}


def _pages() -> Any:
    import numpy as np

    from uncial.errors import UncialError
    from uncial.options import Limits, Options
    from uncial.pages import open_pages
    from uncial.sources import open_source

    def work(file: Path) -> dict[str, Any]:
        sizes, failures, thumbnail = [], [], None
        with open_pages(open_source(file, Limits()), Options(), Limits()) as pages:
            for page in pages:
                try:
                    raster = page.load()
                except UncialError as error:
                    failures.append(error)
                    continue
                assert raster.image.dtype == np.uint8 and raster.image.ndim == 3 and raster.image.flags.c_contiguous
                sizes.append(f"{raster.width}x{raster.height}" + (f" at {raster.dpi:.0f}" if raster.dpi else ""))
                thumbnail = thumbnail or _thumbnail(raster.image)
        if failures and not sizes:
            raise failures[0]
        failed = f", {len(failures)} failed: {failures[0].code}" if failures else ""
        return {"outcome": f"{len(sizes)} pages: {sizes[0]}{failed}", "thumbnail": thumbnail}

    return work


def _read() -> Any:
    from uncial import load_engine, read

    engine = load_engine("neural")

    def work(file: Path) -> dict[str, Any]:
        document = read(file, engine=engine)
        failed = [page.problem.code for page in document.pages if page.problem]
        words = len(document.text.split())
        return {"outcome": f"{len(document.pages)} pages, {words} words" + (f", failed: {failed[0]}" if failed else "")}

    return work


def _thumbnail(image: Any) -> list[int]:
    from PIL import Image

    return list(Image.fromarray(image).convert("L").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX).tobytes())


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")  # proc(5): sets the peak to what is used now


def _peak() -> float:
    """The most memory that was in use since the last reset, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
