"""The general settings: the workspace's name, its address, its end."""

import reflex as rx

from mosaic import ui
from mosaic.shell import forms
from mosaic.workspaces.general_state import General
from mosaic.workspaces.settings_page import settings_page


def general_page() -> rx.Component:
    """Return the page."""
    return settings_page(
        rx.cond(
            General.loaded,
            rx.el.div(
                rx.cond(General.manages, _form(), _facts()),
                rx.cond(General.owns, _end()),
                class_name="sections",
            ),
            ui.waiting_rows(2),
        ),
    )


def _form() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Name",
            "name",
            message=forms.at(General.said, "name"),
            default_value=General.offered["name"],
            auto_complete="off",
        ),
        ui.text_field(
            "Address",
            "slug",
            hint="Small letters, digits and hyphens. Links to the present address stop working "
            "when it changes.",
            message=forms.at(General.said, "slug"),
            default_value=General.offered["slug"],
            auto_complete="off",
            spell_check=False,
        ),
        forms.remark(General.said),
        rx.el.div(ui.submit("Save")),
        key=f"{General.offered['name']} {General.offered['slug']}",
        on_submit=General.save(General.offered),
        no_validate=True,
        class_name="stack narrow",
    )


def _facts() -> rx.Component:
    return rx.el.dl(
        rx.el.dt("Name"),
        rx.el.dd(General.name),
        rx.el.dt("Address"),
        rx.el.dd(f"/w/{General.address}"),
        class_name="facts",
    )


def _end() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Remove this workspace"),
        rx.el.p(
            "Everything in it goes with it, for everybody and for good.",
            class_name="muted",
        ),
        rx.el.div(
            ui.button("Remove the workspace", tone="plum", on_click=General.show_question(True))
        ),
        _question(),
    )


def _question() -> rx.Component:
    return ui.dialog(
        f"Remove {General.name}?",
        rx.el.p("Its pages, files, teams and history go with it, for good.", class_name="muted"),
        rx.el.form(
            ui.text_field(
                f"Type {General.name} to go on",
                "confirmation",
                message=forms.at(General.said, "confirmation"),
                auto_complete="off",
                auto_focus=True,
            ),
            ui.answers(ui.submit("Remove the workspace", tone="plum")),
            on_submit=General.remove,
            no_validate=True,
            class_name="stack",
        ),
        open=General.removing,
        on_open_change=General.show_question,
    )
