"""State of a version that was brought back a moment ago, and the way back from it."""

import reflex as rx

from mosaic.knowledge import versions
from mosaic.shell.session import acting, workspace_of


class Restored(rx.State):
    """What was brought back on the page at `place`: made its version `version`, the one `before`
    it can be brought back in turn; 0 when that was done.
    """

    place: str = ""
    version: int = 0
    before: int = 0
    standing: str = ""

    @rx.event
    async def restore(self, number: int, latest: int) -> rx.event.EventSpec:
        """Bring back a version, as a new one."""
        said = f"Version {number} is back. What was there is version {latest}."
        return await self._bring(number, latest, said, latest)

    @rx.event
    async def undo(self) -> rx.event.EventSpec:
        """Bring back what was there before."""
        said = f"The page is as it was, in version {self.before}."
        return await self._bring(self.before, self.version, said, 0)

    async def _bring(self, number: int, seen: int, said: str, before: int) -> rx.event.EventSpec:
        slug = str(self.slug)
        async with acting(self) as work:
            page = await versions.restore_version(work, slug, number, seen)
        if page.version == seen:
            said, before = f"The page is as it was in version {number} already.", 0
        self.place, self.version, self.before, self.standing = slug, page.version, before, said
        place = f"/w/{workspace_of(self)}/knowledge/{slug}/history"
        return rx.redirect(f"{place}?from={seen}&to={page.version}")
