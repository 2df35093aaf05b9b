"""Health tells how Mosaic is; readiness whether requests can be sent here."""

import psycopg
import pytest

from mosaic.core.start import Ready
from tests.conftest import connected
from tests.world import client


async def _ask(path: str) -> tuple[int, dict[str, str]]:
    async with client() as http:
        answer = await http.get(path)
    told = answer.json()
    assert told.pop("version")
    return answer.status_code, told


@pytest.mark.usefixtures("pool")
async def test_well() -> None:
    well = {"status": "ok", "database": "ok", "cache": "ok"}
    assert await _ask("/api/health") == (200, well)
    assert await _ask("/api/ready") == (200, {**well, "migrations": "ok"})


@pytest.mark.usefixtures("pool")
async def test_while_the_database_is_away() -> None:
    away = {"status": "unavailable", "database": "away", "cache": "ok"}
    async with connected("postgresql://nobody@127.0.0.1:1/nothing"):
        assert await _ask("/api/health") == (503, away)
        assert await _ask("/api/ready") == (503, {**away, "migrations": "away"})


@pytest.mark.parametrize(
    ("statement", "is_ready"),
    [
        ("UPDATE alembic_version SET version_num = '0003'", False),
        ("DELETE FROM alembic_version", False),
        ("DROP TABLE alembic_version", False),
        ("REVOKE SELECT ON alembic_version FROM mosaic_auth", False),
        # Another process was upgraded first; this one goes on until it is its turn.
        ("UPDATE alembic_version SET version_num = '9999'", True),
    ],
)
async def test_while_migrations_are_pending(empty: Ready, statement: str, is_ready: bool) -> None:
    with psycopg.connect(empty.admin_dsn, autocommit=True) as connection:
        connection.execute(statement.encode())
    status, told = await _ask("/api/ready")
    assert status == (200 if is_ready else 503)
    assert told["migrations"] == ("ok" if is_ready else "pending")
    assert told["status"] == ("ok" if is_ready else "unavailable")
    assert (await _ask("/api/health"))[0] == 200
