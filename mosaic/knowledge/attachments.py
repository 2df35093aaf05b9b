"""Files that pages show or offer."""

import hashlib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.core import room
from mosaic.core.errors import Invalid, NotFound, TooLarge
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.knowledge.media import media_type
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


MOST_ATTACHMENT = 25_000_000  # bytes
_FOLDER = "Attachments"
_NOT_IN_NAMES = frozenset('/\\:*?"<>|[]#^')


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
    for id, path, name, kind in rows:
        found = Found(name, attachment_url(work, id, name), kind.startswith("image/"))
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


async def add_attachment(work: Work, name: str, data: bytes) -> AttachmentPublic:
    """Keep a file that somebody adds to a page, under a name that no other file has. MEMBER.

    The same file again is the one that is there. TooLarge over 25 MB, Invalid for an empty one.
    """
    work.require(Role.MEMBER)
    if not data:
        raise Invalid("This file is empty.", "file")
    if len(data) > MOST_ATTACHMENT:
        raise TooLarge(f"A file may hold {MOST_ATTACHMENT // 1_000_000} MB.")
    stem, dot, suffix = _safe(name).rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (suffix, "")
    digest = hashlib.sha256(data).hexdigest()
    alike = col(Attachment.name).startswith(stem, autoescape=True)
    rows = await work.session.execute(
        select(col(Attachment.name), col(Attachment.digest)).where(alike)
    )
    taken = dict(rows.all())
    names = (
        f"{stem}{suffix}",
        *(f"{stem} {number}{suffix}" for number in range(2, len(taken) + 3)),
    )
    free = next(one for one in names if taken.get(one, digest) == digest)
    kept, _ = await put_attachment(work, f"{_FOLDER}/{free}", media_type(free), data)
    return kept


def _safe(name: str) -> str:
    """Return a file's own name as links can hold it, at most 150 letters long."""
    plain = "".join(" " if c in _NOT_IN_NAMES or category(c) == "Cc" else c for c in name)
    stem, dot, suffix = " ".join(plain.split()).strip(" .").rpartition(".")
    return f"{stem[:130]}{dot}{suffix[:20]}".strip(" .") or "file"


async def put_attachment(
    work: Work, path: str, media_type: str, data: bytes
) -> tuple[AttachmentPublic, str]:
    """Keep a file under its path; return it with "created", "updated" or "unchanged". Full."""
    work.require(Role.MEMBER)
    digest = hashlib.sha256(data).hexdigest()
    at_path = col(Attachment.path) == path
    was = select(col(Attachment.id), col(Attachment.digest)).where(at_path)
    before = (await work.session.execute(was)).one_or_none()
    if before is not None and before.digest == digest:
        return as_public(work, before.id, path, media_type, len(data)), "unchanged"
    room.require(len(data))
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
    return as_public(work, id, path, media_type, len(data)), outcome


def as_public(work: Work, id: UUID, path: str, media_type: str, size: int) -> AttachmentPublic:
    """Return a file as it is sent."""
    name = posixpath.basename(path)
    url = attachment_url(work, id, name)
    return AttachmentPublic(id=id, name=name, path=path, media_type=media_type, size=size, url=url)
