"""The life of an invitation over REST."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from mosaic.core.start import Ready
from tests.answers import listed, problem
from tests.conftest import Configure
from tests.world import PASSWORD, Person, World, client


async def _invited(person: Person, email: str = "", role: str = "MEMBER") -> dict[str, Any]:
    wanted = {"email": email or f"new.{uuid4().hex[:8]}@example.org", "role": role}
    address = f"/api/workspaces/{person.workspace}/invitations"
    answer = await person.http.post(address, json=wanted)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return {**made, "at": f"{address}/{made['id']}", "api": _api(made["url"])}


def _api(url: str) -> str:
    return f"/api/invitations/{url.rsplit('/', 1)[1]}"


def _newcomer(email: str = "") -> dict[str, str]:
    email = email or f"new.{uuid4().hex[:8]}@example.org"
    return {"name": "Nia", "email": email, "password": PASSWORD}


async def test_an_invitation_is_made_listed_and_opened(world: World, configure: Configure) -> None:
    configure(MOSAIC_APP_URL="https://mosaic.example.org/")
    made = await _invited(world.adam, "Nia@Example.org", "GUEST")
    assert made["url"].startswith("https://mosaic.example.org/invitations/")
    assert made["expiresAt"].endswith("Z")
    [row] = listed(await world.ana.http.get(f"/api/workspaces/{world.ana.workspace}/invitations"))
    assert (row["id"], row["email"], row["role"]) == (made["id"], "nia@example.org", "GUEST")
    assert "url" not in row
    opened = (await client().get(made["api"])).json()
    assert opened["workspace"].startswith("Ana ")
    assert opened["invitedBy"] == "Adam"
    assert (opened["email"], opened["role"]) == ("nia@example.org", "GUEST")
    assert opened["hasAccount"] is False
    known = await _invited(world.adam, world.otto.actor.email)
    assert (await client().get(known["api"])).json()["hasAccount"] is True


async def test_somebody_new_joins_with_an_account(world: World) -> None:
    made = await _invited(world.adam, role="ADMIN")
    async with client() as http:
        problem(await http.post(f"{made['api']}/acceptance"), 422)
        half = {**_newcomer(), "password": None}
        answer = problem(await http.post(f"{made['api']}/acceptance", json=half), 422)
        assert answer["errors"][0]["loc"] == ["body", "password"]
        nia = _newcomer()
        answer = await http.post(f"{made['api']}/acceptance", json=nia)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert body["workspace"]["slug"] == world.ana.workspace
        assert body["workspace"]["role"] == "ADMIN"
        assert body["user"]["email"] == nia["email"]
        assert (await http.get("/api/auth/me")).json()["user"]["name"] == "Nia"
    async with client(body["token"]) as http:
        members = listed(await http.get(f"/api/workspaces/{world.ana.workspace}/members"))
    assert {"Nia": "ADMIN"}.items() <= {row["name"]: row["role"] for row in members}.items()


async def test_somebody_signed_in_joins_without_a_word(world: World) -> None:
    made = await _invited(world.adam)
    answer = await world.otto.http.post(f"{made['api']}/acceptance")
    assert answer.status_code == 201, answer.text
    assert answer.json()["user"]["email"] == world.otto.actor.email
    place = f"/api/workspaces/{world.ana.workspace}"
    assert (await world.otto.http.get(place)).json()["role"] == "MEMBER"
    assert listed(await world.ana.http.get(f"{place}/invitations")) == []


async def test_an_address_that_has_an_account_signs_in_instead(world: World) -> None:
    made = await _invited(world.adam, world.otto.actor.email)
    answer = _newcomer(world.otto.actor.email)
    problem(await client().post(f"{made['api']}/acceptance", json=answer), 409)
    assert (await world.otto.http.post(f"{made['api']}/acceptance")).status_code == 201


async def test_a_member_keeps_the_role_there_is(world: World) -> None:
    made = await _invited(world.ana, role="OWNER")
    problem(await world.mia.http.post(f"{made['api']}/acceptance"), 409)
    assert (await world.otto.http.post(f"{made['api']}/acceptance")).status_code == 201


async def test_an_invitation_that_ended_is_gone(world: World, ready: Ready) -> None:
    used, revoked, expired = [await _invited(world.adam) for _ in range(3)]
    assert (await world.otto.http.post(f"{used['api']}/acceptance")).status_code == 201
    assert (await world.adam.http.delete(revoked["at"])).status_code == 204
    with psycopg.connect(ready.admin_dsn) as connection:
        passed = "UPDATE invitations SET expires_at = now() WHERE id = %s"
        connection.execute(passed, [expired["id"]])
    for ended in (used, revoked, expired):
        problem(await client().get(ended["api"]), 410)
        problem(await client().post(f"{ended['api']}/acceptance", json=_newcomer()), 410)
        problem(await world.bo.http.post(f"{ended['api']}/acceptance"), 410)
    problem(await world.adam.http.delete(revoked["at"]), 404)
    problem(await world.adam.http.delete(used["at"]), 404)
    place = f"/api/workspaces/{world.ana.workspace}"
    assert listed(await world.ana.http.get(f"{place}/invitations")) == []


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    ("becomes", "left"),
    [("OWNER", ["ADMIN", "OWNER"]), ("ADMIN", ["ADMIN"]), ("MEMBER", []), ("", [])],
)
async def test_who_may_invite_no_more_lets_nobody_in(
    world: World, becomes: str, left: list[str]
) -> None:
    place = f"/api/workspaces/{world.ana.workspace}"
    adam = f"{place}/members/{world.adam.actor.user_id}"
    await world.ana.http.patch(adam, json={"role": "OWNER"})
    links = {role: (await _invited(world.adam, role=role))["api"] for role in ("ADMIN", "OWNER")}
    stays = (await _invited(world.ana, role="OWNER"))["api"]
    if becomes:
        await world.ana.http.patch(adam, json={"role": becomes})
    else:
        await world.ana.http.delete(adam)
    found = listed(await world.ana.http.get(f"{place}/invitations"))
    assert sorted(one["role"] for one in found) == sorted([*left, "OWNER"])
    for role, link in links.items():
        status = 200 if role in left else 410
        assert (await world.otto.http.get(link)).status_code == status
        if role not in left:
            problem(await world.adam.http.post(f"{link}/acceptance"), 410)
    assert (await world.otto.http.post(f"{stays}/acceptance")).status_code == 201


async def test_an_invitation_nobody_made_is_not_there() -> None:
    for token in ("guess", "%00", "a" * 500, "%F0%9F%A6%8B", "%ED%A0%80", "'--"):
        problem(await client().get(f"/api/invitations/{token}"), 404)
        problem(await client().post(f"/api/invitations/{token}/acceptance", json={}), 404)


async def test_of_many_who_accept_at_once_one_joins(world: World) -> None:
    made = await _invited(world.adam)
    accepted = [
        client().post(f"{made['api']}/acceptance", json=_newcomer()),
        client().post(f"{made['api']}/acceptance", json=_newcomer()),
        world.otto.http.post(f"{made['api']}/acceptance"),
        world.bo.http.post(f"{made['api']}/acceptance"),
    ]
    answers = [answer.status_code for answer in await asyncio.gather(*accepted)]
    assert sorted(answers) == [201, 410, 410, 410]
    members = await world.ana.http.get(f"/api/workspaces/{world.ana.workspace}/members")
    assert len(listed(members)) == 5


async def test_two_who_take_one_address_at_once(world: World) -> None:
    first, second, said = await _invited(world.adam), await _invited(world.adam), _newcomer()
    accepted = [client().post(f"{one['api']}/acceptance", json=said) for one in (first, second)]
    answers = [answer.status_code for answer in await asyncio.gather(*accepted)]
    assert sorted(answers) == [201, 409]


async def test_accepting_and_revoking_at_once_agree(world: World) -> None:
    made = await _invited(world.adam)
    asked = (
        world.otto.http.post(f"{made['api']}/acceptance"),
        world.adam.http.delete(made["at"]),
    )
    accepted, revoked = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert (accepted, revoked) in {(201, 404), (410, 204)}


async def test_an_api_token_accepts_nothing(world: World) -> None:
    """Else a token that may only read would be answered with a whole session."""
    made = await _invited(world.adam)
    for scopes in (["read"], ["read", "write"]):
        wanted = {"name": "script", "scopes": scopes}
        token = (await world.otto.http.post("/api/auth/tokens", json=wanted)).json()["token"]
        async with client(token) as http:
            problem(await http.post(f"{made['api']}/acceptance"), 403)
            problem(await http.post(f"{made['api']}/acceptance", json=_newcomer()), 403)
    assert (await world.otto.http.post(f"{made['api']}/acceptance")).status_code == 201


async def test_a_token_that_ended_is_told(world: World) -> None:
    made = await _invited(world.adam)
    async with client("mos_ended") as http:
        problem(await http.post(f"{made['api']}/acceptance", json=_newcomer()), 401)


async def test_an_ended_session_in_the_browser_joins_as_somebody_new(world: World) -> None:
    made = await _invited(world.adam)
    old = {"Cookie": "mosaic_session=ended"}
    answer = await client().post(f"{made['api']}/acceptance", json=_newcomer(), headers=old)
    assert answer.status_code == 201, answer.text


async def test_only_the_hash_of_the_link_is_kept(world: World, ready: Ready) -> None:
    made = await _invited(world.adam)
    secret = made["url"].rsplit("/", 1)[1]
    with psycopg.connect(ready.admin_dsn) as connection:
        rows = connection.execute("SELECT invitations::text FROM invitations").fetchall()
        rows += connection.execute("SELECT activity::text FROM activity").fetchall()
    assert not any(secret in row[0] for row in rows)
