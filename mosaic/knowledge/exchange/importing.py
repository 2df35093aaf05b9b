"""The import of a vault, as a runner job: look, write a hundred files at a time, count links."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID
from weakref import WeakKeyDictionary

from mosaic.activity import service as activity
from mosaic.core.config import ROOT
from mosaic.core.errors import Invalid
from mosaic.core.work import Role, Work
from mosaic.jobs import entries, files
from mosaic.jobs.types import Phase, Step, job_type, step
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.exchange.service import IMPORT as IMPORT
from mosaic.knowledge.exchange.service import (
    Item,
    count_lines,
    ids_of,
    note,
    read_report,
    write,
)
from mosaic.knowledge.links import count_links

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

DOCS = ROOT / "docs"
BATCH = 100
_SIZE = 8_000_000  # bytes that are in memory at once
_readers: "WeakKeyDictionary[Run, tuple[int, Iterator[Item]]]" = WeakKeyDictionary()


@step(Phase.SETUP, "Look through what was sent", transaction=False)
async def look(run: "Run") -> dict[str, int]:
    """Count the files. Raises Invalid for an archive that is left alone."""
    try:
        found = await asyncio.to_thread(vault.count, await _source(run))
    except vault.Refused as refused:
        await _refuse(run, str(refused))
    run.log(f"{found:,} files\n")
    return {"files": found}


async def _refuse(run: "Run", reason: str) -> NoReturn:
    """End an import of which nothing is taken. The reason names a file, and is its sender's."""
    async with run.work() as work:
        await note(work, run.id, 0, [(run.input["source"], "failed", reason)])
    raise Invalid("What was sent is left alone. Whoever sent it finds the reason in the report.")


async def _source(run: "Run") -> Path:
    return DOCS if run.input.get("demo") else await run.file(run.input["file"])


@step(Phase.EXECUTION, "Bring in files")
async def bring_in(run: "Run", work: Work, part: int) -> dict[str, int]:
    """Write the files of a part, with a line of the report for each."""
    place, end = part * BATCH, (part + 1) * BATCH
    counts = Counter[str]()
    reader = await _reader(run, place)
    while place < end and (batch := await asyncio.to_thread(_take, reader, end - place)):
        lines = await write(work, batch)
        counts.update(await note(work, run.id, place, lines))
        await entries.touch(work, run.id, await ids_of(work, lines))
        place += len(batch)
    _readers[run] = (place, reader)
    run.log("".join(f"{number:,} {outcome}\n" for outcome, number in counts.items()))
    return dict(counts)


def _part(number: int, files: int) -> Step:
    first, last = number * BATCH + 1, min((number + 1) * BATCH, files)
    return bring_in.part(number, name=f"Bring in files {first:,} to {last:,}")


async def _reader(run: "Run", place: int) -> Iterator[Item]:
    """Return the files from `place` on; where a run goes on elsewhere, the others are passed."""
    at, reader = _readers.pop(run, (-1, iter(())))
    if at == place:
        return reader
    fresh = iter(vault.read(await _source(run)))
    await asyncio.to_thread(lambda: next(islice(fresh, place, place), None))
    return fresh


def _take(items: Iterator[Item], most: int) -> list[Item]:
    """Read the next files, outside the event loop; less than `most` when they are large."""
    batch: list[Item] = []
    size = 0
    while size < _SIZE and len(batch) < most and (item := next(items, None)):
        try:
            size += len(item.data) if isinstance(item, vault.Attachment) else 0
            size += len(item.content) if isinstance(item, vault.Page) else 0
            batch.append(item)
        except vault.Unreadable as problem:
            batch.append(vault.Skipped(item.path, str(problem)))
    return batch


@step(Phase.VALIDATION, "Follow the links")
async def follow_links(run: "Run", work: Work) -> dict[str, Any]:
    """Count what came and the links on it; note the import in the log of activity."""
    counts = await count_lines(work, run.id)
    links = (await count_links(work, run.id)).model_dump()
    if written := counts["created"] + counts["updated"]:
        source = run.input["source"]
        activity.record(work, "IMPORTED", "import", run.id, source, {"files": written})
    return {"counts": counts, "links": links}


@step(Phase.CLEANUP, "Put away what was sent")
async def put_away(run: "Run", work: Work) -> None:
    """Remove the upload."""
    await files.remove_inputs(work, run.id)


def check(work: Work, given: dict[str, Any]) -> None:
    """Raise unless an import can begin with this input."""
    work.require(Role.MEMBER)
    if not given.get("demo") and not isinstance(given.get("file"), str):
        raise Invalid("Pages are imported on the page for imports, or at /api/knowledge/import.")


async def with_files(work: Work, job_id: UUID, result: Any) -> Any:
    """Add what became of each file to an import's result, for whoever imported."""
    lines = [line.model_dump() for line in await read_report(work, job_id)]
    return {**(result or {}), "files": lines} if lines else result


@job_type(
    IMPORT,
    title="Import pages",
    about="Brings in a vault of Markdown with its links, tags and pictures.",
    check=check,
    reveal=with_files,
)
async def import_pages(run: "Run") -> dict[str, Any]:
    """Import what was sent; return how many files had which outcome, and the links."""
    found = await run(look)
    parts = [_part(number, found["files"]) for number in range(-(-found["files"] // BATCH))]
    await run.announce(*parts, follow_links, put_away)
    for part in parts:
        await run(part)
    result: dict[str, Any] = await run(follow_links)
    await run(put_away)
    return result
