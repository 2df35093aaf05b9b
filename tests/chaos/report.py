"""Where figures go: the table of the page about reliability in the documentation."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from mosaic.core.config import ROOT

PAGE = ROOT / "docs" / "3-architecture" / "reliability.md"
ROWS = {
    "database": (
        "What was acknowledged is there",
        "PostgreSQL killed with -9, its first process or all of them, while 8 people save over "
        "REST (`tests/chaos/test_database.py`)",
    ),
    "app": (
        "All or nothing",
        "`mosaic up` killed with -9 in mid-save and mid-import, its worker with it every other "
        "time, PostgreSQL with it every fifth (`tests/chaos/test_app.py`)",
    ),
    "import": (
        "An import goes on where it was",
        "its worker killed with -9 at so many pages (`tests/knowledge/test_import_killed.py`)",
    ),
    "runs": (
        "A run goes on from its last finished step",
        "a worker killed with -9 in each of four phases, before and after the effect of a step "
        "(`tests/jobs/engine/test_killed.py`)",
    ),
    "writers": (
        "Of two writers, one wins and the other is told",
        "all of them change one page at once (`tests/chaos/test_writers.py`)",
    ),
    "cache": (
        "The cache may go and come",
        "Valkey killed with -9 and started under reads and writes (`tests/chaos/test_cache.py`)",
    ),
    "disk": (
        "On a full disk, reading goes on",
        "the data folder on a small disk that is filled by what is saved, then by others to the "
        "last byte (`tests/chaos/test_disk.py`)",
    ),
    "outside": (
        "Others may be away or slow",
        "sign-in service and model's server away, or silent (`tests/chaos/test_outside.py`)",
    ),
    "backup": (
        "A backup is whole",
        "restored into an empty place, every table compared by checksum; also one that is taken "
        "while people write (`tests/test_backup.py`)",
    ),
}
_COLUMNS = ("promise", "shown by", "figures", "measured on")
_TABLE = re.compile(r"(?<=## Figures\n\n)(\|.*\n)+")


def write(folder: Path) -> None:
    """Put figures that are in `folder` into the page; rows without new ones stay as they are."""
    page = PAGE.read_text()
    found = _TABLE.search(page)
    assert found, f"{PAGE} has no table of figures"
    before = {line.split(" | ")[0].strip("| "): line for line in found[0].splitlines()[2:]}
    lines = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
    for key, (promise, how) in ROWS.items():
        told = folder / f"{key}.json"
        if told.exists():
            kept = json.loads(told.read_text())
            lines.append(_line([promise, how, kept["figures"], kept["on"]]))
        elif promise in before:
            lines.append(before[promise])
    PAGE.write_text(_TABLE.sub(lambda _: "\n".join(lines) + "\n", page, count=1))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
