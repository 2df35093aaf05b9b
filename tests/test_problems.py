"""What does not work out is a problem document in calm words, whatever was sent."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from pydantic_core._pydantic_core import list_all_errors

from mosaic.accounts import service as accounts
from mosaic.api import api
from mosaic.problems import value_words
from tests.answers import NEVER, escaped, problem
from tests.conftest import Configure, connected
from tests.world import World, client


async def test_what_is_not_json_is_told(world: World) -> None:
    http = world.ana.http
    sent = {"Content-Type": "application/json"}
    for body in (b"{", b"name=x", b"\xff\xfe{}", b"{'name': 'x'}", b'{"name": NaN', b"\x00"):
        problem(await http.post("/api/workspaces", content=body, headers=sent), 400)
    for body in (b"[]", b'"text"', b"1", b"null", b"[[[]]]"):
        problem(await http.post("/api/workspaces", content=body, headers=sent), 422)
    problem(await http.post("/api/workspaces"), 422)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"name":'])
async def test_json_that_is_nested_deeply_is_told(world: World, opening: str) -> None:
    sent = {"Content-Type": "application/json"}
    for depth in (500, 5_000, 100_000):
        body = opening * depth
        answer = await world.ana.http.post("/api/workspaces", content=body, headers=sent)
        problem(answer, 400)
    whole = "[" * 20_000 + "]" * 20_000
    body = f'{{"name": "x", "more": {whole}}}'
    answer = await world.ana.http.post("/api/workspaces", content=body, headers=sent)
    assert answer.status_code in {201, 400}


async def test_other_kinds_of_content_are_told(world: World) -> None:
    name = '{"name": "New"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"):
        sent = {"Content-Type": kind}
        problem(await world.ana.http.post("/api/workspaces", content=name, headers=sent), 415)
    sent = {"Content-Type": "application/merge-patch+json; charset=utf-8"}
    answer = await world.ana.http.post("/api/workspaces", content=name, headers=sent)
    assert answer.status_code == 201
    files = {"name": ("name.json", name)}
    problem(await world.ana.http.post("/api/workspaces", files=files), 415)


async def test_unknown_addresses_and_methods_are_told() -> None:
    async with client() as http:
        for path in ("/api/", "/api/nothing", "/api/auth/me/", "/api/workspaces/a/b/c", "/api//x"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                problem(await http.request(method, path), 404)
        for method, path, allowed in (
            ("POST", "/api/health", "GET"),
            ("DELETE", "/api/auth/me", "GET, PATCH, PUT"),
            ("OPTIONS", "/api/auth/login", "POST"),
            ("PATCH", "/api/workspaces/x/teams", "GET, POST"),
        ):
            answer = await http.request(method, path)
            problem(answer, 405)
            assert answer.headers["allow"] == allowed
        assert (await http.head("/api/nothing")).status_code == 404
        assert (await http.head("/api/health")).status_code == 405


async def test_titles_that_are_too_long_are_told(world: World) -> None:
    answer = await world.ana.http.post("/api/workspaces", json={"name": "x" * 1_000_000})
    body = problem(answer, 422)
    assert body["errors"] == [
        {"loc": ["body", "name"], "msg": "Please use at most 200 characters."}
    ]
    assert len(answer.content) < 1000


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size):
        yield b" " * 1024 * 1024


async def test_a_body_that_is_too_large_is_told(world: World) -> None:
    sent = {"Content-Type": "application/json"}
    large = b" " * (8 * 1024 * 1024 + 1)
    for path in ("/api/workspaces", "/api/auth/login"):
        answer = await world.ana.http.post(path, content=large, headers=sent)
        problem(answer, 413)
        answer = await world.ana.http.post(path, content=_chunks(9), headers=sent)
        problem(answer, 413)
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    problem(await client().post("/api/auth/login", content=_chunks(9), headers=multipart), 413)
    lying = {**sent, "Content-Length": "nonsense"}
    fits = await world.ana.http.post("/api/workspaces", content=b'{"name": "x"}', headers=lying)
    assert fits.status_code == 201
    assert (await world.ana.http.get("/api/auth/me")).status_code == 200


UPLOADS = [
    path.replace("{task_id}", str(UUID(int=0))).replace("{job_id}", str(UUID(int=0)))
    for path, operations in api.openapi()["paths"].items()
    for operation in operations.values()
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
]


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("path", UPLOADS)
async def test_only_somebody_who_is_signed_in_sends_large_files(world: World, path: str) -> None:
    arrived = 0

    async def file() -> AsyncIterator[bytes]:
        nonlocal arrived
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        async for chunk in _chunks(20):
            arrived += 1
            yield chunk
        yield b"\r\n--x--\r\n"

    said = problem(await client().post(path, content=file(), headers=MULTIPART), 401)
    assert said["title"] == "Please sign in"
    assert arrived <= 9
    arrived = 0
    answer = await world.ana.http.post(path, content=file(), headers=MULTIPART)
    assert answer.status_code not in (401, 413)
    assert arrived == 20


@pytest.mark.usefixtures("pool")
async def test_what_pages_upload_is_small_from_a_stranger() -> None:
    headers = {**MULTIPART, "Content-Length": "900000000"}
    problem(await client().post("/_upload", headers=headers), 401)
    async with connected("postgresql://nobody@127.0.0.1:1/nothing"):
        problem(await client("a token").post("/_upload", headers=headers), 401)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("request-1.2_3", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("a b", False),
        ("<script>", False),
        ("a\x7f", False),
    ],
)
async def test_the_id_of_a_request_is_kept_or_made(world: World, sent: str, kept: bool) -> None:
    for path in ("/api/health", "/api/nothing", "/api/auth/me"):
        answer = await client().get(path, headers={"X-Request-Id": sent})
        given = answer.headers["x-request-id"]
        assert (given == sent) is kept
        assert 0 < len(given) <= 64
    plain = [(await client().get("/api/health")).headers["x-request-id"] for _ in range(2)]
    assert plain[0] != plain[1]


@pytest.mark.usefixtures("pool")
async def test_answers_are_not_guessed_at_by_browsers() -> None:
    for path in ("/api/health", "/api/nothing", "/api/docs"):
        headers = (await client().get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.usefixtures("pool")
async def test_behind_tls_browsers_stay_with_it(configure: Configure) -> None:
    for path in ("/api/health", "/api/nothing", "/login", "/p/nothing"):
        assert "strict-transport-security" not in (await client().get(path)).headers
    configure(MOSAIC_APP_URL="https://mosaic.example.org")
    for path in ("/api/health", "/api/nothing", "/login", "/p/nothing"):
        told = (await client().get(path)).headers["strict-transport-security"]
        assert told == "max-age=31536000"


async def test_a_mistake_of_ours_shows_nothing_of_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(work: Any) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(accounts, "get_me", broken)
    answer = await world.ana.http.get("/api/auth/me", headers={"X-Request-Id": "told"})
    body = problem(answer, 500)
    assert body["requestId"] == "told"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_every_kind_of_value_that_does_not_fit_has_calm_words() -> None:
    """All that pydantic knows, so that a new shape cannot bring words of its own."""
    for kind in list_all_errors():
        context = kind.get("example_context") or {}
        error = {"type": kind["type"], "msg": "Value error, Calm words.", "ctx": context}
        words = value_words(error)
        assert words.endswith(".")
        assert "{" not in words
        assert not NEVER.search(words), words


SHAPES = {
    "/api/auth/tokens": [
        ({"name": 1}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "scopes": 1}, "scopes"),
        ({"name": "x", "scopes": ["write", "all"]}, "scopes"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["read"] * 3}, "scopes"),
        ({"name": "x", "expiresAt": "soon"}, "expiresAt"),
        ({"name": "x", "expiresAt": []}, "expiresAt"),
        ({"name": "x", "expiresAt": 1e300}, "expiresAt"),
        ({"name": "x", "expiresAt": "2026-02-30T00:00:00Z"}, "expiresAt"),
    ],
    "/api/workspaces": [({}, "name"), ({"name": "x", "slug": "A B"}, "slug")],
}


@pytest.mark.parametrize(
    ("path", "body", "field"), [(p, body, f) for p, many in SHAPES.items() for body, f in many]
)
async def test_the_value_that_does_not_fit_is_named(
    world: World, path: str, body: dict[str, Any], field: str
) -> None:
    answer = problem(await world.ana.http.post(path, json=body), 422)
    assert answer["errors"][0]["loc"][:2] == ["body", field]
    assert answer["detail"].startswith(field)


UNSTORABLE = ("a\x00b", "\ud800", "a\udfffb", "\x00")


async def test_half_characters_and_nul_never_get_far(world: World) -> None:
    """In every place of a request: body, path, query, headers, cookie."""
    http = world.ana.http
    for text in UNSTORABLE:
        for path, body in (
            ("/api/workspaces", {"name": text}),
            ("/api/workspaces", {"name": "x", "slug": text}),
            ("/api/workspaces", {text: "x"}),
            ("/api/auth/tokens", {"name": text}),
            ("/api/auth/login", {"email": text, "password": text}),
            (f"/api/workspaces/{world.ana.workspace}/invitations", {"email": f"{text}@x.org"}),
            (f"/api/workspaces/{world.ana.workspace}/members", {"email": f"a@{text}"}),
        ):
            answer = await http.post(path, **escaped(body))
            assert 400 <= answer.status_code < 500, f"{path} {body} {answer.text}"
            problem(answer, answer.status_code)
    for raw in ("%00", "%ED%A0%80", "%FF", "%C3%28", "a%0d%0ab"):
        for path in (
            f"/api/workspaces/{raw}",
            f"/api/workspaces/{raw}/members",
            f"/api/invitations/{raw}",
            f"/api/auth/tokens/{raw}",
            f"/api/{raw}",
            f"/api/activity?sort={raw}",
            f"/api/activity?userId={raw}",
            f"/api/activity?from={raw}",
        ):
            method = "DELETE" if "tokens" in path else "GET"
            answer = await http.request(method, path)
            assert 400 <= answer.status_code < 500, f"{path} {answer.text}"
            problem(answer, answer.status_code)
        for query in (f"action={raw}", f"entityType={raw}"):
            answer = await http.get(f"/api/activity?{query}")
            assert answer.status_code in {200, 422}
    for name in (b"X-Workspace-Id", b"Authorization", b"Cookie", b"Origin", b"User-Agent", b"Host"):
        for value in (b"\xff\xfe", b"\x00", b"a\x00b", "Ünïcødé".encode(), b"mosaic_session=\xff"):
            status = await _raw([(b"host", b"127.0.0.1"), (name.lower(), value)])
            assert status < 500, (name, value)


async def _raw(headers: list[tuple[bytes, bytes]]) -> int:
    """Send headers as they are, past what an HTTP client allows."""
    said: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b'{"email": "a@b.org", "password": "x"}'}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    for method, path in (("GET", "/api/activity"), ("POST", "/api/auth/login")):
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [*headers, (b"content-type", b"application/json")],
            "client": ("192.0.2.9", 1),
            "server": ("127.0.0.1", 3000),
        }
        await api(scope, receive, send)
    return max(said)


async def test_many_requests_at_once_are_all_answered(world: World) -> None:
    asked = [client(world.ana.token).get("/api/auth/me") for _ in range(100)]
    answers: list[httpx.Response] = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200}


async def test_a_problem_is_json_that_others_read(world: World) -> None:
    answer = await client().get("/api/auth/me")
    body = json.loads(answer.content)
    assert list(body) == ["type", "title", "status", "detail", "requestId"]
