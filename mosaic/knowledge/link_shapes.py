"""What crosses the wire about links between pages."""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Limits

from mosaic.core.shapes import Shape
from mosaic.core.shapes import Text as SafeText
from mosaic.knowledge.shapes import EntrySlug


class Backlink(Shape):
    """A page that links here, with the sentence around the link; or that only names this one.

    `linked` is there where both are asked for.
    """

    slug: str
    title: str
    context: str
    linked: bool | None = None


class MentionToLink(Shape):
    """The page on which a mention is to become a link."""

    source: EntrySlug


class Candidate(Shape):
    """A page that a link could mean; `path` is where its file is, if it came from one."""

    slug: str
    title: str
    path: str | None = None


class LinkToSettle(Shape):
    """What a link says, `target`, and the address of the page that it is to mean.

    `version`, if given, is the one of the page with the link that the choice was made on.
    """

    target: str
    means: EntrySlug
    version: int | None = None


class PageNamed(Shape):
    """An entry."""

    slug: str
    title: str


class NameToSettle(Shape):
    """What links say, `target`, and the address of the page that they are to mean everywhere."""

    target: Annotated[SafeText, Limits(max_length=500)]
    means: EntrySlug


class PageWritten(Shape):
    """An entry that was written anew, and the version that it became."""

    id: UUID
    version: Annotated[int, Limits(ge=1, le=2_147_483_647)]


class LinksSettled(Shape):
    """Pages whose links mean one page now, and pages where a link is best written by hand."""

    pages: list[PageWritten]
    left: list[PageNamed]


class PagesToTakeBack(Shape):
    """Pages that are to read as they did before a version."""

    pages: Annotated[list[PageWritten], Limits(max_length=500)]


class TakenBack(Shape):
    """Pages that read as before, and those that somebody has changed since."""

    undone: list[PageNamed]
    left: list[PageNamed]


class LinkPublic(Shape):
    """A link as written, and what it points at now."""

    target: str
    heading: str | None
    text: str | None
    embed: bool
    resolved: bool
    ambiguous: bool
    slug: str | None
    title: str | None
    candidates: list[Candidate]


class LinkCounts(Shape):
    """How many links on how many pages lead to a page, to none, or to several."""

    pages: int
    resolved: int
    broken: int
    ambiguous: int
