"""Baselines: what the plan of a project was at a time, kept to look back at."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, NotFound
from mosaic.core.ids import new_id
from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.work import Role, Work
from mosaic.projects.baseline_models import Baseline, BaselineTask
from mosaic.projects.models import Project

MOST = 100


class BaselineCreate(Shape):
    """A baseline to be taken."""

    name: Line


class BaselineDates(Shape):
    """The dates of a task when the baseline was taken."""

    task_id: UUID
    start_date: date | None
    due_date: date | None


class BaselinePublic(Shape):
    """A baseline, and how many tasks are in it."""

    id: UUID
    name: str
    taken_at: Instant
    created_by: UUID | None
    count: int


class BaselineDetail(BaselinePublic):
    """A baseline with the dates of its tasks."""

    tasks: list[BaselineDates]


async def list_baselines(work: Work, project: Project) -> list[BaselinePublic]:
    """Return the baselines of a project, the latest first."""
    inside = select(func.count()).where(col(BaselineTask.baseline_id) == col(Baseline.id))
    rows = await work.session.execute(
        select(Baseline, inside.scalar_subquery())
        .where(col(Baseline.project_id) == project.id)
        .order_by(col(Baseline.id).desc())
    )
    return [
        BaselinePublic.model_validate({**one.model_dump(), "count": count}) for one, count in rows
    ]


async def read_baseline(work: Work, project: Project, baseline_id: UUID) -> BaselineDetail:
    """Return a baseline with the dates of its tasks. NotFound for another project's."""
    baseline = await _get(work, project, baseline_id)
    inside = select(BaselineTask).where(col(BaselineTask.baseline_id) == baseline.id)
    tasks = [BaselineDates.model_validate(one) for one in await work.session.scalars(inside)]
    return BaselineDetail.model_validate(
        {**baseline.model_dump(), "count": len(tasks), "tasks": tasks}
    )


async def take_baseline(work: Work, project: Project, wanted: BaselineCreate) -> BaselineDetail:
    """Keep the dates of a project's tasks as they are now, archived ones aside. MEMBER.

    `project` is held. Conflict beyond a hundred of them.
    """
    work.require(Role.MEMBER)
    if len(await list_baselines(work, project)) >= MOST:
        raise Conflict(f"A project keeps at most {MOST} baselines. Option: remove one first.")
    baseline = Baseline(
        id=new_id(),
        workspace_id=work.tenant,
        project_id=project.id,
        name=wanted.name,
        created_by=work.user_id,
    )
    work.session.add(baseline)
    await work.session.flush()
    await work.session.execute(_TAKE, {"id": baseline.id, "project": project.id})
    _noted(work, project)
    return await read_baseline(work, project, baseline.id)


_TAKE = text(
    "INSERT INTO baseline_tasks (workspace_id, baseline_id, task_id, start_date, due_date) "
    "SELECT workspace_id, :id, id, start_date, due_date FROM tasks "
    "WHERE project_id = :project AND status <> 'ARCHIVED' "
    "AND (start_date IS NOT NULL OR due_date IS NOT NULL)"
)


async def remove_baseline(work: Work, project: Project, baseline_id: UUID) -> None:
    """Remove a baseline; the tasks stay as they are. MEMBER."""
    work.require(Role.MEMBER)
    await work.session.delete(await _get(work, project, baseline_id))
    _noted(work, project)


async def _get(work: Work, project: Project, baseline_id: UUID) -> Baseline:
    query = select(Baseline).where(
        col(Baseline.id) == baseline_id, col(Baseline.project_id) == project.id
    )
    baseline = (await work.session.scalars(query)).one_or_none()
    if baseline is None:
        raise NotFound("There is no such baseline of this project.")
    return baseline


def _noted(work: Work, project: Project) -> None:
    activity.record(work, "UPDATED", "project", project.id, project.name, {"slug": project.slug})
    work.changed("projects", project.id)
