"""Files that hang on tasks. They are files of the wiki, where a page can show them, too."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.knowledge.attachments import add_attachment, as_public
from mosaic.knowledge.models import Attachment
from mosaic.knowledge.shapes import AttachmentPublic
from mosaic.tasks.around_models import TaskAttachment
from mosaic.tasks.changing import hold
from mosaic.tasks.models import Task

MOST = 100


async def list_files(work: Work, task: Task) -> list[AttachmentPublic]:
    """Return the files of a task, in the order in which they came."""
    query = (
        select(
            col(Attachment.id),
            col(Attachment.path),
            col(Attachment.media_type),
            col(Attachment.size),
        )
        .join(TaskAttachment, col(TaskAttachment.attachment_id) == col(Attachment.id))
        .where(col(TaskAttachment.task_id) == task.id)
        .order_by(col(TaskAttachment.created_at), col(Attachment.id))
    )
    return [as_public(work, *row) for row in await work.session.execute(query)]


async def add_file(work: Work, task: Task, name: str, data: bytes) -> AttachmentPublic:
    """Keep a file with a task; the same one again is the one that is there. MEMBER.

    TooLarge over 25 MB, Invalid for an empty one, Conflict beyond a hundred.
    """
    added = await add_attachment(work, name, data)
    await put_file(work, task, added.id)
    return added


async def put_file(work: Work, task: Task, attachment_id: UUID) -> None:
    """Hang a file that is kept here on a task. MEMBER. NotFound, and Conflict beyond a hundred."""
    work.require(Role.MEMBER)
    await hold(work, [task.id])
    mine = select(col(TaskAttachment.attachment_id)).where(col(TaskAttachment.task_id) == task.id)
    there = set(await work.session.scalars(mine))
    if attachment_id not in there and len(there) >= MOST:
        raise Conflict(f"A task has at most {MOST} files. Option: a task below this one.")
    here = select(col(Attachment.id)).where(col(Attachment.id) == attachment_id)
    if await work.session.scalar(here) is None:
        raise NotFound("There is no such file here.")
    row = {"workspace_id": work.tenant, "task_id": task.id, "attachment_id": attachment_id}
    await work.session.execute(upsert(TaskAttachment).values(row).on_conflict_do_nothing())
    work.changed("tasks", task.id)


async def take_file_off(work: Work, task: Task, attachment_id: UUID) -> None:
    """Take a file off a task; pages that show it still do. MEMBER. NotFound where it is not."""
    work.require(Role.MEMBER)
    here = delete(TaskAttachment).where(
        col(TaskAttachment.task_id) == task.id,
        col(TaskAttachment.attachment_id) == attachment_id,
    )
    gone = await work.session.scalars(here.returning(col(TaskAttachment.attachment_id)))
    if gone.one_or_none() is None:
        raise NotFound("There is no such file with this task.")
    work.changed("tasks", task.id)
