"""`mosaic doctor` says what is so, and leaves everything as it is."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from mosaic import doctor
from mosaic.core import migrate, postgres, start
from mosaic.core.config import Settings
from mosaic.doctor import Finding, examine
from tests.answers import NEVER
from tests.conftest import Configure


def findings(settings: Settings) -> dict[str, Finding]:
    found = examine(settings)
    assert not [one for one in found if NEVER.search(f"{one.what} {one.says}")]
    return {one.what: one for one in found}


@pytest.fixture
def nowhere() -> int:
    """A port at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_before_the_first_start_nothing_is_missing_and_nothing_is_made(
    tmp_path: Path, configure: Configure, nowhere: int
) -> None:
    folder = tmp_path / "data"
    found = findings(configure(MOSAIC_DATA_DIR=str(folder), PORT=str(nowhere)))
    assert not folder.exists()
    assert "look" not in {one.state for one in found.values()}
    assert "not used yet" in found["Database"].says
    assert "not started" in found["Address"].says


def test_the_embedded_server(configure: Configure, ready: start.Ready, data_dir: Path) -> None:
    found = findings(configure(MOSAIC_DATA_DIR=str(data_dir)))
    assert found["Database"].says.endswith(f"running in {data_dir / 'postgres'}")
    assert found["Database"].state == "well"


def test_a_given_database_that_has_it_all(configure: Configure, ready: start.Ready) -> None:
    found = findings(configure(DATABASE_URL=ready.app_dsn, DATABASE_ADMIN_URL=ready.admin_dsn))
    assert {found[name].state for name in ("Database", "Extensions", "Rights", "Tables")} == {
        "well"
    }
    assert found["Tables"].says == "Up to date."
    assert "vector 0." in found["Extensions"].says


async def test_tables_of_a_newer_mosaic(configure: Configure, empty: start.Ready) -> None:
    with psycopg.connect(empty.admin_dsn, autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '9999'")
    told = configure(DATABASE_URL=empty.app_dsn, DATABASE_ADMIN_URL=empty.admin_dsn)
    tables = findings(told)["Tables"]
    assert (tables.state, "newer Mosaic" in tables.says) == ("look", True)


def test_a_setting_that_nothing_listens_to(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert "Settings" not in findings(configure())
    (tmp_path / ".env").write_text("VALKY_URL=redis://cache\nPORT=3000\nWEB=2\n# X=1\n")
    assert findings(configure())["Settings"].says.startswith("Not known, so without effect: VALKY")


def test_a_superuser_is_too_much(
    configure: Configure, ready: start.Ready, server: postgres.Server
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(ready.app_dsn)["dbname"])
    found = findings(configure(DATABASE_URL=server.dsn("postgres", name)))
    assert found["Rights"].state == "look"
    assert "postgres is a superuser" in found["Rights"].says


@pytest.fixture
def bare(server: postgres.Server) -> Iterator[str]:
    """A database without tables and extensions, and a login that is nobody in particular."""
    name = f"bare_{uuid4().hex}"
    superuser = server.dsn("postgres", "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        for statement in ("CREATE DATABASE {}", "CREATE ROLE {} LOGIN"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    yield name
    with psycopg.connect(superuser, autocommit=True) as connection:
        for statement in ("DROP DATABASE {} WITH (FORCE)", "DROP ROLE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def test_a_bare_database_waits_for_the_first_start(
    configure: Configure, server: postgres.Server, bare: str
) -> None:
    settings = configure(
        DATABASE_URL=server.dsn(bare, bare), DATABASE_ADMIN_URL=server.dsn("postgres", bare)
    )
    found = findings(settings)
    assert "the next start adds" in found["Extensions"].says
    assert found["Rights"].state == "off"
    assert "migrations behind" in found["Tables"].says
    migrate.adopt(str(settings.database_admin_url), str(settings.database_url))
    assert findings(settings)["Rights"].state == "well"


def test_without_an_administrator_the_statement_is_named(
    configure: Configure, server: postgres.Server, bare: str
) -> None:
    found = findings(configure(DATABASE_URL=server.dsn(bare, bare)))
    assert found["Rights"].state == "look"
    assert f'GRANT mosaic_app TO "{bare}"' in found["Rights"].says


def test_what_does_not_answer_is_told_within_seconds(configure: Configure, nowhere: int) -> None:
    found = findings(
        configure(
            DATABASE_URL=f"postgresql://mosaic@127.0.0.1:{nowhere}/mosaic",
            VALKEY_URL=f"redis://127.0.0.1:{nowhere}",
            OLLAMA_URL=f"http://127.0.0.1:{nowhere}",
        )
    )
    assert [name for name, one in found.items() if one.state == "look"] == [
        "Database",
        "Cache",
        "Ollama",
    ]
    assert "refused" in found["Database"].says


def test_an_address_that_cannot_be_read_is_told_without_its_password(configure: Configure) -> None:
    for address in ("postgresql://ana:hunter22@[h/d", "postgresql://ana:hunter22@h/d?nonsense=1"):
        said = findings(configure(DATABASE_URL=address))["Database"]
        assert said.state == "look"
        assert "cannot be read" in said.says
        assert "hunter22" not in said.says


def test_an_ollama_that_answers(configure: Configure) -> None:
    class Ollama(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/version" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ollama) as standing_in:
        threading.Thread(target=standing_in.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{standing_in.server_port}"
        assert findings(configure(OLLAMA_URL=url))["Ollama"].state == "well"
        standing_in.shutdown()


def test_what_cannot_be_looked_at_hides_nothing_else(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("mosaic.frontend.is_fresh", closed)
    found = findings(configure())
    assert "Permission denied" in found["Frontend"].says
    assert found["Sign-in"].state == "well"


def test_secrets_that_others_can_read(configure: Configure, tmp_path: Path) -> None:
    settings = configure(MOSAIC_DATA_DIR=str(tmp_path))
    settings.secret("jwt_secret")
    assert findings(settings)["Secrets"].state == "well"
    kept = tmp_path / "secrets" / "jwt_secret"
    kept.chmod(0o644)
    assert f"chmod 600 {kept}" in findings(settings)["Secrets"].says


@pytest.mark.parametrize(
    ("host", "url", "state"),
    [
        ("127.0.0.1", "", "well"),
        ("0.0.0.0", "", "look"),
        ("0.0.0.0", "https://notes.example.org", "well"),
    ],
)
def test_an_address_that_people_can_open(
    configure: Configure, host: str, url: str, state: str
) -> None:
    found = findings(configure(MOSAIC_HOST=host, MOSAIC_APP_URL=url))
    assert found["Address"].state == state


def test_who_reads_the_figures_and_where_traces_go(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(configure())
    assert "this machine" in found["Figures"].says
    assert "Traces" not in found
    found = findings(configure(MOSAIC_APP_URL="https://mosaic.example.org"))
    assert found["Figures"].state == "off"
    found = findings(
        configure(METRICS_TOKEN="x" * 16, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:4318")
    )
    assert {found[name].state for name in ("Figures", "Traces")} == {"well"}
    assert "x" * 16 not in found["Figures"].says
    monkeypatch.setattr("mosaic.doctor.find_spec", lambda _: None)
    assert findings(configure())["Traces"].state == "look"
