"""What crosses the wire about how links stand."""

from typing import Literal
from uuid import UUID

from mosaic.core.shapes import Shape
from mosaic.knowledge.link_shapes import Candidate
from mosaic.knowledge.shapes import EntrySlug
from mosaic.knowledge.version_shapes import DiffPublic

Kind = Literal["wanted", "ambiguous", "headings", "files", "mentions", "alike", "orphans"]
# How two titles are nearly the same: case aside, by their words, or but for one letter.
SameTitle = Literal["same", "words", "letter"]


class PageCounted(Shape):
    """A page as it is at `version`; `path` is where its file is, if it came from one.

    `context` is the sentence around an ambiguous link on it, or in which it names another page.
    """

    slug: str
    title: str
    version: int
    path: str | None = None
    context: str = ""


class LinkCounted(Shape):
    """Something about links that deserves a look. Which fields it has depends on its kind.

    `name` is what links say, or a title; `pages` are at most five of the pages where it stands, or
    two that are alike; `count` is how many there are. `candidates` are the pages that an ambiguous
    link could mean; `slug` is the address of a page that is named without a link. Of two pages
    that are alike, `titles` tells how their titles are, and `texts` which part of their texts is
    the same, 0 to 1; null where they are not.
    """

    name: str
    count: int
    pages: list[PageCounted]
    candidates: list[Candidate] = []
    slug: str | None = None
    titles: SameTitle | None = None
    texts: float | None = None


class LinkHealth(Shape):
    """How many there are of each kind."""

    wanted: int
    ambiguous: int
    headings: int
    files: int
    mentions: int
    alike: int
    orphans: int


class PagesApart(Shape):
    """Two pages, by their addresses, of which somebody says that they are different, or not."""

    one: EntrySlug
    other: EntrySlug
    apart: bool = True


class PagesCompared(Shape):
    """Two pages as `LinkCounted` has them, and what has to be done to one to get the other."""

    alike: LinkCounted
    difference: DiffPublic


class LookStarted(Shape):
    """A run that looks through the pages."""

    job_id: UUID
