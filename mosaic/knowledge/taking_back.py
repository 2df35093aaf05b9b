"""Takes back what was written on pages just now, where nobody has written since."""

import asyncio

from mosaic.core.work import Role, Work
from mosaic.knowledge.link_shapes import PagesToTakeBack, TakenBack
from mosaic.knowledge.renaming import lock, record_all
from mosaic.knowledge.renaming_plan import named, read_pages
from mosaic.knowledge.renaming_undo import as_before, versions_before
from mosaic.knowledge.rewriting import rewrite_texts


async def take_back(work: Work, wanted: PagesToTakeBack) -> TakenBack:
    """Give pages the text that they had before a version, as their next one. MEMBER.

    Pages that somebody has changed since are left as they are; `left` says which.
    """
    work.require(Role.MEMBER)
    became = {one.id: one.version for one in wanted.pages}
    await lock(work, list(became))
    old = {row.entry_id: row for row in await versions_before(work, became)}
    pages = [page for page in await read_pages(work, list(became)) if page.id in old]
    kept = [page for page in pages if page.version == became[page.id]]
    rewrites = await asyncio.to_thread(lambda: [as_before(page, old[page.id]) for page in kept])
    if rewrites:
        await rewrite_texts(work, rewrites, "Took back the version before")
        await record_all(work, rewrites)
    return TakenBack(
        undone=[named(page) for page in kept],
        left=[named(page) for page in pages if page.version != became[page.id]],
    )
