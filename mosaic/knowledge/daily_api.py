"""REST of templates and of the daily note."""

from datetime import date as Day

from fastapi import APIRouter, Response

from mosaic.edge import InWorkspace
from mosaic.knowledge import daily, service, templates
from mosaic.knowledge.service import EntryRow
from mosaic.knowledge.shapes import EntryPublic

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


@router.get("/templates")
async def list_templates(work: InWorkspace) -> list[EntryRow]:
    """Pages that new pages begin with: in the folder `Templates`, or with the tag `template`."""
    return await templates.list_templates(work)


@router.post("/daily", responses={201: {"model": EntryPublic}})
async def open_day(work: InWorkspace, response: Response, date: Day | None = None) -> EntryPublic:
    """The page of a day, today if none is named; made, with 201, when it is not there yet."""
    entry, made = await daily.open_day(work, date or daily.today())
    response.status_code = 201 if made else 200
    return await service.show(work, entry)
