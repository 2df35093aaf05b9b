"""The table of people whom a provider knows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at


class ProviderIdentity(SQLModel, table=True):
    """Somebody at an OpenID Connect provider, and their account here."""

    __tablename__ = "provider_identities"
    issuer: str = Field(primary_key=True, sa_type=Text)
    subject: str = Field(primary_key=True, sa_type=Text)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = made_at()
