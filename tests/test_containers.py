"""What `docker compose up` reads: every setting arrives in the containers, nothing private does."""

import os
import re
from pathlib import Path

import pytest
import yaml

from mosaic import beside, frontend, serve
from mosaic.core import settings_file
from mosaic.core.config import ROOT, Settings
from tests.dependencies import locked

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
# Settled by the image, by `ports`, or by what the other containers are.
SETTLED = {"PORT", "MOSAIC_HOST", "MOSAIC_DATA_DIR", "JOB_COMMANDS", "DATABASE_ADMIN_URL"}


def test_every_setting_can_be_given() -> None:
    given = set(COMPOSE["x-mosaic"]["environment"])
    assert given - {"PGPASSWORD"} | SETTLED == {name.upper() for name in Settings.model_fields}
    for service in ("web", "worker"):
        assert COMPOSE["services"][service]["environment"].keys() == given


def test_what_compose_reads_from_the_file_of_settings_is_known(tmp_path: Path) -> None:
    asked = re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text())
    (tmp_path / ".env").write_text("".join(f"{name}=1\n" for name in asked))
    assert settings_file.unknown(tmp_path / ".env") == []


def test_the_image_has_what_sends_traces() -> None:
    """And nothing for tests; what is installed is what the locks name."""
    installed = re.findall(
        r"--require-hashes --no-deps -r (\S+)", (ROOT / "Dockerfile").read_text()
    )
    assert installed == ["requirements-traces.txt"]
    everything = locked("requirements-traces.txt")
    assert locked("requirements.txt").items() <= everything.items()
    assert "opentelemetry-exporter-otlp-proto-http" in everything
    assert "pytest" not in everything


def test_only_what_is_named_is_copied_into_the_image() -> None:
    """So no .env, and no backup that somebody made in this folder, as the documentation has it."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    named = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    private = (ROOT / ".gitignore").read_text().replace("/", "").split()
    assert not named & {".git", *private}
    assert named >= {*frontend.SOURCES, "alembic", "docs", "reflex.lock", "requirements-traces.txt"}
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_database_that_is_being_made_is_not_taken_for_ready() -> None:
    """While it is made, PostgreSQL answers on its socket, and then starts anew."""
    for name in ("postgres", "authentik-postgres"):
        check = COMPOSE["services"][name]["healthcheck"]["test"]
        assert check[:4] == ["CMD", "pg_isready", "--host", "localhost"]


def test_what_is_stopped_has_time_to_end_by_itself() -> None:
    grace = COMPOSE["x-mosaic"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > beside.PATIENCE + serve.PATIENCE


def test_what_is_built_is_served_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("backend", "build"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mark").write_text(name)
    assert serve.writable(tmp_path) == tmp_path
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    folder = serve.writable(tmp_path)
    assert folder != tmp_path
    assert [(folder / name / "mark").read_text() for name in ("backend", "build")] == [
        "backend",
        "build",
    ]
    (folder / "backend" / "mark").write_text("changed")
    assert (tmp_path / "backend" / "mark").read_text() == "backend"
