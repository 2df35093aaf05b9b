"""Signing in and out over REST."""

import asyncio
import json

import psycopg
import pytest

from mosaic.core.start import Ready
from tests.answers import problem
from tests.conftest import Configure
from tests.waiting import until
from tests.world import ORIGIN, PASSWORD, Person, World, client, randrange


def _said(person: Person, password: str = PASSWORD) -> dict[str, str]:
    return {"email": person.actor.email, "password": password}


async def test_sign_in_opens_a_session_that_sign_out_ends_everywhere(world: World) -> None:
    async with client() as http:
        shouted = {"email": f" {world.ana.actor.email.upper()} ", "password": PASSWORD}
        answer = await http.post("/api/auth/login", json=shouted)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["user"]["email"] == world.ana.actor.email
    async with client(body["token"]) as http, client(body["token"]) as elsewhere:
        me = (await http.get("/api/auth/me")).json()
        assert [place["role"] for place in me["workspaces"]] == ["OWNER"]
        assert (await http.post("/api/auth/logout")).status_code == 204
        problem(await elsewhere.get("/api/auth/me"), 401)
    assert (await world.ana.http.get("/api/auth/me")).status_code == 200


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(world: World) -> None:
    answers = []
    for email in (world.ana.actor.email, "nobody@example.org", "", "nobody", "a\x00b", "*"):
        async with client() as http:
            said = {"email": email, "password": "a guess"}
            answers.append(problem(await http.post("/api/auth/login", json=said), 401))
    assert len({(answer["title"], answer["detail"]) for answer in answers}) == 1


async def test_repeated_failures_are_slowed_down_where_they_come_from(world: World) -> None:
    async with client() as http:
        for _ in range(5):
            problem(await http.post("/api/auth/login", json=_said(world.ana, "a guess")), 401)
        answer = await http.post("/api/auth/login", json=_said(world.ana))
        problem(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 900
        # Somebody else in the same house, and the same person elsewhere, are not held up.
        assert (await http.post("/api/auth/login", json=_said(world.mia))).status_code == 200
    async with client() as elsewhere:
        assert (await elsewhere.post("/api/auth/login", json=_said(world.ana))).status_code == 200


async def test_the_pause_ends_and_each_next_one_is_longer(world: World, ready: Ready) -> None:
    async with client() as http:
        for _ in range(5):
            await http.post("/api/auth/login", json=_said(world.ana, "a guess"))

        async def let_in() -> bool:
            answer = await http.post("/api/auth/login", json=_said(world.ana))
            return answer.status_code == 200

        await until(let_in)
        await http.post("/api/auth/login", json=_said(world.ana, "a guess"))
        for failures, pause in ((8, 8), (12, 128), (40, 900)):
            with psycopg.connect(ready.admin_dsn) as connection:
                again = (
                    "UPDATE sign_in_failures SET failures = %s, last_at = now() WHERE key LIKE %s"
                )
                connection.execute(again, [failures, f"{world.ana.actor.email} %"])
            answer = await http.post("/api/auth/login", json=_said(world.ana))
            problem(answer, 429)
            assert pause - 2 <= int(answer.headers["retry-after"]) <= pause


async def test_many_guesses_at_once_are_slowed_down_too(world: World) -> None:
    async with client() as http:
        guesses = [http.post("/api/auth/login", json=_said(world.ana, str(n))) for n in range(20)]
        answers = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(answers) == [401] * 5 + [429] * 15


async def test_people_of_one_house_can_sign_in_at_the_same_moment(world: World) -> None:
    people = (world.ana, world.adam, world.mia, world.gil, world.bo, world.otto)
    async with client() as http:
        at_once = [http.post("/api/auth/login", json=_said(one)) for one in people * 2]
        answers = [answer.status_code for answer in await asyncio.gather(*at_once)]
    assert answers == [200] * 12


async def test_guessing_through_many_accounts_is_slowed_down(world: World) -> None:
    async with client() as http:
        statuses = []
        for n in range(52):
            said = {"email": f"{n}@example.org", "password": "a guess"}
            statuses.append((await http.post("/api/auth/login", json=said)).status_code)
        problem(await http.post("/api/auth/login", json=_said(world.ana)), 429)
    assert statuses[:50] == [401] * 50
    assert 429 in statuses[50:]


async def test_who_has_a_network_of_many_addresses_has_one_count(world: World) -> None:
    network = f"2001:db8:{randrange(65536):x}:{randrange(65536):x}"
    for n in range(5):
        async with client(address=f"{network}:{n:x}::{n:x}") as http:
            problem(await http.post("/api/auth/login", json=_said(world.ana, "a guess")), 401)
    async with client(address=f"{network}::abc") as http:
        problem(await http.post("/api/auth/login", json=_said(world.ana)), 429)
    async with client(address=f"{network.replace('db8', 'db9')}::1") as beside:
        assert (await beside.post("/api/auth/login", json=_said(world.ana))).status_code == 200


async def test_an_address_of_ipv4_is_the_same_however_it_is_written(world: World) -> None:
    plain = f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}"
    for address in (plain, f"::ffff:{plain}") * 3:
        async with client(address=address) as http:
            answer = await http.post("/api/auth/login", json=_said(world.ana, "a guess"))
    problem(answer, 429)
    async with client(address="::ffff:192.0.2.1") as elsewhere:
        assert (await elsewhere.post("/api/auth/login", json=_said(world.ana))).status_code == 200


async def test_signing_in_clears_what_was_counted(world: World) -> None:
    async with client() as http:
        for _ in range(3):
            for _ in range(4):
                problem(await http.post("/api/auth/login", json=_said(world.ana, "a guess")), 401)
            assert (await http.post("/api/auth/login", json=_said(world.ana))).status_code == 200


async def test_the_cookie_signs_in_and_keeps_to_itself(world: World, configure: Configure) -> None:
    async with client() as http:
        answer = await http.post("/api/auth/login", json=_said(world.ana))
        cookie = answer.headers["set-cookie"].lower()
        for attribute in ("httponly", "samesite=lax", "path=/", "expires="):
            assert attribute in cookie
        assert "secure" not in cookie
        assert (await http.get("/api/auth/me")).json()["user"]["name"] == "Ana"
        assert (await http.post("/api/auth/logout")).status_code == 204
        assert "mosaic_session" not in http.cookies
    configure(MOSAIC_APP_URL="https://mosaic.example.org")
    async with client() as http:
        answer = await http.post("/api/auth/login", json=_said(world.ana))
        assert "secure" in answer.headers["set-cookie"].lower()


async def _with_cookie(world: World) -> dict[str, str]:
    return {"Cookie": f"mosaic_session={world.ana.token}"}


FOREIGN = ("http://evil.example", "null", "http://127.0.0.1:3000.evil.example", "http://[::", "")


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_change_that_another_site_asks_for_is_left_alone(world: World, origin: str) -> None:
    sent = {**await _with_cookie(world), "Origin": origin}
    async with client() as http:
        asked = await http.post("/api/auth/tokens", json={"name": "theirs"}, headers=sent)
        problem(asked, 403)
        problem(await http.post("/api/auth/login", json=_said(world.bo), headers=sent), 403)
        assert (await http.get("/api/auth/me", headers=sent)).status_code == 200
    assert (await world.ana.http.get("/api/auth/tokens")).json()["data"] == []


async def test_a_change_from_the_own_site_passes(world: World, configure: Configure) -> None:
    configure(MOSAIC_APP_URL="https://mosaic.example.org/")
    for origin in (ORIGIN, "https://mosaic.example.org"):
        sent = {**await _with_cookie(world), "Origin": origin}
        async with client() as http:
            answer = await http.post("/api/auth/tokens", json={"name": origin}, headers=sent)
            assert answer.status_code == 201, answer.text


async def test_a_bearer_token_needs_no_origin(world: World) -> None:
    async with client(world.ana.token) as http:
        sent = {"Origin": "http://elsewhere.example"}
        answer = await http.post("/api/auth/tokens", json={"name": "script"}, headers=sent)
    assert answer.status_code == 201


async def test_a_form_of_another_site_cannot_sign_anybody_in(world: World) -> None:
    said = json.dumps(_said(world.ana))
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        async with client() as http:
            sent = {"Content-Type": kind}
            problem(await http.post("/api/auth/login", content=said, headers=sent), 415)


async def test_an_ended_session_in_the_browser_does_not_stand_in_the_way(world: World) -> None:
    async with client(world.ana.token) as http:
        await http.post("/api/auth/logout")
    async with client() as http:
        sent = await _with_cookie(world)
        problem(await http.get("/api/auth/me", headers=sent), 401)
        answer = await http.post("/api/auth/login", json=_said(world.ana), headers=sent)
        assert answer.status_code == 200
