"""The activity page: who did what."""

import reflex as rx

from mosaic import ui
from mosaic.activity.lines import LogLine
from mosaic.activity.state import ActivityLog
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/activity"
_KINDS = (
    ("All", ""),
    ("Pages", "entry"),
    ("Tasks", "task"),
    ("Projects", "project"),
    ("Runs", "job"),
    ("Imports", "import"),
    ("Members", "member"),
)


def activity_page() -> rx.Component:
    """Return the log with its filters."""
    return page(
        "Activity",
        rx.el.nav(
            *[_kind(*kind) for kind in _KINDS],
            rx.cond(ActivityLog.sees_sign_ins, _kind("Sign-ins", "sign_in")),
            class_name="tabs",
            aria_label="Kind",
        ),
        rx.cond(ActivityLog.loaded, _log(), ui.waiting_rows()),
        standing=[rx.el.span(ActivityLog.standing)],
    )


def _kind(name: str, kind: str) -> rx.Component:
    return rx.el.a(
        name,
        href=f"{HERE}?entityType={kind}" if kind else HERE,
        aria_current=rx.cond(ActivityLog.thing == kind, "page", ""),
    )


def _log() -> rx.Component:
    return rx.cond(
        ActivityLog.lines.length() > 0,
        rx.fragment(
            ui.rows(rx.foreach(ActivityLog.lines, log_row)),
            ui.page_steps(
                "Pages of the log", ("Later", ActivityLog.later), ("Earlier", ActivityLog.earlier)
            ),
        ),
        ui.empty_state("history", "What people do here is noted in this place."),
    )


def log_row(line: rx.Var[LogLine]) -> rx.Component:
    """Return one line of the log."""
    return ui.still_row(
        _sentence(line), side=[rx.el.span(line.when, class_name="muted small", title=line.day)]
    )


def log_note(line: rx.Var[LogLine]) -> rx.Component:
    """Return one line of the log for the margin of another page."""
    return rx.el.li(
        _sentence(line), rx.el.p(line.when, class_name="muted small"), class_name="small"
    )


def _sentence(line: rx.Var[LogLine]) -> rx.Component:
    return rx.el.p(
        rx.el.strong(line.who),
        f" {line.did} ",
        rx.cond(line.href != "", rx.el.a(line.title, href=line.href), line.title),
    )
