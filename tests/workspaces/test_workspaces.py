"""Workspaces over REST: made, named, found, removed."""

import asyncio
from uuid import uuid4

from tests.answers import listed, problem
from tests.world import World, client


async def test_a_workspace_is_made_by_its_owner(world: World) -> None:
    name = f"Garden & Höfe {uuid4().hex[:8]}"
    answer = await world.otto.http.post("/api/workspaces", json={"name": name})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["name"] == name
    assert made["slug"].startswith("garden-hofe-")
    assert made["role"] == "OWNER"
    assert [row["slug"] for row in listed(await world.otto.http.get("/api/workspaces"))] == [
        made["slug"]
    ]
    for ref in (made["slug"], made["id"], made["id"].upper()):
        assert (await world.otto.http.get(f"/api/workspaces/{ref}")).json() == made


async def test_names_can_be_shared_and_addresses_cannot(world: World) -> None:
    name = f"Shared {uuid4().hex[:8]}"
    wanted = [world.ana.http.post("/api/workspaces", json={"name": name}) for _ in range(4)]
    slugs = {answer.json()["slug"] for answer in await asyncio.gather(*wanted)}
    base = name.lower().replace(" ", "-")
    assert slugs == {base, f"{base}-2", f"{base}-3", f"{base}-4"}
    taken = {"name": "Another", "slug": base}
    problem(await world.bo.http.post("/api/workspaces", json=taken), 409)
    own = f"/api/workspaces/{world.bo.workspace}"
    problem(await world.bo.http.patch(own, json={"slug": base}), 409)
    assert (await world.bo.http.get(own)).json()["slug"] == world.bo.workspace


async def test_addresses_are_plain(world: World) -> None:
    for slug in ("Ä", "a b", "a/b", "-", "", "a" * 61, "a\x00", "ünder", "A"):
        wanted = {"name": "New", "slug": slug}
        answer = problem(await world.ana.http.post("/api/workspaces", json=wanted), 422)
        assert answer["errors"][0]["loc"] == ["body", "slug"]
    for name in ("???", "日本", "-", "\u200b", "🦋"):
        answer = await world.otto.http.post("/api/workspaces", json={"name": name})
        assert answer.status_code == 201, answer.text
        assert answer.json()["slug"].strip("-")


async def test_an_id_beats_an_address_that_looks_like_it(world: World) -> None:
    ana, bo = world.ana.http, world.bo.http
    theirs = (await ana.get(f"/api/workspaces/{world.ana.workspace}")).json()
    trap = await bo.post("/api/workspaces", json={"name": "Trap", "slug": theirs["id"]})
    assert trap.status_code == 201
    lured = {"email": world.ana.actor.email, "role": "MEMBER"}
    joined = await bo.post(f"/api/workspaces/{trap.json()['id']}/members", json=lured)
    assert joined.status_code == 201
    assert (await ana.get(f"/api/workspaces/{theirs['id']}")).json() == theirs


async def test_a_workspace_is_renamed_and_moved(world: World) -> None:
    ana, slug = world.ana.http, f"moved-{uuid4().hex[:8]}"
    old = f"/api/workspaces/{world.ana.workspace}"
    answer = await ana.patch(old, json={"name": " Renamed "})
    assert answer.status_code == 200
    assert answer.json()["name"] == "Renamed"
    answer = await ana.put(old, json={"slug": slug, "name": None, "unknown": 1})
    assert answer.status_code == 200
    assert (answer.json()["slug"], answer.json()["name"]) == (slug, "Renamed")
    problem(await ana.get(old), 404)
    assert (await ana.get(f"/api/workspaces/{slug}")).status_code == 200


async def test_a_workspace_goes_with_everything_in_it(world: World) -> None:
    place = f"/api/workspaces/{world.ana.workspace}"
    await world.ana.http.post(f"{place}/teams", json={"name": "Team"})
    assert (await world.ana.http.delete(place)).status_code == 204
    for person in (world.ana, world.mia):
        problem(await person.http.get(place), 404)
        assert listed(await client(person.token).get("/api/workspaces")) == []
    assert (await world.bo.http.get(f"/api/workspaces/{world.bo.workspace}")).status_code == 200


async def test_the_workspace_of_a_request(world: World) -> None:
    """The header wins over the query; with neither, the only one; with several, 400."""
    token, mine = world.ana.token, world.ana.workspace
    plain = client(token)
    made = await plain.get("/api/activity")
    assert [row["entityType"] for row in listed(made)] == ["workspace"]
    second = (await plain.post("/api/workspaces", json={"name": "Second"})).json()
    answer = problem(await plain.get("/api/activity"), 400)
    assert sorted(answer["workspaces"]) == sorted([mine, second["slug"]])
    for ref in (mine, second["slug"], second["id"]):
        assert listed(await plain.get(f"/api/activity?workspaceId={ref}"))
        assert listed(await client(token, ref).get("/api/activity"))
    theirs = f"/api/activity?workspaceId={world.bo.workspace}"
    assert listed(await client(token, mine).get(theirs))
    problem(await client(token, world.bo.workspace).get("/api/activity"), 404)
    problem(await plain.get(theirs), 404)
    problem(await world.otto.http.get("/api/activity"), 404)
    problem(await client(token, "x" * 101).get("/api/activity"), 422)


async def test_a_foreign_workspace_is_not_told_from_none(world: World) -> None:
    told = set()
    for ref in (world.ana.workspace, str(uuid4()), "nowhere", "a" * 300, "' OR true --"):
        answer = problem(await world.bo.http.get(f"/api/workspaces/{ref}"), 404)
        told.add((answer["title"], answer["detail"]))
    assert len(told) == 1
