"""What people say about tasks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.activity import service as activity
from mosaic.core.errors import NotAllowed, NotFound
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.work import Role, Work
from mosaic.tasks.around_models import TaskComment
from mosaic.tasks.around_shapes import CommentPublic, CommentWrite
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import render


async def list_comments(work: Work, task: Task, query: PageQuery) -> Page[CommentPublic]:
    """Return a page of comments, the first one first, or, with `sort=-createdAt`, last."""
    mine = col(TaskComment.task_id) == task.id
    total = await work.session.scalar(select(func.count()).where(mine))
    order = col(TaskComment.id)
    rows = await work.session.execute(
        _with_author(mine)
        .order_by(order.desc() if query.sort == "-createdAt" else order)
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    return page_of(await _present(work, rows.all()), total or 0, query)


def _with_author(*where: Any) -> Any:
    joined = select(TaskComment, col(User.name)).outerjoin(
        User, col(User.id) == col(TaskComment.created_by)
    )
    return joined.where(*where)


async def _present(work: Work, rows: Sequence[Any]) -> list[CommentPublic]:
    texts = await render(work, [one.content for one, _ in rows])
    return [
        CommentPublic.model_validate(
            {**one.model_dump(), "author": name or "", "content_html": html}
        )
        for (one, name), html in zip(rows, texts, strict=True)
    ]


async def add_comment(work: Work, task: Task, wanted: CommentWrite) -> CommentPublic:
    """Say something about a task. MEMBER."""
    work.require(Role.MEMBER)
    ids: dict[str, Any] = {"id": new_id(), "workspace_id": work.tenant, "task_id": task.id}
    comment = TaskComment(**ids, content=wanted.content, created_by=work.user_id)
    work.session.add(comment)
    await work.session.flush()
    activity.record(work, "COMMENTED", "task", task.id, task.title, {"number": task.number})
    return await _shown(work, task, comment.id)


async def change_comment(
    work: Work, task: Task, comment_id: UUID, change: CommentWrite
) -> CommentPublic:
    """Say it in other words. MEMBER; NotAllowed for another person's comment."""
    comment = await _own(work, task, comment_id)
    mine = update(TaskComment).where(col(TaskComment.id) == comment.id)
    await work.session.execute(
        mine.values(content=change.content, updated_at=func.now()).execution_options(
            synchronize_session=False
        )
    )
    return await _shown(work, task, comment.id)


async def remove_comment(work: Work, task: Task, comment_id: UUID) -> dict[str, Any]:
    """Take a comment back; return what it was. MEMBER; another person's as ADMIN."""
    comment = await _own(work, task, comment_id, or_as=Role.ADMIN)
    was = comment.model_dump(include=_KEPT)
    await work.session.delete(comment)
    work.changed("tasks", task.id)
    return was


_KEPT = {"content", "created_by", "created_at", "updated_at"}


async def put_comment_back(work: Work, task: Task, was: dict[str, Any]) -> None:
    """Say again what was taken back, as `remove_comment` returned it. MEMBER."""
    work.require(Role.MEMBER)
    ids: dict[str, Any] = {"id": new_id(), "workspace_id": work.tenant, "task_id": task.id}
    work.session.add(TaskComment(**ids, **was))
    await work.session.flush()
    work.changed("tasks", task.id)


async def _own(work: Work, task: Task, comment_id: UUID, or_as: Role | None = None) -> TaskComment:
    work.require(Role.MEMBER)
    query = select(TaskComment).where(
        col(TaskComment.id) == comment_id, col(TaskComment.task_id) == task.id
    )
    comment = (await work.session.scalars(query)).one_or_none()
    if comment is None:
        raise NotFound("There is no such comment here.")
    if comment.created_by != work.user_id and (or_as is None or work.role < or_as):
        raise NotAllowed("Only whoever wrote a comment can change it.")
    return comment


async def _shown(work: Work, task: Task, comment_id: UUID) -> CommentPublic:
    work.changed("tasks", task.id)
    query = _with_author(col(TaskComment.id) == comment_id)
    rows = await work.session.execute(query.execution_options(populate_existing=True))
    return (await _present(work, rows.all()))[0]
