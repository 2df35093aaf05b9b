"""What is asked of the log."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement

from mosaic.accounts.events.models import SIGN_IN, SIGN_INS
from mosaic.core.pagination import PageQuery
from mosaic.core.shapes import Instant


class ActivityQuery(PageQuery):
    """Filters of the log; `from` and `to` bound the time."""

    limit: int = Field(50, ge=1, le=100)
    user_id: UUID | None = Field(None, alias="userId")
    action: str | None = Field(None, max_length=50)
    entity_type: str | None = Field(None, alias="entityType", max_length=50)
    entity_id: UUID | None = Field(None, alias="entityId")
    since: Instant | None = Field(None, alias="from")
    until: Instant | None = Field(None, alias="to")

    @property
    def is_for_sign_ins(self) -> bool:
        """Whether it asks for sign-ins, by their type or by an action that only they have."""
        return self.entity_type == SIGN_IN or (self.entity_type is None and self.action in SIGN_INS)


def between(at: Any, query: ActivityQuery) -> list[ColumnElement[bool]]:
    """Return the conditions that a column has for the time that was asked for."""
    since, until = query.since, query.until
    return [*([at >= since] if since else []), *([at <= until] if until else [])]
