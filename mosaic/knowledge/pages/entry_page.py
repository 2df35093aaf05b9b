"""The page on which an entry is read."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import run_note
from mosaic.knowledge.pages.daily_page import day_steps
from mosaic.knowledge.pages.entry_state import EntryPage, Mention
from mosaic.knowledge.pages.facts_change_state import FactForm
from mosaic.knowledge.pages.facts_page import properties
from mosaic.knowledge.pages.graph_page import local_graph
from mosaic.knowledge.pages.list_page import HERE
from mosaic.knowledge.pages.presence_page import who_else
from mosaic.knowledge.pages.tags_page import tag_pills
from mosaic.knowledge.pages.unlinked_page import unlinked_mentions
from mosaic.shell import words
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.tasks.pages.page_tasks_page import page_tasks

_HERE, _STANDING, _LENGTH, _BEFORE, _AFTER, _LINK, _MENTIONED = (
    EntryPage.said[one].to(str)
    for one in ("here", "standing", "length", "before", "after", "public", "mentioned")
)


def entry_page() -> rx.Component:
    """Return one page, as it is read."""
    return page(
        EntryPage.title,
        rx.match(
            EntryPage.stage,
            ("there", _text()),
            ("missing", _nothing("Write this page", f"{HERE}/new?title={EntryPage.title}")),
            ui.waiting_rows(),
        ),
        crumbs=[("Knowledge", HERE)],
        standing=[
            rx.cond(
                EntryPage.stage == "there",
                rx.el.a(_STANDING, href=f"{HERE}/{EntryPage.slug}/history"),
            ),
            rx.cond(EntryPage.stage == "there", _LENGTH, ""),
            rx.cond(EntryPage.stage == "there", who_else()),
            rx.foreach(EntryPage.badges, lambda said: ui.badge(said.label, said.tone)),
            tag_pills(EntryPage.tag_pills),
            rx.cond((_BEFORE != "") | (_AFTER != ""), day_steps(_BEFORE, _AFTER)),
        ],
        actions=[rx.cond((EntryPage.stage == "there") & Shell.may_write, _actions())],
        aside=[
            rx.cond(
                EntryPage.stage == "there",
                rx.fragment(
                    _contents(),
                    page_tasks(),
                    _public(),
                    _mentions(),
                    unlinked_mentions(),
                    _around(),
                    _runs(),
                ),
            )
        ],
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
        properties(),
        _contents(folded=True),
        rx.cond(
            EntryPage.html != "",
            ui.prose(EntryPage.html, of=_HERE, words=words.READING),
            _nothing("Write", f"{HERE}/{EntryPage.slug}/edit"),
        ),
    )


def _contents(folded: bool = False) -> rx.Component:
    return ui.Contents.create(html=EntryPage.html, label=words.READING["contents"], folded=folded)


def _actions() -> rx.Component:
    return rx.fragment(
        ui.link_button(
            "Edit", href=f"{HERE}/{EntryPage.slug}/edit", tone="quiet", icon_name="pencil"
        ),
        ui.menu(
            ui.icon_button("ellipsis", "More to do with this page"),
            ui.menu_link("History", f"{HERE}/{EntryPage.slug}/history", "history"),
            ui.menu_link("Rename", f"{HERE}/{EntryPage.slug}/rename", "text-cursor-input"),
            ui.menu_action("Add a property", FactForm.ask(""), "list-plus"),
            ui.menu_action("Archive this page", EntryPage.archive, "archive"),
        ),
    )


def _nothing(write: str, href: rx.Var[str] | str) -> rx.Component:
    return ui.empty_state(
        "file-pen",
        "Nothing is written here yet.",
        rx.cond(Shell.may_write, ui.link_button(write, href=href, icon_name="pencil")),
    )


def _public() -> rx.Component:
    return rx.cond(
        _LINK != "",
        rx.el.section(
            rx.el.h2("Public link"),
            rx.el.p(
                "Anybody can read this page at it, without an account. ",
                rx.el.a("Look at it", href=_LINK, target="_blank", rel="noopener"),
                class_name="muted small",
            ),
            ui.Copied.create(
                value=_LINK,
                label="Public link",
                copy_words="Copy",
                copied_words="Copied",
            ),
            class_name="stack",
            aria_label="Public link",
        ),
    )


def _mentions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Linked from"),
        rx.cond(
            EntryPage.mentions.length() > 0,
            rx.fragment(
                rx.el.p(_MENTIONED, class_name="muted small"),
                rx.el.ul(rx.foreach(EntryPage.mentions, _mention), class_name="mentions"),
            ),
            rx.el.p("No page links here yet.", class_name="muted small"),
        ),
        aria_label="Backlinks",
    )


def _around() -> rx.Component:
    # What links here or is written here may change what is around.
    return local_graph(EntryPage.slug, EntryPage.version + EntryPage.mentions.length())


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
