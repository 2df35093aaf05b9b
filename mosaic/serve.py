"""Serves everything on one port, from one process or several: pages, live events, the API."""

import gc
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from pathlib import Path
from types import FrameType

import uvicorn
from reflex_base.constants import Env
from reflex_base.environment import environment
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mosaic import beside, frontend
from mosaic.core.alone import when_alone
from mosaic.core.config import ROOT, ConfigProblem, settings
from mosaic.node import REFLEX, WEB, building_environment

PATIENCE = 5  # seconds that requests have to end
_BACKLOG = 2048
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_OF_API = re.compile(r"/(api|runner-jobs|metrics)(/|$)")
_MOST = 64  # web processes


def serve(host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve what `frontend.build` built until SIGINT or SIGTERM, then return.

    `ready` is called as soon as the port answers. Nothing is compiled and npm is not asked.
    Raises ConfigProblem where the port is taken.
    """
    with _bound(host, port) as listener, _on_signals(_stay):
        _Server(_config(), ready).run(sockets=[listener])


def _config() -> uvicorn.Config:
    return uvicorn.Config(
        application(),
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings().trusted_proxies,
        timeout_graceful_shutdown=PATIENCE,
    )


def serve_many(host: str, port: int, count: int, ready: Callable[[], None]) -> None:
    """Serve in `count` processes at one port until SIGINT or SIGTERM, then return.

    One that dies is started again; whoever it served comes back to another one. `ready` is called
    as soon as one answers. Raises ConfigProblem where the port is taken.
    """
    stopped = threading.Event()
    with _bound(host, port) as listener, _on_signals(lambda *_: stopped.set()):
        listener.listen(_BACKLOG)
        with beside.servers(count, listener):
            while not stopped.is_set() and not _answers(host, port):
                stopped.wait(0.1)
            if not stopped.is_set():
                ready()
            stopped.wait()


def serve_beside(descriptor: int) -> None:
    """Serve at a listening socket of the process that started this one, until that has gone.

    With WEB_PORT also on a port of this process's own.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket(fileno=descriptor))]
        if first := settings().web_port:
            sockets.append(stack.enter_context(_bound_next(settings().mosaic_host, first)))
        server = uvicorn.Server(_config())
        when_alone(partial(setattr, server, "should_exit", True))
        server.run(sockets=sockets)


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def check(host: str, port: int) -> None:
    """Raise ConfigProblem where the port is taken: said before a build, not after it."""
    _bound(host, port).close()


def develop(port: int) -> None:
    """Serve from the sources on `port`, with reload, until SIGINT or SIGTERM.

    The Python half listens on the port above it; Vite passes on what is meant for it.
    """
    frontend.prepare()
    options = ["--backend-host", "127.0.0.1", "--frontend-port", port, "--backend-port", port + 1]
    process = subprocess.Popen(
        [sys.executable, "-m", "reflex", "run", *map(str, options)],
        cwd=ROOT,
        env={**building_environment(), "PORT": str(port)},
        start_new_session=True,
    )
    with _on_signals(signal.default_int_handler), suppress(KeyboardInterrupt):
        process.wait()
    _end_group(process)


def application() -> ASGIApp:
    """Return the whole application, for any ASGI server."""
    os.chdir(ROOT)
    os.environ.update(REFLEX, REFLEX_WEB_WORKDIR=str(writable(WEB)))
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    page = (frontend.BUILT / "index.html").read_text()
    return _for_browsers(_loaded(), page)


def _loaded() -> ASGIApp:
    # What comes into being here stays: to look through it for garbage would take half a second.
    gc.disable()
    try:
        loaded: ASGIApp = import_module("mosaic.mosaic").app()
        return loaded
    finally:
        gc.enable()


def writable(web: Path) -> Path:
    """Return a folder with what is built, in which Reflex can leave its marks at each start."""
    if os.access(web / "backend", os.W_OK):
        return web
    folder = Path(tempfile.mkdtemp(prefix="mosaic-web-"))
    shutil.copytree(web / "backend", folder / "backend", copy_function=shutil.copyfile)
    (folder / "build").symlink_to(web / "build")
    return folder


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _for_browsers(app: ASGIApp, page: str) -> ASGIApp:
    """Tell browsers what they may keep and, with `page`, our only one, what scripts to run.

    Files that carry a hash in their name are kept; about the rest they ask again. Nothing else is
    around this, so it also tells what every answer does.
    """
    from mosaic.problems import careful_headers  # not before it is known that the port is free

    policy = _policy(page)

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        hashed = scope["path"].startswith("/assets/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                forever = hashed and message["status"] in (200, 206, 304)
                kept = "public, max-age=31536000, immutable" if forever else "no-cache"
                headers = MutableHeaders(scope=message)
                for name, value in careful_headers().items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", kept)
                is_page = not _OF_API.match(scope["path"])
                headers.setdefault("Content-Security-Policy", policy if is_page else _NO_PAGE)
            await send(message)

        await app(scope, receive, send_with_headers)

    return asgi


def _policy(page: str) -> str:
    """Return a policy that runs our files and what stands in `page`, and no other script.

    `unsafe-eval` because Reflex sends a toast as a line of script; styles and pictures cannot act.
    """
    inline = re.findall(r"<script(?:\s[^>]*)?>(.*?)</script>", page, re.DOTALL)
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in inline]
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {scripts}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' https: data: blob:; "
        "media-src 'self' https: blob:; font-src 'self' data:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )


def _end_group(leader: subprocess.Popen[bytes]) -> None:
    """End `leader` and all it started: Reflex would leave its `node` behind."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, number)
        with suppress(subprocess.TimeoutExpired):
            leader.wait(timeout=5)


def _bound_next(host: str, first: int) -> socket.socket:
    """Return a socket that listens at `first` or the next free port: of several, each has its own.

    Raises ConfigProblem where none is free.
    """
    for port in range(first, first + _MOST):
        with suppress(ConfigProblem, OverflowError):
            listener = _bound(host, port)
            with suppress(OSError):  # a process beside this one was first to listen
                listener.listen(_BACKLOG)
                return listener
            listener.close()
    raise ConfigProblem(f"WEB_PORT {first} cannot be used, nor one of the {_MOST} from there on.")


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket at a port. Raises ConfigProblem where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not know that answers are to go out without delay.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise ConfigProblem(
            f"Port {port} on {host} cannot be used: {problem.strerror}. "
            "Set PORT or MOSAIC_HOST to another one."
        ) from None
    return listener


def _stay(number: int, frame: FrameType | None) -> None:
    """Keep uvicorn, which repeats the signal that stopped it, from ending the process."""


@contextmanager
def _on_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handler) for number in signals]
    try:
        yield
    finally:
        for number, old in zip(signals, before, strict=True):
            signal.signal(number, old)
