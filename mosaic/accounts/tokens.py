"""Secrets that people and programs carry: session tokens (JWT), API tokens (`mos_…`), and the
names of tabs.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from mosaic.core.config import settings

API_TOKEN_PREFIX = "mos_"  # noqa: S105


def issue(session_id: UUID, user_id: UUID, expires_at: datetime) -> str:
    """Return a signed token for a session row (RFC 7519, HS256)."""
    claims = {"sid": str(session_id), "sub": str(user_id), "exp": int(expires_at.timestamp())}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, _key())


def session_of(token: str) -> UUID | None:
    """Return the id of the session a token was signed for, or None when it is not ours."""
    return _session_of(token, settings().secret("jwt_secret"))


# A signature stays what it is. Whether the session has ended is asked of its row each time.
@lru_cache(maxsize=4096)
def _session_of(token: str, secret: str) -> UUID | None:
    try:
        decoded = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"])
        jwt.JWTClaimsRegistry(sid={"essential": True}, exp={"essential": True}).validate(
            decoded.claims
        )
        return UUID(str(decoded.claims["sid"]))
    except (JoseError, ValueError, TypeError):
        return None


def tab_token(session_id: UUID | None) -> str:
    """Return a new name for a browser's tab, which is worth something in this session only.

    What a tab shows is kept under its name, and the name stands in an address.
    """
    mark = secrets.token_hex(16)
    return mark + _seal(mark, session_id)


def is_tab_of(session_id: UUID | None, token: str) -> bool:
    """Whether a tab got its name in this session, or in none where there is none."""
    mark, seal = token[:32], token[32:]
    return hmac.compare_digest(seal.encode(errors="replace"), _seal(mark, session_id).encode())


def _seal(mark: str, session_id: UUID | None) -> str:
    said = f"tab {mark} {session_id}".encode(errors="replace")
    return hmac.new(settings().secret("jwt_secret").encode(), said, "sha256").hexdigest()[:32]


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as URL-safe text."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret. SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _key() -> OctKey:
    return OctKey.import_key(settings().secret("jwt_secret"))
