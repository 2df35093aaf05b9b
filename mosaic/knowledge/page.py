"""The pages that list and show entries."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import run_note
from mosaic.knowledge.state import EntryLine, EntryList, EntryPage, Mention
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/knowledge"


def entry_list() -> rx.Component:
    """Return the list of pages."""
    return page(
        "Knowledge",
        _filters(),
        rx.cond(EntryList.loaded, _lines(), ui.waiting_rows()),
        standing=[rx.el.span(EntryList.standing)],
        actions=[rx.cond(Shell.may_write, _list_actions())],
    )


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
            EntryList.tag_names.length() > 0,
            rx.el.div(
                rx.foreach(EntryList.tag_names, _tag_filter),
                class_name="cluster",
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


def _tag_filter(name: rx.Var[str]) -> rx.Component:
    return rx.el.a(
        "#",
        name,
        href=rx.cond(EntryList.tag == name, HERE, f"{HERE}?tag={name}"),
        class_name="tag",
        aria_current=rx.cond(EntryList.tag == name, "true", ""),
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


def entry_page() -> rx.Component:
    """Return one page, as it is read."""
    return page(
        EntryPage.title,
        rx.match(
            EntryPage.stage,
            ("there", _text()),
            ("missing", _missing()),
            ui.waiting_rows(),
        ),
        crumbs=[("Knowledge", HERE)],
        standing=[
            rx.cond(EntryPage.stage == "there", rx.el.span(EntryPage.standing)),
            rx.foreach(EntryPage.badges, lambda said: ui.badge(said.label, said.tone)),
            rx.foreach(EntryPage.tag_names, lambda name: ui.tag(name, f"{HERE}?tag={name}")),
        ],
        actions=[rx.cond((EntryPage.stage == "there") & Shell.may_write, _actions())],
        aside=[rx.cond(EntryPage.stage == "there", rx.fragment(_mentions(), _runs()))],
    )


def _text() -> rx.Component:
    return rx.fragment(
        rx.cond(
            EntryPage.archived,
            ui.note(
                "This page is archived. ",
                ui.button("Bring it back", tone="quiet", on_click=EntryPage.restore),
                icon_name="archive",
            ),
        ),
        ui.prose(EntryPage.html),
    )


def _actions() -> rx.Component:
    return rx.fragment(
        ui.link_button(
            "Edit", href=f"{HERE}/{EntryPage.slug}/edit", tone="quiet", icon_name="pencil"
        ),
        ui.menu(
            ui.icon_button("ellipsis", "More to do with this page"),
            ui.menu_action("Archive this page", EntryPage.archive, "archive"),
        ),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "file-pen",
        "Nothing is written here yet.",
        rx.cond(
            Shell.may_write,
            ui.link_button(
                "Write this page", href=f"{HERE}/new?title={EntryPage.title}", icon_name="plus"
            ),
        ),
    )


def _mentions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Linked from"),
        rx.cond(
            EntryPage.mentions.length() > 0,
            rx.fragment(
                rx.el.p(EntryPage.mentioned, class_name="muted small"),
                rx.el.ul(rx.foreach(EntryPage.mentions, _mention), class_name="mentions"),
            ),
            rx.el.p("No page links here yet.", class_name="muted small"),
        ),
        aria_label="Backlinks",
    )


def _runs() -> rx.Component:
    return rx.cond(
        EntryPage.runs.length() > 0,
        rx.el.section(
            rx.el.h2("Runs"),
            rx.el.ul(rx.foreach(EntryPage.runs, run_note), class_name="mentions"),
            aria_label="Runs that touched this page",
        ),
    )


def _mention(mention: rx.Var[Mention]) -> rx.Component:
    return rx.el.li(
        rx.el.a(mention.title, href=mention.href),
        rx.foreach(mention.contexts, lambda said: rx.el.p(said, class_name="muted small")),
    )
