"""A server with the corpus, as `mosaic up` runs it; made once and kept between runs."""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2 as httpx
import psycopg

from mosaic.core import postgres, start
from mosaic.core.config import ROOT
from tests.bench import corpus
from tests.bench.words import Words
from tests.e2e.site import PASSWORD, Person, Server, running

_KEPT = ROOT / ".bench"
_SOURCES = (
    *(Path(__file__).parent / name for name in ("corpus.py", "words.py")),
    *sorted((ROOT / "alembic" / "versions").glob("*.py")),
)


@dataclass
class Stage:
    """A running server with the corpus, and Root, who belongs to every workspace of it."""

    server: Server
    root: Person
    ready: start.Ready
    words: Words
    big: str
    small: str
    hub: str
    user_id: UUID
    workspace_id: UUID

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection as owner of the tables, whom row-level security does not bind."""
        with psycopg.connect(self.ready.admin_dsn, autocommit=True) as connection:
            yield connection


@contextmanager
def served() -> Iterator[Stage]:
    """Serve the corpus, until the generator or the tables change the same one."""
    made_by = b"".join(path.read_bytes() for path in _SOURCES) + str(corpus.PAGES).encode()
    key = hashlib.sha256(made_by).hexdigest()[:12]
    folder, about = _KEPT / key, _KEPT / key / "corpus.json"
    if not about.exists():
        shutil.rmtree(_KEPT, ignore_errors=True)
        folder.mkdir(parents=True)
        about.write_text(json.dumps(_made(folder)))
    kept = json.loads(about.read_text())
    with running(folder) as server:
        ready = reached(folder)
        with psycopg.connect(ready.admin_dsn) as owner:
            [user] = owner.execute("SELECT id FROM users WHERE name = 'Root'").fetchone() or [None]
            [workspace] = owner.execute(
                "SELECT id FROM workspaces WHERE slug = %s", [kept["big"]]
            ).fetchone() or [None]
        root = _signed_in(server)
        made = Words(corpus.SEED)
        yield Stage(server, root, ready, made, **kept, user_id=user, workspace_id=workspace)


def reached(folder: Path) -> start.Ready:
    """Return the way to the database of the server with its data in `folder`."""
    found = postgres.running(folder / "data" / "postgres")
    assert found, "The server runs, and with it its PostgreSQL"
    return start.embedded(found, start.DATABASE)


def _signed_in(server: Server) -> Person:
    body = {"email": "root@example.org", "password": PASSWORD}
    answer = httpx.post(f"{server.url}/api/auth/login", json=body, timeout=30)
    return Person(server.url, "Root", body["email"], answer.json()["token"])


def _made(folder: Path) -> dict[str, str]:
    began = time.monotonic()
    with running(folder) as server:
        root = server.set_up()
        mia = server.make_person("Mia")
        slugs = [root.make_workspace(f"Bench {n + 1}") for n in range(corpus.WORKSPACES)]
        root.take_in(slugs[0], mia)
        print(f"Making {corpus.PAGES:,} pages in {folder}, once.", flush=True)
        with psycopg.connect(reached(folder).admin_dsn) as owner:
            people = dict(owner.execute("SELECT name, id FROM users").fetchall())
            ids = dict(owner.execute("SELECT slug, id FROM workspaces").fetchall())
            places = [ids[slug] for slug in slugs]
            hub = corpus.fill(owner, places, people["Root"], people["Mia"])
        with psycopg.connect(reached(folder).admin_dsn, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")
    print(f"Made in {time.monotonic() - began:.0f} s.", flush=True)
    return {"big": slugs[0], "small": slugs[1], "hub": hub}
