"""Whom calls to other servers trust."""

import ssl
from functools import lru_cache


@lru_cache(maxsize=1)
def certificates() -> ssl.SSLContext:
    """Return what the certificates of other servers are checked by.

    Read once: each time would keep everybody else waiting for a fiftieth of a second.
    """
    from httpx2 import create_ssl_context

    return create_ssl_context()
