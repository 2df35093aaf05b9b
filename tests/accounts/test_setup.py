"""The first account and its workspace, over REST."""

import asyncio

import pytest

from mosaic.accounts.setup import setup_token
from mosaic.core.start import Ready
from tests.answers import escaped, problem
from tests.conftest import Configure
from tests.world import client

FIRST = {
    "name": "Ana",
    "email": "Ana@Example.org",
    "password": "a calm passphrase",
    "workspaceName": "Ana's place",
}


@pytest.mark.usefixtures("empty")
async def test_the_first_account_is_made_once() -> None:
    async with client() as http:
        assert (await http.get("/api/setup")).json() == {"needed": True}
        answer = await http.post("/api/setup", json=FIRST)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert body["user"]["email"] == "ana@example.org"
        assert body["workspace"]["slug"] == "ana-s-place"
        assert body["workspace"]["role"] == "OWNER"
        assert body["expiresAt"].endswith("Z")
        assert "mosaic_session" in answer.cookies
        assert (await http.get("/api/setup")).json() == {"needed": False}
        problem(await http.post("/api/setup", json=FIRST), 409)
    async with client(body["token"]) as http:
        me = (await http.get("/api/auth/me")).json()
        assert [place["slug"] for place in me["workspaces"]] == ["ana-s-place"]


@pytest.mark.usefixtures("empty")
async def test_of_two_at_once_one_wins() -> None:
    async def ask(name: str) -> int:
        async with client() as http:
            wanted = {**FIRST, "name": name, "email": f"{name}@example.org"}
            return (await http.post("/api/setup", json=wanted)).status_code

    answers = await asyncio.gather(*(ask(name) for name in ("ana", "bo", "cleo", "dan")))
    assert sorted(answers) == [201, 409, 409, 409]


@pytest.mark.usefixtures("empty")
async def test_a_server_open_to_others_wants_the_token_it_printed(configure: Configure) -> None:
    configure(MOSAIC_HOST="0.0.0.0")
    async with client() as http:
        problem(await http.post("/api/setup", json=FIRST), 403)
        guess = {**FIRST, "setupToken": "\ud800 a guess"}
        problem(await http.post("/api/setup", **escaped(guess)), 403)
        assert (await http.get("/api/setup")).json() == {"needed": True}
        right = {**FIRST, "setupToken": setup_token()}
        assert (await http.post("/api/setup", json=right)).status_code == 201


@pytest.mark.usefixtures("empty")
async def test_whoever_comes_through_a_proxy_needs_the_token(configure: Configure) -> None:
    configure(MOSAIC_APP_URL="https://notes.example.org")
    public, private = {"host": "notes.example.org"}, {"host": "127.0.0.1:3000"}
    async with client(address="127.0.0.1") as http:
        problem(await http.post("/api/setup", json=FIRST, headers=public), 403)
    async with client(address="203.0.113.7") as http:
        problem(await http.post("/api/setup", json=FIRST, headers=private), 403)
    async with client(address="127.0.0.1") as http:
        assert (await http.post("/api/setup", json=FIRST, headers=private)).status_code == 201


async def test_nothing_of_a_setup_stays_when_a_part_of_it_does_not_fit(empty: Ready) -> None:
    async with client() as http:
        for field, value in (("email", "nobody"), ("password", "short"), ("workspaceName", " ")):
            answer = problem(await http.post("/api/setup", json={**FIRST, field: value}), 422)
            assert answer["errors"][0]["loc"] == ["body", field]
        assert (await http.get("/api/setup")).json() == {"needed": True}
