"""An archive that is sent while it is made."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from mosaic.core import growing as files
from mosaic.core.growing import Pipe

# An import refuses, as a bomb, what unpacks to two hundred times its size.
_MOST_RATIO = 150
_RATIO_FROM = 1024**2
_EARLIEST = datetime(1980, 1, 1)
_LATEST = datetime(2107, 1, 1)

Make = Callable[[ZipFile], Awaitable[None]]


def growing(make: Make) -> AsyncIterator[bytes]:
    """Give out the archive that `make` writes, piece by piece, while it does.

    What `make` raises is raised when all that was written is given out: an archive that broke off
    has no end.
    """
    return files.growing(partial(_fill, make))


async def _fill(make: Make, pipe: Pipe) -> None:
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
