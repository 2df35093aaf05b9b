"""Renders what did not work out as RFC 9457 problem documents, in calm words."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from mosaic.core import room
from mosaic.core.config import settings
from mosaic.core.errors import Full, NotSignedIn, Problem, TooMany, Unavailable
from mosaic.core.logs import bound

log = logging.getLogger(__name__)

HTTP_WORDS = {
    400: "This request could not be read. A JSON document is expected here.",
    401: NotSignedIn().detail,
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "This is more than is taken at once.",
    415: "This kind of content is not taken here. JSON is expected.",
    429: "Several requests came in a short time. Take a short break, then try again.",
}
_TITLES = {
    401: NotSignedIn.title,
    404: "Not found",
    405: "Another method fits",
    413: "Too large",
    415: "Another kind of content",
    422: "A value does not fit",
}

# Pydantic's error types, in the words of Mosaic. `{…}` come from the error's context.
_VALUE_WORDS = {
    "missing": "Please add this value.",
    "string_too_short": "Please use at least {min_length} characters.",
    "string_too_long": "Please use at most {max_length} characters.",
    "too_short": "Please give at least {min_length}.",
    "too_long": "Please give at most {max_length}.",
    "greater_than_equal": "Please use {ge} or more.",
    "less_than_equal": "Please use {le} or less.",
    "greater_than": "Please use more than {gt}.",
    "less_than": "Please use less than {lt}.",
    "literal_error": "Expected is one of {expected}.",
    "enum": "Expected is one of {expected}.",
    "string_type": "Text is expected here.",
    "string_unicode": "This text holds half of a character, which cannot be stored.",
    "string_pattern_mismatch": "This text has another form than expected here.",
    "bool_parsing": "Expected is true or false.",
    "bool_type": "Expected is true or false.",
    "int_parsing": "A whole number is expected here.",
    "int_parsing_size": "This number is larger than any that fits here.",
    "int_from_float": "A whole number is expected here.",
    "int_type": "A whole number is expected here.",
    "float_parsing": "A number is expected here.",
    "float_type": "A number is expected here.",
    "uuid_parsing": "An id (UUID) is expected here.",
    "uuid_type": "An id (UUID) is expected here.",
    "date_from_datetime_parsing": "A date such as 2026-01-31 is expected here.",
    "date_parsing": "A date such as 2026-01-31 is expected here.",
    "date_type": "A date such as 2026-01-31 is expected here.",
    "datetime_from_date_parsing": "A time such as 2026-01-31T09:00:00Z is expected here.",
    "datetime_object_invalid": "A time such as 2026-01-31T09:00:00Z is expected here.",
    "datetime_parsing": "A time such as 2026-01-31T09:00:00Z is expected here.",
    "datetime_type": "A time such as 2026-01-31T09:00:00Z is expected here.",
    "list_type": "A list is expected here.",
    "dict_type": "An object is expected here.",
    "model_attributes_type": "A JSON object is expected here.",
}


_CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
# A year, for this name alone: others below it may have no TLS.
_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def careful_headers() -> dict[str, str]:
    """Return what every answer tells browsers, whatever it is."""
    return _CAREFUL | (_TLS_ONLY if settings().app_url.startswith("https:") else {})


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem document; `requestId` lets a log line be found."""
    request_id = str(request.scope.get("request_id", ""))
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "requestId": request_id,
        **(extra or {}),
    }
    headers = {"X-Request-Id": request_id, **(headers or {})}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Let `app` answer every exception with a problem document."""
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(RequestValidationError, _values)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(OSError, _file)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Problem)
    return answer(request, exc)


def answer(request: Request, exc: Problem) -> JSONResponse:
    """Return the problem document of what a service raised."""
    headers = {}
    if isinstance(exc, TooMany):
        headers["Retry-After"] = str(exc.seconds)
    if isinstance(exc, Unavailable):
        headers["Retry-After"] = "5"
    if exc.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, exc.status, exc.title, exc.detail, exc.extra, headers)


async def _values(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    found = exc.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return problem(request, 400, "That did not work out", HTTP_WORDS[400])
    if any(_is_other_content(error) for error in found):
        return problem(request, 415, _TITLES[415], HTTP_WORDS[415])
    errors = [{"loc": list(error["loc"]), "msg": value_words(error)} for error in found[:50]]
    first = errors[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    detail = f"{name}: {first['msg']}" if name else str(first["msg"])
    return problem(request, 422, _TITLES[422], detail, {"errors": errors})


def _is_other_content(error: Mapping[str, Any]) -> bool:
    # What is not sent as JSON reaches the shape as bytes; a form never fits a shape.
    return error["loc"] == ("body",) and isinstance(error.get("input"), bytes)


def value_words(error: Mapping[str, Any]) -> str:
    """Return what people read for one of pydantic's errors."""
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    words = _VALUE_WORDS.get(error["type"], "This value has another form than expected here.")
    return words.format_map(error.get("ctx") or {}).replace(" 1 characters", " one character")


async def http_problem(request: Request, exc: Exception) -> JSONResponse:
    """Return the problem document of what a library raised for an answer."""
    assert isinstance(exc, HTTPException)
    if room.is_lacking(exc.__cause__):  # what is sent is put into a file while it is read
        return answer(request, Full())
    status = exc.status_code
    title = _TITLES.get(status, Problem.title)
    detail = HTTP_WORDS.get(status, "That did not work out.")
    return problem(request, status, title, detail, headers=exc.headers)


async def _file(request: Request, exc: Exception) -> JSONResponse:
    if room.is_lacking(exc):
        return answer(request, Full())
    return await _unexpected(request, exc)


async def _unexpected(request: Request, exc: Exception) -> JSONResponse:
    with bound(request_id=str(request.scope.get("request_id", ""))):
        log.error("a request did not work out", exc_info=exc)
    detail = "Something unexpected happened. It was noted; trying again may help."
    # It comes from outside of everything that would add them.
    return problem(request, 500, Problem.title, detail, headers=careful_headers())
