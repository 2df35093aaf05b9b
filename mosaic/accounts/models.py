"""Tables of accounts, and what crosses the wire about them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Limits
from sqlalchemy import ARRAY, Text
from sqlmodel import Field, SQLModel

from mosaic.core.columns import At, made_at
from mosaic.core.shapes import Email, Instant, Line, Shape, storable


class User(SQLModel, table=True):
    """A person. The password lives in `credentials`, which tenants' work cannot read."""

    __tablename__ = "users"
    id: UUID = Field(primary_key=True)
    email: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    created_at: datetime = made_at()


class Credential(SQLModel, table=True):
    """The argon2 hash of a password."""

    __tablename__ = "credentials"
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    password_hash: str = Field(sa_type=Text)
    changed_at: datetime = made_at()


class Session(SQLModel, table=True):
    """A sign-in. A JWT is worth something only while its row is.

    `id_token` is what a sign-in service gave, to sign out there, too.
    """

    __tablename__ = "sessions"
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    created_at: datetime = made_at()
    expires_at: At
    revoked_at: At | None = None
    user_agent: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    ip_address: str | None = Field(default=None, sa_type=Text)
    id_token: str | None = Field(default=None, sa_type=Text)


class ApiToken(SQLModel, table=True):
    """A personal API token; only the hash of its secret is kept."""

    __tablename__ = "api_tokens"
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Text)
    hint: str = Field(sa_type=Text)
    secret_hash: str = Field(sa_type=Text, unique=True)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime = made_at()
    expires_at: At | None = None
    revoked_at: At | None = None


class SignInFailure(SQLModel, table=True):
    """How often a sign-in did not work out lately, for one address or one network address."""

    __tablename__ = "sign_in_failures"
    key: str = Field(primary_key=True, sa_type=Text)
    failures: int
    last_at: At


Password = Annotated[str, Limits(min_length=8, max_length=1024), AfterValidator(storable)]


class Setup(Shape):
    """The first account and its workspace."""

    name: Line
    email: Email
    password: Password
    workspace_name: Line
    setup_token: str | None = None


class SignIn(Shape):
    """An attempt to sign in. Nothing is checked here, so that nothing is told."""

    email: str = Limits(max_length=1024)
    password: str = Limits(max_length=1024)
    code: str | None = Limits(
        None, max_length=100, description="From the app or a recovery code, with a second factor"
    )


class UserPublic(Shape):
    """A person as others see them."""

    id: UUID
    name: str
    email: str
    created_at: Instant


class UserUpdate(Shape):
    """What people change about their own account."""

    name: Line


class PasswordChange(Shape):
    """A new password, with the present one."""

    current_password: str = Limits(max_length=1024)
    new_password: Password


class SessionPublic(Shape):
    """A sign-in that has not ended; `current` is the one that asks."""

    id: UUID
    created_at: Instant
    expires_at: Instant
    user_agent: str
    ip_address: str | None
    current: bool


class WorkspaceRef(Shape):
    """A workspace in which the caller has a role."""

    id: UUID
    slug: str
    name: str
    role: str


class Me(Shape):
    """Who is signed in, and where they belong."""

    user: UserPublic
    workspaces: list[WorkspaceRef]


class SignedIn(Shape):
    """A fresh session."""

    token: str
    expires_at: Instant
    user: UserPublic


class SignedInto(SignedIn):
    """A fresh session that came with a workspace."""

    workspace: WorkspaceRef


Scope = Literal["read", "write"]


class TokenCreate(Shape):
    """A personal API token to be made."""

    name: Line
    scopes: list[Scope] = Limits(default=["read", "write"], min_length=1, max_length=2)
    expires_at: Instant | None = None


class TokenPublic(Shape):
    """A personal API token without its secret; `hint` is how the secret begins."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant | None


class TokenCreated(TokenPublic):
    """A token just made; `token` is shown this once."""

    token: str
