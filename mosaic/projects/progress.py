"""How a project has come along, day by day."""

from datetime import date
from uuid import UUID

from sqlalchemy import text

from mosaic.core.shapes import Shape
from mosaic.core.work import Work


class DayOfWork(Shape):
    """How many tasks there were at the end of a day (UTC), and how many were completed by then."""

    day: date
    total: int
    completed: int


async def read_burn_up(work: Work, project_id: UUID) -> list[DayOfWork]:
    """Return the days on which a task came or was completed, in their order.

    Tasks that are archived now count on no day; a task that goes on again was never completed.
    """
    rows = await work.session.execute(_DAYS, {"project": project_id})
    return [DayOfWork.model_validate(row) for row in rows]


_DAYS = text(
    "SELECT day, sum(sum(came)) OVER days AS total, sum(sum(completed)) OVER days AS completed "
    "FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, 1 AS came, 0 AS completed "
    "FROM tasks WHERE project_id = :project AND status <> 'ARCHIVED' UNION ALL "
    "SELECT (completed_at AT TIME ZONE 'UTC')::date, 0, 1 FROM tasks "
    "WHERE project_id = :project AND status = 'COMPLETED') steps "
    "GROUP BY day WINDOW days AS (ORDER BY day) ORDER BY day"
)
