"""Projects: list, read, create, change, archive, remove."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, func, or_, select, update
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Role, Work
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import slugify
from mosaic.projects.columns import add_first_columns, columns_of
from mosaic.projects.models import Project
from mosaic.projects.shapes import (
    RESERVED_SLUGS,
    ColumnCreate,
    ColumnPublic,
    EntryOf,
    ProjectCreate,
    ProjectPublic,
    ProjectStatus,
    ProjectUpdate,
    TaskCounts,
)
from mosaic.tasks.models import Task

_NULLABLE = {"color", "start_date", "end_date", "entry_id"}


class ProjectQuery(PageQuery):
    """Filters of the list. Archived projects are left out unless asked for."""

    status: list[ProjectStatus] = []
    q: str | None = Field(None, max_length=200)


async def list_projects(work: Work, query: ProjectQuery) -> Page[ProjectPublic]:
    """Return a page of projects, by name."""
    page = await paginate(work, _filtered(query), query, _SORTABLE, "name")
    return page_of(await _present(work, page.data), page.meta.total, query)


_SORTABLE: dict[str, Any] = {
    "name": func.lower(col(Project.name)),
    "status": col(Project.status),
    "startDate": col(Project.start_date),
    "endDate": col(Project.end_date),
    "createdAt": col(Project.created_at),
    "updatedAt": col(Project.updated_at),
    "id": col(Project.id),
}


def _filtered(by: ProjectQuery) -> Select[Any]:
    status = col(Project.status)
    query = select(Project).where(status.in_(by.status) if by.status else status != "ARCHIVED")
    if by.q:
        query = query.where(col(Project.name).icontains(by.q, autoescape=True))
    return query


async def get_project(work: Work, ref: UUID | str, lock: bool = False) -> Project:
    """Return a project by id or slug; with `lock`, held until the work ends. NotFound otherwise."""
    matches = [col(Project.slug) == str(ref)]
    with suppress(ValueError):
        matches.append(col(Project.id) == (ref if isinstance(ref, UUID) else UUID(ref)))
    query = select(Project).where(or_(*matches), col(Project.workspace_id) == work.tenant)
    query = query.order_by(col(Project.slug) == str(ref)).limit(1)  # an id comes before a slug
    query = query.with_for_update(key_share=True) if lock else query
    found = await work.session.scalars(query.execution_options(populate_existing=True))
    project = found.one_or_none()
    if project is None:
        raise NotFound("There is no such project here.")
    return project


async def read_project(work: Work, ref: UUID | str) -> ProjectPublic:
    """Return a project, by id or slug. NotFound for another tenant's."""
    return await show(work, await get_project(work, ref))


async def show(work: Work, project: Project) -> ProjectPublic:
    """Return `project` as it is sent."""
    return (await _present(work, [project]))[0]


async def _present(work: Work, projects: Sequence[Project]) -> list[ProjectPublic]:
    """Three statements, however many projects there are."""
    ids = [project.id for project in projects]
    columns, counts = await columns_of(work, ids), await _counts(work, ids)
    pages = await _pages(work, [one.entry_id for one in projects if one.entry_id])
    return [
        ProjectPublic.model_validate(
            {
                **project.model_dump(),
                "columns": [ColumnPublic.model_validate(one) for one in columns[project.id]],
                "tasks": counts.get(project.id, TaskCounts()),
                "entry": pages.get(project.entry_id) if project.entry_id else None,
            }
        )
        for project in projects
    ]


async def _counts(work: Work, ids: list[UUID]) -> dict[UUID, TaskCounts]:
    completed = func.count().filter(col(Task.status) == "COMPLETED")
    rows = await work.session.execute(
        select(col(Task.project_id), func.count(), completed)
        .where(col(Task.project_id).in_(ids), col(Task.status) != "ARCHIVED")
        .group_by(col(Task.project_id))
    )
    return {id: TaskCounts(total=total, completed=done) for id, total, done in rows if id}


async def _pages(work: Work, ids: list[UUID]) -> dict[UUID, EntryOf]:
    if not ids:
        return {}
    rows = await work.session.execute(
        select(col(Entry.id), col(Entry.slug), col(Entry.title)).where(col(Entry.id).in_(ids))
    )
    return {row.id: EntryOf.model_validate(row) for row in rows}


async def create_project(
    work: Work, wanted: ProjectCreate, columns: Sequence[ColumnCreate] = ()
) -> ProjectPublic:
    """Make a project with a board of these columns, or of three. MEMBER.

    Conflict when the slug is taken.
    """
    work.require(Role.MEMBER)
    values = wanted.model_dump(exclude={"calendar", "slug", "template_id"})
    await _check(work, values)
    project = Project(
        **values,
        id=new_id(),
        workspace_id=work.tenant,
        slug=await _free_slug(work, wanted.slug, wanted.name),
        calendar=wanted.calendar.model_dump(mode="json", by_alias=True),
        created_by=work.user_id,
        updated_by=work.user_id,
    )
    work.session.add(project)
    await work.session.flush()
    await add_first_columns(work, project.id, columns)
    _noted(work, "CREATED", project)
    await work.session.refresh(project)
    return await show(work, project)


async def change_project(work: Work, ref: UUID | str, change: ProjectUpdate) -> ProjectPublic:
    """Change a project. MEMBER.

    Raises Conflict, with `current`, when `change.version` names an older one; Conflict when the
    slug is taken.
    """
    work.require(Role.MEMBER)
    project = await get_project(work, ref, lock=True)
    if change.version is not None and change.version != project.version:
        current = (await show(work, project)).model_dump(mode="json", by_alias=True)
        raise Conflict("Somebody changed this project meanwhile.", current=current)
    values = _changes(project, change)
    if not values:
        return await show(work, project)
    await _check(work, {**project.model_dump(exclude={"entry_id"}), **values})
    if "slug" in values:
        values["slug"] = await _free_slug(work, values["slug"], project.name)
    action = _action(project.status, values.get("status", project.status))
    values |= {"version": project.version + 1, "updated_by": work.user_id}
    statement = update(Project).where(col(Project.id) == project.id)
    await work.session.execute(
        statement.values(**values, updated_at=func.clock_timestamp()).execution_options(
            synchronize_session=False
        )
    )
    await work.session.refresh(project)
    _noted(work, action, project)
    return await show(work, project)


def _changes(project: Project, change: ProjectUpdate) -> dict[str, Any]:
    given = change.model_dump(exclude_unset=True, exclude={"version", "calendar"})
    if change.calendar is not None:
        given["calendar"] = change.calendar.model_dump(mode="json", by_alias=True)
    return {
        name: value
        for name, value in given.items()
        if (value is not None or name in _NULLABLE) and value != getattr(project, name)
    }


def _action(before: str, after: str) -> str:
    if before == after:
        return "UPDATED"
    special = {"ARCHIVED": "ARCHIVED", "COMPLETED": "COMPLETED"}
    return special.get(after) or ("RESTORED" if before == "ARCHIVED" else "UPDATED")


async def _check(work: Work, values: dict[str, Any]) -> None:
    start, end = values["start_date"], values["end_date"]
    if start and end and start > end:
        raise Invalid("The project ends before it starts. Consider another date.", "endDate")
    entry_id = values.get("entry_id")
    if entry_id and not await _pages(work, [entry_id]):
        raise Invalid("There is no such page here.", "entryId")


async def _free_slug(work: Work, asked: str | None, name: str) -> str:
    base = asked or slugify(name)
    query = select(col(Project.slug)).where(
        col(Project.workspace_id) == work.tenant,
        or_(col(Project.slug) == base, col(Project.slug).startswith(f"{base}-", autoescape=True)),
    )
    taken = {*RESERVED_SLUGS, *await work.session.scalars(query)}
    if asked and asked in taken:
        words = "This address is taken by another project. Another one may be free."
        raise Conflict(words, errors=[{"loc": ["body", "slug"], "msg": words}])
    numbers = range(2, len(taken) + 3)
    return next(slug for slug in (base, *(f"{base}-{n}" for n in numbers)) if slug not in taken)


async def archive_project(work: Work, ref: UUID | str) -> None:
    """Put a project away with its tasks; it can be brought back. MEMBER."""
    await change_project(work, ref, ProjectUpdate(status="ARCHIVED"))


async def remove_project(work: Work, ref: UUID | str) -> None:
    """Remove a project and its board for good; its tasks stay, without a project. ADMIN."""
    work.require(Role.ADMIN)
    project = await get_project(work, ref, lock=True)
    nowhere: dict[str, Any] = {"project_id": None, "column_id": None, "position": None}
    mine = update(Task).where(col(Task.project_id) == project.id)
    await work.session.execute(mine.values(**nowhere).execution_options(synchronize_session=False))
    _noted(work, "DELETED", project)
    await work.session.delete(project)


def _noted(work: Work, action: str, project: Project) -> None:
    activity.record(work, action, "project", project.id, project.name, {"slug": project.slug})
    work.changed("projects", project.id)
