"""What an import writes when all tasks are there: parents, dependencies, baselines."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.projects.baseline_models import Baseline
from mosaic.projects.baselines import MOST
from mosaic.projects.exchange.shapes import BaselineFile
from mosaic.projects.exchange.target import Ids, Target
from mosaic.projects.exchange.ties import Wait
from mosaic.tasks.checking import take_turn

_FIRST_WAIT = 2**31  # ids of dependencies follow those of tasks


async def tie(
    work: Work,
    target: Target,
    parents: Mapping[int, int],
    waits: Mapping[int, Wait],
) -> None:
    """Put tasks below others and let them wait for others, all by their lines in the file.

    Among themselves they are in no circle. Where somebody has tied one of them to another task
    meanwhile, that could close one; then what the file says is left out.
    """
    await take_turn(work)
    ids, of = target.ids, {"project": target.project_id, **target.ids.range}
    if parents:
        given = {"ids": _at(ids, parents), "parents": _at(ids, parents.values())}
        await work.session.execute(_PARENTS, {**given, **of})
    if waits:
        rows = [
            {
                "id": ids.at(_FIRST_WAIT + number),
                "task": ids.at(one.task),
                "other": ids.at(one.other),
                "type": one.type,
                "lag": one.lag_days,
            }
            for number, one in waits.items()
        ]
        await work.session.execute(_WAITS, {"rows": to_json(rows).decode(), **of})
    work.changed("tasks", target.project_id)


def _at(ids: Ids, places: Any) -> list[UUID]:
    return [ids.at(place) for place in places]


_PARENTS = text(
    "UPDATE tasks t SET parent_id = given.parent "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:parents AS uuid[])) AS given (id, parent) "
    "JOIN tasks p ON p.id = given.parent AND p.project_id = :project "
    "WHERE t.id = given.id AND t.project_id = :project AND t.parent_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM tasks x WHERE x.id BETWEEN :low AND :high "
    "AND x.version > 1 AND x.parent_id IS NOT NULL)"
)
_WAITS = text(
    "INSERT INTO task_dependencies (id, workspace_id, task_id, depends_on_id, type, lag_days) "
    "SELECT given.id, app_workspace(), given.task, given.other, given.type, given.lag "
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
    "AS given (id uuid, task uuid, other uuid, type text, lag integer) "
    "JOIN tasks t ON t.id = given.task AND t.project_id = :project "
    "JOIN tasks o ON o.id = given.other AND o.project_id = :project "
    "WHERE NOT EXISTS (SELECT 1 FROM task_dependencies d WHERE d.task_id BETWEEN :low AND :high "
    "AND d.id NOT BETWEEN :low AND :high) ON CONFLICT DO NOTHING"
)


async def keep_baseline(work: Work, target: Target, baseline: BaselineFile) -> None:
    """Keep what the plan was at a time, as long as there is room for it."""
    of = col(Baseline.project_id) == target.project_id
    if (await work.session.scalar(select(func.count()).where(of)) or 0) >= MOST:
        return
    at = {"taken_at": baseline.taken_at} if baseline.taken_at else {}
    one = Baseline(
        id=new_id(),
        workspace_id=work.tenant,
        project_id=target.project_id,
        name=baseline.name,
        created_by=work.user_id,
        **at,
    )
    work.session.add(one)
    await work.session.flush()
    await work.session.execute(_BASELINE, _dates(target, baseline, one.id))
    work.changed("projects", target.project_id)


def _dates(target: Target, baseline: BaselineFile, id: UUID) -> dict[str, Any]:
    tasks: Sequence[Any] = baseline.tasks
    rows = [
        {"task": target.ids.at(one.id), "start": one.start_date, "end": one.due_date}
        for one in tasks
    ]
    return {"id": id, "rows": to_json(rows).decode()}


_BASELINE = text(
    "INSERT INTO baseline_tasks (workspace_id, baseline_id, task_id, start_date, due_date) "
    'SELECT app_workspace(), :id, t.id, given.start, given."end" '
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
    'AS given (task uuid, start date, "end" date) JOIN tasks t ON t.id = given.task '
    "ON CONFLICT DO NOTHING"
)
