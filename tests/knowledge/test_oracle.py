"""Text and front matter have the links that a scanner of another kind finds, page by page."""

from collections import Counter

import pytest

from mosaic.knowledge.exchange import vault
from mosaic.knowledge.names import link_key
from mosaic.knowledge.property_links import links_in
from mosaic.knowledge.render.markdown import parse
from tests.conftest import SHARED
from tests.knowledge.oracle import Counts, count, find_links, find_links_in_values, read_vault

COUNTS = {
    "silverbullet-docs": Counts(225, 1156, 67, 90, 0, 27),
    "obsidian-tasks-docs": Counts(116, 981, 34, 0, 112, 128),
    "kepano-vault": Counts(103, 65, 51, 0, 62, 0),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_same_links_are_found_on_every_page(name: str) -> None:
    root = SHARED / "corpora" / name
    if not root.exists():
        pytest.skip("../shared/corpora is not here")
    read = read_vault(root)
    bodies = read.bodies
    pages = [item for item in vault.read(root) if isinstance(item, vault.Page)]
    assert {page.path for page in pages} == bodies.keys()
    for page in pages:
        ours = Counter((link.kind, link_key(link.target)) for link in parse(page.content).links)
        theirs = Counter((kind, link_key(link)) for kind, link in find_links(bodies[page.path]))
        assert ours == theirs, page.path
        ours = Counter(link_key(link.target) for link in links_in(page.front_matter))
        found = find_links_in_values(read.fronts[page.path])
        assert ours == Counter(link_key(link) for _, link in found), page.path
    assert count(root) == COUNTS[name]
