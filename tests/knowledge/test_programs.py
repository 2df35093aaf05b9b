"""Vaults of other programs: what they are from, and what is special about them."""

from pathlib import Path

import pytest

from mosaic.knowledge.exchange import vault
from tests.knowledge.vaults import PNG, bring_zip, outcomes, zipped
from tests.knowledge.wiki import links, read, titles
from tests.world import World

GRAPH: dict[str, str | bytes] = {
    "logseq/config.edn": "{}",
    "logseq/custom.css": "",
    "journals/2024_05_06.md": "- Met [[Ana Li]] for [[work/Garden]]\n\t- ![r](../assets/r.png)",
    "journals/notes.md": "- not a day",
    "pages/Ana Li.md": "alias:: Ana, [[A. Li]]\ntags:: people, [[old friends]]\n"
    "type:: person\n\n- x",
    "pages/work___Garden.md": "- On [[May 6th, 2024]] {{embed [[Ana]]}}",
    "pages/a%3Ab%2Fc.md": "title:: Odd one\n- x",
    "assets/r.png": PNG,
}


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (GRAPH, "logseq"),
        ({"graph/" + path: data for path, data in GRAPH.items()}, "logseq"),
        ({".obsidian/app.json": "{}", "A.md": "a"}, "obsidian"),
        ({"CONFIG.md": "", "index.md": ""}, "silverbullet"),
        ({"A.md": "a", "logseq/A.md": "no graph"}, "markdown"),
        ({}, "markdown"),
    ],
)
def test_a_vault_is_known_by_what_is_in_it(
    tmp_path: Path, files: dict[str, str | bytes], kind: str
) -> None:
    archive = tmp_path / "graph.zip"
    archive.write_bytes(zipped(files))
    looked = vault.look(archive)
    assert (looked.kind, looked.files) == (kind, len(list(vault.read(archive))))


@pytest.mark.usefixtures("performer")
async def test_a_logseq_graph_keeps_its_links(world: World) -> None:
    report = await bring_zip(world.mia, GRAPH)
    assert report["kind"] == "logseq"
    assert outcomes(report).keys() == {path for path in GRAPH if not path.startswith("logseq")}
    assert report["links"] == {"pages": 5, "resolved": 5, "broken": 1, "ambiguous": 0}
    assert sorted(await titles(world.mia)) == [
        "2024-05-06", "Ana Li", "Odd one", "notes", "work/Garden",
    ]  # fmt: skip
    ana = await read(world.mia, "ana-li")
    assert ana["aliases"] == ["Ana", "A. Li"]
    assert {tag["slug"] for tag in ana["tags"]} == {"people", "old-friends"}
    assert ana["properties"]["type"] == "person"
    assert ana["content"] == GRAPH["pages/Ana Li.md"]
    day = await read(world.mia, "2024-05-06")
    assert "/api/knowledge/attachments/" in day["contentHtml"]
    assert [link["slug"] for link in await links(world.mia, "work-garden")] == [
        "2024-05-06",
        "ana-li",
    ]
    assert set(outcomes(await bring_zip(world.mia, GRAPH)).values()) == {"skipped"}
