"""Columns that the tables of all features share."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, text
from sqlmodel import Field

At = Annotated[datetime, Field(sa_type=DateTime(timezone=True))]


def made_at() -> Any:
    """Return a column for a time that the database sets when the row is added."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("now()")},
    )
