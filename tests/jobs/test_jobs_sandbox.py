from __future__ import annotations

import ctypes
import io
import os
import pickle
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from job_rig import Rig, run
from uncial.engines import EngineConfig
from uncial.jobs import sandbox
from uncial.jobs.job import State
from uncial.jobs.wire import Plan
from uncial.options import Options

LINUX = sys.platform == "linux" and os.uname().machine in ("x86_64", "aarch64")
pytestmark = pytest.mark.skipif(not LINUX, reason="this system has no filter of system calls that we know")
LANDLOCK = ctypes.CDLL(None).syscall(444, None, ctypes.c_long(0), 1) if LINUX else -1
fenced = pytest.mark.skipif(LANDLOCK < 1, reason="this kernel has no Landlock")

PROBE = """
import ctypes, errno, os, pickle, socket, subprocess, sys, threading
from pathlib import Path
from uncial.jobs.sandbox import confine
tasks = []
release = threading.Event()
def early():
    release.wait()
    tasks[0]()
thread = threading.Thread(target=early)
thread.start()
plan = pickle.loads(bytes.fromhex(sys.argv[1]))
{before}
confine(plan)
def tried(call, *given):
    try:
        call(*given)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
{code}
tasks.append(lambda: None)
release.set()
"""


def confined(code: str, before: str = "", **plan: object) -> tuple[list[str], str]:
    """What a process prints that confines itself and then does something: lines of output, and what it complains of."""
    told = pickle.dumps(Plan("", EngineConfig(), **plan)).hex()  # type: ignore[arg-type]
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(code=code, before=before), told], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


def test_no_socket_can_be_opened_and_pipes_can():
    told, complaint = confined(
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):\n"
        "    print(tried(socket.socket, family))\n"
        "print(tried(socket.create_connection, ('127.0.0.1', 9)))\n"
        "print(tried(os.pipe), tried(socket.socketpair))"
    )
    assert told == ["EPERM"] * 6 + ["done done"]
    assert complaint == ""


def test_what_is_started_and_what_was_started_before_may_not_either():
    told, _ = confined(
        "code = 'import socket\\ntry: socket.socket()\\nexcept PermissionError: print(\"child EPERM\")'\n"
        "print(subprocess.run([sys.executable, '-c', code], capture_output=True, text=True).stdout.strip())\n"
        "tasks.append(lambda: print('thread', tried(socket.socket)))\n"
        "release.set(); thread.join()"
    )
    assert told == ["child EPERM", "thread EPERM"]


@pytest.mark.parametrize("isolated", [True, False])
def test_system_calls_that_look_into_others_or_change_the_machine_are_refused(isolated: bool):
    names = "socket ptrace process_vm_readv mount unshare bpf keyctl userfaultfd io_uring_setup pidfd_getfd".split()
    refused = dict(zip(names, [_number(name) for name in names], strict=True))
    told, _ = confined(
        "library = ctypes.CDLL(None, use_errno=True)\n"
        f"for name, number in {refused}.items():\n"
        "    ctypes.set_errno(0)\n"
        "    library.syscall(ctypes.c_long(number), *([ctypes.c_long(-1)] * 6))\n"
        "    print(name, errno.errorcode.get(ctypes.get_errno()))",
        isolated=isolated,
    )
    assert (told == [f"{name} EPERM" for name in names]) is isolated


def _number(name: str) -> int:
    machine = sandbox._MACHINES[os.uname().machine]
    return machine.refused[NAMES.index(name)]


NAMES = (
    "socket ptrace process_vm_readv process_vm_writev mount umount2 pivot_root chroot unshare setns open_by_handle_at bpf "
    "perf_event_open userfaultfd add_key request_key keyctl kexec_load kexec_file_load init_module finit_module delete_module "
    "reboot swapon swapoff io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount fspick "
    "pidfd_getfd mount_setattr"
).split()
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", list(HEADERS))
def test_the_numbers_are_those_of_the_kernels_headers(machine: str):
    if not HEADERS[machine].is_file():
        pytest.skip("the kernel's headers are not installed")
    defined = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text()))
    assert [int(defined[name]) for name in NAMES] == list(sandbox._MACHINES[machine].refused)


def judged(program: bytes, number: int, architecture: int) -> int:
    """What the filter says of a system call: the few instructions of BPF that it has, done by hand."""
    steps = list(struct.iter_unpack("HBBI", program))
    data, held, at = {0: number, 4: architecture}, 0, 0
    while True:
        code, so, not_so, value = steps[at]
        match code:
            case 0x20:
                held = data[value]
            case 0x15 | 0x35:
                at += so if (held == value if code == 0x15 else held >= value) else not_so
            case 0x06:
                return int(value)
        at += 1


@pytest.mark.parametrize("machine", list(HEADERS))
def test_the_filter_refuses_what_it_should_on_every_machine(machine: str):
    told = sandbox._MACHINES[machine]
    program = sandbox._filter(told)
    assert all(judged(program, number, told.architecture) == sandbox.REFUSE for number in told.refused)
    assert all(judged(program, number + sandbox.X32, told.architecture) == sandbox.REFUSE for number in (*told.refused, 0, 1))
    others = set(range(460)) - set(told.refused)
    assert all(judged(program, number, told.architecture) == sandbox.ALLOW for number in others)
    assert all(judged(program, number, 0x40000003) == sandbox.REFUSE for number in others), "another architecture's numbers"


def test_where_there_is_no_filter_it_is_told_and_the_work_goes_on():
    told, complaint = confined(
        "print(tried(socket.socket))", before="import platform; platform.machine = lambda: 'abacus'", hidden=(Path("/nowhere"),)
    )
    assert told == ["done"]
    assert complaint == "The network is not closed to workers here: there is no filter for abacus.\n"


@fenced
def test_what_is_hidden_cannot_be_read_and_only_the_tray_can_be_written(tmp_path: Path):
    data, other = tmp_path / "data", tmp_path / "other"
    tray = data / "spool" / "tray"
    for folder in (tray, other, data / "models"):
        folder.mkdir(parents=True)
    for path in (data / "jobs.db", data / "models" / "weights", other / "file", tray / "source"):
        path.write_text("x")
    (tray / "link").symlink_to(data / "jobs.db")
    told, complaint = confined(
        f"data, tray, other = Path({str(data)!r}), Path({str(tray)!r}), Path({str(other)!r})\n"
        "print([tried(path.read_bytes) for path in (data / 'jobs.db', tray / 'link')])\n"
        "print([tried(lambda path=path: list(path.iterdir())) for path in (data / 'spool', data)])\n"
        "print([tried(path.read_bytes) for path in (data / 'models' / 'weights', other / 'file', tray / 'source')])\n"
        "print([tried(path.write_bytes, b'') for path in (other / 'new', other / 'file', data / 'new', Path.home() / 'new')])\n"
        "print([tried(path.write_bytes, b'') for path in (tray / 'new', tray / 'source', Path('/dev/null'))])\n"
        "print(tried((tray / 'new').rename, other / 'new') != 'done', tried(os.link, tray / 'source', other / 'x') != 'done')",
        hidden=(data / "jobs.db", data / "jobs.db-wal", data / "spool"),
        open=(tray,),
    )
    assert complaint == ""
    assert told == [
        "['EACCES', 'EACCES']",
        "['EACCES', 'EACCES']",
        "['done', 'done', 'done']",
        "['EACCES', 'EACCES', 'EACCES', 'EACCES']",
        "['done', 'done', 'done']",
        "True True",
    ]


@fenced
def test_the_process_with_the_keys_cannot_be_looked_into():
    told, _ = confined(
        "for name in ('mem', 'environ'):\n"
        f"    print(tried(lambda: Path(f'/proc/{os.getpid()}/{{name}}').open('rb').read(0)))\n"
        "print(tried(Path('/proc/self/environ').read_bytes))"
    )
    # Root may always look into environments (CAP_PERFMON), which is one more reason not to run the service as root.
    assert told == ["EACCES", "done" if os.getuid() == 0 else "EACCES", "done"]


@pytest.mark.skipif(LANDLOCK < 6, reason="this kernel lets signals through the fence")
def test_the_process_with_the_keys_cannot_be_killed():
    told, _ = confined(f"print(tried(os.kill, {os.getpid()}, 0), tried(os.killpg, os.getpgid(0), 0))")
    assert told[0].startswith("EPERM")


def test_limits_are_kept(tmp_path: Path):
    told, _ = confined(
        "import resource\n"
        "try: bytearray(1 << 31)\n"
        "except MemoryError: print('no memory')\n"
        f"print(tried(Path({str(tmp_path / 'large')!r}).write_bytes, b'x' * 5000))\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))",
        address_space=1 << 30,
        file_size=4096,
        open=(tmp_path,),
    )
    assert told == ["no memory", "EFBIG", "(0, 0)"]


def test_a_limit_that_is_closer_already_stays():
    told, complaint = confined(
        "print(resource.getrlimit(resource.RLIMIT_FSIZE))",
        before="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))",
        file_size=4096,
    )
    assert (told, complaint) == (["(1000, 1000)"], "")


def test_who_has_no_home_is_confined_all_the_same():
    told, complaint = confined(
        "print(tried(socket.socket), tried(Path('/nowhere').mkdir))", before="os.environ.pop('HOME'); os.getuid = lambda: 54321"
    )
    assert (told, complaint) == (["EPERM EACCES" if LANDLOCK >= 1 else "EPERM done"], "")


def picture(text: str) -> bytes:
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).text((60, 100), text, fill="black", font=ImageFont.load_default(60))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("engine", ["auto", "tesseract", "ocrad"])
def test_pages_are_read_by_a_confined_worker_as_ever(tmp_path: Path, engine: str):
    async def test() -> None:
        async with Rig(tmp_path) as rig:
            hidden = (tmp_path / "jobs.db", tmp_path / "blobs", rig.work)
            plan = Plan(engine, EngineConfig(threads=1), sys_path=tuple(sys.path), address_space=8 << 30, hidden=hidden)
            runner = rig.runner(plan)
            job = await rig.done(picture("Hello world"), runner, options=Options(engine=engine), format="pdf")
            assert job.state is State.SUCCEEDED, job.error
            assert "ello" in rig.texts(job)[0]
            assert rig.blobs.read(f"{job.result}/pdf").startswith(b"%PDF-")
            worker = runner.worker
            assert worker
            status = Path(f"/proc/{worker.pid}/status").read_text()
            assert ("NoNewPrivs:\t1" in status, "Seccomp:\t2" in status) == (True, True)

    run(test)
