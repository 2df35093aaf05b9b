"""REST of search and completion."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page, PageQuery
from mosaic.edge import InWorkspace
from mosaic.knowledge.search import completion, embedding, service
from mosaic.knowledge.search.completion import Kind
from mosaic.knowledge.search.shapes import (
    Completions,
    Hits,
    LearningStarted,
    MeaningQuery,
    SearchQuery,
)
from mosaic.knowledge.service import list_by_tags
from mosaic.knowledge.shapes import EntryPublic

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


@router.get("/search")
async def search(work: InWorkspace, query: Annotated[SearchQuery, Query()]) -> Hits:
    """Pages that hold what is asked for, each with why it was found."""
    return await service.search(work, query)


@router.get("/search/by-tags")
async def search_by_tags(
    work: InWorkspace,
    query: Annotated[PageQuery, Query()],
    tags: Annotated[str, Query(max_length=2000, description="Names with commas between them")] = "",
    match: Literal["all", "any"] = "all",
) -> Page[EntryPublic]:
    """Pages that have all of these tags, or any of them; the latest changes first."""
    names = [name for name in tags.split(",") if name.strip(" #")]
    return await list_by_tags(work, names, match, query)


@router.post("/search/semantic")
async def search_by_meaning(work: InWorkspace, wanted: MeaningQuery) -> Hits:
    """Pages that are close in meaning, the closest first; 503 where no model is set up."""
    query = SearchQuery(q=wanted.query, limit=wanted.limit, mode="semantic")
    return await service.search(work, query)


@router.post("/embeddings/batch", status_code=202)
async def learn(work: InWorkspace) -> LearningStarted:
    """Learn what pages mean that are new or have changed; 503 where no model is set up."""
    return LearningStarted(job_id=await embedding.learn(work))


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
