"""The overview of a project: what comes next, what moved lately, how far it has come."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.overview_state import Overview, PersonLine, TaskLine
from mosaic.projects.pages.parts_page import PROJECT, project_page
from mosaic.shell.state import Shell
from mosaic.ui.watching import Chart

_SHOWN = 12  # people, the others on a click


def overview_page() -> rx.Component:
    """Return the page."""
    return project_page(rx.cond(Overview.loaded, _overview(), ui.waiting_rows()))


def _overview() -> rx.Component:
    return rx.el.div(
        rx.cond(
            (Overview.about != "") | (Overview.entry_title != ""),
            rx.el.section(
                rx.cond(Overview.about != "", ui.prose(Overview.about)),
                rx.cond(
                    Overview.entry_title != "",
                    rx.el.div(
                        ui.link_button(
                            Overview.entry_title,
                            href=Overview.entry_href,
                            tone="quiet",
                            icon_name="book-open",
                        )
                    ),
                ),
                class_name="stack",
                aria_label="What it is about",
            ),
        ),
        rx.cond(Overview.total > 0, _tasks(), _none_yet()),
        class_name="stack wide-gap",
    )


def _tasks() -> rx.Component:
    return rx.fragment(
        ui.progress(Overview.done, Overview.total, "Tasks completed"),
        rx.el.div(
            _part(
                "What comes next",
                Overview.coming,
                rx.cond(
                    Overview.done < Overview.total,
                    "What is open is put off until later.",
                    "Everything here is completed.",
                ),
            ),
            _part("What moved lately", Overview.lately, ""),
            class_name="two-parts",
        ),
        _people(),
        rx.el.section(
            rx.el.h2("How it has come along"),
            Chart.create(
                data=Overview.chart,
                layout=Overview.layout,
                label="All tasks and completed ones by day; the figures stand below",
            ),
            rx.el.details(
                rx.el.summary("The same in figures"),
                ui.table(
                    ["Day", "All tasks", "Completed"],
                    rx.foreach(
                        Overview.figures,
                        lambda day: rx.el.tr(rx.foreach(day.to(list[str]), rx.el.td)),
                    ),
                    caption="How it has come along",
                ),
                class_name="in-figures",
            ),
        ),
    )


def _part(title: str, lines: rx.Var[list[TaskLine]], nothing: str | rx.Var[str]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        rx.cond(
            lines, ui.rows(rx.foreach(lines, _line)), rx.el.p(nothing, class_name="muted small")
        ),
        aria_label=title,
    )


def _line(line: rx.Var[TaskLine]) -> rx.Component:
    tone = rx.cond(line.passed, "attention-text", "")
    return ui.row(
        rx.el.span(line.title, dir="auto"),
        more=[
            rx.el.span("#", line.number),
            rx.cond(line.when != "", rx.el.span(line.when, class_name=tone)),
            rx.cond(line.who != "", rx.el.span(line.who)),
        ],
        side=[ui.badge(line.status, line.tone)],
        href=line.href,
    )


def _people() -> rx.Component:
    shown, more = Overview.people[:_SHOWN], Overview.people[_SHOWN:]
    return rx.el.section(
        rx.el.h2("People"),
        rx.el.ul(rx.foreach(shown, _person), class_name="project-people"),
        rx.cond(
            more,
            rx.el.details(
                rx.el.summary(more.length(), " more"),
                rx.el.ul(rx.foreach(more, _person), class_name="project-people"),
                class_name="in-figures",
            ),
        ),
        aria_label="People",
    )


def _person(person: rx.Var[PersonLine]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.cond(
                person.nobody,
                rx.el.span(ui.icon("user-round", 15), class_name="avatar nobody"),
                ui.avatar(person.name),
            ),
            rx.el.span(
                rx.el.span(person.name, class_name="name", dir="auto"),
                rx.el.span(person.standing, class_name="more"),
            ),
            rx.el.progress(value=person.done, max=person.total, aria_hidden="true"),
            href=person.href,
        ),
    )


def _none_yet() -> rx.Component:
    return ui.empty_state(
        "folder-kanban",
        "Tasks of this project go onto its board.",
        rx.cond(Shell.may_write, ui.link_button("Open the board", href=f"{PROJECT}/board")),
    )
