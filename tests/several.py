"""Two web processes at one port, with a Valkey between them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import psutil

from tests.e2e.site import Server, free_port, request, running
from tests.valkey import Server as Valkey
from tests.waiting import until

HERE = "127.0.0.1"
_TOKEN = "a token of twenty and more"


@dataclass
class Several:
    """What serves at `server`; `ports` are those of each process by itself."""

    server: Server
    valkey: Valkey
    ports: tuple[int, int]

    def processes(self) -> list[psutil.Process]:
        """The processes that serve."""
        found = psutil.Process().children(recursive=True)
        return [one for one in found if "mosaic.web" in one.cmdline()]

    def pages_of_each(self) -> list[int]:
        """How many parts of pages wait for changes in each process; -1 where none answers."""
        return [self._waiting(port) for port in self.ports]

    def _waiting(self, port: int) -> int:
        try:
            headers = {"Authorization": f"Bearer {_TOKEN}"}
            answer = request("GET", f"http://{HERE}:{port}/metrics", headers=headers, timeout=5)
        except httpx.TransportError:
            return -1
        [found] = re.findall(r"^mosaic_live_subscribers (\d+)", answer.text, re.M)
        return int(found)


@asynccontextmanager
async def several(folder: Path, port: int = 0, **settings: str) -> AsyncIterator[Several]:
    """Within this context two processes serve, and both answer."""
    valkey, own = Valkey(folder), free_port(HERE)
    await valkey.start()
    settings |= {"VALKEY_URL": valkey.url, "WEB_PORT": str(own), "METRICS_TOKEN": _TOKEN}
    with running(folder, port=port, options=("--web", "2"), **settings) as server:
        server.set_up()
        made = Several(server, valkey, (own, own + 1))
        await until(lambda: -1 not in made.pages_of_each())
        yield made
    await valkey.kill()
