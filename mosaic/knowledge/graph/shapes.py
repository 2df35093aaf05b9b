"""What crosses the wire about the graph."""

from datetime import date
from uuid import UUID

from pydantic import Field

from mosaic.core.shapes import Shape
from mosaic.knowledge.shapes import Status

MOST_NODES = 5_000
MOST_NEIGHBOURS = 500
DEEPEST = 5


class Moment(Shape):
    """Which graph: that of now, or that of the end of a day (UTC)."""

    at: date | None = None


class GraphQuery(Moment):
    """Which pages, and how many of them at most: those that are linked most.

    Archived pages are left out unless asked for.
    """

    tag: str | None = Field(None, max_length=200)
    status: Status | None = None
    orphans: bool = True
    community: int | None = Field(None, ge=0, le=2_000_000_000)
    limit: int = Field(MOST_NODES, ge=1, le=MOST_NODES)


class NeighbourhoodQuery(Moment):
    """How far around a page."""

    depth: int = Field(1, ge=1, le=DEEPEST)


class GraphNode(Shape):
    """A page. `degree` is with how many pages that fit what was asked it is linked, either way.

    `community` is null until the graph has been arranged with the page in it.
    """

    id: UUID
    slug: str
    title: str
    x: float
    y: float
    degree: int
    community: int | None
    tags: list[str]


class GraphEdge(Shape):
    """A link from one page to another, by their ids."""

    source: UUID
    target: UUID


class GraphMeta(Shape):
    """How much there is of what fits, and whether some of it is left out."""

    truncated: bool
    total_nodes: int
    total_edges: int


class Graph(Shape):
    """Pages and the links between them."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    meta: GraphMeta


class Community(Shape):
    """Pages that link each other more than others; `title` is of the one that is linked most."""

    community: int
    title: str
    size: int
    x: float
    y: float


class CommunityEdge(Shape):
    """How many links there are between two communities."""

    source: int
    target: int
    links: int


class Communities(Shape):
    """The graph from far away.

    `scattered` pages belong to no community of several, `waiting` ones are not arranged yet.
    """

    nodes: list[Community]
    edges: list[CommunityEdge]
    scattered: int
    waiting: int
    meta: GraphMeta


class Connected(Shape):
    """A page, and with how many pages it is linked."""

    slug: str
    title: str
    degree: int


class TagCount(Shape):
    """A tag, and on how many pages it is."""

    slug: str
    name: str
    pages: int


class GraphStats(Shape):
    """The graph in numbers."""

    total_nodes: int
    total_edges: int
    orphans: int
    broken_links: int
    average_degree: float
    most_connected: list[Connected]
    tag_distribution: list[TagCount]


class LayoutStarted(Shape):
    """A run that arranges the graph."""

    job_id: UUID
