"""Personal API tokens over REST."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from mosaic.core.start import Ready
from tests.answers import listed, problem
from tests.world import Person, World, client


async def _made(person: Person, **more: Any) -> dict[str, Any]:
    answer = await person.http.post("/api/auth/tokens", json={"name": "script", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_token_is_shown_once_and_works(world: World, ready: Ready) -> None:
    made = await _made(world.ana)
    assert made["token"].startswith("mos_")
    assert made["token"].startswith(made["hint"])
    assert made["scopes"] == ["read", "write"]
    assert made["expiresAt"] is None
    shown = listed(await world.ana.http.get("/api/auth/tokens"))
    assert [row["id"] for row in shown] == [made["id"]]
    assert "token" not in shown[0]
    async with client(made["token"]) as http:
        assert (await http.get("/api/auth/me")).json()["user"]["name"] == "Ana"
        renamed = await http.patch(f"/api/workspaces/{world.ana.workspace}", json={"name": "New"})
        assert renamed.status_code == 200
    with psycopg.connect(ready.admin_dsn) as connection:
        rows = connection.execute("SELECT api_tokens::text FROM api_tokens").fetchall()
    assert not any(made["token"] in row[0] for row in rows)


async def test_a_reading_token_reads_and_no_more(world: World) -> None:
    made = await _made(world.ana, scopes=["read"])
    async with client(made["token"], world.ana.workspace) as http:
        place = f"/api/workspaces/{world.ana.workspace}"
        assert (await http.get(place)).status_code == 200
        assert (await http.get("/api/activity")).status_code == 200
        problem(await http.patch(place, json={"name": "New"}), 403)
        problem(await http.post("/api/workspaces", json={"name": "New"}), 403)
        problem(await http.post(f"{place}/teams", json={"name": "New"}), 403)
        problem(await http.delete(f"{place}/members/{world.ana.actor.user_id}"), 403)


async def test_an_expired_token_is_worth_nothing(world: World, ready: Ready) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = await _made(world.ana, expiresAt=later)
    async with client(made["token"]) as http:
        assert (await http.get("/api/auth/me")).status_code == 200
        with psycopg.connect(ready.admin_dsn) as connection:
            ended = "UPDATE api_tokens SET expires_at = now() WHERE id = %s"
            connection.execute(ended, [made["id"]])
        problem(await http.get("/api/auth/me"), 401)


async def test_a_token_is_not_made_for_the_past(world: World) -> None:
    for when in (
        "2020-01-01T00:00:00Z",
        "0001-01-01T00:00:00+12:00",
        "9999-12-31T23:59:59-12:00",
        "soon",
    ):
        wanted = {"name": "script", "expiresAt": when}
        answer = problem(await world.ana.http.post("/api/auth/tokens", json=wanted), 422)
        assert answer["errors"][0]["loc"] == ["body", "expiresAt"]


async def test_a_revoked_token_is_dead_at_once(world: World) -> None:
    made = await _made(world.ana)
    address = f"/api/auth/tokens/{made['id']}"
    async with client(made["token"]) as http:
        assert (await http.get("/api/auth/me")).status_code == 200
        assert (await world.ana.http.delete(address)).status_code == 204
        problem(await http.get("/api/auth/me"), 401)
    problem(await world.ana.http.delete(address), 404)
    assert listed(await world.ana.http.get("/api/auth/tokens")) == []


async def test_a_token_makes_and_ends_no_tokens_and_no_sessions(world: World) -> None:
    made = await _made(world.ana)
    async with client(made["token"]) as http:
        problem(await http.post("/api/auth/tokens", json={"name": "second"}), 403)
        problem(await http.delete(f"/api/auth/tokens/{made['id']}"), 403)
        problem(await http.post("/api/auth/logout"), 403)
    assert (await world.ana.http.get("/api/auth/me")).status_code == 200


async def test_somebody_elses_token_is_not_there(world: World) -> None:
    made = await _made(world.ana)
    for other in (world.adam, world.mia, world.bo, world.otto):
        problem(await other.http.delete(f"/api/auth/tokens/{made['id']}"), 404)
        assert listed(await other.http.get("/api/auth/tokens")) == []
    async with client(made["token"]) as http:
        assert (await http.get("/api/auth/me")).status_code == 200


async def test_scopes_are_the_known_ones(world: World) -> None:
    for scopes in (["admin"], [], ["read", "write", "read"], "read", None):
        wanted = {"name": "script", "scopes": scopes}
        problem(await world.ana.http.post("/api/auth/tokens", json=wanted), 422)
    twice = await _made(world.ana, scopes=["read", "read"])
    assert twice["scopes"] == ["read"]


async def test_tokens_are_listed_in_pages(world: World) -> None:
    for name in ("b", "A", "c"):
        await _made(world.ana, name=name)
    http = world.ana.http
    page = (await http.get("/api/auth/tokens?sort=name&limit=2")).json()
    assert [row["name"] for row in page["data"]] == ["A", "b"]
    assert page["meta"] == {"total": 3, "page": 1, "limit": 2, "totalPages": 2}
    second = (await http.get("/api/auth/tokens?sort=-name&limit=2&page=2")).json()
    assert [row["name"] for row in second["data"]] == ["A"]
    assert [row["name"] for row in listed(await http.get("/api/auth/tokens"))] == ["c", "A", "b"]
    problem(await http.get("/api/auth/tokens?sort=secret"), 400)
