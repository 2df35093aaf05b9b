"""Every string of the Big List of Naughty Strings through every kind of text field there is.

In the short form each place gets the awkward ones and its own share of the others, a larger one
where it takes text by code of its own; in the full one each field gets all of them, and each
address sixty.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from mosaic.core.start import Ready
from tests.answers import expected, problem
from tests.architecture.full_world import Full, fill
from tests.architecture.routes import Operation, example, operations
from tests.chaos.figures import times
from tests.performer import performing
from tests.world import client, make_world

pytestmark = pytest.mark.chaos
MORE = ["a\x00b", "\ud800", "a\u202eb", "\uffff", "x" * 300, "\u0301" * 100, "\r\n", "%00", "../.."]
# What stands around tasks and projects takes text as these two themselves do, and so do people,
# teams and tokens beside workspaces; passwords, codes and names of pages and tags that are only
# looked up are compared and not kept; steps and logs get all of them in tests/jobs.
LIKE_ANOTHER = ("/api/tasks/", "/api/projects/", "/api/workspaces/", "/api/invitations/")
LIKE_ANOTHER += ("/api/auth/second-factor", "/api/auth/tokens", "/api/knowledge/links/")
LIKE_ANOTHER += ("/api/knowledge/tags/", "/api/runner-jobs/{job_id}/")
ONLY_LOOKED_UP = ("/mentions", "/settle")
OPERATIONS = [
    pytest.param(turn, one, id=f"{one.method} {one.path}") for turn, one in enumerate(operations())
]
WITH_TEXT = [
    each for each in OPERATIONS if (one := each.values[1]).fields() and one.path.startswith("/api/")
]


@pytest.fixture(scope="module")
def listed(shared: Path) -> list[str]:
    strings: list[str] = json.loads((shared / "fixtures" / "blns" / "blns.json").read_text())
    return strings


def _share(listed: list[str], turn: int, count: int) -> list[str]:
    """Return `count` of the strings, spread over the list; other ones in the next turn."""
    step = len(listed) // count
    return listed[turn % step :: step]


@pytest.fixture(scope="module")
async def full(ready: Ready, pool: None) -> AsyncIterator[Full]:
    async with performing():
        yield await fill(await make_world(), ready)


async def _invited(http: httpx.AsyncClient, full: Full) -> str:
    """A path that is new each time, as an invitation is accepted once."""
    email = {"email": "plain@example.org"}
    address = f"/api/workspaces/{full.workspace_id}/invitations"
    made = (await http.post(address, json=email)).json()
    return f"/api/invitations/{made['url'].rsplit('/', 1)[1]}/acceptance"


@pytest.mark.parametrize(("turn", "operation"), WITH_TEXT)
async def test_every_text_field_takes_it_or_tells_why(
    full: Full, listed: list[str], turn: int, operation: Operation
) -> None:
    _, schema = operation.body or ("", {})
    fields = operation.fields()
    by_itself = operation.method == "POST" and not (
        operation.path.startswith(LIKE_ANOTHER) or operation.path.endswith(ONLY_LOOKED_UP)
    )
    [path, *_] = full.belongings().paths(operation)
    async with client(full.world.ana.token, full.workspace_id) as http:
        count = times(100 if by_itself else 12, len(listed))
        for number, text in enumerate(MORE + _share(listed, turn, count)):
            if "{token}" in operation.path:
                path = await _invited(http, full)
            body = example("", schema, f"plain{number}")
            left = list(fields)
            # First in all fields at once; the ones that do not take it say so and step aside.
            while left:
                sent = {**body, **dict.fromkeys(left, text)}
                answer = await _send(http, operation, path, sent)
                about = f"{operation.method} {operation.path} {sent!r}"
                assert expected(answer), f"{about}: {answer.status_code} {answer.text[:300]}"
                if answer.status_code != 422:
                    break
                errors = problem(answer, 422)["errors"]
                refused = {one["loc"][1] for one in errors if len(one["loc"]) > 1}
                if not refused & set(left):
                    break
                left = [field for field in left if field not in refused]
            if answer.status_code >= 400:
                problem(answer, answer.status_code)
            if answer.is_success and "{slug}" in operation.path:
                path = path.rsplit("/", 1)[0] + "/" + _quoted(answer.json()["slug"])


def _quoted(slug: str) -> str:
    return "".join(f"%{byte:02X}" for byte in slug.encode())


async def _send(
    http: httpx.AsyncClient, operation: Operation, path: str, body: dict[str, Any]
) -> httpx.Response:
    sent = {"Content-Type": "application/json"}
    return await http.request(operation.method, path, content=json.dumps(body), headers=sent)


async def test_what_was_taken_comes_back_as_it_was(full: Full, listed: list[str]) -> None:
    """The name of a team stands for every line of text: kept to the letter, or told why not."""
    place, kept = f"/api/workspaces/{full.workspace_id}/teams", 0
    strings = MORE + listed
    for text in strings:
        sent = {"Content-Type": "application/json"}
        content = json.dumps({"name": f"{text} x"})
        answer = await full.world.ana.http.post(place, content=content, headers=sent)
        if answer.status_code == 201:
            kept += 1
            assert answer.json()["name"] == f"{text} x".strip()
        else:
            problem(answer, answer.status_code)
    assert kept > len(strings) * 0.9


@pytest.mark.parametrize(("turn", "operation"), OPERATIONS)
async def test_addresses_and_queries_take_it_or_tell_why(
    full: Full, listed: list[str], turn: int, operation: Operation
) -> None:
    [path, *_] = full.belongings().paths(operation)
    places = [one["name"] for one in operation.parameters("query")]
    if operation.method == "DELETE" and "workspaceId" in places:
        # The header names the workspace, too, and then what others need here would be removed.
        places.remove("workspaceId")
    names = [one["name"] for one in operation.parameters("path")]
    kind, schema = operation.body or ("", {})
    body = {"json": example("", schema, "plain")} if kind == "application/json" else {}
    async with client(full.world.ana.token, full.workspace_id) as http:
        # Each export is of everything.
        count = 2 if operation.path.endswith("/export") else times(4, 60)
        for text in MORE[:1] + _share(MORE[1:] + listed, turn, count):
            # With an end that nothing has, as some of the strings are addresses by now.
            raw = _quoted(text.encode(errors="replace").decode()) + "%20x"
            asked = [_with(operation.path, path, name, raw) for name in names]
            asked += [f"{path}?{place}={raw}" for place in places]
            for address in asked:
                answer = await http.request(operation.method, address, **body)
                told = f"{operation.method} {address}: {answer.status_code} {answer.text[:300]}"
                assert expected(answer), told
                if answer.status_code >= 400:
                    problem(answer, answer.status_code)


def _with(template: str, path: str, name: str, raw: str) -> str:
    """Put `raw` where the template has `{name}`, and leave the rest of the path as it is."""
    parts = zip(template.split("/"), path.split("/"), strict=True)
    return "/".join(raw if pattern == f"{{{name}}}" else part for pattern, part in parts)
