"""A Valkey that goes at any moment: nobody who asks it is told."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from threading import Thread

import pytest
import uvloop

from mosaic.core.valkey import TROUBLE, Valkey

_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what was sent last may be lost


@pytest.fixture
def address() -> Iterator[str]:
    """Where connections are taken, sometimes answered, and closed at another moment each time."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        closing = Thread(target=_close_each, args=(listener,), daemon=True)
        closing.start()
        yield "redis://{}:{}/0".format(*listener.getsockname())
        listener.shutdown(socket.SHUT_RDWR)
        closing.join()


def _close_each(listener: socket.socket) -> None:
    chance = Random(1)
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with suppress(OSError), connection:
                connection.settimeout(chance.random() / 1000)
                if chance.random() < 0.5:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                with suppress(TimeoutError):
                    connection.recv(1000)
                connection.send(b"+OK\r\n" * chance.randrange(4))


def test_one_that_closes_connections_is_away(address: str) -> None:
    async def ask() -> None:
        valkey = Valkey(address)
        for _ in range(600):
            assert await valkey.ask("nothing", "GET", "key") in ("nothing", b"OK")
            valkey._rests_until = 0
        await valkey.close()

    uvloop.run(ask())


def test_messages_of_one_that_closes_connections_end_with_trouble(address: str) -> None:
    async def hear() -> None:
        valkey = Valkey(address)
        for _ in range(300):
            with suppress(*TROUBLE):
                async for _ in valkey.messages("news"):
                    pass
        await valkey.close()

    uvloop.run(asyncio.wait_for(hear(), 60))
