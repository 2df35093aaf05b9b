"""REST of what happened to the caller's account."""

from fastapi import APIRouter

from mosaic.accounts.events import service
from mosaic.accounts.events.models import AccountEventPublic
from mosaic.core.pagination import Page
from mosaic.edge import Paging, SignedIn

router = APIRouter(prefix="/auth/events", tags=["Accounts"])


@router.get("")
async def list_account_events(work: SignedIn, query: Paging) -> Page[AccountEventPublic]:
    """Sign-ins of the caller, tried and done, and what changed about how they sign in."""
    return await service.list_events(work, query)
