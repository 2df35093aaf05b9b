"""Everything that somebody sees in a wiki, as an archive."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import text

from mosaic.core.actor import Actor
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.knowledge.exchange import json_export, markdown_export
from mosaic.knowledge.exchange.growing import growing

Format = Literal["markdown", "json"]
_WRITERS = {"markdown": markdown_export.write_archive, "json": json_export.write_archive}


@dataclass(frozen=True)
class Counts:
    """How much an export would hold; `hidden` are the actor's own drafts and private pages."""

    pages: int
    hidden: int
    files: int


async def count(work: Work) -> Counts:
    """Count what an export that is made now holds."""
    return Counts(**(await work.session.execute(_COUNTS)).one()._mapping)


_COUNTS = text(
    "SELECT count(*) AS pages, count(private_to) AS hidden, "
    "(SELECT count(*) FROM attachments WHERE workspace_id = app_workspace()) AS files "
    "FROM entries WHERE workspace_id = app_workspace()"
)


def archive_name(work: Work) -> str:
    """Return what an export that is made now is called."""
    return f"{work.workspace_slug}-{datetime.now(UTC):%Y-%m-%d}.zip"


def export(actor: Actor, workspace: UUID, format: Format = "markdown") -> AsyncIterator[bytes]:
    """Give out an archive of everything that `actor` sees in the wiki of a workspace.

    All of it is as it was at one moment.
    """
    return growing(partial(_write, actor, workspace, format))


async def _write(actor: Actor, workspace: UUID, format: Format, archive: ZipFile) -> None:
    async with begin(actor, workspace, one_moment=True) as work:
        await _WRITERS[format](work, archive)
