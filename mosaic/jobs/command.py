"""The job type COMMAND: runs a program that the administrator of this machine has allowed."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mosaic.core.errors import Invalid
from mosaic.core.work import Work
from mosaic.jobs import allowed, program
from mosaic.jobs.allowed import Program
from mosaic.jobs.program import Limits
from mosaic.jobs.types import Field, Input, Phase, job_type, step

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MEGABYTE = 1_000_000
_MOST_ARTIFACTS, _MOST_BYTES = 50, 100 * _MEGABYTE
_BY_SIGNAL = 128


def check(work: Work, wanted: Input) -> None:
    """Raise what speaks against this input."""
    allowed.chosen(work, wanted)


@step(Phase.SETUP, "Look up the program")
async def look_up(run: "Run", work: Work) -> list[str]:
    """Look whether the program is allowed and here; the table may have changed since."""
    _, argv = _found(work, run.input)
    run.log(f"{argv[0]}\n")
    return argv


def _found(work: Work, wanted: Input) -> tuple[Program, list[str]]:
    """Return the program, with its path on this machine and its arguments. Raises Invalid."""
    found, argv = allowed.chosen(work, wanted)
    path = shutil.which(argv[0], path=_environment(found, Path("/"))["PATH"])
    if path is None:
        raise Invalid(f"The program {argv[0]} is not on this machine.")
    return found, [path, *argv[1:]]


@step(Phase.EXECUTION, "Run the program", transaction=False)
async def execute(run: "Run") -> dict[str, Any]:
    """Run it in a folder of its own; what it leaves in `artifacts` is kept.

    Raises Invalid when it takes longer than the table says.
    """
    # Not what was looked up: this may be another machine, with a table of its own.
    async with run.work() as work:
        found, argv = _found(work, run.input)
    folder = run.scratch() / "command"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "artifacts").mkdir(parents=True)

    async def said(text: str) -> None:
        run.log(text)
        await run.room()

    begun = time.monotonic()
    try:
        async with asyncio.timeout(found.time_limit.total_seconds()):
            code = await program.run(
                argv, folder, _environment(found, folder), _limits(found), said
            )
    except TimeoutError:
        raise Invalid("The program took longer than it may.") from None
    kept = _keep(run, folder / "artifacts")
    return {"exitCode": code, "seconds": round(time.monotonic() - begun, 3), "artifacts": kept}


@step(Phase.VALIDATION, "Look at how it ended")
async def judge(run: "Run", work: Work, ended: dict[str, Any]) -> None:
    """Raise Invalid unless the program ended with exit code 0."""
    code = ended["exitCode"]
    if code > _BY_SIGNAL or code < 0:
        raise Invalid(f"The program was stopped by signal {abs(code) % _BY_SIGNAL}.")
    if code:
        raise Invalid(f"The program ended with exit code {code}.")


@step(Phase.CLEANUP, "Put everything away")
async def put_away(run: "Run", work: Work) -> None:
    """Remove the program's folder."""
    run.forget()


@job_type(
    "COMMAND",
    title="Run a program",
    about="Runs one of the programs that are set up on this machine, and keeps what it prints.",
    fields=(
        Field("command", "Program", kind="choice", options=allowed.options),
        Field("parameters", "Parameters", "One a line: name = value", "pairs", optional=True),
    ),
    check=check,
)
async def command(run: "Run") -> dict[str, Any]:
    """Look up, run, judge, put away."""
    await run.announce(look_up, execute, judge, put_away)
    try:
        await run(look_up)
        ended = await run(execute)
        await run(judge, ended)
    finally:
        await run(put_away)
    return dict(ended)


def _environment(found: Program, folder: Path) -> dict[str, str]:
    own = {"PATH": _PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    return own | found.env


def _limits(found: Program) -> Limits:
    return Limits(
        cpu=int(found.cpu.total_seconds()),
        memory=found.memory_mb * _MEGABYTE,
        file=found.file_mb * _MEGABYTE,
        processes=found.processes,
    )


def _keep(run: "Run", folder: Path) -> list[str]:
    """Keep plain files, up to a number and a size together; return their names."""
    names: list[str] = []
    room = _MOST_BYTES
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        room -= path.stat().st_size
        if room < 0 or len(names) == _MOST_ARTIFACTS:
            run.log(f"{path.name} and what comes after it is more than is kept.\n")
            break
        run.put_artifact(path.name, path)
        names.append(path.name)
    return names
