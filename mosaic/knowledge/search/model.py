"""The embedding model, on an Ollama server."""

from collections.abc import Sequence

from mosaic.core.config import settings
from mosaic.core.errors import Unavailable

_NOT_SET = (
    "No embedding model is set up here. The settings OLLAMA_URL and OLLAMA_EMBED_MODEL name one. "
    "Option to search by words."
)
_AWAY = "The model's server does not answer at this moment. Option to search by words."


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
            settings().ollama_url, timeout=patience, follow_redirects=False
        ) as client:
            answer = await client.embed(model=model, input=list(texts))
    except (ResponseError, HTTPError, OSError, ValueError) as problem:
        raise Unavailable(_AWAY) from problem
    vectors = [list(vector) for vector in answer.embeddings]
    lengths = {len(vector) for vector in vectors}
    if len(vectors) != len(texts) or len(lengths) != 1 or not 0 < min(lengths) <= 16_000:
        raise Unavailable(_AWAY)
    return vectors
