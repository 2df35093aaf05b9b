"""Names that what is being typed may become: of pages, tags, and headings of a page."""

from typing import Literal

from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.knowledge.models import EntryTag, Tag
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.render.wikilinks import LINK, WikiLink, can_say, read
from mosaic.knowledge.search.letters import typed
from mosaic.knowledge.search.shapes import Completion
from mosaic.knowledge.service import Moved, get_entry
from mosaic.knowledge.tags import tag_slug

Kind = Literal["page", "tag", "heading"]


async def complete(work: Work, kind: Kind, q: str, slug: str, limit: int) -> list[Completion]:
    """Return at most `limit` names: those that begin with `q` first, then those that hold it.

    Headings are those of the page at `slug`; of no page there are none.
    """
    if kind == "page":
        return await pages(work, q, limit)
    return await (_tags(work, q, limit) if kind == "tag" else _headings(work, q, slug, limit))


async def pages(work: Work, q: str, limit: int) -> list[Completion]:
    """Return pages by their titles and other names, without regard to case and accents."""
    rows = await work.session.execute(_COMPLETE, {"typed": typed(q), "most": limit})
    found: dict[str, Completion] = {}
    for row in rows:
        alias = row.label if row.is_alias else None
        link = _link(row.label, row.slug)
        one = Completion(title=row.title, slug=row.slug, alias=alias, path=row.path, link=link)
        found.setdefault(row.slug, one)
    return list(found.values())


def _link(label: str, slug: str) -> str | None:
    """Return how a link says a page that it cannot say by its name, such as "Room #3"."""
    if can_say(label):
        return None
    whole = f"{slug}|{label}"
    is_link = LINK.fullmatch(f"[[{whole}]]") and "`" not in label
    says_it = read(whole) == WikiLink(slug, None, label, embed=False)
    return whole if is_link and says_it else slug


_COMPLETE = text(
    "SELECT e.slug, e.title, e.path, c.label, c.is_alias "
    "FROM app_complete(CAST(:typed AS text), CAST(:most AS int)) WITH ORDINALITY "
    "AS c (id, label, is_alias, place, number) JOIN entries e ON e.id = c.id ORDER BY c.number"
)


async def _tags(work: Work, q: str, limit: int) -> list[Completion]:
    slug = tag_slug(q) if q.strip("# ") else ""
    used = select(col(EntryTag.tag_id)).where(col(EntryTag.tag_id) == col(Tag.id)).exists()
    holds = col(Tag.slug).contains(slug, autoescape=True)
    rows = await work.session.execute(
        select(col(Tag.name), col(Tag.slug))
        .where(used, holds)
        .order_by(~col(Tag.slug).startswith(slug, autoescape=True), func.length(Tag.slug), Tag.slug)
        .limit(limit)
    )
    return [Completion(name=name, slug=slug) for name, slug in rows]


async def _headings(work: Work, q: str, slug: str, limit: int) -> list[Completion]:
    try:
        entry = await get_entry(work, slug)
    except (Moved, NotFound):
        return []
    wanted = typed(q)
    found = [one.text for one in parse(entry.content).headings if wanted in typed(one.text)]
    ordered = sorted(dict.fromkeys(found), key=lambda one: not typed(one).startswith(wanted))
    return [Completion(heading=one) for one in ordered[:limit]]
