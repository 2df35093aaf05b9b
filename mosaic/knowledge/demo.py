"""Mosaic's own documentation as pages of a workspace, so that there is something to look at."""

from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.config import ROOT
from mosaic.core.work import work as begin
from mosaic.knowledge import exchange

DOCS = ROOT / "docs"
NAME = "Mosaic's own documentation"


async def import_demo(actor: Actor, workspace: str) -> UUID:
    """Begin to import the documentation in the background; return the import's id. MEMBER.

    Doing it twice changes nothing.
    """
    async with begin(actor, workspace) as work:
        id = await exchange.begin_import(work, NAME)
        tenant = work.tenant
    exchange.in_background(actor, tenant, id, DOCS, lambda: None)
    return id
