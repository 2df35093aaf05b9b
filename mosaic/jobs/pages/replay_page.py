"""The replay of a run: a slider over what happened, and the run as it stood then."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import HERE, status_icon
from mosaic.jobs.pages.replay_state import Replay, ThenLine
from mosaic.shell.layout import page
from mosaic.ui.watching import Player


def replay_page() -> rx.Component:
    """Return the player, and below it the run at that moment."""
    return page(
        "Replay",
        rx.cond(
            Replay.loaded,
            rx.cond(
                Replay.count > 0,
                rx.fragment(_player(), _then()),
                ui.empty_state("history", "There is nothing to replay yet."),
            ),
            ui.waiting_rows(),
        ),
        crumbs=[("Jobs", HERE), (Replay.title, f"{HERE}/{rx.State.job}")],
        standing=[
            rx.cond(
                Replay.loaded,
                rx.el.span(
                    status_icon(Replay.status),
                    ui.badge(Replay.label, Replay.tone),
                    rx.el.span(f"after {Replay.passed}"),
                    class_name="cluster",
                ),
            )
        ],
    )


def _player() -> rx.Component:
    return rx.el.div(
        Player.create(
            count=Replay.count,
            place=Replay.place,
            label="Moment of the run",
            said=Replay.said,
            on_move=Replay.move,
        ),
        rx.el.p(Replay.said, class_name="said-then"),
        class_name="card stack",
    )


def _then() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Replay.phases.length() > 0,
            rx.el.section(
                rx.el.h2("Phases then"),
                rx.el.ul(rx.foreach(Replay.phases, _phase), class_name="then"),
            ),
        ),
        rx.cond(
            Replay.steps.length() > 0,
            rx.el.section(
                rx.el.h2("Steps around it"),
                rx.el.ul(rx.foreach(Replay.steps, _step), class_name="step-rows boxed"),
            ),
        ),
    )


def _phase(line: rx.Var[ThenLine]) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.name),
        rx.el.progress(value=line.done, max=line.total, aria_label=line.name),
        rx.el.span(line.label, class_name="muted small"),
    )


def _step(line: rx.Var[ThenLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            status_icon(line.status, 16),
            rx.el.span(line.name, class_name="name"),
            rx.el.span(line.label, class_name="figure"),
            class_name="step-head still",
        ),
        class_name="step",
        aria_current=rx.cond(line.here, "step", "false"),
        custom_attrs={"data-status": line.status},
    )
