"""Files with a project that people send, kept with the run that brings it in."""

from pathlib import PurePath
from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.errors import Invalid
from mosaic.core.shapes import storable
from mosaic.core.work import Role
from mosaic.core.work import work as begin
from mosaic.jobs import files as job_files
from mosaic.jobs import service as jobs
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.uploads import Sent, chunks_of
from mosaic.projects.exchange.report import IMPORT
from mosaic.projects.service import get_project

MOST = 50_000_000
_LONGEST = 200


async def take(
    actor: Actor,
    workspace: str | UUID,
    file: Sent | None,
    project: str | None = None,
    name: str | None = None,
    zone: str = "",
) -> UUID:
    """Keep a file that was sent and begin to import it; return the run's id. MEMBER.

    Tasks go into `project` (id or slug), else into a new one that is called `name`, or as the file
    says; times are those of the time zone `zone`. Raises Invalid for no file, NotFound for no such
    project, TooLarge for more than 50 MB.
    """
    if file is None:
        raise Invalid("Choose a table (CSV), or a JSON file.", "file")
    sent = job_files.safe_name(file.filename or "")
    given = {
        "file": sent,
        "source": sent,
        "name": _name(name),
        "timeZone": zone if zone.isprintable() else "",
    }
    async with begin(actor, workspace) as work:
        work.require(Role.MEMBER)
        if project:
            given["projectId"] = str((await get_project(work, project)).id)
        title = f"Import of {PurePath(sent).name}"[:_LONGEST]
        wanted = JobCreate(type=IMPORT, title=title, input=given)
        upload = job_files.Upload(sent, "text/plain", chunks_of(file), private=True, most=MOST)
        return (await jobs.create_job(work, wanted, [upload])).id


def _name(name: str | None) -> str | None:
    try:
        return storable(" ".join((name or "").split())[:_LONGEST]) or None
    except ValueError as problem:
        raise Invalid(str(problem), "name") from None
