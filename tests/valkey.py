"""A real Valkey or Redis for tests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from mosaic.core import valkey
from tests.programs import CACHES, find
from tests.waiting import until

SERVER = find(CACHES)
needs_server = pytest.mark.skipif(
    SERVER is None, reason="neither valkey-server nor redis-server is installed here"
)


class Server:
    """A Valkey or Redis on loopback that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Its address, for `VALKEY_URL`."""
        return f"redis://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, empty, and wait until it listens."""
        assert SERVER
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = await asyncio.create_subprocess_exec(
            SERVER, *options, "--dir", str(self.folder), stdout=asyncio.subprocess.DEVNULL
        )
        await until(self._listens)

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            await self.process.wait()
            self.process = None

    async def _listens(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
            return True
        return False


@asynccontextmanager
async def shared(folder: Path) -> AsyncIterator[Server]:
    """Within this context the process shares what it can in a Valkey of its own."""
    server = Server(folder)
    await server.start()
    valkey.connect(server.url)
    try:
        yield server
    finally:
        await valkey.disconnect()
        await server.kill()
