"""Addresses for entries: free ones."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.work import Work
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import slugify
from mosaic.knowledge.shapes import RESERVED_SLUGS


@dataclass
class Wanted:
    """An address for a page: the one that was `asked` for, if any, else made from the title.

    With `or_other` the one that was asked for is a wish: where another page of its kind has it,
    hidden or not, there is another one.
    """

    asked: str | None
    title: str
    hidden: bool = False
    or_other: bool = False


@dataclass
class Taken:
    """Addresses in use, by whether their page is hidden: two pages may differ in nothing else."""

    slugs: dict[bool, set[str]] = field(default_factory=lambda: {False: set(), True: set()})

    def __contains__(self, slug: str) -> bool:
        return slug in RESERVED_SLUGS or any(slug in slugs for slugs in self.slugs.values())

    def free(self, wanted: Wanted, tried: int | None = None) -> str | None:
        """Return the address that a page gets; None when the first `tried` numbers are taken."""
        asked = wanted.asked
        if asked and asked not in RESERVED_SLUGS and asked not in self.slugs[wanted.hidden]:
            return asked
        tries = islice(_tries(slugify(wanted.title)), tried)
        return next((slug for slug in tries if slug not in self), None)


def _tries(base: str) -> Iterator[str]:
    yield base
    start = base[:110].rstrip("-")
    yield from (f"{start}-{number}" for number in count(2))


async def free_slugs(work: Work, wanted: Sequence[Wanted]) -> list[str]:
    """Return an address for each page that wants one.

    Free means: of no other page that the actor sees. One that is made from a title gets a number
    where it is taken. Raises Conflict for one that was asked for, and not as a wish, and is taken.
    """
    taken = Taken()
    asked = [one.asked for one in wanted if one.asked]
    await _look_up(work, taken, [*asked, *(slugify(one.title) for one in wanted)])
    if any(one.asked and not one.or_other and one.asked in taken for one in wanted):
        raise Conflict("This address is taken by another page. Another one may be free.")
    free = []
    for one in wanted:
        tried = 1
        while (slug := taken.free(one, tried)) is None:
            tried *= 8
            await _look_up(work, taken, list(islice(_tries(slugify(one.title)), tried)))
        free.append(slug)
        taken.slugs[one.hidden].add(slug)
    return free


async def _look_up(work: Work, taken: Taken, slugs: Collection[str]) -> None:
    hidden = col(Entry.private_to).is_not(None)
    rows = await work.session.execute(
        select(col(Entry.slug), hidden).where(col(Entry.slug).in_(slugs))
    )
    for slug, is_hidden in rows:
        taken.slugs[is_hidden].add(slug)
