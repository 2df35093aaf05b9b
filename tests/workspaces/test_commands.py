"""What the command line does, without the terminal around it."""

from pathlib import Path

import pytest

from mosaic.core import start
from mosaic.core.errors import Conflict, Invalid, NotAllowed, NotFound
from mosaic.knowledge.exchange.commands import import_path
from mosaic.workspaces.commands import acting, add_user, make_token, set_password
from tests.world import PASSWORD, World, client


async def sign_in(email: str, password: str) -> int:
    async with client() as http:
        body = {"email": email, "password": password}
        return (await http.post("/api/auth/login", json=body)).status_code


async def test_without_a_user_an_owner_acts(world: World) -> None:
    actor, place = await acting(world.mia.workspace, None)
    assert (actor.user_id, place.slug) == (world.ana.actor.user_id, world.ana.workspace)


@pytest.mark.usefixtures("performer")
async def test_a_member_acts_when_named(world: World, tmp_path: Path) -> None:
    (tmp_path / "Garden.md").write_text("Green.")
    await import_path(tmp_path, "Notes", world.ana.workspace, f" {world.mia.actor.email.upper()}")
    page = (await world.ana.http.get("/api/knowledge/entries/garden")).json()
    assert page["createdBy"] == str(world.mia.actor.user_id)


async def test_nobody_acts_beyond_their_role(world: World, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is not a member"):
        await import_path(tmp_path, "Notes", world.ana.workspace, world.bo.actor.email)
    with pytest.raises(NotAllowed, match="role"):
        await import_path(tmp_path, "Notes", world.ana.workspace, world.gil.actor.email)


async def test_which_workspace_is_asked_only_where_it_is_not_clear(world: World) -> None:
    with pytest.raises(NotFound, match="several") as told:
        await acting(None, None)
    assert world.ana.workspace in str(told.value)
    assert world.bo.workspace in str(told.value)
    with pytest.raises(NotFound, match="no workspace 'nowhere'"):
        await acting("nowhere", None)


async def test_before_the_set_up_there_is_no_workspace(empty: start.Ready) -> None:
    with pytest.raises(NotFound, match="/setup"):
        await acting(None, None)


async def test_a_new_account_is_there_whole_or_not_at_all(world: World) -> None:
    email, place = f"zoe@{world.bo.workspace}.example.org", world.bo.workspace
    for arguments, problem in (
        ((email, "Zoe", PASSWORD, place, "boss"), Invalid),
        ((email, "Zoe", "short", place), Invalid),
        (("zoe", "Zoe", PASSWORD, place), Invalid),
        ((email, "Zoe", PASSWORD, "nowhere"), NotFound),
    ):
        with pytest.raises(problem):
            await add_user(*arguments)
    assert await sign_in(email, PASSWORD) == 401
    await add_user(email, "Zoe", PASSWORD, place, "guest")
    assert await sign_in(email, PASSWORD) == 200
    with pytest.raises(Conflict):
        await add_user(email, "Zoe", PASSWORD, place)


async def test_another_password_ends_what_the_old_one_opened(world: World) -> None:
    email, fresh = world.mia.actor.email, "quite another one"
    with pytest.raises(Invalid, match="Password"):
        await set_password(email, "short")
    with pytest.raises(NotFound, match="Nobody here"):
        await set_password("nobody@example.org", fresh)
    await set_password(email, fresh)
    assert (await world.mia.http.get("/api/auth/me")).status_code == 401
    assert (await world.ana.http.get("/api/auth/me")).status_code == 200
    assert [await sign_in(email, word) for word in (PASSWORD, fresh)] == [401, 200]


async def test_a_token_is_made_for_somebody_who_is_here(world: World) -> None:
    with pytest.raises(NotFound, match="Nobody here"):
        await make_token("nobody@example.org", "Script")
    secret = await make_token(world.mia.actor.email, "Script", read_only=True)
    async with client(secret, world.mia.workspace) as http:
        page = await http.post("/api/knowledge/entries", json={"title": "Garden"})
    assert page.status_code == 403
