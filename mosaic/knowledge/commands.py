"""What the command line does with pages."""

from pathlib import Path

from mosaic.core.work import work as begin
from mosaic.knowledge import exchange
from mosaic.knowledge.models import ImportPublic
from mosaic.workspaces.commands import acting


async def import_path(
    path: Path,
    name: str,
    workspace: str | None,
    email: str | None,
    progress: exchange.Progress | None = None,
) -> ImportPublic:
    """Import a folder or a .zip, noted as `name`, and return the report.

    Into the only workspace where none is named, as its owner where nobody is.
    """
    actor, place = await acting(workspace, email)
    async with begin(actor, place.id) as work:
        id = await exchange.begin_import(work, name)
    await exchange.run_import(actor, place.id, id, path, progress)
    async with begin(actor, place.id) as work:
        return await exchange.get_import(work, id)
