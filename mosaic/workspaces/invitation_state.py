"""State of the page that an invitation's link opens."""

from urllib.parse import quote

import reflex as rx

from mosaic.core.config import settings
from mosaic.core.errors import Gone, NotFound, NotSignedIn
from mosaic.shell import words
from mosaic.shell.session import actor_of
from mosaic.workspaces.invitations import open_invitation
from mosaic.workspaces.models import InvitationOpened


class Invited(rx.State):
    """Who invites where, as what; `way` is how one joins: "button", "sign-in" or "account"."""

    way: str = ""
    ended: str = ""
    workspace_name: str = ""
    sentence: str = ""
    email: str = ""
    signed_in_as: str = ""
    address: str = ""
    action: str = ""
    sign_in: str = ""

    @rx.event
    async def load(self) -> None:
        """Open the invitation."""
        secret = str(self.invitation)
        self.way = self.ended = ""
        try:
            opened = await open_invitation(secret)
        except (Gone, NotFound) as problem:
            self.ended = problem.detail
            return
        self.address = f"/invitations/{quote(secret, safe='')}"
        self.action = f"/api{self.address}/acceptance"
        self.sign_in = f"/login?next={self.address}"
        self.workspace_name, self.email = opened.workspace, opened.email
        self.sentence = _sentence(opened)
        try:
            actor = await actor_of(self)
        except NotSignedIn:
            known = opened.has_account or not settings().local_sign_in
            self.way = "sign-in" if known else "account"
        else:
            self.way, self.signed_in_as = "button", f"{actor.name} ({actor.email})"


def _sentence(opened: InvitationOpened) -> str:
    role = words.role(opened.role).label.partition(",")[0].lower()
    return f"{opened.invited_by} invites you to {opened.workspace} as {_article(role)} {role}."


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
