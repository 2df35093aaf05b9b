"""The page that an invitation's link opens."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.door_page import new_account
from mosaic.shell import words
from mosaic.shell.layout import doorway
from mosaic.workspaces.invitation_state import Invited


def invitation() -> rx.Component:
    """Return who invites where, and the way in."""
    return rx.cond(
        Invited.ended != "",
        doorway(
            "This link has ended",
            rx.el.p(Invited.ended, class_name="muted"),
            ui.link_button("Go to Mosaic", href="/", tone="quiet"),
        ),
        doorway(
            rx.cond(Invited.way != "", f"Join {Invited.workspace_name}", "An invitation"),
            rx.match(
                Invited.way,
                ("account", _with_new_account()),
                ("sign-in", _after_sign_in()),
                ("button", _at_once()),
                ui.skeleton("70%"),
            ),
        ),
    )


def _with_new_account() -> rx.Component:
    return rx.fragment(
        rx.el.p(Invited.sentence),
        _joining(
            *new_account(Invited.email),
            ui.submit("Make an account and join"),
        ),
        rx.el.p(
            "You have an account already? ",
            rx.el.a("Sign in to join", href=Invited.sign_in),
            class_name="muted small",
        ),
    )


def _after_sign_in() -> rx.Component:
    return rx.fragment(
        rx.el.p(Invited.sentence),
        rx.el.p(f"The invitation is for {Invited.email}.", class_name="muted"),
        ui.link_button("Sign in to join", href=Invited.sign_in),
    )


def _at_once() -> rx.Component:
    return rx.fragment(
        rx.el.p(Invited.sentence),
        rx.el.p(
            "You are signed in as ", rx.el.strong(Invited.signed_in_as), ".", class_name="muted"
        ),
        _joining(ui.submit("Join")),
        ui.RestForm.create(
            ui.submit("Sign out and use another account", tone="bare"),
            action="/api/auth/logout",
            then=Invited.address,
            silence=words.NO_ANSWER,
            class_name="stack",
        ),
    )


def _joining(*children: rx.Component) -> rx.Component:
    return ui.RestForm.create(
        *children,
        action=Invited.action,
        then="/w/{workspace.slug}",
        silence=words.NO_ANSWER,
        class_name="stack",
    )
