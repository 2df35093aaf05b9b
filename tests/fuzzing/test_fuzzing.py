"""schemathesis asks everything that the OpenAPI document allows, and much that it does not.

No answer is one of 5xx, and each has a status, a kind of content and a shape that the document
names. The same requests each time, so that it does not fail now and then. With CHAOS in the
environment it asks thirty times as much, and everything that is just beyond what a field takes.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mosaic.api import api
from mosaic.core.config import ROOT
from mosaic.core.start import Ready
from tests.architecture.full_world import Full, fill, fresh_token
from tests.chaos.figures import times
from tests.conftest import Configure
from tests.knowledge.search import ollama
from tests.listening import listening
from tests.performer import performing
from tests.world import make_world

HERE = Path(__file__).parent
PHASES = times("coverage,stateful", "coverage,fuzzing,stateful")
EXAMPLES = times("3", "100")
FEWER = '\n[phases.coverage.generation]\nmode = "positive"\n'
PARTS = {
    "wiki": ("--include-tag", "Knowledge"),
    "planning": ("--include-tag", "Tasks", "--include-tag", "Projects"),
}
PARTS["others"] = tuple(
    word.replace("include", "exclude") for part in PARTS.values() for word in part
)


@pytest.fixture(scope="module")
async def full(ready: Ready, pool: None) -> AsyncIterator[Full]:
    async with performing():
        yield await fill(await make_world(), ready)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where schemathesis finds how it asks."""
    how = (HERE / "schemathesis.toml").read_text()
    (tmp_path / "schemathesis.toml").write_text(how + times(FEWER, ""))
    return tmp_path


@pytest.mark.slow
@pytest.mark.chaos
@pytest.mark.timeout(times(300, 1200))
@pytest.mark.parametrize("part", PARTS)
async def test_every_answer_is_as_described(
    full: Full, configure: Configure, folder: Path, part: str
) -> None:
    with ollama.running() as model:
        configure(OLLAMA_URL=model.url, OLLAMA_EMBED_MODEL="stand-in")
        async with listening(api) as address:
            await _ask(full, address, folder, *PARTS[part])


async def _ask(full: Full, address: str, folder: Path, *options: str) -> None:
    who = {name: getattr(full.world, name).actor for name in ("ana", "adam", "mia")}
    given = {
        "dsn": full.ready.admin_dsn,
        "workspace": full.workspace_id,
        "secrets": full.secrets,
        "tokens": {name: await fresh_token(actor) for name, actor in who.items()},
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
        *("run", f"{address}/api/openapi.json", "--phases", PHASES),
        *("--max-examples", EXAMPLES, *options),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.fuzzing.asking",
            "FUZZED": json.dumps(given),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
