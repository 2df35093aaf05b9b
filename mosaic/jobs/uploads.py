"""Files that people send for a run to bring in."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO, Protocol

_CHUNK = 1024 * 1024


class Sent(Protocol):
    """A file as Starlette and Reflex hand it over."""

    filename: str | None

    async def read(self, size: int = -1) -> bytes: ...


async def chunks_of(file: Sent) -> AsyncIterator[bytes]:
    """Give out a file that was sent, in megabytes."""
    while chunk := await file.read(_CHUNK):
        yield chunk


async def in_chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Give out an open file from its start, in megabytes."""
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk
