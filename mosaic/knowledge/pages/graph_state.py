"""State of the page with the graph. The graph itself is asked for by what draws it."""

import time

import reflex as rx

from mosaic.knowledge import tags
from mosaic.knowledge.graph import arranging, reading
from mosaic.knowledge.graph.shapes import MOST_NODES
from mosaic.shell.session import acting, watch

_TAGS = 200
_LOOK_AGAIN_AFTER = 60.0  # seconds


class GraphPage(rx.State):
    """What the drawing is told: tags, the first day, and that something changed."""

    loaded: bool = False
    has_any: bool = False
    tags: list[list[str]] = []
    first: str = ""
    many: bool = False
    stamp: int = 0
    _looked: float = 0.0

    @rx.event
    async def load(self) -> None:
        """Look what there is, and follow what changes."""
        # Another one also than a server has given that knew more of this tab.
        self.stamp = time.time_ns() // 1_000_000
        await self._look()

    @rx.event
    async def refresh(self) -> None:
        """Let the drawing ask again; look around now and then, as that reads every page."""
        self.stamp += 1
        if not self.has_any or time.monotonic() - self._looked > _LOOK_AGAIN_AFTER:
            await self._look()

    async def _look(self) -> None:
        async with acting(self) as work:
            first, pages = await reading.extent(work)
            used = await tags.most_used(work, _TAGS)
            await arranging.arrange_if_due(work)
            watch(self, work.tenant, {"knowledge", "graph"}, GraphPage.refresh)
        self.tags = sorted([tag.slug, tag.name, tag.color or ""] for tag in used)
        self.first, self.has_any = str(first or ""), first is not None
        self.many = pages > MOST_NODES
        self.loaded, self._looked = True, time.monotonic()
