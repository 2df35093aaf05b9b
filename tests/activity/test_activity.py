"""The log of who did what: written with the change, read by members."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from mosaic.activity import service as activity
from mosaic.activity.lines import log_line
from mosaic.activity.query import ActivityQuery
from tests.answers import listed, problem
from tests.world import Person, World, client


async def _log(person: Person, query: str = "") -> list[dict[str, Any]]:
    return listed(await person.http.get(f"/api/activity{query}"))


async def _newest(world: World) -> tuple[str, str, str, str]:
    row = (await _log(world.gil))[0]
    return row["userName"], row["action"], row["entityType"], row["entityTitle"]


async def test_every_change_of_a_workspace_writes_its_line(world: World) -> None:
    place, adam = f"/api/workspaces/{world.ana.workspace}", world.adam.http
    assert (await _newest(world))[:3] == ("Ana", "CREATED", "workspace")
    await adam.patch(place, json={"name": "Renamed"})
    assert await _newest(world) == ("Adam", "UPDATED", "workspace", "Renamed")

    await adam.post(f"{place}/members", json={"email": world.otto.actor.email})
    assert await _newest(world) == ("Adam", "JOINED", "member", "Otto")
    otto = f"{place}/members/{world.otto.actor.user_id}"
    await adam.patch(otto, json={"role": "GUEST"})
    assert await _newest(world) == ("Adam", "UPDATED", "member", "Otto")
    await world.otto.http.delete(otto)
    assert (await _newest(world))[1:] == ("REMOVED", "member", "Otto")

    asked = {"email": "nia@example.org"}
    made = (await adam.post(f"{place}/invitations", json=asked)).json()
    assert await _newest(world) == ("Adam", "INVITED", "invitation", "nia@example.org")
    await adam.delete(f"{place}/invitations/{made['id']}")
    assert await _newest(world) == ("Adam", "REVOKED", "invitation", "nia@example.org")
    made = (await adam.post(f"{place}/invitations", json=asked)).json()
    await world.bo.http.post(f"/api/invitations/{made['url'].rsplit('/', 1)[1]}/acceptance")
    assert await _newest(world) == ("Bo", "JOINED", "member", "Bo")

    team = (await adam.post(f"{place}/teams", json={"name": "Garden"})).json()["id"]
    assert await _newest(world) == ("Adam", "CREATED", "team", "Garden")
    await adam.patch(f"{place}/teams/{team}", json={"name": "Yard"})
    assert await _newest(world) == ("Adam", "UPDATED", "team", "Yard")
    fellow = f"{place}/teams/{team}/members/{world.mia.actor.user_id}"
    count = len(await _log(world.gil, f"?entityId={team}"))
    await adam.put(fellow)
    await adam.delete(fellow)
    assert len(await _log(world.gil, f"?entityId={team}")) == count + 2
    await adam.delete(f"{place}/teams/{team}")
    assert await _newest(world) == ("Adam", "DELETED", "team", "Yard")


async def test_a_change_that_did_not_happen_writes_no_line(world: World) -> None:
    place = f"/api/workspaces/{world.ana.workspace}"
    await world.adam.http.post(f"{place}/teams", json={"name": "Garden"})
    before = await _log(world.gil)
    problem(await world.adam.http.post(f"{place}/teams", json={"name": "Garden"}), 409)
    problem(await world.ana.http.delete(f"{place}/members/{world.ana.actor.user_id}"), 409)
    problem(await world.mia.http.patch(place, json={"name": "Mine"}), 403)
    with pytest.raises(ZeroDivisionError):
        async with world.ana.work() as w:
            activity.record(w, "CREATED", "page", uuid4(), "Never")
            await w.session.flush()
            raise ZeroDivisionError
    assert await _log(world.gil) == before


async def test_a_line_says_who_what_and_where_from(world: World) -> None:
    place = f"/api/workspaces/{world.ana.workspace}"
    async with client(world.adam.token, address="192.0.2.7") as http:
        asked = {"email": "nia@example.org", "role": "GUEST"}
        made = (await http.post(f"{place}/invitations", json=asked)).json()
    [line] = await _log(world.gil, "?action=INVITED")
    assert line == {
        "id": line["id"],
        "userId": str(world.adam.actor.user_id),
        "userName": "Adam",
        "action": "INVITED",
        "entityType": "invitation",
        "entityId": made["id"],
        "entityTitle": "nia@example.org",
        "details": {"role": "GUEST"},
        "ipAddress": "192.0.2.7",
        "createdAt": line["createdAt"],
    }
    assert datetime.now(UTC) - datetime.fromisoformat(line["createdAt"]) < timedelta(minutes=1)


async def _written(person: Person, *titles: str, **more: Any) -> None:
    async with person.work() as w:
        for title in titles:
            activity.record(w, "CREATED", "page", uuid4(), title, **more)


async def test_the_log_is_filtered(world: World) -> None:
    await _written(world.ana, "by Ana")
    between = datetime.now(UTC)
    await _written(world.mia, "by Mia")

    async def titles(query: str) -> list[str]:
        return [row["entityTitle"] for row in await _log(world.gil, query)]

    assert await titles("?entityType=page") == ["by Mia", "by Ana"]
    assert await titles(f"?userId={world.mia.actor.user_id}") == ["by Mia"]
    assert await titles("?action=CREATED&entityType=page&sort=createdAt") == ["by Ana", "by Mia"]
    at = quote(between.isoformat())
    assert await titles(f"?entityType=page&from={at}") == ["by Mia"]
    assert await titles(f"?entityType=page&to={at}") == ["by Ana"]
    [line] = await _log(world.gil, f"?userId={world.mia.actor.user_id}")
    assert await titles(f"?entityId={line['entityId']}") == ["by Mia"]
    assert await titles(f"?userId={world.bo.actor.user_id}") == []
    for wrong in ("userId=ana", "from=soon", "to=9999-12-31T23:59:59-12:00", "limit=0", "page=0"):
        problem(await world.gil.http.get(f"/api/activity?{wrong}"), 422)
    problem(await world.gil.http.get("/api/activity?sort=details"), 400)


async def test_the_log_comes_in_pages_in_the_order_of_what_happened(world: World) -> None:
    await _written(world.ana, *(f"{n:03}" for n in range(120)))
    first = (await world.gil.http.get("/api/activity?entityType=page")).json()
    assert first["meta"] == {"total": 120, "page": 1, "limit": 50, "totalPages": 3}
    assert [row["entityTitle"] for row in first["data"]] == [f"{n:03}" for n in range(119, 69, -1)]
    last = await _log(world.gil, "?entityType=page&page=3")
    assert [row["entityTitle"] for row in last] == [f"{n:03}" for n in range(19, -1, -1)]
    assert await _log(world.gil, "?page=1000000&limit=100") == []


async def test_a_private_line_is_seen_by_one_only(world: World) -> None:
    mia, page = world.mia.actor.user_id, uuid4()
    async with world.mia.work() as w:
        activity.record(w, "CREATED", "page", page, "A secret", private_to=mia)
    assert len(await _log(world.mia, f"?entityId={page}")) == 1
    for other in (world.ana, world.adam, world.gil):
        assert await _log(other, f"?entityId={page}") == []
        answer = await other.http.get(f"/api/activity?entityId={page}")
        assert answer.json()["meta"]["total"] == 0
    async with world.mia.work() as w:
        await activity.hide(w, page, None)
    assert len(await _log(world.gil, f"?entityId={page}")) == 1
    async with world.mia.work() as w:
        await activity.hide(w, page, mia)
    assert await _log(world.gil, f"?entityId={page}") == []


async def test_other_workspaces_see_nothing(world: World) -> None:
    await _written(world.ana, "A secret")
    assert "A secret" not in str(await _log(world.bo))
    problem(await client(world.bo.token, world.ana.workspace).get("/api/activity"), 404)
    problem(await world.otto.http.get("/api/activity"), 404)


async def test_what_somebody_did_stays_when_they_have_left(world: World) -> None:
    await _written(world.mia, "by Mia")
    members = f"/api/workspaces/{world.ana.workspace}/members/{world.mia.actor.user_id}"
    await world.ana.http.delete(members)
    [line] = await _log(world.gil, "?entityType=page")
    assert (line["entityTitle"], line["userName"]) == ("by Mia", None)
    assert line["userId"] == str(world.mia.actor.user_id)


async def test_a_long_title_is_cut(world: World) -> None:
    await _written(world.ana, "x" * 2000)
    [line] = await _log(world.gil, "?entityType=page")
    assert line["entityTitle"] == "x" * 500


async def test_lines_about_members_read_as_what_happened(world: World) -> None:
    place = f"/api/workspaces/{world.ana.workspace}"
    otto = f"{place}/members/{world.otto.actor.user_id}"
    await world.adam.http.post(f"{place}/members", json={"email": world.otto.actor.email})
    await world.adam.http.patch(otto, json={"role": "GUEST"})
    await world.otto.http.delete(otto)
    await world.adam.http.post(f"{place}/invitations", json={"email": "nia@example.org"})
    async with world.ana.work() as w:
        found = await activity.list_activity(w, ActivityQuery(limit=4))
    said = [log_line(world.ana.workspace, line) for line in reversed(found.data)]
    assert [(line.who, line.did, line.title) for line in said] == [
        ("Adam", "took in", "Otto"),
        ("Adam", "changed the role of", "Otto"),
        ("Otto", "left", ""),
        ("Adam", "invited", "nia@example.org"),
    ]
