"""Shows what a worker has counted, on a port of its own where WORKER_PORT names one."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.exposition import ThreadingWSGIServer

from mosaic.core import database, metrics
from mosaic.core.config import settings

log = logging.getLogger(__name__)
_MOST = 20


def serve(port: int) -> None:
    """Answer `/metrics` on `port` as long as this process lives, or on the next that is free.

    So each of several workers has one, by the same setting. Without any, it is said in the log.
    """
    host, said = settings().mosaic_host, ""
    for one in range(port, port + _MOST):
        try:
            server = make_server(host, one, _answer, ThreadingWSGIServer, _Quiet)
        except (OSError, OverflowError) as problem:
            said = str(problem)
            continue
        threading.Thread(target=server.serve_forever, name="figures", daemon=True).start()
        return
    log.warning("WORKER_PORT %d cannot be used: %s", port, said)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each time that somebody asks."""


def _answer(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    who = (asked.get("REMOTE_ADDR"), asked.get("HTTP_HOST"), asked.get("HTTP_AUTHORIZATION"))
    if asked.get("PATH_INFO") != "/metrics" or not metrics.may_read(settings(), *who):
        start("404 Not Found", [])
        return [b""]
    database.count()
    start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [metrics.exposed()]
