"""What every answer of the API is held to."""

import json
import re
from typing import Any

import httpx2 as httpx

# The left column of the language guide: none of it in what people read.
NEVER = re.compile(
    r"\b(overdue|urgent|must|critical|you need to|required|due|deadline|errors?|failed|invalid)\b",
    re.IGNORECASE,
)
# A field's name at the beginning, or one of its values, as they are sent.
VALUE = re.compile(r"^[\w.]+(?=: )|'\w+'")


def escaped(value: object) -> dict[str, Any]:
    """Return the arguments of a request that sends `value` in ASCII, lone surrogates and all."""
    return {"content": json.dumps(value), "headers": {"Content-Type": "application/json"}}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem document of an answer after looking at its form and its words."""
    assert answer.status_code == status, f"{answer.request.url} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["requestId"] == answer.headers["x-request-id"]
    for words in (body["title"], body["detail"], *(one["msg"] for one in body.get("errors", []))):
        assert words
        assert not NEVER.search(VALUE.sub("", words)), words
    return body


def listed(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the rows of a list after looking at its form."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body.keys() == {"data", "meta"}
    assert body["meta"].keys() >= {"total", "page", "limit", "totalPages"}
    return body["data"]


def expected(answer: httpx.Response) -> bool:
    """Whether an answer is none of 5xx, but where tests run without an embedding model."""
    without = answer.status_code == 503 and "No embedding model is set up" in answer.text
    return answer.status_code < 500 or without
