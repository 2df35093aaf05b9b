"""What crosses the wire about search."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mosaic.core.pagination import PageMeta
from mosaic.core.shapes import Instant, Shape, Text
from mosaic.knowledge.shapes import Status, Visibility

Mode = Literal["hybrid", "text", "semantic"]
Matched = Literal["title", "text", "fuzzy", "semantic"]


Asked = Annotated[Text, Field(min_length=1, max_length=1000)]


class SearchQuery(Shape):
    """What is searched for, where, and which part of it is wanted.

    `q` may name filters, too (see `operators`); those beside it come first.
    """

    q: Text = Field("", max_length=1000)
    mode: Mode = "hybrid"
    status: Status | None = None
    visibility: Visibility | None = None
    tag: Text | None = Field(None, max_length=200)
    updated_after: Instant | None = None
    updated_before: Instant | None = None
    page: int = Field(1, ge=1, le=1_000)
    limit: int = Field(20, ge=1, le=100)


class MeaningQuery(Shape):
    """What is searched for by meaning."""

    query: Asked
    limit: int = Field(10, ge=1, le=100)


class LearningStarted(Shape):
    """A run that learns what pages mean, in the background."""

    job_id: UUID


class Hit(Shape):
    """A page that was found, and why. `snippet` is safe HTML with `<mark>`.

    `path` is its file's, without the ending, where it came from one.
    """

    slug: str
    title: str
    path: str | None = None
    snippet: str
    score: float
    matched: list[Matched]


class HitsMeta(PageMeta):
    """How much was found, at most a thousand, and how it was really looked for."""

    mode: Mode


class Hits(Shape):
    """A page of what was found, the best first."""

    data: list[Hit]
    meta: HitsMeta


class Completion(Shape):
    """A name that what is being typed may become; which fields it has depends on its kind.

    `link` is what stands between the brackets of a link to the page, where its name cannot.
    """

    title: str | None = None
    slug: str | None = None
    alias: str | None = None
    path: str | None = None
    link: str | None = None
    name: str | None = None
    heading: str | None = None


class Completions(Shape):
    """Names, the likeliest first."""

    data: list[Completion]
