"""The OpenAPI document: what FastAPI knows, and the problems each route can answer with."""

from typing import Any

from fastapi import FastAPI

from mosaic.core.shapes import Shape

ABOUT = """\
JSON over HTTP, in camelCase. Ids are UUIDs; times are RFC 3339 in UTC.

Sign in with `Authorization: Bearer <token>`: the token of a session or a personal API token
(`mos_…`). The browser's session cookie works too; with it, a change that another site asks for is
left alone.

The header `X-Workspace-Id` (id or slug) or the query `workspaceId` names the workspace. With
neither it is the caller's only one.

Lists take `page`, `limit` and `sort` (`-field` for descending). `PUT` is accepted where `PATCH` is.
"""
_MEANINGS = {
    200: "Done",
    201: "Made",
    204: "Done, with nothing to say",
    400: "The request could not be read, or names no workspace or an unknown sort field",
    401: "Nobody is signed in, or the sign-in has ended",
    403: "The role or the token does not reach that far",
    404: "It is not there, or not for the caller",
    409: "What is there now does not go together with this",
    410: "It was there and has ended",
    413: "More than is taken at once",
    415: "Another kind of content than is taken here",
    422: "A value does not fit; `errors` says which and why",
    429: "Several in a short time; `Retry-After` says when to try again",
    503: "The database is away for a moment",
    507: "There is no room left on the disk",
}


class ProblemPublic(Shape):
    """What did not work out (RFC 9457); `requestId` finds it in the log."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str


class DescribedAPI(FastAPI):
    """FastAPI whose document names every answer that can come."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document["components"]["schemas"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas["Problem"] = {**ProblemPublic.model_json_schema(), "title": "Problem"}
            for path in document["paths"].values():
                for method, operation in path.items():
                    about = operation.get("description", operation["summary"])
                    operation["summary"] = about.partition("\n\n")[0].rstrip(".")
                    _name_answers(method, operation)
        return self.openapi_schema or {}


def _name_answers(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for status in _problems(method, operation):
        answers.setdefault(str(status), {})
    for status, answer in answers.items():
        answer["description"] = _MEANINGS.get(int(status), answer.get("description", ""))
        if int(status) >= 400 and "content" not in answer:
            schema = {"$ref": "#/components/schemas/Problem"}
            answer["content"] = {"application/problem+json": {"schema": schema}}
    operation["responses"] = dict(sorted(answers.items()))


def _problems(method: str, operation: dict[str, Any]) -> set[int]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    found = {503}
    if "security" in operation:
        found |= {401, 403}
    if "path" in places or "header" in places:
        found |= {404}
    if places:
        found |= {422}
    if "query" in places:
        found |= {400}
    if "requestBody" in operation:
        found |= {400, 413, 415, 422}
    return found | ({409, 507} if method != "get" else set())
