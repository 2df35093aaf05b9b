"""The page that lists entries."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.list_state import EntryLine, EntryList
from mosaic.knowledge.pages.tag_change_state import TagPill
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/knowledge"


def entry_list() -> rx.Component:
    """Return the list of pages."""
    return page(
        "Knowledge",
        _filters(),
        rx.cond(EntryList.loaded, _lines(), ui.waiting_rows()),
        standing=[rx.el.span(EntryList.standing), *_ways()],
        actions=[rx.cond(Shell.may_write, _list_actions())],
    )


def _ways() -> list[rx.Component]:
    here = f"/w/{Shell.workspace_slug}"
    ways = (
        ("Graph", f"{HERE}/graph"),
        ("Tags", f"{here}/tags"),
        ("Links", f"{here}/links"),
        ("Templates", f"{here}/templates"),
        ("Export", f"{here}/export"),
    )
    return [rx.el.a(name, href=href) for name, href in ways]


def _list_actions() -> rx.Component:
    return rx.fragment(
        ui.link_button("Import", href=f"{HERE}/import", tone="quiet", icon_name="import"),
        ui.link_button("New page", href=f"{HERE}/new", icon_name="plus"),
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.form(
            ui.search_field("Search in titles and text", default_value=EntryList.q),
            key=EntryList.q,
            on_submit=EntryList.search,
            role="search",
        ),
        rx.el.nav(
            _status_link("All", ""),
            _status_link("Drafts", "DRAFT"),
            _status_link("Archived", "ARCHIVED"),
            class_name="tabs",
            aria_label="Status",
        ),
        rx.cond(
            EntryList.property != "",
            rx.el.div(
                rx.el.span(EntryList.property, class_name="tag"),
                rx.el.a("Show all pages", href=HERE, class_name="small"),
                class_name="cluster",
            ),
        ),
        rx.cond(
            EntryList.tag_pills.length() > 0,
            rx.el.div(
                rx.foreach(EntryList.tag_pills, _tag_filter),
                class_name="cluster in-a-line",
            ),
        ),
        class_name="filters",
    )


def _status_link(name: str, status: str) -> rx.Component:
    return rx.el.a(
        name,
        href=f"{HERE}?status={status}" if status else HERE,
        aria_current=rx.cond(EntryList.shown == status, "page", ""),
    )


def _tag_filter(tag: rx.Var[TagPill]) -> rx.Component:
    return ui.tag(
        tag.name,
        rx.cond(EntryList.tag == tag.slug, HERE, f"{HERE}?tag={tag.slug}"),
        tag.color,
        aria_current=rx.cond(EntryList.tag == tag.slug, "true", ""),
    )


def _lines() -> rx.Component:
    return rx.cond(
        EntryList.lines.length() > 0,
        rx.fragment(
            ui.rows(rx.foreach(EntryList.lines, entry_row)),
            ui.page_steps(
                "Pages of the list", ("Earlier", EntryList.earlier), ("More", EntryList.later)
            ),
        ),
        rx.cond(EntryList.has_any, _nothing_found(), no_pages_yet()),
    )


def entry_row(line: rx.Var[EntryLine]) -> rx.Component:
    """Return one line of a list of pages."""
    return ui.row(
        line.title,
        href=line.href,
        more=[line.more],
        side=[
            rx.cond(line.badge != "", ui.badge(line.badge, line.tone)),
            rx.el.span(line.when, class_name="muted small"),
        ],
    )


def _nothing_found() -> rx.Component:
    return ui.empty_state(
        "search",
        "No page fits this search.",
        ui.link_button("Show all pages", href=HERE, tone="quiet"),
    )


def no_pages_yet() -> rx.Component:
    """Return what stands where pages will be."""
    return ui.empty_state(
        "book-open",
        "Pages go here: what you know, linked with [[double brackets]].",
        rx.cond(Shell.may_write, _first_steps()),
    )


def _first_steps() -> rx.Component:
    return rx.fragment(
        ui.link_button("Write the first page", href=f"{HERE}/new", icon_name="plus"),
        ui.link_button(
            "Import a vault, or look around a demo",
            href=f"{HERE}/import",
            tone="quiet",
            icon_name="import",
        ),
    )
