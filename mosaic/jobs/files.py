"""Files of a run: what it was given and what it made, kept in parts of a megabyte."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlmodel import col

from mosaic.core import room
from mosaic.core.errors import NotFound, TooLarge
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.jobs import events
from mosaic.jobs.lookup import get_job, get_step
from mosaic.jobs.models import JobFile, JobFilePart
from mosaic.jobs.shapes import FileKind, FilePublic

_PART = 1_048_576
MOST_FILE = 104_857_600
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@dataclass
class Upload:
    """A file on its way in. `private`: nobody else sees it."""

    name: str
    media_type: str
    chunks: AsyncIterator[bytes]
    kind: FileKind = "INPUT"
    step_id: UUID | None = None
    private: bool = False
    most: int = MOST_FILE


async def put(
    work: Work,
    job_id: UUID,
    name: str,
    media_type: str,
    chunks: AsyncIterator[bytes],
    kind: FileKind = "ARTIFACT",
    step_id: UUID | None = None,
    private: bool = False,
) -> FilePublic:
    """Keep a file of a run. MEMBER. TooLarge for more than 100 MB; NotFound for run or step."""
    work.require(Role.MEMBER)
    await get_job(work, job_id)
    if step_id:
        await get_step(work, job_id, step_id)
    upload = Upload(name, media_type, chunks, kind, step_id, private)
    return await store(work, job_id, upload)


def safe_name(name: str) -> str:
    """Return what a file is called, without folders and with nothing that cannot be stored."""
    last = re.split(r"[/\\]", name)[-1].strip()
    printable = "".join(one for one in last if one.isprintable())
    return printable.encode(errors="ignore").decode()[-200:].lstrip(".") or "file"


async def store(work: Work, job_id: UUID, upload: Upload) -> FilePublic:
    """Keep a file of a run that is here. TooLarge for more than `upload.most` bytes; Full."""
    fits = _MEDIA_TYPE.fullmatch(upload.media_type)
    file = JobFile(
        id=new_id(),
        workspace_id=work.tenant,
        job_id=job_id,
        step_id=upload.step_id,
        kind=upload.kind,
        name=upload.name,
        media_type=upload.media_type if fits else "application/octet-stream",
        size=0,
        private_to=work.user_id if upload.private else None,
    )
    work.session.add(file)
    await work.session.flush()
    await _store_parts(work, file, upload)
    shown = public(work, file)
    if upload.kind == "ARTIFACT" and not upload.private:
        about = shown.model_dump(mode="json", by_alias=True, include={"name", "media_type", "size"})
        payload = {"fileId": str(file.id), **about}
        await events.record(work, job_id, "ai.artifact_created", payload, upload.step_id)
    work.changed("jobs", job_id)
    return shown


async def _store_parts(work: Work, file: JobFile, upload: Upload) -> None:
    ordinal = 0
    async for part in _parts(upload.chunks):
        file.size += len(part)
        if file.size > upload.most:
            raise TooLarge(f"At most {upload.most:,} bytes are taken as one file.")
        room.require(len(part))
        row = {"workspace_id": work.tenant, "file_id": file.id, "ordinal": ordinal, "data": part}
        await work.session.execute(insert(JobFilePart).values(row))
        ordinal += 1


async def _parts(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        while len(held) >= _PART:
            yield bytes(held[:_PART])
            del held[:_PART]
    if held:
        yield bytes(held)


async def list_files(work: Work, job_id: UUID) -> list[FilePublic]:
    """Return the files of a run that the actor may see, oldest first."""
    await get_job(work, job_id)
    rows = await work.session.scalars(
        select(JobFile).where(col(JobFile.job_id) == job_id).order_by(col(JobFile.id))
    )
    return [public(work, row) for row in rows]


async def get_file(work: Work, job_id: UUID, file_id: UUID) -> JobFile:
    """Return a file without its content. NotFound for another run's or tenant's."""
    query = select(JobFile).where(col(JobFile.id) == file_id, col(JobFile.job_id) == job_id)
    file = (await work.session.scalars(query)).one_or_none()
    if file is None:
        raise NotFound("There is no such file in this run.")
    return file


async def read_part(work: Work, file_id: UUID, ordinal: int) -> bytes | None:
    """Return a part of a file, counted from 0; None after the last."""
    return await work.session.scalar(
        select(col(JobFilePart.data)).where(
            col(JobFilePart.file_id) == file_id, col(JobFilePart.ordinal) == ordinal
        )
    )


async def open_file(work: Work, file_id: UUID) -> AsyncIterator[bytes]:
    """Yield the content of a file, part by part."""
    ordinal = 0
    while (part := await read_part(work, file_id, ordinal)) is not None:
        yield part
        ordinal += 1


async def remove_inputs(work: Work, job_id: UUID) -> None:
    """Remove what a run was given."""
    await work.session.execute(
        delete(JobFile).where(col(JobFile.job_id) == job_id, col(JobFile.kind) == "INPUT")
    )
    work.changed("jobs", job_id)


def public(work: Work, file: JobFile) -> FilePublic:
    """Return a file as it is sent; its address names the workspace."""
    place = f"/api/runner-jobs/{file.job_id}/files/{file.id}/{quote(file.name, safe='')}"
    url = f"{place}?workspaceId={work.workspace_slug}"
    return FilePublic.model_validate({**file.model_dump(), "url": url})
