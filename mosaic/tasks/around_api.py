"""REST of what stands around tasks: dependencies, comments, checklists, files, pages."""

from uuid import UUID

from fastapi import APIRouter, UploadFile

from mosaic.core.pagination import Page, cut
from mosaic.edge import InWorkspace, Paging
from mosaic.knowledge.attachments import MOST_ATTACHMENT
from mosaic.knowledge.shapes import AttachmentPublic
from mosaic.tasks import checklists, comments, dependencies, entries, files
from mosaic.tasks.around_shapes import (
    CommentPublic,
    CommentWrite,
    DependencyCreate,
    DependencyPublic,
    DependencyUpdate,
    ItemCreate,
    ItemPublic,
    ItemUpdate,
)
from mosaic.tasks.entries import EntryOf
from mosaic.tasks.service import get_task

router = APIRouter(prefix="/tasks/{task_id}", tags=["Tasks"])


@router.get("/dependencies")
async def list_dependencies(
    work: InWorkspace, task_id: UUID, query: Paging, dependents: bool = False
) -> Page[DependencyPublic]:
    """What a task waits for; with `dependents`, what waits for it."""
    task = await get_task(work, task_id)
    return cut(await dependencies.list_dependencies(work, task, dependents), query)


@router.post("/dependencies", status_code=201)
async def add_dependency(
    work: InWorkspace, task_id: UUID, wanted: DependencyCreate
) -> DependencyPublic:
    """Let a task wait for another one."""
    return await dependencies.add_dependency(work, await get_task(work, task_id), wanted)


@router.patch("/dependencies/{dependency_id}")
@router.put("/dependencies/{dependency_id}", include_in_schema=False)
async def change_dependency(
    work: InWorkspace, task_id: UUID, dependency_id: UUID, change: DependencyUpdate
) -> DependencyPublic:
    """Give a dependency another type or lag."""
    task = await get_task(work, task_id)
    return await dependencies.change_dependency(work, task, dependency_id, change)


@router.delete("/dependencies/{dependency_id}", status_code=204)
async def remove_dependency(work: InWorkspace, task_id: UUID, dependency_id: UUID) -> None:
    """Let a task wait for another one no more."""
    await dependencies.remove_dependency(work, await get_task(work, task_id), dependency_id)


@router.get("/comments")
async def list_comments(work: InWorkspace, task_id: UUID, query: Paging) -> Page[CommentPublic]:
    """What was said about a task, in turn; `sort=-createdAt` for the latest first."""
    return await comments.list_comments(work, await get_task(work, task_id), query)


@router.post("/comments", status_code=201)
async def add_comment(work: InWorkspace, task_id: UUID, wanted: CommentWrite) -> CommentPublic:
    """Say something about a task."""
    return await comments.add_comment(work, await get_task(work, task_id), wanted)


@router.patch("/comments/{comment_id}")
@router.put("/comments/{comment_id}", include_in_schema=False)
async def change_comment(
    work: InWorkspace, task_id: UUID, comment_id: UUID, change: CommentWrite
) -> CommentPublic:
    """Say it in other words."""
    task = await get_task(work, task_id)
    return await comments.change_comment(work, task, comment_id, change)


@router.delete("/comments/{comment_id}", status_code=204)
async def remove_comment(work: InWorkspace, task_id: UUID, comment_id: UUID) -> None:
    """Take a comment back."""
    await comments.remove_comment(work, await get_task(work, task_id), comment_id)


@router.get("/checklist")
async def list_items(work: InWorkspace, task_id: UUID) -> list[ItemPublic]:
    """The lines of a task's checklist, in their order."""
    return await checklists.list_items(work, await get_task(work, task_id))


@router.post("/checklist", status_code=201)
async def add_item(work: InWorkspace, task_id: UUID, wanted: ItemCreate) -> ItemPublic:
    """Add a line at the end of a checklist."""
    return await checklists.add_item(work, await get_task(work, task_id), wanted)


@router.patch("/checklist/{item_id}")
@router.put("/checklist/{item_id}", include_in_schema=False)
async def change_item(
    work: InWorkspace, task_id: UUID, item_id: UUID, change: ItemUpdate
) -> ItemPublic:
    """Check a line, or give it other words or another place."""
    return await checklists.change_item(work, await get_task(work, task_id), item_id, change)


@router.delete("/checklist/{item_id}", status_code=204)
async def remove_item(work: InWorkspace, task_id: UUID, item_id: UUID) -> None:
    """Take a line off a checklist."""
    await checklists.remove_item(work, await get_task(work, task_id), item_id)


@router.get("/attachments")
async def list_task_attachments(work: InWorkspace, task_id: UUID) -> list[AttachmentPublic]:
    """The files of a task."""
    return await files.list_files(work, await get_task(work, task_id))


@router.post("/attachments", status_code=201)
async def add_task_attachment(
    work: InWorkspace, task_id: UUID, file: UploadFile
) -> AttachmentPublic:
    """Keep a file with a task."""
    data = await file.read(MOST_ATTACHMENT + 1)
    task = await get_task(work, task_id)
    return await files.add_file(work, task, file.filename or "file", data)


@router.delete("/attachments/{attachment_id}", status_code=204)
async def take_task_attachment_off(work: InWorkspace, task_id: UUID, attachment_id: UUID) -> None:
    """Take a file off a task; pages that show it still do."""
    await files.take_file_off(work, await get_task(work, task_id), attachment_id)


@router.get("/entries")
async def list_task_entries(work: InWorkspace, task_id: UUID) -> list[EntryOf]:
    """The pages that a task's description links to, and those that mention it."""
    return await entries.entries_of(work, await get_task(work, task_id))
