"""Whether what a task refers to is here: a member, a project, a task above it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.errors import Conflict, Invalid
from mosaic.core.work import Work
from mosaic.projects.models import Project
from mosaic.tasks.models import Task
from mosaic.workspaces.models import Member

Given = Mapping[str, Any]
Wanted = Sequence[tuple[Task, Given]]


async def check(work: Work, wanted: Wanted) -> None:
    """Raise Invalid for whatever tasks are to refer to that is not in this workspace.

    At most a statement for each kind, however many tasks there are.
    """
    people = _named(wanted, "assignee_id")
    if people:
        here = select(col(Member.user_id)).where(
            col(Member.workspace_id) == work.tenant, col(Member.user_id).in_(people)
        )
        _all_there(people, await work.session.scalars(here), "There is no such member here.")
    projects = _named(wanted, "project_id")
    if projects:
        found = select(col(Project.id)).where(col(Project.id).in_(projects))
        _all_there(projects, await work.session.scalars(found), "There is no such project here.")
    if _named(wanted, "parent_id"):
        await _check_parents(work, wanted)


_FIELDS = {"member": "assigneeId", "project": "projectId", "task": "parentId"}


def _named(wanted: Wanted, field: str) -> set[UUID]:
    return {given[field] for _, given in wanted if given.get(field) is not None}


def _all_there(asked: set[UUID], found: Any, words: str) -> None:
    if asked - set(found):
        raise Invalid(words, next(_FIELDS[kind] for kind in _FIELDS if kind in words))


async def _check_parents(work: Work, wanted: Wanted) -> None:
    # Two that put each other below themselves at once take turns.
    await take_turn(work)
    parents = _named(wanted, "parent_id")
    rows = await work.session.execute(_ABOVE, {"ids": list(parents)})
    above: dict[UUID, UUID | None] = {row.id: row.parent_id for row in rows}
    _all_there(parents, above, "There is no such task here.")
    above |= {task.id: given["parent_id"] for task, given in wanted if given.get("parent_id")}
    for task, given in wanted:
        place, seen = given.get("parent_id"), {task.id}
        while place is not None:
            if place in seen:
                raise Conflict("A task cannot stand below itself. Consider another place for it.")
            seen.add(place)
            place = above.get(place)


async def take_turn(work: Work) -> None:
    """Wait until nobody else changes what stands below or after what in this workspace."""
    await work.session.execute(_TURN)


_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('tasks ' || app_workspace(), 0))")
_ABOVE = text(
    "WITH RECURSIVE above AS (SELECT id, parent_id FROM tasks WHERE id = ANY(:ids) "
    "UNION SELECT t.id, t.parent_id FROM above JOIN tasks t ON t.id = above.parent_id) "
    "SELECT id, parent_id FROM above"
)
