"""Mosaic's own documentation as pages of a workspace, so that there is something to look at."""

from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.work import work as begin
from mosaic.jobs import service as jobs
from mosaic.jobs.shapes import JobCreate
from mosaic.knowledge.exchange.importing import IMPORT

NAME = "Mosaic's own documentation"


async def import_demo(actor: Actor, workspace: str | UUID) -> UUID:
    """Begin to import the documentation in the background; return the job's id. MEMBER.

    Doing it twice changes nothing.
    """
    wanted = JobCreate(type=IMPORT, title=f"Import of {NAME}", input={"demo": True, "source": NAME})
    async with begin(actor, workspace) as work:
        return (await jobs.create_job(work, wanted)).id
