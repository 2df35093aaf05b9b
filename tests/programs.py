"""The programs that tests use and that are no Python packages: found, or brought by apt.

`make test` runs this first, so that bringing them counts for no test's time.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence

SHELL = ("chromium-headless-shell",)
BROWSERS = (*SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = ("valkey-server", "redis-server")
PROXIES = ("nginx",)
PACKAGES = {
    # Chromium without its own windows, which take more than half of the time of a page.
    "chromium-headless-shell": SHELL,
    "chromium": BROWSERS,
    "redis-server": CACHES,
    "nginx-light": PROXIES,
    "curl": ("curl",),
}


def find(names: Sequence[str]) -> str | None:
    """Return the path of the first of these programs that is installed."""
    return next((path for name in names if (path := shutil.which(name))), None)


def bring(packages: Sequence[str] = tuple(PACKAGES)) -> None:
    """Install what is missing, where that can be done without asking: as root, by apt."""
    missing = [package for package in packages if not find(PACKAGES[package])]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing for the tests: {', '.join(missing)}", flush=True)
        _apt_get("update")
        # One by one: not every system has each of them.
        for package in missing:
            if not find(PACKAGES[package]):
                _apt_get("install", "-y", "--no-install-recommends", package)


def _apt_get(*command: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", *command],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )


def main() -> None:
    """Bring them, and say what is used."""
    bring()
    for package, names in PACKAGES.items():
        print(f"  {package:<14} {find(names) or 'not here: its tests are left out'}", flush=True)


if __name__ == "__main__":
    main()
