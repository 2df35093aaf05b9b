"""The account page: what belongs to a person, in every workspace."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.account_state import Device, Profile, SignIns
from mosaic.accounts.events.page import newest_events
from mosaic.accounts.second_factor.page import second_factor
from mosaic.accounts.tokens_page import tokens
from mosaic.shell import forms
from mosaic.shell.layout import page, theme_switch
from mosaic.shell.state import Shell


def account() -> rx.Component:
    """Return the page, a section for each thing one can change."""
    return page(
        "Account",
        rx.el.div(
            _profile(),
            _theme(),
            rx.cond(SignIns.has_password, _password()),
            rx.cond(SignIns.has_password, second_factor()),
            _sessions(),
            newest_events(),
            tokens(),
            class_name="sections",
        ),
        standing=[Shell.user_email],
    )


def _profile() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Profile"),
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                id="own-name",
                hint="What others see beside what you do.",
                message=forms.at(Profile.said, "name"),
                default_value=Shell.user_name,
                auto_complete="name",
            ),
            rx.el.div(ui.submit("Save", tone="quiet")),
            key=Shell.user_name,
            on_submit=Profile.rename,
            no_validate=True,
            class_name="stack narrow",
        ),
    )


def _theme() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Theme"),
        rx.el.div(theme_switch()),
        rx.el.p("Kept in this browser.", class_name="muted small"),
    )


def _password() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Password"),
        rx.el.form(
            _secret_field("Present password", "currentPassword", "current-password"),
            _secret_field(
                "New password",
                "newPassword",
                "new-password",
                hint="At least 8 characters. A few words in a row are easy to remember.",
            ),
            forms.remark(SignIns.said),
            rx.el.div(ui.submit("Change password", tone="quiet")),
            key=SignIns.password_form,
            on_submit=SignIns.change_password,
            no_validate=True,
            class_name="stack narrow",
        ),
    )


def _secret_field(label: str, name: str, purpose: str, hint: str = "") -> rx.Component:
    return ui.text_field(
        label,
        name,
        type="password",
        hint=hint,
        message=forms.at(SignIns.said, name),
        auto_complete=purpose,
    )


def _sessions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Where you are signed in"),
        ui.rows(rx.foreach(SignIns.devices, _device)),
        rx.cond(
            SignIns.others > 0,
            rx.el.div(
                ui.button("Sign out everywhere else", tone="plum", on_click=SignIns.end_others)
            ),
        ),
    )


def _device(device: rx.Var[Device]) -> rx.Component:
    return ui.still_row(
        rx.el.div(device.name, class_name="name"),
        rx.el.div(rx.el.span(device.since), rx.el.span(device.address), class_name="more"),
        side=[
            rx.cond(
                device.here,
                ui.badge("This browser", "going"),
                ui.button(
                    "Sign out",
                    tone="bare",
                    on_click=SignIns.end(device.id),
                    aria_label=f"Sign out {device.name}",
                ),
            )
        ],
    )
