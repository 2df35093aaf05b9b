"""The doors: the first account, and sign-in."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.door_state import SetUp, SignIn
from mosaic.accounts.second_factor.page import code_field
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


# The first is what the API answers, the second is for the form alone.
_CODE, _RECOVERY = "second_factor_needed", "recovery_needed"


def _other_way(label: str, code: str) -> rx.Component:
    return rx.el.div(
        ui.AskFor.create(label, code=code, class_name="button bare"),
        ui.AskFor.create("Start over", class_name="button bare"),
        class_name="cluster",
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
        ui.AskedFirst.create(
            ui.text_field(
                "E-mail", "email", type="email", auto_complete="username", auto_focus=True
            ),
            ui.text_field(
                "Password", "password", type="password", auto_complete="current-password"
            ),
        ),
        ui.Asked.create(code_field("From your authenticator app."), code=_CODE),
        ui.Asked.create(
            ui.text_field(
                "Recovery code",
                "code",
                id="recovery-code",
                hint="One of the ten that you kept when you switched the second factor on.",
                auto_complete="off",
                auto_capitalize="none",
                spell_check=False,
                auto_focus=True,
            ),
            code=_RECOVERY,
        ),
        ui.submit("Sign in"),
        ui.Asked.create(_other_way("Use a recovery code", _RECOVERY), code=_CODE),
        ui.Asked.create(_other_way("Use the app instead", _CODE), code=_RECOVERY),
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
