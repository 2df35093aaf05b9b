"""A client that costs little: one connection that is kept, and no more than the answer's bytes."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


class Client:
    """Sends requests one after the other, as the bearer of `token` in `workspace`."""

    def __init__(self, url: str, token: str = "", workspace: str = "") -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if workspace:
            self._headers["X-Workspace-Id"] = workspace

    def get(self, path: str) -> bytes:
        """Return the body of an answer that is expected to be a good one."""
        return self._ask("GET", path)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Send JSON and return what is answered."""
        return json.loads(self._ask(method, path, json.dumps(body)))

    def _ask(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, f"{method} {path}: {answer.status} {content[:500]!r}"
        return content
