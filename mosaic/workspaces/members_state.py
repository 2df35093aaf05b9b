"""State of the members page: people, their roles, and invitations that wait."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.shell import words
from mosaic.shell.session import acting, watch
from mosaic.workspaces import invitations, members, offers
from mosaic.workspaces.models import InvitationPublic, MemberPublic


@dataclass
class Person:
    """A member as the page shows them, with what may be done."""

    id: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    role_name: str = ""
    joined: str = ""
    own: bool = False
    changeable: bool = False
    parting: str = ""


@dataclass
class Waiting:
    """An invitation that waits for an answer."""

    id: str
    email: str
    role_name: str
    ends: str


class Members(rx.State):
    """Who belongs here, as what."""

    people: list[Person] = []
    waiting: list[Waiting] = []
    roles: list[tuple[str, str]] = []
    manages: bool = False
    standing: str = ""
    inviting: bool = False
    parting_with: Person = Person()
    loaded: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Fill the page, and follow what others change."""
        self.inviting, self.parting_with = False, Person()
        return await self.refresh()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again; lead on whoever is no member any more."""
        try:
            async with acting(self) as work:
                watch(self, work.tenant, {"workspace"}, Members.refresh)
                everybody = await members.list_members(work)
                self.manages = offers.manages(work)
                waiting = await invitations.list_invitations(work) if self.manages else []
                self.people = [_person(work, one, everybody) for one in everybody]
                self.roles = [(role, words.role(role).label) for role in offers.grantable(work)]
        except NotFound:
            return rx.redirect("/")
        self.waiting = [_waiting(one) for one in waiting]
        self.standing = _standing(len(everybody), len(waiting))
        self.loaded = True
        return None

    @rx.event
    async def change_role(self, user_id: str, role: str) -> rx.event.EventSpec:
        """Give somebody another role."""
        async with acting(self) as work:
            changed = await members.change_role(work, UUID(user_id), role)
        return rx.toast(f"{changed.name}: {words.role(changed.role).label}")

    @rx.event
    def ask(self, person_id: str) -> None:
        """Ask whether somebody should really go."""
        found = [person for person in self.people if person.id == person_id]
        self.parting_with = found[0] if found else Person()

    @rx.event
    def keep(self, asking: bool) -> None:
        """Close the question, and leave everything as it is."""
        if not asking:
            self.parting_with = Person()

    @rx.event
    async def part(self, id: str, name: str) -> rx.event.EventSpec | None:
        """Take out whom the question is about; somebody who leaves is led on."""
        self.parting_with = Person()
        async with acting(self) as work:
            await members.remove_member(work, UUID(id))
            own = UUID(id) == work.user_id
        return rx.redirect("/") if own else rx.toast(f"{name} is no longer a member.")

    @rx.event
    def show_invitation(self, shown: bool) -> None:
        """Open or close the form for an invitation."""
        self.inviting = shown

    @rx.event
    async def withdraw(self, invitation_id: str) -> rx.event.EventSpec:
        """End an invitation."""
        async with acting(self) as work:
            await invitations.revoke(work, UUID(invitation_id))
        return rx.toast("The invitation was withdrawn; its link has ended.")


def _person(work: Work, one: MemberPublic, everybody: list[MemberPublic]) -> Person:
    own = one.user_id == work.user_id
    parts = offers.may_part(work, one, everybody)
    return Person(
        id=str(one.user_id),
        name=one.name,
        email=one.email,
        role=one.role,
        role_name=words.role(one.role).label,
        joined=f"here since {words.date(one.joined_at)}",
        own=own,
        changeable=offers.may_change(work, one, everybody),
        parting=("Leave" if own else "Remove") if parts else "",
    )


def _waiting(one: InvitationPublic) -> Waiting:
    return Waiting(
        id=str(one.id),
        email=one.email,
        role_name=words.role(one.role).label,
        ends=f"open until {words.date(one.expires_at)}",
    )


def _standing(people: int, waiting: int) -> str:
    said = words.count(people, "person", "people")
    return f"{said}, {words.count(waiting, 'invitation')} waiting" if waiting else said
