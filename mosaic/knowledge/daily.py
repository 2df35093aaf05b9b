"""The daily note: one page a day for the whole workspace, made when somebody first opens it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Role, Work
from mosaic.knowledge import templates
from mosaic.knowledge.facts import rewritten
from mosaic.knowledge.models import Entry, EntryName
from mosaic.knowledge.resolution import TITLE, take_turn
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.service import add_entry

_TEMPLATE = "daily note"


def today() -> date:
    """Return the day that it is where the server is."""
    return datetime.now().astimezone().date()


async def find_day(work: Work, day: date) -> Entry:
    """Return the page of a day: at its path, else one with the day as its title. NotFound."""
    title = day.isoformat()
    path = _path(title)
    called = select(col(EntryName.entry_id)).where(
        col(EntryName.workspace_id) == work.tenant,
        col(EntryName.key) == title,
        col(EntryName.step) == TITLE,
    )
    at_path = select(col(Entry.id)).where(
        col(Entry.workspace_id) == work.tenant, col(Entry.path) == path
    )
    rows = await work.session.scalars(
        select(Entry)
        .where(col(Entry.workspace_id) == work.tenant, col(Entry.id).in_(called.union(at_path)))
        .order_by(
            col(Entry.status) == "ARCHIVED",
            (col(Entry.path) == path).desc().nulls_last(),
            col(Entry.private_to).nulls_first(),
            col(Entry.id),
        )
        .limit(1)
    )
    found = rows.one_or_none()
    if found is None:
        raise NotFound("Nothing is written for this day yet.")
    return found


async def open_day(work: Work, day: date, now: datetime | None = None) -> tuple[Entry, bool]:
    """Return the page of a day, and whether it was made now. MEMBER when it is not there yet.

    It begins with the template called "Daily note", if there is one, in which `now` is the time.
    """
    try:
        return await find_day(work, day), False
    except NotFound:
        work.require(Role.MEMBER)
    await take_turn(work)
    try:
        return await find_day(work, day), False  # somebody else was quicker
    except NotFound:
        draft = await _draft(work, day, now or datetime.now().astimezone())
        return await add_entry(work, draft), True


async def _draft(work: Work, day: date, now: datetime) -> Draft:
    title = day.isoformat()
    draft = Draft(title=title, path=_path(title), content="")
    every = await templates.list_templates(work)
    slug = next((row.slug for row in every if row.title.lower() == _TEMPLATE), None)
    if slug:
        at = datetime.combine(day, now.timetz())
        begun = await templates.begin_with(work, slug, title, at)
        draft.content, draft.tags, draft.summary = begun.content, begun.tags, begun.summary or None
        draft.front_matter, draft.properties = rewritten("", {}, begun.properties)
    return draft


def _path(title: str) -> str:
    return f"Daily/{title}"
