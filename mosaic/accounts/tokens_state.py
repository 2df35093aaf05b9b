"""State of the API tokens on the account page. Secrets never pass through it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import reflex as rx

from mosaic.accounts import api_tokens
from mosaic.accounts.models import TokenPublic
from mosaic.core.work import work as begin
from mosaic.shell import words
from mosaic.shell.session import actor_of

_NEVER = ("", "When it is revoked")
_SHOWN_ONCE = "The token is shown this once. It stays until you have kept it."
_SPANS = {"In 30 days": 30, "In 90 days": 90, "In a year": 365}


@dataclass
class TokenLine:
    """An API token, in words."""

    id: str
    name: str
    hint: str
    reach: str
    made: str
    ends: str
    ended: bool


class Tokens(rx.State):
    """Somebody's API tokens, and the dialog that is `making` one; it `stays` while it shows one."""

    lines: list[TokenLine] = []
    ends: list[tuple[str, str]] = []
    making: bool = False
    stays: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """List the tokens."""
        self.making = self.stays = False
        await self._look()

    async def _look(self) -> None:
        async with begin(await actor_of(self)) as work:
            tokens = await api_tokens.list_tokens(work)
        now = datetime.now(UTC)
        self.lines = [_line(token, now) for token in tokens]
        self.ends = [_NEVER, *(_end(name, now + timedelta(days)) for name, days in _SPANS.items())]
        self.loaded = True

    @rx.event
    def show_form(self, shown: bool) -> rx.event.EventSpec | None:
        """Open or close the form for a new token; one that nobody has said to have kept stays."""
        self.making = shown or self.stays
        return rx.toast(_SHOWN_ONCE, id="token") if self.stays else None

    @rx.event
    async def token_is_shown(self) -> None:
        """Let the dialog stay until the token is kept."""
        self.stays = True
        await self._look()

    @rx.event
    def token_is_kept(self) -> None:
        """Close the dialog that showed it."""
        self.making = self.stays = False

    @rx.event
    async def revoke(self, token_id: str) -> rx.event.EventSpec:
        """End a token."""
        async with begin(await actor_of(self)) as work:
            await api_tokens.revoke_token(work, UUID(token_id))
        await self._look()
        return rx.toast("The token has ended.")


def _end(name: str, end: datetime) -> tuple[str, str]:
    return end.isoformat(), f"{name}, on {words.date(end)}"


def _line(token: TokenPublic, now: datetime) -> TokenLine:
    ended = token.expires_at is not None and token.expires_at <= now
    return TokenLine(
        id=str(token.id),
        name=token.name,
        hint=f"{token.hint}…",
        reach=words.scopes(token.scopes),
        made=f"made {words.ago(token.created_at)}",
        ends=_ends(token, ended),
        ended=ended,
    )


def _ends(token: TokenPublic, ended: bool) -> str:
    if token.expires_at is None:
        return "works until it is revoked"
    return f"{'ended' if ended else 'works until'} {words.date(token.expires_at)}"
