"""The rows of tasks: each function writes what many tasks are to be in a statement or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import select, text

from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.tasks.entries import keep_links
from mosaic.tasks.models import Task
from mosaic.tasks.placing import append
from mosaic.tasks.tagging import set_tags


@dataclass
class Step:
    """One task, and what changes about it. `follows`: the task that it is the next one of."""

    task: Task
    values: dict[str, Any]
    tags: list[str] | None
    had: list[str]
    is_new: bool = False
    follows: UUID | None = None

    @property
    def changes(self) -> bool:
        return self.is_new or bool(self.values) or self.tags is not None

    def take(self, place: str | None) -> None:
        """Go to a place in the column."""
        if place and ("column_id" in self.values or place != self.task.position):
            self.values["position"] = place

    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the fields that change, before and after, as they are kept."""
        after = dict(self.values)
        before = {name: getattr(self.task, name) for name in after}
        if self.tags is not None:
            before, after = before | {"tags": self.had}, after | {"tags": self.tags}
        before = {} if self.is_new else before
        return to_jsonable_python(before), to_jsonable_python(after)


def fresh(work: Work, id: UUID | None = None) -> Task:
    """Return a task that is not there yet; `number` gives it one, `write` adds it."""
    mine: dict[str, Any] = {"created_by": work.user_id, "updated_by": work.user_id}
    return Task(id=id or new_id(), workspace_id=work.tenant, number=0, title="", **mine)


async def number(work: Work, tasks: Sequence[Task]) -> None:
    """Give new tasks the next numbers of the workspace."""
    if not tasks:
        return
    last = await work.session.scalar(_NUMBERS, {"count": len(tasks)})
    for number, task in enumerate(tasks, (last or 0) - len(tasks) + 1):
        task.number = number


_NUMBERS = text(
    "INSERT INTO task_numbers AS n (workspace_id, last) VALUES (app_workspace(), :count) "
    "ON CONFLICT (workspace_id) DO UPDATE SET last = n.last + excluded.last RETURNING last"
)


async def place(work: Work, steps: list[Step]) -> None:
    """Give cards that come to a column, and have no place in it yet, one at its end."""
    moved = [one for one in steps if "column_id" in one.values and "position" not in one.values]
    goes = {one.task.id: one.values["column_id"] for one in moved if one.values["column_id"]}
    places = await append(work, goes)
    for one in moved:
        one.values["position"] = places.get(one.task.id)


async def write(work: Work, steps: list[Step]) -> None:
    """Write what changes, with tags and links; the tasks are up to date afterwards."""
    for one in steps:
        if one.is_new:
            for name, value in one.values.items():
                setattr(one.task, name, value)
            work.session.add(one.task)
    await work.session.flush()
    await _update(work, [one for one in steps if not one.is_new])
    await set_tags(work, {one.task.id: one.tags for one in steps if one.tags is not None})
    texts = {one.task.id: one.values["description"] for one in steps if "description" in one.values}
    await keep_links(work, texts)


async def _update(work: Work, steps: list[Step]) -> None:
    """Write tasks that are there in one statement, and read what they are from now on."""
    if not steps:
        return
    names = sorted({name for one in steps for name in one.values})
    rows = [
        {"id": one.task.id, **{n: one.values.get(n, getattr(one.task, n)) for n in names}}
        for one in steps
    ]
    sets = "".join(f"{name} = given.{name}, " for name in names)
    statement = text(_UPDATE.format(sets=sets))
    query = select(Task).from_statement(statement).execution_options(populate_existing=True)
    (await work.session.scalars(query, {"rows": to_json(rows).decode()})).all()


_UPDATE = (
    "UPDATE tasks t SET {sets}version = t.version + 1, updated_by = app_user(), "
    "updated_at = clock_timestamp() "
    "FROM jsonb_populate_recordset(NULL::tasks, CAST(:rows AS jsonb)) given "
    "WHERE t.id = given.id RETURNING t.*"
)


async def keep(work: Work, action: str, steps: list[Step], sides: list[Any]) -> UUID:
    """Keep what was changed, so that it can be taken back; return the change's id."""
    change_id = new_id()
    rows = [
        {"task_id": one.task.id, "before": before, "after": after}
        for one, (before, after) in zip(steps, sides, strict=True)
    ]
    values = {"id": change_id, "action": action, "user": work.actor.user_id}
    await work.session.execute(_KEEP, {**values, "rows": to_json(rows).decode()})
    return change_id


_KEEP = text(
    "WITH one AS (INSERT INTO task_changes (id, workspace_id, action, user_id) "
    "VALUES (:id, app_workspace(), :action, CAST(:user AS uuid)) RETURNING id) "
    "INSERT INTO task_change_fields (workspace_id, change_id, task_id, before, after) "
    "SELECT app_workspace(), one.id, task_id, before, after FROM one, "
    "jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (task_id uuid, before jsonb, after jsonb)"
)
