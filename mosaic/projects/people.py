"""Who works on a project: whose its tasks are."""

from uuid import UUID

from sqlalchemy import text

from mosaic.core.shapes import Shape
from mosaic.core.work import Work


class ProjectPerson(Shape):
    """Somebody with tasks of a project, open and completed ones; no `id` for tasks of nobody."""

    id: UUID | None
    name: str | None
    open: int
    completed: int


async def list_people(work: Work, project_id: UUID) -> list[ProjectPerson]:
    """Return whose the tasks of a project are, most open ones first, those of nobody last.

    Archived tasks do not count. One statement.
    """
    rows = await work.session.execute(_PEOPLE, {"project": project_id})
    return [ProjectPerson.model_validate(row) for row in rows]


_PEOPLE = text(
    "SELECT u.id, u.name, count(*) FILTER (WHERE t.status <> 'COMPLETED') AS open, "
    "count(*) FILTER (WHERE t.status = 'COMPLETED') AS completed "
    "FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id "
    "WHERE t.project_id = :project AND t.status <> 'ARCHIVED' "
    "GROUP BY u.id, u.name ORDER BY u.id IS NULL, open DESC, lower(u.name), u.id"
)
