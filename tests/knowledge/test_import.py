"""Import over REST: every file gets a line, and doing it again changes nothing."""

import asyncio
import itertools
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from mosaic.core.start import Ready
from mosaic.knowledge.exchange import importing, uploads, vault
from mosaic.knowledge.exchange import service as exchange
from mosaic.knowledge.exchange.demo import import_demo
from tests.answers import NEVER, listed, problem
from tests.knowledge.consistency import disagreements
from tests.knowledge.vaults import (
    GARDEN,
    IMPORT,
    PNG,
    bring,
    bring_zip,
    outcomes,
    reasons,
    run,
    zipped,
)
from tests.knowledge.wiki import ENTRIES, backlinks, change, links, read, remove, titles, write
from tests.world import Person, World

pytestmark = pytest.mark.usefixtures("performer")


async def test_a_vault_becomes_pages_that_are_linked(world: World, ready: Ready) -> None:
    report = await bring_zip(world.mia, GARDEN)
    assert (report["status"], report["source"], report["problem"]) == (
        "COMPLETED",
        "vault.zip",
        None,
    )
    assert outcomes(report) == dict.fromkeys(GARDEN, "created")
    assert reasons(report) == {}
    assert report["links"] == {"pages": 3, "resolved": 5, "broken": 1, "ambiguous": 0}
    garden = await read(world.gil, "garden")
    assert garden["content"] == "See [[Roses]], ![[rose.png]], [[No]]."
    assert [tag["name"] for tag in garden["tags"]] == ["home", "plants"]
    assert garden["properties"]["title"] == "Garden"
    assert f"/w/{world.gil.workspace}/knowledge/roses" in garden["contentHtml"]
    assert '<img src="/api/knowledge/attachments/' in garden["contentHtml"]
    roses = await read(world.gil, "roses")
    assert (roses["aliases"], roses["summary"]) == (["Rosa"], "Red")
    assert "pretty" in [tag["name"] for tag in roses["tags"]]
    assert [link["title"] for link in await links(world.gil, "tulips")] == ["Roses"] * 3
    assert {b["title"] for b in await backlinks(world.gil, "roses")} == {"Garden", "Tulips"}
    assert disagreements(ready, world.mia.workspace) == []


async def test_single_files_become_pages(world: World) -> None:
    report = await bring(
        world.mia, ("Tea.md", "Green [[Cup]]"), ("../../etc/Cup.md", "x"), ("cat.png", PNG)
    )
    assert outcomes(report) == {"Tea.md": "created", "Cup.md": "created", "cat.png": "created"}
    assert report["source"] == "Uploaded files"
    assert [link["title"] for link in await links(world.mia, "tea")] == ["Cup"]
    alone = await bring(world.mia, ("Alone.md", "x"))
    assert (alone["source"], outcomes(alone)) == ("One file", {"Alone.md": "created"})


async def test_an_import_goes_on_in_the_background(world: World) -> None:
    started = await bring(world.mia, ("vault.zip", zipped(GARDEN)), wait=False)
    assert started.keys() == {"jobId"}
    path = f"/api/knowledge/imports/{started['jobId']}"
    report = await _ended(world.mia, path)
    assert outcomes(report) == dict.fromkeys(GARDEN, "created")
    for person in (world.ana, world.gil, world.bo):
        problem(await person.http.get(path), 404)


async def _ended(person: Person, path: str) -> dict[str, Any]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        report: dict[str, Any] = (await person.http.get(path)).json()
        if report["status"] != "RUNNING":
            return report
        await asyncio.sleep(0.02)
    raise AssertionError("the import did not end")


async def test_importing_again_changes_nothing(world: World, ready: Ready) -> None:
    awkward = {
        **GARDEN,
        "Awkward.md": "---\ntags: ['C++', Plants, '#x']\nn: 1.50\nd: 2024-01-01\nb: true\ne: ~\n"
        "aliases: [b, a, b]\n---\nText with #Inline and trailing  \n",
        "Straße Ünï.md": "x",
        "e\u0301.md": "decomposed",
        "empty.md": "",
        "only front.md": "---\na: 1\n---\n",
        "broken front.md": "---\na: [\n---\ntext",
    }
    first = await bring_zip(world.mia, awkward)
    assert set(outcomes(first).values()) == {"created"}
    before = listed(await world.gil.http.get(ENTRIES, params={"limit": 100}))
    log = await _imported(world.mia)
    for person in (world.mia, world.ana):
        again = await bring_zip(person, awkward)
        assert set(outcomes(again).values()) == {"skipped"}
        assert again["links"] == first["links"]
    assert listed(await world.gil.http.get(ENTRIES, params={"limit": 100})) == before
    assert all(page["version"] == 1 for page in before)
    assert await _imported(world.mia) == log
    assert disagreements(ready, world.mia.workspace) == []


async def _imported(person: Person) -> list[dict[str, Any]]:
    return listed(await person.http.get("/api/activity?action=IMPORTED"))


async def test_a_changed_file_is_a_new_version(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    changed = {**GARDEN, "flowers/Roses.md": "White [[Tulips]]", "images/rose.png": PNG + b"2"}
    report = await bring_zip(world.adam, changed)
    assert {path for path, outcome in outcomes(report).items() if outcome == "updated"} == {
        "flowers/Roses.md",
        "images/rose.png",
    }
    roses = await read(world.gil, "roses")
    assert (roses["content"], roses["version"]) == ("White [[Tulips]]", 2)
    assert (roses["aliases"], roses["tags"], roses["summary"]) == ([], [], None)
    assert roses["updatedBy"] == str(world.adam.actor.user_id)
    [newest, _] = listed(await world.gil.http.get(f"{ENTRIES}/roses/versions"))
    assert newest["changeNote"] == "Imported"
    assert [link["title"] for link in await links(world.gil, "tulips")] == [None, "Roses", "Roses"]


async def test_times_and_titles_come_from_the_front_matter(world: World) -> None:
    front = "---\ntitle: Tea time\ncreated: 2020-02-03\nupdated: 2021-04-05T06:07:08Z\n---\n"
    await bring(world.mia, ("Tea.md", front + "x"))
    page = await read(world.mia, "tea-time")
    assert page["createdAt"] == "2020-02-03T00:00:00Z"
    assert page["updatedAt"] == "2021-04-05T06:07:08Z"


async def test_an_archived_page_stays_away(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    await remove(world.mia, "roses")
    report = await bring_zip(world.mia, {**GARDEN, "flowers/Roses.md": "new"})
    assert outcomes(report)["flowers/Roses.md"] == "skipped"
    assert "rchived" in reasons(report)["flowers/Roses.md"]
    assert (await read(world.mia, "roses"))["status"] == "ARCHIVED"


async def test_files_that_cannot_be_taken_leave_the_others_alone(world: World) -> None:
    report = await bring_zip(
        world.mia,
        {
            "Good.md": "fine",
            "Latin.md": "Grün".encode("latin-1"),
            "Nul.md": b"one \x00two",
            "Utf16.md": "Grün".encode("utf-16"),
            "Large.md": Random(1).randbytes(1_000_001).hex(),
            "Front.md": "---\na: [b\n---\nText",
            "A.md": "one",
            "A.markdown": "two",
            f"{'x' * 180}/{'y' * 180}.md": "long",
            "🙂" * 60 + ".md": "emoji",
        },
    )
    found = outcomes(report)
    assert report["status"] == "COMPLETED"
    assert (
        found["Good.md"] == found["Latin.md"] == found["Nul.md"] == found["Utf16.md"] == "created"
    )
    assert found["Large.md"] == "skipped"
    assert sorted((found["A.md"], found["A.markdown"])) == ["created", "skipped"]
    assert {"Latin.md", "Nul.md", "Large.md", "Front.md"} <= reasons(report).keys()
    assert not any(NEVER.search(reason) for reason in reasons(report).values())
    assert (await read(world.mia, "latin"))["content"] == "Grün"
    assert (await read(world.mia, "nul"))["content"] == "one two"
    assert "Text" in (await read(world.mia, "front"))["content"]


async def test_a_page_that_cannot_be_kept_is_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    real = exchange.insert_entries

    async def picky(work: Any, drafts: Any) -> Any:
        if any(draft.title == "Roses" for draft in drafts):
            await real(work, drafts)
            raise ValueError("not today")
        return await real(work, drafts)

    monkeypatch.setattr(exchange, "insert_entries", picky)
    report = await bring_zip(world.mia, GARDEN)
    assert report["status"] == "COMPLETED"
    assert [path for path, outcome in outcomes(report).items() if outcome == "failed"] == [
        "flowers/Roses.md"
    ]
    assert reasons(report) == {"flowers/Roses.md": "This file could not be kept."}
    assert sorted(await titles(world.gil)) == ["Garden", "Tulips"]
    assert disagreements(ready, world.mia.workspace) == []


async def test_a_hidden_page_of_somebody_else_is_not_touched(world: World, ready: Ready) -> None:
    await bring_zip(world.mia, GARDEN)
    await change(world.mia, "roses", visibility="PRIVATE")
    report = await bring_zip(world.ana, GARDEN)
    assert outcomes(report)["flowers/Roses.md"] == "created"
    assert outcomes(report)["flowers/Tulips.md"] == "skipped"
    assert (await read(world.mia, "roses"))["version"] == 2
    theirs = await read(world.ana, "roses")
    assert (theirs["slug"], theirs["version"]) == ("roses", 1)
    again = await bring_zip(world.mia, {**GARDEN, "flowers/Roses.md": "mine"})
    assert outcomes(again)["flowers/Roses.md"] == "updated"
    assert (await read(world.mia, "roses"))["visibility"] == "PRIVATE"
    assert await read(world.ana, "roses") == theirs


async def test_two_imports_at_once_make_each_page_once(world: World, ready: Ready) -> None:
    vault = {f"Page {n}.md": f"[[Page {n + 1}]] [[Page {n - 1}]]" for n in range(150)}
    reports = await asyncio.gather(
        *(bring_zip(person, vault) for person in (world.mia, world.ana, world.adam)),
        *(write(world.mia, f"Own {n}", f"[[Page {n}]]") for n in range(10)),
    )
    for report in reports[:3]:
        assert report["status"] == "COMPLETED"
        assert set(outcomes(report).values()) <= {"created", "skipped"}
    made = [outcome for r in reports[:3] for outcome in outcomes(r).values()].count("created")
    assert made == 150
    assert disagreements(ready, world.mia.workspace) == []
    for number in range(10):
        assert (await links(world.mia, f"own-{number}"))[0]["resolved"]


@pytest.mark.parametrize(
    "name",
    ["🙂" * 200 + ".md", "x" * 300 + ".markdown", "a\x00b.md", "CON.md", "a:b?.md", ".md", "é"],
)
async def test_odd_names_of_uploads_are_kept(world: World, name: str) -> None:
    report = await bring(world.mia, (name, "text"), (name, "again"))
    assert report["status"] == "COMPLETED"
    assert len(outcomes(report)) == 2


async def test_nothing_is_left_of_an_upload_that_was_brought_in(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    assert await _uploads(world.mia) == 0
    await bring(world.mia, ("vault.zip", b"no archive"))
    assert await _uploads(world.mia) == 1  # so that it can be looked at again
    parts = {"files": ("Tea.md", b"x", "text/markdown")}
    problem(await world.gil.http.post(IMPORT, files=parts), 403)
    assert await _uploads(world.gil) == 0


async def _uploads(person: Person) -> int:
    async with person.work() as work:
        return await work.session.scalar(text("SELECT count(*) FROM job_files")) or 0


async def test_something_is_to_be_sent(world: World) -> None:
    assert "files" in str(problem(await world.mia.http.post(IMPORT), 422)["errors"])
    for body in ({"json": {"a": 1}}, {"data": {"files": "text"}}, {"content": b"x"}):
        problem(await world.mia.http.post(IMPORT, **body), 422)
    broken = {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}
    problem(await world.mia.http.post(IMPORT, **broken), 400)


async def test_too_many_files_are_better_sent_as_an_archive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    parts = [("files", (f"{n}.md", b"x", "text/markdown")) for n in range(4)]
    assert (await world.mia.http.post(IMPORT, files=parts)).status_code in {400, 413}
    monkeypatch.setattr(uploads, "_MOST", 10)
    parts = [("files", (f"{n}.md", b"x" * 6, "text/markdown")) for n in range(2)]
    problem(await world.mia.http.post(IMPORT, files=parts), 413)
    assert await titles(world.mia) == []


def _linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.md")
    info.external_attr = 0o120777 << 16
    return info


HOSTILE: list[tuple[str, dict[Any, str | bytes]]] = [
    ("../x.md", {"../x.md": "x"}),
    ("/etc/x.md", {"/etc/x.md": "x"}),
    ("link.md", {_linked(): "/etc/passwd"}),
    ("bomb.bin", {"bomb.bin": bytes(20_000_000)}),
]


@pytest.mark.parametrize(("name", "files"), HOSTILE, ids=[name for name, _ in HOSTILE])
async def test_a_hostile_archive_is_left_alone(
    world: World, name: str, files: dict[Any, str | bytes]
) -> None:
    report = await bring_zip(world.mia, {**GARDEN, **files})
    assert (report["status"], report["links"]) == ("FAILED", None)
    assert outcomes(report) == {"vault.zip": "failed"}
    assert name in reasons(report)["vault.zip"]
    assert not NEVER.search(f"{report['problem']} {reasons(report)}")
    # Everybody sees the run; the names in an archive are its sender's.
    seen = (await world.gil.http.get(f"/api/runner-jobs/{report['id']}")).json()
    assert seen["status"] == "FAILED"
    assert name not in f"{seen} {(await steps_and_events(world.gil, report['id']))}"
    await _is_empty(world)


async def steps_and_events(person: Person, job_id: str) -> list[Any]:
    """What a run says to anybody who watches it."""
    path = f"/api/runner-jobs/{job_id}"
    return [(await person.http.get(f"{path}/{part}")).json() for part in ("steps", "events")]


async def test_a_run_is_tried_again_from_a_step_that_was_completed(world: World) -> None:
    report = await bring_zip(world.mia, {**GARDEN, "Odd.md": "x"})
    path = f"/api/runner-jobs/{report['id']}"
    steps = (await world.mia.http.get(f"{path}/steps")).json()["data"]
    [links] = [step["id"] for step in steps if step["phase"] == "VALIDATION"]
    answer = await world.mia.http.post(f"{path}/retry", json={"fromStepId": links})
    assert answer.status_code == 200
    again = await _ended(world.mia, f"/api/knowledge/imports/{report['id']}")
    assert (again["status"], again["counts"], again["links"]) == (
        "COMPLETED",
        report["counts"],
        report["links"],
    )


async def test_nobody_slips_a_file_into_an_import(world: World) -> None:
    report = await bring_zip(world.ana, GARDEN)
    path = f"/api/runner-jobs/{report['id']}"
    planted = {"files": ("vault.zip", zipped({"Planted.md": "x"}), "application/zip")}
    sent = await world.mia.http.post(f"{path}/files", files=planted, data={"kind": "INPUT"})
    problem(sent, 409)
    said = await world.mia.http.post(f"{path}/entries", json={"entries": ["garden"]})
    problem(said, 409)


async def test_what_is_no_archive_is_left_alone(world: World) -> None:
    broken = zipped(GARDEN)[:-60]
    for data in (b"", b"no archive", broken):
        report = await bring(world.mia, ("vault.zip", data))
        assert report["status"] == "FAILED"
        assert "vault.zip" in reasons(report)["vault.zip"]
    await _is_empty(world)


async def _is_empty(world: World) -> None:
    async with world.mia.work() as work:
        for table in ("entries", "attachments", "tags"):
            found = await work.session.scalar(text(f"SELECT count(*) FROM {table}"))
            assert found == 0, table
    assert await _imported(world.mia) == []


async def test_the_demo_is_a_wiki_without_loose_ends(world: World, ready: Ready) -> None:
    for _ in range(2):
        id = await import_demo(world.mia.actor, world.mia.workspace)
        report = await _ended(world.mia, f"/api/knowledge/imports/{id}")
        assert report["status"] == "COMPLETED"
        assert set(outcomes(report).values()) <= {"created", "skipped"}
        assert report["links"]["pages"] > 5
        assert report["links"]["resolved"] > report["links"]["pages"]
        assert (report["links"]["broken"], report["links"]["ambiguous"]) == (0, 0)
    assert report["counts"]["created"] == 0
    assert disagreements(ready, world.mia.workspace) == []


async def test_an_import_that_breaks_off_keeps_what_is_there_and_goes_on_from_it(
    world: World, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    real = exchange.vault.read

    def broken(path: Path) -> Iterator[Any]:
        yield from itertools.islice(real(path), 2)
        raise OSError("the disk is gone")

    monkeypatch.setattr(importing.vault, "read", broken)
    monkeypatch.setattr(importing, "BATCH", 2)
    report = await bring_zip(world.mia, GARDEN)
    assert (report["status"], report["done"], report["counts"]["created"]) == ("FAILED", 2, 2)
    assert report["problem"]
    assert not NEVER.search(report["problem"])
    assert disagreements(ready, world.mia.workspace) == []
    monkeypatch.setattr(importing.vault, "read", real)
    await world.mia.http.post(f"/api/runner-jobs/{report['id']}/retry")
    again = await _ended(world.mia, f"/api/knowledge/imports/{report['id']}")
    assert outcomes(again) == dict.fromkeys(GARDEN, "created")
    assert disagreements(ready, world.mia.workspace) == []


async def test_a_file_that_is_gone_when_it_is_read_is_skipped(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cat.png").write_bytes(PNG)
    (tmp_path / "Tea.md").write_text("x")

    def gone(self: Any) -> bytes:
        raise vault.Unreadable("This file cannot be read.")

    monkeypatch.setattr(vault.Attachment, "data", property(gone))
    report = await run(world.mia, tmp_path)
    assert report.counts == {"created": 1, "updated": 0, "skipped": 1, "failed": 0}


async def test_links_to_ones_own_hidden_pages_are_counted(world: World) -> None:
    await write(world.mia, "Mine", status="DRAFT")
    await write(world.mia, "Twice", status="DRAFT", slug="one")
    await write(world.mia, "Twice", visibility="PRIVATE", slug="two")
    files = {"A.md": "[[Mine]] [[mine]] [[Twice]] [[None]] ![[x.png]] [[#here]]", "x.png": PNG}
    counted = {"pages": 1, "resolved": 2, "ambiguous": 1, "broken": 1}
    assert (await bring_zip(world.mia, files))["links"] == counted
    again = (await bring_zip(world.ana, files))["links"]
    assert again == {"pages": 1, "resolved": 0, "ambiguous": 0, "broken": 4}
