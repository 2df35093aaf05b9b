"""The second factor: set up, asked for at sign-in, renewed, switched off.

Codes are those of RFC 6238: six digits that change every thirty seconds. One from the step before
or after is taken, too, as clocks differ; none is taken twice.
"""

import re
from datetime import UTC, datetime
from secrets import choice
from time import time
from uuid import UUID

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, func, select, text, update
from sqlmodel import col

from mosaic.accounts import throttle, tokens
from mosaic.accounts.events import service as events
from mosaic.accounts.models import User
from mosaic.accounts.profile import confirm_password, in_person
from mosaic.accounts.second_factor.models import (
    Code,
    Owner,
    Proof,
    RecoveryCode,
    RecoveryCodes,
    SecondFactor,
    SecondFactorBegun,
    SecondFactorPublic,
)
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.errors import Conflict, Invalid, NotSignedIn
from mosaic.core.work import Work, at_the_door
from mosaic.core.work import work as begin

_RECOVERY_CODES = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 of them, none that looks like another
_WRONG = "This code does not fit, or was used before. The app shows another one every 30 seconds."


async def read(work: Work) -> SecondFactorPublic:
    """Return how the actor's second factor stands."""
    async with at_the_door(work) as door:
        since = await door.session.scalar(
            select(col(SecondFactor.confirmed_at)).where(col(SecondFactor.user_id) == work.user_id)
        )
        left = await door.session.scalar(
            select(func.count()).where(col(RecoveryCode.user_id) == work.user_id)
        )
    return SecondFactorPublic(on=since is not None, since=since, recovery_codes_left=left or 0)


async def set_up(actor: Actor, owner: Owner) -> SecondFactorBegun:
    """Make a secret for the actor's app. Nothing is asked for until a code of it is confirmed.

    Raises Invalid for another password, Conflict where a second factor is on.
    """
    in_person(actor)
    await confirm_password(actor, owner.password, "password")
    secret = pyotp.random_base32()
    async with begin(DOORKEEPER) as work:
        await throttle.forgive(work, actor.email, actor.ip_address)
        kept = await work.session.scalar(_KEEP, {"user": actor.user_id, "secret": secret})
        if kept is None:
            raise Conflict("A second factor is on already. Switch it off to set up another one.")
    url = pyotp.TOTP(secret).provisioning_uri(name=actor.email, issuer_name="Mosaic")
    picture = segno.make(url, error="m", micro=False).svg_data_uri(border=3, light="#fff")
    return SecondFactorBegun(secret=secret, url=url, qr=picture)


_KEEP = text(
    "INSERT INTO second_factors (user_id, secret) VALUES (:user, :secret) "
    "ON CONFLICT (user_id) DO UPDATE SET secret = :secret, created_at = now() "
    "WHERE second_factors.confirmed_at IS NULL RETURNING user_id"
)


async def confirm(actor: Actor, given: Code) -> RecoveryCodes:
    """Switch on what was set up, with a code that shows that the app has it.

    Raises Invalid for a code that does not fit, Conflict where nothing waits to be confirmed.
    """
    in_person(actor)
    async with begin(DOORKEEPER) as work:
        waiting = await work.session.get(SecondFactor, actor.user_id, with_for_update=True)
        if waiting is None or waiting.confirmed_at:
            raise Conflict("There is nothing to confirm. Begin setting up a second factor first.")
        counter = _counter(waiting.secret, _plain(given.code))
        if counter is None:
            raise Invalid(_WRONG, "code")
        waiting.confirmed_at, waiting.last_counter = datetime.now(UTC), counter
        await events.note(work, actor, "SECOND_FACTOR_ON")
        return await _renew(work, waiting.user_id)


async def renew_codes(actor: Actor, proof: Proof) -> RecoveryCodes:
    """Replace the actor's recovery codes."""
    user_id = await _prove(actor, proof)
    async with begin(DOORKEEPER) as work:
        await events.note(work, actor, "RECOVERY_CODES_MADE")
        return await _renew(work, user_id)


async def switch_off(actor: Actor, proof: Proof) -> None:
    """Sign in with the password alone from now on."""
    await _prove(actor, proof)
    async with begin(DOORKEEPER) as work:
        await remove(work, actor)


async def remove(work: Work, owner: Actor) -> bool:
    """Remove somebody's second factor; return whether there was one. For the doorkeeper."""
    user_id = owner.user_id
    await work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    removed = await work.session.scalar(
        delete(SecondFactor)
        .where(col(SecondFactor.user_id) == user_id)
        .returning(col(SecondFactor.confirmed_at))
    )
    if removed is None:
        return False
    await events.note(work, owner, "SECOND_FACTOR_OFF")
    return True


async def ask(user: User, code: str | None, ip_address: str | None) -> str:
    """Return by what somebody signs in whose password is right: PASSWORD, CODE or RECOVERY_CODE.

    Raises NotSignedIn with the `code` "second_factor_needed" or "second_factor_wrong", TooMany
    after many wrong ones.
    """
    async with begin(DOORKEEPER) as work:
        if not await _is_on(work, user.id):
            return "PASSWORD"
        if not code:
            # A right password is no guess; whether it was one before is not forgotten for it.
            await throttle.excuse(work, user.email, ip_address)
    if not code:
        said = "A code from your authenticator app is asked for, too."
        raise NotSignedIn(said, code="second_factor_needed")
    way = await _check(user.id, code)
    if way is None:
        errors = [{"loc": ["body", "code"], "msg": _WRONG}]
        raise NotSignedIn(_WRONG, code="second_factor_wrong", errors=errors)
    return way


async def _is_on(work: Work, user_id: UUID) -> bool:
    found = await work.session.get(SecondFactor, user_id)
    return found is not None and found.confirmed_at is not None


async def _prove(actor: Actor, proof: Proof) -> UUID:
    """Return the actor's id once password and code are theirs."""
    in_person(actor)
    await confirm_password(actor, proof.password, "password")
    async with begin(DOORKEEPER) as work:
        user_id = actor.user_id
        if user_id is None or not await _is_on(work, user_id):
            raise Conflict("There is no second factor here.")
    if await _check(user_id, proof.code) is None:
        raise Invalid(_WRONG, "code")
    async with begin(DOORKEEPER) as work:
        await throttle.forgive(work, actor.email, actor.ip_address)
    return user_id


async def _check(user_id: UUID, code: str) -> str | None:
    """Use a code up; return what it was, or None where it fits nothing."""
    async with begin(DOORKEEPER) as work:
        await throttle.begin_code(work, user_id)
    async with begin(DOORKEEPER) as work:
        way = await _use(work, user_id, _plain(code))
        if way:
            await throttle.forgive_codes(work, user_id)
        return way


async def _use(work: Work, user_id: UUID, code: str) -> str | None:
    factor = await work.session.get(SecondFactor, user_id)
    counter = _counter(factor.secret, code) if factor else None
    if counter is not None:
        # The newest one counts on: who saw a code over a shoulder comes too late with it.
        taken = (
            update(SecondFactor)
            .where(col(SecondFactor.user_id) == user_id, col(SecondFactor.last_counter) < counter)
            .values(last_counter=counter)
            .returning(col(SecondFactor.user_id))
        )
        return "CODE" if await work.session.scalar(taken) else None
    used = (
        delete(RecoveryCode)
        .where(
            col(RecoveryCode.user_id) == user_id, col(RecoveryCode.code_hash) == tokens.digest(code)
        )
        .returning(col(RecoveryCode.user_id))
    )
    return "RECOVERY_CODE" if await work.session.scalar(used) else None


async def _renew(work: Work, user_id: UUID) -> RecoveryCodes:
    await work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = ["".join(choice(_LETTERS) for _ in range(16)) for _ in range(_RECOVERY_CODES)]
    hashes = [RecoveryCode(user_id=user_id, code_hash=tokens.digest(code)) for code in codes]
    work.session.add_all(hashes)
    return RecoveryCodes(recovery_codes=["-".join(re.findall("....", code)) for code in codes])


def _counter(secret: str, code: str) -> int | None:
    """Return which of the app's codes this is, counted in steps of thirty seconds since 1970."""
    if not re.fullmatch("[0-9]{6}", code):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=time(), valid_window=1)
    except OTPVerificationError:
        return None


def _plain(code: str) -> str:
    # However it was copied or read out: "123 456", "ABCD-EFGH".
    return re.sub(r"[\s-]", "", code).lower()
