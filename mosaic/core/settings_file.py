"""What is set, as a file for people, and how it differs from what is set here."""

import re
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from mosaic.core.config import Settings

_NAMED = re.compile(r"(^|_)(secret|password|token|key)s?(_|$)")
_PLACE = ("MOSAIC_DATA_DIR", "DATABASE_URL", "DATABASE_ADMIN_URL")
_OF_CONTAINERS = {"MOSAIC_PUBLISH", "WEB", "POSTGRES_PASSWORD", "OLLAMA_TAG"}  # compose.yaml
_OF_OTHERS = ("AUTHENTIK_", "COMPOSE_", "OTEL_")
_WITHIN = re.compile(r"//[^/\s]*:[^/\s]*@|password=", re.IGNORECASE)


def written(data_dir: Path, with_secrets: bool) -> str:
    """Return what is set, and with `with_secrets` those that were made, as lines for `.env`."""
    given = _given()
    if with_secrets:
        given = _made(data_dir) | given
    return "".join(
        f"{name.upper()}={_quoted(value)}\n"
        if with_secrets or not is_secret(name, value)
        else f"# {name.upper()} is set, and not in this backup, as it is a secret.\n"
        for name, value in sorted(given.items())
    )


def differing(text: str) -> list[str]:
    """Return the names of what is set otherwise in `text` than here; not of the place itself."""
    here = _given()
    there = dotenv_values(stream=StringIO(text), interpolate=False)
    return [
        name
        for name, value in there.items()
        if name not in _PLACE and here.get(name.lower()) != value
    ]


def unknown(file: Path) -> list[str]:
    """Return the names in a file of settings, where there is one, that nothing listens to."""
    known = {name.upper() for name in Settings.model_fields} | _OF_CONTAINERS
    return [
        name
        for name in dotenv_values(file, interpolate=False)
        if name.upper() not in known and not name.startswith(_OF_OTHERS)
    ]


def is_secret(name: str, value: str) -> bool:
    """Whether a setting is a secret, by its name, or has a password within."""
    return bool(_NAMED.search(name.lower()) or _WITHIN.search(value))


def _given() -> dict[str, str]:
    sources = DotEnvSettingsSource(Settings).env_vars, EnvSettingsSource(Settings).env_vars
    return {
        name: value
        for source in sources
        for name, value in source.items()
        if name in Settings.model_fields and value
    }


def _made(data_dir: Path) -> dict[str, str]:
    files = (data_dir / "secrets").glob("*")
    return {path.name: path.read_text() for path in files if path.name in Settings.model_fields}


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
