"""REST of tags."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page, PageQuery, cut
from mosaic.edge import InWorkspace
from mosaic.knowledge import tags
from mosaic.knowledge.shapes import TagCounted, TagCreate, TagMerge, TagUpdate

router = APIRouter(prefix="/knowledge/tags", tags=["Knowledge"])


@router.get("")
async def list_tags(
    work: InWorkspace,
    query: Annotated[PageQuery, Query()],
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[TagCounted]:
    """The tags in use, and those that were made before a page has them."""
    return cut(await tags.list_tags(work, q), query)


@router.post("", status_code=201)
async def create_tag(work: InWorkspace, wanted: TagCreate) -> TagCounted:
    """Make a tag before a page has it."""
    return await tags.create_tag(work, wanted)


@router.get("/{slug}")
async def read_tag(work: InWorkspace, slug: str) -> TagCounted:
    """One tag."""
    return await tags.read_tag(work, slug)


@router.patch("/{slug}")
@router.put("/{slug}", include_in_schema=False)
async def change_tag(work: InWorkspace, slug: str, change: TagUpdate) -> TagCounted:
    """Give a tag another name or colour, on every page that has it."""
    return await tags.change_tag(work, slug, change)


@router.delete("/{slug}", status_code=204)
async def remove_tag(work: InWorkspace, slug: str) -> None:
    """Take a tag off every page; the pages stay."""
    await tags.remove_tag(work, slug)


@router.post("/{slug}/merge")
async def merge_tags(work: InWorkspace, slug: str, wanted: TagMerge) -> TagCounted:
    """Put another tag in the place of this one, on every page."""
    return await tags.merge_tags(work, slug, wanted.into)
