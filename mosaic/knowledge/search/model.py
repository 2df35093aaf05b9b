"""The embedding model, on an Ollama server."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from mosaic.core import trust
from mosaic.core.config import settings
from mosaic.core.errors import Unavailable

_NOT_SET = (
    "No embedding model is set up here. The settings OLLAMA_URL and OLLAMA_EMBED_MODEL name one. "
    "Option to search by words."
)
_SOON = 2.0  # seconds that somebody waits who can be answered without
_REST = 30.0  # seconds for which a server that did not answer is not asked again in passing
_AWAY = "The model's server does not answer at this moment. Option to search by words."

Asking = asyncio.Task[list[list[float]]]
_late: dict[Asking, str] = {}
_rests: dict[str, float] = {}
"""Who is heard to the end though nobody waits any more, and until when a server is left alone."""


def name() -> str | None:
    """Return the name of the model, or None where none is set up."""
    ours = settings()
    return ours.ollama_embed_model if ours.ollama_url else None


def required() -> str:
    """Return the name of the model. Raises Unavailable where none is set up."""
    found = name()
    if found is None:
        raise Unavailable(_NOT_SET)
    return found


async def embed(texts: Sequence[str], patience: float) -> list[list[float]]:
    """Return a vector for each text, all of one length. `patience` is in seconds.

    Raises Unavailable when no model is set up, or its server does not answer, or answers odd.
    """
    from httpx import HTTPError
    from ollama import AsyncClient, ResponseError

    model = required()
    try:
        async with AsyncClient(
            settings().ollama_url,
            timeout=patience,
            follow_redirects=False,
            verify=trust.certificates(),
        ) as client:
            answer = await client.embed(model=model, input=list(texts))
    except (ResponseError, HTTPError, OSError, ValueError) as problem:
        raise Unavailable(_AWAY) from problem
    vectors = [list(vector) for vector in answer.embeddings]
    lengths = {len(vector) for vector in vectors}
    if len(vectors) != len(texts) or len(lengths) != 1 or not 0 < min(lengths) <= 16_000:
        raise Unavailable(_AWAY)
    return vectors


async def embed_soon(words: str, patience: float) -> list[float] | None:
    """Return the vector of `words`, or None where the model does not say it soon.

    One that is slow is heard to the end, as it may just be loaded, and nobody else waits for it.
    """
    server = settings().ollama_url or ""
    if server in _late.values() or time.monotonic() < _rests.get(server, 0.0):
        return None
    asking = asyncio.create_task(embed([words], patience))
    asking.add_done_callback(partial(_heard, server))
    try:
        await asyncio.wait({asking}, timeout=_SOON)
    finally:
        if not asking.done():
            _late[asking] = server
    return asking.result()[0] if asking.done() and asking.exception() is None else None


def _heard(server: str, asking: Asking) -> None:
    _late.pop(asking, None)
    if not asking.cancelled() and asking.exception() is not None:
        _rests[server] = time.monotonic() + _REST
