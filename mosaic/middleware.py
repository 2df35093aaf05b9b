"""What holds for every HTTP request: an id, a size limit, careful headers; and it is counted."""

import logging
import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from uuid import uuid4

from fastapi import Request
from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mosaic.core import metrics
from mosaic.core.logs import bound
from mosaic.problems import careful_headers, http_problem

log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOTHING = re.compile(r"(?!)")
UPLOAD = "/_upload"  # where pages send files, which an event of the tab takes
_MOST_JSON = 8 * 1024 * 1024
_MOST_UPLOAD = 1024 * 1024 * 1024


async def _nobody(_: Request) -> bool:
    return False


class RequestFrame:
    """Gives each request an id, refuses a body that is too large, adds careful headers."""

    def __init__(
        self,
        app: ASGIApp,
        uploads: re.Pattern[str] = _NOTHING,
        is_somebody: Callable[[Request], Awaitable[bool]] = _nobody,
    ) -> None:
        """`uploads` fits the addresses that take files, from whoever `is_somebody` here.

        Everywhere else, and from everybody else, a body is small: it is read before it is known
        what becomes of it.
        """
        self.app, self.uploads, self.is_somebody = app, uploads, is_somebody

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        scope["request_id"] = given if _SAFE_ID.fullmatch(given) else uuid4().hex
        trace.get_current_span().set_attribute("mosaic.request_id", scope["request_id"])
        begun, status = perf_counter(), 500

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer["X-Request-Id"] = scope["request_id"]
                for name, value in careful_headers().items():
                    answer.setdefault(name, value)
            await send(message)

        with bound(request_id=scope["request_id"]):
            try:
                await self._pass_on(scope, receive, send_framed, headers)
            finally:
                _note(scope, status, perf_counter() - begun)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        request = Request(scope)
        limit, over, refused = _MOST_JSON, HTTPException(413), False
        if self.uploads.fullmatch(scope["path"]):
            if await self.is_somebody(request):
                limit = _MOST_UPLOAD
            else:
                over = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
                refused = scope["path"] == UPLOAD  # everywhere else the route asks who it is
        length = headers.get("content-length", "")
        if refused or (length.isdecimal() and int(length) > limit):
            answer = await http_problem(request, over)
            await answer(scope, receive, send)
            return
        await self.app(scope, _limited(receive, limit, over), send)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Count a request by its route, never by its address, which may hold ids and keys."""
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    found = scope.get("route")
    route = found.path if isinstance(found, Route) else "pages"
    if route != "pages" and scope["path"].startswith("/api/"):
        route = f"/api{route}"
    metrics.REQUESTS.labels(method, route, status).inc()
    metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
    level = logging.DEBUG if route == "pages" else logging.INFO
    if log.isEnabledFor(level):
        about = {"method": method, "route": route, "status": status}
        log.log(level, "request", extra={**about, "ms": round(seconds * 1000, 1)})


def _limited(receive: Receive, limit: int, over: HTTPException) -> Receive:
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            # Not a Problem: FastAPI turns whatever else is raised while it reads into 400.
            raise over
        return message

    return receive_limited
