"""The state that the frame around every page reads."""

from urllib.parse import urlencode

import reflex as rx

from mosaic.accounts.service import get_me
from mosaic.core.work import Role
from mosaic.core.work import work as begin
from mosaic.knowledge.search.service import search
from mosaic.knowledge.search.shapes import SearchQuery
from mosaic.shell import words
from mosaic.shell.session import actor_of, unwatch, watch_session, workspace_of


class Shell(rx.State):
    """Who is signed in, where they are, and what the palette found."""

    user_name: str = ""
    user_email: str = ""
    workspace_name: str = ""
    workspace_slug: str = ""
    may_write: bool = False
    workspaces: list[dict[str, str]] = []
    palette_items: list[dict[str, str]] = []

    @rx.event
    async def enter(self) -> rx.event.EventSpec | None:
        """Learn who is here and where; runs before a page loads what is its own, and when the
        session has ended, to lead to the sign-in page.
        """
        actor = await actor_of(self)
        async with begin(actor) as work:
            me = await get_me(work)
        watch_session(self, actor.session_id, Shell.enter)
        self.user_name, self.user_email = me.user.name, me.user.email
        self.workspaces = [{"slug": w.slug, "name": w.name} for w in me.workspaces]
        by_slug = {w.slug: w for w in me.workspaces}
        slug = workspace_of(self)
        if slug and slug not in by_slug:
            return rx.redirect("/nowhere")
        if not slug:
            # Outside of workspaces the frame keeps leading to the last one.
            unwatch(self)
            last = self.workspace_slug
            slug = last if last in by_slug else next(iter(by_slug), "")
        here = by_slug.get(slug)
        self.workspace_slug, self.workspace_name = slug, here.name if here else ""
        self.may_write = bool(here and Role[here.role] >= Role.MEMBER)
        return None

    @rx.event
    async def search_palette(self, text: str) -> None:
        """Find the pages that the palette offers for `text`."""
        if not text.strip() or not self.workspace_slug:
            self.palette_items = []
            return
        asked = text.strip()[:200]
        async with begin(await actor_of(self), self.workspace_slug) as work:
            hits = await search(work, SearchQuery(q=asked, limit=8))
        base = f"/w/{self.workspace_slug}"
        self.palette_items = [
            {
                "id": hit.slug,
                "title": hit.title,
                "hint": "" if "title" in hit.matched else words.matched(hit.matched),
                "snippet": "" if "title" in hit.matched else hit.snippet,
                "href": f"{base}/knowledge/{hit.slug}",
                "group": "Pages",
            }
            for hit in hits.data
        ]
        if hits.meta.total > len(hits.data):
            self.palette_items.append(
                {
                    "id": "all-that-was-found",
                    "title": f"All {hits.meta.total:,} for “{asked}”",
                    "hint": "",
                    "href": f"{base}/search?{urlencode({'q': asked})}",
                    "group": "Pages",
                }
            )


class Door(rx.State):
    """The front door: leads everybody to where they belong."""

    @rx.event
    async def open(self) -> rx.event.EventSpec:
        """Go to set-up, sign-in, or the person's workspace."""
        from mosaic.accounts import setup

        if await setup.needed():
            return rx.redirect("/setup")
        async with begin(await actor_of(self)) as work:
            me = await get_me(work)
        if not me.workspaces:
            return rx.redirect("/workspaces/new")
        shell = await self.get_state(Shell)
        slugs = [w.slug for w in me.workspaces]
        last = shell.workspace_slug if shell.workspace_slug in slugs else slugs[0]
        return rx.redirect(f"/w/{last}")
