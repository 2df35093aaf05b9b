"""The API tokens' part of the account page."""

import reflex as rx

from mosaic import ui
from mosaic.accounts.tokens_state import TokenLine, Tokens
from mosaic.shell import words


def tokens() -> rx.Component:
    """Return the section that lists tokens and makes new ones."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("API tokens"),
            rx.cond(Tokens.lines, _opens_form("New token")),
            class_name="section-head",
        ),
        rx.cond(Tokens.loaded, _list(), ui.waiting_rows(2)),
        _new_token(),
    )


def _list() -> rx.Component:
    return rx.cond(
        Tokens.lines,
        ui.rows(rx.foreach(Tokens.lines, _token)),
        ui.empty_state(
            "key-round",
            "A token lets a script or an assistant act for you over the API.",
            _opens_form("Make the first token"),
        ),
    )


def _token(line: rx.Var[TokenLine]) -> rx.Component:
    return ui.still_row(
        rx.el.div(line.name, class_name="name"),
        rx.el.div(
            rx.el.code(line.hint),
            rx.el.span(line.reach),
            rx.el.span(line.made),
            rx.el.span(line.ends),
            class_name="more",
        ),
        side=[
            rx.cond(line.ended, ui.badge("Ended")),
            ui.button(
                "Revoke",
                tone="bare",
                on_click=Tokens.revoke(line.id),
                aria_label=f"Revoke {line.name}",
            ),
        ],
    )


def _opens_form(name: str) -> rx.Component:
    return ui.button(name, tone="quiet", on_click=Tokens.show_form(True))


def _new_token() -> rx.Component:
    return ui.dialog(
        "New token",
        ui.SecretForm.create(
            ui.text_field("Name", "name", id="token-name", hint="What it is for.", auto_focus=True),
            rx.el.input(type="hidden", name="scopes[]", value="read"),
            ui.checkbox("It may also change things", "scopes[]", value="write"),
            ui.select("Ends", "expiresAt", Tokens.ends),
            ui.answers(ui.submit("Make the token")),
            action="/api/auth/tokens",
            silence=words.NO_ANSWER,
            shows="token",
            label="The new token",
            note="Keep it somewhere safe: it is shown this once.",
            copy_words="Copy",
            copied_words="Copied",
            on_made=Tokens.token_is_shown,
            class_name="stack",
        ),
        rx.cond(
            Tokens.stays,
            rx.el.div(
                ui.button("I have kept it", on_click=Tokens.token_is_kept), class_name="actions"
            ),
        ),
        stays=Tokens.stays,
        open=Tokens.making,
        on_open_change=Tokens.show_form,
    )
