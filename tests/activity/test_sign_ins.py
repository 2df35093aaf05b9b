"""Sign-ins of members in the log: administrators see everybody's, others their own."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.answers import listed, problem
from tests.world import PASSWORD, Person, World, client

HERE = "/api/activity?entityType=sign_in"


async def _log(person: Person, query: str = "") -> list[dict[str, Any]]:
    return listed(await person.http.get(f"{HERE}&limit=100{query}"))


async def _who(person: Person, query: str = "") -> list[tuple[str, str]]:
    """What happened, the first of it first."""
    return [(line["userName"], line["action"]) for line in reversed(await _log(person, query))]


async def _sign_in(person: Person, password: str = PASSWORD) -> None:
    said = {"email": person.actor.email, "password": password}
    async with client(address="192.0.2.7") as http:
        await http.post("/api/auth/login", json=said, headers={"User-Agent": "curl/8"})


async def _invited(host: Person, guest: Person) -> None:
    wanted = {"email": guest.actor.email, "role": "MEMBER"}
    made = await host.http.post(f"/api/workspaces/{host.workspace}/invitations", json=wanted)
    secret = made.json()["url"].rsplit("/", 1)[1]
    assert (await guest.http.post(f"/api/invitations/{secret}/acceptance")).status_code == 201


async def test_administrators_see_the_sign_ins_of_members(world: World) -> None:
    before = len(await _log(world.adam))
    await _sign_in(world.mia)
    await _sign_in(world.gil, "a guess")
    await _sign_in(world.bo)
    for person in (world.ana, world.adam):
        assert (await _who(person))[before:] == [("Mia", "SIGNED_IN"), ("Gil", "SIGN_IN_REFUSED")]
    assert (await _log(world.adam))[1] == {
        "id": (await _log(world.adam))[1]["id"],
        "userId": str(world.mia.actor.user_id),
        "userName": "Mia",
        "action": "SIGNED_IN",
        "entityType": "sign_in",
        "entityId": None,
        "entityTitle": "",
        "details": {"by": "PASSWORD", "userAgent": "curl/8"},
        "ipAddress": "192.0.2.7",
        "createdAt": (await _log(world.adam))[1]["createdAt"],
    }
    refused = listed(await world.adam.http.get("/api/activity?action=SIGN_IN_REFUSED"))
    assert [line["userName"] for line in refused] == ["Gil"]
    everything = listed(await world.adam.http.get("/api/activity?limit=100"))
    assert "sign_in" not in {line["entityType"] for line in everything}


@pytest.mark.parametrize("name", ["mia", "gil"])
async def test_others_see_their_own(world: World, name: str) -> None:
    person: Person = getattr(world, name)
    await _sign_in(person)
    await _sign_in(world.adam)
    assert {line["userId"] for line in await _log(person)} == {str(person.actor.user_id)}
    assert await _log(person, f"&userId={world.adam.actor.user_id}") == []


async def test_what_was_before_somebody_joined_is_not_seen(world: World) -> None:
    await _sign_in(world.otto)
    place = f"/api/workspaces/{world.ana.workspace}"
    await _invited(world.ana, world.otto)
    otto = f"&userId={world.otto.actor.user_id}"
    # Whoever accepts gets a session.
    assert await _who(world.ana, otto) == [("Otto", "SIGNED_IN")]
    await _sign_in(world.otto, "a guess")
    assert (await _who(world.ana, otto))[1:] == [("Otto", "SIGN_IN_REFUSED")]
    await world.ana.http.delete(f"{place}/members/{world.otto.actor.user_id}")
    assert await _who(world.ana, otto) == []


async def test_who_was_not_asked_is_not_watched(world: World) -> None:
    """Anybody can add anybody to a workspace of their own; that tells nothing of where they are."""
    place = f"/api/workspaces/{world.bo.workspace}/members"
    await world.bo.http.post(place, json={"email": world.mia.actor.email, "role": "ADMIN"})
    await _sign_in(world.mia)
    mia = f"&userId={world.mia.actor.user_id}"
    assert await _who(world.bo, mia) == []
    async with world.bo.work() as w:
        rows = await w.session.scalars(text("SELECT user_id FROM account_events"))
        assert world.mia.actor.user_id not in set(rows)
    assert ("Mia", "SIGNED_IN") in await _who(world.ana, mia)
    there = Person(world.mia.actor, world.mia.token, world.bo.workspace)
    assert ("Mia", "SIGNED_IN") in await _who(there)


async def test_whoever_is_no_administrator_any_more_sees_their_own(world: World) -> None:
    await _sign_in(world.mia)
    place = f"/api/workspaces/{world.ana.workspace}/members/{world.adam.actor.user_id}"
    await world.ana.http.patch(place, json={"role": "MEMBER"})
    assert "Mia" not in str(await _log(world.adam))


async def test_the_wall_shows_sign_ins_of_members_and_nothing_else(world: World) -> None:
    """To whom row-level security shows which rows, whatever is asked."""
    await world.mia.http.post("/api/auth/tokens", json={"name": "Backup"})
    await _sign_in(world.mia)
    await _sign_in(world.bo)
    rows = text("SELECT user_id, action FROM account_events")
    async with world.adam.work() as w:
        seen = {(row.user_id, row.action) for row in await w.session.execute(rows)}
    assert (world.mia.actor.user_id, "SIGNED_IN") in seen
    assert world.bo.actor.user_id not in {user for user, _ in seen}
    assert {action for user, action in seen if user != world.adam.actor.user_id} == {"SIGNED_IN"}
    for person in (world.mia, world.gil, world.bo):
        async with person.work() as w:
            seen = {(row.user_id, row.action) for row in await w.session.execute(rows)}
        assert {user for user, _ in seen} <= {person.actor.user_id}


async def test_it_is_filtered_and_comes_in_pages(world: World) -> None:
    for password in (PASSWORD, "a guess", PASSWORD):
        await _sign_in(world.mia, password)
    mia = f"&userId={world.mia.actor.user_id}"
    lines = await _log(world.ana, mia)
    assert [line["action"] for line in lines[:3]] == ["SIGNED_IN", "SIGN_IN_REFUSED", "SIGNED_IN"]
    assert len(await _log(world.ana, f"{mia}&action=SIGN_IN_REFUSED")) == 1
    assert await _log(world.ana, f"{mia}&action=PASSWORD_CHANGED") == []
    since = lines[1]["createdAt"].replace("+", "%2B")
    assert len(await _log(world.ana, f"{mia}&from={since}")) == 2
    page = (await world.ana.http.get(f"{HERE}{mia}&limit=1&page=2")).json()
    assert page["meta"] == {"total": len(lines), "page": 2, "limit": 1, "totalPages": len(lines)}
    assert page["data"] == [lines[1]]
    first = await _log(world.ana, f"{mia}&sort=createdAt")
    assert [line["id"] for line in first] == [line["id"] for line in reversed(lines)]
    problem(await world.ana.http.get(f"{HERE}&sort=userAgent"), 400)


async def test_other_workspaces_see_nothing(world: World) -> None:
    await _sign_in(world.mia)
    assert {line["userName"] for line in await _log(world.bo)} <= {"Bo"}
    problem(await client(world.bo.token, world.ana.workspace).get(HERE), 404)
    problem(await world.otto.http.get(HERE), 404)
