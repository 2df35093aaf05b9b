"""What is logged: a line for each thing that happened, plain or as JSON, and never a secret.

Everybody logs with `logging.getLogger(__name__)`; what is `bound` stands in every line that is
logged within, also by libraries. Fields go into `extra` and are those in `FIELDS`.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from logging import LogRecord
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, merge_contextvars
from structlog.typing import EventDict, WrappedLogger

from mosaic.core.config import Settings

FIELDS = ("method", "route", "status", "ms", "handler", "type", "step", "outcome", "statement")
bind, bound = bind_contextvars, bound_contextvars


def configure(settings: Settings) -> None:
    """Let this process log as the settings say, to standard error. May be called again."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    handler = _Handler()
    handler.setFormatter(formatter(settings))
    root.addHandler(handler)
    # Libraries say only what is worth a warning: below, they tell of headers and addresses.
    root.setLevel(logging.WARNING)
    logging.getLogger("mosaic").setLevel(settings.log_level.upper())
    for library in ("engineio.server", "socketio.server"):
        adopt(library)


def formatter(settings: Settings) -> logging.Formatter:
    """Return what turns a record into a line."""
    renderer: Any = structlog.processors.JSONRenderer()
    if settings.log_format == "plain":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[_exception, _Mask(settings), renderer],
    )


def adopt(library: str) -> None:
    """Let a library that brings its own way of logging log as everybody does."""
    logger = logging.getLogger(library)
    logger.handlers.clear()
    logger.propagate = True


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, so that it is known again."""

    def handleError(self, record: LogRecord) -> None:
        """Say where a line could not be made. Python's own words would hold its values."""
        sys.stderr.write(f"A line of {record.pathname}:{record.lineno} could not be logged.\n")


def _exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tell what was raised and where, not what the variables were.

    Of libraries that quote what people typed, and their cookies, nothing is told but the place.
    """
    record: LogRecord = event.pop("_record")
    del event["_from_structlog"]
    kind, problem, place = event.pop("exc_info", None) or (None, None, None)
    quotes = record.name.partition(".")[0].partition("_")[0] in _QUOTING
    if quotes:
        event["event"] = f"{record.funcName}, line {record.lineno}"
    if kind and quotes:
        event["exception"] = "".join([*traceback.format_tb(place), kind.__name__])
    elif kind:
        event["exception"] = "".join(traceback.format_exception(kind, problem, place)).rstrip()
    return event


_QUOTING = frozenset({"reflex", "socketio", "engineio", "asyncio"})


class _Mask:
    """Takes secrets out of the values of a line: what looks like one, and those of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._known = _secrets_of(settings)

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        for name, value in event.items():
            if name not in _OURS:
                event[name] = self._masked(str(value), many=name == "exception")
        return event

    def _masked(self, text: str, many: bool) -> str:
        for secret in self._known:
            text = text.replace(secret, "…")
        text = mask(text)
        # Nobody can write a line of the log by what they send.
        return text if many else " ".join(text.splitlines())


# Of the fields, those that hold what Mosaic itself has set.
_OURS = frozenset({*FIELDS, "level", "logger", "timestamp", "request_id", "run"}) - {"statement"}


def mask(text: str) -> str:
    """Return `text` without what looks like a secret."""
    if _SUSPECT.search(text):
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
    return text


# None of the patterns below fits a text without one of these; most lines have none.
_SUSPECT = re.compile(r"[?@/:=]|mos_|eyJ|bearer|basic", re.IGNORECASE)
_NAMES = (
    r"[\w-]*(?:passw(?:or)?d|secret|token|cookie|authorization|api[-_]?key|credential|assertion"
    r"|verifier|mosaic_session)[\w-]*"
)
_PATTERNS = [
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), instead)
    for pattern, instead in [
        # What follows the question mark of an address, and who signs in with it.
        (r"(?<=[\w/])\?[\w.~%+-]+=[^\s'\"]*", "?…"),
        (r"://[^\s'\"]*@", "://…@"),
        # Addresses that are keys.
        (r"(/p/|/invitations/)[^/\s'\"]+", r"\1…"),
        (r"\b((?:set-)?cookie:\s*|(?:proxy-)?authorization:\s*)[^'\"\n]+", r"\1…"),
        (r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", r"\1 …"),
        (r"\bmos_[\w-]+", "mos_…"),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", "eyJ…"),
        (rf"\b({_NAMES}['\"]?(?:=|:\s*))(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)", r"\1…"),
        # The values that PostgreSQL and pydantic name.
        (r"^(\s*(?:DETAIL|CONTEXT):).*$", r"\1 …"),
        (r"(?<=input_value=).*?(?=, input_type=)", "…"),
    ]
]


def _secrets_of(settings: Settings) -> list[str]:
    given: Mapping[str, Any] = settings.model_dump()
    secrets = [given[name] for name in given if re.search("secret$|token$", name)]
    for name in ("database_url", "database_admin_url", "valkey_url", "ollama_url"):
        password = urlsplit(given[name] or "").password or ""
        secrets += [password, unquote(password)]
    return [secret for secret in secrets if secret and len(secret) >= 6]
