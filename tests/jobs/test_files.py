"""Files of runs, and the pages that runs touched."""

import os
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from mosaic.jobs import entries, files
from tests.answers import problem
from tests.jobs.runs import JOBS, Row, add, done, events_of, start
from tests.world import Person, World, client


async def _put(person: Person, job: Row, *given: tuple[str, bytes, str], **form: Any) -> Any:
    sent = [("files", one) for one in given]
    return await person.http.post(f"{JOBS}/{job['id']}/files", files=sent, data=form)


async def test_files_are_kept_and_sent_back(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    large = os.urandom(2_500_000)
    answer = await _put(
        world.mia,
        job,
        ("a b.txt", b"words", "text/plain"),
        ("large.bin", large, "application/zip"),
        ("none.png", b"", "image/png"),
        stepId=step["id"],
    )
    made = done(answer)
    assert answer.status_code == 201
    assert [(one["name"], one["size"], one["kind"]) for one in made] == [
        ("a b.txt", 5, "ARTIFACT"),
        ("large.bin", 2_500_000, "ARTIFACT"),
        ("none.png", 0, "ARTIFACT"),
    ]
    assert done(await world.gil.http.get(f"{JOBS}/{job['id']}/files")) == made
    for file, content, shown in zip(
        made, (b"words", large, b""), ("attachment", "attachment", "inline"), strict=True
    ):
        # The address names the workspace, so a plain link to it works.
        got = await client(world.gil.token).get(file["url"])
        assert sha256(got.content).digest() == sha256(content).digest()
        assert got.headers["content-length"] == str(len(content))
        assert got.headers["content-disposition"].startswith(f"{shown}; filename*=UTF-8''")
        assert "sandbox" in got.headers["content-security-policy"]
        assert got.headers["x-content-type-options"] == "nosniff"
    told = [one for one in await events_of(world.mia, job) if "artifact" in one["type"]]
    assert [one["payload"]["fileId"] for one in told] == [one["id"] for one in made]
    assert {one["stepId"] for one in told} == {step["id"]}


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("../../etc/passwd", "text/plain", "passwd"),
        ("..\\..\\boot.ini", "text/plain", "boot.ini"),
        ("...", "text/plain", "file"),
        ("", "text/plain", "file"),
        ("a\tb\u202e.txt", "text/plain", "ab.txt"),
        ("x" * 300, "text/plain", "x" * 200),
        ("page.html", "text/html", "page.html"),
        ("r.svg", "image/svg+xml", "r.svg"),
        ("r.txt", "text/plain; charset=x\r\nX-Bad: 1", "r.txt"),
    ],
)
async def test_names_and_types_are_safe(world: World, name: str, kind: str, kept: str) -> None:
    job = await start(world.mia)
    async with world.mia.work() as work:
        made = await files.put(work, UUID(job["id"]), files.safe_name(name), kind, _bytes(b"<x>"))
    assert made.name == kept
    got = await world.mia.http.get(made.url)
    assert got.content == b"<x>"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "x-bad" not in got.headers
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def _bytes(content: bytes, times: int = 1) -> AsyncIterator[bytes]:
    for _ in range(times):
        yield content


@pytest.mark.parametrize(
    "kind", ["text/javascript", "application/javascript", "application/x-ecmascript"]
)
async def test_no_page_can_take_a_file_for_a_script(world: World, kind: str) -> None:
    job = await start(world.mia)
    [made] = done(await _put(world.mia, job, ("a.js", b"alert(1)", kind)))
    assert made["mediaType"] == kind
    got = await world.mia.http.get(made["url"])
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_a_file_has_a_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await start(world.mia)
    async with world.mia.work() as work:
        with pytest.raises(files.TooLarge):
            upload = files.Upload("f", "text/plain", _bytes(b"x" * 1000, 3), most=2_999)
            await files.store(work, UUID(job["id"]), upload)
    problem(await _put(world.mia, job, ("f", b"x", "text/plain"), kind="OTHER"), 422)
    problem(await _put(world.mia, job, ("f", b"x", "text/plain"), stepId="x"), 422)
    problem(await _put(world.mia, job, ("f", b"x", "text/plain"), stepId=str(uuid4())), 404)
    kept = done(await _put(world.mia, job, ("f", b"x", "text/plain"), kind="INPUT"))
    assert [one["kind"] for one in kept] == ["INPUT"]


async def test_private_files_are_their_owners(world: World) -> None:
    job = await start(world.mia)
    async with world.mia.work() as work:
        made = await files.put(
            work, UUID(job["id"]), "f", "text/plain", _bytes(b"x"), "INPUT", private=True
        )
    path = f"{JOBS}/{job['id']}/files"
    assert [one["id"] for one in done(await world.mia.http.get(path))] == [str(made.id)]
    for person in (world.ana, world.gil):
        assert done(await person.http.get(path)) == []
        problem(await person.http.get(made.url), 404)
    assert (await world.mia.http.get(made.url)).content == b"x"


async def test_files_are_found_in_their_own_run_only(world: World) -> None:
    job, other = await start(world.mia), await start(world.mia)
    [file] = done(await _put(world.mia, job, ("f", b"x", "text/plain")))
    problem(await world.mia.http.get(f"{JOBS}/{other['id']}/files/{file['id']}/f"), 404)
    problem(await world.bo.http.get(f"{JOBS}/{job['id']}/files/{file['id']}/f"), 404)


async def _page(person: Person, title: str, **more: Any) -> Row:
    body = {"title": title, "content": "", **more}
    page: Row = done(await person.http.post("/api/knowledge/entries", json=body))
    return page


async def test_pages_that_a_run_touched(world: World) -> None:
    job = await start(world.mia)
    tea, cup = await _page(world.mia, "Tea"), await _page(world.mia, "Cup")
    draft = await _page(world.mia, "Secret", status="DRAFT")
    path = f"{JOBS}/{job['id']}/entries"
    answer = await world.mia.http.post(path, json={"entries": ["tea", cup["id"]]})
    both = [{"slug": "cup", "title": "Cup"}, {"slug": "tea", "title": "Tea"}]
    assert (answer.status_code, answer.json()) == (201, both)
    assert (await world.mia.http.post(path, json={"entries": ["tea"]})).json() == both
    problem(await world.mia.http.post(path, json={"entries": ["tea", "nowhere"]}), 404)
    problem(await world.ana.http.post(path, json={"entries": [draft["slug"]]}), 404)
    foreign = await _page(world.bo, "Foreign")
    problem(await world.mia.http.post(path, json={"entries": [foreign["id"]]}), 404)
    # What only its author sees stays so.
    await world.mia.http.post(path, json={"entries": [draft["id"]]})
    assert len(done(await world.mia.http.get(path))) == 3
    assert done(await world.gil.http.get(path)) == both
    other = await start(world.mia)
    await world.mia.http.post(f"{JOBS}/{other['id']}/entries", json={"entries": ["tea"]})
    async with world.gil.work() as work:
        runs = await entries.jobs_of(work, UUID(tea["id"]))
        assert [str(run.id) for run in runs] == [other["id"], job["id"]]
        assert [str(run.id) for run in await entries.jobs_of(work, UUID(tea["id"]), 1)] == [
            other["id"]
        ]
        assert await entries.jobs_of(work, UUID(draft["id"])) == []
    await world.adam.http.delete("/api/knowledge/entries/tea?permanent=true")
    assert done(await world.gil.http.get(path)) == both[:1]
