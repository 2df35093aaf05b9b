"""Tables of what pages are found by."""

from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import ARRAY, Computed, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from mosaic.knowledge.models import of_entry


class EntryText(SQLModel, table=True):
    """The plain words of an entry, read twice: with English stems, and as they are.

    `derivation` is the version of what made them (see `words`); 0 was before there were any.
    """

    __tablename__ = "entry_texts"
    __table_args__ = (
        of_entry("entry_id"),
        Index("ix_entry_texts_title_words", "workspace_id", "title_words", postgresql_using="gin"),
        Index("ix_entry_texts_words", "workspace_id", "words", postgresql_using="gin"),
        Index("ix_entry_texts_derivation", "workspace_id", "derivation"),
        Index(
            "ix_entry_texts_body",
            "workspace_id",
            "body",
            postgresql_using="gin",
            postgresql_ops={"body": "gin_trgm_ops"},
        ),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    title_pairs: list[str] = Field(sa_type=ARRAY(Text))
    pairs: list[str] = Field(sa_type=ARRAY(Text))
    derivation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    title_words: Any = Field(
        nullable=True,
        sa_type=TSVECTOR,
        sa_column_args=[Computed("app_vector(title, ''::text, title_pairs)")],
    )
    words: Any = Field(
        nullable=True, sa_type=TSVECTOR, sa_column_args=[Computed("app_vector(title, body, pairs)")]
    )


class EntryLabel(SQLModel, table=True):
    """A name that somebody may type to find an entry."""

    __tablename__ = "entry_labels"
    __table_args__ = (
        of_entry("entry_id"),
        Index(
            "ix_entry_labels_typed",
            "workspace_id",
            "typed",
            postgresql_ops={"typed": "text_pattern_ops"},
        ),
        Index(
            "ix_entry_labels_letters",
            "workspace_id",
            "typed",
            postgresql_using="gin",
            postgresql_ops={"typed": "gin_trgm_ops"},
        ),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    label: str = Field(primary_key=True, sa_type=Text)
    typed: str = Field(sa_type=Text)
    is_alias: bool = Field(primary_key=True)


def _close(length: int) -> Index:
    return Index(
        f"ix_embeddings_{length}",
        text(f"(embedding::vector({length})) vector_cosine_ops"),
        postgresql_using="hnsw",
        postgresql_where=text(f"dimension = {length}"),
    )


class Embedding(SQLModel, table=True):
    """What a part of an entry means to a model, as a vector of its length."""

    __tablename__ = "embeddings"
    __table_args__ = (
        of_entry("entry_id"),
        Index("ix_embeddings_workspace_id_model", "workspace_id", "model"),
        *map(_close, (384, 768, 1024, 1536)),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    model: str = Field(primary_key=True, sa_type=Text)
    part: int = Field(primary_key=True, sa_type=SmallInteger)
    version: int
    dimension: int
    embedding: Any = Field(sa_type=Vector)
