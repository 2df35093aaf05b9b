"""REST of what a run holds: logs, events, files, pages."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.datastructures import UploadFile

from mosaic.core.actor import Actor
from mosaic.core.errors import Invalid
from mosaic.core.work import work as begin
from mosaic.edge import (
    Caller,
    IdempotencyKey,
    InWorkspace,
    Once,
    WorkspaceRef,
    claim,
    maybe_caller,
)
from mosaic.jobs import entries, events, files, output
from mosaic.jobs.lookup import get_reported_job
from mosaic.jobs.shapes import EntryRef, EventsPublic, FileKind, FilePublic, Touched
from mosaic.jobs.stream import stream
from mosaic.knowledge.attachments import SHOWN

router = APIRouter(prefix="/runner-jobs", tags=["Runner jobs"])
Place = Annotated[int, Query(ge=0, le=2**62)]
_PART = 1_048_576


@router.get("/{job_id}/events")
async def list_events(
    work: InWorkspace,
    job_id: UUID,
    after: Place = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> EventsPublic:
    """What happened in a run after an event, in order; go on with `meta.lastId`."""
    return await events.list_events(work, job_id, after, limit)


@router.get(
    "/{job_id}/events/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def stream_events(
    request: Request,
    actor: Caller,
    workspace: WorkspaceRef,
    job_id: UUID,
    after: Place = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**62)] = None,
) -> StreamingResponse:
    """What happened in a run and then what happens, as Server-Sent Events."""
    async with begin(actor, workspace) as work:
        await events.list_events(work, job_id, limit=1)
        tenant = work.tenant

    async def caller() -> Actor | None:
        return await maybe_caller(request)

    start = after if last_event_id is None else last_event_id
    return StreamingResponse(
        stream(caller, tenant, job_id, start),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/{job_id}/steps/{step_id}/output", response_class=PlainTextResponse)
async def read_output(
    actor: Caller,
    workspace: WorkspaceRef,
    job_id: UUID,
    step_id: UUID,
    after: Place = 0,
    limit: Annotated[int, Query(ge=16, le=1_048_576)] = 262_144,
    download: bool = False,
) -> Response:
    """The log of a step from a byte on; the headers `X-Output-…` say where to go on."""
    async with begin(actor, workspace) as work:
        text, next, size, full = await output.read(work, job_id, step_id, after, limit)
    if not download:
        place = {"Next": str(next), "Size": str(size), "Full": str(full).lower()}
        headers = {f"X-Output-{name}": value for name, value in place.items()}
        return PlainTextResponse(text, headers=headers)

    async def whole() -> AsyncIterator[str]:
        at = 0
        while at < size:
            async with begin(actor, workspace) as work:
                text, at, *_ = await output.read(work, job_id, step_id, at)
            yield text

    headers = {"Content-Disposition": f'attachment; filename="{step_id}.log"'}
    return StreamingResponse(whole(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{job_id}/files")
async def list_job_files(work: InWorkspace, job_id: UUID) -> list[FilePublic]:
    """What a run was given and what it made."""
    return await files.list_files(work, job_id)


_binary = {"type": "string", "format": "binary"}
_multipart: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": _binary},
                        "kind": {"type": "string", "enum": ["ARTIFACT", "INPUT"]},
                        "stepId": {"type": "string", "format": "uuid"},
                    },
                }
            }
        }
    }
}


@router.post("/{job_id}/files", status_code=201, openapi_extra=_multipart)
async def add_job_files(
    request: Request,
    actor: Caller,
    workspace: WorkspaceRef,
    job_id: UUID,
    key: IdempotencyKey = None,
) -> list[FilePublic]:
    """Keep files with a run, each up to 100 MB."""
    async with request.form(max_files=100, max_fields=10) as form:
        uploads = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
        kind = _kind(form.get("kind"))
        step_id = _step_id(form.get("stepId"))
        names = [files.safe_name(one.filename or "") for one in uploads]
        parts = [await _digest(one) for one in uploads]
        async with begin(actor, workspace) as work:
            about = f"{job_id} files {kind} {step_id} {names}".encode()
            once = await claim(work, key, about, *parts)
            await get_reported_job(work, job_id)
            made = [
                await files.put(
                    work, job_id, name, one.content_type or "", _chunks(one), kind, step_id
                )
                for name, one in zip(names, uploads, strict=True)
            ]
            return await once.keep(made)


def _kind(given: object) -> FileKind:
    if given in (None, "ARTIFACT"):
        return "ARTIFACT"
    if given == "INPUT":
        return "INPUT"
    raise Invalid("Expected is one of ARTIFACT, INPUT.", "kind")


def _step_id(given: object) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        raise Invalid("An id (UUID) is expected here.", "stepId") from None


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while chunk := await file.read(_PART):
        yield chunk


async def _digest(file: UploadFile) -> bytes:
    found = hashlib.sha256()
    async for chunk in _chunks(file):
        found.update(chunk)
    return found.digest()


@router.get(
    "/{job_id}/files/{file_id}/{name}",
    response_class=StreamingResponse,
    responses={200: {"content": {"*/*": {}}}},
)
async def read_job_file(
    actor: Caller, workspace: WorkspaceRef, job_id: UUID, file_id: UUID, name: str
) -> Response:
    """A file. Pictures are shown, everything else is downloaded; nothing runs as a page."""
    async with begin(actor, workspace) as work:
        file = await files.get_file(work, job_id, file_id)

    async def content() -> AsyncIterator[bytes]:
        for ordinal in range(-(-file.size // _PART)):
            async with begin(actor, workspace) as work:
                yield await files.read_part(work, file_id, ordinal) or b""

    kind = "inline" if file.media_type in SHOWN else "attachment"
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Length": str(file.size),
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    # As a script it would be one of ours to the content policy of pages.
    served = "application/octet-stream" if "script" in file.media_type else file.media_type
    return StreamingResponse(content(), media_type=served, headers=headers)


@router.get("/{job_id}/entries")
async def list_job_entries(work: InWorkspace, job_id: UUID) -> list[EntryRef]:
    """The pages that a run touched."""
    return await entries.entries_of(work, job_id)


@router.post("/{job_id}/entries", status_code=201)
async def add_job_entries(
    work: InWorkspace, job_id: UUID, said: Touched, once: Once
) -> list[EntryRef]:
    """Say which pages a run touched, by slug or id."""
    return await once.keep(await entries.report(work, job_id, said.entries))
