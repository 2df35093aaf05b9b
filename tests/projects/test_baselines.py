"""What the plan of a project was at a time."""

from tests.answers import listed, problem
from tests.tasks.planned import PROJECTS, change, done, project, task
from tests.world import World


async def test_a_baseline_keeps_dates_as_they_were(world: World) -> None:
    garden = await project(world.mia)
    place = f"{PROJECTS}/{garden['id']}/baselines"
    dig = await task(
        world.mia, "Dig", projectId=garden["id"], startDate="2027-01-01", dueDate="2027-01-04"
    )
    await task(world.mia, "Some day", projectId=garden["id"])
    await task(world.mia, "Gone", projectId=garden["id"], dueDate="2027-01-04", status="ARCHIVED")
    taken = done(await world.mia.http.post(place, json={"name": "First plan"}))
    kept = [{"taskId": dig["id"], "startDate": "2027-01-01", "dueDate": "2027-01-04"}]
    assert (taken["name"], taken["count"], taken["tasks"]) == ("First plan", 1, kept)
    await change(world.mia, dig, dueDate="2027-02-04")
    second = done(await world.ana.http.post(place, json={"name": "Second"}))
    assert done(await world.gil.http.get(f"{place}/{taken['id']}")) == taken
    assert second["tasks"][0]["dueDate"] == "2027-02-04"
    rows = listed(await world.gil.http.get(place))
    assert [(row["name"], row["count"]) for row in rows] == [("Second", 1), ("First plan", 1)]
    done(await world.mia.http.delete(f"{place}/{taken['id']}"))
    assert len(listed(await world.gil.http.get(place))) == 1
    problem(await world.mia.http.post(place, json={}), 422)


async def test_only_members_take_and_remove_them(world: World) -> None:
    garden, other = await project(world.mia), await project(world.mia, "Other")
    place = f"{PROJECTS}/{garden['id']}/baselines"
    taken = done(await world.mia.http.post(place, json={"name": "a"}))
    problem(await world.gil.http.post(place, json={"name": "b"}), 403)
    problem(await world.gil.http.delete(f"{place}/{taken['id']}"), 403)
    for method in ("GET", "DELETE"):
        problem(await world.bo.http.request(method, f"{place}/{taken['id']}"), 404)
        wrong = f"{PROJECTS}/{other['id']}/baselines/{taken['id']}"
        problem(await world.mia.http.request(method, wrong), 404)
    problem(await world.bo.http.post(place, json={"name": "b"}), 404)
    assert len(listed(await world.mia.http.get(place))) == 1
