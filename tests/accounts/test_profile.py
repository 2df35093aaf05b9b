"""What people change about their own account."""

from tests.world import PASSWORD, Person, World, client

NEW = "another calm passphrase"


async def _sign_in(person: Person, password: str = PASSWORD) -> str:
    async with client() as http:
        answer = await http.post(
            "/api/auth/login", json={"email": person.actor.email, "password": password}
        )
    return answer.json().get("token", "")


async def _is_signed_in(token: str) -> bool:
    async with client(token) as http:
        return (await http.get("/api/auth/me")).status_code == 200


async def test_a_new_name_is_seen_by_fellows(world: World) -> None:
    async with world.ana.http as ana:
        answer = await ana.patch("/api/auth/me", json={"name": "  Ana María  "})
        assert answer.status_code == 200, answer.text
        assert answer.json()["name"] == "Ana María"
    async with world.mia.http as mia:
        members = (await mia.get(f"/api/workspaces/{world.mia.workspace}/members")).json()["data"]
    assert "Ana María" in [member["name"] for member in members]


async def test_an_empty_name_is_left_alone(world: World) -> None:
    async with world.ana.http as ana:
        assert (await ana.patch("/api/auth/me", json={"name": "   "})).status_code == 422
        assert (await ana.get("/api/auth/me")).json()["user"]["name"] == "Ana"


async def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, elsewhere = await _sign_in(world.ana), await _sign_in(world.ana)
    fellow = await _sign_in(world.mia)
    async with client(here) as http:
        answer = await http.put(
            "/api/auth/password", json={"currentPassword": PASSWORD, "newPassword": NEW}
        )
    assert answer.status_code == 204, answer.text
    assert await _is_signed_in(here)
    assert not await _is_signed_in(elsewhere)
    assert await _is_signed_in(fellow)
    assert not await _sign_in(world.ana, PASSWORD)
    assert await _sign_in(world.ana, NEW)


async def test_a_wrong_present_password_changes_nothing(world: World) -> None:
    here, elsewhere = await _sign_in(world.ana), await _sign_in(world.ana)
    async with client(here) as http:
        answer = await http.put(
            "/api/auth/password", json={"currentPassword": "a guess", "newPassword": NEW}
        )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "currentPassword"]
    assert await _is_signed_in(elsewhere)
    assert await _sign_in(world.ana, PASSWORD)


async def test_guessing_the_present_password_is_slowed_down(world: World) -> None:
    async with client(await _sign_in(world.ana)) as http:
        guess = {"currentPassword": "a guess", "newPassword": NEW}
        answers = [await http.put("/api/auth/password", json=guess) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


async def test_sessions_are_listed_and_ended(world: World) -> None:
    here, elsewhere = await _sign_in(world.ana), await _sign_in(world.ana)
    async with client(here) as http:
        listed = (await http.get("/api/auth/sessions")).json()["data"]
        assert [session["current"] for session in listed] == [True, False, False]
        async with client(elsewhere) as other:
            theirs = (await other.get("/api/auth/sessions")).json()["data"]
        [ending] = [session["id"] for session in theirs if session["current"]]
        assert (await http.delete(f"/api/auth/sessions/{ending}")).status_code == 204
        assert (await http.delete(f"/api/auth/sessions/{ending}")).status_code == 404
        assert len((await http.get("/api/auth/sessions")).json()["data"]) == 2
    assert not await _is_signed_in(elsewhere)
    assert await _is_signed_in(here)


async def test_nobody_ends_somebody_elses_session(world: World) -> None:
    async with world.ana.http as ana:
        [session] = (await ana.get("/api/auth/sessions")).json()["data"]
    async with world.mia.http as mia:
        assert (await mia.delete(f"/api/auth/sessions/{session['id']}")).status_code == 404
    assert await _is_signed_in(world.ana.token)


async def test_an_api_token_reaches_neither_password_nor_sessions(world: World) -> None:
    async with world.ana.http as ana:
        secret = (await ana.post("/api/auth/tokens", json={"name": "script"})).json()["token"]
        [session] = (await ana.get("/api/auth/sessions")).json()["data"]
    async with client(secret) as script:
        change = {"currentPassword": PASSWORD, "newPassword": NEW}
        assert (await script.put("/api/auth/password", json=change)).status_code == 403
        assert (await script.delete(f"/api/auth/sessions/{session['id']}")).status_code == 403
    assert await _is_signed_in(world.ana.token)
    assert await _sign_in(world.ana, PASSWORD)
