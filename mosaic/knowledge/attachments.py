"""Files that pages show or offer."""

import hashlib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.knowledge.models import Attachment
from mosaic.knowledge.shapes import AttachmentPublic


@dataclass
class Found:
    """An attachment that a link means."""

    name: str
    url: str
    is_image: bool


# Shown in place; everything else is offered for download. No SVG: it can hold scripts.
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"}
)


def attachment_url(work: Work, id: UUID, name: str) -> str:
    """Return the address at which an attachment is served; it names the workspace."""
    return f"/api/knowledge/attachments/{id}/{quote(name)}?workspaceId={work.workspace_slug}"


async def find_files(work: Work, targets: Iterable[str]) -> dict[str, Found]:
    """Return the attachment that each target means: by its path, else by its name alone."""
    wanted = {target: posixpath.basename(target) for target in targets if "." in target}
    if not wanted:
        return {}
    rows = await work.session.execute(
        select(
            col(Attachment.id),
            col(Attachment.path),
            col(Attachment.name),
            col(Attachment.media_type),
        )
        .where(
            or_(col(Attachment.path).in_(wanted), col(Attachment.name).in_(set(wanted.values())))
        )
        .order_by(col(Attachment.path))
    )
    by_path: dict[str, Found] = {}
    by_name: dict[str, Found] = {}
    for id, path, name, media_type in rows:
        found = Found(name, attachment_url(work, id, name), media_type.startswith("image/"))
        by_path[path] = found
        by_name.setdefault(name, found)
    both = {target: by_path.get(target) or by_name.get(name) for target, name in wanted.items()}
    return {target: found for target, found in both.items() if found is not None}


async def get_attachment(work: Work, attachment_id: UUID) -> Attachment:
    """Return an attachment with its data. NotFound for another tenant's."""
    row = await work.session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound("There is no such file here.")
    return row


async def put_attachment(
    work: Work, path: str, media_type: str, data: bytes
) -> tuple[AttachmentPublic, str]:
    """Keep a file under its path; return it with "created", "updated" or "unchanged"."""
    work.require(Role.MEMBER)
    digest = hashlib.sha256(data).hexdigest()
    at_path = col(Attachment.path) == path
    was = select(col(Attachment.id), col(Attachment.digest)).where(at_path)
    before = (await work.session.execute(was)).one_or_none()
    if before is not None and before.digest == digest:
        return _public(work, before.id, path, media_type, len(data)), "unchanged"
    values = {"media_type": media_type, "size": len(data), "digest": digest, "data": data}
    fresh = {
        "id": new_id(),
        "workspace_id": work.tenant,
        "path": path,
        "name": posixpath.basename(path),
        "created_by": work.user_id,
        **values,
    }
    statement = (
        upsert(Attachment)
        .values(fresh)
        .on_conflict_do_update(index_elements=["workspace_id", "path"], set_=values)
        .returning(col(Attachment.id))
    )
    id = (await work.session.scalars(statement)).one()
    work.changed("knowledge", "names")
    outcome = "created" if before is None else "updated"
    return _public(work, id, path, media_type, len(data)), outcome


def _public(work: Work, id: UUID, path: str, media_type: str, size: int) -> AttachmentPublic:
    name = posixpath.basename(path)
    url = attachment_url(work, id, name)
    return AttachmentPublic(id=id, name=name, path=path, media_type=media_type, size=size, url=url)
