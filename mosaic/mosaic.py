"""The front door: the table of pages, the API, and what runs while the server does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx

from mosaic.activity.page import activity_page
from mosaic.activity.state import ActivityLog
from mosaic.api import api
from mosaic.core import start
from mosaic.core.config import settings
from mosaic.knowledge.editor_page import edit_entry, new_entry
from mosaic.knowledge.editor_state import Editor
from mosaic.knowledge.import_page import import_page
from mosaic.knowledge.import_state import Importing
from mosaic.knowledge.page import entry_list, entry_page
from mosaic.knowledge.state import EntryList, EntryPage
from mosaic.shell import parts
from mosaic.shell.session import on_problem
from mosaic.shell.state import Door, Shell
from mosaic.today.page import today_page
from mosaic.today.state import Today


@asynccontextmanager
async def running() -> AsyncIterator[None]:
    """Keep the pool, the cache and the live messages while the server runs."""
    async with start.running(settings(), listening=True):
        yield


app = rx.App(
    api_transformer=api,
    stylesheets=parts.STYLESHEETS,
    reset_style=False,
    toaster=parts.toaster(),
    hydrate_fallback=parts.first_paint,
    extra_app_wraps=parts.app_wraps(),
    backend_exception_handler=on_problem,
)
app.register_lifespan_task(running)

app.add_page(parts.first_paint, route="/", title="Mosaic", on_load=Door.open)
app.add_page(parts.not_here, route="/nowhere", title="Nothing here · Mosaic")

WORKSPACE = "/w/[workspace]"
KNOWLEDGE = f"{WORKSPACE}/knowledge"


def add(route: str, component: Callable[[], rx.Component], title: str, load: Any) -> None:
    """Add a page of a workspace: the frame learns who is here, then the page loads."""
    app.add_page(component, route=route, title=f"{title} · Mosaic", on_load=[Shell.enter, load])


add(WORKSPACE, today_page, "Today", Today.load)
add(KNOWLEDGE, entry_list, "Knowledge", EntryList.load)
add(f"{KNOWLEDGE}/new", new_entry, "New page", Editor.load_new)
add(f"{KNOWLEDGE}/import", import_page, "Import", Importing.load)
add(f"{KNOWLEDGE}/[slug]", entry_page, "Knowledge", EntryPage.load)
add(f"{KNOWLEDGE}/[slug]/edit", edit_entry, "Edit", Editor.load)
add(f"{WORKSPACE}/activity", activity_page, "Activity", ActivityLog.load)
