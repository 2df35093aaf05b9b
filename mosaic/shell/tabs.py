"""Whose each tab is, and which process it is connected to.

What a tab shows is kept under its token, which stands in the address of its socket and so in the
logs of proxies. So a token is worth something only together with the session that it was made in.
"""

import pickle
from contextlib import suppress
from uuid import UUID

import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State, StateUpdate
from reflex.utils.token_manager import LocalTokenManager, LostAndFoundRecord, RedisTokenManager

from mosaic.accounts.service import authenticate
from mosaic.accounts.tokens import is_tab_of, session_of, tab_token
from mosaic.core.errors import NotSignedIn, Unavailable
from mosaic.core.valkey import TROUBLE
from mosaic.edge import COOKIE
from mosaic.shell.session import cookie_in


class Tabs(LocalTokenManager):
    """Gives a tab that comes with a token of another session, or of none, a new one: with it
    everything is as in the beginning.
    """

    namespace: EventNamespace

    async def link_token_to_sid(self, token: str, sid: str) -> str | None:
        """Link a tab to a socket of this process; return a new token where it gets one."""
        session = await _session_of(self._cookie_of(sid))
        own = token if is_tab_of(session, token) else tab_token(session)
        if copy := await super().link_token_to_sid(own, sid):
            # Reflex takes a token that has another socket for a copied tab.
            await self.disconnect_token(copy, sid)
            own = tab_token(session)
            await super().link_token_to_sid(own, sid)
        return own if own != token else None

    async def disconnect_token(self, token: str, sid: str) -> None:
        """Forget a tab that closes; also what it showed, where nobody is signed in.

        Else whoever opens tab after tab, without an account, fills the memory for a day.
        """
        await super().disconnect_token(token, sid)
        states = self.namespace.app.state_manager
        if is_tab_of(None, token) and isinstance(states, StateManagerMemory):
            states._purge_token(BaseStateToken(ident=token, cls=State))

    def _cookie_of(self, sid: str) -> str:
        sockets = self.namespace.app.sio
        environ = sockets and sockets.get_environ(sid, self.namespace.namespace)
        return cookie_in((environ or {}).get("HTTP_COOKIE", ""), COOKIE)


async def _session_of(cookie: str) -> UUID | None:
    """Return the session that a cookie stands for, while it lasts."""
    session = session_of(cookie)
    try:
        return (await authenticate(cookie)).session_id if session else None
    except NotSignedIn:
        return None
    except Unavailable:  # the tab is filled when the database is back, or not
        return session


class _Surviving(RedisTokenManager):
    """Lets a tab go on as itself after its process was killed.

    The record of its socket outlives that process by a day, and makes it look like a copy.
    """

    async def link_token_to_sid(self, token: str, sid: str) -> str | None:
        """Link a tab to a socket of this process; return a new token where the tab is a copy."""
        with suppress(*TROUBLE):
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


class SharedTabs(Tabs, _Surviving):
    """The same where several processes serve, and Valkey knows of all tabs."""


def keep(app: rx.App) -> None:
    """Let `app` know its tabs by `Tabs`."""
    if namespace := app.event_namespace:
        known = namespace._token_manager
        shared = isinstance(known, RedisTokenManager)
        tabs = SharedTabs(known.redis) if shared else Tabs()
        tabs.namespace = namespace
        namespace._token_manager = tabs
