"""Which process each tab is connected to, where several serve and Valkey knows of all of them."""

import pickle
from contextlib import suppress

import reflex as rx
from reflex.state import StateUpdate
from reflex.utils.token_manager import LostAndFoundRecord, RedisTokenManager

from mosaic.core.cache_stores import ValkeyError


class Tabs(RedisTokenManager):
    """Lets a tab go on as itself after its process was killed.

    Reflex takes a token that has a socket elsewhere for a copied tab and gives it a new one, with
    everything as in the beginning. The record of that socket outlives its process by a day.
    """

    async def link_token_to_sid(self, token: str, sid: str) -> str | None:
        """Link a tab to a socket of this process; return a new token where the tab is a copy."""
        with suppress(ValkeyError, OSError):
            owner = await self._get_token_owner(token, refresh=True)
            if owner and owner != self.instance_id and not await self._lives(owner):
                self.token_to_socket.pop(token, None)
                await self.redis.delete(self._get_redis_key(token))
        return await super().link_token_to_sid(token, sid)

    async def _lives(self, instance: str) -> bool:
        # Whoever is connected to Valkey hears this. It is about no tab, so nothing comes of it.
        nothing = pickle.dumps(LostAndFoundRecord(token="", update=StateUpdate()))
        channel = f"channel:{self._get_lost_and_found_key(instance)}"
        return bool(await self.redis.publish(channel, nothing))


def keep(app: rx.App) -> None:
    """Let `app` know its tabs by `Tabs`, where they are in Valkey."""
    namespace = app.event_namespace
    if namespace and isinstance(known := namespace._token_manager, RedisTokenManager):
        namespace._token_manager = Tabs(known.redis)
