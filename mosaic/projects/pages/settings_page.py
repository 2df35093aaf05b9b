"""The settings of a project."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from mosaic import ui
from mosaic.projects.pages.calendar_page import calendar
from mosaic.projects.pages.keeping_page import end
from mosaic.projects.pages.parts_page import project_page
from mosaic.projects.pages.settings_state import ProjectSettings
from mosaic.projects.pages.week_state import ProjectWeek
from mosaic.projects.pages.wiki_page import wiki
from mosaic.projects.pages.wiki_state import ProjectWiki
from mosaic.shell import editor_words, project_words
from mosaic.shell.forms import at, remark
from mosaic.shell.state import Shell
from mosaic.shell.task_words import PROJECT_STATUS_OPTIONS

State = ProjectSettings


def project_settings() -> rx.Component:
    """Return the page; who only reads sees what is set."""
    more = rx.el.div(wiki(), calendar(), end(), class_name="sections")
    parts = rx.el.div(_form(), more, class_name="project-settings")
    shown = rx.cond(Shell.may_write, parts, _facts())
    return project_page(rx.cond(State.of != "", shown, ui.waiting_rows()))


def _form() -> rx.Component:
    return rx.el.form(
        ui.Draft.create(
            owner=State.owner,
            of=f"project {State.of}",
            lost=has_connection_errors,
            words=editor_words.DRAFT,
        ),
        _line("Name", "name", dir="auto"),
        _line(
            "Address",
            "slug",
            hint="Links to the present address stop working when it changes.",
            spell_check=False,
        ),
        _description(),
        rx.el.div(
            ui.select(
                "Status",
                "status",
                PROJECT_STATUS_OPTIONS,
                default_value=State.begun["status"],
            ),
            _line("From", "startDate", type="date"),
            _line("Planned for", "endDate", type="date"),
            class_name="side-by-side",
        ),
        ui.swatches("color", State.begun["color"], now=State.values["color"]),
        ui.KeepUp.create(
            begun=State.begun,
            values=State.values,
            shown=State.shown,
            kept=State.kept,
            who=State.who,
            words=project_words.APART,
        ),
        remark(State.said),
        rx.el.div(ui.submit("Save")),
        key=State.of,
        on_submit=State.save(State.of),
        no_validate=True,
        class_name="stack",
    )


def _line(label: str, name: str, **props: object) -> rx.Component:
    begun = {"default_value": State.begun[name], "auto_complete": "off"}
    return ui.text_field(label, name, message=at(State.said, name), **begun, **props)


def _description() -> rx.Component:
    return rx.el.div(
        ui.editor(
            "Description",
            "description",
            State.begun["description"],
            workspace=Shell.workspace_slug,
            slug="",
            words=editor_words.EDITOR,
            shortcuts=list(editor_words.EDITOR_KEYS),
        ),
        rx.el.div(id="description-hint"),
        rx.cond(
            at(State.said, "description") != "",
            ui.note(at(State.said, "description"), tone="attention"),
        ),
        class_name="short-text",
    )


def _facts() -> rx.Component:
    return rx.el.dl(
        _fact("Status", State.shown["status"]),
        _fact("From", State.shown["startDate"]),
        _fact("Planned for", State.shown["endDate"]),
        _fact("In the wiki", ProjectWiki.title, href=ProjectWiki.href),
        _fact("Working days", ProjectWeek.working),
        rx.cond(
            ProjectWeek.coming.length() > 0,
            rx.fragment(
                rx.el.dt("Days without work"),
                rx.el.dd(rx.foreach(ProjectWeek.coming, lambda one: rx.el.div(one.words))),
            ),
        ),
        class_name="facts",
    )


def _fact(name: str, value: rx.Var[str], href: rx.Var[str] | None = None) -> rx.Component:
    said = value if href is None else rx.el.a(value, href=href)
    return rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(said, dir="auto")))
