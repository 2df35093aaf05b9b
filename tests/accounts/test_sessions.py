"""What a session token is worth: nothing without its signature, its time and its row."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from mosaic.accounts import tokens
from mosaic.core.config import settings
from mosaic.core.start import Ready
from tests.answers import problem
from tests.world import World, client


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signed(claims: dict[str, Any], key: str, algorithm: str = "HS256") -> str:
    header = {"alg": algorithm}
    return jwt.encode(header, claims, OctKey.import_key(key), algorithms=[algorithm])


async def _refused(token: str) -> None:
    async with client(token) as http:
        answer = await http.get("/api/auth/me")
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_nobody_is_signed_in_without_a_token(world: World) -> None:
    async with client() as http:
        problem(await http.get("/api/auth/me"), 401)
        basic = {"Authorization": "Basic YW5hOmE="}
        problem(await http.get("/api/auth/me", headers=basic), 401)


async def test_forged_tokens_are_refused(world: World) -> None:
    claims, key = _claims(world.ana.token), settings().secret("jwt_secret")
    head, body, signature = world.ana.token.split(".")
    bo = _claims(world.bo.token)
    for forged in (
        f"{_part({'alg': 'none'})}.{_part(claims)}.",
        f"{_part({'alg': 'none'})}.{_part(claims)}.{signature}",
        f"{head}.{_part(bo)}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        _signed(claims, "another key, which is long enough too"),
        _signed(claims, key, "HS512"),
        _signed({**claims, "sid": str(uuid4())}, key),
        _signed({**claims, "sid": 7}, key),
        _signed({**claims, "sid": "7"}, key),
        _signed({**claims, "exp": "soon"}, key),
        _signed({name: claims[name] for name in ("sid", "sub")}, key),
        "mos_" + "a" * 43,
        "mos_",
        "x" * 5000,
        "a.b.c",
        "..",
    ):
        await _refused(forged)


async def test_an_expired_token_is_refused(world: World, ready: Ready) -> None:
    claims = _claims(world.ana.token)
    past = datetime.now(UTC) - timedelta(seconds=2)
    await _refused(tokens.issue(UUID(claims["sid"]), UUID(claims["sub"]), past))
    with psycopg.connect(ready.admin_dsn) as connection:
        ended = "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = %s"
        connection.execute(ended, [claims["sid"]])
    await _refused(world.ana.token)


async def test_a_token_dies_with_its_account(world: World, ready: Ready) -> None:
    with psycopg.connect(ready.admin_dsn) as connection:
        connection.execute("DELETE FROM users WHERE id = %s", [world.otto.actor.user_id])
    await _refused(world.otto.token)


async def test_signatures_of_the_jose_cookbook_are_refused(world: World, shared: Path) -> None:
    found = 0
    for file in (shared / "fixtures" / "jose-cookbook").glob("jw[se]/*.json"):
        token = json.loads(file.read_text())["output"].get("compact")
        if token:
            found += 1
            await _refused(token)
    assert found > 10


@pytest.mark.usefixtures("pool")
async def test_a_token_says_nothing_but_whose_session_until_when(world: World) -> None:
    assert _claims(world.ana.token).keys() == {"sid", "sub", "exp"}
