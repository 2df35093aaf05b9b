"""REST of search and completion."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.edge import InWorkspace
from mosaic.knowledge.search import completion, service
from mosaic.knowledge.search.completion import Kind
from mosaic.knowledge.search.shapes import Completions, Hits, SearchQuery

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


@router.get("/search")
async def search(work: InWorkspace, query: Annotated[SearchQuery, Query()]) -> Hits:
    """Pages that hold what is asked for, each with why it was found."""
    return await service.search(work, query)


@router.get("/completions", response_model_exclude_none=True)
async def complete(
    work: InWorkspace,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Kind = "page",
    slug: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Completions:
    """Names of pages, tags or headings that what is being typed may become."""
    return Completions(data=await completion.complete(work, kind, q, slug, limit))
