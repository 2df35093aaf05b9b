"""Fields: a label, something to fill in, a hint, and a message when there is one."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic.ui.basics import Text, icon

Option = tuple[str, str]
# Seen on light and on dark ground alike.
COLORS = {
    "": "No colour",
    "#5f9487": "Sage",
    "#7f9a52": "Moss",
    "#b98a3c": "Amber",
    "#b8725a": "Clay",
    "#b3708c": "Rose",
    "#8a6fa8": "Plum",
    "#6a7fb5": "Slate",
    "#4f93b0": "Sky",
}


def text_field(
    label: Text, name: str, *, hint: Text = "", message: Text = "", **props: Any
) -> rx.Component:
    """Return a line to write; `props` go to the input (type, default_value, auto_complete…)."""
    return _field(label, name, hint, message, rx.el.input, props)


def text_area(
    label: Text, name: str, *, hint: Text = "", message: Text = "", tall: bool = False, **props: Any
) -> rx.Component:
    """Return several lines to write; `tall` for a whole page."""
    props["class_name"] = "input tall" if tall else "input"
    return _field(label, name, hint, message, rx.el.textarea, props)


def select(
    label: Text,
    name: str,
    options: Sequence[Option] | rx.Var[list[Option]],
    *,
    hint: Text = "",
    **props: Any,
) -> rx.Component:
    """Return a choice of one among `options`, pairs of wire value and words."""
    choices = rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0]))
    return _field(label, name, hint, "", lambda **p: rx.el.select(choices, **p), props)


def checkbox(label: Text, name: str, *, hint: Text = "", **props: Any) -> rx.Component:
    """Return a box to tick."""
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, **props),
        rx.el.span(label, rx.el.span(hint, class_name="muted small") if hint else ""),
        class_name="check",
    )


def swatches(name: str, chosen: rx.Var[str], now: rx.Var[str] | None = None) -> rx.Component:
    """Return a choice of a colour: those that there are, and the one `now` where it is another."""
    other = chosen if now is None else now
    is_other = ~rx.Var.create(list(COLORS)).contains(other)

    def swatch(color: Text, label: str) -> rx.Component:
        picked = {"value": color, "default_checked": chosen == color}
        return rx.el.label(
            rx.el.input(type="radio", name=name, aria_label=label, **picked),
            rx.el.span(style={"background": color}, aria_hidden="true"),
            title=label,
        )

    return rx.el.fieldset(
        rx.el.legend("Colour", class_name="swatches-legend"),
        rx.el.div(
            *[swatch(color, label) for color, label in COLORS.items()],
            rx.cond(is_other, swatch(other, "As it is")),
            class_name="swatches",
        ),
        rx.el.div(id=f"{name}-hint"),
    )


def color_name(color: str) -> str:
    """Return what a colour, `#rrggbb`, is called; it is itself where it has no name."""
    return COLORS.get(color.lower(), color)


def search_field(label: str, name: str = "q", **props: Any) -> rx.Component:
    """Return a line to search by; `label` is its placeholder and what is spoken."""
    return rx.el.div(
        icon("search", 16),
        rx.el.input(
            type="search",
            name=name,
            placeholder=label,
            aria_label=label,
            class_name="input",
            **props,
        ),
        class_name="search",
    )


def drop_zone(label: str, *children: Any, id: str, **props: Any) -> rx.Component:
    """Return a place to drop files on, or to choose them; `label` is spoken."""
    zone = rx.upload.root(*children, id=id, class_name="drop", **props)
    # Reflex gives no way to name the field that it puts first into the zone.
    zone.children[0].children[0].custom_attrs = {"aria-label": label}
    return zone


def _field(
    label: Text, name: str, hint: Text, message: Text, control: Any, props: dict[str, Any]
) -> rx.Component:
    own_id = props.pop("id", name)
    props.setdefault("class_name", "input")
    return rx.el.div(
        rx.el.label(label, html_for=own_id),
        control(
            id=own_id,
            name=name,
            aria_describedby=f"{own_id}-hint",
            aria_invalid=rx.cond(rx.Var.create(message).to(str) != "", "true", "false"),
            **props,
        ),
        rx.el.div(
            rx.cond(rx.Var.create(hint).to(str) != "", rx.el.p(hint, class_name="hint")),
            rx.cond(
                rx.Var.create(message).to(str) != "",
                rx.el.p(icon("info", 15), message, class_name="message", role="alert"),
            ),
            id=f"{own_id}-hint",
        ),
        class_name="field",
    )
