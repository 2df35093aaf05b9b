"""What server processes share in Valkey, where `VALKEY_URL` names one."""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

ValkeyError = RedisError  # Valkey is away, or does not do what it was asked
# RuntimeError is what uvloop says of a connection that is closed while it is being made.
TROUBLE = (ValkeyError, OSError, RuntimeError)
_PATIENCE = 0.5
_REST = 1.0
_QUIET = 5.0


class Valkey:
    """A Valkey that may be away: nothing is raised then, and it is left in peace for a second."""

    def __init__(self, url: str) -> None:
        # `Any`, as redis-py types its asynchronous commands as if they were both kinds.
        self._client: Any = redis.Redis.from_url(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            max_connections=50,
            # Once more at once: a connection from before a restart is noticed when it is used.
            retry=Retry(NoBackoff(), 1),
        )
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether it did not answer a moment ago, so that no request waits for it twice."""
        return time.monotonic() < self._rests_until

    async def ask(self, otherwise: Any, *command: Any) -> Any:
        """Return the answer to a command, or `otherwise`."""
        found = await self.ask_all([command])
        return found[0] if found else otherwise

    async def ask_all(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the answers to all of them, which are sent together, or none at all."""
        if self.rests:
            return []
        try:
            if len(commands) == 1:
                return [await self._client.execute_command(*commands[0])]
            pipeline = self._client.pipeline(transaction=False)
            for command in commands:
                pipeline.execute_command(*command)
            return list(await pipeline.execute())
        except TROUBLE:
            self._rests_until = time.monotonic() + _REST
            return []

    async def messages(self, channel: str) -> AsyncIterator[str | None]:
        """Yield what is published on a channel, for ever.

        None whenever that begins or begins anew, as something may have been missed. Raises one of
        TROUBLE when the connection is lost.
        """
        async with self._client.pubsub() as subscription:
            await subscription.subscribe(channel)
            asked = False
            while True:
                message = await subscription.get_message(timeout=_QUIET)
                if message is None and asked:
                    raise OSError("Valkey has gone without a word.")
                asked = message is None
                if message is None:
                    await subscription.ping()
                elif message["type"] == "subscribe":
                    yield None
                elif message["type"] == "message":
                    yield message["data"].decode(errors="replace")

    async def close(self) -> None:
        """Give its connections back."""
        await self._client.aclose()


_shared: Valkey | None = None


def connect(url: str | None) -> Valkey | None:
    """Choose what this process shares with others: the Valkey at `url`, or nothing."""
    global _shared
    _shared = Valkey(url) if url else None
    return _shared


def shared() -> Valkey | None:
    """Return the Valkey of this process, if there is one."""
    return _shared


async def disconnect() -> None:
    """End sharing."""
    global _shared
    kept, _shared = _shared, None
    if kept:
        await kept.close()
