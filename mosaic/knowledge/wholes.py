"""Questions about all pages and links of a workspace."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text

from mosaic.core.work import Work

# Conditions that a link `l` names a file that is here. Two lists, each read once for all links.
FILED = (
    "(l.target IN (SELECT a.path FROM attachments a WHERE a.workspace_id = app_workspace()) "
    "OR regexp_replace(l.target, '^.*/', '') IN ("
    "SELECT a.name FROM attachments a WHERE a.workspace_id = app_workspace()))"
)


async def whole(
    work: Work, statement: str, values: Mapping[str, Any] | None = None
) -> Sequence[Row[Any]]:
    """Return the rows of a statement on all pages and links of the workspace.

    Where it has just been filled, PostgreSQL takes it that there is one page, and would compare
    each link with every page.
    """
    await work.session.execute(text("SET LOCAL enable_nestloop = off"))
    rows = (await work.session.execute(text(statement), values)).all()
    await work.session.execute(text("SET LOCAL enable_nestloop = on"))
    return rows
