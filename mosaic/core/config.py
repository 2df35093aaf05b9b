"""Settings, by environment or `.env`; secrets that are not set are made once and kept."""

import os
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 1}
_LONGEST = 3650 * 86400
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ConfigProblem(Exception):
    """A setting that cannot be used; the message names it."""


def parse_duration(value: object) -> object:
    """Turn `3600`, `"90s"`, `"15m"`, `"24h"` or `"7d"` into a timedelta; ValueError else."""
    if not isinstance(value, (str, int)):
        return value
    match = re.fullmatch(r"\s*(\d{1,9})\s*([smhd]?)\s*", str(value))
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < seconds <= _LONGEST:
        raise ValueError("a length of time such as 3600, 15m, 24h or 7d, at most 3650d")
    return timedelta(seconds=seconds)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class ModelPrice(BaseModel):
    """What a million tokens of a model cost."""

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)


def parse_prices(value: object) -> object:
    """Turn JSON of prices by model into a table; ValueError else."""
    try:
        return _PRICES.validate_json(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError('JSON such as {"small": {"input": 0.2, "output": 0.6}}') from None


_PRICES = TypeAdapter(dict[str, ModelPrice])


def parse_groups(value: object) -> object:
    """Turn JSON of places by group, each a workspace's address and a role, into a table."""
    try:
        return _GROUPS.validate_json(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError('JSON such as {"gardeners": "garden:MEMBER"}') from None


_GROUPS = TypeAdapter(
    dict[str, Annotated[str, Field(pattern=r"^[^:\s]+:(OWNER|ADMIN|MEMBER|GUEST)$")]]
)


def whole(address: str) -> str:
    """Return an address in whose password nothing stands that ends it; ValueError else."""
    # Whoever is asked to connect would take the rest for the host, and say it aloud.
    before, at, after = address.partition("://")[2].partition("?")[0].partition("@")
    if (at and "/" in before) or "@" in after or re.search("%(?![0-9A-Fa-f]{2})", address):
        raise ValueError("an address in whose password % is written as %25, @ as %40 and / as %2F")
    return address


class Settings(BaseSettings):
    """Every setting; the environment variable is the name in capitals."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    port: int = Field(3000, ge=1, le=65535)
    mosaic_host: str = "127.0.0.1"
    mosaic_data_dir: Path = ROOT / "data"
    mosaic_app_url: str | None = None
    trusted_proxies: str = "127.0.0.1"
    database_url: str | None = None
    database_admin_url: str | None = None
    query_timeout: Duration = timedelta(seconds=30)
    valkey_url: str | None = None
    knowledge_cache_enabled: bool = True
    knowledge_cache_ttl: Duration = timedelta(hours=1)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name: str = Field("single sign-on", min_length=1, max_length=60)
    oidc_scopes: str = Field("openid profile email", pattern=r"(^|.* )openid($| .*)")
    oidc_group_map: Annotated[dict[str, str], NoDecode, BeforeValidator(parse_groups)] = {}
    local_sign_in: bool = True
    jwt_secret: str | None = Field(None, min_length=32)
    jwt_expiration: Duration = timedelta(days=7)
    ollama_url: str | None = None
    ollama_model: str | None = None
    ollama_embed_model: str | None = None
    model_prices: Annotated[dict[str, ModelPrice], NoDecode, BeforeValidator(parse_prices)] = {}
    model_currency: str = Field("EUR", min_length=1, max_length=10)
    job_output_limit: int = Field(10_000_000, ge=1, le=1_000_000_000)
    jobs_at_once: int = Field(2, ge=1, le=1_000)
    jobs_per_worker: int = Field(8, ge=1, le=1_000)
    job_commands: Path | None = None
    log_level: Literal["debug", "info", "warning"] = "warning"
    log_format: Literal["plain", "json"] = "plain"
    slow_query_ms: int = Field(500, ge=0, le=60_000)
    metrics_token: str | None = Field(None, min_length=16)
    web_port: int | None = Field(None, ge=1, le=65535)
    worker_port: int | None = Field(None, ge=1, le=65535)
    otel_exporter_otlp_endpoint: str | None = None

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("mosaic_data_dir", "job_commands")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @field_validator("local_sign_in")
    @classmethod
    def _some_way_in(cls, value: bool, known: ValidationInfo) -> bool:
        if not value and not (known.data.get("oidc_issuer") and known.data.get("oidc_client_id")):
            raise ValueError("true, unless OIDC_ISSUER and OIDC_CLIENT_ID name another way in")
        return value

    @field_validator("mosaic_app_url", "oidc_issuer", "ollama_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^/\s]+\S*", value):
            raise ValueError("an address that starts with http:// or https://")
        return value.rstrip("/") if value else None

    @field_validator("database_url", "database_admin_url")
    @classmethod
    def _postgres_address(cls, value: str | None) -> str | None:
        if value and not re.match(r"postgres(ql)?(\+\w+)?://", value):
            raise ValueError("an address that starts with postgresql://")
        return (
            re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", whole(value)) if value else None
        )

    @field_validator("valkey_url")
    @classmethod
    def _valkey_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not re.match(r"(redis|rediss|valkey|valkeys|unix)://", value):
            raise ValueError("an address that starts with redis:// or valkey://")
        address = re.sub(r"^valkey(s?)://", r"redis\1://", whole(value))
        with suppress(ValueError):
            _ = urlsplit(address).port
            return address
        raise ValueError("a number as the port, and in the password # as %23 and ? as %3F")

    @property
    def app_url(self) -> str:
        """The address people open, without a slash at the end."""
        host = f"[{self.mosaic_host}]" if ":" in self.mosaic_host else self.mosaic_host
        return self.mosaic_app_url or f"http://{host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.mosaic_host in LOOPBACK

    @property
    def for_this_machine(self) -> bool:
        """Whether people open Mosaic on this machine only, and no proxy stands before it."""
        return self.on_loopback and urlsplit(self.app_url).hostname in LOOPBACK

    def asked_here(self, client: str | None, host: str | None) -> bool:
        """Whether somebody on this machine asks, told by their address and the host they named."""
        # The host tells a page of another site that had its name lead here, and a proxy.
        with suppress(ValueError):
            return client in LOOPBACK and urlsplit(f"//{host or ''}").hostname in LOOPBACK
        return False

    def secret(self, name: str) -> str:
        """Return the secret called `name`: from the settings, or made once in the data folder.

        Raises ConfigProblem when the folder cannot be written.
        """
        if given := getattr(self, name, None):
            return str(given)
        try:
            return _kept_secret(self.mosaic_data_dir / "secrets" / name)
        except OSError as problem:
            folder = self.mosaic_data_dir
            raise ConfigProblem(
                f"Mosaic cannot keep its secrets in {folder}: {problem.strerror}. "
                "Consider another folder for the setting MOSAIC_DATA_DIR."
            ) from problem


def _kept_secret(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # A link fails when another process was first, so both read the same secret.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text()


def load(**overrides: object) -> Settings:
    """Read the settings anew. Raises ConfigProblem with a sentence that names each wrong one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as problem:
        raise ConfigProblem("\n".join(map(_sentence, problem.errors()))) from None


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).upper()
    expected = re.sub(r"^(Value error,|Input should be|String should have) ", "", error["msg"])
    expected = expected.partition(", unable")[0]
    # Passwords stand in secrets and in addresses, and this is printed.
    given = re.sub(r"//.*@", "//…@", str(error["input"]))
    given = re.sub(r"(password\s*=).*", r"\1…", given, flags=re.IGNORECASE)[:80]
    shown = "" if re.search("SECRET|TOKEN", name) else f" is {given!r}, which"
    return f"The setting {name}{shown} does not fit. Expected: {expected}."


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return load()
