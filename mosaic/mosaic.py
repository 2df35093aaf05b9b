"""The front door: the table of pages, the API, and what runs while the server does."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx
from reflex_base import otel

from mosaic.accounts.account_page import account
from mosaic.accounts.account_state import SignIns
from mosaic.accounts.door_page import set_up, sign_in
from mosaic.accounts.door_state import SetUp, SignIn
from mosaic.accounts.events.page import sign_ins
from mosaic.accounts.events.state import AccountLog
from mosaic.accounts.second_factor.state import Factor
from mosaic.accounts.tokens_state import Tokens
from mosaic.activity.page import activity_page
from mosaic.activity.state import ActivityLog
from mosaic.api import api
from mosaic.core import logs, start, tracing
from mosaic.core.config import settings
from mosaic.jobs.pages.compare_page import compare_page
from mosaic.jobs.pages.compare_state import Compare
from mosaic.jobs.pages.list_page import run_list
from mosaic.jobs.pages.list_state import RunList
from mosaic.jobs.pages.replay_page import replay_page
from mosaic.jobs.pages.replay_state import Replay
from mosaic.jobs.pages.run_page import run_page
from mosaic.jobs.pages.run_state import RunPage
from mosaic.jobs.pages.schedules_page import schedules_page
from mosaic.jobs.pages.schedules_state import Schedules
from mosaic.jobs.pages.start_state import StartRun
from mosaic.jobs.pages.statistics_page import statistics_page
from mosaic.jobs.pages.statistics_state import Statistics
from mosaic.knowledge.pages.beside_page import side_by_side
from mosaic.knowledge.pages.beside_state import SideBySide
from mosaic.knowledge.pages.cache_page import cache_page
from mosaic.knowledge.pages.cache_state import CachePage
from mosaic.knowledge.pages.daily_page import daily_page
from mosaic.knowledge.pages.daily_state import Daily
from mosaic.knowledge.pages.editor_page import edit_entry, new_entry
from mosaic.knowledge.pages.editor_state import Editor
from mosaic.knowledge.pages.entry_page import entry_page
from mosaic.knowledge.pages.entry_state import EntryPage
from mosaic.knowledge.pages.export_page import export_page
from mosaic.knowledge.pages.export_state import Exporting
from mosaic.knowledge.pages.facts_state import Facts
from mosaic.knowledge.pages.graph_page import graph_page
from mosaic.knowledge.pages.graph_state import GraphPage
from mosaic.knowledge.pages.health_page import links_page
from mosaic.knowledge.pages.health_state import LinksPage
from mosaic.knowledge.pages.history_page import history_page
from mosaic.knowledge.pages.history_state import History
from mosaic.knowledge.pages.import_page import import_page
from mosaic.knowledge.pages.import_state import Importing
from mosaic.knowledge.pages.list_page import entry_list
from mosaic.knowledge.pages.list_state import EntryList
from mosaic.knowledge.pages.mending_state import Mending
from mosaic.knowledge.pages.rename_page import rename_page
from mosaic.knowledge.pages.rename_state import Renaming
from mosaic.knowledge.pages.search_page import search_page
from mosaic.knowledge.pages.search_state import SearchPage
from mosaic.knowledge.pages.tag_page import tag_page
from mosaic.knowledge.pages.tag_state import TagPage
from mosaic.knowledge.pages.tags_page import tags_page
from mosaic.knowledge.pages.tags_state import TagList
from mosaic.knowledge.pages.templates_page import templates_page
from mosaic.knowledge.pages.templates_state import Templates
from mosaic.knowledge.pages.unlinked_state import UnlinkedMentions
from mosaic.projects.pages.board_page import board_page
from mosaic.projects.pages.head_state import ProjectHead
from mosaic.projects.pages.import_page import project_import
from mosaic.projects.pages.import_state import ProjectImporting
from mosaic.projects.pages.list_page import project_list
from mosaic.projects.pages.list_state import ProjectList
from mosaic.projects.pages.overview_page import overview_page
from mosaic.projects.pages.overview_state import Overview
from mosaic.projects.pages.settings_page import project_settings
from mosaic.projects.pages.settings_state import ProjectSettings
from mosaic.projects.pages.templates_page import project_templates
from mosaic.projects.pages.templates_state import ProjectTemplates
from mosaic.projects.pages.timeline_page import timeline_page
from mosaic.shell import parts, plain_text, tabs
from mosaic.shell.session import on_problem
from mosaic.shell.state import Door, Shell
from mosaic.shell.watching import Watching
from mosaic.tasks.pages.bulk_state import TaskSelection
from mosaic.tasks.pages.list_page import task_list
from mosaic.tasks.pages.list_state import TaskList
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.views_state import TaskViews
from mosaic.today.page import today_page
from mosaic.today.state import Today
from mosaic.workspaces.general_page import general_page
from mosaic.workspaces.general_state import General
from mosaic.workspaces.invitation_page import invitation
from mosaic.workspaces.invitation_state import Invited
from mosaic.workspaces.members_page import members_page
from mosaic.workspaces.members_state import Members
from mosaic.workspaces.new_page import new_workspace
from mosaic.workspaces.new_state import NewWorkspace
from mosaic.workspaces.teams_page import teams_page
from mosaic.workspaces.teams_state import Teams


@asynccontextmanager
async def running() -> AsyncIterator[None]:
    """Keep the pool, the cache and the live messages while the server runs."""
    logs.configure(settings())
    if tracing.start(settings()):
        otel.enable()
    async with start.running(settings(), listening=True):
        # What is there by now stays. Looking through it for garbage again and again would let a
        # request wait a tenth of a second now and then.
        gc.collect()
        gc.freeze()
        yield


app = rx.App(
    api_transformer=api,
    stylesheets=parts.STYLESHEETS,
    reset_style=False,
    head_components=parts.head(),
    toaster=parts.toaster(),
    hydrate_fallback=parts.first_paint,
    extra_app_wraps=parts.app_wraps(),
    backend_exception_handler=on_problem,
)
app.add_middleware(Watching())
app.register_lifespan_task(running)
tabs.keep(app)
plain_text.keep()

app.add_page(parts.first_paint, route="/", title="Mosaic", on_load=Door.open)
app.add_page(parts.not_here, route="/nowhere", title="Nothing here · Mosaic")

app.add_page(set_up, route="/setup", title="Set up · Mosaic", on_load=SetUp.load)
app.add_page(sign_in, route="/login", title="Sign in · Mosaic", on_load=SignIn.load)
app.add_page(
    invitation,
    route="/invitations/[invitation]",
    title="Invitation · Mosaic",
    on_load=Invited.load,
)

WORKSPACE = "/w/[workspace]"
KNOWLEDGE = f"{WORKSPACE}/knowledge"
JOBS = f"{WORKSPACE}/jobs"
PROJECTS = f"{WORKSPACE}/projects"
SETTINGS = f"{WORKSPACE}/settings"


def add(
    route: str, component: Callable[[], rx.Component], title: str | rx.Var[str], *load: Any
) -> None:
    """Add a page for somebody signed in: the frame learns who is here, then the page loads."""
    app.add_page(component, route=route, title=title + " · Mosaic", on_load=[Shell.enter, *load])


add(WORKSPACE, today_page, "Today", Today.load)
add(KNOWLEDGE, entry_list, "Knowledge", EntryList.load)
add(f"{KNOWLEDGE}/new", new_entry, "New page", Editor.load_new, Templates.offer)
add(f"{KNOWLEDGE}/import", import_page, "Import", Importing.load)
add(f"{KNOWLEDGE}/graph", graph_page, "Graph", GraphPage.load)
READING = [EntryPage.load, Facts.load, UnlinkedMentions.load]
add(f"{KNOWLEDGE}/[slug]", entry_page, EntryPage.title, *READING)
add(f"{KNOWLEDGE}/[slug]/edit", edit_entry, "Edit", Editor.load)
add(f"{KNOWLEDGE}/[slug]/history", history_page, "History", History.load)
add(f"{WORKSPACE}/links", links_page, "Links", LinksPage.load, Mending.load)
add(f"{WORKSPACE}/links/compare", side_by_side, "Two pages", SideBySide.load)
add(f"{KNOWLEDGE}/[slug]/rename", rename_page, "Rename", Renaming.load)
add(PROJECTS, project_list, "Projects", ProjectList.load)
add(f"{PROJECTS}/import", project_import, "Import a project", ProjectImporting.load)
add(f"{PROJECTS}/templates", project_templates, "Templates", ProjectTemplates.load)
PROJECT = [TaskPanel.load, ProjectHead.load]
add(f"{PROJECTS}/[slug]", overview_page, ProjectHead.name, *PROJECT, Overview.load)
add(f"{PROJECTS}/[slug]/board", board_page, ProjectHead.name, *PROJECT)
add(f"{PROJECTS}/[slug]/timeline", timeline_page, ProjectHead.name, *PROJECT)
PROJECT_SETTINGS = f"{PROJECTS}/[slug]/settings"
add(PROJECT_SETTINGS, project_settings, ProjectHead.name, *PROJECT, ProjectSettings.load)
add(f"{WORKSPACE}/search", search_page, "Search", SearchPage.load)
add(f"{WORKSPACE}/tags", tags_page, "Tags", TagList.load)
add(f"{WORKSPACE}/tags/[slug]", tag_page, "#" + TagPage.shown.name, TagPage.load)
add(f"{WORKSPACE}/templates", templates_page, "Templates", Templates.load)
add(f"{WORKSPACE}/daily", daily_page, "Daily note", Daily.load)
add(f"{WORKSPACE}/export", export_page, "Take your notes along", Exporting.load)
TASKS = [TaskPanel.load, TaskSelection.load, TaskList.load, TaskViews.load]
add(f"{WORKSPACE}/tasks", task_list, "Tasks", *TASKS)
add(JOBS, run_list, "Jobs", RunList.load, StartRun.load)
add(f"{JOBS}/compare", compare_page, "Compare runs", Compare.load)
add(f"{JOBS}/schedules", schedules_page, "Schedules", Schedules.load)
add(f"{JOBS}/statistics", statistics_page, "Statistics", Statistics.load)
add(f"{JOBS}/[job]", run_page, RunPage.title, RunPage.load)
add(f"{JOBS}/[job]/replay", replay_page, "Replay", Replay.load)
add(f"{WORKSPACE}/activity", activity_page, "Activity", ActivityLog.load)
add(f"{SETTINGS}/members", members_page, "Members", Members.load)
add(f"{SETTINGS}/teams", teams_page, "Teams", Teams.load)
add(f"{SETTINGS}/general", general_page, "Settings", General.load)
add(f"{SETTINGS}/cache", cache_page, "Cache", CachePage.load)
add("/workspaces/new", new_workspace, "New workspace", NewWorkspace.load)
ACCOUNT = [SignIns.load, Factor.load, AccountLog.load_newest, Tokens.load]
add("/account", account, "Account", *ACCOUNT)
add("/account/sign-ins", sign_ins, "Sign-ins and safety", AccountLog.load)
