"""REST of the activity log."""

from typing import Annotated

from fastapi import APIRouter, Query

from mosaic.activity import service
from mosaic.activity.models import ActivityPublic
from mosaic.activity.query import ActivityQuery
from mosaic.core.pagination import Page
from mosaic.edge import InWorkspace

router = APIRouter(prefix="/activity", tags=["Activity"])


@router.get("")
async def list_activity(
    work: InWorkspace, query: Annotated[ActivityQuery, Query()]
) -> Page[ActivityPublic]:
    """Who did what, newest first."""
    return await service.list_activity(work, query)
