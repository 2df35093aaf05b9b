"""Who may write what, and that nothing of it exists for others: every route of the module."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.answers import listed, problem
from tests.knowledge.wiki import ENTRIES, change, read, titles, write
from tests.world import World, client

K = "/api/knowledge"


@dataclass
class Write:
    """A request, and the person with the lowest role that may make it."""

    lowest: str
    method: str
    path: str
    body: Any = None


WRITES = [
    Write("mia", "POST", f"{K}/entries", {"title": "New"}),
    Write("mia", "PATCH", f"{K}/entries/tea", {"content": "New"}),
    Write("mia", "PUT", f"{K}/entries/tea", {"content": "New"}),
    Write("mia", "DELETE", f"{K}/entries/tea"),
    Write("adam", "DELETE", f"{K}/entries/tea?permanent=true"),
    Write("mia", "POST", f"{K}/entries/tea/restore/1"),
    Write("mia", "POST", f"{K}/import"),
    Write("adam", "POST", f"{K}/cache/clear"),
    Write("adam", "POST", f"{K}/cache/stats/reset"),
]
READS = [
    *(
        f"{K}/entries/tea{sub}"
        for sub in ("", "/versions", "/versions/1", "/versions/1/diff/1", "/backlinks", "/links")
    ),
    f"{K}/entries",
    f"{K}/tags",
    f"{K}/cache/stats",
]
ROLES = ["gil", "mia", "adam", "ana"]


def _body(write: Write) -> dict[str, Any]:
    if "/import" in write.path:
        return {"files": [("files", ("New.md", b"New", "text/markdown"))]}
    return {"json": write.body} if write.body else {}


@pytest.mark.parametrize("wanted", WRITES, ids=lambda w: f"{w.method} {w.path} as {w.lowest}")
async def test_a_write_is_open_from_a_role_on(world: World, wanted: Write) -> None:
    await write(world.ana, "Tea", "Green")
    await change(world.ana, "tea", content="Black")
    for name in ROLES[: ROLES.index(wanted.lowest)]:
        http = getattr(world, name).http
        problem(await http.request(wanted.method, wanted.path, **_body(wanted)), 403)
    for person in (world.bo, world.otto):
        there = {"X-Workspace-Id": world.ana.workspace}
        request = person.http.request(wanted.method, wanted.path, headers=there, **_body(wanted))
        problem(await request, 404)
    problem(await client().request(wanted.method, wanted.path, **_body(wanted)), 401)
    assert (await read(world.ana, "tea"))["version"] == 2
    assert await titles(world.ana) == ["Tea"]
    http = getattr(world, wanted.lowest).http
    answer = await http.request(wanted.method, wanted.path, **_body(wanted))
    assert answer.is_success, answer.text


@pytest.mark.parametrize("path", READS)
async def test_everybody_in_the_workspace_reads(world: World, path: str) -> None:
    await write(world.ana, "Tea", "Green")
    for name in ROLES:
        assert (await getattr(world, name).http.get(path)).status_code == 200
    for person in (world.bo, world.otto):
        there = {"X-Workspace-Id": world.ana.workspace}
        problem(await person.http.get(path, headers=there), 404)
    problem(await client().get(path), 401)


async def test_names_of_another_workspace_are_not_there(world: World) -> None:
    """Bo names, in his own workspace, what belongs to Ana's."""
    await write(world.ana, "Tea", "Green", tags=["drinks"], aliases=["Chai"])
    for path in READS[:5]:
        problem(await world.bo.http.get(path), 404)
    for wanted in WRITES:
        if "/tea" in wanted.path:
            problem(await world.bo.http.request(wanted.method, wanted.path, json=wanted.body), 404)
    assert listed(await world.bo.http.get(f"{K}/entries")) == []
    assert listed(await world.bo.http.get(f"{K}/tags")) == []
    assert (await read(world.ana, "tea"))["version"] == 1


async def test_ids_that_nobody_has_are_not_there(world: World) -> None:
    problem(await world.ana.http.get(f"{K}/imports/{uuid4()}"), 404)
    problem(await world.ana.http.get(f"{K}/attachments/{uuid4()}/a.png"), 404)
    problem(await world.ana.http.get(f"{ENTRIES}/nothing"), 404)


async def test_a_token_that_only_reads_writes_nothing(world: World) -> None:
    await write(world.ana, "Tea", "Green")
    wanted = {"name": "reader", "scopes": ["read"]}
    secret = (await world.ana.http.post("/api/auth/tokens", json=wanted)).json()["token"]
    http = client(secret, world.ana.workspace)
    for each in WRITES:
        problem(await http.request(each.method, each.path, **_body(each)), 403)
    assert (await http.get(f"{ENTRIES}/tea")).json()["version"] == 1
