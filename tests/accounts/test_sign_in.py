"""Signing in and out over REST."""

from tests.world import PASSWORD, World, client


async def test_sign_in_opens_a_session_that_sign_out_ends_everywhere(world: World) -> None:
    async with client() as http:
        answer = await http.post(
            "/api/auth/login", json={"email": world.ana.actor.email.upper(), "password": PASSWORD}
        )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["user"]["email"] == world.ana.actor.email
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    async with client(body["token"]) as http:
        me = (await http.get("/api/auth/me")).json()
        assert [w["role"] for w in me["workspaces"]] == ["OWNER"]
        assert (await http.post("/api/auth/logout")).status_code == 204
        assert (await http.get("/api/auth/me")).status_code == 401
    async with world.ana.http as http:
        assert (await http.get("/api/auth/me")).status_code == 200
