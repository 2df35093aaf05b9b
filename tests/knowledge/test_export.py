"""An export: what is in it, for whom, and what happens when it breaks off."""

import asyncio
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mosaic.core.errors import Invalid
from mosaic.knowledge.exchange import archive, vault
from mosaic.knowledge.exchange.commands import export_path, import_path
from mosaic.knowledge.exchange.growing import growing, put
from tests.answers import problem
from tests.knowledge.test_round_trip import EXPORT, export, unpacked
from tests.knowledge.vaults import GARDEN, bring, bring_zip, outcomes, zipped
from tests.knowledge.wiki import read, write
from tests.world import World, client

AT = datetime(2024, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("format", ["markdown", "json"])
async def test_everybody_takes_what_they_see_and_nothing_else(world: World, format: str) -> None:
    for person in (world.mia, world.ana):
        name = person.actor.name
        await write(person, f"Shared by {name}", "x")
        await write(person, f"Draft of {name}", "x", status="DRAFT")
        await write(person, f"Private of {name}", "x", visibility="PRIVATE")
    await write(world.bo, "Elsewhere", "x")

    async def told(person: Any) -> set[str]:
        files = unpacked(await export(person, format=format))
        return {word for word in ("Mia", "Ana", "Elsewhere") if word.encode() in _all(files)} | {
            f"{how} {name}"
            for how in ("Draft", "Private")
            for name in ("Mia", "Ana")
            if f"{how} of {name}".encode() in _all(files)
        }

    assert await told(world.mia) == {"Mia", "Ana", "Draft Mia", "Private Mia"}
    assert await told(world.ana) == {"Mia", "Ana", "Draft Ana", "Private Ana"}
    assert await told(world.gil) == {"Mia", "Ana"}
    assert await told(world.bo) == {"Elsewhere"}


def _all(files: dict[str, bytes]) -> bytes:
    return b"\n".join([*(path.encode() for path in files), *files.values()])


async def test_it_is_asked_for_as_everything_else(world: World) -> None:
    problem(await client().get(EXPORT), 401)
    problem(await world.gil.http.get(EXPORT, params={"format": "pdf"}), 422)
    problem(await world.bo.http.get(EXPORT, headers={"X-Workspace-Id": world.ana.workspace}), 404)
    answer = await world.gil.http.get(EXPORT)
    assert answer.headers["content-type"] == "application/zip"
    name = f"{world.gil.workspace}-{datetime.now(UTC):%Y-%m-%d}.zip"
    assert name in answer.headers["content-disposition"]
    assert unpacked(answer.content) == {}


async def test_what_breaks_off_has_no_end() -> None:
    async def make(made: zipfile.ZipFile) -> None:
        await asyncio.to_thread(put, made, "a.md", b"text", AT)
        raise OSError("the database is gone")

    sent = []
    with pytest.raises(OSError, match="the database"):
        async for chunk in growing(make):
            sent.append(chunk)
    assert b"a.md" in b"".join(sent)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


async def test_it_is_sent_while_it_is_made_and_ends_with_its_reader() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def make(made: zipfile.ZipFile) -> None:
        try:
            await asyncio.to_thread(put, made, "a.md", b"text", AT)
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    chunks: AsyncIterator[bytes] = growing(make)
    assert b"a.md" in await anext(chunks)
    # What is written is sent before the thread that wrote it is heard of again.
    await asyncio.wait_for(begun.wait(), 20)
    assert not ended.is_set()
    await chunks.aclose()  # type: ignore[attr-defined]
    assert ended.is_set()


@pytest.mark.usefixtures("performer")
async def test_what_packs_too_well_is_no_bomb_when_it_comes_back(world: World) -> None:
    await write(world.mia, "Long", "a" * 1_900_000)
    for format in ("markdown", "json"):
        report = await bring(world.bo, (f"{format}.zip", await export(world.mia, format=format)))
        assert set(outcomes(report).values()) <= {"created", "skipped"}, report
    assert (await read(world.bo, "long"))["content"] == "a" * 1_900_000


@pytest.mark.usefixtures("performer")
async def test_the_command_line_takes_both_ways(world: World, tmp_path: Path) -> None:
    await bring_zip(world.mia, GARDEN)
    for format, place in (("markdown", "a.zip"), ("json", "b.zip")):
        email, slug = world.mia.actor.email, world.mia.workspace
        size = await export_path(tmp_path / place, format, slug, email)
        assert size == len(await asyncio.to_thread((tmp_path / place).read_bytes))
        source = tmp_path / place
        done, _ = await import_path(source, place, world.bo.workspace, world.bo.actor.email)
        assert (done.kind, done.problem) == ("mosaic", None)
    assert sorted(await asyncio.to_thread(os.listdir, tmp_path)) == ["a.zip", "b.zip"]
    with pytest.raises(Invalid, match="markdown or json"):
        await export_path(tmp_path / "c.zip", "pdf", world.mia.workspace, world.mia.actor.email)


async def _as_json(world: World) -> dict[str, bytes]:
    await write(world.mia, "Tea", "green")
    return unpacked(await export(world.mia, format="json"))


def _own(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO(zipped(files))
    with zipfile.ZipFile(data, "a") as made:
        made.comment = archive.OWN
    return data.getvalue()


@pytest.mark.usefixtures("performer")
@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 300},
        {"slug": "../x"},
        {"slug": "new"},
        {"status": "SECRET"},
        {"content": Random(1).randbytes(1_000_001).hex()},
        {"content": None},
        {"versions": []},
        {"tags": [{"name": "x", "color": "red;}"}]},
        {"properties": "x"},
        {"createdAt": "yesterday"},
        {"properties": {"a": "\x00", "b": "\ud800"}},
        {"path": "x" * 600},
    ],
    ids=lambda change: "-".join(change),
)
async def test_a_page_that_no_export_writes_is_told_and_the_others_come(
    world: World, change: dict[str, Any]
) -> None:
    files = await _as_json(world)
    page = json.loads(files["pages/tea.json"])
    files["pages/odd.json"] = json.dumps({**page, "slug": "odd", **change}).encode()
    report = await bring(world.bo, ("export.zip", _own(files)))
    found = outcomes(report)
    assert found["pages/tea.json"] == "created"
    assert found["pages/odd.json"] in {"skipped", "failed"}
    assert (await read(world.bo, "tea"))["content"] == "green"


@pytest.mark.usefixtures("performer")
async def test_a_list_that_is_none_is_refused_as_a_whole(world: World) -> None:
    files = await _as_json(world)
    for broken in (b"{", b"[]", b'{"attachments": "x"}', b"[" * 100_000):
        report = await bring(world.bo, ("export.zip", _own({**files, "mosaic.json": broken})))
        assert report["status"] == "FAILED"
    # Without the mark of an export, JSON is a file like any other.
    report = await bring(world.bo, ("notes.zip", zipped(files)))
    assert (report["status"], report["kind"]) == ("COMPLETED", "markdown")


def test_attachments_of_an_export_are_where_their_list_says(tmp_path: Path) -> None:
    listed = {
        "format": "mosaic",
        "formatVersion": 1,
        "exportedAt": "2024-05-06T00:00:00Z",
        "workspace": "x",
        "pages": 0,
        "attachments": [
            {"file": "attachments/a-.png", "path": "a?.png"},
            {"file": "attachments/out.png", "path": "../../out.png"},
            {"file": "attachments/gone.png", "path": "gone.png"},
        ],
    }
    files = {"attachments/a-.png": b"1", "attachments/out.png": b"2", "else.txt": b"3"}
    (tmp_path / "x.zip").write_bytes(_own({**files, "mosaic.json": json.dumps(listed).encode()}))
    items = {item.path: item for item in vault.read(tmp_path / "x.zip")}
    assert items.keys() == {"a?.png", "../../out.png"}
