"""How announcements reach every process.

Valkey carries them where there is one, right after the commit. Without it, and while it is away,
PostgreSQL does: `NOTIFY` in the transaction that changed something.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import psycopg

from mosaic.core import valkey
from mosaic.core.valkey import Valkey

CHANNEL = "mosaic"
EVERYTHING = '{"workspace": "*", "topics": ["*"]}'  # anything anywhere may have changed
LONGEST = 7_900  # bytes of a message; PostgreSQL takes 7,999
log = logging.getLogger(__name__)
_RECONNECT_AFTER = 0.5

Heard = Callable[[str | None], None]


def by_valkey() -> bool:
    """Whether Valkey is to carry what is announced now."""
    shared = valkey.shared()
    return shared is not None and not shared.rests


async def publish(messages: Sequence[str]) -> bool:
    """Send messages over Valkey; return whether it took them."""
    shared = valkey.shared()
    if shared is None:
        return False
    return bool(await shared.ask_all([("PUBLISH", CHANNEL, message) for message in messages]))


async def hear(dsn: str, heard: Heard, name: str = "mosaic") -> None:
    """Call `heard` with every announcement, for ever; also after something was away.

    With None when some may have been missed: at the beginning, and after an interruption. `name`
    is how the database knows the connection.
    """
    async with asyncio.TaskGroup() as ways:
        ways.create_task(_hear_database(dsn, heard, name))
        if shared := valkey.shared():
            ways.create_task(_hear_valkey(shared, heard))


async def _hear_database(dsn: str, heard: Heard, name: str) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                dsn, autocommit=True, connect_timeout=5, application_name=name
            ) as connection:
                # So that the server notices soon when this machine has gone without a word.
                await connection.execute(_NOTICE_SOON)
                await connection.execute(f"LISTEN {CHANNEL}")
                heard(None)
                async for notice in connection.notifies():
                    heard(notice.payload)
        except (psycopg.Error, OSError) as problem:
            log.info("live messages: the database is away (%s)", type(problem).__name__)
        await asyncio.sleep(_RECONNECT_AFTER)


async def _hear_valkey(shared: Valkey, heard: Heard) -> None:
    # A process that was killed between a commit and its message is started again, and says so.
    await publish([EVERYTHING])
    while True:
        try:
            async for message in shared.messages(CHANNEL):
                heard(message)
        except valkey.TROUBLE as problem:
            log.info("live messages: Valkey is away (%s)", type(problem).__name__)
        await asyncio.sleep(_RECONNECT_AFTER)


_NOTICE_SOON = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
)
