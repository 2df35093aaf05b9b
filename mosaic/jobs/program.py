"""Runs a program in a folder, within limits; what it prints is passed on while it runs."""

import asyncio
import codecs
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mosaic.jobs import keeper

_CHUNK = 65_536
_PATIENCE = 5.0  # seconds that a killed program has to go
_FILES = 256


@dataclass(frozen=True)
class Limits:
    """What a program may use: seconds of processor, bytes of memory and of a file, processes."""

    cpu: int
    memory: int
    file: int
    processes: int


async def run(
    argv: list[str],
    folder: Path,
    env: dict[str, str],
    limits: Limits,
    said: Callable[[str], Awaitable[None]],
) -> int:
    """Run a program to its end and return its exit code; 128 + n when signal n ended it.

    Cancelled, or when this process dies, the program is killed with everything it started.
    """
    wanted = {
        "argv": argv,
        "folder": str(folder),
        "env": env,
        "limits": _limits(limits),
        "processes": limits.processes,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", keeper.__file__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env={},
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(wanted).encode() + b"\n")
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    try:
        while chunk := await process.stdout.read(_CHUNK):
            await said(decode(chunk).replace("\x00", "\ufffd"))
        return await process.wait()
    finally:
        process.stdin.close()
        await _gone(process)


async def _gone(process: asyncio.subprocess.Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()


def _limits(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": _FILES,
        "RLIMIT_CPU": limits.cpu,
        "RLIMIT_AS": limits.memory,
        "RLIMIT_FSIZE": limits.file,
        # Counted over all processes of this user, so those that run already are added.
        "RLIMIT_NPROC": limits.processes + _mine(),
    }


def _mine() -> int:
    me, count = os.geteuid(), 0
    for path in Path("/proc").glob("[0-9]*/task"):
        with suppress(OSError):
            if path.stat().st_uid == me:
                count += len(os.listdir(path))
    return count
