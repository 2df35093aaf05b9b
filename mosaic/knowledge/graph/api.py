"""REST of the graph."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.edge import InWorkspace
from mosaic.knowledge.graph import arranging, reading, statistics
from mosaic.knowledge.graph.shapes import (
    Communities,
    Graph,
    GraphQuery,
    GraphStats,
    LayoutStarted,
    Moment,
    NeighbourhoodQuery,
)

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


@router.get("/graph")
async def read_graph(work: InWorkspace, query: Annotated[GraphQuery, Query()]) -> Graph:
    """Pages and the links between them, now or at the end of a day."""
    return await reading.read_graph(work, query)


@router.post("/graph", status_code=202)
async def arrange_graph(work: InWorkspace) -> LayoutStarted:
    """Arrange the graph in the background; while that waits or goes on, it is the same run."""
    return LayoutStarted(job_id=await arranging.arrange(work))


@router.get("/graph/stats")
async def read_graph_stats(work: InWorkspace) -> GraphStats:
    """The graph in numbers."""
    return await statistics.read_stats(work)


@router.get("/graph/{slug}")
async def read_neighbourhood(
    work: InWorkspace, slug: str, query: Annotated[NeighbourhoodQuery, Query()]
) -> Graph:
    """What is around a page. An alias or an old slug answers 308 to the new place."""
    return await reading.read_neighbourhood(work, slug, query)


@router.get("/communities")
async def read_communities(work: InWorkspace, query: Annotated[Moment, Query()]) -> Communities:
    """The graph from far away: pages that link each other more than others, put together."""
    return await statistics.read_communities(work, query)
