"""Tables of the second factor, and what crosses the wire about it."""

from uuid import UUID

from pydantic import Field as Limits
from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from mosaic.core.columns import At, made_at
from mosaic.core.shapes import Instant, Shape


class SecondFactor(SQLModel, table=True):
    """What somebody's authenticator app makes its codes from (RFC 6238), in base32.

    It is asked for from `confirmed_at` on. `last_counter` is the newest code that was used.
    """

    __tablename__ = "second_factors"
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    secret: str = Field(sa_type=Text)
    created_at: At = made_at()
    confirmed_at: At | None = None
    last_counter: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )


class RecoveryCode(SQLModel, table=True):
    """The hash of a code that signs in once in place of the app's."""

    __tablename__ = "recovery_codes"
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    code_hash: str = Field(primary_key=True, sa_type=Text)


class SecondFactorPublic(Shape):
    """Whether a code is asked for, since when, and how many recovery codes are left."""

    on: bool
    since: Instant | None
    recovery_codes_left: int


class Owner(Shape):
    """The password of whoever asks."""

    password: str = Limits(max_length=1024)


class Code(Shape):
    """A code from the app, or a recovery code where one may stand in for it."""

    code: str = Limits(max_length=100)


class Proof(Owner, Code):
    """The password, with a code."""


class SecondFactorBegun(Shape):
    """What goes into the app: `url` as `otpauth://`, `qr` as a picture of it, `secret` to type."""

    secret: str
    url: str
    qr: str


class RecoveryCodes(Shape):
    """Codes that sign in once each; they are shown this once."""

    recovery_codes: list[str]
