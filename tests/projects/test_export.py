"""A project goes out: as JSON with everything, as a table that stays one in a spreadsheet."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.projects.exchange import table
from tests.answers import problem
from tests.statements import recorded
from tests.tasks.planned import PROJECTS, TASKS, Row, done, project, task
from tests.world import Person, World

AWKWARD = '=HYPERLINK("http://x") "a", b;\nÜñí\t\u202e🙂 \'+1'


async def exported(person: Person, project: Row, format: str = "json") -> bytes:
    """Return a project as a file."""
    place = f"{PROJECTS}/{project['id']}/export"
    answer = await person.http.get(place, params={"format": format})
    assert answer.status_code == 200, answer.text
    assert f".{format}" in answer.headers["content-disposition"]
    return answer.content


def rows(data: bytes) -> list[dict[str, str]]:
    """Return the lines of a table."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


async def garden(person: Person) -> tuple[Row, list[Row]]:
    """Make a project with something of everything."""
    made = await project(person, "Garden", startDate="2027-01-04", color="#88aa99")
    of: dict[str, Any] = {"projectId": made["id"]}
    email = person.actor.email
    more = {
        **{"startDate": "2027-01-04", "dueDate": "2027-01-06", "estimateMinutes": 90},
        **{"dueTime": "09:30"},
        **{"tags": ["home", "a, b"], "assigneeId": str(person.actor.user_id), "milestone": True},
        **{"description": AWKWARD, "priority": "HIGH", "progress": 40, "shownFrom": "2027-01-02"},
    }
    assert email
    dig = await task(person, "=Dig", **of, **more)
    sow = await task(person, "Sow", **of, parentId=dig["id"], status="COMPLETED")
    away = await task(person, "Away", **of, status="ARCHIVED", repeatRule="FREQ=WEEKLY")
    around = f"{TASKS}/{sow['id']}"
    wait = {"dependsOnId": dig["id"], "type": "SS", "lagDays": -2}
    done(await person.http.post(f"{around}/dependencies", json=wait))
    done(await person.http.post(f"{around}/comments", json={"content": AWKWARD}))
    for title in ("Seeds", "Water"):
        item = done(await person.http.post(f"{around}/checklist", json={"title": title}))
    done(await person.http.patch(f"{around}/checklist/{item['id']}", json={"checked": True}))
    done(await person.http.post(f"{PROJECTS}/{made['id']}/baselines", json={"name": "Plan"}))
    return made, [dig, sow, away]


async def test_json_says_everything(world: World) -> None:
    made, tasks = await garden(world.mia)
    elsewhere = await task(world.mia, "Elsewhere", parentId=tasks[0]["id"])
    wait = {"dependsOnId": elsewhere["id"]}
    done(await world.mia.http.post(f"{TASKS}/{tasks[0]['id']}/dependencies", json=wait))
    found = json.loads(await exported(world.gil, made))
    assert (found["format"], found["formatVersion"]) == ("mosaic-project", 1)
    about = found["project"]
    assert (about["name"], about["color"], about["startDate"]) == (
        "Garden",
        "#88aa99",
        "2027-01-04",
    )
    assert [one["name"] for one in about["columns"]] == ["To do", "In progress", "Done"]
    dig, away, sow = found["tasks"]
    assert [one["title"] for one in (dig, away, sow)] == ["=Dig", "Away", "Sow"]
    assert [one["id"] for one in (dig, away, sow)] == [1, 2, 3]
    assert (dig["description"], dig["assignee"]["email"]) == (AWKWARD, world.mia.actor.email)
    assert [tag["name"] for tag in dig["tags"]] == ["a, b", "home"]
    assert (dig["startDate"], dig["dueDate"], dig["shownFrom"]) == (
        *("2027-01-04", "2027-01-06", "2027-01-02"),
    )
    assert (sow["column"], sow["parent"], sow["status"]) == (2, 1, "COMPLETED")
    assert sow["dependsOn"] == [{"id": 1, "type": "SS", "lagDays": -2}]
    assert sow["checklist"] == [{"title": "Seeds"}, {"title": "Water", "checked": True}]
    assert [(one["author"]["name"], one["content"]) for one in sow["comments"]] == [
        ("Mia", AWKWARD)
    ]
    assert (away["status"], away["repeatRule"]) == ("ARCHIVED", "FREQ=WEEKLY")
    assert "dependsOn" not in dig
    [plan] = found["baselines"]
    assert plan["name"] == "Plan"
    assert plan["tasks"] == [{"id": 1, "startDate": "2027-01-04", "dueDate": "2027-01-06"}]


async def test_a_table_has_a_line_for_each_task(world: World) -> None:
    made, tasks = await garden(world.mia)
    data = await exported(world.gil, made, "csv")
    dig, sow, away = rows(data)
    assert [int(row["Number"]) for row in (dig, sow, away)] == [one["number"] for one in tasks]
    assert dig["Title"] == "'=Dig"
    assert dig["Description"] == "'" + AWKWARD
    assert (dig["Status"], dig["Priority"], dig["Milestone"]) == ("Not started", "High", "yes")
    assert dig["Time"] == "09:30"
    assert (dig["Start"], dig["Target date"], dig["Progress"]) == ("2027-01-04", "2027-01-06", "40")
    assert (dig["Assignee"], dig["Estimate in minutes"]) == (world.mia.actor.email, "90")
    assert (dig["Tags"], dig["Column"]) == ('"a, b", home', "To do")
    assert (sow["Parent"], sow["Depends on"]) == (dig["Number"], f"{dig['Number']}SS-2")
    assert sow["Checklist"] == "[ ] Seeds\n[x] Water"
    assert away["Status"] == "Archived"
    assert not [cell for row in rows(data) for cell in row.values() if cell[:1] in tuple("=+-@")]


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    assert table.guarded(cell)[:1] not in tuple("=+-@\t\r")
    assert table.unguarded(table.guarded(cell)) == cell


@given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)))
def test_names_in_a_cell_come_back(names: list[str]) -> None:
    assert table.split(table.joined(names)) == names


async def test_many_tasks_take_few_statements(world: World) -> None:
    made = await project(world.mia)
    counts = []
    for _ in range(2):
        for number in range(5):
            await task(world.mia, f"Task {number}", projectId=made["id"], tags=["a"])
        with recorded() as seen:
            await exported(world.mia, made)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30


@pytest.mark.parametrize("format", ["csv", "json"])
async def test_an_empty_project_goes_out_too(world: World, format: str) -> None:
    made = await project(world.mia)
    data = await exported(world.mia, made, format)
    assert b"Title" in data or b'"tasks": [\n]' in data


async def test_whose_project_goes_out(world: World) -> None:
    made = await project(world.mia)
    place = f"{PROJECTS}/{made['slug']}/export"
    assert (await world.gil.http.get(place)).status_code == 200
    problem(await world.bo.http.get(place), 404)
    problem(await world.mia.http.get(place, params={"format": "xml"}), 422)
