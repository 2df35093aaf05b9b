"""The FastAPI root: every feature's routes under `/api`."""

import re
from contextlib import suppress

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts

import mosaic.job_types  # noqa: F401  (declares what can be started)
from mosaic import __version__, api_docs, problems
from mosaic.accounts.api import router as accounts
from mosaic.accounts.events.api import router as account_events
from mosaic.accounts.oidc.api import router as oidc
from mosaic.accounts.second_factor.api import router as second_factor
from mosaic.accounts.tokens import is_tab_of
from mosaic.activity.api import router as activity
from mosaic.core import cache, inspection
from mosaic.core.actor import DOORKEEPER
from mosaic.core.errors import NotFound, Problem, Unavailable
from mosaic.core.work import work
from mosaic.edge import Public, Repeated, maybe_caller, repeated
from mosaic.jobs.api import router as jobs
from mosaic.jobs.contents_api import router as job_contents
from mosaic.jobs.schedules_api import router as job_schedules
from mosaic.knowledge.api import moved
from mosaic.knowledge.api import router as knowledge
from mosaic.knowledge.daily_api import router as daily
from mosaic.knowledge.exchange.api import router as exchange
from mosaic.knowledge.graph.api import router as graph
from mosaic.knowledge.links_api import router as links
from mosaic.knowledge.public_api import router as public
from mosaic.knowledge.search.api import router as search
from mosaic.knowledge.service import Moved
from mosaic.knowledge.tags_api import router as tags
from mosaic.metrics_api import router as metrics
from mosaic.middleware import UPLOAD, RequestFrame
from mosaic.openapi import ABOUT, DescribedAPI
from mosaic.projects.api import router as projects
from mosaic.projects.exchange.api import router as project_files
from mosaic.tasks.api import router as tasks
from mosaic.tasks.around_api import router as around_tasks
from mosaic.workspaces.api import invited
from mosaic.workspaces.api import router as workspaces

api = DescribedAPI(
    title="Mosaic",
    version=__version__,
    description=ABOUT,
    openapi_url="/api/openapi.json",
    docs_url=None,
    redoc_url=None,
    generate_unique_id_function=lambda route: route.name,
    telemetry={"auto_configure": False, "metrics": False, "logs": False, "operation_spans": False},
)
problems.install(api)


async def _is_somebody(request: Request) -> bool:
    """Whether somebody who is signed in sends this; of what a tab sends, whether it is theirs."""
    with suppress(Problem):
        if actor := await maybe_caller(request):
            tab = request.headers.get("reflex-client-token", "")
            return request.url.path != UPLOAD or is_tab_of(actor.session_id, tab)
    return False


api.add_exception_handler(Moved, moved)
api.add_exception_handler(Repeated, repeated)
api.add_middleware(
    RequestFrame,
    uploads=re.compile(
        rf"{UPLOAD}|/api/projects/import|/api/knowledge/(import|attachments)"
        r"|/api/tasks/[^/]+/attachments|(/api)?/runner-jobs/[^/]+/files"
    ),
    is_somebody=_is_somebody,
)

system = APIRouter(tags=["System"])


@system.get("/health", dependencies=[Public])
async def read_health(response: Response) -> dict[str, str]:
    """Whether Mosaic and what it stands on are well; 503 when the database is away."""
    health = {
        "status": "ok",
        "version": __version__,
        "database": "ok",
        "cache": await cache.state(),
    }
    try:
        async with work(DOORKEEPER):
            pass
    except Unavailable:
        response.status_code = 503
        health |= {"status": "unavailable", "database": "away"}
    return health


@system.get("/ready", dependencies=[Public])
async def read_ready(response: Response) -> dict[str, str]:
    """Whether requests can be sent here; 503 while the database is away or not migrated."""
    health = await read_health(response)
    pending = health["database"] == "ok" and await inspection.is_behind()
    if pending:
        response.status_code = 503
        health["status"] = "unavailable"
    return health | {"migrations": "pending" if pending else health["database"]}


@system.get("/docs", dependencies=[Public], include_in_schema=False)
async def read_docs() -> HTMLResponse:
    """The API as a page to read."""
    return api_docs.page(api.openapi())


nowhere = APIRouter()


@nowhere.api_route(
    "/{path:path}",
    methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
    dependencies=[Public],
    include_in_schema=False,
)
async def not_found(request: Request) -> None:
    """Answer for every address that nobody else answers for, at all or with this method."""
    allowed: set[str] = set()
    for route in iter_route_contexts(api.routes):
        if route.endpoint is not not_found and route.path_regex.match(request.url.path):
            allowed |= route.methods or set()
    if allowed:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
    raise NotFound("There is nothing at this address.")


runner_jobs = (job_schedules, jobs, job_contents)
wiki = (
    knowledge,
    links,
    tags,
    daily,
    search,
    graph,
    exchange,
)
planning = (tasks, around_tasks, project_files, projects)
people = (system, accounts, second_factor, account_events, oidc, workspaces, invited, activity)
for router in (*people, *wiki, *planning, *runner_jobs, nowhere):
    api.include_router(router, prefix="/api")
# Runners may leave the prefix out.
for router in runner_jobs:
    api.include_router(router, include_in_schema=False)
api.include_router(public)
api.include_router(metrics)
api.include_router(nowhere, prefix="/runner-jobs")
