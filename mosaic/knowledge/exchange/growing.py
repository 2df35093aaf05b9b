"""An archive that is sent while it is made."""

import asyncio
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from threading import Lock
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_CHUNK = 256 * 1024
# An import refuses, as a bomb, what unpacks to two hundred times its size.
_MOST_RATIO = 150
_RATIO_FROM = 1024**2
_EARLIEST = datetime(1980, 1, 1)
_LATEST = datetime(2107, 1, 1)

Make = Callable[[ZipFile], Awaitable[None]]


async def growing(make: Make) -> AsyncIterator[bytes]:
    """Give out the archive that `make` writes, piece by piece, while it does.

    It grows in a temporary file, so that whoever reads slowly holds up nobody. What `make` raises
    is raised when all that was written is given out: an archive that broke off has no end.
    """
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryFile(buffering=0) as kept:
        pipe = _Pipe(kept.fileno(), loop, news)
        making = asyncio.create_task(_fill(pipe, make))
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


class _Pipe:
    """What an archive is written into: it cannot go back."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
        self._number, self._loop, self._news = number, loop, news
        self._lock, self._closed = Lock(), False

    def write(self, data: bytes) -> int:
        with self._lock:
            if self._closed:
                raise BrokenPipeError
            left = memoryview(data)
            while left:
                left = left[os.write(self._number, left) :]
        self._loop.call_soon_threadsafe(self._news.set)
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None:
        """Take nothing any more: a thread that is left behind may still be packing."""
        with self._lock:
            self._closed = True


async def _fill(pipe: _Pipe, make: Make) -> None:
    archive = ZipFile(pipe, "w", ZIP_DEFLATED)
    try:
        await make(archive)
        archive.close()
    finally:
        archive.fp = None  # one that broke off is given no end when it is forgotten


def put(archive: ZipFile, name: str, data: bytes, at: datetime, packed: bool = False) -> None:
    """Put a file into an archive; `packed` says that packing it would not make it smaller."""
    info = ZipInfo(name, min(max(at.replace(tzinfo=None), _EARLIEST), _LATEST).timetuple()[:6])
    info.external_attr = 0o100644 << 16
    too_well = len(data) > _RATIO_FROM and _MOST_RATIO * len(zlib.compress(data, 1)) < len(data)
    archive.writestr(info, data, ZIP_STORED if packed or too_well else ZIP_DEFLATED)
