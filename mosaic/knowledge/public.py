"""Public pages: read by anybody at an address that cannot be guessed, as long as they are public.

Who reads is the doorkeeper, whom the database gives what is on that one page and nothing else.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.accounts import throttle
from mosaic.core.actor import DOORKEEPER
from mosaic.core.config import settings
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.knowledge.models import Entry, PublicLink
from mosaic.knowledge.names import heading_anchor
from mosaic.knowledge.render import markdown
from mosaic.knowledge.render.markdown import Target, fill, image_size
from mosaic.knowledge.render.titles import without_title
from mosaic.knowledge.shapes import EntryPublic, PublicLinkPublic

_TOKEN = re.compile(r"[0-9a-f]{32}")
_GONE = "There is nothing to read at this address. What was public here may not be so any more."


class Seen(Protocol):
    """What says who may see a page."""

    @property
    def status(self) -> str: ...
    @property
    def visibility(self) -> str: ...


@dataclass
class PublicPage:
    """A page as anybody reads it; `html` is safe to show."""

    title: str
    html: str
    updated_at: datetime


@dataclass
class Picture:
    """A picture that a public page shows."""

    media_type: str
    digest: str
    data: bytes


def is_public(page: Seen) -> bool:
    """Whether anybody may read a page."""
    return page.visibility == "PUBLIC" and page.status == "PUBLISHED"


async def open_to_public(work: Work, ids: Sequence[UUID]) -> None:
    """Give each page an address for everybody."""
    if ids:
        rows = [{"workspace_id": work.tenant, "entry_id": id, "token": token_hex(16)} for id in ids]
        await work.session.execute(upsert(PublicLink).values(rows).on_conflict_do_nothing())


async def close_to_public(work: Work, ids: Sequence[UUID]) -> None:
    """Take the addresses of pages away for good: later ones are others."""
    if ids:
        await work.session.execute(delete(PublicLink).where(col(PublicLink.entry_id).in_(ids)))


async def find_link(work: Work, page: Entry | EntryPublic) -> str:
    """Return the address of a page for everybody; nothing while it is not public."""
    found = select(col(PublicLink.token)).where(col(PublicLink.entry_id) == page.id)
    token = await work.session.scalar(found) if is_public(page) else None
    return f"{settings().app_url.rstrip('/')}/p/{token}" if token else ""


async def get_link(work: Work, page: Entry) -> PublicLinkPublic:
    """Return the address of a public page. NotFound while it is not public."""
    if url := await find_link(work, page):
        return PublicLinkPublic(url=url)
    raise NotFound("This page is not public.")


async def read_page(token: str, ip_address: str | None) -> PublicPage:
    """Return the public page at an address, to somebody at `ip_address`.

    NotFound for whatever is not public; TooMany after many of these.
    """
    async with begin(DOORKEEPER) as work:
        page = await _ask(work, _PAGE, token, ip_address)
        links = (await work.session.execute(_LINKS, {"token": token})).all() if page else []
    if page is None:
        raise NotFound(_GONE)
    html = page.html
    if page.renderer != markdown.RENDERER:
        html = (await asyncio.to_thread(markdown.parse, page.content)).html
    targets = {row.ordinal: _target(token, row) for row in links}
    html = without_title(fill(html, targets), page.title)
    return PublicPage(page.title, html, page.updated_at)


async def read_picture(token: str, place: int, ip_address: str | None) -> Picture:
    """Return the picture that link number `place` of a public page shows. NotFound, TooMany."""
    async with begin(DOORKEEPER) as work:
        found = await _ask(work, _PICTURE, token, ip_address, place=place)
    if found is None:
        raise NotFound(_GONE)
    return Picture(found.media_type, found.digest, bytes(found.data))


async def _ask(
    work: Work, question: Any, token: str, ip_address: str | None, **more: int
) -> Row[Any] | None:
    """Return the answer about an address. None, which is counted, when it leads nowhere."""
    await throttle.begin_look(work, ip_address)
    found = None
    if _TOKEN.fullmatch(token) and all(0 <= number < 2**31 for number in more.values()):
        asked = await work.session.execute(question, {"token": token, **more})
        found = asked.one_or_none()
    if found is None:
        await throttle.count_look(work, ip_address)
    return found


_PAGE = text("SELECT * FROM app_public_page(:token)")
_LINKS = text("SELECT * FROM app_public_page_links(:token)")
_PICTURE = text(
    "SELECT media_type, digest, app_public_picture_data(:token, :place) AS data "
    "FROM app_public_picture(:token, :place)"
)


def _target(token: str, row: Row[Any]) -> Target:
    """Return what a link means for anybody: words as they were written, unless it is public."""
    anchor = f"#{heading_anchor(row.heading)}" if row.heading else ""
    label = row.label or (f"{row.target}#{row.heading}" if row.target and row.heading else "")
    if row.token:
        return Target("page", f"/p/{row.token}{anchor}", label or row.target, title=row.title)
    if row.is_picture:
        said, width = image_size(row.label)
        return Target("image", f"/p/{token}/pictures/{row.ordinal}", said or "", width=width)
    if not row.target:
        return Target("page", anchor, label or row.heading or "")
    return Target("page", "", label or row.target)
