"""What an import writes: tasks with what stands around them, a few statements for many."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from mosaic.core.ids import new_id
from mosaic.core.order import following
from mosaic.core.work import Work
from mosaic.jobs.report import Line, write_or_tell
from mosaic.knowledge.tags import add_colors
from mosaic.projects.exchange.item import Item
from mosaic.projects.exchange.people import People, read_people
from mosaic.projects.exchange.shapes import CommentFile, TaskFile
from mosaic.projects.exchange.target import Target
from mosaic.tasks.around_models import ChecklistItem, TaskComment
from mosaic.tasks.writing import Step, fresh, number, place
from mosaic.tasks.writing import write as write_steps

_LONGEST_COMMENT = 50_000
_KEPT = {"title", "description", "priority", "start_date", "due_date", "due_time", "shown_from"}
_KEPT |= {"estimate_minutes", "progress", "milestone", "repeat_rule"}


async def write(work: Work, target: Target, batch: Sequence[Item]) -> dict[int, Line]:
    """Write tasks into a project; return a line of the report for each, by its place there.

    One that cannot be kept does not take the others with it.
    """

    async def some(part: Sequence[Item]) -> list[Line]:
        return await _write(work, target, part)

    lines = await write_or_tell(work, batch, some, _title, "This task could not be kept.")
    return {item.line: line for item, line in zip(batch, lines, strict=True)}


def _title(item: Item) -> str:
    return item.title


async def _write(work: Work, target: Target, batch: Sequence[Item]) -> list[Line]:
    tasks = [item.task for item in batch if item.task]
    named = any(task.assignee or task.comments for task in tasks)
    people = await read_people(work) if named else People({}, {})
    await write_tasks(work, target, tasks, people)
    return [_line(item, people) for item in batch]


def _line(item: Item, people: People) -> Line:
    if item.task is None:
        return Line(item.title, "failed", " ".join(item.said))
    asked = item.task.assignee
    remark = people.find(asked)[1] if asked else ""
    return Line(item.title, "created", " ".join(filter(None, [*item.said, remark])))


async def write_tasks(
    work: Work, target: Target, tasks: Sequence[TaskFile], people: People
) -> None:
    """Write tasks with their tags, checklists and comments; cards go to the end of columns."""
    steps = [_step(work, target, task, people) for task in tasks]
    await number(work, [one.task for one in steps])
    await place(work, steps)
    await write_steps(work, steps)
    await add_colors(work, {tag.name: tag.color for one in tasks for tag in one.tags if tag.color})
    for task, step in zip(tasks, steps, strict=True):
        _add_around(work, task, step.task.id, people)
    await work.session.flush()
    if steps:
        work.changed("tasks", target.project_id)


def _step(work: Work, target: Target, task: TaskFile, people: People) -> Step:
    column_id, status = target.fit(task)
    values: dict[str, Any] = {name: getattr(task, name) for name in _KEPT}
    values |= {"project_id": target.project_id, "column_id": column_id, "status": status}
    values["assignee_id"] = people.find(task.assignee)[0] if task.assignee else None
    values["completed_at"] = _completed_at(task, status)
    # Always said: what the database would set is asked back from it, which takes thrice as long.
    now = datetime.now(UTC)
    values |= {"created_at": task.created_at or now, "updated_at": task.updated_at or now}
    tags = [tag.name for tag in task.tags]
    fresh_task = fresh(work, target.ids.at(task.id))
    return Step(fresh_task, values, tags or None, [], is_new=True)


def _completed_at(task: TaskFile, status: str) -> datetime | None:
    if status == "COMPLETED":
        return task.completed_at or datetime.now(UTC)
    return task.completed_at if status == "ARCHIVED" else None


def _add_around(work: Work, task: TaskFile, id: UUID, people: People) -> None:
    mine: dict[str, Any] = {"workspace_id": work.tenant, "task_id": id}
    places = following(None, len(task.checklist))
    for item, where in zip(task.checklist, places, strict=True):
        line: dict[str, Any] = {**item.model_dump(), "position": where}
        work.session.add(ChecklistItem(id=new_id(), **mine, **line))
    for comment in task.comments:
        at = comment.at or datetime.now(UTC)
        said = {**mine, "content": _content(comment, people, work.user_id)}
        said |= {"created_by": work.user_id, "created_at": at, "updated_at": at}
        work.session.add(TaskComment(id=new_id(), **said))


def _content(comment: CommentFile, people: People, me: UUID) -> str:
    """Return what somebody said. What another one did is not put into their mouth, but told."""
    author = comment.author
    if not (author.name or author.email) or people.is_me(author, me):
        return comment.content
    when = f", {comment.at.day} {comment.at:%B %Y}" if comment.at else ""
    return f"**{author.name or author.email}**{when}:\n\n{comment.content}"[:_LONGEST_COMMENT]
