"""What happened to somebody's account: a part of the account page, and a page of its own."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.events.state import HERE, AccountLog, EventLine
from mosaic.shell.layout import page


def newest_events() -> rx.Component:
    """Return the section with the newest of it."""
    return rx.el.section(
        rx.el.div(rx.el.h2("Sign-ins and safety"), class_name="section-head"),
        rx.cond(AccountLog.loaded, _lines(), ui.waiting_rows(3)),
        rx.el.div(ui.link_button("Everything of the past year", href=HERE, tone="quiet")),
    )


def sign_ins() -> rx.Component:
    """Return the page with all of it."""
    return page(
        "Sign-ins and safety",
        rx.el.p(
            "Sign-ins with your account, tried and done, and what changed about how you sign in. "
            "The sign-ins are seen by the administrators of your workspaces, too; nobody else sees "
            "any of this. If a line is not yours, consider another password.",
            class_name="muted",
        ),
        rx.cond(AccountLog.loaded, _lines(), ui.waiting_rows()),
        ui.page_steps(
            "Pages of this log", ("Later", AccountLog.later), ("Earlier", AccountLog.earlier)
        ),
        standing=[rx.el.span(AccountLog.standing)],
        crumbs=[("Account", "/account")],
    )


def _lines() -> rx.Component:
    return ui.rows(rx.foreach(AccountLog.lines, _line))


def _line(line: rx.Var[EventLine]) -> rx.Component:
    return ui.still_row(
        rx.el.div(line.did, class_name="name whole"),
        rx.el.div(
            rx.el.span(line.device),
            rx.el.span(line.address),
            rx.el.span(line.when, title=line.day),
            class_name="more",
        ),
        side=[rx.cond(line.refused, ui.badge("Nobody was let in", "attention"))],
    )
