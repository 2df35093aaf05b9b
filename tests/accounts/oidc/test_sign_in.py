"""Sign-in at a provider: the way there and back, and whom it opens an account for."""

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import psycopg
import pytest
from joserfc import jwt

from mosaic.accounts.oidc import provider as ours
from mosaic.core.start import Ready
from tests.accounts.oidc.misbehaving import (
    CLIENT,
    Claims,
    Misbehaving,
    go,
    new_key,
)
from tests.answers import NEVER, problem
from tests.conftest import Configure
from tests.waiting import until
from tests.world import ORIGIN, World, client

HTML = {"Accept": "text/html,*/*"}
OWN = {"Origin": ORIGIN}


async def _me(http: httpx.AsyncClient) -> dict[str, Any]:
    answer = await http.get("/api/auth/me")
    return answer.json()["user"] if answer.status_code == 200 else {}


async def test_somebody_new_is_let_in_and_known_from_then_on(
    world: World, provider: Misbehaving
) -> None:
    async with client() as http:
        done = await go(http, provider, "/w/garden/tasks?view=mine")
        assert (done.status_code, done.headers["location"]) == (302, "/w/garden/tasks?view=mine")
        nora = await _me(http)
        assert (nora["name"], nora["email"]) == ("Nora", provider.claims["email"].lower())
        assert not [name for name in http.cookies if name.startswith("mosaic_oidc")]
    assert provider.asked["response_type"] == "code"
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["redirect_uri"] == "http://127.0.0.1:3000/api/auth/oidc/callback"
    # By issuer and subject, whatever else is told later.
    provider.claims |= {"email": "another@example.org", "email_verified": False, "name": "N."}
    async with client() as http:
        await go(http, provider)
        assert (await _me(http))["id"] == nora["id"]
    assert provider.calls.count("about") == provider.calls.count("keys") == 1


async def test_an_account_is_joined_by_an_address_that_is_verified_only(
    world: World, provider: Misbehaving
) -> None:
    provider.claims["email"] = world.ana.actor.email.upper()
    for told in (False, None, "no", 1.5):
        provider.claims["email_verified"] = told
        async with client() as http:
            problem(await go(http, provider), 403)
            assert not await _me(http)
    provider.claims["email_verified"] = True
    async with client() as http:
        await go(http, provider)
        assert (await _me(http))["id"] == str(world.ana.actor.user_id)


async def test_the_address_is_asked_for_where_the_token_does_not_hold_it(
    world: World, provider: Misbehaving
) -> None:
    told = {name: provider.claims.pop(name) for name in ("email", "email_verified", "name")}
    provider.about = {"userinfo_endpoint": f"{provider.url}/me"}
    provider.user_info = {"sub": "somebody else", **told}
    async with client() as http:
        problem(await go(http, provider), 400)
        provider.user_info["sub"] = provider.claims["sub"]
        await go(http, provider)
        assert (await _me(http))["email"] == told["email"].lower()


def _none(_: Misbehaving, claims: Claims) -> str:
    return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded(claims)}."


def _by_the_public_key(provider: Misbehaving, claims: Claims) -> str:
    signed = f"{_encoded({'alg': 'HS256', 'kid': provider.key.kid})}.{_encoded(claims)}"
    mac = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def _encoded(part: Claims) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _by_another_key(provider: Misbehaving, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, new_key("first"))


def _of_an_unknown_key(_: Misbehaving, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, new_key("unknown"))


def _twists() -> dict[str, Callable[[Claims], Any]]:
    return {
        "wrong nonce": lambda claims: claims.update(nonce="another"),
        "no nonce": lambda claims: claims.pop("nonce"),
        "wrong issuer": lambda claims: claims.update(iss="http://elsewhere.example"),
        "no issuer": lambda claims: claims.pop("iss"),
        "wrong audience": lambda claims: claims.update(aud="another-client"),
        "wrong audience with our azp": lambda claims: claims.update(aud="other", azp=CLIENT),
        "several audiences for another": lambda claims: claims.update(
            aud=[CLIENT, "other"], azp="other"
        ),
        "no audience": lambda claims: claims.pop("aud"),
        "expired": lambda claims: claims.update(exp=int(time.time()) - 120),
        "no end": lambda claims: claims.pop("exp"),
        "from tomorrow": lambda claims: claims.update(nbf=int(time.time()) + 86_400),
        "nobody": lambda claims: claims.pop("sub"),
        "nobody in particular": lambda claims: claims.update(sub=""),
        "a subject with NUL": lambda claims: claims.update(sub="a\x00b"),
        "a subject that is a number": lambda claims: claims.update(sub=7),
        "a subject without end": lambda claims: claims.update(sub="x" * 300),
        "an odd end": lambda claims: claims.update(exp="soon"),
    }


SIGNATURES = [_none, _by_the_public_key, _by_another_key, _of_an_unknown_key]


@pytest.mark.parametrize("name", _twists())
async def test_a_token_that_does_not_fit_lets_nobody_in(name: str, provider: Misbehaving) -> None:
    provider.twist = _twists()[name]
    await _nobody_comes_in(provider)


@pytest.mark.parametrize("sign", SIGNATURES, ids=lambda one: one.__name__.strip("_"))
async def test_a_token_that_is_not_signed_by_the_provider_lets_nobody_in(
    sign: Callable[[Misbehaving, Claims], str], provider: Misbehaving
) -> None:
    provider.sign = sign
    await _nobody_comes_in(provider)


@pytest.mark.parametrize("token", ["", "a.b.c", "ä", None, 7])
async def test_what_is_no_token_lets_nobody_in(token: Any, provider: Misbehaving) -> None:
    provider.sign = lambda *_: token
    await _nobody_comes_in(provider)


async def _nobody_comes_in(provider: Misbehaving) -> None:
    async with client() as http:
        http.headers.update(HTML)
        answer = await go(http, provider)
        assert answer.status_code == 400
        assert "text/html" in answer.headers["content-type"]
        assert "Nobody was signed in" in answer.text
        assert not NEVER.search(answer.text.split("<body>")[1])
        assert not await _me(http)
        # And what it began is over.
        back = {"state": provider.asked["state"], "code": "one"}
        provider.twist, provider.sign = lambda _: None, None
        assert (await http.get("/api/auth/oidc/callback", params=back)).status_code == 400


async def test_clocks_may_differ_a_little(provider: Misbehaving) -> None:
    provider.twist = lambda claims: claims.update(
        exp=int(time.time()) - 20, iat=int(time.time()) + 20
    )
    async with client() as http:
        assert (await go(http, provider)).status_code == 302


async def test_keys_may_change(provider: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_KEYS_KEPT", -1)
    async with client() as http:
        assert (await go(http, provider)).status_code == 302
        # Another one, and another one under the same name.
        for name in ("second", "second"):
            provider.key = new_key(name)
            assert (await go(http, provider)).status_code == 302
        # Who is in stays in, and an unknown key does not let the provider be asked at will.
        monkeypatch.setattr(ours, "_KEYS_KEPT", 60)
        provider.sign, before = _of_an_unknown_key, provider.calls.count("keys")
        for _ in range(3):
            problem(await go(http, provider), 400)
        assert provider.calls.count("keys") == before
        assert await _me(http)


async def test_an_answer_counts_once_and_in_its_own_browser(provider: Misbehaving) -> None:
    async with client() as http, client() as elsewhere:
        begun = await http.get("/api/auth/oidc/login")
        kept = dict(http.cookies)
        provider.sent(begun.headers["location"])
        back = {"state": provider.asked["state"], "code": "one"}
        for odd in ({**back, "state": "another"}, {**back, "state": ""}, {"code": "one"}, {}):
            problem(await elsewhere.get("/api/auth/oidc/callback", params=odd), 400)
        problem(await elsewhere.get("/api/auth/oidc/callback", params=back), 400)
        assert not await _me(elsewhere)
        assert (await http.get("/api/auth/oidc/callback", params=back)).status_code == 302
        problem(await http.get("/api/auth/oidc/callback", params=back), 400)
        # Nor with another sign-in's state under this one's cookie.
        [(name, value)] = kept.items()
        elsewhere.cookies.set(f"{name[:12]}another1", value, path="/api/auth/oidc")
        odd = {"state": "another1-and-more", "code": "one"}
        problem(await elsewhere.get("/api/auth/oidc/callback", params=odd), 400)


@pytest.mark.parametrize("state", ["a;b", "\n", "ä", "\x00", "[]", '"', "=", "x" * 4_000])
async def test_no_state_breaks_the_way_back(state: str, provider: Misbehaving) -> None:
    async with client() as http:
        odd = {"state": state, "code": "one"}
        problem(await http.get("/api/auth/oidc/callback", params=odd), 400)


async def test_keys_that_were_withdrawn_are_worth_nothing(
    provider: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client() as http:
        assert (await go(http, provider)).status_code == 302
        provider.shown = [new_key("second")]
        monkeypatch.setattr(ours, "_KEPT", -1)
        problem(await go(http, provider), 400)


async def test_who_says_no_at_the_provider_comes_back_calmly(provider: Misbehaving) -> None:
    async with client() as http:
        begun = await http.get("/api/auth/oidc/login")
        provider.sent(begun.headers["location"])
        said = {"state": provider.asked["state"], "error": "access_denied"}
        answer = await http.get("/api/auth/oidc/callback", params=said, headers=HTML)
        assert answer.status_code == 400
        assert "Back to the sign-in page" in answer.text


@pytest.mark.parametrize("when", ["there", "back"])
@pytest.mark.parametrize("how", ["slow", "broken", "down", "odd"])
async def test_a_provider_that_does_not_answer(
    when: str, how: str, provider: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "PATIENCE", 0.3)
    async with client() as http:
        if when == "back":
            begun = await http.get("/api/auth/oidc/login")
            provider.sent(begun.headers["location"])
        match how:
            case "slow":
                provider.nap = 60
            case "broken":
                provider.status = 503
            case "down":
                ours._known.cache_clear()
                found = ours.provider()
                assert found
                found.issuer = "http://127.0.0.1:1"
            case "odd":
                provider.about = {"issuer": "http://elsewhere.example", "token_endpoint": "odd"}
                provider.sign = lambda *_: "odd"
        if when == "back":
            back = {"state": provider.asked["state"], "code": "one"}
            answer = await http.get("/api/auth/oidc/callback", params=back)
        else:
            answer = await http.get("/api/auth/oidc/login")
        assert answer.status_code in (400, 503)
        problem(answer, answer.status_code)
        assert not await _me(http)


async def test_a_session_goes_on_while_the_provider_is_away(provider: Misbehaving) -> None:
    async with client() as http:
        await go(http, provider)
        provider.status = 503
        ours._known.cache_clear()
        assert await _me(http)
        # And it ends here, though it cannot be ended there.
        left = await http.post("/api/auth/oidc/logout", headers=OWN)
        assert left.json() == {"url": "http://127.0.0.1:3000/login"}
        assert not await _me(http)


async def test_signing_out_here_does_not_wait_for_the_provider(provider: Misbehaving) -> None:
    async with client() as http, client() as elsewhere:
        await go(http, provider)
        elsewhere.cookies = http.cookies
        ours._known.cache_clear()
        provider.calls.clear()
        provider.nap = 60
        leaving = asyncio.create_task(http.post("/api/auth/oidc/logout", headers=OWN))
        await until(lambda: provider.calls == ["about"])
        assert not await _me(elsewhere)
        leaving.cancel()


async def test_signing_out_ends_it_at_the_provider_too(provider: Misbehaving, ready: Ready) -> None:
    async with client() as http:
        await go(http, provider)
        left = await http.post("/api/auth/oidc/logout", headers=OWN)
        url = httpx.URL(left.json()["url"])
        assert str(url).startswith(f"{provider.url}/end?")
        assert url.params["client_id"] == CLIENT
        assert url.params["post_logout_redirect_uri"] == "http://127.0.0.1:3000/login"
        assert url.params["id_token_hint"].count(".") == 2
        assert not await _me(http)
    with psycopg.connect(ready.admin_dsn) as owner:
        held = "SELECT count(*) FROM sessions WHERE id_token IS NOT NULL AND revoked_at IS NOT NULL"
        assert owner.execute(held).fetchone() == (0,)


async def test_a_local_session_ends_here(world: World) -> None:
    async with client(world.mia.token) as http:
        assert (await http.post("/api/auth/oidc/logout")).json()["url"].endswith("/login")
        problem(await http.get("/api/auth/me"), 401)


@pytest.mark.parametrize(
    "after",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "", "\n/"],
)
async def test_nobody_is_led_elsewhere(after: str, provider: Misbehaving) -> None:
    async with client() as http:
        assert (await go(http, provider, after)).headers["location"] == "/"


async def test_somebody_new_in_four_browsers_at_once_gets_one_account(
    provider: Misbehaving,
) -> None:
    browsers = [client() for _ in range(4)]
    for http in browsers:
        provider.sent((await http.get("/api/auth/oidc/login")).headers["location"])
    back = [{"state": state, "code": state} for state in provider.waiting]
    coming = zip(browsers, back, strict=True)
    answers = await asyncio.gather(
        *(http.get("/api/auth/oidc/callback", params=params) for http, params in coming)
    )
    assert [one.status_code for one in answers] == [302] * 4
    assert len({(await _me(http))["id"] for http in browsers}) == 1
    for http in browsers:
        await http.aclose()


@pytest.mark.parametrize(
    "told", ["", "   ", "x" * 500, "a\x00b", "\u202e", 7, None, ["Nora"], "<script>"]
)
async def test_whatever_name_is_told(told: Any, provider: Misbehaving) -> None:
    provider.claims["name"] = told
    async with client() as http:
        assert (await go(http, provider)).status_code == 302
        assert 0 < len((await _me(http))["name"]) <= 200


@pytest.mark.parametrize("told", ["", "nobody", "a\x00b@example.org", None, 7, ["a@example.org"]])
async def test_what_is_no_address_lets_nobody_in(told: Any, provider: Misbehaving) -> None:
    provider.claims["email"] = told
    async with client() as http:
        answer = await go(http, provider)
        problem(answer, answer.status_code)
        assert answer.status_code in (400, 403)


async def test_passwords_can_be_switched_off(
    world: World, provider: Misbehaving, configure: Configure
) -> None:
    configure(OIDC_ISSUER=provider.url, OIDC_CLIENT_ID=CLIENT, LOCAL_SIGN_IN="false")
    async with client() as http:
        said = {"email": world.ana.actor.email, "password": "a calm passphrase"}
        problem(await http.post("/api/auth/login", json=said), 403)
        # An invitation makes no password either; it is accepted by who has signed in.
        place = f"/api/workspaces/{world.ana.workspace}/invitations"
        invited = await world.ana.http.post(place, json={"email": "nora@example.org"})
        accept = f"/api/invitations/{invited.json()['url'].rsplit('/', 1)[1]}/acceptance"
        wanted = {"name": "N", "email": "n@example.org", "password": "a calm passphrase"}
        problem(await http.post(accept, json=wanted), 401)
        assert (await go(http, provider)).status_code == 302
        assert (await http.post(accept, json={}, headers=OWN)).status_code == 201


async def test_without_a_provider_there_is_no_such_way() -> None:
    async with client() as http:
        problem(await http.get("/api/auth/oidc/login"), 404)
        problem(await http.get("/api/auth/oidc/callback", params={"state": "a", "code": "b"}), 400)
