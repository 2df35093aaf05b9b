"""Buttons, icons and the small things that are read at a glance."""

from typing import Any, Literal

import reflex as rx

from mosaic.ui.glue import Initials

Tone = Literal["primary", "quiet", "bare", "plum"]
Text = str | rx.Var[str]


def icon(name: str, size: int = 18, **props: Any) -> rx.Component:
    """Return a Lucide icon that screen readers skip: words stand beside it."""
    drawn = {"strokeWidth": 1.75, "aria-hidden": "true"}
    return rx.icon(name, size=size, custom_attrs=drawn, **props)


def button(*words: Any, tone: Tone = "primary", icon_name: str = "", **props: Any) -> rx.Component:
    """Return a button; `plum` is for what takes something away."""
    props.setdefault("type", "button")
    return rx.el.button(*_led_by(icon_name), *words, class_name=_button_class(tone), **props)


def submit(*words: Any, **props: Any) -> rx.Component:
    """Return the button that sends its form."""
    return button(*words, type="submit", **props)


def link_button(
    *words: Any, href: Text, tone: Tone = "primary", icon_name: str = "", **props: Any
) -> rx.Component:
    """Return a link that looks like a button, for what has an address."""
    return rx.el.a(*_led_by(icon_name), *words, href=href, class_name=_button_class(tone), **props)


def icon_button(name: str, label: str, tone: Tone = "bare", **props: Any) -> rx.Component:
    """Return a button without words; `label` is spoken and shown on hover."""
    props.setdefault("type", "button")
    return rx.el.button(
        icon(name),
        class_name=f"{_button_class(tone)} icon-only",
        title=label,
        aria_label=label,
        **props,
    )


def badge(label: Text, tone: Text = "") -> rx.Component:
    """Return a pill; `tone` is '', 'going', 'attention' or 'stopped', as `words` gives it."""
    return rx.el.span(label, class_name=_joined("badge", tone))


def tag(name: Text, href: Text, color: Text = "", **props: Any) -> rx.Component:
    """Return a tag that leads to what carries it; `color` is `#rrggbb`, or empty."""
    return rx.el.a(color_dot(color), "#", name, href=href, class_name="tag", **props)


def color_dot(color: Text) -> rx.Component:
    """Return a dot in a colour, `#rrggbb`; nothing for an empty one."""
    shown = rx.el.span(class_name="dot", style={"background": color}, aria_hidden="true")
    return rx.cond(rx.Var.create(color).to(str) != "", shown)


def avatar(name: Text, square: bool = False) -> rx.Component:
    """Return the initials of a name, in a circle for people, in a square for workspaces."""
    return rx.el.span(
        Initials.create(name=name),
        class_name="avatar square" if square else "avatar",
        aria_hidden="true",
    )


def key(name: str) -> rx.Component:
    """Return the picture of a key."""
    return rx.el.kbd(name)


def note(*children: Any, tone: Text = "", icon_name: str = "info") -> rx.Component:
    """Return a calm remark in the page, not a pop-up."""
    return rx.el.div(icon(icon_name, 16), rx.el.div(*children), class_name=_joined("note", tone))


def card(*children: Any, **props: Any) -> rx.Component:
    """Return a bordered surface."""
    return rx.el.div(*children, class_name="card", **props)


def skeleton(width: str = "100%", height: str = "1rem") -> rx.Component:
    """Return a grey bar where text will be."""
    return rx.el.span(class_name="skeleton", style={"width": width, "height": height})


def progress(done: rx.Var[int] | int, total: rx.Var[int] | int, words: Text) -> rx.Component:
    """Return a bar with its counts in words beside it."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(words), rx.el.span(done, " of ", total), class_name="words", role="status"
        ),
        rx.el.progress(value=done, max=total, aria_label=words),
        class_name="progress",
    )


def _led_by(icon_name: str) -> list[rx.Component]:
    return [icon(icon_name, 16)] if icon_name else []


def _button_class(tone: Tone) -> str:
    return "button" if tone == "primary" else f"button {tone}"


def _joined(first: str, second: Text) -> Text:
    return (
        rx.Var.create(f"{first} ") + second if isinstance(second, rx.Var) else f"{first} {second}"
    )
