"""The least a request can take: a route that answers two words, served as Mosaic is.

`python -m tests.bench.bare PORT`
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from tests.bench.client import Client

app = FastAPI()


@app.get("/")
async def read() -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}


@contextmanager
def bare() -> Iterator[Client]:
    """Serve it in a process of its own, and yield a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", __spec__.name, str(port)])
    try:
        while not _answers(port):
            assert process.poll() is None, "The bare route is not served"
            time.sleep(0.05)
        yield Client(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with suppress(OSError):
        return Client(f"http://127.0.0.1:{port}").get("/") != b""
    return False


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
