"""The frame around every page: sidebar, heading, content; a bar at the bottom on a phone."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.style import color_mode, set_color_mode

from mosaic import ui
from mosaic.shell import navigation
from mosaic.shell.state import Shell
from mosaic.ui.basics import Text
from mosaic.ui.lists import Link


def page(
    title: Text,
    *children: Any,
    standing: Sequence[Any] = (),
    actions: Sequence[Any] = (),
    aside: Sequence[Any] = (),
    crumbs: Sequence[Link] = (),
    wide: bool = False,
) -> rx.Component:
    """Return a whole page of a workspace.

    The top says what it is (`title`), how it stands (`standing`) and what one can do next
    (`actions`). `aside` goes beside the content where there is room, below it otherwise. Text
    is at most 72 characters wide, unless `wide`: for boards and tables.
    """
    return framed(
        rx.el.header(
            ui.breadcrumb(*crumbs) if crumbs else rx.fragment(),
            rx.el.div(
                rx.el.h1(title, dir="auto"),
                rx.el.div(*actions, class_name="cluster") if actions else rx.fragment(),
                class_name="title-line",
            ),
            rx.el.div(*map(rx.el.span, standing), class_name="standing")
            if standing
            else rx.fragment(),
            class_name="page-head",
        ),
        rx.el.div(
            rx.el.div(*children, class_name="page-body"),
            rx.el.aside(*aside, class_name="aside", aria_label="Beside this page"),
            class_name="page-body with-aside",
        )
        if aside
        else rx.el.div(*children, class_name="page-body"),
        wide=wide,
    )


def framed(*children: Any, wide: bool = False) -> rx.Component:
    """Return the frame with any content."""
    return rx.fragment(
        rx.el.a("Skip to the content", href="#main", class_name="skip"),
        rx.el.div(
            _sidebar(),
            rx.el.main(
                *children,
                id="main",
                tab_index=-1,
                class_name="page wide" if wide else "page",
            ),
            class_name="shell",
        ),
        _bottom_bar(),
        navigation.palette(),
    )


def doorway(title: Text, *children: Any) -> rx.Component:
    """Return a page outside of every workspace: sign-in, set-up, invitations."""
    return rx.el.main(
        brand(),
        rx.el.div(rx.el.h1(title), *children, class_name="card"),
        id="main",
        class_name="doorway",
    )


def brand() -> rx.Component:
    """Return the product's mark and name."""
    return rx.el.div(rx.el.img(src="/favicon.svg", alt=""), "Mosaic", class_name="brand")


def theme_switch() -> rx.Component:
    """Return the choice between light, dark and what the system has; each browser keeps it."""
    modes = (("system", "System", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
    return rx.el.div(
        *[
            rx.el.button(
                ui.icon(icon, 15),
                words,
                type="button",
                on_click=set_color_mode(mode),  # type: ignore[arg-type]
                aria_pressed=rx.cond(color_mode == mode, "true", "false"),
            )
            for mode, words, icon in modes
        ],
        class_name="segments",
        role="group",
        aria_label="Theme",
    )


def _sidebar() -> rx.Component:
    return ui.Sidebar.create(
        rx.cond(
            _WITHOUT_WORKSPACE,
            ui.link_button("New workspace", href="/workspaces/new", icon_name="plus"),
            _ways_inside(),
        ),
        _account_menu(),
    )


# Known only once it is known who is here; until then the frame looks as it mostly will.
_WITHOUT_WORKSPACE = (Shell.user_name != "") & (Shell.workspace_slug == "")


def _ways_inside() -> rx.Component:
    return rx.fragment(
        _workspace_menu(),
        rx.el.button(
            ui.icon("search", 16),
            rx.el.span("Search", class_name="name"),
            ui.key("Ctrl K"),
            type="button",
            class_name="sidebar-button find",
            custom_attrs={"data-opens": "palette"},
        ),
        rx.el.nav(
            *map(navigation.section_link, navigation.SECTIONS),
            class_name="nav",
            aria_label="Sections",
        ),
        rx.el.div(class_name="grow"),
        rx.el.nav(
            navigation.section_link(navigation.SETTINGS),
            class_name="nav",
            aria_label="Workspace",
        ),
    )


def _workspace_menu() -> rx.Component:
    return ui.menu(
        rx.el.button(
            ui.avatar(Shell.workspace_name, square=True),
            rx.el.span(Shell.workspace_name | "Workspace", class_name="name"),
            ui.icon("chevrons-up-down", 15),
            type="button",
            class_name="sidebar-button",
        ),
        ui.menu_label("Workspaces"),
        rx.foreach(Shell.workspaces, _workspace_line),
        ui.menu_line(),
        ui.menu_link("New workspace", "/workspaces/new", "plus"),
        align="start",
        in_place=True,
    )


def _workspace_line(workspace: rx.Var[dict[str, str]]) -> rx.Component:
    return ui.menu_link(
        rx.fragment(ui.avatar(workspace["name"], square=True), workspace["name"]),
        f"/w/{workspace['slug']}",
    )


def _account_menu() -> rx.Component:
    return ui.menu(
        rx.el.button(
            ui.avatar(Shell.user_name),
            rx.el.span(Shell.user_name | "Account", class_name="name"),
            type="button",
            class_name="sidebar-button",
        ),
        ui.menu_label(Shell.user_email),
        ui.menu_label(theme_switch()),
        ui.menu_line(),
        ui.menu_link("Account and tokens", "/account", "user-round"),
        ui.menu_rest("Sign out", "/api/auth/oidc/logout", "/login", "log-out"),
        align="start",
        side="top",
        in_place=True,
    )


def _bottom_bar() -> rx.Component:
    return rx.el.nav(
        rx.cond(
            _WITHOUT_WORKSPACE,
            rx.fragment(),
            rx.fragment(
                *map(navigation.thumb_link, navigation.SECTIONS[:3]),
                rx.el.button(
                    ui.icon("search", 20),
                    "Search",
                    type="button",
                    custom_attrs={"data-opens": "palette"},
                ),
            ),
        ),
        rx.el.button(
            ui.icon("menu", 20), "More", type="button", custom_attrs={"popoverTarget": "sidebar"}
        ),
        class_name="bottom-bar",
        aria_label="Main",
    )
