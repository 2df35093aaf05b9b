"""A provider for each test, and somebody whom it knows."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from mosaic.accounts.oidc import provider as oidc
from tests.accounts.oidc.misbehaving import CLIENT, SECRET, Misbehaving, providing
from tests.conftest import Configure
from tests.world import World


@pytest.fixture
async def provider(configure: Configure, world: World) -> AsyncIterator[Misbehaving]:
    """A provider, of a Mosaic that is set up: before that nobody is let in by one."""
    # Another one may have had this port, and is not to be taken for this one.
    oidc._known.cache_clear()
    async with providing() as found:
        configure(OIDC_ISSUER=found.url, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
        mark = uuid4().hex[:8]
        found.claims = {
            "sub": mark,
            "email": f"Nora.{mark}@Example.org",
            "email_verified": True,
            "name": "Nora",
        }
        yield found
