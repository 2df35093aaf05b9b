"""Reflex settings, nothing else. It is read before any state exists, so it imports none."""

import reflex as rx

from mosaic.core.config import LOOPBACK, settings
from mosaic.frontend import SameOrigin

ours = settings()
StateManager = rx.constants.StateManagerMode

config = rx.Config(
    app_name="mosaic",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    backend_host="127.0.0.1",
    cors_allowed_origins=sorted({ours.app_url, *(f"http://{h}:{ours.port}" for h in LOOPBACK)}),
    # In memory, not on disk: a tab that comes back after a restart is filled again by its
    # page's on_load, and nothing private lies in a file beside the database.
    state_manager_mode=StateManager.REDIS if ours.valkey_url else StateManager.MEMORY,
    redis_url=ours.valkey_url,
    redis_token_expiration=86_400,
    frontend_packages=["@fontsource-variable/inter@5.3.0"],
    frontend_lazy_bundled_libraries=True,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[SameOrigin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
