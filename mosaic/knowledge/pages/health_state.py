"""State of the page that tells how the links stand."""

from dataclasses import dataclass, field
from functools import partial
from typing import get_args
from urllib.parse import urlencode

import reflex as rx

from mosaic.core.pagination import PageQuery
from mosaic.knowledge.health import service as health
from mosaic.knowledge.health.looking import last_look
from mosaic.knowledge.health.shapes import Kind, LinkCounted, PageCounted
from mosaic.shell import link_words, words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 30
_LONG_LINES = 10  # where each of them has sentences
_LONG_KINDS = {"ambiguous", "mentions"}
_LOOKED_FOR = {"mentions", "alike"}
_KINDS = get_args(Kind)


@dataclass
class HealthTab:
    """A kind of what deserves a look, and how many there are."""

    kind: str
    label: str
    count: str
    href: str


@dataclass
class PageLink:
    """A page, in its folder, with the sentence on it that deserves a look, if there is one."""

    slug: str
    title: str
    href: str
    folder: str
    context: str


@dataclass
class Meaning:
    """A page that a link could mean; `place` is what tells it from others of its title."""

    slug: str
    title: str
    place: str


@dataclass
class HealthLine:
    """Something that deserves a look, with the pages where it stands.

    `slug` and `href` are of the page that it is about; `why` says what two pages have in common,
    and `compare` is where they stand side by side.
    """

    name: str
    count: str
    more: str
    write: str
    slug: str = ""
    href: str = ""
    why: str = ""
    compare: str = ""
    pages: list[PageLink] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)


class LinksPage(rx.State):
    """How the links of the workspace stand; which kind is shown is in the address."""

    kind: str = "wanted"
    tabs: list[HealthTab] = []
    lines: list[HealthLine] = []
    about: str = ""
    nothing: str = ""
    earlier: str = ""
    later: str = ""
    looked: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the kind that the address names, and follow what changes."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        asked = self.router.url.query_parameters
        self.kind = asked.get("kind", "") if asked.get("kind") in _KINDS else "wanted"
        page = page_number(asked)
        async with acting(self) as work:
            watch(self, work.tenant, {"knowledge", "links"}, LinksPage.refresh)
            counts = (await health.read_health(work)).model_dump()
            most = _LONG_LINES if self.kind in _LONG_KINDS else _LINES
            query = PageQuery(page=page, limit=most)
            found = await health.list_health(work, self.kind, query)  # type: ignore[arg-type]
            look = await last_look(work) if self.kind in _LOOKED_FOR else None
        self.looked = link_words.looked_through(*look) if look else ""
        self.tabs = [
            HealthTab(kind, link_words.HEALTH[kind][0], f"{counts[kind]:,}", self._address(kind))
            for kind in _KINDS
        ]
        _, self.about, self.nothing = link_words.HEALTH[self.kind]
        self.lines = [self._line(one) for one in found.data]
        at = partial(self._address, self.kind)
        self.earlier, self.later = neighbours(at, page, found.meta.total_pages)
        self.loaded = True

    def _line(self, one: LinkCounted) -> HealthLine:
        base = f"/w/{workspace_of(self)}/knowledge"
        pages = [page_link(page, base) for page in one.pages]
        left = one.count - len(pages)
        write = f"{base}/new?{urlencode({'title': one.name})}" if self.kind == "wanted" else ""
        return HealthLine(
            name=one.name if self.kind != "orphans" else "",  # its page says it
            count=words.count(one.count, "page"),
            more=f"and {left:,} more" if left > 0 else "",
            write=write,
            slug=one.slug or "",
            href=f"{base}/{one.slug}" if one.slug else "",
            why=why_alike(one),
            compare=self._comparison(one) if self.kind == "alike" else "",
            pages=pages,
            meanings=[Meaning(to.slug, to.title, to.path or to.slug) for to in one.candidates],
        )

    def _comparison(self, line: LinkCounted) -> str:
        one, other = line.pages
        asked = urlencode({"one": one.slug, "other": other.slug})
        return f"/w/{workspace_of(self)}/links/compare?{asked}"

    def _address(self, kind: str, page: int = 1) -> str:
        return address(f"/w/{workspace_of(self)}/links", page, kind=kind)


def page_link(page: PageCounted, base: str) -> PageLink:
    """Return a page as it is shown, below the address `base`."""
    folder = (page.path or "").rpartition("/")[0]
    return PageLink(page.slug, page.title, f"{base}/{page.slug}", folder, page.context)


def why_alike(line: LinkCounted) -> str:
    """Say what two pages have in common."""
    said = [link_words.ALIKE[line.titles]] if line.titles else []
    if line.texts is not None:
        said.append(link_words.same_text(line.texts))
    return " · ".join(said)
