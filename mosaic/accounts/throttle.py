"""Slow-down after what did not work out from somewhere: free tries, then pauses that double."""

from math import ceil
from uuid import UUID

from sqlalchemy import text

from mosaic.core.errors import TooMany
from mosaic.core.work import Work

_FREE_PER_ADDRESS = 5
_FREE_PER_NETWORK = 50
_FREE_LOOKS = 50
_FREE_CODES = 10
_LONGEST_PAUSE = 900


async def begin_try(work: Work, email: str, ip_address: str | None) -> None:
    """Count a sign-in as failed before it is tried, so that many at once are not all free.

    Raises TooMany while a pause after repeated failures lasts.
    """
    said = "Several sign-ins did not work out. Take a short break, then try again."
    await _begin(work, str(ip_address), _keys(email, ip_address), said)


async def begin_code(work: Work, user_id: UUID) -> None:
    """Count a code as wrong before it is looked at, wherever it comes from.

    Six digits are few, and only somebody who has the password gets this far. Raises TooMany.
    """
    said = "Several codes did not fit. Take a short break, then try again."
    await _begin(work, str(user_id), {_codes(user_id): _FREE_CODES}, said)


async def _begin(work: Work, turn: str, free: dict[str, int], said: str) -> None:
    await work.session.execute(_TAKE_TURNS, {"turn": turn})
    await _refuse_in_a_pause(work, free, said)
    await work.session.execute(_COUNT, {"keys": list(free)})


async def begin_look(work: Work, ip_address: str | None) -> None:
    """Raise TooMany while a pause lasts after many addresses that led nowhere."""
    said = "Many addresses led nowhere from here. Take a short break, then try again."
    await _refuse_in_a_pause(work, {_looks(ip_address): _FREE_LOOKS}, said)


async def count_look(work: Work, ip_address: str | None) -> None:
    """Count an address that leads nowhere."""
    await work.session.execute(_COUNT, {"keys": [_looks(ip_address)]})


async def _refuse_in_a_pause(work: Work, free: dict[str, int], said: str) -> None:
    rows = await work.session.execute(_RECENT, {"keys": list(free)})
    for key, failures, seconds_ago in rows:
        over = failures - free[key]
        # Who had to take turns began before the last one was counted, a time ago below nought.
        if over >= 0 and (pause := min(2.0 ** min(over, 20), _LONGEST_PAUSE)) > seconds_ago:
            raise TooMany(said, ceil(pause - float(seconds_ago)))


async def forgive(work: Work, email: str, ip_address: str | None) -> None:
    """Forget the failures of a person who has signed in now, and all of yesterday's."""
    person, network = _keys(email, ip_address)
    await work.session.execute(_FORGET, {"person": person})
    await work.session.execute(_UNCOUNT, {"keys": [network]})


async def forgive_codes(work: Work, user_id: UUID) -> None:
    """Forget the codes that did not fit, of a person who gave one that does."""
    await work.session.execute(_FORGET, {"person": _codes(user_id)})


async def excuse(work: Work, email: str, ip_address: str | None) -> None:
    """Take back that a try was counted, as it was no guess; those before it stay counted."""
    await work.session.execute(_UNCOUNT, {"keys": list(_keys(email, ip_address))})


def _keys(email: str, ip_address: str | None) -> dict[str, int]:
    # Pairs, so that a stranger elsewhere cannot lock a person out by guessing.
    person = f"{email[:254]} {ip_address}"
    return {person: _FREE_PER_ADDRESS, f"* {ip_address}": _FREE_PER_NETWORK}


def _codes(user_id: UUID) -> str:
    return f"code {user_id}"


def _looks(ip_address: str | None) -> str:
    return f"look {ip_address}"


_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")
_RECENT = text(
    "SELECT key, failures, extract(epoch FROM now() - last_at) FROM sign_in_failures "
    "WHERE key = ANY(:keys) AND last_at > now() - interval '1 hour'"
)
_COUNT = text(
    "INSERT INTO sign_in_failures (key, failures, last_at) "
    "SELECT key, 1, now() FROM unnest(CAST(:keys AS text[])) key "
    "ON CONFLICT (key) DO UPDATE SET last_at = now(), failures = 1 + CASE "
    "WHEN sign_in_failures.last_at > now() - interval '1 hour' "
    "THEN sign_in_failures.failures ELSE 0 END"
)
_FORGET = text(
    "DELETE FROM sign_in_failures WHERE key = :person OR last_at < now() - interval '1 day'"
)
_UNCOUNT = text("UPDATE sign_in_failures SET failures = failures - 1 WHERE key = ANY(:keys)")
