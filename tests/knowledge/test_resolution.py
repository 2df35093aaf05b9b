"""Whatever happens to pages, every stored link means what it would mean if all began anew."""

import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from mosaic.core.errors import Conflict
from mosaic.core.start import Ready
from mosaic.knowledge import service
from mosaic.knowledge.links import list_links
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.shapes import EntryUpdate
from mosaic.knowledge.writing import insert_entries
from tests.world import Person, make_world

NAMES = ["Tea", "tea", "TEA", "chai", "drinks/Tea"]
PATHS = [None, None, "Tea", "drinks/Tea", "drinks/Chai"]
FILES = ["Tea.md", "../Tea.md", "drinks/Tea.md", "./Chai.md", "chai"]

Step = tuple[str, int, dict[str, Any]]


def _content(chance: Random) -> str:
    words = [f"[[{name}]]" for name in NAMES] + [f"[x]({file})" for file in FILES]
    return " ".join(chance.choices(words, k=chance.randint(1, 4)))


def _values(chance: Random) -> dict[str, Any]:
    """Return one thing to change about a page."""
    return chance.choice(
        [
            {"content": _content(chance)},
            {"title": chance.choice(NAMES)},
            {"aliases": chance.sample(NAMES, k=chance.randint(0, 2))},
            {"slug": chance.choice(["tea", "chai", "TEA"])},
            {"status": chance.choice(["DRAFT", "PUBLISHED", "PUBLISHED", "ARCHIVED"])},
            {"visibility": chance.choice(["PRIVATE", "WORKSPACE", "WORKSPACE"])},
        ]
    )


def _steps(chance: Random) -> Iterator[Step]:
    """Give what happens: some pages are written, then anything."""
    for number in range(45):
        kind = chance.choices(["create", "change", "remove"], [3, 10, 1])[0]
        if number < 5 or kind == "create":
            hidden = chance.choice([{}, {}, {}, {"status": "DRAFT"}, {"visibility": "PRIVATE"}])
            aliases = chance.sample(NAMES, k=chance.choice([0, 0, 1]))
            title, path = chance.choice(NAMES), chance.choice(PATHS)
            values = {"title": title, "path": path, "content": _content(chance), **hidden}
            yield "create", 0, {**values, "aliases": aliases}
        else:
            yield kind, chance.randrange(100), _values(chance)


@dataclass
class Model:
    """What the pages are, as an outsider would keep it."""

    people: list[Person]
    pages: list[dict[str, Any]] = field(default_factory=list)

    async def do(self, step: Step) -> None:
        """Do one step, to the pages and to the model of them; a slug that is taken is let be."""
        kind, which, values = step
        if kind == "create":
            await self.create(values)
        elif self.pages:
            page = self.pages[which % len(self.pages)]
            person = self.people[page["author"]]
            if kind == "change":
                await self.change(person, page, values)
            else:
                async with person.work() as work:
                    await service.remove_entry(work, page["slug"])
                self.pages.remove(page)

    async def create(self, values: dict[str, Any]) -> None:
        author = len(self.pages) % 2
        try:
            async with self.people[author].work() as work:
                [id] = await insert_entries(work, [Draft(**values)])
                entry = await work.session.get_one(service.Entry, id)
        except Conflict:
            return
        self.pages.append({"author": author, "old": set(), **entry.model_dump()})

    async def change(self, person: Person, page: dict[str, Any], values: dict[str, Any]) -> None:
        try:
            async with person.work() as work:
                after = await service.change_entry(work, page["slug"], EntryUpdate(**values))
        except Conflict:
            return
        assert after.id == page["id"], "somebody else's page was changed"
        if after.slug != page["slug"]:
            page["old"].add(page["slug"])
        page |= after.model_dump(include={*values, "slug", "status", "visibility"})

    def meant(self, page: dict[str, Any], written: str, among: list[dict[str, Any]]) -> list[Any]:
        """Return the ids of the pages that a link means, by the contract and nothing else."""
        if not written.startswith("[["):
            place = posixpath.join(posixpath.dirname(page["path"] or ""), written)
            place = posixpath.normpath(place).removesuffix(".md")
            return [p["id"] for p in among if p["path"] == place]
        name = written.strip("[]")
        looks = (
            lambda p: p["title"] == name,
            lambda p: p["slug"] == name,
            lambda p: p["path"] == name,
            lambda p: name in p["aliases"],
            lambda p: _fold(p["title"]) == _fold(name),
            lambda p: name in p["old"],
        )
        found = ([p["id"] for p in among if look(p)] for look in looks)
        return next((ids for ids in found if ids), [])

    def links(self) -> Iterator[tuple[dict[str, Any], int, str]]:
        """Give every link as (page, place on the page, as written)."""
        for page in self.pages:
            words = [w.removeprefix("[x](").removesuffix(")") for w in _words(page["content"])]
            yield from ((page, at, word) for at, word in enumerate(words))

    @property
    def shared(self) -> list[dict[str, Any]]:
        """The pages that a link in anybody's page can mean."""
        return [
            p for p in self.pages if p["status"] == "PUBLISHED" and p["visibility"] != "PRIVATE"
        ]

    def own(self, author: int) -> list[dict[str, Any]]:
        """The hidden pages that only their author's eyes find."""
        return [
            p
            for p in self.pages
            if p["author"] == author
            and p["status"] != "ARCHIVED"
            and (p["status"] == "DRAFT" or p["visibility"] == "PRIVATE")
        ]


def _words(content: str) -> list[str]:
    return content.replace("]] ", "]]\n").replace(") ", ")\n").splitlines()


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _stored(ready: Ready, workspace: str) -> dict[tuple[Any, int], tuple[Any, bool]]:
    query = (
        "SELECT source_id, ordinal, target_id, ambiguous FROM links l "
        "JOIN workspaces w ON w.id = l.workspace_id WHERE w.slug = %s"
    )
    with psycopg.connect(ready.admin_dsn, row_factory=dict_row) as owner:
        rows = owner.execute(query, [workspace]).fetchall()
    return {(r["source_id"], r["ordinal"]): (r["target_id"], r["ambiguous"]) for r in rows}


async def _look(model: Model, ready: Ready) -> None:
    expected = {}
    for page, at, written in model.links():
        ids = model.meant(page, written, model.shared)
        expected[page["id"], at] = (ids[0] if len(ids) == 1 else None, len(ids) > 1)
    assert _stored(ready, model.people[0].workspace) == expected


async def _look_as(model: Model, author: int) -> None:
    """Compare what a person is shown: shared pages first, else the person's own hidden ones."""
    visible = {page["id"] for page in model.shared + model.own(author)} | {
        page["id"] for page in model.pages if page["author"] == author
    }
    expected: dict[Any, list[tuple[Any, bool, list[Any]]]] = {id: [] for id in visible}
    for page, _, written in model.links():
        if page["id"] in visible:
            ids = model.meant(page, written, model.shared)
            ids = ids or model.meant(page, written, model.own(author))
            slugs = [p["slug"] for p in model.pages if p["id"] in ids]
            one = slugs[0] if len(ids) == 1 else None
            several = sorted(slugs) if len(ids) > 1 else []
            expected[page["id"]].append((one, len(ids) > 1, several))
    async with model.people[author].work() as work:
        for id, links in expected.items():
            found = await list_links(work, await work.session.get_one(service.Entry, id))
            shown = [(x.slug, x.ambiguous, sorted(c.slug for c in x.candidates)) for x in found]
            assert shown == links


@pytest.mark.parametrize("seed", range(6))
async def test_links_mean_what_they_would_if_all_began_anew(
    pool: None, ready: Ready, seed: int
) -> None:
    world = await make_world()
    model = Model([world.ana, world.adam])
    for step in _steps(Random(seed)):
        await model.do(step)
        await _look(model, ready)
    for author in range(2):
        await _look_as(model, author)
