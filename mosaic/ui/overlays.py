"""Dialogs, drawers and menus, on Radix primitives: focus, keys and touch are hard to do well."""

from typing import Any

import reflex as rx
from reflex_components_radix.primitives.dialog import dialog as radix

from mosaic.ui.basics import Text, button, icon, icon_button
from mosaic.ui.glue import RestItem


def dialog(
    title: Text,
    *children: Any,
    trigger: rx.Component | None = None,
    drawer: bool = False,
    stays: rx.Var[bool] | bool = False,
    **root: Any,
) -> rx.Component:
    """Return a dialog, or a drawer from the right.

    Either `trigger` opens it, or it is controlled by `open=` and `on_open_change=`. One that
    `stays` for now has no button to close it; what else closes a dialog is left to its state.
    """
    close = radix.close(icon_button("x", "Close", custom_attrs={"data-close": ""}), as_child=True)
    return radix.root(
        radix.trigger(trigger, as_child=True) if trigger else rx.fragment(),
        radix.portal(
            radix.overlay(class_name="veil"),
            _DialogContent.create(
                radix.title(title, as_child=False),
                *children,
                close if stays is False else rx.cond(stays, rx.fragment(), close),
                class_name="dialog drawer" if drawer else "dialog",
                custom_attrs={"aria-describedby": None},
            ),
        ),
        **root,
    )


def closing(trigger: rx.Component) -> rx.Component:
    """Return `trigger` so that it also closes the dialog it stands in."""
    return radix.close(trigger, as_child=True)


def answers(*buttons: Any, apart: Any = "") -> rx.Component:
    """Return the buttons at the end of a dialog: one that leaves things as they are, then yours.

    What is `apart` stands at the other side.
    """
    leave = closing(button("Cancel", tone="quiet"))
    return rx.el.div(apart, leave, *buttons, class_name="actions")


def menu(
    trigger: rx.Component,
    *items: Any,
    align: str = "end",
    side: str = "bottom",
    in_place: bool = False,
) -> rx.Component:
    """Return a menu that `trigger` opens.

    `in_place` keeps it inside its parent, for what lies in a popover, above the whole page.
    """
    content = _Content.create(*items, class_name="menu", align=align, side=side, side_offset=6)
    return _Root.create(
        _Trigger.create(trigger, as_child=True),
        content if in_place else _Portal.create(content),
        modal=False,
    )


def menu_link(words: Any, href: Text, icon_name: str = "", **props: Any) -> rx.Component:
    """Return a line of a menu that leads somewhere."""
    return _Item.create(
        rx.el.a(*_led_by(icon_name), words, href=href, class_name="menu-item", **props),
        as_child=True,
    )


def menu_action(
    words: Any, on_select: Any, icon_name: str = "", plum: bool = False
) -> rx.Component:
    """Return a line of a menu that does something; `plum` where it takes something away."""
    return _Item.create(
        *_led_by(icon_name),
        words,
        on_select=on_select,
        class_name="menu-item plum" if plum else "menu-item",
    )


def menu_rest(words: Any, action: str, then: str, icon_name: str = "") -> rx.Component:
    """Return a line of a menu that posts to a REST `action` and opens `then` anew."""
    return RestItem.create(
        *_led_by(icon_name), words, action=action, then=then, class_name="menu-item"
    )


def menu_label(*children: Any) -> rx.Component:
    """Return words in a menu that cannot be chosen."""
    return rx.el.div(*children, class_name="menu-label")


def menu_line() -> rx.Component:
    """Return a line between two parts of a menu."""
    return rx.el.div(class_name="menu-line", role="separator")


def _led_by(icon_name: str) -> list[rx.Component]:
    return [icon(icon_name, 16)] if icon_name else []


class _DialogContent(rx.Component):
    library = "$/public/ui/dialog.jsx"
    tag = "DialogContent"
    lib_dependencies: list[str] = ["@radix-ui/react-dialog@1.3.1"]


class _Menu(rx.Component):
    library = "@radix-ui/react-dropdown-menu@2.2.1"

    as_child: rx.Var[bool]


class _Root(_Menu):
    tag = "Root"
    alias = "MenuRoot"

    modal: rx.Var[bool]


class _Trigger(_Menu):
    tag = "Trigger"
    alias = "MenuTrigger"


class _Portal(_Menu):
    tag = "Portal"
    alias = "MenuPortal"


class _Content(_Menu):
    tag = "Content"
    alias = "MenuContent"

    align: rx.Var[str]
    side: rx.Var[str]
    side_offset: rx.Var[int]


class _Item(_Menu):
    tag = "Item"
    alias = "MenuItem"

    on_select: rx.EventHandler[rx.event.no_args_event_spec]
