"""REST of the wiki."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from mosaic.core.pagination import Page, PageQuery
from mosaic.edge import InWorkspace
from mosaic.knowledge import (
    attachments,
    caching,
    links,
    mentions,
    previews,
    public,
    service,
    versions,
)
from mosaic.knowledge.link_shapes import Backlink, LinkPublic
from mosaic.knowledge.previews import Preview, PreviewAsked
from mosaic.knowledge.service import EntryQuery, Moved
from mosaic.knowledge.shapes import (
    AttachmentPublic,
    EntryCreate,
    EntryPublic,
    EntryUpdate,
    PublicLinkPublic,
)
from mosaic.knowledge.version_shapes import DiffPublic, VersionPublic

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])
Paging = Annotated[PageQuery, Query()]


@router.get("/entries")
async def list_entries(
    work: InWorkspace, query: Annotated[EntryQuery, Query()]
) -> Page[EntryPublic]:
    """Pages of the wiki, the latest changes first."""
    return await service.list_entries(work, query)


@router.post("/entries", status_code=201)
async def create_entry(work: InWorkspace, wanted: EntryCreate) -> EntryPublic:
    """Write a new page."""
    return await service.create_entry(work, wanted)


@router.get("/entries/{slug}")
async def read_entry(work: InWorkspace, slug: str) -> EntryPublic:
    """One page. An alias or an old slug answers 308 to the new place."""
    return await service.read_entry(work, slug)


@router.patch("/entries/{slug}")
@router.put("/entries/{slug}", include_in_schema=False)
async def change_entry(work: InWorkspace, slug: str, change: EntryUpdate) -> EntryPublic:
    """Change a page; every change is a version."""
    return await service.change_entry(work, slug, change)


@router.delete("/entries/{slug}", status_code=204)
async def delete_entry(work: InWorkspace, slug: str, permanent: bool = False) -> None:
    """Put a page away; with `permanent`, remove it for good."""
    remove = service.remove_entry if permanent else service.archive_entry
    await remove(work, slug)


@router.post("/preview")
async def preview(work: InWorkspace, asked: PreviewAsked) -> Preview:
    """A text as it would look as a page; nothing is saved."""
    return await previews.preview(work, asked)


@router.get("/entries/{slug}/versions")
async def list_versions(work: InWorkspace, slug: str, query: Paging) -> Page[VersionPublic]:
    """What a page was, the newest first."""
    return await versions.list_versions(work, await service.get_entry(work, slug), query)


@router.get("/entries/{slug}/versions/{number}")
async def read_version(work: InWorkspace, slug: str, number: int) -> VersionPublic:
    """One version of a page."""
    return await versions.get_version(work, await service.get_entry(work, slug), number)


@router.get("/entries/{slug}/versions/{old}/diff/{new}")
async def diff_versions(work: InWorkspace, slug: str, old: int, new: int) -> DiffPublic:
    """What changed from one version to another, by lines and by words."""
    return await versions.diff_versions(work, await service.get_entry(work, slug), old, new)


@router.post("/entries/{slug}/restore/{number}")
async def restore_version(work: InWorkspace, slug: str, number: int) -> EntryPublic:
    """Bring back what a version said, as a new version."""
    return await versions.restore_version(work, slug, number)


@router.get("/entries/{slug}/backlinks", response_model_exclude_none=True)
async def list_backlinks(work: InWorkspace, slug: str, unlinked: bool = False) -> list[Backlink]:
    """The pages that link here, each with its sentence; with `unlinked`, also those that do not."""
    told = mentions.list_both if unlinked else links.list_backlinks
    return await told(work, await service.get_entry(work, slug))


@router.get("/entries/{slug}/links")
async def list_links(work: InWorkspace, slug: str) -> list[LinkPublic]:
    """The links on a page, and what they point at."""
    return await links.list_links(work, await service.get_entry(work, slug))


@router.post("/attachments", status_code=201)
async def add_attachment(work: InWorkspace, file: UploadFile) -> AttachmentPublic:
    """Keep a file that pages show or offer; a link names it as `![[name]]`."""
    data = await file.read(attachments.MOST_ATTACHMENT + 1)
    return await attachments.add_attachment(work, file.filename or "file", data)


@router.get("/entries/{slug}/public-link")
async def read_public_link(work: InWorkspace, slug: str) -> PublicLinkPublic:
    """The address at which anybody can read a public page; 404 while it is not public."""
    return await public.get_link(work, await service.get_entry(work, slug))


@router.get(
    "/attachments/{attachment_id}/{name}",
    response_class=Response,
    responses={200: {"content": {"*/*": {}}}},
)
async def read_attachment(
    work: InWorkspace,
    attachment_id: UUID,
    name: str,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """A file. Pictures are shown, everything else is downloaded; nothing runs as a page."""
    file = await attachments.get_attachment(work, attachment_id)
    tag = f'"{file.digest[:32]}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    kind = "inline" if file.media_type in attachments.SHOWN else "attachment"
    headers |= {
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.data, media_type=file.media_type, headers=headers)


@router.get("/cache/stats")
async def read_cache_stats(work: InWorkspace) -> dict[str, Any]:
    """How often the cache had the answer."""
    return await caching.stats(work)


@router.post("/cache/clear", status_code=204)
async def clear_cache(work: InWorkspace) -> None:
    """Drop what is kept for this workspace."""
    await caching.clear(work)


@router.post("/cache/stats/reset", status_code=204)
async def reset_cache_stats(work: InWorkspace) -> None:
    """Start counting anew."""
    await caching.reset_stats(work)


async def moved(request: Request, exc: Exception) -> Response:
    """Answer 308 to the same resource of the entry's present slug."""
    assert isinstance(exc, Moved)
    kind, _, below = request.url.path.removeprefix("/api/knowledge/").partition("/")
    rest = below.partition("/")[2]
    place = f"/api/knowledge/{kind}/{quote(exc.slug)}" + (f"/{rest}" if rest else "")
    place += f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(place, 308)
