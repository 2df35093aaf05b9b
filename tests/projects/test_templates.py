"""Templates of projects: kept with nothing done, begun on another day."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from mosaic.projects.exchange.shapes import TaskFile
from mosaic.projects.exchange.shifting import Shift, first_day
from mosaic.projects.working_days import WorkCalendar
from tests.answers import listed, problem
from tests.projects.test_export import garden
from tests.tasks.planned import PROJECTS, TASKS, Row, board, done, project, task
from tests.world import Person, World

TEMPLATES = f"{PROJECTS}/templates"


async def kept(person: Person, of: Row, **values: Any) -> Row:
    """Keep a project as a template."""
    body = {"projectId": of["id"], **values}
    made: Row = done(await person.http.post(TEMPLATES, json=body))
    return made


async def begun(person: Person, template: Row, **values: Any) -> Row:
    """Begin a project with a template."""
    return await project(person, "Again", templateId=template["id"], **values)


async def tasks_of(person: Person, of: Row) -> dict[str, Row]:
    asked = {"projectId": of["id"], "limit": 100}
    return {one["title"]: one for one in listed(await person.http.get(TASKS, params=asked))}


async def test_a_project_begins_as_its_template(world: World) -> None:
    made, _ = await garden(world.mia)
    before = listed(await world.mia.http.get(TASKS))
    template = await kept(world.mia, made)
    assert (template["name"], template["tasks"]) == ("Garden", 2)
    assert listed(await world.gil.http.get(TASKS)) == before
    assert len(listed(await world.gil.http.get(PROJECTS))) == 1
    assert done(await world.gil.http.get(TEMPLATES)) == [template]
    again = await begun(world.adam, template, startDate="2027-02-06")  # a Saturday
    assert (again["name"], again["color"], again["startDate"]) == ("Again", "#88aa99", "2027-02-06")
    assert again["tasks"] == {"total": 2, "completed": 0}
    columns = await board(world.mia, again)
    assert [(one["name"], one["count"]) for one in columns] == [
        ("To do", 2),
        ("In progress", 0),
        ("Done", 0),
    ]
    found = await tasks_of(world.mia, again)
    dig, sow = found["=Dig"], found["Sow"]
    assert (dig["startDate"], dig["dueDate"]) == ("2027-02-08", "2027-02-10")
    assert (dig["assigneeId"], dig["progress"], dig["estimateMinutes"]) == (None, 0, 90)
    assert sorted(tag["name"] for tag in dig["tags"]) == ["a, b", "home"]
    assert (dig["milestone"], dig["priority"]) == (True, "HIGH")
    assert (sow["status"], sow["completedAt"], sow["comments"]) == ("NOT_STARTED", None, 0)
    assert (sow["parentId"], sow["checklist"]) == (dig["id"], {"total": 2, "completed": 0})
    [wait] = listed(await world.mia.http.get(f"{TASKS}/{sow['id']}/dependencies"))
    assert (wait["dependsOnId"], wait["type"], wait["lagDays"]) == (dig["id"], "SS", -2)
    today = await begun(world.mia, template)
    assert await tasks_of(world.mia, today)
    done(await world.mia.http.delete(f"{TEMPLATES}/{template['id']}"))
    assert done(await world.gil.http.get(TEMPLATES)) == []
    assert len(await tasks_of(world.mia, again)) == 2


async def test_a_template_without_days_moves_none(world: World) -> None:
    made = await project(world.mia)
    await task(world.mia, "Some day", projectId=made["id"])
    template = await kept(world.mia, made, name="Plain")
    again = await begun(world.mia, template, startDate="2027-02-06", description="Own words")
    assert (again["startDate"], again["description"]) == ("2027-02-06", "Own words")
    assert (await tasks_of(world.mia, again))["Some day"]["dueDate"] is None


async def test_whose_templates_they_are(world: World) -> None:
    made = await project(world.mia)
    template = await kept(world.mia, made)
    place = f"{TEMPLATES}/{template['id']}"
    body = {"projectId": made["id"]}
    problem(await world.gil.http.post(TEMPLATES, json=body), 403)
    problem(await world.gil.http.delete(place), 403)
    problem(await world.bo.http.post(TEMPLATES, json=body), 422)
    problem(await world.bo.http.delete(place), 404)
    assert done(await world.bo.http.get(TEMPLATES)) == []
    wanted = {"name": "x", "templateId": template["id"]}
    problem(await world.gil.http.post(PROJECTS, json=wanted), 403)
    problem(await world.bo.http.post(PROJECTS, json=wanted), 422)
    problem(await world.mia.http.post(PROJECTS, json={**wanted, "templateId": str(uuid4())}), 422)
    problem(await world.mia.http.post(PROJECTS, json={"templateId": template["id"]}), 422)
    assert listed(await world.bo.http.get(PROJECTS)) == []


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
WEEKS = st.sets(st.integers(1, 7), min_size=1)


@given(
    spans=st.lists(st.tuples(DAYS, st.integers(0, 60)), min_size=1),
    to=DAYS,
    week=WEEKS,
    holidays=st.lists(DAYS, max_size=5),
)
def test_days_keep_their_distance_in_days_of_work(
    spans: list[tuple[date, int]], to: date, week: set[int], holidays: list[date]
) -> None:
    calendar = WorkCalendar(week, holidays)
    tasks = [
        TaskFile(id=n, title="x", start_date=day, due_date=day + timedelta(length))
        for n, (day, length) in enumerate(spans, 1)
    ]
    first = first_day(tasks, None)
    assert first
    shift = Shift(calendar, first, to)
    for one in tasks:
        start, end = one.start_date, one.due_date
        assert start
        assert end
        worked = calendar.through(end) - calendar.before(start)
        after = calendar.before(start) - calendar.before(first)
        shift.move(one)
        assert one.start_date
        assert one.due_date
        assert to <= one.start_date <= one.due_date
        assert calendar.works(one.start_date)
        assert calendar.before(one.start_date) - calendar.before(to) == after
        if worked > 0:
            assert calendar.through(one.due_date) - calendar.before(one.start_date) == worked
