"""Whose the tasks of a project are."""

from uuid import UUID

from mosaic.projects.people import list_people
from tests.answers import problem
from tests.statements import recorded
from tests.tasks.planned import PROJECTS, change, done, project, task
from tests.world import World


async def test_who_works_on_a_project(world: World) -> None:
    made, other = await project(world.ana), await project(world.ana, "Other")
    ana, mia = str(world.ana.actor.user_id), str(world.mia.actor.user_id)
    for n in range(3):
        await task(world.ana, f"Hers {n}", projectId=made["id"], assigneeId=mia)
    ended = await task(world.ana, "Ended", projectId=made["id"], assigneeId=ana)
    await change(world.ana, ended, status="COMPLETED")
    gone = await task(world.ana, "Gone", projectId=made["id"], assigneeId=ana)
    await change(world.ana, gone, status="ARCHIVED")
    await task(world.ana, "Nobody's", projectId=made["id"], status="PAUSED")
    await task(world.ana, "Elsewhere", projectId=other["id"], assigneeId=ana)
    place = f"{PROJECTS}/{made['slug']}/people"
    everybody = [
        {"id": mia, "name": "Mia", "open": 3, "completed": 0},
        {"id": ana, "name": "Ana", "open": 0, "completed": 1},
        {"id": None, "name": None, "open": 1, "completed": 0},
    ]
    assert done(await world.gil.http.get(place)) == everybody
    problem(await world.bo.http.get(place), 404)
    problem(await world.otto.http.get(place), 404)
    await world.ana.http.delete(f"/api/workspaces/{world.ana.workspace}/members/{mia}")
    assert done(await world.gil.http.get(place))[-1]["open"] == 4


async def test_however_many_people_are_one_statement(world: World) -> None:
    made = await project(world.ana)
    for person in (world.ana, world.adam, world.mia):
        given = {"projectId": made["id"], "assigneeId": str(person.actor.user_id)}
        await task(world.ana, **given)
    async with world.ana.work() as work:
        with recorded() as statements:
            assert len(await list_people(work, UUID(made["id"]))) == 3
        assert len(statements) == 1
    async with world.bo.work() as work:
        assert await list_people(work, UUID(made["id"])) == []
