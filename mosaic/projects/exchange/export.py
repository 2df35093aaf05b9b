"""A project as a file to take along: JSON with everything but files, or a table of its tasks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal
from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.growing import Pipe, growing
from mosaic.core.portions import portions
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.projects.columns import columns_of
from mosaic.projects.exchange import table
from mosaic.projects.exchange.reading import (
    mentioned,
    places_by_number,
    places_on_board,
    read_baseline_tasks,
    read_baselines,
    read_head,
    read_tasks,
)
from mosaic.projects.exchange.shapes import FORMAT, VERSION
from mosaic.projects.models import Project
from mosaic.projects.service import get_project

Format = Literal["csv", "json"]
MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def file_name(project: Project, format: Format) -> str:
    """Return what an export that is made now is called."""
    return f"{project.slug}-{datetime.now(UTC):%Y-%m-%d}.{format}"


def export(actor: Actor, workspace: UUID, project_id: UUID, format: Format) -> AsyncIterator[bytes]:
    """Give out a project as it is at one moment, a portion of tasks at a time."""
    return growing(partial(_write, actor, workspace, project_id, format))


async def _write(
    actor: Actor, workspace: UUID, project_id: UUID, format: Format, pipe: Pipe
) -> None:
    async with begin(actor, workspace, one_moment=True) as work:
        project = await get_project(work, project_id)
        await _WRITERS[format](work, project, pipe)


async def _write_table(work: Work, project: Project, pipe: Pipe) -> None:
    columns = (await columns_of(work, [project.id]))[project.id]
    places = await places_by_number(work, project)
    names = {place.id: place.number for place in places}
    at = {one.id: number for number, one in enumerate(columns)}
    called = {number: one.name for number, one in enumerate(columns)}
    await _put(pipe, table.head())
    for portion in portions(places, _AT_ONCE):
        tasks = await read_tasks(work, [place.id for place in portion], names, at)
        await _put(pipe, await asyncio.to_thread(table.lines, tasks, called))


async def _write_json(work: Work, project: Project, pipe: Pipe) -> None:
    columns = (await columns_of(work, [project.id]))[project.id]
    places = await places_on_board(work, project)
    names = {place.id: number for number, place in enumerate(places, 1)}
    at = {one.id: number for number, one in enumerate(columns)}
    numbers = await mentioned(work, project)
    about = _json(await read_head(work, project))
    begun = f'{{"format": "{FORMAT}", "formatVersion": {VERSION},\n"project": {about},\n'
    await _put(pipe, begun + '"tasks": [')
    between = "\n"
    for portion in portions(places, _AT_ONCE):
        tasks = await read_tasks(work, [place.id for place in portion], names, at, numbers)
        await _put(pipe, between + await asyncio.to_thread(_listed, tasks))
        between = ",\n"
    await _put(pipe, '\n],\n"baselines": [')
    between = "\n"
    # One after the other: each may hold as many dates as there are tasks.
    for id, baseline in await read_baselines(work, project):
        baseline.tasks = await read_baseline_tasks(work, id, names)
        await _put(pipe, between + await asyncio.to_thread(_json, baseline))
        between = ",\n"
    await _put(pipe, "\n]}\n")


_AT_ONCE = 500
_WRITERS = {"csv": _write_table, "json": _write_json}


def _listed(shapes: Sequence[Shape]) -> str:
    return ",\n".join(_json(shape) for shape in shapes)


def _json(shape: Shape) -> str:
    return shape.model_dump_json(by_alias=True, exclude_defaults=True)


async def _put(pipe: Pipe, text: str) -> None:
    await asyncio.to_thread(pipe.write, text.encode())
