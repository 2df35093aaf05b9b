"""Members over REST: added, given roles, taken out; a workspace always keeps an owner."""

import asyncio

from tests.answers import listed, problem
from tests.world import Person, World


def _of(world: World, person: Person | None = None) -> str:
    members = f"/api/workspaces/{world.ana.workspace}/members"
    return f"{members}/{person.actor.user_id}" if person else members


async def _roles(world: World) -> dict[str, str]:
    rows = listed(await world.ana.http.get(_of(world)))
    return {row["name"]: row["role"] for row in rows}


async def test_members_are_listed_by_name(world: World) -> None:
    rows = listed(await world.gil.http.get(_of(world)))
    assert [row["name"] for row in rows] == ["Adam", "Ana", "Gil", "Mia"]
    assert rows[1]["email"] == world.ana.actor.email
    assert rows[1]["role"] == "OWNER"
    backwards = listed(await world.gil.http.get(f"{_of(world)}?sort=-name&limit=2"))
    assert [row["name"] for row in backwards] == ["Mia", "Gil"]
    problem(await world.gil.http.get(f"{_of(world)}?sort=password"), 400)
    problem(await world.gil.http.get(f"{_of(world)}?limit=101"), 422)


async def test_somebody_with_an_account_is_added_once(world: World) -> None:
    wanted = {"email": f" {world.otto.actor.email.upper()} "}
    answer = await world.adam.http.post(_of(world), json=wanted)
    assert answer.status_code == 201, answer.text
    assert answer.json()["role"] == "MEMBER"
    place = f"/api/workspaces/{world.ana.workspace}"
    assert (await world.otto.http.get(place)).json()["role"] == "MEMBER"
    problem(await world.adam.http.post(_of(world), json=wanted), 409)
    problem(await world.adam.http.post(_of(world), json={"email": "nobody@example.org"}), 404)
    problem(await world.adam.http.post(_of(world), json={**wanted, "role": "KING"}), 422)


async def test_many_are_added_at_once(world: World) -> None:
    """More than the pool has connections, each of which looks up an account."""
    added = [
        world.adam.http.post(_of(world), json={"email": world.otto.actor.email}) for _ in range(40)
    ]
    answers = [answer.status_code for answer in await asyncio.gather(*added)]
    assert sorted(answers) == [201] + [409] * 39


async def test_a_role_changes_what_one_may_do_at_once(world: World) -> None:
    team = f"/api/workspaces/{world.ana.workspace}/teams"
    problem(await world.gil.http.post(team, json={"name": "Team"}), 403)
    answer = await world.ana.http.put(_of(world, world.gil), json={"role": "ADMIN"})
    assert answer.json()["role"] == "ADMIN"
    assert (await world.gil.http.post(team, json={"name": "Team"})).status_code == 201


async def test_a_member_who_was_taken_out_is_outside_at_once(world: World) -> None:
    assert (await world.adam.http.delete(_of(world, world.mia))).status_code == 204
    problem(await world.mia.http.get(_of(world)), 404)
    problem(await world.adam.http.delete(_of(world, world.mia)), 404)
    problem(await world.adam.http.patch(_of(world, world.mia), json={"role": "GUEST"}), 404)


async def test_everybody_may_leave_but_the_last_owner(world: World) -> None:
    assert (await world.gil.http.delete(_of(world, world.gil))).status_code == 204
    problem(await world.ana.http.delete(_of(world, world.ana)), 409)
    problem(await world.ana.http.patch(_of(world, world.ana), json={"role": "ADMIN"}), 409)
    same = await world.ana.http.patch(_of(world, world.ana), json={"role": "OWNER"})
    assert same.status_code == 200
    await world.ana.http.patch(_of(world, world.mia), json={"role": "OWNER"})
    assert (await world.ana.http.delete(_of(world, world.ana))).status_code == 204
    problem(await world.mia.http.delete(_of(world, world.mia)), 409)


async def test_only_an_owner_touches_an_owner(world: World) -> None:
    await world.ana.http.patch(_of(world, world.mia), json={"role": "OWNER"})
    problem(await world.adam.http.patch(_of(world, world.mia), json={"role": "GUEST"}), 403)
    problem(await world.adam.http.delete(_of(world, world.mia)), 403)
    assert (await _roles(world))["Mia"] == "OWNER"


async def test_of_two_owners_who_leave_at_once_one_stays(world: World) -> None:
    for leave in (_leave, _step_down):
        await world.ana.http.patch(_of(world, world.mia), json={"role": "OWNER"})
        answers = await asyncio.gather(leave(world, world.ana), leave(world, world.mia))
        assert sorted(answers) == [200 if leave is _step_down else 204, 409]
        async with world.adam.work() as w:
            assert w.role.name == "ADMIN"
        rows = listed(await world.adam.http.get(_of(world)))
        assert [row["role"] for row in rows].count("OWNER") == 1
        [owner] = [row for row in rows if row["role"] == "OWNER"]
        # For the second turn: Ana and Mia are both owners again.
        stays = world.ana if owner["name"] == "Ana" else world.mia
        other = world.mia if stays is world.ana else world.ana
        again = {"email": other.actor.email, "role": "OWNER"}
        await stays.http.post(_of(world), json=again)


async def _leave(world: World, person: Person) -> int:
    return (await person.http.delete(_of(world, person))).status_code


async def _step_down(world: World, person: Person) -> int:
    answer = await person.http.patch(_of(world, person), json={"role": "MEMBER"})
    return answer.status_code


async def test_taking_somebody_out_twice_at_once(world: World) -> None:
    taken = [world.ana.http.delete(_of(world, world.mia)) for _ in range(4)]
    answers = [answer.status_code for answer in await asyncio.gather(*taken)]
    assert sorted(answers) == [204, 404, 404, 404]
