"""Schedules: runs that Mosaic starts by itself at times that a cron expression names."""

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter  # type: ignore[import-untyped]
from sqlalchemy import func, select
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.actor import ENGINE, Actor
from mosaic.core.errors import Invalid, NotAllowed, NotFound
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Role, Work, work
from mosaic.jobs import service, types
from mosaic.jobs.engine.ends import is_away
from mosaic.jobs.models import JobSchedule
from mosaic.jobs.schedule_shapes import ScheduleCreate, SchedulePublic, ScheduleUpdate
from mosaic.jobs.shapes import JobCreate

logger = logging.getLogger(__name__)
_FIELDS = 5
_SORTABLE: dict[str, Any] = {
    "title": func.lower(col(JobSchedule.title)),
    "type": col(JobSchedule.type),
    "nextAt": col(JobSchedule.next_at),
    "createdAt": col(JobSchedule.created_at),
    "id": col(JobSchedule.id),
}


async def list_schedules(work: Work, query: PageQuery) -> Page[SchedulePublic]:
    """Return a page of schedules."""
    page = await paginate(work, select(JobSchedule), query, _SORTABLE, "title")
    return page_of(
        [SchedulePublic.model_validate(row) for row in page.data], page.meta.total, query
    )


async def read_schedule(work: Work, schedule_id: UUID) -> SchedulePublic:
    """Return a schedule. NotFound for another tenant's."""
    return SchedulePublic.model_validate(await get_schedule(work, schedule_id))


async def get_schedule(work: Work, schedule_id: UUID, lock: bool = False) -> JobSchedule:
    """Return a schedule's row; with `lock`, held until the work ends. NotFound."""
    query = select(JobSchedule).where(col(JobSchedule.id) == schedule_id)
    found = await work.session.scalars(query.with_for_update() if lock else query)
    schedule = found.one_or_none()
    if schedule is None:
        raise NotFound("There is no such schedule here.")
    return schedule


async def create_schedule(work: Work, wanted: ScheduleCreate) -> SchedulePublic:
    """Make a schedule, for which its maker's runs are started. MEMBER, or what the type says.

    Raises Invalid for times that cannot be read or never come, and what the type says of the input.
    """
    _check(work, wanted.type, wanted.input)
    schedule = JobSchedule(
        **wanted.model_dump(),
        id=new_id(),
        workspace_id=work.tenant,
        created_by=work.user_id,
        next_at=next_time(wanted.cron, wanted.time_zone) if wanted.active else None,
    )
    work.session.add(schedule)
    await work.session.flush()
    await work.session.refresh(schedule)
    return _changed(work, schedule, "CREATED")


async def update_schedule(work: Work, schedule_id: UUID, change: ScheduleUpdate) -> SchedulePublic:
    """Change a schedule; who changes what it starts is whose runs are started from now on.

    MEMBER, or what the type says. Raises Invalid as for a new one.
    """
    schedule = await get_schedule(work, schedule_id, lock=True)
    said = change.model_dump(exclude_none=True)
    _check(work, schedule.type, said.get("input", schedule.input))
    for name, value in said.items():
        setattr(schedule, name, value)
    schedule.created_by = work.user_id
    # Checked also where it rests, so that it can be switched on again.
    coming = next_time(schedule.cron, schedule.time_zone)
    if {"cron", "time_zone", "active"} & set(said):
        schedule.next_at = coming if schedule.active else None
    await work.session.flush()
    return _changed(work, schedule, "UPDATED")


async def delete_schedule(work: Work, schedule_id: UUID) -> None:
    """Remove a schedule; the runs it started stay. MEMBER, or what the type says."""
    schedule = await get_schedule(work, schedule_id, lock=True)
    if work.role < Role.ADMIN:
        _check(work, schedule.type, schedule.input)
    work.require(Role.MEMBER)
    await work.session.delete(schedule)
    _changed(work, schedule, "DELETED")


def next_time(cron: str, time_zone: str, after: datetime | None = None) -> datetime:
    """Return the first time after `after` (now) that `cron` names in `time_zone`. Invalid."""
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise Invalid("This time zone is not known. One is Europe/Berlin.", "timeZone") from None
    if len(cron.split()) != _FIELDS and not cron.startswith("@"):
        raise Invalid("Five fields are expected: minute, hour, day, month, weekday.", "cron")
    try:
        here = (after or datetime.now(UTC)).astimezone(zone)
        coming = _coming(cron, here)
    except (CroniterError, ValueError, KeyError, AttributeError, OverflowError):
        raise Invalid("These times cannot be read, or never come.", "cron") from None
    return coming.astimezone(UTC)


def _coming(cron: str, after: datetime) -> datetime:
    times = croniter(cron, after)
    coming: datetime = times.get_next(datetime)
    # When clocks go back, an hour comes twice; what is meant for that hour comes once.
    at_hours = not cron.startswith("@") and not cron.split()[1].startswith("*")
    while at_hours and coming.replace(fold=0).astimezone(UTC) < coming.astimezone(UTC):
        coming = times.get_next(datetime)
    return coming


async def fire() -> None:
    """Start the runs whose time has come: each once, however many workers ask at the same time.

    What was missed while nobody looked is started once, not once for each time.
    """
    async with work(ENGINE) as looking:
        coming = select(JobSchedule).where(col(JobSchedule.active), _HAS_COME)
        due = (
            await looking.session.scalars(coming.order_by(col(JobSchedule.next_at)).limit(100))
        ).all()
    for schedule in due:
        actor = Actor(user_id=schedule.created_by, name="Mosaic", kind="job")
        try:
            async with work(actor, schedule.workspace_id) as starting:
                await _start(starting, schedule.id)
        except (NotFound, NotAllowed):
            await _rest(schedule)
        except Exception as problem:
            if is_away(problem):
                raise
            logger.info("schedule %s", schedule.id, exc_info=problem)
            await _pass_over(schedule)


_HAS_COME = col(JobSchedule.next_at) <= func.now()


async def _start(starting: Work, schedule_id: UUID) -> None:
    claim = select(JobSchedule).where(col(JobSchedule.id) == schedule_id)
    claim = claim.where(col(JobSchedule.active), _HAS_COME).with_for_update(skip_locked=True)
    schedule = (await starting.session.scalars(claim)).one_or_none()
    if schedule is None:
        return
    wanted = JobCreate(
        type=schedule.type,
        title=schedule.title,
        input=schedule.input,
        priority=schedule.priority,
    )
    await service.create_job(starting, wanted, schedule_id=schedule.id)
    schedule.next_at = next_time(schedule.cron, schedule.time_zone)


async def _rest(schedule: JobSchedule) -> None:
    """Let a schedule rest whose maker may not start this any more."""
    async with work(ENGINE, schedule.workspace_id) as resting:
        row = await get_schedule(resting, schedule.id, lock=True)
        row.active, row.next_at = False, None
        _changed(resting, row, "PAUSED")


async def _pass_over(schedule: JobSchedule) -> None:
    """Wait for the next time of a schedule that cannot start its run for now."""
    async with work(ENGINE, schedule.workspace_id) as passing:
        row = await get_schedule(passing, schedule.id, lock=True)
        row.next_at = next_time(row.cron, row.time_zone)
        _changed(passing, row, "SKIPPED")


def _check(work: Work, type: str, input: dict[str, Any]) -> None:
    _require(work, type)
    known = types.find(type)
    if known and known.check:
        known.check(work, input)


def _require(work: Work, type: str) -> None:
    work.require(Role.MEMBER)
    known = types.find(type)
    if known:
        work.require(known.role)


def _changed(work: Work, schedule: JobSchedule, action: str) -> SchedulePublic:
    activity.record(work, action, "schedule", schedule.id, schedule.title, {"type": schedule.type})
    work.changed("jobs")
    return SchedulePublic.model_validate(schedule)
