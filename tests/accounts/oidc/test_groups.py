"""Memberships that follow the groups of a provider."""

import json

import pytest

from tests.accounts.oidc.misbehaving import CLIENT, Misbehaving, go
from tests.answers import listed
from tests.conftest import Configure
from tests.world import World, client


@pytest.fixture
def mapped(world: World, provider: Misbehaving, configure: Configure) -> Misbehaving:
    places = {
        "readers": f"{world.ana.workspace}:GUEST",
        "gardeners": f"{world.ana.workspace}:MEMBER",
        "keepers": f"{world.ana.workspace}:OWNER",
        "nowhere": "no-such-workspace:ADMIN",
    }
    groups = json.dumps(places)
    configure(OIDC_ISSUER=provider.url, OIDC_CLIENT_ID=CLIENT, OIDC_GROUP_MAP=groups)
    return provider


async def _roles(provider: Misbehaving, *groups: object) -> list[str]:
    """Sign in with these groups, and return the roles that come of it."""
    provider.claims["groups"] = list(groups)
    async with client() as http:
        assert (await go(http, provider)).status_code == 302
        me = (await http.get("/api/auth/me")).json()
        return [place["role"] for place in me["workspaces"]]


async def test_groups_open_workspaces_and_close_them(world: World, mapped: Misbehaving) -> None:
    assert await _roles(mapped) == []
    assert await _roles(mapped, "readers", "strangers", "nowhere", 7, None) == ["GUEST"]
    assert await _roles(mapped, "readers", "gardeners") == ["MEMBER"]
    assert await _roles(mapped, "gardeners") == ["MEMBER"]
    assert await _roles(mapped, "readers") == ["GUEST"]
    assert await _roles(mapped) == []
    told = listed(await world.ana.http.get("/api/activity?entityType=member"))
    nora = [one["action"] for one in told if one["entityTitle"] == "Nora"]
    assert sorted(nora) == ["JOINED", "REMOVED", "UPDATED", "UPDATED"]


async def test_what_was_given_by_hand_stays(world: World, mapped: Misbehaving) -> None:
    mapped.claims["email"] = world.gil.actor.email
    assert await _roles(mapped, "keepers") == ["GUEST"]
    assert await _roles(mapped) == ["GUEST"]


async def test_the_last_owner_stays_one(world: World, mapped: Misbehaving) -> None:
    assert await _roles(mapped, "keepers") == ["OWNER"]
    nora = (await _only_owner_but(world)) or ""
    assert nora
    assert await _roles(mapped, "readers") == ["OWNER"]
    assert await _roles(mapped) == ["OWNER"]


async def _only_owner_but(world: World) -> str:
    """Let Ana step down, and return who owns the workspace then."""
    place = f"/api/workspaces/{world.ana.workspace}/members"
    stepped = await world.ana.http.patch(
        f"{place}/{world.ana.actor.user_id}", json={"role": "ADMIN"}
    )
    assert stepped.status_code == 200, stepped.text
    [owner] = [one for one in listed(await world.ana.http.get(place)) if one["role"] == "OWNER"]
    return str(owner["userId"])


@pytest.mark.parametrize("told", ["readers", {"readers": True}, 7, None])
async def test_groups_that_are_no_list_open_nothing(told: object, mapped: Misbehaving) -> None:
    mapped.claims["groups"] = told
    async with client() as http:
        assert (await go(http, mapped)).status_code == 302
        assert (await http.get("/api/auth/me")).json()["workspaces"] == []
