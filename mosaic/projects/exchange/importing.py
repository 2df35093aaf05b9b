"""The import of a project, as a runner job: look, write hundreds of tasks at a time, tie them."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from mosaic.activity import service as activity
from mosaic.core.errors import Invalid
from mosaic.core.work import Role, Work
from mosaic.jobs import files
from mosaic.jobs.report import count_lines, note_at
from mosaic.jobs.types import Phase, Step, job_type, step
from mosaic.projects.columns import columns_of
from mosaic.projects.exchange.item import Item
from mosaic.projects.exchange.records import Refused
from mosaic.projects.exchange.renumbering import mention_anew, mention_in_project
from mosaic.projects.exchange.report import IMPORT
from mosaic.projects.exchange.source import Source, open_source
from mosaic.projects.exchange.target import Ids, Target, join_board, make_target
from mosaic.projects.exchange.tying import keep_baseline, tie
from mosaic.projects.exchange.writing import write
from mosaic.projects.service import get_project

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

BATCH = 500
_SIZE = 8_000_000  # characters that are in memory at once
_TIES = 2_000
_sources: "WeakKeyDictionary[Run, Source]" = WeakKeyDictionary()
_readers: "WeakKeyDictionary[Run, _Reader]" = WeakKeyDictionary()


@step(Phase.SETUP, "Look through what was sent", transaction=False)
async def look(run: "Run") -> dict[str, Any]:
    """Count the tasks, and find what they are from. Raises Invalid for what is left alone."""
    source = await _source(run)
    run.log(f"{source.count:,} tasks\n")
    ties = max(len(source.ties.parents), len(source.ties.waits))
    return {
        "lines": source.count,
        "kind": source.kind,
        "ties": ties,
        "mentions": bool(source.ties.numbers) or source.kind == "mosaic",
        "baselines": source.baseline_count,
    }


async def _source(run: "Run") -> Source:
    """Return what was sent; looked through again where a run goes on in another process."""
    if run not in _sources:
        path = await run.file(run.input["file"])
        try:
            _sources[run] = await asyncio.to_thread(
                open_source, path, run.input["file"], run.input.get("timeZone", "")
            )
        except Refused as refused:
            raise Invalid(f"{refused} Nothing was changed.") from None
    return _sources[run]


@step(Phase.SETUP, "Find a place for it")
async def begin(run: "Run", work: Work) -> dict[str, Any]:
    """Make the project, or find the one that tasks go into; return it with its columns."""
    source = await _source(run)
    if given := run.input.get("projectId"):
        project = await get_project(work, str(given), lock=True)
        columns = await join_board(work, project, source.head.columns)
        work.changed("projects", project.id)
    else:
        project = await make_target(work, source.head, run.input.get("name"))
        board = (await columns_of(work, [project.id]))[project.id]
        columns = [one.id for one in board] if source.head.columns else []
    exact = source.exact and not given
    there = [str(id) if id else None for id in columns]
    return {"project": str(project.id), "slug": project.slug, "columns": there, "exact": exact}


async def _target(run: "Run", work: Work, place: dict[str, Any]) -> Target:
    project = await get_project(work, UUID(place["project"]))
    board = (await columns_of(work, [project.id]))[project.id]
    columns = [UUID(id) if id else None for id in place["columns"]]
    return Target(project.id, Ids(run.id), board, columns, place["exact"])


@step(Phase.EXECUTION, "Bring in tasks", retries=2)
async def bring_in(run: "Run", work: Work, part: int, place: dict[str, Any]) -> dict[str, int]:
    """Write the tasks of a part, with a line of the report for each."""
    target = await _target(run, work, place)
    source, at, end = await _source(run), part * BATCH, (part + 1) * BATCH
    counts = Counter[str]()
    reader = _readers.pop(run, None)
    if reader is None or reader.place != at:
        reader = await asyncio.to_thread(_Reader.at, source, at)
    while reader.place < end and (batch := await asyncio.to_thread(reader.take, end)):
        _remark(source, batch)
        counts.update(await note_at(work, run.id, await write(work, target, batch)))
    _readers[run] = reader
    run.log("".join(f"{number:,} {outcome}\n" for outcome, number in counts.items()))
    return dict(counts)


def _remark(source: Source, batch: list[Item]) -> None:
    for item in batch:
        if said := source.ties.remark(item.line):
            item.said.append(said)


@dataclass
class _Reader:
    """Reads tasks, and knows how many it has read."""

    items: Iterator[Item]
    place: int

    @classmethod
    def at(cls, source: Source, place: int) -> "_Reader":
        """Return a reader that has read so many."""
        items = source.items()
        next(islice(items, place, place), None)
        return cls(items, place)

    def take(self, end: int) -> list[Item]:
        """Return the next tasks up to the place `end`; less when they are large."""
        batch: list[Item] = []
        size = 0
        while size < _SIZE and self.place < end and (item := next(self.items, None)):
            size += len(item.task.description) if item.task else 0
            batch.append(item)
            self.place += 1
        return batch


@step(Phase.EXECUTION, "Put tasks below and after others", retries=2)
async def tie_up(run: "Run", work: Work, part: int, place: dict[str, Any]) -> None:
    """Write a part of the parents and dependencies."""
    ties, first, last = (await _source(run)).ties, part * _TIES, (part + 1) * _TIES
    target = await _target(run, work, place)
    parents = dict(islice(ties.parents.items(), first, last))
    await tie(work, target, parents, dict(enumerate(ties.waits[first:last], first)))


@step(Phase.EXECUTION, "Mention tasks by their new numbers", retries=2)
async def renumber(run: "Run", work: Work, place: dict[str, Any]) -> None:
    """Let texts mention the tasks of the file by their new numbers, and no others of here."""
    source, target = await _source(run), await _target(run, work, place)
    elsewhere = source.head.workspace != work.tenant
    await mention_anew(work, target, source.ties.numbers, elsewhere)
    if target.exact:
        await mention_in_project(work, target, source.ties.numbers, elsewhere)


@step(Phase.EXECUTION, "Bring in the baseline")
async def bring_baseline(run: "Run", work: Work, number: int, place: dict[str, Any]) -> None:
    """Keep one of the baselines."""
    source = await _source(run)
    target = await _target(run, work, place)
    found = await asyncio.to_thread(lambda: next(islice(source.baselines(), number, None), None))
    if found:
        await keep_baseline(work, target, found)


@step(Phase.VALIDATION, "Count what came")
async def finish(run: "Run", work: Work, place: dict[str, Any]) -> dict[str, Any]:
    """Count what came, and note the import in the log of activity."""
    counts = await count_lines(work, run.id)
    project = await get_project(work, UUID(place["project"]))
    about = {"slug": project.slug, "tasks": counts["created"]}
    activity.record(work, "IMPORTED", "project", project.id, project.name, about)
    return {"counts": counts, "project": place["project"], "slug": project.slug}


@step(Phase.CLEANUP, "Put away what was sent")
async def put_away(run: "Run", work: Work) -> None:
    """Remove the upload."""
    await files.remove_inputs(work, run.id)


def check(work: Work, given: dict[str, Any]) -> None:
    """Raise unless an import can begin with this input."""
    work.require(Role.MEMBER)
    if not isinstance(given.get("file"), str):
        raise Invalid("Projects are imported on their own page, or at /api/projects/import.")


def _parts(kind: Step, count: int, size: int, words: str) -> list[Step]:
    parts = []
    for number in range(-(-count // size)):
        first, last = number * size + 1, min((number + 1) * size, count)
        parts.append(kind.part(number, name=f"{words} {first:,} to {last:,}"))
    return parts


@job_type(
    IMPORT,
    title="Import a project",
    about="Brings in tasks from a table (CSV), a board of Trello or another Mosaic.",
    check=check,
)
async def import_project(run: "Run") -> dict[str, Any]:
    """Import what was sent; return how many tasks had which outcome, and the project."""
    found = await run(look)
    parts = _parts(bring_in, found["lines"], BATCH, "Bring in tasks")
    parts += _parts(tie_up, found["ties"], _TIES, "Tie tasks together,")
    parts += [renumber] if found["mentions"] else []
    parts += _parts(bring_baseline, found["baselines"], 1, "Bring in the baselines")
    await run.announce(begin, *parts, finish, put_away)
    place = await run(begin)
    for part in parts:
        await run(part, place)
    result: dict[str, Any] = await run(finish, place)
    await run(put_away)
    return result
