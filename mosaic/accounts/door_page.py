"""The doors: the first account, and sign-in."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.door_state import SetUp, SignIn
from mosaic.shell import words
from mosaic.shell.layout import doorway


def set_up() -> rx.Component:
    """Return the form for the first account and its workspace."""
    return doorway(
        "Welcome to Mosaic",
        rx.el.p("Your account and a first workspace, and you are in.", class_name="muted"),
        ui.RestForm.create(
            *new_account(),
            ui.text_field(
                "Workspace",
                "workspaceName",
                hint="A home for pages and the people who share them.",
                auto_complete="organization",
            ),
            rx.cond(
                SetUp.wants_token,
                ui.text_field(
                    "Set-up token",
                    "setupToken",
                    hint="It was printed where the server was started.",
                    auto_complete="off",
                ),
            ),
            ui.submit("Set up Mosaic"),
            action="/api/setup",
            then="/w/{workspace.slug}",
            silence=words.NO_ANSWER,
            class_name="stack",
        ),
    )


def sign_in() -> rx.Component:
    """Return the ways to sign in."""
    return doorway(
        "Sign in",
        rx.cond(SignIn.local, _by_password()),
        rx.cond(
            SignIn.service,
            rx.fragment(
                rx.cond(SignIn.local, rx.el.p("or", class_name="between")),
                rx.cond(SignIn.local, _elsewhere("button quiet"), _elsewhere("button")),
            ),
        ),
    )


def _elsewhere(look: str) -> rx.Component:
    return ui.LinkOnward.create(
        ui.icon("log-in", 16),
        f"Continue with {SignIn.service}",
        href="/api/auth/oidc/login",
        class_name=look,
    )


def _by_password() -> rx.Component:
    return ui.RestForm.create(
        ui.text_field("E-mail", "email", type="email", auto_complete="username", auto_focus=True),
        ui.text_field("Password", "password", type="password", auto_complete="current-password"),
        ui.submit("Sign in"),
        action="/api/auth/login",
        then="/",
        silence=words.NO_ANSWER,
        class_name="stack",
    )


def new_account(email: rx.Var[str] | str = "") -> list[rx.Component]:
    """Return the fields that make an account; `email` is offered."""
    return [
        ui.text_field("Name", "name", auto_complete="name", auto_focus=True),
        ui.text_field(
            "E-mail", "email", type="email", auto_complete="username", default_value=email
        ),
        ui.text_field(
            "Password",
            "password",
            type="password",
            auto_complete="new-password",
            hint="At least 8 characters. A few words in a row are easy to remember.",
        ),
    ]
