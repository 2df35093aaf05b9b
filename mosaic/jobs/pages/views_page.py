"""The other views of a run: time line, tokens, what happened, what went in and out."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import status_icon
from mosaic.jobs.pages.rows_state import StepLine
from mosaic.jobs.pages.views_state import (
    EventLine,
    ModelLine,
    RunData,
    RunEvents,
    RunTimes,
    RunTokens,
)
from mosaic.ui.watching import Chart

_TOKENS = ["Model", "Steps", "Tokens in", "Tokens out", "Cost"]


def times() -> rx.Component:
    """Return the time line; a click on a bar opens its step."""
    return rx.cond(
        RunTimes.said != "",
        rx.el.section(
            rx.el.p(RunTimes.said, class_name="muted small"),
            Chart.create(
                data=RunTimes.data,
                layout=RunTimes.layout,
                label="When each step began and how long it took, as the steps say in words",
                on_pick=RunTimes.pick,
            ),
        ),
        ui.empty_state("chart-gantt", "The time line appears as soon as a step has begun."),
    )


def tokens() -> rx.Component:
    """Return what models were given and made, and what that cost."""
    return rx.cond(
        RunTokens.models.length() > 0,
        rx.fragment(
            ui.table(
                _TOKENS,
                rx.foreach(RunTokens.models, _model),
                _model(RunTokens.total),
                caption="Tokens by model",
            ),
            rx.cond(
                RunTokens.priced,
                rx.fragment(),
                rx.el.p(
                    "Costs appear here once MODEL_PRICES says what models cost.",
                    class_name="muted small",
                ),
            ),
            rx.el.section(
                rx.el.h2("By step"),
                rx.el.ul(rx.foreach(RunTokens.steps, _costly), class_name="step-rows"),
            ),
        ),
        ui.empty_state("sparkles", "When a step asks a model, its tokens are counted here."),
    )


def _model(line: rx.Var[ModelLine]) -> rx.Component:
    cells = (line.steps, line.given, line.made, line.cost)
    return rx.el.tr(
        rx.el.th(line.model, scope="row"), *[rx.el.td(cell, class_name="number") for cell in cells]
    )


def _costly(step: rx.Var[StepLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            status_icon(step.status, 16),
            rx.el.span(step.name, class_name="name"),
            rx.el.span(step.tokens, class_name="figure"),
            class_name="step-head still",
        ),
        class_name="step",
    )


def events() -> rx.Component:
    """Return what happened, newest first."""
    return rx.cond(
        RunEvents.lines.length() > 0,
        rx.fragment(
            rx.el.ol(rx.foreach(RunEvents.lines, _event), class_name="happened"),
            ui.page_steps(
                "Parts of what happened",
                ("Newest", RunEvents.later),
                ("Earlier", RunEvents.earlier),
            ),
        ),
        ui.empty_state("history", "What happens in the run is noted here."),
    )


def _event(line: rx.Var[EventLine]) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.when, title=line.exact, class_name="figure"),
        rx.el.p(
            rx.el.strong(line.who),
            f" {line.did} ",
            rx.el.span(line.step),
            rx.cond(line.remark != "", rx.el.span(f" · {line.remark}", class_name="muted")),
        ),
    )


def data() -> rx.Component:
    """Return what the run was given and what it made."""
    return rx.fragment(
        rx.cond(RunData.note != "", ui.note(RunData.note, tone="stopped")),
        _laid_out("What went in", RunData.given, "Nothing was given to this run."),
        _laid_out("What came out", RunData.made, "Nothing has come out yet."),
    )


def _laid_out(title: str, text: rx.Var[str], nothing: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        rx.cond(
            text != "",
            rx.el.pre(text, class_name="json", tab_index=0, role="region", aria_label=title),
            rx.el.p(nothing, class_name="muted small"),
        ),
    )
