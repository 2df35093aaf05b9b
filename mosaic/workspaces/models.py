"""Tables of workspaces, and what crosses the wire about them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Limits
from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from mosaic.accounts.models import Password
from mosaic.core.columns import At, made_at
from mosaic.core.shapes import Email, Instant, Line, Shape


class Workspace(SQLModel, table=True):
    """A tenant."""

    __tablename__ = "workspaces"
    id: UUID = Field(primary_key=True)
    slug: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime = made_at()


class Member(SQLModel, table=True):
    """Somebody's role in a workspace.

    `by_group` as a sign-in service has them in a group, `by_admin` where they were not asked.
    """

    __tablename__ = "members"
    workspace_id: UUID = Field(primary_key=True, foreign_key="workspaces.id", ondelete="CASCADE")
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    role: str = Field(sa_type=Text)
    by_group: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    by_admin: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    joined_at: datetime = made_at()


class Invitation(SQLModel, table=True):
    """A link by which somebody joins; only the hash of its secret is kept."""

    __tablename__ = "invitations"
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE", index=True)
    email: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    secret_hash: str = Field(sa_type=Text, unique=True)
    invited_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime = made_at()
    expires_at: At
    accepted_at: At | None = None
    revoked_at: At | None = None


class Team(SQLModel, table=True):
    """A named group of members."""

    __tablename__ = "teams"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        UniqueConstraint("workspace_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    name: str = Field(sa_type=Text)
    created_at: datetime = made_at()


class TeamMember(SQLModel, table=True):
    """A member of a team, who is a member of its workspace."""

    __tablename__ = "team_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "team_id"], ["teams.workspace_id", "teams.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["members.workspace_id", "members.user_id"],
            ondelete="CASCADE",
        ),
        Index("ix_team_members_workspace_id_user_id", "workspace_id", "user_id"),
    )
    workspace_id: UUID
    team_id: UUID = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True)


class Generation(SQLModel, table=True):
    """How often a module of a workspace has changed; `core/work.py` raises it."""

    __tablename__ = "generations"
    workspace_id: UUID = Field(primary_key=True, foreign_key="workspaces.id", ondelete="CASCADE")
    module: str = Field(primary_key=True, sa_type=Text)
    generation: int = Field(sa_type=BigInteger)


def _slug(value: str) -> str:
    if not value.strip("-"):
        raise ValueError("An address holds small letters, digits and hyphens.")
    return value


RoleName = Literal["OWNER", "ADMIN", "MEMBER", "GUEST"]
Slug = Annotated[str, Limits(pattern=r"^[a-z0-9-]{1,60}$"), AfterValidator(_slug)]


class WorkspaceCreate(Shape):
    """A workspace to be made; without `slug`, one is made from the name."""

    name: Line
    slug: Slug | None = None


class WorkspaceUpdate(Shape):
    """What changes about a workspace."""

    name: Line | None = None
    slug: Slug | None = None


class WorkspacePublic(Shape):
    """A workspace, with the caller's role."""

    id: UUID
    slug: str
    name: str
    role: str
    created_at: Instant


class MemberCreate(Shape):
    """Somebody who has an account already, to be added by e-mail address."""

    email: Email
    role: RoleName = "MEMBER"


class MemberUpdate(Shape):
    """A new role."""

    role: RoleName


class MemberPublic(Shape):
    """A member."""

    user_id: UUID
    name: str
    email: str
    role: str
    joined_at: Instant


class InvitationCreate(Shape):
    """Who is invited, as what."""

    email: Email
    role: RoleName = "MEMBER"


class InvitationPublic(Shape):
    """An invitation that waits."""

    id: UUID
    email: str
    role: str
    created_at: Instant
    expires_at: Instant


class InvitationCreated(InvitationPublic):
    """An invitation just made; `url` holds its secret and is shown this once."""

    url: str


class InvitationOpened(Shape):
    """What the invited person sees: who invites where, as what."""

    workspace: str
    invited_by: str
    email: str
    role: str
    expires_at: Instant
    has_account: bool


class Acceptance(Shape):
    """Somebody new says who they are; somebody signed in sends nothing."""

    name: Line | None = None
    email: Email | None = None
    password: Password | None = None


class TeamWrite(Shape):
    """A team's name."""

    name: Line


class TeamPublic(Shape):
    """A team and the ids of its members."""

    id: UUID
    name: str
    member_ids: list[UUID]
    created_at: Instant
