"""Export, import, export: the same bytes for every page."""

import io
import zipfile
from typing import Any

import pytest

from mosaic.core.start import Ready
from tests.conftest import SHARED
from tests.knowledge.consistency import disagreements
from tests.knowledge.vaults import GARDEN, bring, bring_zip, outcomes, run
from tests.knowledge.wiki import change, read, remove, write
from tests.world import Person, World

pytestmark = pytest.mark.usefixtures("performer")
EXPORT = "/api/knowledge/export"
VAULTS = ["silverbullet-docs", "obsidian-tasks-docs", "kepano-vault"]


async def export(person: Person, **query: str) -> bytes:
    """Return the archive that a person is given."""
    answer = await person.http.get(EXPORT, params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive, by their paths, in their order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {info.filename: opened.read(info) for info in opened.infolist()}


async def again(world: World, first: bytes, **query: str) -> dict[str, bytes]:
    """Import an archive into the empty workspace of Bo; return what is exported there."""
    report = await bring(world.bo, ("export.zip", first))
    assert set(outcomes(report).values()) <= {"created"}, report
    return unpacked(await export(world.bo, **query))


def as_bytes(data: str | bytes) -> bytes:
    """Return what stands in a file."""
    return data if isinstance(data, bytes) else data.encode()


async def test_a_vault_comes_out_as_it_went_in(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    files = {
        path: data if isinstance(data, bytes) else data.encode() for path, data in GARDEN.items()
    }
    first = await export(world.mia)
    assert unpacked(first) == files
    assert await again(world, first) == files


@pytest.mark.parametrize("name", VAULTS)
async def test_a_real_vault_comes_out_to_the_byte(world: World, ready: Ready, name: str) -> None:
    root = SHARED / "corpora" / name
    if not root.is_dir():
        pytest.skip(f"../shared/corpora/{name} is not here")
    await run(world.mia, root)
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }
    first = await export(world.mia)
    assert unpacked(first) == files
    assert await again(world, first) == files
    assert disagreements(ready, world.bo.workspace) == []


async def test_pages_that_were_written_here_come_back_whole(world: World, ready: Ready) -> None:
    names = {
        "Tea",
        "tea",
        "TEA?",
        "a/b",
        "..",
        ".hidden",
        "CON",
        "aux.txt",
        "What: is *this*?",
        "x. ",
        "日本語" * 40,
        "🙂" * 150,
        "e\u0301",
        "  a  b",
        "yes",
        "007",
        "2024-05-06",
        "null",
        "- x",
        "#hash",
        "a: b",
        "'quoted\"",
        "new",
        "Thumbs.db",
        "x\u2028y",
        "\x7f",
        "---",
        "[a]",
        "C:\\x",
    }
    for title in sorted(names):
        await write(
            world.mia,
            title,
            "See [[Tea]], [[TEA?]], [[CON]].",
            aliases=[title, f"#{title}", "a, b"],
        )
    await write(world.mia, "Tea", "another", tags=["C#", "x y", "#", "yes"], summary="one\ntwo: 3")
    await write(world.mia, "Draft", "text", status="DRAFT", slug="other-address")
    await write(
        world.mia, "Private", "---\ntitle: Text\n---\nno front matter", visibility="PRIVATE"
    )
    await write(world.mia, "Marked", "\ufeffmark\r\nline", visibility="PUBLIC")
    await write(world.mia, "Strange", "\x01\x02" * 500)
    await write(world.mia, "Archived", "gone")
    await remove(world.mia, "archived")
    first = await export(world.mia)
    files = unpacked(first)
    assert await again(world, first) == files
    for page in await _all(world.mia):
        theirs = await read(world.bo, page["slug"])
        assert _facts(theirs) == _facts(page)
    assert disagreements(ready, world.bo.workspace) == []
    # Whoever imports an export into the place it is from changes nothing.
    report = await bring(world.mia, ("export.zip", first))
    assert set(outcomes(report).values()) == {"skipped"}, report
    assert unpacked(await export(world.mia)) == files


async def _all(person: Person) -> list[dict[str, Any]]:
    found = []
    for status in ("PUBLISHED", "DRAFT", "ARCHIVED"):
        path = f"/api/knowledge/entries?limit=100&status={status}"
        found += (await person.http.get(path)).json()["data"]
    return found


def _facts(page: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "slug", "status", "visibility", "summary", "aliases")
    facts = {name: page[name] for name in names} | {
        "content": page["content"].replace("\r\n", "\n")
    }
    times = {name: page[name][:19] for name in ("createdAt", "updatedAt")}
    return facts | times | {"tags": {tag["slug"] for tag in page["tags"]}}


async def test_a_hidden_page_at_the_address_of_a_shared_one_stays_there(world: World) -> None:
    await write(world.mia, "Tea", "hidden", status="DRAFT")
    await write(world.ana, "Tea", "shared")
    await write(world.ana, "Private", "hers", visibility="PRIVATE")
    await bring_zip(world.mia, {"Cup.md": "---\nvisibility: PRIVATE\n---\nmine"})
    await bring_zip(world.ana, {"Cup.md": "ours"})
    first = await export(world.mia)
    files = unpacked(first)
    assert [file for file in files if "rivate" in file] == []
    assert await again(world, first) == files
    for slug, said in (("tea", "hidden"), ("cup", "---")):
        assert said in files[f"{slug.title()} 2.md"].decode()
        assert (await read(world.bo, slug))["content"] in ("hidden", "mine")


async def test_json_brings_back_everything_with_its_versions(world: World, ready: Ready) -> None:
    await bring_zip(world.mia, GARDEN)
    await change(world.mia, "roses", content="White", changeNote="for spring", tags=["C#"])
    named = {"title": "What? Roses", "slug": "white-roses", "rewriteLinks": True}
    renamed = await world.adam.http.post("/api/knowledge/entries/roses/rename", json=named)
    assert renamed.is_success, renamed.text
    await write(world.mia, "Tea", "x" * 1_500_000, status="DRAFT", tags=["C#", "leaf"])
    await write(world.mia, "Tea", "{}\r\n\x01", aliases=["a, b"], summary="one\ntwo")
    await write(world.ana, "Secret", "hers", visibility="PRIVATE")
    path = "/api/knowledge/tags/leaf"
    assert (await world.mia.http.patch(path, json={"color": "#22aa88"})).is_success
    first = await export(world.mia, format="json")
    files = unpacked(first)
    assert not any("ecret" in file for file in files)
    second = await again(world, first, format="json")
    assert _all_but_list(second) == _all_but_list(files)
    assert disagreements(ready, world.bo.workspace) == []
    moved = await world.bo.http.get("/api/knowledge/entries/roses")
    assert moved.status_code == 308
    versions = await world.bo.http.get("/api/knowledge/entries/white-roses/versions")
    notes = [one["changeNote"] for one in versions.json()["data"]]
    assert notes == ["Renamed from “Roses”", "for spring", "Imported"]
    report = await bring(world.mia, ("export.zip", first))
    assert set(outcomes(report).values()) == {"skipped"}, report
    assert (await export(world.mia)) == (await export(world.mia))
    assert unpacked(await export(world.bo)) == unpacked(await export(world.mia))


def _all_but_list(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path != "mosaic.json"}
