"""REST of renames and of how links stand."""

from fastapi import APIRouter

from mosaic.edge import InWorkspace
from mosaic.knowledge import renaming
from mosaic.knowledge.renaming_shapes import (
    EntryRenamed,
    RenamePlan,
    RenameRequest,
    RenameUndone,
    UndoRequest,
)

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
    return await renaming.undo_rename(work, slug, wanted.version)
