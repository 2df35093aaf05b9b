"""Whatever an earlier version left is brought forward: `versions` holds a backup of each.

They are called by their last migration, and hold one of everything that could be made then.
"""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from mosaic.core import copying, restore
from mosaic.core.backup_file import Reader
from mosaic.core.start import Ready
from tests.conftest import connected
from tests.test_backup import shape
from tests.world import PASSWORD, client

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.zip"))


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
async def test_it_comes_forward(path: Path, place: Ready, ready: Ready) -> None:
    with Reader(path) as found:
        found.check()
        assert found.manifest.revision == path.stem
        restore.restore(place.admin_dsn, found)
    assert shape(place) == shape(ready)
    with psycopg.connect(place.admin_dsn) as owner:
        for name in set(found.manifest.tables) & set(copying.tables(owner)):
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            [rows] = owner.execute(count).fetchone() or [None]
            assert rows == found.manifest.tables[name].rows, name
        email = owner.execute("SELECT email FROM users ORDER BY created_at LIMIT 1").fetchone()
    async with connected(place.app_dsn), client() as http:
        login = {"email": email[0] if email else "", "password": PASSWORD}
        signed_in = await http.post("/api/auth/login", json=login)
        assert signed_in.status_code == 200, signed_in.text
        http.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        [workspace, *_] = (await http.get("/api/workspaces")).json()["data"]
        http.headers["X-Workspace-Id"] = workspace["id"]
        for kept in ("knowledge/entries", "runner-jobs", "tasks", "projects", "activity"):
            listed = await http.get(f"/api/{kept}")
            assert listed.status_code == 200, listed.text
        [page, *_] = (await http.get("/api/knowledge/entries")).json()["data"]
        there = f"/api/knowledge/entries/{page['slug']}"
        saved = await http.patch(there, json={"content": "Changed by a newer version."})
        assert saved.status_code == 200, saved.text
