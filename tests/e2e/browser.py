"""A Chromium for the browser tests: one that is there, else from apt, else Playwright's own."""

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import programs

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A picture is drawn by WebGL, here without a graphics card.
DRAWING = [
    *(one for one in ARGUMENTS if one != "--disable-gpu"),
    "--use-gl=swiftshader",
    "--enable-unsafe-swiftshader",
]


@lru_cache(maxsize=1)
def executable() -> str:
    """Return the path of a Chromium, installing one where there is none."""
    found = os.environ.get("MOSAIC_BROWSER") or _installed()
    if not found:
        programs.bring(["chromium-headless-shell", "chromium"])
        found = _installed()
    if not found:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
        found = _installed()
    if not found:
        raise RuntimeError("No Chromium could be found or installed; set MOSAIC_BROWSER to one.")
    return found


def _installed() -> str | None:
    if path := programs.find(programs.BROWSERS):
        return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
