"""An import of a project that is killed goes on elsewhere; every task is there, and once."""

from functools import partial

import psycopg

from mosaic.core.start import Ready
from mosaic.projects.exchange import report, uploads
from tests.knowledge.test_import_killed import _importer
from tests.waiting import until
from tests.world import World

TASKS = 200


class _File:
    """A file as it is sent."""

    filename: str | None = "tasks.csv"

    def __init__(self) -> None:
        lines = (f"Task {n},{n},{n // 2 or ''},tag {n % 7}" for n in range(1, TASKS + 1))
        self._left = "\n".join(["Title,Key,Parent,Tags", *lines]).encode()

    async def read(self, size: int = -1) -> bytes:
        given, self._left = self._left, b""
        return given


def _tasks(ready: Ready, workspace: str) -> list[str]:
    query = (
        "SELECT t.title FROM tasks t JOIN workspaces w ON w.id = t.workspace_id WHERE w.slug = %s"
    )
    with psycopg.connect(ready.admin_dsn) as owner:
        return [row[0] for row in owner.execute(query, [workspace]).fetchall()]


def _has(ready: Ready, workspace: str, tasks: int) -> bool:
    return len(_tasks(ready, workspace)) >= tasks


async def test_killed_at_any_moment_nothing_is_missing_or_doubled(
    world: World, ready: Ready
) -> None:
    id = await uploads.take(world.mia.actor, world.mia.workspace, _File())
    for target in (1, 90):
        async with _importer(ready, 8):
            await until(partial(_has, ready, world.mia.workspace, target), seconds=90)
        found = _tasks(ready, world.mia.workspace)
        assert len({*found}) == len(found)

    async def over() -> bool:
        async with world.mia.work() as work:
            return (await report.get_import(work, id)).status != "RUNNING"

    async with _importer(ready, 8):
        await until(over, seconds=90)
    async with world.mia.work() as work:
        done = await report.get_import(work, id)
    assert (done.status, done.counts) == ("COMPLETED", {"created": TASKS, "failed": 0})
    found = _tasks(ready, world.mia.workspace)
    assert sorted(found) == sorted({f"Task {n}" for n in range(1, TASKS + 1)})
    with psycopg.connect(ready.admin_dsn) as owner:
        query = (
            "SELECT count(*) FROM tasks t JOIN tasks p ON p.id = t.parent_id "
            "JOIN workspaces w ON w.id = t.workspace_id WHERE w.slug = %s"
        )
        row = owner.execute(query, [world.mia.workspace]).fetchone()
    assert row == (TASKS - 1,)
