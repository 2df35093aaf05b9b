"""The members page: who belongs to the workspace, as what, and who is invited."""

import reflex as rx

from mosaic import ui
from mosaic.shell import words
from mosaic.shell.state import Shell
from mosaic.workspaces.members_state import Members, Person, Waiting
from mosaic.workspaces.settings_page import settings_page


def members_page() -> rx.Component:
    """Return the page."""
    return settings_page(
        rx.el.div(
            rx.cond(
                Members.loaded,
                ui.rows(rx.foreach(Members.people, _person)),
                ui.waiting_rows(3),
            ),
            rx.cond(Members.manages, _invitations()),
            class_name="sections",
        ),
        _question(),
        standing=[Members.standing],
        actions=[
            rx.cond(
                Members.manages,
                ui.button("Invite", icon_name="plus", on_click=Members.show_invitation(True)),
            )
        ],
    )


def _person(person: rx.Var[Person]) -> rx.Component:
    return rx.el.li(
        ui.avatar(person.name),
        rx.el.div(
            rx.el.div(
                person.name,
                rx.cond(person.own, rx.el.span(" (you)", class_name="muted")),
                class_name="name",
            ),
            rx.el.div(rx.el.span(person.email), rx.el.span(person.joined), class_name="more"),
            class_name="what",
        ),
        rx.el.div(
            rx.cond(person.changeable, _role(person), ui.badge(person.role_name)),
            rx.cond(
                person.parting != "",
                ui.menu(
                    ui.icon_button("ellipsis", f"What to do with {person.name}"),
                    ui.menu_action(
                        person.parting, Members.ask(person.id), "user-round-minus", plum=True
                    ),
                ),
            ),
            class_name="side",
        ),
        class_name="row person",
    )


def _role(person: rx.Var[Person]) -> rx.Component:
    return rx.el.select(
        rx.foreach(Members.roles, lambda role: rx.el.option(role[1], value=role[0])),
        value=person.role,
        on_change=lambda role: Members.change_role(person.id, role),
        aria_label=f"Role of {person.name}",
        class_name="input compact",
    )


def _question() -> rx.Component:
    person = Members.parting_with
    return ui.dialog(
        rx.cond(person.own, f"Leave {Shell.workspace_name}?", f"Remove {person.name}?"),
        rx.el.p(
            rx.cond(
                person.own,
                "What you wrote stays. An invitation lets you come back.",
                "What they wrote stays. An invitation lets them come back.",
            ),
            class_name="muted",
        ),
        ui.answers(
            ui.button(person.parting, tone="plum", on_click=Members.part(person.id, person.name))
        ),
        open=person.id != "",
        on_open_change=Members.keep,
    )


def _invitations() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Invitations"),
        rx.cond(
            Members.waiting,
            ui.rows(rx.foreach(Members.waiting, _waiting)),
            rx.el.p("Nobody is invited at the moment.", class_name="muted small"),
        ),
        _invite(),
    )


def _waiting(one: rx.Var[Waiting]) -> rx.Component:
    return ui.still_row(
        rx.el.div(one.email, class_name="name"),
        rx.el.div(rx.el.span(one.role_name), rx.el.span(one.ends), class_name="more"),
        side=[
            ui.button(
                "Withdraw",
                tone="bare",
                on_click=Members.withdraw(one.id),
                aria_label=f"Withdraw the invitation of {one.email}",
            )
        ],
    )


def _invite() -> rx.Component:
    return ui.dialog(
        "Invite somebody",
        ui.SecretForm.create(
            ui.text_field("E-mail", "email", type="email", auto_complete="off", auto_focus=True),
            ui.select("Role", "role", Members.roles, default_value="MEMBER"),
            ui.answers(ui.submit("Make a link")),
            action=f"/api/workspaces/{Shell.workspace_slug}/invitations",
            silence=words.NO_ANSWER,
            shows="url",
            label="The invitation's link",
            note="Send it to whom it is for. It is shown this once, and works once, for 7 days.",
            copy_words="Copy",
            copied_words="Copied",
            class_name="stack",
        ),
        open=Members.inviting,
        on_open_change=Members.show_invitation,
    )
