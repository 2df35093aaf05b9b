"""The disk is full: what is to be saved is refused calmly, reading goes on, and all is there."""

import asyncio
import io
import os
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx2 as httpx
import pytest

from mosaic.core import room
from tests.bench.stage import reached
from tests.chaos.figures import note, seconds, times
from tests.chaos.ledger import ENTRIES, Ledger, client, make_pages, more_than, writing
from tests.chaos.test_app import _ended
from tests.e2e.site import PASSWORD, Person, running
from tests.knowledge.consistency import disagreements
from tests.waiting import until

WRITERS, VAULT = 6, times(120, 400)
MB = 1024**2
SIZE = room.RESERVE + 450 * MB
ATTACHMENTS, IMPORT = "/api/knowledge/attachments", "/api/knowledge/import"
EXPORT = "/api/knowledge/export"
NO_ROOM = "The disk is full"


class Disk:
    """A small disk, with a file that takes up what is to be taken up."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._filler = folder, folder / "filler"

    def leave(self, size: int) -> None:
        """Take up everything but so many bytes."""
        self.clear()
        with self._filler.open("wb") as file:
            taken = self.left - size
            os.posix_fallocate(file.fileno(), 0, taken)

    def fill(self) -> None:
        """Take up everything, to the last byte."""
        with self._filler.open("ab", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))

    def clear(self) -> None:
        """Make room."""
        self._filler.unlink(missing_ok=True)

    @property
    def left(self) -> int:
        """How many bytes are left."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The disk that the data folder is on."""
    folder = tmp_path / "data"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "mosaic", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if mounted.returncode:
        pytest.skip(f"no small disk can be made here: {mounted.stderr.strip()}")
    (folder / "tmp").mkdir()
    yield Disk(folder)
    # Lazily: a process of the server may still be on its way out.
    subprocess.run(["umount", "-l", folder], check=True)


def _vault(pages: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as vault:
        for page in range(pages):
            vault.writestr(f"Note {page}.md", f"[[Note {(page * 7) % pages}]] #n{page % 9}")
    return packed.getvalue()


def _refused(answer: httpx.Response) -> bool:
    assert answer.status_code == 507, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(NO_ROOM)
    return True


def _readable(person: Person) -> list[str]:
    """Every address that can be read without naming anything."""
    paths = person.ask("GET", "/api/openapi.json")["paths"]
    return [
        path
        for path, calls in paths.items()
        if "{" not in path
        and "get" in calls
        and not any(one.get("required") for one in calls["get"].get("parameters", []))
    ]


async def _reads_and_refuses(person: Person, chance: Random, to_the_last: bool) -> None:
    """Whatever is to be saved is refused, and whatever is read is there.

    An export is put together in a temporary file, for which there must be room, too.
    """
    file = {"file": ("a.bin", chance.randbytes(3 * MB))}
    async with client(person) as http:
        page = {"title": "No room", "content": "No room"}
        _refused(await http.post(ENTRIES, json=page))
        _refused(await http.patch(f"{ENTRIES}/page-0", json={"content": "No room"}))
        _refused(await http.post("/api/tasks", json={"title": "No room"}))
        _refused(await http.post(ATTACHMENTS, files=file))
        _refused(await http.post(IMPORT, files={"files": ("v.zip", _vault(30))}))
        given = {"email": person.email, "password": PASSWORD}
        _refused(await http.post("/api/auth/login", json=given))
        for path in (*_readable(person), f"{ENTRIES}/page-0", f"{ENTRIES}/page-0/versions"):
            answer = await http.get(path)
            if to_the_last and path == EXPORT:
                _refused(answer)
            else:
                assert answer.status_code < 500, f"{path}: {answer.text}"
        found = await http.get("/api/knowledge/search", params={"q": "wrote"})
        assert len(found.json()["data"]) == WRITERS
        assert (await http.get("/api/health")).json()["status"] == "ok"


async def test_a_full_disk(tmp_path: Path, disk: Disk) -> None:
    ledger, back, chance = Ledger(fine=frozenset({507})), [], Random(3)
    took, refused = 0, 0
    with running(tmp_path, TMPDIR=str(disk.folder / "tmp")) as server:
        root = server.set_up()
        ready = reached(tmp_path)
        make_pages(root, WRITERS)
        pid = (disk.folder / "postgres" / "data" / "postmaster.pid").read_text()
        for _ in range(times(1, 5)):
            async with client(root) as http, writing(ledger, root, WRITERS):
                await until(more_than(ledger, 20), 60)
                files = {"files": ("vault.zip", _vault(VAULT))}
                run = (await http.post(IMPORT, files=files)).json()["jobId"]
                # The last room is taken up by what is saved.
                disk.leave(room.RESERVE + 40 * MB)
                while True:
                    file = {"file": ("f.bin", chance.randbytes(4 * MB))}
                    answer = await http.post(ATTACHMENTS, files=file)
                    if not answer.is_success:
                        refused += _refused(answer)
                        break
                    took += 1
                disk.leave(room.RESERVE - MB)
                async with asyncio.timeout(60):
                    await _reads_and_refuses(root, chance, to_the_last=False)
                    # Somebody else takes the rest, too.
                    disk.fill()
                    await _reads_and_refuses(root, chance, to_the_last=True)
                begun = time.monotonic()
                disk.clear()
                await until(lambda: ledger.newest > begun, 60)  # noqa: B023
                back.append(time.monotonic() - begun)
                assert (await _ended(root, run))["status"] == "COMPLETED"
            assert disagreements(ready, "first") == []
            assert ledger.lost(ready) == []
        assert ledger.cut == 0
        assert all(told.startswith(NO_ROOM) for told in ledger.sentences)
        assert (disk.folder / "postgres" / "data" / "postmaster.pid").read_text() == pid
        assert server.process.poll() is None
        said = server.log.read_text()
        assert "Traceback" not in said, said
    note(
        "disk",
        f"filled {len(back)} times",
        f"{ledger.saved:,} saves and {took} files acknowledged, 0 lost",
        f"{ledger.answers[507] + refused} answered 507, none 500; every page and list readable",
        "an import under way went on to its end each time, nothing was restarted",
        f"saves again {seconds(back)} after there was room",
    )
