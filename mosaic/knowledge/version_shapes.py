"""What crosses the wire about versions of a page."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Shape
from mosaic.knowledge.shapes import Status, Visibility


class VersionFields(Shape):
    """What a page had beside its text; tags by the names that they had."""

    summary: str | None
    status: Status
    visibility: Visibility
    tags: list[str]
    aliases: list[str]
    properties: dict[str, Any]


class VersionPublic(Shape):
    """What a page was after one edit. `fields` null: that was not kept at the time."""

    version: int
    title: str
    content: str
    change_note: str
    created_by: UUID
    created_at: Instant
    fields: VersionFields | None


class VersionRow(Shape):
    """A line of the history. `size` is in characters."""

    version: int
    title: str
    change_note: str
    size: int
    created_by: UUID
    created_at: Instant


class DiffPart(Shape):
    """A run of words on a line that changed."""

    op: Literal["equal", "insert", "delete"]
    text: str


class DiffLine(Shape):
    """A line of either version; `words` are there when it became another."""

    op: Literal["equal", "insert", "delete", "replace"]
    old: str | None
    new: str | None
    words: list[DiffPart]


class DiffHunk(Shape):
    """Lines that changed with three around them; the starts count from 1."""

    old_start: int
    new_start: int
    lines: list[DiffLine]


class DiffTitle(Shape):
    """The titles of two versions."""

    old: str
    new: str


class DiffField(Shape):
    """What two versions have beside their texts, by one name."""

    old: Any
    new: Any


class DiffPublic(Shape):
    """What changed from one version to another. `unified` is what `patch` takes.

    `fields` are those that changed; null where either version does not know of its own.
    """

    from_version: int = Limits(alias="from")
    to_version: int = Limits(alias="to")
    title: DiffTitle
    fields: dict[str, DiffField] | None
    unified: str
    hunks: list[DiffHunk]
    added: int
    removed: int
