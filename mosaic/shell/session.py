"""What a page's state needs of its tab: who is there, where, and word of what changes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote
from uuid import UUID

import reflex as rx
from reflex.event import Event, EventSpec
from reflex_base.event.context import EventContext

from mosaic.accounts.service import authenticate
from mosaic.core import live
from mosaic.core.actor import Actor
from mosaic.core.clock import ZONE, now_in
from mosaic.core.errors import NotSignedIn, Problem, Unavailable
from mosaic.core.logs import bound
from mosaic.core.valkey import ValkeyError
from mosaic.core.work import SESSION, Work
from mosaic.core.work import work as begin
from mosaic.edge import COOKIE
from mosaic.shell import words

log = logging.getLogger(__name__)
_LONGEST_LOOK = 5.0  # seconds after which a page may be filled again although it is not done
_MOST_PLACES = 10_000
_FRAME = "frame"  # what the frame around every page watches

_places: dict[str, dict[str, Any]] = {}  # by tab, where it is and who is there


async def actor_of(state: rx.State) -> Actor:
    """Return who is signed in at this tab. Looked up for every event, so that signing out anywhere
    ends it at once. Raises NotSignedIn.
    """
    token = _cookie(state, COOKIE)
    if not token:
        raise NotSignedIn(path=_address(state))
    try:
        return await authenticate(token, state.router.session.client_ip or None)
    except NotSignedIn as ended:
        ended.extra["path"] = _address(state)
        raise


@asynccontextmanager
async def acting(state: rx.State) -> AsyncIterator[Work]:
    """Open a unit of work for the person at this tab, in the workspace of its address.

    Raises NotSignedIn, and NotFound when the person is no member there; the app turns whatever
    is raised into a redirect or a toast.
    """
    async with begin(await actor_of(state), workspace_of(state) or "-") as work:
        work.today = now_of(state).date()
        yield work


def workspace_of(state: rx.State) -> str:
    """Return the slug of the workspace in the tab's address."""
    return str(state.workspace)


def now_of(state: rx.State) -> datetime:
    """Return the time that it is where the person is, after the time zone that the browser told.

    Where it told none that is known, the time where the server is.
    """
    return now_in(zone_of(state))


def zone_of(state: rx.State) -> str:
    """Return the time zone that the browser told, "" where it told none."""
    return _cookie(state, ZONE)


def watch(state: rx.State, workspace: UUID, topics: set[str], refresh: Any, name: str = "") -> None:
    """Run the event handler `refresh` whenever one of `topics` changes, until the tab shows another
    page that watches, or closes.
    """
    client = state.router.session.client_token

    async def push() -> bool:
        from mosaic.mosaic import app  # architecture: the app is made of pages that watch

        if not app.event_namespace or client not in app.event_namespace.token_to_sid:
            _places.pop(client, None)
            return False
        [event] = Event.from_event_type(refresh(), router_data=_places.get(client))
        begun = await app.event_processor.enqueue(client, event)
        await asyncio.wait({begun}, timeout=_LONGEST_LOOK)
        if begun.done() and not begun.cancelled() and isinstance(begun.exception(), ValkeyError):
            raise Unavailable(words.PART_AWAY)
        return True

    # Each state for itself: the page before may be asked once more when the tab has moved on, and
    # is not to take the place of the one that is shown.
    name = name or type(state).__name__
    live.watch(client, name, workspace, topics, push, state.router.url.path)


def is_at(state: rx.State) -> None:
    """Remember where a tab is: what is kept of it elsewhere may expire, and Valkey may lose it."""
    if not state.router_data:
        return
    # In place: a message that waits for its turn finds where the tab is by then.
    _places.setdefault(state.router.session.client_token, {}).update(state.router_data)
    while len(_places) > _MOST_PLACES:
        del _places[next(iter(_places))]


def unwatch(state: rx.State) -> None:
    """End what the tab watched on the page before."""
    live.unwatch(state.router.session.client_token, but=_FRAME)


def watch_session(state: rx.State, session: UUID | None, refresh: Any) -> None:
    """Run the event handler `refresh` when the tab's own session has been ended elsewhere."""
    if session:
        watch(state, session, {SESSION}, refresh, _FRAME)


def on_problem(exception: Exception) -> EventSpec:
    """Turn what a handler raised into what the person sees: the sign-in page, or calm words."""
    if isinstance(exception, NotSignedIn):
        address = exception.extra.get("path", "/")
        return rx.redirect(f"/login?next={quote(address, safe='/')}")
    if isinstance(exception, Problem):
        return rx.toast(exception.detail)
    if isinstance(exception, ValkeyError):
        return rx.toast(words.PART_AWAY, id="away")
    with bound(request_id=EventContext.get().txid):
        log.error("a page's event did not work out", exc_info=exception)
    return rx.toast(words.UNEXPECTED)


def _cookie(state: rx.State, name: str) -> str:
    return cookie_in(state.router.headers.cookie, name)


def cookie_in(header: str, name: str) -> str:
    """Return the value of a cookie that a browser sent, "" where there is none."""
    try:
        kept = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _address(state: rx.State) -> str:
    url = state.router.url
    return f"{url.path}?{url.query}" if url.query else url.path
