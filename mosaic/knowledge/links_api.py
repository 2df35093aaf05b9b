"""REST of renames and of how links stand."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page, PageQuery
from mosaic.edge import InWorkspace
from mosaic.knowledge import health, mentions, renaming, renaming_undo
from mosaic.knowledge.health import Kind, LinkCounted, LinkHealth
from mosaic.knowledge.renaming_shapes import (
    EntryRenamed,
    RenamePlan,
    RenameRequest,
    RenameUndone,
    UndoRequest,
)
from mosaic.knowledge.shapes import EntryPublic, MentionToLink

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


@router.post("/entries/{slug}/rename")
async def rename_entry(
    work: InWorkspace, slug: str, wanted: RenameRequest, preview: bool = False
) -> EntryRenamed | RenamePlan:
    """Give a page another name and write the links to it anew; `preview` only says how."""
    if preview:
        return await renaming.preview_rename(work, slug, wanted)
    return await renaming.rename_entry(work, slug, wanted)


@router.post("/entries/{slug}/rename/undo")
async def undo_rename(work: InWorkspace, slug: str, wanted: UndoRequest) -> RenameUndone:
    """Take a rename back, on every page that nobody has changed since."""
    return await renaming_undo.undo_rename(work, slug, wanted.version)


@router.post("/entries/{slug}/mentions")
async def link_mention(work: InWorkspace, slug: str, wanted: MentionToLink) -> EntryPublic:
    """Make a link of the first mention of this page on another one; answers with that page."""
    return await mentions.link_mention(work, slug, wanted.source)


@router.get("/links/health")
async def read_link_health(work: InWorkspace) -> LinkHealth:
    """How the links of the workspace stand, in numbers."""
    return await health.read_health(work)


@router.get("/links")
async def list_link_health(
    work: InWorkspace, query: Annotated[PageQuery, Query()], kind: Kind = "wanted"
) -> Page[LinkCounted]:
    """What there is of a kind, with the pages where it stands."""
    return await health.list_health(work, kind, query)
