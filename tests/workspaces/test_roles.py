"""Who may write what: every write of the module, as every role and as an outsider."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.answers import problem
from tests.world import World


@dataclass
class Write:
    """A request, and the person with the lowest role that may make it."""

    lowest: str
    method: str
    path: str
    body: Any = None


WRITES = [
    Write("adam", "PATCH", "", {"name": "New"}),
    Write("adam", "PUT", "", {"name": "New"}),
    Write("ana", "DELETE", ""),
    Write("adam", "POST", "/members", {"email": "{otto.email}", "role": "ADMIN"}),
    Write("ana", "POST", "/members", {"email": "{otto.email}", "role": "OWNER"}),
    Write("adam", "PATCH", "/members/{gil.id}", {"role": "MEMBER"}),
    Write("ana", "PATCH", "/members/{gil.id}", {"role": "OWNER"}),
    Write("adam", "PUT", "/members/{gil.id}", {"role": "ADMIN"}),
    Write("adam", "DELETE", "/members/{gil.id}"),
    Write("adam", "POST", "/invitations", {"email": "new@example.org", "role": "ADMIN"}),
    Write("ana", "POST", "/invitations", {"email": "new@example.org", "role": "OWNER"}),
    Write("adam", "DELETE", "/invitations/{invitation}"),
    Write("adam", "POST", "/teams", {"name": "New"}),
    Write("adam", "PATCH", "/teams/{team}", {"name": "New"}),
    Write("adam", "PUT", "/teams/{team}", {"name": "New"}),
    Write("adam", "DELETE", "/teams/{team}"),
    Write("adam", "PUT", "/teams/{team}/members/{gil.id}"),
    Write("adam", "DELETE", "/teams/{team}/members/{mia.id}"),
]
READS = {"": "gil", "/members": "gil", "/teams": "gil", "/invitations": "adam"}
ROLES = ["gil", "mia", "adam", "ana"]


async def _names(world: World) -> dict[str, str]:
    place, ana = f"/api/workspaces/{world.ana.workspace}", world.ana.http
    team = (await ana.post(f"{place}/teams", json={"name": "Team"})).json()["id"]
    mia = world.mia.actor.user_id
    assert (await ana.put(f"{place}/teams/{team}/members/{mia}")).status_code == 200
    invited = await ana.post(f"{place}/invitations", json={"email": "a@example.org"})
    people = {f"{{{name}.id}}": str(getattr(world, name).actor.user_id) for name in ("gil", "mia")}
    return {
        **people,
        "{otto.email}": world.otto.actor.email,
        "{team}": team,
        "{invitation}": invited.json()["id"],
    }


def _filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, names) for key, inner in value.items()}
    for name, real in names.items():
        value = value.replace(name, real)
    return value


@pytest.mark.parametrize("write", WRITES, ids=lambda w: f"{w.method} {w.path} as {w.lowest}")
async def test_a_write_is_open_from_a_role_on(world: World, write: Write) -> None:
    names = await _names(world)
    address = f"/api/workspaces/{world.ana.workspace}{_filled(write.path, names)}"
    body = _filled(write.body, names) if write.body else None
    for name in ROLES[: ROLES.index(write.lowest)]:
        if (write.method, write.path) != ("DELETE", f"/members/{{{name}.id}}"):  # one may leave
            answer = await getattr(world, name).http.request(write.method, address, json=body)
            problem(answer, 403)
    for name in ("bo", "otto"):
        answer = await getattr(world, name).http.request(write.method, address, json=body)
        problem(answer, 404)
    answer = await getattr(world, write.lowest).http.request(write.method, address, json=body)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("path", READS)
async def test_a_read_is_open_from_a_role_on(world: World, path: str) -> None:
    address, lowest = f"/api/workspaces/{world.ana.workspace}{path}", ROLES.index(READS[path])
    for name in ROLES[:lowest]:
        problem(await getattr(world, name).http.get(address), 403)
    for name in ROLES[lowest:]:
        assert (await getattr(world, name).http.get(address)).status_code == 200
    for name in ("bo", "otto"):
        problem(await getattr(world, name).http.get(address), 404)


async def test_ids_of_another_workspace_are_not_there(world: World) -> None:
    """Bo owns a workspace, and names in it what belongs to Ana's."""
    names = await _names(world)
    for write in WRITES:
        if "{" in write.path:
            address = f"/api/workspaces/{world.bo.workspace}{_filled(write.path, names)}"
            body = _filled(write.body, names) if write.body else None
            problem(await world.bo.http.request(write.method, address, json=body), 404)
    place = f"/api/workspaces/{world.ana.workspace}"
    assert len((await world.ana.http.get(f"{place}/members")).json()["data"]) == 4
    assert len((await world.ana.http.get(f"{place}/teams")).json()["data"][0]["memberIds"]) == 1
    assert len((await world.ana.http.get(f"{place}/invitations")).json()["data"]) == 1
