"""The table of what happened to accounts, and what crosses the wire about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, desc
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at
from mosaic.core.shapes import Instant, Shape

SIGN_IN = "sign_in"  # in activity, and the topic in each workspace of whoever signs in
SIGN_INS = ("SIGNED_IN", "SIGN_IN_REFUSED", "CODE_NEEDED", "CODE_REFUSED")


class AccountEvent(SQLModel, table=True):
    """One thing that happened to an account, and from where. Nobody changes it afterwards."""

    __tablename__ = "account_events"
    __table_args__ = (Index("ix_account_events_user_id_created_at", "user_id", desc("created_at")),)
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    action: str = Field(sa_type=Text)
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"}
    )
    ip_address: str | None = Field(default=None, sa_type=Text)
    user_agent: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    created_at: datetime = made_at()


class AccountEventPublic(Shape):
    """One line of it."""

    id: UUID
    action: str
    details: dict[str, Any]
    ip_address: str | None
    user_agent: str
    created_at: Instant
