"""Slow-down after what did not work out from somewhere: free tries, then pauses that double."""

from uuid import UUID

from mosaic.accounts import tries
from mosaic.core.errors import TooMany
from mosaic.core.work import Work

_FREE_PER_ADDRESS = 5
_FREE_PER_NETWORK = 50
_FREE_LOOKS = 50
_FREE_CODES = 10


async def begin_try(work: Work, email: str, ip_address: str | None) -> None:
    """Count a sign-in as failed before it is tried, so that many at once are not all free.

    Raises TooMany while a pause after repeated failures lasts.
    """
    if pause := await tries.begin(work, _keys(email, ip_address)):
        said = "Several sign-ins did not work out. Take a short break, then try again."
        raise TooMany(said, pause)


async def begin_code(work: Work, user_id: UUID) -> None:
    """Count a code as wrong before it is looked at, wherever it comes from.

    Six digits are few, and only somebody who has the password gets this far. Raises TooMany.
    """
    if pause := await tries.begin(work, {_codes(user_id): _FREE_CODES}):
        raise TooMany("Several codes did not fit. Take a short break, then try again.", pause)


async def begin_look(work: Work, ip_address: str | None) -> None:
    """Raise TooMany while a pause lasts after many addresses that led nowhere."""
    if pause := await tries.pause(work, {_looks(ip_address): _FREE_LOOKS}):
        said = "Many addresses led nowhere from here. Take a short break, then try again."
        raise TooMany(said, pause)


async def count_look(work: Work, ip_address: str | None) -> None:
    """Count an address that leads nowhere."""
    await tries.count(work, _looks(ip_address))


async def forgive(work: Work, email: str, ip_address: str | None) -> None:
    """Forget the failures of a person who has signed in now."""
    person, network = _keys(email, ip_address)
    await tries.forget(work, person)
    await tries.uncount(work, [network])


async def forgive_codes(work: Work, user_id: UUID) -> None:
    """Forget the codes that did not fit, of a person who gave one that does."""
    await tries.forget(work, _codes(user_id))


async def excuse(work: Work, email: str, ip_address: str | None) -> None:
    """Take back that a try was counted, as it was no guess; those before it stay counted."""
    await tries.uncount(work, _keys(email, ip_address))


def _keys(email: str, ip_address: str | None) -> dict[str, int]:
    # Pairs, so that a stranger elsewhere cannot lock a person out by guessing.
    person = f"{email[:254]} {ip_address}"
    return {person: _FREE_PER_ADDRESS, f"* {ip_address}": _FREE_PER_NETWORK}


def _codes(user_id: UUID) -> str:
    return f"code {user_id}"


def _looks(ip_address: str | None) -> str:
    return f"look {ip_address}"
