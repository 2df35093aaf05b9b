"""What schemathesis does before each request: it signs in, and asks about what is there."""

import json
import os
import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

from tests.architecture.routes import Belongings, Operation, ids_of, operations

GIVEN: dict[str, Any] = json.loads(os.environ["FUZZED"])
OPERATIONS = {(one.method, one.path): one for one in operations()}
LONGEST = 60_000  # of the 65,536 bytes that uvicorn reads
NOBODY = "00000000-0000-4000-8000-000000000000"
_kept: list[Belongings] = []


@schemathesis.hook
def filter_query(context: HookContext, query: dict[str, Any] | None) -> bool:
    """Leave out addresses that the server in front of the application does not read."""
    return len(urlencode(query or {}, errors="replace")) < LONGEST


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Sign in, name the workspace, and take ids that are there; what is wrong on purpose stays."""
    operation = OPERATIONS[case.operation.method.upper(), case.operation.path]
    case.headers["Authorization"] = f"Bearer {GIVEN['tokens'][_who(operation)]}"
    if not _wrong(case, ParameterLocation.HEADER):
        case.headers["X-Workspace-Id"] = GIVEN["workspace"]
    if operation.method == "DELETE" and _has_others_within(operation):
        case.path_parameters[_names(operation)[-1]] = NOBODY
    elif not _wrong(case, ParameterLocation.PATH) and not _in_a_row(case):
        _fill(operation, case)


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Look again at what is there once something has gone."""
    if case.operation.method.upper() == "DELETE" and response.status_code < 300:
        _kept.clear()


def _who(operation: Operation) -> str:
    """Ana, who may do everything; whoever ends sessions ends nobody else's."""
    if operation.path.endswith("/logout"):
        return "adam"
    return "mia" if "/sessions" in operation.path else "ana"


def _wrong(case: Case, place: ParameterLocation) -> bool:
    part = case.meta.components.get(place) if case.meta else None
    return part is not None and part.mode.is_negative


def _in_a_row(case: Case) -> bool:
    """Whether ids come from answers to earlier requests."""
    return case.meta is not None and case.meta.phase.name == "stateful"


def _has_others_within(operation: Operation) -> bool:
    """Whether other requests would find nothing any more, if what this one names were removed."""
    return any(path.startswith(f"{operation.path}/") for _, path in OPERATIONS)


def _names(operation: Operation) -> list[str]:
    return re.findall(r"{(\w+)}", operation.path)


def _fill(operation: Operation, case: Case) -> None:
    *_, collection, last = operation.path.split("/")
    takes_one = operation.method == "DELETE" and last.startswith("{")
    if takes_one and len(_there().of(collection)) < 2:
        return
    # What another request has removed is asked for by an id that nothing has.
    with suppress(AssertionError):
        [path, *_] = _there().paths(operation)
        for name, value in zip(operation.path.split("/"), path.split("/"), strict=True):
            if name.startswith("{"):
                case.path_parameters[name.strip("{}")] = value


def _there() -> Belongings:
    if not _kept:
        _kept.append(ids_of(GIVEN["dsn"], GIVEN["workspace"], GIVEN["secrets"]))
    return _kept[0]
