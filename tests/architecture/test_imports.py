"""Imports go one way, and each kind of work is done in one place.

A room is told by the end of a file's name: `api.py` and `exchange_api.py` are the same kind. What
is none of the named rooms is part of the service. A line may end in `# architecture: reason`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "mosaic"
BASE = {"core", "ui", "shell"}
FEATURES = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BASE
ROOMS = ("api", "commands", "lines", "models", "page", "state")
LEFT_OUT = "# architecture: "

# What a room may import, of its own feature or another's. Between features that leaves services
# and models, for the edges of one that show something of another too.
MAY_IMPORT = {
    "models": {"core", "models"},
    "service": {"core", "models", "service"},
    "commands": {"core", "models", "service", "commands", "problems"},
    "api": {"core", "models", "service", "edge", "problems", "plain_page"},
    "lines": {"core", "models", "lines", "shell"},
    "state": {"core", "models", "service", "lines", "state", "edge", "problems", "shell", "ui"},
    "page": {"lines", "state", "page", "shell", "ui"},
    "core": {"core"},
    "ui": {"ui"},
    "shell": {"core", "models", "service", "edge", "problems", "shell", "ui"},
}
OUTSIDE = {
    "sqlalchemy": {"core", "models", "service", "commands"},
    "sqlmodel": {"core", "models", "service", "commands"},
    "psycopg": {"core"},
    "alembic": {"core"},
    "redis": {"core"},
    "fastapi": {"api"},
    "starlette": {"api"},
    "reflex": {"state", "page", "ui", "shell"},
}


@dataclass(frozen=True)
class Import:
    """One import: from which file, of what."""

    path: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT.parent)}:{self.line} imports {self.module}"


def _sources() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _imports(path: Path, source: str) -> Iterator[Import]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, (ast.Import, ast.ImportFrom))
            and LEFT_OUT not in lines[node.lineno - 1]
        ):
            for module in _modules(node):
                yield Import(path, node.lineno, module)


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
        return
    for name in node.names:
        inside = ROOT.parent.joinpath(*f"{node.module}.{name.name}".split("."))
        is_module = inside.is_dir() or inside.with_suffix(".py").exists()
        yield f"{node.module}.{name.name}" if is_module else str(node.module)


def _room(parts: tuple[str, ...]) -> str:
    """The room of a module, given as the parts of its path below `mosaic`."""
    if parts[0] in BASE:
        return parts[0]
    if parts[0] not in FEATURES or len(parts) == 1:
        return parts[0]
    stem = parts[-1].removesuffix(".py")
    return next((room for room in ROOMS if stem == room or stem.endswith(f"_{room}")), "service")


def _wrong(found: Import) -> bool:
    parts = found.path.relative_to(ROOT).parts
    if parts[0] not in BASE | FEATURES:
        return False  # the front door and its neighbours put everything together
    here, package, *rest = _room(parts), *found.module.split(".")
    if package == "mosaic":
        return bool(rest) and _room(tuple(rest)) not in MAY_IMPORT[here]
    return package in OUTSIDE and here not in OUTSIDE[package]


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    assert [str(one) for one in _imports(path, path.read_text()) if _wrong(one)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("core/work.py", "from mosaic.tasks import service"),
        ("core/work.py", "import mosaic.accounts.service"),
        ("accounts/models.py", "from mosaic.accounts import service"),
        ("accounts/service.py", "from mosaic.accounts.state import SignIn"),
        ("accounts/service.py", "import reflex as rx"),
        ("accounts/tokens.py", "from fastapi import Request"),
        ("accounts/service.py", "from mosaic.edge import Caller"),
        ("accounts/api.py", "from sqlalchemy import select"),
        ("accounts/api.py", "from mosaic.workspaces.api import router"),
        ("accounts/door_state.py", "from sqlmodel import col"),
        ("accounts/door_page.py", "from mosaic.accounts.service import sign_in"),
        ("knowledge/exchange/api.py", "from mosaic.knowledge.pages import list_state"),
        ("ui/basics.py", "from mosaic.accounts import models"),
        ("shell/layout.py", "from mosaic.accounts.door_page import sign_in"),
    ],
)
def test_the_rules_would_notice(path: str, line: str) -> None:
    [found] = _imports(ROOT / path, line)
    assert _wrong(found)


SESSIONS = {
    "commit",
    "rollback",
    "new_session",
    "AsyncSession",
    "async_sessionmaker",
    "begin_nested",
}
CONNECTIONS = {"create_engine", "create_async_engine", "AsyncConnection"}
MAY_OPEN = {"core/work.py", "core/database.py", "core/migrate.py"}


def _calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_work_opens_sessions_and_commits(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in MAY_OPEN:
        assert (SESSIONS | CONNECTIONS).isdisjoint(_calls(path.read_text()))


SPEAKS = (
    *("httpx", "httpx2", "urllib.request", "http.client", "requests", "aiohttp", "smtplib"),
    *("ollama", "authlib.integrations", "opentelemetry.exporter"),
)
# Each to an address that stands in the settings: the sign-in service, Ollama, a receiver of traces;
# `serve` to itself; and `core/trust.py` reads by what their certificates are checked.
MAY_SPEAK = {
    "accounts/oidc/provider.py",
    "core/tracing.py",
    "core/trust.py",
    "doctor.py",
    "jobs/ai.py",
    "knowledge/search/model.py",
    "serve.py",
}


def test_only_what_the_settings_name_is_spoken_to() -> None:
    """So no text, page or file that people bring can lead the server to an address."""
    found = {
        str(path.relative_to(ROOT))
        for path in _sources()
        for one in _imports(path, path.read_text())
        if one.module.startswith(SPEAKS)
    }
    assert found == MAY_SPEAK


MOST_VARIABLES, MOST_LINES = 12, 150


def _states() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base).endswith("State") for base in node.bases
            ):
                yield f"{path.relative_to(ROOT)} {node.name}", node


@pytest.mark.parametrize(
    "state", [one for _, one in _states()], ids=[name for name, _ in _states()]
)
def test_states_are_small(state: ast.ClassDef) -> None:
    variables = [node for node in state.body if isinstance(node, ast.AnnAssign)]
    assert len(variables) <= MOST_VARIABLES
    assert (state.end_lineno or 0) - state.lineno < MOST_LINES
