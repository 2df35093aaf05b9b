"""Tables of the graph."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import REAL, BigInteger, DateTime, ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at


def _of_entry(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", column], ["entries.workspace_id", "entries.id"], ondelete="CASCADE"
    )


class GraphLayout(SQLModel, table=True):
    """The last time a workspace was arranged: from which generation, and how much there was."""

    __tablename__ = "graph_layouts"
    workspace_id: UUID = Field(primary_key=True, foreign_key="workspaces.id", ondelete="CASCADE")
    generation: int = Field(sa_type=BigInteger)
    nodes: int
    edges: int
    computed_at: datetime = made_at()


class GraphPlace(SQLModel, table=True):
    """Where a page that others see too is drawn, with whom it belongs, and how central it is."""

    __tablename__ = "graph_places"
    __table_args__ = (
        _of_entry("entry_id"),
        Index("ix_graph_places_workspace_id_community", "workspace_id", "community"),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    x: float = Field(sa_type=REAL)
    y: float = Field(sa_type=REAL)
    community: int
    centrality: float = Field(sa_type=REAL)


class EntrySpan(SQLModel, table=True):
    """From when until when a page was there, and not archived. Triggers keep it."""

    __tablename__ = "entry_spans"
    __table_args__ = (_of_entry("entry_id"),)
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class LinkSpan(SQLModel, table=True):
    """From when until when a page linked to another. Triggers keep it."""

    __tablename__ = "link_spans"
    __table_args__ = (
        _of_entry("source_id"),
        _of_entry("target_id"),
        Index("ix_link_spans_target_id_source_id", "target_id", "source_id"),
        Index("ix_link_spans_workspace_id", "workspace_id"),
        Index(
            "uq_link_spans_open",
            "source_id",
            "target_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
    )
    workspace_id: UUID
    source_id: UUID = Field(primary_key=True)
    target_id: UUID = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
