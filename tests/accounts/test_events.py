"""What happened to an account: written with what happens, read by its owner alone."""

from typing import Any

import psycopg

from mosaic.core.start import Ready
from tests.accounts.test_second_factor import HERE as FACTOR
from tests.accounts.test_second_factor import coming, switched_on
from tests.answers import listed, problem
from tests.statements import recorded
from tests.world import PASSWORD, Person, World, client

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def _log(person: Person, query: str = "?limit=100") -> list[dict[str, Any]]:
    return listed(await person.http.get(f"/api/auth/events{query}"))


async def _actions(person: Person) -> list[str]:
    """What happened since the beginning, the first of it first."""
    return [line["action"] for line in reversed(await _log(person))][1:]


async def _sign_in(person: Person, address: str = "", **more: str) -> Any:
    said = {"email": person.actor.email, "password": PASSWORD, **more}
    async with client(address=address) as http:
        return await http.post("/api/auth/login", json=said, headers={"User-Agent": FIREFOX})


async def test_a_sign_in_says_how_from_where_and_with_what(world: World) -> None:
    await _sign_in(world.ana, "192.0.2.7")
    line = (await _log(world.ana))[0]
    assert line == {
        "id": line["id"],
        "action": "SIGNED_IN",
        "details": {"by": "PASSWORD"},
        "ipAddress": "192.0.2.7",
        "userAgent": FIREFOX,
        "createdAt": line["createdAt"],
    }


async def test_one_that_was_refused_is_there_and_nobody_else_is_told(world: World) -> None:
    problem(await _sign_in(world.ana, "192.0.2.8", password="a guess"), 401)
    assert await _actions(world.ana) == ["SIGN_IN_REFUSED"]
    assert (await _log(world.ana))[0]["ipAddress"] == "192.0.2.8"
    assert await _actions(world.adam) == []


async def test_an_account_that_is_not_there_takes_the_same_statements(world: World) -> None:
    seen = []
    for email in (world.ana.actor.email, "nobody@example.org"):
        with recorded() as statements:
            problem(await _sign_in(world.ana, email=email, password="a guess"), 401)
        seen.append([statement for statement, _ in statements])
    assert seen[0] == seen[1]


async def test_in_a_pause_nothing_is_written(world: World) -> None:
    async with client() as http:
        guess = {"email": world.ana.actor.email, "password": "a guess"}
        for _ in range(8):
            await http.post("/api/auth/login", json=guess)
    assert await _actions(world.ana) == ["SIGN_IN_REFUSED"] * 5


async def test_a_second_factor_is_told_step_by_step(world: World) -> None:
    secret, [recovery, *_] = await switched_on(world.ana)
    problem(await _sign_in(world.ana, "192.0.2.1"), 401)
    problem(await _sign_in(world.ana, "192.0.2.2"), 401)
    problem(await _sign_in(world.ana, "192.0.2.2", code="1"), 401)
    assert (await _sign_in(world.ana, "192.0.2.2", code=coming(secret))).status_code == 200
    # Only the one place where the password is known and no code came remains.
    expected = ["SECOND_FACTOR_ON", "CODE_NEEDED", "CODE_REFUSED", "SIGNED_IN"]
    assert await _actions(world.ana) == expected
    assert (await _log(world.ana))[2]["ipAddress"] == "192.0.2.1"
    assert (await _log(world.ana))[0]["details"] == {"by": "CODE"}
    await _sign_in(world.ana, code=recovery)
    assert (await _log(world.ana))[0]["details"] == {"by": "RECOVERY_CODE"}


async def test_a_right_password_is_never_called_another_one(world: World) -> None:
    """Also while a pause after many wrong codes keeps a code from being looked at."""
    secret, _ = await switched_on(world.ana)
    for number in range(10):
        problem(await _sign_in(world.ana, f"192.0.2.{number}", code="1"), 401)
    problem(await _sign_in(world.ana, "192.0.2.99", code=coming(secret)), 429)
    assert await _actions(world.ana) == ["SECOND_FACTOR_ON"] + ["CODE_REFUSED"] * 11


async def test_what_changes_about_signing_in_is_written(world: World) -> None:
    here = (await _sign_in(world.ana)).json()["token"]
    await _sign_in(world.ana)
    _, [first, second, *_] = await switched_on(world.ana)
    async with client(here) as http:
        proof = {"password": PASSWORD, "code": first}
        await http.post(f"{FACTOR}/recovery-codes", json=proof)
        problem(await http.post(f"{FACTOR}/removal", json=proof | {"code": second}), 422)
        made = (await http.post("/api/auth/tokens", json={"name": "Backup"})).json()
        await http.delete(f"/api/auth/tokens/{made['id']}")
        sessions = (await http.get("/api/auth/sessions")).json()["data"]
        await http.delete(f"/api/auth/sessions/{sessions[1]['id']}")
        change = {"currentPassword": PASSWORD, "newPassword": "another calm passphrase"}
        assert (await http.put("/api/auth/password", json=change)).status_code == 204
        lines = listed(await http.get("/api/auth/events?limit=100"))
        await http.post("/api/auth/logout")
    assert [(line["action"], line["details"]) for line in reversed(lines)][3:] == [
        ("SECOND_FACTOR_ON", {}),
        ("RECOVERY_CODES_MADE", {}),
        ("TOKEN_MADE", {"name": "Backup"}),
        ("TOKEN_REVOKED", {"name": "Backup"}),
        ("SESSION_ENDED", {"device": FIREFOX}),
        ("PASSWORD_CHANGED", {}),
    ]
    assert lines[0]["userAgent"] == FIREFOX
    assert PASSWORD not in str(lines)
    assert made["token"] not in str(lines)


async def test_a_sign_out_is_written(world: World, ready: Ready) -> None:
    async with client((await _sign_in(world.ana)).json()["token"]) as http:
        assert (await http.post("/api/auth/logout")).status_code == 204
    assert await _actions(world.ana) == ["SIGNED_IN", "SIGNED_OUT"]


async def test_it_comes_in_pages(world: World) -> None:
    for _ in range(4):
        await _sign_in(world.ana)
    first = (await world.ana.http.get("/api/auth/events?limit=3")).json()
    assert first["meta"] == {"total": 5, "page": 1, "limit": 3, "totalPages": 2}
    assert len(await _log(world.ana, "?limit=3&page=2")) == 2
    problem(await world.ana.http.get("/api/auth/events?sort=details"), 400)


async def test_nobody_else_sees_or_changes_it(world: World) -> None:
    await _sign_in(world.ana)
    own = {line["id"] for line in await _log(world.ana)}
    for other in (world.adam, world.mia, world.bo, world.otto):
        assert not own & {line["id"] for line in await _log(other)}
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await world.ana.http.request(method, "/api/auth/events")
        assert answer.status_code == 405


async def test_what_is_older_than_a_year_is_forgotten(world: World, ready: Ready) -> None:
    with psycopg.connect(ready.admin_dsn) as owner:
        aged = "UPDATE account_events SET created_at = now() - %s::interval WHERE user_id = %s"
        owner.execute(aged, ["13 months", world.ana.actor.user_id])
        owner.execute(aged, ["11 months", world.mia.actor.user_id])
    for person, left in ((world.ana, 1), (world.mia, 2)):
        await _sign_in(person)
        assert len(await _log(person)) == left
