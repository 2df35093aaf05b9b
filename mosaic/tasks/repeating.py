"""Tasks that repeat: completing one makes the next, once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.projects.columns import columns_of
from mosaic.tasks.planning import Boards, plan
from mosaic.tasks.rules import Next, next_day
from mosaic.tasks.tagging import tags_of
from mosaic.tasks.writing import Step, fresh

_TAKEN_OVER = frozenset(
    {"title", "description", "priority", "estimate_minutes", "milestone", "due_time"}
)
_REFERS = ("assignee_id", "project_id", "parent_id")


async def followers(work: Work, steps: Sequence[Step]) -> list[Step]:
    """Return the next ones of tasks that repeat and are completed by `steps`, which say so, too."""
    done = [(one, after) for one in steps if (after := _after(one, work.today))]
    if not done:
        return []
    now = await tags_of(work, [one.task.id for one, _ in done])
    boards = await columns_of(work, [id for one, _ in done if (id := _value(one, "project_id"))])
    return [_follower(work, one, after, boards, now) for one, after in done]


def _value(one: Step, name: str) -> Any:
    return one.values.get(name, getattr(one.task, name))


def _after(one: Step, today: date) -> Next | None:
    completes = one.values.get("status") == "COMPLETED" and not one.is_new
    rule = _value(one, "repeat_rule")
    if not completes or rule is None or one.task.next_id is not None:
        return None
    return next_day(rule, _planned(one) or today, today)


def _planned(one: Step) -> date | None:
    day: date | None = _value(one, "due_date") or _value(one, "start_date")
    return day


def _follower(
    work: Work, one: Step, after: Next, boards: Boards, now: Mapping[Any, list[str]]
) -> Step:
    task = fresh(work)
    given = {name: _value(one, name) for name in (*_TAKEN_OVER, *_REFERS)}
    given |= {"repeat_rule": after.rule, **_dates(one, after.day)}
    one.values["next_id"] = task.id
    tags = one.tags if one.tags is not None else now.get(one.task.id)
    return Step(task, plan(task, given, boards), tags, [], is_new=True, follows=one.task.id)


def _dates(one: Step, day: date) -> dict[str, date | None]:
    planned = _planned(one)
    if planned is None:
        return {"due_date": day, "shown_from": day}
    moved = {}
    for name in ("due_date", "start_date", "shown_from"):
        was = _value(one, name)
        moved[name] = _shifted(was, day - planned) if was else None
    return moved


def _shifted(day: date, by: timedelta) -> date | None:
    try:
        return day + by
    except OverflowError:
        return None


async def copy_checklists(work: Work, steps: Sequence[Step]) -> None:
    """Give the next ones the checklists of those before, with nothing checked."""
    rows = [{"old": one.follows, "new": one.task.id} for one in steps if one.follows]
    if rows:
        await work.session.execute(_COPY, {"rows": to_json(rows).decode()})


_COPY = text(
    "INSERT INTO task_checklist (id, workspace_id, task_id, title, position) "
    "SELECT gen_random_uuid(), i.workspace_id, given.new, i.title, i.position "
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (old uuid, new uuid) "
    "JOIN task_checklist i ON i.task_id = given.old"
)
