"""Password hashes: argon2id with the parameters of RFC 9106 for little memory."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Checked when nobody has that address, so that both answers take the same time. Made beforehand
# with the same parameters, from a password that nobody knows: each start would take that long.
_nobody = (
    "$argon2id$v=19$m=65536,t=3,p=4$29HreGXV8ue+fAmpciuF1A"
    "$nUdWuPWz+d9K3fNd4IBrwZMZoiU4ag5PlhMYlXTD0eM"
)


async def hash_password(password: str) -> str:
    """Return the encoded argon2id hash of `password`."""
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` fits; takes as long when there is no hash."""
    try:
        right = await asyncio.to_thread(_hasher.verify, password_hash or _nobody, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return right and password_hash is not None
