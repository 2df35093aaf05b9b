"""Who does something: a person in a browser, a token, or Mosaic itself."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever a change is made for. `scopes` limit an API token; a session has all of them."""

    user_id: UUID | None
    name: str = ""
    email: str = ""
    kind: str = "session"
    session_id: UUID | None = None
    scopes: frozenset[str] = frozenset({"read", "write"})
    ip_address: str | None = None


# Looks up accounts before anybody is signed in. Sees accounts and memberships, never content.
DOORKEEPER = Actor(user_id=None, name="Mosaic", kind="doorkeeper")

# Finds jobs of every workspace and keeps their record. Sees no content.
ENGINE = Actor(user_id=None, name="Mosaic", kind="engine")
