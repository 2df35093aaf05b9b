"""The second factor's part of the account page."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.accounts.second_factor.state import Factor
from mosaic.shell import words

_WORDS = {"copy": "Copy", "copied": "Copied", "download": "Download"}
_HERE = "/api/auth/second-factor"


def second_factor() -> rx.Component:
    """Return the section that says how it stands, with what can be changed about it."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Second factor"),
            rx.cond(Factor.on, ui.badge("On", "going")),
            class_name="section-head",
        ),
        rx.cond(
            Factor.loaded,
            rx.cond(Factor.on, _standing(), _invitation()),
            ui.waiting_rows(1),
        ),
        _dialog(),
    )


def code_field(hint: str) -> rx.Component:
    """Return the field for a code from an authenticator app."""
    return rx.el.div(
        ui.text_field(
            "Code",
            "code",
            hint=hint,
            auto_complete="one-time-code",
            input_mode="numeric",
            auto_focus=True,
        ),
        class_name="code-field",
    )


def _invitation() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "After your password, Mosaic asks for a code from an app on your phone. Somebody who "
            "has found out your password stays outside.",
            class_name="muted",
        ),
        rx.el.div(ui.button("Set up", tone="quiet", on_click=Factor.change("set-up"))),
    )


def _standing() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "When you sign in with your password, a code from your authenticator app is asked for.",
            class_name="muted",
        ),
        rx.el.p(Factor.since, " · ", Factor.left, class_name="muted small"),
        rx.cond(
            Factor.few,
            ui.note("Few recovery codes are left. Consider making new ones.", tone="attention"),
        ),
        rx.el.div(
            ui.button("New recovery codes", tone="quiet", on_click=Factor.change("codes")),
            ui.button("Switch off", tone="plum", on_click=Factor.change("off")),
            class_name="cluster",
        ),
    )


def _dialog() -> rx.Component:
    title = rx.match(
        Factor.doing,
        ("set-up", "Set up a second factor"),
        ("codes", "New recovery codes"),
        "Switch the second factor off",
    )
    return ui.dialog(
        title,
        rx.match(Factor.doing, ("set-up", _set_up()), ("codes", _new_codes()), _off()),
        stays=Factor.stays,
        open=Factor.open,
        on_open_change=Factor.close,
    )


def _set_up() -> rx.Component:
    return ui.Stages.create(
        _stage(
            rx.el.p("First, your password, to be sure that this is you.", class_name="muted"),
            _password(),
            ui.answers(ui.submit("Go on")),
            action=_HERE,
        ),
        _stage(
            rx.el.p(
                "Scan this with an authenticator app, such as the one in your password manager."
            ),
            ui.Given.create(name="qr", label="The secret as a QR code", words=_WORDS),
            rx.el.p("Or type the secret into it:", class_name="muted small"),
            ui.Given.create(name="secret", label="The secret", words=_WORDS),
            code_field("The six digits that the app shows now."),
            ui.answers(ui.submit("Switch on")),
            action=f"{_HERE}/confirmation",
            last=True,
        ),
        _codes("It is on. Keep these recovery codes somewhere other than your phone."),
        on_done=Factor.codes_are_shown,
    )


def _new_codes() -> rx.Component:
    return ui.Stages.create(
        _proof(
            "The codes from before will not sign in any more.",
            ui.answers(ui.submit("Make new codes")),
            action=f"{_HERE}/recovery-codes",
        ),
        _codes("Keep these somewhere other than your phone."),
        on_done=Factor.codes_are_shown,
    )


def _off() -> rx.Component:
    return ui.Stages.create(
        _proof(
            "Your password alone signs in from then on.",
            ui.answers(ui.submit("Switch off", tone="plum")),
            action=f"{_HERE}/removal",
        ),
        on_done=Factor.switched_off,
    )


def _stage(*children: rx.Component, **props: Any) -> rx.Component:
    return ui.Stage.create(*children, silence=words.NO_ANSWER, class_name="stack", **props)


def _codes(sentence: str) -> rx.Component:
    return rx.el.div(
        rx.el.p(sentence),
        ui.Given.create(
            name="recoveryCodes",
            label="Recovery codes",
            file="mosaic-recovery-codes.txt",
            words=_WORDS,
        ),
        rx.el.p(
            "Each signs in once in place of the app. They are shown this once.",
            class_name="muted small",
        ),
        rx.el.div(
            ui.button("I have kept them", on_click=Factor.codes_are_kept), class_name="actions"
        ),
        class_name="stack",
    )


def _proof(sentence: str, submit: rx.Component, action: str) -> rx.Component:
    hint = "From your authenticator app, or a recovery code."
    return _stage(
        rx.el.p(sentence, class_name="muted"),
        _password(),
        ui.text_field("Code", "code", hint=hint, auto_complete="one-time-code"),
        submit,
        action=action,
        last=True,
    )


def _password() -> rx.Component:
    return ui.text_field(
        "Password",
        "password",
        id="own-password",
        type="password",
        auto_complete="current-password",
        auto_focus=True,
    )
