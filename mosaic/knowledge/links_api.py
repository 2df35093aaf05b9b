"""REST of renames and of how links stand."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page, PageQuery
from mosaic.edge import InWorkspace
from mosaic.knowledge import mentions, renaming, renaming_undo, settling, taking_back
from mosaic.knowledge.health import findings, looking
from mosaic.knowledge.health import service as health
from mosaic.knowledge.health.shapes import Kind, LinkCounted, LinkHealth, LookStarted, PagesApart
from mosaic.knowledge.link_shapes import (
    LinksSettled,
    LinkToSettle,
    MentionToLink,
    NameToSettle,
    PagesToTakeBack,
    TakenBack,
)
from mosaic.knowledge.renaming_shapes import (
    EntryRenamed,
    RenamePlan,
    RenameRequest,
    RenameUndone,
    UndoRequest,
)
from mosaic.knowledge.shapes import EntryPublic

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


@router.post("/entries/{slug}/links/settle")
async def settle_link(work: InWorkspace, slug: str, wanted: LinkToSettle) -> EntryPublic:
    """Let a link on this page that could mean several pages mean one; answers with this page."""
    return await settling.settle_link(work, slug, wanted)


@router.post("/links/settle")
async def settle_name(work: InWorkspace, wanted: NameToSettle) -> LinksSettled:
    """Let the links that say a name mean one page, on all pages; 500 pages at once."""
    return await settling.settle_name(work, wanted)


@router.post("/links/undo")
async def take_back(work: InWorkspace, wanted: PagesToTakeBack) -> TakenBack:
    """Let pages read as they did before the versions named, where nobody has changed them since."""
    return await taking_back.take_back(work, wanted)


@router.post("/links/apart", status_code=204)
async def keep_apart(work: InWorkspace, wanted: PagesApart) -> None:
    """Say that two pages that look alike are different, or take that back."""
    await findings.keep_apart(work, wanted)


@router.post("/links/look", status_code=202)
async def look(work: InWorkspace) -> LookStarted:
    """Look through all pages in the background; while that waits or goes on, it is the same run."""
    return LookStarted(job_id=await looking.look(work))


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
