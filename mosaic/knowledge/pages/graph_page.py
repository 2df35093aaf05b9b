"""The page with the graph."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.graph_state import GraphPage
from mosaic.knowledge.pages.list_page import HERE, no_pages_yet
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.ui.graph import GraphView, LocalGraph


def graph_page() -> rx.Component:
    """Return the graph of the workspace."""
    return page(
        "Graph",
        rx.cond(
            GraphPage.loaded,
            rx.cond(
                GraphPage.has_any,
                GraphView.create(
                    workspace=Shell.workspace_slug,
                    stamp=GraphPage.stamp,
                    tags=GraphPage.tags,
                    first=GraphPage.first,
                    many=GraphPage.many,
                ),
                no_pages_yet(),
            ),
            ui.waiting_rows(),
        ),
        crumbs=[("Knowledge", HERE)],
        wide=True,
    )


def local_graph(slug: rx.Var[str], stamp: rx.Var[int]) -> rx.Component:
    """Return what is around a page, for beside it."""
    return rx.el.section(
        rx.el.h2("Around this page"),
        LocalGraph.create(workspace=Shell.workspace_slug, slug=slug, stamp=stamp),
        aria_label="Graph around this page",
    )
