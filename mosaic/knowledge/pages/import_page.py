"""The page on which vaults are imported."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.importing_page import file_choice, part_links, remark, running
from mosaic.knowledge.pages.import_state import Importing, ReportLine
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

_CONFLICTS = [
    ("replace", "Replace it; what was is in the history"),
    ("skip", "Leave it, and the file stays away"),
    ("keep", "Keep both, the file as a page beside it"),
]


def import_page() -> rx.Component:
    """Return the import page: choose, watch, read the report."""
    return page(
        "Import",
        rx.match(
            Importing.stage,
            ("choose", _choose()),
            ("running", running(Importing.done, Importing.total, Importing.standing)),
            _report(),
        ),
        crumbs=[("Knowledge", HERE)],
    )


def _choose() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Bring a folder of Markdown as a .zip, or single files: links, tags, aliases and "
            "pictures come along. Vaults of Obsidian, SilverBullet and Logseq are known, and what "
            "was ",
            rx.el.a("exported here", href=f"/w/{Shell.workspace_slug}/export"),
            ". Importing again changes nothing twice.",
        ),
        file_choice(
            "vault",
            "A .zip or Markdown files",
            "Drop a .zip or Markdown files here, or choose them",
            "folder-up",
        ),
        rx.el.div(
            ui.select(
                "When another version of a file is here",
                "conflicts",
                _CONFLICTS,
                value=Importing.conflicts,
                on_change=Importing.choose,
            ),
            class_name="narrow",
        ),
        remark(Importing.problem),
        rx.el.div(
            ui.button(
                "Import", on_click=Importing.take(rx.upload_files("vault")), icon_name="import"
            ),
            ui.button(
                "Look around a demo", tone="quiet", on_click=Importing.demo, icon_name="compass"
            ),
            class_name="cluster",
        ),
        class_name="stack",
    )


def _report() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Importing.problem != "",
            ui.note(Importing.problem, tone="attention"),
            ui.note(
                rx.el.strong(Importing.source),
                " is here now.",
                icon_name="check",
            ),
        ),
        rx.el.p(rx.el.strong(Importing.standing), rx.el.br(), Importing.links),
        rx.el.div(
            ui.link_button("Open the pages", href=HERE),
            ui.link_button("Import more", href=f"{HERE}/import", tone="quiet"),
            class_name="cluster",
        ),
        part_links(Importing.parts),
        rx.cond(
            Importing.lines.length() > 0,
            rx.fragment(
                ui.table(
                    ["File", "What happened"],
                    rx.foreach(Importing.lines, _line),
                    caption="What became of each file",
                ),
                ui.page_steps(
                    "Parts of the report", ("Before", Importing.earlier), ("More", Importing.later)
                ),
            ),
        ),
        class_name="stack",
    )


def _line(line: rx.Var[ReportLine]) -> rx.Component:
    path = rx.cond(line.href != "", rx.el.a(line.path, href=line.href), line.path)
    remark = rx.cond(line.reason != "", rx.el.div(line.reason, class_name="muted small"))
    return rx.el.tr(rx.el.td(path, class_name="long"), rx.el.td(line.outcome, remark))
