"""What holds for every HTTP request: an id, a size limit, careful headers."""

import re
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mosaic.core.errors import TooLarge
from mosaic.problems import HTTP_WORDS, problem

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOTHING = re.compile(r"(?!)")
_MOST_JSON = 8 * 1024 * 1024
_MOST_UPLOAD = 1024 * 1024 * 1024
_CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}


class RequestFrame:
    """Gives each request an id, refuses a body that is too large, adds careful headers."""

    def __init__(self, app: ASGIApp, uploads: re.Pattern[str] = _NOTHING) -> None:
        """`uploads` fits the addresses that take files; everywhere else a body is small."""
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        scope["request_id"] = given if _SAFE_ID.fullmatch(given) else uuid4().hex
        limit = _MOST_UPLOAD if self.uploads.fullmatch(scope["path"]) else _MOST_JSON

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["X-Request-Id"] = scope["request_id"]
                for name, value in _CAREFUL.items():
                    answer.setdefault(name, value)
            await send(message)

        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            answer = problem(Request(scope), 413, TooLarge.title, HTTP_WORDS[413])
            await answer(scope, receive, send_framed)
            return
        await self.app(scope, _limited(receive, limit), send_framed)


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            # Not a Problem: FastAPI turns whatever else is raised while it reads into 400.
            raise HTTPException(413)
        return message

    return receive_limited
