"""State of the page on which an entry is read."""

from dataclasses import dataclass

import reflex as rx

from mosaic.accounts.service import names_of
from mosaic.core.errors import NotFound
from mosaic.jobs import entries as touched
from mosaic.jobs.pages.rows_state import JobLine, job_line
from mosaic.knowledge import links, public, service
from mosaic.knowledge.link_shapes import Backlink
from mosaic.knowledge.pages.daily_state import day_of, days_beside
from mosaic.knowledge.pages.tag_change_state import TagPill, pill
from mosaic.knowledge.render.reading import count_words
from mosaic.knowledge.render.titles import without_title
from mosaic.knowledge.service import Moved
from mosaic.knowledge.shapes import EntryPublic, EntryUpdate
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of
from mosaic.tasks.pages.page_tasks_state import PageTasks


@dataclass
class Mention:
    """A page that links here."""

    href: str
    title: str
    contexts: list[str]


@dataclass
class Badge:
    """A value in words, with the tone of its pill."""

    label: str
    tone: str


NOTHING_SAID = dict.fromkeys(
    ("here", "standing", "length", "before", "after", "public", "mentioned"), ""
)


class EntryPage(rx.State):
    """One page, as it is read."""

    stage: str = "waiting"
    title: str = ""
    html: str = ""
    badges: list[Badge] = []
    tag_pills: list[TagPill] = []
    said: dict[str, str] = NOTHING_SAID
    mentions: list[Mention] = []
    archived: bool = False
    version: int = 0
    runs: list[JobLine] = []

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Show the page at this address; an alias or an old address leads on to the new one."""
        return await self._show()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again."""
        return await self._show()

    async def _show(self) -> rx.event.EventSpec | None:
        slug = str(self.slug)
        base = f"/w/{workspace_of(self)}/knowledge"
        async with acting(self) as work:
            try:
                entry = await service.read_entry(work, slug)
                back = await links.list_backlinks(work, await service.get_entry(work, entry.slug))
                runs = await touched.jobs_of(work, entry.id)
                names = await names_of(work, [entry.updated_by])
                link = await public.find_link(work, entry)
            except Moved as moved:
                return rx.redirect(f"{base}/{moved.slug}", replace=True)
            except NotFound:
                self.stage, self.title = "missing", slug.replace("-", " ").capitalize()
                self.badges, self.tag_pills, self.said = [], [], NOTHING_SAID
                watch(self, work.tenant, {"knowledge:names"}, EntryPage.refresh)
                return None
            tasks = await self.get_state(PageTasks)
            topics = {f"knowledge:{entry.id}", "knowledge:names"}
            topics |= await tasks.fill(work, entry.id, entry.slug, entry.title)
            watch(self, work.tenant, topics, EntryPage.refresh)
        self._fill(entry, names.get(entry.updated_by, "somebody who has left"), link)
        self.runs = [job_line(workspace_of(self), run) for run in runs]
        self.mentions = _mentions(base, back)
        self.said["mentioned"] = words.count(
            len(self.mentions), "page links here", "pages link here"
        )
        return None

    def _fill(self, entry: EntryPublic, who: str, link: str) -> None:
        self.stage, self.title = "there", entry.title
        self.html = without_title(entry.content_html, entry.title)
        self._show_standing(entry)
        day = day_of(entry.title)
        before, after = days_beside(workspace_of(self), day) if day else ("", "")
        self.said = {
            "here": entry.slug,
            "standing": f"Changed {words.ago(entry.updated_at)} by {who}",
            "length": words.length(count_words(self.html)) if self.html else "",
            "before": before,
            "after": after,
            "public": link,
        }
        self.tag_pills = [pill(tag) for tag in entry.tags]

    def _show_standing(self, entry: EntryPublic) -> None:
        self.archived, self.version = entry.status == "ARCHIVED", entry.version
        badges = [words.status(entry.status)] if entry.status != "PUBLISHED" else []
        if entry.visibility != "WORKSPACE":
            badges.append(words.visibility(entry.visibility))
        self.badges = [Badge(one.label, one.tone) for one in badges]

    @rx.event
    async def archive(self) -> list[rx.event.EventSpec]:
        """Put the page away."""
        async with acting(self) as work:
            await service.archive_entry(work, str(self.slug))
        place = f"/w/{workspace_of(self)}/knowledge"
        return [
            rx.redirect(place),
            rx.toast(f"“{self.title}” is archived. It can be brought back."),
        ]

    @rx.event
    async def restore(self) -> rx.event.EventSpec:
        """Bring the page back."""
        async with acting(self) as work:
            entry = await service.change_entry(
                work, str(self.slug), EntryUpdate(status="PUBLISHED")
            )
        self._show_standing(entry)
        return rx.toast(f"“{self.title}” is back.")


def _mentions(base: str, backlinks: list[Backlink]) -> list[Mention]:
    """Put the sentences of each page together, in the order in which the pages come."""
    found: dict[str, Mention] = {}
    for link in backlinks:
        mention = found.setdefault(link.slug, Mention(f"{base}/{link.slug}", link.title, []))
        mention.contexts.append(link.context)
    return list(found.values())
