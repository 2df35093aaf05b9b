"""Vaults to import, and short ways to do it over REST."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mosaic.knowledge.exchange.commands import import_path
from mosaic.knowledge.exchange.shapes import ImportPublic
from tests.world import Person

IMPORT = "/api/knowledge/import"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"picture"
GARDEN: dict[str, str | bytes] = {
    "Index.md": "---\ntitle: Garden\ntags: [plants, home]\n---\n"
    "See [[Roses]], ![[rose.png]], [[No]].",
    "flowers/Roses.md": "---\naliases:\n- Rosa\nsummary: Red\n---\n"
    "# Red\n\nBack to [[Garden]]. #pretty",
    "flowers/Tulips.md": "[[Rosa]] and [roses](Roses.md#Red) and [[flowers/Roses]]",
    "images/rose.png": PNG,
    "notes.txt": "plain",
}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of files by their paths."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


async def bring(person: Person, *files: tuple[str, str | bytes], wait: bool = True) -> Any:
    """Upload files by their names; return the answer's document."""
    parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
    answer = await person.http.post(IMPORT, params={"wait": json.dumps(wait)}, files=parts)
    assert answer.status_code == (200 if wait else 202), answer.text
    return answer.json()


async def bring_zip(person: Person, files: Mapping[str, str | bytes]) -> Any:
    """Import an archive of files and return its report."""
    return await bring(person, ("vault.zip", zipped(files)))


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """Return what became of each file, by its path."""
    found = {line["path"]: line["outcome"] for line in report["report"]}
    assert len(found) == len(report["report"]) == report["total"] == report["done"]
    for outcome, number in report["counts"].items():
        assert list(found.values()).count(outcome) == number
    return found


def reasons(report: dict[str, Any]) -> dict[str, str]:
    """Return what is said about the files of which something is said."""
    return {line["path"]: line["reason"] for line in report["report"] if line["reason"]}


async def run(person: Person, path: Path) -> ImportPublic:
    """Import a folder as the command line does, and return its report."""
    async with person.work() as work:
        slug, email = work.workspace_slug, person.actor.email
    report, _ = await import_path(path, path.name, slug, email)
    return report
