"""The dialogs in which a tag is named, coloured, merged and removed."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.tag_change_state import TagChange
from mosaic.shell import forms


def tag_menu(slug: rx.Var[str], name: rx.Var[str]) -> rx.Component:
    """Return the menu of what can be done with a tag."""
    return ui.menu(
        ui.icon_button("ellipsis", f"What to do with #{name}"),
        ui.menu_action("Name and colour", TagChange.ask("edit", slug), "pencil"),
        ui.menu_action("Merge into another", TagChange.ask("merge", slug), "merge"),
        ui.menu_action("Remove", TagChange.ask("remove", slug), "trash-2", plum=True),
    )


def tag_dialogs() -> rx.Component:
    """Return the dialogs; a page that changes tags has them once."""
    return rx.fragment(_form(), _merge(), _question())


def _form() -> rx.Component:
    return ui.dialog(
        rx.cond(TagChange.chosen.slug != "", "Name and colour", "New tag"),
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                hint="A slash makes levels: recipes/soups is below recipes.",
                message=forms.at(TagChange.said, "name"),
                default_value=TagChange.chosen.name,
                auto_complete="off",
                auto_focus=True,
                max_length=200,
            ),
            ui.swatches("color", TagChange.chosen.color),
            forms.remark(TagChange.said),
            ui.answers(
                rx.cond(
                    TagChange.same != "",
                    ui.button(
                        "Merge the two",
                        tone="quiet",
                        on_click=TagChange.merge(TagChange.chosen.slug, {"into": TagChange.same}),
                    ),
                ),
                ui.submit("Save"),
            ),
            on_submit=TagChange.save(TagChange.chosen.slug),
            no_validate=True,
            class_name="stack",
        ),
        open=(TagChange.shown == "new") | (TagChange.shown == "edit"),
        on_open_change=TagChange.close,
    )


def _merge() -> rx.Component:
    return ui.dialog(
        f"Merge #{TagChange.chosen.name}",
        rx.el.form(
            rx.el.p(
                f"Pages with #{TagChange.chosen.name} get the other tag in its place.",
                class_name="muted",
            ),
            ui.text_field(
                "Other tag",
                "into",
                message=forms.at(TagChange.said, "into"),
                auto_complete="off",
                auto_focus=True,
                list="tags-to-merge-into",
            ),
            rx.el.datalist(
                rx.foreach(TagChange.names, lambda name: rx.el.option(value=name)),
                id="tags-to-merge-into",
            ),
            forms.remark(TagChange.said),
            ui.answers(ui.submit("Merge")),
            on_submit=TagChange.merge(TagChange.chosen.slug),
            no_validate=True,
            class_name="stack",
        ),
        open=TagChange.shown == "merge",
        on_open_change=TagChange.close,
    )


def _question() -> rx.Component:
    return ui.dialog(
        f"Remove #{TagChange.chosen.name}?",
        rx.el.p("It is taken off every page. The pages stay.", class_name="muted"),
        ui.answers(
            ui.button(
                "Remove",
                tone="plum",
                on_click=TagChange.remove(TagChange.chosen.slug, TagChange.chosen.name),
            )
        ),
        open=TagChange.shown == "remove",
        on_open_change=TagChange.close,
    )
