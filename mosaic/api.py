"""The FastAPI root: every feature's routes under `/api`."""

from fastapi import APIRouter, FastAPI, Request, Response

from mosaic import __version__, problems
from mosaic.accounts.api import router as accounts
from mosaic.activity.api import router as activity
from mosaic.core import cache
from mosaic.core.actor import DOORKEEPER
from mosaic.core.errors import NotFound, Unavailable
from mosaic.core.work import work
from mosaic.edge import Public
from mosaic.middleware import RequestFrame
from mosaic.workspaces.api import invited
from mosaic.workspaces.api import router as workspaces

api = FastAPI(
    title="Mosaic",
    version=__version__,
    openapi_url="/api/openapi.json",
    docs_url="/api/docs",
    redoc_url=None,
)
problems.install(api)
api.add_middleware(RequestFrame)

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
    """Whether requests can be sent here."""
    return await read_health(response)


nowhere = APIRouter()


@nowhere.api_route(
    "/{path:path}",
    methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    dependencies=[Public],
    include_in_schema=False,
)
async def not_found(request: Request) -> None:
    """Answer for every address that nobody else answers for."""
    raise NotFound("There is nothing at this address.")


for router in (system, accounts, workspaces, invited, activity, nowhere):
    api.include_router(router, prefix="/api")
