"""The page of a run."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import HERE, lasting, run_note, status_icon
from mosaic.jobs.pages.rows_state import StepLine
from mosaic.jobs.pages.run_state import Attempt, Fact, Link, RunPage
from mosaic.jobs.pages.steps_page import steps
from mosaic.jobs.pages.views_page import data, events, times, tokens
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.ui.watching import KeepPlace

_RUN = f"{HERE}/{RunPage.line.id}"
_VIEWS = (
    ("Steps", "steps"),
    ("Time line", "times"),
    ("Tokens", "tokens"),
    ("What happened", "events"),
    ("In and out", "data"),
)


def run_page() -> rx.Component:
    """Return one run: how it stands, what one can do, and its steps."""
    there = RunPage.stage == "there"
    return page(
        RunPage.title,
        rx.match(
            RunPage.stage,
            ("there", _views()),
            (
                "missing",
                ui.empty_state(
                    "circle-dashed",
                    "There is no such run here.",
                    ui.link_button("All runs", href=HERE),
                ),
            ),
            ui.waiting_rows(),
        ),
        KeepPlace.create(ready=there),
        crumbs=[("Jobs", HERE)],
        standing=[rx.cond(there, _standing())],
        actions=[rx.cond(there & Shell.may_write, _actions())],
        aside=[rx.cond(there, _beside())],
        wide=True,
    )


def _standing() -> rx.Component:
    line = RunPage.line
    return rx.el.div(
        rx.el.span(
            status_icon(line.status),
            ui.badge(line.label, line.tone),
            class_name="cluster",
            role="status",
        ),
        rx.el.span(line.kind),
        lasting(line),
        rx.cond(
            line.going,
            rx.el.span(
                rx.el.progress(value=line.progress, max=100, aria_label="How far it is"),
                rx.el.span(f"{line.progress} %"),
                class_name="cluster",
            ),
        ),
        class_name="standing",
    )


def _actions() -> rx.Component:
    ended = RunPage.line.ended
    stopped = (RunPage.line.status == "FAILED") | (RunPage.line.status == "CANCELLED")
    return rx.fragment(
        rx.cond(ended, rx.fragment(), ui.button("Cancel", tone="quiet", on_click=RunPage.cancel)),
        rx.cond(stopped, ui.button("Try again", icon_name="rotate-cw", on_click=RunPage.retry)),
        ui.menu(
            ui.icon_button("ellipsis", "More to do with this run"),
            rx.cond(
                RunPage.repeatable,
                ui.menu_action("Run again from the start", RunPage.again, "play"),
            ),
            ui.menu_link("Replay", f"{_RUN}/replay", "history"),
            ui.menu_link(
                "Compare with another run", f"{HERE}/compare?a={RunPage.line.id}", "columns-2"
            ),
        ),
    )


def _views() -> rx.Component:
    return rx.fragment(
        rx.cond(
            (RunPage.line.note != "") & (RunPage.line.status == "FAILED"),
            ui.note(RunPage.line.note, tone="stopped", icon_name="circle-minus"),
        ),
        rx.foreach(RunPage.asks, _gate),
        rx.el.nav(
            *[_view(*one) for one in _VIEWS], class_name="tabs", aria_label="Views of this run"
        ),
        rx.cond(
            RunPage.attempts.length() > 0,
            rx.el.nav(
                rx.foreach(RunPage.attempts, _attempt), class_name="cluster", aria_label="Attempts"
            ),
        ),
        rx.match(
            RunPage.view,
            ("times", times()),
            ("tokens", tokens()),
            ("events", events()),
            ("data", data()),
            steps(),
        ),
    )


def _view(name: str, view: str) -> rx.Component:
    return rx.el.a(
        name,
        href=_RUN if view == "steps" else f"{_RUN}?view={view}",
        aria_current=rx.cond(RunPage.view == view, "page", "false"),
    )


def _attempt(one: rx.Var[Attempt]) -> rx.Component:
    return rx.el.a(
        one.label, href=one.href, class_name="tag", aria_current=rx.cond(one.shown, "true", "false")
    )


def _gate(step: rx.Var[StepLine]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(ui.icon("circle-help", class_name="mark asks"), rx.el.span(step.name)),
        rx.cond(
            Shell.may_write,
            rx.el.div(
                rx.el.input(
                    placeholder="A note, if you like",
                    aria_label=f"Note to: {step.name}",
                    max_length=2000,
                    class_name="input",
                    on_blur=lambda note: RunPage.keep_note(step.id, note),
                ),
                ui.button("Approve", icon_name="check", on_click=RunPage.answer(step.id, True)),
                ui.button("Decline", tone="plum", on_click=RunPage.answer(step.id, False)),
                class_name="gate-answer",
            ),
            rx.el.p("It waits for a member of this workspace.", class_name="muted small"),
        ),
        class_name="card gate",
        aria_label="Waits for an answer",
    )


def _beside() -> rx.Component:
    return rx.fragment(
        rx.el.section(
            rx.el.h2("About this run"),
            rx.el.dl(rx.foreach(RunPage.facts, _fact), class_name="facts"),
        ),
        _links("Files", RunPage.made, download=True, reload_document=True),
        _links("Pages it touched", RunPage.touched),
        rx.cond(
            RunPage.family.length() > 0,
            rx.el.section(
                rx.el.h2("Runs that belong to it"),
                rx.el.ul(rx.foreach(RunPage.family, run_note), class_name="mentions"),
            ),
        ),
    )


def _fact(fact: rx.Var[Fact]) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.label), rx.el.dd(fact.value, title=fact.exact))


def _links(title: str, links: rx.Var[list[Link]], **props: Any) -> rx.Component:
    def line(link: rx.Var[Link]) -> rx.Component:
        return rx.el.li(
            rx.el.a(link.title, href=link.href, **props),
            rx.cond(link.more != "", rx.el.span(f" {link.more}", class_name="muted")),
        )

    return rx.cond(
        links.length() > 0,
        rx.el.section(rx.el.h2(title), rx.el.ul(rx.foreach(links, line), class_name="mentions")),
    )
