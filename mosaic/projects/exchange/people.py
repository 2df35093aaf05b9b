"""Members of the workspace, by what files call them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.work import Work
from mosaic.projects.exchange.shapes import PersonFile
from mosaic.workspaces.models import Member


@dataclass(frozen=True)
class People:
    """Ids of members by e-mail address and by name, both in small letters."""

    by_email: dict[str, UUID]
    by_name: dict[str, list[UUID]]

    def find(self, person: PersonFile) -> tuple[UUID | None, str]:
        """Return who is meant, by address or, where it is one only, by name; else what to say."""
        if not (person.name or person.email).strip():
            return None, ""
        if id := self.by_email.get(person.email.strip().casefold()):
            return id, ""
        found = self.by_name.get(" ".join(person.name.split()).casefold(), [])
        called = (person.name or person.email)[:60]
        match found:
            case [id]:
                return id, ""
            case []:
                return None, f"Nobody here is called “{called}”, so it is nobody's."
        return None, f"Several people here are called “{called}”, so it is nobody's."

    def is_me(self, person: PersonFile, me: UUID) -> bool:
        """Whether somebody in a file is who brings it in."""
        return bool(person.email) and self.by_email.get(person.email.casefold()) == me


async def read_people(work: Work) -> People:
    """Return the members of the workspace; one statement."""
    rows = await work.session.execute(
        select(col(User.id), col(User.name), col(User.email))
        .join(Member, col(Member.user_id) == col(User.id))
        .where(col(Member.workspace_id) == work.tenant)
    )
    people = People({}, defaultdict(list))
    for id, name, email in rows:
        people.by_email[email.casefold()] = id
        people.by_name[" ".join(name.split()).casefold()].append(id)
    return people
