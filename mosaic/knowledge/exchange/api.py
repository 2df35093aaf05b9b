"""REST of import and export."""

from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from mosaic.core.growing import begun
from mosaic.core.work import work as begin
from mosaic.edge import Caller, InWorkspace, WorkspaceRef
from mosaic.jobs import waiting
from mosaic.jobs.report_shapes import ImportStarted
from mosaic.knowledge.exchange import export as exporting
from mosaic.knowledge.exchange import report, uploads
from mosaic.knowledge.exchange.shapes import ImportPublic
from mosaic.knowledge.shapes import Conflicts

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])

_LONGEST_WAIT = 60  # seconds
_file = {"type": "string", "format": "binary"}
_multipart: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": _file},
                        "conflicts": {"type": "string", "enum": list(get_args(Conflicts))},
                    },
                }
            }
        }
    }
}


@router.post(
    "/import",
    status_code=202,
    openapi_extra=_multipart,
    responses={200: {"model": ImportPublic}},
)
async def import_vault(
    actor: Caller,
    workspace: WorkspaceRef,
    request: Request,
    response: Response,
    wait: bool = False,
    conflicts: Conflicts | None = None,
) -> ImportStarted | ImportPublic:
    """Import a .zip or Markdown files in the background; with `wait`, answer when it is done.

    After a minute the answer comes anyway, and the import goes on. `conflicts`, here or in the
    form, is what becomes of a file of which another version is here: skip, replace (as without)
    or keep both.
    """
    async with request.form(max_files=uploads.MOST_FILES) as form:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        asked = conflicts or str(form.get("conflicts") or "replace")
        id = await uploads.take(actor, workspace, files, asked)
    if not wait or not await waiting.ended(actor, workspace, id, _LONGEST_WAIT):
        return ImportStarted(job_id=id)
    response.status_code = 200
    async with begin(actor, workspace) as work:
        return await report.get_import(work, id)


@router.get("/export", response_class=StreamingResponse)
async def export_pages(
    actor: Caller, work: InWorkspace, format: exporting.Format = "markdown"
) -> StreamingResponse:
    """All pages that the caller sees, with their files, as a .zip."""
    name = quote(exporting.archive_name(work))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    archive = await begun(exporting.export(actor, work.tenant, format))
    return StreamingResponse(archive, media_type="application/zip", headers=headers)


@router.get("/imports/{job_id}")
async def read_import(work: InWorkspace, job_id: UUID) -> ImportPublic:
    """How far an import is, and what became of each file."""
    return await report.get_import(work, job_id)
