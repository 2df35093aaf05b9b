"""State of the teams page."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.shell import words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, watch
from mosaic.workspaces import members, offers, teams
from mosaic.workspaces.models import TeamPublic, TeamWrite


@dataclass
class Someone:
    """A member, by id and name."""

    id: str
    name: str


@dataclass
class TeamCard:
    """A team: who is in it, and who could be."""

    id: str = ""
    name: str = ""
    size: str = ""
    inside: list[Someone] = field(default_factory=list)
    outside: list[Someone] = field(default_factory=list)


class Teams(rx.State):
    """The workspace's teams."""

    cards: list[TeamCard] = []
    standing: str = ""
    manages: bool = False
    loaded: bool = False
    said: dict[str, str] = {}
    naming: bool = False
    named: TeamCard = TeamCard()
    removing: TeamCard = TeamCard()

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Fill the page, and follow what others change."""
        self.naming, self.removing = False, TeamCard()
        return await self.refresh()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again; lead on whoever is no member any more."""
        try:
            async with acting(self) as work:
                watch(self, work.tenant, {"workspace"}, Teams.refresh)
                everybody = await members.list_members(work)
                found = await teams.list_teams(work)
                self.manages = offers.manages(work)
        except NotFound:
            return rx.redirect("/")
        people = [Someone(str(one.user_id), one.name) for one in everybody]
        self.cards = [_card(team, people) for team in found]
        self.standing = words.count(len(found), "team")
        self.loaded = True
        return None

    @rx.event
    def name(self, team_id: str) -> None:
        """Open the form for a team's name; without an id, for that of a new team."""
        self.naming, self.named, self.said = True, self._card(team_id), {}

    @rx.event
    def show_form(self, shown: bool) -> None:
        """Open or close the form."""
        self.naming = shown

    @rx.event
    async def save(self, id: str, form: dict[str, Any]) -> None:
        """Give a team the name that was typed; without an id, make one."""
        with saying(self):
            wanted = TeamWrite(**form)
            async with acting(self) as work:
                if id:
                    await teams.rename_team(work, UUID(id), wanted)
                else:
                    await teams.create_team(work, wanted)
            self.naming = False

    @rx.event
    async def add(self, team_id: str, user_id: str) -> None:
        """Put somebody into a team."""
        async with acting(self) as work:
            await teams.add_to_team(work, UUID(team_id), UUID(user_id))

    @rx.event
    async def take_out(self, team_id: str, user_id: str) -> None:
        """Take somebody out of a team."""
        async with acting(self) as work:
            await teams.take_from_team(work, UUID(team_id), UUID(user_id))

    @rx.event
    def ask(self, team_id: str) -> None:
        """Ask whether a team should really go."""
        self.removing = self._card(team_id)

    @rx.event
    def keep(self, asking: bool) -> None:
        """Close the question, and leave everything as it is."""
        if not asking:
            self.removing = TeamCard()

    @rx.event
    async def remove(self, id: str, name: str) -> rx.event.EventSpec:
        """Remove the team that the question is about."""
        self.removing = TeamCard()
        async with acting(self) as work:
            await teams.delete_team(work, UUID(id))
        return rx.toast(f"The team {name} was removed.")

    def _card(self, team_id: str) -> TeamCard:
        return next((card for card in self.cards if card.id == team_id), TeamCard())


def _card(team: TeamPublic, people: list[Someone]) -> TeamCard:
    ids = {str(user_id) for user_id in team.member_ids}
    return TeamCard(
        id=str(team.id),
        name=team.name,
        size=words.count(len(ids), "person", "people"),
        inside=[one for one in people if one.id in ids],
        outside=[one for one in people if one.id not in ids],
    )
