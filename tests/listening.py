"""An application behind a real socket of this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from tests.waiting import until


def loopback() -> socket.socket:
    """Return a socket on a free port.

    It is named as one of TCP: of others asyncio does not know that what it sends is to go at once,
    and each answer takes 40 ms.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """Serve the application within this context; yield its address."""
    with loopback() as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
