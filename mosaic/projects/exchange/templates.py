"""Templates: projects that others begin as, with nothing of them done yet."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Limits
from sqlalchemy import func, select
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.portions import portions
from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.work import Role, Work
from mosaic.projects.columns import columns_of
from mosaic.projects.exchange.people import People
from mosaic.projects.exchange.reading import mentioned, places_on_board, read_head, read_tasks
from mosaic.projects.exchange.renumbering import mention_anew
from mosaic.projects.exchange.shapes import ProjectFile, TaskFile
from mosaic.projects.exchange.shifting import Shift, first_day
from mosaic.projects.exchange.target import Ids, Target
from mosaic.projects.exchange.template_models import ProjectTemplate
from mosaic.projects.exchange.ties import Wait
from mosaic.projects.exchange.tying import tie
from mosaic.projects.exchange.writing import write_tasks
from mosaic.projects.models import Project
from mosaic.projects.service import create_project, get_project, read_project
from mosaic.projects.shapes import ColumnCreate, ProjectCreate, ProjectPublic
from mosaic.projects.working_days import WorkCalendar

MOST, MOST_TASKS = 200, 2_000
_AT_ONCE = 500
_NOTHING_DONE: dict[str, Any] = {
    **dict.fromkeys(("assignee", "created_at", "updated_at", "completed_at")),
    "progress": 0,
}


class TemplateCreate(Shape):
    """A project to be kept as a template, under its own name or another one."""

    project_id: UUID
    name: Line | None = None


class TemplatePublic(Shape):
    """A template, and how many tasks it has."""

    id: UUID
    name: str
    tasks: int
    created_by: UUID | None
    created_at: Instant


class _Document(Shape):
    """A template as it is kept."""

    project: ProjectFile
    tasks: Annotated[list[TaskFile], Limits(max_length=MOST_TASKS)]


async def list_templates(work: Work) -> list[TemplatePublic]:
    """Return the templates of the workspace, by name."""
    names = [col(getattr(ProjectTemplate, name)) for name in TemplatePublic.model_fields]
    rows = await work.session.execute(
        select(*names)
        .where(col(ProjectTemplate.workspace_id) == work.tenant)
        .order_by(func.lower(col(ProjectTemplate.name)), col(ProjectTemplate.id))
    )
    return [TemplatePublic.model_validate(row) for row in rows]


async def keep_template(work: Work, wanted: TemplateCreate) -> TemplatePublic:
    """Keep a project as a template, without people, comments and what is archived. MEMBER.

    Raises Invalid for a project that is not here, Conflict for one of more than 2,000 tasks.
    """
    work.require(Role.MEMBER)
    try:
        project = await get_project(work, wanted.project_id)
    except NotFound as problem:
        raise Invalid(problem.detail, "projectId") from None
    if len(await list_templates(work)) >= MOST:
        raise Conflict(f"A workspace keeps at most {MOST} templates. Option: remove one first.")
    head, tasks = await _read(work, project)
    document = _Document.model_construct(project=head, tasks=tasks)
    template = ProjectTemplate(
        id=new_id(),
        workspace_id=work.tenant,
        name=wanted.name or project.name,
        tasks=len(tasks),
        document=document.model_dump(mode="json", exclude_defaults=True),
        created_by=work.user_id,
    )
    work.session.add(template)
    await work.session.flush()
    await work.session.refresh(template)
    _noted(work, "CREATED", template)
    return TemplatePublic.model_validate(template)


async def _read(work: Work, project: Project) -> tuple[ProjectFile, list[TaskFile]]:
    places = await places_on_board(work, project)
    if len(places) > MOST_TASKS:
        raise Conflict(f"A template has at most {MOST_TASKS:,} tasks.")
    names = {place.id: number for number, place in enumerate(places, 1)}
    board = (await columns_of(work, [project.id]))[project.id]
    at = {one.id: number for number, one in enumerate(board)}
    head, numbers = await read_head(work, project), await mentioned(work, project)
    tasks = [
        _as_new(task, head.columns)
        for portion in portions(places, _AT_ONCE)
        for task in await read_tasks(work, [place.id for place in portion], names, at, numbers)
        if task.status != "ARCHIVED"
    ]
    head.status, head.page = "ACTIVE", None
    return head, tasks


def _as_new(task: TaskFile, columns: Sequence[ColumnCreate]) -> TaskFile:
    """Return a task as it was before anything of it was done."""
    unchecked = [item.model_copy(update={"checked": False}) for item in task.checklist]
    fresh = task.model_copy(update={**_NOTHING_DONE, "comments": [], "checklist": unchecked})
    begun = [place for place, one in enumerate(columns) if one.status == "NOT_STARTED"] or [0]
    if task.column is not None and task.column not in begun:
        fresh.column = begun[0]
    fresh.status = columns[fresh.column].status if fresh.column is not None else "NOT_STARTED"
    return fresh


async def remove_template(work: Work, template_id: UUID) -> None:
    """Remove a template; projects that began as it stay. MEMBER."""
    work.require(Role.MEMBER)
    template = await _get(work, template_id)
    _noted(work, "DELETED", template)
    await work.session.delete(template)


async def _get(work: Work, template_id: UUID) -> ProjectTemplate:
    found = select(ProjectTemplate).where(col(ProjectTemplate.id) == template_id)
    template = (await work.session.scalars(found)).one_or_none()
    if template is None:
        raise NotFound("There is no such template here.")
    return template


async def begin_project(work: Work, wanted: ProjectCreate) -> ProjectPublic:
    """Make a project, as its template says where one is named. MEMBER.

    The template's first day becomes the start of the project, or today where none is given. Raises
    Invalid for a template that is not here.
    """
    if wanted.template_id is None:
        return await create_project(work, wanted)
    work.require(Role.MEMBER)
    try:
        template = await _get(work, wanted.template_id)
    except NotFound as problem:
        raise Invalid(problem.detail, "templateId") from None
    document = _Document.model_validate(template.document)
    head, tasks = document.project, document.tasks
    _shift(head, tasks, wanted.start_date or work.today)
    made = await create_project(work, _as(head, wanted), head.columns)
    board = (await columns_of(work, [made.id]))[made.id]
    target = Target(made.id, Ids(made.id), board, [one.id for one in board], exact=True)
    for start in range(0, len(tasks), _AT_ONCE):
        await write_tasks(work, target, tasks[start : start + _AT_ONCE], People({}, {}))
    waits = [
        Wait(task.id, one.id, one.type, one.lag_days) for task in tasks for one in task.depends_on
    ]
    parents = {task.id: task.parent for task in tasks if task.parent}
    if parents or waits:
        await tie(work, target, parents, dict(enumerate(waits)))
    numbers = {task.number: task.id for task in tasks if task.number}
    if numbers:
        await mention_anew(work, target, numbers)
    return await read_project(work, made.id)


def _shift(head: ProjectFile, tasks: Sequence[TaskFile], to: date) -> None:
    first = first_day(tasks, head.start_date)
    if first is None:
        return
    calendar = WorkCalendar(head.calendar.working_days, head.calendar.holidays)
    shift = Shift(calendar, first, to)
    for task in tasks:
        shift.move(task)
    head.start_date = shift.start(head.start_date) if head.start_date else None
    head.end_date = shift.end(head.end_date) if head.end_date else None


def _as(head: ProjectFile, wanted: ProjectCreate) -> ProjectCreate:
    """Return the project that is wanted, with what the template says where nothing is asked."""
    said: dict[str, Any] = {name: getattr(head, name) for name in _SAID}
    given = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    kept = {name: value for name, value in given.items() if value not in (None, "")}
    made = ProjectCreate.model_validate({**said, **kept})
    if made.start_date and made.end_date and made.end_date < made.start_date:
        made.end_date = None if "end_date" not in kept else made.end_date
    return made


_SAID = ("description", "color", "start_date", "end_date", "calendar")


def _noted(work: Work, action: str, template: ProjectTemplate) -> None:
    activity.record(work, action, "template", template.id, template.name, {})
    work.changed("projects", template.id)
