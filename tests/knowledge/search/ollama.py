"""A stand-in that speaks Ollama's protocol for embeddings on loopback; there is no model behind it.

Words of one group point the same way, so that "kitty" is close to "cat".
"""

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GROUPS = [["cat", "kitty", "feline"], ["boat", "ship", "vessel"], ["bread", "loaf", "bakery"]]


class Ollama(ThreadingHTTPServer):
    """Answers `POST /api/embed`; `asked` are the texts, `length` is that of its vectors.

    It does so while `answers` is set; `came` are the texts of whoever has asked so far.
    """

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.came: list[str] = []
        self.length = 8
        self.broken = False
        self.answers = threading.Event()
        self.answers.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def vector(self, text: str) -> list[float]:
        words = text.lower().split()
        ways = [0.01 + sum(word.strip(".,") in group for word in words) for group in GROUPS]
        ways += [0.02] * (self.length - len(ways))
        size = math.sqrt(sum(way * way for way in ways))
        return [way / size for way in ways]


class _Handler(BaseHTTPRequestHandler):
    server: Ollama

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.came += body["input"]
        self.server.answers.wait(30)
        if self.server.broken:
            self.send_error(500)
            return
        self.server.asked += body["input"]
        vectors = [self.server.vector(text) for text in body["input"]]
        self._answer({"model": body["model"], "embeddings": vectors})

    def _answer(self, said: dict[str, Any]) -> None:
        data = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Ollama]:
    """Run the stand-in within this context."""
    with Ollama() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
