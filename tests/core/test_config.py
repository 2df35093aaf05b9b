"""Settings: read from the environment and `.env`, with sentences for what does not fit."""

import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from mosaic.core.config import ROOT, ConfigProblem, Settings, load
from tests.answers import NEVER
from tests.conftest import Configure

WRONG = {
    "PORT": ["0", "65536", "http", "3000.5"],
    "MOSAIC_APP_URL": ["mosaic.local", "ftp://mosaic.local", "http://", "http://a b"],
    "DATABASE_URL": ["mysql://localhost/mosaic", "mosaic.db", "sqlite:///x"],
    "DATABASE_ADMIN_URL": ["localhost:5432"],
    "VALKEY_URL": ["localhost:6379", "http://localhost:6379"],
    "KNOWLEDGE_CACHE_ENABLED": ["perhaps", "2"],
    "KNOWLEDGE_CACHE_TTL": ["0", "-5", "an hour", "5w", "999999999d", "1.5h"],
    "OIDC_ISSUER": ["accounts.example.org"],
    "JWT_SECRET": ["short"],
    "JWT_EXPIRATION": ["soon", "0s", "4000d"],
    "OLLAMA_URL": ["localhost:11434"],
    "MODEL_PRICES": ["5", "{", "[]", '{"m": 1}', '{"m": {"input": 1}}'],
    "MODEL_CURRENCY": ["eleven signs"],
    "JOB_OUTPUT_LIMIT": ["0", "10 MB", "-1"],
    "LOG_LEVEL": ["loud"],
    "LOG_FORMAT": ["xml"],
    "SLOW_QUERY_MS": ["-1", "1s"],
    "QUERY_TIMEOUT": ["0", "soon"],
    "METRICS_TOKEN": ["too short"],
    "WORKER_PORT": ["0", "http"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["collector:4318"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, many in WRONG.items() for v in many])
def test_a_wrong_value_is_named_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigProblem) as told:
        load()
    sentence = str(told.value)
    assert sentence.startswith(f"The setting {name} ")
    assert (value in sentence) == (name not in ("JWT_SECRET", "METRICS_TOKEN"))
    assert not NEVER.search(sentence), sentence


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("OLLAMA_URL", "localhost")
    with pytest.raises(ConfigProblem) as told:
        load()
    assert [line.split()[2] for line in str(told.value).splitlines()] == ["PORT", "OLLAMA_URL"]


def test_passwords_in_addresses_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://ana:p@ss/word@db/mosaic")
    with pytest.raises(ConfigProblem) as told:
        load()
    assert "mysql://…@db/mosaic" in str(told.value)


SECRET = "hunter22"


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_ADMIN_URL", "VALKEY_URL"])
@pytest.mark.parametrize("odd", [f"50%{SECRET}", f"a@{SECRET}", f"a/{SECRET}", f"1/{SECRET}"])
def test_a_password_that_would_end_the_address_early_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    scheme = "redis" if name == "VALKEY_URL" else "postgresql"
    monkeypatch.setenv(name, f"{scheme}://mosaic:{odd}@db:1/1")
    with pytest.raises(ConfigProblem, match="written as %25") as told:
        load()
    assert SECRET not in str(told.value)
    monkeypatch.setenv(name, f"{scheme}://mosaic:{quote(odd, safe='')}@db:1/1")
    load()


def test_what_is_no_address_shows_no_password_either(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": f"host=db password={SECRET}",
        "VALKEY_URL": f"redis://:a#{SECRET}@cache",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigProblem) as told:
        load()
    assert SECRET not in str(told.value)
    assert "%23" in str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///mosaic?host=/run/postgresql&user=mosaic@home",
        "postgresql://ana:p%40ss@one:5432,two:5432/mosaic?target_session_attrs=read-write",
        "postgresql://ana:a?b#c@[::1]:5432/mosaic",
    ],
)
def test_addresses_that_libpq_reads_are_taken(address: str) -> None:
    assert load(database_url=address).database_url == address


def test_values_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PORT": "4000",
        "MOSAIC_APP_URL": "https://mosaic.example.org/",
        "DATABASE_URL": "postgres+asyncpg://ana@db/mosaic",
        "VALKEY_URL": "valkeys://cache:6379/1",
        "KNOWLEDGE_CACHE_TTL": " 90s ",
        "JWT_EXPIRATION": "24h",
        "KNOWLEDGE_CACHE_ENABLED": "no",
        "OLLAMA_URL": "",
        "MOSAIC_DATA_DIR": "~/mosaic",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    read = load()
    assert read.port == 4000
    assert read.app_url == "https://mosaic.example.org"
    assert read.database_url == "postgresql://ana@db/mosaic"
    assert read.valkey_url == "rediss://cache:6379/1"
    assert read.knowledge_cache_ttl == timedelta(seconds=90)
    assert read.jwt_expiration == timedelta(days=1)
    assert read.knowledge_cache_enabled is False
    assert read.ollama_url is None
    assert read.mosaic_data_dir == Path.home() / "mosaic"


@pytest.mark.parametrize(
    ("host", "alone", "address"),
    [
        ("127.0.0.1", True, "http://127.0.0.1:3000"),
        ("::1", True, "http://[::1]:3000"),
        ("localhost", True, "http://localhost:3000"),
        ("0.0.0.0", False, "http://0.0.0.0:3000"),
        ("::", False, "http://[::]:3000"),
    ],
)
def test_where_it_can_be_reached(
    configure: Configure, host: str, alone: bool, address: str
) -> None:
    settings = configure(MOSAIC_HOST=host)
    assert settings.on_loopback is alone
    assert settings.app_url == address


def test_a_file_fills_in_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=4001\nmosaic_host=0.0.0.0\n# a note\nUNKNOWN=1\n")
    monkeypatch.setenv("PORT", "4002")
    read = load(_env_file=file)
    assert (read.port, read.mosaic_host) == (4002, "0.0.0.0")


def test_every_setting_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in Settings.model_fields:
        assert f"{name.upper()}=" in example


def test_a_secret_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    secret = load(mosaic_data_dir=folder).secret("jwt_secret")
    assert len(secret) >= 43
    assert load(mosaic_data_dir=folder).secret("jwt_secret") == secret
    assert load(mosaic_data_dir=folder).secret("setup_token") != secret
    kept = folder / "secrets" / "jwt_secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [file.name for file in sorted(kept.parent.iterdir())] == ["jwt_secret", "setup_token"]


def test_a_given_secret_is_used(tmp_path: Path) -> None:
    given = "a secret that is long enough, at 32 and more"
    assert load(mosaic_data_dir=tmp_path, jwt_secret=given).secret("jwt_secret") == given
    assert not (tmp_path / "secrets").exists()


def test_a_folder_that_cannot_hold_secrets_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already")
    with pytest.raises(ConfigProblem, match="MOSAIC_DATA_DIR"):
        load(mosaic_data_dir=tmp_path / "file").secret("jwt_secret")


MAKE = """
import sys
from pathlib import Path
from mosaic.core.config import load
settings = load(mosaic_data_dir=Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(settings.secret("jwt_secret"))
"""


def test_processes_that_start_together_get_the_same_secret(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = {process.communicate(timeout=30)[0] for process in started}
    assert len(said) == 1
