"""The first page of a workspace."""

import reflex as rx

from mosaic import ui
from mosaic.activity.page import log_note
from mosaic.jobs.pages.parts_page import HERE as RUNS
from mosaic.jobs.pages.parts_page import run_row
from mosaic.knowledge.pages.list_page import HERE, entry_row, no_pages_yet
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.tasks.pages.parts_page import tick_box
from mosaic.tasks.pages.rows_state import TaskLine
from mosaic.today.state import Today


def today_page() -> rx.Component:
    """Return what moved, and quick capture on top."""
    return page(
        Shell.workspace_name,
        rx.cond(Shell.may_write, _capture()),
        rx.cond(Today.running.length() > 0, _running()),
        rx.cond(Today.tasks.length() > 0, _tasks()),
        rx.cond(Today.loaded, _moved(), ui.waiting_rows()),
        standing=[
            rx.el.span(Today.standing),
            rx.el.a("Daily note", href=f"/w/{Shell.workspace_slug}/daily"),
        ],
        aside=[_log()],
    )


def _capture() -> rx.Component:
    return rx.el.form(
        rx.el.input(
            name="thought",
            placeholder="Keep a thought. Enter makes a page of it.",
            aria_label="Keep a thought",
            auto_complete="off",
            max_length=2000,
            class_name="input",
        ),
        ui.submit("Keep", tone="quiet"),
        on_submit=Today.capture,
        class_name="capture",
    )


def _running() -> rx.Component:
    return rx.el.section(
        rx.el.h2("What is running"),
        ui.rows(rx.foreach(Today.running, run_row)),
        rx.el.a("All runs", href=RUNS, class_name="small"),
        class_name="stack running-now",
    )


def _tasks() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Yours next"),
        rx.el.ul(rx.foreach(Today.tasks, _task), class_name="small-tasks"),
        rx.el.a("All tasks", href=f"/w/{Shell.workspace_slug}/tasks", class_name="small"),
        class_name="stack",
        aria_label="Yours next",
    )


def _task(line: rx.Var[TaskLine]) -> rx.Component:
    return rx.el.li(
        tick_box(line.done, line.title, Today.tick(line.id, line.done)),
        rx.el.a(line.title, href=line.href, dir="auto", class_name="grow"),
        rx.cond(line.project != "", rx.el.span(line.project, class_name="muted")),
        rx.cond(line.due != "", ui.badge(line.due, line.due_tone)),
        key=line.id,
    )


def _moved() -> rx.Component:
    return rx.cond(
        Today.lines.length() > 0,
        rx.el.section(
            rx.el.h2("What moved"),
            ui.rows(rx.foreach(Today.lines, entry_row)),
            rx.el.a("All pages", href=HERE, class_name="small"),
            class_name="stack",
        ),
        no_pages_yet(),
    )


def _log() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Who did what"),
        rx.el.ul(rx.foreach(Today.log, log_note), class_name="mentions"),
        rx.el.a("All activity", href=f"/w/{Shell.workspace_slug}/activity", class_name="small"),
        class_name="stack",
    )
