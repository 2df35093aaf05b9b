"""Fields of a project that several people change at once."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from mosaic.core.errors import Conflict
from mosaic.core.work import Role, Work
from mosaic.knowledge.merging import joined, merge
from mosaic.projects.service import change_project, get_project, show
from mosaic.projects.shapes import Calendar, ProjectPublic, ProjectUpdate
from mosaic.tasks.fields import as_text, changed_since


async def change_fields(
    work: Work, ref: UUID | str, change: ProjectUpdate, begun: Mapping[str, str]
) -> ProjectPublic:
    """Change fields that still are what they were when somebody `begun` to. MEMBER.

    `begun` is by names on the wire; other fields may have changed meanwhile, and other lines of
    the description. Raises Conflict, with `current`, when what is changed here has.
    """
    work.require(Role.MEMBER)
    project = await get_project(work, ref, lock=True)
    wanted = change.model_dump(exclude_unset=True, exclude={"calendar", "version"})
    apart = changed_since(begun, project, wanted)
    if apart == ["description"]:
        texts = begun["description"], as_text(wanted["description"]), as_text(project.description)
        both = joined(await asyncio.to_thread(merge, *texts))
        if both is not None:
            given = change.model_dump(exclude_unset=True)
            change, apart = ProjectUpdate.model_validate({**given, "description": both}), []
    if apart:
        current = (await show(work, project)).model_dump(mode="json", by_alias=True)
        words = "Somebody changed the same meanwhile. Nothing was overwritten."
        raise Conflict(words, current=current)
    return await change_project(work, project.id, change)


async def set_working_day(work: Work, ref: UUID | str, day: int, works: bool) -> ProjectPublic:
    """Let there be work on a day of the week, or not; the others stay as they are. MEMBER."""
    week = await _held_calendar(work, ref)
    days = {*week.working_days, day} if works else {*week.working_days} - {day}
    return await _keep(work, ref, workingDays=[*days], holidays=week.holidays)


async def add_holiday(work: Work, ref: UUID | str, day: date | str) -> ProjectPublic:
    """Let a day be without work. MEMBER. Raises ValidationError for what is no day."""
    week = await _held_calendar(work, ref)
    return await _keep(work, ref, workingDays=week.working_days, holidays=[*week.holidays, day])


async def remove_holiday(work: Work, ref: UUID | str, day: date) -> ProjectPublic:
    """Let a day be as any other one of its week again. MEMBER."""
    week = await _held_calendar(work, ref)
    kept = [one for one in week.holidays if one != day]
    return await _keep(work, ref, workingDays=week.working_days, holidays=kept)


async def _held_calendar(work: Work, ref: UUID | str) -> Calendar:
    work.require(Role.MEMBER)
    return Calendar.model_validate((await get_project(work, ref, lock=True)).calendar)


async def _keep(work: Work, ref: UUID | str, **calendar: Any) -> ProjectPublic:
    change = ProjectUpdate.model_validate({"calendar": calendar})
    return await change_project(work, ref, change)
