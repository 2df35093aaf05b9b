"""Identifiers that sort by the time they were made."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562, 5.7 and 6.2, method 3).

    48 bits of Unix milliseconds, 12 bits for the fraction of the millisecond (so that what one
    request makes stays in order), 62 random bits.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    high = (milliseconds << 16) | 0x7000 | (nanoseconds * 4096 // 1_000_000)
    low = (0b10 << 62) | (int.from_bytes(os.urandom(8), "big") >> 2)
    return UUID(int=(high << 64) | low)
