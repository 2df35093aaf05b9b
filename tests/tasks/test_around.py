"""What stands around tasks: dependencies, comments, checklists, pages, views."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from mosaic.tasks.around_models import TaskDependency
from mosaic.tasks.changing import apply
from mosaic.tasks.entries import tasks_of
from mosaic.tasks.writing import fresh
from tests.answers import listed, problem
from tests.statements import recorded
from tests.tasks.planned import TASKS, Row, change, done, read, task
from tests.world import Person, World


async def _wait(person: Person, one: Row, other: Row, **more: Any) -> Any:
    body = {"dependsOnId": other["id"], **more}
    return await person.http.post(f"{TASKS}/{one['id']}/dependencies", json=body)


async def test_a_task_waits_for_others(world: World) -> None:
    dig, sow, reap = [await task(world.mia, title) for title in ("Dig", "Sow", "Reap")]
    made = done(await _wait(world.mia, sow, dig))
    assert (made["type"], made["lagDays"], made["task"]["title"]) == ("FS", 0, "Dig")
    done(await _wait(world.mia, reap, sow, type="SF", lagDays=-3))
    assert (await read(world.gil, sow))["waitsFor"] == 1
    place = f"{TASKS}/{sow['id']}/dependencies"
    assert listed(await world.gil.http.get(place)) == [made]
    [after] = listed(await world.gil.http.get(place, params={"dependents": True}))
    assert (after["task"]["title"], after["lagDays"]) == ("Reap", -3)
    problem(await _wait(world.mia, sow, dig), 409)
    done(await _wait(world.mia, sow, dig, type="SS"))
    changed = done(await world.mia.http.put(f"{place}/{made['id']}", json={"lagDays": 2}))
    assert (changed["lagDays"], changed["type"]) == (2, "FS")
    problem(await world.mia.http.patch(f"{place}/{made['id']}", json={"type": "SS"}), 409)
    await change(world.mia, dig, status="COMPLETED")
    assert (await read(world.gil, sow))["waitsFor"] == 0
    done(await world.mia.http.delete(f"{place}/{made['id']}"))
    assert len(listed(await world.gil.http.get(place))) == 1
    problem(await world.mia.http.delete(f"{place}/{made['id']}"), 404)


async def test_a_circle_is_named(world: World) -> None:
    dig, sow, reap = [await task(world.mia, title) for title in ("Dig", "Sow", "Reap")]
    problem(await _wait(world.mia, dig, dig), 409)
    done(await _wait(world.mia, sow, dig))
    done(await _wait(world.mia, reap, sow, type="SS"))
    said = problem(await _wait(world.mia, dig, reap), 409)
    assert "#1 Dig → #3 Reap → #2 Sow → #1 Dig" in said["detail"]
    assert [one["number"] for one in said["cycle"]] == [1, 3, 2, 1]
    done(await _wait(world.mia, reap, dig))


async def test_a_circle_of_five_hundred(world: World) -> None:
    first, last = await task(world.mia, "First"), await task(world.mia, "Last")
    async with world.mia.work() as work:
        chain = [(fresh(work), {"title": str(n)}) for n in range(498)]
        await apply(work, "CREATED", chain)
        ids = [UUID(first["id"]), *(one.id for one, _ in chain), UUID(last["id"])]
        for before, after in pairwise(ids):
            work.session.add(
                TaskDependency(
                    id=uuid4(), workspace_id=work.tenant, task_id=after, depends_on_id=before
                )
            )
    said = problem(await _wait(world.mia, first, last), 409)
    assert len(said["cycle"]) == 501
    assert "493 more" in said["detail"]
    assert len(said["detail"]) < 300


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dependsOnId": "x"},
        {"dependsOnId": str(uuid4())},
        {"type": "FX"},
        {"lagDays": 99_999},
        {"lagDays": 1.5},
    ],
)
async def test_dependencies_that_do_not_fit(world: World, body: Row) -> None:
    one, other = await task(world.mia), await task(world.mia)
    whole = {"dependsOnId": other["id"], **body} if body else {}
    problem(await world.mia.http.post(f"{TASKS}/{one['id']}/dependencies", json=whole), 422)


async def test_comments(world: World) -> None:
    made = await task(world.mia)
    place = f"{TASKS}/{made['id']}/comments"
    done(await world.mia.http.post("/api/knowledge/entries", json={"title": "Soil"}))
    text = "See [[Soil]] <script>x</script>"
    first = done(await world.mia.http.post(place, json={"content": text}))
    assert (first["author"], first["content"]) == ("Mia", text)
    assert "/knowledge/soil" in first["contentHtml"]
    assert "<script" not in first["contentHtml"]
    for n in range(5):
        done(await world.ana.http.post(place, json={"content": f"[[Soil]] {n}"}))
    with recorded() as statements:
        every = listed(await world.gil.http.get(place))
    assert len(every) == 6
    assert len(statements) < 10
    assert every[0] == first
    latest = listed(await world.gil.http.get(place, params={"sort": "-createdAt", "limit": 1}))
    assert latest[0]["content"] == "[[Soil]] 4"
    own = f"{place}/{first['id']}"
    changed = done(await world.mia.http.put(own, json={"content": "New"}))
    assert changed["contentHtml"] == "<p>New</p>\n"
    assert changed["updatedAt"] > changed["createdAt"]
    problem(await world.ana.http.patch(own, json={"content": "Mine"}), 403)
    problem(await world.mia.http.delete(f"{place}/{every[1]['id']}"), 403)
    done(await world.adam.http.delete(own))
    assert (await read(world.mia, made))["comments"] == 5
    for wrong in ({}, {"content": ""}, {"content": "x" * 50_001}, {"content": "a\0b"}):
        problem(await world.mia.http.post(place, json=wrong), 422)
    line = listed(await world.mia.http.get("/api/activity"))[0]
    assert (line["action"], line["entityTitle"]) == ("COMMENTED", made["title"])


async def test_a_checklist_in_its_order(world: World) -> None:
    made = await task(world.mia)
    place = f"{TASKS}/{made['id']}/checklist"
    a, b, c = [done(await world.mia.http.post(place, json={"title": t})) for t in "abc"]

    async def lines() -> list[str]:
        return [one["title"] for one in done(await world.gil.http.get(place))]

    assert await lines() == ["a", "b", "c"]
    done(await world.mia.http.patch(f"{place}/{c['id']}", json={"beforeId": a["id"]}))
    done(await world.mia.http.patch(f"{place}/{a['id']}", json={"afterId": b["id"]}))
    assert await lines() == ["c", "b", "a"]
    done(await world.mia.http.put(f"{place}/{b['id']}", json={"checked": True, "title": "B"}))
    assert (await read(world.mia, made))["checklist"] == {"total": 3, "completed": 1}
    problem(await world.mia.http.patch(f"{place}/{b['id']}", json={"beforeId": b["id"]}), 404)
    done(await world.mia.http.delete(f"{place}/{c['id']}"))
    assert await lines() == ["B", "a"]
    other = await task(world.mia)
    problem(await world.mia.http.delete(f"{TASKS}/{other['id']}/checklist/{a['id']}"), 404)


async def test_pages_and_tasks_know_of_each_other(world: World) -> None:
    async def page(title: str, **more: Any) -> Row:
        row: Row = done(
            await world.mia.http.post("/api/knowledge/entries", json={"title": title, **more})
        )
        return row

    soil, secret = await page("Soil"), await page("Secret", visibility="PRIVATE")
    text = "[[soil|it]], [[Soil#Sand]], `[[Code]]`, [[Later]] and [[Secret]]"
    made = await task(world.mia, "Dig", description=text)
    place = f"{TASKS}/{made['id']}/entries"

    async def pages(person: Person) -> list[str]:
        return [one["title"] for one in done(await person.http.get(place))]

    assert await pages(world.mia) == ["Soil", "Secret"]
    assert await pages(world.gil) == ["Soil"]

    async def tasks(person: Person, entry: Row) -> list[str]:
        query = {"entry": entry["slug"]}
        return [one["title"] for one in listed(await person.http.get(TASKS, params=query))]

    assert await tasks(world.gil, soil) == ["Dig"]
    assert await tasks(world.mia, secret) == ["Dig"]
    problem(await world.gil.http.get(TASKS, params={"entry": secret["slug"]}), 404)
    later = await page("Later")
    assert await tasks(world.gil, later) == ["Dig"]
    rename = f"/api/knowledge/entries/{soil['slug']}/rename"
    done(await world.mia.http.post(rename, json={"title": "Earth", "slug": "earth"}))
    assert await pages(world.gil) == ["Earth", "Later"]
    assert await tasks(world.gil, {"slug": "earth"}) == ["Dig"]
    assert await tasks(world.gil, soil) == ["Dig"]  # by its old address
    async with world.gil.work() as work:
        assert [one.number for one in await tasks_of(work, UUID(soil["id"]))] == [1]
    await change(world.mia, made, description="Nothing")
    assert await tasks(world.gil, later) == []
    assert await pages(world.mia) == []


async def test_views_are_ones_own_or_for_all(world: World) -> None:
    place = f"{TASKS}/views"

    async def names(person: Person) -> list[tuple[str, bool]]:
        return [(one["name"], one["mine"]) for one in done(await person.http.get(place))]

    wanted = {"name": "Mine", "query": "status=PAUSED&sort=-dueDate"}
    mine = done(await world.mia.http.post(place, json=wanted))
    assert wanted.items() <= mine.items()
    done(await world.ana.http.post(place, json={**wanted, "name": "All", "shared": True}))
    assert await names(world.mia) == [("All", False), ("Mine", True)]
    assert await names(world.gil) == [("All", False)]
    assert await names(world.bo) == []
    own = f"{place}/{mine['id']}"
    problem(await world.ana.http.patch(own, json={"name": "x"}), 404)
    problem(await world.bo.http.delete(own), 404)
    done(await world.mia.http.put(own, json={"shared": True}))
    problem(await world.gil.http.patch(own, json={"name": "x"}), 403)
    done(await world.adam.http.patch(own, json={"name": "Ours"}))
    all_of_them = done(await world.mia.http.get(place))[0]
    problem(await world.mia.http.delete(f"{place}/{all_of_them['id']}"), 403)
    done(await world.mia.http.delete(own))
    problem(await world.gil.http.post(place, json=wanted), 403)


WRITES: dict[str, tuple[str, str, Any]] = {
    "wait": ("POST", "/dependencies", {"dependsOnId": "{other}"}),
    "wait otherwise": ("PATCH", "/dependencies/{dependency}", {"lagDays": 1}),
    "wait no more": ("DELETE", "/dependencies/{dependency}", None),
    "comment": ("POST", "/comments", {"content": "x"}),
    "change comment": ("PATCH", "/comments/{comment}", {"content": "x"}),
    "remove comment": ("DELETE", "/comments/{comment}", None),
    "add line": ("POST", "/checklist", {"title": "x"}),
    "change line": ("PATCH", "/checklist/{item}", {"title": "x"}),
    "remove line": ("DELETE", "/checklist/{item}", None),
}


@pytest.mark.parametrize("name", WRITES)
async def test_only_members_write(world: World, name: str) -> None:
    method, path, body = WRITES[name]
    made, other, third = [await task(world.mia, title) for title in "abc"]
    place = f"{TASKS}/{made['id']}"
    waits = done(await _wait(world.mia, made, third))
    said = done(await world.mia.http.post(f"{place}/comments", json={"content": "a"}))
    line = done(await world.mia.http.post(f"{place}/checklist", json={"title": "a"}))
    ids = {"dependency": waits["id"], "comment": said["id"], "item": line["id"]}
    ids["other"] = other["id"]
    address = place + path.format(**ids)
    sent = {k: v.format(**ids) if isinstance(v, str) else v for k, v in (body or {}).items()}
    before = await read(world.mia, made)
    problem(await world.gil.http.request(method, address, json=sent), 403)
    problem(await world.bo.http.request(method, address, json=sent), 404)
    assert await read(world.mia, made) == before
    assert (await world.mia.http.request(method, address, json=sent)).is_success
