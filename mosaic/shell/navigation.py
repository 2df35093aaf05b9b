"""The sections of a workspace, and the ways to them by pointer, thumb and key."""

from typing import NamedTuple

import reflex as rx

from mosaic import ui
from mosaic.shell.state import Shell


class Section(NamedTuple):
    """A part of a workspace: its name, its path below `/w/{workspace}`, icon and letter.

    `also` are other paths whose pages belong to it.
    """

    name: str
    path: str
    icon: str
    letter: str
    also: tuple[str, ...] = ()


_WRITTEN = ("/search", "/tags", "/links", "/templates", "/daily", "/export")


SECTIONS = (
    Section("Today", "", "sun", "t"),
    Section("Knowledge", "/knowledge", "book-open", "k", _WRITTEN),
    Section("Tasks", "/tasks", "circle-check-big", "s"),
    Section("Projects", "/projects", "folder-kanban", "p"),
    Section("Jobs", "/jobs", "circle-play", "j"),
    Section("Activity", "/activity", "history", "a"),
)
GRAPH = Section("Graph", "/knowledge/graph", "waypoints", "g")
TAGS = Section("Tags", "/tags", "tag", "l")
DAILY = Section("Daily note", "/daily", "calendar-days", "d")
SETTINGS = Section("Members", "/settings/members", "users", "m", ("/settings",))


def section_link(section: Section) -> rx.Component:
    """Return the sidebar's way to a section."""
    return rx.el.a(
        ui.icon(section.icon),
        section.name,
        ui.key(f"g {section.letter}"),
        href=_address(section),
        aria_current=_is_current(section),
        custom_attrs={"prefetch": "intent"},
    )


def thumb_link(section: Section) -> rx.Component:
    """Return the way to a section in the bar at a phone's bottom."""
    return rx.el.a(
        ui.icon(section.icon, 20),
        section.name,
        href=_address(section),
        aria_current=_is_current(section),
    )


def palette() -> rx.Component:
    """Return the command palette with its actions; pages come from the state."""
    goto = [
        {
            "id": f"go{section.path or '/'}",
            "title": section.name,
            "hint": "",
            "href": _address(section),
            "group": "Go to",
            "keys": f"g {section.letter}",
        }
        for section in (*SECTIONS, GRAPH, TAGS, DAILY, SETTINGS)
    ]
    make = {
        "id": "new-page",
        "title": "New page",
        "hint": "",
        "href": f"/w/{Shell.workspace_slug}/knowledge/new",
        "group": "Make",
        "keys": "n",
    }
    task = {
        "id": "new-task",
        "title": "New task",
        "hint": "",
        "href": f"/w/{Shell.workspace_slug}/tasks?new=1",
        "group": "Make",
    }
    start = {
        "id": "start-run",
        "title": "Start a run",
        "hint": "",
        "href": f"/w/{Shell.workspace_slug}/jobs?start=1",
        "group": "Make",
    }
    return ui.Palette.create(
        actions=rx.cond(
            Shell.workspace_slug != "",
            rx.cond(Shell.may_write, [make, task, start, *goto], goto),
            [],
        ),
        found=Shell.palette_items,
        on_search=Shell.search_palette,
        placeholder="Search, or say where to go",
        nothing="Nothing found. Other words may lead there.",
    )


def _address(section: Section) -> str:
    return f"/w/{Shell.workspace_slug}{section.path}"


def _is_current(section: Section) -> rx.Var[str]:
    here = rx.State.router.url.path.to(str)
    inside = here == _address(section)
    for path in filter(None, (section.path, *section.also)):
        place = rx.Var.create(f"/w/{Shell.workspace_slug}{path}").to(str)
        inside = inside | (here == place) | here.startswith(place + "/")
    return rx.cond(inside, "page", "false")
