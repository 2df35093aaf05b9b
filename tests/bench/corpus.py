"""A seeded corpus: 100,000 pages with 500,000 links in 20 workspaces, of which one holds half."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from mosaic.knowledge.names import fold, slugify
from mosaic.knowledge.render.markdown import RENDERER, parse
from mosaic.knowledge.resolution import link_row, names
from mosaic.knowledge.search.words import label_rows, text_row
from tests.bench.words import Words

SEED = 20_261_124
PAGES = int(os.environ.get("PAGES", "100_000"))  # fewer while a measurement is written
LINKS, WORKSPACES, HUB_BACKLINKS = 5 * PAGES, 20, PAGES // 10
_SHOWN = 200  # pages of which the renderer is asked whether they are what it would have made
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class Page:
    """A page that is made, and where its links lead: places in the workspace, None is nowhere."""

    id: UUID
    title: str
    slug: str
    tags: list[int]
    aliases: list[str]
    hidden: bool
    targets: list[int | None] = field(default_factory=list)


def fill(owner: psycopg.Connection[Any], workspaces: list[UUID], root: UUID, mia: UUID) -> str:
    """Write the corpus as owner of the tables; return the slug of the hub in the first workspace.

    Root writes what everybody sees, Mia what only she does.
    """
    words, random = Words(SEED), Random(SEED)
    rest = (PAGES // 2) // (WORKSPACES - 1)
    sizes = [PAGES // 2, *[rest] * (WORKSPACES - 1)]
    sizes[-1] += PAGES - sum(sizes)
    indexes = _put_away_indexes(owner)
    hub = ""
    for number, (workspace, size) in enumerate(zip(workspaces, sizes, strict=True)):
        pages = _pages(words, random, size)
        links = LINKS * size // PAGES
        _link(random, pages, links, HUB_BACKLINKS if number == 0 else 0)
        hub = hub or pages[0].slug
        _load(owner, workspace, pages, words, random, (root, mia))
    owner.execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        owner.execute(index)
    owner.commit()
    return hub


def _put_away_indexes(owner: psycopg.Connection[Any]) -> list[str]:
    """Drop the indexes that no constraint stands on; return how they are made again, at once."""
    found = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique",
        [list(_COLUMNS)],
    ).fetchall()
    for name, _ in found:
        owner.execute(f"DROP INDEX {name}")
    return [made for _, made in found]


def _pages(words: Words, random: Random, size: int) -> list[Page]:
    pages, titles = [], set()
    while len(pages) < size:
        title = " ".join(words.telling(random.choice((2, 2, 3, 3, 4)))).capitalize()
        if fold(title) in titles:
            continue
        titles.add(fold(title))
        alias = [" ".join(words.telling(2))] if random.random() < 0.1 else []
        tags = sorted({int(60 * random.random() ** 3) for _ in range(random.randrange(4))})
        id = UUID(int=(random.getrandbits(48) << 80) | (7 << 76) | random.getrandbits(76))
        slug = title.lower().replace(" ", "-")
        # Nobody links to what only its author sees, and the hub is seen by all.
        hidden = bool(pages) and random.random() < 0.02
        pages.append(Page(id, title, slug, tags, alias, hidden))
    return pages


def _link(random: Random, pages: list[Page], number: int, to_hub: int) -> None:
    """Spread links: a few pages are linked often, most now and then, one in fifty leads nowhere."""
    size = len(pages)
    for source in random.sample(range(1, size), to_hub) if to_hub else ():
        pages[source].targets.append(0)
    for _ in range(number - to_hub):
        target = 1 + int((size - 1) * random.random() ** 2)
        lost = random.random() < 0.02 or pages[target].hidden
        pages[random.randrange(size)].targets.append(None if lost else target)


def _load(
    owner: psycopg.Connection[Any],
    workspace: UUID,
    pages: list[Page],
    words: Words,
    random: Random,
    people: tuple[UUID, UUID],
) -> None:
    root, mia = people
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
    tags = [UUID(int=random.getrandbits(128)) for _ in range(60)]
    rows["tags"] = [(tag, workspace, f"topic-{n}", f"Topic {n}") for n, tag in enumerate(tags)]
    for number, page in enumerate(pages):
        text = _Text(words, random, page, pages)
        if number < _SHOWN // WORKSPACES:
            _check(page, text)
        at = _BEGIN + timedelta(minutes=random.randrange(1_500_000))
        visibility = "PRIVATE" if page.hidden else "WORKSPACE"
        author = mia if page.hidden else root
        says = (page.id, workspace, page.slug, page.title, text.content, text.html, RENDERER)
        seen = ("PUBLISHED", visibility, page.aliases, 1, author, author, at, at)
        rows["entries"].append((*says, *seen))
        rows["entry_versions"].append((workspace, page.id, 1, page.title, text.content, author, at))
        called = names(page.slug, page.title, None, page.aliases)
        rows["entry_names"] += [(workspace, page.id, step, key) for step, key in sorted(called)]
        rows["entry_tags"] += [(workspace, page.id, tags[n]) for n in page.tags]
        rows["links"] += [(workspace, page.id, *link) for link in text.links]
        rows["entry_texts"].append(_values(text_row(workspace, page.id, page.title, text.plain)))
        labels = label_rows(workspace, page.id, page.title, page.aliases)
        rows["entry_labels"] += map(_values, labels)
    for table, columns in _COLUMNS.items():
        _copy(owner, table, columns, rows[table])
    owner.commit()


_COLUMNS = {
    "tags": "id, workspace_id, slug, name",
    "entries": "id, workspace_id, slug, title, content, html, renderer, status, visibility, "
    "aliases, version, created_by, updated_by, created_at, updated_at",
    "entry_versions": "workspace_id, entry_id, version, title, content, created_by, created_at",
    "entry_names": "workspace_id, entry_id, step, key",
    "entry_tags": "workspace_id, entry_id, tag_id",
    "links": "workspace_id, source_id, ordinal, kind, target, folded, embed, context, target_id",
    "entry_texts": "workspace_id, entry_id, title, body, title_pairs, pairs, derivation",
    "entry_labels": "workspace_id, entry_id, label, typed, is_alias",
}


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.values())


def _copy(
    owner: psycopg.Connection[Any], table: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    with owner.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


class _Text:
    """What a page says: paragraphs under headings, and its links within sentences.

    The HTML is put together here, as rendering so many pages would take minutes; `_check` sees to
    it that it is what the renderer makes.
    """

    def __init__(self, words: Words, random: Random, page: Page, pages: list[Page]) -> None:
        self.links: list[tuple[Any, ...]] = []
        self._pages, targets = pages, list(page.targets)
        left = max(random.randrange(7, 22), len(targets))
        content, html, plain = [], [], []
        while left:
            if content and len(content) % 3 == 0:
                heading = " ".join(words.telling(2)).capitalize()
                content.append(f"## {heading}")
                plain.append(heading)
                html.append(f'<h2 id="h-{heading.lower().replace(" ", "-")}">{heading}</h2>\n')
            size = min(left, random.randrange(2, 7))
            sentences = [self._sentence(words, random, targets, left - n) for n in range(size)]
            content.append(" ".join(written for written, _, _ in sentences))
            html.append(f"<p>{' '.join(shown for _, shown, _ in sentences)}</p>\n")
            plain.append(" ".join(said for _, _, said in sentences))
            left -= size
        self.content, self.html = "\n\n".join(content), "".join(html)
        self.plain = "\n".join(plain)

    def _sentence(
        self, words: Words, random: Random, targets: list[int | None], left: int
    ) -> tuple[str, str, str]:
        """Return the next sentence: as written, HTML, plain. `left` is how many are to come."""
        said = words.take(random.randrange(6, 18))
        while len(said[-1]) == 1:  # which would not end a sentence
            said.pop()
        before = " ".join(said).capitalize()
        if not targets or random.random() > len(targets) / left:
            return f"{before}.", f"{before}.", f"{before}."
        place, ordinal = targets.pop(), len(self.links)
        lost = " ".join(["Wanted", *words.telling(2)])
        title = self._pages[place].title if place is not None else lost
        target = self._pages[place].id if place is not None else None
        plain = f"{before} {title}."
        self.links.append((ordinal, "wiki", title, fold(title), False, plain, target))
        shown = f'{before} <a data-link="{ordinal}">{title}</a>.'
        return f"{before} [[{title}]].", shown, plain


def _check(page: Page, text: _Text) -> None:
    made = parse(text.content)
    assert made.html == text.html, f"{text.content}\n\n{made.html}\n\n{text.html}"
    assert made.text == text.plain
    assert slugify(page.title) == page.slug
    rows = [link_row(link, None) for link in made.links]
    wanted = [dict(zip(_LINK, link, strict=True)) for link in text.links]
    assert [{name: row[name] for name in _LINK[:-1]} for row in rows] == [
        {name: link[name] for name in _LINK[:-1]} for link in wanted
    ]


_LINK = ("ordinal", "kind", "target", "folded", "embed", "context", "target_id")
