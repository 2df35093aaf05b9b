"""The teams page: named groups of members."""

import reflex as rx

from mosaic import ui
from mosaic.shell import forms
from mosaic.workspaces.settings_page import settings_page
from mosaic.workspaces.teams_state import Someone, TeamCard, Teams


def teams_page() -> rx.Component:
    """Return the page."""
    return settings_page(
        rx.cond(Teams.loaded, _teams(), ui.waiting_rows(3)),
        _name_form(),
        _question(),
        standing=[Teams.standing],
        actions=[
            rx.cond(
                Teams.manages & (Teams.cards.length() > 0),
                ui.button("New team", icon_name="plus", on_click=Teams.name("")),
            )
        ],
    )


def _teams() -> rx.Component:
    return rx.cond(
        Teams.cards,
        rx.el.div(rx.foreach(Teams.cards, _team), class_name="stack"),
        ui.empty_state(
            "users",
            "A team gathers people who work on the same things.",
            rx.cond(
                Teams.manages,
                ui.button("Make the first team", on_click=Teams.name("")),
            ),
        ),
    )


def _team(team: rx.Var[TeamCard]) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(team.name),
            rx.el.span(team.size, class_name="muted small"),
            rx.cond(Teams.manages, _team_menu(team)),
            class_name="team-head",
        ),
        rx.el.ul(
            rx.foreach(team.inside.to(list[Someone]), lambda one: _inside(team, one)),
            rx.cond(
                Teams.manages & (team.outside.to(list[Someone]).length() > 0),
                rx.el.li(_add_menu(team)),
            ),
            class_name="cluster",
        ),
        class_name="card team",
    )


def _team_menu(team: rx.Var[TeamCard]) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"What to do with {team.name}"),
        ui.menu_action("Rename", Teams.name(team.id), "pencil"),
        ui.menu_action("Remove", Teams.ask(team.id), "trash-2", plum=True),
    )


def _inside(team: rx.Var[TeamCard], one: rx.Var[Someone]) -> rx.Component:
    return rx.el.li(
        ui.avatar(one.name),
        one.name,
        rx.cond(
            Teams.manages,
            ui.icon_button(
                "x",
                f"Take {one.name} out of {team.name}",
                on_click=Teams.take_out(team.id, one.id),
            ),
        ),
        class_name="chip",
    )


def _add_menu(team: rx.Var[TeamCard]) -> rx.Component:
    return ui.menu(
        ui.button("Add", tone="quiet", icon_name="plus", aria_label=f"Add to {team.name}"),
        rx.foreach(
            team.outside.to(list[Someone]),
            lambda one: ui.menu_action(one.name, Teams.add(team.id, one.id)),
        ),
        align="start",
    )


def _name_form() -> rx.Component:
    return ui.dialog(
        rx.cond(Teams.named.id != "", "Rename the team", "New team"),
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                message=forms.at(Teams.said, "name"),
                default_value=Teams.named.name,
                auto_complete="off",
                auto_focus=True,
            ),
            forms.remark(Teams.said),
            ui.answers(ui.submit("Save")),
            on_submit=Teams.save(Teams.named.id),
            no_validate=True,
            class_name="stack",
        ),
        open=Teams.naming,
        on_open_change=Teams.show_form,
    )


def _question() -> rx.Component:
    return ui.dialog(
        f"Remove {Teams.removing.name}?",
        rx.el.p("Its people stay in the workspace.", class_name="muted"),
        ui.answers(
            ui.button(
                "Remove", tone="plum", on_click=Teams.remove(Teams.removing.id, Teams.removing.name)
            )
        ),
        open=Teams.removing.id != "",
        on_open_change=Teams.keep,
    )
