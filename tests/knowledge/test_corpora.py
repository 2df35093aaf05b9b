"""Real vaults, imported: what becomes of their links is what an independent reader counts."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mosaic.core.start import Ready
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.render.markdown import fill, parse
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


class _Words(HTMLParser):
    """The words that somebody sees, or is told by an attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._seen: list[str] = []
        self._told: list[str] = []
        self.feed(html)
        self.found = set(_WORD.findall(f"{''.join(self._seen)} {' '.join(self._told)}".lower()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._seen.append(" " if tag in _APART else "")
        self._told += [value for _, value in attrs if value]

    def handle_endtag(self, tag: str) -> None:
        self._seen.append(" " if tag in _APART else "")

    def handle_data(self, data: str) -> None:
        self._seen.append(data)


_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "li", "div", "summary", "pre", "br"}
_WORD = re.compile(r"[^\W\d_]{4,}")
# Raw HTML, labels of footnotes, and addresses that no page leads to.
_NOT_SHOWN = re.compile(r"(?s)<!--.*?-->|<[^>]*>|\[\^[\w-]+\]|\]\(obsidian:[^)]*\)")


@pytest.mark.parametrize("name", VAULTS)
def test_no_word_of_a_real_page_is_lost(name: str) -> None:
    pages = [item for item in vault.read(_root(name)) if isinstance(item, vault.Page)]
    assert len(pages) > 100
    for page in pages:
        document = parse(page.content)
        links = " ".join(f"{one.target} {one.heading} {one.text}" for one in document.links)
        shown = _Words(fill(document.html, {})).found | set(_WORD.findall(links.lower()))
        written = set(_WORD.findall(unescape(_NOT_SHOWN.sub(" ", page.content)).lower()))
        assert written - shown == set(), page.path
