"""Kinds of values in reports about runs, and what fits them."""

import json
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from mosaic.core.shapes import Text, storable

_MOST_JSON = 256_000  # bytes, as it is written
_MOST_NESTED = 64
_MOST_PAYLOAD = 16_000


def _json(value: Any) -> Any:
    """Return `value` when it can be kept as JSON: of this size and depth, with plain numbers."""
    level = [value]
    for _ in range(_MOST_NESTED):
        level = [part for one in level for part in _parts(one)]
    if level:
        raise ValueError(f"This is nested more than {_MOST_NESTED} levels deep.")
    if len(json.dumps(value)) > _MOST_JSON:
        raise ValueError(f"This is more than {_MOST_JSON:,} bytes of JSON.")
    return value


def _short(value: Any) -> Any:
    # Hundreds of them are read at once.
    if len(json.dumps(value)) > _MOST_PAYLOAD:
        raise ValueError(f"This is more than {_MOST_PAYLOAD:,} bytes of JSON.")
    return value


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return [*value, *value.values()]
        case list():
            return value
        case str():
            storable(value)
        case float() if not isfinite(value):
            raise ValueError("A plain number is expected here.")
    return []


def _printable(value: object) -> object:
    # Programs print what they like; a report is not turned away for it.
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "\ufffd").encode(errors="replace").decode()


Json = Annotated[Any, AfterValidator(_json)]
JsonObject = Annotated[dict[str, Any], AfterValidator(_json)]
Payload = Annotated[JsonObject, AfterValidator(_short)]
LogText = Annotated[str, BeforeValidator(_printable)]
Reason = Annotated[str, StringConstraints(max_length=20_000), BeforeValidator(_printable)]
Note = Annotated[Text, StringConstraints(max_length=2_000)]
TypeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.:-]{0,63}$")]
Attempt = Annotated[
    int | None, Field(None, ge=1, description="Refused with 409 when the run is in another one")
]
Percent = Annotated[int, Field(ge=0, le=100)]
Tokens = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
EventType = Literal[
    "job.created",
    "job.queued",
    "job.started",
    "job.progress",
    "job.completed",
    "job.failed",
    "job.cancelled",
    "job.retried",
    "step.created",
    "step.started",
    "step.progress",
    "step.output",
    "step.completed",
    "step.failed",
    "step.skipped",
    "ai.tool_called",
    "ai.tokens_used",
    "ai.artifact_created",
    "gate.started",
    "gate.passed",
    "gate.failed",
]
Reported = Literal["ai.tool_called", "ai.artifact_created", "step.progress"]
