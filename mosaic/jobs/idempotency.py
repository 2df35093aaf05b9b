"""Reports that may be sent again: the same Idempotency-Key, the same answer."""

import hashlib
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from mosaic.core.errors import Invalid
from mosaic.core.work import Work
from mosaic.jobs.models import IdempotentAnswer


def digest(*parts: bytes) -> str:
    """Return what a request is known by."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.hexdigest()


async def begin(work: Work, key: str, request_hash: str) -> Any:
    """Claim a key in this transaction; return None, or the answer that was given before.

    Waits while another request holds the key, and answers like that one did. Raises Invalid when
    the key was used for another request.
    """
    claim = insert(IdempotentAnswer).values(
        workspace_id=work.tenant, user_id=work.user_id, key=key, request_hash=request_hash
    )
    claimed = await work.session.scalars(
        claim.on_conflict_do_nothing().returning(col(IdempotentAnswer.key))
    )
    if claimed.one_or_none() is not None:
        return None
    was = (await work.session.scalars(select(IdempotentAnswer).where(_mine(work, key)))).one()
    if was.request_hash != request_hash:
        raise Invalid("This Idempotency-Key was used for another request. Option: a new key.")
    return was.answer


async def keep(work: Work, key: str, answer: Any) -> None:
    """Keep the answer of the request that claimed a key."""
    await work.session.execute(
        update(IdempotentAnswer)
        .where(_mine(work, key))
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def _mine(work: Work, key: str) -> Any:
    # Row-level security leaves the actor's own.
    return (col(IdempotentAnswer.key) == key) & (col(IdempotentAnswer.workspace_id) == work.tenant)
