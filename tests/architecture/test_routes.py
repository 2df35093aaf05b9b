"""Every route has an actor or says that it is public, and is described as it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from mosaic import edge
from mosaic.api import api
from tests.architecture.routes import operations, routes


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.methods} {route.path}")
def test_a_route_has_an_actor_or_is_public(route: Any) -> None:
    assert isinstance(route.original_route, APIRoute)
    calls = set(_calls(route.original_route.dependant))
    has_actor, is_public = edge.caller in calls, edge.public in calls
    assert has_actor != is_public


def test_what_has_an_actor_is_described_as_secured() -> None:
    secured = {
        (method, route.path)
        for route in routes()
        for method in route.methods or ()
        if edge.caller in set(_calls(route.original_route.dependant))  # type: ignore[attr-defined]
    }
    assert {(one.method, one.path) for one in operations() if not one.public} == secured


def test_every_address_is_below_api() -> None:
    """Those of runner jobs also without it, as the contract has them; public pages are short, and
    Prometheus asks for its figures where it always does."""
    paths = {str(route.path) for route in routes()}
    short = {path for path in paths if path.split("/")[1] == "runner-jobs"}
    long = {path for path in paths if path.startswith("/api/runner-jobs")}
    assert {path.split("/")[1] for path in paths} == {"api", "metrics", "p", "runner-jobs"}
    assert {f"/api{path}" for path in short} == long


def test_names_of_operations_are_their_own() -> None:
    paths = api.openapi()["paths"].values()
    names = [operation["operationId"] for path in paths for operation in path.values()]
    assert len(names) == len(set(names))


def test_put_is_taken_where_patch_is() -> None:
    taken = {(method, one.path) for one in routes() for method in one.methods or ()}
    assert {path for method, path in taken if method == "PATCH"} <= {
        path for method, path in taken if method == "PUT"
    }
