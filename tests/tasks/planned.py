"""What the tests of tasks and projects do over REST, again and again."""

from typing import Any

import httpx2 as httpx

from tests.world import Person

TASKS, PROJECTS = "/api/tasks", "/api/projects"
Row = dict[str, Any]


def done(answer: httpx.Response) -> Any:
    """Return what a good answer says."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url} {answer.text}"
    return answer.json() if answer.content else None


async def project(person: Person, name: str = "Garden", **values: Any) -> Row:
    """Make a project."""
    made: Row = done(await person.http.post(PROJECTS, json={"name": name, **values}))
    return made


async def task(person: Person, title: str = "Water the plants", **values: Any) -> Row:
    """Make a task."""
    made: Row = done(await person.http.post(TASKS, json={"title": title, **values}))
    return made


async def read(person: Person, task: Row) -> Row:
    """Return a task as it is now."""
    found: Row = done(await person.http.get(f"{TASKS}/{task['id']}"))
    return found


async def change(person: Person, task: Row, **values: Any) -> Row:
    """Change a task."""
    changed: Row = done(await person.http.patch(f"{TASKS}/{task['id']}", json=values))
    return changed


async def move(person: Person, task: Row, column: Row, **beside: Any) -> httpx.Response:
    """Move a card."""
    where = {"columnId": column["id"], **beside}
    return await person.http.post(f"{TASKS}/{task['id']}/move", json=where)


async def board(person: Person, project: Row, **query: Any) -> list[Row]:
    """Return the columns of a board with their cards."""
    answer = await person.http.get(f"{PROJECTS}/{project['id']}/board", params=query)
    columns: list[Row] = done(answer)["columns"]
    return columns


async def titles(person: Person, project: Row) -> list[list[str]]:
    """Return the titles of the cards of each column."""
    return [[card["title"] for card in one["cards"]] for one in await board(person, project)]
