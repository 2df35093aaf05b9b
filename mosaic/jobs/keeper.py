"""Runs one program within limits, and leaves nothing of it behind. A script, run with `-I -S`.

The first line of stdin is what to run, as JSON; then stdin stays open for as long as the program
may run. When it closes, because the run was cancelled or the worker has gone, the program and all
that it started are killed. Exit code: the program's, or 128 + the signal that ended it.
"""

import ctypes
import json
import os
import resource
import select
import signal
import sys
from contextlib import suppress
from typing import Any

_DIE_WITH_PARENT, _ADOPT_ORPHANS = 1, 36  # prctl(2): PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER
_NOT_STARTED = 127
_LOOK_EVERY = 0.1


def main() -> int:
    wanted = json.loads(sys.stdin.buffer.readline())
    _prctl(_ADOPT_ORPHANS, 1)
    child = os.fork()
    if child == 0:
        _become(wanted)
    for number in (1, 2):
        os.close(number)
    try:
        return _wait(child, wanted["processes"])
    finally:
        _kill_all(child)


def _become(wanted: dict[str, Any]) -> None:
    try:
        os.setsid()
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        for name, value in wanted["limits"].items():
            number = getattr(resource, name)
            _, most = resource.getrlimit(number)
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(number, (value, value))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(wanted["folder"])
        os.umask(0o077)
        os.execve(wanted["argv"][0], wanted["argv"], wanted["env"])  # noqa: S606  (no shell on purpose)
    except OSError as problem:
        os.write(2, f"{wanted['argv'][0]}: {problem.strerror}\n".encode())
    finally:
        os._exit(_NOT_STARTED)


def _wait(child: int, most: int) -> int:
    """Return the program's exit code, or that of a kill: stdin closed, or it became too many."""
    ended = os.pidfd_open(child)
    # Root is not held to RLIMIT_NPROC by the kernel.
    every = _LOOK_EVERY if os.geteuid() == 0 else None
    while True:
        ready, _, _ = select.select([0, ended], [], [], every)
        if ended in ready:
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if ready or len(_of(child)) > most:
            return 128 + signal.SIGKILL


def _kill_all(child: int) -> None:
    """Kill whatever is left, generation by generation: orphans become children of this process."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    while True:
        for pid in _of(child):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def _of(child: int) -> list[int]:
    """Return the processes of the program: of its session, or adopted from it."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat") as file:
            _, parent, _, session = file.read().rpartition(")")[2].split()[:4]
            if int(parent) == os.getpid() or int(session) == child:
                found.append(int(name))
    return found


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
