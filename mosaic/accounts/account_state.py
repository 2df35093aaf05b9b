"""State of the account page: name, password, and where somebody is signed in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.accounts import profile
from mosaic.accounts.models import PasswordChange, SessionPublic, UserUpdate
from mosaic.core.work import work as begin
from mosaic.shell import account_words, words
from mosaic.shell.forms import saying
from mosaic.shell.session import actor_of
from mosaic.shell.state import Shell


@dataclass
class Device:
    """A place where somebody is signed in, in words."""

    id: str
    name: str
    since: str
    address: str
    here: bool


class Profile(rx.State):
    """Who somebody is to others."""

    said: dict[str, str] = {}

    @rx.event
    async def rename(self, form: dict[str, Any]) -> list[Any] | None:
        """Take another name."""
        with saying(self):
            change = UserUpdate(**form)
            async with begin(await actor_of(self)) as work:
                await profile.rename_user(work, change.name)
            return [Shell.enter, rx.toast("Your name was changed.")]
        return None


class SignIns(rx.State):
    """The password, and the sessions it opened."""

    said: dict[str, str] = {}
    devices: list[Device] = []
    others: int = 0
    password_form: int = 0
    has_password: bool = False

    @rx.event
    async def load(self) -> None:
        """List where the person is signed in."""
        async with begin(await actor_of(self)) as work:
            sessions = await profile.list_sessions(work)
            self.has_password = await profile.has_password(work)
        self.devices = [_device(session) for session in sessions]
        self.others = sum(not session.current for session in sessions)

    @rx.event
    async def change_password(self, form: dict[str, Any]) -> list[Any] | None:
        """Take another password; an empty form stands there afterwards."""
        with saying(self):
            await profile.change_password(await actor_of(self), PasswordChange(**form))
            self.password_form += 1
            return [SignIns.load, rx.toast("Your password was changed. Other sessions ended.")]
        return None

    @rx.event
    async def end(self, session_id: str) -> rx.event.EventSpec:
        """Sign out somewhere else."""
        async with begin(await actor_of(self)) as work:
            await profile.end_session(work, UUID(session_id))
        return SignIns.load

    @rx.event
    async def end_others(self) -> list[Any]:
        """Sign out everywhere else."""
        async with begin(await actor_of(self)) as work:
            ended = await profile.end_other_sessions(work)
        return [SignIns.load, rx.toast(f"Signed out of {words.count(ended, 'other session')}.")]


def _device(session: SessionPublic) -> Device:
    return Device(
        id=str(session.id),
        name=account_words.device(session.user_agent),
        since=f"since {words.ago(session.created_at)}",
        address=session.ip_address or "",
        here=session.current,
    )
