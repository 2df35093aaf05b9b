"""Real vaults, imported: what becomes of their links is what an independent reader counts."""

from pathlib import Path

import pytest

from mosaic.core.start import Ready
from tests.conftest import SHARED
from tests.knowledge import oracle
from tests.knowledge.consistency import disagreements
from tests.knowledge.vaults import outcomes, run
from tests.world import World

pytestmark = pytest.mark.usefixtures("performer")
VAULTS = ["silverbullet-docs", "obsidian-tasks-docs", "kepano-vault"]


def _root(name: str) -> Path:
    root = SHARED / "corpora" / name
    if not root.is_dir():
        pytest.skip(f"../shared/corpora/{name} is not here")
    return root


@pytest.mark.parametrize("name", VAULTS)
async def test_links_are_counted_as_an_independent_reader_counts_them(
    world: World, ready: Ready, name: str
) -> None:
    root = _root(name)
    report = await run(world.mia, root)
    counted = oracle.count(root)
    assert report.status == "COMPLETED"
    assert report.links
    assert report.links.model_dump() == {
        "pages": counted.pages,
        "resolved": counted.resolved,
        "broken": counted.broken,
        "ambiguous": counted.ambiguous,
    }
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    shown = {path for path in files if not any(part.startswith(".") for part in path.split("/"))}
    found = outcomes(report.model_dump(by_alias=True, mode="json"))
    assert found.keys() == shown
    assert set(found.values()) == {"created"}
    assert disagreements(ready, world.mia.workspace) == []


async def test_a_real_vault_imported_again_changes_nothing(world: World, ready: Ready) -> None:
    root = _root("kepano-vault")
    first, again = await run(world.mia, root), await run(world.adam, root)
    assert again.counts == {"created": 0, "updated": 0, "skipped": first.total, "failed": 0}
    assert again.links == first.links
    assert disagreements(ready, world.mia.workspace) == []
