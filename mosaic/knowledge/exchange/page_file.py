"""A page as a Markdown file: what a file says, and the file that says what a page is.

A file that says already what the page is stays as it was. Else its front matter is changed where
it says something else, and nowhere else. So whatever was read from a file is written the same.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from mosaic.knowledge.exchange.file_names import names
from mosaic.knowledge.front_matter import (
    NO_FRONT,
    REMOVED,
    Unchangeable,
    change_front_matter,
    split_front_matter,
)
from mosaic.knowledge.names import slugify
from mosaic.knowledge.properties import (
    Properties,
    inline_tags,
    is_known,
    lines_of,
    name_of,
    one_line,
    read_properties,
)
from mosaic.knowledge.render.markdown import Document
from mosaic.knowledge.rows import Past
from mosaic.knowledge.tags import slugs_of, tag_slug

_MOST_TAGS = 100


@dataclass
class Page:
    """A page as a file says it. `file` is `path` with its ending, unless the file says otherwise.

    `front_matter` with its `---` lines and `content` are the whole text. `slug` None: from the
    title. `status` and `visibility` None: the usual ones. `document`: the content, once parsed.
    The last three are told by an export in JSON only: names it had, as (step, key), colours of its
    tags, and all versions.
    """

    path: str | None
    title: str
    content: str
    file: str = ""
    front_matter: str = ""
    slug: str | None = None
    aliases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    summary: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    status: str | None = None
    visibility: str | None = None
    note: str = ""
    document: Document | None = None
    old_names: set[tuple[int, str]] = field(default_factory=set)
    colors: dict[str, str] = field(default_factory=dict)
    history: list[Past] = field(default_factory=list)


def read_page(file: str, text: str) -> Page:
    """Return the page that a file with this `text` is; `file` is its path in the vault."""
    inside = str(PurePosixPath(file).with_suffix(""))
    front_matter, content = split_front_matter(text)
    found, note = read_properties(front_matter)
    path = found.path if found.path and names(found.path, inside) else inside
    tags = dict.fromkeys([*found.tags, *inline_tags(content)])
    return Page(
        path=path,
        title=found.title or _title_at(path),
        content=content,
        file=file,
        front_matter=front_matter,
        slug=found.slug,
        aliases=found.aliases,
        tags=list(tags)[:_MOST_TAGS],
        properties=found.rest,
        status=found.status,
        visibility=found.visibility,
        summary=found.summary,
        created=found.created,
        updated=found.updated,
        note=note,
    )


@dataclass
class Kept:
    """What a page is. `path` None: it was written here, and its times belong into its file."""

    title: str
    slug: str
    content: str
    front_matter: str
    path: str | None
    aliases: list[str]
    tags: list[str]
    properties: dict[str, Any]
    summary: str | None
    status: str
    visibility: str
    created: datetime
    updated: datetime

    @property
    def hidden(self) -> bool:
        """Whether only its author sees it."""
        return self.status == "DRAFT" or self.visibility == "PRIVATE"


Settle = Callable[[str | None, Kept], str | None]


def write_page(kept: Kept, file: str, settle: Settle) -> str:
    """Return the text of `file` for a page.

    `settle` tells which address an import gives the page when its file asks for one, or for none.
    """
    front, content = kept.front_matter, kept.content.replace("\r\n", "\n")
    if front and content and not front.endswith("\n"):
        front += "\n"
    whole = front + content
    if split_front_matter(whole) != (front, content) or whole.startswith("\ufeff"):
        # Text that would be taken for front matter stays text behind front matter of its own.
        front, content = NO_FRONT, whole
    text = _changed(front, content, kept, file, settle)
    if text is None:
        text = _changed(NO_FRONT, front + content, kept, file, settle)
    return front + content if text is None else text


def _changed(front: str, content: str, kept: Kept, file: str, settle: Settle) -> str | None:
    """Return the text with front matter that says what the page is; None when that is no use."""
    with suppress(Unchangeable):
        said, found = _read(front, content, file)
        values = _other_differences(found, kept)
        for _ in range(3):  # a name that goes may uncover another that means the same
            values |= _differences(said, found, kept, settle)
            if not values:
                return front + content
            front, values = change_front_matter(front, values), {}
            if split_front_matter(front + content) != (front, content):
                break
            said, found = _read(front, content, file)
        if not _differences(said, found, kept, settle):
            return front + content
    return None


def _read(front: str, content: str, file: str) -> tuple[Page, Properties]:
    return read_page(file, front + content), read_properties(front)[0]


def _other_differences(found: Properties, kept: Kept) -> dict[str, Any]:
    own = {name: value for name, value in kept.properties.items() if not is_known(name)}
    gone = [name for name in found.rest if not is_known(name) and name not in own]
    values = {n: value for n, value in own.items() if found.rest.get(n, REMOVED) != value}
    return values | dict.fromkeys(gone, REMOVED)


def _differences(said: Page, found: Properties, kept: Kept, settle: Settle) -> dict[str, Any]:
    """Return what the front matter is to say instead of what is `said`, by its names."""
    path = kept.path or said.path or ""
    now = {
        "title": found.title or _title_at(path),
        "path": said.path,
        "slug": _slug(said, kept, settle),
        "aliases": said.aliases,
        "summary": said.summary,
        "status": said.status or "PUBLISHED",
        "visibility": said.visibility or "WORKSPACE",
    }
    wanted = {
        "title": one_line(kept.title)[:200] or "Untitled",
        "path": path,
        "slug": kept.slug,
        "aliases": lines_of(kept.aliases),
        "summary": (kept.summary or "").strip()[:1000] or None,
        "status": kept.status,
        "visibility": kept.visibility,
    }
    values = {name: value or REMOVED for name, value in wanted.items() if now[name] != value}
    values |= _tags(said, found, kept) | _times(said, kept)
    understood = {name: bool(getattr(found, name)) for name in values}
    understood["path"] = found.path == said.path
    return {name_of(found.rest, n, understood[n]): value for n, value in values.items()}


def _slug(said: Page, kept: Kept, settle: Settle) -> str | None:
    # A page that was written here is known again by its address, so that one is told in full.
    told = said.slug or slugify(kept.title)
    return told if kept.path is None and told != kept.slug else settle(said.slug, kept)


def _tags(said: Page, found: Properties, kept: Kept) -> dict[str, Any]:
    wanted = {tag_slug(name): name for name in kept.tags}
    if slugs_of(said.tags) == wanted.keys():
        return {}
    listed = [name for name in found.tags if tag_slug(name) in wanted]
    there = slugs_of([*listed, *inline_tags(said.content)])
    listed += [wanted[slug] for slug in sorted(wanted.keys() - there)]
    return {} if listed == found.tags else {"tags": listed or REMOVED}


def _times(said: Page, kept: Kept) -> dict[str, Any]:
    times = {"created": (said.created, kept.created), "updated": (said.updated, kept.updated)}
    return {
        name: now
        for name, (told, now) in times.items()
        if (told or kept.path is None) and _second(told) != _second(now)
    }


def _second(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC).replace(microsecond=0)


def _title_at(path: str) -> str:
    return PurePosixPath(path).name.strip()[:200] or "Untitled"
