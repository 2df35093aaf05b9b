"""The documentation is true: links lead somewhere, examples run, lists are complete."""

import asyncio
import os
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer

from mosaic import cli
from mosaic.api import api
from mosaic.core.config import ROOT, Settings
from mosaic.knowledge.exchange import report
from mosaic.knowledge.exchange.demo import import_demo
from mosaic.knowledge.exchange.importing import DOCS
from mosaic.knowledge.exchange.shapes import ImportPublic
from tests.listening import listening
from tests.waiting import until
from tests.world import Person, World

PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)|<img[^>]* src=\"([^\"]*)\"")
CALL = re.compile(r"`(GET|POST|PATCH|PUT|DELETE) (/api/[^`?]*)`")
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    for path, anchor, picture in LINK.findall(CODE.sub("", page.read_text())):
        there = page.parent / (path or picture) if path or picture else page
        assert there.exists(), f"{path or picture} is not there"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", there.read_text(), re.M)
            assert anchor in {re.sub(r"\W+", "-", heading.lower()) for heading in headings}


async def imported(person: Person) -> ImportPublic:
    id = await import_demo(person.actor, person.workspace)

    async def look() -> ImportPublic:
        async with person.work() as work:
            return await report.get_import(work, id)

    async def over() -> bool:
        return (await look()).status != "RUNNING"

    await until(over)
    return await look()


@pytest.mark.usefixtures("performer")
async def test_the_documentation_is_a_wiki_without_a_loose_end(world: World) -> None:
    done = await imported(world.ana)
    assert done.status == "COMPLETED", done.problem
    assert done.counts == {"created": done.total, "updated": 0, "skipped": 0, "failed": 0}
    assert done.links
    assert done.links.pages == len(PAGES) - 1
    assert (done.links.broken, done.links.ambiguous) == (0, 0)
    assert done.links.resolved > 100


@pytest.mark.usefixtures("performer")
async def test_the_demo_twice_changes_nothing(world: World) -> None:
    await imported(world.ana)
    again = await imported(world.ana)
    assert again.counts["skipped"] == again.total


def test_every_call_is_documented_and_no_other() -> None:
    told = {
        call for page in (DOCS / "4-api").glob("*.md") for call in CALL.findall(page.read_text())
    }
    there = {
        (method.upper(), path) for path, calls in api.openapi()["paths"].items() for method in calls
    }
    assert told == there


def test_every_setting_is_documented_and_no_other() -> None:
    names = {name.upper() for name in Settings.model_fields}
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.M)) == names
    page = (DOCS / "1-getting-started" / "configuration.md").read_text()
    heads = re.findall(r"^- ((?:`[A-Z_]+`(?:, )?)+)", page, re.M)
    assert {name for head in heads for name in re.findall(r"[A-Z_]+", head)} == names


def test_every_command_is_documented_and_no_other() -> None:
    table = (DOCS / "1-getting-started" / "command-line.md").read_text()
    there = typer.main.get_group(cli.app).commands
    assert set(re.findall(r"^\| `mosaic ([\w-]+)", table, re.M)) == set(there)


@pytest.fixture
async def address(pool: None) -> AsyncIterator[str]:
    """The REST API behind a real socket."""
    async with listening(api) as address:
        yield address


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed here")
@pytest.mark.usefixtures("performer")
@pytest.mark.parametrize(
    "name", ["overview", "workspaces", "knowledge", "projects", "runner-jobs", "activity"]
)
async def test_the_examples_run(world: World, address: str, tmp_path: Path, name: str) -> None:
    page = (DOCS / "4-api" / f"{name}.md").read_text()
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as notes:
        notes.writestr("Hedge.md", "Around the [[Lawn]].")
        notes.writestr("Lawn.md", "Green.")
    (tmp_path / "tasks.csv").write_text("Title,Target date\nMow the lawn,2027-05-01\n")
    # What is answered with a problem ends the script, as curl then ends with 22.
    script = (
        'set -o pipefail; curl() { command curl -sS --fail-with-body "$@" | tee /dev/stderr; }\n'
    )
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-ec",
        script + "\n".join(COMMANDS.findall(page)),
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "MOSAIC": address,
            "AUTH": f"Authorization: Bearer {world.ana.token}",
            "WORKSPACE": world.ana.workspace,
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
