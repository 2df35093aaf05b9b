"""Runs for the browser tests: a real outside runner, and records made over REST."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mosaic.core.config import ROOT
from tests.e2e.site import Person

JOBS = "/api/runner-jobs"
_RUNNER = ROOT / "plugins" / "mosaic-example-runner" / "runner.py"
Row = dict[str, Any]


@contextmanager
def runner(person: Person, workspace: str, scripts: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let the example runner serve the scripts of a folder."""
    known = {"MOSAIC_URL": person.url, "MOSAIC_TOKEN": person.token, "MOSAIC_WORKSPACE": workspace}
    with (scripts / "runner.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(_RUNNER), str(scripts)],
            env={**os.environ, **known},
            cwd=scripts,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


class Runs:
    """The runs of a workspace, as somebody reports them over REST."""

    def __init__(self, person: Person, workspace: str) -> None:
        self.person = person
        self.query = f"?workspaceId={workspace}"

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Send a request about runs."""
        return self.person.ask(method, f"{JOBS}{path}{self.query}", **body)

    def start(self, title: str, type: str = "outside", **more: Any) -> str:
        """Ask for a run; return its id."""
        return str(self.ask("POST", "", type=type, title=title, **more)["id"])

    def add(self, job: str, name: str, *ways: str, **more: Any) -> str:
        """Add a step and lead it along statuses; return its id."""
        step = str(self.ask("POST", f"/{job}/steps", name=name, **more)["id"])
        for status in ways:
            self.ask("PATCH", f"/{job}/steps/{step}", status=status)
        return step

    def write(self, job: str, step: str, content: str) -> None:
        """Append to a log."""
        self.ask("POST", f"/{job}/steps/{step}/output", content=content)

    def end(self, job: str, status: str = "COMPLETED", **more: Any) -> None:
        """End a run."""
        self.ask("PATCH", f"/{job}", status=status, **more)

    def batch(self, job: str, items: list[Row]) -> Row:
        """Report many things at once."""
        found: Row = self.ask("POST", f"/{job}/batch", items=items)
        return found

    def full(self) -> tuple[str, str]:
        """Make two runs with all that pages show: one finished, one that waits for an answer."""
        done = self.start("Weekly digest", "digest", input={"week": 47})
        first = self.add(done, "Collect what moved", "RUNNING", phase="SETUP")
        self.write(done, first, "\x1b[32mok\x1b[0m 12 pages\n\x1b[38;5;208mlong\x1b[0m\n" * 30)
        self.ask("PATCH", f"/{done}/steps/{first}", status="COMPLETED")
        asked = self.add(done, "Write a summary", "RUNNING", type="AI_ACTION")
        used = {"tokensInput": 840, "tokensOutput": 212, "model": "llama3.2"}
        self.ask("PATCH", f"/{done}/steps/{asked}", status="COMPLETED", **used)
        self.end(done, result={"pages": 12})
        waits = self.start("Publish the handbook", "publish")
        self.add(waits, "Build", "RUNNING", "COMPLETED", phase="SETUP")
        self.add(waits, "Look for links", "RUNNING", "FAILED")
        self.add(waits, "Publish version 2.4?", "RUNNING", type="GATE", phase="VALIDATION")
        return done, waits
