"""A project as it is read for a file: its tasks in portions, each with what stands around it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.work import Work
from mosaic.knowledge.exchange.json_file import TagFile
from mosaic.projects.exchange.shapes import (
    BaselineFile,
    BaselineTaskFile,
    CommentFile,
    ItemFile,
    PersonFile,
    ProjectFile,
    TaskFile,
    WaitFile,
)
from mosaic.projects.models import Project
from mosaic.projects.service import show
from mosaic.projects.shapes import ColumnCreate


@dataclass(slots=True, frozen=True)
class Place:
    """A task, and about how many bytes its words have."""

    id: UUID
    number: int
    size: int


async def read_head(work: Work, project: Project) -> ProjectFile:
    """Return what a project is, without its tasks."""
    shown = await show(work, project)
    columns = [ColumnCreate.model_construct(**_only(one, ColumnCreate)) for one in shown.columns]
    page = shown.entry.slug if shown.entry else None
    return ProjectFile.model_construct(
        **{**_only(shown, ProjectFile), "columns": columns, "page": page},
        workspace=work.tenant,
    )


def _only(given: Any, shape: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in shape.model_fields if hasattr(given, name)}


async def places_on_board(work: Work, project: Project) -> list[Place]:
    """Return the places of a project's tasks: as on the board, then those beside it."""
    rows = await work.session.execute(_ON_BOARD, {"project": project.id})
    return [Place(*row) for row in rows]


async def places_by_number(work: Work, project: Project) -> list[Place]:
    """Return the places of a project's tasks in the order of their numbers."""
    rows = await work.session.execute(_BY_NUMBER, {"project": project.id})
    return [Place(*row) for row in rows]


_PLACES = (
    "SELECT t.id, t.number, 300 + octet_length(t.description) + coalesce((SELECT "
    "sum(octet_length(c.content)) FROM task_comments c WHERE c.task_id = t.id), 0) AS size "
    "FROM tasks t LEFT JOIN board_columns b ON b.id = t.column_id "
    "WHERE t.project_id = :project ORDER BY "
)
_ON_BOARD = text(f"{_PLACES} b.position, t.position, t.number")
_BY_NUMBER = text(f"{_PLACES} t.number")


async def read_tasks(
    work: Work,
    ids: Sequence[UUID],
    names: Mapping[UUID, int],
    columns: Mapping[UUID, int],
    numbers: Collection[int] = (),
) -> list[TaskFile]:
    """Return tasks in this order, called as `names` has them; one statement.

    What stands above or before them and has no name is left out. Those of these `numbers` tell
    theirs.
    """
    rows = await work.session.execute(_TASKS, {"ids": list(ids)})
    found = {row.id: row for row in rows}
    return [_task(found[id], names, columns, numbers) for id in ids]


def _task(
    row: Row[Any],
    names: Mapping[UUID, int],
    columns: Mapping[UUID, int],
    numbers: Collection[int],
) -> TaskFile:
    # As it is kept, it fits; looking at each value again would take longer than reading it.
    person = PersonFile.model_construct(name=row.assignee_name, email=row.assignee_email)
    plain = {name: value for name, value in row._mapping.items() if name in _PLAIN}
    return TaskFile.model_construct(
        **plain,
        id=names[row.id],
        number=row.number if row.number in numbers else None,
        column=columns.get(row.column_id),
        assignee=person if row.assignee_name is not None else None,
        parent=names.get(row.parent_id),
        depends_on=sorted(
            (
                WaitFile.model_construct(id=names[id], type=one["type"], lag_days=one["lag"])
                for one in row.waits
                if (id := UUID(one["id"])) in names
            ),
            key=lambda wait: (wait.id, wait.type),
        ),
        tags=[TagFile.model_construct(**one) for one in row.tags],
        checklist=[ItemFile.model_construct(**one) for one in row.checklist],
        comments=[_comment(one) for one in row.comments],
    )


_PLAIN = TaskFile.model_fields.keys() - {"id", "assignee", "parent", "tags", "checklist"}
_PLAIN -= {"comments", "depends_on", "column", "number"}


def _comment(one: Mapping[str, Any]) -> CommentFile:
    author = PersonFile.model_construct(name=one["name"] or "", email=one["email"] or "")
    at = datetime.fromisoformat(one["at"])
    return CommentFile.model_construct(author=author, at=at, content=one["content"])


_TASKS = text(
    "SELECT t.*, u.name AS assignee_name, u.email AS assignee_email, "
    "coalesce((SELECT jsonb_agg(jsonb_build_object('name', g.name, 'color', g.color) "
    "ORDER BY lower(g.name), g.name) FROM task_tags x JOIN tags g ON g.id = x.tag_id "
    "WHERE x.task_id = t.id), '[]') AS tags, "
    "coalesce((SELECT jsonb_agg(jsonb_build_object('title', i.title, 'checked', i.checked) "
    "ORDER BY i.position) FROM task_checklist i WHERE i.task_id = t.id), '[]') AS checklist, "
    "coalesce((SELECT jsonb_agg(jsonb_build_object('name', a.name, 'email', a.email, "
    "'content', c.content, 'at', c.created_at) ORDER BY c.id) FROM task_comments c "
    "LEFT JOIN users a ON a.id = c.created_by WHERE c.task_id = t.id), '[]') AS comments, "
    "coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.depends_on_id, 'type', d.type, "
    "'lag', d.lag_days)) FROM task_dependencies d WHERE d.task_id = t.id), '[]') AS waits "
    "FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id WHERE t.id = ANY(:ids)"
)


async def mentioned(work: Work, project: Project) -> set[int]:
    """Return the numbers of tasks that texts of a project mention. One statement."""
    return set(await work.session.scalars(_MENTIONED, {"project": project.id}))


_MENTIONED = text(
    "SELECT DISTINCT CAST(found[1] AS integer) FROM ("
    "SELECT description AS said FROM projects WHERE id = :project UNION ALL "
    "SELECT description FROM tasks WHERE project_id = :project UNION ALL "
    "SELECT c.content FROM task_comments c JOIN tasks t ON t.id = c.task_id "
    "AND t.project_id = :project) texts, "
    r"regexp_matches(said, '\[\[\s*\^?task:([1-9][0-9]{0,8})', 'gi') found"
)


async def read_baselines(work: Work, project: Project) -> list[tuple[UUID, BaselineFile]]:
    """Return the baselines of a project, the first one first, without their tasks."""
    rows = await work.session.execute(_BASELINES, {"project": project.id})
    return [(one.id, BaselineFile.model_construct(name=one.name, taken_at=one.at)) for one in rows]


async def read_baseline_tasks(
    work: Work, baseline_id: UUID, names: Mapping[UUID, int]
) -> list[BaselineTaskFile]:
    """Return the dates that a baseline keeps of the tasks that have a name, in their order."""
    rows = await work.session.execute(_KEPT, {"id": baseline_id})
    tasks = [
        BaselineTaskFile.model_construct(
            id=names[one.task_id], start_date=one.start_date, due_date=one.due_date
        )
        for one in rows
        if one.task_id in names
    ]
    return sorted(tasks, key=lambda task: task.id)


_BASELINES = text(
    "SELECT id, name, taken_at AS at FROM baselines WHERE project_id = :project ORDER BY id"
)
_KEPT = text("SELECT task_id, start_date, due_date FROM baseline_tasks WHERE baseline_id = :id")
