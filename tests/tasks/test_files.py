"""Files that hang on tasks."""

from uuid import uuid4

from tests.answers import problem
from tests.tasks.planned import TASKS, Row, done, task
from tests.world import Person, World


async def _send(person: Person, of: Row, name: str, data: bytes) -> Row:
    place = f"{TASKS}/{of['id']}/attachments"
    row: Row = done(await person.http.post(place, files={"file": (name, data)}))
    return row


async def test_files_of_a_task(world: World) -> None:
    roses = await task(world.mia, "Roses")
    place = f"{TASKS}/{roses['id']}/attachments"
    plan = await _send(world.mia, roses, "plan.txt", b"Dig here")
    assert (plan["name"], plan["size"]) == ("plan.txt", 8)
    again = await _send(world.ana, roses, "plan.txt", b"Dig here")
    assert again["id"] == plan["id"]
    other = await _send(world.mia, roses, "plan.txt", b"No, there")
    assert other["name"] == "plan 2.txt"
    assert done(await world.gil.http.get(place)) == [plan, other]
    answer = await world.gil.http.get(plan["url"])
    assert answer.content == b"Dig here"
    done(await world.mia.http.delete(f"{place}/{plan['id']}"))
    assert done(await world.gil.http.get(place)) == [other]
    assert (await world.gil.http.get(plan["url"])).status_code == 200  # pages may show it
    problem(await world.mia.http.delete(f"{place}/{plan['id']}"), 404)


async def test_what_cannot_be_kept(world: World) -> None:
    roses = await task(world.mia, "Roses")
    place = f"{TASKS}/{roses['id']}/attachments"
    problem(await world.mia.http.post(place, files={"file": ("empty.txt", b"")}), 422)
    problem(await world.mia.http.post(place, files={"file": ("big", b"x" * 25_000_001)}), 413)
    problem(await world.mia.http.post(place), 422)
    problem(await world.mia.http.delete(f"{place}/{uuid4()}"), 404)
    assert done(await world.mia.http.get(place)) == []


async def test_who_may(world: World) -> None:
    roses = await task(world.mia, "Roses")
    place = f"{TASKS}/{roses['id']}/attachments"
    plan = await _send(world.mia, roses, "plan.txt", b"Dig here")
    send = {"file": ("x.txt", b"x")}
    problem(await world.gil.http.post(place, files=send), 403)
    problem(await world.gil.http.delete(f"{place}/{plan['id']}"), 403)
    problem(await world.bo.http.get(place), 404)
    problem(await world.bo.http.post(place, files=send), 404)
    problem(await world.bo.http.delete(f"{place}/{plan['id']}"), 404)
    theirs = await task(world.bo, "Theirs")
    problem(await world.bo.http.delete(f"{TASKS}/{theirs['id']}/attachments/{plan['id']}"), 404)
    assert done(await world.mia.http.get(place)) == [plan]
