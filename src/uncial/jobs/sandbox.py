"""What a worker may not do, whatever a stranger's file makes of it: eat the machine, call the network, look into our files.

Limits go for every system. The rest is Linux: a filter of system calls (seccomp(2), linux/filter.h) and a fence around files
(landlock(7)). Both hold for all that the worker starts too, and neither can be taken off again. They are put up before the first
thread is started and the first library loaded, since a fence goes for the thread that puts it up and for those that it starts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from uncial.jobs.wire import Plan

PR_SET_NO_NEW_PRIVS = 38
"""prctl(2): no program that we start gains rights, which is what the kernel asks of who wants to filter or to fence."""
SECCOMP, LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = "seccomp", 444, 445, 446
SET_MODE_FILTER, TSYNC = 1, 1
"""linux/seccomp.h: SECCOMP_SET_MODE_FILTER, and SECCOMP_FILTER_FLAG_TSYNC for all threads that there may be."""
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
"""linux/seccomp.h: SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with the error that the caller gets."""
LOAD, IF_EQUAL, IF_NOT_BELOW, RETURN = 0x20, 0x15, 0x35, 0x06
"""linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_RET|BPF_K."""
NUMBER_AT, ARCHITECTURE_AT = 0, 4
"""Where `struct seccomp_data` has the number of the system call, and what kind of machine that is a number of."""
X32 = 0x40000000
"""asm/unistd.h: the other numbers that an x86-64 kernel knows for the same system calls."""


class _Machine(NamedTuple):
    """The numbers of one kind of machine."""

    architecture: int
    """AUDIT_ARCH_… of linux/audit.h."""
    seccomp: int
    refused: tuple[int, ...]


_NEW = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442)
"""io_uring_setup, _enter, _register, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, pidfd_getfd, mount_setattr."""

# Nothing here is what reading a document needs: socket (socketpair stays); ptrace, process_vm_readv, process_vm_writev; mount,
# umount2, pivot_root, chroot, unshare, setns, open_by_handle_at; bpf, perf_event_open, userfaultfd; add_key, request_key, keyctl;
# kexec_load, kexec_file_load, init_module, finit_module, delete_module, reboot, swapon, swapoff; in this order.
_MACHINES = {
    "x86_64": _Machine(  # asm/unistd_64.h
        0xC000003E, 317,
        (41, 101, 310, 311, 165, 166, 155, 161, 272, 308, 304, 321, 298, 323, 248, 249, 250, 246, 320, 175, 313, 176, 169, 167,
         168, *_NEW),
    ),
    "aarch64": _Machine(  # asm-generic/unistd.h
        0xC00000B7, 277,
        (198, 117, 270, 271, 40, 39, 41, 51, 97, 268, 265, 280, 241, 282, 217, 218, 219, 104, 294, 105, 273, 106, 142, 224, 225,
         *_NEW),
    ),
}  # fmt: skip


def confine(plan: Plan) -> None:
    """Bind this process, and all that it starts, to the limits of its plan; what the system does not know is told and left."""
    _try("Memory and files of workers have no bounds here", lambda: _limit(plan))
    if plan.isolated and sys.platform == "linux":
        _try("The network is not closed to workers here", _close_network)
        _try("Files are not closed to workers here", lambda: _fence(plan.hidden, plan.open))


def _try(otherwise: str, confining: Callable[[], None]) -> None:
    """A kernel that knows less, or a container that forbids it, is no reason to read nothing."""
    try:
        confining()
    except (OSError, ValueError) as error:
        print(f"{otherwise}: {getattr(error, 'strerror', None) or error}.", file=sys.stderr, flush=True)


def _limit(plan: Plan) -> None:
    """Bounds for memory and files, or those that there are already where they are closer."""
    for kind, limit in ((resource.RLIMIT_AS, plan.address_space), (resource.RLIMIT_FSIZE, plan.file_size)):
        highest = resource.getrlimit(kind)[1]
        if limit and (highest == resource.RLIM_INFINITY or limit < highest):
            resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _close_network() -> None:
    """Refuse the system calls that make connections, and those that look into other processes or change the machine."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(errno.ENOSYS, f"there is no filter for {platform.machine()}")
    program = _filter(machine)
    code = ctypes.create_string_buffer(program)
    # struct sock_fprog: how many instructions, and where they are.
    told = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(code)))
    _give_up_rights()
    _call(machine.seccomp, SET_MODE_FILTER, TSYNC, told)


def _filter(machine: _Machine) -> bytes:
    """The filter as a classic BPF program: an instruction is its code, how far to jump if it is so, if not, and a number."""
    refused = machine.refused
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (IF_EQUAL, 1, 0, machine.architecture),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER_AT),
        (IF_NOT_BELOW, len(refused) + 1, 0, X32),
        *((IF_EQUAL, len(refused) - index, 0, number) for index, number in enumerate(refused)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


FILES, RULE, VERSION_ASKED = 0x1FFF, 1, 1
"""linux/landlock.h: all rights of files that the first version knows, a rule of a path, and the question for the version."""
EXECUTE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
REFER, TRUNCATE, DEVICES = 1 << 13, 1 << 14, 1 << 15
"""Rights that later versions know; a version knows those of all before it."""
SCOPED = 0b11
"""No sockets without a name (which are closed anyhow), and no signals, to processes outside."""
SECRETS = (".aws", ".docker", ".gnupg", ".kube", ".netrc", ".pgpass", ".ssh")
"""Where in a home folder people keep what opens doors."""
MOUNTED_SECRETS = Path("/run/secrets")
"""Where clusters put them."""
READING = EXECUTE | READ_FILE | READ_FOLDER
FILE_RIGHTS = EXECUTE | 1 << 1 | READ_FILE | TRUNCATE | DEVICES
"""Those that make sense for what is no folder."""


def _fence(hidden: Sequence[Path], opened: Sequence[Path]) -> None:
    """Read everything but what is hidden, write only what is open; look into no process outside, and send it no signal."""
    version = _call(LANDLOCK_CREATE, None, 0, VERSION_ASKED)
    rights = FILES | REFER * (version >= 2) | TRUNCATE * (version >= 3) | DEVICES * (version >= 5)
    # struct landlock_ruleset_attr: files, network (which the filter closes), scopes; older kernels know it shorter.
    told = struct.pack("QQQ", rights, 0, SCOPED) if version >= 6 else struct.pack("Q", rights)
    rules = _call(LANDLOCK_CREATE, told, len(told), 0)
    try:
        for path in _around([path.resolve() for path in (*hidden, *_secrets())]):
            _allow(rules, path, READING)
        for path in (*opened, Path(os.devnull)):
            _allow(rules, path, rights)
        _give_up_rights()
        _call(LANDLOCK_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _secrets() -> Iterator[Path]:
    """Where keys are that have nothing to do with us."""
    yield MOUNTED_SECRETS
    with suppress(RuntimeError):  # in a container, users need not have a home
        yield from (Path.home() / name for name in SECRETS)


def _around(hidden: Sequence[Path], folder: Path = Path("/")) -> Iterator[Path]:
    """The largest folders and files that hold nothing hidden."""
    if folder in hidden:
        return
    if not any(path.is_relative_to(folder) for path in hidden):
        yield folder
        return
    with suppress(OSError):  # what we cannot list, we cannot read either
        for path in folder.iterdir():
            if not path.is_symlink():
                yield from _around(hidden, path)


def _allow(rules: int, path: Path, rights: int) -> None:
    """A rule of the ruleset: everything from that path on."""
    with suppress(FileNotFoundError, PermissionError):
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            allowed = rights if path.is_dir() else rights & FILE_RIGHTS
            _call(LANDLOCK_ADD, rules, RULE, struct.pack("=Qi", allowed, opened), 0)  # struct landlock_path_beneath_attr
        finally:
            os.close(opened)


def _give_up_rights() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _call(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """What the system call returns. Raises OSError."""
    returned = ctypes.CDLL(None, use_errno=True).syscall(
        ctypes.c_long(number), *(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
    )
    if returned < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(returned)
