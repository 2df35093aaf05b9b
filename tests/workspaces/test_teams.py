"""Teams over REST."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.answers import listed, problem
from tests.world import World


def _at(world: World, *more: object) -> str:
    return "/".join(["/api/workspaces", world.ana.workspace, "teams", *map(str, more)])


async def _made(world: World, name: str = "Garden") -> dict[str, Any]:
    answer = await world.adam.http.post(_at(world), json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_team_is_made_renamed_and_removed(world: World) -> None:
    team = await _made(world)
    assert team["memberIds"] == []
    renamed = await world.adam.http.patch(_at(world, team["id"]), json={"name": "Kitchen"})
    assert renamed.json() == {**team, "name": "Kitchen"}
    again = await world.adam.http.put(_at(world, team["id"]), json={"name": "Kitchen"})
    assert again.status_code == 200
    assert [row["name"] for row in listed(await world.gil.http.get(_at(world)))] == ["Kitchen"]
    assert (await world.adam.http.delete(_at(world, team["id"]))).status_code == 204
    problem(await world.adam.http.delete(_at(world, team["id"])), 404)
    assert listed(await world.gil.http.get(_at(world))) == []


async def test_names_are_told_apart(world: World) -> None:
    await _made(world)
    second = await _made(world, "Kitchen")
    problem(await world.adam.http.post(_at(world), json={"name": "Garden"}), 409)
    garden = {"name": "Garden"}
    problem(await world.adam.http.patch(_at(world, second["id"]), json=garden), 409)
    own = f"/api/workspaces/{world.bo.workspace}/teams"
    assert (await world.bo.http.post(own, json=garden)).status_code == 201
    at_once = [world.ana.http.post(_at(world), json={"name": "Yard"}) for _ in range(3)]
    answers = [answer.status_code for answer in await asyncio.gather(*at_once)]
    assert sorted(answers) == [201, 409, 409]


async def test_members_are_put_in_and_taken_out(world: World) -> None:
    team, mia, gil = await _made(world), world.mia.actor.user_id, world.gil.actor.user_id
    for _ in range(2):
        answer = await world.adam.http.put(_at(world, team["id"], "members", mia))
        assert answer.json()["memberIds"] == [str(mia)]
    answer = await world.adam.http.put(_at(world, team["id"], "members", gil))
    assert answer.json()["memberIds"] == sorted([str(mia), str(gil)])
    [shown] = listed(await world.gil.http.get(_at(world)))
    assert shown == answer.json()
    out = _at(world, team["id"], "members", mia)
    assert (await world.adam.http.delete(out)).status_code == 204
    problem(await world.adam.http.delete(out), 404)


async def test_only_members_of_the_workspace_are_put_in(world: World) -> None:
    team = await _made(world)
    for stranger in (world.bo.actor.user_id, world.otto.actor.user_id, uuid4()):
        problem(await world.adam.http.put(_at(world, team["id"], "members", stranger)), 404)
    problem(await world.adam.http.put(_at(world, uuid4(), "members", uuid4())), 404)
    problem(await world.adam.http.put(_at(world, "nobody", "members", "nobody")), 422)


async def test_who_leaves_the_workspace_leaves_its_teams(world: World) -> None:
    team, mia = await _made(world), world.mia.actor.user_id
    await world.adam.http.put(_at(world, team["id"], "members", mia))
    members = f"/api/workspaces/{world.ana.workspace}/members"
    assert (await world.mia.http.delete(f"{members}/{mia}")).status_code == 204
    assert listed(await world.adam.http.get(_at(world)))[0]["memberIds"] == []


async def test_leaving_and_being_put_in_at_once(world: World) -> None:
    team, mia = await _made(world), world.mia.actor.user_id
    members = f"/api/workspaces/{world.ana.workspace}/members"
    asked = (
        world.adam.http.put(_at(world, team["id"], "members", mia)),
        world.mia.http.delete(f"{members}/{mia}"),
    )
    put, left = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert left == 204
    assert put in {200, 404, 409}
    assert listed(await world.adam.http.get(_at(world)))[0]["memberIds"] == []
