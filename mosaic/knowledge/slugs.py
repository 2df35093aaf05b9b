"""Addresses for entries: free ones."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.work import Work
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import slugify
from mosaic.knowledge.shapes import RESERVED_SLUGS


async def free_slugs(work: Work, wanted: Sequence[tuple[str | None, str]]) -> list[str]:
    """Return an address for each pair of the one that was asked for, if any, and a title.

    Free means: of no other page that the actor sees. One that is made from a title gets a number
    where it is taken. Raises Conflict for one that was asked for and is taken.
    """
    bases = [slug or slugify(title) for slug, title in wanted]
    taken = await _taken(work, bases) | RESERVED_SLUGS
    if any(slug in taken for slug, _ in wanted):
        raise Conflict("This address is taken by another page. Another one may be free.")
    free = []
    for base in bases:
        tried, first = [base], 2
        while not (left := [slug for slug in tried if slug not in taken]):
            start = base[:110].rstrip("-")
            tried = [f"{start}-{number}" for number in range(first, 8 * first)]
            taken |= await _taken(work, tried)
            first *= 8
        free.append(left[0])
        taken.add(left[0])
    return free


async def _taken(work: Work, slugs: Collection[str]) -> set[str]:
    rows = await work.session.scalars(select(col(Entry.slug)).where(col(Entry.slug).in_(slugs)))
    return set(rows)
