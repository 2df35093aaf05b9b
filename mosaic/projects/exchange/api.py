"""REST of projects as files."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from mosaic.core.clock import ZONE
from mosaic.core.growing import begun
from mosaic.core.pagination import Page
from mosaic.core.work import work as begin
from mosaic.edge import Caller, InWorkspace, WorkspaceRef
from mosaic.jobs import waiting
from mosaic.jobs.report_shapes import ImportStarted
from mosaic.projects.exchange import export as exporting
from mosaic.projects.exchange import report, templates, uploads
from mosaic.projects.exchange.report import ImportedLine, LineQuery, ProjectImport
from mosaic.projects.exchange.templates import TemplateCreate, TemplatePublic
from mosaic.projects.service import get_project

router = APIRouter(prefix="/projects", tags=["Projects"])

_LONGEST_WAIT = 60  # seconds
_fields: dict[str, Any] = {
    "file": {"type": "string", "format": "binary"},
    "project": {"type": "string", "description": "Tasks go into this one (id or slug)"},
    "name": {"type": "string", "description": "What a new project is called"},
    "timeZone": {"type": "string", "description": "Where the times of a board of Trello are meant"},
}
_multipart: dict[str, Any] = {
    "requestBody": {
        "content": {"multipart/form-data": {"schema": {"type": "object", "properties": _fields}}}
    }
}


@router.get("/{project_id}/export", response_class=StreamingResponse)
async def export_project(
    actor: Caller, work: InWorkspace, project_id: str, format: exporting.Format = "json"
) -> StreamingResponse:
    """A project as JSON, with everything but files, or its tasks as a table (CSV)."""
    project = await get_project(work, project_id)
    name = quote(exporting.file_name(project, format))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    made = await begun(exporting.export(actor, work.tenant, project.id, format))
    return StreamingResponse(made, media_type=exporting.MEDIA_TYPES[format], headers=headers)


@router.post(
    "/import",
    status_code=202,
    openapi_extra=_multipart,
    responses={200: {"model": ProjectImport}},
)
async def import_project(
    actor: Caller,
    workspace: WorkspaceRef,
    request: Request,
    response: Response,
    wait: bool = False,
) -> ImportStarted | ProjectImport:
    """Import tasks from a table (CSV), a board of Trello or a project of Mosaic (JSON).

    It goes on in the background; with `wait` the answer comes when it is done, or after a minute.
    """
    async with request.form(max_files=1) as form:
        sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        asked = {key: str(value) for key in ("project", "name") if (value := form.get(key))}
        zone = str(form.get("timeZone") or request.cookies.get(ZONE, ""))
        id = await uploads.take(actor, workspace, sent[0] if sent else None, **asked, zone=zone)
    if not wait or not await waiting.ended(actor, workspace, id, _LONGEST_WAIT):
        return ImportStarted(job_id=id)
    response.status_code = 200
    async with begin(actor, workspace) as work:
        return await report.get_import(work, id)


@router.get("/templates")
async def list_project_templates(work: InWorkspace) -> list[TemplatePublic]:
    """Projects that others begin as, by name."""
    return await templates.list_templates(work)


@router.post("/templates", status_code=201)
async def keep_project_template(work: InWorkspace, wanted: TemplateCreate) -> TemplatePublic:
    """Keep a project as a template, with nothing of it done."""
    return await templates.keep_template(work, wanted)


@router.delete("/templates/{template_id}", status_code=204)
async def remove_project_template(work: InWorkspace, template_id: UUID) -> None:
    """Remove a template; projects that began as it stay."""
    await templates.remove_template(work, template_id)


@router.get("/imports/{job_id}")
async def read_project_import(work: InWorkspace, job_id: UUID) -> ProjectImport:
    """How far an import is, and the lines of which something is to be said."""
    return await report.get_import(work, job_id)


@router.get("/imports/{job_id}/lines")
async def list_imported_lines(
    work: InWorkspace, job_id: UUID, query: Annotated[LineQuery, Query()]
) -> Page[ImportedLine]:
    """What became of each line."""
    return await report.list_lines(work, job_id, query)
