"""What becomes of a task when something about it is changed: the rules, without a database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from mosaic.core.errors import Invalid
from mosaic.projects.models import BoardColumn
from mosaic.tasks.models import Task
from mosaic.tasks.shapes import OPEN

Boards = Mapping[UUID, Sequence[BoardColumn]]
NULLABLE = frozenset(
    {
        *("due_date", "due_time", "start_date", "shown_from", "estimate_minutes", "repeat_rule"),
        *("assignee_id", "project_id", "parent_id"),
    }
)


def plan(task: Task, given: Mapping[str, Any], boards: Boards) -> dict[str, Any]:
    """Return the columns of `task` that change when it is given other values.

    A new `column_id` has no position yet. Status and column follow each other: a card gets the
    status of the column it goes to, and goes to the first column that has its new status; where no
    column has it, it stays. Without a target date there is no time of it. Raises Invalid for a
    start after the target date, for a time without one, and for a column of another board.
    """
    values = {name: given[name] for name in given if given[name] is not None or name in NULLABLE}
    values.pop("tags", None)
    wanted, status = values.pop("column_id", None), values.get("status", task.status)
    project_id = values.get("project_id", task.project_id)
    board = boards.get(project_id, ()) if project_id else ()
    column = _column(task, project_id, wanted, status, board)
    if column and wanted and (column.id != task.column_id or "status" not in values):
        arrives = column.id != task.column_id or status == "ARCHIVED"
        status = column.status if arrives else status
    values |= {"status": status, "column_id": column.id if column else None}
    values["completed_at"] = _completed_at(task, status)
    if "due_date" in values and values["due_date"] is None:
        values.setdefault("due_time", None)
    changed = {name: value for name, value in values.items() if value != getattr(task, name, None)}
    check_dates(task, changed)
    return changed


def _column(
    task: Task,
    project_id: UUID | None,
    wanted: UUID | None,
    status: str,
    board: Sequence[BoardColumn],
) -> BoardColumn | None:
    there = {column.id: column for column in board}
    if wanted is not None and wanted not in there:
        raise Invalid("This column is not on the board of the task's project.", "columnId")
    if project_id is None or not board:
        return None
    if wanted is not None:
        return there[wanted]
    now = there.get(task.column_id) if task.column_id else None
    if now and status in (now.status, task.status, "ARCHIVED"):
        return now
    fits = (column for column in board if column.status == status)
    return next(fits, now or board[0])


def _completed_at(task: Task, status: str) -> datetime | None:
    if status in OPEN:
        return None
    if status == "COMPLETED":
        return task.completed_at or datetime.now(UTC)
    return task.completed_at


def check_dates(task: Task, changed: Mapping[str, Any]) -> None:
    """Raise Invalid where the dates of a task would not go together once they are `changed`."""
    start = changed.get("start_date", task.start_date)
    end = changed.get("due_date", task.due_date)
    if start and end and start > end:
        name = "startDate" if "start_date" in changed else "dueDate"
        raise Invalid("The start comes after the target date. Consider another date.", name)
    if end is None and changed.get("due_time", task.due_time):
        raise Invalid("A time goes with a target date. Consider adding one.", "dueTime")
