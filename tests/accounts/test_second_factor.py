"""The second factor over REST: set up, asked for at sign-in, renewed, switched off."""

import asyncio
import re
from time import time
from typing import Any

import httpx2 as httpx
import psycopg
import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mosaic.accounts.second_factor import service
from mosaic.core.start import Ready
from tests.answers import problem
from tests.world import PASSWORD, Person, World, client

HERE = "/api/auth/second-factor"


async def switched_on(person: Person) -> tuple[str, list[str]]:
    """Switch it on; return the app's secret and the recovery codes."""
    begun = await person.http.post(HERE, json={"password": PASSWORD})
    assert begun.status_code == 201, begun.text
    secret = begun.json()["secret"]
    done = await person.http.post(f"{HERE}/confirmation", json={"code": now(secret)})
    assert done.status_code == 200, done.text
    return secret, done.json()["recoveryCodes"]


async def sign_in(person: Person, code: str | None = None, **more: Any) -> httpx.Response:
    said = {"email": person.actor.email, "password": PASSWORD, **more}
    async with client() as http:
        return await http.post("/api/auth/login", json=said | ({"code": code} if code else {}))


def now(secret: str) -> str:
    """The code that the app shows."""
    return pyotp.TOTP(secret).now()


def coming(secret: str) -> str:
    """The code after that, which is taken, too, and stays so when the clock moves on."""
    return pyotp.TOTP(secret).at(time() + 30)


async def test_it_counts_once_a_code_is_confirmed(world: World) -> None:
    http = world.ana.http
    assert (await http.get(HERE)).json() == {"on": False, "since": None, "recoveryCodesLeft": 0}
    begun = (await http.post(HERE, json={"password": PASSWORD})).json()
    assert begun["url"].startswith("otpauth://totp/Mosaic:")
    assert begun["secret"] in begun["url"]
    assert begun["qr"].startswith("data:image/svg+xml")
    assert (await sign_in(world.ana)).status_code == 200
    wrong = problem(await http.post(f"{HERE}/confirmation", json={"code": "12345"}), 422)
    assert wrong["errors"][0]["loc"] == ["body", "code"]
    assert (await sign_in(world.ana)).status_code == 200

    done = await http.post(f"{HERE}/confirmation", json={"code": f" {now(begun['secret'])} "})
    codes = done.json()["recoveryCodes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([a-z0-9]{4}-){3}[a-z0-9]{4}", code) for code in codes)
    stands = (await http.get(HERE)).json()
    assert (stands["on"], stands["recoveryCodesLeft"]) == (True, 10)
    assert stands["since"]
    problem(await http.post(f"{HERE}/confirmation", json={"code": now(begun["secret"])}), 409)
    problem(await http.post(HERE, json={"password": PASSWORD}), 409)


async def test_another_start_replaces_the_one_before(world: World) -> None:
    first, second = [
        (await world.ana.http.post(HERE, json={"password": PASSWORD})).json()["secret"]
        for _ in range(2)
    ]
    assert first != second
    problem(await world.ana.http.post(f"{HERE}/confirmation", json={"code": now(first)}), 422)
    answer = await world.ana.http.post(f"{HERE}/confirmation", json={"code": now(second)})
    assert answer.status_code == 200


async def test_sign_in_asks_for_a_code_after_the_password(world: World) -> None:
    secret, _ = await switched_on(world.ana)
    needed = await sign_in(world.ana)
    assert problem(needed, 401)["code"] == "second_factor_needed"
    assert "set-cookie" not in needed.headers
    wrong = problem(await sign_in(world.ana, now(secret)), 401)
    assert (wrong["code"], wrong["errors"][0]["loc"]) == ("second_factor_wrong", ["body", "code"])
    answer = await sign_in(world.ana, f"{coming(secret)[:3]} {coming(secret)[3:]}")
    assert answer.status_code == 200, answer.text
    async with client(answer.json()["token"]) as http:
        assert (await http.get("/api/auth/me")).status_code == 200
    # Whoever has none is not asked, and what they send for it is left alone.
    assert (await sign_in(world.mia, "123456")).status_code == 200


async def test_a_wrong_password_is_answered_as_without_one(world: World) -> None:
    secret, _ = await switched_on(world.ana)
    answers = [
        problem(await sign_in(person, now(secret), password="a guess"), 401)
        for person in (world.ana, world.mia)
    ]
    assert [one["detail"] for one in answers] == [answers[0]["detail"]] * 2
    assert "code" not in answers[0]


async def test_a_code_is_taken_a_step_early_or_late_and_never_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "time", lambda: clock)
    clock = 2_000_000_010.0
    secret = (await world.ana.http.post(HERE, json={"password": PASSWORD})).json()["secret"]
    app = pyotp.TOTP(secret)
    for steps, status in ((-2, 422), (2, 422), (-1, 200)):
        sent = {"code": app.at(clock + 30 * steps)}
        assert (await world.ana.http.post(f"{HERE}/confirmation", json=sent)).status_code == status
    for steps, status in ((-1, 401), (2, 401), (0, 200), (0, 401), (1, 200), (0, 401), (1, 401)):
        assert (await sign_in(world.ana, app.at(clock + 30 * steps))).status_code == status, steps
    clock += 31
    assert (await sign_in(world.ana, app.at(clock + 30))).status_code == 200


async def test_a_code_that_comes_twice_at_once_signs_in_once(world: World) -> None:
    secret, [recovery, *_] = await switched_on(world.ana)
    for code in (coming(secret), recovery):
        answers = await asyncio.gather(*(sign_in(world.ana, code) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_a_recovery_code_signs_in_once(world: World) -> None:
    _, [first, second, *_] = await switched_on(world.ana)
    assert (await sign_in(world.ana, first.upper().replace("-", " "))).status_code == 200
    problem(await sign_in(world.ana, first), 401)
    assert (await sign_in(world.ana, second)).status_code == 200
    assert (await world.ana.http.get(HERE)).json()["recoveryCodesLeft"] == 8
    # Nobody else's.
    await switched_on(world.mia)
    problem(await sign_in(world.mia, second), 401)


@pytest.mark.parametrize("odd", ["", " ", "-", "a" * 100, "１２３４５６", "\x00", "' OR 1=1 --"])
async def test_an_odd_code_is_another_wrong_one(world: World, odd: str) -> None:
    await switched_on(world.ana)
    problem(await sign_in(world.ana, odd), 401)
    problem(await sign_in(world.ana, "a" * 101), 422)


async def test_wrong_codes_are_slowed_down_as_wrong_passwords(world: World) -> None:
    secret, _ = await switched_on(world.ana)
    async with client() as http:
        said = {"email": world.ana.actor.email, "password": PASSWORD}
        for _ in range(5):
            problem(await http.post("/api/auth/login", json=said | {"code": "1"}), 401)
        answer = await http.post("/api/auth/login", json=said | {"code": coming(secret)})
        problem(answer, 429)
        assert int(answer.headers["retry-after"]) >= 1


async def test_a_right_password_forgives_no_wrong_codes(world: World) -> None:
    await switched_on(world.ana)
    async with client() as http:
        said = {"email": world.ana.actor.email, "password": PASSWORD}
        for _ in range(5):
            problem(await http.post("/api/auth/login", json=said), 401)
            problem(await http.post("/api/auth/login", json=said | {"code": "1"}), 401)
        problem(await http.post("/api/auth/login", json=said), 429)


async def test_codes_guessed_from_many_places_are_slowed_down(world: World) -> None:
    secret, [recovery, *_] = await switched_on(world.ana)
    for _ in range(10):
        problem(await sign_in(world.ana, "1"), 401)
    problem(await sign_in(world.ana, coming(secret)), 429)
    problem(await sign_in(world.ana, recovery), 429)
    # Who does not know the password is no nearer to that.
    problem(await sign_in(world.ana, password="a guess"), 401)


async def test_new_recovery_codes_replace_those_before(world: World) -> None:
    _, [first, second, *_] = await switched_on(world.ana)
    proof = {"password": PASSWORD, "code": first}
    answer = await world.ana.http.post(f"{HERE}/recovery-codes", json=proof)
    fresh = answer.json()["recoveryCodes"]
    assert len(fresh) == 10
    problem(await sign_in(world.ana, second), 401)
    assert (await sign_in(world.ana, fresh[0])).status_code == 200


async def test_it_is_switched_off_with_password_and_code(world: World) -> None:
    secret, _ = await switched_on(world.ana)
    http, right = world.ana.http, {"password": PASSWORD, "code": coming(secret)}
    for wrong, field in ({"password": "a guess"}, "password"), ({"code": "1"}, "code"):
        answer = problem(await http.post(f"{HERE}/removal", json=right | wrong), 422)
        assert answer["errors"][0]["loc"] == ["body", field]
    problem(await sign_in(world.ana), 401)
    assert (await http.post(f"{HERE}/removal", json=right)).status_code == 204
    assert (await http.get(HERE)).json() == {"on": False, "since": None, "recoveryCodesLeft": 0}
    assert (await sign_in(world.ana)).status_code == 200
    problem(await http.post(f"{HERE}/removal", json=right), 409)
    problem(await http.post(f"{HERE}/recovery-codes", json=right), 409)


async def test_guessing_the_password_there_is_slowed_down(world: World) -> None:
    guess = {"password": "a guess", "code": "1"}
    answers = [await world.ana.http.post(HERE, json=guess) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


async def test_an_api_token_goes_on_and_changes_nothing_about_it(world: World) -> None:
    made = await world.ana.http.post("/api/auth/tokens", json={"name": "script"})
    secret, [recovery, *_] = await switched_on(world.ana)
    proof = {"password": PASSWORD, "code": recovery}
    async with client(made.json()["token"]) as script:
        assert (await script.get("/api/auth/me")).status_code == 200
        problem(await script.post(HERE, json=proof), 403)
        problem(await script.post(f"{HERE}/confirmation", json=proof), 403)
        problem(await script.post(f"{HERE}/recovery-codes", json=proof), 403)
        problem(await script.post(f"{HERE}/removal", json=proof), 403)
    assert (await sign_in(world.ana, coming(secret))).status_code == 200


async def test_an_invitation_is_no_way_around_it(world: World) -> None:
    await switched_on(world.bo)
    place = f"/api/workspaces/{world.ana.workspace}/invitations"
    made = await world.ana.http.post(place, json={"email": world.bo.actor.email})
    link = f"/api/invitations/{made.json()['url'].rsplit('/', 1)[1]}/acceptance"
    said = {"name": "Bo", "email": world.bo.actor.email, "password": PASSWORD}
    async with client() as http:
        problem(await http.post(link, json=said), 409)
        problem(await http.post(link, json=said | {"password": "another calm one"}), 409)


async def test_nobody_touches_somebody_elses(world: World) -> None:
    secret, [recovery, *_] = await switched_on(world.ana)
    for other in (world.adam, world.bo, world.otto):
        assert not (await other.http.get(HERE)).json()["on"]
        for code in (coming(secret), recovery):
            proof = {"password": PASSWORD, "code": code}
            problem(await other.http.post(f"{HERE}/removal", json=proof), 409)
            problem(await other.http.post(f"{HERE}/confirmation", json=proof), 409)
    assert (await world.ana.http.get(HERE)).json()["recoveryCodesLeft"] == 10


async def test_what_is_kept_is_for_the_doorkeeper_and_of_codes_the_hash(
    world: World, ready: Ready
) -> None:
    _, codes = await switched_on(world.ana)
    with psycopg.connect(ready.admin_dsn) as owner:
        kept = str(owner.execute("SELECT recovery_codes::text FROM recovery_codes").fetchall())
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    async with world.ana.work() as w:
        for table in ("second_factors", "recovery_codes"):
            with pytest.raises(DBAPIError, match="permission denied"):
                async with w.attempt():
                    await w.session.execute(text(f"SELECT * FROM {table}"))
