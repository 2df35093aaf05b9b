"""What the log says of a sign-in that was refused, and what it does not."""

import pytest

from tests.accounts.oidc.misbehaving import SECRET, Claims, Misbehaving
from tests.world import World, client


def _another(claims: Claims) -> None:
    claims["nonce"] = "another"


@pytest.mark.parametrize("status", [200, 500])
async def test_neither_code_nor_state_nor_token(
    world: World, provider: Misbehaving, lines: list[str], status: int
) -> None:
    provider.twist = _another
    async with client() as http:
        begun = await http.get("/api/auth/oidc/login", params={"next": "/?token=mine"})
        provider.sent(begun.headers["location"])
        provider.status = status
        back = {"state": provider.asked["state"], "code": "one-code-for-all"}
        await http.get("/api/auth/oidc/callback", params=back)
    assert [line for line in lines if "warning" in line]
    hidden = (SECRET, "one-code-for-all", provider.asked["state"], provider.asked["nonce"], "mine")
    for secret in (*hidden, provider.asked["code_challenge"], "eyJ0", "eyJh"):
        assert [line for line in lines if secret in line] == []
