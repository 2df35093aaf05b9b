"""The OpenAPI document tells the truth, and its page is readable without anything from outside."""

import copy
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from mosaic.api import api
from mosaic.api_docs import page
from mosaic.openapi import ProblemPublic
from tests.answers import NEVER
from tests.world import World, client


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = api.openapi()["paths"]
    return [(method, path, one) for path, many in paths.items() for method, one in many.items()]


async def test_the_document_is_served_to_everybody() -> None:
    document = (await client().get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Mosaic"
    schemes = document["components"]["securitySchemes"]
    assert {(one["type"], one.get("scheme"), one.get("in")) for one in schemes.values()} == {
        ("http", "bearer", None),
        ("apiKey", None, "cookie"),
    }


def test_every_reference_leads_somewhere() -> None:
    schemas = api.openapi()["components"]["schemas"]
    found = set(re.findall(r"#/components/schemas/(\w+)", str(api.openapi())))
    assert found <= schemas.keys()
    assert not {"HTTPValidationError", "ValidationError"} & schemas.keys()


@pytest.mark.parametrize(("method", "path", "operation"), _operations())
def test_an_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["tags"]
    assert operation["summary"].strip()
    answers = operation["responses"]
    assert any(status.startswith(("2", "3")) for status in answers)
    assert "503" in answers
    assert ({"401", "403"} <= answers.keys()) or "security" not in operation
    assert ("requestBody" not in operation) or {"413", "422"} <= answers.keys()
    for status, answer in answers.items():
        assert answer["description"]
        assert not NEVER.search(re.sub(r"`\w+`", "", answer["description"]))
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"]


async def test_a_problem_is_what_the_document_says() -> None:
    body = (await client().get("/api/auth/me")).json()
    described = api.openapi()["components"]["schemas"]["Problem"]
    assert body.keys() == described["properties"].keys()
    assert ProblemPublic.model_validate(body).status == 401


async def test_what_is_answered_is_described(world: World) -> None:
    """The statuses that other tests provoke, against the ones the document names."""
    place = f"/api/workspaces/{world.ana.workspace}"
    for method, path, described, status in (
        ("GET", "/api/auth/me", "/api/auth/me", 200),
        ("GET", place, "/api/workspaces/{workspace}", 200),
        ("POST", f"{place}/teams", "/api/workspaces/{workspace}/teams", 422),
        ("GET", "/api/workspaces/nowhere", "/api/workspaces/{workspace}", 404),
        ("GET", "/api/activity?sort=x", "/api/activity", 400),
        ("GET", "/api/invitations/x", "/api/invitations/{token}", 404),
    ):
        answer = await world.ana.http.request(method, path)
        assert answer.status_code == status
        responses = api.openapi()["paths"][described][method.lower()]["responses"]
        assert str(status) in responses


class Seen(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta"}:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src", "action"}:
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


async def test_the_page_stands_alone() -> None:
    answer = await client().get("/api/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    seen = Seen(answer.text)
    assert seen.open == []
    assert not {"script", "link", "img", "iframe", "form"} & set(seen.tags)
    inside = {link for link in seen.links if link.startswith("#")}
    assert set(seen.links) - inside == {"/api/openapi.json"}
    assert {link[1:] for link in inside} <= set(seen.ids)
    assert len(seen.ids) == len(set(seen.ids))
    assert "prefers-color-scheme: dark" in answer.text
    assert "url(" not in answer.text
    assert "@import" not in answer.text


async def test_the_page_shows_every_operation_and_shape() -> None:
    seen = Seen((await client().get("/api/docs")).text)
    text = " ".join(seen.text)
    for method, path, operation in _operations():
        assert path in text
        assert operation["operationId"] in seen.ids
        assert method.upper() in text
    for name in api.openapi()["components"]["schemas"]:
        assert name in text
    read = [part for part in seen.text if part.strip() and "font:" not in part]
    assert [
        part for part in read if NEVER.search(part) and not part.replace(".", "").isidentifier()
    ] == []


def test_nothing_in_the_document_becomes_markup() -> None:
    evil = "</code></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>`<b>`"
    document = copy.deepcopy(api.openapi())

    def spoil(value: Any, names: bool = False) -> Any:
        if isinstance(value, dict):
            names_in = {"paths", "properties", "schemas"}
            return {
                f"{key}{evil}" if names else key: spoil(inner, key in names_in)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [spoil(inner) for inner in value]
        return f"{value}{evil}" if isinstance(value, str) and "#/" not in value else value

    html = bytes(page(spoil(document)).body).decode()
    seen = Seen(html)
    assert not {"script", "img", "b/"} & set(seen.tags)
    assert set(seen.tags) == set(Seen(bytes(page(api.openapi()).body).decode()).tags)
    assert seen.open == []
