"""A page as a JSON file, with everything that it was: written by an export, read by an import."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field as Limits
from pydantic import ValidationError

from mosaic.core.decoding import Unreadable
from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText
from mosaic.knowledge.exchange.page_file import Page
from mosaic.knowledge.resolution import OLD
from mosaic.knowledge.rows import Past
from mosaic.knowledge.shapes import (
    Aliases,
    Color,
    Content,
    EntrySlug,
    Note,
    Status,
    Summary,
    Visibility,
)

LISTED = "mosaic.json"  # what is in an archive
PAGES, ATTACHMENTS = "pages/", "attachments/"
_FOREIGN = "This file is not as an export writes it."
_MOST_TAGS = 200
Path = Annotated[SafeText, Limits(max_length=500, min_length=1)]


class TagFile(Shape):
    """A tag of a page."""

    name: Line
    color: Color | None = None


class LinkFile(Shape):
    """A link of a page as written; `leads_to` is the address that it means."""

    kind: str
    target: str
    heading: str | None
    text: str | None
    embed: bool
    leads_to: str | None


class FieldsFile(Shape):
    """What a page had beside its text."""

    summary: Summary | None
    status: Status
    visibility: Visibility
    aliases: Aliases
    tags: Annotated[list[Line], Limits(max_length=_MOST_TAGS)]
    properties: dict[str, Any]
    front_matter: SafeText


class VersionFile(Shape):
    """What a page was after one edit. `fields` None: that was not kept at the time."""

    title: SafeText
    content: SafeText
    change_note: Note
    created_at: Instant
    fields: FieldsFile | None = None


class PageFile(Shape):
    """A page. Its versions are all there were, the last one as it is now; links are to be read,
    an import finds them in the content.
    """

    slug: EntrySlug
    title: Line
    path: Path | None
    status: Status
    visibility: Visibility
    summary: Summary | None
    aliases: Aliases
    old_slugs: list[Path]
    old_paths: list[Path] = []
    old_titles: list[Path] = []
    tags: Annotated[list[TagFile], Limits(max_length=_MOST_TAGS)]
    properties: dict[str, Any]
    created_at: Instant
    updated_at: Instant
    front_matter: SafeText
    content: Content
    links: list[LinkFile] = []
    versions: Annotated[list[VersionFile], Limits(min_length=1)]


class AttachmentFile(Shape):
    """An attachment: the file in the archive, and its path in the wiki."""

    file: str
    path: Path


class Listed(Shape):
    """What an archive is, and the attachments in it."""

    format: str
    format_version: int
    exported_at: datetime
    workspace: str
    pages: int
    attachments: list[AttachmentFile]


def write_json(page: Shape) -> bytes:
    """Return the text of a file."""
    return page.model_dump_json(by_alias=True, indent=1).encode()


def read_listed(data: bytes) -> dict[str, str]:
    """Return the paths of attachments by their files. ValueError for what is no such list."""
    listed = Listed.model_validate_json(data)
    return {one.file: one.path for one in listed.attachments}


def read_json_page(file: str, data: bytes) -> Page:
    """Return the page that a file is. Raises Unreadable."""
    try:
        found = PageFile.model_validate_json(data)
    except (ValidationError, RecursionError) as problem:
        raise Unreadable(_FOREIGN) from problem
    old = zip(OLD, (found.old_slugs, found.old_paths, found.old_titles), strict=True)
    return Page(
        path=found.path,
        title=found.title,
        content=found.content,
        file=file,
        front_matter=found.front_matter,
        slug=found.slug,
        aliases=found.aliases,
        tags=[tag.name for tag in found.tags],
        properties=found.properties,
        summary=found.summary,
        created=found.created_at,
        updated=found.updated_at,
        status=found.status,
        visibility=found.visibility,
        old_names={(step, key) for step, keys in old for key in keys},
        colors={tag.name: tag.color for tag in found.tags if tag.color},
        history=[Past(**version.model_dump()) for version in found.versions],
    )
