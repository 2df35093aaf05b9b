"""The steps of a run: phases as sections, steps as lines that open."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import lasting, status_icon
from mosaic.jobs.pages.rows_state import PhaseLine, StepLine
from mosaic.jobs.pages.run_state import RunPage
from mosaic.jobs.pages.steps_state import RunSteps
from mosaic.shell.state import Shell
from mosaic.ui.watching import LogView


def steps() -> rx.Component:
    """Return the phases with their steps."""
    return rx.cond(
        RunSteps.phases.length() > 0,
        rx.el.div(rx.foreach(RunSteps.phases, _phase), class_name="phases"),
        ui.empty_state("list-checks", "Steps appear here as soon as the run has some."),
    )


def _phase(phase: rx.Var[PhaseLine]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            rx.el.button(
                ui.icon("chevron-right", 16, class_name="chevron"),
                status_icon(phase.status),
                rx.el.span(phase.name, class_name="name"),
                rx.el.span(phase.standing, class_name="muted small"),
                lasting(phase),
                type="button",
                on_click=RunSteps.toggle_phase(phase.phase),
                aria_expanded=phase.opened,
                class_name="phase-head",
            )
        ),
        rx.cond(phase.opened, _open_phase(phase)),
        class_name="phase",
        aria_label=phase.name,
    )


def _open_phase(phase: rx.Var[PhaseLine]) -> rx.Component:
    return rx.el.div(
        rx.el.ul(rx.foreach(phase.steps, _step), class_name="step-rows"),
        rx.cond(
            phase.part != "",
            rx.el.nav(
                rx.cond(
                    phase.earlier != "",
                    ui.link_button("Earlier", href=phase.earlier, tone="quiet"),
                ),
                rx.el.span(phase.part, class_name="muted small"),
                rx.cond(phase.later != "", ui.link_button("Later", href=phase.later, tone="quiet")),
                class_name="cluster steps",
                aria_label=f"Parts of {phase.name}",
            ),
        ),
    )


def _step(step: rx.Var[StepLine]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            ui.icon("chevron-right", 14, class_name="chevron"),
            status_icon(step.status, 16),
            rx.el.span(step.name, class_name="name"),
            rx.cond(
                step.tone != "",
                ui.badge(step.label, step.tone),
                rx.el.span(step.label, class_name="for-screen-readers"),
            ),
            rx.cond(step.type != "COMMAND", rx.el.span(step.kind, class_name="muted small kind")),
            rx.el.span(step.tokens, class_name="figure tokens"),
            lasting(step),
            type="button",
            id=f"step-{step.number}",
            on_click=RunSteps.toggle_step(step.id),
            aria_expanded=step.opened,
            class_name="step-head",
        ),
        rx.cond(step.opened, _open_step(step)),
        class_name="step",
        custom_attrs={"data-status": step.status},
    )


def _open_step(step: rx.Var[StepLine]) -> rx.Component:
    source = f"/api/runner-jobs/{RunPage.line.id}/steps/{step.id}/output"
    return rx.el.div(
        rx.cond(step.note != "", ui.note(step.note, tone="stopped", icon_name="circle-minus")),
        rx.cond(step.answer != "", ui.note(step.answer, icon_name="message-circle")),
        rx.cond(
            (step.output_size > 0) | step.going,
            LogView.create(
                key=step.id,
                source=source,
                size=step.output_size,
                full=step.output_full,
                going=step.going,
                workspace=Shell.workspace_slug,
                label=f"Log of {step.name}",
            ),
            rx.el.p(step.label, " · nothing was written to a log.", class_name="muted small"),
        ),
        rx.cond(
            Shell.may_write & RunPage.line.ended,
            rx.el.div(
                ui.button(
                    "Try again from here",
                    tone="quiet",
                    icon_name="rotate-cw",
                    on_click=RunSteps.retry_from(step.id),
                ),
                class_name="cluster",
            ),
        ),
        class_name="step-body",
    )
