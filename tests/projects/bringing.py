"""Short ways to import a project over REST."""

import json
from typing import Any

from tests.answers import NEVER
from tests.tasks.planned import PROJECTS, TASKS, Row, done
from tests.world import Person

IMPORT = f"{PROJECTS}/import"


async def bring(person: Person, data: str | bytes, file: str = "tasks.csv", **form: str) -> Row:
    """Import a file and return the report."""
    files = {"file": (file, data, "application/octet-stream")}
    answer = await person.http.post(IMPORT, params={"wait": True}, files=files, data=form)
    assert answer.status_code == 200, answer.text
    report: Row = answer.json()
    told = [report["problem"] or "", *(line["reason"] for line in report["report"])]
    assert not [words for words in told if NEVER.search(words)]
    return report


async def tasks_of(person: Person, report: Row) -> dict[str, Row]:
    """Return the tasks of the project that came, by their titles."""
    project = report["project"]["id"]
    found: dict[str, Row] = {}
    for status in (["NOT_STARTED", "IN_PROGRESS", "PAUSED", "COMPLETED"], ["ARCHIVED"]):
        asked = {"projectId": project, "limit": 100, "sort": "number", "status": status}
        page = done(await person.http.get(TASKS, params=asked))
        found |= {one["title"]: one for one in page["data"]}
    return found


def said(report: Row) -> dict[int, str]:
    """Return what is said about lines, by their numbers."""
    return {line["line"]: line["reason"] for line in report["report"]}


def as_json(project: Any, tasks: Any, **more: Any) -> str:
    """Return a file as an export of a project has it."""
    file = {"format": "mosaic-project", "formatVersion": 1, "project": project, "tasks": tasks}
    return json.dumps({**file, **more})
