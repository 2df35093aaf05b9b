"""Personal API tokens: made, listed, revoked by their owner."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import col

from mosaic.accounts import tokens
from mosaic.accounts.events import service as events
from mosaic.accounts.models import ApiToken, TokenCreate, TokenCreated, TokenPublic
from mosaic.core.errors import Invalid, NotAllowed, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Work


async def list_tokens(work: Work) -> list[TokenPublic]:
    """Return the actor's tokens that were not revoked, newest first."""
    rows = await work.session.scalars(
        select(ApiToken).where(col(ApiToken.revoked_at).is_(None)).order_by(col(ApiToken.id).desc())
    )
    return [TokenPublic.model_validate(row) for row in rows]


async def create_token(work: Work, wanted: TokenCreate) -> TokenCreated:
    """Make a token for the actor. A token cannot make tokens, so that a leaked one can be ended."""
    if work.actor.kind == "token":
        raise NotAllowed("API tokens are made by somebody who is signed in.")
    if wanted.expires_at and wanted.expires_at <= datetime.now(UTC):
        raise Invalid("This time has passed. A later one keeps the token usable.", "expiresAt")
    secret = tokens.new_secret(tokens.API_TOKEN_PREFIX)
    row = ApiToken(
        id=new_id(),
        user_id=work.user_id,
        name=wanted.name,
        hint=secret[:8],
        secret_hash=tokens.digest(secret),
        scopes=sorted(set(wanted.scopes)),
        expires_at=wanted.expires_at,
    )
    work.session.add(row)
    await events.note(work, work.actor, "TOKEN_MADE", name=wanted.name)
    await work.session.flush()
    return TokenCreated(**TokenPublic.model_validate(row).model_dump(), token=secret)


async def revoke_token(work: Work, token_id: UUID) -> None:
    """End a token of the actor. Raises NotFound for anybody else's."""
    if work.actor.kind == "token":
        raise NotAllowed("API tokens are ended by somebody who is signed in.")
    ended = await work.session.execute(
        update(ApiToken)
        .where(col(ApiToken.id) == token_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=func.now())
        .returning(col(ApiToken.name))
    )
    name = ended.scalar_one_or_none()
    if name is None:
        raise NotFound("There is no such token here.")
    await events.note(work, work.actor, "TOKEN_REVOKED", name=name)
