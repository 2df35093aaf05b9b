"""Whether there is room on the disk of the embedded database.

PostgreSQL keeps what it has acknowledged also on a full disk. But where its log cannot grow, it
stops, and starts only once there is room. So Mosaic saves nothing any more a little earlier: what
is left then is for PostgreSQL itself, and reading goes on.
"""

import errno
import shutil
from pathlib import Path

from mosaic.core.errors import Full

RESERVE = 64 * 1024**2  # bytes
_COPIES = 2  # what is saved goes into a table and into the log

_folder: Path | None = None


def watch(folder: Path | None) -> None:
    """Mind the disk that this folder is on; without one, that of the database is another's."""
    global _folder
    _folder = folder


def is_low() -> bool:
    """Whether so little is left that nothing may be saved."""
    return _left() < RESERVE


def require(size: int = 0) -> None:
    """Raise Full unless so many bytes can be saved."""
    if _left() < RESERVE + _COPIES * size:
        raise Full


def is_lacking(problem: BaseException | None) -> bool:
    """Whether `problem` says that a file could not be written for want of room."""
    return isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)


def _left() -> float:
    if _folder is None:
        return float("inf")
    try:
        return shutil.disk_usage(_folder).free
    except OSError:  # a disk that is away is told by the database
        return float("inf")
