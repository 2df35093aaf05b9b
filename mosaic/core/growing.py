"""A file that is sent while it is made."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from threading import Lock

_CHUNK = 256 * 1024


class Pipe:
    """What a file is written into: it cannot go back."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
        """Write to the open file `number`, and tell `news` of it."""
        self._number, self._loop, self._news = number, loop, news
        self._lock, self._closed = Lock(), False

    def write(self, data: bytes) -> int:
        """Write all of `data`, from whatever thread. BrokenPipeError when it is closed."""
        with self._lock:
            if self._closed:
                raise BrokenPipeError
            left = memoryview(data)
            while left:
                left = left[os.write(self._number, left) :]
        self._loop.call_soon_threadsafe(self._news.set)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written is there."""

    def close(self) -> None:
        """Take nothing any more: a thread that is left behind may still be writing."""
        with self._lock:
            self._closed = True


async def growing(make: Callable[[Pipe], Awaitable[None]]) -> AsyncIterator[bytes]:
    """Give out the file that `make` writes, piece by piece, while it does.

    It grows in a temporary file, so that whoever reads slowly holds up nobody. What `make` raises
    is raised when all that was written is given out.
    """
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryFile(buffering=0) as kept:
        pipe = Pipe(kept.fileno(), loop, news)
        making = asyncio.ensure_future(make(pipe))
        making.add_done_callback(lambda _: news.set())
        place = 0
        try:
            while True:
                is_whole = making.done()
                news.clear()
                while chunk := await asyncio.to_thread(os.pread, kept.fileno(), _CHUNK, place):
                    place += len(chunk)
                    yield chunk
                if is_whole:
                    break
                await news.wait()
            making.result()
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
            pipe.close()


async def begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Return the pieces as soon as the first is there: what fails before it is raised here."""
    first = await anext(pieces, b"")

    async def every() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return every()
