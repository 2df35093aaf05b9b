"""What pages offer is what the services allow."""

from contextlib import suppress
from uuid import UUID

import pytest

from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.workspaces import members, offers
from mosaic.workspaces.models import MemberPublic
from tests.world import Person, World

PEOPLE = ("ana", "adam", "mia", "gil")
ROLES = ("OWNER", "ADMIN", "MEMBER", "GUEST")


class RolledBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


async def _allows(person: Person, verb: str, user_id: UUID, *role: str) -> bool:
    allowed = False
    with suppress(RolledBack, Problem):
        async with person.work() as work:
            await getattr(members, verb)(work, user_id, *role)
            await work.session.flush()
            allowed = True
            raise RolledBack
    return allowed


async def _everybody(person: Person) -> list[MemberPublic]:
    async with person.work() as work:
        return await members.list_members(work)


@pytest.mark.parametrize("name", PEOPLE)
async def test_a_role_or_a_parting_is_offered_where_it_works(world: World, name: str) -> None:
    person: Person = getattr(world, name)
    everybody = await _everybody(person)
    for member in everybody:
        async with person.work() as work:
            changes = offers.may_change(work, member, everybody)
            parts = offers.may_part(work, member, everybody)
            grantable = set(offers.grantable(work))
        others = [role for role in ROLES if role != member.role]
        works = {
            role for role in others if await _allows(person, "change_role", member.user_id, role)
        }
        assert works == (grantable - {member.role} if changes else set()), member.name
        assert parts == await _allows(person, "remove_member", member.user_id), member.name


async def test_with_a_second_owner_the_first_may_go(world: World) -> None:
    async with world.ana.work() as work:
        await members.change_role(work, world.adam.actor.user_id, "OWNER")  # type: ignore[arg-type]
    everybody = await _everybody(world.ana)
    [ana] = [one for one in everybody if one.user_id == world.ana.actor.user_id]
    async with world.ana.work() as work:
        assert offers.may_part(work, ana, everybody)
        assert offers.may_change(work, ana, everybody)


@pytest.mark.parametrize(
    ("name", "managing", "owning"),
    [("ana", True, True), ("adam", True, False), ("mia", False, False), ("gil", False, False)],
)
async def test_who_manages_and_who_owns(
    world: World, name: str, managing: bool, owning: bool
) -> None:
    async with getattr(world, name).work() as work:
        assert _seen(work) == (managing, owning)


def _seen(work: Work) -> tuple[bool, bool]:
    return offers.manages(work), offers.owns(work)
