"""REST of projects and their boards."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page, cut
from mosaic.edge import InWorkspace, Once, Paging
from mosaic.projects import (
    baselines,
    board,
    clearing,
    columns,
    gantt,
    people,
    rescheduling,
    service,
)
from mosaic.projects.baselines import BaselineCreate, BaselineDetail, BaselinePublic
from mosaic.projects.board import Board, BoardQuery, Lanes
from mosaic.projects.exchange import templates
from mosaic.projects.gantt_shapes import Gantt, Schedule, ScheduleRequest
from mosaic.projects.people import ProjectPerson
from mosaic.projects.service import ProjectQuery
from mosaic.projects.shapes import (
    ColumnCreate,
    ColumnPublic,
    ColumnUpdate,
    ProjectCreate,
    ProjectPublic,
    ProjectUpdate,
)

router = APIRouter(prefix="/projects", tags=["Projects"])


@router.get("")
async def list_projects(
    work: InWorkspace, query: Annotated[ProjectQuery, Query()]
) -> Page[ProjectPublic]:
    """Projects, by name."""
    return await service.list_projects(work, query)


@router.post("", status_code=201)
async def create_project(work: InWorkspace, wanted: ProjectCreate, once: Once) -> ProjectPublic:
    """Make a project, with a board of three columns, or as a template has it."""
    return await once.keep(await templates.begin_project(work, wanted))


@router.get("/{project_id}")
async def read_project(work: InWorkspace, project_id: str) -> ProjectPublic:
    """One project, by id or slug."""
    return await service.read_project(work, project_id)


@router.patch("/{project_id}")
@router.put("/{project_id}", include_in_schema=False)
async def change_project(
    work: InWorkspace, project_id: str, change: ProjectUpdate
) -> ProjectPublic:
    """Change a project."""
    return await service.change_project(work, project_id, change)


@router.delete("/{project_id}", status_code=204)
async def delete_project(work: InWorkspace, project_id: str, permanent: bool = False) -> None:
    """Put a project away; with `permanent`, remove it for good, but not its tasks."""
    remove = service.remove_project if permanent else service.archive_project
    await remove(work, project_id)


@router.get("/{project_id}/people")
async def list_people(work: InWorkspace, project_id: str) -> list[ProjectPerson]:
    """Whose its tasks are: how many each has that are open, and completed ones."""
    project = await service.get_project(work, project_id)
    return await people.list_people(work, project.id)


@router.get("/{project_id}/board")
async def read_board(
    work: InWorkspace, project_id: str, query: Annotated[BoardQuery, Query()]
) -> Board:
    """The first cards of each column, or of a lane; of one column, those after its `cursor`."""
    project = await service.get_project(work, project_id)
    return await board.read_board(work, project, query)


@router.get("/{project_id}/lanes")
async def read_lanes(
    work: InWorkspace, project_id: str, by: Literal["assignee", "priority"] = "assignee"
) -> Lanes:
    """The lanes of the board, and how many cards are in each."""
    return await board.read_lanes(work, await service.get_project(work, project_id), by)


@router.get("/{project_id}/columns")
async def list_columns(work: InWorkspace, project_id: str, query: Paging) -> Page[ColumnPublic]:
    """The columns of the board, in their order."""
    project = await service.get_project(work, project_id)
    return cut(await columns.list_columns(work, project), query)


@router.post("/{project_id}/columns", status_code=201)
async def add_column(work: InWorkspace, project_id: str, wanted: ColumnCreate) -> ColumnPublic:
    """Add a column at the end of the board."""
    project = await service.get_project(work, project_id, lock=True)
    return await columns.add_column(work, project, wanted)


@router.patch("/{project_id}/columns/{column_id}")
@router.put("/{project_id}/columns/{column_id}", include_in_schema=False)
async def change_column(
    work: InWorkspace, project_id: str, column_id: UUID, change: ColumnUpdate
) -> ColumnPublic:
    """Give a column another name, limit, place or, while it is empty, status."""
    project = await service.get_project(work, project_id, lock=True)
    return await columns.change_column(work, project, column_id, change)


@router.delete("/{project_id}/columns/{column_id}", status_code=204)
async def remove_column(
    work: InWorkspace,
    project_id: str,
    column_id: UUID,
    move_to: Annotated[UUID | None, Query(alias="moveTo")] = None,
) -> None:
    """Take a column off the board; its cards go to the column `moveTo`."""
    project = await service.get_project(work, project_id, lock=True)
    await clearing.remove_column(work, project, column_id, move_to)


@router.get("/{project_id}/baselines")
async def list_baselines(work: InWorkspace, project_id: str, query: Paging) -> Page[BaselinePublic]:
    """What the plan was at times, the latest first."""
    project = await service.get_project(work, project_id)
    return cut(await baselines.list_baselines(work, project), query)


@router.post("/{project_id}/baselines", status_code=201)
async def take_baseline(
    work: InWorkspace, project_id: str, wanted: BaselineCreate
) -> BaselineDetail:
    """Keep the dates of the project's tasks as they are now."""
    project = await service.get_project(work, project_id, lock=True)
    return await baselines.take_baseline(work, project, wanted)


@router.get("/{project_id}/baselines/{baseline_id}")
async def read_baseline(work: InWorkspace, project_id: str, baseline_id: UUID) -> BaselineDetail:
    """One baseline, with the dates of its tasks."""
    project = await service.get_project(work, project_id)
    return await baselines.read_baseline(work, project, baseline_id)


@router.delete("/{project_id}/baselines/{baseline_id}", status_code=204)
async def remove_baseline(work: InWorkspace, project_id: str, baseline_id: UUID) -> None:
    """Remove a baseline; the tasks stay as they are."""
    project = await service.get_project(work, project_id, lock=True)
    await baselines.remove_baseline(work, project, baseline_id)


@router.get("/{project_id}/gantt")
async def read_gantt(
    work: InWorkspace,
    project_id: str,
    baseline_id: Annotated[UUID | None, Query(alias="baselineId")] = None,
) -> Gantt:
    """The time line: when tasks are planned, what they wait for and how much room there is."""
    project = await service.get_project(work, project_id)
    return await gantt.read_gantt(work, project, baseline_id)


@router.post("/{project_id}/schedule")
async def reschedule(work: InWorkspace, project_id: str, wanted: ScheduleRequest) -> Schedule:
    """Give a task other dates and see, or let follow, what waits for it."""
    project = await service.get_project(work, project_id, lock=True)
    return await rescheduling.reschedule(work, project, wanted)
