"""Where the disk has no room left nothing is saved, everything is read, and runs wait."""

import errno
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

import tests.jobs.engine.kinds  # noqa: F401
from mosaic.core import room
from mosaic.core.errors import Full
from mosaic.jobs.engine.ends import words
from tests.answers import problem
from tests.jobs.engine.runs import ask, ended, look
from tests.knowledge.wiki import ENTRIES, read, write
from tests.performer import performing
from tests.waiting import until
from tests.world import World


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[None]:
    """The disk of this test is minded."""
    room.watch(tmp_path)
    yield
    room.watch(None)


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RESERVE", 1 << 80)


@pytest.mark.usefixtures("disk")
async def test_what_is_to_be_saved_is_refused_until_there_is_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(world.ana, "Tea", "Green")
    with monkeypatch.context() as while_full:
        full(while_full)
        answer = await world.ana.http.patch(f"{ENTRIES}/tea", json={"content": "Black"})
        assert problem(answer, 507)["title"] == "No room left"
        problem(await world.ana.http.post("/api/projects", json={"name": "New"}), 507)
        assert (await read(world.mia, "tea"))["content"] == "Green"
        for path in ("links/health", "search?q=green", "graph", "export"):
            assert (await world.mia.http.get(f"/api/knowledge/{path}")).status_code == 200
        with pytest.raises(Full):
            room.require()
    assert (await world.ana.http.patch(f"{ENTRIES}/tea", json={"content": "Black"})).is_success


@pytest.mark.usefixtures("disk")
async def test_what_would_not_fit_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_left", lambda: room.RESERVE + 1_000_000.0)
    path = "/api/knowledge/attachments"
    small, large = ({"file": ("a.bin", bytes([n]) * n * 100_000)} for n in (4, 6))
    problem(await world.mia.http.post(path, files=large), 507)
    assert (await world.mia.http.post(path, files=small)).status_code == 201


@pytest.mark.usefixtures("disk")
async def test_a_run_waits_where_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with performing():
        hold = {"hold": {"in EXECUTION 0": str(tmp_path)}}
        id = await ask(world.mia, "TEST_PHASES", f"Full {uuid4().hex}", input=hold)
        await until(lambda: len(list(tmp_path.glob("*.here"))) == 1)
        with monkeypatch.context() as while_full:
            full(while_full)
            tried: list[None] = []
            require = room.require
            while_full.setattr(room, "require", lambda *size: (tried.append(None), require(*size)))
            (tmp_path / "go").touch()
            await until(lambda: len(tried) > 2)
            assert (await look(world.mia, id)).status == "RUNNING"
        assert (await ended(world.mia, id)).status == "COMPLETED"


async def test_a_database_that_only_reads_is_told(world: World) -> None:
    with pytest.raises(Full):
        async with world.ana.work() as work:
            await work.session.execute(text("SET TRANSACTION READ ONLY"))
            await work.session.execute(text("DELETE FROM entries"))


def test_a_file_that_could_not_be_written_is_told() -> None:
    assert words(OSError(errno.ENOSPC, "No space left on device")) == Full().detail
    assert "expect" in words(OSError(errno.EIO, "Input/output error"))
