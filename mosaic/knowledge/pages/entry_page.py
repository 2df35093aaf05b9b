"""The page on which an entry is read."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import run_note
from mosaic.knowledge.pages.daily_page import day_steps
from mosaic.knowledge.pages.entry_state import EntryPage, Mention
from mosaic.knowledge.pages.facts_state import Facts, FactValue
from mosaic.knowledge.pages.graph_page import local_graph
from mosaic.knowledge.pages.list_page import HERE
from mosaic.knowledge.pages.presence_page import who_else
from mosaic.knowledge.pages.tags_page import tag_pills
from mosaic.knowledge.pages.unlinked_page import unlinked_mentions
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

_BEFORE, _AFTER, _LINK = (EntryPage.ways[way].to(str) for way in ("before", "after", "public"))


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
            rx.cond(
                EntryPage.stage == "there",
                rx.el.a(EntryPage.standing, href=f"{HERE}/{EntryPage.slug}/history"),
            ),
            rx.cond(EntryPage.stage == "there", who_else()),
            rx.foreach(EntryPage.badges, lambda said: ui.badge(said.label, said.tone)),
            tag_pills(EntryPage.tag_pills),
            rx.cond((_BEFORE != "") | (_AFTER != ""), day_steps(_BEFORE, _AFTER)),
        ],
        actions=[rx.cond((EntryPage.stage == "there") & Shell.may_write, _actions())],
        aside=[
            rx.cond(
                EntryPage.stage == "there",
                rx.fragment(_public(), _mentions(), unlinked_mentions(), _around(), _runs()),
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
        rx.cond(Facts.rows.length() > 0, _facts()),
        ui.prose(EntryPage.html),
    )


def _facts() -> rx.Component:
    return rx.el.dl(
        rx.foreach(
            Facts.rows,
            lambda fact: rx.fragment(
                rx.el.dt(fact.name),
                rx.el.dd(rx.foreach(fact.said.to(list[FactValue]), _value), class_name="cluster"),
            ),
        ),
        class_name="facts properties",
        aria_label="Properties",
    )


def _value(value: rx.Var[FactValue]) -> rx.Component:
    return rx.cond(value.href != "", rx.el.a(value.text, href=value.href), rx.el.span(value.text))


def _actions() -> rx.Component:
    return rx.fragment(
        ui.link_button(
            "Edit", href=f"{HERE}/{EntryPage.slug}/edit", tone="quiet", icon_name="pencil"
        ),
        ui.menu(
            ui.icon_button("ellipsis", "More to do with this page"),
            ui.menu_link("History", f"{HERE}/{EntryPage.slug}/history", "history"),
            ui.menu_link("Rename", f"{HERE}/{EntryPage.slug}/rename", "text-cursor-input"),
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


def _beside() -> rx.Component:
    return rx.fragment(_public(), _mentions(), _around(), _runs())


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
                rx.el.p(EntryPage.mentioned, class_name="muted small"),
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
