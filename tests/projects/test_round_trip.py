"""What goes out comes in again the same, and bad files leave everything as it is."""

import json
import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mosaic.projects.exchange import uploads
from tests.answers import NEVER, listed
from tests.projects.bringing import IMPORT, as_json, bring, said, tasks_of
from tests.projects.test_export import exported, garden
from tests.tasks.planned import PROJECTS, TASKS, board, done, project, task, titles
from tests.world import World, make_world

pytestmark = pytest.mark.usefixtures("performer")


async def test_a_project_comes_in_as_it_went_out(world: World) -> None:
    made, _ = await garden(world.mia)
    data = await exported(world.mia, made)
    report = await bring(world.mia, data, "garden.json")
    assert (report["status"], report["kind"], report["remarks"]) == ("COMPLETED", "mosaic", 0)
    assert report["project"]["name"] == "Garden"
    assert await exported(world.mia, report["project"]) == data
    assert await titles(world.mia, report["project"]) == await titles(world.mia, made)
    found = await tasks_of(world.mia, report)
    comments = listed(await world.mia.http.get(f"{TASKS}/{found['Sow']['id']}/comments"))
    assert [one["author"] for one in comments] == ["Mia"]


async def test_what_others_said_is_not_put_into_their_mouths(world: World) -> None:
    made, _ = await garden(world.mia)
    report = await bring(world.bo, await exported(world.mia, made), "garden.json")
    assert ["Mia" in words for words in said(report).values()] == [True]
    sow = (await tasks_of(world.bo, report))["Sow"]
    [comment] = listed(await world.bo.http.get(f"{TASKS}/{sow['id']}/comments"))
    assert comment["author"] == "Bo"
    assert comment["content"].startswith("**Mia**, ")
    again = await exported(world.bo, report["project"])
    twice = await bring(world.bo, again, "garden.json")
    assert await exported(world.bo, twice["project"]) == again


@pytest.mark.parametrize("way", ["json", "csv", "template"])
async def test_texts_mention_tasks_by_their_new_numbers(world: World, way: str) -> None:
    await task(world.mia, "Elsewhere")
    made = await project(world.mia, description="Begins with [[task:2]].")
    of = {"projectId": made["id"]}
    text = "Then [[task:3|sow]], `[[task:3]]`, [[task:1]], ![[Task:3]] and [[ task:2 ]]."
    await task(world.mia, "Dig", **of, description=text)
    sow = await task(world.mia, "Sow", **of, description="[[task:2]]")
    place = f"{TASKS}/{sow['id']}/comments"
    done(await world.mia.http.post(place, json={"content": "See [[task:2]], [[task:99]]."}))

    # In another workspace their numbers begin at another place.
    other = world if way == "template" else await make_world()
    for n in range(2):
        await task(other.mia, f"Before {n}")
    if way == "template":
        kept = done(await world.mia.http.post(f"{PROJECTS}/templates", json=of))
        again = await project(world.mia, "Again", templateId=kept["id"])
    else:
        again = (await bring(other.mia, await exported(world.mia, made, way), f"x.{way}"))[
            "project"
        ]
    found = await tasks_of(other.mia, {"project": again})
    dig, sow = found["Dig"]["number"], found["Sow"]["number"]
    assert (dig, sow) != (2, 3)
    text = text.replace("[[task:3|", f"[[task:{sow}|").replace("[[Task:3]]", f"[[task:{sow}]]")
    if way != "template":  # another task has that number there
        text = text.replace("[[task:1]]", "\\[[task:1]]")
    assert found["Dig"]["description"] == text.replace("[[ task:2 ]]", f"[[ task:{dig} ]]")
    assert found["Sow"]["description"] == f"[[task:{dig}]]"
    pages = done(await other.gil.http.get(f"{TASKS}/{found['Sow']['id']}"))["descriptionHtml"]
    assert f"#{dig} Dig" in pages
    if way == "json":
        about = done(await other.gil.http.get(f"{PROJECTS}/{again['id']}"))
        assert about["description"] == f"Begins with [[task:{dig}]]."
        place = f"{TASKS}/{found['Sow']['id']}/comments"
        [comment] = listed(await other.gil.http.get(place))
        assert comment["content"].endswith(f"See [[task:{dig}]], \\[[task:99]].")


async def test_mentions_of_tasks_outside_stay_where_these_are(world: World) -> None:
    out = await task(world.mia, "Outside")
    made = await project(world.mia, description=f"After [[task:{out['number']}]].")
    await task(world.mia, "Dig", projectId=made["id"], description="Like [[task:1]].")
    data = await exported(world.mia, made)
    again = await bring(world.mia, data, "x.json")
    assert (await tasks_of(world.mia, again))["Dig"]["description"] == "Like [[task:1]]."
    other = await make_world()
    await task(other.mia, "A secret")
    there = await bring(other.mia, data, "x.json")
    dig = (await tasks_of(other.mia, there))["Dig"]
    assert dig["description"] == r"Like \[[task:1]]."
    shown = done(await other.mia.http.get(f"{TASKS}/{dig['id']}"))["descriptionHtml"]
    assert "[[task:1]]" in shown
    assert "A secret" not in shown
    about = done(await other.mia.http.get(f"{PROJECTS}/{there['project']['id']}"))
    assert about["description"] == r"After \[[task:1]]."


async def test_a_table_comes_in_as_it_went_out() -> None:
    first, second = await make_world(), await make_world()
    made, _ = await garden(first.mia)
    data = await exported(first.mia, made, "csv")
    data = data.replace(first.mia.actor.email.encode(), second.mia.actor.email.encode())
    report = await bring(second.mia, data)
    assert said(report) == {}
    assert await exported(second.mia, report["project"], "csv") == data


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
LINE = TEXT.map(str.strip).filter(bool)
TASK = st.fixed_dictionaries(
    {"title": LINE},
    optional={
        "description": TEXT,
        "priority": st.sampled_from(["LOW", "HIGH"]),
        "column": st.integers(0, 1),
        "progress": st.integers(1, 100),
        "tags": st.lists(LINE.map(lambda name: {"name": name}), max_size=2),
        "checklist": st.lists(st.fixed_dictionaries({"title": LINE}), max_size=2),
        "dueDate": st.dates().map(str),
        "parent": st.integers(1, 5),
        "dependsOn": st.lists(st.fixed_dictionaries({"id": st.integers(1, 5)}), max_size=2),
    },
)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example is several runs
COLUMNS = [{"name": "=To do"}, {"name": "a, b", "status": "COMPLETED"}]


@settings(max_examples=6, phases=NO_SHRINKING)
@given(tasks=st.lists(TASK, min_size=1, max_size=5))
async def test_awkward_projects_come_in_as_they_went_out(tasks: list[dict[str, Any]]) -> None:
    world, other = await make_world(), await make_world()
    numbered = [
        {
            "id": place,
            "status": "COMPLETED" if one.get("column") == 1 else "NOT_STARTED",
            **one,
        }
        for place, one in enumerate(tasks, 1)
    ]
    file = as_json({"name": "Odd", "columns": COLUMNS}, numbered)
    report = await bring(world.mia, file, "odd.json")
    assert report["counts"] == {"created": len(tasks), "failed": 0}
    once = await exported(world.mia, report["project"])
    twice = await bring(other.mia, once, "odd.json")
    assert _anywhere(await exported(other.mia, twice["project"])) == _anywhere(once)
    table = await exported(world.mia, report["project"], "csv")
    third = await make_world()
    last = await bring(third.mia, table)
    assert await exported(third.mia, last["project"], "csv") == table


def _anywhere(data: bytes) -> bytes:
    """Return an export without where it was made."""
    return re.sub(rb'"workspace":"[^"]*",?', b"", data)


CARD = {"id": "c1", "name": "Buy seeds", "desc": "Red ones", "idList": "l1", "pos": 20}
BOARD: dict[str, Any] = {
    "id": "b",
    "name": "Our garden",
    "desc": "All of it",
    "actions": [
        {
            "type": "commentCard",
            "date": "2026-03-01T10:00:00.000Z",
            "data": {"text": "Which ones?", "card": {"id": "c1"}},
            "memberCreator": {"fullName": "Rosa Luz"},
        },
        {"type": "updateCard", "data": {}},
    ],
    "lists": [
        {"id": "l2", "name": "Done", "pos": 2},
        {"id": "l1", "name": "Ideas", "pos": 1},
        {"id": "l3", "name": "Old", "pos": 3, "closed": True},
    ],
    "labels": [
        {"id": "x", "name": "", "color": "green_dark"},
        {"id": "y", "name": "Later", "color": None},
    ],
    "members": [{"id": "m", "fullName": "Mia"}, {"id": "n", "fullName": "Nobody Here"}],
    "checklists": [
        {
            "idCard": "c1",
            "name": "Kinds",
            "checkItems": [
                {"name": "Tulips", "state": "incomplete", "pos": 2},
                {"name": "Roses", "state": "complete", "pos": 1},
            ],
        }
    ],
    "cards": [
        {
            **CARD,
            **{"idLabels": ["x", "y"], "idMembers": ["m", "n"], "due": "2026-04-01T16:30:00.000Z"},
            "start": "2026-03-31T20:00:00.000Z",
            "attachments": [{"name": "Shop", "url": "https://shop.example"}],
        },
        {
            "id": "5e9f0a000000000000000001",
            "name": "First",
            "idList": "l1",
            "pos": 10,
            "idMembers": ["n"],
        },
        {"id": "c3", "name": "Finished", "idList": "l1", "pos": 30, "dueComplete": True},
        {"id": "c4", "name": "Put away", "idList": "l1", "pos": 5, "closed": True},
        {"id": "c5", "name": "In an old list", "idList": "l3", "pos": 5},
        {"id": "c6", "name": " ", "idList": "l1", "pos": 99},
    ],
}


async def test_a_board_of_trello_becomes_a_project(world: World) -> None:
    report = await bring(world.mia, json.dumps(BOARD), "board.json", timeZone="Asia/Tokyo")
    assert (report["kind"], report["counts"]) == ("trello", {"created": 5, "failed": 1})
    assert report["project"]["name"] == "Our garden"
    assert await titles(world.gil, report["project"]) == [["First", "Buy seeds"], ["Finished"]]
    columns = await board(world.gil, report["project"])
    assert [(one["name"], one["status"]) for one in columns] == [
        ("Ideas", "NOT_STARTED"),
        ("Done", "COMPLETED"),
    ]
    found = await tasks_of(world.gil, report)
    assert {title for title, one in found.items() if one["status"] == "ARCHIVED"} == {
        *("Put away", "In an old list"),
    }
    seeds = found["Buy seeds"]
    assert (seeds["startDate"], seeds["dueDate"]) == ("2026-04-01", "2026-04-02")
    assert seeds["dueTime"] == "01:30"
    tags = {tag["name"]: tag["color"] for tag in seeds["tags"]}
    assert tags == {"green dark": "#4bce97", "Later": None}
    assert found["First"]["createdAt"].startswith("2020-04-21T14:58")
    assert seeds["description"] == "Red ones\n\n- [Shop](https://shop.example)"
    assert seeds["assigneeId"] == str(world.mia.actor.user_id)
    around = f"{TASKS}/{seeds['id']}"
    lines = done(await world.gil.http.get(f"{around}/checklist"))
    assert [(one["title"], one["checked"]) for one in lines] == [("Roses", True), ("Tulips", False)]
    [comment] = listed(await world.gil.http.get(f"{around}/comments"))
    assert comment["content"] == "**Rosa Luz**, 1 March 2026:\n\nWhich ones?"
    told = sorted(said(report).values())
    assert ["Nobody Here" in words for words in told] == [True, False, True]


TASKS_OF = [{"id": 1, "title": "a"}]
BAD: dict[str, bytes | str] = {
    "list.json": "[1, 2, 3]",
    "other.json": '{"a": 1}',
    "broken.json": '{"format": "mosaic-project", ',
    "deep.json": '{"format": ' + "[" * 200_000,
    "deeper.json": '{"a": ' + '{"a": ' * 100_000,
    "newer.json": '{"format": "mosaic-project", "formatVersion": 2}',
    "head.json": as_json(5, TASKS_OF),
    "nameless.json": as_json({"name": " "}, TASKS_OF),
    "huge-number.json": '{"format": ' + "9" * 10_000 + "}",
    "empty.csv": "",
    "blank.csv": "\ufeff \r\n\r\n",
    "headless.csv": "a,b,c\n1,2,3\n",
    "alone.csv": "Title,Status\n",
    "archive.csv": b"PK\x03\x04" + bytes(200),
    "picture.csv": bytes(range(256)) * 100,
    "nul.csv": bytes(1_000),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_file_that_cannot_be_taken_changes_nothing(world: World, name: str) -> None:
    report = await bring(world.mia, BAD[name], name)
    assert (report["status"], report["done"], report["project"]) == ("FAILED", 0, None)
    assert report["problem"].endswith("Nothing was changed.")
    assert not NEVER.search(report["problem"])
    assert listed(await world.mia.http.get(PROJECTS)) == []


async def test_a_very_long_cell_is_one_line(world: World) -> None:
    long = "x\n" * 5_000_000
    report = await bring(world.mia, f'Title,Notes\na,"{long}"\nb,y\n')
    assert report["counts"] == {"created": 1, "failed": 1}
    assert "200,000" in said(report)[2]


async def test_parts_of_a_file_of_ours_that_do_not_fit(world: World) -> None:
    tasks = [
        {"id": 1, "title": "good", "dependsOn": [{"id": 2}, {"id": 3}, {"id": 77}], "parent": 4},
        {"id": 2, "title": "bad", "dependsOn": [{"id": {}}]},
        {"id": 3, "title": "also good", "dependsOn": [{"id": 1}], "assignee": {"name": "?"}},
        7,
        {"id": 5, "title": "odd", "startDate": "2026-01-02", "dueDate": "2026-01-01"},
        {"id": 6, "title": "lone \ud800"},
        {"title": 5, "tags": [{"name": "x"}]},
    ]
    baselines = [5, {"name": "Plan", "tasks": [{"id": 1, "dueDate": "2026-01-01"}, {"id": 99}]}]
    head = {"name": "x", "startDate": "2026-02-01", "endDate": "2026-01-01", "page": "nowhere"}
    file = as_json(head, tasks, baselines=baselines, more={"a": [1]})
    report = await bring(world.mia, file, "x.json")
    assert report["status"] == "COMPLETED", report["problem"]
    assert report["counts"] == {"created": 4, "failed": 3}
    assert set(said(report)) >= {2, 3, 4, 5, 7}
    assert "lone ?" in await tasks_of(world.mia, report)
    [plan] = listed(await world.mia.http.get(f"{PROJECTS}/{report['project']['id']}/baselines"))
    assert (plan["name"], plan["count"]) == ("Plan", 1)


async def test_a_large_upload_is_turned_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 1_000)
    files = {"file": ("a.csv", b"Title\n" + b"x\n" * 1_000, "text/csv")}
    assert (await world.mia.http.post(IMPORT, files=files)).status_code == 413
