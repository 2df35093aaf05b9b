"""The run that arranges the graph: one at a time in a workspace, when much has changed."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.config import ROOT
from mosaic.core.errors import Unavailable
from mosaic.core.work import Role, Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.types import Phase, job_type, step
from mosaic.knowledge.wholes import whole

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

ARRANGE = "KNOWLEDGE_GRAPH"
_HOUR = 3600
Arranged = list[tuple[float, float, int, float]]


async def arrange(work: Work) -> UUID:
    """Ask for a run that arranges the graph, or return the one that waits or goes on. MEMBER."""
    work.require(Role.MEMBER)
    await work.session.execute(_ONE_AT_A_TIME)
    going = select(col(Job.id)).where(
        col(Job.type) == ARRANGE, col(Job.status).in_(("QUEUED", "RUNNING"))
    )
    id = (await work.session.scalars(going.limit(1))).one_or_none()
    if id is not None:
        return id
    return (await jobs.create_job(work, JobCreate(type=ARRANGE))).id


_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('graph ' || app_workspace(), 0))"
)


async def arrange_if_due(work: Work) -> None:
    """Ask for a run when the arrangement is far from what there is; nothing for who only reads.

    Only what everybody sees counts, so nobody can tell from it that somebody writes a draft.
    """
    if work.full or work.role < Role.MEMBER or "write" not in work.actor.scopes:
        return
    [now] = await whole(work, _DRIFT)
    if not now.nodes:
        return
    little = now.new <= 10 + now.nodes // 20 and abs(now.edges - (now.was or 0)) <= 20
    changed = now.new or now.edges != now.was
    if now.age is None or (changed and (not little or now.age > _HOUR)):
        await arrange(work)


_DRIFT = (
    "SELECT (SELECT count(*) FROM entries e WHERE e.workspace_id = app_workspace() "
    "AND e.private_to IS NULL AND e.status <> 'ARCHIVED') AS nodes, "
    "(SELECT count(*) FROM entries e WHERE e.workspace_id = app_workspace() "
    "AND e.private_to IS NULL AND e.status <> 'ARCHIVED' AND NOT EXISTS ("
    "SELECT 1 FROM graph_places p WHERE p.entry_id = e.id)) AS new, "
    "(SELECT count(*) FROM link_spans p JOIN entries s ON s.id = p.source_id "
    "AND s.private_to IS NULL AND s.status <> 'ARCHIVED' "
    "WHERE p.workspace_id = app_workspace() AND p.until IS NULL) AS edges, "
    "(SELECT edges FROM graph_layouts WHERE workspace_id = app_workspace()) AS was, "
    "(SELECT extract(epoch FROM now() - computed_at) FROM graph_layouts "
    "WHERE workspace_id = app_workspace()) AS age"
)


@step(Phase.EXECUTION, "Arrange the pages", transaction=False)
async def arrange_pages(run: "Run") -> dict[str, int]:
    """Read what everybody sees, compute in a process of its own, and keep where pages are."""
    async with run.work() as work:
        generation = work.generations.get("knowledge", 0)
        ids, edges, before = await _read(work)
    run.log(f"{len(ids):,} pages, {len(edges):,} links\n")
    places = await _compute(ids, edges, before)
    async with run.work() as work:
        await keep(work, generation, ids, places, len(edges))
    communities = len({place[2] for place in places})
    run.log(f"{communities:,} communities\n")
    return {"pages": len(ids), "links": len(edges), "communities": communities}


async def _read(work: Work) -> tuple[list[UUID], list[list[int]], dict[int, list[Any]]]:
    pages = (await work.session.execute(_PAGES)).all()
    number = {row.id: place for place, row in enumerate(pages)}
    links = await work.session.execute(_LINKS)
    edges = [
        [number[row.source_id], number[row.target_id]]
        for row in links
        if row.source_id in number and row.target_id in number
    ]
    before = {number[row.id]: [row.x, row.y, row.community] for row in pages if row.x is not None}
    return [row.id for row in pages], edges, before


# Ids are made in the order of time: the numbers of old pages stay when there are new ones.
_PAGES = text(
    "SELECT e.id, p.x, p.y, p.community FROM entries e "
    "LEFT JOIN graph_places p ON p.entry_id = e.id WHERE e.workspace_id = app_workspace() "
    "AND e.private_to IS NULL AND e.status <> 'ARCHIVED' ORDER BY e.id"
)
_LINKS = text(
    "SELECT p.source_id, p.target_id FROM link_spans p "
    "WHERE p.workspace_id = app_workspace() AND p.until IS NULL "
    "ORDER BY p.source_id, p.target_id"
)


async def _compute(
    ids: list[UUID], edges: list[list[int]], before: dict[int, list[Any]]
) -> Arranged:
    """Arrange in another process, which ends with this one; the worker stays free meanwhile."""
    given = json.dumps({"count": len(ids), "edges": edges, "before": before})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mosaic.knowledge.graph.layout",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await process.communicate(given.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unavailable("The graph could not be arranged for now.")
    arranged: Arranged = json.loads(said)
    return arranged


async def keep(work: Work, generation: int, ids: list[UUID], places: Arranged, edges: int) -> None:
    """Keep where pages are, all at once; pages that have gone meanwhile are left out."""
    columns = [list(column) for column in zip(*places, strict=True)] or [[], [], [], []]
    values = dict(zip(("x", "y", "community", "centrality"), columns, strict=True))
    await work.session.execute(_ONE_AT_A_TIME)
    await work.session.execute(_FORGET)
    await work.session.execute(_KEEP, {"ids": ids, **values})
    counts = {"generation": generation, "nodes": len(ids), "edges": edges}
    await work.session.execute(_NOTE, counts)
    work.changed("graph")


_FORGET = text("DELETE FROM graph_places WHERE workspace_id = app_workspace()")
_KEEP = text(
    "INSERT INTO graph_places (workspace_id, entry_id, x, y, community, centrality) "
    "SELECT app_workspace(), e.id, p.x, p.y, p.community, p.centrality FROM unnest("
    "CAST(:ids AS uuid[]), CAST(:x AS real[]), CAST(:y AS real[]), "
    "CAST(:community AS integer[]), CAST(:centrality AS real[])"
    ") p (id, x, y, community, centrality) JOIN entries e ON e.id = p.id "
    "WHERE e.private_to IS NULL ORDER BY e.id FOR KEY SHARE OF e"
)
_NOTE = text(
    "INSERT INTO graph_layouts (workspace_id, generation, nodes, edges) "
    "VALUES (app_workspace(), :generation, :nodes, :edges) "
    "ON CONFLICT (workspace_id) DO UPDATE SET generation = excluded.generation, "
    "nodes = excluded.nodes, edges = excluded.edges, computed_at = now()"
)


@job_type(
    ARRANGE,
    title="Arrange the graph",
    about="Computes where pages are drawn in the graph, and which belong together.",
    upkeep=True,
)
async def arrange_graph(run: "Run") -> dict[str, int]:
    """Arrange the pages; return how many pages, links and communities there are."""
    arranged: dict[str, int] = await run(arrange_pages)
    return arranged
