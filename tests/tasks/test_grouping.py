"""Lists of tasks in groups, and tags put on many tasks."""

from datetime import date, timedelta
from typing import Any

import pytest

from mosaic.core.errors import NotAllowed, NotFound
from mosaic.tasks.grouping import GroupQuery, group_of, list_groups
from mosaic.tasks.pages.place_state import begun_with, query_of, read_place
from mosaic.tasks.service import complete_task, create_task
from mosaic.tasks.shapes import TaskCreate
from mosaic.tasks.tagging_many import tag_tasks, untag_tasks
from mosaic.tasks.undoing import undo
from tests.tasks.planned import project
from tests.world import Person, World

TODAY = date(2026, 3, 4)


async def _make(person: Person, **days: int | None) -> None:
    async with person.work() as work:
        for title, ahead in days.items():
            day = None if ahead is None else TODAY + timedelta(ahead)
            await create_task(work, TaskCreate(title=title, due_date=day))


async def _listed(person: Person, **asked: Any) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Return each task's group and title, and the count of each group."""
    query = GroupQuery.model_validate({"today": TODAY, "limit": 100, **asked})
    async with person.work() as work:
        found, groups = await list_groups(work, query)
    shown = [(group_of(card, query), card.title) for card in found.data]
    assert found.meta.total == sum(one.count for one in groups)
    return shown, {one.key: one.count for one in groups}


async def test_groups_by_day_in_pages(world: World) -> None:
    days = {"none": None, "next": 7, "after": 8, "late": 4000, "now": 0, "soon": 1, "gone": -1}
    await _make(world.mia, **days)
    shown, counts = await _listed(world.mia, group="due")
    assert shown == [
        ("passed", "gone"),
        ("today", "now"),
        ("week", "soon"),
        ("week", "next"),
        ("later", "after"),
        ("later", "late"),
        ("none", "none"),
    ]
    assert counts == {"passed": 1, "today": 1, "week": 2, "later": 2, "none": 1}
    part, of = await _listed(world.mia, group="due", limit=2, page=2)
    assert (part, of) == (shown[2:4], counts)
    for due, titles in {
        "passed": ["gone"],
        "today": ["now"],
        "week": ["now", "soon", "next"],
        "later": ["after", "late"],
        "none": ["none"],
    }.items():
        assert [title for _, title in (await _listed(world.mia, due=due))[0]] == titles
    assert await _listed(world.bo, group="due") == ([], {})


async def test_what_is_completed_has_passed_no_target(world: World) -> None:
    await _make(world.mia, gone=-1, done=-1)
    async with world.mia.work() as work:
        page, _ = await list_groups(work, GroupQuery(today=TODAY))
        [done] = [one for one in page.data if one.title == "done"]
        await complete_task(work, done.id)
    shown, counts = await _listed(world.mia, group="due")
    assert shown == [("passed", "gone"), ("done", "done")]
    assert counts == {"passed": 1, "done": 1}


async def test_groups_by_what_tasks_belong_to(world: World) -> None:
    garden = await project(world.mia, "Garden")
    mia = world.mia.actor.user_id
    given = [
        {"title": "one", "projectId": garden["id"], "priority": "LOW", "status": "PAUSED"},
        {"title": "two", "assigneeId": mia, "priority": "HIGH", "status": "IN_PROGRESS"},
        {"title": "three", "shownFrom": TODAY + timedelta(1)},
    ]
    async with world.mia.work() as work:
        for values in given:
            await create_task(work, TaskCreate.model_validate(values))

    async def by(group: str, **more: Any) -> list[tuple[str, str]]:
        return (await _listed(world.mia, group=group, sort="number", **more))[0]

    assert await by("project") == [(garden["id"], "one"), ("", "two"), ("", "three")]
    assert await by("who") == [(str(mia), "two"), ("", "one"), ("", "three")]
    assert await by("priority") == [("HIGH", "two"), ("MEDIUM", "three"), ("LOW", "one")]
    assert [key for key, _ in await by("status")] == ["IN_PROGRESS", "NOT_STARTED", "PAUSED"]
    assert await by("", no_project=True, put_off=True) == [("", "three")]
    assert (await _listed(world.mia, group="who"))[1] == {str(mia): 1, "": 2}


async def test_what_an_address_asks_for(world: World) -> None:
    me = world.mia.actor.user_id
    assert me
    asked = {"status": "COMPLETED", "who": "me", "tag": "tea", "priority": "LOUD", "due": "soon"}
    chosen = read_place({**asked, "project": "none", "task": "3"})
    assert {name: value for name, value in chosen.items() if value} == {
        **{"status": "COMPLETED", "who": "me", "tag": "tea", "project": "none"}
    }
    query = query_of(chosen, me, TODAY, 2)
    assert (query.page, query.group, query.sort) == (2, "", "-completedAt")
    assert (query.assignee_id, query.no_project, query.shown_on) == (me, True, None)
    assert begun_with(chosen, me) == {"assigneeId": me, "tags": ["tea"]}
    assert begun_with(read_place({}), me) == {}
    odd = read_place({"project": "x", "who": "somebody", "tag": "a\x00b"})
    assert (odd["project"], odd["who"], odd["tag"]) == ("", "", "ab")
    assert read_place({"who": str(me)})["who"] == str(me)
    plain = query_of(read_place({}), me, date.max, 1)
    assert (plain.group, plain.shown_on) == ("due", date.max)
    async with world.mia.work() as work:
        await list_groups(work, plain)


async def test_tags_on_many_tasks_at_once(world: World) -> None:
    async with world.mia.work() as work:
        one = await create_task(work, TaskCreate(title="one", tags=["Tea"]))
        two = await create_task(work, TaskCreate(title="two"))
        ids = [one.id, two.id]
    async with world.mia.work() as work:
        changed = await tag_tasks(work, ids, "drink")
        names = {task.title: [tag.name for tag in task.tags] for task in changed.tasks}
        assert names == {"one": ["drink", "Tea"], "two": ["drink"]}
        untagged = await untag_tasks(work, ids, "#tea")
        assert [len(task.tags) for task in untagged.tasks] == [1, 1]
    async with world.mia.work() as work:
        assert untagged.change_id
        back = await undo(work, untagged.change_id)
        assert sorted(len(task.tags) for task in back.tasks) == [2]
        assert (await untag_tasks(work, ids, "nothing")).change_id is None
    async with world.bo.work() as work:
        with pytest.raises(NotFound):
            await tag_tasks(work, ids, "mine")
    async with world.gil.work() as work:
        with pytest.raises(NotAllowed):
            await tag_tasks(work, ids, "mine")
