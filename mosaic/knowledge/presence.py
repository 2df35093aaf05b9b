"""Who is on a page at this moment, and who writes there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work

_GONE_AFTER = 12  # seconds; a tab says every five that it is there


@dataclass
class Present:
    """Somebody who looks at a page, or writes."""

    name: str
    writing: bool


async def beat(work: Work, entry: UUID, tab: str, writing: bool) -> None:
    """Note that the actor is at a page in a tab; tell the others when that is new."""
    values = {"entry": entry, "user": work.user_id, "tab": tab[:100], "writing": writing}
    fresh = (await work.session.execute(_BEAT, {**values, "workspace": work.tenant})).scalar_one()
    gone = await work.session.execute(_SWEEP, {"entry": entry, "after": _GONE_AFTER})
    if fresh or gone.all():
        work.changed("presence", entry)


_BEAT = text(
    "WITH was AS (SELECT writing FROM presences "
    "WHERE entry_id = :entry AND user_id = :user AND tab = :tab), "
    "kept AS (INSERT INTO presences (workspace_id, entry_id, user_id, tab, writing) "
    "VALUES (:workspace, :entry, :user, :tab, :writing) "
    "ON CONFLICT (entry_id, user_id, tab) "
    "DO UPDATE SET seen_at = now(), writing = excluded.writing) "
    "SELECT NOT EXISTS (SELECT 1 FROM was WHERE writing = :writing)"
)
_SWEEP = text(
    "DELETE FROM presences "
    "WHERE entry_id = :entry AND seen_at < now() - make_interval(secs => :after) RETURNING tab"
)


async def others(work: Work, entry: UUID) -> list[Present]:
    """Return who else is at a page, by name; somebody in two tabs once."""
    values = {"entry": entry, "user": work.user_id, "after": _GONE_AFTER}
    return [Present(row.name, row.writing) for row in await work.session.execute(_OTHERS, values)]


_OTHERS = text(
    "SELECT u.name, bool_or(p.writing) AS writing "
    "FROM presences p JOIN users u ON u.id = p.user_id "
    "WHERE p.entry_id = :entry AND p.user_id <> :user "
    "AND p.seen_at > now() - make_interval(secs => :after) GROUP BY u.id, u.name ORDER BY u.name"
)
