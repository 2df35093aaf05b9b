"""Slow-down after what did not work out from somewhere: free tries, then pauses that double."""

import ipaddress
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
    network = _network(ip_address)
    return {f"{email[:254]} {network}": _FREE_PER_ADDRESS, f"* {network}": _FREE_PER_NETWORK}


def _codes(user_id: UUID) -> str:
    return f"code {user_id}"


def _looks(ip_address: str | None) -> str:
    return f"look {_network(ip_address)}"


def _network(ip_address: str | None) -> str:
    """Return what an address is counted by: of IPv6 the network, as who has one has all of it.

    RFC 7421: a network has 64 bits for those who are in it.
    """
    try:
        address = ipaddress.ip_address(ip_address or "")
    except ValueError:
        return str(ip_address)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    whole = ipaddress.IPv6Network((int(address) >> 64 << 64, 64))
    return str(address.ipv4_mapped or whole)
