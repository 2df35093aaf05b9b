"""The import of a vault, as a runner job: look, write a hundred files at a time, count links."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args
from uuid import UUID
from weakref import WeakKeyDictionary

from mosaic.activity import service as activity
from mosaic.core.config import ROOT
from mosaic.core.errors import Invalid
from mosaic.core.work import Role, Work
from mosaic.jobs import entries, files
from mosaic.jobs.report import Line, count_lines, note
from mosaic.jobs.types import Phase, Step, job_type, step
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.exchange.report import IMPORT as IMPORT
from mosaic.knowledge.exchange.report import read_report
from mosaic.knowledge.exchange.service import Item, write
from mosaic.knowledge.link_counts import count_links
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.shapes import Conflicts

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

DOCS = ROOT / "docs"
BATCH = 100
_SIZE = 8_000_000  # bytes that are in memory at once
_readers: "WeakKeyDictionary[Run, _Reader]" = WeakKeyDictionary()


@step(Phase.SETUP, "Look through what was sent", transaction=False)
async def look(run: "Run") -> dict[str, Any]:
    """Count the files, and find what they are from. Raises Invalid for what is left alone."""
    try:
        found = await asyncio.to_thread(vault.look, await _source(run))
    except vault.Refused as refused:
        await _refuse(run, str(refused))
    run.log(f"{found.files:,} files\n")
    return {"files": found.files, "kind": run.input.get("kind") or found.kind}


async def _refuse(run: "Run", reason: str) -> NoReturn:
    """End an import of which nothing is taken. The reason names a file, and is its sender's."""
    async with run.work() as work:
        await note(work, run.id, 0, [Line(run.input["source"], "failed", reason)])
    raise Invalid("What was sent is left alone. Whoever sent it finds the reason in the report.")


async def _source(run: "Run") -> Path:
    return DOCS if run.input.get("demo") else await run.file(run.input["file"])


@step(Phase.EXECUTION, "Bring in files")
async def bring_in(run: "Run", work: Work, part: int) -> dict[str, int]:
    """Write the files of a part, with a line of the report for each."""
    place, end = part * BATCH, (part + 1) * BATCH
    counts = Counter[str]()
    reader = await _reader(run, place)
    while place < end and (batch := await reader.take()):
        lines = await write(work, batch, run.input.get("conflicts") or "replace")
        counts.update(await note(work, run.id, place, lines))
        written = [line.entry_id for line in lines if line.outcome in {"created", "updated"}]
        reader.parses = bool(written)
        await entries.touch(work, run.id, filter(None, written))
        place += len(batch)
    _readers[run] = reader
    run.log("".join(f"{number:,} {outcome}\n" for outcome, number in counts.items()))
    return dict(counts)


def _part(number: int, files: int) -> Step:
    first, last = number * BATCH + 1, min((number + 1) * BATCH, files)
    return bring_in.part(number, name=f"Bring in files {first:,} to {last:,}")


async def _reader(run: "Run", place: int) -> "_Reader":
    """Return a reader that stands at `place`; where a run goes on elsewhere, a fresh one."""
    reader = _readers.pop(run, None)
    if reader is None or reader.place != place:
        fresh = iter(vault.read(await _source(run)))
        await asyncio.to_thread(lambda: next(islice(fresh, place, place), None))
        reader = _Reader(fresh, place)
    return reader


class _Reader:
    """Reads files, the next ones while those before are written."""

    def __init__(self, items: Iterator[Item], place: int) -> None:
        self._items, self.place = items, place
        self._ahead: asyncio.Future[list[Item]] | None = None
        self.parses = True  # pages that are here already need no parsing

    async def take(self) -> list[Item]:
        """Return the next files up to the end of a part; less when they are large."""
        batch = await (self._ahead or self._begin())
        self.place += len(batch)
        self._ahead = self._begin() if batch else None
        return batch

    def _begin(self) -> asyncio.Future[list[Item]]:
        most = BATCH - self.place % BATCH
        return asyncio.ensure_future(asyncio.to_thread(_take, self._items, most, self.parses))


def _take(items: Iterator[Item], most: int, parses: bool) -> list[Item]:
    batch: list[Item] = []
    size = 0
    while size < _SIZE and len(batch) < most and (item := next(items, None)):
        try:
            size += len(item.data) if isinstance(item, vault.Attachment) else 0
            if isinstance(item, vault.Page):
                size += len(item.content)
                item.document = parse(item.content) if parses else None
            batch.append(item)
        except vault.Unreadable as problem:
            batch.append(vault.Skipped(item.path or "", str(problem)))
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
    if given.get("conflicts", "replace") not in get_args(Conflicts):
        raise Invalid("Other versions are left alone, replaced or kept: skip, replace or keep.")


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
