"""Values of properties that are links lead to pages, and follow them when they are renamed."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from mosaic.core.start import Ready
from mosaic.knowledge.property_links import links_in, with_targets
from tests.knowledge.consistency import disagreements
from tests.knowledge.vaults import bring_zip
from tests.knowledge.wiki import ENTRIES, backlinks, change, links, read, write
from tests.world import Person, World

FRONT = (
    "---\n# see [[Old tea]]\nauthor: \"[[Old tea]]\"\nlist:\n  - '[[Old tea|x]]'\n"
    '  - "[[Other]]"   # [[Old tea]]\n  - see [[Old tea]]\nflow: ["[[old tea#Heat it]]", 5]\r\n'
    'deep: {a: "[[Old tea.md]]"}\ntags: ["[[Old tea]]"]\nbare: [[Old tea]]\ntask: "[[task:5]]"\n'
    'picture: "![[Old tea]]"\n---\n'
)


def test_values_that_are_one_link_are_links() -> None:
    found = links_in(FRONT)
    assert [(one.target, one.heading, one.text, one.context) for one in found] == [
        ("Old tea", None, None, "author: Old tea"),
        ("Old tea", None, "x", "list: x"),
        ("Other", None, None, "list: Other"),
        ("old tea", "Heat it", None, "flow: old tea#Heat it"),
        ("Old tea.md", None, None, "deep: Old tea.md"),
    ]
    assert {one.kind for one in found} == {"wiki"}
    assert links_in("") == links_in('---\na: ["[[x]]"\n---\n') == []


def test_targets_are_written_anew_and_nothing_else() -> None:
    changed = with_targets(FRONT, {"Old tea": 'It\'s "green"', "Other": "Other"})
    assert changed is not None
    lines = zip(FRONT.split("\n"), changed.split("\n"), strict=True)
    assert [new for old, new in lines if old != new] == [
        'author: "[[It\'s \\"green\\"]]"',
        "  - '[[It''s \"green\"|x]]'",
        'deep: {a: "[[It\'s \\"green\\"]]"}',
    ]
    assert with_targets(changed, {'It\'s "green"': "Old tea"}) == FRONT.replace("tea.md", "tea")
    assert '"[[New|words]]"   # [[Old tea]]' in str(with_targets(FRONT, {"Other": "New"}, "|words"))
    assert with_targets("---\n- a\n---\n", {"Other": "New"}) is None


@pytest.mark.parametrize(
    "front",
    [
        '---\na: &a [*a, "[[Old tea]]"]\n---\n',
        '---\na: &a "[[Old tea]]"\nb: [*a, *a]\n---\n',
    ],
)
def test_what_yaml_repeats_is_written_once(front: str) -> None:
    changed = with_targets(front, {"Old tea": "New"})
    assert changed in (None, front.replace("Old tea", "New"))


VAULT = {
    "Old tea.md": "# Heat it\n",
    "Note.md": FRONT + "Nothing, or [[Old tea]].\n",
    "Other.md": '---\nfrom: "[[Note]]"\n---\n',
}


@pytest.mark.usefixtures("performer")
async def test_links_in_properties_lead_to_pages_and_back(world: World, ready: Ready) -> None:
    report = await bring_zip(world.mia, VAULT)
    assert report["links"] == {"pages": 3, "resolved": 7, "broken": 0, "ambiguous": 0}
    assert [one["context"] for one in await backlinks(world.gil, "old-tea")] == [
        "Nothing, or Old tea.",
        "author: Old tea",
        "list: x",
        "flow: old tea#Heat it",
        "deep: Old tea.md",
    ]
    assert [one["title"] for one in await links(world.gil, "other")] == ["Note"]
    graph = (await world.gil.http.get("/api/knowledge/graph/other?depth=2")).json()
    assert {node["title"] for node in graph["nodes"]} == {"Note", "Other", "Old tea"}
    page = await read(world.mia, "other")
    await change(world.mia, "other", properties={**page["properties"], "from": "[[Nowhere]]"})
    assert await backlinks(world.gil, "note") == []
    wanted = (await world.gil.http.get("/api/knowledge/links")).json()["data"]
    assert [one["name"] for one in wanted] == ["Nowhere"]
    assert disagreements(ready, world.mia.workspace) == []


@pytest.mark.usefixtures("performer")
async def test_a_rename_writes_properties_anew_and_is_taken_back(
    world: World, ready: Ready
) -> None:
    await bring_zip(world.mia, VAULT)
    before = await read(world.mia, "note")
    renamed = await _send(world.mia, "old-tea/rename", title="Green tea")
    [changed] = renamed["changes"]
    assert [(line["number"], line["after"]) for line in changed["lines"]] == [
        (0, 'author: "[[Green tea]]"'),
        (0, "  - '[[Green tea|x]]'"),
        (0, 'flow: ["[[Green tea#Heat it]]", 5]'),
        (0, 'deep: {a: "[[Green tea]]"}'),
        (1, "Nothing, or [[Green tea]]."),
    ]
    page = await read(world.gil, "note")
    assert page["properties"]["author"] == "[[Green tea]]"
    assert page["properties"]["list"] == ["[[Green tea|x]]", "[[Other]]", "see [[Old tea]]"]
    assert len(await backlinks(world.gil, "green-tea")) == 5
    await _send(world.mia, "green-tea/rename/undo", version=renamed["version"])
    again = await read(world.mia, "note")
    assert (again["content"], again["properties"]) == (before["content"], before["properties"])
    assert disagreements(ready, world.mia.workspace) == []
    exported = await world.mia.http.get("/api/knowledge/export")
    with ZipFile(BytesIO(exported.content)) as archive:
        assert archive.read("Note.md").decode() == VAULT["Note.md"].replace("\r\n", "\n")


async def test_a_property_that_could_mean_several_pages_is_settled(
    world: World, ready: Ready
) -> None:
    await write(world.mia, "Tea", slug="one")
    await write(world.mia, "Tea", slug="two")
    await write(world.mia, "Note", properties={"drink": "[[Tea]]"})
    sent = {"target": "tea", "means": "two"}
    answer = await world.mia.http.post(f"{ENTRIES}/note/links/settle", json=sent)
    assert answer.json()["properties"] == {"drink": "[[two|Tea]]"}
    assert [one["slug"] for one in await backlinks(world.mia, "two")] == ["note"]
    assert disagreements(ready, world.mia.workspace) == []


async def _send(person: Person, path: str, **body: Any) -> Any:
    answer = await person.http.post(f"{ENTRIES}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()
