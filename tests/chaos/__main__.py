"""`make chaos`: the promises about reliability, with their full counts.

`make chaos ONLY=database,disk` shows some of them, `WRITE=1` puts the figures of what held into
the documentation.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mosaic.core.config import ROOT
from tests.chaos import report

PARTS = {
    "database": ["tests/chaos/test_database.py"],
    "app": ["tests/chaos/test_app.py"],
    "runs": ["tests/jobs/engine/test_killed.py", "tests/knowledge/test_import_killed.py"],
    "cache": ["tests/chaos/test_cache.py"],
    "writers": ["tests/chaos/test_writers.py"],
    "disk": ["tests/chaos/test_disk.py"],
    "outside": ["tests/chaos/test_outside.py", "tests/test_backup.py"],
    "input": ["tests/test_naughty_strings.py", "tests/fuzzing"],
}
_LONGEST = 1200  # seconds for a test


def main() -> None:
    """Run every part, or those that ONLY names; end with 1 when one of them does not hold."""
    only = os.environ.get("ONLY", "").replace(",", " ").split() or list(PARTS)
    with tempfile.TemporaryDirectory() as folder:
        broken = [part for part in only if not _holds(PARTS[part], folder)]
        for path in sorted(Path(folder).glob("*.json")):
            print(f"{path.stem}: {path.read_text()}")
        if os.environ.get("WRITE"):
            report.write(Path(folder))
    sys.exit(f"These do not hold: {', '.join(broken)}" if broken else 0)


def _holds(tests: list[str], folder: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-m", "chaos", f"--timeout={_LONGEST}", *tests]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "CHAOS": folder})
    return ran.returncode == 0


if __name__ == "__main__":
    main()
