"""`/metrics`: what this process has counted, for Prometheus."""

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from mosaic.core import database, live, metrics
from mosaic.core.config import settings
from mosaic.core.errors import NotFound, NotSignedIn, Unavailable
from mosaic.edge import Public, client_address
from mosaic.jobs import figures

router = APIRouter()


@router.get("/metrics", dependencies=[Public], include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Tell who may know: with METRICS_TOKEN whoever has it, without it this machine alone."""
    headers = request.headers
    if not metrics.may_read(
        settings(), client_address(request), headers.get("host"), headers.get("authorization")
    ):
        if settings().metrics_token:
            raise NotSignedIn("The figures are for whoever has METRICS_TOKEN.")
        raise NotFound("There is nothing at this address.")
    database.count()
    metrics.SUBSCRIBERS.set(live.subscribers())
    try:
        await figures.count()
        metrics.DATABASE.set(1)
    except Unavailable:
        metrics.DATABASE.set(0)
    return Response(await asyncio.to_thread(metrics.exposed), media_type=CONTENT_TYPE_LATEST)
