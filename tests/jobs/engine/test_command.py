"""COMMAND: only what is allowed, only as it is allowed, and nothing is left of it."""

import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mosaic.core.config import Settings
from mosaic.core.errors import Invalid, NotAllowed, Unavailable
from mosaic.core.start import Ready
from mosaic.jobs import allowed, files, program, service
from mosaic.jobs.program import Limits
from tests.answers import NEVER, problem
from tests.conftest import Configure
from tests.jobs.engine.conftest import Workers, workers_on
from tests.jobs.engine.runs import ask, become, ended, look, steps_of
from tests.waiting import until
from tests.world import World

PYTHON = sys.executable
TABLE = f"""
[greet]
title = "Greet"
program = ["{PYTHON}", "-c", "import sys; print(sys.argv[1:])", "{{who}}", "--to={{who}}"]
parameters = {{ who = "[A-Za-z=-]{{1,12}}" }}
role = "MEMBER"

[free]
title = "Anything goes"
program = ["{PYTHON}", "-c", "import sys; print(sys.argv[1:])", "say {{text}}"]
parameters = {{ text = "(?s).*" }}

[look]
title = "Look around"
program = ["{PYTHON}", "-u", "{{script}}"]
parameters = {{ script = "/.*" }}
env = {{ COLOUR = "sage" }}

[short]
title = "Not for long"
program = ["{PYTHON}", "-c", "import time; time.sleep(60)"]
time_limit = "1s"

[absent]
title = "Not there"
program = ["no-such-program-here"]
"""


@pytest.fixture
def table(tmp_path: Path, configure: Configure) -> Settings:
    """The table of programs of this test, for this process and for its workers."""
    path = tmp_path / "commands.toml"
    path.write_text(TABLE)
    return configure(JOB_COMMANDS=str(path))


@pytest.fixture
async def here(ready: Ready, pool: None, table: Settings, tmp_path: Path) -> AsyncIterator[Workers]:
    """Workers that have the table, and a data folder of this test."""
    mine = {"JOB_COMMANDS": str(table.job_commands), "MOSAIC_DATA_DIR": str(tmp_path)}
    async with workers_on(ready, **mine) as workers:
        yield workers


def script(folder: Path, text: str) -> dict[str, Any]:
    """The input of a run of this text as a Python program."""
    path = folder / "script.py"
    path.write_text(text)
    return {"command": "look", "parameters": {"script": str(path)}}


LOOK = """
import os, sys
print("out", flush=True)
print("beside", file=sys.stderr, flush=True)
os.write(1, b"caf\\xc3"); os.write(1, b"\\xa9 \\xff\\x00\\n")
print(sorted(os.environ), os.environ["COLOUR"])
print(os.getcwd() == os.environ["HOME"], os.listdir("."), sys.stdin.read() == "")
open("artifacts/report.txt", "w").write("done")
open("artifacts/.hidden", "w").write("too")
os.symlink("/etc/passwd", "artifacts/link")
os.mkdir("artifacts/folder")
open("left", "w").write("behind")
"""


async def test_what_a_program_sees_says_and_leaves(
    world: World, here: Workers, tmp_path: Path
) -> None:
    await here.start(JWT_SECRET="x" * 40)
    id = await ask(world.ana, "COMMAND", input=script(tmp_path, LOOK))
    job = await ended(world.ana, id)
    assert (job.status, job.error) == ("COMPLETED", None)
    assert job.result["exitCode"] == 0
    steps = await steps_of(world.ana, id)
    assert [(one.phase, one.status) for one in steps] == [
        (phase, "COMPLETED") for phase in ("SETUP", "EXECUTION", "VALIDATION", "CLEANUP")
    ]
    assert steps[1].output == (
        "out\nbeside\ncafé \ufffd\ufffd\n"
        "['COLOUR', 'HOME', 'LANG', 'LC_CTYPE', 'PATH', 'TMPDIR'] sage\n"
        "True ['artifacts'] True\n"
    ).replace("'LC_CTYPE', ", "'LC_CTYPE', " if "LC_CTYPE" in steps[1].output else "")
    async with world.ana.work() as work:
        kept = {one.name: one for one in await files.list_files(work, id)}
        assert set(kept) == {"report.txt", ".hidden"} == set(job.result["artifacts"])
        assert b"".join([part async for part in files.open_file(work, kept["report.txt"].id)]) == (
            b"done"
        )
    assert list((tmp_path / "scratch").iterdir()) == []

    for text, said in (
        ("raise SystemExit(3)", "The program ended with exit code 3."),
        ("import os; os.kill(os.getpid(), 11)", "The program was stopped by signal 11."),
    ):
        job = await ended(world.ana, await ask(world.ana, "COMMAND", input=script(tmp_path, text)))
        assert (job.status, job.error) == ("FAILED", said)
        assert not NEVER.search(said)
    job = await ended(world.ana, await ask(world.ana, "COMMAND", input={"command": "absent"}))
    assert job.error == "The program no-such-program-here is not on this machine."


LONG_AT_FIRST = """
import os, time
if not os.path.exists("{begun}"):
    open("{begun}", "w").close()
    time.sleep(600)
"""

FAMILY = """
import os, subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
child = subprocess.Popen(sleep)
apart = subprocess.Popen(sleep, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        time.sleep(600)
    os._exit(0)
print(os.getpid(), child.pid, apart.pid, flush=True)
time.sleep(600)
"""


async def _family(world: World, id: UUID) -> list[int]:
    """The ids of the processes that the program of a run has started."""
    found: list[int] = []

    async def told() -> bool:
        steps = await steps_of(world.ana, id)
        assert not any(step.status == "FAILED" for step in steps), steps[1].error
        said = "".join(step.output for step in steps[1:2])
        found[:] = [int(one) for one in said.split()]
        return said.count("\n") == 2

    await until(told)
    return found


def _alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def test_cancelled_or_orphaned_nothing_of_it_lives_on(
    world: World, here: Workers, tmp_path: Path
) -> None:
    worker = await here.start()
    first = await ask(world.ana, "COMMAND", input=script(tmp_path, FAMILY))
    family = await _family(world, first)
    assert len(_alive(family)) == 4
    asked = time.monotonic()
    async with world.ana.work() as work:
        await service.cancel_job(work, first)
    await until(lambda: not _alive(family))
    assert time.monotonic() - asked < 1.5  # goal: 1 s; the rest is for a busy machine
    second = await ask(world.ana, "COMMAND", input=script(tmp_path, FAMILY))
    family = await _family(world, second)
    await here.kill(worker)
    await until(lambda: not _alive(family))
    async with world.ana.work() as work:
        await service.cancel_job(work, second)
    assert (await look(world.ana, second)).status == "CANCELLED"


async def test_a_worker_that_leaves_hands_it_over(
    world: World, here: Workers, tmp_path: Path
) -> None:
    leaving = await here.start()
    begun = tmp_path / "begun"
    id = await ask(world.ana, "COMMAND", input=script(tmp_path, LONG_AT_FIRST.format(begun=begun)))
    await until(begun.exists)
    leaving.process.terminate()
    assert await leaving.ended() == 0
    await here.start()
    done = await ended(world.ana, id)
    assert (done.status, done.attempt) == ("COMPLETED", 1)


async def test_a_time_limit_ends_it(world: World, here: Workers, tmp_path: Path) -> None:
    await here.start()
    id = await ask(world.ana, "COMMAND", input=script(tmp_path, FAMILY), time_limit=10)
    await become(world.ana, id, "RUNNING")
    family = await _family(world, id)
    assert (await ended(world.ana, id)).error == "The run took longer than it may."
    await until(lambda: not _alive(family))


async def test_the_time_limit_of_the_table_ends_it(world: World, here: Workers) -> None:
    await here.start()
    id = await ask(world.ana, "COMMAND", input={"command": "short"})
    assert (await ended(world.ana, id)).error == "The program took longer than it may."
    [_, execution, *_] = await steps_of(world.ana, id)
    assert (execution.status, execution.attempt) == ("FAILED", 1)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "no program of this name"),
        ({"command": "rm"}, "no program of this name"),
        ({"command": "/bin/sh"}, "no program of this name"),
        ({"command": ["greet"]}, "no program of this name"),
        ({"command": "greet"}, "parameters of this program are: who"),
        ({"command": "greet", "parameters": {"who": "Ana", "more": "x"}}, "parameters of"),
        ({"command": "greet", "parameters": ["who"]}, "parameters of"),
        ({"command": "greet", "parameters": {"who": 7}}, "value of who"),
        ({"command": "greet", "parameters": {"who": None}}, "value of who"),
        ({"command": "greet", "parameters": {"who": "Ana; rm -rf /"}}, "value of who"),
        ({"command": "greet", "parameters": {"who": "$(id)"}}, "value of who"),
        ({"command": "greet", "parameters": {"who": "Ana\n"}}, "value of who"),
        ({"command": "greet", "parameters": {"who": "Ana\nBo"}}, "value of who"),
        ({"command": "greet", "parameters": {"who": ""}}, "value of who"),
        ({"command": "greet", "parameters": {"who": "--help"}}, "begins with -"),
        ({"command": "free", "parameters": {"text": "a\x00b"}}, "value of text"),
        ({"command": "free", "parameters": {"text": "a" * 5000}}, "value of text"),
    ],
)
async def test_what_is_not_in_the_table_does_not_run(
    world: World, table: Settings, wanted: dict[str, Any], said: str
) -> None:
    async with world.ana.work() as work:
        with pytest.raises(Invalid, match=said) as told:
            allowed.chosen(work, wanted)
    assert not NEVER.search(told.value.detail)


async def test_a_value_stays_one_argument(world: World, table: Settings) -> None:
    hostile = "x\"; rm -rf / #' $(id) `id` ${HOME} {text} | & > /etc/passwd\n--flag"
    async with world.ana.work() as work:
        _, argv = allowed.chosen(work, {"command": "free", "parameters": {"text": hostile}})
        assert argv[-1] == f"say {hostile}"
        _, argv = allowed.chosen(work, {"command": "greet", "parameters": "who = Ana\n"})
        assert argv[-2:] == ["Ana", "--to=Ana"]


async def test_the_role_is_that_of_the_program(world: World, table: Settings) -> None:
    async with world.mia.work() as work:
        assert allowed.chosen(work, {"command": "greet", "parameters": {"who": "Ana"}})
        with pytest.raises(NotAllowed):
            allowed.chosen(work, {"command": "free", "parameters": {"text": "x"}})


async def test_a_table_that_cannot_be_read_allows_nothing(
    world: World, tmp_path: Path, configure: Configure
) -> None:
    path = tmp_path / "other.toml"
    configure(JOB_COMMANDS=str(path))
    assert allowed.programs() == {}
    for text in (
        "[greet",
        "[greet]\ntitle = 'No program'",
        "[greet]\ntitle = 'Odd'\nprogram = ['x']\nparameters = { who = '(' }",
        "[greet]\ntitle = 'Odd'\nprogram = ['x']\nshell = true",
    ):
        path.write_text(text)
        with pytest.raises(Unavailable, match=r"other\.toml cannot be read"):
            allowed.programs()


SMALL = Limits(cpu=1, memory=400_000_000, file=1_000_000, processes=20)
GREEDY = {
    "memory": ("x = bytearray(2_000_000_000)", "MemoryError"),
    "processor": ("while True: pass", ""),
    "file": ("open('large', 'wb').write(bytes(5_000_000))", "File too large"),
}


@pytest.mark.parametrize("what", GREEDY)
async def test_limits(tmp_path: Path, what: str) -> None:
    text, said = GREEDY[what]
    told: list[str] = []

    async def hear(words: str) -> None:
        told.append(words)

    code = await program.run([PYTHON, "-c", text], tmp_path, {}, SMALL, hear)
    assert code != 0
    assert said in "".join(told)


async def test_a_program_does_not_become_many(tmp_path: Path) -> None:
    told: list[str] = []

    async def hear(words: str) -> None:
        told.append(words)

    # Sixty that live on, three times what is allowed; each is a child of the first.
    text = (
        "import os, time\n"
        "for _ in range(60):\n    os.fork() or time.sleep(600)\n    time.sleep(0.01)\n"
        "print('all', flush=True)\ntime.sleep(600)"
    )
    assert await program.run([PYTHON, "-c", text], tmp_path, {}, SMALL, hear) != 0
    assert "all" not in "".join(told)


async def test_what_a_program_leaves_running_goes_with_it(tmp_path: Path) -> None:
    told: list[str] = []

    async def hear(words: str) -> None:
        told.append(words)

    text = FAMILY.replace("\ntime.sleep(600)\n", "\n")
    assert await program.run([PYTHON, "-u", "-c", text], tmp_path, {}, SMALL, hear) == 0
    assert _alive([int(one) for one in "".join(told).split()]) == []


async def test_nobody_tries_again_what_they_may_not_start(
    world: World, table: Settings, tmp_path: Path
) -> None:
    id = await ask(world.ana, "COMMAND", input=script(tmp_path, LOOK))
    (await world.ana.http.post(f"/api/runner-jobs/{id}/cancel")).raise_for_status()
    problem(await world.mia.http.post(f"/api/runner-jobs/{id}/retry"), 403)
    assert (await world.ana.http.post(f"/api/runner-jobs/{id}/retry")).status_code == 200
    (await world.ana.http.post(f"/api/runner-jobs/{id}/cancel")).raise_for_status()
